//! Runs the chat bot beside the publisher: start, updates, shutdown.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use serde_json::json;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time;

use super::file_reconciler::FileReconciler;
use super::post_cache::{CurrentFile, FileContent};
use super::{Service, Signals};
use crate::bot::messenger::Messenger;
use crate::bot::request::DeleteWebhook;
use crate::bot::text::Text;
use crate::bot::updates::{Scope, UpdateReceiver, Updates};
use crate::bot::{
    Bot, FileNotice, FileState, ListedPost, OpenConflict, PostSource, PostState, title,
};
use crate::ids::PostId;
use crate::operations::{Chats, OperationError};
use crate::outbox::Publication;
use crate::publisher::GatewayFuture;
use crate::telegram::method::{GetWebhookInfo, webhook_host};

/// How long to wait for the confirmation of the last poll at shutdown.
const LAST_UPDATES_TIMEOUT: Duration = Duration::from_secs(2);

/// The bot's update receiver, and the news that it passes on to operators.
pub(super) struct ChatConnection {
    receiver: UpdateReceiver,
    updates: Updates,
    sent_publications: mpsc::UnboundedReceiver<Publication>,
    files: mpsc::UnboundedReceiver<FileNotice>,
}

/// The host of a webhook that another program has set.
pub(super) struct OtherWebhook(pub(super) String);

pub(super) struct OpenedChat<'c> {
    pub(super) bot: Bot<'c>,
    pub(super) connection: ChatConnection,
    /// The bot reports the publications that are sent here to the operators.
    pub(super) publications: mpsc::UnboundedSender<Publication>,
}

/// Opens the chat if the config has operators.
pub(super) async fn open<'c>(
    service: &'c Service<'c>,
    reconciler: &'c FileReconciler<'c>,
    files: mpsc::UnboundedReceiver<FileNotice>,
    signals: &Signals,
    bot_name: String,
) -> Option<OpenedChat<'c>> {
    let config = &service.operations.newsroom.config;
    if config.bot.operators.is_empty() {
        return None;
    }
    let poller = match service.client.poller() {
        Ok(poller) => poller,
        Err(error) => {
            log::error!("the chat is off: {error}");
            return None;
        }
    };
    let (receiver, updates) = UpdateReceiver::new(poller, Scope::Chat);
    service.health.polls(updates.polls.clone());
    let messenger = Messenger::new(
        service.client,
        Arc::clone(&signals.last_request),
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
    bot.clean_inbox();
    let (publications, news) = mpsc::unbounded_channel();
    Some(OpenedChat {
        bot,
        connection: ChatConnection { receiver, updates, sent_publications: news, files },
        publications,
    })
}

impl ChatConnection {
    /// Receives updates at once, and answers them as soon as all files are `read`, until `work` ends. From `ending` on it
    /// receives nothing more. It calls `fenced` when another program uses the same token, and returns whether that happened.
    pub(super) async fn run_during<T>(
        self,
        bot: &Bot<'_>,
        reconciler: &FileReconciler<'_>,
        work: impl Future<Output = T>,
        read: &Notify,
        ending: &Notify,
        fenced: impl Fn(),
    ) -> (T, bool) {
        let Self { receiver, updates, sent_publications: news, files } = self;
        let Updates { incoming, posts, mut other_poller, .. } = updates;
        let seen = other_poller.clone();
        let (closing, mut closed) = watch::channel(false);
        let until_closed = async {
            // The sender is dropped only at shutdown.
            let _ = closed.wait_for(|closed| *closed).await;
        };
        let (answered, mut is_done) = watch::channel(false);
        let until_answered = async {
            let _ = is_done.wait_for(|done| *done).await;
        };
        let receiving = receiver.run(until_closed, until_answered);
        // Answers do not wait until all menus are set.
        let answering = async {
            read.notified().await;
            let notifying = async {
                tokio::join!(bot.tell_of_files(files), bot.introduce_new(), bot.send_digests());
            };
            let running = async { tokio::join!(bot.introduce(), bot.run(incoming, news)) };
            tokio::select! {
                _ = running => {}
                () = notifying => {}
                () = bot.show_uploads() => {}
            }
        };
        let watching = async {
            if other_poller.wait_for(|is| *is).await.is_err() {
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
                () = &mut answering, if !is_answered => {
                    is_answered = true;
                    answered.send_replace(true);
                }
                () = &mut watching, if !is_watched => is_watched = true,
                // The process that takes over starts its own polling.
                () = ending.notified() => drop(closing.send_replace(true)),
            }
        };
        closing.send_replace(true);
        let last_poll = async {
            tokio::join!(
                async {
                    if !is_received {
                        receiving.await;
                    }
                },
                async {
                    // Answer the updates that were received already; those that are not come again in the next process.
                    if !is_answered {
                        let _ = time::timeout(LAST_UPDATES_TIMEOUT / 4, answering).await;
                    }
                    answered.send_replace(true);
                },
            );
        };
        if time::timeout(LAST_UPDATES_TIMEOUT, last_poll).await.is_err() {
            log::debug!("the last poll was not confirmed");
        }
        let was_fenced = *seen.borrow();
        if was_fenced {
            // Nothing is sent any more, so there is some time to notify the operators.
            let telling = bot.tell_all(Text::OtherProcess);
            if time::timeout(LAST_UPDATES_TIMEOUT * 3, telling).await.is_err() {
                log::warn!("not every operator could be notified");
            }
        }
        (ended, was_fenced)
    }
}

