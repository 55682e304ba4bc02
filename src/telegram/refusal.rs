//! Classifies the Bot API's error descriptions. Pure: it takes no action.

use super::answer::Refused;
use crate::outbox::{NotSentReason, Refusal, UnknownReason};

/// What an error says about the outcome of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing was posted; a later attempt may succeed.
    Later(NotSentReason),
    /// Nothing was posted; the request was refused.
    No(Refusal),
    /// The message was posted and deleted at once.
    Deleted,
    /// The message may or may not have been posted.
    Unknown(UnknownReason),
}

/// Descriptions without the prefix that names the status; the first matching row counts. A row matches a description that starts
/// with its text, ignoring case; an error code in capitals must match as a whole word.
///
/// Sources: `fail_query_with_error` and `on_message_send_failed` in the Bot API server's `Client.cpp`, TDLib's error
/// texts, and reports by operators of bots.
const TEXTS: &[(&str, Meaning)] = {
    use Meaning::{Deleted, Later, No, Unknown};
    use Refusal::{
        BotWide, Channel, Content, ForwardMissing, Immutable, Missing, NotForwardable, NotModified,
        OtherPoller, TopicClosed, TopicMissing, Unsupported, Webhook,
    };
    use UnknownReason::PartlyRefused;
    &[
        // The items of an album had different outcomes: these rows come first.
        ("group send failed", Unknown(PartlyRefused)),
        ("message was not sent", Unknown(PartlyRefused)),
        ("message send failed", Unknown(PartlyRefused)),
        ("sent message was immediately deleted", Deleted),
        ("too many requests", Later(NotSentReason::FloodWait)),
        // Telegram's server could not download the media this time.
        ("failed to get HTTP URL content", Later(NotSentReason::MediaNotFetched)),
        ("WEBPAGE_CURL_FAILED", Later(NotSentReason::MediaNotFetched)),
        ("wrong type of the web page content", Later(NotSentReason::MediaNotFetched)),
        ("WEBPAGE_MEDIA_EMPTY", Later(NotSentReason::MediaNotFetched)),
        ("can't upload file by URL", Later(NotSentReason::MediaNotFetched)),
        // Telegram's server could not pass the file on to a data center.
        ("failed to upload file", Later(NotSentReason::MediaNotFetched)),
        (
            "wrong file_id or the file is temporarily unavailable",
            Later(NotSentReason::MediaNotFetched),
        ),
        // The message.
        ("message text is empty", No(Content)),
        ("MESSAGE_EMPTY", No(Content)),
        ("text must be non-empty", No(Content)),
        ("text is too long", No(Content)),
        ("message is too long", No(Content)),
        ("MESSAGE_TOO_LONG", No(Content)),
        ("message caption is too long", No(Content)),
        ("MEDIA_CAPTION_TOO_LONG", No(Content)),
        ("can't parse entities", No(Content)),
        ("ENTITIES_TOO_LONG", No(Content)),
        ("BUTTON_URL_INVALID", No(Content)),
        ("inline keyboard button URL", No(Content)),
        ("BUTTON_COPY_TEXT_INVALID", No(Content)),
        ("BUTTON_DATA_INVALID", No(Content)),
        ("BUTTON_INVALID", No(Content)),
        ("BUTTON_TYPE_INVALID", No(Content)),
        ("BUTTON_USER_INVALID", No(Content)),
        ("REPLY_MARKUP_INVALID", No(Content)),
        ("REPLY_MARKUP_TOO_LONG", No(Content)),
        ("text buttons are unallowed in the inline keyboard", No(Content)),
        ("can't parse inline keyboard button", No(Content)),
        ("reply markup is too long", No(Content)),
        ("object expected as reply markup", No(Content)),
        ("wrong HTTP URL", No(Content)),
        ("WC_CONVERT_URL_INVALID", No(Content)),
        ("EXTERNAL_URL_INVALID", No(Content)),
        ("wrong file identifier", No(Content)),
        ("wrong remote file identifier", No(Content)),
        ("wrong file id", No(Content)),
        ("MEDIA_EMPTY", No(Content)),
        ("PHOTO_INVALID_DIMENSIONS", No(Content)),
        ("PHOTO_SAVE_FILE_INVALID", No(Content)),
        ("PHOTO_CONTENT_TYPE_INVALID", No(Content)),
        ("PHOTO_EXT_INVALID", No(Content)),
        ("VIDEO_CONTENT_TYPE_INVALID", No(Content)),
        ("VIDEO_FILE_INVALID", No(Content)),
        ("MEDIA_INVALID", No(Content)),
        ("MEDIA_FILE_INVALID", No(Content)),
        ("IMAGE_PROCESS_FAILED", No(Content)),
        ("photo has unsupported extension", No(Content)),
        ("file is too big", No(Content)),
        ("file of size", No(Content)),
        ("file must be non-empty", No(Content)),
        ("can't parse InputMedia", No(Content)),
        // A rich message, or a server that is older than rich messages.
        ("can't parse InputRichMessageMedia", No(Content)),
        ("can't parse InputRich", No(Unsupported)),
        ("RICH_MESSAGE_TEXT_TOO_LONG", No(Content)),
        ("RICH_MESSAGE_TOO_LARGE", No(Content)),
        ("RICH_MESSAGE_BLOCKS_TOO_MANY", No(Content)),
        ("RICH_MESSAGE_MEDIA_TOO_MANY", No(Content)),
        ("RICH_MESSAGE_EMPTY", No(Content)),
        ("RICH_MESSAGE_EMOJI_INVALID", No(Content)),
        ("RICH_MESSAGE_CONTENT_REQUIRED", No(Content)),
        ("RICH_MESSAGE_RICH_TEXT_INVALID", No(Content)),
        ("RICH_MESSAGE_EMAIL_INVALID", No(Content)),
        ("RICH_MESSAGE_PHOTO_NO_MEDIA_FOUND", No(Content)),
        ("RICH_MESSAGE_VIDEO_NO_MEDIA_FOUND", No(Content)),
        ("RICH_MESSAGE_UNSUPPORTED", No(Content)),
        ("RICH_VALIDATE_CTOR_NOT_ALLOWED", No(Content)),
        ("rich message", No(Content)),
        ("rich text must be", No(Content)),
        ("list must be", No(Content)),
        ("invalid rich message file identifier", No(Content)),
        ("method not found", No(Unsupported)),
        ("can't use file of type", No(Content)),
        ("request entity too large", No(Content)),
        ("too many messages to send as an album", No(Content)),
        ("too much messages to send as an album", No(Content)),
        ("there are no messages to send", No(Content)),
        ("can't use the media of the specified type in the album", No(Content)),
        ("MEDIA_GROUPED_INVALID", No(Content)),
        ("document can't be mixed with other media types", No(Content)),
        ("audio can't be mixed with other media types", No(Content)),
        ("parameter show_caption_above_media must be the same", No(Content)),
        ("photo must be uploaded as a file", No(Content)),
        ("photo should be uploaded as an InputFile", No(Content)),
        ("there is no photo in the request", No(Content)),
        ("there is no video in the request", No(Content)),
        ("there is no animation in the request", No(Content)),
        ("there is no audio in the request", No(Content)),
        ("there is no document in the request", No(Content)),
        ("message to be replied not found", No(Content)),
        // Stopping a poll; these rows come before the one for all other texts about polls.
        ("poll has already been closed", No(NotModified)),
        ("poll can't be stopped", No(Immutable)),
        ("message is not a poll", No(Immutable)),
        ("message with poll to stop not found", No(Missing)),
        ("poll ", No(Content)),
        ("non-anonymous polls can't be sent to channel chats", No(Content)),
        ("unsupported parse_mode", No(Content)),
        ("strings must be encoded in UTF-8", No(Content)),
        // The topic. `fail_query` in `Client.cpp` checks a thread of a supergroup before it sends; the codes are those of Telegram's
        // servers.
        ("TOPIC_CLOSED", No(TopicClosed)),
        ("TOPIC_DELETED", No(TopicMissing)),
        ("TOPIC_ID_INVALID", No(TopicMissing)),
        ("message thread not found", No(TopicMissing)),
        // The channel.
        ("chat not found", No(Channel)),
        ("PEER_ID_INVALID", No(Channel)),
        ("CHANNEL_PRIVATE", No(Channel)),
        ("bot is not a member of the", No(Channel)),
        ("bot was kicked from", No(Channel)),
        ("bot was blocked by the user", No(Channel)),
        ("bot can't initiate conversation with a user", No(Channel)),
        ("bot can't send messages to bots", No(Channel)),
        ("need administrator rights in the", No(Channel)),
        ("CHAT_ADMIN_REQUIRED", No(Channel)),
        ("CHAT_WRITE_FORBIDDEN", No(Channel)),
        ("CHAT_SEND_PLAIN_FORBIDDEN", No(Channel)),
        ("CHAT_RESTRICTED", No(Channel)),
        ("CHANNEL_INVALID", No(Channel)),
        ("have no write access to the chat", No(Channel)),
        ("not enough rights", No(Channel)),
        ("method is available", No(Channel)),
        ("group chat was upgraded to a supergroup chat", No(Channel)),
        ("the group chat was deleted", No(Channel)),
        ("group is deactivated", No(Channel)),
        ("user is deactivated", No(Channel)),
        // The bot.
        ("invalid token specified", No(BotWide)),
        ("unallowed token specified", No(BotWide)),
        ("logged out", No(BotWide)),
        // Edits, pins and deletions.
        ("message is not modified", No(NotModified)),
        ("MESSAGE_NOT_MODIFIED", No(NotModified)),
        ("CHAT_NOT_MODIFIED", No(NotModified)),
        ("message to pin not found", No(Missing)),
        ("message to unpin not found", No(Missing)),
        ("message to edit not found", No(Missing)),
        ("MESSAGE_ID_INVALID", No(Missing)),
        ("message can't be edited", No(Immutable)),
        ("there is no text in the message to edit", No(Immutable)),
        ("there is no caption in the message to edit", No(Immutable)),
        ("there is no media in the message to edit", No(Immutable)),
        ("can't change media type in the album", No(Immutable)),
        ("message content type can't be used in an album", No(Immutable)),
        ("message to delete not found", No(Missing)),
        ("message can't be deleted", No(Immutable)),
        // Reading back.
        ("message to forward not found", No(ForwardMissing)),
        ("messages to forward not found", No(ForwardMissing)),
        ("message to copy not found", No(ForwardMissing)),
        ("message has protected content and can't be forwarded", No(NotForwardable)),
        ("the message can't be forwarded", No(NotForwardable)),
        ("the message can't be copied", No(NotForwardable)),
        // Updates.
        ("terminated by other getUpdates request", No(OtherPoller)),
        ("can't use getUpdates method while webhook is active", No(Webhook)),
        ("terminated by setWebhook request", No(Webhook)),
    ]
};

