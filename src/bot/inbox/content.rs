//! What a message to the bot holds that a draft keeps, read from an update. Anybody can send it; nothing here is trusted.

use serde_json::Value;
use telegram_text::FormattedText;
use telegram_text::bot_api_entity::{self, BotApiEntity};

use crate::bot::update_fields::{code_in, integer, text};
use crate::media::Kind;
use crate::message::{ButtonPress, InlineButton, InlineKeyboard, LinkPreviewOptions};

/// Characters of a `file_id` or of the id of an album. Real ones are shorter.
const ID_CHARACTERS: usize = 256;

/// Characters of a file's name that are kept.
const NAME_CHARACTERS: usize = 256;

/// What a message holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageContent {
    /// The message's id in its chat; 0 if it has none.
    pub message: i64,
    /// Whether the operator did not type it: it was forwarded, or sent through another bot.
    pub is_relayed: bool,
    /// Its text or caption.
    pub text: FormattedText,
    /// Whether the text has formatting that this version does not know.
    pub has_unknown_formatting: bool,
    /// Its file.
    pub file: Option<SentFile>,
    /// What it is, if a draft cannot hold that.
    pub unsupported: Option<Unsupported>,
    /// The album that it is an item of.
    pub album: Option<String>,
    /// Whether the caption is above the file.
    pub caption_above: bool,
    /// How the link preview looks.
    pub link_preview: Option<LinkPreviewOptions>,
    /// The buttons below it.
    pub buttons: SentButtons,
    /// The message that it replies to.
    pub reply: Option<RepliedTo>,
}

/// The buttons below a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentButtons {
    /// Those that a post can have.
    pub usable: InlineKeyboard,
    /// Whether there are others.
    pub has_others: bool,
}

/// A file that was sent to the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentFile {
    /// Its kind.
    pub kind: Kind,
    /// Its id for this bot.
    pub file_id: String,
    /// How long it is, as the update says.
    pub bytes: Option<u64>,
    /// Its name, as its sender's app reported it.
    pub name: Option<String>,
    /// The title of audio.
    pub title: Option<String>,
    /// The performer of audio.
    pub performer: Option<String>,
    /// Whether it is blurred until a reader taps it.
    pub has_spoiler: bool,
}

/// The message that another one replies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepliedTo {
    /// Its id.
    pub message: i64,
    /// The user who sent it, as far as known.
    pub from: Option<i64>,
    /// The texts that it shows as code: post ids, among others.
    pub shows: Vec<String>,
}

/// A kind of message that no post can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// A sticker.
    Sticker,
    /// A voice message.
    Voice,
    /// A round video message.
    VideoMessage,
    /// A poll.
    Poll,
    /// A place.
    Location,
    /// A contact.
    Contact,
    /// A story.
    Story,
    /// Anything else.
    Other,
}

/// The fields of messages that no post can hold, in the order in which they are looked for.
const UNSUPPORTED: [(&str, Unsupported); 14] = [
    ("sticker", Unsupported::Sticker),
    ("voice", Unsupported::Voice),
    ("video_note", Unsupported::VideoMessage),
    ("poll", Unsupported::Poll),
    ("location", Unsupported::Location),
    ("venue", Unsupported::Location),
    ("contact", Unsupported::Contact),
    ("story", Unsupported::Story),
    ("dice", Unsupported::Other),
    ("game", Unsupported::Other),
    ("paid_media", Unsupported::Other),
    ("checklist", Unsupported::Other),
    ("live_photo", Unsupported::Other),
    ("rich_message", Unsupported::Other),
];

/// Fields that mark a message as forwarded, in older and newer versions of the Bot API, or as sent through another bot.
const RELAYED: [&str; 6] = [
    "forward_origin",
    "forward_date",
    "forward_from",
    "forward_from_chat",
    "forward_sender_name",
    "via_bot",
];

