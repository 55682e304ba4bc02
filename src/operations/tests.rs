//! Property test: after any changes to files and any orders, no withdrawn post returns, no post is sent twice, and a second
//! `apply` does nothing.

#![expect(clippy::disallowed_methods, reason = "a test makes and moves the files that it is about")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use tempfile::TempDir;
use tokio::sync::watch;

use super::{Chats, EnqueueResult, Operations, RequestedTime};
use crate::clock::{Clock, SystemClock};
use crate::ids::PostId;
use crate::newsroom::{Newsroom, Opened, Places};
use crate::outbox::{Actor, Event, Owner, PublicationId};
use crate::plan::{self, PlanOptions, ResendPolicy};
use crate::publisher::tests::channel::Channel;
use crate::publisher::{CopySearches, Pacing, Publisher, StopMode, Until, Uploads};
use crate::store::{self, Access, Command, LockResult, MarkFolder, Query};

const CHAT: i64 = -1_001_234_567_890;
const POSTS: [&str; 3] = ["a", "b", "c"];
const CONFIG: &str =
    "channels.news = { chat = -1001234567890, language = \"en\" }\nrecovery.uncertain = \"hold\"";

/// An action of an operator or author.
#[derive(Clone, Debug)]
enum UserAction {
    /// Writes the post's file: its text, and whether it is a draft.
    Write(usize, u8, bool),
    Remove(usize),
    Rename(usize, usize),
    Apply {
        prune: bool,
    },
    Publish {
        post: usize,
        again: ResendPolicy,
    },
    Delete(usize),
    Cancel(usize),
    /// The program ends and starts again.
    Restart,
}

fn actions() -> impl Strategy<Value = Vec<UserAction>> {
    let post = 0..POSTS.len();
    let again = prop_oneof![
        Just(ResendPolicy::No),
        Just(ResendPolicy::IfWithdrawn),
        Just(ResendPolicy::Always)
    ];
    let action = prop_oneof![
        4 => (post.clone(), 0..3_u8, prop::bool::weighted(0.15)).prop_map(|(post, text, draft)| UserAction::Write(post, text, draft)),
        1 => post.clone().prop_map(UserAction::Remove),
        1 => (post.clone(), post.clone()).prop_map(|(from, to)| UserAction::Rename(from, to)),
        4 => any::<bool>().prop_map(|prune| UserAction::Apply { prune }),
        2 => (post.clone(), again).prop_map(|(post, again)| UserAction::Publish { post, again }),
        1 => post.clone().prop_map(UserAction::Delete),
        1 => post.prop_map(UserAction::Cancel),
        1 => Just(UserAction::Restart),
    ];
    prop::collection::vec(action, 1..16)
}

