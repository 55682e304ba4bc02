//! Random orders: the journal reads back what was written.

use jiff::Timestamp;
use proptest::prelude::*;
use telegram_text::FormattedText;

use super::super::{Command, Query};
use super::fixture::{CHAT, Place, acceptance, at, claim, hash, on_every_journal, person};
use crate::message::{EditMessageText, Request};
use crate::outbox::{
    ChangeKind, CivilTime, EndTimes, Event, HoldReason, NewPart, NotSentReason, Outcome,
    PartRevision, PublicationId, Refusal, Resolution,
};

/// An order for a publication of two parts, which the rules may refuse.
fn order(id: PublicationId, choice: u8, seconds: i64) -> Command {
    let part = usize::from(choice / 16 % 2);
    let request = |text: &str| {
        Request::EditMessageText(EditMessageText {
            content: FormattedText::plain(text).into(),
            message_id: 7,
        })
    };
    let event = match choice % 16 {
        0..=2 => return claim(id, part),
        4 => Event::Cancel { by: person() },
        5 => Event::Hold { held: HoldReason::CatchUp, by: person() },
        6 => Event::Release { by: person() },
        7 => Event::Retry { by: person() },
        8 => Event::Reschedule {
            due_at: at(seconds + 7),
            civil: Some(CivilTime {
                time: "2027-01-15T08:00".into(),
                zone: "Europe/Moscow".into(),
                tzdb: "2026a".into(),
            }),
            by: person(),
        },
        9 => Event::Resolve {
            part,
            resolution: Resolution::Sent { message_ids: vec![500 + i64::from(choice)] },
            by: person(),
        },
        10 => Event::Resolve { part, resolution: Resolution::NotSent, by: person() },
        11 => Event::Revise {
            payload: hash(choice),
            source: hash(7),
            revisions: vec![PartRevision {
                part,
                kind: if choice > 128 { ChangeKind::Edit } else { ChangeKind::Delete },
                request: request("again"),
                hash: hash(9),
                pruned: choice > 64,
            }],
            appended: vec![NewPart { request: request("more"), hash: hash(3), messages: 1 }],
            pin: choice > 128,
            ends: EndTimes::default(),
            by: person(),
        },
        _ => Event::Tick,
    };
    Command::Event(id, event)
}

fn outcome(choice: u8, message_id: i64) -> Outcome {
    match choice % 6 {
        0..=2 => Outcome::Accepted { message_ids: vec![message_id], chat: Some(CHAT) },
        3 => Outcome::Unknown { reason: None, description: "the connection ended".into() },
        4 => Outcome::NotSent {
            why: NotSentReason::FloodWait,
            retry_after: Some(3),
            description: "wait".into(),
        },
        _ => Outcome::Rejected { refusal: Refusal::Content, description: "text is empty".into() },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn journal_reads_back_what_was_written(choices in prop::collection::vec(any::<(u8, u8)>(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(written_and_read(Place::sqlite(), &choices))?;
    }
}

proptest! {
    // Each case creates a database.
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn postgresql_reads_back_what_was_written(choices in prop::collection::vec(any::<(u8, u8)>(), 1..60)) {
        let Some(place) = Place::postgres() else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(written_and_read(place, &choices))?;
    }
}

async fn written_and_read(place: Place, choices: &[(u8, u8)]) -> Result<(), TestCaseError> {
    let journal = place.publisher(1).await;
    let ids = [
        journal.accept(acceptance("one", CHAT, 2)).await.id,
        journal.accept(acceptance("two", CHAT, 1)).await.id,
    ];
    let mut seconds = 0;
    for (number, (choice, other)) in choices.iter().copied().enumerate() {
        seconds += i64::from(other) * 7;
        let id = ids[usize::from(other % 2)];
        let Ok(done) = journal.order(seconds, vec![order(id, choice, seconds)]).await else {
            continue;
        };
        for done in done {
            let mut written = done.publication.unwrap();
            if let Some(intent) = done.intent {
                let message_id = 100 + i64::try_from(number).unwrap();
                let event = intent.answered(outcome(other, message_id));
                written = journal.apply_event(seconds + 1, id, event).await.unwrap();
            }
            prop_assert_eq!(&journal.publication(id).await, &written);
        }
    }
    let all = journal.0.publications(Query::All).await.unwrap();
    let open = journal.0.publications(Query::Open).await.unwrap();
    let waiting: Vec<_> = all.iter().filter(|one| crate::status::is_open(one)).cloned().collect();
    prop_assert_eq!(open, waiting);
    for one in &all {
        prop_assert_eq!(one, &journal.publication(one.id).await);
    }
    // Another process sees the same.
    let other = place.open(2).await;
    prop_assert_eq!(other.0.publications(Query::All).await.unwrap(), all);
    Ok(())
}

on_every_journal!(publications_are_in_the_order_of_their_due_times);

async fn publications_are_in_the_order_of_their_due_times(place: Place) {
    let journal = place.open(1).await;
    for (name, due) in [("c", 5), ("a", 9), ("b", 5), ("d", 1)] {
        let due_at: Timestamp = at(due);
        journal.accept(crate::outbox::Acceptance { due_at, ..acceptance(name, CHAT, 1) }).await;
    }
    let all = journal.0.publications(Query::Open).await.unwrap();
    let names: Vec<_> = all.iter().map(|one| one.post.as_str()).collect();
    assert_eq!(names, ["d", "c", "b", "a"]);
}
