//! The methods of the Bot API that the sandbox has, by name, and a call of one of them.

mod chat;
mod commands;
mod delete;
mod edit;
mod forward;
mod pin;
mod send;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::params::Params;
use super::person::bot_user;
use super::refusal::Refusal;
use super::state::State;

/// A method of the Bot API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `getMe`
    GetMe,
    /// `getUpdates`
    GetUpdates,
    /// `getWebhookInfo`
    GetWebhookInfo,
    /// `deleteWebhook`
    DeleteWebhook,
    /// `getChat`
    GetChat,
    /// `getChatMember`
    GetChatMember,
    /// `getChatAdministrators`
    GetChatAdministrators,
    /// `sendMessage`
    SendMessage,
    /// `editMessageText`
    EditMessageText,
    /// `deleteMessage`
    DeleteMessage,
    /// `deleteMessages`
    DeleteMessages,
    /// `forwardMessage`
    ForwardMessage,
    /// `forwardMessages`
    ForwardMessages,
    /// `copyMessage`
    CopyMessage,
    /// `pinChatMessage`
    PinChatMessage,
    /// `unpinChatMessage`
    UnpinChatMessage,
    /// `editMessageReplyMarkup`
    EditMessageReplyMarkup,
    /// `answerCallbackQuery`
    AnswerCallbackQuery,
    /// `setMyCommands`
    SetMyCommands,
    /// `getMyCommands`
    GetMyCommands,
    /// `deleteMyCommands`
    DeleteMyCommands,
    /// `leaveChat`
    LeaveChat,
}

impl Method {
    /// Every method with its name, in the order of the Bot API's reference.
    pub const ALL: [(Self, &str); 22] = [
        (Self::GetUpdates, "getUpdates"),
        (Self::DeleteWebhook, "deleteWebhook"),
        (Self::GetWebhookInfo, "getWebhookInfo"),
        (Self::GetMe, "getMe"),
        (Self::SendMessage, "sendMessage"),
        (Self::ForwardMessage, "forwardMessage"),
        (Self::ForwardMessages, "forwardMessages"),
        (Self::CopyMessage, "copyMessage"),
        (Self::PinChatMessage, "pinChatMessage"),
        (Self::UnpinChatMessage, "unpinChatMessage"),
        (Self::GetChat, "getChat"),
        (Self::GetChatAdministrators, "getChatAdministrators"),
        (Self::GetChatMember, "getChatMember"),
        (Self::EditMessageText, "editMessageText"),
        (Self::DeleteMessage, "deleteMessage"),
        (Self::DeleteMessages, "deleteMessages"),
        (Self::EditMessageReplyMarkup, "editMessageReplyMarkup"),
        (Self::AnswerCallbackQuery, "answerCallbackQuery"),
        (Self::SetMyCommands, "setMyCommands"),
        (Self::GetMyCommands, "getMyCommands"),
        (Self::DeleteMyCommands, "deleteMyCommands"),
        (Self::LeaveChat, "leaveChat"),
    ];

    /// The method called `name`, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, own)| own.eq_ignore_ascii_case(name)).map(|(method, _)| method)
    }

    /// Its name as the Bot API spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(method, _)| *method == self).map_or("", |(_, name)| name)
    }
}

/// One call of a method by a bot.
#[derive(Clone, Debug)]
pub struct Call {
    /// The numeric id of the bot that calls.
    pub bot: i64,
    /// What it calls.
    pub method: Method,
    /// With which parameters.
    pub params: Params,
}

impl Call {
    /// Lets `state` take the call at `now`, in seconds since 1970-01-01 UTC, and returns the answer's `result`.
    ///
    /// `getUpdates` has nothing to wait for here: whoever serves it waits, and then asks.
    ///
    /// # Errors
    /// Telegram's refusal.
    pub fn perform(&self, state: &mut State, now: i64) -> Result<Value, Refusal> {
        let Self { bot, method, params } = self;
        match method {
            Method::GetMe => Ok(me(*bot)),
            Method::GetUpdates if !state.webhook.is_empty() => Err(Refusal::WebhookActive),
            Method::GetUpdates => Ok(Value::Array(state.updates.get(params))),
            Method::GetWebhookInfo => Ok(json!({
                "url": state.webhook,
                "has_custom_certificate": false,
                "pending_update_count": state.updates.pending(),
            })),
            Method::DeleteWebhook => {
                state.webhook.clear();
                Ok(json!(true))
            }
            Method::GetChat => chat::get_chat(state, params),
            Method::GetChatMember => chat::get_chat_member(state, *bot, params),
            Method::GetChatAdministrators => chat::get_chat_administrators(state, *bot, params),
            Method::SendMessage => send::send_message(state, *bot, params, now),
            Method::EditMessageText => edit::edit_message_text(state, *bot, params, now),
            Method::DeleteMessage => delete::delete_message(state, *bot, params, now),
            Method::DeleteMessages => delete::delete_messages(state, *bot, params, now),
            Method::ForwardMessage => forward::forward_message(state, *bot, params, now),
            Method::ForwardMessages => forward::forward_messages(state, *bot, params, now),
            Method::CopyMessage => forward::copy_message(state, *bot, params, now),
            Method::PinChatMessage => pin::pin_chat_message(state, params),
            Method::UnpinChatMessage => pin::unpin_chat_message(state, params),
            Method::EditMessageReplyMarkup => {
                edit::edit_message_reply_markup(state, *bot, params, now)
            }
            Method::AnswerCallbackQuery => state.updates.answer(params),
            Method::SetMyCommands => commands::set_my_commands(state, params),
            Method::GetMyCommands => Ok(commands::get_my_commands(state, params)),
            Method::LeaveChat => chat::leave_chat(state, params),
            Method::DeleteMyCommands => Ok(commands::delete_my_commands(state, params)),
        }
    }
}

/// Calls that were received and take effect at a later moment.
#[derive(Clone, Debug, Default)]
pub struct LateCalls(Vec<(Timestamp, Call)>);

impl LateCalls {
    /// Lets `call` take effect at `due`, whatever becomes of its answer.
    pub fn add(&mut self, due: Timestamp, call: Call) {
        self.0.push((due, call));
    }

    /// Lets everything that is due at `now` take effect on `state`, in the order of the moments it was due.
    ///
    /// Every access to the state does this first, so that no timer is needed.
    pub fn settle(&mut self, state: &mut State, now: Timestamp) {
        let mut due: Vec<_> = self.0.extract_if(.., |(due, _)| *due <= now).collect();
        due.sort_by_key(|(due, _)| *due);
        for (due, call) in due {
            // Its caller is gone and gets no refusal.
            let _ = call.perform(state, due.as_second());
        }
    }
}

/// What `getMe` returns.
fn me(bot: i64) -> Value {
    let mut me = bot_user(bot);
    if let Some(object) = me.as_object_mut() {
        object.insert("can_join_groups".to_owned(), json!(false));
        for no in [
            "can_read_all_group_messages",
            "supports_inline_queries",
            "can_connect_to_business",
            "has_main_web_app",
        ] {
            object.insert(no.to_owned(), json!(false));
        }
    }
    me
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        for (method, name) in Method::ALL {
            assert_eq!(method.name(), name);
            for name in [name.to_owned(), name.to_uppercase(), name.to_lowercase()] {
                assert_eq!(Method::named(&name), Some(method), "{name}");
            }
        }
        for unknown in ["", "sendPhoto", "sendMessage ", "send_message"] {
            assert_eq!(Method::named(unknown), None, "{unknown}");
        }
    }
}
