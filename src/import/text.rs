//! The text of an exported message, in Telegram's normal form.
//!
//! The export writes a text as a list of pieces, each with at most one kind of formatting.

use serde_json::Value;
use telegram_text::utf16::IncrementalLen;
use telegram_text::{Entity, EntityKind, FormattedText, normal};

/// A text, and the kinds of formatting that the export names but does not describe completely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ImportedText {
    pub(super) text: FormattedText,
    pub(super) lost: Vec<String>,
}

/// Reads the `text_entities` of a message, or its `text` in exports that have only that.
pub(super) fn of_message(message: &Value) -> ImportedText {
    match message.get("text_entities") {
        Some(pieces @ Value::Array(list)) if !list.is_empty() => read(pieces),
        _ => message.get("text").map(read).unwrap_or_default(),
    }
}

/// Reads a string, or a list of strings and of objects with a type and a text.
pub(super) fn read(value: &Value) -> ImportedText {
    let pieces = match value {
        Value::Array(pieces) => pieces.as_slice(),
        other => std::slice::from_ref(other),
    };
    let mut found = ImportedText::default();
    let mut utf16 = IncrementalLen::default();
    for piece in pieces {
        let string = piece.as_str().or_else(|| field(piece, "text")).unwrap_or_default();
        let start = utf16.len(&found.text.string);
        found.text.string.push_str(string);
        let length = utf16.len(&found.text.string) - start;
        match kind(piece) {
            Ok(Some(kind)) if length > 0 => {
                found.text.entities.push(Entity::new(kind, start, length));
            }
            Ok(_) => {}
            Err(lost) => found.record_loss(lost),
        }
    }
    found.normalized()
}

fn field<'v>(piece: &'v Value, name: &str) -> Option<&'v str> {
    piece.get(name).and_then(Value::as_str)
}

/// The formatting of a piece.
///
/// # Errors
/// The name of a kind that cannot be read from the export.
fn kind(piece: &Value) -> Result<Option<EntityKind>, &str> {
    let Some(name) = field(piece, "type") else { return Ok(None) };
    Ok(Some(match name {
        "bold" => EntityKind::Bold,
        "italic" => EntityKind::Italic,
        "underline" => EntityKind::Underline,
        "strikethrough" => EntityKind::Strikethrough,
        "spoiler" => EntityKind::Spoiler,
        "code" => EntityKind::Code,
        "pre" => EntityKind::Pre {
            language: field(piece, "language").filter(|name| !name.is_empty()).map(str::to_owned),
        },
        "blockquote" => match piece.get("collapsed") {
            None | Some(Value::Null | Value::Bool(false)) => EntityKind::Blockquote,
            Some(_) => EntityKind::ExpandableBlockquote,
        },
        "text_link" => EntityKind::TextLink { url: field(piece, "href").ok_or(name)?.to_owned() },
        "mention_name" => {
            EntityKind::TextMention { user: number(piece.get("user_id")).ok_or(name)? }
        }
        // Without the id the export has the path of a picture here.
        "custom_emoji" => {
            let id = number(piece.get("document_id")).ok_or(name)?;
            EntityKind::CustomEmoji { custom_emoji_id: id.to_string() }
        }
        // Telegram finds these in the text by itself.
        "plain" | "mention" | "hashtag" | "cashtag" | "bot_command" | "link" | "email"
        | "phone" | "bank_card" => return Ok(None),
        other => return Err(other),
    }))
}

/// A number, which the export may write as a string.
pub(super) fn number(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.strip_prefix("user").unwrap_or(text).parse().ok(),
        _ => None,
    }
}

impl ImportedText {
    fn record_loss(&mut self, kind: &str) {
        if !self.lost.iter().any(|lost| lost == kind) {
            self.lost.push(kind.to_owned());
        }
    }

