//! The Bot API methods that telepress calls, as own wire types; teloxide's own types follow an older Bot API.

use serde::{Deserialize, Serialize};

use crate::chat::ChatId;
use crate::message;

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

/// `getChatMember`: what a user, the bot itself among them, may do in a chat.
#[derive(Clone, Debug, Serialize)]
pub struct GetChatMember {
    /// The chat.
    pub chat_id: ChatId,
    /// The user's or bot's id.
    pub user_id: u64,
}

/// A request that posts, and the chat it goes to.
#[derive(Clone, Debug, Serialize)]
pub struct To<P> {
    /// The chat.
    pub chat_id: ChatId,
    /// What is posted.
    #[serde(flatten)]
    pub params: P,
}

impl Method for GetMe {
    const NAME: &'static str = "getMe";
}

impl Method for GetChat {
    const NAME: &'static str = "getChat";
}

impl Method for GetChatMember {
    const NAME: &'static str = "getChatMember";
}

impl Method for To<message::SendMessage> {
    const NAME: &'static str = "sendMessage";
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
    use crate::message::{LinkPreviewOptions, Request, SendMessage};
    use crate::text::{Entity, EntityKind};

    #[test]
    fn a_text_is_written_as_the_bot_api_reads_it_with_entities_and_no_parse_mode() {
        let params = SendMessage {
            text: "Hello".into(),
            entities: vec![Entity::new(
                EntityKind::TextLink { url: "https://example.org/".into() },
                0,
                5,
            )],
            link_preview_options: Some(LinkPreviewOptions {
                is_disabled: true,
                ..LinkPreviewOptions::default()
            }),
            disable_notification: true,
            protect_content: false,
        };
        assert_eq!(Request::SendMessage(params.clone()).method(), To::<SendMessage>::NAME);
        let written =
            serde_json::to_string(&To { chat_id: ChatId::Username("world_en".into()), params })
                .unwrap();
        assert_eq!(
            written,
            r#"{"chat_id":"@world_en","text":"Hello","entities":[{"type":"text_link","url":"https://example.org/","offset":0,"length":5}],"link_preview_options":{"is_disabled":true},"disable_notification":true}"#
        );
    }

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
