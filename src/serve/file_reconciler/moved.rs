//! Finds posts whose files have vanished and that may have been renamed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::post_cache::FileContent;
use super::{FileReconciler, MAX_SINGLE_READS};
use crate::ids::{ChannelName, Destination, PostId};
use crate::limits;
use crate::operations::{Chats, OperationError, destination_of};
use crate::outbox::{Actor, Event, HoldReason, OldNames, Publication, State};
use crate::plan::{self, Desired};
use crate::status;
use crate::store::{Command, Query};

impl FileReconciler<'_> {
    /// The publications without a file besides `posts`, in any chat, if there is a file that may be one of them under another
    /// name.
    pub(super) async fn vanished(
        &self,
        posts: &BTreeMap<PostId, Option<FileContent>>,
        desired: &[Desired],
        known: &[Publication],
    ) -> Result<Vec<Publication>, OperationError> {
        let new: Vec<&Desired> =
            desired.iter().filter(|one| has_other_text(one, one.destination, known)).collect();
        if new.iter().all(|one| one.destination.is_none()) {
            return Ok(Vec::new());
        }
        let is_wanted = |known: &Publication| !posts.contains_key(&known.post);
        self.without_file(is_wanted, &new).await
    }

    /// The other posts that must be planned together with `posts`, because files may have been renamed in a circle: a file of
    /// one group has the text of a message of the other.
    pub(super) async fn rotated_posts(
        &self,
        posts: &BTreeMap<PostId, Option<FileContent>>,
        chats: &Chats,
    ) -> Result<BTreeMap<PostId, Option<FileContent>>, OperationError> {
        let place_of = |one: &Desired| destination_of(&one.channel, chats);
        let mut is_changed = posts.len() > MAX_SINGLE_READS;
        for (post, content) in posts.iter().take(MAX_SINGLE_READS) {
            if let Some(FileContent::Valid(wanted)) = content {
                let known = self.operations.store.publications(Query::Post(post.clone())).await?;
                let mut wanted = wanted.iter().map(|one| (place_of(one), one));
                is_changed |= wanted.any(|(place, one)| has_other_text(one, place, &known));
            }
        }
        if !is_changed {
            return Ok(BTreeMap::new());
        }
        let outline = self.operations.store.publications(Query::Outline).await?;
        let newest: BTreeMap<(&PostId, Destination), &Publication> = { status::newest(&outline) }
            .into_iter()
            .map(|known| ((&known.post, known.destination()), known))
            .collect();
        let own = |one: &Desired| newest.get(&(&one.post, place_of(one)?)).copied();
        // Only files that differ from their own published post can be renamed ones.
        let changed =
            self.cache.pick(|one| own(one).is_none_or(|own| plan::has_other_text(own, one)));
        let mut rotated = Vec::new();
        for one in &changed {
            let Some(known) = own(one) else { continue };
            let whole = self.operations.store.publications(Query::Id(known.id)).await?;
            rotated.extend(
                whole.into_iter().filter(plan::may_be_in_channel).map(|whole| (whole, one)),
            );
        }
        let mut together: BTreeSet<&PostId> = posts.keys().collect();
        // A copy of a published post needs an answer, although the post still has its file.
        for one in changed.iter().filter(|one| posts.contains_key(&one.post)) {
            let copied = newest.values().filter(|known| {
                Some(known.destination()) == place_of(one)
                    && known.post != one.post
                    && (known.payload == one.payload || known.source == one.source)
            });
            together.extend(copied.map(|known| &known.post));
        }
        loop {
            let mut more = BTreeSet::new();
            for (known, own) in &rotated {
                let others = changed.iter().filter(|one| {
                    place_of(one) == Some(known.destination())
                        && together.contains(&own.post) != together.contains(&one.post)
                });
                for other in others.filter(|other| plan::is_moved(known, Some(own), other)) {
                    more.extend([&own.post, &other.post]);
                }
            }
            more.retain(|post| !together.contains(post));
            if more.is_empty() {
                break;
            }
            together.extend(more);
        }
        let added = together.into_iter().filter(|post| !posts.contains_key(post));
        Ok(added.map(|post| (post.clone(), self.cache.content(post))).collect())
    }

    /// The newest wanted publications whose posts have no file, with their parts.
    async fn without_file(
        &self,
        is_wanted: impl Fn(&Publication) -> bool,
        new: &[&Desired],
    ) -> Result<Vec<Publication>, OperationError> {
        let outline = self.operations.store.publications(Query::Outline).await?;
        let newest = status::newest(&outline).into_iter().filter(|known| !known.is_comments());
        let mut found: Vec<&Publication> =
            newest.filter(|known| is_wanted(known) && !self.cache.has_file(&known.post)).collect();
        found.sort_by_key(|known| Reverse((known.due_at, known.id)));
        let mut of_channel: BTreeMap<Destination, usize> = BTreeMap::new();
        let mut whole = Vec::new();
        for known in found {
            let count = of_channel.entry(known.destination()).or_default();
            *count += 1;
            // An exact match is compared however old it is.
            let is_same =
                new.iter().any(|new| new.payload == known.payload || new.source == known.source);
            if *count <= limits::LOOKALIKES || is_same {
                whole.extend(self.operations.store.publications(Query::Id(known.id)).await?);
            }
        }
        Ok(whole)
    }

    /// Holds waiting posts with the text of a published post whose file has just vanished: if a file was copied and the original
    /// deleted, the copy was accepted as a post of its own.
    pub(super) async fn hold_possible_moves(
        &self,
        posts: &BTreeMap<PostId, Option<FileContent>>,
        now: Timestamp,
    ) -> Result<(), OperationError> {
        let is_gone = |post: &PostId| posts.get(post).is_some_and(Option::is_none);
        let mut vanished = Vec::new();
        for post in posts.keys().filter(|post| is_gone(post)) {
            let known = self.operations.store.publications(Query::Post(post.clone())).await?;
            let newest = status::newest(&known).into_iter();
            let is_post =
                |known: &&Publication| !known.is_comments() && plan::may_be_in_channel(known);
            vanished.extend(newest.filter(is_post).cloned());
        }
        if vanished.is_empty() {
            return Ok(());
        }
        for waiting in self.operations.store.publications(Query::Open).await? {
            let waits = matches!(waiting.state, State::Scheduled | State::Due)
                && waiting.by == Actor::File
                && !waiting.is_comments()
                && !plan::may_be_in_channel(&waiting);
            let is_alike = |old: &&Publication| {
                old.destination() == waiting.destination()
                    && old.post != waiting.post
                    && plan::is_alike(&waiting, old, now)
            };
            let alike = vanished.iter().filter(is_alike).map(|old| old.post.clone());
            let Some(old) = OldNames::of(alike).filter(|_| waits) else { continue };
            let why = old.reason(&waiting.post, true);
            let event = Event::Hold { held: HoldReason::MaybeMoved(old), by: Actor::File };
            match self.operations.order(vec![Command::Event(waiting.id, event)], now).await {
                Ok(_) => {
                    log_held(&waiting.post, &waiting.channel, &why);
                    self.wake.notify_one();
                }
                // It is being sent already.
                Err(error) if error.is_refusal() => {
                    log::warn!("post={} channel={}: {error}", waiting.post, waiting.channel);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Whether a file differs from its own publication in a channel.
fn has_other_text(one: &Desired, place: Option<Destination>, known: &[Publication]) -> bool {
    let own = status::newest(known.iter().filter(|known| known.post == one.post));
    let own = own.into_iter().find(|own| Some(own.destination()) == place);
    !one.draft && own.is_none_or(|own| own.payload != one.payload || own.counts_as_new())
}

/// Logs that a new post is held because it may be a renamed one.
pub(super) fn log_held(post: &PostId, channel: &ChannelName, why: &str) {
    log::error!("held post={post} channel={channel}: {why}");
}
