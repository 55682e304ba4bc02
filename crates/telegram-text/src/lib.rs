//! Text as Telegram carries it: a plain string and entities over it. All functions are pure.
//!
//! # Units
//!
//! Offsets and lengths of entities count UTF-16 code units
//! ([`MessageEntity`](https://core.telegram.org/bots/api#messageentity)). Telegram's limits count characters, which are
//! Unicode code points. Places in a string or in markup, such as `Range<usize>`, count bytes of UTF-8.
//!
//! # Sources
//!
//! The rules of entities, [HTML](https://core.telegram.org/bots/api#html-style) and
//! [MarkdownV2](https://core.telegram.org/bots/api#markdownv2-style) are documented only in part, so this crate follows
//! [TDLib](https://github.com/tdlib/td): "observed with TDLib" means that answers of TDLib 1.8.69 were recorded and are
//! compared in the tests. [`inline`] and [`body`] follow [CommonMark 0.31](https://spec.commonmark.org/0.31.2/).
#![doc = ""]
#![doc = include_str!("../README.md")]

pub mod block;
pub mod body;
pub mod bot_api_entity;
mod clean;
pub mod detect;
pub mod emoji;
mod entity;
pub mod event;
#[cfg(test)]
mod grammar;
pub mod html;
pub mod inline;
pub mod limits;
pub mod link;
pub mod markdown;
pub mod markdown_v2;
mod markup_refusal;
mod nesting;
pub mod normal;
mod parsed_text;
#[doc(hidden)] // Links between the posts of telepress; Telegram has nothing like them.
pub mod post_link;
pub mod problem;
mod search;
pub mod split;
mod unsupported;
pub mod utf16;

pub use entity::{Entity, EntityKind};
pub use markup_refusal::MarkupRefusal;
pub use parsed_text::{ParsedText, SourceMap};
pub use unsupported::Unsupported;

/// A string and the entities over it, as Telegram carries and returns them.
///
/// Offsets and lengths of the entities count UTF-16 code units of `string`. A value may be invalid; [`normal::normal`] returns
/// the form that Telegram keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FormattedText {
    /// The text without any markup.
    pub string: String,
    /// The entities, in Telegram's order: by offset, then the longer first, then by kind.
    pub entities: Vec<Entity>,
}

impl FormattedText {
    /// A text without entities.
    #[must_use]
    pub fn plain(string: impl Into<String>) -> Self {
        Self { string: string.into(), entities: Vec::new() }
    }

    /// Whether the string is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.string.is_empty()
    }

    /// Length in characters (Unicode code points), the unit of Telegram's limits on texts.
    #[must_use]
    pub fn characters(&self) -> usize {
        utf16::characters(&self.string)
    }

    /// Length in UTF-16 code units, the unit of entity offsets.
    #[must_use]
    pub fn utf16_len(&self) -> usize {
        utf16::len(&self.string)
    }
}
