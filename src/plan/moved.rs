//! Files that say what another post's messages show: that post may have this name now, and is asked about before anything is
//! sent, edited or deleted for it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::published_post::{PublishedPost, is_live, says_other};
use super::similarity::{Similarity, Words};
use super::{Action, Desired, Item, JournalView, PlanOptions, Reason, Step};
use crate::ids::PostId;
use crate::limits;
use crate::outbox::{Actor, Event, HoldReason, OldNames, Publication, State};

/// Which posts may be which published ones, in each chat.
#[derive(Default)]
pub(super) struct MoveDetector {
    /// What a post may have been called.
    old_of: BTreeMap<(PostId, i64), OldNames>,
    /// What a published post may be called now.
    new_of: BTreeMap<(PostId, i64), PostId>,
}

/// A post whose file says something else in a chat than its own messages there show.
struct MovedFile<'f> {
    desired: &'f Desired,
    chat: i64,
    likeness: Similarity,
    kind: Certainty,
    /// How much of it is what was accepted of its own post, in percent: only a post that it is nearer to counts.
    own: usize,
    /// Whether its own post is published, and nothing about that is in question.
    is_published: bool,
    /// Whether it would go out at once, since its time has passed.
    is_late: bool,
}

/// What the journal knows of such a post in its chat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Certainty {
    /// Nothing but that it waits for this very question.
    Fresh,
    /// It was accepted, and has no messages there.
    Known,
    /// It has messages there, which show something else.
    Live,
}

/// The published posts of each chat that a file may be.
type OldOf<'k> = HashMap<i64, Vec<PublishedPost<'k>>>;

