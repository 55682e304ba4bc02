//! Each invariant is violated once, to show that its check can fail.

use super::fixture::*;
use crate::outbox::*;

#[test]
fn invalid_publication_is_refused() {
    let broken = |mut case: Case, change: fn(&mut Publication)| {
        change(&mut case.publication);
        match case.step(&Event::Tick) {
            Err(StepRefusal::Broken(broken)) => broken,
            other => panic!("{other:?}"),
        }
    };
    let rows = [
        (
            broken(Case::published(), |it| it.parts[0].state = PartState::Pending),
            InvariantViolation::Order { part: 1, state: "sent" },
        ),
        (
            broken(Case::published(), |it| {
                it.parts[1].state =
                    PartState::Sent { message_ids: vec![], via: SentVia::Answer, at: at(0) };
            }),
            InvariantViolation::MessageIds { part: 1 },
        ),
        (
            broken(Case::published(), |it| it.parts[1].state = it.parts[0].state.clone()),
            InvariantViolation::MessageIds { part: 1 },
        ),
        (
            broken(Case::sending(), |it| it.state = State::Due),
            InvariantViolation::State { state: "due" },
        ),
        (
            broken(Case::half(), |it| it.state = State::Published),
            InvariantViolation::State { state: "published" },
        ),
        (
            broken(Case::uncertain(), |it| it.state = State::Publishing),
            InvariantViolation::State { state: "publishing" },
        ),
        (
            broken(Case::sending(), |it| it.parts[0].attempts.clear()),
            InvariantViolation::Attempts { part: 0 },
        ),
        (
            broken(Case::half(), |it| it.parts[0].attempts.push(AttemptId(1))),
            InvariantViolation::Attempts { part: 0 },
        ),
    ];
    for (broken, expected) in rows {
        assert_eq!(broken, expected);
    }
}

#[test]
fn transition_that_violates_an_invariant_is_found() {
    let find = |before: Case, event: &Event, after: Case| {
        invariant::between(&before.publication, &after.publication, event, &before.context())
    };
    let retried = Case::due();
    let mut with_attempt = retried.clone();
    with_attempt.publication.parts[0].attempts.push(AttemptId(1));
    let other_text = {
        let mut case = Case::due();
        case.publication.parts[0].request = request("another");
        case
    };
    let mut busy = Case::due();
    busy.channel.busy = Some(PublicationId(4));
    let mut no_attempts = Case::half();
    no_attempts.publication.parts[0].attempts.clear();
    let from = "sending";
    let unproven = Err(InvariantViolation::Unproven { part: 0, from });
    let rows = [
        (
            "a dead owner retried",
            find(Case::sending(), &gone(0, DeathCertainty::Known), with_attempt.clone()),
            Err(InvariantViolation::Orphan { part: 0, to: "pending" }),
        ),
        (
            "a lost answer retried",
            find(Case::sending(), &answered(0, 1, unknown()), with_attempt.clone()),
            unproven,
        ),
        (
            "another attempt's refusal",
            find(
                Case::sending(),
                &answered(0, 2, not_sent(NotSentReason::NoConnection, None)),
                with_attempt.clone(),
            ),
            unproven,
        ),
        ("time", find(Case::sending(), &Event::Tick, with_attempt.clone()), unproven),
        (
            "its own refusal",
            find(
                Case::sending(),
                &answered(0, 1, not_sent(NotSentReason::NoConnection, None)),
                with_attempt,
            ),
            Ok(()),
        ),
        (
            "another text",
            find(Case::due(), &Event::Tick, other_text),
            Err(InvariantViolation::Payload),
        ),
        (
            "no order",
            find(Case::cancelled(), &Event::Tick, Case::superseded()),
            Err(InvariantViolation::Terminal { from: "cancelled", to: "superseded" }),
        ),
        (
            "a channel taken",
            find(busy, &claim(0, 1), Case::sending()),
            Err(InvariantViolation::Channel),
        ),
        (
            "a forgotten attempt",
            find(Case::half(), &Event::Tick, no_attempts),
            Err(InvariantViolation::Attempts { part: 0 }),
        ),
    ];
    for (name, found, expected) in rows {
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn intent_that_is_not_in_the_journal_is_found() {
    let (before, after) = (Case::due().publication, Case::sending().publication);
    let missing = invariant::of_intent(&before, &after, None);
    assert_eq!(missing, Err(InvariantViolation::Intent { part: 0 }));
    let intent = Case::due().step(&claim(0, 1)).unwrap().committed().1;
    assert_eq!(invariant::of_intent(&before, &after, intent.as_ref()), Ok(()));
    let nothing = invariant::of_intent(&before, &before, intent.as_ref());
    assert_eq!(nothing, Err(InvariantViolation::Intent { part: 0 }));
    let twice = invariant::of_intent(&after, &after, intent.as_ref());
    assert_eq!(twice, Err(InvariantViolation::Intent { part: 0 }));
}
