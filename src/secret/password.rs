//! Finds passwords in any text: in URLs, in connection strings, and as values of keys with names like `password`.

use std::ops::Range;

/// Schemes of databases. Their URLs may be malformed, so a password can be anywhere in them.
const DATABASES: [&str; 2] = ["postgresql:", "postgres:"];

/// A key whose name contains one of these words has a password as its value.
const KEYS: [&str; 4] = ["password", "passwd", "passphrase", "pwd"];

/// The byte ranges of passwords, which may overlap; each begins and ends at a character.
///
/// A password may contain any character, even those that end a URL or a string, and the text may be malformed. In a line with a
/// database URL everything that may belong to the password counts; elsewhere a URL ends at white space or a quotation mark.
pub(super) fn find(text: &str) -> impl Iterator<Item = Range<usize>> {
    let found = line_ranges(text).flat_map(|line| in_line(text, line));
    found.filter(|range| !range.is_empty())
}

fn line_ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let range = start..start + line.trim_end_matches(['\n', '\r']).len();
        start += line.len();
        range
    })
}

fn in_line(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let bytes = text.as_bytes().get(line.clone()).unwrap_or_default();
    // Nearly every line of a post returns here.
    if !bytes.iter().any(|byte| matches!(byte, b':' | b'=')) {
        return Vec::new();
    }
    let database = database(bytes);
    let mut found = Vec::new();
    if let Some(start) = database {
        found.extend(in_database_url(bytes, start));
    }
    found.extend(in_urls(bytes));
    found.extend(values(bytes, database));
    found.into_iter().map(|range| line.start + range.start..line.start + range.end).collect()
}

/// Where the address in a database URL begins, after the scheme and the slashes.
fn database(line: &[u8]) -> Option<usize> {
    let lower = line.to_ascii_lowercase();
    let ends = |scheme: &&str| {
        let start = find_bytes(&lower, scheme.as_bytes(), 0)?;
        Some(start + scheme.len())
    };
    let end = DATABASES.iter().find_map(ends)?;
    let rest = line.get(end..)?;
    // White space after the colon: a sentence, not a URL.
    rest.first().filter(|byte| !byte.is_ascii_whitespace())?;
    Some(end + rest.iter().take_while(|byte| **byte == b'/').count())
}

/// The password in a database's address that begins at `start`: up to the last `@`, whatever is before it; without an `@`, what is
/// in place of the port.
fn in_database_url(line: &[u8], start: usize) -> Option<Range<usize>> {
    let address = line.get(start..)?;
    if let Some(at) = address.iter().rposition(|byte| *byte == b'@') {
        let user = address.get(..at)?;
        let password = after_colon(user)?;
        return Some(start + password..start + at);
    }
    let word = |byte: &u8| is_quote(*byte) || byte.is_ascii_whitespace();
    let end = address.iter().position(word).unwrap_or(address.len());
    let address = address.get(..end)?;
    let path = address.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(end);
    let authority = address.get(..path)?;
    // The colons of an IPv6 address are in brackets.
    let host = authority.iter().rposition(|byte| *byte == b']').map_or(0, |at| at + 1);
    let password = host + after_colon(authority.get(host..)?)?;
    let is_port = authority.get(password..)?.iter().all(u8::is_ascii_digit);
    (!is_port).then_some(start + password..start + end)
}

/// Passwords before the `@` of any URL.
fn in_urls(line: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(slashes) = find_bytes(line, b"://", from) {
        let start = slashes + 3;
        from = start;
        let rest = line.get(start..).unwrap_or_default();
        let is_end =
            |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'`' | b'<' | b'>');
        let end = rest.iter().position(is_end).unwrap_or(rest.len());
        let url = rest.get(..end).unwrap_or_default();
        let Some(at) = url.iter().rposition(|byte| *byte == b'@') else { continue };
        let Some(password) = url.get(..at).and_then(after_colon) else { continue };
        let path = url.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
        let is_in_path = path.is_some_and(|path| {
            // `https://host:443/@somebody` has a port, and `https://host/a:b@c` has no password.
            let port = url.get(password..path.max(password)).unwrap_or_default();
            path < password || (path < at && port.iter().all(u8::is_ascii_digit))
        });
        if !is_in_path {
            found.push(start + password..start + at);
        }
    }
    found
}

