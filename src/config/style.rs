//! How the parts of a post look in a channel; it lays nothing out.

use telegram_text::FormattedText;

use crate::ids::Language;
use crate::key::string_enum;

string_enum! {
    /// How a heading or a title looks.
    pub enum Emphasis {
        /// As the rest.
        Plain = "plain",
        /// Bold.
        Bold = "bold",
        /// Italic.
        Italic = "italic",
        /// Underlined.
        Underline = "underline",
    }
}

string_enum! {
    /// The distance between bullets.
    pub enum Spacing {
        /// A blank line.
        Loose = "loose",
        /// The next line.
        Tight = "tight",
    }
}

string_enum! {
    /// A part of a post, as a layout orders them.
    pub enum LayoutPart {
        /// The heading with its marker.
        Heading = "heading",
        /// The lead with its marker.
        Lead = "lead",
        /// The sections or the free body.
        Body = "body",
        /// The link to the whole text.
        ReadMore = "read_more",
        /// The hashtags and what is printed behind them.
        Hashtags = "hashtags",
        /// The footer of the style.
        Footer = "footer",
    }
}

/// How the parts of a post look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Its name in the config; empty for the defaults.
    pub name: String,
    /// The sign in front of a bullet.
    pub bullet: String,
    /// How the heading looks.
    pub heading: Emphasis,
    /// How a section's title looks.
    pub title: Emphasis,
    /// The read-more line.
    pub read_more: ReadMoreStyle,
    /// The parts, each at most once, in the order they are shown.
    pub layout: Vec<LayoutPart>,
    /// The last line, for each language.
    pub footer: Vec<(Language, FormattedText)>,
    /// The distance between bullets.
    pub spacing: Spacing,
    /// Shown at the end of every part of a split post; `{n}` and `{total}` stand for the numbers.
    pub part_mark: Option<String>,
}

/// The read-more line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadMoreStyle {
    /// One or more emoji in front of the link.
    pub marker: Option<String>,
    /// The link's words, for each language.
    pub label: Vec<(Language, FormattedText)>,
}

impl Style {
    /// What stands for `language` in a table of languages; a regional tag falls back on its language.
    #[must_use]
    pub fn in_language<'a>(
        table: &'a [(Language, FormattedText)],
        language: &Language,
    ) -> Option<&'a FormattedText> {
        let exact = table.iter().find(|(known, _)| known == language);
        let primary = || {
            let tag = language.as_str().split('-').next()?;
            table.iter().find(|(known, _)| known.as_str().eq_ignore_ascii_case(tag))
        };
        exact.or_else(primary).map(|(_, text)| text)
    }
}

impl Default for Style {
    fn default() -> Self {
        let label =
            |tag: &str, words: &str| Some((Language::parse(tag)?, FormattedText::plain(words)));
        Self {
            name: String::new(),
            bullet: "•".to_owned(),
            heading: Emphasis::Bold,
            title: Emphasis::Bold,
            read_more: ReadMoreStyle {
                marker: Some("📄".to_owned()),
                label: [label("en", "Read in full"), label("ru", "Читайте полностью")]
                    .into_iter()
                    .flatten()
                    .collect(),
            },
            layout: vec![
                LayoutPart::Heading,
                LayoutPart::Lead,
                LayoutPart::Body,
                LayoutPart::ReadMore,
                LayoutPart::Hashtags,
                LayoutPart::Footer,
            ],
            footer: Vec::new(),
            spacing: Spacing::Loose,
            part_mark: None,
        }
    }
}
