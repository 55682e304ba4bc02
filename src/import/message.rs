//! One message of an export. What is malformed in it is left out; only an id and a date are required.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::Value;
use telegram_text::FormattedText;

use super::rich;
use super::text::{self, number};
use crate::media::Kind;
use crate::message::ButtonPress;
use crate::message::rich::RichMessage;

/// An entry of the list of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    /// Something that happened in the chat, such as a new title.
    Service,
    /// A message.
    Message(Box<ExportedMessage>),
    /// An entry that cannot be a post.
    Unreadable {
        /// Its id, if it has one.
        id: Option<i64>,
        /// Why, for the report.
        why: &'static str,
    },
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedMessage {
    /// Its id in the chat.
    pub id: i64,
    /// When it was sent.
    pub date: ExportedDate,
    /// When it was last edited, in seconds since 1970-01-01 UTC, or as the export has it.
    pub edited: Option<String>,
    /// The text or caption, in normal form.
    pub text: FormattedText,
    /// Its blocks, if it is a rich message; such a message has no text.
    pub rich: Option<RichMessage>,
    /// Formatting that the export does not describe.
    pub lost: Vec<String>,
    /// Its file.
    pub media: Option<ExportedMedia>,
    /// Its poll.
    pub poll: Option<ExportedPoll>,
    /// Content that no post can have, such as a sticker.
    pub other: Option<&'static str>,
    /// The rows of its buttons: the words, and what a press does if a post can have that.
    pub buttons: Vec<Vec<(String, Option<ButtonPress>)>>,
    /// The message that it replies to.
    pub reply_to: Option<ExportedReply>,
    /// Whether it was forwarded from elsewhere.
    pub is_forward: bool,
}

/// When a message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportedDate {
    /// The moment.
    At(Timestamp),
    /// The time on the clock of the computer that made the export, in an unknown zone.
    Local(DateTime),
}

/// The message that another one replies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportedReply {
    /// A message of the same chat.
    Here(i64),
    /// A message of another chat.
    Elsewhere,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedMedia {
    /// How it is shown.
    pub kind: Kind,
    /// Its path below the export's folder; `None` if the export does not include it.
    pub path: Option<String>,
    /// The file name that readers see.
    pub name: Option<String>,
    /// Whether it is blurred.
    pub spoiler: bool,
    /// The title of audio.
    pub title: Option<String>,
    /// The performer of audio.
    pub performer: Option<String>,
}

/// A poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedPoll {
    /// The question.
    pub question: String,
    /// The options.
    pub options: Vec<String>,
}

/// Keys of content that no post can have, and its name.
const OTHER: [(&str, &str); 12] = [
    ("contact_information", "contact"),
    ("live_location_period_seconds", "live location"),
    ("place_name", "venue"),
    ("location_information", "location"),
    ("game_title", "game"),
    ("invoice_information", "invoice"),
    ("giveaway_information", "giveaway"),
    ("giveaway_results", "giveaway"),
    ("paid_stars_amount", "paid media"),
    ("todo_list", "checklist"),
    ("story_id", "story"),
    ("dice", "dice"),
];

impl Exported {
    /// Reads an entry.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let id = number(value.get("id"));
        let kind = field(value, "type");
        if kind == Some("service") {
            return Self::Service;
        }
        let (id, date) = match (id, date(value)) {
            (Some(id), Some(date)) if id > 0 => (id, date),
            // A group's messages from before it became a supergroup.
            (Some(old), _) if old < 0 => {
                return Self::Unreadable { id, why: "of the group before its upgrade" };
            }
            // Such an entry has nothing but an id.
            _ if kind == Some("unsupported") => {
                return Self::Unreadable { id, why: "unsupported message" };
            }
            _ => return Self::Unreadable { id, why: "unreadable" },
        };
        let mut read = text::of_message(value);
        let rich = value.get("rich_message").map(rich::read).map(|(message, lost)| {
            read.lost.extend(lost);
            message
        });
        if field(value, "via_bot").is_some() {
            // Only that bot can edit it.
            read.lost.push("via another bot".to_owned());
        }
        let (media, unsupported) = media(value);
        let is_unsupported = kind.is_some_and(|kind| kind != "message");
        let other = OTHER.iter().find(|(key, _)| value.get(*key).is_some_and(|one| !one.is_null()));
        Self::Message(Box::new(ExportedMessage {
            id,
            date,
            edited: edited(value),
            text: read.text,
            rich,
            lost: read.lost,
            media,
            poll: value.get("poll").and_then(poll),
            other: unsupported
                .or(other.map(|(_, name)| *name))
                .or(is_unsupported.then_some("unsupported message")),
            buttons: buttons(value),
            reply_to: reply(value),
            is_forward: ["forwarded_from", "forwarded_from_id", "saved_from"]
                .iter()
                .any(|key| value.get(*key).is_some()),
        }))
    }
}

