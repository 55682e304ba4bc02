//! Applies changed files to the journal: schedules, edits, cancels and holds posts. It also records the posts of others in the
//! channels and the copies in the groups, and tells the bot about posts. It sends nothing.

mod file_log;
mod moved;
mod ready;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, mpsc, watch};

use super::post_cache::{CurrentFile, FileContent, PostCache};
use crate::bot::incoming::ChannelPost;
use crate::bot::text::Text;
use crate::bot::{FileNotice, OpenConflict};
use crate::clock::Clock;
use crate::config::timing::Edits;
use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::limits;
use crate::operations::{Chats, OperationError, Operations, destination_of, number_of};
use crate::outbox::{Actor, Event, Part, Publication, State};
use crate::plan::{self, Desired, JournalView, PlanAction, PlanItem, PlanOptions, Reason, Step};
use crate::store::{AutomaticForward, Command, Query};

/// Up to this many posts are read one by one; for more, the whole journal is read at once.
const MAX_SINGLE_READS: usize = 50;

/// Makes the journal follow the files.
pub(super) struct FileReconciler<'c> {
    operations: &'c Operations,
    clock: &'c dyn Clock,
    cache: Arc<PostCache>,
    chats: Mutex<Chats>,
    /// The chats that are known to be groups.
    groups: Mutex<BTreeSet<i64>>,
    /// True once the chats of the config's channels were looked up.
    learned: watch::Sender<bool>,
    /// Wakes the publisher after an order.
    wake: Arc<Notify>,
    /// Posts with an unknown chat, and posts that may have been renamed. They are planned again with every change.
    open: Mutex<BTreeSet<PostId>>,
    /// Posts that are being sent, edited or deleted while their file wants something else. They are planned again after it.
    changing: Mutex<BTreeSet<PostId>>,
    /// An occurrence of a post with `repeat` was published, so that the next one can be scheduled.
    occurrence_published: Notify,
    /// The conflicts that were logged last.
    conflicts: Mutex<BTreeMap<(PostId, ChannelName), String>>,
    /// Why the last scan failed; the same error is logged once.
    error: Mutex<Option<String>>,
    /// Sends notices to the chat.
    notify: mpsc::UnboundedSender<FileNotice>,
    /// The last notice of each post in each channel, and when it was sent.
    last_notices: Mutex<BTreeMap<(PostId, ChannelName), (FileNotice, Timestamp)>>,
}

/// How long the same notice is not repeated: an author saves many times.
const REPEAT_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// When to scan the files again without a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextScan {
    /// Soon: someone may be writing a file.
    Soon,
    /// Later: the files could not be read, or a change is in progress.
    Later,
    /// No change is expected.
    Idle,
}

impl<'c> FileReconciler<'c> {
    /// A reconciler, and the channel of its notices.
    pub(super) fn new(
        operations: &'c Operations,
        clock: &'c dyn Clock,
        wake: Arc<Notify>,
    ) -> (Self, mpsc::UnboundedReceiver<FileNotice>) {
        let (notify, notices) = mpsc::unbounded_channel();
        let cache = Arc::new(PostCache::new(Arc::clone(&operations.newsroom)));
        let reconciler = Self {
            operations,
            clock,
            cache,
            chats: Mutex::default(),
            groups: Mutex::default(),
            learned: watch::Sender::new(false),
            wake,
            open: Mutex::default(),
            changing: Mutex::default(),
            occurrence_published: Notify::new(),
            conflicts: Mutex::default(),
            error: Mutex::default(),
            notify,
            last_notices: Mutex::default(),
        };
        (reconciler, notices)
    }

    /// Forgets notices that may be repeated by now.
    fn forget_old_notices(&self, now: Timestamp) {
        let mut last_notices = lock(&self.last_notices);
        last_notices.retain(|_, (_, at)| now.duration_since(*at).abs() < REPEAT_AFTER);
    }

    /// Notifies the operators of a file's effect, unless it is the same as the last time.
    fn notify_operators(&self, text: Text, item: &PlanItem, time: Option<(Timestamp, TimeZone)>) {
        let (post, channel) = (item.post.clone(), item.channel.clone());
        let key = (post.clone(), channel.clone());
        let notice = FileNotice { text, post, channel, time };
        let mut last_notices = lock(&self.last_notices);
        if last_notices.get(&key).is_none_or(|(last, _)| *last != notice) {
            // Without a chat the log has it.
            let _ = self.notify.send(notice.clone());
            last_notices.insert(key, (notice, self.clock.now()));
        }
    }

