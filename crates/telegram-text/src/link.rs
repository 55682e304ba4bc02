//! Telegram's check and spelling of a link; it opens no link and resolves no names.

use std::fmt::Write as _;
use std::net::Ipv6Addr;

use super::EntityKind;
use super::clean::cleaned;
use crate::limits;

/// What a link becomes in a message. TDLib `LinkManager::check_link` and `get_link_user_id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// A link, in Telegram's spelling: scheme and host in lower case, a `/` before the query, spaces as `%20`; names
    /// in other scripts stay as they are.
    Url(String),
    /// `tg://user?id=N`: not a link but a mention of that user.
    User(i64),
}

/// Why Telegram does not accept a string as a link. The text is that of TDLib `LinkManager::check_link`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// A scheme that Telegram does not open: only http, https, tg, ton and tonsite are.
    #[error("Unsupported URL protocol")]
    Scheme {
        /// The part before `://`.
        scheme: String,
    },
    /// The host has no dot, as in `http://localhost`.
    #[error("Wrong HTTP URL")]
    HostWithoutDot {
        /// The host.
        host: String,
    },
    /// The host is empty.
    #[error("URL host is empty")]
    NoHost,
    /// The host is nothing but a dot.
    #[error("Host is invalid")]
    OnlyDot,
    /// The text after the last colon of the host is not a number from 1 to 65535. `mailto:` and `tel:` links fail here
    /// too.
    #[error("Wrong port number specified in the URL")]
    Port {
        /// The text after the colon.
        port: String,
    },
    /// The brackets contain no IPv6 address.
    #[error("Wrong IPv6 address specified in the URL")]
    Ipv6 {
        /// The host with its brackets.
        host: String,
    },
    /// A `%` in the host that two hexadecimal digits do not follow.
    #[error("Wrong percent-encoded symbol in URL host")]
    PercentInHost,
    /// A character that a host cannot contain, such as a space.
    #[error("Disallowed character in URL host")]
    HostCharacter {
        /// The character.
        character: char,
    },
    /// A `%` in the user's name that two hexadecimal digits do not follow.
    #[error("Wrong percent-encoded symbol in URL userinfo")]
    PercentInUser,
    /// A character that a user name cannot contain, such as a space.
    #[error("Disallowed character in URL userinfo")]
    UserCharacter {
        /// The character.
        character: char,
    },
    /// A link of Telegram's own schemes with a second scheme, a user or a port in it.
    #[error("Wrong {} URL", if *.scheme == "tg" { "tg" } else { "ton" })]
    TelegramForm {
        /// `tg`, `ton` or `tonsite`.
        scheme: &'static str,
    },
    /// A character that a link of Telegram's own schemes cannot contain before its query.
    #[error("Unallowed characters in URL host")]
    TelegramHostCharacter {
        /// The character.
        character: char,
    },
}

impl Link {
    /// Whether there is a user name or a password before the host. Telegram accepts such a link and shows it to every
    /// reader.
    #[must_use]
    pub fn has_credentials(&self) -> bool {
        let Self::Url(url) = self else { return false };
        let authority = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        authority.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
    }
}

/// Checks a link of a text or a button as Telegram does, and spells it as Telegram will.
///
/// A link without a scheme gets `http`. Characters that Telegram cleans from texts are cleaned from links first.
/// TDLib `LinkManager::check_link`, `get_link_user_id` and `parse_url`.
///
/// # Errors
///
/// What is wrong with a link that makes Telegram refuse the message.
pub fn check(url: &str) -> Result<Link, LinkError> {
    check_uncleaned(&cleaned(url))
}

/// [`check`] of a link as typed in markup: Telegram's parsers clean nothing, so an allowed control character
/// becomes a percent-encoded byte.
///
/// # Errors
///
/// As of [`check`].
pub(super) fn check_uncleaned(url: &str) -> Result<Link, LinkError> {
    if let Some(user) = user_id(url) {
        return Ok(Link::User(user));
    }
    for scheme in ["tg", "ton", "tonsite"] {
        if let Some(rest) = strip_ascii_prefix(url, scheme).and_then(|rest| rest.strip_prefix(':'))
        {
            return telegram_url(scheme, rest.strip_prefix("//").unwrap_or(rest)).map(Link::Url);
        }
    }
    let parts = Parts::of(url)?;
    if !parts.is_ipv6 && !parts.host.contains('.') {
        return Err(LinkError::HostWithoutDot { host: parts.host });
    }
    Ok(Link::Url(parts.spelled()))
}

