//! What follows from evidence: absence only if every condition holds.

use std::time::Duration;

use super::fixture::*;
use crate::outbox::*;

const QUIET: Duration = Duration::from_mins(2);

fn unknown_because(cause: UnknownCause) -> UnknownOutcome {
    UnknownOutcome {
        attempt: AttemptId(1),
        last_known_message_id: Some(LAST_KNOWN),
        intent_at: at(0),
        telegram_at: Some(at(-1)),
        since: at(5),
        cause,
    }
}

fn unanswered() -> UnknownOutcome {
    unknown_because(UnknownCause::Unanswered { reason: None, description: String::new() })
}

fn with(change: impl FnOnce(&mut Evidence)) -> Evidence {
    let mut evidence = nothing_there(125, LAST_KNOWN);
    let now = at(125).as_second();
    evidence.clock = Some(ServerClock { header: now, message: now });
    change(&mut evidence);
    evidence
}

/// The same evidence with this message in the channel.
fn seeing(present: ChannelMessage) -> Evidence {
    with(|evidence| put(evidence, present))
}

fn dated(seconds: i64) -> ChannelMessage {
    ChannelMessage { date: Some(at(seconds).as_second()), ..stranger(12) }
}

#[test]
fn absence_needs_the_end_of_the_channel() {
    let high = UnknownOutcome { last_known_message_id: Some(i64::MAX - 1), ..unanswered() };
    let received = |id| ChannelMessage { received: true, ..stranger(id) };
    let rows: Vec<(&str, UnknownOutcome, Evidence, bool)> = vec![
        ("300 missing ids", unanswered(), with(|_| ()), true),
        ("299", unanswered(), with(|e| e.missing[0].1 -= 1), false),
        ("20, as the first version looked", unanswered(), with(|e| e.missing[0].1 = 30), false),
        ("a hole", unanswered(), with(|e| e.missing = vec![(11, 100), (102, 310)]), false),
        ("touching ranges", unanswered(), with(|e| e.missing = vec![(101, 310), (11, 100)]), true),
        ("the first one not checked", unanswered(), with(|e| e.missing = vec![(12, 310)]), false),
        ("300 after a message", unanswered(), seeing(received(200)), true),
        (
            "less than 300 after it",
            unanswered(),
            with(|e| {
                put(e, received(200));
                e.missing.last_mut().unwrap().1 -= 1;
            }),
            false,
        ),
        (
            "a message after the checked ids",
            unanswered(),
            with(|e| e.present.push(received(400))),
            false,
        ),
        ("a last known message without an end", high, with(|_| ()), false),
    ];
    for (name, unknown, evidence, is_absent) in rows {
        let verdict = evidence.verdict(&unknown, 1, QUIET);
        match verdict {
            Verdict::Absent(proof) => assert!(is_absent && proof.seen_to() >= 310, "{name}"),
            Verdict::Inconclusive { missing_proof: MissingProof::Unseen, .. } => {
                assert!(!is_absent, "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn absence_needs_every_message_to_be_certainly_somebody_elses() {
    let received = ChannelMessage { received: true, ..stranger(12) };
    let belongs = ChannelMessage { belongs_to: Some(PublicationId(7)), ..stranger(12) };
    let same_as_belongs = ChannelMessage { shows: ContentMatch::Same, ..belongs.clone() };
    let same_as_received = ChannelMessage { shows: ContentMatch::Same, ..received.clone() };
    let unreadable =
        |present: ChannelMessage| ChannelMessage { shows: ContentMatch::Unreadable, ..present };
    let skewed = |header: i64| {
        let mut evidence = seeing(dated(-60));
        evidence.clock = Some(ServerClock { header, message: at(125).as_second() });
        evidence
    };
    let no_time = UnknownOutcome { telegram_at: None, ..unanswered() };
    let rows: Vec<(&str, UnknownOutcome, Evidence, Option<MissingProof>)> = vec![
        ("received as an update", unanswered(), seeing(received), None),
        ("received, with the same text", unanswered(), seeing(same_as_received), None),
        ("another publication's", unanswered(), seeing(belongs), None),
        ("another publication's with the same text", unanswered(), seeing(same_as_belongs), None),
        ("dated before the intent", unanswered(), seeing(dated(-7)), None),
        (
            "dated so close before it that clocks may differ",
            unanswered(),
            seeing(dated(-6)),
            Some(MissingProof::Unattributed),
        ),
        ("dated in its second", unanswered(), seeing(dated(-1)), Some(MissingProof::Unattributed)),
        ("dated after it", unanswered(), seeing(dated(3)), Some(MissingProof::Unattributed)),
        (
            "dated, Telegram's time not known",
            no_time,
            seeing(dated(-60)),
            Some(MissingProof::Unattributed),
        ),
        ("the clock five seconds off", unanswered(), skewed(at(130).as_second()), None),
        (
            "the header is another machine's clock",
            unanswered(),
            skewed(at(131).as_second()),
            Some(MissingProof::Unattributed),
        ),
        (
            "the clock not confirmed",
            unanswered(),
            with(|e| {
                put(e, dated(-60));
                e.clock = None;
            }),
            Some(MissingProof::Unattributed),
        ),
        ("only another text", unanswered(), seeing(stranger(12)), Some(MissingProof::Unattributed)),
        (
            "unreadable",
            unanswered(),
            seeing(unreadable(stranger(12))),
            Some(MissingProof::Unreadable),
        ),
        ("unreadable, dated before", unanswered(), seeing(unreadable(dated(-7))), None),
        ("below the last known message", unanswered(), with(|e| e.present.push(stranger(9))), None),
    ];
    for (name, unknown, evidence, missing_proof) in rows {
        match evidence.verdict(&unknown, 1, QUIET) {
            Verdict::Absent(_) => assert_eq!(missing_proof, None, "{name}"),
            Verdict::Inconclusive { missing_proof: found, candidates, .. } => {
                assert_eq!((Some(found), candidates), (missing_proof, vec![12]), "{name}");
            }
            other @ Verdict::Found { .. } => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn absence_needs_quiet_a_dead_owner_and_the_positive_control() {
    use MissingProof::{NoKnownMessage, NotWhole, OwnerMayLive, Protected, TooEarly};
    let no_last_known = UnknownOutcome { last_known_message_id: None, ..unanswered() };
    let control = |control| with(|e| e.control = control);
    let half = with(|e| e.matches = vec![Match { message_ids: vec![12, 14], by_witness: true }]);
    let rows: Vec<(&str, UnknownOutcome, Evidence, Option<MissingProof>)> = vec![
        ("the owner dead", unknown_because(UnknownCause::OwnerDead), with(|_| ()), None),
        ("a second early", unanswered(), with(|e| e.began = at(124)), Some(TooEarly)),
        ("a clock set forward", unanswered(), with(|e| e.waited = 119), Some(TooEarly)),
        (
            "an owner who may live",
            unknown_because(UnknownCause::OwnerLost),
            with(|_| ()),
            Some(OwnerMayLive),
        ),
        ("no last known message", no_last_known, with(|_| ()), Some(NoKnownMessage)),
        ("forwarding forbidden", unanswered(), with(|e| e.protected = true), Some(Protected)),
        (
            "control not found",
            unanswered(),
            control(Control::NotFound),
            Some(MissingProof::Control),
        ),
        ("control refused", unanswered(), control(Control::Refused), Some(MissingProof::Control)),
        ("no control", unanswered(), control(Control::NotTried), Some(MissingProof::Control)),
        ("some of it", unanswered(), half, Some(NotWhole)),
    ];
    for (name, unknown, evidence, missing_proof) in rows {
        match evidence.verdict(&unknown, 1, QUIET) {
            Verdict::Absent(_) => assert_eq!(missing_proof, None, "{name}"),
            Verdict::Inconclusive { missing_proof: found, .. } => {
                assert_eq!(Some(found), missing_proof, "{name}");
            }
            other @ Verdict::Found { .. } => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn same_text_is_a_match_with_any_date() {
    let same = |seconds: i64| ChannelMessage { shows: ContentMatch::Same, ..dated(seconds) };
    for seconds in [-86_400, -61, 0, 86_400] {
        let found =
            Verdict::Found { message_ids: vec![12], via: SentVia::Probe, again: Vec::new() };
        assert_eq!(seeing(same(seconds)).verdict(&unanswered(), 1, QUIET), found, "{seconds}");
    }
}

#[test]
fn number_of_candidates_is_limited() {
    let evidence = with(|evidence| (12..40).for_each(|id| put(evidence, stranger(id))));
    let Verdict::Inconclusive { candidates, .. } = evidence.verdict(&unanswered(), 1, QUIET) else {
        panic!("{evidence:?}")
    };
    assert_eq!(candidates, [12, 13, 14, 15, 16]);
}

#[test]
fn partly_found_album_names_its_files_and_as_many_candidates() {
    let item = |item, message_id| AlbumItem { item, message_id };
    let evidence = with(|evidence| {
        (12..40).for_each(|id| put(evidence, stranger(id)));
        evidence.present[0].shows = ContentMatch::Same;
        evidence.present[2].shows = ContentMatch::Same;
        evidence.items = vec![item(0, 12), item(2, 14)];
    });
    let Verdict::Inconclusive { missing_proof, candidates, items } =
        evidence.verdict(&unanswered(), 10, QUIET)
    else {
        panic!("{evidence:?}")
    };
    assert_eq!((missing_proof, candidates), (MissingProof::NotWhole, (12..22).collect()));
    assert_eq!(items, [item(0, 12), item(2, 14)]);
    let question = Question::Inconclusive { missing_proof, candidates: Vec::new(), items };
    let read: Question = serde_json::from_str(&serde_json::to_string(&question).unwrap()).unwrap();
    assert_eq!(read, question);
}

/// Inconclusive, with nothing that may be the part.
fn inconclusive(missing_proof: MissingProof) -> Verdict {
    Verdict::Inconclusive { missing_proof, candidates: Vec::new(), items: Vec::new() }
}

#[test]
fn evidence_of_an_older_journal_can_be_read() {
    let old = r#"{"began":"2027-01-15T08:00:00Z","waited":120,"control":"read",
        "looked":[{"message_id":11,"saw":"absent"}],"gained":null,"matches":[],"second_poller":false}"#;
    let read: Evidence = serde_json::from_str(old).unwrap();
    // The fields of that version prove nothing.
    let missing_proof = read.verdict(&UnknownOutcome { since: at(-900), ..unanswered() }, 1, QUIET);
    assert_eq!(missing_proof, inconclusive(MissingProof::Unseen));
}

#[test]
fn one_complete_match_proves_presence_and_more_are_duplicates() {
    let found_as = |ids: &[i64], via, again: &[i64]| Verdict::Found {
        message_ids: ids.to_vec(),
        via,
        again: again.to_vec(),
    };
    let early = || inconclusive(MissingProof::TooEarly);
    let witness = |ids: &[i64]| Match { message_ids: ids.to_vec(), by_witness: true };
    let mut witnessed = found(&[]);
    witnessed.matches = vec![witness(&[14])];
    let mut both = found(&[&[14]]);
    both.matches.push(witness(&[14]));
    let rows: Vec<(&str, usize, Evidence, Verdict)> = vec![
        ("one, however early", 1, found(&[&[14]]), found_as(&[14], SentVia::Probe, &[])),
        ("the lowest counts", 1, found(&[&[15], &[12]]), found_as(&[12], SentVia::Probe, &[15])),
        ("a witness", 1, witnessed, found_as(&[14], SentVia::Witness, &[])),
        ("both of the same", 1, both, found_as(&[14], SentVia::Probe, &[])),
        ("an album", 3, found(&[&[12, 13, 14]]), found_as(&[12, 13, 14], SentVia::Probe, &[])),
        ("at the last known message", 1, found(&[&[LAST_KNOWN]]), early()),
        ("an album with a gap", 3, found(&[&[12, 14, 15]]), early()),
        ("half an album", 3, found(&[&[12, 13]]), early()),
        ("no message", 1, found(&[&[]]), early()),
        ("impossible", 1, found(&[&[-4]]), early()),
    ];
    for (name, messages, evidence, expected) in rows {
        assert_eq!(evidence.verdict(&unanswered(), messages, QUIET), expected, "{name}");
    }
}
