//! What changed files mean for what is published and scheduled; it orders of the journal, and sends nothing.

mod file_log;
mod moved;
mod ready;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, mpsc, watch};

use super::post_cache::{CurrentFile, FileContent, PostCache};
use crate::bot::incoming::ChannelPost;
use crate::bot::text::Text;
use crate::bot::{FileNews, OpenConflict};
use crate::clock::Clock;
use crate::config::timing::Edits;
use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::limits;
use crate::operations::{Chats, OperationError, Operations, number_of};
use crate::outbox::{Actor, Event};
use crate::plan::{self, Action, Item, JournalView, PlanOptions, Reason, Step};
use crate::store::{Command, Query};

/// Posts that are asked for one by one; of more than these the whole journal is read.
const FEW: usize = 50;

/// Keeps the schedule as the files say.
pub(super) struct FileReconciler<'c> {
    operations: &'c Operations,
    clock: &'c dyn Clock,
    cache: Arc<PostCache>,
    chats: Mutex<Chats>,
    /// Becomes true when the channels of the config were looked up the first time.
    learned: watch::Sender<bool>,
    /// Wakes whoever publishes when something was ordered.
    wake: Arc<Notify>,
    /// Posts whose channel nobody has found yet, and those that may have been moved: looked at again with every change.
    open: Mutex<BTreeSet<PostId>>,
    /// Posts of which an edit or deletion is under way: what their files say is looked at again after it.
    changing: Mutex<BTreeSet<PostId>>,
    /// The conflicts that were logged last.
    conflicts: Mutex<BTreeMap<(PostId, ChannelName), String>>,
    /// Why the files could not be looked through the last time: it is told once.
    fault: Mutex<Option<String>>,
    /// Tells the operators, where there are any.
    tell: mpsc::UnboundedSender<FileNews>,
    /// What they were told last of each post in each channel, and when.
    said: Mutex<BTreeMap<(PostId, ChannelName), (FileNews, Timestamp)>>,
}

/// How long the same is not told again: an author saves many times.
const TOLD: SignedDuration = SignedDuration::from_mins(10);

/// When to look at the files again, if nothing is heard of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextScan {
    /// Somebody may be writing.
    Soon,
    /// They could not be looked at.
    Later,
    /// Nothing is known to change.
    Idle,
}

impl<'c> FileReconciler<'c> {
    /// A reconciler, and the channel of its news.
    pub(super) fn new(
        operations: &'c Operations,
        clock: &'c dyn Clock,
        wake: Arc<Notify>,
    ) -> (Self, mpsc::UnboundedReceiver<FileNews>) {
        let (tell, news) = mpsc::unbounded_channel();
        let cache = Arc::new(PostCache::new(Arc::clone(&operations.newsroom)));
        let reconciler = Self {
            operations,
            clock,
            cache,
            chats: Mutex::default(),
            learned: watch::Sender::new(false),
            wake,
            open: Mutex::default(),
            changing: Mutex::default(),
            conflicts: Mutex::default(),
            fault: Mutex::default(),
            tell,
            said: Mutex::default(),
        };
        (reconciler, news)
    }

    /// Forgets what was told long ago.
    fn forget(&self, now: Timestamp) {
        let mut said = lock(&self.said);
        said.retain(|_, (_, at)| now.duration_since(*at).abs() < TOLD);
    }

    /// Tells the operators what a file has changed, unless that is what they were told last.
    fn tell(&self, text: Text, item: &Item, time: Option<String>) {
        let (post, channel) = (item.post.clone(), item.channel.clone());
        let key = (post.clone(), channel.clone());
        let news = FileNews { text, post, channel, time };
        let mut said = lock(&self.said);
        if said.get(&key).is_none_or(|(last, _)| *last != news) {
            // Where nobody hears it, the log says it.
            let _ = self.tell.send(news.clone());
            said.insert(key, (news, self.clock.now()));
        }
    }

