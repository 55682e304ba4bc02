//! Character references, `&amp;` and `&#38;`, by CommonMark's rules.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Digits of a decimal reference (CommonMark, "Entity and numeric character references").
const DECIMAL_DIGITS: usize = 7;

/// Digits of a hexadecimal reference.
const HEXADECIMAL_DIGITS: usize = 6;

/// Bytes of a name, more than the longest has.
const NAME_BYTES: usize = 40;

static NAMES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let closed = |name: &'static str| name.strip_prefix('&')?.strip_suffix(';');
    let all = entities::ENTITIES.iter();
    all.filter_map(|known| Some((closed(known.entity)?, known.characters))).collect()
});

/// The text with its references decoded.
pub(crate) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let (characters, length) = read(from).unwrap_or_else(|| ("&".to_owned(), 1));
        out.push_str(&characters);
        rest = from.get(length..).unwrap_or_default();
    }
    out + rest
}

/// The characters that a reference at the start of `text` means, and its bytes.
pub(crate) fn read(text: &str) -> Option<(String, usize)> {
    let inside = text.strip_prefix('&')?;
    let (characters, length) = if let Some(number) = inside.strip_prefix('#') {
        let (character, length) = numeric(number)?;
        (character.to_string(), length + 1)
    } else {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric();
        let length = inside.bytes().take(NAME_BYTES).take_while(is_name).count();
        ((*NAMES.get(inside.get(..length)?)?).to_owned(), length)
    };
    inside.get(length..)?.starts_with(';').then_some((characters, length + 2))
}

/// The character with a number, and the bytes of the number. What is not a character becomes U+FFFD.
fn numeric(number: &str) -> Option<(char, usize)> {
    let (radix, prefix, limit) = if number.starts_with(['x', 'X']) {
        (16, 1, HEXADECIMAL_DIGITS)
    } else {
        (10, 0, DECIMAL_DIGITS)
    };
    let digits = number.get(prefix..)?;
    let count = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).take(limit + 1);
    let count = count.count();
    if count > limit {
        return None;
    }
    let code = u32::from_str_radix(digits.get(..count)?, radix).ok()?;
    let character = char::from_u32(code).filter(|character| *character != '\0');
    Some((character.unwrap_or(char::REPLACEMENT_CHARACTER), prefix + count))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn references_are_those_of_commonmark() {
        for (text, expected) in [
            ("&amp;", Some(("&", 5))),
            ("&lt;b", Some(("<", 4))),
            ("&nbsp;", Some(("\u{a0}", 6))),
            ("&copy; 2026", Some(("©", 6))),
            ("&ngE;", Some(("≧\u{338}", 5))),
            ("&ClockwiseContourIntegral;", Some(("∲", 26))),
            ("&#35;", Some(("#", 5))),
            ("&#1234;", Some(("Ӓ", 7))),
            ("&#X22;", Some(("\"", 6))),
            ("&#xcab;", Some(("ಫ", 7))),
            ("&#0;", Some(("\u{fffd}", 4))),
            ("&#xD800;", Some(("\u{fffd}", 8))),
            ("&#9999999;", Some(("\u{fffd}", 10))),
            ("&#87654321;", None),
            ("&#abcdef0;", None),
            ("&#;", None),
            ("&#x;", None),
            ("&copy", None),
            ("&MadeUpEntity;", None),
            ("& amp;", None),
            ("&;", None),
            ("AT&T", None),
        ] {
            let expected = expected.map(|(characters, bytes)| (characters.to_owned(), bytes));
            assert_eq!(read(text), expected, "{text:?}");
        }
    }
}