/// Refusals of a `file_id`: it is not valid any more, or belongs to a file of another kind. The file can be uploaded again.
const FILE_ID_TEXTS: [&str; 6] = [
    "wrong file identifier",
    "wrong remote file identifier",
    "wrong file id",
    "wrong file_id",
    "MEDIA_EMPTY",
    "can't use file of type",
];

/// The prefixes that name a status. The Bot API server writes the first five before its descriptions; a reverse proxy may answer
/// with only one of the others.
const PREFIXES: &[(&str, u16)] = &[
    ("bad request", 400),
    ("unauthorized", 401),
    ("forbidden", 403),
    ("too many requests", 429),
    ("internal server error", 500),
    ("conflict", 409),
    ("not found", 404),
    ("request entity too large", 413),
    ("misdirected request", 421),
    ("bad gateway", 502),
    ("service unavailable", 503),
    ("gateway timeout", 504),
    ("gateway time-out", 504),
];

/// Classifies a refusal. An unlisted error counts as a refusal if its status says that the request was rejected before it was
/// carried out, and as unknown otherwise.
#[must_use]
pub fn meaning(refused: &Refused) -> Meaning {
    let description = refused.description.as_str();
    let (named, text) = split_prefix(description);
    let status = refused.code.or(named);
    let is_server_error = status.is_some_and(|status| status >= 500);
    if let Some(inner) = quoted(text).filter(|_| !is_server_error) {
        return of_album(inner);
    }
    let listed = lookup(text).or_else(|| lookup(description));

    if let Some(certain @ (Meaning::Deleted | Meaning::Unknown(_))) = listed {
        return certain;
    }
    if status.is_some_and(|status| status >= 500) || named.is_some_and(|status| status >= 500) {
        return Meaning::Unknown(UnknownReason::ServerError);
    }
    if status == Some(429) {
        return Meaning::Later(NotSentReason::FloodWait);
    }
    if let Some(to) = refused.migrate_to {
        return Meaning::No(Refusal::Upgraded { to });
    }
    if let Some(listed) = listed {
        return listed;
    }
    match status {
        Some(400) => Meaning::No(Refusal::Unlisted),
        Some(401 | 404 | 421) => Meaning::No(Refusal::BotWide),
        Some(413) => Meaning::No(Refusal::Content),
        None if refused.retry_after.is_some() => Meaning::Later(NotSentReason::FloodWait),
        _ => Meaning::Unknown(UnknownReason::UnlistedRefusal),
    }
}

