//! The chat beside the schedule: whether anybody may talk to the bot, and how it begins and ends.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use serde_json::json;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time;

use super::file_reconciler::FileReconciler;
use super::post_cache::CurrentFile;
use super::{Service, Signals};
use crate::bot::messenger::Messenger;
use crate::bot::request::DeleteWebhook;
use crate::bot::text::Text;
use crate::bot::updates::{Scope, UpdateReceiver, Updates};
use crate::bot::{Bot, FileNews, Kind, Listed, OpenConflict, PostSource, PostState, title};
use crate::ids::PostId;
use crate::operations::{Chats, OperationError};
use crate::outbox::Publication;
use crate::publisher::Later;
use crate::telegram::method::{GetWebhookInfo, webhook_host};

/// How long the last poll may take to be confirmed when the program ends.
const FAREWELL: Duration = Duration::from_secs(2);

/// The line between the bot and those who write to it.
pub(super) struct ChatLine {
    receiver: UpdateReceiver,
    updates: Updates,
    news: mpsc::UnboundedReceiver<Publication>,
    files: mpsc::UnboundedReceiver<FileNews>,
}

/// The address to which somebody else has the updates sent.
pub(super) struct OtherWebhook(pub(super) String);

pub(super) struct OpenedChat<'c> {
    pub(super) bot: Bot<'c>,
    pub(super) line: ChatLine,
    /// The bot reports the publications that are sent here to the operators.
    pub(super) publications: mpsc::UnboundedSender<Publication>,
}

/// Opens the chat, if the config has operators.
pub(super) async fn open<'c>(
    service: &'c Service<'c>,
    reconciler: &'c FileReconciler<'c>,
    files: mpsc::UnboundedReceiver<FileNews>,
    signals: &Signals,
    bot_name: String,
) -> Option<OpenedChat<'c>> {
    let config = &service.operations.newsroom.config;
    if config.bot.operators.is_empty() {
        return None;
    }
    let poller = match service.client.poller() {
        Ok(poller) => poller,
        Err(fault) => {
            log::error!("nobody can talk to the bot: {fault}");
            return None;
        }
    };
    let (receiver, updates) = UpdateReceiver::new(poller, Scope::Chat);
    let messenger = Messenger::new(
        service.client,
        Arc::clone(&signals.rate_limiter),
        config.pacing.bot,
        &config.bot,
    );
    let bot = Bot::new(
        service.operations,
        service.client,
        service.clock,
        reconciler,
        Arc::clone(&signals.wake),
        messenger,
        bot_name,
    );
    bot.remember().await;
    let (publications, news) = mpsc::unbounded_channel();
    Some(OpenedChat { bot, line: ChatLine { receiver, updates, news, files }, publications })
}

impl ChatLine {
    /// Receives from the beginning, and answers as soon as all files are `read`, until `work` ends, whose end is the end of
    /// all; when it is `ending`, nothing more is received. `fenced` is called when somebody else uses the same token; whether that was so comes back.
    pub(super) async fn beside<T>(
        self,
        bot: &Bot<'_>,
        reconciler: &FileReconciler<'_>,
        work: impl Future<Output = T>,
        read: &Notify,
        ending: &Notify,
        fenced: impl Fn(),
    ) -> (T, bool) {
        let Self { receiver, updates, news, files } = self;
        let Updates { incoming, posts, mut conflict } = updates;
        let seen = conflict.clone();
        let (closing, mut closed) = watch::channel(false);
        let until_closed = async {
            // Where the sender is gone, so is everything.
            let _ = closed.wait_for(|closed| *closed).await;
        };
        let receiving = receiver.run(until_closed);
        // Nobody waits for an answer until all menus are set.
        let answering = async {
            read.notified().await;
            let telling = async {
                tokio::join!(bot.tell_of_files(files), bot.introduce_new());
            };
            let running = async { tokio::join!(bot.introduce(), bot.run(incoming, news)) };
            tokio::select! {
                _ = running => {}
                () = telling => {}
            }
        };
        let watching = async {
            if conflict.wait_for(|is| *is).await.is_err() {
                std::future::pending::<()>().await;
            }
            fenced();
        };
        let hearing = reconciler.record_posts(posts);
        tokio::pin!(receiving, hearing, answering, watching, work);
        let (mut is_received, mut is_heard, mut is_answered, mut is_watched) =
            (false, false, false, false);
        let ended = loop {
            tokio::select! {
                biased;
                ended = &mut work => break ended,
                () = &mut receiving, if !is_received => is_received = true,
                () = &mut hearing, if !is_heard => is_heard = true,
                () = &mut answering, if !is_answered => is_answered = true,
                () = &mut watching, if !is_watched => is_watched = true,
                // The process that takes over polls for updates.
                () = ending.notified() => drop(closing.send_replace(true)),
            }
        };
        closing.send_replace(true);
        let farewell = async {
            tokio::join!(
                async {
                    if !is_received {
                        receiving.await;
                    }
                },
                async {
                    // What was received and not answered is answered still.
                    if !is_answered {
                        let _ = time::timeout(FAREWELL / 4, answering).await;
                    }
                },
            );
        };
        if time::timeout(FAREWELL, farewell).await.is_err() {
            log::debug!("the last poll was not confirmed");
        }
        let was_fenced = *seen.borrow();
        if was_fenced {
            // Nothing goes out any more: there is time to say so, but not for ever.
            let telling = bot.tell_all(Text::OtherProcess);
            if time::timeout(FAREWELL * 3, telling).await.is_err() {
                log::warn!("not every operator could be told");
            }
        }
        (ended, was_fenced)
    }
}