impl MessageContent {
    /// Reads a message.
    pub(in crate::bot) fn read(message: &Value) -> Self {
        let has = |field: &str| message.get(field).is_some_and(|value| !value.is_null());
        let flag = |field: &str| message.get(field).and_then(Value::as_bool) == Some(true);
        let (string, list) = if has("text") {
            (text(message, "text"), "entities")
        } else {
            (text(message, "caption"), "caption_entities")
        };
        let entities = entities(message.get(list));
        let unsupported = UNSUPPORTED.iter().find(|(field, _)| has(field)).map(|(_, what)| *what);
        Self {
            message: integer(message, "message_id").unwrap_or_default(),
            is_relayed: RELAYED.iter().any(|field| has(field)),
            has_unknown_formatting: entities.is_none(),
            text: FormattedText {
                string: string.to_owned(),
                entities: entities.unwrap_or_default(),
            },
            file: file(message).filter(|_| unsupported.is_none()),
            unsupported,
            album: short(message, "media_group_id", ID_CHARACTERS),
            caption_above: flag("show_caption_above_media"),
            link_preview: message.get("link_preview_options").and_then(link_preview),
            buttons: buttons(message),
            reply: message.get("reply_to_message").and_then(replied_to),
        }
    }
}

/// The entities that a draft keeps; `None` if one of them is of an unknown kind or cannot be placed.
fn entities(list: Option<&Value>) -> Option<Vec<telegram_text::Entity>> {
    let Some(list) = list.and_then(Value::as_array) else { return Some(Vec::new()) };
    let read = bot_api_entity::read(list).ok()?;
    read.iter().map(BotApiEntity::placed).collect::<Result<_, _>>().ok()
}

fn file(message: &Value) -> Option<SentFile> {
    // An animation is in `document` as well, for old bots.
    let kinds = [Kind::Animation, Kind::Photo, Kind::Video, Kind::Audio, Kind::Document];
    let (kind, found) =
        kinds.into_iter().find_map(|kind| Some((kind, message.get(kind.name())?)))?;
    let found = match kind {
        Kind::Photo => found.as_array()?.iter().max_by_key(|size| integer(size, "width"))?,
        _ => found,
    };
    Some(SentFile {
        kind,
        file_id: short(found, "file_id", ID_CHARACTERS)?,
        bytes: found.get("file_size").and_then(Value::as_u64),
        name: short(found, "file_name", NAME_CHARACTERS),
        title: short(found, "title", NAME_CHARACTERS),
        performer: short(found, "performer", NAME_CHARACTERS),
        has_spoiler: message.get("has_media_spoiler").and_then(Value::as_bool) == Some(true)
            && kind.takes_spoiler(),
    })
}

fn short(object: &Value, field: &str, characters: usize) -> Option<String> {
    let short: String = text(object, field).chars().take(characters).collect();
    (!short.is_empty()).then_some(short)
}

fn link_preview(options: &Value) -> Option<LinkPreviewOptions> {
    let flag = |field: &str| options.get(field).and_then(Value::as_bool) == Some(true);
    let read = LinkPreviewOptions {
        is_disabled: flag("is_disabled"),
        url: Some(text(options, "url").to_owned()).filter(|url| !url.is_empty()),
        prefer_small_media: flag("prefer_small_media"),
        prefer_large_media: flag("prefer_large_media"),
        show_above_text: flag("show_above_text"),
    };
    // Telegram reports the size together with the address; alone it has no effect.
    let has_effect = read.is_disabled || read.url.is_some() || read.show_above_text;
    has_effect.then_some(read)
}

fn buttons(message: &Value) -> SentButtons {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let rows = message.pointer("/reply_markup/inline_keyboard").map(list).unwrap_or_default();
    let rows: Vec<Vec<Option<InlineButton>>> =
        rows.iter().map(|row| list(row).iter().map(button).collect()).collect();
    let has_others = rows.iter().flatten().any(Option::is_none);
    let rows = rows.into_iter().map(|row| row.into_iter().flatten().collect());
    let rows = rows.filter(|row: &Vec<InlineButton>| !row.is_empty()).collect();
    SentButtons { usable: InlineKeyboard { rows }, has_others }
}

fn button(button: &Value) -> Option<InlineButton> {
    let press = match (text(button, "url"), button.get("copy_text")) {
        ("", Some(copied)) => ButtonPress::CopyText { text: text(copied, "text").to_owned() },
        ("", None) => return None,
        (url, _) => ButtonPress::Url(url.to_owned()),
    };
    Some(InlineButton { text: text(button, "text").to_owned(), press })
}

