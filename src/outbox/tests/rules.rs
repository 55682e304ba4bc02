//! Effects of single transitions apart from the states: times, counters, rows and notices.

use std::time::Duration;

use super::fixture::*;
use crate::limits;
use crate::message::{MessageId, Request};
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
        (Case::sending().restarted(), gone(0, Death::Known)),
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
fn flood_wait_freezes_the_channel_and_is_not_counted() {
    for (retry_after, seconds, long) in [(0, 1, false), (7, 8, false), (86_400, 86_401, true)] {
        let case = Case::sending();
        let event = answered(0, 1, not_sent(NotSentReason::FloodWait, Some(retry_after)));
        let transition = case.step(&event).unwrap();
        let writes = transition.writes();
        assert!(writes.contains(&Write::SetFloodWait(at(seconds))));
        let notice = Write::Notify(Notice::LongWait { until: at(seconds) });
        assert_eq!(writes.contains(&notice), long);
        let case = case.then(&event);
        assert_eq!(case.publication.not_before, Some(at(seconds)));
        assert_eq!(case.publication.parts[0].tries, RetryCount::default());
        assert_eq!(
            case.publication.state,
            State::Due,
            "others of the channel may be sent meanwhile"
        );
    }
}

#[test]
fn other_failures_back_off_and_are_counted() {
    let mut case = Case::due();
    for (tries, seconds) in [(1, 2), (2, 4), (3, 8), (4, 16)] {
        case.publication.not_before = None;
        case = case.then(&claim(0, i64::from(tries)));
        case =
            case.then(&answered(0, i64::from(tries), not_sent(NotSentReason::NoConnection, None)));
        assert_eq!(case.publication.not_before, Some(at(seconds)));
        assert_eq!(case.publication.parts[0].tries.sends, tries);
    }
}

#[test]
fn media_that_cannot_be_fetched_fail_at_the_third_try() {
    let mut case = Case::due();
    for attempt in 1..=3 {
        assert_eq!(case.publication.state, State::Due);
        case.publication.not_before = None;
        case = case.then(&claim(0, attempt));
        case = case.then(&answered(0, attempt, not_sent(NotSentReason::MediaNotFetched, None)));
    }
    assert_eq!(case.publication.state, State::Failed { part: 0 });
}

#[test]
fn late_post_is_published_held_or_skipped_by_policy() {
    let rows = [
        (-1, Missed::Hold, None),
        (0, Missed::Hold, Some("due")),
        (900, Missed::Hold, Some("due")),
        (901, Missed::Hold, Some("held")),
        (901, Missed::Skip, Some("cancelled")),
        (901, Missed::Publish, Some("due")),
        (900_000, Missed::Publish, Some("due")),
    ];
    for (seconds, missed, expected) in rows {
        let mut case = Case::new().at(seconds);
        case.policy.missed = missed;
        let state = case.step(&Event::Tick).map(|transition| transition.next().state.name());
        assert_eq!(state.ok(), expected, "{seconds} {missed:?}");
    }
}

#[test]
fn retry_window_ends_a_day_after_due_or_release() {
    let day = i64::try_from(limits::GIVE_UP_AFTER.as_secs()).unwrap();
    assert_eq!(Case::due().at(day).step(&Event::Tick), Err(StepRefusal::NothingToDo));
    let held = Case::due().at(day + 1).then(&Event::Tick);
    assert_eq!(held.publication.state, State::Held { held: HoldReason::Expired });
    let released = held.then(&Event::Release { by: operator() });
    assert_eq!(released.publication.state, State::Due);
    assert!(released.clone().at(2 * day + 1).step(&claim(0, 1)).is_ok());
    assert_eq!(released.at(2 * day + 2).step(&claim(0, 1)), Err(StepRefusal::Expired));
}