fn field<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

fn owned(value: &Value, name: &str) -> Option<String> {
    field(value, name).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn date(value: &Value) -> Option<ExportedDate> {
    if let Some(seconds) = number(value.get("date_unixtime")) {
        return Timestamp::from_second(seconds).ok().map(ExportedDate::At);
    }
    // Exports before 2021 have only this.
    field(value, "date")?.parse().ok().map(ExportedDate::Local)
}

fn edited(value: &Value) -> Option<String> {
    match number(value.get("edited_unixtime")) {
        Some(0) => None,
        Some(seconds) => Some(seconds.to_string()),
        // Old exports write the beginning of 1970 for a message that was never edited.
        None => owned(value, "edited").filter(|text| !text.starts_with("1970")),
    }
}

/// The file of a message, or the name of one that no post can have.
fn media(value: &Value) -> (Option<ExportedMedia>, Option<&'static str>) {
    let (key, kind) = match (value.get("photo"), value.get("file"), field(value, "media_type")) {
        (Some(Value::String(_)), ..) => ("photo", Kind::Photo),
        (_, Some(Value::String(_)), kind) => match kind {
            None => ("file", Kind::Document),
            Some("video_file") => ("file", Kind::Video),
            Some("animation") => ("file", Kind::Animation),
            Some("audio_file") => ("file", Kind::Audio),
            Some("sticker") => return (None, Some("sticker")),
            Some("voice_message") => return (None, Some("voice message")),
            Some("video_message") => return (None, Some("video message")),
            Some(_) => return (None, Some("unsupported file")),
        },
        _ => return (None, None),
    };
    // In place of a path the export says why there is none: "(File not included. Change data exporting settings to download.)".
    let path = owned(value, key).filter(|path| !path.starts_with('('));
    let base = path.as_deref().and_then(|path| path.rsplit('/').next()).map(str::to_owned);
    let name = owned(value, "file_name").or(base).filter(|_| kind.shows_name());
    let media = ExportedMedia {
        kind,
        path,
        name,
        spoiler: value.get("media_spoiler").and_then(Value::as_bool).unwrap_or_default(),
        title: owned(value, "title").filter(|_| kind == Kind::Audio),
        performer: owned(value, "performer").filter(|_| kind == Kind::Audio),
    };
    (Some(media), None)
}

fn poll(value: &Value) -> Option<ExportedPoll> {
    let plain = |value: &Value| text::read(value).text.string;
    let options = value.get("answers").and_then(Value::as_array)?;
    let options = options.iter().filter_map(|option| option.get("text")).map(plain).collect();
    Some(ExportedPoll { question: plain(value.get("question")?), options })
}

fn buttons(value: &Value) -> Vec<Vec<(String, Option<ButtonPress>)>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let rows = value.get("inline_bot_buttons").map(list).unwrap_or_default();
    let rows = rows.iter().map(|row| list(row).iter().map(button).collect());
    rows.filter(|row: &Vec<_>| !row.is_empty()).collect()
}

fn button(value: &Value) -> (String, Option<ButtonPress>) {
    let data = field(value, "data").unwrap_or_default().to_owned();
    let press = match field(value, "type") {
        Some("url") => Some(ButtonPress::Url(data)),
        Some("copy_text") => Some(ButtonPress::CopyText { text: data }),
        _ => None,
    };
    (field(value, "text").unwrap_or_default().to_owned(), press)
}

fn reply(value: &Value) -> Option<ExportedReply> {
    let id = number(value.get("reply_to_message_id"));
    match value.get("reply_to_peer_id") {
        Some(_) => Some(ExportedReply::Elsewhere),
        None => id.map(ExportedReply::Here),
    }
}
