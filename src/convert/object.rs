//! A text as JSON carries it: `{"text"}`, or `{"text", "entities"}` in the Bot API's field names; nothing is judged here.

use serde_json::Value;

use super::Refused;
use crate::text::{FormattedText, written};

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
        let value = serde_json::from_str(json).map_err(|error| Refused::Json(error.to_string()))?;
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

    pub(super) fn with_entities(&self) -> Result<FormattedText, Refused> {
        let written = written::read(&self.entities)?;
        let entities = written.iter().map(written::WrittenEntity::placed);
        Ok(FormattedText {
            string: self.text.clone(),
            entities: entities.collect::<Result<_, _>>()?,
        })
    }
}