fn replied_to(message: &Value) -> Option<RepliedTo> {
    Some(RepliedTo {
        message: integer(message, "message_id")?,
        from: message.get("from").and_then(|from| integer(from, "id")),
        shows: code_in(message),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn text_and_formatting_are_read() {
        let read = MessageContent::read(&json!({
            "message_id": 7, "text": "a b", "forward_origin": { "type": "channel" },
            "entities": [
                { "type": "bold", "offset": 0, "length": 1 },
                { "type": "url", "offset": 2, "length": 1 },
            ],
            "link_preview_options": { "is_disabled": true },
        }));
        assert_eq!((read.message, read.text.string.as_str(), read.is_relayed), (7, "a b", true));
        assert_eq!(read.text.entities.len(), 1, "Telegram finds links itself");
        assert!(read.link_preview.unwrap().is_disabled && !read.has_unknown_formatting);
        for odd in [json!({ "type": "glow" }), json!(5), json!({ "type": "bold", "offset": -1 })] {
            let read = MessageContent::read(&json!({ "text": "a", "entities": [odd] }));
            assert!(read.has_unknown_formatting);
        }
    }

    #[test]
    fn buttons_that_a_post_can_have_are_read() {
        let read = MessageContent::read(
            &json!({ "text": "a", "reply_markup": { "inline_keyboard": [
                [{ "text": "Open", "url": "https://a.b" }, { "text": "Like", "callback_data": "x" }],
                [{ "text": "Vote", "callback_data": "y" }],
                [{ "text": "Copy", "copy_text": { "text": "A1" } }],
            ]}}),
        );
        let json = json!({ "inline_keyboard": [
            [{ "text": "Open", "url": "https://a.b" }],
            [{ "text": "Copy", "copy_text": { "text": "A1" } }],
        ]});
        assert_eq!(serde_json::to_value(&read.buttons.usable).unwrap(), json);
        assert!(read.buttons.has_others);
        for odd in [json!(5), json!([5, [5, {}]]), json!({})] {
            let odd = json!({ "text": "a", "reply_markup": { "inline_keyboard": odd } });
            assert!(MessageContent::read(&odd).buttons.usable.is_empty());
        }
    }

    #[test]
    fn file_is_the_largest_photo_or_what_the_message_is() {
        let photo = json!([{ "file_id": "s", "width": 90 }, { "file_id": "l", "width": 800, "file_size": 5 }]);
        let read = MessageContent::read(&json!({
            "photo": photo, "caption": "c", "has_media_spoiler": true, "media_group_id": "9",
            "show_caption_above_media": true,
        }));
        let file = read.file.unwrap();
        assert_eq!((file.kind, file.file_id.as_str(), file.bytes), (Kind::Photo, "l", Some(5)));
        assert!(file.has_spoiler && read.caption_above);
        assert_eq!((read.album.as_deref(), read.text.string.as_str()), (Some("9"), "c"));
        let both = json!({ "animation": { "file_id": "a" }, "document": { "file_id": "a" } });
        assert_eq!(MessageContent::read(&both).file.unwrap().kind, Kind::Animation);
        let long = json!({ "document": { "file_id": "a", "file_name": "x".repeat(9_999) } });
        let name = MessageContent::read(&long).file.unwrap().name.unwrap();
        assert_eq!(name.len(), NAME_CHARACTERS);
        for (field, expected) in UNSUPPORTED {
            let read = MessageContent::read(&json!({ field: {}, "document": { "file_id": "a" } }));
            assert_eq!((read.unsupported, read.file), (Some(expected), None), "{field}");
        }
    }

    proptest! {
        #[test]
        fn no_message_causes_a_panic(string in any::<String>(), number in any::<i64>()) {
            let odd = json!({
                "message_id": number, "text": string, "photo": string, "media_group_id": number,
                "entities": [{ "type": string, "offset": number, "length": number }],
                "reply_to_message": { "message_id": string, "from": number },
            });
            let _ = MessageContent::read(&odd);
        }
    }
}
