//! Markup that Telegram cannot show, and where it was typed. It does not know the file.

use std::borrow::Cow;
use std::ops::Range;

use super::link::LinkError;

/// Markup that Telegram cannot show, with its range in the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkupProblem {
    /// Bytes of the field: the whole construct.
    pub range: Range<usize>,
    /// The kind of the problem.
    pub kind: MarkupProblemKind,
}

/// The kinds of problems in markup.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkupProblemKind {
    /// `[words](https://…` that is not a link.
    #[error("this is not read as a link, so readers see it as typed")]
    BrokenLink,
    /// Formatting around code, or in it: Telegram keeps the code only.
    #[error("Telegram shows code without other formatting, so it is not {0} here")]
    CutByCode(&'static str),
    /// A custom emoji whose id is not a number.
    #[error("the id of a custom emoji must be a number")]
    EmojiId,
    /// A custom emoji over text that is not exactly one emoji.
    #[error("a custom emoji must replace exactly one ordinary emoji")]
    EmojiText,
    /// A block of code without a line of code.
    #[error("this code block is empty")]
    EmptyCode,
    /// `[^1]`.
    #[error("text messages have no footnotes, so readers see this as typed")]
    Footnote,
    /// `[^1]` in a rich body that has no `[^1]: …`.
    #[error("this footnote has no text, so readers see it as typed")]
    FootnoteWithoutText,
    /// A footnote without content.
    #[error("this footnote is empty")]
    EmptyFootnote,
    /// `<details>` without content, in a rich body.
    #[error("this `<details>` is empty")]
    EmptyDetails,
    /// `<details>` without a summary, in a rich body.
    #[error("readers would see nothing to unfold: `<details>` has no summary")]
    NoSummary,
    /// A row of a table that has more cells than the header.
    #[error("this row has {cells} cells, and the table has {columns} columns")]
    ExtraCells {
        /// The cells of the row.
        cells: usize,
        /// The columns of the table.
        columns: usize,
    },
    /// `==words==` in a body that is not rich.
    #[error("text messages have no marked text, so readers see `==` as typed")]
    Marked,
    /// An HTML tag that readers see.
    #[error("readers see this HTML as typed: {}", shown_tag(.tag))]
    Html {
        /// Its name in lower case; `!--` for a comment.
        tag: String,
    },
    /// A character reference in a text where it is not decoded.
    #[error("readers see `{typed}` as typed")]
    Reference {
        /// The reference.
        typed: String,
        /// The characters that it means.
        characters: String,
    },
    /// A heading without words.
    #[error("this heading is empty")]
    EmptyHeading,
    /// A link without words.
    #[error("a link without words is not shown")]
    EmptyLink,
    /// A list item without content.
    #[error("this list item is empty")]
    EmptyItem,
    /// A quote without content.
    #[error("this quote is empty")]
    EmptyQuote,
    /// An image.
    #[error("Telegram cannot show a picture inside a text")]
    Image,
    /// An image in a paragraph of a rich body that has words, too.
    #[error("Telegram shows images only between paragraphs")]
    ImageInText,
    /// An image as the words of a link.
    #[error("Telegram cannot show a picture inside a text")]
    LinkedImage,
    /// Code marked by four spaces before it.
    #[error("text indented by four spaces would be a code block")]
    IndentedCode,
    /// A link that Telegram refuses.
    #[error("Telegram refuses this link: {words}", words = link_words(.0))]
    Link(LinkError),
    /// A link with a title.
    #[error("Telegram does not show the title of a link")]
    LinkTitle,
    /// Code, a custom emoji or another link inside a link: Telegram keeps the link only.
    #[error("Telegram drops {0} inside a link")]
    LostInLink(&'static str),
    /// A quote inside a quote.
    #[error("text messages cannot hold a quote inside a quote")]
    NestedQuote,
    /// `<details>` with a quote in it, or inside a quote.
    #[error(
        "text messages cannot hold a quote inside a quote, so this is shown in full instead of expandable"
    )]
    DetailsWithQuote,
    /// An opening line of a code block inside a code block.
    #[error(
        "this line does not open a code block: it is inside another one, and the next such line closes that one"
    )]
    NestedFence,
    /// `<!--` without `-->`.
    #[error("this comment has no end, so nothing after it is shown")]
    UnclosedComment,
    /// `<details>` without `</details>`.
    #[error("`<details>` has no end, so everything after it becomes part of it")]
    UnclosedDetails,
    /// A code block without a closing line.
    #[error("this code block has no end, so everything after it is code")]
    UnclosedFence,
    /// `[label]: https://…` that no link uses.
    #[error("no link uses this definition, and Markdown does not show it")]
    UnusedDefinition,
    /// A link to a post with an invalid id.
    #[error("the text after `post:` is not a post's id")]
    NoPost,
    /// A link without `https://`, or with a scheme that Telegram does not know.
    #[error("this is not a web address; Telegram would put `http://` before it")]
    NoScheme,
    /// A delimiter that opens and closes nothing.
    #[error("`{0}` formats nothing here, so readers see it")]
    Stray(&'static str),
    /// A table.
    #[error("text messages cannot hold a table")]
    Table,
    /// A line of `---`, `***` or `___`.
    #[error("text messages cannot hold a dividing line")]
    ThematicBreak,
    /// Lists and quotes nested deeper than [`crate::limits::BODY_DEPTH`].
    #[error("lists and quotes are nested more than {limit} levels deep")]
    TooDeep {
        /// How many levels there may be.
        limit: usize,
    },
    /// A link that is a mention of a user by number.
    #[error(
        "readers of a channel would see no link: a mention by number works only where the bot knows the user"
    )]
    UserLink,
}

