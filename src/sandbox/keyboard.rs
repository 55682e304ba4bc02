//! The buttons under a message, as the Bot API takes them; it presses none.

use serde_json::{Value, json};
use telegram_text::link;

use super::params::Params;
use super::refusal::Refusal;
use crate::limits;

/// An inline keyboard, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keyboard(Vec<Vec<Button>>);

/// One button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What stands on it.
    pub text: String,
    /// What it does.
    pub action: Action,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Opens an address.
    Url(String),
    /// Sends these bytes back to the bot.
    Callback(String),
}

impl Keyboard {
    /// Reads `reply_markup`; one without a row is none.
    ///
    /// # Errors
    /// What the official server refuses, and every other kind of keyboard, which the sandbox does not have.
    pub fn read(params: &Params) -> Result<Option<Self>, Refusal> {
        let Some(markup) = params.json("reply_markup")? else { return Ok(None) };
        let Some(rows) = markup.get("inline_keyboard") else { return Err(Refusal::Keyboard) };
        let Some(rows) = rows.as_array() else {
            return Err(Refusal::Parameter(
                "field \"inline_keyboard\" must be of type Array".into(),
            ));
        };
        let mut keyboard = Vec::new();
        for row in rows {
            let Some(row) = row.as_array() else {
                let expected = "can't parse inline keyboard button: expected an Array of rows";
                return Err(Refusal::Parameter(expected.into()));
            };
            let row: Vec<_> = row.iter().map(button).collect::<Result<_, _>>()?;
            if !row.is_empty() {
                keyboard.push(row);
            }
        }
        Ok((!keyboard.is_empty()).then_some(Self(keyboard)))
    }

    /// The button with this number, counted from 1 row by row.
    #[must_use]
    pub fn button(&self, number: usize) -> Option<&Button> {
        self.0.iter().flatten().nth(number.checked_sub(1)?)
    }

    /// Whether a button sends `data`.
    #[must_use]
    pub fn sends(&self, data: &str) -> bool {
        let mut buttons = self.0.iter().flatten();
        buttons.any(|button| matches!(&button.action, Action::Callback(own) if own == data))
    }

    /// The Bot API's `InlineKeyboardMarkup`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let button = |button: &Button| match &button.action {
            Action::Url(url) => json!({ "text": button.text, "url": url }),
            Action::Callback(data) => json!({ "text": button.text, "callback_data": data }),
        };
        let rows = self.0.iter().map(|row| row.iter().map(button).collect::<Vec<_>>());
        json!({ "inline_keyboard": rows.collect::<Vec<_>>() })
    }
}

fn button(value: &Value) -> Result<Button, Refusal> {
    let field = |name: &str| value.get(name).and_then(Value::as_str);
    let text = field("text").unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Refusal::Parameter(
            "can't parse inline keyboard button: Field \"text\" must not be empty".into(),
        ));
    }
    let action = match (field("callback_data"), field("url")) {
        (Some(data), None) if (1..=limits::CALLBACK_BYTES).contains(&data.len()) => {
            Action::Callback(data.to_owned())
        }
        (Some(_), None) => return Err(Refusal::Parameter("BUTTON_DATA_INVALID".into())),
        (None, Some(url)) => match link::check(url) {
            Ok(link::Link::Url(url)) => Action::Url(url),
            _ => return Err(Refusal::Parameter("BUTTON_URL_INVALID".into())),
        },
        _ => {
            return Err(Refusal::Parameter(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard".into(),
            ));
        }
    };
    Ok(Button { text: text.to_owned(), action })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(markup: &Value) -> Result<Option<Keyboard>, String> {
        let mut params = Params::default();
        params.add("reply_markup".into(), markup.to_string());
        Keyboard::read(&params).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn buttons_are_read_and_numbered_row_by_row() {
        let markup = json!({ "inline_keyboard": [
            [{ "text": "A", "callback_data": "a" }, { "text": "B", "url": "https://example.org/" }],
            [],
            [{ "text": "C", "callback_data": "c" }],
        ]});
        let keyboard = read(&markup).unwrap().unwrap();
        let texts = (1..5).map(|number| keyboard.button(number).map(|button| button.text.as_str()));
        assert_eq!(texts.collect::<Vec<_>>(), [Some("A"), Some("B"), Some("C"), None]);
        assert_eq!(
            (keyboard.button(0), keyboard.sends("c"), keyboard.sends("B")),
            (None, true, false)
        );
        assert_eq!(keyboard.to_json()["inline_keyboard"][1][0]["callback_data"], "c");
        assert_eq!(read(&json!({ "inline_keyboard": [[]] })), Ok(None));
    }

    #[test]
    fn what_the_server_refuses_is_refused() {
        let button = |button: Value| json!({ "inline_keyboard": [[button]] });
        for bad in [
            json!({ "keyboard": [[{ "text": "a" }]] }),
            json!({ "inline_keyboard": "a" }),
            json!({ "inline_keyboard": ["a"] }),
            button(json!({ "text": "a" })),
            button(json!({ "text": " ", "callback_data": "a" })),
            button(json!({ "text": "a", "callback_data": "" })),
            button(json!({ "text": "a", "callback_data": "ж".repeat(33) })),
            button(json!({ "text": "a", "url": "ftp://b.example/" })),
            button(json!({ "text": "a", "url": "https://example.org/", "callback_data": "a" })),
        ] {
            assert!(read(&bad).is_err(), "{bad}");
        }
    }
}
