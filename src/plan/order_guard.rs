//! What an operator ordered in the chat is what he was shown: where its file says something else by now, nobody but a person
//! lets that go out.

use crate::outbox::{Actor, Event, HoldReason, PayloadHash, Publication, State};

/// What becomes of an order whose content is not the file's.
pub(super) enum GuardedOrder {
    /// It is held until somebody has looked.
    Hold,
    /// It is held already.
    Waits,
    /// The file says again what was shown.
    Lifted,
}

/// Whether `publication`, of which nothing was sent, is bound to other content than `payload`, which its file asks for by now;
/// `None` where it is not, or whoever asks is a person.
pub(super) fn bound(
    publication: &Publication,
    payload: PayloadHash,
    by: &Actor,
) -> Option<GuardedOrder> {
    let is_held = publication.state == (State::Held { held: HoldReason::Changed });
    if payload == publication.payload {
        return is_held.then_some(GuardedOrder::Lifted);
    }
    let is_ordered = matches!(publication.by, Actor::Operator { .. });
    // Where others approve, they are asked about the newest text.
    let is_asked = publication.state == (State::Held { held: HoldReason::Approvals });
    if !is_ordered || is_asked || *by != Actor::File {
        return None;
    }
    let stands = is_held || publication.state.is_terminal();
    Some(if stands { GuardedOrder::Waits } else { GuardedOrder::Hold })
}

impl GuardedOrder {
    /// How it is done, by the file.
    pub(super) fn event(&self) -> Option<Event> {
        match self {
            Self::Hold => Some(Event::Hold { held: HoldReason::Changed, by: Actor::File }),
            Self::Waits => None,
            Self::Lifted => Some(Event::Release { by: Actor::File }),
        }
    }
}
