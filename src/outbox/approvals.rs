//! Who has approved exactly this content; whether that is enough is said by the config and by what was asked at the beginning.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::{
    Actor, ChangeKind, ChangeState, Held, Notice, PayloadHash, Publication, Refused, State,
};

/// Who has approved what is to go out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Approvals {
    /// How many were needed when it was asked for.
    pub needed: u8,
    /// The operator who asked for it: his own word does not count.
    pub asker: Option<i64>,
    /// The operators who approved it, in their order.
    pub by: Vec<i64>,
}

impl Approvals {
    /// None yet, of so many, for what `by` asks for.
    #[must_use]
    pub fn asked(needed: u8, by: &Actor) -> Self {
        let asker = if let Actor::Operator { id } = by { Some(*id) } else { None };
        Self { needed, asker, by: Vec::new() }
    }

    /// The same; where nobody asks by himself, for whoever had asked before.
    #[must_use]
    pub fn of(self, asker: Option<i64>) -> Self {
        Self { asker: self.asker.or(asker), ..self }
    }

    /// How many are missing, where the config asks for `needed` by now.
    #[must_use]
    pub fn lack(&self, needed: u8) -> usize {
        usize::from(self.needed.max(needed)).saturating_sub(self.by.len())
    }

    /// Whether an operator's word would count.
    #[must_use]
    pub fn takes(&self, operator: i64) -> bool {
        self.asker != Some(operator) && !self.by.contains(&operator)
    }
}

impl Publication {
    /// What the operators hear at once of what a person orders for later, and has to be approved. What goes out now says so by
    /// itself, and what a file puts on the schedule is told with others of its kind.
    #[must_use]
    pub fn asks_early(&self, now: Timestamp, needed: u8) -> Option<Notice> {
        let asks = self.approvals.lack(needed) > 0 && self.due_at > now && self.by.is_person();
        asks.then_some(Notice::Held { held: Held::Approvals })
    }

    /// Whether something of it is to go out that waits for approvals, where the config asks for `needed`.
    #[must_use]
    pub fn waits_for_approvals(&self, needed: u8) -> bool {
        let is_edited = self.parts.iter().any(|part| {
            part.change.as_ref().is_some_and(|change| {
                change.kind == ChangeKind::Edit
                    && matches!(change.state, ChangeState::Pending { .. })
            })
        });
        self.approvals.lack(needed) > 0 && (!self.state.is_terminal() || is_edited)
    }
}

/// A person orders what somebody or its file had ordered before: it is his now, and his own word on it does not count.
pub(super) fn ordered(draft: &mut Draft<'_>, by: &Actor) {
    if by.is_person() {
        draft.next.by = by.clone();
    }
    if let Actor::Operator { id } = by {
        draft.next.approvals.asker = Some(*id);
        draft.next.approvals.by.retain(|approved| approved != id);
    }
}

/// An operator approves exactly the content `payload`.
pub(super) fn approve(
    draft: &mut Draft<'_>,
    payload: PayloadHash,
    by: &Actor,
) -> Result<(), Refused> {
    let needed = draft.context.policy.approvals;
    let Actor::Operator { id } = by else { return Err(Refused::NotAPerson { by: by.clone() }) };
    if draft.before.payload != payload {
        return Err(Refused::OtherContent);
    }
    if draft.before.approvals.asker == Some(*id) {
        return Err(Refused::OwnApproval);
    }
    if !draft.before.waits_for_approvals(needed) || !draft.before.approvals.takes(*id) {
        return Err(Refused::NothingToDo);
    }
    draft.next.approvals.by.push(*id);
    let is_enough = draft.next.approvals.lack(needed) == 0;
    if is_enough && draft.before.state == (State::Held { held: Held::Approvals }) {
        draft.resume();
    }
    Ok(())
}

/// Whether content may go out.
pub(super) fn enough(draft: &Draft<'_>) -> Result<(), Refused> {
    match draft.before.approvals.lack(draft.context.policy.approvals) {
        0 => Ok(()),
        missing => Err(Refused::Approvals { missing }),
    }
}
