//! Files that say what another post's messages show: that post may have this name now, and is asked about before anything is
//! sent, edited or deleted for it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::edit::begun;
use super::likeness::Likeness;
use super::{Action, Asked, Desired, Item, Known, Reason, Step};
use crate::limits;
use crate::outbox::{Actor, Cancellation, Event, Held, OldNames, Publication, State};
use crate::post::PostId;

/// Which posts may be which published ones, in each chat.
#[derive(Default)]
pub(super) struct Moves {
    /// What a post may have been called.
    old_of: BTreeMap<(PostId, i64), OldNames>,
    /// What a published post may be called now.
    new_of: BTreeMap<(PostId, i64), PostId>,
}

/// A post whose file says something else in a chat than its own messages there show.
struct New<'f> {
    desired: &'f Desired,
    chat: i64,
    likeness: Likeness,
    kind: Kind,
    /// Whether it says nearly what was accepted of its own post: only another post's very text counts then.
    is_near_own: bool,
    /// Whether it would go out at once, since its time has passed.
    is_late: bool,
}

/// What the journal knows of such a post in its chat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing but that it waits for this very question.
    Fresh,
    /// It was accepted, and has no messages there.
    Known,
    /// It has messages there, which show something else.
    Live,
}

/// A published post whose own file does not say what its messages show: it has vanished, or says something else now.
struct Old<'k> {
    publication: &'k Publication,
    likeness: Likeness,
    /// What its own file says now, where it has one for this chat.
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

    fn is_live(&self) -> bool {
        is_live(self.publication)
    }
}

/// Whether a published post has the name of the file `new` now: that says what was published, or nearly, and the post's own
/// file, where there is one, says something else.
#[must_use]
pub fn is_moved(publication: &Publication, own: Option<&Desired>, new: &Desired) -> bool {
    let (old, new) = (Old::of(publication, own), Likeness::of_file(new));
    old.is_same(&new) || old.is_close(&new)
}

/// Whether the file of a published post says something else now than it did, and not only by a changed style or version.
#[must_use]
pub fn says_other(publication: &Publication, own: &Desired) -> bool {
    own.payload != publication.payload && own.source != publication.source
}

