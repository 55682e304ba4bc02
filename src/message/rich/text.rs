//! The Bot API's `RichText`: a text whose styles are nested. It knows no block.

use std::collections::BTreeSet;

use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use telegram_text::event::{Event, events};
use telegram_text::{EntityKind, FormattedText, utf16};

/// A formatted text: a string, an object, or an array of both. Neighbouring strings are one, as in Telegram's answers, and no
/// string is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text(Vec<Inline>);

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Inline {
    /// Characters.
    Plain(String),
    /// A text in a style.
    Styled(Styled),
    /// Something without a text in it.
    Object(Object),
}

/// A text in a style.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Styled {
    /// The style.
    #[serde(flatten)]
    pub style: Style,
    /// The text.
    pub text: Text,
}

/// How a text is shown, or what it opens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Style {
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
    /// With the colour of a text marker behind it.
    Marked,
    /// Small and low.
    Subscript,
    /// Small and high.
    Superscript,
    /// Monospaced.
    Code,
    /// Opens a link.
    Url {
        /// The address.
        url: String,
    },
    /// Mentions a user who has no username.
    TextMention {
        /// The user.
        user: User,
    },
    /// A date and time in the reader's own time zone.
    DateTime {
        /// Seconds since 1970-01-01 UTC.
        unix_time: i64,
        /// How it is shown.
        #[serde(default)]
        date_time_format: String,
    },
    /// Scrolls to an anchor of the message.
    AnchorLink {
        /// The name of the anchor.
        anchor_name: String,
    },
    /// Found by Telegram: `@username`.
    Mention,
    /// Found by Telegram: `#tag`.
    Hashtag,
    /// Found by Telegram: `$USD`.
    Cashtag,
    /// Found by Telegram: `/command`.
    BotCommand,
    /// Found by Telegram.
    EmailAddress,
    /// Found by Telegram.
    PhoneNumber,
    /// Found by Telegram.
    BankCardNumber,
    /// A style that telepress does not send.
    #[serde(other)]
    Unknown,
}

/// The part of the Bot API's `User` that a mention needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct User {
    /// The numeric id.
    pub id: i64,
}

/// A piece of a text that has no text in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Object {
    /// A custom emoji.
    CustomEmoji {
        /// Its id.
        custom_emoji_id: String,
        /// The emoji that is shown where the custom one cannot be.
        alternative_text: String,
    },
    /// A place that a link can lead to.
    Anchor {
        /// Its name.
        name: String,
    },
    /// An object that telepress does not send.
    #[serde(other)]
    Unknown,
}

/// The anchor of a footnote.
#[must_use]
pub fn footnote_anchor(number: usize) -> String {
    format!("footnote-{number}")
}

/// The anchor of the first reference to a footnote.
#[must_use]
pub fn back_anchor(number: usize) -> String {
    format!("footnote-{number}-back")
}

/// Whether an anchor is the reference to a footnote.
fn is_back_anchor(name: &str) -> bool {
    name.starts_with("footnote-") && name.ends_with("-back")
}

impl Text {
    /// Characters without a style.
    #[must_use]
    pub fn string(string: impl Into<String>) -> Self {
        let string = string.into();
        Self(if string.is_empty() { Vec::new() } else { vec![Inline::Plain(string)] })
    }

    /// The pieces in order.
    #[must_use]
    pub fn pieces(&self) -> &[Inline] {
        &self.0
    }

