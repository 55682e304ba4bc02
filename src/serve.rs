//! One process that follows the files and the clock, and publishes what is due. What may happen to a publication is decided
//! by the rules; what the files ask for, by the plan.

mod chat;
pub mod clock;
mod config_watch;
mod event_log;
mod file_reconciler;
mod notifier;
mod pause_watch;
mod post_cache;
mod rights;
pub mod staging_mark;
mod systemd;

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{self, Instant};

use crate::bot::Bot;
use crate::clock::Clock;
use crate::limits;
use crate::operations::{Chats, OperationError, Operations};
use crate::outbox::Refusal;
use crate::outbox::{Owner, Publication, StopReason};
use crate::publisher::{self, End, Pacing, Publisher, RateLimiter, StopMode, Until};
use crate::store::LockResult;
use crate::telegram::{CallError, Client};
use crate::watch::Watch;
use config_watch::{ConfigChange, ConfigWatch};
use file_reconciler::{FileReconciler, NextScan};
use pause_watch::PauseWatch;
pub use rights::reopen;

/// How often the files are looked at although nothing was heard of them.
const LOOK: Duration = Duration::from_secs(15);

/// The same where nothing can be heard of them.
const DEAF_LOOK: Duration = Duration::from_secs(1);

/// How often the list of what operators have to hear of is looked at, although nothing was heard of it.
const NOTICES: Duration = Duration::from_secs(1);

/// What one process needs to serve a newsroom.
pub struct Service<'s> {
    /// The newsroom and its journal.
    pub operations: &'s Operations,
    /// The way to Telegram.
    pub client: &'s Client,
    /// The time.
    pub clock: &'s dyn Clock,
    /// Whether a webhook of somebody else is taken away.
    pub take_over: bool,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServeEnd {
    /// It was stopped.
    Stopped,
    /// Telegram refuses the bot.
    Shut(StopReason),
    /// Another process publishes from this journal already.
    Busy(Option<Owner>),
    /// Another program uses the same token.
    Fenced,
    /// The bot's updates go to a webhook at this host.
    Webhook(String),
}

/// What came of the first look.
enum Startup {
    /// The bot has this @name, which is empty where nobody knows it.
    As(String),
    /// It does not serve, and why.
    Not(ServeEnd),
}

/// The signals between the publisher, the bot and the files.
struct Signals {
    /// Something was ordered.
    wake: Arc<Notify>,
    rate_limiter: Arc<RateLimiter>,
    ending: Arc<Notify>,
    /// Something happened that operators may have to hear of.
    happened: Notify,
}

