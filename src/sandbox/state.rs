//! All that the sandbox's Telegram knows; it knows no method, no clock and no network.

use std::collections::BTreeMap;

use serde_json::Value;
use thiserror::Error;

use super::chat::{Channel, ChannelSeed, Standing};
use super::message::{Content, Message, Origin};
use super::pace::Pace;
use super::params::Params;
use super::person::Person;
use super::post::Post;
use super::refusal::Refusal;
use super::updates::Updates;

/// The number of the first channel that the sandbox numbers itself; the next ones count down.
const FIRST_CHANNEL_ID: i64 = -1_001_000_000_001;

/// What a method wants to do in a chat, which decides who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Look: anyone in a public channel.
    Read,
    /// Change what is there.
    Edit,
    /// Add or remove something.
    Write,
}

/// Why a channel of the sandbox, or a post in it, cannot be added or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChannelError {
    /// Nobody knows it.
    #[error("there is no such channel")]
    Unknown,
    /// It has no such post.
    #[error("there is no such post")]
    NoPost,
    /// Its number or username belongs to another.
    #[error("there is a channel of that number or username already")]
    Taken,
}

/// The state of the sandbox.
#[derive(Clone, Debug, Default)]
pub struct State {
    channels: Vec<Channel>,
    /// What people do.
    pub(super) updates: Updates,
    /// The commands that a bot has set, by the JSON of their scope and by language.
    pub(super) commands: BTreeMap<(String, String), Value>,
    /// Where updates go instead of to whoever asks; empty: to whoever asks.
    pub(super) webhook: String,
    keeps_pace: bool,
}

impl State {
    /// A state with these channels. A seed whose number or username is taken already is passed over.
    #[must_use]
    pub fn new(seeds: impl IntoIterator<Item = ChannelSeed>) -> Self {
        let mut state = Self::default();
        for seed in seeds {
            // The first of two seeds of one channel stands.
            let _ = state.add_channel(seed);
        }
        state
    }

    /// Adds a channel; returns its number.
    ///
    /// # Errors
    /// [`ChannelError::Taken`].
    pub fn add_channel(&mut self, seed: ChannelSeed) -> Result<i64, ChannelError> {
        let by_name = seed.username.as_ref().and_then(|name| self.find(&format!("@{name}")));
        let by_id = seed.id.and_then(|id| self.find(&id.to_string()));
        if by_name.or(by_id).is_some() {
            return Err(ChannelError::Taken);
        }
        let lowest = self.channels.iter().map(|channel| channel.id).min().unwrap_or(0);
        let id = seed.id.unwrap_or_else(|| lowest.saturating_sub(1).min(FIRST_CHANNEL_ID));
        let mut channel = Channel::new(id, seed);
        channel.pace = self.keeps_pace.then(Pace::default);
        self.channels.push(channel);
        Ok(id)
    }

    /// Adds a person, or changes who that is.
    pub fn add_person(&mut self, person: Person) {
        if let Some(chat) = self.channels.iter_mut().find(|chat| chat.id == person.id) {
            chat.person = Some(person);
            return;
        }
        let mut chat = Channel::with(person);
        chat.pace = self.keeps_pace.then(Pace::default);
        self.channels.push(chat);
    }

    /// The private chat of a person.
    ///
    /// # Errors
    /// [`ChannelError::Unknown`].
    pub(super) fn private_mut(&mut self, id: i64) -> Result<&mut Channel, ChannelError> {
        let mut chats = self.channels.iter_mut();
        chats.find(|chat| chat.id == id && chat.person.is_some()).ok_or(ChannelError::Unknown)
    }