    /// Whether readers see nothing of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.characters() == 0
    }

    /// Appends a piece.
    pub fn push(&mut self, piece: Inline) {
        match (self.0.last_mut(), piece) {
            (_, Inline::Plain(string)) if string.is_empty() => {}
            (Some(Inline::Plain(last)), Inline::Plain(string)) => last.push_str(&string),
            (_, piece) => self.0.push(piece),
        }
    }

    /// Appends another text.
    pub fn append(&mut self, other: Self) {
        if self.0.is_empty() {
            *self = other;
            return;
        }
        other.0.into_iter().for_each(|piece| self.push(piece));
    }

    /// The text in a style.
    #[must_use]
    pub fn styled(self, style: Style) -> Self {
        Self(vec![Inline::Styled(Styled { style, text: self })])
    }

    /// The text as the number of a footnote: a link to it, and, if this is the first one, a place that it leads back to.
    fn into_footnote_link(self, number: usize, is_first: bool) -> Self {
        let mut link = Self::default();
        if is_first {
            link.push(Inline::Object(Object::Anchor { name: back_anchor(number) }));
        }
        let anchor_name = footnote_anchor(number);
        link.append(self.styled(Style::AnchorLink { anchor_name }).styled(Style::Superscript));
        link
    }

    /// Makes plain text of the links to anchors that are not `there`.
    pub(super) fn unlink(&mut self, there: &BTreeSet<String>) {
        for piece in std::mem::take(&mut self.0) {
            match piece {
                Inline::Styled(Styled { style, mut text }) => {
                    text.unlink(there);
                    match &style {
                        // A sign that leads back to another message leads nowhere.
                        Style::AnchorLink { anchor_name }
                            if !there.contains(anchor_name) && is_back_anchor(anchor_name) =>
                        {
                            *self = std::mem::take(self).trimmed_end();
                        }
                        Style::AnchorLink { anchor_name } if !there.contains(anchor_name) => {
                            self.append(text);
                        }
                        _ => self.append(text.styled(style)),
                    }
                }
                piece => self.push(piece),
            }
        }
    }

    /// Visits the name of each anchor.
    pub(super) fn each_anchor<'t>(&'t self, visit: &mut impl FnMut(&'t str)) {
        for piece in &self.0 {
            match piece {
                Inline::Object(Object::Anchor { name }) => visit(name),
                Inline::Styled(styled) => styled.text.each_anchor(visit),
                Inline::Plain(_) | Inline::Object(_) => {}
            }
        }
    }

    /// The text without white space at its end.
    pub(super) fn trimmed_end(mut self) -> Self {
        if let Some(Inline::Plain(last)) = self.0.last_mut() {
            last.truncate(last.trim_end().len());
        }
        if self.0.last().is_some_and(|last| *last == Inline::Plain(String::new())) {
            self.0.pop();
        }
        self
    }

    /// What Telegram counts: Unicode characters, those for custom emoji included.
    #[must_use]
    pub fn characters(&self) -> usize {
        let mut characters = 0;
        self.each_string(&mut |string| characters += utf16::characters(string));
        characters
    }

    /// The characters alone.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut plain = String::new();
        self.each_string(&mut |string| plain.push_str(string));
        plain
    }

    /// Visits each string, in order; of a custom emoji its alternative.
    pub fn each_string<'t>(&'t self, visit: &mut impl FnMut(&'t str)) {
        for piece in &self.0 {
            match piece {
                Inline::Plain(string) => visit(string),
                Inline::Styled(styled) => styled.text.each_string(visit),
                Inline::Object(Object::CustomEmoji { alternative_text, .. }) => {
                    visit(alternative_text);
                }
                Inline::Object(Object::Anchor { .. } | Object::Unknown) => {}
            }
        }
    }

    /// Visits each style that something is shown in, the outer before the inner.
    pub fn each_style<'t>(&'t self, visit: &mut impl FnMut(&'t Style)) {
        for piece in &self.0 {
            if let Inline::Styled(styled) = piece {
                visit(&styled.style);
                styled.text.each_style(visit);
            }
        }
    }

    /// Each style, to change it.
    pub fn each_style_mut(&mut self, visit: &mut impl FnMut(&mut Style)) {
        for piece in &mut self.0 {
            if let Inline::Styled(styled) = piece {
                visit(&mut styled.style);
                styled.text.each_style_mut(visit);
            }
        }
    }
}

impl Style {
    /// The style of an entity; `None` for one that Telegram finds by itself, and for quotes and blocks of code, which are blocks.
    #[must_use]
    pub fn of(kind: &EntityKind) -> Option<Self> {
        Some(match kind {
            EntityKind::Bold => Self::Bold,
            EntityKind::Italic => Self::Italic,
            EntityKind::Underline => Self::Underline,
            EntityKind::Strikethrough => Self::Strikethrough,
            EntityKind::Spoiler => Self::Spoiler,
            EntityKind::Marked => Self::Marked,
            EntityKind::Subscript => Self::Subscript,
            EntityKind::Superscript => Self::Superscript,
            EntityKind::Code => Self::Code,
            EntityKind::TextLink { url } => Self::Url { url: url.clone() },
            EntityKind::TextMention { user } => Self::TextMention { user: User { id: *user } },
            EntityKind::DateTime { unix_time, date_time_format } => {
                Self::DateTime { unix_time: *unix_time, date_time_format: date_time_format.clone() }
            }
            _ => return None,
        })
    }
}

impl Style {
    /// The entity that looks the same; `None` if there is none.
    #[must_use]
    pub fn entity_kind(&self) -> Option<EntityKind> {
        Some(match self {
            Self::Bold => EntityKind::Bold,
            Self::Italic => EntityKind::Italic,
            Self::Underline => EntityKind::Underline,
            Self::Strikethrough => EntityKind::Strikethrough,
            Self::Spoiler => EntityKind::Spoiler,
            Self::Marked => EntityKind::Marked,
            Self::Subscript => EntityKind::Subscript,
            Self::Superscript => EntityKind::Superscript,
            Self::Code => EntityKind::Code,
            Self::Url { url } => EntityKind::TextLink { url: url.clone() },
            Self::TextMention { user } => EntityKind::TextMention { user: user.id },
            Self::DateTime { unix_time, date_time_format } => EntityKind::DateTime {
                unix_time: *unix_time,
                date_time_format: date_time_format.clone(),
            },
            _ => return None,
        })
    }
}

