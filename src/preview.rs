//! The newsroom in a browser of this machine: pages that follow the files as they are saved. It reads only; nothing that a
//! browser asks for is a path, and nothing can be ordered from a page.

mod audience;
mod browser;
mod chromium;
mod entry;
mod follow;
mod room;
mod server;
mod standings;
mod view;

pub use browser::{OpenedBrowser, is_remote};
pub use chromium::{PictureFault, is_without_sandbox, picture};
pub use room::Room;
pub use server::{Served, serve};
pub use standings::Journal;
pub use view::View;
