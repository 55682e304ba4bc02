//! Telegram's tags and the meaning of their attributes. It knows no positions.

use super::decoded::Decoded;
use crate::EntityKind;

/// A tag with the values of its attributes.
#[derive(Debug)]
pub(super) enum Tag {
    /// A style without attributes.
    Style(EntityKind),
    /// `span`, which must be a spoiler.
    Span { is_spoiler: bool },
    /// `a`; without `href` its text is the link.
    Link { href: Decoded },
    /// `tg-emoji`.
    Emoji { id: Decoded },
    /// `tg-time`.
    Time { unix: Decoded, format: Decoded },
    /// `code`; together with `pre` it may name a language.
    Code { language: Decoded },
    /// `pre`.
    Pre,
    /// `blockquote`.
    Quote { is_expandable: bool },
}

impl Tag {
    /// The tag of a name in lower case.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "b" | "strong" => Self::Style(EntityKind::Bold),
            "i" | "em" => Self::Style(EntityKind::Italic),
            "u" | "ins" => Self::Style(EntityKind::Underline),
            "s" | "strike" | "del" => Self::Style(EntityKind::Strikethrough),
            "tg-spoiler" => Self::Style(EntityKind::Spoiler),
            "span" => Self::Span { is_spoiler: false },
            "a" => Self::Link { href: Decoded::default() },
            "tg-emoji" => Self::Emoji { id: Decoded::default() },
            "tg-time" => Self::Time { unix: Decoded::default(), format: Decoded::default() },
            "code" => Self::Code { language: Decoded::default() },
            "pre" => Self::Pre,
            "blockquote" => Self::Quote { is_expandable: false },
            _ => return None,
        })
    }

    /// Sets an attribute; the last of the same name counts, and an unknown one is ignored.
    pub(super) fn set(&mut self, name: &str, value: Option<Decoded>) {
        if let (Self::Quote { is_expandable }, "expandable") = (&mut *self, name) {
            *is_expandable = true;
        }
        let Some(value) = value else { return };
        match (self, name) {
            (Self::Link { href }, "href") => *href = value,
            (Self::Emoji { id }, "emoji-id") => *id = value,
            (Self::Time { unix, .. }, "unix") => *unix = value,
            (Self::Time { format, .. }, "format") => *format = value,
            (Self::Code { language }, "class") => {
                if let Some(named) = value.strip_prefix("language-") {
                    *language = named;
                }
            }
            (Self::Span { is_spoiler }, "class") => {
                if let Some(class) = value.string.strip_prefix("tg-") {
                    *is_spoiler = class == "spoiler";
                }
            }
            _ => {}
        }
    }
}
