//! Orders: all of them take effect or none, and each follows the rules.

use super::super::{
    Adoption, Binding, Command, CommandContext, Digest, KnownMessage, Person, Query,
};
use super::fixture::{
    CHAT, Journal, Place, acceptance, at, hash, on_every_journal, person, post, refused, sent,
};
use crate::limits;
use crate::outbox::{
    Acceptance, Actor, Event, Notice, PayloadHash, Policy, Publication, State, StepRefusal,
};

on_every_journal!(all_orders_take_effect_or_none);

async fn all_orders_take_effect_or_none(place: Place) {
    let journal = place.open(1).await;
    let id = journal.accept(acceptance("one", CHAT, 1)).await.id;
    let orders = vec![
        Command::Event(id, Event::Cancel { by: person() }),
        Command::Accept(acceptance("two", CHAT, 1)),
        Command::Event(id, Event::Cancel { by: person() }),
    ];
    let error = journal.order(0, orders).await.unwrap_err();
    assert!(matches!(error, super::super::StoreError::Refused { order: 2, .. }), "{error:?}");
    assert_eq!(journal.publication(id).await.state, State::Scheduled);
    assert_eq!(journal.0.publications(Query::All).await.unwrap().len(), 1);
}

on_every_journal!(people_have_their_last_reported_name);

async fn people_have_their_last_reported_name(place: Place) {
    let journal = place.open(1).await;
    let met = |id, name: &str, language: &str| Person {
        id,
        name: name.to_owned(),
        language: language.to_owned(),
    };
    let orders = vec![
        Command::RememberPerson(met(222, "Boris", "en")),
        Command::RememberPerson(met(111, "Anna", "ru")),
    ];
    journal.order(0, orders).await.unwrap();
    journal.order(1, vec![Command::RememberPerson(met(222, "Борис", "ru"))]).await.unwrap();
    let expected = [met(111, "Anna", "ru"), met(222, "Борис", "ru")];
    assert_eq!(journal.0.people().await.unwrap(), expected);
}

on_every_journal!(username_belongs_to_one_chat_and_journal_to_one_bot);

async fn username_belongs_to_one_chat_and_journal_to_one_bot(place: Place) {
    let journal = place.open(1).await;
    let name = |chat, username: &str| vec![Command::Name { chat, username: username.to_owned() }];
    journal.order(0, name(CHAT, "one")).await.unwrap();
    journal
        .order(0, vec![Command::RaiseLastKnownMessage { chat: CHAT, message_id: 7 }])
        .await
        .unwrap();
    journal.order(0, name(CHAT - 1, "other")).await.unwrap();
    journal.order(1, name(CHAT - 1, "One")).await.unwrap();
    let channels = journal.0.channels().await.unwrap();
    let named: Vec<_> = channels
        .iter()
        .map(|one| (one.destination.chat, one.last_known_message_id, one.username.as_deref()))
        .collect();
    assert_eq!(named, [(CHAT - 1, None, Some("One")), (CHAT, Some(7), None)]);
    assert_eq!(journal.0.journal().await.unwrap().bound, None);
    let to = Binding { server: "https://api.telegram.org".to_owned(), bot: 7_000_000_001 };
    journal.order(2, vec![Command::Bind { to: to.clone(), by: person() }]).await.unwrap();
    let known = journal.0.journal().await.unwrap();
    assert_eq!(known.bound, Some(to));
    let (id, at) = known.last_entry.unwrap();
    assert_eq!(journal.0.entry_at(id).await.unwrap(), Some(at));
    assert_eq!(journal.0.entry_at(id + 1).await.unwrap(), None);
}

on_every_journal!(channel_posts_are_known_messages_and_raise_the_last_known_id);