impl Service<'_> {
    /// Receives what others post in the channels beside `work`, where the config has no operators: nobody is answered, and
    /// the updates are left to any other program that asks for them.
    pub(super) async fn listen_beside<T>(
        &self,
        reconciler: &FileReconciler<'_>,
        work: impl Future<Output = T>,
    ) -> T {
        let (closing, mut closed) = watch::channel(false);
        let listening = async {
            let poller = match self.client.poller() {
                Ok(poller) => poller,
                Err(fault) => return log::error!("posts of others are not received: {fault}"),
            };
            if let Some(OtherWebhook(host)) = self.webhook(self.take_over).await {
                return log::warn!(
                    "this bot's updates go to a webhook at {host}: other people's channel posts are not recorded"
                );
            }
            let (receiver, Updates { posts, .. }) = UpdateReceiver::new(poller, Scope::Posts);
            let until_closed = async {
                // Where the sender is gone, so is everything.
                let _ = closed.wait_for(|closed| *closed).await;
            };
            tokio::join!(receiver.run(until_closed), reconciler.record_posts(posts));
        };
        tokio::pin!(listening, work);
        let mut is_listening = true;
        let ended = loop {
            tokio::select! {
                biased;
                ended = &mut work => break ended,
                () = &mut listening, if is_listening => is_listening = false,
            }
        };
        closing.send_replace(true);
        if is_listening && time::timeout(FAREWELL, listening).await.is_err() {
            log::debug!("the last poll was not confirmed");
        }
        ended
    }

    /// Whether updates come here. Somebody else's webhook is taken away only where that was asked for.
    pub(super) async fn webhook(&self, take_over: bool) -> Option<OtherWebhook> {
        let info = match self.client.call(GetWebhookInfo {}).await {
            Ok(info) => info,
            Err(fault) => {
                log::warn!("nobody knows whether a webhook is set: {fault}");
                return None;
            }
        };
        let host = webhook_host(&info)?;
        if !take_over {
            return Some(OtherWebhook(host));
        }
        log::warn!("the webhook at {host} is removed, as was asked for");
        // What waits for it comes here then.
        match self.client.call(DeleteWebhook(json!({ "drop_pending_updates": false }))).await {
            Ok(_) => None,
            Err(fault) => {
                log::error!("the webhook stays: {fault}");
                Some(OtherWebhook(host))
            }
        }
    }
}

impl PostSource for FileReconciler<'_> {
    fn list(&self) -> Vec<Listed> {
        self.cache()
            .all()
            .into_iter()
            .map(|(post, said)| match said {
                super::post_cache::FileContent::Good(wanted) => {
                    let is_draft = wanted.iter().all(|desired| desired.draft);
                    let timed = wanted.iter().filter(|desired| desired.publish_at.is_some());
                    let first = timed.min_by_key(|desired| desired.publish_at);
                    Listed {
                        post,
                        title: wanted.first().map(title).unwrap_or_default(),
                        kind: if is_draft { Kind::Draft } else { Kind::Good },
                        publish_at: first.and_then(|desired| desired.publish_at),
                        zone: first
                            .map_or(TimeZone::UTC, |desired| desired.channel.timezone.clone()),
                    }
                }
                super::post_cache::FileContent::Broken(_) => Listed {
                    post,
                    title: String::new(),
                    kind: Kind::Broken,
                    publish_at: None,
                    zone: TimeZone::UTC,
                },
            })
            .collect()
    }

    fn state(&self, post: &PostId) -> PostState {
        match self.cache().of(post, self.now()) {
            Ok(CurrentFile::Settled(Some(super::post_cache::FileContent::Good(wanted)))) => {
                PostState::Good(wanted)
            }
            Ok(CurrentFile::Settled(Some(super::post_cache::FileContent::Broken(why)))) => {
                PostState::Broken(why)
            }
            Ok(CurrentFile::Settled(None)) | Err(_) => PostState::Missing,
            Ok(CurrentFile::Unsettled) => PostState::Writing,
        }
    }

    fn conflicts(&self) -> Later<'_, Result<Vec<OpenConflict>, OperationError>> {
        Box::pin(self.open_conflicts())
    }

    fn warnings(&self, post: &PostId) -> usize {
        self.cache().warnings(post)
    }

    fn chats(&self) -> Chats {
        self.known_chats()
    }
}
