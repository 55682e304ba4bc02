//! Text between white space, in which Telegram finds tags, mentions and links: what a cut in it would tear or create.
//! Telegram never looks across white space, so no other text is read.

use std::ops::Range;

use super::context::SplitContext;
use super::white;
use crate::detect::{self, Found};

/// The token that was read last.
#[derive(Debug, Default)]
pub(super) struct Token {
    range: Range<usize>,
    /// What Telegram finds in it, in order, in bytes of the whole text.
    found: Vec<Found>,
    /// Whether Telegram finds nothing in any piece of it.
    is_plain: bool,
    /// Bytes that [`Token::effect`] has read of all tokens so far.
    read: usize,
}

/// Bytes of a token that are read on either side of a cut. A cut at the end of something longer changes nothing in it,
/// and one inside of it is found without reading.
const VIEW: usize = 256;

/// Bytes of tokens that are read in search of good cuts for one text. Only a hostile text needs more; its rest gets the first
/// possible cuts.
const BUDGET: usize = 128 * 1024;

/// What a cut does to what Telegram finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It finds the same.
    None,
    /// It finds the same and something more, since the context that prevented it is in the other part.
    More,
    /// It does not find the same.
    Other,
}

impl Token {
    /// Whether more tokens may be read in search of a good cut.
    pub(super) fn may_search(&self) -> bool {
        self.read < BUDGET
    }

    /// What a cut at byte `at` would tear of what Telegram finds, if that fits in one part.
    pub(super) fn torn(&mut self, context: &SplitContext<'_>, at: usize) -> Option<Range<usize>> {
        self.go_to(context.string, at);
        let next = self.found.partition_point(|found| found.bytes.end <= at);
        let found = self.found.get(next).filter(|found| found.bytes.start < at)?;
        let is_whole = context.keeps_found(&found.bytes) && context.fits(&found.bytes);
        is_whole.then(|| found.bytes.clone())
    }

    /// What a cut at byte `at` does to what Telegram finds, in a part that begins at byte `start`. At most
    /// 256 bytes on either side are read, and after it as much as two parts can hold: what begins in the next part
    /// may continue.
    pub(super) fn effect(&mut self, context: &SplitContext<'_>, start: usize, at: usize) -> Effect {
        let string = context.string;
        self.go_to(string, at);
        let is_inside =
            |range: &Range<usize>| range.start <= self.range.start && self.range.end <= range.end;
        if self.is_plain
            || context
                .unbreakable_around(at)
                .is_some_and(|unbreakable| is_inside(&unbreakable.range))
        {
            return Effect::None;
        }
        let from = self.range.start.max(start);
        let from = from.max(string.floor_char_boundary(at.saturating_sub(VIEW)));
        let to = self.range.end.min(context.limit(context.limit(at)));
        let to = to.min(string.floor_char_boundary(at.saturating_add(VIEW)));
        let find = |range: Range<usize>| {
            let mut found = find(string, range);
            // What touches the end of the view may continue after it.
            found.retain(|found| to == self.range.end || found.bytes.end < to);
            found
        };
        self.read += 2 * (to - from);
        let mut apart = find(from..at);
        apart.extend(find(at..to));
        let uncut = find(from..to);
        if apart == uncut {
            return Effect::None;
        }
        let is_lost = |wanted: &Found| {
            let is_whole = context.keeps_found(&wanted.bytes) && context.fits(&wanted.bytes);
            is_whole && has(&self.found, wanted) && !has(&apart, wanted)
        };
        if uncut.iter().any(is_lost) { Effect::Other } else { Effect::More }
    }

    fn go_to(&mut self, string: &str, at: usize) {
        if self.range.start < at && at < self.range.end {
            return;
        }
        let (before, after) = string.split_at_checked(at).unwrap_or_default();
        let from = before.char_indices().rev().find(|(_, character)| white::is_break(*character));
        let from = from.map_or(0, |(place, character)| place + character.len_utf8());
        let to = after.find(white::is_break).map_or(string.len(), |length| at + length);
        self.range = from..to;
        let token = string.get(from..to).unwrap_or_default();
        // Everything that Telegram finds contains one of these.
        self.is_plain = !token.contains(['@', '#', '$', '/', '.', ':']);
        self.found = if self.is_plain { Vec::new() } else { find(string, from..to) };
    }
}

/// Whether `wanted` is in a sorted list.
fn has(found: &[Found], wanted: &Found) -> bool {
    let start = |found: &Found| found.bytes.start;
    let place = found.binary_search_by_key(&wanted.bytes.start, start);
    place.ok().and_then(|place| found.get(place)) == Some(wanted)
}

/// What Telegram finds in a range, in bytes of the whole text.
fn find(string: &str, range: Range<usize>) -> Vec<Found> {
    let mut found = detect::find(string.get(range.clone()).unwrap_or_default());
    for found in &mut found {
        found.bytes = found.bytes.start + range.start..found.bytes.end + range.start;
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn telegram_never_looks_across_white_space(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "#", "@", "/", "$", ".", ":", "://", "http", "tg://", "ton", "abcd", "b.com", "рф", "🙂", " ", "\n",
                    "\u{3000}", "\u{2003}", "_", "-", "USD", "1", ")", "(", "?", "x@b.com", ". ", "。",
                ]),
                0..30,
            )
        ) {
            let text = pieces.concat();
            // Of two links of Telegram's own that run together, the second is found only where five bytes follow.
            let own = ["tg://", "ton://"].iter().map(|own| text.matches(own).count()).sum::<usize>();
            if own > 1 {
                return Ok(());
            }
            let mut apart = Vec::new();
            let mut at = 0;
            for token in text.split(white::is_break) {
                apart.extend(find(&text, at..at + token.len()));
                at += token.len();
                at += text.get(at..).unwrap().chars().next().map_or(0, char::len_utf8);
            }
            prop_assert_eq!(apart, detect::find(&text));
        }
    }
}
