//! Entities as requests of the Bot API write them in JSON, read with the server's own rules and refusals; it does not
//! check whether they may overlap.

use serde_json::{Map, Value};

use super::{Entity, EntityKind};
use crate::limits;

/// An entity as written in a request ([`MessageEntity`](https://core.telegram.org/bots/api#messageentity)); its offset and
/// length are not checked yet.
#[derive(Clone, Debug)]
pub struct BotApiEntity {
    kind: EntityKind,
    offset: i32,
    length: i32,
}

/// Reads a list of entities. Entities of the kinds that Telegram finds by itself are left out, since Telegram ignores
/// them.
///
/// # Errors
/// What the Bot API server refuses when it reads the list.
pub fn read(list: &[Value]) -> Result<Vec<BotApiEntity>, EntityError> {
    list.iter().map(entity).filter_map(Result::transpose).collect()
}

impl BotApiEntity {
    /// The entity with its offset and length in UTF-16 units.
    ///
    /// # Errors
    /// An offset or length outside 0 to [`limits::ENTITY_POSITION`], which TDLib refuses.
    pub fn placed(&self) -> Result<Entity, PositionError> {
        let position = |name: &'static str, number: i32| {
            let position = usize::try_from(number).ok();
            position
                .filter(|_| i64::from(number) <= limits::ENTITY_POSITION)
                .ok_or(PositionError { name, number })
        };
        let offset = position("offset", self.offset)?;
        Ok(Entity::new(self.kind.clone(), offset, position("length", self.length)?))
    }

    /// The entity with offset and length 0, whatever the request says.
    #[must_use]
    pub fn nowhere(&self) -> Entity {
        Entity::new(self.kind.clone(), 0, 0)
    }
}

/// An offset or length that no text has. The message is TDLib's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("receive an entity with incorrect {name} {number}")]
pub struct PositionError {
    name: &'static str,
    number: i32,
}

/// Why an entity cannot be read. The message is that of the Bot API server's `Client.cpp`, without its prefix
/// `can't parse MessageEntity: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntityError {
    /// It is not a JSON object.
    #[error("expected an Object")]
    NoObject,
    /// Its `type` is empty.
    #[error("Type is not specified")]
    NoType,
    /// Its `type` is unknown.
    #[error("Unsupported type specified")]
    UnknownType,
    /// A field is missing.
    #[error("Can't find field \"{0}\"")]
    Missing(&'static str),
    /// A field is of another JSON type.
    #[error("Field \"{name}\" must be of type {wanted}")]
    WrongType {
        /// The field.
        name: &'static str,
        /// The type it should have.
        wanted: &'static str,
    },
    /// A field that should be a number is of another JSON type.
    #[error("Field \"{0}\" must be a Number")]
    NoNumber(&'static str),
    /// Not a number, or one that is too large.
    #[error("Field \"{0}\" must be a valid Number")]
    Number(&'static str),
}

/// One entity; `None` for the kinds that Telegram finds by itself and ignores in requests.
fn entity(value: &Value) -> Result<Option<BotApiEntity>, EntityError> {
    let Value::Object(fields) = value else { return Err(EntityError::NoObject) };
    let offset = position(fields, "offset")?;
    let length = position(fields, "length")?;
    Ok(kind(fields)?.map(|kind| BotApiEntity { kind, offset, length }))
}

fn kind(fields: &Map<String, Value>) -> Result<Option<EntityKind>, EntityError> {
    let optional =
        |name: &'static str| fields.get(name).map_or(Ok(String::new()), |_| string(fields, name));
    let kind = match string(fields, "type")?.as_str() {
        "" => return Err(EntityError::NoType),
        "bold" => EntityKind::Bold,
        "italic" => EntityKind::Italic,
        "underline" => EntityKind::Underline,
        "strikethrough" => EntityKind::Strikethrough,
        "spoiler" => EntityKind::Spoiler,
        "blockquote" => EntityKind::Blockquote,
        "expandable_blockquote" => EntityKind::ExpandableBlockquote,
        "code" => EntityKind::Code,
        "pre" => EntityKind::Pre {
            language: Some(optional("language")?).filter(|language| !language.is_empty()),
        },
        "text_link" => EntityKind::TextLink { url: string(fields, "url")? },
        "text_mention" => match fields.get("user") {
            None => return Err(EntityError::Missing("user")),
            Some(Value::Object(user)) => EntityKind::TextMention { user: integer(user, "id")? },
            Some(_) => return Err(EntityError::WrongType { name: "user", wanted: "Object" }),
        },
        "custom_emoji" => {
            let id = integer(fields, "custom_emoji_id")?;
            EntityKind::CustomEmoji { custom_emoji_id: id.to_string() }
        }
        "date_time" => EntityKind::DateTime {
            unix_time: integer(fields, "unix_time")?,
            date_time_format: optional("date_time_format")?,
        },
        "mention" | "hashtag" | "cashtag" | "bot_command" | "url" | "email" | "phone_number"
        | "bank_card_number" => return Ok(None),
        _ => return Err(EntityError::UnknownType),
    };
    Ok(Some(kind))
}

/// An offset or a length in UTF-16 units, which the server reads into 32 bits.
fn position(fields: &Map<String, Value>, name: &'static str) -> Result<i32, EntityError> {
    i32::try_from(integer(fields, name)?).map_err(|_| EntityError::Number(name))
}

/// A number, or a string with one in canonical form.
fn integer(fields: &Map<String, Value>, name: &'static str) -> Result<i64, EntityError> {
    match fields.get(name) {
        None => Err(EntityError::Missing(name)),
        Some(Value::Number(number)) => number.as_i64().ok_or(EntityError::Number(name)),
        Some(Value::String(text)) => {
            let number = text.parse::<i64>().ok();
            let spelled = number.filter(|number| number.to_string() == *text);
            spelled.ok_or(EntityError::Number(name))
        }
        Some(_) => Err(EntityError::NoNumber(name)),
    }
}

fn string(fields: &Map<String, Value>, name: &'static str) -> Result<String, EntityError> {
    match fields.get(name) {
        None => Err(EntityError::Missing(name)),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(EntityError::WrongType { name, wanted: "String" }),
    }
}
