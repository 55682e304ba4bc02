//! Web pages, from values to strings: posts as readers will see them, and the newsroom around them. Nothing is served here.
//!
//! Texts come from files that anyone may have written: every text and attribute goes through the escaping of
//! [`maud`], and a link is only made of an address that [`mod@body`] lets through.

pub mod body;
pub mod bubble;
pub mod gauge;
pub mod html_document;
pub mod newsroom_index;
pub mod post;
pub mod shown;
mod structure;
mod week;

pub use body::body;
pub use bubble::Bubble;
pub use html_document::{HtmlDocument, Toolbar};
pub use shown::{Shown, ShownEdition, Standing};
