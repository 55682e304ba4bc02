//! Writes a text in normal form as MarkdownV2 from which Telegram reads the same text. It refuses a text that MarkdownV2 cannot
//! express.

use super::around::around;
use super::escape::{self, Copied};
use super::with_whole_quotations;
use crate::Unsupported;
use crate::event::{Event, events};
use crate::{Entity, EntityKind, FormattedText, normal, utf16};

/// An empty entity that separates two delimiters which together would have another meaning.
const NOTHING: &str = "**";

/// A character that Telegram replaces by a space, but that does not end the name of a language as a space does.
const BLANK_IN_LANGUAGE: char = '\u{1}';

/// Writes `text`, which is in normal form, as MarkdownV2 from which [`read`](super::read) reads the same text
/// [with whole quotations](with_whole_quotations).
///
/// Entities that Telegram detects are written as the text they cover.
///
/// # Errors
///
/// The first entity that MarkdownV2 cannot express, its quotations extended: a quotation that begins or ends within a line, an entity that covers the
/// line feed at the end of a quotation but not the whole quotation, a language with a backtick or a line feed in its name.
pub fn write(text: &FormattedText) -> Result<String, Unsupported> {
    if text.entities.iter().any(|entity| entity.kind.is_quote()) {
        return write_whole(&with_whole_quotations(text));
    }
    write_whole(text)
}

fn write_whole(text: &FormattedText) -> Result<String, Unsupported> {
    let mut writer = Writer {
        text,
        units: None,
        markup: String::with_capacity(text.string.len() + text.string.len() / 8),
        copied: Copied::new(&text.string),
        line: Line::Start,
        is_in_code: false,
        styles: Vec::new(),
        wanted: Vec::new(),
        quote: None,
        quote_end: None,
        italic_sign: None,
    };
    for event in events(text) {
        match event {
            Event::Open(entity) => writer.open(entity)?,
            Event::Text(piece) => writer.text(piece),
            Event::Close(entity) => writer.close(entity),
        }
    }
    writer.end_styles();
    Ok(writer.markup)
}

struct Writer<'a> {
    text: &'a FormattedText,
    /// UTF-16 units of the text, counted at the first quotation.
    units: Option<usize>,
    markup: String,
    copied: Copied<'a>,
    line: Line,
    is_in_code: bool,
    /// The styles that are open in the markup, the outermost first.
    styles: Vec<&'a EntityKind>,
    /// The styles that are open in the text. A style often ends where it begins again, since Telegram cuts each where
    /// another begins; so signs are written when the next character is known.
    wanted: Vec<&'a EntityKind>,
    quote: Option<Quote<'a>>,
    /// How long the markup was when a quotation had just ended.
    quote_end: Option<usize>,
    /// How long the markup was when a `_` had just been written.
    italic_sign: Option<usize>,
}

/// Where in a line the text written so far ends.
#[derive(Clone, Copy)]
enum Line {
    /// At the beginning of a line.
    Start,
    /// There too, but the line feed is inside code, at this byte of the markup.
    StartByCode(usize),
    /// Elsewhere.
    Within,
}

/// A quotation that is open.
struct Quote<'a> {
    /// Whether the text ends with it.
    is_last: bool,
    /// The entities that are around it in the markup, though inside it in the text.
    around: Vec<&'a Entity>,
    /// Whether a line feed is read that may be the one that ends it.
    owes_line_feed: bool,
}

impl Quote<'_> {
    fn is_inside(&self, entity: &Entity) -> bool {
        self.around.iter().any(|around| {
            around.kind == entity.kind && (around.kind.is_splittable() || *around == entity)
        })
    }
}

impl<'a> Writer<'a> {
    fn open(&mut self, entity: &'a Entity) -> Result<(), Unsupported> {
        if entity.kind.is_found() || self.is_written_around(entity) {
            return Ok(());
        }
        if entity.kind.is_splittable() {
            if !self.wanted.contains(&&entity.kind) {
                self.wanted.push(&entity.kind);
            }
            return Ok(());
        }
        self.apply_styles();
        if entity.kind.is_quote() {
            return self.open_quote(entity);
        }
        if !normal::is_kept(&entity.kind) {
            return Err(unsupported(entity, "Telegram changes or drops it"));
        }
        if let EntityKind::Pre { language: Some(language) } = &entity.kind
            && language.contains(['`', '\n'])
        {
            return Err(unsupported(
                entity,
                "the name of a language must not contain a backtick or a line feed",
            ));
        }
        self.begin(&entity.kind);
        Ok(())
    }

