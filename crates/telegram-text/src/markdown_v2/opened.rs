//! The delimiters of MarkdownV2 and the entities that they open. It reads no markup.

use crate::EntityKind;

/// What a sign begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// `*`
    Bold,
    /// `_`
    Italic,
    /// `__`
    Underline,
    /// `~`
    Strikethrough,
    /// `||`
    Spoiler,
    /// A backtick.
    Code,
    /// Three backticks.
    Pre {
        /// The name between them and the first blank.
        language: Option<String>,
    },
    /// `[`
    Link,
    /// `![`: a custom emoji or a date, as the destination decides.
    Emoji,
    /// `>`
    Quote,
}

impl Sign {
    /// TDLib's name of the entity, as its refusals spell it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Bold => "Bold",
            Self::Italic => "Italic",
            Self::Underline => "Underline",
            Self::Strikethrough => "Strikethrough",
            Self::Spoiler => "Spoiler",
            Self::Code => "Code",
            Self::Pre { language: None } => "Pre",
            Self::Pre { language: Some(_) } => "PreCode",
            Self::Link => "TextUrl",
            Self::Emoji => "CustomEmoji",
            Self::Quote => "BlockQuote",
        }
    }

    /// The entity, if the sign alone decides it.
    pub(super) fn kind(self) -> Option<EntityKind> {
        Some(match self {
            Self::Bold => EntityKind::Bold,
            Self::Italic => EntityKind::Italic,
            Self::Underline => EntityKind::Underline,
            Self::Strikethrough => EntityKind::Strikethrough,
            Self::Spoiler => EntityKind::Spoiler,
            Self::Code => EntityKind::Code,
            Self::Pre { language } => EntityKind::Pre { language },
            Self::Quote => EntityKind::Blockquote,
            Self::Link | Self::Emoji => return None,
        })
    }

    /// Whether only backticks and backslashes mean something after it.
    pub(super) fn is_code(&self) -> bool {
        matches!(self, Self::Code | Self::Pre { .. })
    }
}

/// An entity whose end has not been read.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) sign: Sign,
    /// Bytes of markup before its sign.
    pub(super) byte: usize,
    /// UTF-16 units of text before it.
    pub(super) offset: usize,
    /// Bytes of text before it.
    pub(super) start: usize,
}
