//! The ends of a published post: ordered once at their time, or missed.

use super::fixture::*;
use crate::limits;
use crate::message::{MessageId, MessageIds, Request};
use crate::outbox::*;

const HOUR: i64 = 3_600;

/// Two parts, published at 0, with these times.
fn published(delete_at: Option<i64>, unpin_at: Option<i64>) -> Case {
    let ends = EndTimes { delete_at: delete_at.map(at), unpin_at: unpin_at.map(at) };
    let mut with_ends = new(2);
    (with_ends.wanted.ends, with_ends.wanted.pin) = (ends, unpin_at.is_some());
    let case = Case { publication: enqueue(with_ends).unwrap().committed().0, ..Case::new() };
    let half = case.then(&Event::Tick).then(&claim(0, 1)).then(&answered(0, 1, sent(&[11])));
    let all = half.then(&claim(1, 2)).then(&answered(1, 2, sent(&[12])));
    if unpin_at.is_some() {
        return all.then(&claim(0, 3)).then(&answered(0, 3, sent(&[11])));
    }
    all
}

fn changes(case: &Case) -> Vec<Option<ChangeKind>> {
    let parts = case.publication.parts.iter();
    parts.map(|part| part.change.as_ref().map(|change| change.kind)).collect()
}

#[test]
fn post_is_deleted_at_its_time_and_only_once() {
    let case = published(Some(HOUR), None);
    assert_eq!(case.clone().at(HOUR - 1).step(&Event::End), Err(StepRefusal::NothingToDo));
    let due = case.at(HOUR).then(&Event::End);
    assert_eq!(changes(&due), [Some(ChangeKind::Delete); 2]);
    assert_eq!(due.step(&Event::End), Err(StepRefusal::NothingToDo));
    let (_, intent) = due.step(&claim(0, 3)).unwrap().committed();
    assert_eq!(intent.unwrap().request(), &Request::DeleteMessage(MessageId { message_id: 11 }));
    let gone = due.then(&claim(0, 3)).then(&answered(0, 3, sent(&[])));
    let gone = gone.then(&claim(1, 4)).then(&answered(1, 4, sent(&[])));
    let (by, cancellation) = (Actor::Schedule, Cancellation::Deleted);
    assert_eq!(gone.publication.state, State::Cancelled { by, cancellation });
    assert_eq!(gone.step(&Event::End), Err(StepRefusal::NothingToDo));
}

#[test]
fn album_is_deleted_with_one_request() {
    let mut case = Case::album_published();
    case.publication.ends = EndTimes { delete_at: Some(at(HOUR)), unpin_at: None }.into();
    let due = case.at(HOUR).then(&Event::End);
    let change = due.publication.parts[0].change.as_ref().unwrap();
    let both = MessageIds { message_ids: vec![11, 12] };
    assert_eq!((&change.request, &change.by), (&Request::DeleteMessages(both), &Actor::Schedule));
}

#[test]
fn pin_ends_at_its_time_and_does_not_come_back() {
    let due = published(None, Some(HOUR)).at(HOUR).then(&Event::End);
    assert_eq!(changes(&due), [Some(ChangeKind::Unpin), None]);
    let unpinned = due.then(&claim(0, 4)).then(&answered(0, 4, sent(&[11])));
    assert_eq!((changes(&unpinned), unpinned.publication.pin.made), (vec![None; 2], false));
    // A new text whose file still has `pin` and the same `unpin_at`.
    let Event::Revise { payload, source, revisions, appended, by, .. } =
        revise(&[(1, ChangeKind::Edit)], 0, operator())
    else {
        panic!("`revise` returns a revision")
    };
    let ends = EndTimes { delete_at: None, unpin_at: Some(at(HOUR)) };
    let edit = |ends| {
        let (payload, source) = (payload, source);
        let (revisions, appended, by) = (revisions.clone(), appended.clone(), by.clone());
        Event::Revise { payload, source, revisions, appended, pin: true, ends, by }
    };
    assert_eq!(changes(&unpinned.clone().then(&edit(ends))), [None, Some(ChangeKind::Edit)]);
    // With another time it is pinned until then.
    let later = EndTimes { unpin_at: Some(at(2 * HOUR)), ..ends };
    let again = unpinned.then(&edit(later));
    assert_eq!(changes(&again), [Some(ChangeKind::Pin), Some(ChangeKind::Edit)]);
}

