//! The look of a post in a channel, as values. `layout` applies them.

use telegram_text::FormattedText;

use crate::ids::Language;
use crate::key::string_enum;

string_enum! {
    /// The formatting of a heading or title.
    pub enum Emphasis {
        /// No formatting.
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
    /// The kind of message that a post becomes.
    pub enum Format {
        /// Texts and media with captions.
        Classic = "classic",
        /// One message made of blocks: headings, lists, tables, media.
        Rich = "rich",
    }
}

string_enum! {
    /// The distance between bullets.
    pub enum Spacing {
        /// A blank line between them.
        Loose = "loose",
        /// No blank line.
        Tight = "tight",
    }
}

string_enum! {
    /// A part of a post. A layout is a list of them.
    pub enum LayoutPart {
        /// The heading with its marker.
        Heading = "heading",
        /// The lead with its marker.
        Lead = "lead",
        /// The sections or the free body.
        Body = "body",
        /// The link to the full text.
        ReadMore = "read_more",
        /// The hashtags and their suffix.
        Hashtags = "hashtags",
        /// The footer of the style.
        Footer = "footer",
    }
}

/// The look of posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Its name in the config; empty for the defaults.
    pub name: String,
    /// The character before each item.
    pub bullet: String,
    /// The kind of message that posts in the channel become.
    pub format: Format,
    /// The formatting of the heading.
    pub heading: Emphasis,
    /// The formatting of section titles.
    pub title: Emphasis,
    /// The size of the heading of a rich message, from 1, the largest, to 6.
    pub heading_size: u8,
    /// The size of section titles in a rich message.
    pub title_size: u8,
    /// Whether hashtags and footer of a rich message are small text.
    pub footer_block: bool,
    /// The read-more line.
    pub read_more: ReadMoreStyle,
    /// The parts in their order, each at most once.
    pub layout: Vec<LayoutPart>,
    /// The last line, for each language.
    pub footer: Vec<(Language, FormattedText)>,
    /// The distance between bullets.
    pub spacing: Spacing,
    /// The text at the end of every part of a split post, with the placeholders `{n}` and `{total}`.
    pub part_mark: Option<String>,
}

/// The read-more line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadMoreStyle {
    /// One or more emoji before the link.
    pub marker: Option<String>,
    /// The link text, for each language.
    pub label: Vec<(Language, FormattedText)>,
}

impl Style {
    /// The entry for `language`. A regional tag such as `en-GB` falls back to its language.
    #[must_use]
    pub fn in_language<'a>(
        table: &'a [(Language, FormattedText)],
        language: &Language,
    ) -> Option<&'a FormattedText> {
        let exact = table.iter().find(|(tag, _)| tag == language);
        let primary = || {
            let tag = language.as_str().split('-').next()?;
            table.iter().find(|(other, _)| other.as_str().eq_ignore_ascii_case(tag))
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
            format: Format::Classic,
            heading_size: 1,
            title_size: 2,
            footer_block: false,
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
