//! New posts that may be published ones under another name: their files came when another file had vanished.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::edit::begun;
use super::likeness::Likeness;
use super::{Action, Asked, Desired, Item, Known, Reason, Step};
use crate::limits;
use crate::outbox::{Cancellation, Held, OldNames, PayloadHash, Publication, State};
use crate::post::PostId;

/// Which new posts may be which vanished ones.
#[derive(Default)]
pub(super) struct Moves {
    /// What a new post may have been called, by the post and its channel.
    old_of: BTreeMap<(PostId, i64), OldNames>,
    /// What a vanished post may be called now.
    new_of: BTreeMap<PostId, PostId>,
}

/// A new post in one channel.
struct New<'f> {
    desired: &'f Desired,
    chat: i64,
    likeness: Likeness,
    /// Whether it would go out at once, since its time has passed.
    is_late: bool,
}

/// A publication whose file has vanished.
struct Old<'k> {
    publication: &'k Publication,
    likeness: Likeness,
}

impl Moves {
    pub(super) fn find(
        files: &[Desired],
        newest: &[&Publication],
        known: &Known<'_>,
        asked: &Asked,
    ) -> Self {
        let new = new_posts(files, newest, known, asked);
        if new.is_empty() {
            return Self::default();
        }
        let old = vanished(&new, files, newest, known);
        let mut moves = Self::default();
        for one in &new {
            let Some(old) = old.get(&one.chat) else { continue };
            let found = candidates(one, old, &new);
            let Some(names) = OldNames::of(found.iter().map(|old| old.publication.post.clone()))
            else {
                continue;
            };
            // None of them is deleted while nobody has said which it is.
            for old in &found {
                moves.new_of.insert(old.publication.post.clone(), one.desired.post.clone());
            }
            moves.old_of.insert((one.desired.post.clone(), one.chat), names);
        }
        moves
    }

    /// What is done about a new post, unless it may be a vanished one under another name: then it is held until a person
    /// has said which it is. A post that is named is meant.
    pub(super) fn ask(&self, item: Item, new: &Desired, is_named: bool) -> Item {
        let old = new.chat.and_then(|chat| self.old_of.get(&(new.post.clone(), chat)));
        let Some(old) = old.filter(|_| !is_named && !new.draft) else { return item };
        let reason = Reason::MovedFrom { old: old.clone(), new: new.post.clone() };
        let step = match item.step {
            Some(Step::Accept(acceptance) | Step::AcceptHeld(acceptance, _)) => {
                Some(Step::AcceptHeld(acceptance, Held::MaybeMoved(old.clone())))
            }
            _ => None,
        };
        Item { action: Action::Conflict, reason, step, diff: None, ..item }
    }

    /// The edit of a post that says just what a new one says now is not made: the files' names may have gone round.
    pub(super) fn guard(&self, item: Item) -> Item {
        match self.new_of.get(&item.post).filter(|_| item.action == Action::Edit) {
            Some(new) => {
                let reason = Reason::MovedTo { old: item.post.clone(), new: new.clone() };
                Item { action: Action::Conflict, reason, step: None, diff: None, ..item }
            }
            None => item,
        }
    }

    /// What a vanished post may be called now.
    pub(super) fn new_name(&self, old: &PostId) -> Option<&PostId> {
        self.new_of.get(old)
    }
}

/// The posts that nothing is known of but that they wait for this very question.
fn new_posts<'f>(
    files: &'f [Desired],
    newest: &[&Publication],
    known: &Known<'_>,
    asked: &Asked,
) -> Vec<New<'f>> {
    let published: BTreeSet<&PostId> = newest
        .iter()
        .filter(|publication| !publication.is_as_new())
        .map(|publication| &publication.post)
        .collect();
    let is_history = |desired| known.history.includes(desired, asked.grace);
    let of = |desired: &'f Desired| {
        let time = desired.publish_at;
        Some(New {
            desired,
            chat: desired.chat?,
            likeness: Likeness::of_parts(&desired.parts, desired.payload, time),
            is_late: time.is_some_and(|at| at <= asked.now) && !is_history(desired),
        })
    };
    let is_new = |desired: &&Desired| !published.contains(&desired.post);
    files.iter().filter(is_new).filter_map(of).collect()
}

/// What has no file, by channel, the newest first; and what has a file that says something else now, where a new post says
/// just what was published: the files' names went round.
fn vanished<'k>(
    new: &[New<'_>],
    files: &[Desired],
    newest: &[&'k Publication],
    known: &Known<'k>,
) -> HashMap<i64, Vec<Old<'k>>> {
    let payloads: BTreeSet<_> = new.iter().map(|new| new.desired.payload).collect();
    let wanted: HashMap<(&PostId, Option<i64>), PayloadHash> =
        files.iter().map(|file| ((&file.post, file.chat), file.payload)).collect();
    let says_other = |old: &Publication| {
        let now = wanted.get(&(&old.post, Some(old.chat)));
        payloads.contains(&old.payload) && now.is_some_and(|now| *now != old.payload)
    };
    let own = { newest.iter().copied() }
        .filter(|old| !known.files.contains(&old.post) || says_other(old));
    let mut all: Vec<&Publication> =
        own.chain(known.vanished).filter(|publication| counts(publication)).collect();
    all.sort_by_key(|publication| std::cmp::Reverse((publication.went_out(), publication.id)));
    let mut of_chat: HashMap<i64, Vec<Old<'_>>> = HashMap::new();
    for publication in all {
        let here = of_chat.entry(publication.chat).or_default();
        // One that says the very same is compared however old it is.
        if here.len() < limits::LOOKALIKES || payloads.contains(&publication.payload) {
            here.push(Old { publication, likeness: Likeness::of_publication(publication) });
        }
    }
    of_chat
}

/// Whether a new post may be this vanished one. What a person took out does not come back because its file has another
/// name; what its own file took back may.
fn counts(publication: &Publication) -> bool {
    !publication.is_as_new()
        && !matches!(&publication.state, State::Cancelled { by, .. } if !by.is_person())
}

/// The vanished posts that a new one may be: those that say the same, or else the one with its headings and its time, or
/// else, where it would be sent at once, all that are in the channel.
fn candidates<'o, 'k>(new: &New<'_>, old: &'o [Old<'k>], all: &[New<'_>]) -> Vec<&'o Old<'k>> {
    let is_same = |old: &&Old<'_>| new.likeness.is_same(&old.likeness);
    let same: Vec<_> = old.iter().filter(is_same).collect();
    if !same.is_empty() {
        return same;
    }
    let is_close = |old: &&Old<'_>| new.likeness.is_close(&old.likeness);
    let close: Vec<_> = old.iter().filter(is_close).collect();
    if !close.is_empty() {
        return close;
    }
    let alike: Vec<_> = old.iter().filter(|old| new.likeness.has_shape_of(&old.likeness)).collect();
    if let [only] = alike.as_slice() {
        let rivals = all
            .iter()
            .filter(|other| other.chat == new.chat && other.likeness.has_shape_of(&only.likeness));
        if rivals.count() == 1 {
            return alike;
        }
    }
    if !new.is_late {
        return Vec::new();
    }
    let is_there = |old: &&Old<'_>| begun(old.publication) && !is_deleted(old.publication);
    let mut there: Vec<_> = old.iter().filter(is_there).collect();
    // The one with the same time is the most likely one.
    there.sort_by_key(|old| old.publication.named_at != new.desired.publish_at);
    there
}

fn is_deleted(publication: &Publication) -> bool {
    matches!(publication.state, State::Cancelled { cancellation: Cancellation::Deleted, .. })
}