/// A newsroom, its journal and its channel.
struct Fixture {
    folder: TempDir,
    channel: Channel,
    restarts: u32,
    operations: Option<Operations>,
    /// The allowed number of messages of each post: one, and one more for each `--again`.
    allowed: BTreeMap<usize, usize>,
    /// Posts that an operator deleted and did not publish again.
    withdrawn: BTreeSet<usize>,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("posts")).unwrap();
        std::fs::create_dir_all(folder.path().join("config")).unwrap();
        std::fs::write(folder.path().join("config/telepress.toml"), CONFIG).unwrap();
        let channel = Channel::new(CHAT, 0, Vec::new());
        let mut fixture = Self {
            folder,
            channel,
            restarts: 0,
            operations: None,
            allowed: BTreeMap::new(),
            withdrawn: BTreeSet::new(),
        };
        fixture.begin().await;
        fixture
    }

    async fn begin(&mut self) {
        self.operations = None;
        self.restarts += 1;
        let config = self.folder.path().join("config/telepress.toml");
        let Opened::Valid(newsroom, _) = Newsroom::open(Places::of(Some(config), None)) else {
            panic!("the config is good")
        };
        let newsroom: Newsroom = *newsroom;
        let me = Owner { boot: "boot".into(), pid: self.restarts, random: 0 };
        let address = newsroom.journal(None);
        let (nowhere, now) = (MarkFolder::none(), SystemClock.now());
        // Only the first call creates it.
        let _ = store::create(&address, &nowhere, &[], false, now).await;
        let store = store::open(&address, &nowhere, Access::Write, me, now).await.unwrap();
        let by = Actor::CommandLine { user: "anna".into() };
        let operations = Operations::new(newsroom.into(), store, &address, by);
        while matches!(
            operations.acquire_lock(SystemClock.now()).await.unwrap(),
            LockResult::Held { .. }
        ) {
            tokio::task::yield_now().await;
        }
        self.operations = Some(operations);
    }

    fn operations(&self) -> &Operations {
        self.operations.as_ref().unwrap()
    }

    fn file(&self, post: usize) -> std::path::PathBuf {
        self.folder.path().join(format!("posts/{}.toml", POSTS[post]))
    }

    async fn plan(&self, prune: bool) -> plan::Plan {
        let now = SystemClock.now();
        let files = self.operations().files(&Chats::new(), now).await.unwrap();
        let by = self.operations().by.clone();
        let grace = self.operations().policy().grace;
        files.plan(&PlanOptions {
            now,
            by,
            grace,
            approvals: 0,
            prune,
            restyle: false,
            posts: BTreeSet::new(),
        })
    }

    /// Runs the orders, then publishes.
    async fn order(&self, orders: Vec<Command>) {
        let Ok(done) = self.operations().order(orders, SystemClock.now()).await else { return };
        let ids: Vec<_> =
            done.into_iter().filter_map(|done| done.publication).map(|now| now.id).collect();
        self.publish(&ids).await;
    }

    async fn publish(&self, ids: &[PublicationId]) {
        let publisher = Publisher {
            store: Arc::clone(&self.operations().store),
            gateway: &self.channel,
            files: None,
            still_pruned: &|_| Box::pin(std::future::ready(true)),
            clock: &SystemClock,
            policy: self.operations().policy(),
            pacing: Pacing { channel: Duration::ZERO, bot: Duration::ZERO },
            staging: None,
            link: &|known, id| known.destination().named(None).link(id),
            on_event: &|_| {},
            wake: Arc::default(),
            last_request: Arc::default(),
            uploads: Uploads::default(),
            searches: CopySearches::default(),
            ending: Arc::default(),
        };
        let (_stopper, stop) = watch::channel(StopMode::Not);
        publisher.run(Until::Settled(ids, Duration::from_secs(20)), stop).await.unwrap();
    }

    async fn apply(&self, prune: bool) {
        for item in self.plan(prune).await.changes() {
            let Some(step) = &item.step else { continue };
            self.order(vec![Command::from(step)]).await;
        }
    }

    async fn apply_event(
        &self,
        post: usize,
        event: impl Fn(&crate::outbox::Publication) -> Option<Event>,
    ) {
        let id = PostId::parse(POSTS[post]).unwrap();
        let all = self.operations().store.publications(Query::Post(id)).await.unwrap();
        for publication in &all {
            if let Some(event) = event(publication) {
                self.order(vec![Command::Event(publication.id, event)]).await;
            }
        }
    }

    /// The number of a post's messages in the channel. Each text starts with its post's name.
    fn message_count(&self, post: usize) -> usize {
        let name = format!("Post {} ", POSTS[post]);
        self.channel.texts().iter().filter(|text| text.starts_with(&name)).count()
    }

    async fn run(&mut self, action: &UserAction) -> Result<(), TestCaseError> {
        match action {
            UserAction::Write(post, text, draft) => {
                let draft = if *draft { "draft = true\n" } else { "" };
                let text = format!("{draft}heading = \"Post {} {text}\"\n", POSTS[*post]);
                std::fs::write(self.file(*post), text).unwrap();
            }
            UserAction::Remove(post) => {
                // It may be gone already.
                let _ = std::fs::remove_file(self.file(*post));
            }
            UserAction::Rename(from, to) if from != to && !Path::new(&self.file(*to)).exists() => {
                if std::fs::rename(self.file(*from), self.file(*to)).is_ok() {
                    // A changed text may be a new post. `plan::tests` covers an unchanged text.
                    self.withdrawn.remove(from);
                }
            }
            UserAction::Rename(..) => {}
            UserAction::Apply { prune } => {
                let before: Vec<_> =
                    self.withdrawn.iter().map(|post| (*post, self.message_count(*post))).collect();
                self.apply(*prune).await;
                for (post, count) in before {
                    prop_assert!(self.message_count(post) <= count, "{} came back", POSTS[post]);
                }
                let plan = self.plan(*prune).await;
                let left: Vec<_> = plan
                    .changes()
                    .map(|item| (item.post.to_string(), item.action, &item.reason))
                    .collect();
                prop_assert!(left.is_empty(), "a second apply would do {left:?}");
            }
            UserAction::Publish { post, again } => {
                let now = SystemClock.now();
                let files = self.operations().files(&Chats::new(), now).await.unwrap();
                let wanted = files.desired.iter().find(|one| one.post.as_str() == POSTS[*post]);
                let Some(desired) = wanted else { return Ok(()) };
                let before = self.channel.texts().len();
                let enqueued = self
                    .operations()
                    .enqueue(&[(desired, &RequestedTime::Now)], None, *again, now)
                    .await;
                if let Some(EnqueueResult::Ordered(ordered)) =
                    enqueued.ok().and_then(|enqueued| enqueued.into_iter().next())
                {
                    self.publish(&[ordered.id]).await;
                    if *again == ResendPolicy::Always && self.channel.texts().len() > before {
                        *self.allowed.entry(*post).or_insert(1) += 1;
                    }
                    if *again != ResendPolicy::No {
                        self.withdrawn.remove(post);
                    }
                }
            }
            UserAction::Delete(post) => {
                let by = self.operations().by.clone();
                let had = self.message_count(*post) > 0;
                self.apply_event(*post, |publication| {
                    let now = SystemClock.now();
                    let (event, messages) = plan::delete(publication, now, &by, false).ok()?;
                    (messages > 0).then_some(event)
                })
                .await;
                // If its file was renamed, the text may be a new post's.
                if had && Path::new(&self.file(*post)).exists() {
                    self.withdrawn.insert(*post);
                }
            }
            UserAction::Cancel(post) => {
                let by = self.operations().by.clone();
                self.apply_event(*post, |_| Some(Event::Cancel { by: by.clone() })).await;
            }
            UserAction::Restart => self.begin().await,
        }
        self.check_message_count()
    }

    /// A renamed file has the text of another post, so only the total is checked.
    fn check_message_count(&self) -> Result<(), TestCaseError> {
        let allowed = |post| self.allowed.get(&post).copied().unwrap_or(1);
        let most: usize = (0..POSTS.len()).map(allowed).sum();
        let texts = self.channel.texts();
        prop_assert!(texts.len() <= most, "more than {most}: {texts:?}");
        Ok(())
    }
}

