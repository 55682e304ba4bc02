//! Claims: one process at a time, once, and only with the lock.

use std::time::Duration;

use super::super::{Command, LockResult, Query};
use super::fixture::{
    CHAT, Place, acceptance, claim, on_every_journal, owner, person, refused, sent,
};
use crate::ids::{Destination, TopicId};
use crate::outbox::{
    Acceptance, DeathCertainty, Event, Outcome, PartState, Refusal, State, StepRefusal,
};

on_every_journal!(one_of_sixteen_simultaneous_claims_wins);

async fn one_of_sixteen_simultaneous_claims_wins(place: Place) {
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    journal.apply_event(0, id, Event::Tick).await.unwrap();
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

on_every_journal!(one_publication_of_a_channel_is_sent_at_a_time);

async fn one_publication_of_a_channel_is_sent_at_a_time(place: Place) {
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

on_every_journal!(only_the_lock_holder_claims_and_every_process_orders);

async fn only_the_lock_holder_claims_and_every_process_orders(place: Place) {
    let first = place.publisher(1).await;
    let second = place.open(2).await;
    assert_eq!(second.0.take_lock().await.unwrap(), LockResult::Held { by: Some(owner(1)) });
    let id = second.accept(acceptance("summit", CHAT, 1)).await.id;
    assert_eq!(refused(second.claim(0, id, 0).await), StepRefusal::NoLock);
    let intent = first.claim(0, id, 0).await.unwrap();
    assert_eq!(intent.request().string(), "summit 0");
}

#[tokio::test]
async fn lock_without_its_file_does_not_count() {
    let place = Place::sqlite();
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    std::fs::remove_file(place.path("journal.db.lock")).unwrap();
    assert_eq!(refused(journal.claim(0, id, 0).await), StepRefusal::NoLock);
}

on_every_journal!(requests_of_a_dead_process_are_reported_to_the_next);

async fn requests_of_a_dead_process_are_reported_to_the_next(place: Place) {
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
    // Process 1 of this machine is alive, so it may still send although it lost the lock.
    assert_eq!((&orphan.owner, orphan.death), (&owner(1), DeathCertainty::Presumed));
    let event = Event::OwnerGone { part: 0, owner: orphan.owner.clone(), death: orphan.death };
    let uncertain = journal.apply_event(5, id, event).await.unwrap();
    assert_eq!(uncertain.state, State::Uncertain);
}

on_every_journal!(intent_of_a_caller_that_is_gone_is_given_back);

async fn intent_of_a_caller_that_is_gone_is_given_back(place: Place) {
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    journal.apply_event(0, id, Event::Tick).await.unwrap();
    let mut claimed = Box::pin(journal.order(1, vec![claim(id, 0)]));
    assert!(futures_util::poll!(claimed.as_mut()).is_pending());
    drop(claimed);
    // Orders are applied in sequence, so the claim was made and given back before this.
    for _ in 0..3 {
        journal.order(2, vec![Command::NoticeDelivered { notice: 0 }]).await.unwrap();
    }
    let publication = journal.publication(id).await;
    assert_eq!(publication.parts[0].state, PartState::Pending);
    assert_eq!(publication.parts[0].attempts.len(), 1);
}

on_every_journal!(topics_of_a_chat_are_channels_of_their_own_that_share_its_order);

async fn topics_of_a_chat_are_channels_of_their_own_that_share_its_order(place: Place) {
    let journal = place.publisher(1).await;
    let topic = |number| TopicId::of_number(number).unwrap();
    let at = |number| Destination { chat: CHAT, topic: topic(number) };
    let to = |number| Acceptance { destination: at(number), ..acceptance("summit", CHAT, 1) };
    let one = journal.accept(to(42)).await;
    let two = journal.accept(to(43)).await;
    let whole = journal.accept(to(1)).await;
    // Each is the first publication in its topic; the numbers of revisions are the chat's.
    assert_eq!([one.revision, two.revision, whole.revision], [1, 2, 3]);
    assert_eq!((two.destination(), whole.destination()), (at(43), Destination::of_chat(CHAT)));
    let again = journal.order(0, vec![Command::Accept(to(42))]).await;
    assert_eq!(refused(again.map(drop)), StepRefusal::KeyTaken { by: one.id });
    let pause = Command::Pause { channel: Some(at(42)), why: "fire".into(), by: person() };
    journal.order(0, vec![pause]).await.unwrap();
    let claim = journal.claim(0, one.id, 0).await;
    assert!(matches!(refused(claim), StepRefusal::ChannelPaused { .. }));
    let intent = journal.claim(1, two.id, 0).await.unwrap();
    assert_eq!(intent.destination(), at(43));
    let claim = journal.claim(1, whole.id, 0).await;
    assert_eq!(refused(claim), StepRefusal::ChannelBusy { by: two.id });
    let closed = Outcome::Rejected {
        refusal: Refusal::TopicClosed,
        description: "Bad Request: TOPIC_CLOSED".into(),
    };
    journal.answer(2, intent, closed).await;
    let channels = journal.0.channels().await.unwrap();
    let refusal = |place| {
        let channel = channels.iter().find(|channel| channel.destination == place).unwrap();
        (channel.paused.is_some(), channel.refused, channel.refusal)
    };
    assert_eq!(refusal(at(42)), (true, false, None));
    assert_eq!(refusal(at(43)), (true, true, Some(Refusal::TopicClosed)));
    assert_eq!(refusal(at(1)), (false, false, None));
    assert!(journal.claim(3, whole.id, 0).await.is_ok());
}

on_every_journal!(upgraded_group_is_remembered_after_a_resume);

async fn upgraded_group_is_remembered_after_a_resume(place: Place) {
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", -4_000_000_001, 1)).await.id;
    let intent = journal.claim(0, id, 0).await.unwrap();
    let refusal = Refusal::Upgraded { to: CHAT };
    journal.answer(1, intent, Outcome::Rejected { refusal, description: "words".into() }).await;
    let channel = Some(Destination::of_chat(-4_000_000_001));
    journal.order(2, vec![Command::Resume { channel, by: person() }]).await.unwrap();
    let channels = journal.0.channels().await.unwrap();
    let known: Vec<_> = channels.iter().map(|one| (one.upgraded_to, one.refusal)).collect();
    assert_eq!(known, [(Some(CHAT), None)]);
}

on_every_journal!(pause_keeps_the_queue_and_sends_nothing);

async fn pause_keeps_the_queue_and_sends_nothing(place: Place) {
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    let pause = |channel| Command::Pause { channel, why: "fire".into(), by: person() };
    let resume = |channel| Command::Resume { channel, by: person() };
    journal.order(-5, vec![pause(None)]).await.unwrap();
    assert!(matches!(refused(journal.claim(0, id, 0).await), StepRefusal::Stopped { .. }));
    journal.order(1, vec![resume(None), pause(Some(Destination::of_chat(CHAT)))]).await.unwrap();
    assert!(matches!(refused(journal.claim(1, id, 0).await), StepRefusal::ChannelPaused { .. }));
    journal.order(2, vec![resume(Some(Destination::of_chat(CHAT)))]).await.unwrap();
    let intent = journal.claim(3, id, 0).await.unwrap();
    let refusal = crate::outbox::Refusal::BotWide;
    let unauthorized = Outcome::Rejected { refusal, description: "Unauthorized".into() };
    journal.answer(4, intent, unauthorized).await;
    let stopped = journal.0.journal().await.unwrap().stopped.unwrap();
    assert_eq!(stopped.to_string(), "Telegram refuses the bot: Unauthorized");
}

on_every_journal!(caller_that_is_not_polled_blocks_no_other_reader);

async fn caller_that_is_not_polled_blocks_no_other_reader(place: Place) {
    let journal = place.publisher(1).await;
    journal.accept(acceptance("summit", CHAT, 1)).await;
    let mut left: Vec<_> = (0..3).map(|_| Box::pin(journal.0.publications(Query::All))).collect();
    for one in &mut left {
        // Polled once and then no more, like a publisher that is busy with something else.
        let begun = futures_util::poll!(one.as_mut());
        assert!(begun.is_pending());
    }
    let asked = tokio::time::timeout(Duration::from_secs(20), journal.0.channels()).await;
    assert!(asked.is_ok_and(|channels| channels.is_ok()));
    for one in left {
        assert_eq!(one.await.unwrap().len(), 1);
    }
}
