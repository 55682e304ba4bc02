//! What concerns the bot itself: `getMe`, its updates, its answers to button presses, and the menu of its commands.

use serde_json::{Value, json};

use super::{Call, GET_UPDATES, Method};
use crate::sandbox::params::Params;
use crate::sandbox::person::bot_user;
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::state::State;

pub(super) const METHODS: &[Method] = &[
    Method { name: "getMe", run: |_, call, _| Ok(get_me(call.bot)) },
    Method { name: GET_UPDATES, run: get_updates },
    Method { name: "getWebhookInfo", run: |state, _, _| Ok(get_webhook_info(state)) },
    Method { name: "deleteWebhook", run: |state, _, _| Ok(delete_webhook(state)) },
    Method {
        name: "answerCallbackQuery",
        run: |state, call, _| state.updates.answer(&call.params),
    },
    Method { name: "setMyCommands", run: set_my_commands },
    Method { name: "getMyCommands", run: |state, call, _| Ok(get_my_commands(state, call)) },
    Method { name: "deleteMyCommands", run: |state, call, _| Ok(delete_my_commands(state, call)) },
];

fn get_me(bot: i64) -> Value {
    let mut me = bot_user(bot);
    let off = [
        "can_join_groups",
        "can_read_all_group_messages",
        "supports_inline_queries",
        "can_connect_to_business",
        "has_main_web_app",
    ];
    if let Some(object) = me.as_object_mut() {
        object.extend(off.map(|name| (name.to_owned(), json!(false))));
    }
    me
}

/// It does not wait: the server waits and then calls it.
fn get_updates(state: &mut State, call: &Call, _: i64) -> Result<Value, ApiRefusal> {
    if !state.webhook.is_empty() {
        return Err(ApiRefusal::WebhookActive);
    }
    Ok(Value::Array(state.updates.get(&call.params)))
}

fn get_webhook_info(state: &State) -> Value {
    json!({
        "url": state.webhook,
        "has_custom_certificate": false,
        "pending_update_count": state.updates.pending(),
    })
}

fn delete_webhook(state: &mut State) -> Value {
    state.webhook.clear();
    json!(true)
}

fn set_my_commands(state: &mut State, call: &Call, _: i64) -> Result<Value, ApiRefusal> {
    let list = call.params.json("commands")?.unwrap_or(Value::Null);
    let Some(list) = list.as_array() else {
        return Err(ApiRefusal::Parameter("can't parse commands JSON object".to_owned()));
    };
    for command in list {
        let field = |name: &str| command.get(name).and_then(Value::as_str).unwrap_or_default();
        let name = field("command");
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if name.is_empty() || name.len() > 32 || !name.bytes().all(is_plain) {
            return Err(ApiRefusal::Parameter("BOT_COMMAND_INVALID".to_owned()));
        }
        if !(1..=256).contains(&field("description").chars().count()) {
            return Err(ApiRefusal::Parameter("BOT_COMMAND_DESCRIPTION_INVALID".to_owned()));
        }
    }
    state.commands.insert(key(&call.params), json!(list));
    Ok(json!(true))
}

fn get_my_commands(state: &State, call: &Call) -> Value {
    state.commands.get(&key(&call.params)).cloned().unwrap_or_else(|| json!([]))
}

fn delete_my_commands(state: &mut State, call: &Call) -> Value {
    state.commands.remove(&key(&call.params));
    json!(true)
}

/// The menu's scope and language.
fn key(params: &Params) -> (String, String) {
    let scope = match params.text("scope") {
        "" => r#"{"type":"default"}"#,
        scope => scope,
    };
    (scope.to_owned(), params.text("language_code").to_owned())
}
