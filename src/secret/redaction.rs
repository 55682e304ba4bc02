//! Removes tokens and passwords from a text; the last resort, for texts that come from elsewhere.

use std::borrow::Cow;
use std::ops::Range;

use super::{ID_DIGITS, SECRET_CHARACTERS, is_secret_byte, password};

/// The separator of a token's halves, plain and percent-encoded.
const SEPARATORS: [&[u8]; 3] = [b":", b"%3A", b"%3a"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SecretKind {
    Token,
    Password,
}

impl SecretKind {
    fn replacement(self) -> &'static str {
        match self {
            Self::Token => "<token>",
            Self::Password => "<password>",
        }
    }
}

/// Replaces everything in the shape of a token, `\d{5,15}:[A-Za-z0-9_-]{30,}` (with all digits before the colon), by `<token>`, and
/// every password by `<password>`.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    replaced(text, |kind, _, clean| clean.push_str(kind.replacement()))
}

/// Replaces every character of a token or a password by a sign of the same length in bytes, so that positions in the text stay
/// correct.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    replaced(text, |_, secret, masked| {
        masked.extend(secret.chars().map(mask_char));
    })
}

/// A sign of the same length in bytes as a character.
pub(super) fn mask_char(character: char) -> char {
    match character.len_utf8() {
        1 => '*',
        2 => '·',
        3 => '•',
        _ => '𝟎',
    }
}

fn replaced(text: &str, mut write: impl FnMut(SecretKind, &str, &mut String)) -> Cow<'_, str> {
    let found = secrets(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut copied = 0;
    for (range, kind) in found {
        // Each range begins and ends at a character, so the slices exist.
        clean.push_str(text.get(copied..range.start).unwrap_or_default());
        write(kind, text.get(range.clone()).unwrap_or_default(), &mut clean);
        copied = range.end;
    }
    clean.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(clean)
}

/// The ranges of tokens and passwords, in order; overlapping ones are joined.
fn secrets(text: &str) -> Vec<(Range<usize>, SecretKind)> {
    let mut found: Vec<(Range<usize>, SecretKind)> = Vec::new();
    let mut at = 0;
    while let Some((start, end)) = next_token(text.as_bytes(), at) {
        // Two adjacent tokens share the end of the first one's second half.
        let start = start.max(found.last().map_or(0, |(last, _)| last.end));
        found.push((start..end, SecretKind::Token));
        at = end;
    }
    found.extend(password::find(text).map(|range| (range, SecretKind::Password)));
    found.sort_by_key(|(range, _)| range.start);
    let mut joined: Vec<(Range<usize>, SecretKind)> = Vec::new();
    for (range, kind) in found {
        match joined.last_mut() {
            Some((last, last_kind)) if range.start < last.end => {
                if range.end > last.end {
                    *last_kind = SecretKind::Password;
                }
                last.end = last.end.max(range.end);
            }
            _ => joined.push((range, kind)),
        }
    }
    joined
}

