//! The service: one process that follows the files and the clock, answers the chat and publishes due posts. It decides
//! nothing about publications: the plan and the outbox do.

mod chat;
pub mod clock;
mod config_watch;
mod event_log;
mod file_reconciler;
pub mod health;
mod notifier;
mod pause_watch;
mod post_cache;
mod rights;
pub mod staging_mark;
mod systemd;

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{self, Instant};

use crate::bot::Bot;
use crate::clock::Clock;
use crate::hooks;
use crate::limits;
use crate::operations::{Chats, OperationError, Operations};
use crate::outbox::Refusal;
use crate::outbox::{Owner, Publication, StopReason};
use crate::publisher::{
    self, CopySearches, End, LastRequest, Pacing, Publisher, StopMode, Until, Uploads,
};
use crate::store::{Command, LockResult, Person};
use crate::telegram::{CallError, Client};
use crate::watch::Watch;
use config_watch::{ConfigChange, ConfigWatch};
use file_reconciler::{FileReconciler, NextScan};
use health::Health;
use pause_watch::PauseWatch;
pub use rights::reopen;

/// How often to scan the files without a notification of a change.
const SCAN_INTERVAL: Duration = Duration::from_secs(15);

/// How often to scan the files if the system cannot notify about changes.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// How often to look for pending notices without an event.
const NOTICE_INTERVAL: Duration = Duration::from_secs(1);

/// Everything that the service works with.
pub struct Service<'s> {
    /// The newsroom and its journal.
    pub operations: &'s Operations,
    /// The Telegram client.
    pub client: &'s Client,
    /// The clock.
    pub clock: &'s dyn Clock,
    /// Whether to remove a webhook that another program has set.
    pub take_over: bool,
    /// Makes the publisher look at the schedule at once.
    pub wake: Arc<Notify>,
    /// The progress of the service, for the health check and the metrics.
    pub health: Arc<Health>,
}

/// Why the service ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServeEnd {
    /// The operator stopped it.
    Stopped,
    /// Telegram refuses the bot.
    Shut(StopReason),
    /// Another process publishes from this journal already.
    Busy(Option<Owner>),
    /// Another program uses the same token.
    TokenTaken,
    /// The bot's updates go to a webhook at this host.
    Webhook(String),
}

/// The result of the start.
enum Startup {
    /// The bot's @name; empty if Telegram could not be asked.
    Ready(String),
    /// The service cannot start.
    Ended(ServeEnd),
}

/// The signals between the publisher, the bot and the files.
struct Signals {
    /// An order was written.
    wake: Arc<Notify>,
    last_request: Arc<LastRequest>,
    ending: Arc<Notify>,
    /// An event may have created a notice for operators.
    happened: Notify,
}

