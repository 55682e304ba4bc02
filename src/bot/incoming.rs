//! What reaches the bot, read from an update of the Bot API: JSON in, our own types out. Anybody can send it; nothing here is
//! trusted.
//!
//! The fields are read one by one, not into a library's types: a new kind of message or entity leaves the rest of the update
//! readable.

use jiff::Timestamp;
use serde_json::Value;

use super::inbox::content::MessageContent;
use super::update_fields::{code_in, integer, text};
use crate::{escape, limits};

/// A message, a button press or a membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A message.
    Message(TextMessage),
    /// The press of a button.
    Press(CallbackQuery),
    /// The bot was added to a chat, or its rights there changed.
    Joined {
        /// The chat.
        chat: i64,
    },
}

/// Who sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The numeric user id.
    pub id: i64,
    /// Whether it is a bot.
    pub is_bot: bool,
    /// The name that others see.
    pub name: String,
    /// The language of the person's app.
    pub language: Option<String>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMessage {
    /// The update's number, which a repeated update has too.
    pub update: u32,
    /// The sender; `None` for a chat's own messages.
    pub from: Option<Sender>,
    /// The chat.
    pub chat: i64,
    /// Whether the chat is private.
    pub is_private: bool,
    /// Whether it was sent in the name of a chat.
    pub is_second_hand: bool,
    /// Whether it was sent before, and has now been edited.
    pub is_edited: bool,
    /// When it was written.
    pub date: Timestamp,
    /// Its text; empty for anything else.
    pub text: String,
    /// What a draft would keep of it.
    pub content: Box<MessageContent>,
}

/// The press of a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackQuery {
    /// The update's number.
    pub update: u32,
    /// The id of the press, which its answer names.
    pub query: String,
    /// Who pressed.
    pub from: Sender,
    /// The chat of the message with the button, where Telegram names it.
    pub chat: Option<i64>,
    /// Whether the chat is private.
    pub is_private: bool,
    /// The message with the button.
    pub message: Option<i64>,
    /// The texts that the message shows as code: post ids, among others. The bot wrote them.
    pub shows: Vec<String>,
    /// The button's key; anybody can send anything.
    pub data: String,
}

/// Another person's post in a channel, which a bot receives, unlike its own; or the copy of any post in the channel's
/// discussion group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelPost {
    /// The channel's id.
    pub chat: i64,
    /// The post's id there.
    pub message_id: i64,
    /// When it was posted, by Telegram's clock.
    pub date: Timestamp,
    /// Of a copy in a discussion group: the channel, and the post's id there.
    pub forward_of: Option<(i64, i64)>,
}

/// What an update holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Update {
    Chat(Incoming),
    Post(ChannelPost),
    /// Nothing that matters.
    Ignored,
}

/// The kinds of updates to ask for where operators are answered.
pub(super) const CHAT_KINDS: &[&str] =
    &["message", "edited_message", "callback_query", "my_chat_member", "channel_post"];

/// The kinds of updates to ask for without operators. The copies of posts in a discussion group are messages.
pub(super) const POST_KINDS: &[&str] = &["message", "channel_post"];

/// The field that marks a message as sent in the name of a chat.
const SECOND_HAND: &str = "sender_chat";

/// The field that marks a message as edited, unless it was edited before it was forwarded.
const EDITED: &str = "edit_date";

/// The number of an update, where it is valid.
pub(super) fn number(update: &Value) -> Option<i64> {
    let number = update.get("update_id")?.as_i64()?;
    (0..=limits::UPDATE_ID).contains(&number).then_some(number)
}

/// Reads an update. An error says what is wrong with it and quotes nothing of what people wrote.
pub(super) fn read(update: &Value) -> Result<Update, &'static str> {
    if !update.is_object() {
        return Err("it is not a JSON object");
    }
    let number = number(update).and_then(|number| u32::try_from(number).ok());
    let number = number.ok_or("it has no valid `update_id`")?;
    if let Some(message) = update.get("message") {
        if message.get("is_automatic_forward").and_then(Value::as_bool) == Some(true) {
            return automatic_forward(message).map(Update::Post);
        }
        return text_message(number, message).map(Incoming::Message).map(Update::Chat);
    }
    if let Some(message) = update.get("edited_message") {
        let message = text_message(number, message)?;
        let message = TextMessage { is_edited: true, ..message };
        return Ok(Update::Chat(Incoming::Message(message)));
    }
    if let Some(query) = update.get("callback_query") {
        return button_press(number, query).map(Incoming::Press).map(Update::Chat);
    }
    if let Some(change) = update.get("my_chat_member") {
        return joined(change);
    }
    if let Some(post) = update.get("channel_post") {
        return channel_post(post).map(Update::Post);
    }
    // It may be left from a time when another program asked for more kinds.
    Err("it is of a kind that was not asked for")
}

