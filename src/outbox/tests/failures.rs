//! Requests that certainly had no effect: flood waits, backoff, late posts, refusals of a channel.

use super::fixture::*;
use crate::limits;
use crate::outbox::*;

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
