//! Approvals: who requested a publication, who approves it, and whether the approvals suffice. Roles are checked by the caller.

use super::transition_builder::TransitionBuilder;
use crate::outbox::{Actor, HoldReason, PayloadHash, State, StepRefusal};

/// Makes the person who orders a publication its requester. They can no longer approve it.
pub(super) fn set_requester(builder: &mut TransitionBuilder<'_>, by: &Actor) {
    if by.is_person() {
        builder.next.by = by.clone();
    }
    if let Actor::Operator { id } = by {
        builder.next.approvals.requester = Some(*id);
        builder.next.approvals.by.retain(|approved| approved != id);
    }
}

/// Records an operator's approval of the content `payload`.
pub(super) fn approve(
    builder: &mut TransitionBuilder<'_>,
    payload: PayloadHash,
    by: &Actor,
) -> Result<(), StepRefusal> {
    let needed = builder.context.policy.approvals;
    let Actor::Operator { id } = by else { return Err(StepRefusal::NotAPerson { by: by.clone() }) };
    if builder.before.payload != payload {
        return Err(StepRefusal::OtherContent);
    }
    if builder.before.approvals.requester == Some(*id) {
        return Err(StepRefusal::OwnApproval);
    }
    if !builder.before.waits_for_approvals(needed) || !builder.before.approvals.accepts(*id) {
        return Err(StepRefusal::NothingToDo);
    }
    builder.next.approvals.by.push(*id);
    let is_enough = builder.next.approvals.missing(needed) == 0;
    if is_enough && builder.before.state == (State::Held { held: HoldReason::Approvals }) {
        builder.resume();
    }
    Ok(())
}

/// Refuses while approvals are missing.
pub(super) fn check_approved(builder: &TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    match builder.before.approvals.missing(builder.context.policy.approvals) {
        0 => Ok(()),
        missing => Err(StepRefusal::Approvals { missing }),
    }
}
