//! A text as JSON carries it: `{"text"}`, or `{"text", "entities"}` in the Bot API's field names; nothing is judged here.

use serde_json::Value;
use telegram_text::bot_api_entity::BotApiEntity;
use telegram_text::{Entity, FormattedText, bot_api_entity, normal};

use super::Refused;

/// A text as it came in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextObject {
    /// The text, or the markup.
    pub text: String,
    /// The entities as JSON.
    entities: Vec<Value>,
}

impl TextObject {
    /// A text that came without JSON.
    #[must_use]
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), entities: Vec::new() }
    }

    /// Reads an object; fields that belong to something else are passed over.
    ///
    /// # Errors
    /// What is no such object.
    pub fn parse(json: &str) -> Result<Self, Refused> {
        let value = serde_json::from_str(json).map_err(|error| no_json(&error, json))?;
        let Value::Object(mut fields) = value else { return Err(Refused::NoObject) };
        let Some(Value::String(text)) = fields.remove("text") else {
            return Err(Refused::NoText);
        };
        let entities = match fields.remove("entities") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(entities)) => entities,
            Some(_) => return Err(Refused::EntitiesNoList),
        };
        Ok(Self { text, entities })
    }

    /// The text with its entities, in normal form.
    pub(super) fn normal(&self) -> Result<FormattedText, Refused> {
        let written = bot_api_entity::read(&self.entities)?;
        let of = |entities| normal::uncut(FormattedText { string: self.text.clone(), entities });
        let placed: Result<Vec<Entity>, _> = written.iter().map(BotApiEntity::placed).collect();
        match placed {
            Ok(entities) => Ok(of(entities)?),
            // Telegram tells of every kind before it tells of a place, and of a blank text after both.
            Err(fault) => match of(written.iter().map(BotApiEntity::nowhere).collect()) {
                Ok(_) | Err(normal::Refusal::Blank) => Err(fault.into()),
                Err(refusal) => Err(refusal.into()),
            },
        }
    }
}

/// Where it is no JSON; of a single line only the column is told.
fn no_json(error: &serde_json::Error, json: &str) -> Refused {
    let told = error.to_string();
    let is_line = !json.trim_end().contains('\n');
    Refused::Json(if is_line { told.replace(" at line 1 column ", " at column ") } else { told })
}
