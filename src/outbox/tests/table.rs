//! Every event in every state: its result or its refusal. `table.txt` is the table, to be reviewed after a change.

use std::fmt::Write as _;

use super::fixture::*;
use crate::outbox::*;

fn states() -> Vec<(&'static str, Case)> {
    let conflict =
        Case::editing().then(&claim(0, 3)).then(&answered(0, 3, rejected(Refusal::Missing)));
    let cancelled = |case: Case| case.then(&Event::Cancel { by: operator() });
    let unpinned = Case::pinning().then(&claim(0, 3)).then(&answered(0, 3, unknown()));
    let sent_by_decision = decided(0, Resolution::Sent { message_ids: vec![11] });
    let by_decision = Case::needs_operator().then(&sent_by_decision);
    let album = Case::with_album().then(&Event::Tick).then(&claim(0, 1));
    let edited = Case::album_published().then(&album_revision(2));
    vec![
        ("scheduled", Case::new()),
        ("due", Case::due()),
        ("publishing, part 0 sending", Case::sending()),
        ("publishing, part 0 sent", Case::half()),
        ("published", Case::published()),
        ("held", Case::held()),
        ("uncertain", Case::uncertain()),
        ("uncertain, a person is asked", Case::needs_operator()),
        ("uncertain, cancelled", cancelled(Case::uncertain())),
        ("uncertain, cancelled, a person is asked", cancelled(Case::needs_operator())),
        ("uncertain, cancelled while part 0 is sending", cancelled(Case::sending())),
        ("published by a person's decision", by_decision),
        ("failed, part 1 refused", Case::failed()),
        ("cancelled", Case::cancelled()),
        ("superseded", Case::superseded()),
        ("published, an edit pending", Case::editing()),
        ("published, an edit sending", Case::editing().then(&claim(0, 3))),
        ("published, an edit in conflict", conflict),
        ("published, a pin pending", Case::pinning()),
        ("published, a pin sending", Case::pinning().then(&claim(0, 3))),
        ("published, a pin in conflict", unpinned),
        ("published, part 1 is a poll", Case::polling()),
        (
            "published, part 1 is a poll that is being closed",
            Case::polling().then(&Event::ClosePoll { by: operator() }),
        ),
        (
            "published, part 1 is a poll whose closing is sending",
            Case::polling().then(&Event::ClosePoll { by: operator() }).then(&claim(1, 3)),
        ),
        ("scheduled, part 1 is a poll that has closed", Case::with_poll(Some(at(3).as_second()))),
        ("published, its delete_at is past", with_end(Case::published())),
        (
            "published, an edit sending, its delete_at is past",
            with_end(Case::editing().then(&claim(0, 3))),
        ),
        ("publishing, part 0 is an album and sending", album.clone()),
        ("uncertain, part 0 is an album", album.then(&answered(0, 1, partly_refused()))),
        ("published, an edit of both messages of an album pending", edited.clone()),
        ("published, an edit of the first message of an album sending", edited.then(&claim(0, 3))),
    ]
}

/// The same with a `delete_at`.
fn with_end(mut case: Case) -> Case {
    case.publication.ends.delete = Some(End { at: at(100), state: EndState::Waiting });
    case
}

