//! Records imported posts as published, many in one transaction.
//!
//! The order matters. First the draft is on the disk, then the journal knows the post as published, and only then the file stops
//! being a draft. So a process that is killed in between leaves neither a post that could be sent a second time nor one whose file
//! is missing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::super::Result;
use super::super::session::CliSession;
use super::report::ImportReport;
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::config::Channel;
use crate::exit::Exit;
use crate::fs;
use crate::ids::PostId;
use crate::layout::LaidOut;
use crate::message::FileContent;
use crate::operations::{AdoptedPosts, MatchingPost};
use crate::plan::{self, Desired};
use crate::post::Edition;

/// How many posts are adopted in one transaction.
const BATCH: usize = 500;

/// A post that can be recorded as published.
pub(super) struct Adoptable {
    pub(super) id: PostId,
    /// The path of its file below the posts folder.
    pub(super) below: PathBuf,
    pub(super) laid_out: LaidOut,
    /// The file of the published post.
    pub(super) published: String,
    pub(super) message_ids: Vec<i64>,
    pub(super) sent_at: Timestamp,
    /// When the messages were last edited, if they were and the export says it exactly.
    pub(super) edited_at: Option<Timestamp>,
    /// Whether the journal knows it already.
    pub(super) is_recorded: bool,
    /// Whether its file is the draft of an import.
    pub(super) is_own_draft: bool,
}

pub(super) struct Adopter<'a> {
    session: &'a CliSession,
    channel: &'a Channel,
    chat: i64,
    waiting: Vec<Adoptable>,
}

impl<'a> Adopter<'a> {
    pub(super) fn new(session: &'a CliSession, channel: &'a Channel, chat: i64) -> Self {
        Self { session, channel, chat, waiting: Vec::new() }
    }

    pub(super) fn add(&mut self, post: Adoptable) {
        if !post.is_recorded || post.is_own_draft || post.edited_at.is_some() {
            self.waiting.push(post);
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= BATCH
    }

    /// Adopts the posts that were added.
    pub(super) fn adopt(
        &mut self,
        posts: &fs::Root,
        report: &mut ImportReport,
        context: &mut CliContext<'_>,
    ) -> Result {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        posts.sync()?;
        let mut shown = Vec::new();
        for post in waiting.iter().filter(|post| !post.is_recorded || post.edited_at.is_some()) {
            if let Some(desired) = self.desired(post) {
                let Adoptable { sent_at, edited_at, .. } = *post;
                let message_ids = post.message_ids.clone();
                shown.push(MatchingPost { desired, message_ids, sent_at, edited_at });
            } else if !post.is_recorded {
                let message = format!("`{}` is not adopted: its media cannot be read", post.id);
                context.report(Exit::Findings, &message, "run the import again")?;
            }
        }
        let operations = &self.session.operations;
        let now = context.clock.now();
        let AdoptedPosts { adopted, edited, refused } =
            self.session.wait(operations.adopt_shown(&shown, now))?;
        for (post, error) in refused {
            let hint = error.hint();
            let message = format!("`{post}` is not adopted: {error}");
            context.report(Exit::Findings, &message, &hint)?;
        }
        report.adopted += adopted.len();
        report.edited_by_hand += edited.len();
        let is_published = |post: &&Adoptable| post.is_recorded || adopted.contains(&post.id);
        for post in waiting.iter().filter(|post| post.is_own_draft).filter(is_published) {
            posts.write_over(&post.below, &post.published).map_err(|error| {
                CliError::stopped(
                    Exit::Unexpected,
                    format!("{} cannot be written: {error}", post.below.display()),
                    "the post is adopted, and its file is still a draft; run the import again to go on",
                )
            })?;
        }
        Ok(())
    }

    /// The post in the channel; `None` if its media cannot be read any more.
    fn desired(&self, post: &Adoptable) -> Option<Desired> {
        let newsroom = &self.session.operations.newsroom;
        let mut hashes = BTreeMap::new();
        let items = post.laid_out.post.editions.iter().flat_map(Edition::files);
        for file in items.flat_map(|item| item.media.files()) {
            let FileContent::Path(path) = &file.content else { continue };
            hashes.insert(path.clone(), newsroom.media_hash(path, file.bytes).ok()?);
        }
        let laid_out = post.laid_out.hashed(&hashes)?;
        let source = plan::source_hash(&post.published);
        let all = Desired::of(&laid_out, source, &newsroom.config.channels);
        let mut desired = all.into_iter().find(|one| one.channel.name == self.channel.name)?;
        desired.set_chat(Some(self.chat), &BTreeMap::new());
        Some(desired)
    }
}
