//! Draws the buttons below a message, each line as wide as the bubble.

use super::style::{Painter, Style, TextAttribute};
use super::{clean, flow};
use crate::message::{ButtonPress, InlineButton, InlineKeyboard};

/// The fewest columns of a button. A line with more buttons than fit is continued on the next one.
const FEWEST_COLUMNS: usize = 8;

/// The columns of a button that do not belong to its words: brackets, and the sign of what it does.
const SIGNS: usize = 4;

/// The addresses of the buttons, in order, for OSC 8; `None` for a button that opens nothing.
pub(super) fn addresses(keyboard: &InlineKeyboard) -> impl Iterator<Item = Option<String>> {
    keyboard.buttons().map(|button| match &button.press {
        ButtonPress::Url(url) => clean::address(url),
        ButtonPress::CopyText { .. } => None,
    })
}

/// Draws the buttons in lines of `columns`. `first_link` is the number of the first button's address.
pub(super) fn paint(
    painter: &mut Painter<'_>,
    keyboard: &InlineKeyboard,
    first_link: usize,
    columns: usize,
) {
    let most = ((columns + 1) / (FEWEST_COLUMNS + 1)).max(1);
    let mut links = first_link..;
    for line in keyboard.rows.iter().flat_map(|row| row.chunks(most)) {
        let free = columns + 1 - line.len();
        for (number, button) in line.iter().enumerate() {
            if number > 0 {
                painter.put(" ", Style::default());
            }
            // The first buttons get the columns that are left over.
            let wider = usize::from(number < free % line.len());
            paint_button(painter, button, links.next(), free / line.len() + wider);
        }
        painter.end_line();
    }
}

fn paint_button(
    painter: &mut Painter<'_>,
    button: &InlineButton,
    link: Option<usize>,
    columns: usize,
) {
    let sign = match button.press {
        ButtonPress::Url(_) => " ↗",
        ButtonPress::CopyText { .. } => " ⧉",
    };
    let words = flow::cut(&clean::line(&button.text), columns.saturating_sub(SIGNS));
    let blanks = columns.saturating_sub(SIGNS + flow::width(&words));
    let before = blanks / 2;
    let frame = Style::default().with(TextAttribute::Frame);
    painter.put(&format!("[{}", " ".repeat(before)), frame);
    painter.put(&format!("{words}{sign}"), Style::link(link).with(TextAttribute::Tinted));
    painter.put(&format!("{}]", " ".repeat(blanks - before)), frame);
}
