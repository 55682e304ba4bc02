//! A local Bot API server to try and to test against: Telegram's rules, refusals and failures on the loopback
//! interface. It uses no other network, and stores nothing beyond its own life.

mod api;
mod bot_api;
mod channel_posts;
mod chat;
mod chat_client;
mod connection;
mod content;
mod control;
mod fault;
mod file_download;
mod group;
mod kept_files;
mod keyboard;
mod local_files;
mod media;
mod message;
mod method;
mod page;
mod page_media;
mod page_tools;
mod params;
mod people;
mod person;
mod poll;
mod post_view;
mod refusal;
mod request;
mod request_log;
mod rich;
mod sent_media;
mod server;
mod state;
mod token;
mod updates;
mod upload;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::{Notify, watch};

use chat::Chat;
pub use chat::{ChannelSeed, Membership, Rights};
pub use chat_client::{ChatClient, ChatClientError};
pub use fault::{EffectTime, Fault, FaultError, FaultKind};
pub use group::{GroupKind, Permissions};
pub use media::PostedMedia;
pub use person::Person;
pub use post_view::PostView;
pub use request_log::RequestRecord;
pub use server::serve;
pub use state::ChatError;
pub use upload::UploadedFile;

use crate::clock::Clock;
use crate::http::MediaKeys;
use fault::Faults;
use kept_files::KeptFiles;
use method::DelayedCalls;
use request_log::RequestLog;
use state::State;

/// A sandbox. Clones are handles to the same one: one for [`serve`], others to inspect it and to arm faults.
#[derive(Clone)]
pub struct Sandbox(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    inner: Mutex<Inner>,
}

struct Inner {
    state: State,
    delayed: DelayedCalls,
    faults: Faults,
    requests: RequestLog,
    /// The bytes of uploaded files, for the page.
    kept: KeptFiles,
    /// The addresses of those files.
    keys: MediaKeys,
    /// The sandbox's time minus the clock's.
    ahead: SignedDuration,
    /// How many polls each bot has begun: a new one ends the older ones.
    polls: BTreeMap<i64, watch::Sender<u64>>,
    /// Counts the updates and wakes the polls that wait for one.
    update_count: watch::Sender<u64>,
    /// The only accepted token; `None`: any well-formed one.
    token: Option<SecretString>,
    /// Whether requests may name files of this machine by their paths.
    has_local_files: bool,
    /// The first steps for a newcomer, above the chats with the bot.
    start_here: Vec<String>,
    /// Who waits for the time, and must know that it was set.
    waiting: Option<Arc<Notify>>,
}

impl Inner {
    /// Adds an update and wakes the polls that wait for one; returns its number.
    fn push_update(&mut self, kind: &str, content: Value) -> i64 {
        let number = self.state.updates.push(kind, content);
        self.wake_polls();
        number
    }

    fn wake_polls(&self) {
        self.update_count.send_modify(|count| *count = count.wrapping_add(1));
    }
}

impl Inner {
    fn set_ahead(&mut self, ahead: SignedDuration) {
        self.ahead = ahead;
        if let Some(waiting) = &self.waiting {
            waiting.notify_one();
        }
    }
}

/// The sandbox's time, for a program that runs with it.
impl Clock for Sandbox {
    fn now(&self) -> Timestamp {
        self.with(|_, now| now)
    }

    fn ahead(&self) -> SignedDuration {
        self.with(|inner, _| inner.ahead)
    }
}

impl Sandbox {
    /// A sandbox with these channels and the time of `clock`. A seed whose number or username is taken is ignored.
    #[must_use]
    pub fn new(channels: impl IntoIterator<Item = ChannelSeed>, clock: Arc<dyn Clock>) -> Self {
        let inner = Inner {
            state: State::new(channels),
            delayed: DelayedCalls::default(),
            faults: Faults::default(),
            requests: RequestLog::default(),
            kept: KeptFiles::default(),
            keys: MediaKeys::default(),
            ahead: SignedDuration::ZERO,
            polls: BTreeMap::new(),
            update_count: watch::channel(0).0,
            token: None,
            has_local_files: false,
            start_here: Vec::new(),
            waiting: None,
        };
        Self(Arc::new(Shared { clock, inner: Mutex::new(inner) }))
    }

