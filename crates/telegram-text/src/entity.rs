//! The Bot API's `MessageEntity`: the kind of a range of text; it does not know which entities may overlap.

use std::cmp::Reverse;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a range of a text is, with the offset and length in UTF-16 code units:
/// [`MessageEntity`](https://core.telegram.org/bots/api#messageentity).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entity {
    /// The kind with its own fields.
    #[serde(flatten)]
    pub kind: EntityKind,
    /// UTF-16 units before it.
    pub offset: usize,
    /// UTF-16 units it covers.
    pub length: usize,
}

/// The kinds of entity of Bot API 10.3, in its own names: the `type` of
/// [`MessageEntity`](https://core.telegram.org/bots/api#messageentity).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum EntityKind {
    /// `@username`, found by Telegram itself.
    Mention,
    /// `#tag`, found by Telegram itself.
    Hashtag,
    /// `$USD`, found by Telegram itself.
    Cashtag,
    /// `/command`, found by Telegram itself.
    BotCommand,
    /// `https://example.org`, found by Telegram itself.
    Url,
    /// `press@example.org`, found by Telegram itself.
    Email,
    /// `+1-212-555-0123`, found by Telegram itself.
    PhoneNumber,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Underlined.
    Underline,
    /// Struck through.
    Strikethrough,
    /// Hidden until touched.
    Spoiler,
    /// A quotation, shown with a bar.
    Blockquote,
    /// A quotation that is folded until touched.
    ExpandableBlockquote,
    /// Monospaced words in a line.
    Code,
    /// A block of code.
    Pre {
        /// The programming language, for its colours.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    /// Words that open a link.
    TextLink {
        /// The address.
        url: String,
    },
    /// A mention of a user who has no username.
    TextMention {
        /// The user's numeric id.
        #[serde(serialize_with = "user_out", deserialize_with = "user_in")]
        user: i64,
    },
    /// A custom emoji, drawn over the emoji it covers.
    CustomEmoji {
        /// The emoji's id, as the Bot API spells it: a decimal number in a string.
        custom_emoji_id: String,
    },
    /// A date and time, shown in the reader's own time zone.
    DateTime {
        /// Seconds since 1970-01-01 UTC.
        unix_time: i64,
        /// How it is shown: letters of `r|w?[dD]?[tT]?`; empty: as typed.
        #[serde(default)]
        date_time_format: String,
    },
    /// Marked with a colour. This kind and those below are only in rich messages, which have no entities on the wire.
    #[serde(skip)]
    Marked,
    /// Small and low; only in rich messages.
    #[serde(skip)]
    Subscript,
    /// Small and high; only in rich messages.
    #[serde(skip)]
    Superscript,
    /// The number of a footnote, which leads to it; only in rich messages.
    #[serde(skip)]
    Footnote {
        /// The number.
        number: usize,
        /// Whether it is the first reference to the footnote, to which the footnote leads back.
        is_first: bool,
    },
}

impl Entity {
    /// An entity over `length` UTF-16 units after `offset` of them.
    #[must_use]
    pub fn new(kind: EntityKind, offset: usize, length: usize) -> Self {
        Self { kind, offset, length }
    }

    /// The UTF-16 offset just after it. A request may contain any length, so the sum saturates.
    #[must_use]
    pub fn end(&self) -> usize {
        self.offset.saturating_add(self.length)
    }

    /// The same entity `by` UTF-16 units further on.
    #[must_use]
    pub fn moved(&self, by: usize) -> Self {
        Self {
            kind: self.kind.clone(),
            offset: self.offset.saturating_add(by),
            length: self.length,
        }
    }

    /// Sorts entities into Telegram's order: by offset, then the longer first, then by [`EntityKind::priority`]. The sort is
    /// stable.
    pub fn sort(entities: &mut [Self]) {
        entities
            .sort_by_key(|entity| (entity.offset, Reverse(entity.length), entity.kind.priority()));
    }
}

impl EntityKind {
    /// The kind's place among those of the same range, as TDLib sorts them (`MessageEntity.cpp`).
    #[must_use]
    pub fn priority(&self) -> u8 {
        match self {
            Self::Blockquote | Self::ExpandableBlockquote => 0,
            Self::Pre { language: Some(language) } if !language.is_empty() => 10,
            Self::Pre { .. } => 11,
            Self::Code => 20,
            Self::DateTime { .. } => 30,
            Self::TextLink { .. } | Self::TextMention { .. } | Self::Footnote { .. } => 49,
            Self::Mention
            | Self::Hashtag
            | Self::Cashtag
            | Self::BotCommand
            | Self::Url
            | Self::Email
            | Self::PhoneNumber => 50,
            Self::Bold => 90,
            Self::Italic => 91,
            Self::Underline => 92,
            Self::Strikethrough => 93,
            Self::Spoiler => 94,
            Self::Marked => 95,
            Self::Subscript => 96,
            Self::Superscript => 97,
            Self::CustomEmoji { .. } => 99,
        }
    }

    /// Bold, italic, underline, strikethrough, spoiler and the styles of rich messages: the kinds that may overlap others
    /// and are then cut.
    #[must_use]
    pub fn is_splittable(&self) -> bool {
        (90..=97).contains(&self.priority())
    }

