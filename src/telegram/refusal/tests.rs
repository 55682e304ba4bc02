use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::telegram::description::Description;

use ErrorMeaning::{Deleted, Rejected, Retryable, Unknown};
use Refusal::{
    BotWide, Channel, Content, ForwardMissing, Immutable, Missing, NotForwardable, NotModified,
    OtherPoller, TopicClosed, TopicMissing, Unlisted, Unsupported, Webhook,
};
use UnknownReason::{PartlyRefused, ServerError, UnlistedRefusal};

const WAIT: ErrorMeaning = Retryable(NotSentReason::FloodWait);
const FETCH: ErrorMeaning = Retryable(NotSentReason::MediaNotFetched);

/// The status, the whole description as the Bot API server writes it, and its classification.
const ROWS: &[(u16, &str, ErrorMeaning)] = &[
    // Sent, then deleted.
    (
        500,
        "Internal Server Error: sent message was immediately deleted and can't be returned",
        Deleted,
    ),
    // Not sent, wait.
    (429, "Too Many Requests: retry after 7", WAIT),
    (429, "Too Many Requests", WAIT),
    (400, "Bad Request: failed to get HTTP URL content", FETCH),
    (400, "Bad Request: WEBPAGE_CURL_FAILED", FETCH),
    (400, "Bad Request: wrong type of the web page content", FETCH),
    (400, "Bad Request: WEBPAGE_MEDIA_EMPTY", FETCH),
    (400, "Bad Request: can't upload file by URL", FETCH),
    (400, "Bad Request: wrong file_id or the file is temporarily unavailable", FETCH),
    (400, "Bad Request: failed to upload file", FETCH),
    // The message.
    (400, "Bad Request: message text is empty", Rejected(Content)),
    (400, "Bad Request: text must be non-empty", Rejected(Content)),
    (400, "Bad Request: message is too long", Rejected(Content)),
    (400, "Bad Request: message caption is too long", Rejected(Content)),
    (
        400,
        "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0",
        Rejected(Content),
    ),
    (400, "Bad Request: ENTITIES_TOO_LONG", Rejected(Content)),
    (400, "Bad Request: BUTTON_URL_INVALID", Rejected(Content)),
    (400, "Bad Request: BUTTON_COPY_TEXT_INVALID", Rejected(Content)),
    (400, "Bad Request: BUTTON_DATA_INVALID", Rejected(Content)),
    (400, "Bad Request: BUTTON_INVALID", Rejected(Content)),
    (400, "Bad Request: BUTTON_TYPE_INVALID", Rejected(Content)),
    (400, "Bad Request: BUTTON_USER_INVALID", Rejected(Content)),
    (400, "Bad Request: REPLY_MARKUP_INVALID", Rejected(Content)),
    (400, "Bad Request: REPLY_MARKUP_TOO_LONG", Rejected(Content)),
    (
        400,
        "Bad Request: inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
        Rejected(Content),
    ),
    (400, "Bad Request: text buttons are unallowed in the inline keyboard", Rejected(Content)),
    (
        400,
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        Rejected(Content),
    ),
    (400, "Bad Request: reply markup is too long", Rejected(Content)),
    (400, "Bad Request: object expected as reply markup", Rejected(Content)),
    (400, "Bad Request: wrong HTTP URL specified", Rejected(Content)),
    (400, "Bad Request: wrong HTTP URL", Rejected(Content)),
    (400, "Bad Request: wrong file identifier/HTTP URL specified", Rejected(Content)),
    (400, "Bad Request: wrong file id", Rejected(Content)),
    (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", Rejected(Content)),
    (400, "Bad Request: IMAGE_PROCESS_FAILED", Rejected(Content)),
    (
        400,
        "Bad Request: photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp",
        Rejected(Content),
    ),
    (400, "Bad Request: file is too big", Rejected(Content)),
    (413, "Request Entity Too Large", Rejected(Content)),
    (400, "Bad Request: too many messages to send as an album", Rejected(Content)),
    (400, "Bad Request: Too much messages to send as an album", Rejected(Content)),
    (400, "Bad Request: can't use the media of the specified type in the album", Rejected(Content)),
    (400, "Bad Request: photo must be uploaded as a file", Rejected(Content)),
    (400, "Bad Request: Photo should be uploaded as an InputFile", Rejected(Content)),
    (400, "Bad Request: there is no photo in the request", Rejected(Content)),
    (400, "Bad Request: message to be replied not found", Rejected(Content)),
    (400, "Bad Request: poll must have at least 2 option", Rejected(Content)),
    (400, "Bad Request: poll can't have more than 12 options", Rejected(Content)),
    (400, "Bad Request: non-anonymous polls can't be sent to channel chats", Rejected(Content)),
    (400, "Bad Request: unsupported parse_mode", Rejected(Content)),
    (400, "Bad Request: strings must be encoded in UTF-8", Rejected(Content)),
    (400, "Bad Request: text is too long", Rejected(Content)),
    (400, "Bad Request: MESSAGE_TOO_LONG", Rejected(Content)),
    (400, "Bad Request: MESSAGE_EMPTY", Rejected(Content)),
    (400, "Bad Request: MEDIA_CAPTION_TOO_LONG", Rejected(Content)),
    (400, "Bad Request: WC_CONVERT_URL_INVALID", Rejected(Content)),
    (400, "Bad Request: EXTERNAL_URL_INVALID", Rejected(Content)),
    (
        400,
        "Bad Request: wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
        Rejected(Content),
    ),
    (400, "Bad Request: MEDIA_EMPTY", Rejected(Content)),
    (400, "Bad Request: PHOTO_SAVE_FILE_INVALID", Rejected(Content)),
    (400, "Bad Request: PHOTO_CONTENT_TYPE_INVALID", Rejected(Content)),
    (400, "Bad Request: PHOTO_EXT_INVALID", Rejected(Content)),
    (400, "Bad Request: VIDEO_CONTENT_TYPE_INVALID", Rejected(Content)),
    (400, "Bad Request: VIDEO_FILE_INVALID", Rejected(Content)),
    (400, "Bad Request: MEDIA_INVALID", Rejected(Content)),
    (400, "Bad Request: MEDIA_FILE_INVALID", Rejected(Content)),
    (
        400,
        "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        Rejected(Content),
    ),
    (400, "Bad Request: file must be non-empty", Rejected(Content)),
    (400, "Bad Request: can't parse InputMedia: media not found", Rejected(Content)),
    (400, "Bad Request: can't use file of type Photo as Document", Rejected(Content)),
    (400, "Bad Request: there are no messages to send", Rejected(Content)),
    (400, "Bad Request: MEDIA_GROUPED_INVALID", Rejected(Content)),
    (400, "Bad Request: document can't be mixed with other media types", Rejected(Content)),
    (400, "Bad Request: audio can't be mixed with other media types", Rejected(Content)),
    (
        400,
        "Bad Request: parameter show_caption_above_media must be the same for all messages",
        Rejected(Content),
    ),
    (400, "Bad Request: there is no video in the request", Rejected(Content)),
    (400, "Bad Request: there is no animation in the request", Rejected(Content)),
    (400, "Bad Request: there is no audio in the request", Rejected(Content)),
    (400, "Bad Request: there is no document in the request", Rejected(Content)),
    (400, "Bad Request: BUTTON_TYPE_INVALID", Rejected(Content)),
    // The topic.
    (400, "Bad Request: TOPIC_CLOSED", Rejected(TopicClosed)),
    (400, "Bad Request: TOPIC_DELETED", Rejected(TopicMissing)),
    (400, "Bad Request: TOPIC_ID_INVALID", Rejected(TopicMissing)),
    (400, "Bad Request: message thread not found", Rejected(TopicMissing)),
    // The channel.
    (400, "Bad Request: chat not found", Rejected(Channel)),
    (400, "Bad Request: PEER_ID_INVALID", Rejected(Channel)),
    (400, "Bad Request: CHANNEL_PRIVATE", Rejected(Channel)),
    (403, "Forbidden: bot is not a member of the channel chat", Rejected(Channel)),
    (403, "Forbidden: bot was kicked from the channel chat", Rejected(Channel)),
    (403, "Forbidden: bot was kicked from the supergroup chat", Rejected(Channel)),
    (403, "Forbidden: bot was blocked by the user", Rejected(Channel)),
    (403, "Forbidden: bot can't initiate conversation with a user", Rejected(Channel)),
    (401, "Unauthorized: bot can't send messages to bots", Rejected(Channel)),
    (401, "Unauthorized: bot was kicked from a chat", Rejected(Channel)),
    (400, "Bad Request: need administrator rights in the channel chat", Rejected(Channel)),
    (400, "Bad Request: CHAT_ADMIN_REQUIRED", Rejected(Channel)),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", Rejected(Channel)),
    (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", Rejected(Channel)),
    (400, "Bad Request: CHAT_RESTRICTED", Rejected(Channel)),
    (400, "Bad Request: CHANNEL_INVALID", Rejected(Channel)),
    (400, "Bad Request: have no write access to the chat", Rejected(Channel)),
    (400, "Bad Request: not enough rights to send text messages to the chat", Rejected(Channel)),
    (400, "Bad Request: not enough rights to send photos to the chat", Rejected(Channel)),
    (400, "Bad Request: not enough rights to send videos to the chat", Rejected(Channel)),
    (400, "Bad Request: not enough rights to send documents to the chat", Rejected(Channel)),
    (400, "Bad Request: not enough rights to send polls to the chat", Rejected(Channel)),
    (400, "Bad Request: method is available only for supergroups and channel", Rejected(Channel)),
    (400, "Bad Request: group chat was upgraded to a supergroup chat", Rejected(Channel)),
    (403, "Forbidden: the group chat was deleted", Rejected(Channel)),
    (400, "Bad Request: group is deactivated", Rejected(Channel)),
    (403, "Forbidden: user is deactivated", Rejected(Channel)),
    // The bot.
    (401, "Unauthorized", Rejected(BotWide)),
    (401, "Unauthorized: invalid token specified", Rejected(BotWide)),
    (401, "Unauthorized: something new", Rejected(BotWide)),
    (404, "Not Found", Rejected(BotWide)),
    (404, "Not Found: method not found", Rejected(Unsupported)),
    (400, "Bad Request: RICH_MESSAGE_TEXT_TOO_LONG", Rejected(Content)),
    (400, "Bad Request: RICH_MESSAGE_TOO_LARGE", Rejected(Content)),
    (400, "Bad Request: RICH_MESSAGE_BLOCKS_TOO_MANY", Rejected(Content)),
    (400, "Bad Request: RICH_MESSAGE_MEDIA_TOO_MANY", Rejected(Content)),
    (400, "Bad Request: RICH_MESSAGE_EMPTY", Rejected(Content)),
    (400, "Bad Request: RICH_MESSAGE_EMOJI_INVALID", Rejected(Content)),
    (400, "Bad Request: RICH_MESSAGE_CONTENT_REQUIRED", Rejected(Content)),
    (400, "Bad Request: RICH_MESSAGE_RICH_TEXT_INVALID", Rejected(Content)),
    (400, "Bad Request: RICH_MESSAGE_EMAIL_INVALID", Rejected(Content)),
    (400, "Bad Request: RICH_MESSAGE_PHOTO_NO_MEDIA_FOUND", Rejected(Content)),
    (400, "Bad Request: RICH_MESSAGE_VIDEO_NO_MEDIA_FOUND", Rejected(Content)),
    (400, "Bad Request: RICH_MESSAGE_UNSUPPORTED", Rejected(Content)),
    (400, "Bad Request: RICH_VALIDATE_CTOR_NOT_ALLOWED", Rejected(Content)),
    (400, "Bad Request: can't parse InputRichMessageMedia: media not found", Rejected(Content)),
    (400, "Bad Request: rich text must be encoded in UTF-8", Rejected(Content)),
    (400, "Bad Request: List must be non-empty", Rejected(Content)),
    (400, "Bad Request: Invalid rich message file identifier specified", Rejected(Content)),
    (
        400,
        "Bad Request: can't parse InputRichBlock: type \"map\" is unsupported",
        Rejected(Unsupported),
    ),
    (400, "Bad Request: rich message must be non-empty", Rejected(Content)),
    (400, "Bad Request: Not enough rights to send the rich message to the chat", Rejected(Channel)),
    (421, "Misdirected Request: unallowed token specified", Rejected(BotWide)),
    (400, "Logged out", Rejected(BotWide)),
    (400, "Bad Request: logged out", Rejected(BotWide)),
    // Unknown.
    (500, "Internal Server Error: restart", Unknown(ServerError)),
    (500, "Internal Server Error: Request aborted", Unknown(ServerError)),
    (500, "Internal Server Error: chat not found", Unknown(ServerError)),
    (502, "Bad Gateway", Unknown(ServerError)),
    (503, "Service Unavailable", Unknown(ServerError)),
    (504, "Gateway Timeout", Unknown(ServerError)),
    (504, "Gateway Time-out", Unknown(ServerError)),
    // An album whose files were refused, before anything was posted.
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"PHOTO_INVALID_DIMENSIONS\"",
        Rejected(Content),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"IMAGE_PROCESS_FAILED\"",
        Rejected(Content),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"Wrong file identifier/HTTP URL specified\"",
        Rejected(Content),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"File of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes\"",
        Rejected(Content),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"Not enough rights to send photos to the chat\"",
        Rejected(Channel),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"Failed to upload file\"",
        FETCH,
    ),
    // An album with some messages that may have been posted.
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"Message was not sent\"",
        Unknown(PartlyRefused),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"Something new\"",
        Unknown(PartlyRefused),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"FLOOD_WAIT_8\"",
        Unknown(PartlyRefused),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"Message to forward not found\"",
        Unknown(PartlyRefused),
    ),
    (
        400,
        "Bad Request: failed to send message #1 with the error message \"Too Many Requests: retry after 9\"",
        Unknown(PartlyRefused),
    ),
    (500, "Internal Server Error: Group send failed", Unknown(PartlyRefused)),
    (400, "Bad Request: Group send failed", Unknown(PartlyRefused)),
    (400, "Bad Request: message was not sent", Unknown(PartlyRefused)),
    (400, "Bad Request: message send failed", Unknown(PartlyRefused)),
    (403, "Forbidden: something new", Unknown(UnlistedRefusal)),
    (409, "Conflict: something new", Unknown(UnlistedRefusal)),
    // Edits and deletions.
    (
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a \
         current content and reply markup of the message",
        Rejected(NotModified),
    ),
    (400, "Bad Request: message is not modified", Rejected(NotModified)),
    (400, "Bad Request: MESSAGE_NOT_MODIFIED", Rejected(NotModified)),
    (400, "Bad Request: CHAT_NOT_MODIFIED", Rejected(NotModified)),
    (400, "Bad Request: message to edit not found", Rejected(Missing)),
    (400, "Bad Request: message to pin not found", Rejected(Missing)),
    (400, "Bad Request: message to unpin not found", Rejected(Missing)),
    (400, "Bad Request: MESSAGE_ID_INVALID", Rejected(Missing)),
    (400, "Bad Request: message can't be edited", Rejected(Immutable)),
    (400, "Bad Request: there is no text in the message to edit", Rejected(Immutable)),
    (400, "Bad Request: there is no caption in the message to edit", Rejected(Immutable)),
    (400, "Bad Request: there is no media in the message to edit", Rejected(Immutable)),
    (400, "Bad Request: can't change media type in the album", Rejected(Immutable)),
    (400, "Bad Request: message content type can't be used in an album", Rejected(Immutable)),
    (400, "Bad Request: message to delete not found", Rejected(Missing)),
    (400, "Bad Request: message can't be deleted", Rejected(Immutable)),
    (400, "Bad Request: message can't be deleted for everyone", Rejected(Immutable)),
    // Stopping a poll.
    (400, "Bad Request: poll has already been closed", Rejected(NotModified)),
    (400, "Bad Request: poll can't be stopped", Rejected(Immutable)),
    (400, "Bad Request: message is not a poll", Rejected(Immutable)),
    (400, "Bad Request: message with poll to stop not found", Rejected(Missing)),
    // Reading back.
    (400, "Bad Request: message to forward not found", Rejected(ForwardMissing)),
    (400, "Bad Request: messages to forward not found", Rejected(ForwardMissing)),
    (400, "Bad Request: message to copy not found", Rejected(ForwardMissing)),
    (
        400,
        "Bad Request: message has protected content and can't be forwarded",
        Rejected(NotForwardable),
    ),
    (400, "Bad Request: the message can't be forwarded", Rejected(NotForwardable)),
    (400, "Bad Request: the message can't be copied", Rejected(NotForwardable)),
    // Updates.
    (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        Rejected(OtherPoller),
    ),
    (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        Rejected(Webhook),
    ),
    (409, "Conflict: terminated by setWebhook request", Rejected(Webhook)),
    // Unlisted.
    (400, "Bad Request: something new", Rejected(Unlisted)),
    (400, "Bad Request: SOMETHING_NEW", Rejected(Unlisted)),
    (400, "Bad Request: PEER_ID_INVALID_AGAIN", Rejected(Unlisted)),
    (400, "Bad Request: the words chat not found in a longer text", Rejected(Unlisted)),
    (400, "", Rejected(Unlisted)),
    (418, "I'm a teapot", Unknown(UnlistedRefusal)),
    (200, "", Unknown(UnlistedRefusal)),
];

