//! Link reference definitions (`[label]: https://…`), recognized by CommonMark's rules; it finds them and keeps
//! nothing.

use std::ops::Range;

/// Characters of a label (CommonMark, "Link labels").
const LABEL_CHARACTERS: usize = 999;

/// A definition in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leading<'t> {
    /// Its length in bytes, its line break included.
    pub(super) length: usize,
    pub(super) label: &'t str,
    /// The bytes of its address.
    pub(super) destination: Range<usize>,
    /// Whether it has a title.
    pub(super) titled: bool,
}

/// The definition that a paragraph's `text` starts with. `[^1]: …` is a footnote, as on GitHub.
pub(super) fn leading(text: &str) -> Option<Leading<'_>> {
    let (label, rest) = label(text)?;
    let start = past_one_break(rest.strip_prefix(':')?);
    let end = destination(start)?;
    let pointed = usize::from(start.starts_with('<'));
    let destination = text.len() - start.len() + pointed..text.len() - end.len() - pointed;
    // A broken title on the destination's line makes the definition invalid; on the next line it is text.
    let (rest, titled) = match titled(end) {
        Some(rest) => (rest, true),
        None => (line_end(end)?, false),
    };
    let length = text.len() - rest.len();
    (!label.starts_with('^')).then_some(Leading { length, label, destination, titled })
}

/// A label that is not blank, and the text after it.
fn label(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('[')?;
    let mut escaped = false;
    for (count, (at, character)) in inside.char_indices().enumerate() {
        match character {
            _ if count > LABEL_CHARACTERS => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => return None,
            ']' => {
                let (label, rest) = inside.split_at_checked(at)?;
                return if label.trim().is_empty() {
                    None
                } else {
                    Some((label, rest.strip_prefix(']')?))
                };
            }
            _ => {}
        }
    }
    None
}

/// The text after white space with at most one line break.
fn past_one_break(text: &str) -> &str {
    let rest = text.trim_start_matches([' ', '\t']);
    rest.strip_prefix('\n').map_or(rest, |next| next.trim_start_matches([' ', '\t']))
}

/// The text after a link's address.
fn destination(text: &str) -> Option<&str> {
    if let Some(inside) = text.strip_prefix('<') {
        let mut escaped = false;
        let end = inside.find(|character| {
            let stops = !escaped && matches!(character, '>' | '<' | '\n');
            escaped = character == '\\' && !escaped;
            stops || character == '\n'
        })?;
        return inside.get(end..)?.strip_prefix('>');
    }
    let end = text
        .find(|character: char| character == ' ' || character.is_ascii_control())
        .unwrap_or(text.len());
    let (address, rest) = text.split_at_checked(end)?;
    (!address.is_empty() && is_balanced(address)).then_some(rest)
}

/// Whether the unescaped parentheses of an address are balanced.
fn is_balanced(address: &str) -> bool {
    let mut escaped = false;
    let mut depth = 0_usize;
    for byte in address.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return false,
            },
            _ => {}
        }
    }
    depth == 0
}

/// The text after white space, a title and the end of its line.
fn titled(text: &str) -> Option<&str> {
    let start = past_one_break(text);
    if start.len() == text.len() {
        return None;
    }
    let (open, close) = match start.chars().next()? {
        quote @ ('"' | '\'') => (quote, quote),
        '(' => ('(', ')'),
        _ => return None,
    };
    let inside = start.strip_prefix(open)?;
    let mut escaped = false;
    let end = inside.find(|character| {
        let stops = !escaped && (character == close || character == open);
        escaped = character == '\\' && !escaped;
        stops
    })?;
    line_end(inside.get(end..)?.strip_prefix(close)?)
}

/// The text after the line, if only white space is left on it.
fn line_end(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches([' ', '\t']);
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('\n') }
}

#[cfg(test)]
mod tests {
    use super::leading;

    #[test]
    fn definition_reaches_the_end_of_its_line() {
        let rows = [
            ("[a]: /url", Some("")),
            ("[a]: /url\nb", Some("b")),
            ("[a]:/url \"title\" \nb", Some("b")),
            ("[a]:\n<my url>\n'a\nb'", Some("")),
            ("[a]: /url (title)", Some("")),
            ("[a]: /url\n\"title\" text", Some("\"title\" text")),
            ("[a]: /url\n\"title", Some("\"title")),
            ("[a]: /url \"title\" text", None),
            ("[a]: two words", None),
            ("[a]: /u(r)l", Some("")),
            ("[a]: /u)l", None),
            ("[a]: <>", Some("")),
            ("[a]: <b", None),
            ("[a]:", None),
            ("[a]", None),
            ("[ ]: /url", None),
            ("[a[b]: /url", None),
            (r"[a\]b]: /url", Some("")),
            (r"\[a]: /url", None),
            ("[a](https://example.org): b", None),
            ("a", None),
        ];
        for (text, rest) in rows {
            let found = leading(text).and_then(|found| text.get(found.length..));
            assert_eq!(found, rest, "{text:?}");
        }
        assert_eq!(leading(&format!("[{}]: /url", "a".repeat(1_000))), None);
        let longest = format!("[{}]: /url", "a".repeat(999));
        assert_eq!(leading(&longest).unwrap().length, 1_007);
    }

    #[test]
    fn definition_has_a_label_and_an_address() {
        for (text, label, address, is_titled) in [
            ("[a]: /url", "a", "/url", false),
            ("[a b]:\n<my url> 'title'\n", "a b", "my url", true),
            ("[a]: <> \nb", "a", "", false),
        ] {
            let found = leading(text).unwrap();
            assert_eq!(
                (found.label, text.get(found.destination), found.titled),
                (label, Some(address), is_titled)
            );
        }
        assert_eq!(leading("[^1]: https://example.org/"), None);
    }
}