#[tokio::test]
async fn order_about_a_post_that_another_process_has_sent_meanwhile_reads_it_again() {
    let fixture = Fixture::new().await;
    std::fs::write(fixture.file(0), "heading = \"A\"\n").unwrap();
    let now = SystemClock.now();
    let files = fixture.operations().files(&Chats::new(), now).await.unwrap();
    let wanted = [(&files.desired[0], &RequestedTime::Now)];
    let enqueue = |known| fixture.operations().enqueue(&wanted, known, ResendPolicy::No, now);
    let ordered = enqueue(None).await.unwrap();
    let EnqueueResult::Ordered(before) = &ordered[0] else { panic!("{ordered:?}") };
    fixture.publish(&[before.id]).await;
    let again = enqueue(Some(std::slice::from_ref(&**before))).await.unwrap();
    assert!(matches!(again[0], EnqueueResult::Published { .. }), "{again:?}");
    assert_eq!(fixture.channel.texts(), ["A"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_withdrawn_returns_nothing_doubles_and_a_second_apply_does_nothing(actions in actions()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut fixture = Fixture::new().await;
            for action in &actions {
                fixture.run(action).await?;
            }
            // The journal knows every message in the channel.
            let known: usize = fixture
                .operations()
                .store
                .publications(Query::All)
                .await
                .unwrap()
                .iter()
                .map(crate::outbox::Publication::sent_count)
                .sum();
            prop_assert_eq!(known, fixture.channel.texts().len());
            Ok(())
        })?;
    }
}
