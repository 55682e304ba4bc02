//! The Bot API methods that post nothing: the parameters of each as a type.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::ChatId;

/// A Bot API method. A value holds the parameters of one request.
pub trait Method: Serialize + Send + Sync + 'static {
    /// The method's name in the Bot API.
    const NAME: &'static str;
}

/// `getMe`: the bot that the token belongs to. The answer is a [`Me`].
#[derive(Clone, Copy, Debug, Serialize)]
pub struct GetMe {}

/// `getChat`: a chat's id, names, pinned message and settings.
#[derive(Clone, Debug, Serialize)]
pub struct GetChat {
    /// The chat.
    pub chat_id: ChatId,
}

/// `editMessageReplyMarkup` without buttons. It shows whether a message of the bot exists: for a message without buttons Telegram
/// answers "message is not modified".
#[derive(Clone, Debug, Serialize)]
pub struct EditMessageReplyMarkup {
    /// The chat.
    pub chat_id: ChatId,
    /// The message.
    pub message_id: i64,
}

/// `getChatMember`: the status and rights of a user or bot in a chat.
#[derive(Clone, Debug, Serialize)]
pub struct GetChatMember {
    /// The chat.
    pub chat_id: ChatId,
    /// The user's or bot's id.
    pub user_id: u64,
}

/// `getWebhookInfo`: the webhook that receives the updates, if one is set.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct GetWebhookInfo {}

/// The host of the webhook in an answer of [`GetWebhookInfo`], or `None` if no webhook is set. The path is left out, because it may
/// be a secret of another program.
#[must_use]
pub fn webhook_host(info: &Value) -> Option<String> {
    let url = info.get("url").and_then(Value::as_str).filter(|url| !url.is_empty())?;
    let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    Some(host.unwrap_or_else(|| "an unknown host".to_owned()))
}

/// `getUpdates`: messages to the bot and presses of its buttons.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct GetUpdates {
    /// The first update to return. Earlier ones are confirmed and never returned again. `None`: all unconfirmed updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// The maximum number of updates.
    pub limit: u8,
    /// How many seconds to wait for an update.
    pub timeout: u64,
    /// The kinds of updates to return. `None`: those of the last request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_updates: Option<&'static [&'static str]>,
}

impl GetUpdates {
    /// A request that neither waits nor confirms: the next request returns the same updates.
    pub const PEEK: Self = Self { offset: None, limit: 1, timeout: 0, allowed_updates: None };
}

impl Method for GetWebhookInfo {
    const NAME: &'static str = "getWebhookInfo";
}

impl Method for GetUpdates {
    const NAME: &'static str = "getUpdates";
}

impl Method for GetMe {
    const NAME: &'static str = "getMe";
}

impl Method for EditMessageReplyMarkup {
    const NAME: &'static str = "editMessageReplyMarkup";
}

impl Method for GetChat {
    const NAME: &'static str = "getChat";
}

impl Method for GetChatMember {
    const NAME: &'static str = "getChatMember";
}

/// The bot itself: the fields of the Bot API's `User` that telepress reads.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// The bot's id, which is also the token's first half.
    pub id: u64,
    /// The name that users see.
    pub first_name: String,
    /// The username, without the `@`. Every bot has one.
    #[serde(default)]
    pub username: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_serialize_to_their_parameters() {
        let chat_id = ChatId::Id(-1001);
        assert_eq!(serde_json::to_string(&GetMe {}).unwrap(), "{}");
        assert_eq!(
            serde_json::to_string(&GetChat { chat_id: chat_id.clone() }).unwrap(),
            r#"{"chat_id":-1001}"#
        );
        let member = serde_json::to_string(&GetChatMember { chat_id, user_id: 7 }).unwrap();
        assert_eq!(member, r#"{"chat_id":-1001,"user_id":7}"#);
    }
}
