//! The text of one file and the positions in it; it reads nothing from a disk.

mod lines;
mod string;

pub use lines::{Lines, Place};
pub(crate) use string::TypedString;

/// A file's text under the name that diagnostics show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as a user would type it, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl SourceFile {
    /// A file named `path`.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The next character border at or before `at`.
    #[must_use]
    pub fn floor(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// The next character border at or behind `at`.
    #[must_use]
    pub fn ceil(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at += 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_inside_a_character_falls_back_to_its_start() {
        let file = SourceFile::new("a", "🎙");
        assert_eq!((file.floor(2), file.ceil(2)), (0, 4));
    }
}
