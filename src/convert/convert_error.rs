//! The errors of a conversion; if Telegram refuses the text, in Telegram's own words.

use std::borrow::Cow;

use telegram_text::Unsupported;
use telegram_text::bot_api_entity::{EntityError, PositionError};
use telegram_text::markdown::Unwritable;
use telegram_text::problem::MarkupProblem;
use telegram_text::{html, markdown_v2, normal};

use crate::limits;
use crate::source::Position;

/// A text cannot be converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// The input is not UTF-8.
    #[error("the input is not UTF-8: byte {0} is not part of a valid character")]
    NotUtf8(usize),
    /// The input is longer than the limit.
    #[error("the input is longer than {} MiB", limits::CONVERT_BYTES / 1024 / 1024)]
    TooLong,
    /// The input is not JSON.
    #[error("the input is not JSON: {0}")]
    Json(String),
    /// It is JSON, but not an object.
    #[error("expected a JSON object, such as {{\"text\": \"…\"}}")]
    NotAnObject,
    /// There is no text in the object.
    #[error("the object has no string `text`")]
    NoText,
    /// The entities are not a list.
    #[error("`entities` is not a list")]
    EntitiesNotAList,
    /// An entity that cannot be read.
    #[error("can't parse MessageEntity: {0}")]
    Entity(#[from] EntityError),
    /// An entity at a place that is not in the text.
    #[error(transparent)]
    Place(#[from] PositionError),
    /// HTML that Telegram refuses.
    #[error(transparent)]
    Html(html::Refusal),
    /// HTML of a web page with a table.
    #[error(transparent)]
    Table(#[from] html::web::TableError),
    /// `MarkdownV2` that Telegram refuses.
    #[error(transparent)]
    MarkdownV2(markdown_v2::Refusal),
    /// Markdown that a message cannot show.
    #[error(
        "line {}, column {}: {}{}",
        .place.line, .place.column, .problem.kind, and_more(*.others)
    )]
    Markdown {
        /// The first problem.
        problem: MarkupProblem,
        /// Its place.
        place: Position,
        /// How many other problems there are.
        others: usize,
    },
    /// A link to a post of a newsroom, which has no address here.
    #[error("the link to the post `{post}` has no address until that post is published")]
    PostLink {
        /// The post's id.
        post: String,
    },
    /// A text that Telegram refuses.
    #[error(transparent)]
    Text(#[from] normal::Refusal),
    /// The format cannot express the text.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The Markdown of a body cannot hold the text.
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
    /// An error in one of several parts; its offsets are those of the part.
    #[error("part {number} of {total}: {error}")]
    Part {
        /// The number of the part, from 1.
        number: usize,
        /// How many parts there are.
        total: usize,
        /// Its error.
        error: Box<ConvertError>,
    },
}

const POSITION_HINT: &str = "count offset and length in UTF-16 units";

fn text_hint(refusal: &normal::Refusal) -> &'static str {
    use normal::Refusal as R;
    match refusal {
        R::Empty | R::Blank => "write some text that readers can see",
        R::Link { .. } => "write the full address, https://example.org/page",
        R::CustomEmoji { .. } => "write the number of the custom emoji",
        R::Date { .. } => "write the seconds since 1970, at most until January 2038",
        R::DateFormat { .. } => "write `r`, or a combination of `w`, `d` or `D`, and `t` or `T`",
        // Every other refusal is about a place in the text.
        _ => POSITION_HINT,
    }
}

fn and_more(count: usize) -> String {
    if count == 0 { String::new() } else { format!(" (and {count} more)") }
}

impl ConvertError {
    /// The next step.
    #[must_use]
    pub fn hint(&self) -> Cow<'static, str> {
        let hint = match self {
            Self::NotUtf8(_) => "save the input as UTF-8",
            Self::TooLong => "a message has at most 4,096 characters; is this another file?",
            Self::Json(_) | Self::NotAnObject | Self::NoText | Self::EntitiesNotAList => {
                "write one object, {\"text\": \"…\", \"entities\": […]}; with --jsonl write one in every line"
            }
            Self::Entity(_) => "write entities as the Bot API does",
            Self::Place(_) => POSITION_HINT,
            Self::Table(_) => "write it as a list, or as text between <pre> and </pre>",
            Self::Html(_) => {
                "docs/text.md lists the tags; write `<`, `>` and `&` in a text as `&lt;`, `&gt;` and `&amp;`"
            }
            Self::MarkdownV2(_) => {
                "docs/text.md lists the reserved characters; put a backslash before each one that is text"
            }
            Self::Markdown { problem, .. } => return problem.kind.hint(),
            Self::Text(refusal) => text_hint(refusal),
            Self::PostLink { .. } => {
                "`telepress render POST` renders posts of a newsroom; here write the address, https://t.me/…"
            }
            Self::Unsupported(_) | Self::Unwritable(_) => {
                "convert to entities, which can express everything"
            }
            Self::Part { error, .. } => return error.hint(),
        };
        hint.into()
    }
}

impl From<html::Refusal> for ConvertError {
    fn from(refusal: html::Refusal) -> Self {
        match refusal {
            html::Refusal::Text(refusal) => Self::Text(refusal),
            refusal => Self::Html(refusal),
        }
    }
}

impl From<markdown_v2::Refusal> for ConvertError {
    fn from(refusal: markdown_v2::Refusal) -> Self {
        match refusal {
            markdown_v2::Refusal::Text(refusal) => Self::Text(refusal),
            refusal => Self::MarkdownV2(refusal),
        }
    }
}