/// The entity for a link that markup gives to `url`. `None` if Telegram does not accept the link: its parsers drop it
/// silently.
pub(super) fn entity(url: &str) -> Option<EntityKind> {
    Some(match check_uncleaned(url).ok()? {
        Link::User(user) => EntityKind::TextMention { user },
        Link::Url(url) => EntityKind::TextLink { url },
    })
}

/// Links whose text is their address. Nested ones repeat their text.
#[derive(Debug, Default)]
pub(super) struct OwnAddresses {
    bytes: usize,
}

impl OwnAddresses {
    /// Adds a link and returns whether all of them have too much text.
    pub(super) fn exceed(&mut self, address: &str) -> bool {
        self.bytes += address.len();
        self.bytes > limits::OWN_ADDRESS_BYTES
    }
}

/// Whether `url` names one of the schemes that Telegram opens.
///
/// Telegram puts `http://` before any other link, `mailto:press@example.org` included. TDLib `LinkManager::check_link`.
#[must_use]
pub fn names_scheme(url: &str) -> bool {
    let web = |scheme| strip_ascii_prefix(url, scheme).is_some();
    let own = ["tg", "ton", "tonsite"];
    web("http://")
        || web("https://")
        || own
            .iter()
            .any(|scheme| strip_ascii_prefix(url, scheme).is_some_and(|rest| rest.starts_with(':')))
}

/// Whether [`check`] would give `url` back as it is, for the links that most posts hold: http or https, a host of
/// ASCII letters, digits, dots and hyphens, a path of printable ASCII. `false` means that the full check must decide.
pub(super) fn is_surely_spelled(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return false;
    };
    let Some((host, path)) = rest.split_once('/') else { return false };
    let is_host = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
    };
    host.len() > 1
        && host.contains('.')
        && host.bytes().all(is_host)
        && path.bytes().all(|byte| (0x21..0x7F).contains(&byte))
        && url.len() < 30_000
}

/// The user that `tg://user?id=N` names, in any case and with `tg:`, `user/` and other parameters too.
fn user_id(url: &str) -> Option<i64> {
    let rest = strip_ascii_prefix(url, "tg:")?;
    let rest = strip_ascii_prefix(rest.strip_prefix("//").unwrap_or(rest), "user")?;
    let query = rest.strip_prefix('/').unwrap_or(rest).strip_prefix('?')?;
    let query = query.split('#').next()?;
    let id = query.split('&').find_map(|parameter| {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        key.eq_ignore_ascii_case("id").then_some(value)
    })?;
    canonical_number(id).filter(|id| (1..=limits::USER_ID).contains(id))
}

/// A number spelled as it would be printed: no sign, no leading zeros.
fn canonical_number(digits: &str) -> Option<i64> {
    let is_canonical = !digits.starts_with(['0', '+']) || digits == "0";
    digits.parse().ok().filter(|_| is_canonical)
}

fn telegram_url(scheme: &'static str, rest: &str) -> Result<String, LinkError> {
    let parts = Parts::of(rest)?;
    let has_scheme = strip_ascii_prefix(rest, "http://").is_some() || parts.scheme == "https";
    if has_scheme || !parts.user.is_empty() || parts.port.is_some() || parts.is_ipv6 {
        return Err(LinkError::TelegramForm { scheme });
    }
    let is_host = |character: char| {
        character.is_ascii_alphanumeric()
            || matches!(character, '-' | '_')
            || (scheme == "tonsite" && character == '.')
    };
    if let Some(character) = parts.host.chars().find(|character| !is_host(*character)) {
        return Err(LinkError::TelegramHostCharacter { character });
    }
    let query = if parts.query.starts_with("/?") {
        parts.query.trim_start_matches('/')
    } else {
        &parts.query
    };
    Ok(format!("{scheme}://{}{query}", parts.host))
}