#[test]
fn late_end_follows_the_rule_for_missed_posts() {
    let late = HOUR + i64::try_from(limits::GRACE.as_secs()).unwrap();
    for (missed, seconds, state) in [
        (Missed::Hold, late, EndState::Ordered),
        (Missed::Hold, late + 1, EndState::Missed),
        (Missed::Skip, late + 1, EndState::Skipped),
        (Missed::Publish, late + 1, EndState::Ordered),
        // No bot can delete it any more.
        (Missed::Publish, 48 * HOUR, EndState::Missed),
        (Missed::Publish, 48 * HOUR - 1, EndState::Ordered),
    ] {
        let mut case = published(Some(HOUR), None).at(seconds);
        case.policy.missed = missed;
        let transition = case.step(&Event::End).unwrap();
        let notice = Write::Notify(Notice::EndMissed { end: EndKind::Delete });
        assert_eq!(transition.next().ends.delete.unwrap().state, state, "{missed:?} {seconds}");
        assert_eq!(transition.writes().contains(&notice), state != EndState::Ordered);
        let changed = transition.next().parts.iter().any(|part| part.change.is_some());
        assert_eq!(changed, state == EndState::Ordered, "{missed:?} {seconds}");
        let next = case.then(&Event::End);
        assert_eq!(next.step(&Event::End), Err(StepRefusal::NothingToDo));
    }
}

#[test]
fn end_waits_for_an_open_channel_a_trusted_clock_and_a_request_in_flight() {
    let due = published(Some(HOUR), None).at(HOUR);
    let mut paused = due.clone();
    paused.channel.paused = Some("anna".to_owned());
    assert!(matches!(paused.step(&Event::End), Err(StepRefusal::ChannelPaused { .. })));
    let mut distrusted = due.clone();
    distrusted.process.clock_trusted = false;
    assert_eq!(distrusted.step(&Event::End), Err(StepRefusal::ClockUntrusted));
    let mut editing = due;
    let edit = revise(&[(0, ChangeKind::Edit)], 0, operator());
    let ends = editing.publication.ends;
    editing = editing.then(&edit);
    editing.publication.ends = ends;
    let flying = editing.clone().then(&claim(0, 3));
    assert_eq!(flying.step(&Event::End), Err(StepRefusal::InFlight { part: 0 }));
    // A pending edit is replaced.
    assert_eq!(changes(&editing.then(&Event::End)), [Some(ChangeKind::Delete); 2]);
}

#[test]
fn post_is_held_when_it_is_due_if_a_bot_could_not_delete_it() {
    for (delete, is_held) in
        [(-1, true), (0, true), (1, false), (47 * HOUR - 1, false), (47 * HOUR, true)]
    {
        let mut with_end = new(1);
        with_end.wanted.ends.delete_at = Some(at(delete));
        let publication = enqueue(with_end).unwrap().committed().0;
        let case = Case { publication, ..Case::new() }.then(&Event::Tick);
        let held = State::Held { held: HoldReason::DeletionRefused };
        assert_eq!(case.publication.state == held, is_held, "{delete}");
        let released = case.step(&Event::Release { by: operator() });
        assert!(!is_held || released == Err(StepRefusal::DeletionRefused));
    }
}

#[test]
fn other_time_in_the_file_withdraws_a_deletion_that_was_not_requested() {
    let due = published(Some(HOUR), None).at(HOUR).then(&Event::End);
    let Event::Revise { payload, source, revisions, appended, pin, .. } =
        revise(&[], 0, operator())
    else {
        panic!("`revise` returns a revision")
    };
    let ends = EndTimes { delete_at: Some(at(2 * HOUR)), unpin_at: None };
    let by = Actor::File;
    let later = Event::Revise { payload, source, revisions, appended, pin, ends, by };
    let later = due.then(&later);
    assert_eq!(changes(&later), [None, None]);
    assert_eq!(changes(&later.at(2 * HOUR).then(&Event::End)), [Some(ChangeKind::Delete); 2]);
}
