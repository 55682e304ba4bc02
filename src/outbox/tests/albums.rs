//! Edits of albums: one message at a time, in one change.

use super::fixture::*;
use crate::message::Request;
use crate::outbox::*;

fn change(case: &Case) -> &Change {
    case.publication.parts[0].change.as_ref().unwrap()
}

fn message_of(case: &Case) -> i64 {
    let Request::EditMediaGroup(edit) = &change(case).request else { panic!() };
    edit.edits[0].message_id
}

#[test]
fn items_are_edited_one_after_the_other() {
    let case = Case::album_published().then(&album_revision(2));
    assert_eq!(message_of(&case), 11);
    let case = case.then(&claim(0, 3)).then(&answered(0, 3, sent(&[])));
    assert_eq!(message_of(&case), 12);
    assert!(change(&case).is_untried());
    let part = &case.publication.parts[0];
    assert_eq!((part.shown, &part.edited), (PayloadHash::UNKNOWN, &None), "it is a mixture");
    let last = change(&case).request.clone();
    let case = case.then(&claim(0, 4)).then(&answered(0, 4, sent(&[])));
    let part = &case.publication.parts[0];
    assert_eq!((part.shown, &part.change), (hash(102), &None));
    assert_eq!(part.edited.as_ref().map(Request::content), Some(last.content()));
}

#[test]
fn late_answer_to_one_item_does_not_count_for_the_next() {
    let lost = Case::album_published().then(&album_revision(2)).then(&claim(0, 3));
    let lost = lost.then(&answered(0, 3, unknown())).at(200);
    assert_eq!(message_of(&lost), 11, "a lost edit is repeated");
    let next = lost.then(&claim(0, 4)).then(&answered(0, 4, sent(&[])));
    assert_eq!(message_of(&next), 12);
    let late = answered(0, 3, sent(&[]));
    assert_eq!(next.step(&late), Err(StepRefusal::OtherAttempt { attempt: AttemptId(3) }));
    let flying = next.at(400).then(&claim(0, 5));
    assert_eq!(flying.step(&late), Err(StepRefusal::OtherAttempt { attempt: AttemptId(3) }));
}

#[test]
fn half_edited_album_is_not_taken_for_the_old_or_the_new_one() {
    let half = Case::album_published().then(&album_revision(2));
    let half = half.then(&claim(0, 3)).then(&answered(0, 3, sent(&[])));
    let refused = half.then(&claim(0, 4)).then(&answered(0, 4, rejected(Refusal::Content)));
    assert!(matches!(change(&refused).state, ChangeState::Conflict { .. }));
    assert_eq!(refused.publication.parts[0].shown, PayloadHash::UNKNOWN);
}
