//! Classifies the Bot API's error descriptions: flood limits (429), missing rights, a webhook and so on. Pure: it takes no action.

use super::answer::BotApiError;
use crate::outbox::{NotSentReason, Refusal, UnknownReason};

/// What an error says about the outcome of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorMeaning {
    /// Nothing was posted; a later attempt may succeed.
    Retryable(NotSentReason),
    /// Nothing was posted; the request was refused.
    Rejected(Refusal),
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
const TEXTS: &[(&str, ErrorMeaning)] = {
    use ErrorMeaning::{Deleted, Rejected, Retryable, Unknown};
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
        ("too many requests", Retryable(NotSentReason::FloodWait)),
        // Telegram's server could not download the media this time.
        ("failed to get HTTP URL content", Retryable(NotSentReason::MediaNotFetched)),
        ("WEBPAGE_CURL_FAILED", Retryable(NotSentReason::MediaNotFetched)),
        ("wrong type of the web page content", Retryable(NotSentReason::MediaNotFetched)),
        ("WEBPAGE_MEDIA_EMPTY", Retryable(NotSentReason::MediaNotFetched)),
        ("can't upload file by URL", Retryable(NotSentReason::MediaNotFetched)),
        // Telegram's server could not pass the file on to a data center.
        ("failed to upload file", Retryable(NotSentReason::MediaNotFetched)),
        (
            "wrong file_id or the file is temporarily unavailable",
            Retryable(NotSentReason::MediaNotFetched),
        ),
        // The message.
        ("message text is empty", Rejected(Content)),
        ("MESSAGE_EMPTY", Rejected(Content)),
        ("text must be non-empty", Rejected(Content)),
        ("text is too long", Rejected(Content)),
        ("message is too long", Rejected(Content)),
        ("MESSAGE_TOO_LONG", Rejected(Content)),
        ("message caption is too long", Rejected(Content)),
        ("MEDIA_CAPTION_TOO_LONG", Rejected(Content)),
        ("can't parse entities", Rejected(Content)),
        ("ENTITIES_TOO_LONG", Rejected(Content)),
        ("BUTTON_URL_INVALID", Rejected(Content)),
        ("inline keyboard button URL", Rejected(Content)),
        ("BUTTON_COPY_TEXT_INVALID", Rejected(Content)),
        ("BUTTON_DATA_INVALID", Rejected(Content)),
        ("BUTTON_INVALID", Rejected(Content)),
        ("BUTTON_TYPE_INVALID", Rejected(Content)),
        ("BUTTON_USER_INVALID", Rejected(Content)),
        ("REPLY_MARKUP_INVALID", Rejected(Content)),
        ("REPLY_MARKUP_TOO_LONG", Rejected(Content)),
        ("text buttons are unallowed in the inline keyboard", Rejected(Content)),
        ("can't parse inline keyboard button", Rejected(Content)),
        ("reply markup is too long", Rejected(Content)),
        ("object expected as reply markup", Rejected(Content)),
        ("wrong HTTP URL", Rejected(Content)),
        ("WC_CONVERT_URL_INVALID", Rejected(Content)),
        ("EXTERNAL_URL_INVALID", Rejected(Content)),
        ("wrong file identifier", Rejected(Content)),
        ("wrong remote file identifier", Rejected(Content)),
        ("wrong file id", Rejected(Content)),
        ("MEDIA_EMPTY", Rejected(Content)),
        ("PHOTO_INVALID_DIMENSIONS", Rejected(Content)),
        ("PHOTO_SAVE_FILE_INVALID", Rejected(Content)),
        ("PHOTO_CONTENT_TYPE_INVALID", Rejected(Content)),
        ("PHOTO_EXT_INVALID", Rejected(Content)),
        ("VIDEO_CONTENT_TYPE_INVALID", Rejected(Content)),
        ("VIDEO_FILE_INVALID", Rejected(Content)),
        ("MEDIA_INVALID", Rejected(Content)),
        ("MEDIA_FILE_INVALID", Rejected(Content)),
        ("IMAGE_PROCESS_FAILED", Rejected(Content)),
        ("photo has unsupported extension", Rejected(Content)),
        ("file is too big", Rejected(Content)),
        ("file of size", Rejected(Content)),
        ("file must be non-empty", Rejected(Content)),
        ("can't parse InputMedia", Rejected(Content)),
        // A rich message, or a server that is older than rich messages.
        ("can't parse InputRichMessageMedia", Rejected(Content)),
        ("can't parse InputRich", Rejected(Unsupported)),
        ("RICH_MESSAGE_TEXT_TOO_LONG", Rejected(Content)),
        ("RICH_MESSAGE_TOO_LARGE", Rejected(Content)),
        ("RICH_MESSAGE_BLOCKS_TOO_MANY", Rejected(Content)),
        ("RICH_MESSAGE_MEDIA_TOO_MANY", Rejected(Content)),
        ("RICH_MESSAGE_EMPTY", Rejected(Content)),
        ("RICH_MESSAGE_EMOJI_INVALID", Rejected(Content)),
        ("RICH_MESSAGE_CONTENT_REQUIRED", Rejected(Content)),
        ("RICH_MESSAGE_RICH_TEXT_INVALID", Rejected(Content)),
        ("RICH_MESSAGE_EMAIL_INVALID", Rejected(Content)),
        ("RICH_MESSAGE_PHOTO_NO_MEDIA_FOUND", Rejected(Content)),
        ("RICH_MESSAGE_VIDEO_NO_MEDIA_FOUND", Rejected(Content)),
        ("RICH_MESSAGE_UNSUPPORTED", Rejected(Content)),
        ("RICH_VALIDATE_CTOR_NOT_ALLOWED", Rejected(Content)),
        ("rich message", Rejected(Content)),
        ("rich text must be", Rejected(Content)),
        ("list must be", Rejected(Content)),
        ("invalid rich message file identifier", Rejected(Content)),
        ("method not found", Rejected(Unsupported)),
        ("can't use file of type", Rejected(Content)),
        ("request entity too large", Rejected(Content)),
        ("too many messages to send as an album", Rejected(Content)),
        ("too much messages to send as an album", Rejected(Content)),
        ("there are no messages to send", Rejected(Content)),
        ("can't use the media of the specified type in the album", Rejected(Content)),
        ("MEDIA_GROUPED_INVALID", Rejected(Content)),
        ("document can't be mixed with other media types", Rejected(Content)),
        ("audio can't be mixed with other media types", Rejected(Content)),
        ("parameter show_caption_above_media must be the same", Rejected(Content)),
        ("photo must be uploaded as a file", Rejected(Content)),
        ("photo should be uploaded as an InputFile", Rejected(Content)),
        ("there is no photo in the request", Rejected(Content)),
        ("there is no video in the request", Rejected(Content)),
        ("there is no animation in the request", Rejected(Content)),
        ("there is no audio in the request", Rejected(Content)),
        ("there is no document in the request", Rejected(Content)),
        ("message to be replied not found", Rejected(Content)),
        // Stopping a poll; these rows come before the one for all other texts about polls.
        ("poll has already been closed", Rejected(NotModified)),
        ("poll can't be stopped", Rejected(Immutable)),
        ("message is not a poll", Rejected(Immutable)),
        ("message with poll to stop not found", Rejected(Missing)),
        ("poll ", Rejected(Content)),
        ("non-anonymous polls can't be sent to channel chats", Rejected(Content)),
        ("unsupported parse_mode", Rejected(Content)),
        ("strings must be encoded in UTF-8", Rejected(Content)),
        // The topic. `fail_query` in `Client.cpp` checks a thread of a supergroup before it sends; the codes are those of Telegram's
        // servers.
        ("TOPIC_CLOSED", Rejected(TopicClosed)),
        ("TOPIC_DELETED", Rejected(TopicMissing)),
        ("TOPIC_ID_INVALID", Rejected(TopicMissing)),
        ("message thread not found", Rejected(TopicMissing)),
        // The channel.
        ("chat not found", Rejected(Channel)),
        ("PEER_ID_INVALID", Rejected(Channel)),
        ("CHANNEL_PRIVATE", Rejected(Channel)),
        ("bot is not a member of the", Rejected(Channel)),
        ("bot was kicked from", Rejected(Channel)),
        ("bot was blocked by the user", Rejected(Channel)),
        ("bot can't initiate conversation with a user", Rejected(Channel)),
        ("bot can't send messages to bots", Rejected(Channel)),
        ("need administrator rights in the", Rejected(Channel)),
        ("CHAT_ADMIN_REQUIRED", Rejected(Channel)),
        ("CHAT_WRITE_FORBIDDEN", Rejected(Channel)),
        ("CHAT_SEND_PLAIN_FORBIDDEN", Rejected(Channel)),
        ("CHAT_RESTRICTED", Rejected(Channel)),
        ("CHANNEL_INVALID", Rejected(Channel)),
        ("have no write access to the chat", Rejected(Channel)),
        ("not enough rights", Rejected(Channel)),
        ("method is available", Rejected(Channel)),
        ("group chat was upgraded to a supergroup chat", Rejected(Channel)),
        ("the group chat was deleted", Rejected(Channel)),
        ("group is deactivated", Rejected(Channel)),
        ("user is deactivated", Rejected(Channel)),
        // The bot.
        ("invalid token specified", Rejected(BotWide)),
        ("unallowed token specified", Rejected(BotWide)),
        ("logged out", Rejected(BotWide)),
        // Edits, pins and deletions.
        ("message is not modified", Rejected(NotModified)),
        ("MESSAGE_NOT_MODIFIED", Rejected(NotModified)),
        ("CHAT_NOT_MODIFIED", Rejected(NotModified)),
        ("message to pin not found", Rejected(Missing)),
        ("message to unpin not found", Rejected(Missing)),
        ("message to edit not found", Rejected(Missing)),
        ("MESSAGE_ID_INVALID", Rejected(Missing)),
        ("message can't be edited", Rejected(Immutable)),
        ("there is no text in the message to edit", Rejected(Immutable)),
        ("there is no caption in the message to edit", Rejected(Immutable)),
        ("there is no media in the message to edit", Rejected(Immutable)),
        ("can't change media type in the album", Rejected(Immutable)),
        ("message content type can't be used in an album", Rejected(Immutable)),
        ("message to delete not found", Rejected(Missing)),
        ("message can't be deleted", Rejected(Immutable)),
        // Reading back.
        ("message to forward not found", Rejected(ForwardMissing)),
        ("messages to forward not found", Rejected(ForwardMissing)),
        ("message to copy not found", Rejected(ForwardMissing)),
        ("message has protected content and can't be forwarded", Rejected(NotForwardable)),
        ("the message can't be forwarded", Rejected(NotForwardable)),
        ("the message can't be copied", Rejected(NotForwardable)),
        // Updates.
        ("terminated by other getUpdates request", Rejected(OtherPoller)),
        ("can't use getUpdates method while webhook is active", Rejected(Webhook)),
        ("terminated by setWebhook request", Rejected(Webhook)),
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
pub fn meaning(refused: &BotApiError) -> ErrorMeaning {
    let description = refused.description.as_str();
    let (named, text) = split_prefix(description);
    let status = refused.code.or(named);
    let is_server_error = status.is_some_and(|status| status >= 500);
    if let Some(inner) = quoted(text).filter(|_| !is_server_error) {
        return of_album(inner);
    }
    let listed = lookup(text).or_else(|| lookup(description));

    if let Some(certain @ (ErrorMeaning::Deleted | ErrorMeaning::Unknown(_))) = listed {
        return certain;
    }
    if status.is_some_and(|status| status >= 500) || named.is_some_and(|status| status >= 500) {
        return ErrorMeaning::Unknown(UnknownReason::ServerError);
    }
    if status == Some(429) {
        return ErrorMeaning::Retryable(NotSentReason::FloodWait);
    }
    if let Some(to) = refused.migrate_to {
        return ErrorMeaning::Rejected(Refusal::Upgraded { to });
    }
    if let Some(listed) = listed {
        return listed;
    }
    match status {
        Some(400) => ErrorMeaning::Rejected(Refusal::Unlisted),
        Some(401 | 404 | 421) => ErrorMeaning::Rejected(Refusal::BotWide),
        Some(413) => ErrorMeaning::Rejected(Refusal::Content),
        None if refused.retry_after.is_some() => ErrorMeaning::Retryable(NotSentReason::FloodWait),
        _ => ErrorMeaning::Unknown(UnknownReason::UnlistedRefusal),
    }
}

/// Whether a request was refused because of a `file_id`, so that nothing was posted.
pub(super) fn is_about_file_id(refused: &BotApiError) -> bool {
    let is_certain = matches!(
        meaning(refused),
        ErrorMeaning::Rejected(Refusal::Content)
            | ErrorMeaning::Retryable(NotSentReason::MediaNotFetched)
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
fn of_album(inner: &str) -> ErrorMeaning {
    let partly = ErrorMeaning::Unknown(UnknownReason::PartlyRefused);
    let is_limit = inner.to_ascii_lowercase().contains("too many requests");
    match lookup(inner) {
        Some(
            listed @ (ErrorMeaning::Rejected(Refusal::Content)
            | ErrorMeaning::Retryable(NotSentReason::MediaNotFetched)),
        ) if !is_limit => listed,
        Some(ErrorMeaning::Rejected(refusal)) if refusal.is_of_channel() && !is_limit => {
            ErrorMeaning::Rejected(refusal)
        }
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

fn lookup(text: &str) -> Option<ErrorMeaning> {
    let matches = |row: &&(&str, ErrorMeaning)| {
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
