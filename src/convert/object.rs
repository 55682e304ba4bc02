//! A text as a JSON object: `{"text"}`, or `{"text", "entities"}` with the Bot API's field names.

use serde_json::Value;
use telegram_text::bot_api_entity::BotApiEntity;
use telegram_text::{Entity, FormattedText, bot_api_entity, normal};

use super::ConvertError;

/// A text as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextObject {
    /// The text, or the markup.
    pub text: String,
    /// The entities as JSON.
    entities: Vec<Value>,
}

impl TextObject {
    /// A text without JSON.
    #[must_use]
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), entities: Vec::new() }
    }

    /// Reads an object, and ignores other fields.
    ///
    /// # Errors
    /// If it is not such an object.
    pub fn parse(json: &str) -> Result<Self, ConvertError> {
        let value = serde_json::from_str(json).map_err(|error| not_json(&error, json))?;
        let Value::Object(mut fields) = value else { return Err(ConvertError::NotAnObject) };
        let Some(Value::String(text)) = fields.remove("text") else {
            return Err(ConvertError::NoText);
        };
        let entities = match fields.remove("entities") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(entities)) => entities,
            Some(_) => return Err(ConvertError::EntitiesNotAList),
        };
        Ok(Self { text, entities })
    }

    /// The text with its entities, in normal form.
    pub(super) fn normal(&self) -> Result<FormattedText, ConvertError> {
        let written = bot_api_entity::read(&self.entities)?;
        let of = |entities| normal::uncut(FormattedText { string: self.text.clone(), entities });
        let placed: Result<Vec<Entity>, _> = written.iter().map(BotApiEntity::placed).collect();
        match placed {
            Ok(entities) => Ok(of(entities)?),
            // Telegram checks the kinds of all entities before their places, and last whether the text is blank.
            Err(error) => match of(written.iter().map(BotApiEntity::nowhere).collect()) {
                Ok(_) | Err(normal::Refusal::Blank) => Err(error.into()),
                Err(refusal) => Err(refusal.into()),
            },
        }
    }
}

/// The place of an error in JSON; for a single line only the column.
fn not_json(error: &serde_json::Error, json: &str) -> ConvertError {
    let message = error.to_string();
    let is_line = !json.trim_end().contains('\n');
    ConvertError::Json(if is_line {
        message.replace(" at line 1 column ", " at column ")
    } else {
        message
    })
}