/// A link taken apart.
struct Parts {
    scheme: &'static str,
    /// The part before the `@` of the host.
    user: String,
    /// In lower case.
    host: String,
    is_ipv6: bool,
    port: Option<u16>,
    /// Path, query and fragment, beginning with `/`.
    query: String,
}

impl Parts {
    fn of(url: &str) -> Result<Self, LinkError> {
        let (scheme, rest) = split_scheme(url)?;
        let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, query) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let (user_host, port) = split_port(authority)?;
        let (user, host) = user_host.rsplit_once('@').unwrap_or(("", user_host));
        let is_ipv6 = is_ipv6(host)?;
        if host.is_empty() {
            return Err(LinkError::NoHost);
        }
        if host == "." {
            return Err(LinkError::OnlyDot);
        }
        let host = host.to_ascii_lowercase();
        if !is_ipv6 {
            check_host(&host)?;
            check_user(user)?;
        }
        Ok(Self { scheme, user: user.to_owned(), host, is_ipv6, port, query: spelled_query(query) })
    }

    fn spelled(&self) -> String {
        let user = if self.user.is_empty() { String::new() } else { format!("{}@", self.user) };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{user}{}{port}{}", self.scheme, self.host, self.query)
    }
}

/// The scheme and what follows its `://`; http where there is none.
fn split_scheme(url: &str) -> Result<(&'static str, &str), LinkError> {
    let end = url.find([':', '/', '?', '#', '@', '[', ']']).unwrap_or(url.len());
    let (scheme, rest) = url.split_at_checked(end).unwrap_or((url, ""));
    let Some(rest) = rest.strip_prefix("://") else { return Ok(("http", url)) };
    for known in ["http", "https"] {
        if scheme.eq_ignore_ascii_case(known) {
            return Ok((known, rest));
        }
    }
    Err(LinkError::Scheme { scheme: scheme.to_owned() })
}

/// The port after the last colon, unless a `]` or an `@` follows it.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), LinkError> {
    let Some(at) = authority.rfind([':', ']', '@']).filter(|at| *at > 0) else {
        return Ok((authority, None));
    };
    let Some((host, port)) = authority.split_at_checked(at) else { return Ok((authority, None)) };
    let Some(port) = port.strip_prefix(':') else { return Ok((authority, None)) };
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse() {
        Ok(number @ 1..) if is_number => Ok((host, Some(number))),
        _ => Err(LinkError::Port { port: port.to_owned() }),
    }
}

fn is_ipv6(host: &str) -> Result<bool, LinkError> {
    let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return Ok(false);
    };
    match address.parse::<Ipv6Addr>() {
        Ok(_) => Ok(true),
        Err(_) => Err(LinkError::Ipv6 { host: host.to_owned() }),
    }
}

/// The error in a host or a user name.
enum PartError {
    Percent,
    Character(char),
}

/// Whether an ASCII character is allowed, by itself or as a `%` with two digits after it.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"%.-_!$,~*'();&+=".contains(&byte)
}

