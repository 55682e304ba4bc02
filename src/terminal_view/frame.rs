//! Draws the box around a message: its border, the bars of quotes, the background of code blocks.

use telegram_text::{EntityKind, FormattedText, post_link};
use unicode_segmentation::UnicodeSegmentation;

use super::flow::{self, Cell, Line, Styled, TextPosition};
use super::style::{Painter, Style, TextAttribute};
use super::{Bubble, BubbleOptions, PHONE_COLUMNS, clean, keyboard, wrap};

/// Columns of the border and the blanks inside it.
const BORDER: usize = 4;
/// The fewest columns in which a text is readable.
const FEWEST_COLUMNS: usize = 8;
/// Columns of a quote's bar and the blank after it; the sign of an expandable quote has the same width at the other end.
const BAR: usize = 2;

/// A row of the box.
struct Row<'a> {
    cells: Vec<Cell<'a>>,
    place: TextPosition,
}

pub(super) fn draw(message: &Bubble<'_>, options: &BubbleOptions) -> String {
    let columns = options.columns.saturating_sub(BORDER).clamp(FEWEST_COLUMNS, PHONE_COLUMNS);
    let text = message.text;
    let addresses = text.entities.iter().map(|entity| match &entity.kind {
        // The linked post is not published yet, so there is no address.
        EntityKind::TextLink { url } if post_link::post_of(url).is_some() => None,
        EntityKind::TextLink { url } => clean::address(url),
        _ => None,
    });
    let buttons = message.keyboard.into_iter().flat_map(keyboard::addresses);
    let addresses: Vec<_> = addresses.chain(buttons).collect();
    let styled = Styled::new(text);
    let mut lines = styled.lines(!options.ansi);
    let media = message.media.iter().map(|line| media_line(line));
    let at = if message.is_caption_above { lines.len() } else { 0 };
    lines.splice(at..at, media);
    let mut rows = rows(text, lines, columns, options.ansi).into_iter().peekable();

    let mut painter = Painter::new(options.ansi, &addresses);
    edge(&mut painter, ["╭─", "╮"], message.title, columns, true);
    while let Some(row) = rows.next() {
        let ends_quote = rows.peek().is_none_or(|next| next.place.quote != row.place.quote);
        paint(&mut painter, &row, text, columns, ends_quote);
    }
    edge(&mut painter, ["╰", "─╯"], message.footnote, columns, false);
    if let Some(keyboard) = message.keyboard {
        keyboard::paint(&mut painter, keyboard, text.entities.len(), columns + BORDER);
    }
    painter.finish()
}

/// A file as a line of the message.
fn media_line(line: &str) -> Line<'static> {
    let line = clean::line(line);
    let cells = line.graphemes(true).map(|cell| Cell::new(cell.to_owned(), Style::default()));
    Line { cells: cells.collect(), place: TextPosition::default() }
}

/// Wraps the lines into rows, and adds the rows above and below code blocks.
fn rows<'a>(
    text: &FormattedText,
    lines: Vec<Line<'a>>,
    columns: usize,
    ansi: bool,
) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    let fence = |place: TextPosition, opens: bool| {
        let label = label(text, place, opens, ansi)?;
        let style = Style::default().with(TextAttribute::Block).with(TextAttribute::Frame);
        let label = flow::cut(&label, inside(text, place, columns));
        Some(Row { cells: vec![Cell::new(label, style)], place })
    };
    let mut last = TextPosition::default();
    for line in lines {
        let place = line.place;
        if place.code != last.code {
            rows.extend(fence(last, false));
            rows.extend(fence(place, true));
        }
        last = place;
        let columns = inside(text, place, columns);
        let broken = match place.code {
            Some(_) => wrap::code(line.cells, columns),
            None => wrap::words(line.cells, columns),
        };
        rows.extend(broken.into_iter().map(|cells| Row { cells, place }));
    }
    rows.extend(fence(last, false));
    rows
}

/// The row above or below a code block: its language, or a fence where there are no colours.
fn label(text: &FormattedText, place: TextPosition, opens: bool, ansi: bool) -> Option<String> {
    let EntityKind::Pre { language } = &text.entities.get(place.code?)?.kind else { return None };
    let language = language.as_deref().map(clean::line).unwrap_or_default();
    match (ansi, opens) {
        (true, true) => (!language.is_empty()).then_some(language),
        (true, false) => None,
        (false, true) => Some(format!("```{language}")),
        (false, false) => Some("```".to_owned()),
    }
}

/// The columns for the text of a row.
fn inside(text: &FormattedText, place: TextPosition, columns: usize) -> usize {
    match place.quote {
        None => columns,
        Some(quote) if is_expandable(text, quote) => columns - 2 * BAR,
        Some(_) => columns - BAR,
    }
}

fn is_expandable(text: &FormattedText, quote: usize) -> bool {
    text.entities.get(quote).is_some_and(|entity| entity.kind == EntityKind::ExpandableBlockquote)
}

fn paint(
    painter: &mut Painter<'_>,
    row: &Row<'_>,
    text: &FormattedText,
    columns: usize,
    ends_quote: bool,
) {
    let frame = Style::default().with(TextAttribute::Frame);
    let bar = Style::default().with(TextAttribute::Tinted);
    painter.put("│ ", frame);
    if row.place.quote.is_some() {
        painter.put("▎ ", bar);
    }
    for cell in &row.cells {
        painter.put(&cell.text, cell.style);
    }
    // The background of a code block extends to the border.
    let ground = match row.place.code {
        Some(_) => Style::default().with(TextAttribute::Block),
        None => Style::default(),
    };
    let inside = inside(text, row.place, columns);
    painter.put(&" ".repeat(inside.saturating_sub(wrap::width(&row.cells))), ground);
    if row.place.quote.is_some_and(|quote| is_expandable(text, quote)) {
        painter.put(if ends_quote { " ▾" } else { "  " }, bar);
    }
    painter.put(" │", frame);
    painter.end_line();
}

/// The upper or lower border, with a text at its start or its end.
fn edge(
    painter: &mut Painter<'_>,
    [left, right]: [&str; 2],
    words: &str,
    columns: usize,
    at_start: bool,
) {
    let frame = Style::default().with(TextAttribute::Frame);
    let words = flow::cut(&clean::line(words), columns - 2);
    let words = if words.trim().is_empty() { String::new() } else { format!(" {words} ") };
    let line = "─".repeat((columns + 1).saturating_sub(flow::width(&words)));
    painter.put(left, frame);
    if at_start {
        painter.put(&words, Style::default().with(TextAttribute::Bold));
        painter.put(&line, frame);
    } else {
        painter.put(&line, frame);
        painter.put(&words, frame);
    }
    painter.put(right, frame);
    painter.end_line();
}
