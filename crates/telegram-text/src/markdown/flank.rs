//! Where delimiters open and close, by CommonMark's rule of flanking; it knows no exceptions for single scripts, which
//! only make more of them open and close.

use unicode_general_category::{GeneralCategory, get_general_category};

use crate::inline::delimiter::is_punctuation;

/// What is beside a delimiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// White space, or the end of the text.
    Space,
    /// Punctuation or a symbol; markup too consists of it.
    Punctuation,
    /// A letter, a digit or a mark.
    Word,
}

impl Beside {
    pub(super) fn of(character: Option<char>) -> Self {
        let Some(character) = character else { return Self::Space };
        if matches!(character, '\t' | '\n' | '\r' | '\u{C}') {
            return Self::Space;
        }
        match get_general_category(character) {
            GeneralCategory::SpaceSeparator => Self::Space,
            category if is_punctuation(category) => Self::Punctuation,
            _ => Self::Word,
        }
    }
}

/// Whether a run of `sign` between the two opens formatting.
pub(super) fn opens(sign: u8, before: Beside, after: Beside) -> bool {
    is_left(before, after)
        && (sign != b'_' || !is_left(after, before) || before == Beside::Punctuation)
}

/// Whether a run of `sign` between the two closes formatting.
pub(super) fn closes(sign: u8, before: Beside, after: Beside) -> bool {
    opens(sign, after, before)
}

/// Whether a run is left-flanking. It is right-flanking if it is left-flanking the other way around.
fn is_left(before: Beside, after: Beside) -> bool {
    after != Beside::Space && (after != Beside::Punctuation || before != Beside::Word)
}