    /// The kinds that only rich messages have.
    #[must_use]
    pub fn is_rich(&self) -> bool {
        matches!(self, Self::Marked | Self::Subscript | Self::Superscript | Self::Footnote { .. })
    }

    /// The two quotations.
    #[must_use]
    pub fn is_quote(&self) -> bool {
        matches!(self, Self::Blockquote | Self::ExpandableBlockquote)
    }

    /// Words or blocks of code: everything in them is shown as typed.
    #[must_use]
    pub fn is_code(&self) -> bool {
        matches!(self, Self::Code | Self::Pre { .. })
    }

    /// Code, code blocks and dates: Telegram keeps no splittable entity inside them.
    #[must_use]
    pub fn is_pre_like(&self) -> bool {
        matches!(self, Self::Code | Self::Pre { .. } | Self::DateTime { .. })
    }

    /// The kinds that Telegram detects, and ignores in a request.
    #[must_use]
    pub fn is_found(&self) -> bool {
        self.priority() == 50
    }

    /// The kind in a sentence, such as "bold" or "a link".
    #[must_use]
    pub fn noun(&self) -> &'static str {
        match self {
            Self::TextLink { .. } => "a link",
            Self::TextMention { .. } => "a mention",
            Self::CustomEmoji { .. } => "a custom emoji",
            Self::Pre { .. } => "a code block",
            Self::Footnote { .. } => "a footnote",
            kind => kind.name(),
        }
    }

    /// The kind's name in the Bot API's `type` field.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Hashtag => "hashtag",
            Self::Cashtag => "cashtag",
            Self::BotCommand => "bot_command",
            Self::Url => "url",
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
            Self::Bold => "bold",
            Self::Italic => "italic",
            Self::Underline => "underline",
            Self::Strikethrough => "strikethrough",
            Self::Spoiler => "spoiler",
            Self::Blockquote => "blockquote",
            Self::ExpandableBlockquote => "expandable_blockquote",
            Self::Code => "code",
            Self::Pre { .. } => "pre",
            Self::TextLink { .. } => "text_link",
            Self::TextMention { .. } => "text_mention",
            Self::CustomEmoji { .. } => "custom_emoji",
            Self::DateTime { .. } => "date_time",
            Self::Marked => "marked",
            Self::Subscript => "subscript",
            Self::Superscript => "superscript",
            Self::Footnote { .. } => "footnote",
        }
    }
}

/// The part of the Bot API's `User` object that a mention needs.
#[derive(Serialize, Deserialize)]
struct User {
    id: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn user_out<S: Serializer>(id: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    User { id: *id }.serialize(serializer)
}

fn user_in<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Ok(User::deserialize(deserializer)?.id)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Whether TDLib's order of `entities` is an accident of its sort: `std::sort` is not stable for more than 16 elements, so
    /// the one it keeps of several equal entities says nothing about Telegram's rules. The sort here is stable.
    pub(crate) fn are_ordered_by_accident(entities: &[Entity]) -> bool {
        let key = |entity: &Entity| (entity.offset, entity.length, entity.kind.priority());
        let mut sorted: Vec<_> = entities.iter().collect();
        sorted.sort_by_key(|entity| key(entity));
        let is_tie =
            |pair: &[&Entity]| key(pair[0]) == key(pair[1]) && pair[0].kind != pair[1].kind;
        entities.len() > 16 && sorted.windows(2).any(is_tie)
    }

    fn kinds() -> Vec<(EntityKind, &'static str)> {
        vec![
            (EntityKind::Bold, r#"{"type":"bold","offset":1,"length":2}"#),
            (EntityKind::Pre { language: None }, r#"{"type":"pre","offset":1,"length":2}"#),
            (
                EntityKind::Pre { language: Some("rust".into()) },
                r#"{"type":"pre","language":"rust","offset":1,"length":2}"#,
            ),
            (
                EntityKind::TextLink { url: "https://example.org/".into() },
                r#"{"type":"text_link","url":"https://example.org/","offset":1,"length":2}"#,
            ),
            (
                EntityKind::TextMention { user: 7 },
                r#"{"type":"text_mention","user":{"id":7},"offset":1,"length":2}"#,
            ),
            (
                EntityKind::CustomEmoji { custom_emoji_id: "5".into() },
                r#"{"type":"custom_emoji","custom_emoji_id":"5","offset":1,"length":2}"#,
            ),
            (
                EntityKind::DateTime { unix_time: 1, date_time_format: "wDT".into() },
                r#"{"type":"date_time","unix_time":1,"date_time_format":"wDT","offset":1,"length":2}"#,
            ),
            (
                EntityKind::ExpandableBlockquote,
                r#"{"type":"expandable_blockquote","offset":1,"length":2}"#,
            ),
        ]
    }

    #[test]
    fn bot_api_form_is_read_back() {
        for (kind, json) in kinds() {
            let entity = Entity::new(kind.clone(), 1, 2);
            assert_eq!(serde_json::to_string(&entity).unwrap(), json);
            assert_eq!(serde_json::from_str::<Entity>(json).unwrap(), entity);
            assert!(json.contains(&format!(r#""type":"{}""#, kind.name())), "{json}");
        }
    }
}
