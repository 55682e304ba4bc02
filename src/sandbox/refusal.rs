//! The refusals of the Bot API, with Telegram's codes and in Telegram's words; the methods decide when to refuse.

use serde_json::{Value, json};
use telegram_text::bot_api_entity::{EntityError, PositionError};
use telegram_text::{html, markdown_v2, normal};
use thiserror::Error;

/// A refusal of the Bot API server. Its `Display` is the answer's `description`.
///
/// The words are those of `Client.cpp` of the official server and of TDLib, except where the sandbox lacks a feature and says
/// so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum ApiRefusal {
    /// An unknown path, or a token of the wrong shape.
    #[error("Not Found")]
    NotFound,
    #[error("Not Found: method not found")]
    UnknownMethod,
    /// A well-formed token, but not the one that the sandbox accepts.
    #[error("Unauthorized")]
    Unauthorized,
    /// A body past [`crate::limits::SANDBOX_BODY_BYTES`].
    #[error("Request Entity Too Large")]
    TooLarge,
    #[error("Bad Request: can't parse the request: {0}")]
    Unreadable(String),
    #[error("Bad Request: strings must be encoded in UTF-8")]
    NotUtf8,
    #[error("Bad Request: can't parse {0} JSON object")]
    NotJson(&'static str),
    #[error("Bad Request: {0}")]
    Parameter(String),
    #[error("Bad Request: chat_id is empty")]
    NoChat,
    #[error("Bad Request: chat not found")]
    ChatNotFound,
    #[error("Bad Request: user not found")]
    UserNotFound,
    /// Only administrators see who is in a channel.
    #[error("Bad Request: member list is inaccessible")]
    MembersHidden,
    #[error("Forbidden: bot is not a member of the channel chat")]
    NotMember,
    #[error("Forbidden: bot was kicked from the channel chat")]
    Kicked,
    #[error("Forbidden: bot is not a member of the {0} chat")]
    NotInGroup(&'static str),
    #[error("Forbidden: bot was kicked from the {0} chat")]
    KickedFromGroup(&'static str),
    /// The basic group has become this supergroup.
    #[error("Bad Request: group chat was upgraded to a supergroup chat")]
    Upgraded(i64),
    #[error("Bad Request: message thread not found")]
    NoThread,
    #[error("Bad Request: TOPIC_CLOSED")]
    TopicClosed,
    #[error("Bad Request: TOPIC_DELETED")]
    TopicDeleted,
    /// The words are the kind of content, such as `photos`.
    #[error("Bad Request: not enough rights to send {0} to the chat")]
    CannotSend(&'static str),
    #[error("Forbidden: bot can't initiate conversation with a user")]
    NotStarted,
    #[error(
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )]
    WebhookActive,
    #[error("Bad Request: need administrator rights in the channel chat")]
    NeedRights,
    #[error("Bad Request: message text is empty")]
    TextEmpty,
    /// More than [`crate::limits::TEXT_ARGUMENT_BYTES`].
    #[error("Bad Request: text is too long")]
    ArgumentTooLong,
    /// More than [`crate::limits::MESSAGE_CHARACTERS`].
    #[error("Bad Request: message is too long")]
    MessageTooLong,
    /// More than [`crate::limits::MESSAGE_ENTITY_BYTES`].
    #[error("Bad Request: ENTITIES_TOO_LONG")]
    EntitiesTooLong,
    /// The oldest markup, which is deprecated.
    #[error(
        "Bad Request: the legacy parse_mode Markdown is not supported by the sandbox; use MarkdownV2"
    )]
    ParseMode,
    #[error("Bad Request: {0}")]
    Html(html::Refusal),
    #[error("Bad Request: {0}")]
    MarkdownV2(markdown_v2::Refusal),
    #[error("Bad Request: can't parse MessageEntity: {0}")]
    Entity(EntityError),
    /// An entity that is outside the text.
    #[error("Bad Request: {0}")]
    Place(PositionError),
    /// A text or its entities that Telegram would not keep.
    #[error("{}", bad_request(.0))]
    Text(normal::Refusal),
    /// A reply keyboard, which the sandbox does not have.
    #[error("Bad Request: the sandbox has inline keyboards only")]
    Keyboard,
    /// An unknown button press, or one that was answered.
    #[error("Bad Request: query is too old and response timeout expired or query ID is invalid")]
    OldQuery,
    #[error("Bad Request: message identifier is not specified")]
    NoMessage,
    #[error("Bad Request: message identifiers are not specified")]
    NoMessages,
    /// More than [`crate::limits::DELETE_MESSAGES`].
    #[error("Bad Request: too many message identifiers specified")]
    TooManyMessages,
    /// The word is the action: `edit`, `delete`, `forward`.
    #[error("Bad Request: message to {0} not found")]
    MessageNotFound(&'static str),
    #[error("Bad Request: messages to forward not found")]
    NothingToForward,
    #[error(
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as \
         a current content and reply markup of the message"
    )]
    NotModified,
    /// Another author's post, or a forwarded one.
    #[error("Bad Request: message can't be edited")]
    CannotEdit,
    /// Older than [`crate::limits::DELETE_WINDOW`], or another author's.
    #[error("Bad Request: message can't be deleted")]
    CannotDelete,
    #[error("Bad Request: not enough rights to manage pinned messages in the chat")]
    CannotPin,
    #[error("Bad Request: message to be replied not found")]
    NoReplyTarget,
    /// A protected message, or a message of a protected channel.
    #[error("Bad Request: message has protected content and can't be forwarded")]
    Protected,
    /// Another `getUpdates` of the same bot took over.
    #[error(
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )]
    OtherPoller,
    #[error("Too Many Requests: retry after {0}")]
    RetryAfter(u32),
    #[error("Internal Server Error: restart")]
    Restart,
}

