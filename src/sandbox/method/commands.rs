//! `setMyCommands` and its kin: the menu that people see, by scope and language.

use serde_json::{Value, json};

use crate::sandbox::params::Params;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::State;

/// Sets the menu of a scope in a language.
pub(super) fn set_my_commands(state: &mut State, params: &Params) -> Result<Value, Refusal> {
    let list = params.json("commands")?.unwrap_or(Value::Null);
    let Some(list) = list.as_array() else {
        return Err(Refusal::Parameter("can't parse commands JSON object".to_owned()));
    };
    for command in list {
        let field = |name: &str| command.get(name).and_then(Value::as_str).unwrap_or_default();
        let name = field("command");
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if name.is_empty() || name.len() > 32 || !name.bytes().all(is_plain) {
            return Err(Refusal::Parameter("BOT_COMMAND_INVALID".to_owned()));
        }
        if !(1..=256).contains(&field("description").chars().count()) {
            return Err(Refusal::Parameter("BOT_COMMAND_DESCRIPTION_INVALID".to_owned()));
        }
    }
    state.commands.insert(key(params), json!(list));
    Ok(json!(true))
}

/// The menu of a scope in a language.
pub(super) fn get_my_commands(state: &State, params: &Params) -> Value {
    state.commands.get(&key(params)).cloned().unwrap_or_else(|| json!([]))
}

/// Takes the menu of a scope in a language away.
pub(super) fn delete_my_commands(state: &mut State, params: &Params) -> Value {
    state.commands.remove(&key(params));
    json!(true)
}

fn key(params: &Params) -> (String, String) {
    let scope = match params.text("scope") {
        "" => r#"{"type":"default"}"#,
        scope => scope,
    };
    (scope.to_owned(), params.text("language_code").to_owned())
}
