//! Why a text cannot be converted; where Telegram is the one that refuses, in its own words.

use telegram_text::Unsupported;
use telegram_text::bot_api_entity::{EntityFault, PlaceFault};
use telegram_text::problem::MarkupProblem;
use telegram_text::{html, markdown_v2, normal};

use crate::limits;
use crate::source::Position;

/// Why a text cannot be converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The input is no UTF-8.
    #[error("this is not UTF-8: byte {0} begins no character")]
    NotUtf8(usize),
    /// The input is longer than anything that could be meant.
    #[error("this is longer than {} MiB", limits::CONVERT_BYTES / 1024 / 1024)]
    TooLong,
    /// The input is no JSON.
    #[error("this is no JSON: {0}")]
    Json(String),
    /// It is JSON of another kind.
    #[error("a JSON object is expected, such as {{\"text\": \"…\"}}")]
    NoObject,
    /// There is no text in the object.
    #[error("the object has no string `text`")]
    NoText,
    /// The entities are no list.
    #[error("`entities` is no list")]
    EntitiesNoList,
    /// An entity that cannot be read.
    #[error("can't parse MessageEntity: {0}")]
    Entity(#[from] EntityFault),
    /// An entity in a place that no text has.
    #[error(transparent)]
    Place(#[from] PlaceFault),
    /// HTML that Telegram refuses.
    #[error(transparent)]
    Html(html::Refusal),
    /// `MarkdownV2` that Telegram refuses.
    #[error(transparent)]
    MarkdownV2(markdown_v2::Refusal),
    /// Markdown that no message can show.
    #[error(
        "line {}, column {}: {}{}",
        .place.line, .place.column, .problem.fault, and_more(*.others)
    )]
    Markdown {
        /// The first thing.
        problem: MarkupProblem,
        /// Where it stands.
        place: Position,
        /// How many there are besides.
        others: usize,
    },
    /// A link to a post of a newsroom, which has no address here.
    #[error("the link to the post `{post}` gets its address when that is published")]
    PostLink {
        /// The post's id.
        post: String,
    },
    /// A text that Telegram refuses.
    #[error(transparent)]
    Text(#[from] normal::Refusal),
    /// A form that cannot say what the text holds.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The same of one of several parts, in whose own units it is told.
    #[error("part {number} of {total}: {fault}")]
    Part {
        /// The part, from 1 on.
        number: usize,
        /// How many there are.
        total: usize,
        /// What is the matter with it.
        fault: Box<Refused>,
    },
}

fn and_more(count: usize) -> String {
    if count == 0 { String::new() } else { format!(" (and {count} more)") }
}

impl Refused {
    /// The way out, where there is one to tell.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotUtf8(_) => "write the input in UTF-8",
            Self::TooLong => "a message has at most 4,096 characters; is this another file?",
            Self::Json(_) | Self::NoObject | Self::NoText | Self::EntitiesNoList => {
                "entities come as one object: {\"text\": \"…\", \"entities\": […]}; with --jsonl every line is one"
            }
            Self::Entity(_) | Self::Place(_) => {
                "write entities as the Bot API does, offset and length in UTF-16 units"
            }
            Self::Html(_) => {
                "docs/text.md has the tags; `<`, `>` and `&` in a text are `&lt;`, `&gt;` and `&amp;`"
            }
            Self::MarkdownV2(_) => {
                "docs/text.md has the signs; a backslash in front of a sign makes text of it"
            }
            Self::Markdown { problem, .. } => problem.fault.hint(),
            Self::Text(_) => {
                "nothing that readers would see may be left out, and links need an address"
            }
            Self::PostLink { .. } => {
                "`telepress render POST` knows the posts of a newsroom; write an address here, https://t.me/…"
            }
            Self::Unsupported(_) => "write entities, which carry everything",
            Self::Part { fault, .. } => fault.hint(),
        }
    }
}

impl From<html::Refusal> for Refused {
    fn from(refusal: html::Refusal) -> Self {
        match refusal {
            html::Refusal::Text(refusal) => Self::Text(refusal),
            refusal => Self::Html(refusal),
        }
    }
}

impl From<markdown_v2::Refusal> for Refused {
    fn from(refusal: markdown_v2::Refusal) -> Self {
        match refusal {
            markdown_v2::Refusal::Text(refusal) => Self::Text(refusal),
            refusal => Self::MarkdownV2(refusal),
        }
    }
}
