//! A channel of the sandbox: its names, what the bot may do in it, and its messages; it knows no method.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::message::Message;
use super::pace::Pace;
use super::person::Person;
use super::refusal::Refusal;

/// The user who owns every channel of the sandbox.
pub const OWNER_ID: i64 = 1;

/// What a channel starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelSeed {
    /// The numeric id, in the Bot API's form `-100…`; left out: the sandbox gives one.
    #[serde(default)]
    pub id: Option<i64>,
    /// The username without `@`; left out: the channel is private.
    #[serde(default)]
    pub username: Option<String>,
    /// The name that readers see.
    pub title: String,
    /// Nothing of the channel may be forwarded or saved.
    #[serde(default)]
    pub protected: bool,
}

impl ChannelSeed {
    /// A public channel; `username` with or without `@`.
    #[must_use]
    pub fn public(username: &str, title: impl Into<String>) -> Self {
        let username = Some(username.strip_prefix('@').unwrap_or(username).to_owned());
        Self { id: None, username, title: title.into(), protected: false }
    }

    /// A private channel, known by its number alone.
    #[must_use]
    pub fn private(id: i64, title: impl Into<String>) -> Self {
        Self { id: Some(id), username: None, title: title.into(), protected: false }
    }

    /// A channel named as in `chat_id`: a number, or a username.
    #[must_use]
    pub fn of_chat(chat: &str, title: impl Into<String>) -> Self {
        match chat.parse() {
            Ok(id) => Self::private(id, title),
            Err(_) => Self::public(chat, title),
        }
    }
}

/// What a bot administrator may do in a channel, in the Bot API's terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rights {
    /// `can_post_messages`: post, and edit and delete one's own posts.
    #[serde(default)]
    pub can_post_messages: bool,
    /// `can_edit_messages`: edit the posts of others, and pin.
    #[serde(default)]
    pub can_edit_messages: bool,
    /// `can_delete_messages`: delete the posts of others.
    #[serde(default)]
    pub can_delete_messages: bool,
}

impl Rights {
    /// The least a publisher needs: post only.
    pub const POST: Self =
        Self { can_post_messages: true, can_edit_messages: false, can_delete_messages: false };
    /// All three.
    pub const ALL: Self =
        Self { can_post_messages: true, can_edit_messages: true, can_delete_messages: true };
}

/// What the bots are in a channel. All bots of the sandbox share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// An administrator with these rights.
    Administrator(Rights),
    /// A mere reader.
    Member,
    /// Not in the channel.
    Left,
    /// Thrown out.
    Kicked,
}

/// One channel, or a person's private chat with the bot.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The numeric id, `-100…`.
    pub id: i64,
    /// The username without `@`.
    pub username: Option<String>,
    /// The name that readers see.
    pub title: String,
    /// Nothing of it may be forwarded.
    pub protected: bool,
    /// What the bots are in it.
    pub standing: Standing,
    /// The messages that are there, by id.
    pub messages: BTreeMap<i64, Message>,
    /// How fast it takes messages; `None`: as fast as they come.
    pub pace: Option<Pace>,
    /// Whose private chat with the bot it is; `None`: a channel.
    pub person: Option<Person>,
    last_id: i64,
    changes: u64,
}

impl Channel {
    /// An empty channel with number `id`, in which the bots have all rights.
    #[must_use]
    pub fn new(id: i64, seed: ChannelSeed) -> Self {
        Self {
            id,
            username: seed.username,
            title: seed.title,
            protected: seed.protected,
            standing: Standing::Administrator(Rights::ALL),
            messages: BTreeMap::new(),
            pace: None,
            person: None,
            last_id: 0,
            changes: 0,
        }
    }

    /// The private chat of a person with the bot.
    #[must_use]
    pub fn with(person: Person) -> Self {
        let seed = ChannelSeed::private(person.id, person.first_name.clone());
        let id = person.id;
        Self { person: Some(person), ..Self::new(id, seed) }
    }

    /// Whether `chat`, as written in `chat_id`, means this channel: its number, or `@` and its username in any case.
    #[must_use]
    pub fn is_called(&self, chat: &str) -> bool {
        match chat.strip_prefix('@') {
            Some(name) => {
                self.username.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
            }
            None => chat.trim().parse() == Ok(self.id),
        }
    }

    /// The Bot API's `Chat` object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        if let Some(person) = &self.person {
            return person.chat();
        }
        let mut chat = json!({ "id": self.id, "title": self.title });
        if let Some(object) = chat.as_object_mut() {
            if let Some(username) = &self.username {
                object.insert("username".to_owned(), json!(username));
            }
            object.insert("type".to_owned(), json!("channel"));
        }
        chat
    }

    /// The rights of the bots, when they are administrators.
    #[must_use]
    pub fn rights(&self) -> Option<Rights> {
        match self.standing {
            Standing::Administrator(rights) => Some(rights),
            Standing::Member | Standing::Left | Standing::Kicked => None,
        }
    }

    /// Whether the bots are in the channel at all.
    #[must_use]
    pub fn has_bot(&self) -> bool {
        matches!(self.standing, Standing::Administrator(_) | Standing::Member)
    }

    /// Whether it takes one more message or edit at `now`, in seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// [`Refusal::RetryAfter`].
    pub fn take_one(&mut self, now: i64) -> Result<(), Refusal> {
        self.pace.as_mut().map_or(Ok(()), |pace| pace.take(now))
    }

    /// Whether anything was ever written in it.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.last_id > 0
    }

    /// How often it has changed.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The number of a change in the chat.
    pub fn next_change(&mut self) -> u64 {
        self.changes += 1;
        self.changes
    }

    /// The id for a new message. Ids count from 1 and are never used again, so a deleted message leaves a gap.
    pub fn next_message_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_answers_to_its_number_and_its_username() {
        let channel = Channel::new(-1001, ChannelSeed::public("@World_en", "World"));
        for (chat, expected) in [
            ("@World_en", true),
            ("@world_EN", true),
            ("-1001", true),
            ("World_en", false),
            ("1001", false),
            ("@", false),
            ("", false),
        ] {
            assert_eq!(channel.is_called(chat), expected, "{chat}");
        }
    }

    #[test]
    fn a_private_channel_has_no_username() {
        let channel = Channel::new(-1002, ChannelSeed::of_chat("-1002", "Staff"));
        assert!(!channel.is_called("@"));
        assert_eq!(channel.to_json(), json!({ "id": -1002, "title": "Staff", "type": "channel" }));
    }

    #[test]
    fn message_ids_count_from_one() {
        let mut channel = Channel::new(-1, ChannelSeed::public("a", "A"));
        assert_eq!([channel.next_message_id(), channel.next_message_id()], [1, 2]);
    }
}
