//! Masks the URLs of the journal and the proxy in a config that is shown: in any form they may contain a password.

use std::borrow::Cow;
use std::ops::Range;

use super::redaction::mask_char;

/// Prefixes of the journal's URL that are not secret.
const JOURNAL_PREFIXES: [&str; 3] = ["sqlite:", "postgres:", "postgresql:"];

/// Prefixes of the proxy's URL that are not secret.
const PROXY_PREFIXES: [&str; 4] = ["http://", "https://", "socks5://", "socks5h://"];

/// A key whose value is a URL that may contain a password.
#[derive(Clone, Copy)]
enum UrlKey {
    Journal,
    Proxy,
}

impl UrlKey {
    const ALL: [Self; 2] = [Self::Journal, Self::Proxy];

    fn name(self) -> &'static str {
        match self {
            Self::Journal => "url",
            Self::Proxy => "proxy",
        }
    }

    /// The bytes at the beginning of a value that are not secret.
    fn public_prefix_length(self, typed: &str) -> usize {
        let prefixes = match self {
            Self::Journal => &JOURNAL_PREFIXES[..],
            Self::Proxy => &PROXY_PREFIXES,
        };
        let plain = prefixes.iter().find(|plain| typed.starts_with(**plain));
        let plain = plain.map_or(0, |plain| plain.len());
        let is_plain = match self {
            Self::Journal => {
                typed.starts_with("sqlite:")
                    && !typed.contains(['@', '\n', '\\'])
                    && !typed.contains(":postgres")
                    && !typed.contains("://")
            }
            Self::Proxy => typed.get(plain..).is_some_and(is_host_and_port),
        };
        if is_plain { typed.len() } else { plain }
    }
}

/// Whether a text can only be a host with a port, and a path: there is nothing that may be a password.
fn is_host_and_port(text: &str) -> bool {
    // The colons of an IPv6 address are in brackets.
    let rest = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (host, rest) = rest.unwrap_or(("", text));
    let is_address = host.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
    let (name, port) = rest.split_once(':').unwrap_or((rest, ""));
    let path = port.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_word = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte))
    };
    is_address && is_word(name) && is_word(path) && (path.is_empty() || path.starts_with('/'))
}

/// Replaces every character of the journal's and the proxy's URL after the scheme by a sign of the same length in bytes. The path of a
/// file and the host of a proxy are kept, unless they may contain a password. The config need not be valid.
#[must_use]
pub fn mask_config(config: &str) -> Cow<'_, str> {
    UrlKey::ALL.into_iter().fold(Cow::Borrowed(config), |config, key| {
        mask_key(key, &config).map_or(config, Cow::Owned)
    })
}

/// The config with this key's values masked; `None` if there is nothing to mask.
fn mask_key(key: UrlKey, config: &str) -> Option<String> {
    let mut masked: Option<String> = None;
    let mut from = 0;
    while let Some(value) = next_value(key.name(), config, from) {
        from = value.end.max(from + 1);
        let Some(typed) = config.get(value.clone()) else { continue };
        let start = value.start + key.public_prefix_length(typed);
        if start == value.end {
            continue;
        }
        let text = masked.get_or_insert_with(|| config.to_owned());
        let secret = config.get(start..value.end).unwrap_or_default();
        let signs: String =
            secret.chars().map(|c| if c == '\n' || c == '\r' { c } else { mask_char(c) }).collect();
        text.replace_range(start..value.end, &signs);
    }
    masked
}

/// The value of the next key with this name, without its quotation marks.
fn next_value(name: &str, config: &str, mut from: usize) -> Option<Range<usize>> {
    loop {
        let at = from + config.get(from..)?.find(name)?;
        from = at + name.len();
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
        return Some(value_range(value, start));
    }
}

/// The range of a value that begins at `start`, without its quotation marks; an unclosed one ends before the next key.
fn value_range(value: &str, start: usize) -> Range<usize> {
    for quote in ["\"\"\"", "'''", "\"", "'"] {
        let Some(text) = value.strip_prefix(quote) else { continue };
        let start = start + quote.len();
        let line =
            if quote.len() == 1 { text.split('\n').next().unwrap_or_default() } else { text };
        if let Some(end) = closing_quote(line, quote) {
            return start..start + end;
        }
        return start..start + unclosed_length(text);
    }
    start..start + unclosed_length(value)
}

/// Where a string ends; in a string with escapes, a quotation mark after a backslash is part of it.
fn closing_quote(text: &str, quote: &str) -> Option<usize> {
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
fn unclosed_length(text: &str) -> usize {
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
            let masked = mask_config(&config);
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
            "proxy = \"socks5h://127.0.0.1:1080\"",
            "proxy = \"http://[::1]:3128/path\"",
            "bot.proxy = 'proxy.example'",
            "footer = \"the url: https://example.org\"",
        ] {
            assert_eq!(mask_config(config), config);
        }
        for (config, shown) in [
            ("proxy = \"socks5://bob:hunter2@h:1\"", "proxy = \"socks5://***************\""),
            ("proxy = \"socks5://bob:hunter2\"", "proxy = \"socks5://***********\""),
            ("proxy = \"bob:hunter2@h:1\"", "proxy = \"***************\""),
            ("bot = { proxy = 'http://a:1/2@h' }", "bot = { proxy = 'http://*******' }"),
            ("proxy = \"http://h:1#x\"", "proxy = \"http://*****\""),
        ] {
            assert_eq!(mask_config(config), shown);
        }
        let shown = mask_config("url = \"postgres://u@h/n\" # why");
        assert_eq!(shown, "url = \"postgres:*******\" # why");
    }
}
