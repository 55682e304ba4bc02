//! Fills values into Markdown: a text is escaped, and the result is compared with the template.
//!
//! The comparison needs no knowledge of Markdown's rules. The template is parsed with a stand-in word for each text, and the result
//! is parsed as well. Both must show the same characters with the same formatting in the same blocks, where the text counts as
//! the stand-in.

use telegram_text::block::Block;
use telegram_text::link::{self, Link};
use telegram_text::utf16::Cursor;
use telegram_text::{EntityKind, ParsedText, body, inline};

use super::placeholder::{Piece, pieces};
use super::{TemplateError, Value, Values};

/// The grammar of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// Only formatting.
    Inline,
    /// Blocks.
    Body,
}

/// A text that is filled in.
struct Text<'v> {
    key: String,
    value: &'v str,
    /// The word that takes its place when the template is parsed.
    stand_in: String,
}

/// Fills in the placeholders of `template`.
pub(super) fn fill(
    template: &str,
    syntax: Syntax,
    values: &Values,
) -> Result<String, TemplateError> {
    let pieces = pieces(template);
    let texts = texts(template, &pieces, values);
    let probe = joined(&pieces, values, |number| {
        texts.get(number).map(|text| text.stand_in.clone()).unwrap_or_default()
    });
    let shown = shown(&probe, syntax);
    let filled = joined(&pieces, values, |number| {
        let Some(text) = texts.get(number) else { return String::new() };
        if shown.iter().any(|run| run.is_code() && run.text.contains(&text.stand_in)) {
            text.value.to_owned()
        } else {
            escaped(text.value)
        }
    });
    let mut expected = shown;
    for text in &texts {
        for run in &mut expected {
            run.replace(text);
        }
    }
    if letters(&expected) == letters(&self::shown(&filled, syntax)) {
        return Ok(filled);
    }
    // The first text that does not fit alone is the one to report.
    let first = texts.iter().find(|text| escaped(text.value) != text.value).or(texts.first());
    Err(TemplateError::Unfit(first.map(|text| text.key.clone()).unwrap_or_default()))
}

/// The texts of the placeholders, in order.
fn texts<'v>(template: &str, pieces: &[Piece<'_>], values: &'v Values) -> Vec<Text<'v>> {
    let mut word = "zq".to_owned();
    let is_taken = |word: &str| {
        template.contains(word) || values.values().any(|value| value.text().contains(word))
    };
    while is_taken(&word) {
        word.push('q');
    }
    let mut texts = Vec::new();
    let mut before = "";
    for piece in pieces {
        match piece {
            Piece::Literal(text) => before = text,
            Piece::Placeholder(key) => {
                let stand_in = format!("{word}{}x", texts.len());
                if let Some(Value::Text(value)) = values.get(*key) {
                    // A link needs an address.
                    let is_address = before.ends_with("](");
                    let stand_in =
                        if is_address { format!("https://{stand_in}.org/") } else { stand_in };
                    texts.push(Text { key: (*key).to_owned(), value: value.trim(), stand_in });
                }
                before = "";
            }
        }
    }
    texts
}

/// The pieces as one text; `text` returns what takes the place of each text, by its number.
fn joined(pieces: &[Piece<'_>], values: &Values, text: impl Fn(usize) -> String) -> String {
    let mut joined = String::new();
    let mut number = 0;
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => joined.push_str(literal),
            Piece::Placeholder(key) => {
                let inserted = match values.get(*key) {
                    Some(Value::Markdown(markdown)) => markdown.trim_matches('\n').to_owned(),
                    Some(Value::Text(_)) => {
                        number += 1;
                        text(number - 1)
                    }
                    None => String::new(),
                };
                let line = joined.rsplit('\n').next().unwrap_or_default();
                let prefix = container_prefix(line);
                joined.push_str(&inserted.replace('\n', &format!("\n{prefix}")));
            }
        }
    }
    joined
}

/// What begins the next lines of the quote or list item that `line` begins: later lines of a value stay in it.
fn container_prefix(line: &str) -> String {
    let mut prefix = String::new();
    let mut rest = line;
    loop {
        let inner = rest.trim_start_matches([' ', '\t']);
        prefix.push_str(rest.get(..rest.len() - inner.len()).unwrap_or_default());
        let digits =
            inner.len() - inner.trim_start_matches(|each: char| each.is_ascii_digit()).len();
        let after = inner.get(digits..).unwrap_or_default();
        let is_item = after.starts_with(['-', '+', '*', '.', ')'])
            && (digits > 0) == after.starts_with(['.', ')'])
            && after.get(1..).is_some_and(|next| next.starts_with([' ', '\t']));
        if inner.starts_with('>') {
            prefix.push('>');
            rest = inner.get(1..).unwrap_or_default();
            rest = rest.strip_prefix('!').unwrap_or(rest);
        } else if is_item {
            prefix.push_str(&" ".repeat(digits + 1));
            rest = after.get(1..).unwrap_or_default();
        } else {
            return prefix;
        }
    }
}