async fn channel_posts_are_known_messages_and_raise_the_last_known_id(place: Place) {
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("one", CHAT, 1)).await.id;
    let intent = journal.claim(0, id, 0).await.unwrap();
    journal.answer(1, intent, sent(12)).await;
    let received = |message_id| Command::ChannelPost { chat: CHAT, message_id };
    // Updates may come twice, and late.
    journal.order(2, vec![received(15), received(11), received(15)]).await.unwrap();
    let elsewhere = Command::ChannelPost { chat: CHAT - 1, message_id: 99 };
    journal.order(2, vec![elsewhere]).await.unwrap();
    let known =
        |message_id, publication| KnownMessage { message_id, publication, by_operator: false };
    assert_eq!(
        journal.0.known_messages(CHAT, 11).await.unwrap(),
        [known(12, Some(id)), known(15, None)]
    );
    let channels = journal.0.channels().await.unwrap();
    let last_known = |chat| {
        channels
            .iter()
            .find(|one| one.destination.chat == chat)
            .and_then(|one| one.last_known_message_id)
    };
    assert_eq!((last_known(CHAT), last_known(CHAT - 1)), (Some(15), Some(99)));
    // Messages far below the newest are forgotten, because no probe needs them.
    journal.order(3, vec![received(15 + limits::CHANNEL_POSTS)]).await.unwrap();
    let ids: Vec<i64> = journal
        .0
        .known_messages(CHAT, 0)
        .await
        .unwrap()
        .into_iter()
        .map(|known| known.message_id)
        .collect();
    assert_eq!(ids, [12, 15, 15 + limits::CHANNEL_POSTS]);
}

on_every_journal!(two_simultaneous_commands_create_one_publication);

async fn two_simultaneous_commands_create_one_publication(place: Place) {
    let (one, two) = (place.open(1).await, place.open(2).await);
    let order = || vec![Command::Accept(acceptance("summit", CHAT, 1))];
    let (first, second) = tokio::join!(one.order(0, order()), two.order(0, order()));
    let (won, lost) = if first.is_ok() { (first, second) } else { (second, first) };
    let id = won.unwrap()[0].publication.as_ref().unwrap().id;
    assert_eq!(refused(lost), StepRefusal::KeyTaken { by: id });
    let again =
        one.accept(crate::outbox::Acceptance { after: 1, ..acceptance("summit", CHAT, 1) }).await;
    assert_eq!(again.revision, 2);
}

on_every_journal!(new_text_replaces_only_an_unsent_publication);

async fn new_text_replaces_only_an_unsent_publication(place: Place) {
    let journal = place.publisher(1).await;
    let old = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    let newer =
        |old| crate::outbox::Acceptance { supersedes: Some(old), ..acceptance("summit", CHAT, 2) };
    let new = journal.accept(newer(old)).await;
    assert_eq!(new.revision, 2);
    let state = journal.publication(old).await.state;
    assert_eq!(state, State::Superseded { by: person(), successor: new.id });
    let intent = journal.claim(0, new.id, 0).await.unwrap();
    journal.answer(1, intent, sent(11)).await;
    let refused = refused(journal.order(2, vec![Command::Accept(newer(new.id))]).await);
    assert_eq!(refused, StepRefusal::Posted { part: 0 });
}

on_every_journal!(message_belongs_to_one_publication);

async fn message_belongs_to_one_publication(place: Place) {
    let journal = place.publisher(1).await;
    let (one, two) = (acceptance("one", CHAT, 1), acceptance("two", CHAT, 1));
    let (one, two) = (journal.accept(one).await.id, journal.accept(two).await.id);
    let intent = journal.claim(0, one, 0).await.unwrap();
    journal.answer(1, intent, sent(11)).await;
    let intent = journal.claim(2, two, 0).await.unwrap();
    let event = intent.answered(sent(11));
    assert_eq!(
        refused(journal.apply_event(3, two, event).await),
        StepRefusal::MessageIds { message_ids: vec![11] }
    );
    assert_eq!(journal.0.channels().await.unwrap()[0].last_known_message_id, Some(11));
}

on_every_journal!(refused_order_does_not_affect_other_callers);

