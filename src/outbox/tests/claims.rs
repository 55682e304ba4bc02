//! Which requests may be made, and what a claim writes.

use std::time::Duration;

use super::fixture::*;
use crate::limits;
use crate::outbox::*;

fn state(case: &Case) -> &PartState {
    &case.publication.parts[0].state
}

#[test]
fn claim_yields_an_intent_with_the_request_and_its_rows() {
    let case = Case::due();
    let filled = request("with a link");
    let event = Event::Claim(Claim {
        part: 0,
        attempt: AttemptId(7),
        request_hash: hash(9),
        filled: Some(filled.clone()),
        telegram_at: Some(at(-3)),
    });
    let transition = case.step(&event).unwrap();
    assert_eq!(transition.expects(), Some(case.publication.version));
    let [Write::UpdatePublication, Write::UpdatePart(0), Write::InsertAttempt(attempt)] =
        transition.writes()
    else {
        panic!("{:?}", transition.writes())
    };
    assert_eq!(
        (attempt.id, attempt.last_known_message_id, attempt.intent_at, attempt.request_hash),
        (AttemptId(7), Some(LAST_KNOWN), at(0), hash(9))
    );
    let (next, intent) = transition.committed();
    let intent = intent.unwrap();
    assert_eq!(next.state, State::Publishing);
    assert_eq!(
        (intent.part(), intent.operation(), intent.destination().chat),
        (0, Operation::Send, CHAT)
    );
    assert_eq!(intent.request(), &filled);
    assert_eq!(intent.answered(unknown()), answered(0, 7, unknown()));
}

#[test]
fn only_a_claim_yields_an_intent() {
    let rows = [
        (Case::new(), Event::Tick),
        (Case::sending(), answered(0, 1, sent(&[11]))),
        (Case::sending().restarted(), gone(0, DeathCertainty::Known)),
        (Case::failed(), Event::Retry { by: operator() }),
    ];
    for (case, event) in rows {
        assert_eq!(case.step(&event).unwrap().committed().1, None, "{event:?}");
    }
}

#[test]
fn only_one_of_two_concurrent_claims_can_be_written() {
    let case = Case::due();
    let (one, other) = (case.step(&claim(0, 1)).unwrap(), case.step(&claim(0, 2)).unwrap());
    assert_eq!(one.expects(), other.expects());
    let written = one.committed().0;
    assert_ne!(Some(written.version), other.expects());
}

#[test]
fn every_guard_of_a_claim_has_its_own_refusal() {
    let guard = |change: fn(&mut Case)| {
        let mut case = Case::due().at(10);
        change(&mut case);
        case.step(&claim(0, 1)).unwrap_err()
    };
    let rows: Vec<(StepRefusal, StepRefusal)> = vec![
        (guard(|case| case.process.holds_lock = false), StepRefusal::NoLock),
        (guard(|case| case.process.clock_trusted = false), StepRefusal::ClockUntrusted),
        (
            guard(|case| case.process.stopped = Some("401".into())),
            StepRefusal::Stopped { why: "401".into() },
        ),
        (
            guard(|case| case.channel.paused = Some("rights".into())),
            StepRefusal::ChannelPaused { why: "rights".into() },
        ),
        (
            guard(|case| case.channel.flood_wait_until = Some(at(11))),
            StepRefusal::FloodWait { until: at(11) },
        ),
        (
            guard(|case| case.channel.busy = Some(PublicationId(5))),
            StepRefusal::ChannelBusy { by: PublicationId(5) },
        ),
        (guard(|case| case.channel.destination.chat = 1), StepRefusal::OtherChannel { chat: 1 }),
        (
            guard(|case| case.publication.not_before = Some(at(11))),
            StepRefusal::TooEarly { until: at(11) },
        ),
        (guard(|case| case.now = at(24 * 3600 + 1)), StepRefusal::Expired),
        (
            guard(|case| case.publication.parts[0].tries.sends = limits::SEND_TRIES),
            StepRefusal::Exhausted { tries: limits::SEND_TRIES },
        ),
        (Case::due().step(&claim(1, 1)).unwrap_err(), StepRefusal::EarlierPart { part: 0 }),
        (Case::due().step(&claim(2, 1)).unwrap_err(), StepRefusal::NoPart { part: 2 }),
        (
            Case::half().step(&claim(1, 1)).unwrap_err(),
            StepRefusal::AttemptTaken { attempt: AttemptId(1) },
        ),
    ];
    for (refused, expected) in rows {
        assert_eq!(refused, expected);
    }
    let mut case = Case::due().at(10);
    case.channel.flood_wait_until = Some(at(10));
    case.publication.not_before = Some(at(10));
    assert!(case.step(&claim(0, 1)).is_ok(), "a time that has come blocks nothing");
}

#[test]
fn post_that_waits_for_its_release_group_is_not_claimed() {
    let mut case = Case::due();
    case.publication.together = ReleaseGroup::new(2);
    assert_eq!(case.step(&claim(0, 1)), Err(StepRefusal::Together));
    let case = case.then(&Event::StartGroup);
    assert_eq!(case.step(&Event::StartGroup), Err(StepRefusal::NothingToDo));
    assert!(case.step(&claim(0, 1)).is_ok());
    assert_eq!(Case::due().step(&Event::StartGroup), Err(StepRefusal::NothingToDo));
}

#[test]
fn only_another_process_with_the_lock_reports_an_owner_gone() {
    let case = Case::sending();
    let here = StepRefusal::OwnerIsHere { owner: owner(1) };
    assert_eq!(case.step(&gone(0, DeathCertainty::Known)), Err(here));
    let mut case = case.restarted();
    case.process.holds_lock = false;
    assert_eq!(case.step(&gone(0, DeathCertainty::Known)), Err(StepRefusal::NoLock));
    case.process.holds_lock = true;
    let other = Event::OwnerGone { part: 0, owner: owner(3), death: DeathCertainty::Known };
    assert_eq!(case.step(&other), Err(StepRefusal::OtherOwner { owner: owner(3) }));
    let lost = case.then(&gone(0, DeathCertainty::Presumed)).at(120);
    let look = lost.then(&probed(0, 1, nothing_there(120, LAST_KNOWN)));
    assert_eq!(state(&look).name(), "uncertain", "a live process may still send its request");
}

#[test]
fn new_publication_needs_a_free_key_and_valid_parts() {
    let taken = NewPublication { key_taken_by: Some(PublicationId(9)), ..new(1) };
    assert_eq!(enqueue(taken), Err(StepRefusal::KeyTaken { by: PublicationId(9) }));
    assert_eq!(enqueue(new(0)), Err(StepRefusal::Parts));
    assert_eq!(enqueue(new(11)), Err(StepRefusal::Parts));
    let accepted = enqueue(new(2)).unwrap();
    assert_eq!(accepted.expects(), None);
    assert_eq!(
        accepted.writes(),
        [Write::InsertPublication, Write::InsertPart(0), Write::InsertPart(1)]
    );
}

#[test]
fn default_policy_waits() {
    let policy = Policy::default();
    assert_eq!(policy.quiet, Duration::from_mins(2));
    assert_eq!(policy.grace, Duration::from_mins(15));
}
