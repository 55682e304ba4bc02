//! Fills values into Markdown, and compares the result with the template.
//!
//! The comparison needs no knowledge of Markdown's rules. The template is parsed with a stand-in word for each value, and the result
//! is parsed as well. The source map tells which letters come from a value. All others must be shown as in the template: with the
//! same formatting, in the same blocks. A text must be shown as it is, formatted as its stand-in; Markdown keeps the formatting
//! around it.

use std::collections::HashMap;
use std::ops::Range;

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

/// A value at the place of its placeholder.
struct Insert<'v> {
    key: String,
    value: &'v Value,
    /// The word that takes its place when the template is parsed.
    stand_in: String,
    /// Whether it is the whole address of a link.
    is_address: bool,
    /// Whether its place is code, where nothing is escaped.
    is_code: bool,
}

/// A text with something in place of each placeholder, and the bytes of those.
struct Joined {
    text: String,
    inserted: Vec<Range<usize>>,
}

/// Fills in the placeholders of `template`.
pub(super) fn fill(
    template: &str,
    syntax: Syntax,
    values: &Values,
) -> Result<String, TemplateError> {
    let pieces = pieces(template);
    let mut inserts = inserts(template, &pieces, values);
    let probe = joined(&pieces, |number| stand_in(&inserts, number));
    let shown = VisibleText::of(&probe, syntax);
    for (insert, letters) in inserts.iter_mut().zip(&shown.inserted) {
        insert.is_code = letters.iter().any(VisibleChar::is_code);
    }
    let fits = |is_filled: &dyn Fn(usize) -> bool| {
        let text = |number| match inserts.get(number) {
            Some(insert) if is_filled(number) => insert.markdown(),
            _ => stand_in(&inserts, number),
        };
        let filled = joined(&pieces, text);
        let found = VisibleText::of(&filled, syntax);
        let inserts = inserts.iter().enumerate();
        let filled_in: Vec<_> = inserts.filter(|(number, _)| is_filled(*number)).collect();
        shown.is_kept_in(&found, &filled_in).then_some(filled.text)
    };
    if let Some(filled) = fits(&|_| true) {
        return Ok(filled);
    }
    // One that does not fit alone is the cause.
    let alone = (0..inserts.len()).find(|number| fits(&|other| other == *number).is_none());
    Err(inserts
        .get(alone.unwrap_or_default())
        .map_or(TemplateError::EndsFrontMatter, Insert::refused))
}

/// The values of the placeholders, in order.
fn inserts<'v>(template: &str, pieces: &[Piece<'_>], values: &'v Values) -> Vec<Insert<'v>> {
    let mut word = "zq".to_owned();
    let is_taken = |word: &str| {
        template.contains(word) || values.values().any(|value| value.text().contains(word))
    };
    while is_taken(&word) {
        word.push('q');
    }
    let mut inserts = Vec::new();
    let mut before = "";
    for piece in pieces {
        match piece {
            Piece::Literal(text) => before = text,
            Piece::Placeholder(key) => {
                let stand_in = format!("{word}{}x", inserts.len());
                // A link needs an address.
                let is_address = before.ends_with("](");
                let stand_in =
                    if is_address { format!("https://{stand_in}.org/") } else { stand_in };
                inserts.extend(values.get(*key).map(|value| Insert {
                    key: (*key).to_owned(),
                    value,
                    stand_in,
                    is_address,
                    is_code: false,
                }));
                before = "";
            }
        }
    }
    inserts
}

fn stand_in(inserts: &[Insert<'_>], number: usize) -> String {
    inserts.get(number).map(|insert| insert.stand_in.clone()).unwrap_or_default()
}

impl Insert<'_> {
    /// What is inserted.
    fn text(&self) -> &str {
        match self.value {
            Value::Text(text) => text.trim(),
            Value::Markdown(markdown) if self.is_address => markdown.trim(),
            Value::Markdown(markdown) => markdown.trim_matches('\n'),
        }
    }

    /// What is inserted, as Markdown.
    fn markdown(&self) -> String {
        match self.value {
            Value::Text(text) if !self.is_code => escaped(text.trim()),
            _ => self.text().to_owned(),
        }
    }

    /// A text with the value in place of its stand-in.
    fn replace(&self, text: &str) -> String {
        text.replace(&self.stand_in, self.text())
    }

    fn refused(&self) -> TemplateError {
        let key = self.key.clone();
        match self.value {
            _ if self.is_address => TemplateError::InvalidAddress(key),
            Value::Text(_) => TemplateError::NotPlainText(key),
            Value::Markdown(_) => TemplateError::ChangesTemplate(key),
        }
    }
}