    /// A file that was told to be broken or gone is well: when that happens again, it is told again.
    fn recovered(&self, item: &Item) {
        let is_ill =
            matches!(item.reason, Reason::Broken | Reason::Vanished | Reason::VanishedUnsent);
        let key = (item.post.clone(), item.channel.clone());
        let mut said = lock(&self.said);
        let was_ill = said
            .get(&key)
            .is_some_and(|(last, _)| matches!(last.text, Text::FileBroken | Text::FileGone));
        if was_ill && !is_ill {
            said.remove(&key);
        }
    }

    /// What the files say.
    pub(super) fn cache(&self) -> &PostCache {
        &self.cache
    }

    /// Wakes whoever publishes.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    /// The present moment.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The channels that are known.
    pub(super) fn known_chats(&self) -> Chats {
        lock(&self.chats).clone()
    }

    /// Records what others post in the channels of the config, as long as there may be more: the journal knows then that these
    /// messages are not its own, and what the last message of a channel is.
    pub(super) async fn record_posts(&self, mut posts: mpsc::Receiver<ChannelPost>) {
        // Where the sender is gone, so is everything.
        if self.learned.subscribe().wait_for(|learned| *learned).await.is_err() {
            return;
        }
        let mut batch = Vec::new();
        while posts.recv_many(&mut batch, limits::CHANNEL_POST_BATCH).await > 0 {
            let chats: BTreeSet<i64> = self.known_chats().into_values().collect();
            let ours = batch.drain(..).filter(|post| chats.contains(&post.chat));
            let recorded = ours.map(|ChannelPost { chat, message_id, date }| {
                log::debug!("somebody else posted {message_id} in {chat} at {date}");
                Command::ChannelPost { chat, message_id }
            });
            let orders: Vec<Command> = recorded.collect();
            if orders.is_empty() {
                continue;
            }
            // Without it a look at the channel proves less, and a person is asked.
            if let Err(fault) = self.operations.order(orders, self.clock.now()).await {
                log::error!("posts of others in channels were not recorded: {fault}");
            }
        }
    }

    /// These channels are known by now.
    pub(super) fn learn(&self, chats: Chats) {
        *lock(&self.chats) = chats;
        self.learned.send_replace(true);
    }

    /// Looks at the files, says what is wrong with those that changed, and lets the journal follow those that stand still.
    /// Returns when to look again.
    pub(super) async fn look(&self) -> Result<NextScan, OperationError> {
        let (cache, now) = (Arc::clone(&self.cache), self.clock.now());
        let look = tokio::task::spawn_blocking(move || cache.look(now)).await;
        let found = match look {
            Ok(Ok(found)) => found,
            Ok(Err(fault)) => {
                let fault = fault.to_string();
                let mut told = lock(&self.fault);
                if told.as_ref() != Some(&fault) {
                    log::error!("{fault}: what was read before counts");
                    *told = Some(fault);
                }
                return Ok(NextScan::Later);
            }
            // It panicked, which was told where it did.
            Err(_) => return Ok(NextScan::Later),
        };
        *lock(&self.fault) = None;
        for (post, error) in &found.read {
            match error {
                None => log::info!("checked post={post}: good"),
                Some(error) => log::error!("checked post={post}: {error}"),
            }
        }
        let mut settled: BTreeMap<_, _> = found.settled.into_iter().collect();
        for post in std::mem::take(&mut *lock(&self.changing)) {
            match self.cache.of(&post, now) {
                Ok(CurrentFile::Settled(said)) => {
                    settled.entry(post).or_insert(said);
                }
                _ => {
                    lock(&self.changing).insert(post);
                }
            }
        }
        // A person may have said by now what a renamed file is.
        if !settled.is_empty() || !found.again && !lock(&self.open).is_empty() {
            let posts: Vec<_> = settled.keys().cloned().collect();
            if let Err(fault) = self.follow(settled, now).await {
                // What they ask for is not in the journal yet.
                self.cache.put_back(posts);
                return Err(fault);
            }
        }
        self.cache.acted();
        Ok(match found.again {
            true => NextScan::Soon,
            false if !lock(&self.changing).is_empty() => NextScan::Later,
            false => NextScan::Idle,
        })
    }