impl Service<'_> {
    /// Records the channel posts of others during `work`, if the config has no operators. It answers no message, and another
    /// program may take over the updates.
    pub(super) async fn record_posts_during<T>(
        &self,
        reconciler: &FileReconciler<'_>,
        work: impl Future<Output = T>,
    ) -> T {
        let (closing, mut closed) = watch::channel(false);
        let listening = async {
            let poller = match self.client.poller() {
                Ok(poller) => poller,
                Err(error) => {
                    return log::error!("cannot receive other people's channel posts: {error}");
                }
            };
            if let Some(OtherWebhook(host)) = self.webhook(self.take_over).await {
                return log::warn!(
                    "this bot's updates go to a webhook at {host}: other people's channel posts are not recorded"
                );
            }
            let (receiver, Updates { posts, polls, .. }) =
                UpdateReceiver::new(poller, Scope::Posts);
            self.health.polls(polls);
            let until_closed = async {
                // The sender is dropped only at shutdown.
                let _ = closed.wait_for(|closed| *closed).await;
            };
            tokio::join!(receiver.run(until_closed, async {}), reconciler.record_posts(posts));
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
        if is_listening && time::timeout(LAST_UPDATES_TIMEOUT, listening).await.is_err() {
            log::debug!("the last poll was not confirmed");
        }
        ended
    }

    /// The webhook of another program, if one receives the updates. It is removed only with `take_over`.
    pub(super) async fn webhook(&self, take_over: bool) -> Option<OtherWebhook> {
        let info = match self.client.call(GetWebhookInfo {}).await {
            Ok(info) => info,
            Err(error) => {
                log::warn!("cannot find out whether a webhook is set: {error}");
                return None;
            }
        };
        let host = webhook_host(&info)?;
        if !take_over {
            return Some(OtherWebhook(host));
        }
        log::warn!("removing the webhook at {host}, as requested");
        // The updates that wait for it are received here then.
        match self.client.call(DeleteWebhook(json!({ "drop_pending_updates": false }))).await {
            Ok(_) => None,
            Err(error) => {
                log::error!("cannot remove the webhook: {error}");
                Some(OtherWebhook(host))
            }
        }
    }
}

impl PostSource for FileReconciler<'_> {
    fn list(&self) -> Vec<ListedPost> {
        self.cache()
            .all()
            .into_iter()
            .map(|(post, content)| match content {
                FileContent::Valid(wanted) => {
                    let is_draft = wanted.iter().all(|desired| desired.draft);
                    let timed = wanted.iter().filter(|desired| desired.publish_at.is_some());
                    let first = timed.min_by_key(|desired| desired.publish_at);
                    ListedPost {
                        post,
                        title: wanted.first().map(title).unwrap_or_default(),
                        state: if is_draft { FileState::Draft } else { FileState::Valid },
                        publish_at: first.and_then(|desired| desired.publish_at),
                        zone: first
                            .map_or(TimeZone::UTC, |desired| desired.channel.timezone.clone()),
                    }
                }
                FileContent::Invalid(_) => ListedPost {
                    post,
                    title: String::new(),
                    state: FileState::Invalid,
                    publish_at: None,
                    zone: TimeZone::UTC,
                },
            })
            .collect()
    }

    fn state(&self, post: &PostId) -> PostState {
        match self.cache().current_file(post, self.now()) {
            Ok(CurrentFile::Settled(Some(FileContent::Valid(wanted)))) => PostState::Valid(wanted),
            Ok(CurrentFile::Settled(Some(FileContent::Invalid(why)))) => PostState::Invalid(why),
            Ok(CurrentFile::Settled(None)) | Err(_) => PostState::Missing,
            Ok(CurrentFile::Unsettled) => PostState::Writing,
        }
    }

    fn conflicts(&self) -> GatewayFuture<'_, Result<Vec<OpenConflict>, OperationError>> {
        Box::pin(self.open_conflicts())
    }

    fn warnings(&self, post: &PostId) -> usize {
        self.cache().warnings(post)
    }

    fn chats(&self) -> Chats {
        self.known_chats()
    }
}
