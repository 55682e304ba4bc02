//! The publisher with a real journal and a channel in memory: after any lost answer and any crash there is exactly one copy.

pub(crate) mod channel;
mod dying;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use telegram_text::post_link;
use telegram_text::{Entity, EntityKind, FormattedText};
use tempfile::TempDir;
use tokio::sync::watch;

use super::reference::ClaimDecision;
use super::{CopySearches, End, Pacing, Publisher, StopMode, Until, Uploads};
use crate::clock::{Clock, SystemClock};
use crate::ids::{ChannelName, Destination, PostId};
use crate::limits;
use crate::message::MissingReference;
use crate::message::Request;
use crate::outbox::{
    Acceptance, Actor, EndTimes, Event, NewPart, Owner, PayloadHash, Policy, PublicationId,
    Recovery, ReleaseGroup, State,
};
use crate::store::{
    Access, Address, Command, CommandContext, LockResult, MarkFolder, Query, Store, create, open,
};
use channel::{Answer, Channel};
use dying::{Dying, Where};

const CHAT: i64 = -1_001_234_567_890;
const STAGING: i64 = -1_009_999_999_999;

/// Without waits, because the server is in memory.
fn policy() -> Policy {
    Policy { recovery: Recovery::Probe, quiet: Duration::ZERO, ..Policy::default() }
}

fn acceptance(name: &str, parts: usize, due_at: Timestamp) -> Acceptance {
    let part = |number: usize| {
        let request = Request::of_text(FormattedText::plain(format!("{name} {number}")));
        NewPart { hash: crate::plan::request_hash(&request), request, messages: 1 }
    };
    Acceptance {
        post: PostId::parse(name).unwrap(),
        destination: Destination::of_chat(CHAT),
        comments_on: None,
        channel: ChannelName::parse("news").unwrap(),
        edition: "en".into(),
        payload: PayloadHash::of_digest([1; 32]),
        source: PayloadHash::of_digest([2; 32]),
        due_at,
        civil: None,
        by_hand: false,
        file_publish_at: None,
        occurrence: None,
        pin: false,
        ends: EndTimes::default(),
        together: ReleaseGroup::default(),
        by: Actor::CommandLine { user: "anna".into() },
        parts: (0..parts).map(part).collect(),
        supersedes: None,
        after: 0,
    }
}

/// Processes that run in sequence over one journal.
struct Lives {
    folder: TempDir,
    channel: Channel,
    count: u32,
}

impl Lives {
    fn new(answers: Vec<Answer>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, channel: Channel::new(CHAT, STAGING, answers), count: 0 }
    }

    /// Opens the journal in a new process, takes the lock, and reports the dead process's requests.
    async fn begin(&mut self) -> Arc<Store> {
        self.count += 1;
        // No system has such pids, so the earlier processes count as dead.
        let pid = 1_900_000_000 + self.count;
        let me = Owner { boot: "boot".into(), pid, random: u64::from(self.count) };
        let address = Address::Sqlite(self.folder.path().join("journal.db"));
        let now = SystemClock.now();
        let nowhere = MarkFolder::none();
        // The first process creates the journal.
        let _ = create(&address, &nowhere, &[], false, now).await;
        let store = open(&address, &nowhere, Access::Write, me, now).await.unwrap();
        let orphans = loop {
            match store.take_lock().await.unwrap() {
                LockResult::Taken { orphans } => break orphans,
                LockResult::Held { .. } => tokio::task::yield_now().await,
            }
        };
        for orphan in orphans {
            let event =
                Event::OwnerGone { part: orphan.part, owner: orphan.owner, death: orphan.death };
            order(&store, vec![Command::Event(orphan.publication, event)]).await;
        }
        store
    }

    /// Publishes until the publications are settled, or until this process dies.
    async fn live(&self, store: &Dying, ids: &[PublicationId]) {
        let publisher = publisher(store);
        let (_stopper, stop) = watch::channel(StopMode::Not);
        let until = Until::Settled(ids, Duration::from_secs(20));
        tokio::select! {
            end = publisher.run(until, stop) => drop(end.unwrap()),
            () = store.died() => {}
        }
    }
}

