//! What reaches the bot, as far as it matters; it comes from anybody and says nothing true by itself.

use jiff::Timestamp;

/// Something that reached the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A message.
    Message(TextMessage),
    /// A press of a button.
    Press(ButtonPress),
    /// The bot was put into a chat, or its rights there changed.
    Joined {
        /// Which chat.
        chat: i64,
    },
}

/// Who did it, as Telegram says.
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
    /// The update's number, by which one that comes twice is known.
    pub update: u32,
    /// Who wrote it; `None`: nobody whom Telegram names.
    pub from: Option<Sender>,
    /// In which chat.
    pub chat: i64,
    /// Whether that is a private chat.
    pub is_private: bool,
    /// Whether it is no plain message of its author's own: forwarded, edited, sent through a bot or in the name of a chat.
    pub is_second_hand: bool,
    /// When it was written.
    pub date: Timestamp,
    /// Its text; empty for anything else.
    pub text: String,
}

/// A press of a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonPress {
    /// The update's number.
    pub update: u32,
    /// What the answer names it by.
    pub query: String,
    /// Who pressed.
    pub from: Sender,
    /// The chat of the message with the button, where Telegram names it.
    pub chat: Option<i64>,
    /// Whether that is a private chat.
    pub is_private: bool,
    /// The message with the button.
    pub message: Option<i64>,
    /// What that message shows in the letters of code, which the bot itself has written: post ids, among others.
    pub shows: Vec<String>,
    /// What the button sends; anybody may send anything.
    pub data: String,
}

/// A post that somebody else made in a channel: a bot never receives its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelPost {
    /// The channel's id.
    pub chat: i64,
    /// The post's id there.
    pub message_id: i64,
    /// When it was made, by Telegram's clock.
    pub date: Timestamp,
}
