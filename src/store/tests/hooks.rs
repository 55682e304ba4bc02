//! Hooks: ordered in the transaction that records a publication, each started once.

use std::sync::Arc;

use super::super::{Command, CommandContext, CommandResult, HookState, StoreError};
use super::fixture::{CHAT, Journal, Place, acceptance, at, claim, hash, on_every_journal, sent};
use crate::outbox::{
    Actor, EndTimes, Event, HookEvent, HookFailure, HookKey, Notice, PartRevision, Policy, State,
};

fn keys() -> Arc<[HookKey]> {
    let key =
        |(program, seed): (&str, u8)| HookKey { program: program.to_owned(), hash: hash(seed) };
    [("one", 11), ("two", 12)].map(key).into()
}

async fn order(journal: &Journal, orders: Vec<Command>) -> Result<Vec<CommandResult>, StoreError> {
    let policy = Policy { hooks: keys(), ..Policy::default() };
    let facts = CommandContext { now: at(1), jitter: 0, clock_trusted: true, policy };
    journal.0.transact(orders, facts).await
}

async fn happens(journal: &Journal, hook: i64, event: HookEvent) -> bool {
    order(journal, vec![Command::Hook { hook, event }]).await.is_ok()
}

/// Publishes a post of one part, and returns the ids of its hooks.
async fn publish(journal: &Journal, name: &str, message: i64) -> Vec<i64> {
    let accepted = journal.accept(acceptance(name, CHAT, 1)).await;
    let orders = vec![Command::Event(accepted.id, Event::Tick), claim(accepted.id, 0)];
    let intent = order(journal, orders).await.unwrap().into_iter().find_map(|done| done.intent);
    let answer = intent.unwrap().answered(sent(message));
    let done = order(journal, vec![Command::Event(accepted.id, answer)]).await.unwrap();
    assert_eq!(done[0].publication.as_ref().unwrap().state, State::Published);
    let open = journal.0.open_hooks(10).await.unwrap();
    open.iter().filter(|hook| hook.publication == accepted.id).map(|hook| hook.id).collect()
}

on_every_journal!(hook_of_a_publication_starts_once);

async fn hook_of_a_publication_starts_once(place: Place) {
    let journal = place.publisher(1).await;
    let hooks = publish(&journal, "a", 1).await;
    let [first, second] = hooks[..] else { panic!("{hooks:?}") };
    // Nothing ends before it has started.
    assert!(!happens(&journal, first, HookEvent::Finished).await);
    assert!(happens(&journal, first, HookEvent::Started).await);
    assert!(!happens(&journal, first, HookEvent::Started).await);
    let open = journal.0.open_hooks(10).await.unwrap();
    let states: Vec<_> = open.iter().map(|hook| hook.state).collect();
    assert_eq!(states, [HookState::Started, HookState::Waiting]);
    assert_eq!(open.iter().map(|hook| hook.key.clone()).collect::<Vec<_>>(), keys().to_vec());
    assert!(happens(&journal, first, HookEvent::Finished).await);
    assert!(!happens(&journal, first, HookEvent::Started).await);
    assert!(happens(&journal, second, HookEvent::Started).await);
    let failure = HookFailure::Interrupted;
    assert!(happens(&journal, second, HookEvent::Failed(failure.clone())).await);
    assert!(!happens(&journal, second, HookEvent::Started).await);
    assert!(journal.0.open_hooks(10).await.unwrap().is_empty());
    let notices = journal.0.pending_notices().await.unwrap();
    assert_eq!(notices[0].notice, Notice::Hook { program: "two".to_owned(), failure });
    let log = journal.0.log(None, 4).await.unwrap();
    let names: Vec<_> = log.iter().rev().map(|entry| entry.event.name()).collect();
    assert_eq!(names, ["hook started", "hook finished", "hook started", "hook interrupted"]);
    assert!(log.iter().all(|entry| entry.post.is_some() && entry.by == Actor::System));
}

on_every_journal!(change_of_a_published_post_orders_no_hook);

async fn change_of_a_published_post_orders_no_hook(place: Place) {
    let journal = place.publisher(1).await;
    // The config of this publication has no hooks.
    let accepted = journal.accept(acceptance("a", CHAT, 1)).await;
    let intent = journal.claim(0, accepted.id, 0).await.unwrap();
    journal.answer(0, intent, sent(1)).await;
    let part = acceptance("a", CHAT, 2).parts.remove(1);
    let revise = Event::Revise {
        payload: hash(9),
        source: hash(9),
        revisions: Vec::<PartRevision>::new(),
        appended: vec![part],
        ends: EndTimes::default(),
        pin: false,
        by: super::fixture::person(),
    };
    order(&journal, vec![Command::Event(accepted.id, revise)]).await.unwrap();
    let orders = vec![claim(accepted.id, 1)];
    let intent = order(&journal, orders).await.unwrap().into_iter().find_map(|done| done.intent);
    let answer = Command::Event(accepted.id, intent.unwrap().answered(sent(2)));
    let done = order(&journal, vec![answer]).await.unwrap();
    assert_eq!(done[0].publication.as_ref().unwrap().state, State::Published);
    assert!(journal.0.open_hooks(10).await.unwrap().is_empty());
}

on_every_journal!(restored_journal_drops_its_hooks);

async fn restored_journal_drops_its_hooks(place: Place) {
    let journal = place.publisher(1).await;
    assert_eq!(publish(&journal, "a", 1).await.len(), 2);
    let restored = Command::Restored { by: super::fixture::person(), timeline: "later".to_owned() };
    order(&journal, vec![restored]).await.unwrap();
    assert!(journal.0.open_hooks(10).await.unwrap().is_empty());
    let log = journal.0.log(None, 3).await.unwrap();
    let dropped = log.iter().filter(|entry| entry.event.name() == "hook dropped").count();
    assert_eq!(dropped, 2);
}

on_every_journal!(queue_counts_states_and_the_oldest_due_post);

async fn queue_counts_states_and_the_oldest_due_post(place: Place) {
    let journal = place.publisher(1).await;
    for (name, due) in [("a", 0), ("b", -5), ("c", 100)] {
        let due_at = at(due);
        journal.accept(crate::outbox::Acceptance { due_at, ..acceptance(name, CHAT, 1) }).await;
    }
    let queue = journal.0.queue(at(10)).await.unwrap();
    assert_eq!((queue.len(), queue[0].state.as_str(), queue[0].number), (1, "scheduled", 3));
    assert_eq!(queue[0].oldest_due, Some(at(-5)));
    assert_eq!(journal.0.queue(at(-10)).await.unwrap()[0].oldest_due, None);
}
