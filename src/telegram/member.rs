//! What a bot may do in a chat, as the Bot API's `ChatMember` says it; it is read, not judged.

use serde_json::Value;

/// What a bot is in a chat, and may do there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a right that the Bot API tells apart")]
pub struct Membership {
    /// In the Bot API's word: `administrator`, `member`, `left`, `kicked`.
    pub status: String,
    /// It posts, and edits and deletes its own posts.
    pub posts: bool,
    /// It edits the posts of others.
    pub edits: bool,
    /// It pins: a right of its own in groups, that of editing in channels.
    pub pins: bool,
    /// It deletes the posts of others.
    pub deletes: bool,
}

impl Membership {
    /// What a `ChatMember` says. Whoever made the chat may everything.
    #[must_use]
    pub fn of(member: &Value) -> Self {
        let status = member.get("status").and_then(Value::as_str).unwrap_or_default().to_owned();
        let (is_creator, is_administrator) = (status == "creator", status == "administrator");
        let may = |right: &str| {
            is_creator
                || is_administrator && member.get(right).and_then(Value::as_bool) == Some(true)
        };
        let (posts, edits) = (may("can_post_messages"), may("can_edit_messages"));
        let pins = edits || may("can_pin_messages");
        Self { posts, edits, pins, deletes: may("can_delete_messages"), status }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rights_are_an_administrators_alone() {
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
