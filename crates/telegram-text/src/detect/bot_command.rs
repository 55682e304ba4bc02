//! Bot commands: `/command` and `/command@bot`. It does not know which commands a bot has.

use super::character::{after, before, is_word, name_end, next};
use super::{Found, Kind};

/// Finds `/` and 1 to 64 of `[A-Za-z0-9_]`, with `@` and 3 to 32 of them if there is an `@`. TDLib
/// `match_bot_commands`.
pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(slash) = next(bytes, b'/', from) {
        let mut end = name_end(bytes, slash + 1);
        from = end;
        if before(text, slash).is_some_and(borders) || !(1..=64).contains(&(end - slash - 1)) {
            continue;
        }
        if bytes.get(end) == Some(&b'@') {
            let name = end + 1;
            end = name_end(bytes, name);
            from = end;
            if !(3..=32).contains(&(end - name)) {
                continue;
            }
        }
        if !after(text, end).is_some_and(borders) {
            found.push(Found { kind: Kind::BotCommand, bytes: slash..end });
        }
    }
}

/// What may not touch a command: it would be a path, a tag or a word.
fn borders(character: char) -> bool {
    matches!(character, '/' | '<' | '>') || is_word(character)
}