fn refused(code: Option<u16>, text: &str) -> BotApiError {
    BotApiError { code, ..BotApiError::of_text(text) }
}

#[test]
fn every_listed_description_is_classified_in_any_case() {
    for (status, text, expected) in ROWS {
        for text in [(*text).to_owned(), text.to_uppercase(), text.to_lowercase()] {
            assert_eq!(meaning(&refused(Some(*status), &text)), *expected, "{status} {text}");
        }
    }
}

#[test]
fn description_alone_is_enough_if_it_names_its_status() {
    for (status, text, expected) in
        ROWS.iter().filter(|(status, text, _)| *status != 418 && !text.is_empty())
    {
        assert_eq!(meaning(&refused(None, text)), *expected, "{status} {text}");
    }
}

#[test]
fn listed_description_needs_no_prefix() {
    for (_, text, expected) in ROWS {
        let Some((_, bare)) = text.split_once(": ") else { continue };
        let listed = !matches!(*expected, Rejected(Unlisted) | Unknown(_) | WAIT)
            && !bare.contains("something new");
        if listed {
            assert_eq!(meaning(&refused(None, bare)), *expected, "{bare}");
        }
    }
    assert_eq!(meaning(&refused(None, "something new")), Unknown(UnlistedRefusal));
    assert_eq!(meaning(&refused(None, "")), Unknown(UnlistedRefusal));
}

