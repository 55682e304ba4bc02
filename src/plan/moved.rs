//! Detects posts that may have been renamed: a file has the text of another post's messages. An operator decides before
//! anything is sent, edited or deleted for either.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::published_post::{PublishedPost, has_other_text, is_live};
use super::similarity::{Similarity, Words};
use super::{Desired, JournalView, PlanAction, PlanItem, PlanOptions, Reason, Step};
use crate::ids::{Destination, PostId};
use crate::limits;
use crate::outbox::{Actor, Event, HoldReason, OldNames, Publication, State};

/// The posts that may be renamed ones, by channel.
#[derive(Default)]
pub(super) struct MoveDetector {
    /// The former names that a post may have.
    old_names: BTreeMap<(PostId, Destination), OldNames>,
    /// The name that a published post may have now.
    new_name: BTreeMap<(PostId, Destination), PostId>,
}

/// A file whose text differs from its own post's messages in a chat.
struct NewFile<'f> {
    desired: &'f Desired,
    place: Destination,
    similarity: Similarity,
    kind: RenameCertainty,
    /// Its similarity to the messages of its own post, in percent: only a more similar post is a candidate.
    own: usize,
    /// Whether its own post is published, with nothing in progress.
    is_published: bool,
    /// Whether it would be sent at once, since its time has passed.
    is_late: bool,
}

/// What the journal knows of a new file's post in its chat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RenameCertainty {
    /// Nothing, or that it waits for the answer whether it was renamed.
    Fresh,
    /// It was accepted and has no messages.
    Known,
    /// It has messages with different text.
    Live,
}

/// The candidates for former posts, by channel.
type OldPosts<'k> = HashMap<Destination, Vec<PublishedPost<'k>>>;

