//! Takes whatever is shaped like a token out of a text; the last resort, for texts that others wrote.

use std::borrow::Cow;

use super::{ID_DIGITS, SECRET_CHARACTERS, is_secret_byte};

/// What stands in a token's place.
const REPLACEMENT: &str = "<token>";

/// What stands between a token's halves, as typed and as a URL may write it.
const SEPARATORS: [&[u8]; 3] = [b":", b"%3A", b"%3a"];

/// The text with `<token>` in place of everything shaped like a token, `\d{5,15}:[A-Za-z0-9_-]{30,}`; a longer run of
/// digits goes with it. A text without a token is returned as it is.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut clean = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some((start, end)) = next_token(bytes, at) {
        // A token's characters are ASCII, so its ends lie on character borders and the slices exist.
        clean.push_str(text.get(copied..start.max(copied)).unwrap_or_default());
        clean.push_str(REPLACEMENT);
        copied = end;
        at = end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(clean)
}

/// The text with `*` for every character of a token's secret half, as long as before, so that positions in it stay true.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut masked = Vec::new();
    let mut copied = 0;
    while let Some((start, end)) = next_token(bytes, copied) {
        masked.extend_from_slice(bytes.get(copied..start.max(copied)).unwrap_or_default());
        masked.resize(end, b'*');
        copied = end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    // Only whole ASCII characters were replaced, so this is UTF-8 still.
    String::from_utf8(masked).map_or_else(|_| Cow::Owned(redact(text).into_owned()), Cow::Owned)
}

/// The byte range of the first token whose separator stands at `from` or behind it.
///
/// The digits are looked for before `from` too: two tokens written together share the end of the first one's second
/// half, and then both go.
fn next_token(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let separator = SEPARATORS
            .iter()
            .find(|separator| rest.starts_with(separator))
            .map(|separator| separator.len());
        if let Some(separator) = separator {
            let before = bytes.get(..at).unwrap_or_default();
            let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            let behind = bytes.get(at + separator..).unwrap_or_default();
            let secret = behind.iter().take_while(|byte| is_secret_byte(**byte)).count();
            if digits >= *ID_DIGITS.start() && secret >= SECRET_CHARACTERS {
                return Some((at - digits, at + separator + secret));
            }
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKEN: &str = "535362388:AAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao";

    #[test]
    fn a_token_is_replaced_wherever_it_stands() {
        let rows = [
            ("{}", "<token>"),
            ("token {} end", "token <token> end"),
            (
                "https://api.telegram.org/bot{}/sendMessage",
                "https://api.telegram.org/bot<token>/sendMessage",
            ),
            ("/bot535362388%3AAAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao/x", "/bot<token>/x"),
            ("/bot535362388%3aAAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao/x", "/bot<token>/x"),
            ("\"{}\" и «{}»", "\"<token>\" и «<token>»"),
            ("{}\n{}", "<token>\n<token>"),
            ("0000000000000000{}", "<token>"),
            ("12345:{}", "12345:<token>"),
            ("é{}é", "é<token>é"),
        ];
        for (text, expected) in rows {
            assert_eq!(redact(&text.replace("{}", TOKEN)), expected, "{text}");
        }
    }

    #[test]
    fn a_masked_text_is_as_long_as_it_was() {
        let text = format!("я = \"{TOKEN}\" # {TOKEN}{TOKEN} é");
        let masked = mask(&text);
        assert_eq!(masked.len(), text.len());
        assert_eq!(masked.find('é'), text.find('é'));
        assert!(!masked.contains("AAF7"), "{masked}");
        assert!(matches!(mask("12:30"), Cow::Borrowed(_)));
    }

    #[test]
    fn nothing_is_left_of_two_tokens_written_together() {
        let clean = redact(&TOKEN.repeat(3)).into_owned();
        assert!(!clean.contains("AAF7"), "{clean}");
    }

    #[test]
    fn a_text_without_a_token_stays_as_it_is() {
        let short = format!("12345:{}", "a".repeat(29));
        let id = format!("1234:{}", "a".repeat(30));
        for text in
            ["", "10:30", "a:b", "12345:", ":", "2026-11-24T10:30:00Z telepress::cli", &short, &id]
        {
            assert!(matches!(redact(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just(TOKEN.to_owned()),
            "[0-9]{3,18}",
            Just(":".to_owned()),
            Just("%3A".to_owned()),
            "[A-Za-z0-9_-]{25,40}",
            "\\PC{0,4}"
        ];
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    /// Says the rule once more, by trying every range: slow and plain.
    fn holds_a_token(text: &str) -> bool {
        let shaped = |tail: &str| {
            let digits = tail.chars().take_while(char::is_ascii_digit).count();
            let rest = tail.get(digits..).unwrap_or_default();
            let secret = rest.strip_prefix(':').or_else(|| rest.strip_prefix("%3A"));
            let kept = |c: &char| c.is_ascii_alphanumeric() || *c == '_' || *c == '-';
            digits >= 5
                && secret.is_some_and(|secret| secret.chars().take_while(kept).count() >= 30)
        };
        text.char_indices().any(|(at, _)| text.get(at..).is_some_and(shaped))
    }

    proptest! {
        #[test]
        fn no_token_is_left_and_a_second_time_changes_nothing(text in pieces()) {
            let clean = redact(&text).into_owned();
            prop_assert!(!holds_a_token(&clean), "{clean}");
            prop_assert_eq!(redact(&clean), &*clean);
            prop_assert_eq!(clean == text, !holds_a_token(&text));
        }
    }
}
