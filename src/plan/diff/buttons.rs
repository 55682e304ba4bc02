//! The buttons of a post as lines of text, in no language.

use telegram_text::{FormattedText, html};

use crate::message::{ButtonPress, InlineButton, Request};

/// The lines of buttons of a post: `[Register ↗ https://example.org/] [Code ⧉ PROMO-24]`.
pub(super) fn lines<'r>(messages: impl IntoIterator<Item = &'r Request>) -> Vec<String> {
    let keyboards = messages.into_iter().filter_map(|message| message.content()?.keyboard());
    let rows = keyboards.flat_map(|keyboard| &keyboard.rows);
    rows.map(|row| row.iter().map(button).collect::<Vec<_>>().join(" ")).collect()
}

fn button(button: &InlineButton) -> String {
    match &button.press {
        ButtonPress::Url(url) => format!("[{} ↗ {url}]", button.text),
        ButtonPress::CopyText { text } => format!("[{} ⧉ {text}]", button.text),
    }
}

/// The lines as a setting in a diff.
pub(super) fn setting(lines: &[String]) -> String {
    if lines.is_empty() {
        return "buttons: none\n".to_owned();
    }
    lines.iter().flat_map(|line| ["buttons: ", line, "\n"]).collect()
}

/// The lines as HTML.
pub(super) fn html(lines: &[String]) -> String {
    let line = |line: &String| html::write(&FormattedText::plain(line)).unwrap_or_default() + "\n";
    lines.iter().map(line).collect()
}
