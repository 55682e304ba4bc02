//! The Bot API methods that telepress calls, as own wire types.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::ChatId;

/// A method of the Bot API: a value is one request's parameters, as they are written.
pub trait Method: Serialize + Send + Sync + 'static {
    /// The method's name, as the Bot API spells it.
    const NAME: &'static str;
}

/// `getMe`: who the token's bot is. The answer is a [`Me`].
#[derive(Clone, Copy, Debug, Serialize)]
pub struct GetMe {}

/// `getChat`: what a chat is.
#[derive(Clone, Debug, Serialize)]
pub struct GetChat {
    /// The chat.
    pub chat_id: ChatId,
}

/// `editMessageReplyMarkup`, with no buttons: of a message of the bot's that has none, Telegram answers that it is not modified,
/// which tells that it is there.
#[derive(Clone, Debug, Serialize)]
pub struct ForwardOwnMessages {
    /// The chat.
    pub chat_id: ChatId,
    /// The message.
    pub message_id: i64,
}

/// `getChatMember`: what a user, the bot itself among them, may do in a chat.
#[derive(Clone, Debug, Serialize)]
pub struct GetChatMember {
    /// The chat.
    pub chat_id: ChatId,
    /// The user's or bot's id.
    pub user_id: u64,
}

/// `getWebhookInfo`: where updates go, if not to whoever asks for them.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct GetWebhookInfo {}

/// The host that an answer of [`GetWebhookInfo`] names; `None` where no webhook is set. The path may be a secret of another program.
#[must_use]
pub fn webhook_host(info: &Value) -> Option<String> {
    let url = info.get("url").and_then(Value::as_str).filter(|url| !url.is_empty())?;
    let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    Some(host.unwrap_or_else(|| "another place".to_owned()))
}

/// `getUpdates`: what people wrote to the bot.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct GetUpdates {
    /// The first that is wanted; those before it are confirmed and not given again. `None`: all that wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// The most that come at once.
    pub limit: u8,
    /// Seconds to wait for one.
    pub timeout: u64,
    /// The kinds that are wanted; `None`: those of the last request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_updates: Option<&'static [&'static str]>,
}

impl GetUpdates {
    /// A look that waits for nothing and confirms nothing: whoever asks next gets the same.
    pub const LOOK: Self = Self { offset: None, limit: 1, timeout: 0, allowed_updates: None };
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

impl Method for ForwardOwnMessages {
    const NAME: &'static str = "editMessageReplyMarkup";
}

impl Method for GetChat {
    const NAME: &'static str = "getChat";
}

impl Method for GetChatMember {
    const NAME: &'static str = "getChatMember";
}

/// The bot itself: what telepress reads of the Bot API's `User`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// The bot's id, which is also the token's first half.
    pub id: u64,
    /// The name that people see.
    pub first_name: String,
    /// The username, without the `@`. Every bot has one.
    #[serde(default)]
    pub username: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_written_with_their_parameters() {
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
