//! Which chat each channel of the config is, by the @names as Telegram said them last; it asks nobody.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;

use super::{OperationError, Operations};
use crate::config::Channel;
use crate::ids::{ChatId, Target};
use crate::outbox::Publication;
use crate::store::{Command, StoreError};

/// The @name of each chat that was ever found by one, without the @.
#[derive(Debug, Default)]
pub struct ChatNames(RwLock<BTreeMap<i64, String>>);

impl ChatNames {
    fn name(&self, chat: i64) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&chat).cloned()
    }

    fn chat(&self, name: &str) -> Option<i64> {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        names.iter().find_map(|(chat, known)| known.eq_ignore_ascii_case(name).then_some(*chat))
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> BTreeMap<i64, String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One name is one chat's.
    fn set(&self, chat: i64, name: &str) {
        let mut names = self.0.write().unwrap_or_else(PoisonError::into_inner);
        names.retain(|_, known| !known.eq_ignore_ascii_case(name));
        names.insert(chat, name.to_owned());
    }
}

impl Operations {
    /// Reads what the journal knows of the names.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn recall(&self) -> Result<(), StoreError> {
        for channel in self.store.channels().await? {
            if let Some(name) = channel.username {
                self.names.set(channel.chat, &name);
            }
        }
        Ok(())
    }

    /// Remembers which chat Telegram says a channel is.
    ///
    /// # Errors
    /// Where the journal cannot be written.
    pub async fn learn(
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

    /// The number of a channel's chat, where it is known.
    #[must_use]
    pub fn chat_of(&self, channel: &Channel) -> Option<i64> {
        match &channel.chat {
            ChatId::Id(id) => Some(*id),
            ChatId::Username(name) => self.names.chat(name),
        }
    }

    /// Whether a publication went to this channel, or goes there. The journal knows chats by number; only where the number of
    /// the channel's is not known, the channel's name in the config decides.
    #[must_use]
    pub fn is_in(&self, publication: &Publication, channel: &Channel) -> bool {
        match self.chat_of(channel) {
            Some(chat) => publication.chat == chat,
            None => publication.channel == channel.name,
        }
    }

    /// The config's channel that a publication went to, or goes to.
    #[must_use]
    pub fn channel_of(&self, publication: &Publication) -> Option<&Channel> {
        let mut channels = self.newsroom.config.channels.iter();
        channels.find(|channel| self.is_in(publication, channel)).map(AsRef::as_ref)
    }

    /// The chat that a publication went to, by its @name where it has one.
    #[must_use]
    pub fn address_of(&self, publication: &Publication) -> ChatId {
        self.address(publication.chat)
    }

    /// A chat, by its @name where it has one.
    #[must_use]
    pub fn address(&self, chat: i64) -> ChatId {
        self.names.name(chat).map_or(ChatId::Id(chat), ChatId::Username)
    }

    /// Where a publication is, for people: its channel, or the chat itself where that channel is another chat by now.
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

    /// How a command names a publication.
    #[must_use]
    pub fn target(&self, publication: &Publication) -> Target {
        let mut channels = self.newsroom.config.channels.iter();
        let is_only = channels.all(|channel| self.is_in(publication, channel));
        Target::new(&publication.post, self.channel_name(publication), is_only)
    }

    /// The name of a chat for people: its channel's, or the @name, or the number.
    #[must_use]
    pub fn name_of(&self, chat: i64) -> String {
        let mut channels = self.newsroom.config.channels.iter();
        let known = channels.find(|channel| self.chat_of(channel) == Some(chat));
        known.map_or_else(|| self.address(chat).to_string(), |known| known.name.to_string())
    }
}
