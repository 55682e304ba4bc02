//! Polls: held if they have closed, and closed once.

use super::fixture::*;
use crate::message::{MessageId, Request};
use crate::outbox::*;

fn close() -> Event {
    Event::ClosePoll { by: operator() }
}

fn result() -> PollResult {
    let option = |text: &str, votes| OptionResult { text: text.into(), votes };
    PollResult { options: vec![option("Friday", 1), option("Saturday", 2)], voters: 3 }
}

fn held() -> State {
    State::Held { held: HoldReason::PollOver }
}

#[test]
fn poll_is_held_when_it_is_due_if_telegram_refuses_its_closing_time() {
    let rows = [
        (-1, true),
        (0, true),
        (4, true),
        (5, false),
        (3_600, false),
        (2_628_000, false),
        (2_628_001, true),
    ];
    for (close, is_held) in rows {
        let case = Case::with_poll(Some(at(close).as_second())).then(&Event::Tick);
        assert_eq!(case.publication.state == held(), is_held, "{close}");
    }
}

#[test]
fn poll_that_closes_after_its_text_was_sent_is_held() {
    let half = Case::with_poll(Some(at(60).as_second())).then(&Event::Tick).then(&claim(0, 1));
    let half = half.then(&answered(0, 1, sent(&[11])));
    assert!(half.clone().at(55).step(&claim(1, 2)).is_ok());
    let late = half.at(56);
    assert_eq!(late.step(&claim(1, 2)), Err(StepRefusal::PollOver));
    let late = late.then(&Event::Tick);
    assert_eq!(late.publication.state, held());
    assert_eq!(late.step(&Event::Release { by: operator() }), Err(StepRefusal::PollOver));
    let cancelled = late.then(&Event::Cancel { by: operator() });
    assert_eq!(cancelled.publication.state.name(), "cancelled");
}

#[test]
fn closed_poll_keeps_its_votes_and_cannot_be_closed_again() {
    let ordered = Case::polling().then(&close());
    assert_eq!(ordered.step(&close()), Err(StepRefusal::NothingToDo));
    let (_, intent) = ordered.step(&claim(1, 3)).unwrap().committed();
    let intent = intent.unwrap();
    assert_eq!(intent.operation(), Operation::ClosePoll);
    assert_eq!(intent.request(), &Request::StopPoll(MessageId { message_id: 12 }));
    let closed = ordered.then(&claim(1, 3));
    let closed = closed.then(&answered(1, 3, Outcome::PollClosed { result: result() }));
    let part = &closed.publication.parts[1];
    let expected = ClosedPoll { at: at(0), result: Some(result()) };
    assert_eq!((&part.closed_poll, &part.change), (&Some(expected), &None));
    assert_eq!(closed.publication.state, State::Published);
    assert_eq!(closed.step(&close()), Err(StepRefusal::NoOpenPoll));
}

#[test]
fn lost_answer_is_asked_again_and_already_closed_is_success() {
    let lost = Case::polling().then(&close()).then(&claim(1, 3)).then(&answered(1, 3, unknown()));
    let again = lost.at(600).then(&claim(1, 4));
    let closed = again.clone().then(&answered(1, 4, rejected(Refusal::NotModified)));
    let expected = Some(ClosedPoll { at: at(600), result: None });
    assert_eq!(closed.publication.parts[1].closed_poll, expected);
    // The first answer arrives after all, and has the votes.
    let late = again.then(&answered(1, 3, Outcome::PollClosed { result: result() }));
    assert_eq!(late.publication.parts[1].closed_poll.as_ref().unwrap().result, Some(result()));
}

#[test]
fn vanished_poll_is_a_conflict() {
    let missing = rejected(Refusal::Missing);
    let case = Case::polling().then(&close()).then(&claim(1, 3)).then(&answered(1, 3, missing));
    let state = &case.publication.parts[1].change.as_ref().unwrap().state;
    assert!(matches!(state, ChangeState::Conflict { conflict: Conflict::Vanished, .. }));
}

#[test]
fn edit_of_the_text_leaves_the_order_to_close_the_poll() {
    let both = Case::polling().then(&close());
    let both = both.then(&revise(&[(0, ChangeKind::Edit)], 0, operator()));
    let kinds: Vec<_> =
        both.publication.parts.iter().map(|part| part.change.as_ref().unwrap().kind).collect();
    assert_eq!(kinds, [ChangeKind::Edit, ChangeKind::ClosePoll]);
}

#[test]
fn post_without_an_open_poll_has_none_to_close() {
    for case in [Case::published(), Case::with_poll(None), Case::half(), Case::cancelled()] {
        assert_eq!(case.step(&close()), Err(StepRefusal::NoOpenPoll));
    }
}
