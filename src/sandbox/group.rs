//! A group of the sandbox: its topics, and what members may send. It knows no method.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::message::Content;
use super::refusal::ApiRefusal;
use crate::media::Kind;

/// The thread of the general topic, which requests do not name.
const GENERAL: i64 = 1;

/// The kind of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// A basic group.
    Basic,
    /// A supergroup without topics.
    Supergroup,
    /// A supergroup with topics.
    Forum,
}

/// Whether a topic takes messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TopicState {
    Open,
    /// Only administrators who may manage topics write there.
    Closed,
    Deleted,
}

#[derive(Clone, Debug)]
pub(super) struct Topic {
    pub(super) name: String,
    pub(super) state: TopicState,
}

/// What a member of a group may do: the Bot API's `ChatPermissions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a right of its own in the Bot API")]
#[expect(missing_docs, reason = "the names are the Bot API's")]
pub struct Permissions {
    pub can_send_messages: bool,
    pub can_send_audios: bool,
    pub can_send_documents: bool,
    pub can_send_photos: bool,
    pub can_send_videos: bool,
    pub can_send_polls: bool,
    pub can_send_other_messages: bool,
    pub can_pin_messages: bool,
    pub can_manage_topics: bool,
}

impl Default for Permissions {
    /// Those of a new member: everything but the work of administrators.
    fn default() -> Self {
        Self {
            can_send_messages: true,
            can_send_audios: true,
            can_send_documents: true,
            can_send_photos: true,
            can_send_videos: true,
            can_send_polls: true,
            can_send_other_messages: true,
            can_pin_messages: false,
            can_manage_topics: false,
        }
    }
}

impl Permissions {
    /// Those of an administrator with these two rights.
    pub(super) fn of_administrator(can_pin_messages: bool, can_manage_topics: bool) -> Self {
        Self { can_pin_messages, can_manage_topics, ..Self::default() }
    }

    /// Refuses content of a kind that may not be sent, as TDLib's `can_send_message_content` does.
    fn check(self, content: &Content) -> Result<(), ApiRefusal> {
        let (is_allowed, what) = match (&content.media, &content.poll) {
            (_, Some(_)) => (self.can_send_polls, "polls"),
            (Some(media), _) => match media.kind {
                Kind::Photo => (self.can_send_photos, "photos"),
                Kind::Video => (self.can_send_videos, "videos"),
                Kind::Animation => (self.can_send_other_messages, "animations"),
                Kind::Audio => (self.can_send_audios, "audios"),
                Kind::Document => (self.can_send_documents, "documents"),
            },
            (None, None) => (self.can_send_messages, "text messages"),
        };
        if is_allowed { Ok(()) } else { Err(ApiRefusal::CannotSend(what)) }
    }
}

/// What distinguishes a group from a channel.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) kind: GroupKind,
    pub(super) permissions: Permissions,
    pub(super) topics: BTreeMap<i64, Topic>,
    /// The supergroup that it has become.
    pub(super) upgraded_to: Option<i64>,
}

impl Group {
    pub(super) fn new(kind: GroupKind, topics: BTreeMap<i64, String>) -> Self {
        let open = |name| Topic { name, state: TopicState::Open };
        let mut topics: BTreeMap<_, _> =
            topics.into_iter().map(|(id, name)| (id, open(name))).collect();
        if kind == GroupKind::Forum {
            topics.entry(GENERAL).or_insert_with(|| open("General".to_owned()));
        }
        Self { kind, permissions: Permissions::default(), topics, upgraded_to: None }
    }

    /// Its kind in the server's refusals, and in the Bot API's `type`.
    pub(super) fn word(&self) -> &'static str {
        match self.kind {
            GroupKind::Basic => "group",
            GroupKind::Supergroup | GroupKind::Forum => "supergroup",
        }
    }

    /// The topic for content that is sent to a thread; `None` for the general topic, and without topics.
    pub(super) fn accept(
        &self,
        content: &Content,
        thread: Option<i64>,
        permissions: Permissions,
    ) -> Result<Option<i64>, ApiRefusal> {
        // The general topic has no thread of its own.
        if thread.is_some() && self.kind != GroupKind::Forum || thread == Some(GENERAL) {
            return Err(ApiRefusal::NoThread);
        }
        if self.kind == GroupKind::Forum {
            let topic = self.topics.get(&thread.unwrap_or(GENERAL)).ok_or(ApiRefusal::NoThread)?;
            match topic.state {
                TopicState::Closed if !permissions.can_manage_topics => {
                    return Err(ApiRefusal::TopicClosed);
                }
                TopicState::Deleted => return Err(ApiRefusal::TopicDeleted),
                TopicState::Open | TopicState::Closed => {}
            }
        }
        permissions.check(content)?;
        Ok(thread)
    }
}
