//! Sends whose outcome is unknown: probes, late answers, and what a person may decide.

use super::fixture::*;
use crate::outbox::*;

fn state(case: &Case) -> &PartState {
    &case.publication.parts[0].state
}

#[test]
fn lost_answer_and_dead_owner_are_settled_by_a_probe() {
    let lost = Case::uncertain();
    let dead = Case::sending().restarted().then(&gone(0, DeathCertainty::Known));
    for case in [lost, dead] {
        assert_eq!(case.publication.state, State::Uncertain);
        let early = case.clone().at(119).step(&probed(0, 1, nothing_there(119, LAST_KNOWN)));
        assert_eq!(early, Err(StepRefusal::TooEarly { until: at(120) }));
        let absent = case.clone().at(130).then(&probed(0, 1, nothing_there(120, LAST_KNOWN)));
        assert_eq!((absent.publication.state.name(), state(&absent).name()), ("due", "pending"));
        let there = case.then(&probed(0, 1, found(&[&[11], &[14]])));
        let PartState::Sent { message_ids, via: SentVia::Probe, .. } = state(&there) else {
            panic!()
        };
        assert_eq!(message_ids, &[11]);
        assert_eq!(there.channel.last_known_message_id, Some(14));
    }
}

#[test]
fn three_failed_probes_or_the_policy_ask_a_person_once() {
    let blind =
        |seconds| Evidence { control: Control::Refused, ..nothing_there(seconds, LAST_KNOWN) };
    let mut case = Case::uncertain();
    for look in 1..=3 {
        assert_eq!(state(&case).name(), "uncertain");
        case = case.at(120 * look).then(&probed(0, 1, blind(120 * look)));
    }
    let PartState::NeedsOperator {
        question: Question::Inconclusive { missing_proof: MissingProof::Control, .. },
        ..
    } = state(&case)
    else {
        panic!("{:?}", state(&case))
    };
    assert_eq!(case.publication.state, State::Uncertain);
    let asked = Write::Notify(Notice::NeedsOperator { part: 0 });
    let mut by_policy = Case::uncertain().at(200);
    by_policy.policy.recovery = Recovery::Hold;
    let absent = probed(0, 1, nothing_there(150, LAST_KNOWN));
    assert_eq!(
        by_policy.step(&absent),
        Err(StepRefusal::NothingToDo),
        "a person decides about absence"
    );
    let mut no_last_known = Case::due();
    no_last_known.channel.last_known_message_id = None;
    let no_last_known = no_last_known.then(&claim(0, 1)).then(&answered(0, 1, unknown()));
    for case in [by_policy, no_last_known] {
        let transition = case.step(&Event::Tick).unwrap();
        let count = transition.writes().iter().filter(|write| **write == asked).count();
        assert_eq!(count, 1);
        assert!(case.then(&Event::Tick).step(&Event::Tick).is_err());
    }
}

#[test]
fn late_answer_counts_in_every_state() {
    let absent = Case::uncertain().at(130).then(&probed(0, 1, nothing_there(120, LAST_KNOWN)));
    let rows = [
        (Case::uncertain(), "due"),
        (Case::needs_operator(), "due"),
        (absent.clone(), "due"),
        (Case::uncertain().then(&Event::Cancel { by: operator() }), "cancelled"),
        (Case::uncertain().then(&decided(0, Resolution::Skip)), "due"),
    ];
    for (case, _) in rows {
        let was = case.publication.state.clone();
        let case = case.then(&answered(0, 1, sent(&[11])));
        let PartState::Sent { via: SentVia::LateAnswer, .. } = state(&case) else {
            panic!("{was:?}")
        };
        let is_open = matches!(was, State::Uncertain | State::Cancelling { .. });
        assert!(case.publication.state == was || is_open, "{was:?}");
    }
    let again = absent.then(&claim(0, 2));
    let event = answered(0, 1, sent(&[11]));
    let notice = Write::Notify(Notice::Duplicate { part: 0, message_ids: vec![11] });
    assert!(again.step(&event).unwrap().writes().contains(&notice), "the second is in flight");
    let both = again.then(&event).then(&answered(0, 2, sent(&[12])));
    assert_eq!(state(&both).message_ids(), [12]);
}

