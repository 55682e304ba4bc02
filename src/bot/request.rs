//! The bot's own requests. They go to operators' private chats and the alerts chat, never to a channel: publishing
//! takes an intent.

use serde::Serialize;
use serde_json::{Value, json};

use super::language::Language;
use super::reply::Reply;
use crate::config::{BotConfig, Operator};
use crate::telegram::PrivateChat;
use crate::telegram::method::Method;

/// A chat that the bot may write to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperatorChat(i64);

impl OperatorChat {
    /// The private chat with an operator.
    #[must_use]
    pub fn of(operator: &Operator) -> Self {
        Self(operator.id)
    }

    /// The alerts chat, if the config has one; it is not a channel.
    #[must_use]
    pub fn of_alerts(bot: &BotConfig) -> Option<Self> {
        bot.alerts.map(Self)
    }

    /// Its id.
    #[must_use]
    pub fn id(self) -> i64 {
        self.0
    }

    /// The chat, if it is the private one with a user.
    #[must_use]
    pub fn private(self) -> Option<PrivateChat> {
        PrivateChat::new(self.0)
    }
}

macro_rules! methods {
    ($( $(#[doc = $doc:literal])+ $name:ident $wire:literal; )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Debug, Serialize)]
            #[serde(transparent)]
            pub struct $name(pub Value);

            impl Method for $name {
                const NAME: &'static str = $wire;
            }
        )+
    };
}

methods! {
    /// Sends a message.
    SendMessage "sendMessage";
    /// Replaces the text and the buttons of a message.
    EditMessageText "editMessageText";
    /// Deletes a message.
    DeleteMessage "deleteMessage";
    /// Answers the press of a button.
    AnswerCallbackQuery "answerCallbackQuery";
    /// Sets an operator's menu.
    SetMyCommands "setMyCommands";
    /// Leaves a chat.
    LeaveChat "leaveChat";
    /// Removes a webhook.
    DeleteWebhook "deleteWebhook";
}

/// The parameters of a reply.
#[must_use]
pub fn written(page: &Reply, buttons: &Value) -> Value {
    let mut params = json!({
        "text": page.text.string,
        "entities": page.text.entities,
        "link_preview_options": { "is_disabled": true },
    });
    if let (Some(object), true) = (params.as_object_mut(), !buttons.is_null()) {
        object.insert("reply_markup".to_owned(), json!({ "inline_keyboard": buttons }));
    }
    params
}

/// The menu of one operator in a language; without one, in `otherwise`, for apps in other languages.
#[must_use]
pub fn menu(operator: &Operator, language: Option<Language>, otherwise: Language) -> Value {
    let commands = super::command::menu(language.unwrap_or(otherwise), operator.role);
    let commands: Vec<_> = commands
        .into_iter()
        .map(|(command, description)| json!({ "command": command, "description": description }))
        .collect();
    let mut params =
        json!({ "commands": commands, "scope": { "type": "chat", "chat_id": operator.id } });
    if let (Some(object), Some(language)) = (params.as_object_mut(), language) {
        object.insert("language_code".to_owned(), language.name().into());
    }
    params
}
