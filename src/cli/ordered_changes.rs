//! Which messages of a publication an order changes. That is known only until the changes are made.

use crate::message::Request;
use crate::outbox::{ChangeKind, Part, PartState, Publication};

/// The messages that waiting changes are about.
#[derive(Debug, Default)]
pub(super) struct OrderedChanges {
    /// A message of each part that is edited or pinned.
    pub(super) edited: Vec<i64>,
    /// How many messages are deleted.
    pub(super) deleted: usize,
    /// The indexes of the parts that are not sent yet.
    pub(super) unsent: Vec<usize>,
}

impl OrderedChanges {
    pub(super) fn of(publication: &Publication) -> Self {
        let mut changes = Self::default();
        for (number, part) in publication.parts.iter().enumerate() {
            let is_over = matches!(
                part.state,
                PartState::Sent { .. } | PartState::Deleted { .. } | PartState::Skipped { .. }
            );
            if !is_over {
                changes.unsent.push(number);
            }
            match part.change.as_ref().map(|change| change.kind) {
                Some(ChangeKind::Delete) => changes.deleted += part.state.message_ids().len(),
                Some(ChangeKind::Edit | ChangeKind::Pin | ChangeKind::Unpin) => {
                    changes.edited.extend(edited_message(part));
                }
                Some(ChangeKind::ClosePoll) | None => {}
            }
        }
        changes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.edited.is_empty() && self.deleted == 0 && self.unsent.is_empty()
    }
}

/// The first message of a part that its change edits.
fn edited_message(part: &Part) -> Option<i64> {
    match part.change.as_ref().map(|change| &change.request) {
        Some(Request::EditMediaGroup(album)) => album.edits.first().map(|edit| edit.message_id),
        _ => part.state.message_ids().first().copied(),
    }
}
