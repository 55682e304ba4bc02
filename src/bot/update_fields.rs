//! Reads single fields of an update. Anybody can send it; a field of another type counts as missing.

use serde_json::Value;
use telegram_text::utf16;

pub(super) fn integer(object: &Value, field: &str) -> Option<i64> {
    object.get(field)?.as_i64()
}

pub(super) fn text<'v>(object: &'v Value, field: &str) -> &'v str {
    object.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The texts of a message's `code` entities.
pub(super) fn code_in(message: &Value) -> Vec<String> {
    let string = text(message, "text");
    let entities = message.get("entities").and_then(Value::as_array).into_iter().flatten();
    let code = entities.filter(|entity| text(entity, "type") == "code");
    code.filter_map(|entity| shown(string, entity)).map(str::to_owned).collect()
}

fn shown<'t>(string: &'t str, entity: &Value) -> Option<&'t str> {
    let unit = |field: &str| integer(entity, field).and_then(|units| usize::try_from(units).ok());
    let start = unit("offset")?;
    let end = start.checked_add(unit("length")?)?;
    string.get(utf16::byte_of(string, start)?..utf16::byte_of(string, end)?)
}
