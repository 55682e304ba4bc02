//! Web addresses as typed, `https://…` between words. It neither checks them nor makes links of them.

use std::ops::Range;

use super::tag::length_while;

/// The addresses of a text, found from left to right.
#[derive(Debug)]
pub(super) struct Addresses {
    /// The last one.
    found: Range<usize>,
    /// The next separator of scheme and host that was not looked at; `None` if the text has no more.
    separator: Option<usize>,
}

impl Addresses {
    pub(super) fn of(source: &str) -> Self {
        Self { found: 0..0, separator: separator(source, 0) }
    }

    /// Whether byte `at` is in an address. The bytes are asked for in their order.
    pub(super) fn hold(&mut self, source: &str, at: usize) -> bool {
        while let Some(found) = self.separator.filter(|found| found + SEPARATOR.len() <= at) {
            let mut searched = found + SEPARATOR.len();
            if is_scheme(source.get(..found).unwrap_or_default()) {
                self.found = found..end(source, searched);
                searched = searched.max(self.found.end);
            }
            self.separator = separator(source, searched);
        }
        self.found.contains(&at)
    }
}

/// What is between the scheme of an address and its host.
const SEPARATOR: &[u8] = b"://";

/// The first separator from byte `from` on.
fn separator(source: &str, from: usize) -> Option<usize> {
    let rest = source.as_bytes().get(from..)?;
    memchr::memmem::find(rest, SEPARATOR).map(|ahead| from + ahead)
}

fn is_scheme(before: &str) -> bool {
    let name = before.rsplit(|sign: char| !sign.is_ascii_alphanumeric()).next().unwrap_or_default();
    ["http", "https", "ftp"].iter().any(|scheme| name.eq_ignore_ascii_case(scheme))
}

/// Where the address ends whose host begins at byte `host`. As on GitHub, signs that end a sentence or formatting are
/// not part of it, nor is a parenthesis that was opened before it; unlike there, neither are characters beyond ASCII,
/// because Chinese and Japanese texts have no space after an address.
fn end(source: &str, host: usize) -> usize {
    let bytes = source.as_bytes();
    let mut depth = 0_usize;
    let length = length_while(bytes, host, |byte| match byte {
        b'(' => {
            depth += 1;
            true
        }
        b')' => {
            let is_inside = depth > 0;
            depth = depth.saturating_sub(1);
            is_inside
        }
        _ => byte.is_ascii_graphic() && !b"<>\"`\\[]|".contains(byte),
    });
    let address = source.get(host..host + length).unwrap_or_default();
    host + address.trim_end_matches(['?', '!', '.', ',', ':', ';', '\'', '*', '_', '~']).len()
}
