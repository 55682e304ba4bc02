//! The text of one file and the positions in it. It reads no file.

mod front_matter;
mod lines;
mod string;

use std::ops::Range;

pub use front_matter::MarkdownFile;
pub use lines::{Lines, Position};
pub(crate) use string::TypedString;

/// A file's text, and the path that diagnostics show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as a user would type it, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// The parts of a post that is written in Markdown.
    markdown: Option<MarkdownFile>,
}

impl SourceFile {
    /// A TOML file named `path`.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), markdown: None }
    }

    /// The file of a post: Markdown with TOML front matter if its name ends with `.md`, otherwise TOML.
    #[must_use]
    pub fn post(path: impl Into<String>, text: impl Into<String>) -> Self {
        let mut file = Self::new(path, text);
        file.markdown = is_markdown(&file.path).then(|| MarkdownFile::of(&file.text));
        file
    }

    /// The parts of a post that is written in Markdown.
    #[must_use]
    pub fn markdown(&self) -> Option<&MarkdownFile> {
        self.markdown.as_ref()
    }

    /// The TOML of the file. Its bytes have the same places as in the file.
    #[must_use]
    pub fn toml(&self) -> &str {
        match &self.markdown {
            None => &self.text,
            Some(MarkdownFile::Post { toml, .. }) => toml,
            Some(_) => "",
        }
    }

    /// The bytes of the text below the front matter.
    #[must_use]
    pub fn body(&self) -> Option<&Range<usize>> {
        match &self.markdown {
            Some(MarkdownFile::Post { body, .. }) => body.as_ref(),
            _ => None,
        }
    }

    /// The bytes of the file for bytes `decoded` of a string value. `value` is the place of the string with its quotes.
    ///
    /// The two differ, because TOML decodes escapes, trims the first line break of a multi-line string, and joins lines at a
    /// backslash. Returns all of `value` if it is not a string. The text below front matter is as typed.
    #[must_use]
    pub fn in_string(&self, value: &Range<usize>, decoded: Range<usize>) -> Range<usize> {
        self.in_typed(value, self.typed(value).as_ref(), decoded)
    }

    /// The source map of a string value.
    pub(crate) fn typed(&self, value: &Range<usize>) -> Option<TypedString> {
        self.text.get(value.clone()).and_then(TypedString::of)
    }

    /// [`SourceFile::in_string`] with the source map of the string.
    pub(crate) fn in_typed(
        &self,
        value: &Range<usize>,
        typed: Option<&TypedString>,
        decoded: Range<usize>,
    ) -> Range<usize> {
        if self.body() == Some(value) {
            return value.start + decoded.start..value.start + decoded.end;
        }
        match typed.and_then(|typed| typed.locate(decoded)) {
            Some(range) => value.start + range.start..value.start + range.end,
            None => value.clone(),
        }
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

/// Whether a file with this path is Markdown.
#[must_use]
pub fn is_markdown(path: &str) -> bool {
    std::path::Path::new(path)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("md"))
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