fn text_message(update: u32, message: &Value) -> Result<TextMessage, &'static str> {
    let chat = message.get("chat").ok_or("its message names no chat")?;
    let has = |field: &str| message.get(field).is_some_and(|value| !value.is_null());
    let content = Box::new(MessageContent::read(message));
    Ok(TextMessage {
        update,
        from: message.get("from").and_then(sender),
        chat: integer(chat, "id").ok_or("its message names no chat")?,
        is_private: is_private(chat),
        is_second_hand: has(SECOND_HAND),
        is_edited: has(EDITED) && !content.is_relayed,
        date: date(message).ok_or("its message has no date")?,
        text: text(message, "text").to_owned(),
        content,
    })
}

fn button_press(update: u32, query: &Value) -> Result<CallbackQuery, &'static str> {
    let message = query.get("message");
    let chat = message.and_then(|message| message.get("chat"));
    Ok(CallbackQuery {
        update,
        query: text(query, "id").to_owned(),
        from: query.get("from").and_then(sender).ok_or("its button press names no user")?,
        chat: chat.and_then(|chat| integer(chat, "id")),
        is_private: chat.is_some_and(is_private),
        message: message.and_then(|message| integer(message, "message_id")),
        shows: message.map(code_in).unwrap_or_default(),
        data: text(query, "data").to_owned(),
    })
}

fn joined(change: &Value) -> Result<Update, &'static str> {
    let chat = change.get("chat").and_then(|chat| integer(chat, "id"));
    let chat = chat.ok_or("its change of membership names no chat")?;
    let member = change.get("new_chat_member").ok_or("its change of membership names no member")?;
    let is_present = match text(member, "status") {
        "creator" | "administrator" | "member" => true,
        "restricted" => member.get("is_member").and_then(Value::as_bool) == Some(true),
        _ => false,
    };
    Ok(if is_present { Update::Chat(Incoming::Joined { chat }) } else { Update::Ignored })
}

fn channel_post(post: &Value) -> Result<ChannelPost, &'static str> {
    let chat = post.get("chat").and_then(|chat| integer(chat, "id"));
    let id = integer(post, "message_id").filter(|id| (1..=limits::MESSAGE_ID).contains(id));
    Ok(ChannelPost {
        chat: chat.ok_or("its channel post names no chat")?,
        message_id: id.ok_or("its channel post has no valid `message_id`")?,
        date: date(post).ok_or("its channel post has no date")?,
        forward_of: None,
    })
}

/// The copy that Telegram makes of a channel's post in the discussion group.
fn automatic_forward(message: &Value) -> Result<ChannelPost, &'static str> {
    let origin = message.get("forward_origin").ok_or("its automatic forward has no origin")?;
    let chat = origin.get("chat").and_then(|chat| integer(chat, "id"));
    let id = integer(origin, "message_id").filter(|id| (1..=limits::MESSAGE_ID).contains(id));
    let forward_of = chat.zip(id).ok_or("its automatic forward names no post")?;
    Ok(ChannelPost { forward_of: Some(forward_of), ..channel_post(message)? })
}

fn sender(user: &Value) -> Option<Sender> {
    Some(Sender {
        id: integer(user, "id")?,
        // Without the field, the sender does not count as a person.
        is_bot: user.get("is_bot").and_then(Value::as_bool) != Some(false),
        name: shown_name(text(user, "first_name")),
        language: user.get("language_code").and_then(Value::as_str).map(str::to_owned),
    })
}

/// A name that is safe in a chat, a log and a terminal: one line of limited length, without control characters.
fn shown_name(name: &str) -> String {
    let plain = name.chars().map(|one| if escape::character(one) == one { one } else { ' ' });
    let plain: String = plain.take(limits::NAME_CHARACTERS).collect();
    plain.trim().to_owned()
}

fn is_private(chat: &Value) -> bool {
    text(chat, "type") == "private"
}

