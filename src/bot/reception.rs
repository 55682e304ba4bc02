//! teloxide's dispatcher and its long poll: what reaches the bot is handed on, in our own words, and nothing is answered here.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use teloxide::dispatching::{Dispatcher, UpdateFilterExt as _};
use teloxide::error_handlers::ErrorHandler;
use teloxide::prelude::{DependencyMap, dptree};
use teloxide::types::{
    CallbackQuery, ChatMemberUpdated, MaybeInaccessibleMessage, Message, MessageEntityKind, Update,
    User,
};
use teloxide::update_listeners::Polling;
use teloxide::{ApiError, Bot, RequestError};
use tokio::sync::{mpsc, watch};
use tokio::time::{self, Instant};

use super::incoming::{Incoming, Line, Press, Sender};
use crate::limits;

/// How often it is told again that updates cannot be had.
const TELL_AGAIN: Duration = Duration::from_mins(15);

/// Conflicts that lie so far apart are two stories: somebody who looks once, as `doctor` does, ends one poll, and another
/// instance asks again within seconds.
const STORY: Duration = Duration::from_secs(20);

/// Updates that wait for the bot to be done with those before them.
const QUEUE: usize = 2_000;

/// What stands at the door.
pub struct Reception {
    bot: Bot,
    incoming: mpsc::Sender<Incoming>,
    conflicts: Arc<Conflicts>,
}

/// How the receiving side sees it.
pub struct Doorway {
    /// What reaches the bot, in its order.
    pub incoming: mpsc::Receiver<Incoming>,
    /// Becomes true when somebody else uses the same token.
    pub conflict: watch::Receiver<bool>,
}

impl Reception {
    /// A reception for this bot, whose HTTP client waits longer than a poll.
    #[must_use]
    pub fn new(bot: Bot) -> (Self, Doorway) {
        let (sender, incoming) = mpsc::channel(QUEUE);
        let (told, conflict) = watch::channel(false);
        let conflicts = Arc::new(Conflicts { told, ..Conflicts::default() });
        (Self { bot, incoming: sender, conflicts }, Doorway { incoming, conflict })
    }

    /// Receives until `stop` ends, and confirms what was received.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let handler = dptree::entry()
            .branch(Update::filter_message().endpoint(line))
            .branch(Update::filter_callback_query().endpoint(press))
            .branch(Update::filter_my_chat_member().endpoint(joined));
        let mut dependencies = DependencyMap::new();
        dependencies.insert(self.incoming.clone());
        // Each chat's updates come one after another, whoever else writes at the same time.
        let mut dispatcher = Dispatcher::builder(self.bot.clone(), handler)
            .dependencies(dependencies)
            .default_handler(|_| async {})
            .error_handler(self.conflicts.clone())
            .build();
        let token = dispatcher.shutdown_token();
        let receiving = async {
            loop {
                let polling = Polling::builder(self.bot.clone()).timeout(limits::CHAT_POLL).build();
                let ended = dispatcher
                    .try_dispatch_with_listener(polling, Arc::clone(&self.conflicts))
                    .await;
                match ended {
                    Ok(()) => return,
                    Err(error) => Arc::clone(&self.conflicts).handle_error(error).await,
                }
                time::sleep(limits::CHAT_RETRY).await;
            }
        };
        let stopping = async {
            stop.await;
            if let Ok(stopped) = token.shutdown() {
                stopped.await;
            }
        };
        tokio::select! {
            () = receiving => {}
            () = stopping => {}
        }
    }
}

/// What goes wrong with polling.
#[derive(Default)]
struct Conflicts {
    told: watch::Sender<bool>,
    count: AtomicU32,
    last: Mutex<Option<Instant>>,
    said: Mutex<Option<Instant>>,
}

impl ErrorHandler<RequestError> for Conflicts {
    fn handle_error(self: Arc<Self>, error: RequestError) -> BoxFuture<'static, ()> {
        self.note(&error);
        Box::pin(async {})
    }
}

impl Conflicts {
    fn note(&self, error: &RequestError) {
        if !matches!(error, RequestError::Api(ApiError::TerminatedByOtherGetUpdates)) {
            let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            if said.is_none_or(|said| said.elapsed() >= TELL_AGAIN) {
                *said = Some(Instant::now());
                log::warn!("what is written to the bot cannot be had: {}", words(error));
            }
            return;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| last.elapsed() > STORY) {
            self.count.store(0, Ordering::Relaxed);
        }
        *last = Some(Instant::now());
        log::warn!("somebody else asks for this bot's updates");
        if self.count.fetch_add(1, Ordering::Relaxed) >= 1 {
            self.told.send_replace(true);
        }
    }
}

/// teloxide's words, which may hold a whole page, in one line.
fn words(error: &RequestError) -> String {
    let text = match error {
        RequestError::InvalidJson { .. } => "the answer is not the Bot API's".to_owned(),
        other => other.to_string(),
    };
    text.lines().next().unwrap_or_default().to_owned()
}

type Handled = Result<(), RequestError>;

async fn line(sender: mpsc::Sender<Incoming>, update: Update, message: Message) -> Handled {
    let is_second_hand = message.sender_chat.is_some()
        || message.via_bot.is_some()
        || message.forward_origin().is_some()
        || message.edit_date().is_some();
    let line = Line {
        update: update.id.0,
        from: message.from.as_ref().map(sender_of),
        chat: message.chat.id.0,
        is_private: message.chat.is_private(),
        is_second_hand,
        date: Timestamp::from_second(message.date.timestamp()).unwrap_or(Timestamp::UNIX_EPOCH),
        text: message.text().unwrap_or_default().to_owned(),
    };
    hand_on(&sender, Incoming::Line(line)).await
}

async fn press(sender: mpsc::Sender<Incoming>, update: Update, query: CallbackQuery) -> Handled {
    let chat = query.message.as_ref().map(MaybeInaccessibleMessage::chat);
    let press = Press {
        update: update.id.0,
        query: query.id.0.clone(),
        from: sender_of(&query.from),
        chat: chat.map(|chat| chat.id.0),
        is_private: chat.is_some_and(teloxide::types::Chat::is_private),
        message: query.message.as_ref().map(|message| i64::from(message.id().0)),
        shows: query.message.as_ref().map(code_of).unwrap_or_default(),
        data: query.data.unwrap_or_default(),
    };
    hand_on(&sender, Incoming::Press(press)).await
}

async fn joined(sender: mpsc::Sender<Incoming>, change: ChatMemberUpdated) -> Handled {
    if !change.new_chat_member.is_present() {
        return Ok(());
    }
    hand_on(&sender, Incoming::Joined { chat: change.chat.id.0 }).await
}

async fn hand_on(sender: &mpsc::Sender<Incoming>, incoming: Incoming) -> Handled {
    // Where nobody receives any more, the program ends, and Telegram gives it again.
    let _ = sender.send(incoming).await;
    Ok(())
}

/// What a message shows in the letters of code, as far as Telegram still tells it.
fn code_of(message: &MaybeInaccessibleMessage) -> Vec<String> {
    let MaybeInaccessibleMessage::Regular(message) = message else { return Vec::new() };
    let all = message.parse_entities().unwrap_or_default();
    let code = all.iter().filter(|entity| *entity.kind() == MessageEntityKind::Code);
    code.map(|entity| entity.text().to_owned()).collect()
}

fn sender_of(user: &User) -> Sender {
    Sender {
        id: i64::try_from(user.id.0).unwrap_or(i64::MAX),
        is_bot: user.is_bot,
        name: user.first_name.clone(),
        language: user.language_code.clone(),
    }
}
