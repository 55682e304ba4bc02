//! Links and e-mail addresses in running text. It finds them by their dots and does not open them.

use super::character::{before, is_word, next, run_end, run_start};
use super::{Found, Kind, email, tld};

/// Characters that end a sentence rather than a link.
const LOOSE_ENDS: &[u8] = b".:;,('?!`";

/// Schemes that a link may have. What is right before the scheme does not matter (`xhttp://` contains one), except for
/// the schemes that [`is_other_scheme`] names.
const SCHEMES: [&str; 4] = ["http", "https", "ftp", "tonsite"];

/// A look-alike of a Telegram domain, which Telegram does not detect.
const LOOK_ALIKE: &str = "teiegram.org";

/// Finds links with and without a scheme, and e-mail addresses. TDLib `match_urls`, `fix_url`, `is_email_address`.
///
/// Linear: every search starts where the previous one stopped reading, and the ends of paths are remembered.
pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut paths = Paths::default();
    let mut floor = 0;
    while let Some(dot) = next(bytes, b'.', floor) {
        match bytes.get(dot + 1) {
            None => return,
            Some(b' ') => {
                floor = dot + 2;
                continue;
            }
            Some(_) => {}
        }
        let candidate = Candidate::around(text, floor, dot, &mut paths);
        let mut end = candidate.end;
        if candidate.is_separate {
            if end > dot + 1 {
                found.extend(classified(text, &candidate));
            }
            while bytes.get(end) == Some(&b'.') {
                end += 1;
            }
        } else {
            let read = bytes.get(dot..end).unwrap_or_default();
            end = dot + memchr::memrchr(b'.', read).map_or(1, |at| at + 1);
        }
        floor = end.max(dot + 1);
    }
}

/// The e-mail address or link in a candidate, if it is one.
fn classified(text: &str, candidate: &Candidate) -> Option<Found> {
    let written = text.get(candidate.start..candidate.end)?;
    let bare = || written.strip_prefix("mailto:").filter(|bare| email::is_address(bare));
    let address = if email::is_address(written) { Some(written) } else { bare() };
    if let Some(address) = address {
        return Some(Found {
            kind: Kind::Email,
            bytes: candidate.end - address.len()..candidate.end,
        });
    }
    let length = link_length(written)?;
    Some(Found { kind: Kind::Url, bytes: candidate.start..candidate.start + length })
}

/// The text around a dot that may be a link.
struct Candidate {
    start: usize,
    end: usize,
    /// Whether the text before it does not make it part of something else.
    is_separate: bool,
}

impl Candidate {
    /// Reads from byte `dot` in both directions, not before `floor`.
    fn around(text: &str, floor: usize, dot: usize, paths: &mut Paths) -> Self {
        let bytes = text.as_bytes();
        let mut start = run_start(text, floor, dot, is_host);
        let host_end = run_end(text, dot, |character| character == '@' || is_host(character));
        let has_user = bytes.get(dot..host_end).is_some_and(|part| part.contains(&b'@'));
        if has_user {
            start = run_start(text, floor, start, is_user);
        }
        let mut end = port_end(bytes, host_end);
        if bytes.get(end).is_some_and(|byte| is_path_start(*byte)) {
            end = paths.end(text, end);
        }
        while end > dot + 1 && bytes.get(end - 1) == Some(&b'.') {
            end -= 1;
        }

        let mut is_separate = true;
        if start > floor && bytes.get(start - 1) == Some(&b'@') {
            let user = run_start(text, floor, start - 1, is_user);
            is_separate = !has_user && user < start - 1;
            start = user;
        }
        if start > floor {
            let head = text.get(floor..start).unwrap_or_default();
            if head.len() >= 6 && head.ends_with("://") {
                match scheme_length(text, floor, start) {
                    Some(length) => start -= length,
                    None => is_separate = false,
                }
            } else if before(text, start)
                .is_some_and(|last| is_word(last) || matches!(last, '/' | '#' | '@'))
            {
                is_separate = false;
            }
        }
        Self { start, end, is_separate }
    }
}

/// Bytes of the scheme and its `://` that end at byte `start`; `None` if links cannot have that scheme.
fn scheme_length(text: &str, floor: usize, start: usize) -> Option<usize> {
    let end = start.checked_sub(3)?;
    let written = text.get(run_start(text, floor, end, is_scheme)..end)?.to_ascii_lowercase();
    if is_other_scheme(&written) {
        return None;
    }
    SCHEMES.iter().find(|scheme| written.ends_with(*scheme)).map(|scheme| scheme.len() + 3)
}

