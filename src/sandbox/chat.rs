//! A chat of the sandbox, which is a channel or a private chat: its names, the bot's rights, its messages. It knows no method.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::group::{Group, GroupKind, Permissions};
use super::message::Message;
use super::person::Person;
use super::refusal::ApiRefusal;

/// The user who owns every channel of the sandbox.
pub(super) const OWNER_ID: i64 = 1;

/// A channel to add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelSeed {
    /// The numeric id, in the Bot API's form `-100…`; left out: the sandbox chooses one.
    #[serde(default)]
    pub id: Option<i64>,
    /// The username without `@`; left out: the channel is private.
    #[serde(default)]
    pub username: Option<String>,
    /// The name that readers see.
    pub title: String,
    /// Its posts cannot be forwarded or saved.
    #[serde(default)]
    pub protected: bool,
    /// The channel (`-100…` or `@username`) whose discussion group it is; left out: it is a channel.
    #[serde(default)]
    pub discussion_of: Option<String>,
    /// The kind of group that it is; left out: it is a channel or a discussion group.
    #[serde(default)]
    pub group: Option<GroupKind>,
    /// The names of its topics, by their numbers.
    #[serde(default)]
    pub topics: BTreeMap<i64, String>,
}

impl ChannelSeed {
    /// A public channel; `username` with or without `@`.
    #[must_use]
    pub fn public(username: &str, title: impl Into<String>) -> Self {
        let username = Some(username.strip_prefix('@').unwrap_or(username).to_owned());
        Self { id: None, username, ..Self::private(0, title) }
    }

    /// A private channel, which has a number only.
    #[must_use]
    pub fn private(id: i64, title: impl Into<String>) -> Self {
        Self {
            id: Some(id),
            username: None,
            title: title.into(),
            protected: false,
            discussion_of: None,
            group: None,
            topics: BTreeMap::new(),
        }
    }

    /// The same chat as a group.
    #[must_use]
    pub fn group(self, kind: GroupKind) -> Self {
        Self { group: Some(kind), ..self }
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

/// What a bot administrator may do in a channel or group, in the Bot API's terms.
#[expect(clippy::struct_excessive_bools, reason = "each is a right of its own in the Bot API")]
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
    /// `can_pin_messages`: pin, in a group.
    #[serde(default)]
    pub can_pin_messages: bool,
    /// `can_manage_topics`: write in closed topics of a group.
    #[serde(default)]
    pub can_manage_topics: bool,
}

impl Rights {
    /// The minimum for a publisher: post only.
    pub const POST: Self = Self {
        can_post_messages: true,
        can_edit_messages: false,
        can_delete_messages: false,
        can_pin_messages: false,
        can_manage_topics: false,
    };
    /// All of them.
    pub const ALL: Self = Self {
        can_post_messages: true,
        can_edit_messages: true,
        can_delete_messages: true,
        can_pin_messages: true,
        can_manage_topics: true,
    };
}

/// The status of the bots in a chat. All bots of the sandbox share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// An administrator with these rights.
    Administrator(Rights),
    /// A reader, or in a group a member who may do what its permissions say.
    Member,
    /// A member of a group who may do only this.
    Restricted(Permissions),
    /// Not in the chat.
    Left,
    /// Removed by an administrator.
    Kicked,
}

/// The link of a discussion group to its channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Discussion {
    /// The channel.
    pub(super) channel: i64,
    /// The last message of the channel that was looked at.
    pub(super) seen: i64,
    /// What happens to new posts.
    pub(super) forwards: Forwards,
}

/// What Telegram does with new posts of a channel that has a discussion group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Forwards {
    /// It copies them to the group and pins the copies.
    On,
    /// It copies them later: when this is set to `on` again.
    Late,
    /// It never copies them.
    Never,
}

/// A channel, a discussion group, or a person's private chat with the bot.
#[derive(Clone, Debug)]
pub(super) struct Chat {
    /// The numeric id; a channel's begins with -100.
    pub(super) id: i64,
    /// The username without `@`.
    pub(super) username: Option<String>,
    pub(super) title: String,
    pub(super) protected: bool,
    pub(super) membership: Membership,
    pub(super) messages: BTreeMap<i64, Message>,
    /// The person of a private chat; `None` for a channel.
    pub(super) person: Option<Person>,
    /// The link to its channel, if it is a discussion group.
    pub(super) discussion: Option<Discussion>,
    /// What it is as a group, if it is one that no channel has.
    pub(super) group: Option<Group>,
    last_id: i64,
    changes: u64,
}

impl Chat {
    /// An empty channel in which the bots have all rights, or a group of which they are members.
    pub(super) fn new(id: i64, seed: ChannelSeed) -> Self {
        let group = seed.group.map(|kind| Group::new(kind, seed.topics));
        let membership = match group {
            Some(_) => Membership::Member,
            None => Membership::Administrator(Rights::ALL),
        };
        Self {
            id,
            username: seed.username,
            title: seed.title,
            protected: seed.protected,
            membership,
            group,
            messages: BTreeMap::new(),
            person: None,
            discussion: None,
            last_id: 0,
            changes: 0,
        }
    }