async fn refused_order_does_not_affect_other_callers(place: Place) {
    let journal = place.publisher(1).await;
    let (one, two) = (acceptance("one", CHAT, 1), acceptance("two", CHAT, 1));
    let (one, two) = (journal.accept(one).await.id, journal.accept(two).await.id);
    let intent = journal.claim(0, one, 0).await.unwrap();
    journal.answer(1, intent, sent(11)).await;
    let event = journal.claim(2, two, 0).await.unwrap().answered(sent(11));
    let before = journal.publication(two).await;
    // Sent at once, to be queued together. The refusal is checked after all of them.
    let accept = |number| {
        let order = Command::Accept(acceptance(&format!("other-{number}"), CHAT, 1));
        journal.order(3, vec![order])
    };
    let (behind, wrong, ahead) = tokio::join!(
        futures_util::future::join_all((0..8).map(accept)),
        journal.apply_event(3, two, event),
        futures_util::future::join_all((8..16).map(accept)),
    );
    assert_eq!(refused(wrong), StepRefusal::MessageIds { message_ids: vec![11] });
    for done in behind.into_iter().chain(ahead) {
        assert!(done.is_ok(), "{done:?}");
    }
    assert_eq!(journal.publication(two).await, before);
    assert_eq!(journal.0.publications(Query::All).await.unwrap().len(), 18);
}

on_every_journal!(existing_messages_are_adopted);

async fn existing_messages_are_adopted(place: Place) {
    let journal = place.open(1).await;
    let adoption = |ids: &[i64]| {
        vec![Command::Adopt(Adoption {
            acceptance: acceptance("old", CHAT, 2),
            message_ids: ids.to_vec(),
            sent_at: None,
        })]
    };
    assert!(matches!(
        refused(journal.order(0, adoption(&[7])).await),
        StepRefusal::MessageCount { wanted: 2, named: 1 }
    ));
    let done = journal.order(0, adoption(&[7, 9])).await.unwrap();
    let adopted = done[0].publication.clone().unwrap();
    assert_eq!(adopted.state, State::Published);
    assert_eq!(adopted.payload, PayloadHash::UNKNOWN);
    assert_eq!(journal.publication(adopted.id).await, adopted);
    assert_eq!(journal.0.channels().await.unwrap()[0].last_known_message_id, Some(9));
}

on_every_journal!(moved_post_keeps_its_publications);

