//! Pinning: once a publication stands in its channel, its first message is pinned or unpinned as its file wants; which
//! request that takes, and no more.

use crate::message::{MessageId, Request};
use crate::outbox::{Actor, Change, ChangeKind, ChangeState, Part, PartState, Publication};

/// Lets the first message that stands be pinned or unpinned, where that is wanted and nothing else is done to it. A wish that
/// has changed takes the place of the one before, unless its request is under way.
pub(super) fn request_pin(publication: &mut Publication, by: &Actor) {
    let pin = publication.pin;
    let kind = if pin.wanted { ChangeKind::Pin } else { ChangeKind::Unpin };
    let stands = |part: &&mut Part| matches!(part.state, PartState::Sent { .. });
    let Some(part) = publication.parts.iter_mut().find(stands) else { return };
    let mut is_settled = pin.wanted == pin.made;
    if let Some(change) = &part.change {
        let is_under_way = matches!(change.state, ChangeState::Sending { .. });
        if is_under_way || !change.kind.is_pin() || change.kind == kind {
            return;
        }
        // What was asked for once may have been done.
        is_settled &= change.attempts.is_empty();
        part.change = None;
    }
    let Some(message_id) = part.state.message_ids().first() else { return };
    if is_settled {
        return;
    }
    let message = MessageId { message_id: *message_id };
    let request = if pin.wanted {
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