    pub(super) fn private_chat(person: Person) -> Self {
        let seed = ChannelSeed::private(person.id, person.first_name.clone());
        let id = person.id;
        Self { person: Some(person), ..Self::new(id, seed) }
    }

    /// Whether a `chat_id` means this chat: its number, or `@` and its username in any case.
    pub(super) fn is_called(&self, chat: &str) -> bool {
        match chat.strip_prefix('@') {
            Some(name) => {
                self.username.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
            }
            None => chat.trim().parse() == Ok(self.id),
        }
    }

    /// The Bot API's `Chat` object.
    pub(super) fn to_json(&self) -> Value {
        if let Some(person) = &self.person {
            return person.chat();
        }
        let mut chat = json!({ "id": self.id, "title": self.title });
        if let Some(object) = chat.as_object_mut() {
            if let Some(username) = &self.username {
                object.insert("username".to_owned(), json!(username));
            }
            let kind = match &self.group {
                Some(group) => group.word(),
                None if self.discussion.is_some() => "supergroup",
                None => "channel",
            };
            object.insert("type".to_owned(), json!(kind));
            if self.group.as_ref().is_some_and(|group| group.kind == GroupKind::Forum) {
                object.insert("is_forum".to_owned(), json!(true));
            }
        }
        chat
    }

    /// The rights of the bots, when they are administrators.
    pub(super) fn rights(&self) -> Option<Rights> {
        match self.membership {
            Membership::Administrator(rights) => Some(rights),
            Membership::Member
            | Membership::Restricted(_)
            | Membership::Left
            | Membership::Kicked => None,
        }
    }

    /// What the bots may do in a group.
    pub(super) fn permissions(&self) -> Option<Permissions> {
        let group = self.group.as_ref()?;
        match self.membership {
            Membership::Administrator(rights) => Some(Permissions::of_administrator(
                rights.can_pin_messages,
                rights.can_manage_topics,
            )),
            Membership::Member => Some(group.permissions),
            Membership::Restricted(permissions) => Some(permissions),
            Membership::Left | Membership::Kicked => None,
        }
    }

    /// Whether the bots may change messages of this author. In a group they may change only their own.
    pub(super) fn may_edit_posts_of(&self, author: i64, bot: i64) -> bool {
        if self.group.is_some() {
            return self.has_bot() && author == bot;
        }
        self.rights().is_some_and(|rights| {
            rights.can_edit_messages || (rights.can_post_messages && author == bot)
        })
    }

    /// Whether the bots may delete messages of this author.
    pub(super) fn may_delete_posts_of(&self, author: i64, bot: i64) -> bool {
        let is_own = author == bot;
        let may_post = self.rights().is_some_and(|rights| rights.can_post_messages);
        let may_delete = self.rights().is_some_and(|rights| rights.can_delete_messages);
        may_delete || is_own && (may_post || self.group.is_some() && self.has_bot())
    }

    /// Whether the bots may pin: in a channel with `can_edit_messages`, their own posts too (TDLib `can_pin_messages`).
    pub(super) fn may_pin(&self) -> bool {
        match self.permissions() {
            Some(permissions) => permissions.can_pin_messages,
            None => self.rights().is_some_and(|rights| rights.can_edit_messages),
        }
    }

    /// Whether the bots are in the chat.
    pub(super) fn has_bot(&self) -> bool {
        matches!(
            self.membership,
            Membership::Administrator(_) | Membership::Member | Membership::Restricted(_)
        )
    }

    /// `action` names what a method does with the message.
    pub(super) fn message(&self, id: i64, action: &'static str) -> Result<&Message, ApiRefusal> {
        self.messages.get(&id).ok_or(ApiRefusal::MessageNotFound(action))
    }

    /// Whether a message was ever sent in the chat.
    pub(super) fn has_started(&self) -> bool {
        self.last_id > 0
    }

    /// Lets the bot write first, as after a person has pressed *Start*.
    pub(super) fn start(&mut self) {
        self.last_id = self.last_id.max(1);
    }

    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    pub(super) fn next_change(&mut self) -> u64 {
        self.changes += 1;
        self.changes
    }

    /// The id for a new message. Ids count from 1 and are never used again, so a deleted message leaves a gap.
    pub(super) fn next_message_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chat_id_is_the_number_or_the_username() {
        let world = Chat::new(-1001, ChannelSeed::public("@World_en", "World"));
        for (chat, expected) in [
            ("@World_en", true),
            ("@world_EN", true),
            ("-1001", true),
            ("World_en", false),
            ("1001", false),
            ("@", false),
            ("", false),
        ] {
            assert_eq!(world.is_called(chat), expected, "{chat}");
        }
    }

    #[test]
    fn private_channel_has_no_username() {
        let channel = Chat::new(-1002, ChannelSeed::of_chat("-1002", "Staff"));
        assert!(!channel.is_called("@"));
        assert_eq!(channel.to_json(), json!({ "id": -1002, "title": "Staff", "type": "channel" }));
    }

    #[test]
    fn message_ids_count_from_one() {
        let mut channel = Chat::new(-1, ChannelSeed::public("a", "A"));
        assert_eq!([channel.next_message_id(), channel.next_message_id()], [1, 2]);
    }
}
