//! Edits, deletions and pins of what was sent.

use super::fixture::*;
use crate::message::{MessageId, Request};
use crate::outbox::*;

fn state(case: &Case) -> &PartState {
    &case.publication.parts[0].state
}

#[test]
fn edits_are_retried_until_they_succeed() {
    let editing = || Case::editing().then(&claim(0, 3));
    let shown = |case: &Case| case.publication.parts[0].shown;
    for outcome in [sent(&[11]), rejected(Refusal::NotModified)] {
        let case = editing().then(&answered(0, 3, outcome));
        assert_eq!(shown(&case), hash(100));
        assert_eq!(case.publication.parts[0].change, None);
    }
    let lost = editing().then(&answered(0, 3, unknown()));
    let orphan = editing().restarted().then(&gone(0, DeathCertainty::Known));
    for case in [lost, orphan] {
        assert_eq!(case.publication.state, State::Published);
        let again = case.clone().at(2).then(&claim(0, 4)).then(&answered(0, 4, sent(&[11])));
        assert_eq!(shown(&again), hash(100));
        let late = case.clone().at(2).then(&answered(0, 3, sent(&[11])));
        assert_eq!(shown(&late), hash(100));
        // The lost edit may still arrive, so the next one waits.
        let other = again.then(&revise(&[(0, ChangeKind::Edit)], 0, operator()));
        let wait = Err(StepRefusal::TooEarly { until: at(120) });
        assert_eq!(other.clone().at(119).step(&claim(0, 5)), wait);
        assert!(other.at(120).step(&claim(0, 5)).is_ok());
    }
}

#[test]
fn edit_of_a_missing_message_asks_a_person_and_deletion_succeeds() {
    let vanished =
        Case::editing().then(&claim(0, 3)).then(&answered(0, 3, rejected(Refusal::Missing)));
    let change = vanished.publication.parts[0].change.as_ref().unwrap();
    let ChangeState::Conflict { conflict: Conflict::Vanished, .. } = change.state else { panic!() };
    let rows = [
        (Resolution::Gone, "deleted", false),
        (Resolution::Skip, "sent", false),
        (Resolution::NotSent, "sent", true),
    ];
    for (resolution, part, changes) in rows {
        let case = vanished.clone().then(&decided(0, resolution));
        let found = &case.publication.parts[0];
        assert_eq!((found.state.name(), found.change.is_some()), (part, changes));
    }
    let delete =
        |outcome: Outcome| Case::deleting().then(&claim(0, 3)).then(&answered(0, 3, outcome));
    for outcome in [sent(&[]), rejected(Refusal::Missing)] {
        let case = delete(outcome);
        assert_eq!(state(&case).name(), "deleted");
        assert_eq!(case.publication.state, State::Published, "the other part is still there");
        let case = case.then(&claim(1, 4)).then(&answered(1, 4, sent(&[])));
        let cancelled = State::Cancelled { by: operator(), cancellation: Cancellation::Deleted };
        assert_eq!(case.publication.state, cancelled);
    }
    let refused = delete(rejected(Refusal::Immutable));
    assert_eq!(refused.publication.parts[0].change.as_ref().unwrap().state.name(), "conflict");
}

#[test]
fn only_a_person_repeats_a_pin() {
    let change = |case: &Case| case.publication.parts[0].change.clone();
    let pinning = || Case::pinning().then(&claim(0, 3));
    let sent_for = change(&Case::pinning()).unwrap().request;
    assert_eq!(sent_for, Request::PinChatMessage(MessageId { message_id: 11 }));
    for outcome in [sent(&[]), rejected(Refusal::NotModified)] {
        let case = pinning().then(&answered(0, 3, outcome));
        assert_eq!((change(&case), case.publication.pin.made), (None, true));
        // It is wanted and made, so nothing more happens until it is no longer wanted.
        let case = case.then(&pin(true));
        assert_eq!(change(&case), None);
        let unpinned = case.then(&pin(false)).then(&claim(0, 4)).then(&answered(
            0,
            4,
            rejected(Refusal::Missing),
        ));
        assert_eq!((change(&unpinned), unpinned.publication.pin), (None, Pin::default()));
    }
    // A lost answer or a dead process does not cause a retry, and a missing right to pin does not pause the channel.
    let lost = pinning().then(&answered(0, 3, unknown()));
    let orphan = pinning().restarted().then(&gone(0, DeathCertainty::Known));
    let refused = pinning().step(&answered(0, 3, rejected(Refusal::Channel))).unwrap();
    assert!(!refused.writes().iter().any(|write| matches!(write, Write::PauseChannel { .. })));
    let refused = pinning().then(&answered(0, 3, rejected(Refusal::Channel)));
    for case in [lost, orphan, refused] {
        assert!(matches!(change(&case).unwrap().state, ChangeState::Conflict { .. }));
        let again = case.clone().then(&decided(0, Resolution::NotSent));
        assert!(again.step(&claim(0, 4)).is_ok());
        let is_there = case.clone().then(&decided(0, Resolution::Sent { message_ids: vec![11] }));
        assert_eq!((change(&is_there), is_there.publication.pin.made), (None, true));
        let left = case.clone().then(&decided(0, Resolution::Skip));
        assert_eq!((change(&left), left.publication.pin), (None, Pin::default()));
        let late = case.then(&answered(0, 3, sent(&[])));
        assert_eq!((change(&late), late.publication.pin.made), (None, true));
    }
}