/// A tag as its problem names it.
fn shown_tag(name: &str) -> String {
    if name == "!--" { "<!--".to_owned() } else { format!("<{name}>") }
}

/// What to type for an HTML tag.
fn markdown_for(tag: &str) -> &'static str {
    match tag {
        "b" | "strong" => "write **bold**",
        "i" | "em" => "write *italic*",
        "u" | "ins" => "write __underlined__",
        "s" | "del" | "strike" => "write ~~struck through~~",
        "code" | "kbd" | "samp" | "tt" | "var" => "write it between backticks: `code`",
        "a" => "write a link as [words](https://…), and remove `<a>` without an address",
        "br" => "break the line instead",
        "p" | "div" => "leave a blank line between paragraphs instead",
        "tg-spoiler" => "write ||hidden||",
        "mark" | "sub" | "sup" => "remove it, or use `format = \"rich\"`, which shows it in `body`",
        "tg-emoji" => "write ![👍](tg://emoji?id=…)",
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "write a heading of `body` as `# Heading`",
        "ul" | "ol" | "li" => "write each item of a list of `body` on a line with `- ` before it",
        "blockquote" => "write a quote of `body` with `> ` before each line",
        "pre" => "write a code block of `body` between two lines of ```",
        "img" | "picture" | "video" => "remove it, and name the file in `[[media]]`",
        "!--" => "remove it; only `body` may have comments",
        _ => "remove it, or put it between backticks to show it",
    }
}

/// Why Telegram refuses a link, in words for authors. Telegram's own words are the `Display` of the error.
#[must_use]
pub fn link_words(error: &LinkError) -> String {
    match error {
        LinkError::Scheme { scheme } => {
            format!("it does not open links that begin with `{scheme}:`")
        }
        LinkError::HostWithoutDot { host } => {
            format!("`{host}` has no dot, so it is not the name of a site")
        }
        LinkError::NoHost | LinkError::OnlyDot => "the name of the site is missing".to_owned(),
        LinkError::Port { port } => {
            format!("`{port}` after the `:` is not a port number")
        }
        LinkError::Ipv6 { host } => format!("`{host}` is not an IPv6 address"),
        LinkError::PercentInHost | LinkError::PercentInUser => {
            "a `%` must be followed by two hexadecimal digits".to_owned()
        }
        LinkError::HostCharacter { character: ' ' } => {
            "the name of the site contains a space".to_owned()
        }
        LinkError::HostCharacter { character } | LinkError::TelegramHostCharacter { character } => {
            format!("the name of a site cannot contain `{character}`")
        }
        LinkError::UserCharacter { character } => {
            format!("the part before the `@` cannot contain `{character}`")
        }
        LinkError::TelegramForm { scheme } => {
            format!("a `{scheme}:` link cannot have a user, a port or a second scheme")
        }
    }
}

