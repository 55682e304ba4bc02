//! Maps the config's channels to chats by the @names that Telegram reported last. It makes no request.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;

use super::{OperationError, Operations};
use crate::config::Channel;
use crate::ids::{Address, ChatId, Destination, Target};
use crate::outbox::{self, Publication, Refusal};
use crate::store::{Command, StoreError};

/// The last known @name of each chat, without the @, and the supergroups that basic groups have become.
#[derive(Debug, Default)]
pub struct ChatNames {
    names: RwLock<BTreeMap<i64, String>>,
    upgrades: RwLock<BTreeMap<i64, i64>>,
}

impl ChatNames {
    fn name(&self, chat: i64) -> Option<String> {
        self.names.read().unwrap_or_else(PoisonError::into_inner).get(&chat).cloned()
    }

    pub(super) fn chat(&self, name: &str) -> Option<i64> {
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        names.iter().find_map(|(chat, known)| known.eq_ignore_ascii_case(name).then_some(*chat))
    }

    /// The supergroup that this basic group has become.
    pub(super) fn upgraded_to(&self, chat: i64) -> Option<i64> {
        self.upgrades.read().unwrap_or_else(PoisonError::into_inner).get(&chat).copied()
    }

    fn set_upgraded(&self, chat: i64, to: i64) {
        self.upgrades.write().unwrap_or_else(PoisonError::into_inner).insert(chat, to);
    }

    /// All names by chat.
    #[must_use]
    pub fn all(&self) -> BTreeMap<i64, String> {
        self.names.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets a chat's name, and takes it from any other chat.
    pub(super) fn set(&self, chat: i64, name: &str) {
        let mut names = self.names.write().unwrap_or_else(PoisonError::into_inner);
        names.retain(|_, known| !known.eq_ignore_ascii_case(name));
        names.insert(chat, name.to_owned());
    }
}

impl Operations {
    /// Loads the names from the journal.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn load_chat_names(&self) -> Result<(), StoreError> {
        for channel in self.store.channels().await? {
            if let Some(name) = channel.username {
                self.names.set(channel.destination.chat, &name);
            }
            if let Some(to) = channel.upgraded_to {
                self.names.set_upgraded(channel.destination.chat, to);
            }
        }
        Ok(())
    }

    /// Records the chat that Telegram reported for a channel.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub async fn remember_chat_name(
        &self,
        channel: &Channel,
        chat: i64,
        now: Timestamp,
    ) -> Result<(), OperationError> {
        let ChatId::Username(name) = &channel.chat else { return Ok(()) };
        if self.names.name(chat).as_ref() != Some(name) {
            self.order(vec![Command::Name { chat, username: name.clone() }], now).await?;
            self.names.set(chat, name);
        }
        Ok(())
    }

    /// Records the discussion group that Telegram reported for a channel.
    ///
    /// # Errors
    /// If the journal cannot be read or written.
    pub async fn remember_discussion(
        &self,
        chat: i64,
        discussion: i64,
        now: Timestamp,
    ) -> Result<(), OperationError> {
        if self.store.discussions().await?.get(&chat) != Some(&discussion) {
            self.order(vec![Command::Discussion { chat, discussion }], now).await?;
        }
        Ok(())
    }

    /// The number of a channel's chat, if it is known.
    #[must_use]
    pub fn chat_of(&self, channel: &Channel) -> Option<i64> {
        match &channel.chat {
            ChatId::Id(id) => Some(*id),
            ChatId::Username(name) => self.names.chat(name),
        }
    }

    /// Where a channel's messages are, if the number of its chat is known.
    #[must_use]
    pub fn destination_of(&self, channel: &Channel) -> Option<Destination> {
        self.chat_of(channel).map(|chat| channel.in_chat(chat))
    }

    /// Whether a publication is in this channel. The journal identifies a chat by its number; the channel's name in the config
    /// decides only while the number is unknown.
    #[must_use]
    pub fn is_in(&self, publication: &Publication, channel: &Channel) -> bool {
        match self.destination_of(channel) {
            Some(place) => publication.channel_destination() == place,
            None => publication.channel == channel.name,
        }
    }

    /// Whether the config has the channel of a publication. Another process may have looked its chat up.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn has_channel_of(&self, publication: &Publication) -> Result<bool, StoreError> {
        self.load_chat_names().await?;
        let place = Some(publication.channel_destination());
        let channels = &self.newsroom.config.channels;
        Ok(channels.iter().any(|channel| self.destination_of(channel) == place))
    }

    /// The config's channel of a publication.
    #[must_use]
    pub fn channel_of(&self, publication: &Publication) -> Option<&Channel> {
        let mut channels = self.newsroom.config.channels.iter();
        channels.find(|channel| self.is_in(publication, channel)).map(AsRef::as_ref)
    }

    /// The @name of a publication's chat, or its number, with the topic.
    #[must_use]
    pub fn address_of(&self, publication: &Publication) -> Address {
        self.address(publication.destination())
    }

    /// The @name of a chat, or its number, with the topic.
    #[must_use]
    pub fn address(&self, place: Destination) -> Address {
        place.named(self.names.name(place.chat))
    }

    /// The name of a publication's channel, or of the chat if the channel is another chat now.
    #[must_use]
    pub fn channel_name(&self, publication: &Publication) -> String {
        let key = publication.channel.as_str();
        match self.channel_of(publication) {
            Some(channel) => channel.name.to_string(),
            None if self.newsroom.config.channel(key).is_some() => {
                self.address_of(publication).to_string()
            }
            None => key.to_owned(),
        }
    }

    /// The name of a publication on the command line.
    #[must_use]
    pub fn target(&self, publication: &Publication) -> Target {
        let mut channels = self.newsroom.config.channels.iter();
        let is_only = channels.all(|channel| self.is_in(publication, channel));
        Target::new(&publication.post, self.channel_name(publication), is_only)
    }

    /// Whether a channel of the journal is paused by a refusal that asked for another chat or topic in the config, and the config has
    /// one now.
    #[must_use]
    pub fn is_left(&self, channel: &outbox::Channel) -> bool {
        let config = &self.newsroom.config;
        channel.paused.is_some()
            && channel.refusal.is_some_and(Refusal::needs_person)
            && config.channel(&self.name_of(channel.destination)).is_none()
    }

    /// The name of a destination: its channel, or else the @name or number of the chat, with the topic.
    #[must_use]
    pub fn name_of(&self, place: Destination) -> String {
        let mut channels = self.newsroom.config.channels.iter();
        let known = channels.find(|channel| self.destination_of(channel) == Some(place));
        known.map_or_else(|| self.address(place).to_string(), |known| known.name.to_string())
    }

    /// The name of a chat: its channels, or else its @name or number.
    #[must_use]
    pub fn name_of_chat(&self, chat: i64) -> String {
        let channels = self.newsroom.config.channels.iter();
        let here = channels.filter(|channel| self.chat_of(channel) == Some(chat));
        let names: Vec<_> = here.map(|channel| channel.name.as_str()).collect();
        match names.as_slice() {
            [] => self.address(Destination::of_chat(chat)).to_string(),
            names => names.join(", "),
        }
    }
}
