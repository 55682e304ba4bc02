//! Links of Telegram's own schemes: `tg://`, `ton://`, `tonsite://`. It does not know which of them Telegram opens.

use super::character::next;
use super::url::{Paths, is_path_start};
use super::{Found, Kind};

/// The schemes, compared without regard to case, and how many bytes before the colon become part of the link. Of
/// `tonsite` TDLib takes only the last three, so that `tonsite://x` shows a link of `ite://x`; where the host has a
/// known top-level domain the rule for ordinary links finds all of it.
const SCHEMES: [(&str, usize); 3] = [("tg", 2), ("ton", 3), ("tonsite", 3)];

/// Finds a scheme, `://`, 1 to 253 of `[A-Za-z0-9_-]` and a path if there is one. What is before the scheme
/// does not matter. The search ends five bytes before the end of the text, after which no whole link fits; this
/// shows where a host has swallowed the scheme of the next link (`tg://atg://b`). TDLib `match_tg_urls`.
pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut paths = Paths::default();
    let mut from = 0;
    while from + 5 < bytes.len()
        && let Some(colon) = next(bytes, b':', from)
    {
        from = colon + 1;
        let Some(host) = bytes.get(from..).and_then(|rest| rest.strip_prefix(b"//")) else {
            continue;
        };
        let head = bytes.get(..colon).unwrap_or_default();
        let scheme = SCHEMES.iter().find(|(scheme, _)| ends_with(head, scheme.as_bytes()));
        let Some((_, shown)) = scheme else { continue };
        from += 2;
        let length = host.iter().take(253).take_while(|byte| is_host(**byte)).count();
        if length == 0 {
            continue;
        }
        from += length;
        if bytes.get(from).is_some_and(|byte| is_path_start(*byte)) {
            from = paths.end(text, from);
        }
        found.push(Found { kind: Kind::Url, bytes: colon - shown..from });
    }
}

fn ends_with(bytes: &[u8], scheme: &[u8]) -> bool {
    bytes
        .len()
        .checked_sub(scheme.len())
        .and_then(|at| bytes.get(at..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case(scheme))
}

fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}