impl MoveDetector {
    pub(super) fn find(
        files: &[Desired],
        newest: &[&Publication],
        known: &JournalView<'_>,
        asked: &PlanOptions,
    ) -> Self {
        let new = new_posts(files, newest, known, asked);
        if new.is_empty() {
            return Self::default();
        }
        let old = old_names(&new, files, newest, known);
        let mut found = Vec::new();
        for one in &new {
            let here = old.get(&one.chat).map_or(&[][..], Vec::as_slice);
            let olds = candidates(one, here, &new);
            if !olds.is_empty() {
                found.push((one, olds));
            }
        }
        let mut moves = Self::default();
        loop {
            // Texts that only changed places are edited: each of these messages keeps a file.
            let is_asked = |(one, olds): &(&MovedFile<'_>, Vec<&PublishedPost<'_>>)| {
                let is_open = |old: &&PublishedPost<'_>| {
                    let key = (old.publication.post.clone(), one.chat);
                    old.own.is_none() || moves.old_of.contains_key(&key)
                };
                one.kind != Certainty::Live
                    || !one.is_published
                    || olds.iter().any(is_open)
                    || moves.new_of.contains_key(&(one.desired.post.clone(), one.chat))
            };
            let (kept, left): (Vec<_>, Vec<_>) = found.into_iter().partition(is_asked);
            found = left;
            if kept.is_empty() {
                break;
            }
            for (one, olds) in kept {
                moves.add(one, &olds);
            }
        }
        moves.spread(&new, &old);
        moves.find_older(&new, known);
        moves.find_elsewhere(&new, &old, known);
        moves.name_channels(newest, known);
        moves
    }

    /// A new post may also be one that is older than the journal, whose file has vanished.
    fn find_older(&mut self, new: &[MovedFile<'_>], known: &JournalView<'_>) {
        for one in new.iter().filter(|one| one.kind == Certainty::Fresh) {
            let key = (one.desired.post.clone(), one.chat);
            let is_close = |(_, words): &&(PostId, Words)| one.likeness.is_close_to(words);
            let close = known.gone_history.iter().filter(is_close).map(|(post, _)| post.clone());
            if let Some(names) = OldNames::of(close).filter(|_| !self.old_of.contains_key(&key)) {
                self.old_of.insert(key, names);
            }
        }
    }

    /// A new post may also be a vanished one of another chat: its file was renamed while its channels or their chats changed.
    fn find_elsewhere(&mut self, new: &[MovedFile<'_>], old: &OldOf<'_>, known: &JournalView<'_>) {
        let has_vanished = |old: &&PublishedPost<'_>| {
            old.is_live() && !known.files.contains(&old.publication.post)
        };
        for one in new.iter().filter(|one| one.kind == Certainty::Fresh) {
            let key = (one.desired.post.clone(), one.chat);
            let others = old.iter().filter(|(chat, _)| **chat != one.chat);
            let others = others.flat_map(|(_, olds)| olds).filter(has_vanished);
            let alike: Vec<_> = others
                .filter(|old| old.is_same(&one.likeness) || old.is_close(&one.likeness))
                .map(|old| old.publication)
                .collect();
            let names = OldNames::of(alike.iter().map(|old| old.post.clone()));
            let Some(names) = names.filter(|_| !self.old_of.contains_key(&key)) else { continue };
            for old in alike {
                let known = self.new_of.entry((old.post.clone(), old.chat));
                known.or_insert_with(|| one.desired.post.clone());
            }
            self.old_of.insert(key, names);
        }
    }

    fn add(&mut self, new: &MovedFile<'_>, olds: &[&PublishedPost<'_>]) {
        let post = &new.desired.post;
        let names = olds.iter().map(|old| old.publication.post.clone());
        let Some(names) = OldNames::of(names) else { return };
        for old in olds {
            let known = self.new_of.entry((old.publication.post.clone(), new.chat));
            let known = known.or_insert_with(|| post.clone());
            // One that says just the same is rather it.
            if new.likeness.is_same(&old.likeness) {
                known.clone_from(post);
            }
        }
        self.old_of.insert((post.clone(), new.chat), names);
    }

    /// A post that may be another one in one of its channels may be it in the others too, whatever it says there.
    fn spread(&mut self, new: &[MovedFile<'_>], old: &OldOf<'_>) {
        let mut more = Vec::new();
        for one in new.iter().filter(|one| one.kind != Certainty::Live) {
            let post = &one.desired.post;
            if self.old_of.contains_key(&(post.clone(), one.chat)) {
                continue;
            }
            let names = self.old_of.iter().filter(|((known, _), _)| known == post);
            let names: BTreeSet<_> = names.flat_map(|(_, names)| names.posts()).cloned().collect();
            let here = old.get(&one.chat).into_iter().flatten().filter(|old| old.is_live());
            let olds: Vec<_> = here.filter(|old| names.contains(&old.publication.post)).collect();
            more.push((one, olds));
        }
        for (one, olds) in more {
            self.add(one, &olds);
        }
    }

    /// Where a post may have one name in one channel and another in the next, or the new name has messages of its own in
    /// another one, the channel has to be said.
    fn name_channels(&mut self, newest: &[&Publication], known: &JournalView<'_>) {
        for ((new, chat), names) in &mut self.old_of {
            let [old] = names.posts() else { continue };
            let here = newest.iter().find(|one| one.post == *old && one.chat == *chat);
            let is_split = newest.iter().any(|one| {
                let is_elsewhere = one.chat != *chat && is_live(one);
                let is_other = || match self.new_of.get(&(old.clone(), one.chat)) {
                    Some(other) => other != new,
                    None => known.files.contains(old),
                };
                is_elsewhere && (one.post == *new || one.post == *old && is_other())
            });
            if let Some(here) = here.filter(|_| is_split) {
                *names = names.clone().in_channel(here.channel.to_string());
            }
        }
    }

    /// What is done about a post whose file may be another one's: it waits until a person has said which it is. An edit is made
    /// by name.
    pub(super) fn ask(
        &self,
        item: Item,
        new: &Desired,
        own: Option<&Publication>,
        is_named: bool,
    ) -> Item {
        let old = new.chat.and_then(|chat| self.old_of.get(&(new.post.clone(), chat)));
        let Some(old) = old.filter(|_| !new.draft) else { return item };
        let (old, post) = (old.clone(), new.post.clone());
        if own.is_some_and(is_live) {
            if item.action != Action::Edit || is_named {
                return item;
            }
            let reason = Reason::TakesOver { old, new: post };
            return Item { action: Action::Conflict, reason, step: None, diff: None, ..item };
        }
        if item.action == Action::Nothing && item.step.is_none() {
            return item;
        }
        let held = HoldReason::MaybeMoved(old.clone());
        let is_held = own.is_some_and(|own| {
            own.state == (State::Held { held: held.clone() }) && own.payload == new.payload
        });
        let waits = own.filter(|own| !own.counts_as_new() && !own.state.is_terminal());
        let step = match (item.step, waits) {
            // It waits for this answer already.
            _ if is_held => None,
            (Some(_), Some(own)) => {
                Some(Step::Happen(own.id, Event::Hold { held, by: Actor::File }))
            }
            (Some(Step::Accept(acceptance) | Step::AcceptHeld(acceptance, _)), None) => {
                Some(Step::AcceptHeld(acceptance, held))
            }
            _ => None,
        };
        let reason = Reason::MovedFrom { old, new: post, is_recorded: own.is_some() };
        Item { action: Action::Conflict, reason, step, diff: None, ..item }
    }

    /// The edit of a post whose messages show what another file says is not made: the files' names may have gone round.
    pub(super) fn guard(&self, item: Item, chat: i64) -> Item {
        match self.new_name(&item.post, chat).filter(|_| item.action == Action::Edit) {
            Some(reason) => {
                Item { action: Action::Conflict, reason, step: None, diff: None, ..item }
            }
            None => item,
        }
    }

    /// The same of a post that may have another name in any of its channels.
    pub(super) fn new_name_anywhere(&self, old: &PostId) -> Option<Reason> {
        let mut known = self.new_of.keys();
        let (_, chat) = known.find(|(post, _)| post == old)?;
        self.new_name(old, *chat)
    }

    /// What a published post may be called now, as a reason to leave it alone.
    pub(super) fn new_name(&self, old: &PostId, chat: i64) -> Option<Reason> {
        let new = self.new_of.get(&(old.clone(), chat))?.clone();
        let names = self.old_of.get(&(new.clone(), chat));
        let channel = names.and_then(|names| names.channel().map(str::to_owned));
        Some(Reason::MovedTo { old: old.clone(), new, channel })
    }
}

