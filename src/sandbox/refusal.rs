//! Why the sandbox says no, with Telegram's codes and in Telegram's words; it decides no refusal by itself.

use serde_json::{Value, json};
use telegram_text::bot_api_entity::{EntityFault, PlaceFault};
use telegram_text::{html, markdown_v2, normal};
use thiserror::Error;

/// A refusal of the Bot API server. Its `Display` is the answer's `description`.
///
/// The words are those of `Client.cpp` of the official server and of TDLib behind it, except where the sandbox itself
/// cannot do a thing and says so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No such path, or a token that is none.
    #[error("Not Found")]
    NotFound,
    /// A method that the sandbox does not have.
    #[error("Not Found: method not found")]
    UnknownMethod,
    /// A token of the right shape that belongs to no bot here.
    #[error("Unauthorized")]
    Unauthorized,
    /// A body past [`crate::limits::SANDBOX_BODY_BYTES`].
    #[error("Request Entity Too Large")]
    TooLarge,
    /// A body that cannot be read as its content type says.
    #[error("Bad Request: can't parse the request: {0}")]
    Unreadable(String),
    /// Text that is not UTF-8.
    #[error("Bad Request: strings must be encoded in UTF-8")]
    NotUtf8,
    /// A JSON parameter that is not JSON.
    #[error("Bad Request: can't parse {0} JSON object")]
    NotJson(&'static str),
    /// A parameter of the wrong form, with what was expected.
    #[error("Bad Request: {0}")]
    Parameter(String),
    /// `chat_id` left out.
    #[error("Bad Request: chat_id is empty")]
    NoChat,
    /// Nobody knows the chat.
    #[error("Bad Request: chat not found")]
    ChatNotFound,
    /// Nobody knows the user.
    #[error("Bad Request: user not found")]
    UserNotFound,
    /// Only administrators see who is in a channel.
    #[error("Bad Request: member list is inaccessible")]
    MembersHidden,
    /// The bot has no seat in the channel.
    #[error("Forbidden: bot is not a member of the channel chat")]
    NotMember,
    /// The bot was thrown out.
    #[error("Forbidden: bot was kicked from the channel chat")]
    Kicked,
    /// The person has never written to the bot.
    #[error("Forbidden: bot can't initiate conversation with a user")]
    NotStarted,
    /// Updates go somewhere else.
    #[error(
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )]
    WebhookActive,
    /// The bot may not post there.
    #[error("Bad Request: need administrator rights in the channel chat")]
    NeedRights,
    /// `text` left out or empty.
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
    /// The oldest markup, which nobody should write any more.
    #[error(
        "Bad Request: the legacy parse_mode Markdown is not supported by the sandbox; use MarkdownV2"
    )]
    ParseMode,
    /// HTML that cannot be parsed.
    #[error("Bad Request: {0}")]
    Html(html::Refusal),
    /// `MarkdownV2` that cannot be parsed.
    #[error("Bad Request: {0}")]
    MarkdownV2(markdown_v2::Refusal),
    /// An entity that cannot be read, with the reason.
    #[error("Bad Request: can't parse MessageEntity: {0}")]
    Entity(EntityFault),
    /// An entity in a place that no text has.
    #[error("Bad Request: {0}")]
    Place(PlaceFault),
    /// A text or its entities that Telegram would not keep.
    #[error("{}", bad_request(.0))]
    Text(normal::Refusal),
    /// A keyboard that stands in place of the letters, which the sandbox does not have.
    #[error("Bad Request: the sandbox has inline keyboards only")]
    Keyboard,
    /// A press that nobody made, or that was answered.
    #[error("Bad Request: query is too old and response timeout expired or query ID is invalid")]
    OldQuery,
    /// A message id left out.
    #[error("Bad Request: message identifier is not specified")]
    NoMessage,
    /// Message ids left out.
    #[error("Bad Request: message identifiers are not specified")]
    NoMessages,
    /// More than [`crate::limits::DELETE_MESSAGES`].
    #[error("Bad Request: too many message identifiers specified")]
    TooManyMessages,
    /// There is no message with that id; the word says what was to be done with it.
    #[error("Bad Request: message to {0} not found")]
    MessageNotFound(&'static str),
    /// None of several messages is there.
    #[error("Bad Request: messages to forward not found")]
    NothingToForward,
    /// An edit that changes nothing.
    #[error(
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as \
         a current content and reply markup of the message"
    )]
    NotModified,
    /// A post of somebody else, or a forwarded one.
    #[error("Bad Request: message can't be edited")]
    CannotEdit,
    /// Older than [`crate::limits::DELETE_WINDOW`], or somebody else's.
    #[error("Bad Request: message can't be deleted")]
    CannotDelete,
    /// Pinning needs `can_edit_messages`.
    #[error("Bad Request: not enough rights to manage pinned messages in the chat")]
    CannotPin,
    /// The message that is answered is not there.
    #[error("Bad Request: message to be replied not found")]
    NoAnswered,
    /// A protected message, or a message of a protected channel.
    #[error("Bad Request: message has protected content and can't be forwarded")]
    Protected,
    /// Another `getUpdates` of the same bot took over.
    #[error(
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )]
    OtherPoller,
    /// Too fast.
    #[error("Too Many Requests: retry after {0}")]
    RetryAfter(u32),
    /// The server goes down.
    #[error("Internal Server Error: restart")]
    Restart,
}