impl MoveDetector {
    pub(super) fn find(
        files: &[Desired],
        newest: &[&Publication],
        journal: &JournalView<'_>,
        options: &PlanOptions,
    ) -> Self {
        let new = new_posts(files, newest, journal, options);
        if new.is_empty() {
            return Self::default();
        }
        let old = old_posts(&new, files, newest, journal);
        let mut found = Vec::new();
        for new_file in &new {
            let here = old.get(&new_file.place).map_or(&[][..], Vec::as_slice);
            let olds = candidates(new_file, here, &new);
            if !olds.is_empty() {
                found.push((new_file, olds));
            }
        }
        let mut moves = Self::default();
        loop {
            // If two posts only swapped their texts, both are edited: each message keeps a file.
            let is_asked = |(new_file, olds): &(&NewFile<'_>, Vec<&PublishedPost<'_>>)| {
                let is_open = |old: &&PublishedPost<'_>| {
                    let key = (old.publication.post.clone(), new_file.place);
                    old.own.is_none() || moves.old_names.contains_key(&key)
                };
                new_file.kind != RenameCertainty::Live
                    || !new_file.is_published
                    || olds.iter().any(is_open)
                    || moves.new_name.contains_key(&(new_file.desired.post.clone(), new_file.place))
            };
            let (kept, left): (Vec<_>, Vec<_>) = found.into_iter().partition(is_asked);
            found = left;
            if kept.is_empty() {
                break;
            }
            for (new_file, olds) in kept {
                moves.add(new_file, &olds);
            }
        }
        moves.extend_to_other_channels(&new, &old);
        moves.find_older(&new, journal);
        moves.find_elsewhere(&new, &old, journal);
        moves.name_channels(newest, journal);
        moves
    }

    /// Compares new posts with posts that are older than the journal and have no file.
    fn find_older(&mut self, new: &[NewFile<'_>], journal: &JournalView<'_>) {
        for new_file in new.iter().filter(|new_file| new_file.kind == RenameCertainty::Fresh) {
            let key = (new_file.desired.post.clone(), new_file.place);
            let is_close = |(_, words): &&(PostId, Words)| new_file.similarity.is_close_to(words);
            let close = journal.gone_history.iter().filter(is_close).map(|(post, _)| post.clone());
            if let Some(names) = OldNames::of(close).filter(|_| !self.old_names.contains_key(&key))
            {
                self.old_names.insert(key, names);
            }
        }
    }

    /// Compares new posts with posts of other chats that have no file: a file may be renamed while its channels, or their
    /// chats, change.
    fn find_elsewhere(
        &mut self,
        new: &[NewFile<'_>],
        old: &OldPosts<'_>,
        journal: &JournalView<'_>,
    ) {
        let has_vanished = |old: &&PublishedPost<'_>| {
            old.is_live() && !journal.files.contains(&old.publication.post)
        };
        for new_file in new.iter().filter(|new_file| new_file.kind == RenameCertainty::Fresh) {
            let key = (new_file.desired.post.clone(), new_file.place);
            let others = old.iter().filter(|(place, _)| **place != new_file.place);
            let others = others.flat_map(|(_, olds)| olds).filter(has_vanished);
            let alike: Vec<_> = others
                .filter(|old| {
                    old.is_same(&new_file.similarity) || old.is_close(&new_file.similarity)
                })
                .map(|old| old.publication)
                .collect();
            let names = OldNames::of(alike.iter().map(|old| old.post.clone()));
            let Some(names) = names.filter(|_| !self.old_names.contains_key(&key)) else {
                continue;
            };
            for old in alike {
                let name = self.new_name.entry((old.post.clone(), old.destination()));
                name.or_insert_with(|| new_file.desired.post.clone());
            }
            self.old_names.insert(key, names);
        }
    }

    fn add(&mut self, new: &NewFile<'_>, olds: &[&PublishedPost<'_>]) {
        let post = &new.desired.post;
        let names = olds.iter().map(|old| old.publication.post.clone());
        let Some(names) = OldNames::of(names) else { return };
        for old in olds {
            let name = self.new_name.entry((old.publication.post.clone(), new.place));
            let name = name.or_insert_with(|| post.clone());
            // An exact match wins.
            if new.similarity.is_same(&old.similarity) {
                name.clone_from(post);
            }
        }
        self.old_names.insert((post.clone(), new.place), names);
    }

    /// Extends a possible rename in one channel to the post's other channels, whatever their texts.
    fn extend_to_other_channels(&mut self, new: &[NewFile<'_>], old: &OldPosts<'_>) {
        let mut more = Vec::new();
        for new_file in new.iter().filter(|new_file| new_file.kind != RenameCertainty::Live) {
            let post = &new_file.desired.post;
            if self.old_names.contains_key(&(post.clone(), new_file.place)) {
                continue;
            }
            let names = self.old_names.iter().filter(|((new, _), _)| new == post);
            let names: BTreeSet<_> = names.flat_map(|(_, names)| names.posts()).cloned().collect();
            let here = old.get(&new_file.place).into_iter().flatten().filter(|old| old.is_live());
            let olds: Vec<_> = here.filter(|old| names.contains(&old.publication.post)).collect();
            more.push((new_file, olds));
        }
        for (new_file, olds) in more {
            self.add(new_file, &olds);
        }
    }

    /// Adds the channel to names that are ambiguous without it: the post may have different names in different channels, or the
    /// new name has its own messages in another channel.
    fn name_channels(&mut self, newest: &[&Publication], journal: &JournalView<'_>) {
        for ((new, place), names) in &mut self.old_names {
            let [old] = names.posts() else { continue };
            let here =
                newest.iter().find(|other| other.post == *old && other.destination() == *place);
            let is_split = newest.iter().any(|other| {
                let is_elsewhere = other.destination() != *place && is_live(other);
                let is_other = || match self.new_name.get(&(old.clone(), other.destination())) {
                    Some(other) => other != new,
                    None => journal.files.contains(old),
                };
                is_elsewhere && (other.post == *new || other.post == *old && is_other())
            });
            if let Some(here) = here.filter(|_| is_split) {
                *names = names.clone().in_channel(here.channel.to_string());
            }
        }
    }

    /// Holds a post that may be a renamed one until an operator decides. An edit needs the post's name on the command line.
    pub(super) fn ask(
        &self,
        item: PlanItem,
        new: &Desired,
        own: Option<&Publication>,
        is_named: bool,
    ) -> PlanItem {
        let old = new.destination.and_then(|place| self.old_names.get(&(new.post.clone(), place)));
        let Some(old) = old.filter(|_| !new.draft) else { return item };
        let (old, post) = (old.clone(), new.post.clone());
        if own.is_some_and(is_live) {
            if item.action != PlanAction::Edit || is_named {
                return item;
            }
            let reason = Reason::TakesOver { old, new: post };
            return PlanItem {
                action: PlanAction::Conflict,
                reason,
                step: None,
                diff: None,
                ..item
            };
        }
        if item.action == PlanAction::Nothing && item.step.is_none() {
            return item;
        }
        let held = HoldReason::MaybeMoved(old.clone());
        let is_held = own.is_some_and(|own| {
            own.state == (State::Held { held: held.clone() }) && own.payload == new.payload
        });
        let waits = own.filter(|own| !own.counts_as_new() && !own.state.is_terminal());
        let step = match (item.step, waits) {
            // It is already held for this question.
            _ if is_held => None,
            (Some(_), Some(own)) => {
                Some(Step::Apply(own.id, Event::Hold { held, by: Actor::File }))
            }
            (Some(Step::Accept(acceptance) | Step::AcceptHeld(acceptance, _)), None) => {
                Some(Step::AcceptHeld(acceptance, held))
            }
            _ => None,
        };
        let reason = Reason::MovedFrom { old, new: post, is_recorded: own.is_some() };
        PlanItem { action: PlanAction::Conflict, reason, step, diff: None, ..item }
    }

    /// Prevents the edit of a post whose messages match another file: the files may have been renamed in a circle.
    pub(super) fn guard(&self, item: PlanItem, place: Destination) -> PlanItem {
        match self.new_name_in(&item.post, place).filter(|_| item.action == PlanAction::Edit) {
            Some(reason) => {
                PlanItem { action: PlanAction::Conflict, reason, step: None, diff: None, ..item }
            }
            None => item,
        }
    }

    /// The new name that a published post may have in any channel, as a reason to leave it alone.
    pub(super) fn new_name_anywhere(&self, old: &PostId) -> Option<Reason> {
        let mut names = self.new_name.keys();
        let (_, place) = names.find(|(post, _)| post == old)?;
        self.new_name_in(old, *place)
    }

    /// The new name that a published post may have in a chat, as a reason to leave it alone.
    pub(super) fn new_name_in(&self, old: &PostId, place: Destination) -> Option<Reason> {
        let new = self.new_name.get(&(old.clone(), place))?.clone();
        let names = self.old_names.get(&(new.clone(), place));
        let channel = names.and_then(|names| names.channel().map(str::to_owned));
        Some(Reason::MovedTo { old: old.clone(), new, channel })
    }
}