/// The posts whose files say something else than their own messages show.
fn new_posts<'f>(
    files: &'f [Desired],
    newest: &[&Publication],
    known: &JournalView<'_>,
    asked: &PlanOptions,
) -> Vec<MovedFile<'f>> {
    let own: HashMap<(&PostId, i64), &Publication> =
        newest.iter().map(|one| ((&one.post, one.chat), *one)).collect();
    let is_history = |desired| known.history.includes(desired, asked.grace);
    let of = |desired: &'f Desired| {
        let chat = desired.chat?;
        let own = own.get(&(&desired.post, chat)).copied();
        let (kind, percent) = kind(desired, own)?;
        let time = desired.publish_at;
        Some(MovedFile {
            desired,
            chat,
            likeness: Similarity::of_file(desired),
            kind,
            own: percent,
            is_published: own.is_some_and(|own| own.state == State::Published),
            is_late: time.is_some_and(|at| at <= asked.now) && !is_history(desired),
        })
    };
    files.iter().filter_map(of).collect()
}

/// What is known of a post whose file says something else than its own messages show, and how much of that is the same, in
/// percent; `None` where it says the same.
fn kind(desired: &Desired, own: Option<&Publication>) -> Option<(Certainty, usize)> {
    let Some(own) = own.filter(|own| !own.counts_as_new()) else {
        return Some((Certainty::Fresh, 0));
    };
    let is_live = is_live(own);
    if !is_live && own.state.is_terminal() {
        return Some((Certainty::Known, 0));
    }
    says_other(own, desired).then(|| {
        let percent = Similarity::of_file(desired).percent(&Similarity::of_publication(own));
        (if is_live { Certainty::Live } else { Certainty::Known }, percent)
    })
}

