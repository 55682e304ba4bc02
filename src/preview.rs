//! The newsroom in a browser of this machine: pages that follow the files as they are saved. It reads only; nothing that a
//! browser asks for is a path, and nothing can be ordered from a page.

mod browser;
mod chromium;
mod entry;
mod follow;
mod journal;
mod server;
mod state;
mod subscribers;

pub use browser::{OpenedBrowser, is_remote};
pub use chromium::{PictureFault, is_without_sandbox, picture};
pub use journal::Journal;
pub use server::{Served, serve};
pub use state::PreviewState;
pub use subscribers::View;
