//! Publications that no good file asks for: left, taken out, or known under another name. Only where the file is gone is
//! anything ever deleted.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::edit::{begun, removal, withdrawal};
use super::moved::MoveDetector;
use super::{Action, Desired, Diff, Item, JournalView, PlanOptions, Presence, Reason};
use crate::ids::ChannelName;
use crate::outbox::{Actor, Event, HoldReason, Part, Publication, State};
use crate::status;

/// A publication that no good file asks for.
pub(super) fn not_asked_for(
    publication: &Publication,
    files: &[Desired],
    moves: &MoveDetector,
    known: &JournalView<'_>,
    asked: &PlanOptions,
) -> Option<Item> {
    if !asked.posts.is_empty() && !asked.posts.contains(&publication.post) {
        return None;
    }
    if matches!(publication.state, State::Cancelled { .. } | State::Superseded { .. }) {
        return None;
    }
    let is_pruned = publication.parts.iter().any(Part::is_being_pruned);
    let cancel = || Event::Cancel { by: Actor::File };
    let item = |action, reason| Item {
        post: publication.post.clone(),
        publication: Some(publication.id),
        channel: publication.channel.clone(),
        zone: jiff::tz::TimeZone::UTC,
        edition: publication.edition.clone(),
        action,
        parts: publication.parts.len(),
        due_at: None,
        reason,
        diff: None,
        step: None,
        target: known.target(publication),
        needs_approval: false,
    };
    if known.files.contains(&publication.post) && is_pruned {
        let event = withdrawal(publication, &asked.by);
        return Some(item(Action::Cancel, Reason::FileBack).by(publication, event));
    }
    if known.broken.contains(&publication.post) {
        let waits = !publication.state.is_terminal();
        return Some(item(if waits { Action::Held } else { Action::Nothing }, Reason::Broken));
    }
    if known.files.contains(&publication.post) {
        if follows_its_channel(publication, files, asked.now) {
            return Some(item(Action::Cancel, Reason::ChannelMoved).by(publication, cancel()));
        }
        let reason = still_wanted(publication, files, known)?;
        if let Some(reason) = moves.new_name(&publication.post, publication.chat) {
            return Some(item(Action::Conflict, reason));
        }
        let waits = !publication.state.is_terminal();
        if waits && matches!(reason, Reason::NoEdition { is_sent: false }) {
            return Some(item(Action::Cancel, reason).by(publication, cancel()));
        }
        return Some(item(if waits { Action::Held } else { Action::Nothing }, reason));
    }
    // It was never sent, and nobody has to say any more whether it was moved.
    if publication.counts_as_new() {
        return Some(item(Action::Cancel, Reason::GoneUnsent).by(publication, cancel()));
    }
    let here = moves.new_name(&publication.post, publication.chat);
    if let Some(reason) = here.or_else(|| moves.new_name_anywhere(&publication.post)) {
        if is_pruned {
            let event = withdrawal(publication, &asked.by);
            return Some(item(Action::Cancel, reason).by(publication, event));
        }
        return Some(item(Action::Conflict, reason));
    }
    Some(without_file(publication, known, asked, item))
}

/// What is done about a publication whose file is gone.
fn without_file(
    publication: &Publication,
    known: &JournalView<'_>,
    asked: &PlanOptions,
    item: impl Fn(Action, Reason) -> Item,
) -> Item {
    if matches!(publication.state, State::Uncertain | State::Cancelling { .. }) {
        let why = status::reason(publication, &known.target(publication)).unwrap_or_default();
        return item(Action::Held, Reason::UnderWay(why));
    }
    if !asked.prune {
        let waits = !publication.state.is_terminal();
        let is_unsent = waits && !begun(publication);
        let reason = if is_unsent { Reason::VanishedUnsent } else { Reason::Vanished };
        return item(if waits { Action::Held } else { Action::Nothing }, reason);
    }
    if let Some(file) = known.unread {
        return item(Action::Conflict, Reason::MayBeUnread(file.to_owned()));
    }
    match &publication.state {
        State::Scheduled | State::Due | State::Held { .. } if !begun(publication) => {
            let cancel = Event::Cancel { by: asked.by.clone() };
            item(Action::Cancel, Reason::Pruned).by(publication, cancel)
        }
        State::Published | State::Failed { .. } => match removal(publication, asked.now) {
            Err(reason) => item(Action::Conflict, reason),
            Ok(revisions) if revisions.is_empty() => item(Action::Nothing, Reason::Vanished),
            Ok(mut revisions) => {
                for revision in &mut revisions {
                    revision.pruned = true;
                }
                let event = Event::Revise {
                    payload: publication.payload,
                    source: publication.source,
                    revisions,
                    appended: Vec::new(),
                    pin: publication.pin.wanted,
                    by: asked.by.clone(),
                };
                let diff = Some(Diff::of_publication(publication, &[], publication.pin.wanted));
                Item { diff, ..item(Action::Delete, Reason::Pruned) }.by(publication, event)
            }
        },
        _ => {
            let why = status::reason(publication, &known.target(publication));
            item(
                Action::Held,
                Reason::UnderWay(why.unwrap_or_else(|| "it is being sent".to_owned())),
            )
        }
    }
}

