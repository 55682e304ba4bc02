//! The fewest parts of a text, found by trying all splits: slowly, and without the splitter's own code.

#![expect(clippy::string_slice, reason = "a test may fail")]

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::super::Bounds;
use crate::{Entity, EntityKind, FormattedText, detect, normal, utf16};

/// The characters that a cut drops.
pub(super) fn is_white(character: char) -> bool {
    character == ' '
        || character == '\n'
        || "\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2008}\u{2009}\u{200a}\u{205f}\u{3000}"
            .contains(character)
}

/// The bytes of a text that an entity covers.
pub(super) fn bytes(text: &FormattedText, entity: &Entity) -> Range<usize> {
    utf16::byte_of(&text.string, entity.offset).unwrap()
        ..utf16::byte_of(&text.string, entity.end()).unwrap()
}

/// A piece of a text with its part of the entities.
pub(super) fn slice(text: &FormattedText, range: Range<usize>) -> FormattedText {
    let from = utf16::len(&text.string[..range.start]);
    let string = text.string[range].to_owned();
    let to = from + utf16::len(&string);
    let clip = |entity: &Entity| {
        let (start, end) = (entity.offset.max(from), entity.end().min(to));
        (start < end).then(|| Entity::new(entity.kind.clone(), start - from, end - start))
    };
    FormattedText { entities: text.entities.iter().filter_map(clip).collect(), string }
}

/// Whether a range can be sent as it is.
fn is_part(text: &FormattedText, range: Range<usize>, bounds: &Bounds) -> bool {
    let part = slice(text, range);
    normal::normal(part.clone()).is_ok_and(|kept| kept.string == part.string && bounds.hold(&kept))
}

/// Ranges that a cut is not to tear: those that fit in one part.
pub(super) fn wholes(text: &FormattedText, bounds: &Bounds) -> Vec<Range<usize>> {
    let yours = text.entities.iter().filter(|entity| {
        matches!(
            entity.kind,
            EntityKind::TextLink { .. }
                | EntityKind::TextMention { .. }
                | EntityKind::CustomEmoji { .. }
                | EntityKind::DateTime { .. }
        )
    });
    let found = detect::with_found(text.clone()).entities.into_iter();
    let found: Vec<_> = found.filter(|entity| entity.kind.is_found()).collect();
    let pieces = yours.chain(&found).map(|entity| bytes(text, entity));
    pieces.filter(|piece| bounds.hold(&slice(text, piece.clone()))).collect()
}

/// Whether Telegram would no longer find one of the whole pieces after a cut.
fn is_loss(text: &FormattedText, wholes: &[Range<usize>], at: usize) -> bool {
    let found = |range: Range<usize>| -> Vec<String> {
        let part = slice(text, range);
        let all = detect::with_found(part);
        let found = all.entities.iter().filter(|entity| entity.kind.is_found());
        found.map(|entity| all.string[bytes(&all, entity)].to_owned()).collect()
    };
    let mut apart = found(0..at);
    apart.extend(found(at..text.string.len()));
    found(0..text.string.len())
        .iter()
        .filter(|found| wholes.iter().any(|whole| text.string[whole.clone()] == **found))
        .any(|found| !apart.contains(found))
}

/// The cuts of a text: where a part ends and where the next begins.
fn cuts(text: &FormattedText, bounds: &Bounds) -> Vec<(usize, usize)> {
    let string = &text.string;
    let code = text.entities.iter().filter(|entity| entity.kind.is_code());
    let code: Vec<_> = code.map(|entity| bytes(text, entity)).collect();
    let wholes = wholes(text, bounds);
    let mut cuts = Vec::new();
    for (at, _) in string.grapheme_indices(true).skip(1) {
        // White space is cut at its beginning; a combining mark keeps its base.
        let after = &string[at..];
        let graphemes = after.graphemes(true);
        let white: usize =
            graphemes.take_while(|grapheme| grapheme.chars().all(is_white)).map(str::len).sum();
        if white == 0 && string[..at].ends_with(is_white) {
            continue;
        }
        if white > 0 && string[..at].ends_with(is_white) {
            continue;
        }
        let mut next = at + white;
        for code in &code {
            let inside = code.start < at && next < code.end;
            if inside {
                let first = after.chars().next().unwrap().len_utf8();
                let dropped = after[..white].find('\n').map_or(first, |line| line + 1);
                next = if white == 0 { at } else { at + dropped };
                break;
            }
            if at <= code.start && code.start < next {
                next = code.start;
                break;
            }
        }
        if is_loss(text, &wholes, at) {
            continue;
        }
        if !wholes.iter().any(|whole| whole.start < at && next < whole.end) {
            cuts.push((at, next));
        }
    }
    cuts
}

/// The fewest parts; `None` if there is no split.
pub(super) fn least(text: &FormattedText, bounds: &Bounds) -> Option<usize> {
    let end = text.string.len();
    let cuts = cuts(text, bounds);
    // From each place at which a part may begin, the fewest parts up to the end.
    let mut fewest: Vec<Option<usize>> = vec![None; cuts.len() + 1];
    for from in (0..=cuts.len()).rev() {
        let start = if from == 0 { 0 } else { cuts[from - 1].1 };
        let mut best = is_part(text, start..end, bounds).then_some(1);
        for to in from..cuts.len() {
            if cuts[to].0 > start
                && let Some(rest) = fewest[to + 1]
                && best.is_none_or(|best| rest + 1 < best)
                && is_part(text, start..cuts[to].0, bounds)
            {
                best = Some(rest + 1);
            }
        }
        fewest[from] = best;
    }
    fewest[0]
}