/// Schemes that end like one of [`SCHEMES`] and are another one.
fn is_other_scheme(scheme: &str) -> bool {
    matches!(scheme, "shttp" | "tftp" | "sftp")
}

/// The end of the port that begins at byte `from`; `from` itself if there is none from 1 to 65535.
fn port_end(bytes: &[u8], from: usize) -> usize {
    let Some(rest) = bytes.get(from..).and_then(|rest| rest.strip_prefix(b":")) else {
        return from;
    };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = rest.get(..length).and_then(|digits| std::str::from_utf8(digits).ok());
    match number.and_then(|digits| digits.parse::<u16>().ok()) {
        Some(1..) => from + 1 + length,
        _ => from,
    }
}

/// How many bytes of a candidate are the link; `None` if it is not one.
fn link_length(written: &str) -> Option<usize> {
    let scheme = scheme_head(written);
    let rest = written.get(scheme.unwrap_or(0)..)?;
    let path_at = memchr::memchr3(b'/', b'?', b'#', rest.as_bytes()).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(path_at)?;
    let host = host.split_once('@').map_or(host, |(_, host)| host);
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    if host.eq_ignore_ascii_case(LOOK_ALIKE) || !is_host_name(host, scheme.is_some()) {
        return None;
    }
    Some(written.len() - path.len() + balanced_length(path))
}

/// Bytes of the scheme and its `://` at the beginning of a candidate.
fn scheme_head(written: &str) -> Option<usize> {
    let (name, rest) = written.split_once(':')?;
    let is_scheme =
        rest.starts_with("//") && SCHEMES.iter().any(|scheme| name.eq_ignore_ascii_case(scheme));
    is_scheme.then_some(name.len() + 3)
}

/// Bytes of a path up to the first bracket that closes more than was opened, without loose ends.
fn balanced_length(path: &str) -> usize {
    let bytes = path.as_bytes();
    let mut open = [0_usize; 3];
    let mut length = bytes.len();
    for (at, byte) in bytes.iter().enumerate() {
        let pair = match byte {
            b'(' | b')' => 0,
            b'[' | b']' => 1,
            b'{' | b'}' => 2,
            _ => continue,
        };
        let Some(depth) = open.get_mut(pair) else { continue };
        if matches!(byte, b'(' | b'[' | b'{') {
            *depth += 1;
        } else if *depth == 0 {
            length = at;
            break;
        } else {
            *depth -= 1;
        }
    }
    let kept = bytes.get(..length).unwrap_or_default();
    kept.iter().rposition(|byte| !LOOSE_ENDS.contains(byte)).map_or(0, |at| at + 1)
}

/// Whether Telegram makes a link of a host: an IPv4 address, or labels with a top-level domain that it knows or, where
/// a scheme was written, might know.
fn is_host_name(host: &str, has_scheme: bool) -> bool {
    let bytes = host.as_bytes();
    let labels = || bytes.split(|byte| *byte == b'.');
    if labels().any(|label| label.is_empty() || label.len() > 63 || label.ends_with(b"-")) {
        return false;
    }
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    if bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        return labels().count() == 4 && host.split('.').all(is_octet);
    }
    let second = name.as_bytes().rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    top.chars().nth(1).is_some() && !second.contains(&b'_') && is_top(top, has_scheme)
}

fn is_top(top: &str, has_scheme: bool) -> bool {
    if let Some(punycode) = top.strip_prefix("xn--") {
        return punycode.len() > 1 && punycode.bytes().all(|byte| byte.is_ascii_alphanumeric());
    }
    !top.contains(['_', '-']) && (has_scheme || tld::is_known(top))
}

/// A number from 0 to 255 without a leading zero.
fn is_octet(label: &str) -> bool {
    (label.len() == 1 || !label.starts_with('0')) && label.parse::<u8>().is_ok()
}

/// Whether a path, a query or a fragment begins with `byte`.
pub(super) fn is_path_start(byte: u8) -> bool {
    matches!(byte, b'/' | b'?' | b'#')
}