/// The files whose text differs from their own post's messages.
fn new_posts<'f>(
    files: &'f [Desired],
    newest: &[&Publication],
    journal: &JournalView<'_>,
    options: &PlanOptions,
) -> Vec<NewFile<'f>> {
    let own: HashMap<(&PostId, Destination), &Publication> =
        newest.iter().map(|one| ((&one.post, one.destination()), *one)).collect();
    let is_history = |desired| journal.history.includes(desired, options.grace);
    let of = |desired: &'f Desired| {
        let place = desired.destination?;
        let own = own.get(&(&desired.post, place)).copied();
        let (kind, percent) = kind(desired, own)?;
        let time = desired.publish_at;
        Some(NewFile {
            desired,
            place,
            similarity: Similarity::of_file(desired),
            kind,
            own: percent,
            is_published: own.is_some_and(|own| own.state == State::Published),
            is_late: time.is_some_and(|at| at <= options.now) && !is_history(desired),
        })
    };
    files.iter().filter_map(of).collect()
}

/// What the journal knows of a file's post, and the similarity of their texts in percent; `None` if the texts are the same.
fn kind(desired: &Desired, own: Option<&Publication>) -> Option<(RenameCertainty, usize)> {
    let Some(own) = own.filter(|own| !own.counts_as_new()) else {
        return Some((RenameCertainty::Fresh, 0));
    };
    let is_live = is_live(own);
    if !is_live && own.state.is_terminal() {
        return Some((RenameCertainty::Known, 0));
    }
    has_other_text(own, desired).then(|| {
        let percent = Similarity::of_file(desired).percent(&Similarity::of_publication(own));
        (if is_live { RenameCertainty::Live } else { RenameCertainty::Known }, percent)
    })
}

