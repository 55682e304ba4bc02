//! Escapes untrusted text for its output: a terminal, a log line, JSON, or a GitHub workflow command.

use std::borrow::Cow;
use std::fmt::Write;

/// Replaces a control character, line breaks and tabs included, or a character that changes the direction of writing. All others
/// are unchanged.
#[must_use]
pub fn character(character: char) -> char {
    match character {
        '\0'..='\u{1F}' => {
            char::from_u32(0x2400 + u32::from(character)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\u{7F}' => '␡',
        '\u{80}'..='\u{9F}'
        | '\u{61C}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        _ => character,
    }
}

/// Escapes one line. Line breaks are replaced too, so that the text cannot start a new line.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    with(text, character)
}

/// Escapes text of several lines.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    with(text, |c| if matches!(c, '\n' | '\t') { c } else { character(c) })
}

fn with(text: &str, shown: impl Fn(char) -> char) -> Cow<'_, str> {
    if text.chars().all(|character| shown(character) == character) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(shown).collect())
}

/// Escapes text of several lines, except for telepress's own styles: colours and links.
#[must_use]
pub fn styled(styled: &str) -> Cow<'_, str> {
    if !styled.contains('\u{1b}') {
        return text(styled);
    }
    let mut out = String::with_capacity(styled.len());
    let mut rest = styled;
    while let Some(start) = rest.find('\u{1b}') {
        let (before, after) = rest.split_at_checked(start).unwrap_or((rest, ""));
        out.push_str(&text(before));
        let length = style(after);
        let (own, after) = after.split_at_checked(length.max(1)).unwrap_or((after, ""));
        out.push_str(&if length > 0 { Cow::Borrowed(own) } else { line(own) });
        rest = after;
    }
    out.push_str(&text(rest));
    Cow::Owned(out)
}

/// The length in bytes of the style at the start of a text: a colour (`ESC [ … m`), or the start or end of a link
/// (`ESC ] 8 ; … ; … ESC \`). Returns 0 for any other sequence.
fn style(text: &str) -> usize {
    let is_end = |after: &str, end: &str| after.starts_with(end).then_some(end.len());
    if let Some(rest) = text.strip_prefix("\u{1b}[") {
        let parameters = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b';').count();
        let end = rest.get(parameters..).and_then(|after| is_end(after, "m"));
        return end.map_or(0, |end| 2 + parameters + end);
    }
    if let Some(rest) = text.strip_prefix("\u{1b}]8;") {
        let address = rest.bytes().take_while(u8::is_ascii_graphic).count();
        let end = rest.get(address..).and_then(|after| is_end(after, "\u{1b}\\"));
        return end.map_or(0, |end| 4 + address + end);
    }
    0
}

/// Escapes control characters in JSON as `\uXXXX`, which a JSON parser reads as the same value.
#[must_use]
pub fn json(json: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c == '\n' || character(c) == c;
    if json.chars().all(is_plain) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if is_plain(c) {
            out.push(c);
        } else {
            // Such a character can only be in a string. Writing to a `String` cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
    }
    Cow::Owned(out)
}

/// Escapes the message of a workflow command, in which `%0A` is a line break.
#[must_use]
pub fn github_message(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim_end().chars() {
        match c {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            '\t' => out.push('\t'),
            other => out.push(character(other)),
        }
    }
    out
}

/// Escapes a property of a workflow command, such as its file.
#[must_use]
pub fn github_property(text: &str) -> String {
    github_message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_and_line_breaks_are_escaped() {
        let typed = "a\u{1b}]0;x\u{7}\u{9b}31m\r\n::error::b\u{202e}c\u{7f}\t";
        assert_eq!(line(typed), "a␛]0;x␇\u{fffd}31m␍␊::error::b\u{fffd}c␡␉");
        assert_eq!(text(typed), "a␛]0;x␇\u{fffd}31m␍\n::error::b\u{fffd}c␡\t");
        assert_eq!(github_message(typed), "a␛]0;x␇\u{fffd}31m%0D%0A::error::b\u{fffd}c␡");
        assert_eq!(github_property("a,b:c\n::%"), "a%2Cb%3Ac%0A%3A%3A%25");
        assert!(matches!(line("как есть 🙂"), Cow::Borrowed(_)));
    }

    #[test]
    fn only_our_own_styles_pass() {
        let link = "\u{1b}]8;id=2;https://example.org\u{1b}\\x\u{1b}]8;;\u{1b}\\";
        let colours = "\u{1b}[1m\u{1b}[38;5;12mx\u{1b}[0m\n";
        for own in [link, colours] {
            assert_eq!(styled(own), own);
        }
        for foreign in [
            "\u{1b}]0;title\u{7}",
            "\u{1b}[2J",
            "\u{1b}[31",
            "\u{1b}c",
            "\u{1b}]8;;a\u{7}\u{1b}\\",
            "\u{1b}]8;;https://é\u{1b}\\",
        ] {
            assert!(styled(foreign).starts_with('␛'), "{foreign:?}");
        }
    }

    proptest! {
        #[test]
        fn no_control_character_is_left(written in "\\PC{0,8}[\\x00-\\x20\u{7f}-\u{9f}]{0,8}\\PC{0,8}") {
            let is_left = |kept: &'static [char]| move |c: char| c.is_control() && !kept.contains(&c);
            prop_assert!(!line(&written).contains(is_left(&[])));
            prop_assert!(!text(&written).contains(is_left(&['\n', '\t'])));
            prop_assert!(!github_property(&written).contains(is_left(&['\t'])));
            let value = serde_json::Value::String(written.clone());
            let written_json = value.to_string();
            let escaped = json(&written_json);
            prop_assert!(!escaped.contains(is_left(&[])));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
            prop_assert_eq!(line(&line(&written)).into_owned(), line(&written).into_owned());
        }
    }
}