/// Where paths end, remembered so that a text of nothing but path starts is read once.
#[derive(Default)]
pub(super) struct Paths {
    /// The bytes that have been read last.
    read: std::ops::Range<usize>,
    /// Where the loose ends before `read.end` begin; `read.start` at the least.
    tight: usize,
}

impl Paths {
    /// The end of the path whose first character is at byte `start`; `start` itself for a lone `?` or `#`.
    pub(super) fn end(&mut self, text: &str, start: usize) -> usize {
        let first = start + 1;
        if !(self.read.start..=self.read.end).contains(&first) || self.read.is_empty() {
            let end = run_end(text, first, is_path);
            let read = text.as_bytes().get(first..end).unwrap_or_default();
            let tight = read
                .iter()
                .rposition(|byte| !LOOSE_ENDS.contains(byte))
                .map_or(first, |at| first + at + 1);
            (self.read, self.tight) = (first..end, tight);
        }
        let end = self.tight.max(first);
        let is_alone = end == first && text.as_bytes().get(start) != Some(&b'/');
        if is_alone { start } else { end }
    }
}

/// What a host is made of: everything from U+00C0 on may be part of one.
fn is_host(character: char) -> bool {
    match character {
        '.' | '_' | '-' | '~' => true,
        '\0'..'\u{C0}' => character.is_ascii_alphanumeric(),
        _ => is_visible(character),
    }
}

fn is_user(character: char) -> bool {
    !matches!(
        character,
        '\n' | '/'
            | '['
            | ']'
            | '{'
            | '}'
            | '('
            | ')'
            | '\''
            | '`'
            | '<'
            | '>'
            | '"'
            | '@'
            | '«'
            | '»'
    ) && is_visible(character)
}

fn is_path(character: char) -> bool {
    !matches!(character, '\n' | '<' | '>' | '"' | '«' | '»') && is_visible(character)
}

/// A dot ends a scheme. Letters of all scripts are part of one, so no link is detected after a foreign word directly before `http://`.
fn is_scheme(character: char) -> bool {
    match character {
        '+' | '-' => true,
        '\0'..'\u{80}' => character.is_ascii_alphanumeric(),
        _ => !is_separator(character),
    }
}

/// No space of any kind, and of the General Punctuation block only the joiners and the dashes.
fn is_visible(character: char) -> bool {
    match character {
        '\u{200C}' | '\u{200D}' | '\u{2010}'..='\u{2015}' => true,
        '\u{2000}'..='\u{206F}' => false,
        _ => !is_separator(character),
    }
}

/// Unicode's categories Zs, Zl and Zp.
fn is_separator(character: char) -> bool {
    matches!(
        character,
        ' ' | '\u{A0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200A}' | '\u{2028}' | '\u{2029}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_without_a_scheme_needs_a_known_top_level_domain() {
        for (host, with_scheme, without) in [
            ("example.org", true, true),
            ("example.ORG", true, true),
            ("example.Org", true, false),
            ("example.oRg", true, true),
            ("example.invalid", true, false),
            ("пример.рф", true, true),
            ("a.xn--p1ai", true, true),
            ("a.xn--", false, false),
            ("localhost", false, false),
            ("a_b.example.org", true, true),
            ("example_.org", false, false),
            ("example-.org", false, false),
            ("a..org", false, false),
            ("127.0.0.1", true, true),
            ("127.0.0.256", false, false),
            ("127.0.0.01", false, false),
            ("127.0.1", false, false),
            ("example.x", false, false),
        ] {
            assert_eq!(is_host_name(host, true), with_scheme, "{host} with a scheme");
            assert_eq!(is_host_name(host, false), without, "{host} without");
        }
    }

    #[test]
    fn path_ends_before_the_punctuation_of_the_sentence() {
        for (path, length) in [
            ("/a)", 2),
            ("/(a)", 4),
            ("/a.,;", 2),
            ("/[a](b", 6),
            ("/a(", 2),
            ("/", 1),
            ("?)", 0),
            ("/]a", 1),
        ] {
            assert_eq!(balanced_length(path), length, "{path}");
        }
    }

    #[test]
    fn remembered_paths_end_where_a_fresh_read_ends() {
        let text = "/a?b.? /c.,";
        let mut paths = Paths::default();
        for start in [0, 2, 5, 7] {
            assert_eq!(paths.end(text, start), Paths::default().end(text, start), "at {start}");
        }
    }
}