#[test]
fn server_error_is_unknown_whatever_its_description() {
    for (status, text, expected) in ROWS.iter().filter(|(status, ..)| *status < 500) {
        if !matches!(expected, Unknown(_)) {
            assert_eq!(meaning(&refused(Some(502), text)), Unknown(ServerError), "{status} {text}");
        }
    }
}

#[test]
fn parameters_show_a_wait_and_a_group_migration() {
    let wait = BotApiError { retry_after: Some(Duration::from_secs(7)), ..BotApiError::default() };
    assert_eq!(meaning(&wait), WAIT);
    let moved = BotApiError {
        migrate_to: Some(-1001),
        description: Description::of("words"),
        ..BotApiError::default()
    };
    assert_eq!(meaning(&moved), Rejected(Refusal::Upgraded { to: -1001 }));
}

#[test]
fn every_row_of_the_table_can_be_reached() {
    for (text, expected) in TEXTS {
        assert_eq!(
            lookup(text),
            Some(*expected),
            "{text} comes after a row that is a prefix of it"
        );
        assert!(
            ROWS.iter().any(|(_, row, _)| row.to_lowercase().contains(&text.to_lowercase())),
            "no test names {text}"
        );
    }
}

proptest! {
    #[test]
    fn every_refusal_is_classified(code in proptest::option::of(any::<u16>()), text in any::<String>()) {
        let found = meaning(&refused(code, &text));
        if code.is_some_and(|code| code >= 500) {
            prop_assert_eq!(found, Unknown(ServerError));
        }
    }
}