#[test]
fn lost_answer_and_dead_owner_are_settled_by_a_probe() {
    let lost = Case::uncertain();
    let dead = Case::sending().restarted().then(&gone(0, Death::Known));
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
        question: Question::Inconclusive { gap: MissingProof::Control, .. },
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
    let elsewhere = Outcome::Sent { message_ids: vec![11], chat: Some(-1) };
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
fn closed_topic_and_upgraded_group_hold_the_queue_like_a_missing_right() {
    for refusal in
        [Refusal::TopicClosed, Refusal::TopicMissing, Refusal::Upgraded { to: -1_001_000_000_009 }]
    {
        let event = answered(0, 1, rejected(refusal));
        let pause = Write::PauseChannel { why: "words".into(), refusal };
        assert!(Case::sending().step(&event).unwrap().writes().contains(&pause));
        let case = Case::sending().then(&event);
        assert_eq!(case.publication.state, State::Held { held: HoldReason::Channel });
        assert_eq!(case.publication.parts[0].state, PartState::Pending);
    }
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
fn refused_channel_holds_its_queue_until_it_is_resumed() {
    let case = Case::sending();
    let event = answered(0, 1, rejected(Refusal::Channel));
    let pause = Write::PauseChannel { why: "words".into(), refusal: Refusal::Channel };
    assert!(case.step(&event).unwrap().writes().contains(&pause));
    let mut case = case.then(&event);
    assert_eq!(case.publication.state, State::Held { held: HoldReason::Channel });
    assert_eq!(case.publication.parts[0].tries, RetryCount::default());
    case.channel.paused = Some("rights".into());
    assert_eq!(case.step(&Event::Tick), Err(StepRefusal::NothingToDo));
    case.channel.paused = None;
    assert_eq!(case.then(&Event::Tick).publication.state, State::Due);
    let stopped = Case::sending().step(&answered(0, 1, rejected(Refusal::BotWide))).unwrap();
    assert!(stopped.writes().contains(&Write::StopBot("words".into())));
}

#[test]
fn only_another_process_with_the_lock_reports_an_owner_gone() {
    let case = Case::sending();
    let here = StepRefusal::OwnerIsHere { owner: owner(1) };
    assert_eq!(case.step(&gone(0, Death::Known)), Err(here));
    let mut case = case.restarted();
    case.process.holds_lock = false;
    assert_eq!(case.step(&gone(0, Death::Known)), Err(StepRefusal::NoLock));
    case.process.holds_lock = true;
    let other = Event::OwnerGone { part: 0, owner: owner(3), death: Death::Known };
    assert_eq!(case.step(&other), Err(StepRefusal::OtherOwner { owner: owner(3) }));
    let lost = case.then(&gone(0, Death::Presumed)).at(120);
    let look = lost.then(&probed(0, 1, nothing_there(120, LAST_KNOWN)));
    assert_eq!(state(&look).name(), "uncertain", "a live process may still send its request");
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
    let orphan = editing().restarted().then(&gone(0, Death::Known));
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
    let orphan = pinning().restarted().then(&gone(0, Death::Known));
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
    let Event::Revise { payload, source, revisions, appended, by, .. } =
        revise(&[(0, ChangeKind::Edit)], 0, operator())
    else {
        panic!()
    };
    let both = Event::Revise { payload, source, revisions, appended, pin: true, by };
    let case = Case::published().then(&both);
    let kind = |case: &Case| case.publication.parts[0].change.as_ref().map(|change| change.kind);
    assert_eq!(kind(&case), Some(ChangeKind::Edit));
    let case = case.then(&claim(0, 3)).then(&answered(0, 3, sent(&[11])));
    assert_eq!(kind(&case), Some(ChangeKind::Pin));
    let case = case.then(&claim(0, 4)).then(&answered(0, 4, sent(&[])));
    assert_eq!(kind(&case), None);
}

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
    assert_eq!(by_file.publication.approvals.asker, Some(2));
    // Approval is requested at once if a person schedules it for later.
    let now = case.publication.due_at;
    assert!(own.publication.asks_for_approval_at_once(now, 1));
    assert!(!own.publication.asks_for_approval_at_once(at(50), 1));
    assert!(!case.publication.asks_for_approval_at_once(at(-1), 1));
}

#[test]
fn replacement_by_a_file_keeps_the_requester() {
    let new = NewPublication { approvals: 1, asker: Some(2), ..new(1) };
    let accepted = enqueue(new.clone()).unwrap().next().approvals.clone();
    assert!(!accepted.accepts(2) && accepted.accepts(3));
    let by = Actor::Operator { id: 3 };
    let wanted = Acceptance { by, ..new.wanted };
    let own = enqueue(NewPublication { wanted, ..new }).unwrap().next().approvals.clone();
    assert!(own.accepts(2) && !own.accepts(3));
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

#[test]
fn clock_set_back_restarts_the_quiet_time() {
    let case = Case::uncertain().at(-3600).then(&Event::Tick);
    assert_eq!(state(&case).unknown_outcome().unwrap().since, at(-3600));
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
