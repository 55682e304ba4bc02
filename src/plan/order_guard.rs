//! An operator orders in the chat exactly what the preview showed. If the file changes after that, the order is held until an
//! operator decides.

use crate::outbox::{Actor, Event, HoldReason, PayloadHash, Publication, State};

/// What to do with an order when its file is read again.
pub(super) enum GuardedOrder {
    /// Hold it until an operator has looked.
    Hold,
    /// It is held already.
    AlreadyHeld,
    /// Release it: the file matches the order again.
    Matches,
}

/// Guards `publication`, of which nothing was sent, against the file's new content `payload`; `None` if nothing has to
/// happen, or if an operator made the request.
pub(super) fn guard_order(
    publication: &Publication,
    payload: PayloadHash,
    by: &Actor,
) -> Option<GuardedOrder> {
    let is_held = publication.state == (State::Held { held: HoldReason::Changed });
    if payload == publication.payload {
        return is_held.then_some(GuardedOrder::Matches);
    }
    let is_ordered = matches!(publication.by, Actor::Operator { .. });
    // With approvals, the publishers approve the newest text.
    let is_asked = publication.state == (State::Held { held: HoldReason::Approvals });
    if !is_ordered || is_asked || *by != Actor::File {
        return None;
    }
    let stays_held = is_held || publication.state.is_terminal();
    Some(if stays_held { GuardedOrder::AlreadyHeld } else { GuardedOrder::Hold })
}

impl GuardedOrder {
    /// The event, made in the name of the file.
    pub(super) fn event(&self) -> Option<Event> {
        match self {
            Self::Hold => Some(Event::Hold { held: HoldReason::Changed, by: Actor::File }),
            Self::AlreadyHeld => None,
            Self::Matches => Some(Event::Release { by: Actor::File }),
        }
    }
}
