//! The bot's rights in a chat, read from the Bot API's `ChatMember`. Other modules decide what they mean.

use serde_json::Value;

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