    fn normalized(mut self) -> Self {
        if self.text.string.is_empty() {
            return Self { text: FormattedText::default(), ..self };
        }
        Entity::sort(&mut self.text.entities);
        if let Ok(text) = normal::normal(self.text.clone()) {
            return Self { text, ..self };
        }
        // Telegram would refuse an entity, such as a link of a kind that it no longer accepts.
        for entity in std::mem::take(&mut self.text.entities) {
            let alone = FormattedText { entities: vec![entity.clone()], ..self.text.clone() };
            match normal::normal(alone) {
                Ok(_) => self.text.entities.push(entity),
                Err(_) => self.record_loss(entity.kind.name()),
            }
        }
        let text = normal::normal(self.text).unwrap_or_default();
        Self { text, lost: self.lost }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(value: &Value) -> (String, Vec<(String, usize, usize)>, Vec<String>) {
        let ImportedText { text, lost } = read(value);
        let entities = text.entities.iter();
        let entities = entities.map(|one| (one.kind.name().to_owned(), one.offset, one.length));
        (text.string, entities.collect(), lost)
    }

    #[test]
    fn text_is_a_string_or_a_list_of_pieces() {
        let all = [
            ("bold", "bold"),
            ("italic", "italic"),
            ("underline", "underline"),
            ("strikethrough", "strikethrough"),
            ("spoiler", "spoiler"),
            ("code", "code"),
            ("pre", "pre"),
            ("blockquote", "blockquote"),
        ];
        for (exported, kind) in all {
            let value = json!(["🎙 ", { "type": exported, "text": "a" }, " z"]);
            let expected = vec![(kind.to_owned(), 3, 1)];
            assert_eq!(shown(&value), ("🎙 a z".to_owned(), expected, Vec::new()), "{exported}");
        }
        let found = ["plain", "mention", "hashtag", "link", "email", "phone", "bank_card"];
        for exported in found {
            let value = json!([{ "type": exported, "text": "@a #b" }]);
            assert_eq!(shown(&value), ("@a #b".to_owned(), Vec::new(), Vec::new()), "{exported}");
        }
        assert_eq!(shown(&json!("plain")).0, "plain");
        assert_eq!(shown(&json!([])).0, "");
        assert_eq!(shown(&json!(null)).0, "");
    }

    #[test]
    fn pieces_with_fields_of_their_own_keep_them() {
        let value = json!([
            { "type": "text_link", "text": "a", "href": "https://example.org/x" },
            { "type": "pre", "text": "b", "language": "rust" },
            { "type": "blockquote", "text": "c", "collapsed": true },
            { "type": "mention_name", "text": "d", "user_id": 7 },
            { "type": "custom_emoji", "text": "👍", "document_id": "5368324170671202286" },
        ]);
        let ImportedText { text, lost } = read(&value);
        let kinds: Vec<_> = text.entities.into_iter().map(|entity| entity.kind).collect();
        assert_eq!(
            kinds,
            [
                EntityKind::TextLink { url: "https://example.org/x".to_owned() },
                EntityKind::Pre { language: Some("rust".to_owned()) },
                EntityKind::ExpandableBlockquote,
                EntityKind::TextMention { user: 7 },
                EntityKind::CustomEmoji { custom_emoji_id: "5368324170671202286".to_owned() },
            ]
        );
        assert_eq!(lost, [""; 0]);
    }

    #[test]
    fn formatting_that_cannot_be_read_is_named() {
        let value = json!([
            { "type": "custom_emoji", "text": "👍", "document_id": "stickers/1.webp" },
            { "type": "text_link", "text": "a", "href": "javascript:alert(1)" },
            { "type": "hologram", "text": "b" },
            { "type": "mention_name", "text": "c" },
        ]);
        let (text, entities, lost) = shown(&value);
        assert_eq!((text.as_str(), entities.len()), ("👍abc", 0));
        assert_eq!(lost, ["custom_emoji", "hologram", "mention_name", "text_link"]);
    }
}
