//! A publication that is cancelled while the outcome of a part is unknown is still probed for, and never sent.

use super::fixture::*;
use crate::outbox::*;

fn cancel() -> Event {
    Event::Cancel { by: operator() }
}

fn shown(case: &Case) -> (&'static str, Vec<&'static str>) {
    let parts = case.publication.parts.iter().map(|part| part.state.name()).collect();
    (case.publication.state.name(), parts)
}

/// Cancelled while part 0 was in flight, uncertain, and waiting for a person.
fn cancelled() -> [Case; 3] {
    [Case::sending(), Case::uncertain(), Case::needs_operator()].map(|case| case.then(&cancel()))
}

#[test]
fn cancelling_keeps_the_unknown_outcome_and_the_channel() {
    for (case, part) in cancelled().iter().zip(["sending", "uncertain", "needs_operator"]) {
        assert_eq!(shown(case), ("uncertain", vec![part, "skipped"]));
        assert_eq!(case.publication.state, State::Cancelling { by: operator() });
        assert!(case.publication.state.occupies() && !case.publication.state.is_terminal());
        let again = case.step(&cancel());
        assert_eq!(
            again,
            Err(StepRefusal::WrongState { event: EventKind::Cancel, state: "uncertain" })
        );
    }
}

#[test]
fn found_message_of_a_cancelled_post_is_sent_and_can_be_deleted() {
    let late = answered(0, 1, sent(&[11]));
    let decision = decided(0, Resolution::Sent { message_ids: vec![11] });
    let probe = probed(0, 1, found(&[&[11]]));
    let [sending, uncertain, asked] = cancelled();
    let rows = [
        (sending, late.clone()),
        (uncertain.clone(), late.clone()),
        (uncertain.clone(), probe.clone()),
        (uncertain, decision.clone()),
        (asked.clone(), late),
        (asked.clone(), probe),
        (asked, decision),
    ];
    for (case, event) in rows {
        let case = case.at(130).then(&event);
        assert_eq!(shown(&case), ("cancelled", vec!["sent", "skipped"]), "{event:?}");
        assert_eq!(
            case.step(&claim(1, 9)).unwrap_err().to_string(),
            "its state is `cancelled`, so it cannot be sent"
        );
        let deleted = case
            .then(&revise(&[(0, ChangeKind::Delete)], 0, operator()))
            .then(&claim(0, 3))
            .then(&answered(0, 3, sent(&[11])));
        assert_eq!(shown(&deleted), ("cancelled", vec!["deleted", "skipped"]));
    }
}

#[test]
fn absent_message_of_a_cancelled_post_is_never_sent() {
    let absent = probed(0, 1, nothing_there(120, LAST_KNOWN));
    let [sending, uncertain, asked] = cancelled();
    let rows = [
        (sending.clone(), answered(0, 1, not_sent(NotSentReason::NoConnection, None))),
        (sending.clone(), answered(0, 1, not_sent(NotSentReason::FloodWait, Some(7)))),
        (sending.clone(), answered(0, 1, rejected(Refusal::Channel))),
        (sending, answered(0, 1, rejected(Refusal::BotWide))),
        (uncertain.clone(), absent),
        (uncertain.clone(), decided(0, Resolution::NotSent)),
        (uncertain, decided(0, Resolution::Skip)),
        (asked.clone(), decided(0, Resolution::NotSent)),
        (asked, decided(0, Resolution::Skip)),
    ];
    for (case, event) in rows {
        let case = case.at(130).then(&event);
        assert_eq!(shown(&case), ("cancelled", vec!["skipped", "skipped"]), "{event:?}");
        for refused in [claim(0, 9), Event::Tick, Event::Release { by: operator() }] {
            assert!(case.step(&refused).is_err(), "{event:?}, {refused:?}");
        }
    }
}

#[test]
fn refused_message_of_a_cancelled_post_needs_no_decision() {
    let case = Case::sending().then(&cancel());
    let case = case.then(&answered(0, 1, rejected(Refusal::Content)));
    assert_eq!(shown(&case), ("cancelled", vec!["failed", "skipped"]));
    assert!(case.step(&Event::Retry { by: operator() }).is_err());
}

#[test]
fn lost_answer_and_dead_owner_of_a_cancelled_post_are_probed() {
    for event in [answered(0, 1, unknown()), gone(0, DeathCertainty::Known)] {
        let case = Case::sending().then(&cancel()).restarted().then(&event);
        assert_eq!(shown(&case), ("uncertain", vec!["uncertain", "skipped"]));
        let case = case.at(130).then(&probed(0, 1, found(&[&[11]])));
        assert_eq!(shown(&case), ("cancelled", vec!["sent", "skipped"]));
    }
}

#[test]
fn a_person_is_asked_about_a_cancelled_post_as_about_any_other() {
    let mut case = Case::uncertain().then(&cancel());
    case.policy.recovery = Recovery::Hold;
    let asked = case.step(&Event::Tick).unwrap();
    assert!(asked.writes().contains(&Write::Notify(Notice::NeedsOperator { part: 0 })));
    assert_eq!(shown(&case.then(&Event::Tick)), ("uncertain", vec!["needs_operator", "skipped"]));
}

#[test]
fn part_skipped_in_doubt_can_be_found_later() {
    let case = Case::uncertain().at(130).then(&cancel()).then(&decided(0, Resolution::Skip));
    assert!(case.publication.parts[0].may_be_in_channel());
    assert!(case.step(&decided(0, Resolution::NotSent)).is_err());
    let found = case.then(&decided(0, Resolution::Sent { message_ids: vec![11] }));
    assert_eq!(shown(&found), ("cancelled", vec!["sent", "skipped"]));
}

#[test]
fn uncertain_second_part_is_probed_after_the_first() {
    let half = Case::half().then(&claim(1, 2)).then(&answered(1, 2, unknown())).then(&cancel());
    assert_eq!(shown(&half), ("uncertain", vec!["sent", "uncertain"]));
    let found = half.clone().at(130).then(&probed(1, 2, found(&[&[12]])));
    assert_eq!(shown(&found), ("cancelled", vec!["sent", "sent"]));
    let absent = half.at(130).then(&probed(1, 2, nothing_there(120, 11)));
    assert_eq!(shown(&absent), ("cancelled", vec!["sent", "skipped"]));
}

#[test]
fn cancelling_state_survives_serialization() {
    let state = State::Cancelling { by: operator() };
    let kept = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&kept).unwrap(), state);
    assert_eq!(
        serde_json::from_str::<State>(r#"{"state":"uncertain"}"#).unwrap(),
        State::Uncertain
    );
}