    /// The channel with this number, to change what is in it as its people do.
    pub(super) fn channel_of(&mut self, id: i64) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.id == id)
    }

    /// Whether all channels, also those to come, refuse what comes too fast.
    pub fn keep_pace(&mut self, keep: bool) {
        self.keeps_pace = keep;
        for channel in &mut self.channels {
            channel.pace = keep.then(Pace::default);
        }
    }

    /// All channels, in the order in which they came.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.channels.iter().filter(|chat| chat.person.is_none())
    }

    /// The private chats, in the order in which their people came.
    pub fn people(&self) -> impl Iterator<Item = &Channel> {
        self.channels.iter().filter(|chat| chat.person.is_some())
    }

    /// The channel that `chat` means: `-100…`, `@username`, or the bare username, for people who look.
    #[must_use]
    pub fn look_up(&self, chat: &str) -> Option<&Channel> {
        self.find(chat).or_else(|| self.find(&format!("@{chat}")))
    }

    /// What readers of `chat` see, oldest first; `None` when there is no such channel.
    #[must_use]
    pub fn posts(&self, chat: &str) -> Option<Vec<Post>> {
        let channel = self.look_up(chat)?;
        Some(channel.messages.values().map(|message| Post::of(message, channel)).collect())
    }

    /// Makes the bots something else in `chat`.
    ///
    /// # Errors
    /// [`ChannelError::Unknown`].
    pub fn set_standing(&mut self, chat: &str, standing: Standing) -> Result<(), ChannelError> {
        let id = self.look_up(chat).map(|channel| channel.id).ok_or(ChannelError::Unknown)?;
        for channel in self.channels.iter_mut().filter(|channel| channel.id == id) {
            channel.standing = standing;
        }
        Ok(())
    }

    /// Gives `chat` another public name, or with `None` makes it private.
    ///
    /// # Errors
    /// [`ChannelError::Unknown`], [`ChannelError::Taken`].
    pub fn set_username(&mut self, chat: &str, name: Option<&str>) -> Result<(), ChannelError> {
        let id = self.look_up(chat).map(|channel| channel.id).ok_or(ChannelError::Unknown)?;
        let holder = name.and_then(|name| self.find(&format!("@{name}")));
        if holder.is_some_and(|holder| holder.id != id) {
            return Err(ChannelError::Taken);
        }
        for channel in self.channels.iter_mut().filter(|channel| channel.id == id) {
            channel.username = name.map(str::to_owned);
        }
        Ok(())
    }

    /// The channel that `chat_id` means, if the bots have `access` to it.
    pub(super) fn channel(&self, chat_id: &str, access: Access) -> Result<&Channel, Refusal> {
        if chat_id.is_empty() {
            return Err(Refusal::NoChat);
        }
        let channel = self.find(chat_id).ok_or(Refusal::ChatNotFound)?;
        allowed(channel, access)?;
        Ok(channel)
    }

    /// As [`Self::channel`], to change it.
    pub(super) fn channel_mut(
        &mut self,
        chat_id: &str,
        access: Access,
    ) -> Result<&mut Channel, Refusal> {
        if chat_id.is_empty() {
            return Err(Refusal::NoChat);
        }
        let found = self.channels.iter_mut().find(|channel| channel.is_called(chat_id));
        let channel = found.ok_or(Refusal::ChatNotFound)?;
        allowed(channel, access)?;
        Ok(channel)
    }

    fn find(&self, chat: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.is_called(chat))
    }
}

/// The rule of the official server's `check_chat_access` for channels.
fn allowed(channel: &Channel, access: Access) -> Result<(), Refusal> {
    match channel.standing {
        Standing::Kicked => Err(Refusal::Kicked),
        Standing::Left if access != Access::Read || channel.username.is_none() => {
            Err(Refusal::NotMember)
        }
        Standing::Left | Standing::Member | Standing::Administrator(_) => Ok(()),
    }
}

/// A message that is about to be posted.
pub(super) struct Draft {
    /// What it says.
    pub(super) content: Content,
    /// Where it was forwarded from.
    pub(super) origin: Option<Origin>,
}

impl Draft {
    /// Posts it with the sending options in `params`, at `now` in seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// [`Refusal::RetryAfter`] when the channel takes no more.
    pub(super) fn post(
        self,
        channel: &mut Channel,
        bot: i64,
        params: &Params,
        now: i64,
    ) -> Result<Message, Refusal> {
        let answers = answered(channel, params)?;
        channel.take_one(now)?;
        let message = Message {
            id: channel.next_message_id(),
            author: bot,
            date: now,
            edit_date: None,
            content: self.content,
            silent: params.flag("disable_notification"),
            protected: params.flag("protect_content"),
            pinned: false,
            origin: self.origin,
            answers,
            change: channel.next_change(),
        };
        channel.messages.insert(message.id, message.clone());
        Ok(message)
    }
}

/// The message that `reply_parameters` names.
fn answered(channel: &Channel, params: &Params) -> Result<Option<i64>, Refusal> {
    let Some(reply) = params.json("reply_parameters")? else { return Ok(None) };
    let flag = |name: &str| reply.get(name).and_then(Value::as_bool).unwrap_or(false);
    let id = reply.get("message_id").and_then(Value::as_i64);
    match id.filter(|id| channel.messages.contains_key(id)) {
        Some(id) => Ok(Some(id)),
        None if flag("allow_sending_without_reply") => Ok(None),
        None => Err(Refusal::NoAnswered),
    }
}

#[cfg(test)]
mod tests;
