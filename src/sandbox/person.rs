//! A person who talks to the bot in the sandbox, and the bot itself, as the Bot API shows them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The numeric user id.
    pub id: i64,
    /// The name that others see.
    #[serde(default = "default_first_name")]
    pub first_name: String,
    /// The language of the person's app, if the app reports one.
    #[serde(default)]
    pub language_code: Option<String>,
}

fn default_first_name() -> String {
    "Somebody".to_owned()
}

impl Person {
    /// A person with this id.
    #[must_use]
    pub fn new(id: i64) -> Self {
        Self { id, first_name: default_first_name(), language_code: None }
    }

    /// The Bot API's `User` object.
    pub(super) fn user(&self) -> Value {
        let mut user = json!({ "id": self.id, "is_bot": false, "first_name": self.first_name });
        if let (Some(object), Some(code)) = (user.as_object_mut(), &self.language_code) {
            object.insert("language_code".to_owned(), json!(code));
        }
        user
    }

    /// The Bot API's `Chat` object of the private chat with the bot.
    pub(super) fn chat(&self) -> Value {
        json!({ "id": self.id, "first_name": self.first_name, "type": "private" })
    }
}

/// The Bot API's `User` object of a bot of the sandbox.
pub(super) fn bot_user(bot: i64) -> Value {
    json!({ "id": bot, "is_bot": true, "first_name": "Sandbox bot", "username": format!("sandbox{bot}_bot") })
}
