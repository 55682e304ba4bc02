//! Matches the comments below a post with those that its file wants. A comment keeps its readers' answers, so one that stays is never
//! rewritten because another was removed.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::message::Content;
use crate::outbox::{NewPart, Part, PayloadHash};

/// Which present comment becomes which wanted one, by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CommentMatch {
    /// The comments that stay, with equal texts or an edit.
    pub(super) pairs: Vec<(usize, usize)>,
    /// The present comments that are deleted.
    pub(super) removed: Vec<usize>,
    /// The wanted comments that are posted.
    pub(super) added: Vec<usize>,
}

impl CommentMatch {
    /// Equal texts first, in their order and then anywhere. What remains between them is edited by its position.
    pub(super) fn of<K: Ord + std::hash::Hash>(present: &[K], wanted: &[K]) -> Self {
        let ops = capture_diff_slices(Algorithm::Lcs, present, wanted);
        let mut found = Self::default();
        let mut gaps = vec![(Vec::new(), Vec::new())];
        for op in ops {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                found.pairs.extend((0..len).map(|at| (old_index + at, new_index + at)));
                gaps.push((Vec::new(), Vec::new()));
            } else if let Some((old, new)) = gaps.last_mut() {
                old.extend(op.old_range());
                new.extend(op.new_range());
            }
        }
        let mut moved = Vec::new();
        let mut left: Vec<usize> = gaps.iter().flat_map(|(old, _)| old).copied().collect();
        for &new in gaps.iter().flat_map(|(_, new)| new) {
            let is_equal = |old: &usize| present.get(*old) == wanted.get(new);
            if let Some(at) = left.iter().position(is_equal) {
                moved.push((left.remove(at), new));
            }
        }
        for (mut old, mut new) in gaps {
            old.retain(|old| moved.iter().all(|(moved, _)| moved != old));
            new.retain(|new| moved.iter().all(|(_, moved)| moved != new));
            let both = old.len().min(new.len());
            found.removed.extend(old.split_off(both));
            found.added.extend(new.split_off(both));
            found.pairs.extend(old.into_iter().zip(new));
        }
        found.pairs.extend(moved);
        found.pairs.sort_unstable();
        found
    }

    /// Whether a new comment is wanted before one that stays. Telegram cannot insert a message, so it comes after all others.
    pub(super) fn is_inserted(&self) -> bool {
        let last = self.pairs.iter().map(|(_, wanted)| wanted).max();
        self.added.iter().min() < last && !self.added.is_empty()
    }

    /// Whether the comments that stay are wanted in another order. Telegram cannot move a message.
    pub(super) fn is_reordered(&self) -> bool {
        !self.pairs.is_sorted_by_key(|(_, wanted)| wanted)
    }
}

/// Matches comments by what they show. An unknown text never equals another.
pub(super) fn match_comments(present: &[&Part], wanted: &[NewPart]) -> CommentMatch {
    let shown = present.iter().map(|part| {
        let is_known = part.shown != PayloadHash::UNKNOWN;
        part.edited.as_ref().unwrap_or(&part.request).content().filter(|_| is_known)
    });
    let shown: Vec<_> = shown.collect();
    let wanted: Vec<_> = wanted.iter().map(|part| part.request.content()).collect();
    // The first place of an equal text stands for it.
    let key = |content: &Option<Content<'_>>| {
        let mut all = shown.iter().chain(&wanted);
        content.as_ref().and_then(|_| all.position(|other| other == content))
    };
    let unknown = |at: usize| shown.len() + wanted.len() + at;
    let keys = |all: &[Option<Content<'_>>], from: usize| -> Vec<usize> {
        let all = all.iter().enumerate();
        all.map(|(at, content)| key(content).unwrap_or_else(|| unknown(from + at))).collect()
    };
    CommentMatch::of(&keys(&shown, 0), &keys(&wanted, shown.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The edits as `old>new`, the deletions as `-old` and the new comments as `+new`.
    fn shown(present: &str, wanted: &str) -> String {
        let (present, wanted): (Vec<_>, Vec<_>) =
            (present.chars().collect(), wanted.chars().collect());
        let found = CommentMatch::of(&present, &wanted);
        let pairs = found.pairs.iter().map(|(old, new)| (present[*old], wanted[*new]));
        let edits = pairs.filter(|(old, new)| old != new).map(|(old, new)| format!("{old}>{new}"));
        let removed = found.removed.iter().map(|old| format!("-{}", present[*old]));
        let added = found.added.iter().map(|new| format!("+{}", wanted[*new]));
        let all: Vec<_> = edits.chain(removed).chain(added).collect();
        format!("{}{}", all.join(" "), if found.is_inserted() { " inserted" } else { "" })
    }

    #[test]
    fn comment_that_stays_is_not_rewritten() {
        for (present, wanted, changes) in [
            ("ab", "ab", ""),
            ("ab", "b", "-a"),
            ("abc", "ac", "-b"),
            ("ab", "", "-a -b"),
            ("ab", "xb", "a>x"),
            ("ab", "ay", "b>y"),
            ("ab", "xy", "a>x b>y"),
            ("abc", "bcd", "-a +d"),
            ("abc", "axc", "b>x"),
            ("ab", "axb", "+x inserted"),
            ("ab", "xab", "+x inserted"),
            ("ab", "abx", "+x"),
            // The order stays as it was posted.
            ("ab", "ba", ""),
            ("abx", "axb", ""),
            ("aa", "a", "-a"),
        ] {
            assert_eq!(shown(present, wanted), changes, "{present} {wanted}");
        }
    }

    proptest! {
        #[test]
        fn every_comment_is_matched_once_and_equal_texts_stay(
            present in prop::collection::vec(0_u16..5, 0..8),
            wanted in prop::collection::vec(0_u16..5, 0..8),
        ) {
            let found = CommentMatch::of(&present, &wanted);
            let mut old: Vec<_> = found.pairs.iter().map(|(old, _)| *old).collect();
            old.extend(&found.removed);
            old.sort_unstable();
            prop_assert_eq!(old, (0..present.len()).collect::<Vec<_>>());
            let mut new: Vec<_> = found.pairs.iter().map(|(_, new)| *new).collect();
            new.extend(&found.added);
            new.sort_unstable();
            prop_assert_eq!(new, (0..wanted.len()).collect::<Vec<_>>());
            let count = |all: &[u16], key: u16| all.iter().filter(|one| **one == key).count();
            for key in 0..5 {
                let kept = found.pairs.iter().filter(|(old, new)| {
                    present[*old] == key && wanted[*new] == key
                });
                prop_assert_eq!(kept.count(), count(&present, key).min(count(&wanted, key)));
            }
        }
    }
}