fn publisher(store: &Dying) -> Publisher<'_> {
    Publisher {
        store: store.journal(),
        gateway: store,
        files: None,
        still_pruned: &|_| Box::pin(std::future::ready(true)),
        clock: &SystemClock,
        policy: policy(),
        pacing: Pacing { channel: Duration::ZERO, bot: Duration::ZERO },
        staging: Some(STAGING),
        link: &|known, id| known.destination().named(None).link(id),
        on_event: &|_| {},
        wake: Arc::default(),
        last_request: Arc::default(),
        uploads: Uploads::default(),
        searches: CopySearches::default(),
        ending: Arc::default(),
    }
}

async fn order(store: &Arc<Store>, orders: Vec<Command>) {
    let (now, policy) = (SystemClock.now(), policy());
    let facts = CommandContext { now, jitter: 0, clock_trusted: true, policy };
    store.transact(orders, facts).await.unwrap();
}

/// Publishes two posts of two parts after an existing one. The process dies at `place`, and the next one finishes. Returns what
/// readers see, and whether `place` was reached.
async fn story(answers: Vec<Answer>, place: Where) -> (Vec<String>, bool) {
    let mut lives = Lives::new(answers);
    lives.channel.post("first");
    let store = lives.begin().await;
    let now = SystemClock.now();
    order(&store, vec![Command::RaiseLastKnownMessage { chat: CHAT, message_id: 1 }]).await;
    order(
        &store,
        vec![
            Command::Accept(acceptance("one", 2, now)),
            Command::Accept(acceptance("two", 2, now)),
        ],
    )
    .await;
    let all = store.publications(Query::All).await.unwrap();
    let ids: Vec<_> = all.iter().map(|publication| publication.id).collect();
    let dying = Dying::new(&store, lives.channel.clone(), place);
    lives.live(&dying, &ids).await;
    let came_by = dying.has_died();
    drop((dying, store));
    let store = lives.begin().await;
    let living = Dying::new(&store, lives.channel.clone(), Where::Nowhere);
    lives.live(&living, &ids).await;
    let all = living.journal().publications(Query::All).await.unwrap();
    for publication in &all {
        assert_eq!(publication.state, State::Published, "{place:?}: {publication:?}");
    }
    (lives.channel.texts(), came_by)
}

#[tokio::test]
async fn every_part_is_posted_once_and_in_order_after_any_crash_or_lost_answer() {
    use Answer::{Given, LostAfter, LostBefore};
    let expected = ["first", "one 0", "one 1", "two 0", "two 1"];
    for answers in [
        vec![],
        vec![LostAfter],
        vec![LostBefore],
        vec![Given, LostAfter, LostBefore, LostAfter],
        vec![LostBefore, LostBefore, LostAfter],
    ] {
        for number in 0.. {
            let mut came_by = false;
            for place in [Where::Before(number), Where::After(number)] {
                let (texts, did) = story(answers.clone(), place).await;
                came_by |= did;
                assert_eq!(texts, expected, "{answers:?} {place:?}");
            }
            if !came_by {
                assert!(number >= 12, "only {number} places to stop at");
                break;
            }
        }
    }
}

#[tokio::test]
async fn uncertain_publication_blocks_only_its_channel() {
    let mut lives = Lives::new(vec![Answer::LostBefore]);
    let store = lives.begin().await;
    let now = SystemClock.now();
    // No message of the channel is known, so a probe has no place to start.
    let elsewhere =
        Acceptance { destination: Destination::of_chat(CHAT - 1), ..acceptance("two", 1, now) };
    let orders = vec![
        Command::Accept(acceptance("one", 1, now)),
        Command::Accept(acceptance("three", 1, now)),
        Command::Accept(elsewhere),
    ];
    order(&store, orders).await;
    let all = store.publications(Query::All).await.unwrap();
    let ids: Vec<_> =
        all.iter().filter(|one| one.post.as_str() != "three").map(|one| one.id).collect();
    let living = Dying::new(&store, lives.channel.clone(), Where::Nowhere);
    lives.live(&living, &ids).await;
    let states: Vec<_> = living
        .journal()
        .publications(Query::All)
        .await
        .unwrap()
        .iter()
        .map(|one| (one.post.to_string(), one.state.name()))
        .collect();
    let expected = [("one", "uncertain"), ("three", "scheduled"), ("two", "published")];
    let mut states: Vec<_> = states.iter().map(|(post, state)| (post.as_str(), *state)).collect();
    states.sort_unstable();
    assert_eq!(states, expected);
}

