//! The buttons below a message: a link for each address that is allowed_url to open, and a button for each text to copy.

use maud::{Markup, html};

use super::body::allowed_url;
use crate::message::{ButtonPress, InlineButton, InlineKeyboard};

/// A message with the buttons below it, if there are any, as wide as the message.
#[must_use]
pub fn with_buttons(message: &Markup, buttons: Option<&Markup>) -> Markup {
    html! {
        @if let Some(buttons) = buttons {
            div.with-buttons { (message) (buttons) }
        } @else {
            (message)
        }
    }
}

/// The rows of buttons.
#[must_use]
pub fn keyboard(keyboard: &InlineKeyboard) -> Markup {
    html! {
        div.keyboard {
            @for row in &keyboard.rows { div { @for button in row { (self::button(button)) } } }
        }
    }
}

/// A button that does the same here as in Telegram. An address of Telegram's own schemes opens nothing.
#[must_use]
pub fn button(button: &InlineButton) -> Markup {
    let InlineButton { text, press } = button;
    html! {
        @match press {
            ButtonPress::Url(url) => {
                @if let Some(address) = allowed_url(url) {
                    a.button href=(address) title=(url) rel="noopener noreferrer" target="_blank" dir="auto" { (text) }
                } @else {
                    span.button title=(url) dir="auto" { (text) }
                }
            }
            ButtonPress::CopyText { text: copied } => {
                button.button type="button" data-copy=(copied) title=(copied) dir="auto" { (text) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_can_be_opened() {
        let drawn = |press| button(&InlineButton { text: "<b>".to_owned(), press }).0;
        for (address, expected) in [
            (
                "https://example.org/?a=1&b",
                "<a class=\"button\" href=\"https://example.org/?a=1&amp;b\"",
            ),
            ("tg://resolve?domain=a", "<span class=\"button\""),
            ("javascript:alert(1)", "<span class=\"button\""),
        ] {
            let drawn = drawn(ButtonPress::Url(address.to_owned()));
            assert!(drawn.starts_with(expected) && drawn.contains("&lt;b&gt;"), "{drawn}");
        }
        let copies = drawn(ButtonPress::CopyText { text: "a\"b".to_owned() });
        assert!(copies.contains("data-copy=\"a&quot;b\""), "{copies}");
    }
}
