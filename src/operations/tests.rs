//! Whatever happens to files and whatever people order: nothing withdrawn returns, nothing doubles, and a second `apply` does
//! nothing.

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
use crate::publisher::{Pacing, Publisher, StopMode, Until};
use crate::store::{self, Access, Command, LockResult, MarkFolder, Query};

const CHAT: i64 = -1_001_234_567_890;
const POSTS: [&str; 3] = ["a", "b", "c"];
const CONFIG: &str =
    "channels.news = { chat = -1001234567890, language = \"en\" }\nrecovery.uncertain = \"hold\"";

/// Something that somebody does.
#[derive(Clone, Debug)]
enum Deed {
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
    /// The program ends, and another begins.
    Restart,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let post = 0..POSTS.len();
    let again = prop_oneof![
        Just(ResendPolicy::No),
        Just(ResendPolicy::TakenBack),
        Just(ResendPolicy::Always)
    ];
    let deed = prop_oneof![
        4 => (post.clone(), 0..3_u8, prop::bool::weighted(0.15)).prop_map(|(post, text, draft)| Deed::Write(post, text, draft)),
        1 => post.clone().prop_map(Deed::Remove),
        1 => (post.clone(), post.clone()).prop_map(|(from, to)| Deed::Rename(from, to)),
        4 => any::<bool>().prop_map(|prune| Deed::Apply { prune }),
        2 => (post.clone(), again).prop_map(|(post, again)| Deed::Publish { post, again }),
        1 => post.clone().prop_map(Deed::Delete),
        1 => post.prop_map(Deed::Cancel),
        1 => Just(Deed::Restart),
    ];
    prop::collection::vec(deed, 1..16)
}