    fn text(&mut self, piece: &str) {
        self.apply_styles();
        let ends_line = piece.ends_with('\n');
        if self.is_in_code {
            self.copied.skip(piece.len());
            escape::push_but(&mut self.markup, piece, [b'`', b'\\']);
            let last = self.markup.len().saturating_sub(1);
            self.line = if ends_line { Line::StartByCode(last) } else { Line::Within };
            return;
        }
        self.line = if ends_line { Line::Start } else { Line::Within };
        if let Some(quote) = &mut self.quote {
            quote.owes_line_feed = ends_line;
            let owed = usize::from(ends_line);
            self.copied.push(&mut self.markup, piece.len() - owed, ">");
            self.copied.skip(owed);
        } else {
            self.copied.push(&mut self.markup, piece.len(), "");
        }
    }

    fn close(&mut self, entity: &'a Entity) {
        if entity.kind.is_found() || self.is_written_around(entity) {
            return;
        }
        if entity.kind.is_splittable() {
            self.wanted.retain(|style| **style != entity.kind);
            return;
        }
        if entity.kind.is_quote() {
            return self.close_quote(entity);
        }
        self.apply_styles();
        self.end(&entity.kind);
    }

    fn is_written_around(&self, entity: &Entity) -> bool {
        self.quote.as_ref().is_some_and(|quote| quote.is_inside(entity))
    }

    /// Ends and begins styles until the open ones are those of the text, after a pending line feed.
    fn apply_styles(&mut self) {
        self.write_line_feed();
        if self.styles.is_empty() && self.wanted.is_empty() {
            return;
        }
        let staying = self.styles.iter().take_while(|style| self.wanted.contains(style)).count();
        while self.styles.len() > staying
            && let Some(style) = self.styles.pop()
        {
            self.sign(style);
        }
        let wanted = std::mem::take(&mut self.wanted);
        for style in &wanted {
            if !self.styles.contains(style) {
                self.sign(style);
                self.styles.push(style);
            }
        }
        self.wanted = wanted;
    }

    /// Ends all styles.
    fn end_styles(&mut self) {
        while let Some(style) = self.styles.pop() {
            self.sign(style);
        }
    }

    /// Writes the pending line feed, which does not end the quotation.
    fn write_line_feed(&mut self) {
        if let Some(quote) = &mut self.quote
            && std::mem::take(&mut quote.owes_line_feed)
        {
            self.markup.push_str("\n>");
        }
    }

    fn open_quote(&mut self, entity: &'a Entity) -> Result<(), Unsupported> {
        match self.line {
            Line::Start => {}
            // Of the line feeds in code only those after a backslash begin a line to Telegram.
            Line::StartByCode(at) => self.markup.insert(at, '\\'),
            Line::Within => {
                return Err(unsupported(entity, "a quote must begin at the start of a line"));
            }
        }
        let is_last = *self.units.get_or_insert_with(|| self.text.utf16_len()) == entity.end();
        if !is_last && !self.ends_line(entity) {
            return Err(unsupported(
                entity,
                "a quote must end at a line break or at the end of the text",
            ));
        }
        let around = if is_last { Vec::new() } else { self.around(entity)? };
        if around.is_empty() && self.quote_end == Some(self.markup.len()) {
            // A `>` right after a quotation would continue it.
            self.markup.push_str(NOTHING);
        }
        for entity in &around {
            self.begin(&entity.kind);
        }
        self.markup.push('>');
        self.quote = Some(Quote { is_last, around, owes_line_feed: false });
        Ok(())
    }

