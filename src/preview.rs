//! Shows the newsroom in a browser on this machine and follows the files as they are saved. It never writes, never takes a path
//! from a request, and offers no action.

mod access;
mod browser;
mod chromium;
mod follow;
mod journal;
mod media;
mod recorded;
mod server;
mod state;
mod subscribers;

pub use browser::{OpenedBrowser, is_remote};
pub use chromium::{PictureError, is_without_sandbox, picture};
pub use journal::{Journal, statuses_of};
pub use media::EmbeddedPictures;
pub use server::{Served, serve};
pub use state::PreviewState;
pub use subscribers::View;

use jiff::Timestamp;

use crate::newsroom::{CheckedFile, Newsroom};
use crate::page::PostPreview;

/// What a page shows of a checked file. A rich post is shown as text messages, too.
#[must_use]
pub fn shown(newsroom: &Newsroom, file: &CheckedFile, now: Timestamp) -> PostPreview {
    let channels = &newsroom.config.channels;
    let post = match newsroom.hashed(file) {
        Ok(post) => post,
        Err(report) => return PostPreview::of(None, &report, channels),
    };
    let shown = PostPreview::of(Some(&post), &file.report, channels);
    let Some(classic) = newsroom.as_classic(file, now) else { return shown };
    match newsroom.hashed(&classic) {
        Ok(post) => shown.with_classic(Some(&post), &classic.report, channels),
        Err(report) => shown.with_classic(None, &report, channels),
    }
}
