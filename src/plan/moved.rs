//! New posts that may be published ones under another name: their files came when another file had vanished or changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::edit::begun;
use super::likeness::Likeness;
use super::{Action, Asked, Desired, Item, Known, Reason, Step};
use crate::limits;
use crate::outbox::{Cancellation, Held, OldNames, Publication, State};
use crate::post::PostId;

/// Which new posts may be which published ones.
#[derive(Default)]
pub(super) struct Moves {
    /// What a new post may have been called, by the post and its channel.
    old_of: BTreeMap<(PostId, i64), OldNames>,
    /// What a published post may be called now.
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

/// A published post that a new one may be: its file has vanished, or says something else now.
struct Old<'k> {
    publication: &'k Publication,
    likeness: Likeness,
    /// What its own file says now, where it has one.
    own: Option<Likeness>,
}

impl<'k> Old<'k> {
    fn of(publication: &'k Publication, own: Option<&Desired>) -> Self {
        let likeness = Likeness::of_publication(publication);
        Self { publication, likeness, own: own.map(Likeness::of_file) }
    }

    /// Whether a file says just what was published, and its own file does not.
    fn is_same(&self, new: &Likeness) -> bool {
        let is_kept = self.own.as_ref().is_some_and(|own| own.is_same(&self.likeness));
        !is_kept && new.is_same(&self.likeness)
    }

    /// Whether a file says nearly what was published, and its own file does not.
    fn is_close(&self, new: &Likeness) -> bool {
        let is_kept = self.own.as_ref().is_some_and(|own| own.is_close(&self.likeness));
        !is_kept && new.is_close(&self.likeness)
    }
}

/// Whether a published post has the name of the file `new` now: that says what was published, or nearly, and the post's own
/// file, where there is one, says something else.
#[must_use]
pub fn is_moved(publication: &Publication, own: Option<&Desired>, new: &Desired) -> bool {
    let (old, new) = (Old::of(publication, own), Likeness::of_file(new));
    old.is_same(&new) || old.is_close(&new)
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
        let wanted: Wanted<'_> =
            files.iter().filter_map(|file| Some(((&file.post, file.chat?), file))).collect();
        let old = old_names(&new, &wanted, newest, known);
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
        while moves.follow(files, newest, &wanted, known) {}
        moves
    }

    /// Names that went round: the name of a post that may be moved may have become another published post's. Whether one more
    /// was found.
    fn follow(
        &mut self,
        files: &[Desired],
        newest: &[&Publication],
        wanted: &Wanted<'_>,
        known: &Known<'_>,
    ) -> bool {
        let taken: Vec<_> = { files.iter() }
            .filter(|file| self.new_of.contains_key(&file.post))
            .map(|file| (file, Likeness::of_file(file)))
            .collect();
        let mut found = Vec::new();
        for old in newest.iter().filter(|old| counts(old) && !self.new_of.contains_key(&old.post)) {
            let own = wanted.get(&(&old.post, old.chat)).copied();
            if !has_no_file_of_its_own(old, own, known) {
                continue;
            }
            let mut here = taken.iter().filter(|(file, _)| file.chat == Some(old.chat)).peekable();
            if here.peek().is_none() {
                continue;
            }
            let one = Old::of(old, own);
            if let Some((file, _)) = here.find(|(_, file)| one.is_same(file) || one.is_close(file))
            {
                found.push((old.post.clone(), file.post.clone()));
            }
        }
        let is_more = !found.is_empty();
        self.new_of.extend(found);
        is_more
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

    /// What a published post may be called now.
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
            likeness: Likeness::of_file(desired),
            is_late: time.is_some_and(|at| at <= asked.now) && !is_history(desired),
        })
    };
    let is_new = |desired: &&Desired| !published.contains(&desired.post);
    files.iter().filter(is_new).filter_map(of).collect()
}

/// What the files ask for, by post and chat.
type Wanted<'f> = HashMap<(&'f PostId, i64), &'f Desired>;

/// Whether the file of a published post has vanished, or says something else now.
fn has_no_file_of_its_own(old: &Publication, own: Option<&Desired>, known: &Known<'_>) -> bool {
    match own {
        Some(own) => own.payload != old.payload,
        None => !known.files.contains(&old.post),
    }
}

/// The published posts that new ones may be, by channel, the newest first.
fn old_names<'k>(
    new: &[New<'_>],
    wanted: &Wanted<'_>,
    newest: &[&'k Publication],
    known: &Known<'k>,
) -> HashMap<i64, Vec<Old<'k>>> {
    let payloads: BTreeSet<_> = new.iter().map(|new| new.desired.payload).collect();
    let own = |old: &Publication| wanted.get(&(&old.post, old.chat)).copied();
    let here = newest.iter().copied().filter(|old| has_no_file_of_its_own(old, own(old), known));
    let mut all: Vec<&Publication> =
        here.chain(known.vanished).filter(|publication| counts(publication)).collect();
    all.sort_by_key(|publication| std::cmp::Reverse((publication.went_out(), publication.id)));
    let chats: BTreeSet<i64> = new.iter().map(|new| new.chat).collect();
    all.retain(|publication| chats.contains(&publication.chat));
    let mut of_chat: HashMap<i64, Vec<Old<'_>>> = HashMap::new();
    let mut count: HashMap<(i64, bool), usize> = HashMap::new();
    for publication in all {
        let own = own(publication);
        let count = count.entry((publication.chat, own.is_some())).or_default();
        *count += 1;
        // One that says the very same is compared however old it is.
        if *count <= limits::LOOKALIKES || payloads.contains(&publication.payload) {
            of_chat.entry(publication.chat).or_default().push(Old::of(publication, own));
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
    let same: Vec<_> = old.iter().filter(|old| old.is_same(&new.likeness)).collect();
    if !same.is_empty() {
        return same;
    }
    let close: Vec<_> = old.iter().filter(|old| old.is_close(&new.likeness)).collect();
    if !close.is_empty() {
        return close;
    }
    let vanished = || old.iter().filter(|old| old.own.is_none());
    let alike: Vec<_> = vanished().filter(|old| new.likeness.has_shape_of(&old.likeness)).collect();
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
    let mut there: Vec<_> = vanished().filter(is_there).collect();
    // The one with the same time is the most likely one.
    there.sort_by_key(|old| old.publication.named_at != new.desired.publish_at);
    there
}

fn is_deleted(publication: &Publication) -> bool {
    matches!(publication.state, State::Cancelled { cancellation: Cancellation::Deleted, .. })
}