#[test]
fn pin_that_is_no_longer_wanted_is_not_made() {
    let kind = |case: &Case| case.publication.parts[0].change.as_ref().map(|change| change.kind);
    assert_eq!(kind(&Case::pinning().then(&pin(false))), None);
    let in_flight = Case::pinning().then(&claim(0, 3)).then(&pin(false));
    assert_eq!(kind(&in_flight), Some(ChangeKind::Pin));
    // The pin may have been made, so it is undone.
    for outcome in [unknown(), sent(&[])] {
        assert_eq!(
            kind(&in_flight.clone().then(&answered(0, 3, outcome))),
            Some(ChangeKind::Unpin)
        );
    }
}

#[test]
fn edit_precedes_a_pin_of_the_same_revision() {
    let Event::Revise { payload, source, revisions, appended, ends, by, .. } =
        revise(&[(0, ChangeKind::Edit)], 0, operator())
    else {
        panic!()
    };
    let both = Event::Revise { payload, source, revisions, appended, pin: true, ends, by };
    let case = Case::published().then(&both);
    let kind = |case: &Case| case.publication.parts[0].change.as_ref().map(|change| change.kind);
    assert_eq!(kind(&case), Some(ChangeKind::Edit));
    let case = case.then(&claim(0, 3)).then(&answered(0, 3, sent(&[11])));
    assert_eq!(kind(&case), Some(ChangeKind::Pin));
    let case = case.then(&claim(0, 4)).then(&answered(0, 4, sent(&[])));
    assert_eq!(kind(&case), None);
}

#[test]
fn partly_sent_post_is_not_resumed_after_its_deletion() {
    let case = Case::failed();
    assert!(case.step(&Event::Retry { by: operator() }).is_ok());
    let deleting = case.then(&revise(&[(0, ChangeKind::Delete)], 0, operator()));
    let deleted = deleting.then(&claim(0, 3)).then(&answered(0, 3, sent(&[11])));
    let is_deleted = matches!(
        deleted.publication.state,
        State::Cancelled { cancellation: Cancellation::Deleted, .. }
    );
    assert!(is_deleted, "{:?}", deleted.publication.state);
    assert!(deleted.step(&Event::Retry { by: operator() }).is_err());
}

#[test]
fn file_cannot_delete_everything_or_append_after_newer_messages() {
    let case = Case::published();
    let all = [(0, ChangeKind::Delete), (1, ChangeKind::Delete)];
    assert!(case.step(&revise(&all[1..], 0, Actor::File)).is_ok());
    assert_eq!(
        case.step(&revise(&all, 0, Actor::File)),
        Err(StepRefusal::NotAPerson { by: Actor::File })
    );
    let grown = case.clone().then(&revise(&[(0, ChangeKind::Edit)], 1, Actor::File));
    assert_eq!(grown.publication.state, State::Due);
    assert_eq!(grown.publication.next_part(), Some(2));
    let grown = grown.then(&claim(2, 3)).then(&answered(2, 3, sent(&[13])));
    assert_eq!(grown.publication.state, State::Published);
    let mut newer = case;
    newer.channel.last_known_message_id = Some(13);
    // A newer message in another topic does not matter.
    assert!(newer.step(&revise(&[], 1, Actor::File)).is_ok());
    newer.channel.last_in_topic = Some(13);
    assert_eq!(newer.step(&revise(&[], 1, Actor::File)), Err(StepRefusal::NewerMessages));
}

#[test]
fn only_a_person_replaces_or_cancels_what_may_be_in_the_channel() {
    let posted = Err(StepRefusal::Posted { part: 0 });
    let file = || Actor::File;
    assert!(Case::due().step(&supersede(file())).is_ok());
    assert_eq!(Case::failed().step(&supersede(file())), posted);
    assert_eq!(Case::half().step(&supersede(file())), posted);
    assert_eq!(Case::uncertain().step(&supersede(operator())), posted);
    assert!(Case::published().step(&supersede(operator())).is_ok());
    let withdrawn = Err(StepRefusal::NotAPerson { by: file() });
    assert_eq!(Case::cancelled().step(&supersede(file())), withdrawn);
    assert_eq!(Case::half().step(&Event::Cancel { by: file() }), posted);
    let cancelled = Case::half().then(&Event::Cancel { by: operator() });
    assert_eq!(cancelled.publication.parts[1].state.name(), "skipped");
    let in_flight = Err(StepRefusal::InFlight { part: 0 });
    assert_eq!(Case::sending().step(&Event::Cancel { by: file() }), in_flight);
}
