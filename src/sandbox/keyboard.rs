//! The inline keyboard of a message, read from and written to the Bot API's form.

use serde_json::{Value, json};
use telegram_text::{link, utf16};

use super::params::Params;
use super::refusal::ApiRefusal;
use crate::limits;
use crate::message::{ButtonPress, InlineButton};

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
    /// What the reader's app does without the bot.
    Reader(ButtonPress),
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
        if keyboard.iter().flatten().count() > limits::BUTTONS {
            return Err(ApiRefusal::Parameter("REPLY_MARKUP_TOO_LONG".into()));
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

    /// Whether a forwarded message keeps it: every button works without the bot.
    pub(super) fn is_forwarded(&self) -> bool {
        self.0.iter().flatten().all(|button| matches!(button.action, ButtonAction::Reader(_)))
    }

    /// The Bot API's `InlineKeyboardMarkup`.
    pub(super) fn to_json(&self) -> Value {
        let button = |button: &Button| match (button.for_reader(), &button.action) {
            (_, ButtonAction::Callback(data)) => {
                json!({ "text": button.text, "callback_data": data })
            }
            (for_reader, ButtonAction::Reader(_)) => json!(for_reader),
        };
        let rows = self.0.iter().map(|row| row.iter().map(button).collect::<Vec<_>>());
        json!({ "inline_keyboard": rows.collect::<Vec<_>>() })
    }
}

impl Button {
    /// The button as posts have it; `None` for one that needs the bot.
    pub(super) fn for_reader(&self) -> Option<InlineButton> {
        let ButtonAction::Reader(press) = &self.action else { return None };
        Some(InlineButton { text: self.text.clone(), press: press.clone() })
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
    let action = match (field("callback_data"), field("url"), value.get("copy_text")) {
        (Some(data), None, None) if (1..=limits::CALLBACK_BYTES).contains(&data.len()) => {
            ButtonAction::Callback(data.to_owned())
        }
        (Some(_), None, None) => return Err(ApiRefusal::Parameter("BUTTON_DATA_INVALID".into())),
        (None, Some(url), None) => ButtonAction::Reader(ButtonPress::Url(address(url)?)),
        (None, None, Some(copied)) => ButtonAction::Reader(copy_text(copied)?),
        _ => {
            return Err(ApiRefusal::Parameter(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard".into(),
            ));
        }
    };
    Ok(Button { text: text.to_owned(), action })
}

/// The address, in Telegram's spelling.
fn address(url: &str) -> Result<String, ApiRefusal> {
    match link::check(url) {
        Ok(link::Link::Url(url)) => Ok(url),
        // The sandbox has no users that a button could show.
        Ok(link::Link::User(_)) => Err(ApiRefusal::Parameter("BUTTON_USER_INVALID".into())),
        Err(error) => Err(ApiRefusal::Parameter(format!(
            "inline keyboard button URL '{url}' is invalid: {error}"
        ))),
    }
}

fn copy_text(value: &Value) -> Result<ButtonPress, ApiRefusal> {
    let Some(text) = value.get("text").and_then(Value::as_str) else {
        return Err(ApiRefusal::Parameter(
            "can't parse inline keyboard button: Can't find field \"text\"".into(),
        ));
    };
    if !(1..=limits::COPY_TEXT_UTF16).contains(&utf16::len(text)) {
        return Err(ApiRefusal::Parameter("BUTTON_COPY_TEXT_INVALID".into()));
    }
    Ok(ButtonPress::CopyText { text: text.to_owned() })
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
    fn forward_keeps_buttons_that_work_without_the_bot() {
        let opens = json!({ "text": "A", "url": "https://example.org" });
        let copies = json!({ "text": "B", "copy_text": { "text": "b" } });
        let asks = json!({ "text": "C", "callback_data": "c" });
        for (row, is_forwarded) in [(json!([opens, copies]), true), (json!([opens, asks]), false)] {
            let keyboard = read(&json!({ "inline_keyboard": [row] })).unwrap().unwrap();
            assert_eq!(keyboard.is_forwarded(), is_forwarded, "{row}");
        }
        let keyboard = read(&json!({ "inline_keyboard": [[opens, copies]] })).unwrap().unwrap();
        let kept = json!([[{ "text": "A", "url": "https://example.org/" }, copies]]);
        assert_eq!(keyboard.to_json()["inline_keyboard"], kept);
    }

    #[test]
    fn invalid_keyboard_is_refused_in_telegrams_words() {
        let button = |button: Value| json!({ "inline_keyboard": [[button]] });
        let unparsed = "Bad Request: can't parse inline keyboard button: ";
        let neither = format!("{unparsed}Text buttons are unallowed in the inline keyboard");
        let copies = |text: &str| button(json!({ "text": "a", "copy_text": { "text": text } }));
        let opens = |url: &str| button(json!({ "text": "a", "url": url }));
        let data = |data: &str| button(json!({ "text": "a", "callback_data": data }));
        let rows = vec![vec![json!({ "text": "a", "callback_data": "a" }); 8]; 13];
        let cases = [
            (button(json!({ "text": "a" })), neither.as_str()),
            (
                button(json!({ "text": "a", "url": "https://example.org/", "callback_data": "a" })),
                &neither,
            ),
            (data(""), "Bad Request: BUTTON_DATA_INVALID"),
            (data(&"ж".repeat(33)), "Bad Request: BUTTON_DATA_INVALID"),
            (copies(""), "Bad Request: BUTTON_COPY_TEXT_INVALID"),
            (copies(&"a".repeat(257)), "Bad Request: BUTTON_COPY_TEXT_INVALID"),
            (
                opens("ftp://b.example/"),
                "Bad Request: inline keyboard button URL 'ftp://b.example/' is invalid: Unsupported URL protocol",
            ),
            (
                opens("not-a-url"),
                "Bad Request: inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
            ),
            (opens("tg://user?id=5"), "Bad Request: BUTTON_USER_INVALID"),
            (json!({ "inline_keyboard": rows }), "Bad Request: REPLY_MARKUP_TOO_LONG"),
        ];
        for (markup, expected) in cases {
            assert_eq!(read(&markup), Err(expected.to_owned()), "{markup}");
        }
        for bad in [
            json!({ "keyboard": [[{ "text": "a" }]] }),
            json!({ "inline_keyboard": "a" }),
            json!({ "inline_keyboard": ["a"] }),
            button(json!({ "text": " ", "callback_data": "a" })),
            button(json!({ "text": "a", "copy_text": "b" })),
        ] {
            assert!(read(&bad).is_err(), "{bad}");
        }
    }
}
