//! Cashtags: `$USD`, `$USD@channel`. It does not know which currencies exist.

use super::character::{after, before, name_end, next};
use super::{Found, Kind, hashtag};

/// The only tag that begins with a digit.
const INCH: &str = "1INCH";

/// Finds `$` and 1 to 8 of `[A-Z]`, or `1INCH`, with an optional `@` and 3 to 32 of `[A-Za-z0-9_]`; neither side may
/// be a `$` or what a hashtag is made of. TDLib `match_cashtags`.
pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(sign) = next(bytes, b'$', from) {
        from = sign + 1;
        if before(text, sign).is_some_and(borders) {
            continue;
        }
        let rest = text.get(from..).unwrap_or_default();
        let length = if rest.starts_with(INCH) {
            INCH.len()
        } else {
            rest.bytes().take_while(u8::is_ascii_uppercase).count()
        };
        from += length;
        if !(1..=8).contains(&length) {
            continue;
        }
        let end = with_name(bytes, from);
        from = end;
        if !after(text, end).is_some_and(borders) {
            found.push(Found { kind: Kind::Cashtag, bytes: sign..end });
        }
    }
}

fn borders(character: char) -> bool {
    character == '$' || hashtag::is_part(character)
}

/// The end of the tag, including an `@username` of valid length after it.
fn with_name(bytes: &[u8], end: usize) -> usize {
    if bytes.get(end) != Some(&b'@') {
        return end;
    }
    let name = end + 1;
    let name_end = name_end(bytes, name);
    if (3..=32).contains(&(name_end - name)) { name_end } else { end }
}