async fn moved_post_keeps_its_publications(place: Place) {
    let journal = place.open(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    journal.accept(acceptance("other", CHAT, 1)).await;
    let moved = |from: &str, to: &str| {
        vec![Command::Move { from: post(from), to: post(to), channel: None, by: person() }]
    };
    assert_eq!(refused(journal.order(0, moved("none", "new")).await), StepRefusal::NothingToDo);
    assert!(matches!(
        refused(journal.order(0, moved("summit", "other")).await),
        StepRefusal::KeyTaken { .. }
    ));
    journal.order(0, moved("summit", "2024/summit")).await.unwrap();
    assert_eq!(journal.publication(id).await.post, post("2024/summit"));
    let log = journal.0.log(Some(&post("2024/summit")), 10).await.unwrap();
    assert_eq!((log[0].event.name(), log[0].detail.as_str()), ("moved", "was `summit`"));
}

on_every_journal!(log_records_each_event_and_its_actor);

async fn log_records_each_event_and_its_actor(place: Place) {
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    let intent = journal.claim(0, id, 0).await.unwrap();
    journal.answer(1, intent, sent(11)).await;
    let log = journal.0.log(None, 10).await.unwrap();
    let told: Vec<_> = log
        .iter()
        .rev()
        .map(|entry| (entry.event.name(), entry.by.clone(), entry.detail.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("accepted", person(), "scheduled; for 2027-01-15T08:00:00Z"),
            // The tick is part of the claim.
            ("claim", Actor::System, "publishing"),
            ("answered", Actor::System, "published"),
        ]
    );
    assert_eq!(journal.0.log(None, 1).await.unwrap().len(), 1);
}

on_every_journal!(delivered_notice_is_not_delivered_again);

async fn delivered_notice_is_not_delivered_again(place: Place) {
    let journal = place.open(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    let held = journal.apply_event(10_000, id, Event::Tick).await.unwrap();
    assert_eq!(held.state.name(), "held");
    let untold = journal.0.pending_notices().await.unwrap();
    assert_eq!(untold.len(), 1);
    journal.order(0, vec![Command::NoticeDelivered { notice: untold[0].id }]).await.unwrap();
    assert!(journal.0.pending_notices().await.unwrap().is_empty());
    assert_ne!(held.payload, hash(0));
}

on_every_journal!(only_changes_of_other_processes_are_reported);

async fn only_changes_of_other_processes_are_reported(place: Place) {
    let (one, two) = (place.open(1).await, place.open(2).await);
    let before = one.0.changes_by_others().await.unwrap();
    one.accept(acceptance("one", CHAT, 1)).await;
    assert_eq!(one.0.changes_by_others().await.unwrap(), before);
    two.accept(acceptance("two", CHAT, 1)).await;
    assert_ne!(one.0.changes_by_others().await.unwrap(), before);
}

/// Gives an order where the config asks for one approval.
async fn order(journal: &Journal, seconds: i64, command: Command) -> Option<Publication> {
    let policy = Policy { approvals: 1, ..Policy::default() };
    let facts = CommandContext { now: at(seconds), jitter: 0, clock_trusted: true, policy };
    journal.0.transact(vec![command], facts).await.unwrap().remove(0).publication
}

/// Creates the reminders that are needed; returns the times of all reminders.
async fn remind(journal: &Journal, seconds: i64) -> Vec<i64> {
    for known in journal.0.unreminded(at(seconds)).await.unwrap() {
        order(journal, seconds, Command::Remind { publication: known.id }).await;
    }
    let pending = journal.0.pending_notices().await.unwrap().into_iter();
    let due = pending.map(|pending| match pending.notice {
        Notice::ApprovalDue { due_at } => due_at.as_second() - at(0).as_second(),
        other => panic!("{other:?}"),
    });
    due.collect()
}

on_every_journal!(reminder_of_an_approval_is_created_once_for_each_time);

async fn reminder_of_an_approval_is_created_once_for_each_time(place: Place) {
    let journal = place.open(1).await;
    let hour = 3_600;
    let by_file = |name, due: i64| Acceptance {
        due_at: at(due * hour),
        by: Actor::File,
        ..acceptance(name, CHAT, 1)
    };
    let one = order(&journal, -hour, Command::Accept(by_file("one", 1))).await.unwrap();
    let approved = order(&journal, -hour, Command::Accept(by_file("approved", 1))).await.unwrap();
    let event = Event::Approve { payload: approved.payload, by: Actor::Operator { id: 1 } };
    order(&journal, -hour, Command::Event(approved.id, event)).await;
    // Not earlier than an hour before, once, and not for what was approved.
    assert_eq!(remind(&journal, -1).await, [0; 0]);
    assert_eq!(remind(&journal, 0).await, [hour]);
    assert_eq!(remind(&journal, 1).await, [hour]);
    // Another time has a reminder of its own.
    let later = Event::Reschedule { due_at: at(5 * hour), civil: None, by: Actor::File };
    order(&journal, 2, Command::Event(one.id, later)).await;
    assert_eq!(remind(&journal, 3).await, [hour]);
    assert_eq!(remind(&journal, 4 * hour + 1).await, [hour, 5 * hour]);
    // Once its time has come, an order for a reminder creates none.
    order(&journal, -hour, Command::Accept(by_file("two", 7))).await;
    let two = journal.0.publications(Query::Post(post("two"))).await.unwrap().remove(0);
    assert_eq!(remind(&journal, 7 * hour).await, [hour, 5 * hour]);
    order(&journal, 7 * hour, Command::Remind { publication: two.id }).await;
    assert_eq!(remind(&journal, 7 * hour).await, [hour, 5 * hour]);
}

on_every_journal!(digest_of_a_person_is_replaced_and_ended);

async fn digest_of_a_person_is_replaced_and_ended(place: Place) {
    let journal = place.open(1).await;
    let digest = |person, time: &str, sent_on: Option<&str>| Digest {
        person,
        at: time.parse().unwrap(),
        since: at(5),
        sent_on: sent_on.map(|date| date.parse().unwrap()),
    };
    let (boris, anna) = (digest(222, "09:00", None), digest(111, "18:30", None));
    journal.order(0, vec![Command::SetDigest(boris), Command::SetDigest(anna)]).await.unwrap();
    let sent = digest(111, "18:30", Some("2026-05-04"));
    journal.order(1, vec![Command::SetDigest(sent)]).await.unwrap();
    assert_eq!(journal.0.digests().await.unwrap(), [sent, boris]);
    journal.order(2, vec![Command::StopDigest { person: 111 }]).await.unwrap();
    assert_eq!(journal.0.digests().await.unwrap(), [boris]);
}