/// A text in Telegram's normal form, with its styles nested.
impl From<&FormattedText> for Text {
    fn from(text: &FormattedText) -> Self {
        if text.entities.is_empty() {
            return Self::string(text.string.as_str());
        }
        let mut open = vec![Self::default()];
        for event in events(text) {
            match event {
                Event::Open(_) => open.push(Self::default()),
                Event::Text(string) => {
                    if let Some(last) = open.last_mut() {
                        last.push(Inline::Plain(string.to_owned()));
                    }
                }
                Event::Close(entity) => {
                    let Some(inner) = open.pop() else { continue };
                    let inner = match &entity.kind {
                        EntityKind::CustomEmoji { custom_emoji_id } => {
                            Self(vec![Inline::Object(Object::CustomEmoji {
                                custom_emoji_id: custom_emoji_id.clone(),
                                alternative_text: inner.plain(),
                            })])
                        }
                        EntityKind::Footnote { number, is_first } => {
                            inner.into_footnote_link(*number, *is_first)
                        }
                        kind => match Style::of(kind) {
                            Some(style) => inner.styled(style),
                            None => inner,
                        },
                    };
                    if let Some(outer) = open.last_mut() {
                        outer.append(inner);
                    }
                }
            }
        }
        open.swap_remove(0)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [] => serializer.serialize_str(""),
            [piece] => piece.serialize(serializer),
            pieces => {
                let mut array = serializer.serialize_seq(Some(pieces.len()))?;
                pieces.iter().try_for_each(|piece| array.serialize_element(piece))?;
                array.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Several(Vec<Text>),
            One(Inline),
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Several(texts) => {
                let mut text = Self::default();
                for other in texts {
                    text.append(other);
                }
                text
            }
            Form::One(piece) => {
                let mut text = Self::default();
                text.push(piece);
                text
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use telegram_text::inline;

    use super::*;

    fn of(markdown: &str) -> Text {
        Text::from(&inline::parse(markdown, &mut Vec::new()).text)
    }

    #[test]
    fn styles_are_nested_in_the_bot_apis_form() {
        for (markdown, expected) in [
            ("plain", json!("plain")),
            ("**bold**", json!({"type": "bold", "text": "bold"})),
            (
                "a **b *c***",
                json!(["a ", {"type": "bold", "text": ["b ", {"type": "italic", "text": "c"}]}]),
            ),
            (
                "[**a** b](https://example.org/)",
                json!({
                    "type": "url", "url": "https://example.org/", "text": [{"type": "bold", "text": "a"}, " b"],
                }),
            ),
            (
                "`x` __u__ ~~s~~",
                json!([
                    {"type": "code", "text": "x"}, " ", {"type": "underline", "text": "u"}, " ",
                    {"type": "strikethrough", "text": "s"},
                ]),
            ),
            (
                "![👍](tg://emoji?id=5)",
                json!({
                    "type": "custom_emoji", "custom_emoji_id": "5", "alternative_text": "👍",
                }),
            ),
        ] {
            let text = of(markdown);
            assert_eq!(serde_json::to_value(&text).unwrap(), expected, "{markdown}");
            assert_eq!(serde_json::from_value::<Text>(expected).unwrap(), text, "{markdown}");
        }
    }

    #[test]
    fn mention_of_a_user_has_the_users_id() {
        let mention = telegram_text::Entity::new(EntityKind::TextMention { user: 7 }, 0, 3);
        let text = FormattedText { string: "Ann".to_owned(), entities: vec![mention] };
        let expected = json!({"type": "text_mention", "user": {"id": 7}, "text": "Ann"});
        assert_eq!(serde_json::to_value(Text::from(&text)).unwrap(), expected);
    }

    #[test]
    fn neighbouring_strings_are_one() {
        let read = |json: Value| serde_json::from_value::<Text>(json).unwrap();
        assert_eq!(read(json!(["a", "", ["b", "c"]])), Text::string("abc"));
        assert_eq!(read(json!("")), Text::default());
        assert_eq!(read(json!([])), Text::default());
    }

    #[test]
    fn unknown_styles_and_objects_are_read() {
        let read = |json: Value| serde_json::from_value::<Text>(json).unwrap();
        let unknown =
            read(json!(["a", {"type": "glow", "level": 3, "text": "b"}, {"type": "dice"}]));
        assert_eq!(unknown.plain(), "ab");
        let found = read(json!({"type": "hashtag", "hashtag": "#a", "text": "#a"}));
        assert_eq!(found, Text::string("#a").styled(Style::Hashtag));
    }

    #[test]
    fn characters_are_counted_with_alternatives() {
        assert_eq!(of("**a** ![👍](tg://emoji?id=5)").characters(), 3);
    }
}
