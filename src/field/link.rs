//! Checks links as typed: reports those that Telegram refuses and those that may mislead readers.

use std::ops::Range;

use telegram_text::link::{self, Link};
use unicode_general_category::{GeneralCategory, get_general_category};

use super::Fields;
use crate::diagnostic::problem::{LinkProblem, TextProblem};
use crate::key::SpannedStr;
use crate::limits;

impl Fields<'_> {
    /// The URL of a key, in Telegram's spelling.
    pub(crate) fn url(&mut self, typed: &SpannedStr<'_>) -> Option<String> {
        let problem = match link::check(&typed.value) {
            Ok(Link::Url(url)) if link::names_scheme(&typed.value) => {
                self.link_warnings(typed, 0..typed.value.len(), &url, None);
                return Some(url);
            }
            Ok(Link::Url(_)) => LinkProblem::NoScheme,
            Ok(Link::User(_)) => LinkProblem::User,
            Err(error) => LinkProblem::Refused(error),
        };
        self.report(typed.span.clone(), TextProblem::Link(problem));
        None
    }

    /// Reports warnings for a link that Telegram accepts. `address` is the range of its URL in `typed`, and `words` the range of its
    /// link text, if it has one.
    pub(super) fn link_warnings(
        &mut self,
        typed: &SpannedStr<'_>,
        address: Range<usize>,
        url: &str,
        words: Option<(Range<usize>, &str)>,
    ) {
        let mut found = Vec::new();
        if url.len() > limits::URL_BYTES {
            found.push(LinkProblem::TooLong(url.len()));
        }
        if has_credentials(url) {
            found.push(LinkProblem::Credentials);
        }
        let host = host_of(url);
        if host.is_some() && url.starts_with("http://") {
            found.push(LinkProblem::Http);
        }
        let labels = host.into_iter().flat_map(|host| host.split('.'));
        found.extend(
            labels
                .filter(|label| mixes_scripts(label))
                .take(1)
                .map(|label| LinkProblem::MixedScript(label.to_owned())),
        );
        for problem in found {
            self.report_in(typed, address.clone(), TextProblem::Link(problem));
        }
        let (Some(host), Some((words, shown))) = (host, words) else { return };
        if let Some(named) = named_host(shown).filter(|named| !same_site(named, host)) {
            let problem = LinkProblem::Words(named, host.to_owned());
            self.report_in(typed, words, TextProblem::Link(problem));
        }
    }
}

/// The place of a link's URL in `typed`. Its link text ends at byte `words_end`; only closing marks without brackets can come
/// between the two.
pub(super) fn address(typed: &str, words_end: usize) -> Option<Range<usize>> {
    let after = typed.get(words_end..)?;
    // Only the ends of formatting can be between the words and the address; other links have it elsewhere.
    let opening = words_end + after.find("](").filter(|at| is_markup(after.get(..*at)))? + 2;
    let rest = typed.get(opening..)?;
    let start = opening + rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', '<']).len();
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, character) in typed.get(start..)?.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return Some(start..start + at),
            ')' => depth -= 1,
            '>' => return Some(start..start + at),
            space if space.is_whitespace() => return Some(start..start + at),
            _ => {}
        }
    }
    None
}

fn is_markup(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.bytes().all(|byte| b"*_~|`".contains(&byte)))
}

/// The host of a web address, without port and credentials.
fn host_of(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    Some(host.split(':').next().unwrap_or(host))
}