/// Letters, digits and the marks that RFC 3986 allows in a host, percent-encoded bytes, and everything past ASCII.
fn check_part(part: &str) -> Result<(), PartError> {
    let mut characters = part.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' => {
                let is_hex =
                    |digit: Option<char>| digit.is_some_and(|digit| digit.is_ascii_hexdigit());
                if !is_hex(characters.next()) || !is_hex(characters.next()) {
                    return Err(PartError::Percent);
                }
            }
            '\0'..='\x7F' if !u8::try_from(character).is_ok_and(is_part) => {
                return Err(PartError::Character(character));
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_host(host: &str) -> Result<(), LinkError> {
    check_part(host).map_err(|error| match error {
        PartError::Percent => LinkError::PercentInHost,
        PartError::Character(character) => LinkError::HostCharacter { character },
    })
}

/// A user name may contain colons too.
fn check_user(user: &str) -> Result<(), LinkError> {
    user.split(':').try_for_each(check_part).map_err(|error| match error {
        PartError::Percent => LinkError::PercentInUser,
        PartError::Character(character) => LinkError::UserCharacter { character },
    })
}

fn spelled_query(query: &str) -> String {
    let query = query.trim_end_matches([' ', '\0', '\t', '\n', '\r', '\x0B']);
    let mut spelled = String::with_capacity(query.len() + 1);
    if !query.starts_with('/') {
        spelled.push('/');
    }
    let mut rest = query;
    while let Some((before, control, after)) = split_control(rest) {
        spelled.push_str(before);
        // Writing to a string cannot fail.
        let _ = write!(spelled, "%{control:02X}");
        rest = after;
    }
    spelled.push_str(rest);
    spelled
}

/// The first control character or space, with the text before and after it.
fn split_control(text: &str) -> Option<(&str, u8, &str)> {
    let at = text.bytes().position(|byte| byte <= b' ')?;
    let (before, after) = text.split_at_checked(at)?;
    Some((before, *after.as_bytes().first()?, after.get(1..)?))
}

/// The text after `prefix`, which is compared without regard to case.
fn strip_ascii_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Case {
        input: Input,
        output: Output,
    }

    #[derive(Deserialize)]
    struct Input {
        url: String,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Output {
        Url(String),
        User(i64),
        Error(String),
    }

    fn replay(lines: &str) -> usize {
        let mut wrong = Vec::new();
        for (number, line) in lines.lines().enumerate() {
            let case: Case = serde_json::from_str(line).unwrap();
            let actual = check(&case.input.url);
            let right = match (&actual, &case.output) {
                (Ok(Link::Url(actual)), Output::Url(expected)) => actual == expected,
                (Ok(Link::User(actual)), Output::User(expected)) => actual == expected,
                (Err(error), Output::Error(expected)) => {
                    expected.ends_with(&format!("is invalid: {error}"))
                }
                _ => false,
            };
            if !right {
                wrong.push(format!("line {}: {line}\n  here {actual:?}", number + 1));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} differ:\n{}",
            wrong.len(),
            wrong.iter().take(30).cloned().collect::<Vec<_>>().join("\n")
        );
        lines.lines().count()
    }

    #[test]
    fn links_are_spelled_as_tdlib_spells_them() {
        assert!(replay(include_str!("../testdata/link.jsonl")) > 450);
    }

    #[test]
    fn error_names_its_cause() {
        for (url, error) in [
            ("", LinkError::NoHost),
            ("ftp://a.b", LinkError::Scheme { scheme: "ftp".into() }),
            ("http://localhost", LinkError::HostWithoutDot { host: "localhost".into() }),
            ("tel:+1", LinkError::Port { port: "+1".into() }),
            ("http://a b.c", LinkError::HostCharacter { character: ' ' }),
            ("http://a%@b.c", LinkError::PercentInUser),
            ("http://a b@c.d", LinkError::UserCharacter { character: ' ' }),
            ("http://[::g]/", LinkError::Ipv6 { host: "[::g]".into() }),
            ("tg://a:1", LinkError::TelegramForm { scheme: "tg" }),
            ("tg://a.b", LinkError::TelegramHostCharacter { character: '.' }),
        ] {
            assert_eq!(check(url), Err(error), "{url}");
        }
    }

    #[test]
    fn credentials_are_recognized() {
        for (url, expected) in [
            ("https://a:b@example.org/", true),
            ("mailto:a@example.org", true),
            ("https://example.org/@a", false),
            ("example.org?a@b", false),
            ("tg://user?id=5", false),
        ] {
            assert_eq!(check(url).unwrap().has_credentials(), expected, "{url}");
        }
    }

    proptest! {
        #[test]
        fn normalizing_a_link_is_idempotent(url in "(https?://|tg:|ton://|tonsite:|HTTP://)?[a-zA-Z0-9.@:%?#/ й\\[\\]_-]{0,20}|\\PC{0,20}") {
            if let Ok(Link::Url(spelled)) = check(&url) {
                prop_assert_eq!(check(&spelled), Ok(Link::Url(spelled.clone())));
            }
        }

        #[test]
        fn quick_check_agrees_with_the_full_one(url in "https?://[a-z.-]{1,6}[/:]?[a-z:@#? ]{0,5}") {
            if is_surely_spelled(&url) {
                prop_assert_eq!(check(&url), Ok(Link::Url(url.clone())));
            }
        }
    }
}
