//! Files that have vanished, and what waits that may be their posts under another name.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::post_cache::FileContent;
use super::{FEW, FileReconciler};
use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::limits;
use crate::operations::{Chats, OperationError, number_of};
use crate::outbox::{Actor, Event, HoldReason, OldNames, Publication, State};
use crate::plan::{self, Desired};
use crate::status;
use crate::store::{Command, Query};

impl FileReconciler<'_> {
    /// Publications of posts without a file besides `posts`, of any chat, where files say something else than their messages
    /// show: such a file may be one of them under another name.
    pub(super) async fn vanished(
        &self,
        posts: &BTreeMap<PostId, Option<FileContent>>,
        desired: &[Desired],
        known: &[Publication],
    ) -> Result<Vec<Publication>, OperationError> {
        let new: Vec<&Desired> =
            desired.iter().filter(|one| is_other(one, one.chat, known)).collect();
        if new.iter().all(|one| one.chat.is_none()) {
            return Ok(Vec::new());
        }
        let is_asked = |known: &Publication| !posts.contains_key(&known.post);
        self.without_file(is_asked, &new).await
    }

    /// Other posts that have to be looked at together with these: their files say what messages of these show, or these files
    /// say what their messages show. Names of files may have gone round.
    pub(super) async fn going_round(
        &self,
        posts: &BTreeMap<PostId, Option<FileContent>>,
        chats: &Chats,
    ) -> Result<BTreeMap<PostId, Option<FileContent>>, OperationError> {
        let chat_of = |one: &Desired| number_of(&one.channel, chats);
        let mut is_changed = posts.len() > FEW;
        for (post, said) in posts.iter().take(FEW) {
            if let Some(FileContent::Good(wanted)) = said {
                let known = self.operations.store.publications(Query::Post(post.clone())).await?;
                let mut wanted = wanted.iter().map(|one| (chat_of(one), one));
                is_changed |= wanted.any(|(chat, one)| is_other(one, chat, &known));
            }
        }
        if !is_changed {
            return Ok(BTreeMap::new());
        }
        let outline = self.operations.store.publications(Query::Outline).await?;
        let newest: BTreeMap<(&PostId, i64), &Publication> = { status::newest(&outline) }
            .into_iter()
            .map(|known| ((&known.post, known.chat), known))
            .collect();
        let own = |one: &Desired| newest.get(&(&one.post, chat_of(one)?)).copied();
        // Of the files only those count that say something else than is published of their posts.
        let changed = self.cache.pick(|one| own(one).is_none_or(|own| plan::says_other(own, one)));
        let mut rotated = Vec::new();
        for one in &changed {
            let Some(known) = own(one) else { continue };
            let whole = self.operations.store.publications(Query::Id(known.id)).await?;
            rotated.extend(whole.into_iter().filter(plan::begun).map(|whole| (whole, one)));
        }
        let mut together: BTreeSet<&PostId> = posts.keys().collect();
        // A copy of what is published is asked about although the post has its file.
        for one in changed.iter().filter(|one| posts.contains_key(&one.post)) {
            let copied = newest.values().filter(|known| {
                Some(known.chat) == chat_of(one)
                    && known.post != one.post
                    && (known.payload == one.payload || known.source == one.source)
            });
            together.extend(copied.map(|known| &known.post));
        }
        loop {
            let mut more = BTreeSet::new();
            for (known, own) in &rotated {
                let others = changed.iter().filter(|one| {
                    chat_of(one) == Some(known.chat)
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
        Ok(added.map(|post| (post.clone(), self.cache.said(post))).collect())
    }

    /// The newest publications whose posts have no file, among those that are asked for, with their parts.
    async fn without_file(
        &self,
        is_asked: impl Fn(&Publication) -> bool,
        new: &[&Desired],
    ) -> Result<Vec<Publication>, OperationError> {
        let outline = self.operations.store.publications(Query::Outline).await?;
        let newest = status::newest(&outline).into_iter();
        let mut found: Vec<&Publication> =
            newest.filter(|known| is_asked(known) && !self.cache.has_file(&known.post)).collect();
        found.sort_by_key(|known| Reverse((known.due_at, known.id)));
        let mut of_chat: BTreeMap<i64, usize> = BTreeMap::new();
        let mut whole = Vec::new();
        for known in found {
            let count = of_chat.entry(known.chat).or_default();
            *count += 1;
            // One that says the very same is compared however old it is.
            let is_same =
                new.iter().any(|new| new.payload == known.payload || new.source == known.source);
            if *count <= limits::LOOKALIKES || is_same {
                whole.extend(self.operations.store.publications(Query::Id(known.id)).await?);
            }
        }
        Ok(whole)
    }

    /// Holds what waits and says the same as a published post whose file has vanished just now: a file that was copied to
    /// another name and then deleted was accepted as a post of its own.
    pub(super) async fn hold_what_may_be_moved(
        &self,
        posts: &BTreeMap<PostId, Option<FileContent>>,
        now: Timestamp,
    ) -> Result<(), OperationError> {
        let is_gone = |post: &PostId| posts.get(post).is_some_and(Option::is_none);
        let mut vanished = Vec::new();
        for post in posts.keys().filter(|post| is_gone(post)) {
            let known = self.operations.store.publications(Query::Post(post.clone())).await?;
            let newest = status::newest(&known).into_iter();
            vanished.extend(newest.filter(|known| plan::begun(known)).cloned());
        }
        if vanished.is_empty() {
            return Ok(());
        }
        for waiting in self.operations.store.publications(Query::Open).await? {
            let waits = matches!(waiting.state, State::Scheduled | State::Due)
                && waiting.by == Actor::File
                && !plan::begun(&waiting);
            let is_alike = |old: &&Publication| {
                old.chat == waiting.chat
                    && old.post != waiting.post
                    && plan::is_alike(&waiting, old, now)
            };
            let alike = vanished.iter().filter(is_alike).map(|old| old.post.clone());
            let Some(old) = OldNames::of(alike).filter(|_| waits) else { continue };
            let why = old.reason(&waiting.post, true);
            let event = Event::Hold { held: HoldReason::MaybeMoved(old), by: Actor::File };
            match self.operations.order(vec![Command::Event(waiting.id, event)], now).await {
                Ok(_) => {
                    say_held(&waiting.post, &waiting.channel, &why);
                    self.wake.notify_one();
                }
                // It is being sent already.
                Err(fault) if fault.is_refusal() => {
                    log::warn!("post={} channel={}: {fault}", waiting.post, waiting.channel);
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }
}

/// Whether a file says something else than what the journal knows of its post there.
fn is_other(one: &Desired, chat: Option<i64>, known: &[Publication]) -> bool {
    let own = status::newest(known.iter().filter(|known| known.post == one.post));
    let own = own.into_iter().find(|own| Some(own.chat) == chat);
    !one.draft && own.is_none_or(|own| own.payload != one.payload || own.counts_as_new())
}

/// Says that a new post is held, since it may be a published one.
pub(super) fn say_held(post: &PostId, channel: &ChannelName, why: &str) {
    log::error!("held post={post} channel={channel}: {why}");
}
