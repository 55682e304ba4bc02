//! Splits a message's text into its typed lines of styled graphemes; it does not wrap them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use telegram_text::{EntityKind, FormattedText};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::clean;
use super::style::{Style, TextAttribute};

/// The quote and code block that contain a line, by the numbers of their entities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextPosition {
    pub(super) quote: Option<usize>,
    pub(super) code: Option<usize>,
}

/// A grapheme of the text, or a mark that is added.
#[derive(Clone, Debug)]
pub(super) struct Cell<'a> {
    pub(super) text: Cow<'a, str>,
    /// Columns.
    pub(super) width: usize,
    pub(super) style: Style,
}

impl<'a> Cell<'a> {
    pub(super) fn new(text: impl Into<Cow<'a, str>>, style: Style) -> Self {
        let text = text.into();
        Self { width: width(&text), text, style }
    }
}

/// The sum of the columns of the graphemes, as a terminal lays them out.
pub(super) fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// Cuts a text that is wider than `columns`, and ends it with `…`.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let fitting = text.graphemes(true).take_while(|grapheme| {
        used += grapheme.width();
        used <= columns
    });
    fitting.collect::<String>() + "…"
}

#[derive(Clone, Debug, Default)]
pub(super) struct Line<'a> {
    pub(super) cells: Vec<Cell<'a>>,
    pub(super) place: TextPosition,
}

/// A clean text, cut where its style changes.
pub(super) struct Styled {
    string: String,
    runs: Vec<(Range<usize>, Style, TextPosition)>,
}

impl Styled {
    /// Cleans a text and applies its entities, which need not be normalized: what is outside the text is ignored, and where links
    /// or quotes overlap, the first one counts.
    pub(super) fn new(text: &FormattedText) -> Self {
        let mut borders: Vec<(usize, bool, usize)> = Vec::new();
        for (index, entity) in
            text.entities.iter().enumerate().filter(|(_, entity)| entity.length > 0)
        {
            borders.push((entity.offset, true, index));
            borders.push((entity.offset.saturating_add(entity.length), false, index));
        }
        borders.sort_unstable();
        let mut borders = borders.into_iter().peekable();
        let mut active = Active::default();
        let mut styled =
            Self { string: String::with_capacity(text.string.len()), runs: Vec::new() };
        let mut units = 0;
        let mut now = (Style::default(), TextPosition::default());
        for character in text.string.chars() {
            while let Some((_, starts, index)) = borders.next_if(|(at, ..)| *at <= units) {
                if let Some(entity) = text.entities.get(index) {
                    active.change(&entity.kind, index, starts);
                    now = (active.style(), active.place());
                }
            }
            units += character.len_utf16();
            if let Some(character) = clean::character(character) {
                styled.push(character, now);
            }
        }
        styled
    }

    fn push(&mut self, character: char, (style, place): (Style, TextPosition)) {
        let start = self.string.len();
        self.string.push(character);
        let end = self.string.len();
        match self.runs.last_mut() {
            Some((range, last_style, last_place))
                if (*last_style, *last_place) == (style, place) =>
            {
                range.end = end;
            }
            _ => self.runs.push((start..end, style, place)),
        }
    }

    /// A quote or a code block that starts or ends inside a line splits it, as in Telegram.
    pub(super) fn lines(&self, marks: bool) -> Vec<Line<'_>> {
        let mut writer =
            Writer { marks, lines: Vec::new(), line: Line::default(), style: Style::default() };
        let mut runs = self.runs.iter().peekable();
        for (at, grapheme) in self.string.grapheme_indices(true) {
            while runs.next_if(|(range, ..)| range.end <= at).is_some() {}
            let Some((_, style, place)) = runs.peek() else { break };
            if grapheme == "\n" {
                writer.end_line(*place);
            } else {
                writer.put(grapheme, *style, *place);
            }
        }
        if !writer.line.cells.is_empty() {
            writer.end_line(writer.line.place);
        }
        writer.lines
    }
}

/// The entities at a character.
#[derive(Default)]
struct Active {
    /// How many entities have each look; links, quotes and code blocks are kept by number.
    counts: [usize; TextAttribute::ALL.len()],
    links: BTreeSet<usize>,
    quotes: BTreeSet<usize>,
    codes: BTreeSet<usize>,
}

impl Active {
    fn change(&mut self, kind: &EntityKind, index: usize, starts: bool) {
        let looks = TextAttribute::of(kind);
        for (count, _) in
            self.counts.iter_mut().zip(TextAttribute::ALL).filter(|(_, look)| looks == Some(*look))
        {
            *count = if starts { *count + 1 } else { count.saturating_sub(1) };
        }
        let set = match kind {
            EntityKind::TextLink { .. } => &mut self.links,
            EntityKind::Pre { .. } => &mut self.codes,
            kind if kind.is_quote() => &mut self.quotes,
            _ => return,
        };
        if starts {
            set.insert(index);
        } else {
            set.remove(&index);
        }
    }

    fn style(&self) -> Style {
        let looks = self.counts.iter().zip(TextAttribute::ALL).filter(|(count, _)| **count > 0);
        looks.fold(Style::link(self.links.first().copied()), |style, (_, look)| style.with(look))
    }

    fn place(&self) -> TextPosition {
        TextPosition { quote: self.quotes.first().copied(), code: self.codes.first().copied() }
    }
}

/// Collects graphemes into lines.
struct Writer<'a> {
    /// Whether marks replace the styles.
    marks: bool,
    lines: Vec<Line<'a>>,
    line: Line<'a>,
    style: Style,
}

impl<'a> Writer<'a> {
    fn put(&mut self, grapheme: &'a str, style: Style, place: TextPosition) {
        if self.line.place != place && !self.line.cells.is_empty() {
            self.end_line(self.line.place);
        }
        self.line.place = place;
        self.mark(style);
        self.line.cells.push(Cell::new(grapheme, style));
    }

    fn end_line(&mut self, place: TextPosition) {
        if self.line.cells.is_empty() {
            self.line.place = place;
        }
        self.mark(Style::default());
        self.lines.push(std::mem::take(&mut self.line));
    }

    /// Puts the marks between two styles.
    fn mark(&mut self, style: Style) {
        let before = std::mem::replace(&mut self.style, style);
        if !self.marks {
            return;
        }
        let ends = TextAttribute::ALL
            .into_iter()
            .rev()
            .filter(|look| before.has(*look) && !style.has(*look));
        let starts =
            TextAttribute::ALL.into_iter().filter(|look| style.has(*look) && !before.has(*look));
        let marks = ends.chain(starts).filter_map(TextAttribute::mark);
        self.line.cells.extend(marks.map(|mark| Cell::new(mark, Style::default())));
    }
}
