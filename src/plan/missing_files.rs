//! Plans the publications that no valid file asks for: keep, delete, or treat as renamed. Only a publication whose file is
//! gone is ever deleted.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::edit::{delete, may_be_in_channel, present_parts, withdraw_changes};
use super::moved::MoveDetector;
use super::reason::{FormerChat, FormerChatPresence};
use super::{Desired, Diff, JournalView, PlanAction, PlanItem, PlanOptions, Reason};
use crate::ids::Destination;
use crate::outbox::{Actor, Event, HoldReason, Part, Publication, State};
use crate::status;

/// The item of a publication that no valid file asks for.
pub(super) fn plan_missing(
    publication: &Publication,
    files: &[Desired],
    moves: &MoveDetector,
    journal: &JournalView<'_>,
    options: &PlanOptions,
) -> Option<PlanItem> {
    if !options.posts.is_empty() && !options.posts.contains(&publication.post) {
        return None;
    }
    if matches!(publication.state, State::Cancelled { .. } | State::Superseded { .. }) {
        return None;
    }
    let is_pruned = publication.parts.iter().any(Part::is_being_pruned);
    let cancel = || Event::Cancel { by: Actor::File };
    let item = |action, reason| PlanItem {
        post: publication.post.clone(),
        publication: Some(publication.id),
        channel: publication.channel.clone(),
        is_comments: false,
        zone: jiff::tz::TimeZone::UTC,
        edition: publication.edition.clone(),
        action,
        parts: present_parts(publication),
        occurrence: publication.occurrence,
        due_at: None,
        reason,
        diff: None,
        step: None,
        target: journal.target(publication),
        needs_approval: false,
        is_held: false,
    };
    if journal.files.contains(&publication.post) && is_pruned {
        let event = withdraw_changes(publication, &options.by);
        return Some(item(PlanAction::Cancel, Reason::FileBack).with_event(publication, event));
    }
    if journal.broken.contains(&publication.post) {
        let waits = !publication.state.is_terminal();
        return Some(item(
            if waits { PlanAction::Held } else { PlanAction::Nothing },
            Reason::Broken,
        ));
    }
    if journal.files.contains(&publication.post) {
        if should_move_to_new_chat(publication, files, options.now) {
            return Some(
                item(PlanAction::Cancel, Reason::ChannelMoved).with_event(publication, cancel()),
            );
        }
        let reason = why_unwanted(publication, files, journal)?;
        if let Some(reason) = moves.new_name_in(&publication.post, publication.destination()) {
            return Some(item(PlanAction::Conflict, reason));
        }
        let waits = !publication.state.is_terminal();
        if waits && matches!(reason, Reason::NoEdition { is_sent: false }) {
            return Some(item(PlanAction::Cancel, reason).with_event(publication, cancel()));
        }
        return Some(item(if waits { PlanAction::Held } else { PlanAction::Nothing }, reason));
    }
    // It was never sent, so the question whether it was renamed no longer matters.
    if publication.counts_as_new() {
        return Some(
            item(PlanAction::Cancel, Reason::GoneUnsent).with_event(publication, cancel()),
        );
    }
    let here = moves.new_name_in(&publication.post, publication.destination());
    if let Some(reason) = here.or_else(|| moves.new_name_anywhere(&publication.post)) {
        if is_pruned {
            let event = withdraw_changes(publication, &options.by);
            return Some(item(PlanAction::Cancel, reason).with_event(publication, event));
        }
        return Some(item(PlanAction::Conflict, reason));
    }
    Some(without_file(publication, journal, options, item))
}

/// The item of a publication whose file is gone.
fn without_file(
    publication: &Publication,
    journal: &JournalView<'_>,
    options: &PlanOptions,
    item: impl Fn(PlanAction, Reason) -> PlanItem,
) -> PlanItem {
    if matches!(publication.state, State::Uncertain | State::Cancelling { .. }) {
        let why = status::reason(publication, &journal.target(publication)).unwrap_or_default();
        return item(PlanAction::Held, Reason::InProgress(why));
    }
    if !options.prune {
        let waits = !publication.state.is_terminal();
        let is_unsent = waits && !may_be_in_channel(publication);
        let reason = if is_unsent { Reason::VanishedUnsent } else { Reason::Vanished };
        return item(if waits { PlanAction::Held } else { PlanAction::Nothing }, reason);
    }
    if let Some(file) = journal.unread {
        return item(PlanAction::Conflict, Reason::MayBeUnread(file.to_owned()));
    }
    let mut aside = journal.texts_aside.iter();
    if let Some((file, _)) = aside.find(|(_, words)| words.hold(publication)) {
        return item(PlanAction::Conflict, Reason::TextIsIn(file.clone()));
    }
    match &publication.state {
        State::Scheduled | State::Due | State::Held { .. } if !may_be_in_channel(publication) => {
            let cancel = Event::Cancel { by: options.by.clone() };
            item(PlanAction::Cancel, Reason::Pruned).with_event(publication, cancel)
        }
        State::Published | State::Failed { .. } => {
            match delete(publication, options.now, &options.by, true) {
                Err(reason) => item(PlanAction::Conflict, reason),
                Ok((_, 0)) => item(PlanAction::Nothing, Reason::Vanished),
                Ok((event, _)) => {
                    let item = item(PlanAction::Delete, Reason::Pruned);
                    let (pin, ends) = (publication.pin.wanted, publication.ends.times());
                    let diff = Diff::of_publication(publication, &[], pin, ends, &item.zone);
                    PlanItem { diff: Some(diff), ..item }.with_event(publication, event)
                }
            }
        }
        _ => {
            let why = status::reason(publication, &journal.target(publication));
            item(
                PlanAction::Held,
                Reason::InProgress(why.unwrap_or_else(|| "it is being sent".to_owned())),
            )
        }
    }
}

