//! Renders web pages from values to strings: posts as readers will see them, and the index of the newsroom. It serves nothing.
//!
//! Anyone may have written the texts: [`maud`] escapes every text and attribute, and only addresses that [`mod@body`] accepts become
//! links.

mod album_grid;
pub mod body;
pub mod bubble;
mod difference;
pub mod gauge;
pub mod html_document;
pub mod keyboard;
pub mod media;
pub mod newsroom_index;
mod poll;
pub mod post;
pub mod post_preview;
mod replaced;
mod rich;
mod structure;
mod week;

pub use body::body;
pub use bubble::Bubble;
pub use html_document::{HtmlDocument, Toolbar};
pub use media::{MediaFacts, MediaLinks, MediaVersion, ShownFile};
pub use poll::{PollVotes, ShownPoll};
pub use post_preview::{ChannelStatus, PostPreview, ShownEdition};
