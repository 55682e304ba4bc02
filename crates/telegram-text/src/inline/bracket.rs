//! Brackets and what may follow them, `(destination "title")`; it does not check whether Telegram accepts the link.

use std::ops::Range;

use super::reference;

/// Nested parentheses in a destination; CommonMark requires at least 3, and a bound keeps the work linear.
const PARENTHESES: usize = 32;

/// Characters of a label (CommonMark, "Link labels").
const LABEL_CHARACTERS: usize = 999;

/// An opening bracket without its closing one yet.
#[derive(Debug)]
pub(super) struct Bracket {
    /// Its byte.
    pub(super) at: usize,
    /// Whether `!` is before it.
    pub(super) image: bool,
    /// How many delimiter runs are before it.
    pub(super) delimiters: usize,
    /// How many open tags are before it.
    pub(super) tags: usize,
    /// Whether another bracket opens after it: then the text in it is not a label.
    pub(super) is_outer: bool,
}

/// The destination of a link.
#[derive(Debug)]
pub(super) struct Destination {
    /// The destination without escapes.
    pub(super) url: String,
    /// The bytes of the source; `None` if a definition has it.
    pub(super) range: Option<Range<usize>>,
    /// Whether a title follows it.
    pub(super) titled: bool,
}

/// Reads `(destination "title")` at byte `at`; also returns the byte after it. `decodes` says whether character
/// references in it count.
pub(super) fn destination(source: &str, at: usize, decodes: bool) -> Option<(Destination, usize)> {
    let bytes = source.as_bytes();
    if bytes.get(at) != Some(&b'(') {
        return None;
    }
    let start = white_space(bytes, at + 1)?;
    let (range, end) =
        if bytes.get(start) == Some(&b'<') { pointed(bytes, start)? } else { bare(bytes, start)? };
    let url = unescape(source.get(range.clone())?, decodes);
    let range = Some(range);
    let after = white_space(bytes, end)?;
    if bytes.get(after) == Some(&b')') {
        return Some((Destination { url, range, titled: false }, after + 1));
    }
    if after == end {
        return None;
    }
    let title_end = white_space(bytes, title(bytes, after)?)?;
    (bytes.get(title_end) == Some(&b')'))
        .then(|| (Destination { url, range, titled: true }, title_end + 1))
}

/// The byte after white space with at most one line break in it.
fn white_space(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut line_breaks = 0;
    while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = bytes.get(at) {
        line_breaks += usize::from(*byte == b'\n');
        at += 1;
    }
    (line_breaks <= 1).then_some(at)
}

/// `<destination>`: anything but line breaks and angle brackets.
fn pointed(bytes: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'>' => return Some((start + 1..at, at + 1)),
            b'<' | b'\n' => return None,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// A destination without spaces and control characters, its parentheses in pairs.
fn bare(bytes: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    let mut at = start;
    let mut depth = 0_usize;
    loop {
        match bytes.get(at) {
            Some(b'\\') if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 2,
            Some(b'(') if depth == PARENTHESES => return None,
            Some(b'(') => {
                depth += 1;
                at += 1;
            }
            Some(b')') if depth > 0 => {
                depth -= 1;
                at += 1;
            }
            None | Some(b')' | b' ' | 0..=31 | 127) => break,
            Some(_) => at += 1,
        }
    }
    (depth == 0).then_some((start..at, at))
}

/// The byte after `"title"`, `'title'` or `(title)`.
fn title(bytes: &[u8], start: usize) -> Option<usize> {
    let open = *bytes.get(start)?;
    let close = match open {
        b'"' | b'\'' => open,
        b'(' => b')',
        _ => return None,
    };
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            byte if *byte == close => return Some(at + 1),
            b'(' if open == b'(' => return None,
            b'\n' if matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => return None,
            _ => at += 1,
        }
    }
}

/// The text of a label `[label]` at byte `at`, and the byte after it. The label may be empty.
pub(super) fn label(source: &str, at: usize) -> Option<(&str, usize)> {
    let inside = source.get(at..)?.strip_prefix('[')?;
    let mut escaped = false;
    for (count, (place, character)) in inside.char_indices().enumerate() {
        match character {
            _ if count > LABEL_CHARACTERS => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => return None,
            ']' => return Some((inside.get(..place)?, at + place + 2)),
            _ => {}
        }
    }
    None
}

/// A backslash before ASCII punctuation is not part of a destination.
pub(super) fn unescape(typed: &str, decodes: bool) -> String {
    let mut out = String::with_capacity(typed.len());
    let mut rest = typed;
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        let escaped = after.chars().next().filter(char::is_ascii_punctuation);
        rest = match (character, escaped) {
            ('\\', Some(escaped)) => {
                out.push(escaped);
                after.get(1..).unwrap_or_default()
            }
            ('&', _) if decodes && let Some((decoded, length)) = reference::read(rest) => {
                out.push_str(&decoded);
                rest.get(length..).unwrap_or_default()
            }
            _ => {
                out.push(character);
                after
            }
        };
    }
    out
}