    /// Whether the quotation that begins here ends with a line feed.
    fn ends_line(&self, quote: &Entity) -> bool {
        let rest = self.text.string.get(self.copied.at..).unwrap_or_default();
        utf16::byte_of(rest, quote.length)
            .and_then(|end| rest.get(..end))
            .is_some_and(|quoted| quoted.ends_with('\n'))
    }

    fn around(&self, quote: &Entity) -> Result<Vec<&'a Entity>, Unsupported> {
        let entities = &self.text.entities;
        let start = entities.partition_point(|entity| entity.offset < quote.offset);
        let end = entities.partition_point(|entity| entity.offset < quote.end());
        around(quote, entities.get(start..end).unwrap_or_default()).map_err(|entity| {
            unsupported(entity, "an entity that covers the end of a quote must cover all of it")
        })
    }

    fn close_quote(&mut self, entity: &Entity) {
        self.end_styles();
        let Some(quote) = self.quote.take() else { return };
        if entity.kind == EntityKind::ExpandableBlockquote {
            self.markup.push_str("||");
        }
        if quote.owes_line_feed || !quote.is_last {
            self.markup.push('\n');
            self.quote_end = Some(self.markup.len());
        }
        for entity in quote.around.iter().rev() {
            self.end(&entity.kind);
        }
    }

    fn begin(&mut self, kind: &EntityKind) {
        match kind {
            EntityKind::TextLink { .. } | EntityKind::TextMention { .. } => self.markup.push('['),
            EntityKind::CustomEmoji { .. } | EntityKind::DateTime { .. } => {
                self.markup.push_str("![");
            }
            EntityKind::Code => {
                self.is_in_code = true;
                self.markup.push('`');
            }
            EntityKind::Pre { language } => {
                self.is_in_code = true;
                self.markup.push_str("```");
                let language = language.as_deref().unwrap_or_default().chars();
                let carried = language.map(|letter| match letter {
                    ' ' => BLANK_IN_LANGUAGE,
                    letter => letter,
                });
                self.markup.extend(carried);
                // The first line break after the backticks is not part of the code.
                self.markup.push('\n');
            }
            style => self.sign(style),
        }
    }

    fn end(&mut self, kind: &EntityKind) {
        match kind {
            EntityKind::TextLink { url } => {
                self.markup.push_str("](");
                escape::push_but(&mut self.markup, url, [b')', b'\\']);
                self.markup.push(')');
            }
            EntityKind::TextMention { user } => {
                self.destination("user?id=", &user.to_string());
            }
            EntityKind::CustomEmoji { custom_emoji_id } => {
                self.destination("emoji?id=", custom_emoji_id);
            }
            EntityKind::DateTime { unix_time, date_time_format } if date_time_format.is_empty() => {
                self.destination("time?unix=", &unix_time.to_string());
            }
            EntityKind::DateTime { unix_time, date_time_format } => {
                self.destination("time?unix=", &format!("{unix_time}&format={date_time_format}"));
            }
            EntityKind::Code => {
                self.is_in_code = false;
                self.markup.push('`');
            }
            EntityKind::Pre { .. } => {
                self.is_in_code = false;
                self.markup.push_str("```");
            }
            style => self.sign(style),
        }
    }

    fn destination(&mut self, host: &str, value: &str) {
        for part in ["](tg://", host, value, ")"] {
            self.markup.push_str(part);
        }
    }

    /// The sign that begins or ends a style.
    fn sign(&mut self, style: &EntityKind) {
        let sign = match style {
            EntityKind::Bold => "*",
            EntityKind::Italic => "_",
            EntityKind::Underline => "__",
            EntityKind::Strikethrough => "~",
            EntityKind::Spoiler => "||",
            _ => return,
        };
        if sign.starts_with('_') && self.italic_sign == Some(self.markup.len()) {
            // Telegram reads a `_` that another follows as half of a `__`.
            self.markup.push_str(NOTHING);
        }
        self.markup.push_str(sign);
        if sign == "_" {
            self.italic_sign = Some(self.markup.len());
        }
    }
}

fn unsupported(entity: &Entity, why: &'static str) -> Unsupported {
    Unsupported { form: "MarkdownV2", entity: entity.clone(), why }
}