/// Why a post that has a valid file is not wanted in this publication's chat; `None` if an item of another chat reports it,
/// or if the reason is not known.
fn why_unwanted(
    publication: &Publication,
    files: &[Desired],
    journal: &JournalView<'_>,
) -> Option<Reason> {
    let of_post = || files.iter().filter(|desired| desired.post == publication.post);
    // The item of the channel in which the post is to be published reports the conflict.
    let is_published = |place| {
        let mut all = journal.publications.iter();
        all.any(|one| {
            one.post == publication.post
                && Some(one.destination()) == place
                && may_be_in_channel(one)
        })
    };
    let is_conflict = |desired: &Desired| {
        is_in_former_chat(publication, desired) && !is_published(desired.destination)
    };
    if of_post().any(is_conflict) {
        return None;
    }
    let is_sent = publication.state == State::Published || !publication.is_unsent();
    let place = Some(publication.destination());
    if journal.config.iter().any(|(_, channel)| *channel == place) {
        return Some(Reason::NoEdition { is_sent });
    }
    // A channel whose chat is unknown may be this publication's channel under another name.
    let is_unresolved = journal.config.iter().any(|(_, channel)| channel.is_none());
    let is_other_chat = journal.config.iter().any(|(name, _)| *name == publication.channel);
    (!is_unresolved).then_some(Reason::NoChannel { is_other_chat, is_sent })
}

/// Why a post without a publication in its channel is not sent: it is, or may be, in the channel's former chat or topic. A
/// publication in one of `wanted` belongs to another channel of the config now.
pub(super) fn former_chat(
    desired: &Desired,
    of_post: &[&Publication],
    wanted: &BTreeSet<Destination>,
    journal: &JournalView<'_>,
    now: Timestamp,
) -> Option<(PlanAction, Reason)> {
    let is_known = |place| journal.config.iter().any(|(_, found)| *found == Some(place));
    if desired.destination.is_none()
        && of_post.iter().any(|one| may_be_in_channel(one) && !is_known(one.destination()))
    {
        return Some((PlanAction::Held, Reason::ChatUnknown(desired.channel.chat.clone())));
    }
    let former = of_post.iter().filter(|publication| {
        is_in_former_chat(publication, desired)
            && !wanted.contains(&publication.destination())
            && !moves_to_new_chat(publication, now)
    });
    let former = former.max_by_key(|publication| publication.id)?;
    if let State::Cancelled { .. } = former.state {
        let how = status::reason(former, &journal.target(former)).unwrap_or_default();
        return Some((PlanAction::Nothing, Reason::Withdrawn(how)));
    }
    let elsewhere = FormerChat {
        place: journal.address(former.destination()),
        presence: FormerChatPresence::of(former),
        is_upgraded: journal.is_upgrade(former.chat, desired.destination),
    };
    Some((PlanAction::Conflict, Reason::Elsewhere(elsewhere)))
}

/// Whether a publication that waits for the channel's former chat is sent to the new chat without asking, because its file
/// put it on the schedule.
fn moves_to_new_chat(publication: &Publication, now: Timestamp) -> bool {
    let waits = matches!(
        publication.state,
        State::Scheduled
            | State::Due
            | State::Held {
                held: HoldReason::File | HoldReason::UnknownChannel | HoldReason::Channel
            }
    );
    // What an operator wants published now is wanted in the new chat.
    let is_for_later = publication.by_hand && publication.due_at > now;
    waits && publication.is_unsent() && !is_for_later
}

/// Whether a waiting publication's channel is another chat now, so that the post is sent there instead.
fn should_move_to_new_chat(publication: &Publication, files: &[Desired], now: Timestamp) -> bool {
    let mut of_post = files.iter().filter(|desired| desired.post == publication.post);
    moves_to_new_chat(publication, now)
        && of_post.any(|desired| is_in_former_chat(publication, desired))
}

/// The publication that blocks a post in a channel: it is, or may be, in the channel's former chat.
#[must_use]
pub fn in_former_chat<'p>(all: &'p [Publication], desired: &Desired) -> Option<&'p Publication> {
    // A publication that its own file took back counts as new.
    let is_here = |publication: &Publication| {
        Some(publication.destination()) == desired.destination && !publication.counts_as_new()
    };
    if all.iter().any(is_here) {
        return None;
    }
    // A cancelled publication of which nothing was sent is in no channel.
    let counts =
        |publication: &&Publication| !(publication.state.is_terminal() && publication.is_unsent());
    all.iter().filter(|publication| is_in_former_chat(publication, desired)).find(counts)
}

/// Whether a publication is in the former chat of a file's channel.
fn is_in_former_chat(publication: &Publication, desired: &Desired) -> bool {
    publication.channel == desired.channel.name
        && desired.destination.is_some_and(|place| place != publication.destination())
        && match &publication.state {
            State::Superseded { .. } => false,
            // A publication that its file took back counts as new; one that an operator took back stays cancelled.
            State::Cancelled { by, .. } => by.is_person() || !publication.is_unsent(),
            _ => true,
        }
}
