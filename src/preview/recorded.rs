//! What the journal knows of the posts that the pages show. It reads nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::PostId;
use crate::page::ChannelStatus;

/// What the journal knows of the posts.
#[derive(Debug, Default)]
pub(super) struct JournalFacts {
    /// The state of each post in its channels.
    pub(super) statuses: BTreeMap<PostId, Vec<ChannelStatus>>,
    /// The posts that are older than the journal.
    pub(super) older: BTreeSet<PostId>,
}