/// The text as Markdown that shows it.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    // What can begin a block: nothing, or the digits of a numbered item.
    let mut begins_line = true;
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied();
        // The template continues after the last letter.
        let next = after.unwrap_or('[');
        let is_markup = match letter {
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            '\\' | '`' | '*' | '~' | '|' | '[' | ']' | '<' | '>' | '&' => true,
            '!' => next == '[',
            '(' => escaped.is_empty(),
            '#' | '+' | '-' | '=' => begins_line && !before.is_ascii_digit(),
            '.' | ')' => {
                begins_line && before.is_ascii_digit() && after.is_none_or(char::is_whitespace)
            }
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(letter);
        begins_line =
            letter == '\n' || begins_line && (letter.is_ascii_digit() || letter.is_whitespace());
        before = if letter == '\n' { ' ' } else { letter };
    }
    escaped
}

/// Letters with the same formatting in the same block.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    text: String,
    /// The blocks around it, with their numbers.
    place: Vec<String>,
    formatting: Vec<EntityKind>,
}

impl Run {
    fn is_code(&self) -> bool {
        let is_code = |kind: &EntityKind| matches!(kind, EntityKind::Code | EntityKind::Pre { .. });
        self.formatting.iter().any(is_code)
            || self.place.last().is_some_and(|block| block == "code")
    }

    /// Puts a text in place of its stand-in.
    fn replace(&mut self, text: &Text<'_>) {
        self.text = self.text.replace(&text.stand_in, text.value);
        for kind in &mut self.formatting {
            if let EntityKind::TextLink { url } = kind
                && url.contains(&text.stand_in)
            {
                let address = url.replace(&text.stand_in, text.value);
                *url = match link::check(&address) {
                    Ok(Link::Url(url)) => url,
                    _ => address,
                };
            }
        }
    }
}

/// Each letter with its formatting and its block. White space is left out: a line break in a value may become a space.
fn letters(runs: &[Run]) -> Vec<(char, &[String], &[EntityKind])> {
    let letters = runs.iter().flat_map(|run| {
        let letters = run.text.chars().filter(|letter| !letter.is_whitespace());
        letters.map(|letter| (letter, run.place.as_slice(), run.formatting.as_slice()))
    });
    letters.collect()
}

/// What a text shows.
fn shown(text: &str, syntax: Syntax) -> Vec<Run> {
    let mut runs = Vec::new();
    match syntax {
        Syntax::Inline => {
            add(&inline::parse(text, &mut Vec::new()), &[], &mut runs);
        }
        Syntax::Body => add_blocks(&body::parse(text).blocks, &[], &mut runs),
    }
    runs
}

fn add_blocks(blocks: &[Block], place: &[String], runs: &mut Vec<Run>) {
    for (number, block) in blocks.iter().enumerate() {
        let at = |name: &str| [place, &[format!("{name} {number}")]].concat();
        match block {
            Block::Paragraph(text) => add(text, &at("paragraph"), runs),
            Block::Heading(text) => add(text, &at("heading"), runs),
            Block::List(list) => {
                for (index, item) in list.items.iter().enumerate() {
                    let place = at(&format!("list {:?} {:?} {index}", list.start, item.task));
                    add_blocks(&item.blocks, &place, runs);
                }
            }
            Block::Quote { title, blocks, expandable } => {
                let place = at(&format!("quote {expandable}"));
                if let Some(title) = title {
                    add(title, &place, runs);
                }
                add_blocks(blocks, &place, runs);
            }
            Block::Code { code, language } => {
                let place = [at(&format!("{language:?}")), vec!["code".to_owned()]].concat();
                add(code, &place, runs);
            }
        }
    }
}

/// Adds the runs between the places at which the formatting changes.
fn add(parsed: &ParsedText, place: &[String], runs: &mut Vec<Run>) {
    let text = &parsed.text;
    let mut cursor = Cursor::new(&text.string);
    let ends = text.entities.iter().flat_map(|entity| [entity.offset, entity.end()]);
    let mut ends: Vec<_> = ends.collect();
    ends.sort_unstable();
    ends.dedup();
    let mut cuts: Vec<_> =
        ends.iter().filter_map(|end| Some((*end, cursor.byte_of(*end)?))).collect();
    cuts.insert(0, (0, 0));
    cuts.push((usize::MAX, text.string.len()));
    for pair in cuts.windows(2) {
        let [(offset, from), (_, to)] = pair else { continue };
        let covers =
            text.entities.iter().filter(|one| one.offset <= *offset && *offset < one.end());
        let mut formatting: Vec<_> = covers.map(|entity| entity.kind.clone()).collect();
        formatting.sort_by_key(|kind| format!("{kind:?}"));
        let text = text.string.get(*from..*to).unwrap_or_default().to_owned();
        runs.push(Run { text, place: place.to_vec(), formatting });
    }
}