/// The pieces as one text; `text` returns what takes the place of each placeholder, by its number.
fn joined(pieces: &[Piece<'_>], text: impl Fn(usize) -> String) -> Joined {
    let mut joined = Joined { text: String::new(), inserted: Vec::new() };
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => joined.text.push_str(literal),
            Piece::Placeholder(_) => {
                let start = joined.text.len();
                let line = joined.text.rsplit('\n').next().unwrap_or_default();
                let prefix = container_prefix(line);
                let inserted = text(joined.inserted.len());
                joined.text.push_str(&inserted.replace('\n', &format!("\n{prefix}")));
                joined.inserted.push(start..joined.text.len());
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

/// A block or an item of a list around a letter: what it is, and its number among its siblings.
type BlockPosition = (String, usize);

/// A letter that readers see.
#[derive(Clone, Debug)]
struct VisibleChar {
    shown: char,
    place: Vec<BlockPosition>,
    formatting: Vec<EntityKind>,
}

/// What a text shows. White space is left out: a line break in a value may become a space.
struct VisibleText {
    /// The letters of the template.
    own: Vec<VisibleChar>,
    /// The letters in place of each placeholder.
    inserted: Vec<Vec<VisibleChar>>,
}

impl VisibleChar {
    fn is_code(&self) -> bool {
        let is_code = |kind: &EntityKind| matches!(kind, EntityKind::Code | EntityKind::Pre { .. });
        self.formatting.iter().any(is_code)
            || self.place.last().is_some_and(|(name, _)| name == "code")
    }

    /// The kinds of the blocks around it.
    fn kinds(&self) -> Vec<&str> {
        self.place.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The letter with values in place of their stand-ins.
    fn filled(&self, inserts: &[(usize, &Insert<'_>)]) -> Self {
        let mut filled = self.clone();
        for (_, insert) in inserts {
            for (name, _) in &mut filled.place {
                *name = insert.replace(name);
            }
            for kind in &mut filled.formatting {
                if let EntityKind::TextLink { url } = kind
                    && url.contains(&insert.stand_in)
                {
                    let address = insert.replace(url);
                    *url = match link::check(&address) {
                        Ok(Link::Url(url)) => url,
                        _ => address,
                    };
                }
            }
        }
        filled
    }
}

impl VisibleText {
    fn of(joined: &Joined, syntax: Syntax) -> Self {
        let mut shown = Self { own: Vec::new(), inserted: vec![Vec::new(); joined.inserted.len()] };
        match syntax {
            Syntax::Inline => {
                shown.add(&inline::parse(&joined.text, &mut Vec::new()), &[], joined);
            }
            Syntax::Body => shown.add_blocks(&body::parse(&joined.text).blocks, &[], joined),
        }
        shown
    }

    /// Whether another text shows all letters of this one as before, where `inserts` replaced their stand-ins.
    fn is_kept_in(&self, found: &Self, inserts: &[(usize, &Insert<'_>)]) -> bool {
        let own: Vec<_> = self.own.iter().map(|letter| letter.filled(inserts)).collect();
        let is_same = |(one, other): (&VisibleChar, &VisibleChar)| {
            one.shown == other.shown && one.formatting == other.formatting
        };
        own.len() == found.own.len()
            && own.iter().zip(&found.own).all(is_same)
            && ranked(&own) == ranked(&found.own)
            && inserts.iter().all(|(number, insert)| {
                let stand_in = self.inserted.get(*number).and_then(|letters| letters.first());
                let letters = found.inserted.get(*number).map_or(&[][..], Vec::as_slice);
                match stand_in {
                    None => letters.is_empty(),
                    Some(stand_in) => insert.is_shown(letters, &stand_in.filled(inserts)),
                }
            })
    }

    fn add_blocks(&mut self, blocks: &[Block], place: &[BlockPosition], joined: &Joined) {
        for (number, block) in blocks.iter().enumerate() {
            let at = |name: &str| [place, &[(name.to_owned(), number)]].concat();
            match block {
                Block::Paragraph(text) => self.add(text, &at("paragraph"), joined),
                Block::Heading { text, .. } => self.add(text, &at("heading"), joined),
                Block::List(list) => {
                    for (index, item) in (0..).zip(&list.items) {
                        // Readers see the number.
                        let shown = list.start.map(|start| start.saturating_add(index));
                        let name = format!("item {shown:?} {:?}", item.task);
                        let item_place = (name, usize::try_from(index).unwrap_or(usize::MAX));
                        let place = [at("list"), vec![item_place]].concat();
                        self.add_blocks(&item.blocks, &place, joined);
                    }
                }
                Block::Quote { title, blocks, expandable } => {
                    let place = at(&format!("quote {expandable}"));
                    if let Some(title) = title {
                        self.add(title, &place, joined);
                    }
                    self.add_blocks(blocks, &place, joined);
                }
                Block::LineBreak | Block::Divider => {}
                Block::Code { code, language } => {
                    let place =
                        [at(&format!("{language:?}")), vec![("code".to_owned(), 0)]].concat();
                    self.add(code, &place, joined);
                }
                Block::Details { .. } | Block::Table(_) | Block::Image(_) | Block::Footnotes(_) => {
                    let place = at("rich");
                    block.texts().into_iter().for_each(|text| self.add(text, &place, joined));
                    block.inner().for_each(|blocks| {
                        self.add_blocks(blocks, &place, joined);
                    });
                }
            }
        }
    }

    /// Adds the letters of a text.
    fn add(&mut self, parsed: &ParsedText, place: &[BlockPosition], joined: &Joined) {
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
            let letters = text.string.get(*from..*to).unwrap_or_default().char_indices();
            for (at, shown) in letters.filter(|(_, letter)| !letter.is_whitespace()) {
                let typed = parsed.origins.field_of(from + at);
                let insert = joined.inserted.iter().position(|range| range.contains(&typed));
                let place = place.to_vec();
                let letter = VisibleChar { shown, place, formatting: formatting.clone() };
                match insert.and_then(|insert| self.inserted.get_mut(insert)) {
                    Some(inserted) => inserted.push(letter),
                    None => self.own.push(letter),
                }
            }
        }
    }
}

impl Insert<'_> {
    /// Whether these letters show the value at the place of its stand-in.
    fn is_shown(&self, letters: &[VisibleChar], stand_in: &VisibleChar) -> bool {
        match self.value {
            Value::Text(text) => {
                let wanted = text.chars().filter(|letter| !letter.is_whitespace());
                letters.iter().map(|letter| letter.shown).eq(wanted)
                    && letters.iter().all(|letter| {
                        letter.formatting == stand_in.formatting
                            && letter.kinds() == stand_in.kinds()
                    })
            }
            Value::Markdown(_) => letters.iter().all(|letter| {
                // Telegram shows code without other formatting.
                let mut around = stand_in.formatting.iter();
                letter.is_code() || around.all(|kind| letter.formatting.contains(kind))
            }),
        }
    }
}

/// The blocks of each letter, where a number counts only siblings that have such letters: a value may add blocks between them.
fn ranked(letters: &[VisibleChar]) -> Vec<Vec<(&str, usize)>> {
    let mut ranks: HashMap<&[BlockPosition], usize> = HashMap::new();
    let mut counts: HashMap<&[BlockPosition], usize> = HashMap::new();
    let mut ranked = Vec::new();
    for letter in letters {
        let mut blocks = Vec::new();
        for (depth, (name, _)) in letter.place.iter().enumerate() {
            let parent = letter.place.get(..depth).unwrap_or_default();
            let path = letter.place.get(..=depth).unwrap_or_default();
            let rank = *ranks.entry(path).or_insert_with(|| {
                let count = counts.entry(parent).or_default();
                *count += 1;
                *count
            });
            blocks.push((name.as_str(), rank));
        }
        ranked.push(blocks);
    }
    ranked
}