impl Service<'_> {
    /// Serves until `interrupted` ends, which is asked for twice: the first time, what is under way is let end; the second
    /// time it is left. `ready` is called when everything is read and the schedule runs.
    ///
    /// # Errors
    /// Where the journal cannot be read or written.
    pub async fn run<I: Future<Output = ()>>(
        &self,
        interrupted: impl Fn() -> I,
        ready: impl FnOnce(),
    ) -> Result<ServeEnd, OperationError> {
        // Heard of from the beginning: what changes while everything is read is looked at again.
        let watch = self.watch();
        let since = self.clock.now();
        let name = match self.begin().await? {
            Startup::As(name) => name,
            Startup::Not(ended) => return Ok(ended),
        };
        let signals = Signals {
            wake: Arc::default(),
            rate_limiter: Arc::default(),
            ending: Arc::default(),
            happened: Notify::new(),
        };
        let (reconciler, files) =
            FileReconciler::new(self.operations, self.clock, Arc::clone(&signals.wake));
        let (bot, line, publications) =
            match chat::open(self, &reconciler, files, &signals, name).await {
                Some(chat::OpenedChat { bot, line, publications }) => {
                    (Some(bot), Some(line), Some(publications))
                }
                None => (None, None, None),
            };
        let read = Notify::new();
        let notices = self.notices(bot.as_ref(), since, &signals.happened);
        let (stopper, stop) = watch::channel(StopMode::Not);
        let work = async {
            let (chats, missing) =
                rights::chats(self.operations, self.client, self.clock.now()).await;
            reconciler.learn(chats);
            let again = settle(&reconciler).await?;
            // What was written to the bot meanwhile is answered from now on.
            read.notify_one();
            let publishing = self.publish(&reconciler, &signals, publications.as_ref(), stop);
            let patience =
                self.operations.newsroom.config.recovery.send_timeout + limits::STOPS_WITHIN;
            let interrupts =
                publisher::stop_in_time(&interrupted, &stopper, patience, systemd::stopping);
            ready();
            systemd::ready();
            tokio::select! {
                ended = publishing => ended,
                never = self.follow(&reconciler, bot.as_ref(), watch, again, missing) => never,
                never = notices => never,
                () = alive() => Ok(ServeEnd::Stopped),
                () = interrupts => Ok(ServeEnd::Stopped),
            }
        };
        let (Some(bot), Some(line)) = (&bot, line) else {
            return self.listen_beside(&reconciler, work).await;
        };
        let fenced = || {
            log::error!("another program uses this bot's token: nothing more is begun here");
            stopper.send_replace(StopMode::Soon);
        };
        let (ended, was_fenced) =
            line.beside(bot, &reconciler, work, &read, &signals.ending, fenced).await;
        if was_fenced && ended.is_ok() { Ok(ServeEnd::Fenced) } else { ended }
    }

    /// Takes the lock, and learns who the bot is.
    async fn begin(&self) -> Result<Startup, OperationError> {
        if let LockResult::Held { by } = self.operations.begin(self.clock.now()).await? {
            return Ok(Startup::Not(ServeEnd::Busy(by)));
        }
        let name = match self.client.get_me().await {
            Ok(me) => {
                log::info!("the bot is {} ({})", me.first_name, me.id);
                reopen(self.operations, self.client, self.clock.now()).await?;
                me.username.unwrap_or_default()
            }
            Err(CallError::Refused { class: Refusal::BotWide, description }) => {
                let why = StopReason::Refused(description.to_string());
                return Ok(Startup::Not(ServeEnd::Shut(why)));
            }
            // It may come while this goes on.
            Err(fault) => {
                log::error!("Telegram is out of reach: {fault}");
                String::new()
            }
        };
        // Where nobody is answered, another program may have the updates.
        if !self.operations.newsroom.config.bot.operators.is_empty()
            && let Some(other) = self.webhook(self.take_over).await
        {
            return Ok(Startup::Not(ServeEnd::Webhook(other.0)));
        }
        if let Some(why) = self.operations.store.journal().await?.stopped {
            log::error!("{why}: nothing goes out; `telepress {}`", resume_hint(&why));
        }
        Ok(Startup::As(name))
    }

    /// Publishes what is due, and tells what happens.
    async fn publish(
        &self,
        reconciler: &FileReconciler<'_>,
        signals: &Signals,
        news: Option<&mpsc::UnboundedSender<Publication>>,
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
            tell: &|event| {
                event_log::log_event(self.operations, event);
                signals.happened.notify_one();
                if let Some(news) = news {
                    // Where nobody reads the news any more, the program ends.
                    let _ = news.send(event.publication.clone());
                }
            },
            wake: Arc::clone(&signals.wake),
            rate_limiter: Arc::clone(&signals.rate_limiter),
            ending: Arc::clone(&signals.ending),
        };
        Ok(match publisher.run(Until::Stopped, stop).await? {
            End::Shut(why) => ServeEnd::Shut(why),
            End::Settled | End::TimeOver | End::Stopped => ServeEnd::Stopped,
        })
    }

    /// Tells operators what they have to hear of, when it comes; what nobody heard is told again. It does not end.
    async fn notices(
        &self,
        bot: Option<&Bot<'_>>,
        since: Timestamp,
        told: &Notify,
    ) -> Result<ServeEnd, OperationError> {
        let mut pauses = PauseWatch::default();
        loop {
            if let Some(bot) = bot
                && let Err(fault) = pauses.tell(self.operations, bot).await
            {
                log::error!("{fault}");
            }
            match notifier::tell(self.operations, bot, since, self.clock.now()).await {
                // What other processes order, and the files, may put something on the list too.
                Ok(true) => {
                    let _ = time::timeout(NOTICES, told.notified()).await;
                }
                Ok(false) => time::sleep(limits::CHAT_RETRY * 15).await,
                Err(fault) => {
                    // They stay on the list.
                    log::error!("{fault}");
                    let _ = time::timeout(limits::CHAT_RETRY * 15, told.notified()).await;
                }
            }
        }
    }

    /// Follows the files, and from time to time looks at the bot's rights. It does not end.
    async fn follow(
        &self,
        reconciler: &FileReconciler<'_>,
        bot: Option<&Bot<'_>>,
        mut watch: Option<Watch>,
        mut again: NextScan,
        mut missing: usize,
    ) -> Result<ServeEnd, OperationError> {
        let mut config = ConfigWatch::new(&self.operations.newsroom);
        let mut written = config.look(bot.map(Bot::operators));
        let mut rights = Instant::now() + limits::RIGHTS_LOOK;
        let mut mark = Instant::now();
        loop {
            let pause = match again {
                _ if written == ConfigChange::Soon => limits::FILE_SETTLES,
                NextScan::Soon => limits::FILE_SETTLES,
                NextScan::Idle if watch.is_some() => LOOK,
                NextScan::Later | NextScan::Idle => DEAF_LOOK,
            };
            let heard = async {
                match &mut watch {
                    Some(watch) => watch.changed().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = heard => {}
                () = time::sleep(pause) => {}
            }
            if Instant::now() >= rights {
                rights = Instant::now() + limits::RIGHTS_LOOK;
                match reopen(self.operations, self.client, self.clock.now()).await {
                    Ok(opened) if opened.is_empty() => {}
                    Ok(_) => reconciler.wake(),
                    Err(fault) => log::error!("{fault}"),
                }
                let (found, still) =
                    rights::chats(self.operations, self.client, self.clock.now()).await;
                let known = reconciler.known_chats();
                // A channel that cannot be found at the moment stays the chat that it was.
                let chats: Chats = known.clone().into_iter().chain(found).collect();
                if chats != known || still != missing {
                    missing = still;
                    reconciler.learn(chats);
                    if let Err(fault) = reconciler.again().await {
                        log::error!("{fault}");
                    }
                }
            }
            if Instant::now() >= mark {
                mark = Instant::now() + limits::STAGING_MARK;
                let kept = staging_mark::keep(self.operations, self.client, self.clock.now()).await;
                if let Err(fault) = kept {
                    log::error!("{fault}");
                }
            }
            again = match reconciler.look().await {
                Ok(again) => again,
                Err(fault) => {
                    log::error!("{fault}");
                    NextScan::Later
                }
            };
            written = config.look(bot.map(Bot::operators));
        }
    }

    /// Hears of changes, where the system can tell of them.
    fn watch(&self) -> Option<Watch> {
        let places = &self.operations.newsroom.places;
        let folder = places.config.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folders = [places.posts.as_path(), folder.unwrap_or(Path::new("."))];
        match Watch::of(folders) {
            Ok(watch) => Some(watch),
            Err(fault) => {
                log::warn!("{fault}; the files are looked at every second");
                None
            }
        }
    }
}

/// The command that lets everything go on.
fn resume_hint(why: &StopReason) -> &'static str {
    match why {
        StopReason::Restored(_) => "resolve --after-restore",
        StopReason::Paused(_) | StopReason::Refused(_) => "resume",
    }
}

/// Looks at the files until they stand still, for a moment at most: what is on the schedule is known then.
async fn settle(reconciler: &FileReconciler<'_>) -> Result<NextScan, OperationError> {
    for _ in 0..5 {
        if reconciler.look().await? != NextScan::Soon {
            break;
        }
        time::sleep(limits::FILE_SETTLES).await;
    }
    reconciler.look().await
}

/// Tells systemd that it is alive, as often as systemd wants to hear it. It does not end.
async fn alive() {
    let Some(pulse) = systemd::pulse() else { return std::future::pending().await };
    loop {
        time::sleep(pulse).await;
        systemd::alive();
    }
}
