//! Where the posts of an import go, and what it needs from outside.

use std::sync::Arc;

use jiff::Timestamp;

use crate::config::{Channel, Config};
use crate::ids::PostId;
use crate::media::{MediaFileError, Probe};

/// Where the posts of an import go.
pub struct ImportTarget<'i> {
    /// The config.
    pub config: &'i Config,
    /// The channel of every post.
    pub channel: &'i Channel,
    /// The chat of the export, if it has an id.
    pub chat: Option<i64>,
    /// The folder below the posts folder.
    pub into: &'i str,
    /// The current time.
    pub now: Timestamp,
    /// The post that a message of the channel became.
    pub post_of: &'i dyn Fn(i64) -> Option<PostId>,
}

/// The files of an export.
pub trait ExportFiles {
    /// What the file at `path` below the export's folder is.
    ///
    /// # Errors
    /// If it cannot be read.
    fn probe(&self, path: &str) -> Result<Arc<Probe>, MediaFileError>;
}