/// The published posts whose own files do not say what they show, by channel, the newest first.
fn old_names<'k>(
    new: &[MovedFile<'_>],
    files: &[Desired],
    newest: &[&'k Publication],
    known: &JournalView<'k>,
) -> OldOf<'k> {
    let wanted: HashMap<(&PostId, i64), &Desired> =
        files.iter().filter_map(|file| Some(((&file.post, file.chat?), file))).collect();
    // Posts with a good file, all of whose channels are found.
    let mut found: BTreeMap<&PostId, bool> = BTreeMap::new();
    for file in files {
        *found.entry(&file.post).or_insert(true) &= file.chat.is_some();
    }
    let own = |old: &Publication| wanted.get(&(&old.post, old.chat)).copied();
    let has_no_file = |old: &Publication| match own(old) {
        Some(own) => says_other(old, own),
        None if known.files.contains(&old.post) => found.get(&old.post) == Some(&true),
        None => true,
    };
    // A copy that would be sent at once is asked about although the post has its file.
    let late = || new.iter().filter(|new| new.kind == Certainty::Fresh && new.is_late);
    let late: BTreeSet<_> = late().map(|new| (new.chat, new.desired.payload)).collect();
    let is_copied = |old: &Publication| late.contains(&(old.chat, old.payload)) && is_live(old);
    let here = newest.iter().copied().filter(|old| has_no_file(old) || is_copied(old));
    let mut all: Vec<&Publication> =
        { here.chain(known.vanished) }.filter(|old| counts(old)).collect();
    all.sort_by_key(|old| std::cmp::Reverse((old.published_at(), old.id)));
    let payloads: BTreeSet<_> = new.iter().map(|new| new.desired.payload).collect();
    let sources: BTreeSet<_> = new.iter().map(|new| new.desired.source).collect();
    let is_same =
        |old: &Publication| payloads.contains(&old.payload) || sources.contains(&old.source);
    let mut of_chat: OldOf<'_> = HashMap::new();
    let mut count: HashMap<(i64, bool), usize> = HashMap::new();
    for publication in all {
        let own = own(publication);
        let count = count.entry((publication.chat, own.is_some())).or_default();
        *count += 1;
        // One that says the very same is compared however old it is.
        if *count <= limits::LOOKALIKES || is_same(publication) {
            of_chat.entry(publication.chat).or_default().push(PublishedPost::of(publication, own));
        }
    }
    of_chat
}

/// Whether a new post may be this published one. What a person took out does not come back because its file has another
/// name; what its own file took back may.
fn counts(publication: &Publication) -> bool {
    !publication.counts_as_new()
        && !matches!(&publication.state, State::Cancelled { by, .. } if !by.is_person())
}

/// The published posts that a file may be: those that say the same, or else nearly the same. For one that the journal knows
/// nothing of, also the one with its headings and its time, or else, where it would be sent at once, all that are in the
/// channel.
fn candidates<'o, 'k>(
    new: &MovedFile<'_>,
    old: &'o [PublishedPost<'k>],
    all: &[MovedFile<'_>],
) -> Vec<&'o PublishedPost<'k>> {
    let is_other = |old: &&PublishedPost<'_>| old.publication.post != new.desired.post;
    let old = || {
        let counts = |old: &&PublishedPost<'_>| new.kind == Certainty::Fresh || old.is_live();
        old.iter().filter(is_other).filter(counts)
    };
    let is_copy = |old: &PublishedPost<'_>| {
        new.kind == Certainty::Fresh && new.is_late && new.likeness.is_same(&old.likeness)
    };
    let same: Vec<_> = old().filter(|old| old.is_same(&new.likeness) || is_copy(old)).collect();
    if !same.is_empty() {
        return same;
    }
    let is_nearer = |old: &&PublishedPost<'_>| new.likeness.percent(&old.likeness) > new.own;
    let close: Vec<_> = old().filter(|old| old.is_close(&new.likeness)).filter(is_nearer).collect();
    if !close.is_empty() || new.kind != Certainty::Fresh {
        return close;
    }
    let vanished = || old().filter(|old| old.own.is_none());
    let alike: Vec<_> = vanished().filter(|old| new.likeness.has_shape_of(&old.likeness)).collect();
    if let [only] = alike.as_slice() {
        let rivals = all.iter().filter(|other| {
            other.kind == Certainty::Fresh
                && other.chat == new.chat
                && other.likeness.has_shape_of(&only.likeness)
        });
        if rivals.count() == 1 {
            return alike;
        }
    }
    if !new.is_late {
        return Vec::new();
    }
    let mut there: Vec<_> = vanished().filter(|old| old.is_live()).collect();
    // The one with the same time is the most likely one.
    there.sort_by_key(|old| old.publication.named_at != new.desired.publish_at);
    there
}
