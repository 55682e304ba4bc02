//! What may be concluded from a look: absence only when every one of the conditions holds.

use std::time::Duration;

use super::fixture::*;
use crate::outbox::*;

const QUIET: Duration = Duration::from_mins(2);

fn doubt(cause: Cause) -> Doubt {
    Doubt { attempt: AttemptId(1), floor: Some(FLOOR), intent_at: at(0), since: at(5), cause }
}

fn unanswered() -> Doubt {
    doubt(Cause::Unanswered { description: String::new() })
}

fn with(change: impl FnOnce(&mut Evidence)) -> Evidence {
    let mut evidence = nothing_there(125, FLOOR);
    change(&mut evidence);
    evidence
}

fn see(evidence: &mut Evidence, message_id: i64, saw: Saw) {
    evidence.looked.retain(|look| look.message_id != message_id);
    evidence.looked.push(Look { message_id, saw });
}

#[test]
fn absence_needs_every_condition() {
    use Gap::{NoFloor, NotWhole, OwnerMayLive, SecondInstance, TooEarly, Unreadable, Unseen};
    let no_floor = Doubt { floor: None, ..unanswered() };
    let high = Doubt { floor: Some(i64::MAX - 1), ..unanswered() };
    let rows: Vec<(&str, Doubt, Evidence, Option<Gap>)> = vec![
        ("all of them, the call returned", unanswered(), with(|_| ()), None),
        ("all of them, the owner dead", doubt(Cause::OwnerDead), with(|_| ()), None),
        ("another's messages are no part", unanswered(), with(|e| see(e, 12, Saw::Other)), None),
        ("what is below the floor is older", unanswered(), with(|e| see(e, 10, Saw::Same)), None),
        ("unreadable below the floor", unanswered(), with(|e| see(e, 3, Saw::Unreadable)), None),
        ("a second early", unanswered(), with(|e| e.began = at(124)), Some(TooEarly)),
        ("a clock set forward", unanswered(), with(|e| e.waited = 119), Some(TooEarly)),
        ("an owner who may live", doubt(Cause::OwnerLost), with(|_| ()), Some(OwnerMayLive)),
        ("no floor", no_floor, with(|_| ()), Some(NoFloor)),
        (
            "control not found",
            unanswered(),
            with(|e| e.control = Control::NotFound),
            Some(Gap::Control),
        ),
        (
            "control refused",
            unanswered(),
            with(|e| e.control = Control::Refused),
            Some(Gap::Control),
        ),
        ("no control", unanswered(), with(|e| e.control = Control::NotTried), Some(Gap::Control)),
        ("a gap", unanswered(), with(|e| e.looked.retain(|l| l.message_id != 20)), Some(Unseen)),
        ("the last missing", unanswered(), with(|e| e.looked.truncate(19)), Some(Unseen)),
        ("one id twice", unanswered(), with(|e| e.looked[0] = e.looked[1]), Some(Unseen)),
        ("a look that failed", unanswered(), with(|e| see(e, 15, Saw::Failed)), Some(Unseen)),
        ("a channel that gained 10", unanswered(), with(|e| e.gained = Some(10)), None),
        ("a channel that gained 11", unanswered(), with(|e| e.gained = Some(11)), Some(Unseen)),
        (
            "a channel that gained everything",
            unanswered(),
            with(|e| e.gained = Some(u64::MAX)),
            Some(Unseen),
        ),
        ("a floor without an end", high, with(|_| ()), Some(Unseen)),
        ("unreadable", unanswered(), with(|e| see(e, 11, Saw::Unreadable)), Some(Unreadable)),
        ("some of it", unanswered(), with(|e| see(e, 11, Saw::Same)), Some(NotWhole)),
        ("a second instance", unanswered(), with(|e| e.second_poller = true), Some(SecondInstance)),
    ];
    for (name, doubt, evidence, gap) in rows {
        let expected = gap.map_or(Verdict::Absent, Verdict::Inconclusive);
        assert_eq!(evidence.verdict(&doubt, 1, QUIET), expected, "{name}");
    }
}

#[test]
fn presence_is_one_whole_match_and_more_are_duplicates() {
    let found_as = |ids: &[i64], via, again: &[i64]| Verdict::Found {
        message_ids: ids.to_vec(),
        via,
        again: again.to_vec(),
    };
    let witness = |ids: &[i64]| Match { message_ids: ids.to_vec(), by_witness: true };
    let mut witnessed = found(&[]);
    witnessed.matches = vec![witness(&[14])];
    let mut both = found(&[&[14]]);
    both.matches.push(witness(&[14]));
    let rows: Vec<(&str, usize, Evidence, Verdict)> = vec![
        ("one, however early", 1, found(&[&[14]]), found_as(&[14], Via::Probe, &[])),
        ("the lowest counts", 1, found(&[&[15], &[12]]), found_as(&[12], Via::Probe, &[15])),
        ("a witness", 1, witnessed, found_as(&[14], Via::Witness, &[])),
        ("both of the same", 1, both, found_as(&[14], Via::Probe, &[])),
        ("an album", 3, found(&[&[12, 13, 14]]), found_as(&[12, 13, 14], Via::Probe, &[])),
        ("at the floor", 1, found(&[&[FLOOR]]), Verdict::Inconclusive(Gap::TooEarly)),
        ("an album with a gap", 3, found(&[&[12, 14, 15]]), Verdict::Inconclusive(Gap::TooEarly)),
        ("half an album", 3, found(&[&[12, 13]]), Verdict::Inconclusive(Gap::TooEarly)),
        ("no message", 1, found(&[&[]]), Verdict::Inconclusive(Gap::TooEarly)),
        ("impossible", 1, found(&[&[-4]]), Verdict::Inconclusive(Gap::TooEarly)),
    ];
    for (name, messages, evidence, expected) in rows {
        assert_eq!(evidence.verdict(&unanswered(), messages, QUIET), expected, "{name}");
    }
}