    /// The sandbox's time: the clock's, plus how far it was set ahead.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.with(|_, now| now)
    }

    /// Moves the sandbox's time forward; calls that are due by then take effect.
    pub fn forward(&self, duration: SignedDuration) {
        self.with(|inner, _| inner.set_ahead(inner.ahead.saturating_add(duration)));
    }

    /// Sets how far the sandbox's time is ahead of the clock's; it may be negative. Dates of messages and the `Date` headers of
    /// answers follow it.
    pub fn set_ahead(&self, ahead: SignedDuration) {
        self.with(|inner, _| inner.set_ahead(ahead));
    }

    /// Wakes this whenever the time is set.
    pub fn wake_when_set(&self, waiting: Arc<Notify>) {
        self.with(|inner, _| inner.waiting = Some(waiting));
    }

    /// Makes the page open on the chat with the bot, and shows these steps above it. Text between backticks is typed.
    pub fn start_here(&self, steps: Vec<String>) {
        self.with(|inner, _| inner.start_here = steps);
    }

    /// Accepts only this token; requests with another one get a 401.
    pub fn accept_only(&self, token: SecretString) {
        self.with(|inner, _| inner.token = Some(token));
    }

    /// Reads files that requests name by their paths, as a server in local mode does.
    pub fn read_local_files(&self) {
        self.with(|inner, _| inner.has_local_files = true);
    }

    /// Adds a channel; returns its number.
    ///
    /// # Errors
    /// [`ChatError::Taken`].
    pub fn add_channel(&self, seed: ChannelSeed) -> Result<i64, ChatError> {
        self.with(|inner, _| inner.state.add_channel(seed))
    }

    /// Adds a person who can talk to the bot.
    pub fn add_person(&self, person: Person) {
        self.with(|inner, _| inner.state.add_person(person));
    }

    /// Lets bots write to a person who has not written to them.
    ///
    /// # Errors
    /// [`ChatError::Unknown`].
    pub fn start_chat(&self, person: i64) -> Result<(), ChatError> {
        self.with(|inner, _| inner.state.private_mut(person).map(Chat::start))
    }

    /// How often the private chat of a person has changed: every message, edit and change of buttons counts.
    #[must_use]
    pub fn changes(&self, person: i64) -> u64 {
        self.with(|inner, _| inner.state.private_mut(person).map_or(0, |chat| chat.changes()))
    }

    /// Sets what the bots are in `chat`.
    ///
    /// # Errors
    /// [`ChatError::Unknown`].
    pub fn set_membership(&self, chat: &str, membership: Membership) -> Result<(), ChatError> {
        self.with(|inner, _| inner.state.set_membership(chat, membership))
    }

    /// Arms a fault after those that are armed already.
    ///
    /// # Errors
    /// [`FaultError`].
    pub fn arm(&self, fault: Fault) -> Result<(), FaultError> {
        self.with(|inner, _| inner.faults.arm(fault))
    }

    /// The armed faults, with what is left of their `times` and `after`.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.with(|inner, _| inner.faults.armed().to_vec())
    }

    /// Disarms all faults.
    pub fn clear_faults(&self) {
        self.with(|inner, _| inner.faults.clear());
    }

    /// Makes every `file_id` invalid. Messages keep their files.
    pub fn forget_file_ids(&self) {
        self.with(|inner, _| inner.state.files.forget());
    }

    /// What readers of `chat` (`-100…`, `@username`, or the bare username) see, oldest first; empty if there is no
    /// such chat.
    #[must_use]
    pub fn posts(&self, chat: &str) -> Vec<PostView> {
        self.with(|inner, _| inner.state.posts(chat)).unwrap_or_default()
    }

    /// The last requests of bots, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.with(|inner, _| inner.requests.records().cloned().collect())
    }

    /// The path under which the server shows message `message_id` of `chat`, such as `/world_en/5`; `None` if it has no
    /// such chat.
    #[must_use]
    pub fn path_of(&self, chat: &str, message_id: i64) -> Option<String> {
        self.with(|inner, _| {
            let chat = inner.state.look_up(chat)?;
            let name = chat.username.clone().unwrap_or_else(|| chat.id.to_string());
            Some(format!("/{name}/{message_id}"))
        })
    }

    fn take_for_connection(&self) -> bool {
        self.with(|inner, _| inner.faults.take_for_connection())
    }

    /// Runs `action` on the state, after all delayed calls that are due.
    fn with<T>(&self, action: impl FnOnce(&mut Inner, Timestamp) -> T) -> T {
        let clock = self.0.clock.now();
        let mut inner = self.0.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock.checked_add(inner.ahead).unwrap_or(Timestamp::MAX);
        let Inner { state, delayed, .. } = &mut *inner;
        delayed.run_due(state, now);
        state.close_polls(now.as_second());
        let result = action(&mut inner, now);
        if inner.state.forward_posts(now.as_second()) {
            inner.wake_polls();
        }
        result
    }
}
