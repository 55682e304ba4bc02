//! Draws a message for a terminal as readers will see it on a phone; it returns a string and prints nothing.
//!
//! Anyone may have written the texts and links, so they cannot control the terminal: `clean.rs` removes control characters and
//! direction overrides in every mode.

mod clean;
mod flow;
mod frame;
mod gauge;
mod keyboard;
mod style;
#[cfg(test)]
mod tests;
mod wrap;

pub use gauge::{gauge, notification};

use telegram_text::FormattedText;

use crate::message::InlineKeyboard;

/// Columns of text in a bubble: about the width of a line on a phone held upright.
pub const PHONE_COLUMNS: usize = 46;

/// One message as a channel shows it.
#[derive(Clone, Copy, Debug)]
pub struct Bubble<'a> {
    /// The channel's name, in the upper border.
    pub title: &'a str,
    /// The files of the message, each as one line.
    pub media: &'a [String],
    /// Whether the text is above the files.
    pub is_caption_above: bool,
    /// The text; its entities need not be normalized. What Telegram detects is shown as links.
    pub text: &'a FormattedText,
    /// The text in the lower border, such as the part's number or the time.
    pub footnote: &'a str,
    /// The buttons below the message.
    pub keyboard: Option<&'a InlineKeyboard>,
}

/// Options for drawing a bubble.
#[derive(Clone, Copy, Debug)]
pub struct BubbleOptions {
    /// Columns of the terminal. The bubble is never narrower than 12, nor wider than [`PHONE_COLUMNS`] and its border.
    pub columns: usize,
    /// Whether the terminal supports styles (SGR) and links (OSC 8). Without them the box is drawn too, code is in backticks and
    /// spoilers are between `▒`.
    pub ansi: bool,
}

/// Draws a message; all lines have the same width and end in a line break.
///
/// Widths are those of Unicode (UAX #11) for each grapheme. In a terminal that draws a joined emoji or a ligature with
/// another width, the border of that line is shifted. Right-to-left words are written in the order of the text; a terminal that
/// reverses them does so inside the border, since the border and the blanks before it are not part of the run.
#[must_use]
pub fn draw(message: &Bubble<'_>, options: &BubbleOptions) -> String {
    frame::draw(message, options)
}
