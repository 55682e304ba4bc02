//! A message drawn for a terminal as readers will see it on a phone; a string comes out, nothing is printed.
//!
//! Text and links come from files that anyone may have written, so nothing in them reaches the terminal that it would
//! obey: `clean.rs` lets no control character and no direction override through, in any mode.

mod clean;
mod flow;
mod frame;
mod gauge;
mod style;
#[cfg(test)]
mod tests;
mod wrap;

pub use gauge::{gauge, notification};

use telegram_text::FormattedText;

/// Columns of text in a bubble: about what a phone held upright shows in a line of a channel.
pub const PHONE_COLUMNS: usize = 46;

/// One message as a channel shows it.
#[derive(Clone, Copy, Debug)]
pub struct Bubble<'a> {
    /// The channel's name, in the upper border.
    pub title: &'a str,
    /// The text; its entities may be in any state, and those that Telegram finds itself are shown as links.
    pub text: &'a FormattedText,
    /// What stands in the lower border, such as the part's number or the time.
    pub footnote: &'a str,
}

/// How a bubble is drawn.
#[derive(Clone, Copy, Debug)]
pub struct BubbleOptions {
    /// Columns of the terminal. The bubble is never narrower than 12, nor wider than [`PHONE_COLUMNS`] and its border.
    pub columns: usize,
    /// Whether the terminal understands styles (SGR) and links (OSC 8). Without them the box stays, code stands in
    /// backticks and spoilers between `▒`.
    pub ansi: bool,
}

/// Draws a message; every line ends in a line break and is as wide as the others.
///
/// Widths are those of Unicode (UAX #11) for each grapheme. Terminals that draw a joined emoji or a ligature otherwise
/// shift the border of that line. Right-to-left words are written in the order of the text; a terminal that turns them
/// round does so inside the border, since the border and the blanks before it stand outside their run.
#[must_use]
pub fn draw(message: &Bubble<'_>, options: &BubbleOptions) -> String {
    frame::draw(message, options)
}
