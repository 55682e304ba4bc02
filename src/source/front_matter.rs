//! The front matter of a Markdown file: TOML between two `+++` lines. It parses neither the TOML nor the Markdown.

use std::ops::Range;

/// The line before and after the front matter.
const FENCE: &str = "+++";

/// The parts of a Markdown file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkdownFile {
    /// A post.
    Post {
        /// The file up to the end of the front matter, as TOML: a comment replaces the first `+++`, so every byte keeps its
        /// place.
        toml: String,
        /// The bytes of the text below the front matter, without blank lines around it; `None` if there is no text.
        body: Option<Range<usize>>,
    },
    /// It does not begin with front matter.
    Plain,
    /// It begins with YAML front matter, whose first line has these bytes.
    Yaml(Range<usize>),
    /// The `+++` at these bytes has no second one.
    Unclosed(Range<usize>),
}

impl MarkdownFile {
    /// Finds the parts of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        // The byte order mark.
        let start = text.len() - text.trim_start_matches('\u{feff}').len();
        let fence = start..start + FENCE.len();
        let mut at = start;
        let mut lines = text.get(start..).unwrap_or_default().split_inclusive('\n');
        let first = lines.next().unwrap_or_default();
        match first.trim_end() {
            FENCE => {}
            "---" => return Self::Yaml(fence),
            _ => return Self::Plain,
        }
        at += first.len();
        for line in lines {
            if line.trim_end() == FENCE {
                let toml = text.get(..at).unwrap_or_default().replacen(FENCE, "###", 1);
                return Self::Post { toml, body: body(text, at + line.len()) };
            }
            at += line.len();
        }
        Self::Unclosed(fence)
    }
}

/// The bytes of the text from `start`, without blank lines around it. The spaces before its first line have a meaning.
fn body(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let end = rest.trim_end().len();
    let blank = rest.get(..rest.len() - rest.trim_start().len())?;
    let begin = blank.rfind('\n').map_or(0, |newline| newline + 1);
    (end > 0).then_some(start + begin..start + end)
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test may fail")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn file_has_front_matter_and_a_body() {
        for (text, toml, body) in [
            ("+++\na = 1\n+++\nText\n", "###\na = 1\n", Some("Text")),
            (
                "+++\r\na = 1\r\n+++\r\n\r\nOne\r\nTwo\r\n\r\n",
                "###\r\na = 1\r\n",
                Some("One\r\nTwo"),
            ),
            ("\u{feff}+++\na = 1\n+++\nText", "\u{feff}###\na = 1\n", Some("Text")),
            ("+++\n+++\nText", "###\n", Some("Text")),
            ("+++  \na = 1\n+++\t\n\n    code\n", "###  \na = 1\n", Some("    code")),
            ("+++\na = 1\n+++", "###\na = 1\n", None),
            ("+++\na = 1\n+++\n \n\t\n", "###\na = 1\n", None),
            ("+++\na = 1\n+++\nText\n+++\nMore", "###\na = 1\n", Some("Text\n+++\nMore")),
            ("+++\n# ++++\na = '+++'\n+++\nText", "###\n# ++++\na = '+++'\n", Some("Text")),
        ] {
            let MarkdownFile::Post { toml: found, body: range } = MarkdownFile::of(text) else {
                panic!("{text:?} is a post")
            };
            assert_eq!(found, toml, "{text:?}");
            assert_eq!(range.map(|range| &text[range]), body, "{text:?}");
        }
    }

    #[test]
    fn file_without_front_matter_is_not_a_post() {
        for (text, expected) in [
            ("", MarkdownFile::Plain),
            ("# Title\n\n+++\na = 1\n+++\n", MarkdownFile::Plain),
            ("++++\na = 1\n++++\n", MarkdownFile::Plain),
            ("---\ntitle: a\n---\nText\n", MarkdownFile::Yaml(0..3)),
            ("\u{feff}---\r\ntitle: a\r\n---\r\n", MarkdownFile::Yaml(3..6)),
            ("+++", MarkdownFile::Unclosed(0..3)),
            ("+++\na = 1\n", MarkdownFile::Unclosed(0..3)),
            ("+++\na = 1\n +++\n", MarkdownFile::Unclosed(0..3)),
        ] {
            assert_eq!(MarkdownFile::of(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_byte_of_the_toml_keeps_its_place(text in "(\u{feff})?\\+\\+\\+[ \r\n]{0,3}([+\\-a=1 é🎙\"'#]{0,6}\r?\n){0,5}") {
            if let MarkdownFile::Post { toml, body } = MarkdownFile::of(&text) {
                prop_assert_eq!(toml.replacen("###", "+++", 1), &text[..toml.len()]);
                if let Some(body) = body {
                    prop_assert!(body.start > toml.len());
                    prop_assert_eq!(text[body.clone()].trim_end(), &text[body]);
                }
            }
        }
    }
}