/// The position after the first colon, percent-encoded or not.
fn after_colon(user: &[u8]) -> Option<usize> {
    let plain = user.iter().position(|byte| *byte == b':').map(|at| at + 1);
    let encoded = user.windows(3).position(|three| three.eq_ignore_ascii_case(b"%3a"));
    let encoded = encoded.map(|at| at + 3);
    plain.into_iter().chain(encoded).min()
}

/// The values of keys with names like `password`, in TOML, URLs, libpq connection strings, JSON and shell commands.
fn values(line: &[u8], database: Option<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, byte) in line.iter().enumerate() {
        let before = line.get(..at).unwrap_or_default().trim_ascii_end();
        let is_quoted = before.last().is_some_and(|byte| is_quote(*byte));
        if !(*byte == b'=' || (*byte == b':' && is_quoted)) {
            continue;
        }
        let key = before.len() - usize::from(is_quoted);
        let key = before.get(..key).unwrap_or_default();
        if !names_password(key) {
            continue;
        }
        let rest = line.get(at + 1..).unwrap_or_default();
        let start = at + 1 + (rest.len() - rest.trim_ascii_start().len());
        let in_url = database.is_some_and(|database| database < at);
        found.push(value(line, start, in_url));
    }
    found
}

/// Whether the text ends with a key like `password`; its characters may be percent-encoded.
fn names_password(text: &[u8]) -> bool {
    let is_key =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'%' | b'.');
    let length = text.iter().rev().take_while(is_key).count();
    let key = text.get(text.len() - length..).unwrap_or_default();
    let mut plain = Vec::new();
    let mut rest = key;
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let encoded = digits.filter(|_| *first == b'%');
        if let Some(byte) = encoded.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            plain.push(byte.to_ascii_lowercase());
            rest = after.get(2..).unwrap_or_default();
        } else {
            plain.push(first.to_ascii_lowercase());
            rest = after;
        }
    }
    let is_short = plain.rsplit(|byte| *byte == b'.').next() == Some(b"pass");
    is_short || KEYS.iter().any(|word| find_bytes(&plain, word.as_bytes(), 0).is_some())
}

/// The value that begins at `start`, without the quotation marks around it.
fn value(line: &[u8], start: usize, in_url: bool) -> Range<usize> {
    let rest = line.get(start..).unwrap_or_default();
    let quotes = rest.iter().take_while(|byte| **byte == b'\\').count();
    let quote = rest.get(quotes).copied().filter(|byte| is_quote(*byte));
    if let (Some(quote), false) = (quote, in_url) {
        let marks = rest.iter().skip(quotes).take_while(|byte| **byte == quote).count();
        let open = quotes + if marks >= 3 { 3 } else { 1 };
        let inside = rest.get(open..).unwrap_or_default();
        let mut escaped = false;
        let closing = inside.iter().position(|byte| {
            let ends = *byte == quote && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        });
        return start + open..start + open + closing.unwrap_or(inside.len());
    }
    let mut escaped = false;
    let ends = |byte: &u8| {
        let ends = *byte == b'&' || (!in_url && byte.is_ascii_whitespace() && !escaped);
        escaped = *byte == b'\\';
        ends
    };
    let end = rest.iter().position(ends).unwrap_or(rest.len());
    let bare = rest.get(..end).unwrap_or_default();
    // The quotation mark or bracket that closes the text around it is not part of it.
    let closing = |byte: &u8| is_quote(*byte) || matches!(byte, b',' | b';' | b'}' | b')' | b' ');
    let length = bare.len() - bare.iter().rev().take_while(|byte| closing(byte)).count();
    start..start + if in_url { bare.len() } else { length }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn find_bytes(text: &[u8], word: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    rest.windows(word.len()).position(|window| window == word).map(|at| from + at)
}