impl Service<'_> {
    /// Serves until `interrupted` ends. It is called twice: after the first interrupt the service waits for in-flight
    /// requests, after the second it does not. `ready` is called when all files are read and the schedule runs.
    ///
    /// # Errors
    /// If the journal cannot be read or written.
    pub async fn run<I: Future<Output = ()>>(
        &self,
        interrupted: impl Fn() -> I,
        ready: impl FnOnce(),
    ) -> Result<ServeEnd, OperationError> {
        // Watch from the start, so that a change during the first scan is not missed.
        let watch = self.watch();
        let since = self.clock.now();
        let name = match self.start().await? {
            Startup::Ready(name) => name,
            Startup::Ended(ended) => return Ok(ended),
        };
        let signals = Signals {
            wake: Arc::clone(&self.wake),
            last_request: Arc::default(),
            ending: Arc::default(),
            happened: Notify::new(),
        };
        let (reconciler, files) =
            FileReconciler::new(self.operations, self.clock, Arc::clone(&signals.wake));
        let (bot, line, publications) =
            match chat::open(self, &reconciler, files, &signals, name).await {
                Some(chat::OpenedChat { bot, connection: line, publications }) => {
                    (Some(bot), Some(line), Some(publications))
                }
                None => (None, None, None),
            };
        let read = Notify::new();
        let notices = self.send_notices(bot.as_ref(), since, &signals.happened);
        let (stopper, stop) = watch::channel(StopMode::Not);
        let work = async {
            let found = rights::chats(self.operations, self.client, self.clock.now()).await;
            let missing = found.missing;
            reconciler.note_groups(found.groups);
            reconciler.set_chats(found.chats);
            let again = scan_until_stable(&reconciler).await?;
            // From now on the bot answers, also messages that arrived before.
            read.notify_one();
            let publishing = self.publish(&reconciler, &signals, publications.as_ref(), stop);
            let patience =
                self.operations.newsroom.config.recovery.send_timeout + limits::STOPS_WITHIN;
            let interrupts =
                publisher::stop_in_time(&interrupted, &stopper, patience, systemd::stopping);
            self.health.scanned();
            ready();
            systemd::ready();
            let serving = async {
                tokio::select! {
                    ended = publishing => ended,
                    never = self.follow_files(&reconciler, bot.as_ref(), watch, again, missing) => never,
                    never = notices => never,
                    () = watchdog() => Ok(ServeEnd::Stopped),
                    () = interrupts => Ok(ServeEnd::Stopped),
                }
            };
            hooks::run_during(self.operations, self.clock, serving).await
        };
        let (Some(bot), Some(line)) = (&bot, line) else {
            return self.record_posts_during(&reconciler, work).await;
        };
        let fenced = || {
            log::error!(
                "another program uses this bot's token: this process starts no more requests"
            );
            stopper.send_replace(StopMode::Soon);
        };
        let (ended, was_fenced) =
            line.run_during(bot, &reconciler, work, &read, &signals.ending, fenced).await;
        if was_fenced && ended.is_ok() { Ok(ServeEnd::TokenTaken) } else { ended }
    }

    /// Takes the lock and asks Telegram for the bot's name.
    async fn start(&self) -> Result<Startup, OperationError> {
        if let LockResult::Held { by } = self.operations.acquire_lock(self.clock.now()).await? {
            return Ok(Startup::Ended(ServeEnd::Busy(by)));
        }
        let name = match self.client.get_me().await {
            Ok(me) => {
                log::info!("the bot is {} ({})", me.first_name, me.id);
                reopen(self.operations, self.client, self.clock.now()).await?;
                let username = me.username.unwrap_or_default();
                self.remember_bot(me.id, &username).await;
                username
            }
            Err(CallError::Refused { class: Refusal::BotWide, description }) => {
                let why = StopReason::Refused(description.to_string());
                return Ok(Startup::Ended(ServeEnd::Shut(why)));
            }
            // Telegram may become reachable later.
            Err(error) => {
                log::error!("cannot reach Telegram: {error}");
                String::new()
            }
        };
        // Without operators, another program may receive the updates.
        if !self.operations.newsroom.config.bot.operators.is_empty()
            && let Some(other) = self.webhook(self.take_over).await
        {
            return Ok(Startup::Ended(ServeEnd::Webhook(other.0)));
        }
        if let Some(why) = self.operations.store.journal().await?.stopped {
            log::error!("{why}: nothing is sent; run `telepress {}`", resume_hint(&why));
        }
        Ok(Startup::Ready(name))
    }

    /// Records the bot's own name: by it `check`, which makes no requests, knows that the bot is not a stranger.
    async fn remember_bot(&self, bot: u64, username: &str) {
        let Ok(id) = i64::try_from(bot) else { return };
        let bot = Person { id, name: username.to_owned(), language: String::new() };
        let known = self.operations.store.people().await.unwrap_or_default();
        if known.contains(&bot) {
            return;
        }
        let order = vec![Command::RememberPerson(bot)];
        if let Err(error) = self.operations.order(order, self.clock.now()).await {
            log::warn!("cannot record the name of the bot: {error}");
        }
    }

    /// Publishes due posts, and reports each event.
    async fn publish(
        &self,
        reconciler: &FileReconciler<'_>,
        signals: &Signals,
        sent_publications: Option<&mpsc::UnboundedSender<Publication>>,
        mut stop: watch::Receiver<StopMode>,
    ) -> Result<ServeEnd, OperationError> {
        let config = &self.operations.newsroom.config;
        tokio::select! {
            compared = staging_mark::until_compared(self.operations, self.client, self.clock) => compared?,
            _ = stop.wait_for(|stop| *stop != StopMode::Not) => return Ok(ServeEnd::Stopped),
        }
        let publisher = Publisher {
            store: Arc::clone(&self.operations.store),
            gateway: self.client,
            files: Some(reconciler),
            still_pruned: &|id| Box::pin(self.operations.still_pruned(id, self.clock.now())),
            clock: self.clock,
            policy: self.operations.policy(),
            pacing: Pacing { channel: config.pacing.channel, bot: config.pacing.bot },
            staging: config.recovery.staging_chat,
            link: &|known, id| self.operations.link(known, id),
            on_event: &|event| {
                event_log::log_event(self.operations, event);
                if let Some(outcome) = event.outcome {
                    self.health.answered(outcome);
                }
                signals.happened.notify_one();
                reconciler.note_published(event.publication);
                if let Some(news) = sent_publications {
                    // This fails only while the program ends.
                    let _ = news.send(event.publication.clone());
                }
            },
            wake: Arc::clone(&signals.wake),
            last_request: Arc::clone(&signals.last_request),
            uploads: Uploads::through(self.operations.upload_chat()),
            searches: CopySearches::default(),
            ending: Arc::clone(&signals.ending),
        };
        Ok(match publisher.run(Until::Stopped, stop).await? {
            End::Shut(why) => ServeEnd::Shut(why),
            End::Settled | End::TimeOver | End::Stopped => ServeEnd::Stopped,
        })
    }

    /// Sends notices to operators as they come, and retries those that could not be sent. It does not end.
    async fn send_notices(
        &self,
        bot: Option<&Bot<'_>>,
        since: Timestamp,
        happened: &Notify,
    ) -> Result<ServeEnd, OperationError> {
        let mut pauses = PauseWatch::default();
        loop {
            if let Some(bot) = bot
                && let Err(error) = pauses.notify(self.operations, bot).await
            {
                log::error!("{error}");
            }
            match notifier::notify(self.operations, bot, since, self.clock.now()).await {
                // Other processes and the files may create notices too, without an event here.
                Ok(true) => {
                    let _ = time::timeout(NOTICE_INTERVAL, happened.notified()).await;
                }
                Ok(false) => time::sleep(limits::CHAT_RETRY * 15).await,
                Err(error) => {
                    // The notices stay pending.
                    log::error!("{error}");
                    let _ = time::timeout(limits::CHAT_RETRY * 15, happened.notified()).await;
                }
            }
        }
    }

    /// Follows the files, and checks the bot's rights from time to time. It does not end.
    async fn follow_files(
        &self,
        reconciler: &FileReconciler<'_>,
        bot: Option<&Bot<'_>>,
        mut watch: Option<Watch>,
        mut again: NextScan,
        mut missing: usize,
    ) -> Result<ServeEnd, OperationError> {
        let mut config = ConfigWatch::new(&self.operations.newsroom);
        let mut written = config.scan(bot.map(Bot::operators));
        let mut rights = Instant::now() + limits::RIGHTS_LOOK;
        let mut groups = self.operations.store.discussions().await.unwrap_or_default();
        let (mut mark, mut media) = (Instant::now(), Instant::now());
        loop {
            let pause = match again {
                _ if written == ConfigChange::Soon => limits::FILE_SETTLES,
                NextScan::Soon => limits::FILE_SETTLES,
                NextScan::Idle if watch.is_some() => SCAN_INTERVAL,
                NextScan::Later | NextScan::Idle => CHECK_INTERVAL,
            };
            let heard = async {
                match &mut watch {
                    Some(watch) => watch.changed().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = heard => {}
                () = reconciler.occurrence_published() => {}
                () = time::sleep(pause) => {}
            }
            if Instant::now() >= rights {
                rights = Instant::now() + limits::RIGHTS_LOOK;
                if let Err(error) = self.check_chats(reconciler, &mut missing, &mut groups).await {
                    log::error!("{error}");
                }
            }
            if Instant::now() >= mark {
                mark = Instant::now() + limits::STAGING_MARK;
                let kept = staging_mark::keep(self.operations, self.client, self.clock.now()).await;
                if let Err(error) = kept {
                    log::error!("{error}");
                }
            }
            if Instant::now() >= media {
                media = Instant::now() + limits::MEDIA_CLEANUP_INTERVAL;
                self.remove_old_media().await;
            }
            again = match reconciler.scan().await {
                Ok(again) => again,
                Err(error) => {
                    log::error!("{error}");
                    NextScan::Later
                }
            };
            self.health.scanned();
            written = config.scan(bot.map(Bot::operators));
        }
    }

    /// Checks the bot's rights, and looks up the channels' chats and discussion groups. Posts that waited for one are planned
    /// again.
    async fn check_chats(
        &self,
        reconciler: &FileReconciler<'_>,
        missing: &mut usize,
        groups: &mut BTreeMap<i64, i64>,
    ) -> Result<(), OperationError> {
        match reopen(self.operations, self.client, self.clock.now()).await {
            Ok(opened) if opened.is_empty() => {}
            Ok(_) => reconciler.wake(),
            Err(error) => log::error!("{error}"),
        }
        let found = rights::chats(self.operations, self.client, self.clock.now()).await;
        let still = found.missing;
        reconciler.note_groups(found.groups);
        let known = reconciler.known_chats();
        // A channel that cannot be looked up now keeps its chat.
        let chats: Chats = known.clone().into_iter().chain(found.chats).collect();
        let has_new_chats = chats != known || still != *missing;
        if has_new_chats {
            *missing = still;
            reconciler.set_chats(chats);
        }
        // The bot or another process may have recorded a group too.
        let now = self.operations.store.discussions().await?;
        let has_new_groups = now != *groups;
        if has_new_groups {
            *groups = now;
            reconciler.open_conflicting();
        }
        if has_new_chats || has_new_groups {
            reconciler.retry_open().await?;
        }
        Ok(())
    }

    /// Removes the bytes of published media that are over the limit.
    async fn remove_old_media(&self) {
        match self.operations.remove_old_media(self.clock.now()).await {
            Ok(0) => {}
            Ok(bytes) => log::info!("removed {bytes} bytes of published media"),
            Err(error) => log::error!("{error}"),
        }
    }

    /// Watches the files, if the system can.
    fn watch(&self) -> Option<Watch> {
        let places = &self.operations.newsroom.places;
        let folder = places.config.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folders = [places.posts.as_path(), folder.unwrap_or(Path::new("."))];
        match Watch::of(folders) {
            Ok(watch) => Some(watch),
            Err(error) => {
                log::warn!("{error}; scanning the files every second instead");
                None
            }
        }
    }
}

/// The command that resumes sending.
fn resume_hint(why: &StopReason) -> &'static str {
    match why {
        StopReason::Restored(_) => "resolve --after-restore",
        StopReason::Paused(_) | StopReason::Refused(_) => "resume",
    }
}

/// Scans the files until they are stable, or for a few seconds, so that the schedule is known.
async fn scan_until_stable(reconciler: &FileReconciler<'_>) -> Result<NextScan, OperationError> {
    for _ in 0..5 {
        if reconciler.scan().await? != NextScan::Soon {
            break;
        }
        time::sleep(limits::FILE_SETTLES).await;
    }
    reconciler.scan().await
}

/// Sends keep-alive messages to the systemd watchdog. It does not end.
async fn watchdog() {
    let Some(interval) = systemd::watchdog_interval() else { return std::future::pending().await };
    loop {
        time::sleep(interval).await;
        systemd::alive();
    }
}