/// A system clock that was set forward or back.
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        let by = SignedDuration::from_secs(self.0.load(Ordering::SeqCst));
        SystemClock.now().checked_add(by).unwrap()
    }
}

/// The messages in the channel and the states of three posts, some seconds after the clock was set by `jump` seconds. The first
/// was due before that, the second is due 20 minutes later, and the third after eleven years.
async fn set_by(jump: i64) -> (Vec<String>, [&'static str; 3]) {
    let mut lives = Lives::new(vec![]);
    let store = lives.begin().await;
    let now = SystemClock.now();
    let after = |seconds| now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    let due = [("one", now), ("two", after(20 * 60)), ("three", after(11 * 366 * 24 * 3_600))];
    let accept = due.map(|(name, at)| Command::Accept(acceptance(name, 1, at)));
    order(&store, accept.to_vec()).await;
    let living = Dying::new(&store, lives.channel.clone(), Where::Nowhere);
    let clock = SetClock(AtomicI64::new(0));
    let publisher = Publisher { clock: &clock, ..publisher(&living) };
    let (stopper, stop) = watch::channel(StopMode::Not);
    let person = async {
        while lives.channel.texts().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        clock.0.store(jump, Ordering::SeqCst);
        // After a large jump the clock is not trusted yet.
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(lives.channel.texts(), ["one 0"], "{jump}");
        tokio::time::sleep(3 * limits::CLOCK_LOOK).await;
        stopper.send_replace(StopMode::Soon);
    };
    let (end, ()) = tokio::join!(publisher.run(Until::Stopped, stop), person);
    assert_eq!(end.unwrap(), End::Stopped);
    let all = living.journal().publications(Query::All).await.unwrap();
    let state = |name: &str| {
        all.iter().find(|one| one.post.as_str() == name).map_or("", |one| one.state.name())
    };
    (lives.channel.texts(), ["one", "two", "three"].map(state))
}

#[tokio::test]
async fn set_clock_causes_no_duplicate_and_no_early_post() {
    const HOUR: i64 = 3_600;
    const YEARS: i64 = 10 * 365 * 24 * HOUR;
    let (forth, back, far, long_ago) =
        tokio::join!(set_by(HOUR), set_by(-HOUR), set_by(YEARS), set_by(-YEARS));
    for (found, states) in [
        // As after a suspend: posts missed by more than the grace period are held.
        (forth, ["published", "held", "scheduled"]),
        (far, ["published", "held", "scheduled"]),
        (back, ["published", "scheduled", "scheduled"]),
        (long_ago, ["published", "scheduled", "scheduled"]),
    ] {
        assert_eq!(found, (vec!["one 0".to_owned()], states));
    }
}

/// A reference that is complete when it is checked may be incomplete at the claim.
#[tokio::test]
async fn placeholder_of_an_address_is_never_sent() {
    let mut lives = Lives::new(vec![]);
    let store = lives.begin().await;
    let mut leads = acceptance("leads", 1, SystemClock.now());
    let url = post_link::placeholder("other").unwrap();
    leads.parts[0].request = Request::of_text(FormattedText {
        string: "here".into(),
        entities: vec![Entity::new(EntityKind::TextLink { url }, 0, 4)],
    });
    order(&store, vec![Command::Accept(leads)]).await;
    let all = store.publications(Query::All).await.unwrap();
    let living = Dying::new(&store, lives.channel.clone(), Where::Nowhere);
    let claim = publisher(&living).claim(&all[0], 0).await.unwrap();
    assert!(matches!(claim, ClaimDecision::WaitsFor(MissingReference(post)) if post == "other"));
}