impl ApiRefusal {
    /// The HTTP status, which is also the answer's `error_code`.
    pub(super) fn code(&self) -> u16 {
        match self {
            Self::NotFound | Self::UnknownMethod => 404,
            Self::Unauthorized => 401,
            Self::TooLarge => 413,
            Self::NotMember
            | Self::Kicked
            | Self::NotInGroup(_)
            | Self::KickedFromGroup(_)
            | Self::NotStarted => 403,
            Self::OtherPoller | Self::WebhookActive => 409,
            Self::RetryAfter(_) => 429,
            Self::Restart => 500,
            _ => 400,
        }
    }

    /// The answer's body.
    pub(super) fn body(&self) -> Value {
        let mut body =
            json!({ "ok": false, "error_code": self.code(), "description": self.to_string() });
        let parameters = match self {
            Self::RetryAfter(seconds) => json!({ "retry_after": seconds }),
            Self::Upgraded(to) => json!({ "migrate_to_chat_id": to }),
            _ => return body,
        };
        if let Some(object) = body.as_object_mut() {
            object.insert("parameters".to_owned(), parameters);
        }
        body
    }
}

/// As the server words a 400 (`fail_query_with_error`): a prefix, then the reason with a small first letter, unless the reason is a
/// code in capitals.
fn bad_request(reason: &normal::Refusal) -> String {
    let reason = reason.to_string();
    if reason.starts_with("Bad Request: ") {
        return reason;
    }
    let is_code =
        reason.chars().all(|character| character.is_ascii_uppercase() || character == '_');
    let mut characters = reason.chars();
    match characters.next() {
        Some(first) if !is_code => {
            format!("Bad Request: {}{}", first.to_lowercase(), characters.as_str())
        }
        _ => format!("Bad Request: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusal_has_telegrams_code_and_text() {
        use ApiRefusal as R;
        let not_modified = "Bad Request: message is not modified: specified new message content and reply markup are \
                            exactly the same as a current content and reply markup of the message";
        let rows = [
            (R::NotFound, 404, "Not Found"),
            (R::UnknownMethod, 404, "Not Found: method not found"),
            (R::Unauthorized, 401, "Unauthorized"),
            (R::TooLarge, 413, "Request Entity Too Large"),
            (R::NotJson("entities"), 400, "Bad Request: can't parse entities JSON object"),
            (
                R::Parameter("BUTTON_DATA_INVALID".to_owned()),
                400,
                "Bad Request: BUTTON_DATA_INVALID",
            ),
            (R::NoChat, 400, "Bad Request: chat_id is empty"),
            (R::ChatNotFound, 400, "Bad Request: chat not found"),
            (R::UserNotFound, 400, "Bad Request: user not found"),
            (R::MembersHidden, 400, "Bad Request: member list is inaccessible"),
            (R::NotMember, 403, "Forbidden: bot is not a member of the channel chat"),
            (R::Kicked, 403, "Forbidden: bot was kicked from the channel chat"),
            (R::NotInGroup("group"), 403, "Forbidden: bot is not a member of the group chat"),
            (
                R::KickedFromGroup("supergroup"),
                403,
                "Forbidden: bot was kicked from the supergroup chat",
            ),
            (R::Upgraded(-1_001), 400, "Bad Request: group chat was upgraded to a supergroup chat"),
            (R::NoThread, 400, "Bad Request: message thread not found"),
            (R::TopicClosed, 400, "Bad Request: TOPIC_CLOSED"),
            (R::TopicDeleted, 400, "Bad Request: TOPIC_DELETED"),
            (
                R::CannotSend("photos"),
                400,
                "Bad Request: not enough rights to send photos to the chat",
            ),
            (R::NotStarted, 403, "Forbidden: bot can't initiate conversation with a user"),
            (R::NeedRights, 400, "Bad Request: need administrator rights in the channel chat"),
            (R::TextEmpty, 400, "Bad Request: message text is empty"),
            (R::ArgumentTooLong, 400, "Bad Request: text is too long"),
            (R::MessageTooLong, 400, "Bad Request: message is too long"),
            (R::EntitiesTooLong, 400, "Bad Request: ENTITIES_TOO_LONG"),
            (R::NoMessage, 400, "Bad Request: message identifier is not specified"),
            (R::NoMessages, 400, "Bad Request: message identifiers are not specified"),
            (R::TooManyMessages, 400, "Bad Request: too many message identifiers specified"),
            (R::MessageNotFound("forward"), 400, "Bad Request: message to forward not found"),
            (R::NothingToForward, 400, "Bad Request: messages to forward not found"),
            (R::NotModified, 400, not_modified),
            (R::CannotEdit, 400, "Bad Request: message can't be edited"),
            (R::CannotDelete, 400, "Bad Request: message can't be deleted"),
            (
                R::CannotPin,
                400,
                "Bad Request: not enough rights to manage pinned messages in the chat",
            ),
            (R::NoReplyTarget, 400, "Bad Request: message to be replied not found"),
            (
                R::Protected,
                400,
                "Bad Request: message has protected content and can't be forwarded",
            ),
            (R::RetryAfter(7), 429, "Too Many Requests: retry after 7"),
            (R::Restart, 500, "Internal Server Error: restart"),
        ];
        for (refusal, code, description) in rows {
            let expected = json!({ "ok": false, "error_code": code, "description": description });
            let mut body = refusal.body();
            body.as_object_mut().unwrap().remove("parameters");
            assert_eq!(body, expected, "{refusal:?}");
        }
    }

    #[test]
    fn only_a_429_has_a_retry_time() {
        assert_eq!(ApiRefusal::RetryAfter(7).body()["parameters"]["retry_after"], json!(7));
        assert_eq!(ApiRefusal::Restart.body().get("parameters"), None);
    }
}
