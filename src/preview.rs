//! Shows the newsroom in a browser on this machine and follows the files as they are saved. It never writes, never takes a path
//! from a request, and offers no action.

mod access;
mod browser;
mod chromium;
mod follow;
mod journal;
mod media;
mod server;
mod state;
mod subscribers;

pub use browser::{OpenedBrowser, is_remote};
pub use chromium::{PictureError, is_without_sandbox, picture};
pub use journal::Journal;
pub use media::EmbeddedPictures;
pub use server::{Served, serve};
pub use state::PreviewState;
pub use subscribers::View;