/// A newsroom, its journal and its channel.
struct Place {
    folder: TempDir,
    channel: Channel,
    lives: u32,
    operations: Option<Operations>,
    /// How many messages of each post there may be: one, and one more for each `--again`.
    allowed: BTreeMap<usize, usize>,
    /// Posts that a person took out, and nobody asked for again.
    withdrawn: BTreeSet<usize>,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("posts")).unwrap();
        std::fs::create_dir_all(folder.path().join("config")).unwrap();
        std::fs::write(folder.path().join("config/telepress.toml"), CONFIG).unwrap();
        let channel = Channel::new(CHAT, 0, Vec::new());
        let mut place = Self {
            folder,
            channel,
            lives: 0,
            operations: None,
            allowed: BTreeMap::new(),
            withdrawn: BTreeSet::new(),
        };
        place.begin().await;
        place
    }

    async fn begin(&mut self) {
        self.operations = None;
        self.lives += 1;
        let config = self.folder.path().join("config/telepress.toml");
        let Opened::Good(newsroom, _) = Newsroom::open(Places::of(Some(config), None)) else {
            panic!("the config is good")
        };
        let newsroom: Newsroom = *newsroom;
        let me = Owner { boot: "boot".into(), pid: self.lives, random: 0 };
        let address = newsroom.journal(None);
        let (nowhere, now) = (MarkFolder::none(), SystemClock.now());
        // The first one makes it.
        let _ = store::create(&address, &nowhere, &[], false, now).await;
        let store = store::open(&address, &nowhere, Access::Write, me, now).await.unwrap();
        let by = Actor::CommandLine { user: "anna".into() };
        let operations = Operations { newsroom: newsroom.into(), store, by, names: Arc::default() };
        while matches!(operations.begin(SystemClock.now()).await.unwrap(), LockResult::Held { .. })
        {
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

    /// Orders, and publishes what comes of it.
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
            link: &|known, id| crate::ids::ChatId::Id(known.chat).link(id),
            tell: &|_| {},
            wake: Arc::default(),
            rate_limiter: Arc::default(),
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

    async fn happen(
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

    /// How many messages of each post stand in the channel: a text begins with its post's name.
    fn standing(&self, post: usize) -> usize {
        let name = format!("Post {} ", POSTS[post]);
        self.channel.texts().iter().filter(|text| text.starts_with(&name)).count()
    }

    async fn does(&mut self, deed: &Deed) -> Result<(), TestCaseError> {
        match deed {
            Deed::Write(post, text, draft) => {
                let draft = if *draft { "draft = true\n" } else { "" };
                let text = format!("{draft}heading = \"Post {} {text}\"\n", POSTS[*post]);
                std::fs::write(self.file(*post), text).unwrap();
            }
            Deed::Remove(post) => {
                // It may be gone already.
                let _ = std::fs::remove_file(self.file(*post));
            }
            Deed::Rename(from, to) if from != to && !Path::new(&self.file(*to)).exists() => {
                if std::fs::rename(self.file(*from), self.file(*to)).is_ok() {
                    // What its text is by now may be a new post's as well; the same text is not: `plan::tests` has that.
                    self.withdrawn.remove(from);
                }
            }
            Deed::Rename(..) => {}
            Deed::Apply { prune } => {
                let before: Vec<_> =
                    self.withdrawn.iter().map(|post| (*post, self.standing(*post))).collect();
                self.apply(*prune).await;
                for (post, count) in before {
                    prop_assert!(self.standing(post) <= count, "{} came back", POSTS[post]);
                }
                let plan = self.plan(*prune).await;
                let left: Vec<_> = plan
                    .changes()
                    .map(|item| (item.post.to_string(), item.action, &item.reason))
                    .collect();
                prop_assert!(left.is_empty(), "a second apply would do {left:?}");
            }
            Deed::Publish { post, again } => {
                let now = SystemClock.now();
                let files = self.operations().files(&Chats::new(), now).await.unwrap();
                let wanted = files.desired.iter().find(|one| one.post.as_str() == POSTS[*post]);
                let Some(desired) = wanted else { return Ok(()) };
                let before = self.channel.texts().len();
                let placed = self
                    .operations()
                    .put(&[(desired, &RequestedTime::Now)], None, *again, now)
                    .await;
                if let Some(EnqueueResult::Ordered(ordered)) =
                    placed.ok().and_then(|placed| placed.into_iter().next())
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
            Deed::Delete(post) => {
                let by = self.operations().by.clone();
                let had = self.standing(*post) > 0;
                self.happen(*post, |publication| {
                    let revisions = plan::removal(publication, SystemClock.now()).ok()?;
                    (!revisions.is_empty()).then(|| Event::Revise {
                        payload: publication.payload,
                        source: publication.source,
                        revisions,
                        appended: Vec::new(),
                        pin: publication.pin.wanted,
                        by: by.clone(),
                    })
                })
                .await;
                // Where its file has another name by now, what that says may be a new post's.
                if had && Path::new(&self.file(*post)).exists() {
                    self.withdrawn.insert(*post);
                }
            }
            Deed::Cancel(post) => {
                let by = self.operations().by.clone();
                self.happen(*post, |_| Some(Event::Cancel { by: by.clone() })).await;
            }
            Deed::Restart => self.begin().await,
        }
        self.stands_as_often_as_it_may()
    }

    /// A renamed file brings the text of another post along: together there are no more than were asked for.
    fn stands_as_often_as_it_may(&self) -> Result<(), TestCaseError> {
        let asked = |post| self.allowed.get(&post).copied().unwrap_or(1);
        let most: usize = (0..POSTS.len()).map(asked).sum();
        let texts = self.channel.texts();
        prop_assert!(texts.len() <= most, "more than {most}: {texts:?}");
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_withdrawn_returns_nothing_doubles_and_a_second_apply_does_nothing(deeds in deeds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut place = Place::new().await;
            for deed in &deeds {
                place.does(deed).await?;
            }
            // What is published stands there as often as the journal says.
            let known: usize = place
                .operations()
                .store
                .publications(Query::All)
                .await
                .unwrap()
                .iter()
                .map(crate::outbox::Publication::sent)
                .sum();
            prop_assert_eq!(known, place.channel.texts().len());
            Ok(())
        })?;
    }
}
