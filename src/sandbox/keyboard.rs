//! The inline keyboard of a message, read from and written to the Bot API's form.

use serde_json::{Value, json};
use telegram_text::link;

use super::params::Params;
use super::refusal::ApiRefusal;
use crate::limits;

/// An inline keyboard, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Keyboard(Vec<Vec<Button>>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Button {
    pub(super) text: String,
    pub(super) action: ButtonAction,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ButtonAction {
    /// Opens an address.
    Url(String),
    /// Sends these bytes back to the bot.
    Callback(String),
}

impl Keyboard {
    /// Reads `reply_markup`; a keyboard without buttons counts as left out.
    pub(super) fn read(params: &Params) -> Result<Option<Self>, ApiRefusal> {
        let Some(markup) = params.json("reply_markup")? else { return Ok(None) };
        let Some(rows) = markup.get("inline_keyboard") else { return Err(ApiRefusal::Keyboard) };
        let Some(rows) = rows.as_array() else {
            return Err(ApiRefusal::Parameter(
                "field \"inline_keyboard\" must be of type Array".into(),
            ));
        };
        let mut keyboard = Vec::new();
        for row in rows {
            let Some(row) = row.as_array() else {
                let expected = "can't parse inline keyboard button: expected an Array of rows";
                return Err(ApiRefusal::Parameter(expected.into()));
            };
            let row: Vec<_> = row.iter().map(button).collect::<Result<_, _>>()?;
            if !row.is_empty() {
                keyboard.push(row);
            }
        }
        Ok((!keyboard.is_empty()).then_some(Self(keyboard)))
    }

    pub(super) fn rows(&self) -> &[Vec<Button>] {
        &self.0
    }

    /// The button with this number, counted from 1 row by row.
    pub(super) fn button(&self, number: usize) -> Option<&Button> {
        self.0.iter().flatten().nth(number.checked_sub(1)?)
    }

    /// The Bot API's `InlineKeyboardMarkup`.
    pub(super) fn to_json(&self) -> Value {
        let button = |button: &Button| match &button.action {
            ButtonAction::Url(url) => json!({ "text": button.text, "url": url }),
            ButtonAction::Callback(data) => json!({ "text": button.text, "callback_data": data }),
        };
        let rows = self.0.iter().map(|row| row.iter().map(button).collect::<Vec<_>>());
        json!({ "inline_keyboard": rows.collect::<Vec<_>>() })
    }
}

fn button(value: &Value) -> Result<Button, ApiRefusal> {
    let field = |name: &str| value.get(name).and_then(Value::as_str);
    let text = field("text").unwrap_or_default();
    if text.trim().is_empty() {
        return Err(ApiRefusal::Parameter(
            "can't parse inline keyboard button: Field \"text\" must not be empty".into(),
        ));
    }
    let action = match (field("callback_data"), field("url")) {
        (Some(data), None) if (1..=limits::CALLBACK_BYTES).contains(&data.len()) => {
            ButtonAction::Callback(data.to_owned())
        }
        (Some(_), None) => return Err(ApiRefusal::Parameter("BUTTON_DATA_INVALID".into())),
        (None, Some(url)) => match link::check(url) {
            Ok(link::Link::Url(url)) => ButtonAction::Url(url),
            _ => return Err(ApiRefusal::Parameter("BUTTON_URL_INVALID".into())),
        },
        _ => {
            return Err(ApiRefusal::Parameter(
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
        assert_eq!(keyboard.button(0), None);
        assert_eq!(keyboard.to_json()["inline_keyboard"][1][0]["callback_data"], "c");
        assert_eq!(read(&json!({ "inline_keyboard": [[]] })), Ok(None));
    }

    #[test]
    fn invalid_keyboard_is_refused() {
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