fn date(message: &Value) -> Option<Timestamp> {
    Timestamp::from_second(integer(message, "date")?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn update(kind: &str, content: &Value) -> Value {
        json!({ "update_id": 7, kind: content })
    }

    #[test]
    fn message_with_unknown_fields_is_read() {
        let message = json!({
            "message_id": 3,
            "date": 1_800_000_000,
            "from": { "id": 111, "is_bot": false, "first_name": "Anna", "language_code": "ru" },
            "chat": { "id": 111, "type": "private" },
            "text": "/posts",
            "entities": [{ "type": "an entity of next year", "offset": "x" }],
            "a_field_of_next_year": [],
        });
        let Ok(Update::Chat(Incoming::Message(line))) = read(&update("message", &message)) else {
            panic!("not a line")
        };
        assert_eq!(
            (line.update, line.chat, line.is_private, line.is_second_hand),
            (7, 111, true, false)
        );
        assert_eq!((line.text.as_str(), line.date.as_second()), ("/posts", 1_800_000_000));
        let anna = line.from.unwrap();
        assert_eq!((anna.id, anna.is_bot, anna.name.as_str()), (111, false, "Anna"));
        for (kind, field, second_hand, edited) in [
            ("message", SECOND_HAND, true, false),
            ("message", EDITED, false, true),
            ("edited_message", "x", false, true),
        ] {
            let mut message = message.clone();
            message[field] = json!({});
            let Ok(Update::Chat(Incoming::Message(line))) = read(&update(kind, &message)) else {
                panic!("{field}")
            };
            assert_eq!((line.is_second_hand, line.is_edited), (second_hand, edited), "{field}");
        }
        let mut picture = message.clone();
        picture["text"] = Value::Null;
        let read = read(&update("message", &picture));
        assert!(matches!(&read, Ok(Update::Chat(Incoming::Message(line))) if line.text.is_empty()));
    }

    #[test]
    fn button_press_is_read_with_the_code_of_its_message() {
        let message = json!({
            "message_id": 9,
            "date": 1,
            "chat": { "id": 111, "type": "private" },
            "text": "🎙 a and b",
            "entities": [
                { "type": "code", "offset": 3, "length": 1 },
                { "type": "bold", "offset": 0, "length": 2 },
                { "type": "code", "offset": 9, "length": 1 },
                { "type": "code", "offset": 1, "length": 1 },
                { "type": "code", "offset": 5, "length": 100 },
                { "type": "code", "offset": -1, "length": 1 },
            ],
        });
        let from = json!({ "id": 111, "is_bot": false, "first_name": "Anna" });
        let query = json!({ "id": "q", "from": from, "message": message, "data": "ff" });
        let Ok(Update::Chat(Incoming::Press(press))) = read(&update("callback_query", &query))
        else {
            panic!("not a press")
        };
        assert_eq!((press.query.as_str(), press.data.as_str()), ("q", "ff"));
        assert_eq!((press.chat, press.is_private, press.message), (Some(111), true, Some(9)));
        assert_eq!(press.shows, ["a", "b"]);
        let bare = json!({ "id": "q", "from": from });
        let read = read(&update("callback_query", &bare));
        assert!(matches!(&read, Ok(Update::Chat(Incoming::Press(press))) if press.chat.is_none()));
    }

    #[test]
    fn only_a_new_member_has_joined() {
        for (member, expected) in [
            (json!({ "status": "administrator" }), true),
            (json!({ "status": "member" }), true),
            (json!({ "status": "restricted", "is_member": true }), true),
            (json!({ "status": "restricted", "is_member": false }), false),
            (json!({ "status": "left" }), false),
            (json!({ "status": "kicked" }), false),
        ] {
            let change = json!({ "chat": { "id": -1001 }, "new_chat_member": member });
            let joined = Update::Chat(Incoming::Joined { chat: -1001 });
            let expected = if expected { joined } else { Update::Ignored };
            assert_eq!(read(&update("my_chat_member", &change)), Ok(expected), "{member}");
        }
    }

    #[test]
    fn channel_post_is_read_and_its_edit_is_not() {
        let post = json!({ "message_id": 812, "date": 1_800_000_000, "chat": { "id": -1001 } });
        let expected = ChannelPost {
            chat: -1001,
            message_id: 812,
            date: Timestamp::from_second(1_800_000_000).unwrap(),
            forward_of: None,
        };
        assert_eq!(read(&update("channel_post", &post)), Ok(Update::Post(expected)));
        let mut copy = post.clone();
        copy["is_automatic_forward"] = json!(true);
        assert!(read(&update("message", &copy)).is_err());
        copy["forward_origin"] = json!({ "chat": { "id": -1002 }, "message_id": 7 });
        let expected = ChannelPost { forward_of: Some((-1002, 7)), ..expected };
        assert_eq!(read(&update("message", &copy)), Ok(Update::Post(expected)));
        assert!(read(&update("edited_channel_post", &post)).is_err());
    }

    #[test]
    fn name_is_one_line_of_plain_characters() {
        assert_eq!(shown_name("Anna\u{1b}[2J\n::error::\u{202e}x"), "Anna [2J ::error:: x");
        assert_eq!(shown_name(&"я".repeat(999)).chars().count(), limits::NAME_CHARACTERS);
    }

    #[test]
    fn unreadable_update_is_an_error() {
        for odd in [
            json!(null),
            json!("text"),
            json!(5),
            json!([{ "update_id": 7 }]),
            json!({}),
            json!({ "update_id": -1, "message": {} }),
            json!({ "update_id": 4_294_967_296_i64, "message": {} }),
            json!({ "update_id": u64::MAX, "message": {} }),
            json!({ "update_id": 1e300, "message": {} }),
            json!({ "update_id": "7", "message": {} }),
            update("message", &json!(5)),
            update("message", &json!({ "chat": {} })),
            update("message", &json!({ "chat": { "id": 1 }, "date": i64::MAX })),
            update("callback_query", &json!({ "from": "Anna" })),
            update("my_chat_member", &json!(null)),
            update("channel_post", &json!({ "message_id": 0, "chat": { "id": 1 }, "date": 1 })),
        ] {
            assert!(read(&odd).is_err(), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn no_entity_causes_a_panic(string in any::<String>(), offset in any::<i64>(), length in any::<i64>()) {
            let entity = json!({ "type": "code", "offset": offset, "length": length });
            let _ = code_in(&json!({ "text": string, "entities": [entity] }));
        }
    }
}
