//! The JSON Schema of a table, for completion and checks in editors.

use serde_json::{Map, Value, json};

use super::{Key, Kind, Table};

const META_SCHEMA: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of a file whose top table is `table`: a `post` or a `config`.
#[must_use]
pub fn document(kind: &str, table: &Table) -> Value {
    let title = format!("telepress {kind}");
    let mut schema = object(table);
    schema.insert("$schema".to_owned(), json!(META_SCHEMA));
    // A name, not an address: nothing is loaded from it.
    schema.insert(
        "$id".to_owned(),
        json!(format!("urn:telepress:{kind}:{}", env!("CARGO_PKG_VERSION"))),
    );
    schema.insert("title".to_owned(), json!(title));
    Value::Object(schema)
}

fn object(table: &Table) -> Map<String, Value> {
    let properties: Map<String, Value> =
        table.keys().iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("description".to_owned(), json!(table.doc.trim()));
    schema.insert("properties".to_owned(), Value::Object(properties));
    let required: Vec<_> =
        table.keys().iter().filter(|key| key.is_required()).map(|key| key.name).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    let alternatives: Vec<_> = table
        .keys()
        .iter()
        .filter(|key| key.is_alternative())
        .map(|key| json!({ "required": [key.name] }))
        .collect();
    if !alternatives.is_empty() {
        schema.insert("oneOf".to_owned(), json!(alternatives));
    }
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

fn property(key: &Key) -> Value {
    let mut schema = kind(&key.kind);
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), json!(key.doc.trim()));
        // A schema has only defaults that are valid JSON; others are words for readers.
        if let Ok(default) = serde_json::from_str::<Value>(key.default.words()) {
            schema.insert("default".to_owned(), default);
        }
    }
    schema
}

fn kind(kind_of: &Kind) -> Value {
    match kind_of {
        Kind::String("URL") => json!({ "type": "string", "format": "uri" }),
        Kind::Markup | Kind::String(_) => json!({ "type": "string" }),
        Kind::OneOf(words) => json!({ "type": "string", "enum": words }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Integer => json!({ "type": "integer" }),
        // JSON tools see TOML date-times as strings. One without an offset is not a `date-time` in JSON Schema.
        Kind::DateTime => json!({
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?$",
        }),
        Kind::List(item) => json!({ "type": "array", "items": kind(item) }),
        Kind::Table(table) => Value::Object(object(table)),
        Kind::Names(what, value) => json!({
            "type": "object",
            "description": format!("One entry for each {what}."),
            "additionalProperties": kind(value),
        }),
        Kind::Either(one, other) => json!({ "anyOf": [kind(one), kind(other)] }),
    }
}