#[test]
fn answer_without_a_valid_message_id_or_of_another_chat_needs_a_decision() {
    let elsewhere = Outcome::Accepted { message_ids: vec![11], chat: Some(-1) };
    let rows = [
        (sent(&[]), "needs_operator"),
        (sent(&[0]), "needs_operator"),
        (sent(&[-11]), "needs_operator"),
        (sent(&[i64::MAX]), "needs_operator"),
        (sent(&[11, 11]), "needs_operator"),
        (Outcome::SentAsAnotherPart { message_ids: vec![11] }, "needs_operator"),
        (elsewhere, "needs_operator"),
        (Outcome::SentThenDeleted { description: "x".into() }, "needs_operator"),
    ];
    for (outcome, expected) in rows {
        let case = Case::sending().then(&answered(0, 1, outcome.clone()));
        assert_eq!(state(&case).name(), expected, "{outcome:?}");
    }
    let second = Case::half().then(&claim(1, 2)).then(&answered(1, 2, sent(&[11])));
    assert_eq!(
        second.publication.parts[1].state.name(),
        "needs_operator",
        "that is the first part"
    );
}

#[test]
fn person_can_decide_not_sent_only_after_the_quiet_time() {
    let wait = Err(StepRefusal::TooEarly { until: at(120) });
    assert_eq!(Case::needs_operator().step(&decided(0, Resolution::NotSent)), wait);
    assert_eq!(Case::uncertain().step(&decided(0, Resolution::NotSent)), wait);
    let rows = [
        (Resolution::NotSent, "pending", "due"),
        (Resolution::Sent { message_ids: vec![14] }, "sent", "publishing"),
        (Resolution::Skip, "skipped", "due"),
    ];
    for (resolution, part, publication) in rows {
        let case = Case::needs_operator().at(120).then(&decided(0, resolution));
        assert_eq!((state(&case).name(), case.publication.state.name()), (part, publication));
    }
    let by = Actor::File;
    let resolution = Resolution::Skip;
    let event = Event::Resolve { part: 0, resolution, by: by.clone() };
    assert_eq!(Case::needs_operator().step(&event), Err(StepRefusal::NotAPerson { by }));
}

#[test]
fn unknown_outcome_in_a_basic_group_needs_an_operator_at_once() {
    let mut case = Case::sending();
    case.publication.chat = -4_000_000_001;
    case.channel.destination.chat = -4_000_000_001;
    let asked = case.then(&answered(0, 1, unknown())).then(&Event::Tick);
    let PartState::NeedsOperator { question, .. } = &asked.publication.parts[0].state else {
        panic!("{:?}", asked.publication.parts[0].state)
    };
    assert_eq!(*question, Question::BasicGroup);
}

#[test]
fn clock_set_back_restarts_the_quiet_time() {
    let case = Case::uncertain().at(-3600).then(&Event::Tick);
    assert_eq!(state(&case).unknown_outcome().unwrap().since, at(-3600));
}

#[test]
fn undone_decision_restores_the_unknown_outcome() {
    let undo = Event::Undo { by: operator() };
    let asked = Case::needs_operator().at(120);
    let decided_sent = asked.clone().then(&decided(0, Resolution::Sent { message_ids: vec![14] }));
    let again = decided_sent.clone().then(&undo);
    assert_eq!(state(&again), state(&asked));
    assert_eq!(again.publication.state, State::Uncertain);
    // It can be resolved again.
    let found = again.then(&decided(0, Resolution::Sent { message_ids: vec![14] }));
    assert_eq!(state(&found).name(), "sent");
    // A cancelled publication is cancelling again.
    let cancelled = asked.then(&Event::Cancel { by: operator() });
    let decided_later =
        cancelled.clone().then(&decided(0, Resolution::Sent { message_ids: vec![14] }));
    let again = decided_later.then(&undo);
    assert_eq!(again.publication.state, State::Cancelling { by: operator() });
    // Only a person undoes it, and only a decision can be undone.
    let by_file = Event::Undo { by: Actor::File };
    assert!(matches!(decided_sent.step(&by_file), Err(StepRefusal::NotAPerson { .. })));
    assert!(matches!(Case::published().step(&undo), Err(StepRefusal::WrongState { .. })));
    let goes_on = decided_sent.then(&claim(1, 9));
    assert!(matches!(goes_on.step(&undo), Err(StepRefusal::ChangedSince { part: 0 })));
}

#[test]
fn skipped_part_may_be_in_the_channel_only_if_its_outcome_was_unknown() {
    let may_be_posted = |case: &Case| case.publication.parts.iter().any(Part::may_be_in_channel);
    let cancel = Event::Cancel { by: operator() };
    // Tried, certainly without effect, and then cancelled.
    let refused =
        Case::sending().then(&answered(0, 1, not_sent(NotSentReason::NoConnection, None)));
    assert!(!may_be_posted(&refused.then(&cancel)));
    assert!(!may_be_posted(&Case::cancelled()));
    let lost = Case::needs_operator();
    assert!(may_be_posted(&lost));
    assert!(may_be_posted(&lost.clone().then(&cancel)));
    assert!(may_be_posted(&lost.then(&decided(0, Resolution::Skip))));
}
