//! The buttons below a message, in the Bot API's form. This module checks none.

use serde::{Deserialize, Serialize};

/// The Bot API's `InlineKeyboardMarkup`; without rows there are no buttons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InlineKeyboard {
    /// The rows from top to bottom; none is empty.
    #[serde(rename = "inline_keyboard")]
    pub rows: Vec<Vec<InlineButton>>,
}

/// The Bot API's `InlineKeyboardButton`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InlineButton {
    /// Its label.
    pub text: String,
    /// What a press does.
    #[serde(flatten)]
    pub press: ButtonPress,
}

/// What a press of a button does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonPress {
    /// Opens an address.
    Url(String),
    /// Copies a text to the reader's clipboard.
    CopyText {
        /// 1–256 characters.
        text: String,
    },
}

impl InlineKeyboard {
    /// Whether there are no buttons.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The buttons, row by row.
    pub fn buttons(&self) -> impl Iterator<Item = &InlineButton> {
        self.rows.iter().flatten()
    }
}

pub(super) fn is_empty(keyboard: &InlineKeyboard) -> bool {
    keyboard.is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keyboard_has_the_bot_apis_form() {
        let button = |text: &str, press| InlineButton { text: text.to_owned(), press };
        let keyboard = InlineKeyboard {
            rows: vec![vec![
                button("Open", ButtonPress::Url("https://example.org/".to_owned())),
                button("Copy", ButtonPress::CopyText { text: "PROMO-24".to_owned() }),
            ]],
        };
        let json = json!({ "inline_keyboard": [[
            { "text": "Open", "url": "https://example.org/" },
            { "text": "Copy", "copy_text": { "text": "PROMO-24" } },
        ]]});
        assert_eq!(serde_json::to_value(&keyboard).unwrap(), json);
        assert_eq!(serde_json::from_value::<InlineKeyboard>(json).unwrap(), keyboard);
    }
}
