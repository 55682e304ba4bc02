//! Character references, `&lt;` and `&#60;`; it leaves other text alone.

/// A reference must be shorter than this, its `;` not counted. TDLib `decode_html_entity`.
const NUMERIC_BYTES: usize = 10;

/// The longest name is `quot`.
const NAME_BYTES: usize = 4;

/// The meaning of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Referent {
    /// A character.
    Character(char),
    /// Half of a surrogate pair, which is not a character; Telegram refuses it in the end.
    Surrogate,
}

/// The reference that `markup`, which begins with `&`, begins with, and its bytes. The `;` may be missing.
pub(super) fn read(markup: &str) -> Option<(Referent, usize)> {
    let (referent, length) = match markup.strip_prefix("&#") {
        Some(number) => numeric(number)?,
        None => named(markup)?,
    };
    let is_closed = markup.as_bytes().get(length) == Some(&b';');
    Some((referent, length + usize::from(is_closed)))
}

/// Telegram takes every number from 1 to U+10FFFE.
fn numeric(number: &str) -> Option<(Referent, usize)> {
    let (radix, prefix) = if number.starts_with(['x', 'X']) { (16, 1) } else { (10, 0) };
    let digits = number.get(prefix..)?;
    let digit = |byte: &u8| char::from(*byte).is_digit(radix);
    let count = digits.bytes().take(NUMERIC_BYTES).take_while(digit).count();
    let length = "&#".len() + prefix + count;
    let code = u32::from_str_radix(digits.get(..count)?, radix).ok()?;
    if length >= NUMERIC_BYTES || code == 0 || code >= u32::from(char::MAX) {
        return None;
    }
    Some((char::from_u32(code).map_or(Referent::Surrogate, Referent::Character), length))
}

fn named(markup: &str) -> Option<(Referent, usize)> {
    let after = markup.strip_prefix('&')?;
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic();
    let count = after.bytes().take(NAME_BYTES + 1).take_while(is_letter).count();
    let character = match after.get(..count)? {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => return None,
    };
    Some((Referent::Character(character), 1 + count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_recognized() {
        let character = |character| Some(Referent::Character(character));
        for (markup, expected, length) in [
            ("&lt;", character('<'), 4),
            ("&gt;;", character('>'), 4),
            ("&amp;lt;", character('&'), 5),
            ("&quot", character('"'), 5),
            ("&lt=", character('<'), 3),
            ("&ltx", None, 0),
            ("&LT;", None, 0),
            ("&quota;", None, 0),
            ("&nbsp;", None, 0),
            ("&apos;", None, 0),
            ("&", None, 0),
            ("&;", None, 0),
            ("&#", None, 0),
            ("&#;", None, 0),
            ("&#x;", None, 0),
            ("&#0;", None, 0),
            ("&#-1;", None, 0),
            ("&#+1;", None, 0),
            ("&#65;", character('A'), 5),
            ("&#65x", character('A'), 4),
            ("&#x41g", character('A'), 5),
            ("&#X41;", character('A'), 6),
            ("&#x1F399;", character('🎙'), 9),
            ("&#xd800;", Some(Referent::Surrogate), 8),
            ("&#57343;", Some(Referent::Surrogate), 8),
            ("&#x10fffe;", character('\u{10FFFE}'), 10),
            ("&#x10ffff;", None, 0),
            ("&#0000065;", character('A'), 10),
            ("&#00000065;", None, 0),
            ("&#x0000041;", None, 0),
            ("&#x000041;", character('A'), 10),
            ("&#4294967361;", None, 0),
            ("&#65é", character('A'), 4),
            ("&é", None, 0),
        ] {
            let expected = expected.map(|referent| (referent, length));
            assert_eq!(read(markup), expected, "{markup}");
        }
    }
}
