//! Turns the parameters of a request into the content that Telegram keeps; with `method::poll` the only file that applies the normal
//! form.

use serde_json::Value;
use telegram_text::bot_api_entity::{self, BotApiEntity};
use telegram_text::{Entity, EntityKind, FormattedText, detect, html, markdown_v2, normal};

use super::keyboard::Keyboard;
use super::media::PostedMedia;
use super::message::Content;
use super::params::Params;
use super::refusal::ApiRefusal;
use crate::limits;
use crate::message::LinkPreviewOptions;

/// The text of a request, read but not yet checked against the rules for texts.
///
/// The official server reads the parameters before it looks for the chat, and TDLib checks the text after it; so a
/// request with several errors is refused for the same one here.
#[derive(Clone, Debug)]
pub(super) struct TextInput {
    string: String,
    entities: Entities,
    link_preview: Option<LinkPreviewOptions>,
    keyboard: Option<Keyboard>,
}

/// The entities of a text.
#[derive(Clone, Debug)]
enum Entities {
    Given(Vec<BotApiEntity>),
    Parsed(Vec<Entity>),
}

impl TextInput {
    /// Reads `text` with its `parse_mode` or `entities`, `link_preview_options` and the older
    /// `disable_web_page_preview`.
    pub(super) fn read(params: &Params) -> Result<Self, ApiRefusal> {
        let text = params.text("text");
        if text.is_empty() {
            return Err(ApiRefusal::TextEmpty);
        }
        if text.len() > limits::TEXT_ARGUMENT_BYTES {
            return Err(ApiRefusal::ArgumentTooLong);
        }
        let (string, entities) = parsed(params, text, "entities")?;
        let keyboard = Keyboard::read(params)?;
        Ok(Self { string, entities, link_preview: link_preview(params)?, keyboard })
    }

    /// A plain text.
    pub(super) fn of_text(text: String) -> Result<Self, ApiRefusal> {
        let mut params = Params::default();
        params.add("text".to_owned(), text);
        Self::read(&params)
    }

    /// The content, as Telegram keeps it.
    pub(super) fn into_content(self) -> Result<Content, ApiRefusal> {
        let entities = self.entities.checked()?;
        let text = FormattedText { string: self.string, entities };
        let text = normal::normal(text).map_err(ApiRefusal::Text)?;
        if text.characters() > limits::MESSAGE_CHARACTERS {
            return Err(ApiRefusal::MessageTooLong);
        }
        let text = normal::kept_by_server(text);
        if entity_bytes(&text.entities) > limits::MESSAGE_ENTITY_BYTES {
            return Err(ApiRefusal::EntitiesTooLong);
        }
        Ok(Content {
            text: detect::with_found(text),
            link_preview: self.link_preview,
            keyboard: self.keyboard,
            poll: None,
            media: None,
            rich: None,
            caption_above: false,
        })
    }
}

/// The caption of a request, read but not yet checked against the rules for captions.
#[derive(Clone, Debug)]
pub(super) struct CaptionInput {
    string: String,
    entities: Entities,
    is_above: bool,
    keyboard: Option<Keyboard>,
}

impl CaptionInput {
    /// Reads `caption` with its `parse_mode` or `caption_entities`, `show_caption_above_media` and the keyboard.
    pub(super) fn read(params: &Params) -> Result<Self, ApiRefusal> {
        let (string, entities) = parsed(params, params.text("caption"), "caption_entities")?;
        let is_above = params.flag("show_caption_above_media");
        Ok(Self { string, entities, is_above, keyboard: Keyboard::read(params)? })
    }

    /// The content with this media, as Telegram keeps it.
    pub(super) fn into_content(self, media: PostedMedia) -> Result<Content, ApiRefusal> {
        let entities = self.entities.checked()?;
        let text = FormattedText { string: self.string, entities };
        let text = if text.string.trim().is_empty() {
            FormattedText::default()
        } else {
            normal::normal(text).map_err(ApiRefusal::Text)?
        };
        // The unit is not documented; TDLib counts code points.
        if text.characters() > limits::CAPTION_UTF16 {
            return Err(ApiRefusal::Parameter("message caption is too long".to_owned()));
        }
        Ok(Content {
            text: detect::with_found(normal::kept_by_server(text)),
            link_preview: None,
            keyboard: self.keyboard,
            poll: None,
            caption_above: self.is_above && media.kind.takes_caption_above(),
            media: Some(media),
            rich: None,
        })
    }
}