    /// Looks again at what could not be followed before.
    pub(super) async fn again(&self) -> Result<(), OperationError> {
        self.follow(BTreeMap::new(), self.clock.now()).await
    }

    /// Lets the journal follow these posts.
    async fn follow(
        &self,
        mut posts: BTreeMap<PostId, Option<FileContent>>,
        now: Timestamp,
    ) -> Result<(), OperationError> {
        self.forget(now);
        let open = std::mem::take(&mut *lock(&self.open));
        for post in open {
            if !posts.contains_key(&post)
                && let Ok(CurrentFile::Settled(said)) = self.cache.of(&post, now)
            {
                posts.insert(post, said);
            }
        }
        self.hold_what_may_be_moved(&posts, now).await?;
        let items = self.plan(&posts, now).await?;
        let mut followed = Vec::new();
        for item in &items {
            self.recovered(item);
            if matches!(item.reason, Reason::MovedFrom { .. } | Reason::MovedTo { .. }) {
                self.remember(&item.post);
            }
            if matches!(item.reason, Reason::Changing(_)) {
                lock(&self.changing).insert(item.post.clone());
            }
            match &item.step {
                Some(step) if is_followed(item, self.edits()) => followed.push((item, step)),
                _ => self.say_left(item),
            }
        }
        // All at once, so that a checkout of a thousand files is a few writes to the disk; each stands by itself.
        let orders =
            followed.iter().map(|(_, step)| self.operations.order(vec![Command::from(*step)], now));
        let done = futures_util::future::join_all(orders).await;
        for ((item, _), done) in followed.iter().zip(done) {
            match done {
                Ok(_) => self.say_done(item),
                Err(fault) if fault.is_refusal() => {
                    log::warn!("post={} channel={}: {fault}", item.post, item.channel);
                }
                Err(fault) => return Err(fault),
            }
        }
        if !followed.is_empty() {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// The conflicts that were found, as far as they are not settled by now.
    pub(super) async fn open_conflicts(&self) -> Result<Vec<OpenConflict>, OperationError> {
        let now = self.clock.now();
        let known: BTreeSet<PostId> =
            lock(&self.conflicts).keys().map(|(post, _)| post.clone()).collect();
        let mut posts = BTreeMap::new();
        for post in known {
            // What is being written at this moment is looked at when it stands still.
            if let CurrentFile::Settled(said) = self.cache.of(&post, now)? {
                posts.insert(post, said);
            }
        }
        let mut items = self.plan(&posts, now).await?;
        items.retain(is_open_conflict);
        let is_open = |key: &(PostId, ChannelName)| {
            !posts.contains_key(&key.0)
                || items.iter().any(|item| (&item.post, &item.channel) == (&key.0, &key.1))
        };
        lock(&self.conflicts).retain(|key, _| is_open(key));
        let open = |item: Item| {
            let Item { post, channel, reason, zone, .. } = item;
            OpenConflict { post, channel, reason, zone }
        };
        Ok(items.into_iter().map(open).collect())
    }

    /// What would be done about these posts, where their channels are known.
    async fn plan(
        &self,
        posts: &BTreeMap<PostId, Option<FileContent>>,
        now: Timestamp,
    ) -> Result<Vec<Item>, OperationError> {
        let chats = lock(&self.chats).clone();
        let beside = self.going_round(posts, &chats).await?;
        let mut whole = posts.clone();
        whole.extend(beside.clone());
        let posts = &whole;
        let mut publications = Vec::new();
        if posts.len() > FEW {
            publications = self.operations.store.publications(Query::Outline).await?;
            publications.retain(|publication| posts.contains_key(&publication.post));
        } else {
            for post in posts.keys() {
                publications
                    .extend(self.operations.store.publications(Query::Post(post.clone())).await?);
            }
        }
        let broken = posts.iter().filter(|(_, said)| matches!(said, Some(FileContent::Broken(_))));
        let broken: BTreeSet<PostId> = broken.map(|(post, _)| post.clone()).collect();
        let wanted = posts.values().filter_map(|said| match said {
            Some(FileContent::Good(wanted)) => Some(wanted),
            _ => None,
        });
        let mut desired: Vec<_> = wanted.flatten().cloned().collect();
        for one in &mut desired {
            one.chat = number_of(&one.channel, &chats);
            if one.chat.is_none() {
                self.remember(&one.post);
            }
        }
        // A post whose channels nobody has found has a file all the same.
        let with_file: BTreeSet<PostId> = desired.iter().map(|one| one.post.clone()).collect();
        desired.retain(|one| one.chat.is_some());
        let is_found = |post: &PostId| {
            !with_file.contains(post) || desired.iter().any(|one| one.post == *post)
        };
        publications.retain(|publication| is_found(&publication.post));
        if posts.len() > FEW {
            self.operations.fill(&mut publications, &desired).await?;
            publications.retain(|publication| posts.contains_key(&publication.post));
        }
        let of_post =
            |(post, said): (&PostId, &Option<FileContent>)| said.is_some().then(|| post.clone());
        let files: BTreeSet<PostId> = posts.iter().filter_map(of_post).collect();
        let channels = self.operations.newsroom.config.channels.iter();
        let config: Vec<_> =
            channels.map(|channel| (channel.name.clone(), number_of(channel, &chats))).collect();
        let vanished = self.vanished(posts, &desired, &publications).await?;
        let history = self.operations.store.history().await?;
        let has_file = |post: &PostId| posts.contains_key(post) || self.cache.has_file(post);
        let gone_history = self.operations.gone_history(&history, has_file).await?;
        let stopped = self.operations.store.journal().await?.stopped;
        let known = JournalView {
            publications: &publications,
            channels: &self.operations.store.channels().await?,
            files: &files,
            config: &config,
            unread: None,
            broken: &broken,
            stopped: stopped.as_ref(),
            chat_names: &self.operations.names.all(),
            history: &history,
            gone_history: &gone_history,
            vanished: &vanished,
        };
        let asked = PlanOptions {
            now,
            by: Actor::File,
            grace: self.operations.policy().grace,
            approvals: 0,
            prune: false,
            restyle: false,
            posts: BTreeSet::new(),
        };
        let mut items = plan::plan(&desired, &known, &asked).items;
        // These are looked at by themselves when their files have settled.
        items.retain(|item| !beside.contains_key(&item.post));
        // A channel that nobody has found is no channel that a post was taken out of.
        let open = lock(&self.open);
        let is_gone = |reason: &Reason| matches!(reason, Reason::Vanished | Reason::VanishedUnsent);
        items.retain(|item| !is_gone(&item.reason) || !open.contains(&item.post));
        Ok(items)
    }

    fn remember(&self, post: &PostId) {
        lock(&self.open).insert(post.clone());
    }

    fn edits(&self) -> Edits {
        self.operations.newsroom.config.schedule.edits
    }
}

/// Whether an item is a conflict that only a person settles; what waits for one in the journal is told there.
fn is_open_conflict(item: &Item) -> bool {
    let is_held = matches!(item.reason, Reason::MovedFrom { .. }) && item.publication.is_some();
    item.action == Action::Conflict && !is_held
}

/// Whether `serve` does it by itself: what names its time, and what was accepted already.
fn is_followed(item: &Item, edits: Edits) -> bool {
    match item.action {
        // No time shifts without a person's word.
        Action::Schedule => item.reason != Reason::ZoneRules,
        Action::Create => matches!(item.reason, Reason::Replaced | Reason::Changed),
        Action::Edit => edits == Edits::Apply,
        Action::Cancel => true,
        Action::Held => {
            matches!(item.reason, Reason::ChangedSinceOrdered | Reason::CameLate)
        }
        // What names no time is sent by a person's order alone, and then it is asked about.
        Action::Conflict => {
            let is_hold = matches!(item.step, Some(Step::Happen(_, Event::Hold { .. })));
            is_hold || item.due_at.is_some() && item.step.is_some()
        }
        Action::Delete | Action::Nothing => false,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