/// The published posts of each chat that a file may be.
type OldOf<'k> = HashMap<i64, Vec<Old<'k>>>;

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
            let is_asked = |(one, olds): &(&New<'_>, Vec<&Old<'_>>)| {
                one.kind != Kind::Live
                    || olds.iter().any(|old| old.own.is_none())
                    || moves.new_of.contains_key(&(one.desired.post.clone(), one.chat))
            };
            let (kept, left): (Vec<_>, Vec<_>) = found.into_iter().partition(is_asked);
            found = left;
            if kept.is_empty() {
                break;
            }
            for (one, olds) in kept {
                moves.add(one, olds.iter().map(|old| &old.publication.post));
            }
        }
        moves.spread(&new, &old);
        moves.name_channels(newest);
        moves
    }

    fn add<'p>(&mut self, new: &New<'_>, old: impl Iterator<Item = &'p PostId> + Clone) {
        let Some(names) = OldNames::of(old.clone().cloned()) else { return };
        for old in old {
            self.new_of.insert((old.clone(), new.chat), new.desired.post.clone());
        }
        self.old_of.insert((new.desired.post.clone(), new.chat), names);
    }

    /// A post that may be another one in one of its channels may be it in the others too, whatever it says there.
    fn spread(&mut self, new: &[New<'_>], old: &OldOf<'_>) {
        let mut more = Vec::new();
        for one in new.iter().filter(|one| one.kind != Kind::Live) {
            let post = &one.desired.post;
            if self.old_of.contains_key(&(post.clone(), one.chat)) {
                continue;
            }
            let names = self.old_of.iter().filter(|((known, _), _)| known == post);
            let names: BTreeSet<_> = names.flat_map(|(_, names)| names.posts()).cloned().collect();
            let here = old.get(&one.chat).into_iter().flatten().filter(|old| old.is_live());
            let posts: Vec<_> = here
                .map(|old| old.publication.post.clone())
                .filter(|post| names.contains(post))
                .collect();
            more.push((one, posts));
        }
        for (one, posts) in more {
            self.add(one, posts.iter());
        }
    }

    /// Where a post may have one name in one channel and another in the next, the channel has to be said.
    fn name_channels(&mut self, newest: &[&Publication]) {
        for ((new, chat), names) in &mut self.old_of {
            let [old] = names.posts() else { continue };
            let here = newest.iter().find(|one| one.post == *old && one.chat == *chat);
            let is_split = newest.iter().any(|one| {
                one.post == *old
                    && one.chat != *chat
                    && is_live(one)
                    && self.new_of.get(&(old.clone(), one.chat)) != Some(new)
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
        let held = Held::MaybeMoved(old.clone());
        let waits = own.filter(|own| !own.is_as_new() && !own.state.is_terminal());
        let step = match (item.step, waits) {
            (Some(_), Some(own)) => {
                Some(Step::Happen(own.id, Event::Hold { held, by: Actor::File }))
            }
            (Some(Step::Accept(acceptance) | Step::AcceptHeld(acceptance, _)), None) => {
                Some(Step::AcceptHeld(acceptance, held))
            }
            _ => None,
        };
        let reason = Reason::MovedFrom { old, new: post };
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
    known: &Known<'_>,
    asked: &Asked,
) -> Vec<New<'f>> {
    let own: HashMap<(&PostId, i64), &Publication> =
        newest.iter().map(|one| ((&one.post, one.chat), *one)).collect();
    let is_history = |desired| known.history.includes(desired, asked.grace);
    let of = |desired: &'f Desired| {
        let chat = desired.chat?;
        let (kind, is_near_own) = kind(desired, own.get(&(&desired.post, chat)).copied())?;
        let time = desired.publish_at;
        Some(New {
            desired,
            chat,
            likeness: Likeness::of_file(desired),
            kind,
            is_near_own,
            is_late: time.is_some_and(|at| at <= asked.now) && !is_history(desired),
        })
    };
    files.iter().filter_map(of).collect()
}

/// What is known of a post whose file says something else than its own messages show, and whether that is nearly the same;
/// `None` where it says the same.
fn kind(desired: &Desired, own: Option<&Publication>) -> Option<(Kind, bool)> {
    let Some(own) = own.filter(|own| !own.is_as_new()) else { return Some((Kind::Fresh, false)) };
    let is_live = is_live(own);
    if !is_live && own.state.is_terminal() {
        return Some((Kind::Known, false));
    }
    says_other(own, desired).then(|| {
        let is_near = Likeness::of_file(desired).is_close(&Likeness::of_publication(own));
        (if is_live { Kind::Live } else { Kind::Known }, is_near)
    })
}

/// The published posts whose own files do not say what they show, by channel, the newest first.
fn old_names<'k>(
    new: &[New<'_>],
    files: &[Desired],
    newest: &[&'k Publication],
    known: &Known<'k>,
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
    let here = newest.iter().copied().filter(|old| has_no_file(old));
    let chats: BTreeSet<i64> = new.iter().map(|new| new.chat).collect();
    let mut all: Vec<&Publication> = { here.chain(known.vanished) }
        .filter(|old| counts(old) && chats.contains(&old.chat))
        .collect();
    all.sort_by_key(|old| std::cmp::Reverse((old.went_out(), old.id)));
    let payloads: BTreeSet<_> = new.iter().map(|new| new.desired.payload).collect();
    let mut of_chat: OldOf<'_> = HashMap::new();
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

/// Whether a new post may be this published one. What a person took out does not come back because its file has another
/// name; what its own file took back may.
fn counts(publication: &Publication) -> bool {
    !publication.is_as_new()
        && !matches!(&publication.state, State::Cancelled { by, .. } if !by.is_person())
}

/// The published posts that a file may be: those that say the same, or else nearly the same. For one that the journal knows
/// nothing of, also the one with its headings and its time, or else, where it would be sent at once, all that are in the
/// channel.
fn candidates<'o, 'k>(new: &New<'_>, old: &'o [Old<'k>], all: &[New<'_>]) -> Vec<&'o Old<'k>> {
    let is_other = |old: &&Old<'_>| old.publication.post != new.desired.post;
    let old = || {
        let counts = |old: &&Old<'_>| new.kind == Kind::Fresh || old.is_live();
        old.iter().filter(is_other).filter(counts)
    };
    let same: Vec<_> = old().filter(|old| old.is_same(&new.likeness)).collect();
    if !same.is_empty() {
        return same;
    }
    if new.is_near_own {
        return Vec::new();
    }
    let close: Vec<_> = old().filter(|old| old.is_close(&new.likeness)).collect();
    if !close.is_empty() || new.kind != Kind::Fresh {
        return close;
    }
    let vanished = || old().filter(|old| old.own.is_none());
    let alike: Vec<_> = vanished().filter(|old| new.likeness.has_shape_of(&old.likeness)).collect();
    if let [only] = alike.as_slice() {
        let rivals = all.iter().filter(|other| {
            other.kind == Kind::Fresh
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

/// Whether something of it is in the channel, or may be.
fn is_live(publication: &Publication) -> bool {
    begun(publication)
        && !matches!(
            publication.state,
            State::Cancelled { cancellation: Cancellation::Deleted, .. }
        )
}