impl Refusal {
    /// The HTTP status, which is also the answer's `error_code`.
    #[must_use]
    pub fn code(&self) -> u16 {
        match self {
            Self::NotFound | Self::UnknownMethod => 404,
            Self::Unauthorized => 401,
            Self::TooLarge => 413,
            Self::NotMember | Self::Kicked | Self::NotStarted => 403,
            Self::OtherPoller | Self::WebhookActive => 409,
            Self::RetryAfter(_) => 429,
            Self::Restart => 500,
            _ => 400,
        }
    }

    /// The answer's body.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut body =
            json!({ "ok": false, "error_code": self.code(), "description": self.to_string() });
        if let (Self::RetryAfter(seconds), Some(object)) = (self, body.as_object_mut()) {
            object.insert("parameters".to_owned(), json!({ "retry_after": seconds }));
        }
        body
    }
}

/// The server's own way of wording a 400 (`fail_query_with_error`): a prefix, then the reason with a small first letter,
/// unless the reason is a code in capitals.
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
    fn each_refusal_has_telegrams_code_and_words() {
        let rows = [
            (Refusal::NotFound, 404, "Not Found"),
            (Refusal::Unauthorized, 401, "Unauthorized"),
            (Refusal::TooLarge, 413, "Request Entity Too Large"),
            (Refusal::ChatNotFound, 400, "Bad Request: chat not found"),
            (Refusal::NotMember, 403, "Forbidden: bot is not a member of the channel chat"),
            (
                Refusal::NeedRights,
                400,
                "Bad Request: need administrator rights in the channel chat",
            ),
            (Refusal::MessageNotFound("forward"), 400, "Bad Request: message to forward not found"),
            (Refusal::EntitiesTooLong, 400, "Bad Request: ENTITIES_TOO_LONG"),
            (Refusal::RetryAfter(7), 429, "Too Many Requests: retry after 7"),
            (Refusal::Restart, 500, "Internal Server Error: restart"),
        ];
        for (refusal, code, description) in rows {
            let body = refusal.body();
            assert_eq!(body["ok"], json!(false));
            assert_eq!(body["error_code"], json!(code), "{refusal:?}");
            assert_eq!(body["description"], json!(description), "{refusal:?}");
        }
    }

    #[test]
    fn only_a_429_says_how_long_to_wait() {
        assert_eq!(Refusal::RetryAfter(7).body()["parameters"]["retry_after"], json!(7));
        assert_eq!(Refusal::Restart.body().get("parameters"), None);
    }
}
