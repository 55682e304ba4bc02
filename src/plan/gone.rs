//! Publications whose posts have no file, or a broken one: left, taken out, or known under another name.

use super::edit::{begun, removal};
use super::moved::Moves;
use super::{Action, Asked, Diff, Item, Known, Reason, Step};
use crate::outbox::{Actor, Event, Publication, State};
use crate::status;

/// A publication whose post has no file, or a broken one.
pub(super) fn without_file(
    publication: &Publication,
    moves: &Moves,
    known: &Known<'_>,
    asked: &Asked,
) -> Option<Item> {
    if !asked.posts.is_empty() && !asked.posts.contains(&publication.post) {
        return None;
    }
    if matches!(publication.state, State::Cancelled { .. } | State::Superseded { .. }) {
        return None;
    }
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
    };
    if known.broken.contains(&publication.post) {
        let waits = !publication.state.is_terminal();
        return Some(item(if waits { Action::Held } else { Action::Nothing }, Reason::Broken));
    }
    // It was never sent, and nobody has to say any more whether it was moved.
    if publication.is_as_new() {
        let step = Some(Step::Happen(publication.id, Event::Cancel { by: Actor::File }));
        return Some(Item { step, ..item(Action::Delete, Reason::GoneUnsent) });
    }
    if let Some(new) = moves.new_name(&publication.post) {
        let (old, new) = (publication.post.clone(), new.clone());
        return Some(item(Action::Conflict, Reason::MovedTo { old, new }));
    }
    if !asked.prune {
        let waits = !publication.state.is_terminal();
        return Some(item(if waits { Action::Held } else { Action::Nothing }, Reason::Vanished));
    }
    let happen = |event| Some(Step::Happen(publication.id, event));
    Some(match &publication.state {
        State::Scheduled | State::Due | State::Held { .. } if !begun(publication) => Item {
            step: happen(Event::Cancel { by: asked.by.clone() }),
            ..item(Action::Delete, Reason::Pruned)
        },
        State::Published | State::Failed { .. } => match removal(publication, asked.now) {
            Err(reason) => item(Action::Conflict, reason),
            Ok(revisions) if revisions.is_empty() => item(Action::Nothing, Reason::Vanished),
            Ok(revisions) => Item {
                step: happen(Event::Revise {
                    payload: publication.payload,
                    source: publication.source,
                    revisions,
                    appended: Vec::new(),
                    pin: publication.pin.wanted,
                    by: asked.by.clone(),
                }),
                diff: Some(Diff::of_publication(publication, &[])),
                ..item(Action::Delete, Reason::Pruned)
            },
        },
        _ => item(Action::Held, Reason::UnderWay(status::reason(publication).unwrap_or_default())),
    })
}