/// Every kind of event; an answer once for the attempt that sends part 0, and once for the one that edits or pins it.
fn events() -> Vec<(&'static str, Event)> {
    let refused = |attempt, refusal| answered(0, attempt, rejected(refusal));
    let votes = PollResult { options: Vec::new(), voters: 0 };
    let mut partly = nothing_there(200, LAST_KNOWN);
    put(&mut partly, ChannelMessage { shows: ContentMatch::Same, ..stranger(11) });
    vec![
        ("tick", Event::Tick),
        ("end", Event::End),
        ("claim 0", claim(0, 9)),
        ("claim 1", claim(1, 9)),
        ("send: sent", answered(0, 1, sent(&[11]))),
        ("send: album sent", answered(0, 1, sent(&[11, 12]))),
        ("send: partly refused", answered(0, 1, partly_refused())),
        ("send: sent elsewhere", answered(0, 1, sent(&[15]))),
        (
            "send: sent, deleted",
            answered(0, 1, Outcome::SentThenDeleted { description: "x".into() }),
        ),
        ("send: not sent", answered(0, 1, not_sent(NotSentReason::NoConnection, None))),
        ("send: 429", answered(0, 1, not_sent(NotSentReason::FloodWait, Some(7)))),
        ("send: content", refused(1, Refusal::Content)),
        ("send: channel", refused(1, Refusal::Channel)),
        ("send: bot", refused(1, Refusal::BotWide)),
        ("send: unknown", answered(0, 1, unknown())),
        ("change: made", answered(0, 3, sent(&[11]))),
        ("change: not modified", refused(3, Refusal::NotModified)),
        ("change: missing", refused(3, Refusal::Missing)),
        ("change: 429", answered(0, 3, not_sent(NotSentReason::FloodWait, Some(7)))),
        ("change: unknown", answered(0, 3, unknown())),
        ("poll: closed", answered(1, 3, Outcome::PollClosed { result: votes })),
        ("poll: already closed", answered(1, 3, rejected(Refusal::NotModified))),
        ("poll: unknown", answered(1, 3, unknown())),
        ("answer of another attempt", answered(0, 99, sent(&[11]))),
        ("owner dead", gone(0, DeathCertainty::Known)),
        ("owner lost", gone(0, DeathCertainty::Presumed)),
        ("probe: found", probed(0, 1, found(&[&[11]]))),
        ("probe: album found", probed(0, 1, found(&[&[11, 12]]))),
        ("probe: partly found", probed(0, 1, partly)),
        ("probe: absent", probed(0, 1, nothing_there(200, LAST_KNOWN))),
        ("probe: early", probed(0, 1, nothing_there(100, LAST_KNOWN))),
        (
            "probe: inconclusive",
            probed(0, 1, Evidence { control: Control::Refused, ..nothing_there(200, LAST_KNOWN) }),
        ),
        ("decided 0: sent", decided(0, Resolution::Sent { message_ids: vec![11] })),
        ("decided 0: not sent", decided(0, Resolution::NotSent)),
        ("decided 0: skip", decided(0, Resolution::Skip)),
        ("decided 0: gone", decided(0, Resolution::Gone)),
        ("decided 1: skip", decided(1, Resolution::Skip)),
        ("undo", Event::Undo { by: operator() }),
        ("together", Event::StartGroup),
        ("approve", Event::Approve { payload: hash(200), by: operator() }),
        ("cancel", Event::Cancel { by: operator() }),
        ("cancel by file", Event::Cancel { by: Actor::File }),
        ("supersede", supersede(operator())),
        ("supersede by file", supersede(Actor::File)),
        ("hold", Event::Hold { held: HoldReason::File, by: Actor::File }),
        ("release", Event::Release { by: operator() }),
        ("release by file", Event::Release { by: Actor::File }),
        ("retry", Event::Retry { by: operator() }),
        ("retry by file", Event::Retry { by: Actor::File }),
        ("reschedule", Event::Reschedule { due_at: at(1000), civil: None, by: operator() }),
        ("edit", revise(&[(0, ChangeKind::Edit)], 0, operator())),
        ("delete", revise(&[(0, ChangeKind::Delete)], 0, operator())),
        ("append", revise(&[], 1, Actor::File)),
        ("close poll", Event::ClosePoll { by: operator() }),
        ("edited by hand", edited_by_hand(0, ChangeKind::Edit, operator())),
        ("edited by hand, by file", edited_by_hand(0, ChangeKind::Edit, Actor::File)),
        ("pin", pin(true)),
        ("unpin", pin(false)),
    ]
}

fn shown(publication: &Publication) -> String {
    let part = |part: &Part| match &part.change {
        None => part.state.name().to_owned(),
        Some(change) => {
            format!("{} ({:?} {})", part.state.name(), change.kind, change.state.name())
                .to_lowercase()
        }
    };
    let parts: Vec<_> = publication.parts.iter().map(part).collect();
    format!("{}: {}", publication.state.name(), parts.join(", "))
}

fn table() -> String {
    let mut out = String::new();
    for (name, case) in states() {
        writeln!(out, "# {name}\n").unwrap();
        let mut refused: Vec<(String, Vec<&str>)> = Vec::new();
        for (event, happens) in events() {
            // Another process, so that the owner of the attempt can be gone, and late enough for all waits.
            match case.clone().restarted().at(210).step(&happens) {
                Ok(transition) => {
                    writeln!(out, "{event:22} {}", shown(transition.next())).unwrap();
                }
                Err(why) => {
                    let why = why.to_string();
                    match refused.iter_mut().find(|(known, _)| *known == why) {
                        Some((_, events)) => events.push(event),
                        None => refused.push((why, vec![event])),
                    }
                }
            }
        }
        for (why, events) in refused {
            writeln!(out, "- {why}: {}", events.join("; ")).unwrap();
        }
        out.push('\n');
    }
    out
}

#[test]
fn every_event_in_every_state_matches_the_table() {
    let table = table();
    assert!(table == include_str!("table.txt"), "the table is now:\n{table}");
}
