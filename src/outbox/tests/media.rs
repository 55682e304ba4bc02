//! Files that Telegram does not know any more, and bytes that are not on this machine.

use super::fixture::*;
use crate::outbox::*;

fn missing() -> Outcome {
    not_sent(NotSentReason::BytesMissing, None)
}

#[test]
fn stale_file_id_is_tried_again_at_once_and_counts_as_a_try() {
    let case = Case::sending().then(&answered(0, 1, not_sent(NotSentReason::StaleFileId, None)));
    let part = &case.publication.parts[0];
    assert_eq!((&part.state, part.tries.sends), (&PartState::Pending, 1));
    assert_eq!(case.publication.not_before, None);
    let again = case.then(&claim(0, 2)).then(&answered(0, 2, sent(&[11])));
    assert_eq!(again.publication.parts[0].state.message_ids(), [11]);
}

#[test]
fn publication_without_its_bytes_is_held_until_it_is_released() {
    let held = Case::sending().then(&answered(0, 1, missing()));
    assert_eq!(held.publication.state, State::Held { held: HoldReason::MediaMissing });
    assert_eq!(held.publication.parts[0].state, PartState::Pending);
    assert!(held.step(&claim(0, 2)).is_err());
    assert_eq!(held.step(&Event::Tick), Err(StepRefusal::NothingToDo));
    let released = held.then(&Event::Release { by: operator() }).then(&claim(0, 2));
    let sent = released.then(&answered(0, 2, sent(&[11])));
    assert_eq!(sent.publication.parts[0].state.message_ids(), [11]);
}

#[test]
fn edit_without_its_bytes_is_a_conflict_and_is_not_retried() {
    let conflict =
        Case::published().then(&revise(&[(0, ChangeKind::Edit)], 0, operator())).then(&claim(0, 3));
    let conflict = conflict.then(&answered(0, 3, missing()));
    let change = conflict.publication.parts[0].change.as_ref().unwrap();
    assert!(matches!(change.state, ChangeState::Conflict { conflict: Conflict::MediaMissing, .. }));
    assert_eq!(conflict.publication.state, State::Published);
}
