//! The newsroom in a browser of this machine: pages that follow the files as they are saved. It reads only; nothing that a
//! browser asks for is a path, and nothing can be ordered from a page.

mod audience;
mod chromium;
mod follow;
mod room;
mod server;
mod standings;

pub use chromium::{PictureFault, picture};
pub use room::{Room, View};
pub use server::{Served, serve};
pub use standings::Journal;