fn has_credentials(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

/// The host that a link text names, if it looks like one.
fn named_host(words: &str) -> Option<String> {
    let words = words.trim();
    if words.contains(char::is_whitespace) {
        return None;
    }
    let found = telegram_text::detect::detect(words);
    let url = found
        .first()
        .filter(|found| found.kind == telegram_text::EntityKind::Url && found.offset == 0)?;
    let end = telegram_text::utf16::byte_of(words, url.end())?;
    let lower = words.get(..end)?.to_lowercase();
    let whole = if lower.contains("://") { lower } else { format!("https://{lower}") };
    host_of(&whole).map(str::to_owned)
}

/// Whether two hosts are the same, or `host` is a subdomain of `named`.
fn same_site(named: &str, host: &str) -> bool {
    let (named, host) = (named.trim_start_matches("www."), host.trim_start_matches("www."));
    let ascii = |host: &str| idna::domain_to_ascii(host).unwrap_or_else(|_| host.to_lowercase());
    let (named, host) = (ascii(named), ascii(host));
    named == host || host.ends_with(&format!(".{named}"))
}

/// Whether a host label has letters of more than one script. Punycode is decoded first.
fn mixes_scripts(label: &str) -> bool {
    if label.is_ascii() && !label.contains("--") {
        return false;
    }
    let (shown, _) = idna::domain_to_unicode(label);
    let mut first = None;
    shown
        .chars()
        .filter(|letter| is_letter(*letter))
        .map(script)
        .any(|script| *first.get_or_insert(script) != script)
}

fn is_letter(character: char) -> bool {
    use GeneralCategory as G;
    character.is_ascii_alphabetic()
        || (!character.is_ascii()
            && matches!(
                get_general_category(character),
                G::UppercaseLetter
                    | G::LowercaseLetter
                    | G::TitlecaseLetter
                    | G::ModifierLetter
                    | G::OtherLetter
            ))
}

/// The script of a letter. Only scripts with letters that look like another script's are distinguished.
fn script(letter: char) -> u8 {
    match u32::from(letter) {
        0x41..=0x5A
        | 0x61..=0x7A
        | 0xC0..=0x24F
        | 0x1E00..=0x1EFF
        | 0x2C60..=0x2C7F
        | 0xA720..=0xA7FF => 0,
        0x370..=0x3FF | 0x1F00..=0x1FFF => 1,
        0x400..=0x52F | 0x1C80..=0x1C8F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F => 2,
        0x530..=0x58F => 3,
        0x13A0..=0x13FF | 0xAB70..=0xABBF => 4,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_of_a_link_is_found_after_its_text() {
        for (typed, words, expected) in [
            ("[a](http://b.c)", "a", "http://b.c"),
            ("[**a**](http://b.c) [d](e)", "a", "http://b.c"),
            ("[`]( `](http://b.c)", "]( ", "http://b.c"),
            ("[a]( <http://b.c> )", "a", "http://b.c"),
            ("[a](http://b.c/(d)_e)", "a", "http://b.c/(d)_e"),
            (r"[a](http://b.c/\)d)", "a", r"http://b.c/\)d"),
        ] {
            let end = typed.find(words).unwrap() + words.len();
            assert_eq!(typed.get(address(typed, end).unwrap()).unwrap(), expected, "{typed}");
        }
    }

    #[test]
    fn hosts_are_compared_as_sites() {
        for (named, host, same) in [
            ("example.org", "example.org", true),
            ("www.example.org", "example.org", true),
            ("example.org", "news.example.org", true),
            ("example.org", "example.org.evil.com", false),
            ("bank.com", "example.org", false),
            ("пример.рф", "xn--e1afmkfd.xn--p1ai", true),
        ] {
            assert_eq!(same_site(named, host), same, "{named} {host}");
        }
    }

    #[test]
    fn labels_with_mixed_scripts_are_detected() {
        for (label, mixed) in [
            ("example", false),
            ("пример", false),
            ("exаmple", true),
            ("mañana", false),
            ("xn--exmple-4nf", true),
        ] {
            assert_eq!(mixes_scripts(label), mixed, "{label}");
        }
    }

    #[test]
    fn host_excludes_credentials_and_port() {
        assert_eq!(host_of("https://user:pw@example.org:8080/a@b"), Some("example.org"));
        assert_eq!(host_of("tg://resolve?domain=x"), None);
        assert!(has_credentials("https://user@example.org/"));
        assert!(!has_credentials("https://example.org/@user"));
    }
}
