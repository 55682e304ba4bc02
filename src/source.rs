//! The text of one file and the positions in it. It reads no file.

mod lines;
mod string;

pub use lines::{Lines, Position};
pub(crate) use string::TypedString;

/// A file's text, and the path that diagnostics show.
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

    /// The last character boundary at or before `at`.
    #[must_use]
    pub fn floor(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// The first character boundary at or after `at`.
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
    fn positions_are_rounded_to_character_boundaries() {
        let file = SourceFile::new("a", "🎙");
        assert_eq!((file.floor(2), file.ceil(2)), (0, 4));
    }
}
