//! Text between two white spaces, in which Telegram finds tags, mentions and links: what a cut in it would tear or make
//! anew. Telegram never looks across white space, so nothing else of the text is read.

use std::ops::Range;

use super::ground::Ground;
use super::white;
use crate::text::detect::{self, Found};

/// The knot that was looked at last.
#[derive(Debug, Default)]
pub(super) struct Knots {
    range: Range<usize>,
    /// What is found in it, in order, by the bytes of the whole text.
    found: Vec<Found>,
    /// Nothing is found in a piece of it either.
    is_plain: bool,
}

impl Knots {
    /// What Telegram finds around byte `at`, which a cut there would tear, if it fits in one part.
    pub(super) fn torn(&mut self, ground: &Ground<'_>, at: usize) -> Option<Range<usize>> {
        self.go_to(ground.string, at);
        let next = self.found.partition_point(|found| found.bytes.end <= at);
        let found = self.found.get(next).filter(|found| found.bytes.start < at)?;
        ground.fits(&found.bytes).then(|| found.bytes.clone())
    }

    /// Whether Telegram finds on both sides of a cut at byte `at` what it would find without the cut, in a part that
    /// begins at byte `start`. `reach` is how many bytes are looked at behind the cut.
    pub(super) fn is_quiet(&mut self, string: &str, start: usize, at: usize, reach: usize) -> bool {
        self.go_to(string, at);
        if self.is_plain {
            return true;
        }
        let from = self.range.start.max(start);
        let to = string.floor_char_boundary(self.range.end.min(at.saturating_add(reach)));
        let find = |range: Range<usize>| {
            let mut found = find(string, range);
            // What touches the end of the view may go on behind it.
            found.retain(|found| to == self.range.end || found.bytes.end < to);
            found
        };
        let mut apart = find(from..at);
        apart.extend(find(at..to));
        apart == find(from..to)
    }

    fn go_to(&mut self, string: &str, at: usize) {
        if self.range.start < at && at < self.range.end {
            return;
        }
        let (before, behind) = string.split_at_checked(at).unwrap_or_default();
        let from = before.char_indices().rev().find(|(_, character)| white::is_break(*character));
        let from = from.map_or(0, |(place, character)| place + character.len_utf8());
        let to = behind.find(white::is_break).map_or(string.len(), |length| at + length);
        self.range = from..to;
        let knot = string.get(from..to).unwrap_or_default();
        // One of these stands in everything that is found.
        self.is_plain = !knot.contains(['@', '#', '$', '/', '.', ':']);
        self.found = if self.is_plain { Vec::new() } else { find(string, from..to) };
    }
}

/// What is found in a stretch, by the bytes of the whole text.
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
            for knot in text.split(white::is_break) {
                apart.extend(find(&text, at..at + knot.len()));
                at += knot.len();
                at += text.get(at..).unwrap().chars().next().map_or(0, char::len_utf8);
            }
            prop_assert_eq!(apart, detect::find(&text));
        }
    }
}
