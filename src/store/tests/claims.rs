//! Who may send: one at a time, once, and only with the lock.

use std::time::Duration;

use super::super::{Command, LockResult, Query};
use super::fixture::{
    CHAT, Place, acceptance, claim, on_every_journal, owner, person, refused, sent,
};
use crate::outbox::{Death, Event, Outcome, PartState, State, StepRefusal};

on_every_journal!(of_sixteen_that_claim_one_part_one_wins);

async fn of_sixteen_that_claim_one_part_one_wins(place: Place) {
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    journal.happen(0, id, Event::Tick).await.unwrap();
    let claims = (0..16).map(|_| journal.order(1, vec![claim(id, 0)]));
    let results = futures_util::future::join_all(claims).await;
    let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 15));
    for result in lost {
        assert!(matches!(
            refused(result),
            StepRefusal::WrongPart { .. } | StepRefusal::InFlight { .. }
        ));
    }
    assert_eq!(journal.publication(id).await.parts[0].attempts.len(), 1);
}

on_every_journal!(of_two_publications_of_a_channel_one_goes_at_a_time);

async fn of_two_publications_of_a_channel_one_goes_at_a_time(place: Place) {
    let journal = place.publisher(1).await;
    let one = journal.accept(acceptance("one", CHAT, 1)).await.id;
    let two = journal.accept(acceptance("two", CHAT, 1)).await.id;
    let elsewhere = journal.accept(acceptance("three", CHAT - 1, 1)).await.id;
    let intent = journal.claim(0, one, 0).await.unwrap();
    assert_eq!(refused(journal.claim(0, two, 0).await), StepRefusal::ChannelBusy { by: one });
    assert!(journal.claim(0, elsewhere, 0).await.is_ok());
    journal.answer(1, intent, sent(11)).await;
    assert!(journal.claim(2, two, 0).await.is_ok());
}

on_every_journal!(only_who_has_the_lock_may_claim_and_everybody_may_order);

async fn only_who_has_the_lock_may_claim_and_everybody_may_order(place: Place) {
    let first = place.publisher(1).await;
    let second = place.open(2).await;
    assert_eq!(second.0.take_lock().await.unwrap(), LockResult::Held { by: Some(owner(1)) });
    let id = second.accept(acceptance("summit", CHAT, 1)).await.id;
    assert_eq!(refused(second.claim(0, id, 0).await), StepRefusal::NoLock);
    let intent = first.claim(0, id, 0).await.unwrap();
    assert_eq!(intent.request().string(), "summit 0");
}

#[tokio::test]
async fn a_lock_whose_file_is_gone_is_no_lock() {
    let place = Place::sqlite();
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    std::fs::remove_file(place.path("journal.db.lock")).unwrap();
    assert_eq!(refused(journal.claim(0, id, 0).await), StepRefusal::NoLock);
}

on_every_journal!(what_a_dead_process_had_begun_is_told_to_the_next);

async fn what_a_dead_process_had_begun_is_told_to_the_next(place: Place) {
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 2)).await.id;
    let intent = journal.claim(0, id, 0).await.unwrap();
    let attempt = intent.attempt();
    drop((intent, journal));
    // The writer gives up the lock when it notices that its last handle is gone.
    let journal = place.open(2).await;
    let orphans = loop {
        match journal.0.take_lock().await.unwrap() {
            LockResult::Taken { orphans } => break orphans,
            LockResult::Held { .. } => tokio::task::yield_now().await,
        }
    };
    let [orphan] = orphans.as_slice() else { panic!("{orphans:?}") };
    assert_eq!((orphan.publication, orphan.part, orphan.attempt), (id, 0, attempt));
    // Process 1 of this machine lives: whoever lost the lock may send yet.
    assert_eq!((&orphan.owner, orphan.death), (&owner(1), Death::Presumed));
    let event = Event::OwnerGone { part: 0, owner: orphan.owner.clone(), death: orphan.death };
    let uncertain = journal.happen(5, id, event).await.unwrap();
    assert_eq!(uncertain.state, State::Uncertain);
}

on_every_journal!(an_intent_that_nobody_waited_for_is_given_back);

async fn an_intent_that_nobody_waited_for_is_given_back(place: Place) {
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    journal.happen(0, id, Event::Tick).await.unwrap();
    let mut claimed = Box::pin(journal.order(1, vec![claim(id, 0)]));
    assert!(futures_util::poll!(claimed.as_mut()).is_pending());
    drop(claimed);
    // Orders are carried out in their order: by then the claim was made and given back.
    for _ in 0..3 {
        journal.order(2, vec![Command::Told { notice: 0 }]).await.unwrap();
    }
    let publication = journal.publication(id).await;
    assert_eq!(publication.parts[0].state, PartState::Pending);
    assert_eq!(publication.parts[0].attempts.len(), 1);
}

on_every_journal!(a_pause_keeps_the_queue_and_lets_nothing_go);

async fn a_pause_keeps_the_queue_and_lets_nothing_go(place: Place) {
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    let pause = |chat| Command::Pause { chat, why: "fire".into(), by: person() };
    let resume = |chat| Command::Resume { chat, by: person() };
    journal.order(-5, vec![pause(None)]).await.unwrap();
    assert!(matches!(refused(journal.claim(0, id, 0).await), StepRefusal::Stopped { .. }));
    journal.order(1, vec![resume(None), pause(Some(CHAT))]).await.unwrap();
    assert!(matches!(refused(journal.claim(1, id, 0).await), StepRefusal::ChannelPaused { .. }));
    journal.order(2, vec![resume(Some(CHAT))]).await.unwrap();
    let intent = journal.claim(3, id, 0).await.unwrap();
    let refusal = crate::outbox::Refusal::BotWide;
    let unauthorized = Outcome::Rejected { refusal, description: "Unauthorized".into() };
    journal.answer(4, intent, unauthorized).await;
    let stopped = journal.0.journal().await.unwrap().stopped.unwrap();
    assert_eq!(stopped.to_string(), "Telegram refuses the bot: Unauthorized");
}

on_every_journal!(who_asks_and_is_left_alone_keeps_nobody_waiting);

async fn who_asks_and_is_left_alone_keeps_nobody_waiting(place: Place) {
    let journal = place.publisher(1).await;
    journal.accept(acceptance("summit", CHAT, 1)).await;
    let mut left: Vec<_> = (0..3).map(|_| Box::pin(journal.0.publications(Query::All))).collect();
    for one in &mut left {
        // Begun, and not looked at any more: as what a publisher does while it is busy with something else.
        let begun = futures_util::poll!(one.as_mut());
        assert!(begun.is_pending());
    }
    let asked = tokio::time::timeout(Duration::from_secs(20), journal.0.channels()).await;
    assert!(asked.is_ok_and(|channels| channels.is_ok()));
    for one in left {
        assert_eq!(one.await.unwrap().len(), 1);
    }
}
