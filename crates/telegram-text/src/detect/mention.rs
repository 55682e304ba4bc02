//! Mentions: `@username`. It does not check whether the username exists.

use super::character::{after, before, is_word, name_end, next};
use super::{Found, Kind};

/// Usernames under four characters that exist: Telegram's own inline bots.
const SHORT: [&str; 5] = ["gif", "nft", "pic", "ufc", "vid"];

/// Finds `@` and 2 to 32 of `[A-Za-z0-9_]` with no word character on either side. TDLib `find_mentions`.
pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(sign) = next(bytes, b'@', from) {
        let end = name_end(bytes, sign + 1);
        from = end;
        let name = text.get(sign + 1..end).unwrap_or_default();
        let fits = match name.len() {
            0..=1 | 33.. => false,
            2..=3 => SHORT.iter().any(|short| name.eq_ignore_ascii_case(short)),
            _ => true,
        };
        if fits
            && !before(text, sign).is_some_and(is_word)
            && !after(text, end).is_some_and(is_word)
        {
            found.push(Found { kind: Kind::Mention, bytes: sign..end });
        }
    }
}
