//! A local Bot API server to try and to test against: Telegram's rules, refusals and failures on the loopback
//! interface. It reaches no network, and nothing of it is stored.

mod api;
mod bot_api;
mod channel_posts;
pub mod chat;
pub mod content;
mod control;
pub mod fault;
pub mod keyboard;
pub mod message;
pub mod method;
pub mod pace;
mod page;
pub mod params;
mod people;
pub mod person;
pub mod post;
pub mod refusal;
mod request;
pub mod request_log;
mod server;
pub mod state;
mod token;
pub mod updates;
mod visitor;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::watch;

pub use chat::{ChannelSeed, Rights, Standing};
pub use fault::{Fault, FaultKind, Lands, NotArmed};
pub use person::Person;
pub use post::Post;
pub use request_log::RequestRecord;
pub use server::serve;
pub use state::ChannelError;
pub use visitor::{VisitFault, Visitor};

use crate::clock::Clock;
use fault::Faults;
use method::LateCalls;
use request_log::RequestLog;
use state::State;

/// A sandbox. Clones are handles to the same one: one for [`serve`], others to look at it and to arm faults.
#[derive(Clone)]
pub struct Sandbox(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    world: Mutex<World>,
}

/// All that changes.
struct World {
    state: State,
    late: LateCalls,
    faults: Faults,
    requests: RequestLog,
    /// How far the sandbox's time is ahead of the clock's.
    forward: SignedDuration,
    /// How many polls each bot has begun, for the older ones to hear that they are superseded.
    polls: BTreeMap<i64, watch::Sender<u64>>,
    /// Counts the updates, for the polls that wait for one.
    news: watch::Sender<u64>,
    /// The one token that is let in; `None`: any of the right shape.
    token: Option<SecretString>,
}

impl World {
    /// Adds an update and wakes the polls that wait for one; returns its number.
    fn push_update(&mut self, kind: &str, content: Value) -> i64 {
        let number = self.state.updates.push(kind, content);
        self.wake_polls();
        number
    }

    fn wake_polls(&self) {
        self.news.send_modify(|count| *count = count.wrapping_add(1));
    }
}

impl Sandbox {
    /// A sandbox with these channels, whose time is `clock`'s. A seed whose number or username is taken is passed over.
    #[must_use]
    pub fn new(channels: impl IntoIterator<Item = ChannelSeed>, clock: Arc<dyn Clock>) -> Self {
        let world = World {
            state: State::new(channels),
            late: LateCalls::default(),
            faults: Faults::default(),
            requests: RequestLog::default(),
            forward: SignedDuration::ZERO,
            polls: BTreeMap::new(),
            news: watch::channel(0).0,
            token: None,
        };
        Self(Arc::new(Shared { clock, world: Mutex::new(world) }))
    }

    /// The sandbox's time: the clock's, and what it was put forward.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.with(|_, now| now)
    }

    /// Puts the sandbox's time forward; calls that are due by then take effect.
    pub fn forward(&self, duration: SignedDuration) {
        self.with(|world, _| world.forward = world.forward.saturating_add(duration));
    }

    /// Sets how far the sandbox's time is ahead of the machine's; a negative time is behind. Dates of messages and the `Date`
    /// headers of answers follow it.
    pub fn set_ahead(&self, ahead: SignedDuration) {
        self.with(|world, _| world.forward = ahead);
    }

    /// Lets in only this token; every other one is answered 401.
    pub fn accept_only(&self, token: SecretString) {
        self.with(|world, _| world.token = Some(token));
    }

    /// Makes every channel refuse with 429 what comes faster than [`pace::Pace`] takes, or, as at the beginning, take all.
    pub fn keep_pace(&self, keep: bool) {
        self.with(|world, _| world.state.keep_pace(keep));
    }

    /// Adds a channel; returns its number.
    ///
    /// # Errors
    /// [`ChannelError::Taken`].
    pub fn add_channel(&self, seed: ChannelSeed) -> Result<i64, ChannelError> {
        self.with(|world, _| world.state.add_channel(seed))
    }

    /// Adds a person who can talk to the bot.
    pub fn add_person(&self, person: Person) {
        self.with(|world, _| world.state.add_person(person));
    }

    /// How often the private chat of a person has changed: with every message, edit and change of buttons.
    #[must_use]
    pub fn changes(&self, person: i64) -> u64 {
        self.with(|world, _| world.state.private_mut(person).map_or(0, |chat| chat.changes()))
    }

    /// Makes the bots something else in `chat`.
    ///
    /// # Errors
    /// [`ChannelError::Unknown`].
    pub fn set_standing(&self, chat: &str, standing: Standing) -> Result<(), ChannelError> {
        self.with(|world, _| world.state.set_standing(chat, standing))
    }

    /// Arms a fault behind those that are armed already.
    ///
    /// # Errors
    /// [`NotArmed`] when the fault makes no sense.
    pub fn arm(&self, fault: Fault) -> Result<(), NotArmed> {
        self.with(|world, _| world.faults.arm(fault))
    }

    /// The armed faults; `times` and `after` are what is left of them.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.with(|world, _| world.faults.armed().to_vec())
    }

    /// Disarms all faults.
    pub fn clear_faults(&self) {
        self.with(|world, _| world.faults.clear());
    }

    /// What readers of `chat` (`-100…`, `@username`, or the bare username) see, oldest first. A channel that does not
    /// exist shows nothing.
    #[must_use]
    pub fn posts(&self, chat: &str) -> Vec<Post> {
        self.with(|world, _| world.state.posts(chat)).unwrap_or_default()
    }

    /// The last requests of bots, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.with(|world, _| world.requests.records().cloned().collect())
    }

    /// The path under which the server shows message `message_id` of `chat`, such as `/world_en/5`; `None` when there
    /// is no such channel.
    #[must_use]
    pub fn path_of(&self, chat: &str, message_id: i64) -> Option<String> {
        self.with(|world, _| {
            let channel = world.state.look_up(chat)?;
            let name = channel.username.clone().unwrap_or_else(|| channel.id.to_string());
            Some(format!("/{name}/{message_id}"))
        })
    }

    fn strike_connection(&self) -> bool {
        self.with(|world, _| world.faults.strike_connection())
    }

    /// Runs `action` on all that changes, at the present moment, after everything due has taken effect.
    fn with<T>(&self, action: impl FnOnce(&mut World, Timestamp) -> T) -> T {
        let clock = self.0.clock.now();
        let mut world = self.0.world.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock.checked_add(world.forward).unwrap_or(Timestamp::MAX);
        let World { state, late, .. } = &mut *world;
        late.settle(state, now);
        action(&mut world, now)
    }
}
