//! The bot's rights in a chat, read from the Bot API's `ChatMember`. Other modules decide what they mean.

use serde_json::Value;

/// What a chat is: the Bot API's `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    /// A channel.
    Channel,
    /// A basic group.
    BasicGroup,
    /// A supergroup.
    Supergroup {
        /// Whether it has topics.
        is_forum: bool,
    },
    /// A private chat, or a kind of a later Bot API.
    Other,
}

impl ChatKind {
    /// Reads a `Chat`.
    #[must_use]
    pub fn of(chat: &Value) -> Self {
        match chat.get("type").and_then(Value::as_str) {
            Some("channel") => Self::Channel,
            Some("group") => Self::BasicGroup,
            Some("supergroup") => Self::Supergroup {
                is_forum: chat.get("is_forum").and_then(Value::as_bool) == Some(true),
            },
            _ => Self::Other,
        }
    }

    /// Whether it is a group of any kind.
    #[must_use]
    pub fn is_group(self) -> bool {
        matches!(self, Self::BasicGroup | Self::Supergroup { .. })
    }
}

/// A bot's status and rights in a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a right of its own in the Bot API")]
pub struct Membership {
    /// The Bot API's status: `administrator`, `member`, `left`, `kicked`.
    pub status: String,
    /// May post, and edit and delete its own posts.
    pub posts: bool,
    /// May write in a group.
    pub comments: bool,
    /// May edit the posts of others.
    pub edits: bool,
    /// May pin. Groups have a separate right for it; in channels the right to edit includes it.
    pub pins: bool,
    /// May delete the posts of others.
    pub deletes: bool,
}

impl Membership {
    /// Reads a `ChatMember`. The creator of a chat has all rights.
    #[must_use]
    pub fn of(member: &Value) -> Self {
        let status = member.get("status").and_then(Value::as_str).unwrap_or_default().to_owned();
        let (is_creator, is_administrator) = (status == "creator", status == "administrator");
        let may = |right: &str| {
            is_creator
                || is_administrator && member.get(right).and_then(Value::as_bool) == Some(true)
        };
        let (posts, edits) = (may("can_post_messages"), may("can_edit_messages"));
        let comments = match status.as_str() {
            "creator" | "administrator" | "member" => true,
            "restricted" => member.get("can_send_messages").and_then(Value::as_bool) == Some(true),
            _ => false,
        };
        let pins = edits || may("can_pin_messages");
        Self { posts, comments, edits, pins, deletes: may("can_delete_messages"), status }
    }
}

/// A kind of content that a group may forbid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentContent {
    /// Texts.
    Texts,
    /// Photos.
    Photos,
    /// Videos.
    Videos,
    /// Animations.
    Animations,
    /// Audio files.
    Audios,
    /// Documents.
    Documents,
    /// Polls.
    Polls,
}

impl SentContent {
    /// All kinds, each with the Bot API's name of the right to send it.
    const RIGHTS: [(Self, &'static str); 7] = [
        (Self::Texts, "can_send_messages"),
        (Self::Photos, "can_send_photos"),
        (Self::Videos, "can_send_videos"),
        (Self::Animations, "can_send_other_messages"),
        (Self::Audios, "can_send_audios"),
        (Self::Documents, "can_send_documents"),
        (Self::Polls, "can_send_polls"),
    ];

    /// Its plural noun.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Texts => "texts",
            Self::Photos => "photos",
            Self::Videos => "videos",
            Self::Animations => "animations",
            Self::Audios => "audio files",
            Self::Documents => "documents",
            Self::Polls => "polls",
        }
    }
}

/// What a bot may do in a group. An administrator may send everything, a member what the group permits, and a restricted
/// member what they were left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRights {
    /// What it may not send.
    pub forbidden: Vec<SentContent>,
    /// May pin.
    pub pins: bool,
    /// May write in closed topics.
    pub manages_topics: bool,
}

impl GroupRights {
    /// Reads the bot's `ChatMember` and the group's `ChatFullInfo`.
    #[must_use]
    pub fn of(member: &Value, chat: &Value) -> Self {
        let status = member.get("status").and_then(Value::as_str).unwrap_or_default();
        let rights = match status {
            "creator" | "administrator" | "restricted" => Some(member),
            "member" => chat.get("permissions"),
            _ => None,
        };
        let may = |right: &str| {
            status == "creator"
                || rights.and_then(|rights| rights.get(right)).and_then(Value::as_bool)
                    == Some(true)
        };
        let sends_all = matches!(status, "creator" | "administrator");
        let forbidden = SentContent::RIGHTS.iter().filter(|(_, right)| !sends_all && !may(right));
        Self {
            forbidden: forbidden.map(|(content, _)| *content).collect(),
            pins: may("can_pin_messages"),
            manages_topics: may("can_manage_topics"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rights_in_a_group_come_from_the_member_or_from_the_group() {
        let chat = json!({ "permissions": {
            "can_send_messages": true, "can_send_photos": true, "can_send_videos": true, "can_send_audios": true,
            "can_send_documents": true, "can_send_other_messages": true, "can_pin_messages": true,
        } });
        let of = |member: Value| {
            let rights = GroupRights::of(&member, &chat);
            (rights.forbidden.len(), rights.pins, rights.manages_topics)
        };
        assert_eq!(of(json!({ "status": "member" })), (1, true, false));
        assert_eq!(
            of(json!({ "status": "restricted", "can_send_messages": true })),
            (6, false, false)
        );
        let administrator = json!({ "status": "administrator", "can_manage_topics": true });
        assert_eq!(of(administrator), (0, false, true));
        assert_eq!(of(json!({ "status": "creator" })), (0, true, true));
        assert_eq!(of(json!({ "status": "left" })), (7, false, false));
    }

    #[test]
    fn only_administrators_have_rights() {
        let rights = json!({ "can_post_messages": true, "can_edit_messages": false });
        let of = |status: &str| {
            let mut member = rights.clone();
            member["status"] = json!(status);
            let Membership { posts, edits, deletes, .. } = Membership::of(&member);
            (posts, edits, deletes)
        };
        assert_eq!(of("administrator"), (true, false, false));
        assert_eq!(of("creator"), (true, true, true));
        for status in ["member", "left", "kicked", ""] {
            assert_eq!(of(status), (false, false, false), "{status}");
        }
    }
}