/// The published posts whose own files do not have their text, by chat, the newest first.
fn old_posts<'k>(
    new: &[NewFile<'_>],
    files: &[Desired],
    newest: &[&'k Publication],
    journal: &JournalView<'k>,
) -> OldPosts<'k> {
    let wanted: HashMap<(&PostId, Destination), &Desired> =
        files.iter().filter_map(|file| Some(((&file.post, file.destination?), file))).collect();
    // Posts with a valid file, and whether the chats of all their channels are known.
    let mut found: BTreeMap<&PostId, bool> = BTreeMap::new();
    for file in files {
        *found.entry(&file.post).or_insert(true) &= file.destination.is_some();
    }
    let own = |old: &Publication| wanted.get(&(&old.post, old.destination())).copied();
    let has_no_file = |old: &Publication| match own(old) {
        Some(own) => has_other_text(old, own),
        None if journal.files.contains(&old.post) => found.get(&old.post) == Some(&true),
        None => true,
    };
    // A copy that would be sent at once needs an answer, although the original still has its file.
    let late = || new.iter().filter(|new| new.kind == RenameCertainty::Fresh && new.is_late);
    let late: BTreeSet<_> = late().map(|new| (new.place, new.desired.payload)).collect();
    let is_copied =
        |old: &Publication| late.contains(&(old.destination(), old.payload)) && is_live(old);
    let here = newest.iter().copied().filter(|old| has_no_file(old) || is_copied(old));
    let mut all: Vec<&Publication> =
        { here.chain(journal.vanished) }.filter(|old| counts(old)).collect();
    all.sort_by_key(|old| std::cmp::Reverse((old.published_at(), old.id)));
    let payloads: BTreeSet<_> = new.iter().map(|new| new.desired.payload).collect();
    let sources: BTreeSet<_> = new.iter().map(|new| new.desired.source).collect();
    let is_same =
        |old: &Publication| payloads.contains(&old.payload) || sources.contains(&old.source);
    let mut of_chat: OldPosts<'_> = HashMap::new();
    let mut count: HashMap<(Destination, bool), usize> = HashMap::new();
    for publication in all {
        let own = own(publication);
        let count = count.entry((publication.destination(), own.is_some())).or_default();
        *count += 1;
        // An exact match is compared however old it is.
        if *count <= limits::LOOKALIKES || is_same(publication) {
            of_chat
                .entry(publication.destination())
                .or_default()
                .push(PublishedPost::of(publication, own));
        }
    }
    of_chat
}

/// Whether a new post may be this publication. A post that an operator took back does not return under another name; one
/// that its own file took back may.
fn counts(publication: &Publication) -> bool {
    !publication.counts_as_new()
        && !matches!(&publication.state, State::Cancelled { by, .. } if !by.is_person())
}

/// The published posts that a file may be: exact matches, or else similar ones. For a file that the journal does not know,
/// then the only one with the same headings and time, or else, if the file would be sent at once, all posts in the channel.
fn candidates<'o, 'k>(
    new: &NewFile<'_>,
    old: &'o [PublishedPost<'k>],
    all: &[NewFile<'_>],
) -> Vec<&'o PublishedPost<'k>> {
    let is_other = |old: &&PublishedPost<'_>| old.publication.post != new.desired.post;
    let old = || {
        let counts = |old: &&PublishedPost<'_>| new.kind == RenameCertainty::Fresh || old.is_live();
        old.iter().filter(is_other).filter(counts)
    };
    let is_copy = |old: &PublishedPost<'_>| {
        new.kind == RenameCertainty::Fresh && new.is_late && new.similarity.is_same(&old.similarity)
    };
    let same: Vec<_> = old().filter(|old| old.is_same(&new.similarity) || is_copy(old)).collect();
    if !same.is_empty() {
        return same;
    }
    let is_nearer = |old: &&PublishedPost<'_>| new.similarity.percent(&old.similarity) > new.own;
    let close: Vec<_> =
        old().filter(|old| old.is_close(&new.similarity)).filter(is_nearer).collect();
    if !close.is_empty() || new.kind != RenameCertainty::Fresh {
        return close;
    }
    let vanished = || old().filter(|old| old.own.is_none());
    let alike: Vec<_> =
        vanished().filter(|old| new.similarity.has_shape_of(&old.similarity)).collect();
    if let [only] = alike.as_slice() {
        let rivals = all.iter().filter(|other| {
            other.kind == RenameCertainty::Fresh
                && other.place == new.place
                && other.similarity.has_shape_of(&only.similarity)
        });
        if rivals.count() == 1 {
            return alike;
        }
    }
    if !new.is_late {
        return Vec::new();
    }
    let mut there: Vec<_> = vanished().filter(|old| old.is_live()).collect();
    // A post with the same time is the most likely candidate.
    there.sort_by_key(|old| old.publication.file_publish_at != new.desired.publish_at);
    there
}