    /// Forgets the notice that a file is broken or gone once it is valid again.
    fn clear_file_notice(&self, item: &PlanItem) {
        let is_broken =
            matches!(item.reason, Reason::Broken | Reason::Vanished | Reason::VanishedUnsent);
        let key = (item.post.clone(), item.channel.clone());
        let mut last_notices = lock(&self.last_notices);
        let was_broken = last_notices
            .get(&key)
            .is_some_and(|(last, _)| matches!(last.text, Text::FileBroken | Text::FileGone));
        if was_broken && !is_broken {
            last_notices.remove(&key);
        }
    }

    pub(super) fn cache(&self) -> &PostCache {
        &self.cache
    }

    /// Wakes the publisher.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The known chats of the channels.
    pub(super) fn known_chats(&self) -> Chats {
        lock(&self.chats).clone()
    }

    /// Records the posts of others in the config's channels until the sender is dropped. So the journal knows that these
    /// messages are not its own, and knows the last message of a channel.
    pub(super) async fn record_posts(&self, mut posts: mpsc::Receiver<ChannelPost>) {
        // The sender is dropped only at shutdown.
        if self.learned.subscribe().wait_for(|learned| *learned).await.is_err() {
            return;
        }
        let mut batch = Vec::new();
        while posts.recv_many(&mut batch, limits::CHANNEL_POST_BATCH).await > 0 {
            let chats: BTreeSet<i64> = self.known_chats().into_values().collect();
            let ours = batch.drain(..).filter(|post| {
                chats.contains(&post.forward_of.map_or(post.chat, |(channel, _)| channel))
            });
            let recorded = ours.map(|post| match post {
                ChannelPost {
                    chat: discussion,
                    message_id: forward_id,
                    forward_of: Some((chat, message_id)),
                    ..
                } => {
                    log::debug!(
                        "post {message_id} of {chat} is message {forward_id} of {discussion}"
                    );
                    Command::AutomaticForward(AutomaticForward {
                        chat,
                        message_id,
                        discussion,
                        forward_id,
                    })
                }
                ChannelPost { chat, message_id, date, forward_of: None } => {
                    log::debug!("someone else posted {message_id} in {chat} at {date}");
                    Command::ChannelPost { chat, message_id }
                }
            });
            let orders: Vec<Command> = recorded.collect();
            if orders.is_empty() {
                continue;
            }
            let has_forwards =
                orders.iter().any(|order| matches!(order, Command::AutomaticForward(_)));
            // Without the record a scan of the channel proves less, so an operator may have to decide.
            match self.operations.order(orders, self.clock.now()).await {
                // Comments may wait for it.
                Ok(_) if has_forwards => self.wake(),
                Ok(_) => {}
                Err(error) => log::error!("cannot record other people's channel posts: {error}"),
            }
        }
    }

    /// Adds chats that are known to be groups.
    pub(super) fn note_groups(&self, groups: BTreeSet<i64>) {
        lock(&self.groups).extend(groups);
    }

    /// Sets the known chats of the channels.
    pub(super) fn set_chats(&self, chats: Chats) {
        *lock(&self.chats) = chats;
        self.learned.send_replace(true);
    }

    /// Scans the files, logs the errors of changed ones, and applies the stable ones to the journal. Returns when to scan
    /// again.
    pub(super) async fn scan(&self) -> Result<NextScan, OperationError> {
        let (cache, now) = (Arc::clone(&self.cache), self.clock.now());
        let scan = tokio::task::spawn_blocking(move || cache.scan(now)).await;
        let found = match scan {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => {
                let error = error.to_string();
                let mut last_error = lock(&self.error);
                if last_error.as_ref() != Some(&error) {
                    log::error!("{error}: keeping the files that were read before");
                    *last_error = Some(error);
                }
                return Ok(NextScan::Later);
            }
            // The panic was logged already.
            Err(_) => return Ok(NextScan::Later),
        };
        *lock(&self.error) = None;
        for (post, error) in &found.read {
            match error {
                None => log::info!("checked post={post}: ok"),
                Some(error) => log::error!("checked post={post}: {error}"),
            }
        }
        let mut stable: BTreeMap<_, _> = found.stable.into_iter().collect();
        // The guard of a lock in the head of the loop would live until its end.
        let changing = std::mem::take(&mut *lock(&self.changing));
        for post in changing {
            match self.cache.current_file(&post, now) {
                Ok(CurrentFile::Settled(content)) => {
                    stable.entry(post).or_insert(content);
                }
                _ => {
                    lock(&self.changing).insert(post);
                }
            }
        }
        for (post, content) in self.posts_to_repeat(now).await? {
            stable.entry(post).or_insert(Some(content));
        }
        // An operator may have decided about a renamed file by now.
        if !stable.is_empty() || !found.again && !lock(&self.open).is_empty() {
            let posts: Vec<_> = stable.keys().cloned().collect();
            if let Err(error) = self.follow(stable, now).await {
                // The journal does not have these changes yet.
                self.cache.put_back(posts);
                return Err(error);
            }
        }
        self.cache.mark_recorded();
        Ok(match found.again {
            true => NextScan::Soon,
            false if !lock(&self.changing).is_empty() => NextScan::Later,
            false => NextScan::Idle,
        })
    }

