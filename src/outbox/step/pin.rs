//! Pins: adds the pending pin or unpin of a published publication's first message. The other steps make its request.

use crate::message::{MessageId, Request};
use crate::outbox::{Actor, Change, ChangeKind, ChangeState, Part, PartState, Publication};

/// Adds a pin or unpin of the first message if the file wants one and no other change is pending. It replaces an opposite
/// pending one, unless that is in flight.
pub(super) fn request_pin(publication: &mut Publication, by: &Actor) {
    let pin = publication.pin;
    let wants_pin = publication.wants_pin();
    let kind = if wants_pin { ChangeKind::Pin } else { ChangeKind::Unpin };
    let is_sent = |part: &&mut Part| matches!(part.state, PartState::Sent { .. });
    let Some(part) = publication.parts.iter_mut().find(is_sent) else { return };
    let mut is_settled = wants_pin == pin.made;
    if let Some(change) = &part.change {
        let is_in_flight = matches!(change.state, ChangeState::Sending { .. });
        if is_in_flight || !change.kind.is_pin() || change.kind == kind {
            return;
        }
        // An attempt of the old change may have taken effect.
        is_settled &= change.attempts.is_empty();
        part.change = None;
    }
    let Some(message_id) = part.state.message_ids().first() else { return };
    if is_settled {
        return;
    }
    let message = MessageId { message_id: *message_id };
    let request = if wants_pin {
        Request::PinChatMessage(message)
    } else {
        Request::UnpinChatMessage(message)
    };
    part.change = Some(Change {
        kind,
        request,
        hash: part.shown,
        by: by.clone(),
        attempts: Vec::new(),
        tries: 0,
        state: ChangeState::Pending { not_before: part.edit_not_before },
        pruned: false,
    });
}
