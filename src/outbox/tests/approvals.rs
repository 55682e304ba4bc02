//! Approvals, and who counts as the requester.

use super::fixture::*;
use crate::outbox::*;

#[test]
fn nothing_is_sent_before_others_have_approved_exactly_that() {
    let approve = |id: i64, payload: u8| Event::Approve {
        payload: hash(payload),
        by: Actor::Operator { id },
    };
    let mut case = Case::new();
    case.publication.approvals = Approvals::new(2, &Actor::Operator { id: 1 });
    let missing = |missing| Err(StepRefusal::Approvals { missing });
    let case = case.then(&Event::Tick);
    assert_eq!(case.publication.state, State::Held { held: HoldReason::Approvals });
    // The requester's own approval does not count, nor one of other content, nor one from the command line.
    assert_eq!(case.step(&approve(1, 200)), Err(StepRefusal::OwnApproval));
    assert_eq!(case.step(&approve(2, 7)), Err(StepRefusal::OtherContent));
    let by = Actor::CommandLine { user: "root".into() };
    let of_shell = Event::Approve { payload: hash(200), by: by.clone() };
    assert_eq!(case.step(&of_shell), Err(StepRefusal::NotAPerson { by }));
    let case = case.then(&approve(2, 200));
    assert_eq!(case.step(&approve(2, 200)), Err(StepRefusal::NothingToDo));
    assert_eq!(case.publication.state, State::Held { held: HoldReason::Approvals });
    // A release does not replace the approvals.
    let released = case.clone().then(&Event::Release { by: operator() });
    assert_eq!(released.step(&claim(0, 1)), missing(1));
    let held = released.then(&Event::Tick);
    assert_eq!(held.publication.state, State::Held { held: HoldReason::Approvals });
    let case = case.then(&approve(3, 200));
    assert_eq!(case.publication.state, State::Due);
    assert!(case.step(&claim(0, 1)).is_ok());
}

#[test]
fn person_who_reschedules_becomes_the_requester() {
    let approve = |id: i64| Event::Approve { payload: hash(200), by: Actor::Operator { id } };
    let moved = |by: Actor| Event::Reschedule { due_at: at(50), civil: None, by };
    let boris = Actor::Operator { id: 2 };
    let mut case = Case::new();
    case.publication.approvals = Approvals::new(1, &Actor::File);
    // An approval by Boris counts while only the file has requested it.
    let approved = case.clone().then(&approve(2));
    assert_eq!(approved.publication.approvals.missing(1), 0);
    let own = approved.then(&moved(boris.clone()));
    assert_eq!((own.publication.by.clone(), own.publication.approvals.missing(1)), (boris, 1));
    assert_eq!(own.step(&approve(2)), Err(StepRefusal::OwnApproval));
    assert!(own.step(&approve(3)).is_ok());
    // A file that names another time does not change the requester.
    let by_file = own.clone().then(&moved(Actor::File));
    assert_eq!(by_file.publication.approvals.requester, Some(2));
    // Approval is requested at once if a person schedules it for later.
    let now = case.publication.due_at;
    assert!(own.publication.asks_for_approval_at_once(now, 1));
    assert!(!own.publication.asks_for_approval_at_once(at(50), 1));
    assert!(!case.publication.asks_for_approval_at_once(at(-1), 1));
}

#[test]
fn replacement_by_a_file_keeps_the_requester() {
    let new = NewPublication { approvals: 1, requester: Some(2), ..new(1) };
    let accepted = enqueue(new.clone()).unwrap().next().approvals.clone();
    assert!(!accepted.accepts(2) && accepted.accepts(3));
    let by = Actor::Operator { id: 3 };
    let wanted = Acceptance { by, ..new.wanted };
    let own = enqueue(NewPublication { wanted, ..new }).unwrap().next().approvals.clone();
    assert!(own.accepts(2) && !own.accepts(3));
}

#[test]
fn edit_needs_new_approvals_and_a_deletion_does_not() {
    let mut case = Case::published();
    case.policy.approvals = 1;
    let edited = case.clone().then(&revise(&[(0, ChangeKind::Edit)], 0, Actor::File));
    assert_eq!(edited.step(&claim(0, 3)), Err(StepRefusal::Approvals { missing: 1 }));
    let payload = edited.publication.payload;
    let approved = edited.then(&Event::Approve { payload, by: operator() });
    assert!(approved.step(&claim(0, 3)).is_ok());
    let deleted = case.then(&revise(&[(0, ChangeKind::Delete)], 0, operator()));
    assert!(deleted.step(&claim(0, 3)).is_ok());
}