impl MarkupProblemKind {
    /// Whether readers lose nothing but formatting: the text can be published.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(
            self,
            Self::CutByCode(_)
                | Self::BrokenLink
                | Self::DetailsWithQuote
                | Self::Footnote
                | Self::FootnoteWithoutText
                | Self::Html { .. }
                | Self::LinkTitle
                | Self::LostInLink(_)
                | Self::Marked
                | Self::NestedFence
                | Self::Reference { .. }
                | Self::Stray(_)
                | Self::UnclosedComment
                | Self::UnclosedDetails
                | Self::UnclosedFence
                | Self::UnusedDefinition
        )
    }

    /// What an author can do about it.
    #[must_use]
    pub fn hint(&self) -> Cow<'static, str> {
        let hint = match self {
            Self::CutByCode(_) => "end the formatting before the code, or begin it after the code",
            Self::BrokenLink => {
                r"write [words](https://example.org/page), with no space in the address and no other link in the words; to show it, write `\[`"
            }
            Self::EmojiId => "write it as tg://emoji?id=5368324170671202286",
            Self::EmojiText => {
                "put the ordinary emoji that it replaces between the brackets: ![👍](…)"
            }
            Self::EmptyLink => "write words between the brackets",
            Self::Image => {
                "remove the `!` to make it a link; with `format = \"rich\"` it is shown between paragraphs"
            }
            Self::ImageInText => {
                "put it in a paragraph of its own, with a blank line before and after it; a table and a heading cannot hold it"
            }
            Self::FootnoteWithoutText => {
                r"write its text on a line of its own: [^1]: …; to show the brackets, write `\[`"
            }
            Self::ExtraCells { .. } => r"add a column to the header; to show a bar, write `\|`",
            Self::NoSummary => "write `<summary>…</summary>` directly after it",
            Self::LinkedImage => "put words in its place: [words](https://…)",
            Self::Link(_) | Self::NoScheme => {
                "write the full address, https://example.org/page; write an e-mail address or a phone number without brackets"
            }
            Self::NoPost => {
                "a post's id is the path of its file below `posts/`, without `.toml`: [text](post:2024/summit)"
            }
            Self::LinkTitle => "remove the title",
            Self::LostInLink(_) => "move it out of the link",
            Self::Marked => {
                r#"write **bold**, or use `format = "rich"`, which marks it with a colour; to show the signs, write `\==`"#
            }
            Self::Stray(sign) => {
                return format!(
                    "put `{sign}` directly before the first word and directly after the last one, or write a backslash before each character"
                )
                .into();
            }
            Self::EmptyCode
            | Self::EmptyDetails
            | Self::EmptyFootnote
            | Self::EmptyHeading
            | Self::EmptyItem
            | Self::EmptyQuote => "write some text there, or remove it",
            Self::IndentedCode => "put code between two lines of ```, or remove the spaces",
            Self::NestedQuote => {
                "remove one `>`, or put a line without `>` between the quotes; `format = \"rich\"` shows both"
            }
            Self::DetailsWithQuote => {
                "remove `<details>`, or the `>` of the quote; `format = \"rich\"` shows both"
            }
            Self::Footnote => {
                r#"write the note in the text, or use `format = "rich"`; to show the brackets, write `\[`"#
            }
            Self::Html { tag } => markdown_for(tag),
            Self::NestedFence => "give the outer code block a longer fence: four backticks",
            Self::Reference { characters, .. } => {
                return format!("write `{characters}`").into();
            }
            Self::UnclosedComment => "end it with `-->`",
            Self::UnclosedDetails => "end it with a line `</details>`",
            Self::UnclosedFence => {
                "close it with a line of at least as many of the same characters as its first line"
            }
            Self::UnusedDefinition => {
                r"remove it, or use it in `[text][label]`; to show it, write `\[` at its beginning"
            }
            Self::Table => {
                r#"use a list, a code block or `format = "rich"`; to show the bars as text, write `\|`"#
            }
            Self::ThematicBreak => {
                r#"leave a blank line instead, or use `format = "rich"`; to show the characters, put a `\` before them"#
            }
            Self::UserLink => "link to the user's public page: https://t.me/username",
            Self::TooDeep { .. } => "use fewer levels",
        };
        hint.into()
    }
}