    /// Notes that a publication has changed.
    pub(super) fn note_published(&self, publication: &Publication) {
        if publication.occurrence.is_some() && publication.state == State::Published {
            self.occurrence_published.notify_one();
        }
    }

    /// Waits until an occurrence of a post with `repeat` is published.
    pub(super) async fn occurrence_published(&self) {
        self.occurrence_published.notified().await;
    }

    /// The posts whose last occurrence is over, so that the next one can be scheduled.
    async fn posts_to_repeat(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(PostId, FileContent)>, OperationError> {
        let mut posts: BTreeMap<PostId, Vec<Desired>> = BTreeMap::new();
        for one in self.cache.pick(|one| one.repeat.is_some()) {
            posts.entry(one.post.clone()).or_default().push(one);
        }
        let chats = self.known_chats();
        let mut found = Vec::new();
        for (post, mut desired) in posts {
            for one in &mut desired {
                one.destination = destination_of(&one.channel, &chats);
            }
            let known = self.operations.store.publications(Query::Post(post.clone())).await?;
            if desired.iter().any(|one| self.operations.is_to_be_repeated(one, &known, now))
                && let Ok(CurrentFile::Settled(Some(content))) = self.cache.current_file(&post, now)
            {
                found.push((post, content));
            }
        }
        Ok(found)
    }

    /// Opens the posts with a conflict.
    pub(super) fn open_conflicting(&self) {
        let posts = lock(&self.conflicts).keys().map(|(post, _)| post.clone()).collect::<Vec<_>>();
        lock(&self.open).extend(posts);
    }

    /// Plans the open posts again.
    pub(super) async fn retry_open(&self) -> Result<(), OperationError> {
        self.follow(BTreeMap::new(), self.clock.now()).await
    }

    /// Applies these files to the journal.
    async fn follow(
        &self,
        mut posts: BTreeMap<PostId, Option<FileContent>>,
        now: Timestamp,
    ) -> Result<(), OperationError> {
        self.forget_old_notices(now);
        let open = std::mem::take(&mut *lock(&self.open));
        for post in open {
            if !posts.contains_key(&post)
                && let Ok(CurrentFile::Settled(content)) = self.cache.current_file(&post, now)
            {
                posts.insert(post, content);
            }
        }
        self.hold_possible_moves(&posts, now).await?;
        let items = self.plan(&posts, now).await?;
        let mut followed = Vec::new();
        for item in &items {
            self.clear_file_notice(item);
            if matches!(item.reason, Reason::MovedFrom { .. } | Reason::MovedTo { .. }) {
                self.mark_open(&item.post);
            }
            // What else has changed in its file is followed after it.
            if matches!(item.reason, Reason::Changing(_) | Reason::EndChanged) {
                lock(&self.changing).insert(item.post.clone());
            }
            match &item.step {
                Some(step) if is_followed(item, self.edits()) => followed.push((item, step)),
                _ => self.report_skipped(item),
            }
        }
        let (comments, posts): (Vec<_>, Vec<_>) =
            followed.into_iter().partition(|(item, _)| item.is_comments);
        // Comments are below a post that was accepted before them.
        for steps in [posts, comments] {
            self.carry_out(&steps, now).await?;
        }
        Ok(())
    }

    /// Carries out steps of a plan. All orders run concurrently, so that a checkout of a thousand files takes few disk writes.
    /// Each is a transaction.
    async fn carry_out(
        &self,
        steps: &[(&PlanItem, &Step)],
        now: Timestamp,
    ) -> Result<(), OperationError> {
        let orders =
            steps.iter().map(|(_, step)| self.operations.order(vec![Command::from(*step)], now));
        let done = futures_util::future::join_all(orders).await;
        for ((item, _), done) in steps.iter().zip(done) {
            match done {
                Ok(_) => self.report_step(item),
                Err(error) if error.is_refusal() => {
                    log::warn!("post={} channel={}: {error}", item.post, item.channel);
                }
                Err(error) => return Err(error),
            }
        }
        if !steps.is_empty() {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// The conflicts that still need an operator.
    pub(super) async fn open_conflicts(&self) -> Result<Vec<OpenConflict>, OperationError> {
        let now = self.clock.now();
        let known: BTreeSet<PostId> =
            lock(&self.conflicts).keys().map(|(post, _)| post.clone()).collect();
        let mut posts = BTreeMap::new();
        for post in known {
            // A file that is being written is read when it is stable.
            if let CurrentFile::Settled(content) = self.cache.current_file(&post, now)? {
                posts.insert(post, content);
            }
        }
        let mut items = self.plan(&posts, now).await?;
        items.retain(is_open_conflict);
        let is_open = |key: &(PostId, ChannelName)| {
            !posts.contains_key(&key.0)
                || items.iter().any(|item| (&item.post, &item.channel) == (&key.0, &key.1))
        };
        lock(&self.conflicts).retain(|key, _| is_open(key));
        let open = |item: PlanItem| {
            let PlanItem { post, channel, reason, zone, .. } = item;
            OpenConflict { post, channel, reason, zone }
        };
        Ok(items.into_iter().map(open).collect())
    }

    /// The publications of these posts; of many posts without their parts.
    async fn publications_of(
        &self,
        posts: &BTreeMap<PostId, Option<FileContent>>,
    ) -> Result<Vec<Publication>, OperationError> {
        let store = &self.operations.store;
        if posts.len() > MAX_SINGLE_READS {
            let mut publications = store.publications(Query::Outline).await?;
            publications.retain(|publication| posts.contains_key(&publication.post));
            return Ok(publications);
        }
        let mut publications = Vec::new();
        for post in posts.keys() {
            publications.extend(store.publications(Query::Post(post.clone())).await?);
        }
        Ok(publications)
    }

    /// Sets where a post goes, and its comments.
    fn place(&self, wanted: &mut Desired, chats: &Chats, discussions: &BTreeMap<i64, i64>) {
        wanted.set_chat(number_of(&wanted.channel, chats), discussions);
        wanted.note_groups(&lock(&self.groups));
    }

    /// Plans these posts in the channels whose chats are known.
    async fn plan(
        &self,
        posts: &BTreeMap<PostId, Option<FileContent>>,
        now: Timestamp,
    ) -> Result<Vec<PlanItem>, OperationError> {
        let chats = lock(&self.chats).clone();
        let beside = self.rotated_posts(posts, &chats).await?;
        let posts: &BTreeMap<_, _> = &posts.clone().into_iter().chain(beside.clone()).collect();
        let mut publications = self.publications_of(posts).await?;
        let broken =
            posts.iter().filter(|(_, content)| matches!(content, Some(FileContent::Invalid(_))));
        let broken: BTreeSet<PostId> = broken.map(|(post, _)| post.clone()).collect();
        let wanted = posts.values().filter_map(|content| match content {
            Some(FileContent::Valid(wanted)) => Some(wanted),
            _ => None,
        });
        let mut desired: Vec<_> = wanted.flatten().cloned().collect();
        let discussions = self.operations.store.discussions().await?;
        for wanted in &mut desired {
            self.place(wanted, &chats, &discussions);
            if wanted.destination.is_none() {
                self.mark_open(&wanted.post);
            }
        }
        // A post whose chats are all unknown still has a file.
        let with_file: BTreeSet<PostId> =
            desired.iter().map(|wanted| wanted.post.clone()).collect();
        desired.retain(|wanted| wanted.destination.is_some());
        self.operations.choose_occurrences(&mut desired, &publications, now);
        let is_found = |post: &PostId| {
            !with_file.contains(post) || desired.iter().any(|wanted| wanted.post == *post)
        };
        publications.retain(|publication| is_found(&publication.post));
        if posts.len() > MAX_SINGLE_READS {
            self.operations.load_parts(&mut publications, &desired).await?;
            publications.retain(|publication| posts.contains_key(&publication.post));
        }
        let of_post = |(post, content): (&PostId, &Option<FileContent>)| {
            content.is_some().then(|| post.clone())
        };
        let comments: Vec<_> = publications.extract_if(.., |known| known.is_comments()).collect();
        self.plan_again_later(&desired, publications.iter().chain(&comments));
        let files: BTreeSet<PostId> = posts.iter().filter_map(of_post).collect();
        let channels = self.operations.newsroom.config.channels.iter();
        let config: Vec<_> =
            channels.map(|known| (known.name.clone(), destination_of(known, &chats))).collect();
        let vanished = self.vanished(posts, &desired, &publications).await?;
        let history = self.operations.store.history().await?;
        let has_file = |post: &PostId| posts.contains_key(post) || self.cache.has_file(post);
        let gone_history = self.operations.gone_history(&history, has_file).await?;
        let stopped = self.operations.store.journal().await?.stopped;
        let journal = JournalView {
            publications: &publications,
            comments: &comments,
            channels: &self.operations.store.channels().await?,
            files: &files,
            config: &config,
            unread: None,
            texts_aside: &[],
            broken: &broken,
            stopped: stopped.as_ref(),
            chat_names: &self.operations.names.all(),
            history: &history,
            gone_history: &gone_history,
            without_copy: &BTreeSet::new(),
            failures: &BTreeMap::new(),
            vanished: &vanished,
        };
        let options = PlanOptions {
            now,
            by: Actor::File,
            grace: self.operations.policy().grace,
            approvals: 0,
            prune: false,
            restyle: false,
            posts: BTreeSet::new(),
        };
        let mut items = plan::plan(&desired, &journal, &options).items;
        // These posts are planned when their own files are stable.
        items.retain(|item| !beside.contains_key(&item.post));
        // With an unknown chat it is not known that the post was removed from the channel.
        let open = lock(&self.open);
        let is_gone = |reason: &Reason| matches!(reason, Reason::Vanished | Reason::VanishedUnsent);
        items.retain(|item| !is_gone(&item.reason) || !open.contains(&item.post));
        Ok(items)
    }

    /// Marks the posts that are still being sent and whose file wants something else: after that it is an edit.
    fn plan_again_later<'p>(
        &self,
        desired: &[Desired],
        publications: impl Iterator<Item = &'p Publication>,
    ) {
        let as_in_file = |known: &Publication| {
            let comments = desired.iter().filter_map(|wanted| wanted.comments.as_deref());
            let mut of_post = desired.iter().chain(comments).filter(|one| one.post == known.post);
            of_post.any(|wanted| wanted.is_about(known) && wanted.payload == known.payload)
        };
        let unfinished = publications.filter(|known| is_unfinished(known) && !as_in_file(known));
        lock(&self.changing).extend(unfinished.map(|known| known.post.clone()));
    }

    fn mark_open(&self, post: &PostId) {
        lock(&self.open).insert(post.clone());
    }

    fn edits(&self) -> Edits {
        self.operations.newsroom.config.schedule.edits
    }
}

/// Whether a publication may still be completed: its file, which has changed meanwhile, becomes an edit only after that.
fn is_unfinished(publication: &Publication) -> bool {
    let is_over = matches!(
        publication.state,
        State::Published | State::Cancelled { .. } | State::Superseded { .. }
    );
    !is_over
        && (publication.state.occupies() || publication.parts.iter().any(Part::may_be_in_channel))
}

/// Whether an item is a conflict that needs an operator. Held posts are excluded: the journal has a notice of them.
fn is_open_conflict(item: &PlanItem) -> bool {
    let is_held = matches!(item.reason, Reason::MovedFrom { .. }) && item.publication.is_some();
    item.action == PlanAction::Conflict && !is_held
}

/// Whether `serve` carries out an item without an order: for posts with a time, and for accepted posts.
fn is_followed(item: &PlanItem, edits: Edits) -> bool {
    match item.action {
        // A shift of the time needs an operator.
        PlanAction::Schedule => item.reason != Reason::ZoneRules,
        PlanAction::Create => matches!(
            item.reason,
            Reason::Replaced(_) | Reason::Changed | Reason::FileValid | Reason::ChannelKnown
        ),
        PlanAction::Edit => edits == Edits::Apply,
        PlanAction::Cancel => true,
        PlanAction::Held => {
            matches!(item.reason, Reason::ChangedSinceOrdered | Reason::FileAppearedLate)
        }
        // A post without a time is sent only by an operator, who then decides the conflict.
        PlanAction::Conflict => {
            let is_hold = matches!(item.step, Some(Step::Apply(_, Event::Hold { .. })));
            is_hold || item.due_at.is_some() && item.step.is_some()
        }
        PlanAction::Delete | PlanAction::Nothing => false,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