/// Whether a request was refused because of a `file_id`, so that nothing was posted.
pub(super) fn is_about_file_id(refused: &Refused) -> bool {
    let is_certain = matches!(
        meaning(refused),
        Meaning::No(Refusal::Content) | Meaning::Later(NotSentReason::MediaNotFetched)
    );
    let (_, text) = split_prefix(refused.description.as_str());
    let text = quoted(text).unwrap_or(text);
    is_certain && FILE_ID_TEXTS.iter().any(|start| strip_start(text, start).is_some())
}

/// The error of one message that Telegram quotes when it refuses an album or several forwards: `Failed to send message #2 with the
/// error message "PHOTO_INVALID_DIMENSIONS"`.
fn quoted(text: &str) -> Option<&str> {
    let rest = strip_start(text, "failed to send message #")?;
    Some(rest.split_once('"').map_or("", |(_, quoted)| quoted.trim_end_matches('"')))
}

/// What a quoted error says about all messages of an album.
///
/// The server first uploads and checks every file, and then posts all messages with one call. So an error about a file means that
/// nothing was posted, whichever message it names. Only the call itself can post some messages and not others; its errors, and
/// those that are not listed, leave the outcome open. A limit of requests may be reported by either.
fn of_album(inner: &str) -> Meaning {
    let partly = Meaning::Unknown(UnknownReason::PartlyRefused);
    let is_limit = inner.to_ascii_lowercase().contains("too many requests");
    match lookup(inner) {
        Some(
            listed @ (Meaning::No(Refusal::Content)
            | Meaning::Later(NotSentReason::MediaNotFetched)),
        ) if !is_limit => listed,
        Some(Meaning::No(refusal)) if refusal.is_of_channel() && !is_limit => Meaning::No(refusal),
        _ => partly,
    }
}

/// The status that a description's prefix names, and the text after the prefix.
fn split_prefix(description: &str) -> (Option<u16>, &str) {
    for (prefix, status) in PREFIXES {
        if let Some(rest) = strip_start(description, prefix) {
            if rest.is_empty() {
                return (Some(*status), rest);
            }
            if let Some(text) = rest.strip_prefix(':') {
                return (Some(*status), text.trim_start());
            }
        }
    }
    (None, description)
}

fn lookup(text: &str) -> Option<Meaning> {
    let matches = |row: &&(&str, Meaning)| {
        let is_code = !row.0.contains(|c: char| c.is_ascii_lowercase());
        strip_start(text, row.0).is_some_and(|rest| {
            !is_code || !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
        })
    };
    TEXTS.iter().find(matches).map(|(_, meaning)| *meaning)
}

/// The rest of `text` after `start`, ignoring ASCII case.
fn strip_start<'text>(text: &'text str, start: &str) -> Option<&'text str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

#[cfg(test)]
mod tests;