/// Why no good file asks for a publication whose post has one; `None` where that is said of another chat, or where it is not
/// known.
fn still_wanted(
    publication: &Publication,
    files: &[Desired],
    known: &JournalView<'_>,
) -> Option<Reason> {
    let of_post = || files.iter().filter(|desired| desired.post == publication.post);
    // The conflict is reported where the post is to be published.
    let is_published = |chat| {
        let mut all = known.publications.iter();
        all.any(|one| one.post == publication.post && Some(one.chat) == chat && begun(one))
    };
    let is_conflict =
        |desired: &Desired| went_elsewhere(publication, desired) && !is_published(desired.chat);
    if of_post().any(is_conflict) {
        return None;
    }
    let is_sent = publication.state == State::Published || !publication.is_unsent();
    let is_here = |(_, chat): &&(ChannelName, Option<i64>)| *chat == Some(publication.chat);
    if known.config.iter().any(|channel| is_here(&channel)) {
        return Some(Reason::NoEdition { is_sent });
    }
    // A channel that nobody has found may be its own under another name.
    let is_unresolved = known.config.iter().any(|(_, chat)| chat.is_none());
    let is_other_chat = known.config.iter().any(|(name, _)| *name == publication.channel);
    (!is_unresolved).then_some(Reason::NoChannel { is_other_chat, is_sent })
}

/// Why a post that is not known in its chat may not simply be sent: it is, or may be, in another chat as this channel's. `taken`
/// are the chats that its file asks for: what is there belongs to another channel of the config by now.
pub(super) fn elsewhere(
    desired: &Desired,
    of_post: &[&Publication],
    taken: &BTreeSet<i64>,
    known: &JournalView<'_>,
    now: Timestamp,
) -> Option<(Action, Reason)> {
    let is_known = |chat| known.config.iter().any(|(_, known)| *known == Some(chat));
    if desired.chat.is_none() && of_post.iter().any(|one| begun(one) && !is_known(one.chat)) {
        return Some((Action::Held, Reason::ChatUnknown(desired.channel.chat.clone())));
    }
    let elsewhere = of_post.iter().filter(|publication| {
        went_elsewhere(publication, desired)
            && !taken.contains(&publication.chat)
            && !moves_along(publication, now)
    });
    let elsewhere = elsewhere.max_by_key(|publication| publication.id)?;
    if let State::Cancelled { .. } = elsewhere.state {
        let how = status::reason(elsewhere, &known.target(elsewhere)).unwrap_or_default();
        return Some((Action::Nothing, Reason::Withdrawn(how)));
    }
    let (chat, presence) = (known.address(elsewhere.chat), Presence::of(elsewhere));
    Some((Action::Conflict, Reason::Elsewhere { chat, presence }))
}

/// Whether a publication that waits for the chat that its channel was before waits for nobody: what its file put on the schedule
/// goes on in the new chat.
fn moves_along(publication: &Publication, now: Timestamp) -> bool {
    let waits = matches!(
        publication.state,
        State::Scheduled
            | State::Due
            | State::Held { held: HoldReason::File | HoldReason::Channel }
    );
    // What a person wants now is wanted in the new chat.
    let is_for_later = publication.by_hand && publication.due_at > now;
    waits && publication.is_unsent() && !is_for_later
}

/// Whether the channel of a publication that waits is another chat by now, and it is to go out there.
fn follows_its_channel(publication: &Publication, files: &[Desired], now: Timestamp) -> bool {
    let mut of_post = files.iter().filter(|desired| desired.post == publication.post);
    moves_along(publication, now) && of_post.any(|desired| went_elsewhere(publication, desired))
}

/// The publication that keeps a post from going out in a channel: it is, or may be, in the chat that the channel was before.
#[must_use]
pub fn found_elsewhere<'p>(all: &'p [Publication], desired: &Desired) -> Option<&'p Publication> {
    // What its own file took back there is as new.
    let is_here = |known: &Publication| Some(known.chat) == desired.chat && !known.counts_as_new();
    if all.iter().any(is_here) {
        return None;
    }
    // What was only cancelled there is in no channel.
    let counts = |known: &&Publication| !(known.state.is_terminal() && known.is_unsent());
    all.iter().filter(|known| went_elsewhere(known, desired)).find(counts)
}

/// Whether a publication is what a file asks for in a channel of the config that was another chat when it went out.
fn went_elsewhere(publication: &Publication, desired: &Desired) -> bool {
    publication.channel == desired.channel.name
        && desired.chat.is_some_and(|chat| chat != publication.chat)
        && match &publication.state {
            State::Superseded { .. } => false,
            // What its file took back is as new; what a person took back stays away.
            State::Cancelled { by, .. } => by.is_person() || !publication.is_unsent(),
            _ => true,
        }
}
