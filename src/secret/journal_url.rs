//! Masks the journal's URL in a config that is shown: in any form it may contain a password.

use std::borrow::Cow;
use std::ops::Range;

use super::redaction::sign;

/// Prefixes of a value that are not secret.
const PLAIN: [&str; 3] = ["sqlite:", "postgres:", "postgresql:"];

/// Replaces every character of the journal's URL after the scheme by a sign of the same length in bytes. The path of a file is
/// kept, unless it may contain a password. The config need not be valid.
#[must_use]
pub fn mask_journal_url(config: &str) -> Cow<'_, str> {
    let mut masked: Option<String> = None;
    let mut from = 0;
    while let Some(value) = next_value(config, from) {
        from = value.end.max(from + 1);
        let Some(typed) = config.get(value.clone()) else { continue };
        let plain =
            PLAIN.iter().find(|plain| typed.starts_with(**plain)).map_or("", |plain| *plain);
        if plain == "sqlite:"
            && !typed.contains(['@', '\n', '\\'])
            && !typed.contains(":postgres")
            && !typed.contains("://")
        {
            continue;
        }
        let start = value.start + plain.len();
        let text = masked.get_or_insert_with(|| config.to_owned());
        let secret = config.get(start..value.end).unwrap_or_default();
        let signs: String =
            secret.chars().map(|c| if c == '\n' || c == '\r' { c } else { sign(c) }).collect();
        text.replace_range(start..value.end, &signs);
    }
    masked.map_or(Cow::Borrowed(config), Cow::Owned)
}

/// The value of the next key `url`, without its quotation marks.
fn next_value(config: &str, mut from: usize) -> Option<Range<usize>> {
    loop {
        let at = from + config.get(from..)?.find("url")?;
        from = at + 3;
        // A key is at the start of its line or table, after a dot, or in a comment; the word inside a value is not a key.
        let before = config.get(..at)?.trim_end_matches([' ', '\t', '"', '\'']);
        if before.chars().next_back().is_some_and(|c| !matches!(c, '\n' | '{' | ',' | '.' | '#')) {
            continue;
        }
        let rest = config.get(from..)?;
        let key_end = rest.trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t']);
        // In an invalid config there may be a colon instead of the sign.
        let Some(value) = key_end.strip_prefix('=').or_else(|| key_end.strip_prefix(':')) else {
            continue;
        };
        let value = value.trim_start_matches([' ', '\t']);
        let start = config.len() - value.len();
        return Some(inside(value, start));
    }
}

/// The range of a value that begins at `start`, without its quotation marks; an unclosed one ends before the next key.
fn inside(value: &str, start: usize) -> Range<usize> {
    for quote in ["\"\"\"", "'''", "\"", "'"] {
        let Some(text) = value.strip_prefix(quote) else { continue };
        let start = start + quote.len();
        let line =
            if quote.len() == 1 { text.split('\n').next().unwrap_or_default() } else { text };
        if let Some(end) = closing(line, quote) {
            return start..start + end;
        }
        return start..start + unclosed(text);
    }
    start..start + unclosed(value)
}

/// Where a string ends; in a string with escapes, a quotation mark after a backslash is part of it.
fn closing(text: &str, quote: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find(quote)?;
        let escapes = text.get(..at)?.chars().rev().take_while(|c| *c == '\\').count();
        if quote.starts_with('\'') || escapes % 2 == 0 {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The length of an unclosed value: up to an empty line or one that looks like another key or a table.
fn unclosed(text: &str) -> usize {
    let mut length = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let trimmed = line.trim_start();
        let key: String = trimmed
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
            .collect();
        let is_key = !key.is_empty()
            && trimmed.strip_prefix(&*key).is_some_and(|rest| rest.trim_start().starts_with('='));
        if number > 0
            && (trimmed.trim_end().is_empty() || trimmed.starts_with(['[', '#']) || is_key)
        {
            break;
        }
        length += line.len();
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_of_url_shows_a_password() {
        let forms = [
            "url = '''\npostgres://bob:\nhunter2@h/n'''",
            "url = \"\"\"postgres://bob:\\\n   hunter2@h/n\"\"\"",
            "url = '''\npassword=\nhunter2'''",
            "url = \"postgres://bob\\u003ahunter2@h/n\"",
            "url = \"postgres\\u003a//h/n?pass\\u0077ord=hunter2\"",
            "url = \"postgres://bob%253Ahunter2@h\"",
            "url='postgres：//bob:hunter2@h'",
            "url = 'jdbc:postgresql:bob/hunter2@h'",
            "url = \"sqlite://bob:hunter2@h/db\"",
            "url = \"sqlite:postgres://bob/hunter2\"",
            "\"url\" = \"postgres://bob:\nhunter2@h",
            "store = { url = \"postgres://h/n?pass=hunter2\" }",
            "store.url = postgres://bob:hunter2@h",
            "url: \"postgres://bob \\\"hunter2@h\"",
        ];
        for form in forms {
            let config = format!("[store]\n{form}\n[channels.news]\nchat = \"@news\"\n");
            let masked = mask_journal_url(&config);
            assert!(!masked.contains("hunter2"), "{masked}");
            assert!(masked.contains("chat = \"@news\""), "{masked}");
            assert_eq!(
                (masked.len(), masked.lines().count()),
                (config.len(), config.lines().count())
            );
        }
    }

    #[test]
    fn paths_and_other_keys_are_kept() {
        for config in [
            "[store]\nurl = \"sqlite:a.db\"",
            "bot.api_url = \"http://127.0.0.1:8081\"",
            "footer = \"the url: https://example.org\"",
        ] {
            assert_eq!(mask_journal_url(config), config);
        }
        let shown = mask_journal_url("url = \"postgres://u@h/n\" # why");
        assert_eq!(shown, "url = \"postgres:*******\" # why");
    }
}
