//! Text as Telegram carries it: a plain string and entities over it. Pure: values in, values out.
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
pub mod markdown_v2;
mod nesting;
pub mod normal;
mod parsed_text;
pub mod post_link;
pub mod problem;
mod search;
pub mod split;
mod unsupported;
pub mod utf16;

pub use entity::{Entity, EntityKind};
pub use parsed_text::{ParsedText, SourceMap};
pub use unsupported::Unsupported;

/// A string and the entities over it, as Telegram carries and returns them.
///
/// Offsets and lengths of the entities count UTF-16 code units of `string`. A value of this type may be anything a
/// caller typed; the normal form that Telegram keeps is what `text::normal` returns.
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

    /// Whether there is no character at all.
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