/// A text with its markup or entities. Markup is parsed before anything else; with it the entities are ignored.
fn parsed(
    params: &Params,
    text: &str,
    list: &'static str,
) -> Result<(String, Entities), ApiRefusal> {
    let parsed = |text: FormattedText| (text.string, Entities::Parsed(text.entities));
    Ok(match params.text("parse_mode").to_ascii_lowercase().as_str() {
        "" | "none" => (text.to_owned(), Entities::Given(entities(params, list)?)),
        "html" => parsed(html::parse(text).map_err(ApiRefusal::Html)?),
        "markdownv2" => parsed(markdown_v2::parse(text).map_err(ApiRefusal::MarkdownV2)?),
        "markdown" => return Err(ApiRefusal::ParseMode),
        _ => return Err(ApiRefusal::Parameter("unsupported parse_mode".to_owned())),
    })
}

impl Entities {
    /// Checks the positions of the entities, and the ids of mentioned users.
    fn checked(&self) -> Result<Vec<Entity>, ApiRefusal> {
        let given = match self {
            Self::Parsed(entities) => return Ok(entities.clone()),
            Self::Given(given) => given,
        };
        let entities = given.iter().map(|given| {
            let entity = given.placed().map_err(ApiRefusal::Place)?;
            match entity.kind {
                EntityKind::TextMention { user } if user <= 0 => Err(ApiRefusal::UserNotFound),
                _ => Ok(entity),
            }
        });
        entities.collect()
    }
}

/// Bytes of `entities` as TDLib sends them to the servers: 12 for constructor, offset and length, then the strings and
/// numbers that belong to the kind, each padded to 4 (the TL language).
fn entity_bytes(entities: &[Entity]) -> usize {
    let of_string = |text: &str| {
        let prefix = if text.len() < 254 { 1 } else { 4 };
        (prefix + text.len()).next_multiple_of(4)
    };
    entities
        .iter()
        .map(|entity| {
            12 + match &entity.kind {
                EntityKind::Pre { language } => of_string(language.as_deref().unwrap_or("")),
                EntityKind::TextLink { url } => of_string(url),
                EntityKind::TextMention { .. } => 20,
                EntityKind::CustomEmoji { .. } | EntityKind::DateTime { .. } => 8,
                _ => 0,
            }
        })
        .sum()
}

/// A list of entities. The server ignores what is not a JSON array.
fn entities(params: &Params, name: &'static str) -> Result<Vec<BotApiEntity>, ApiRefusal> {
    let Ok(Some(Value::Array(list))) = params.json(name) else { return Ok(Vec::new()) };
    bot_api_entity::read(&list).map_err(ApiRefusal::Entity)
}