/// The byte range of the first token whose separator is at `from` or later.
///
/// Its digits may be before `from`: two adjacent tokens share the end of the first one's second half, and both are removed.
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
            let after = bytes.get(at + separator..).unwrap_or_default();
            let secret = after.iter().take_while(|byte| is_secret_byte(**byte)).count();
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
    fn token_is_replaced_anywhere() {
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
    fn masked_text_keeps_its_length() {
        let text = format!("я = \"{TOKEN}\" # {TOKEN}{TOKEN} é");
        let masked = mask(&text);
        assert_eq!(masked.len(), text.len());
        assert_eq!(masked.find('é'), text.find('é'));
        assert!(!masked.contains("AAF7"), "{masked}");
        assert!(matches!(mask("12:30"), Cow::Borrowed(_)));
    }

    #[test]
    fn adjacent_tokens_are_all_replaced() {
        let clean = redact(&TOKEN.repeat(3)).into_owned();
        assert!(!clean.contains("AAF7"), "{clean}");
    }

    #[test]
    fn text_without_a_token_is_kept() {
        let short = format!("12345:{}", "a".repeat(29));
        let id = format!("1234:{}", "a".repeat(30));
        for text in
            ["", "10:30", "a:b", "12345:", ":", "2026-11-24T10:30:00Z telepress::cli", &short, &id]
        {
            assert!(matches!(redact(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn password_is_replaced_anywhere() {
        let rows = [
            (
                "postgres://bob:{}@db.example.org/news",
                "postgres://bob:<password>@db.example.org/news",
            ),
            ("POSTGRESQL://bob:{}@h/n", "POSTGRESQL://bob:<password>@h/n"),
            ("postgres:bob:{}@h/n", "postgres:bob:<password>@h/n"),
            ("postgres:/bob:{}@h/n", "postgres:/bob:<password>@h/n"),
            ("postgres://bob%3A{}@h/n", "postgres://bob%3A<password>@h/n"),
            (
                "url = 'postgres://bob:{}@h/n' # wrong",
                "url = 'postgres://bob:<password>@h/n' # wrong",
            ),
            (
                "postgres://h/n?user=b&password={}&sslmode=x",
                "postgres://h/n?user=b&password=<password>&sslmode=x",
            ),
            ("postgres://h/n?p%61ss%57ORD={}", "postgres://h/n?p%61ss%57ORD=<password>"),
            ("host=h password={} user=b", "host=h password=<password> user=b"),
            ("host=h password = '{} x' user=b", "host=h password = '<password>' user=b"),
            ("password = \"{}\" # ours", "password = \"<password>\" # ours"),
            ("store = { password = '{}' }", "store = { password = '<password>' }"),
            ("PGPASSWORD={}", "PGPASSWORD=<password>"),
            ("{\"password\": \"{}\"}", "{\"password\": \"<password>\"}"),
            (
                "proxy http://bob:{}@proxy:3128/ fails",
                "proxy http://bob:<password>@proxy:3128/ fails",
            ),
            ("SOCKS5H://:{}@[::1]:1080", "SOCKS5H://:<password>@[::1]:1080"),
        ];
        for (text, expected) in rows {
            for password in ["hunter2", "p/a?s#s", "a:b@c", "%40%2F", "пароль", "\\\\x"] {
                let text = text.replace("{}", password);
                assert_eq!(redact(&text), expected, "{text}");
                assert_eq!(mask(&text).chars().count(), text.chars().count());
            }
        }
        assert_eq!(redact("\"postgres://bob:hunter2/news\""), "\"postgres://bob:<password>\"");
    }

    #[test]
    fn text_that_only_looks_like_a_password_is_kept() {
        for text in [
            "postgres://telepress@db.example.org:5432/news",
            "postgresql:///news?host=/run/postgresql&sslmode=require",
            "postgres://[::1]:5432/news",
            "postgres: connection refused",
            "https://example.org:8443/@somebody",
            "https://example.org/a:b@c",
            "see https://example.org and write to a:b@example.org",
            "The password: ask Anna",
        ] {
            assert!(matches!(redact(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_password_is_left_in_any_form(
            word in "[!-~ а-яé€🙂]{4,24}", form in 0..8_usize,
        ) {
            // A password that ends or begins with white space is typed with quotes or percent signs.
            let word = format!("x{}x", word.replace('&', "x"));
            let forms = [
                "url = \"postgres://bob:{}@db/news\"", "url = postgresql://bob:{}@db", "POSTGRES:bob:{}@db",
                "`postgres://bob:{}@db` is not a URL", "url = 'postgres://db/news?password={}'",
                "postgres://u@h/db?PASSWORD={}&x=1", "error: postgres:///bob:{}@db",
                "postgres://bob@h:1:{}@h",
            ];
            let text = forms[form].replace("{}", &word);
            for clean in [redact(&text), mask(&text)] {
                prop_assert!(!clean.contains(&word), "{clean}");
            }
            prop_assert_eq!(mask(&text).len(), text.len());
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

    /// The same rule in a slow and simple form: it tries every position.
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
        fn no_token_is_left_and_redaction_is_idempotent(text in pieces()) {
            let clean = redact(&text).into_owned();
            prop_assert!(!holds_a_token(&clean), "{clean}");
            prop_assert_eq!(redact(&clean), &*clean);
            prop_assert_eq!(clean == text, !holds_a_token(&text));
        }
    }
}