/// The link preview options, without those that have no effect: Telegram keeps a preferred size only together with `url`.
fn link_preview(params: &Params) -> Result<Option<LinkPreviewOptions>, ApiRefusal> {
    let mut options = match params.json("link_preview_options")? {
        None => LinkPreviewOptions {
            is_disabled: params.flag("disable_web_page_preview"),
            ..Default::default()
        },
        Some(Value::Object(fields)) => {
            let flag =
                |name: &str| fields.get(name).is_some_and(|value| value == &Value::Bool(true));
            let url = fields.get("url").and_then(Value::as_str).filter(|url| !url.is_empty());
            LinkPreviewOptions {
                is_disabled: flag("is_disabled"),
                url: url.map(str::to_owned),
                prefer_small_media: flag("prefer_small_media"),
                prefer_large_media: flag("prefer_large_media"),
                show_above_text: flag("show_above_text"),
            }
        }
        Some(_) => {
            return Err(ApiRefusal::Parameter(
                "object expected as link preview options".to_owned(),
            ));
        }
    };
    if options.is_disabled {
        options = LinkPreviewOptions { is_disabled: true, ..Default::default() };
    }
    if options.url.is_none() {
        options.prefer_small_media = false;
        options.prefer_large_media = false;
    }
    Ok(Some(options).filter(|options| *options != LinkPreviewOptions::default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn params(fields: &Value) -> Params {
        let mut params = Params::default();
        params.add_json(fields.to_string().as_bytes()).unwrap();
        params
    }

    fn content(fields: &Value) -> Result<Content, String> {
        TextInput::read(&params(fields))
            .and_then(TextInput::into_content)
            .map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn invalid_text_is_refused_in_telegrams_words() {
        let entity = |entity: Value| json!({ "text": "abc", "entities": [entity] });
        let rows = [
            (json!({}), "Bad Request: message text is empty"),
            (json!({ "text": "" }), "Bad Request: message text is empty"),
            (json!({ "text": "a".repeat(32_769) }), "Bad Request: text is too long"),
            (json!({ "text": "a".repeat(4_097) }), "Bad Request: message is too long"),
            (json!({ "text": "🎙".repeat(4_097) }), "Bad Request: message is too long"),
            (entity(json!(5)), "Bad Request: can't parse MessageEntity: expected an Object"),
            (
                entity(json!({ "type": "glow", "offset": 0, "length": 1 })),
                "Bad Request: can't parse MessageEntity: Unsupported type specified",
            ),
            (
                entity(json!({ "type": "bold", "length": 1 })),
                r#"Bad Request: can't parse MessageEntity: Can't find field "offset""#,
            ),
            (
                entity(json!({ "type": "bold", "offset": 0, "length": [] })),
                r#"Bad Request: can't parse MessageEntity: Field "length" must be a Number"#,
            ),
            (
                entity(json!({ "type": "bold", "offset": -1, "length": 1 })),
                "Bad Request: receive an entity with incorrect offset -1",
            ),
            (
                entity(json!({ "type": "bold", "offset": 0, "length": 1_000_001 })),
                "Bad Request: receive an entity with incorrect length 1000001",
            ),
            (
                entity(json!({ "type": "bold", "offset": 1_i64 << 40, "length": 1 })),
                r#"Bad Request: can't parse MessageEntity: Field "offset" must be a valid Number"#,
            ),
            (
                entity(
                    json!({ "type": "custom_emoji", "custom_emoji_id": "9999999999999999999", "offset": 0, "length": 1 }),
                ),
                r#"Bad Request: can't parse MessageEntity: Field "custom_emoji_id" must be a valid Number"#,
            ),
            (
                entity(
                    json!({ "type": "text_mention", "user": { "id": 0 }, "offset": 0, "length": 1 }),
                ),
                "Bad Request: user not found",
            ),
            (
                json!({ "text": "a", "parse_mode": "INVALID" }),
                "Bad Request: unsupported parse_mode",
            ),
            (
                json!({ "text": "a", "parse_mode": "Markdown" }),
                "Bad Request: the legacy parse_mode Markdown is not supported by the sandbox; use MarkdownV2",
            ),
            (
                entity(json!({ "type": "text_link", "offset": 0, "length": 1 })),
                r#"Bad Request: can't parse MessageEntity: Can't find field "url""#,
            ),
            (
                json!({ "text": "a", "link_preview_options": "x" }),
                "Bad Request: can't parse link_preview_options JSON object",
            ),
            (
                json!({ "text": "a", "link_preview_options": [] }),
                "Bad Request: object expected as link preview options",
            ),
        ];
        for (fields, expected) in rows {
            assert_eq!(content(&fields), Err(expected.to_owned()), "{fields}");
        }
    }

    #[test]
    fn text_at_the_limit_is_kept() {
        for text in ["a".repeat(4_096), "🎙".repeat(4_096), "я".repeat(4_096)] {
            assert_eq!(content(&json!({ "text": text })).unwrap().text.string, text);
        }
    }

    #[test]
    fn entities_that_telegram_finds_itself_are_ignored_in_requests() {
        let fields = json!({ "text": "abc", "entities": [{ "type": "bank_card_number", "offset": 0, "length": 3 }] });
        assert_eq!(content(&fields).unwrap().text, FormattedText::plain("abc"));
    }

    #[test]
    fn too_many_bytes_of_links_are_refused() {
        let url = |length: usize| format!("https://example.org/{}", "x".repeat(length));
        let linked = |length: usize| {
            let list: Vec<Value> = (0..50)
                .map(|at| json!({ "type": "text_link", "url": url(length), "offset": at * 2, "length": 1 }))
                .collect();
            json!({ "text": "a ".repeat(50), "entities": list })
        };
        assert!(content(&linked(100)).is_ok());
        assert_eq!(content(&linked(200)), Err("Bad Request: ENTITIES_TOO_LONG".to_owned()));
    }

    #[test]
    fn link_preview_keeps_only_options_with_an_effect() {
        let kept = |options: Value| {
            content(&json!({ "text": "a", "link_preview_options": options })).unwrap()
        };
        assert_eq!(kept(json!({})).link_preview, None);
        assert_eq!(kept(json!({ "prefer_large_media": true })).link_preview, None);
        let options = kept(json!({ "url": "https://example.org/", "prefer_large_media": true }))
            .link_preview
            .unwrap();
        assert!(options.prefer_large_media);
        let old = content(&json!({ "text": "a", "disable_web_page_preview": true })).unwrap();
        assert!(old.link_preview.unwrap().is_disabled);
    }
}
