use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::telegram::description::Description;

use Meaning::{Deleted, Later, No, Unknown};
use Refusal::{
    BotWide, Channel, Content, ForwardMissing, Immutable, Missing, NotForwardable, NotModified,
    OtherPoller, TopicClosed, TopicMissing, Unlisted, Unsupported, Webhook,
};
use UnknownReason::{PartlyRefused, ServerError, UnlistedRefusal};

const WAIT: Meaning = Later(NotSentReason::FloodWait);
const FETCH: Meaning = Later(NotSentReason::MediaNotFetched);

/// The status, the whole description as the Bot API server writes it, and its classification.
const ROWS: &[(u16, &str, Meaning)] = &[
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
    (400, "Bad Request: message text is empty", No(Content)),
    (400, "Bad Request: text must be non-empty", No(Content)),
    (400, "Bad Request: message is too long", No(Content)),
    (400, "Bad Request: message caption is too long", No(Content)),
    (
        400,
        "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0",
        No(Content),
    ),
    (400, "Bad Request: ENTITIES_TOO_LONG", No(Content)),
    (400, "Bad Request: BUTTON_URL_INVALID", No(Content)),
    (400, "Bad Request: BUTTON_COPY_TEXT_INVALID", No(Content)),
    (400, "Bad Request: BUTTON_DATA_INVALID", No(Content)),
    (400, "Bad Request: BUTTON_INVALID", No(Content)),
    (400, "Bad Request: BUTTON_TYPE_INVALID", No(Content)),
    (400, "Bad Request: BUTTON_USER_INVALID", No(Content)),
    (400, "Bad Request: REPLY_MARKUP_INVALID", No(Content)),
    (400, "Bad Request: REPLY_MARKUP_TOO_LONG", No(Content)),
    (
        400,
        "Bad Request: inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
        No(Content),
    ),
    (400, "Bad Request: text buttons are unallowed in the inline keyboard", No(Content)),
    (
        400,
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        No(Content),
    ),
    (400, "Bad Request: reply markup is too long", No(Content)),
    (400, "Bad Request: object expected as reply markup", No(Content)),
    (400, "Bad Request: wrong HTTP URL specified", No(Content)),
    (400, "Bad Request: wrong HTTP URL", No(Content)),
    (400, "Bad Request: wrong file identifier/HTTP URL specified", No(Content)),
    (400, "Bad Request: wrong file id", No(Content)),
    (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", No(Content)),
    (400, "Bad Request: IMAGE_PROCESS_FAILED", No(Content)),
    (
        400,
        "Bad Request: photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp",
        No(Content),
    ),
    (400, "Bad Request: file is too big", No(Content)),
    (413, "Request Entity Too Large", No(Content)),
    (400, "Bad Request: too many messages to send as an album", No(Content)),
    (400, "Bad Request: Too much messages to send as an album", No(Content)),
    (400, "Bad Request: can't use the media of the specified type in the album", No(Content)),
    (400, "Bad Request: photo must be uploaded as a file", No(Content)),
    (400, "Bad Request: Photo should be uploaded as an InputFile", No(Content)),
    (400, "Bad Request: there is no photo in the request", No(Content)),
    (400, "Bad Request: message to be replied not found", No(Content)),
    (400, "Bad Request: poll must have at least 2 option", No(Content)),
    (400, "Bad Request: poll can't have more than 12 options", No(Content)),
    (400, "Bad Request: non-anonymous polls can't be sent to channel chats", No(Content)),
    (400, "Bad Request: unsupported parse_mode", No(Content)),
    (400, "Bad Request: strings must be encoded in UTF-8", No(Content)),
    (400, "Bad Request: text is too long", No(Content)),
    (400, "Bad Request: MESSAGE_TOO_LONG", No(Content)),
    (400, "Bad Request: MESSAGE_EMPTY", No(Content)),
    (400, "Bad Request: MEDIA_CAPTION_TOO_LONG", No(Content)),
    (400, "Bad Request: WC_CONVERT_URL_INVALID", No(Content)),
    (400, "Bad Request: EXTERNAL_URL_INVALID", No(Content)),
    (
        400,
        "Bad Request: wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
        No(Content),
    ),
    (400, "Bad Request: MEDIA_EMPTY", No(Content)),
    (400, "Bad Request: PHOTO_SAVE_FILE_INVALID", No(Content)),
    (400, "Bad Request: PHOTO_CONTENT_TYPE_INVALID", No(Content)),
    (400, "Bad Request: PHOTO_EXT_INVALID", No(Content)),
    (400, "Bad Request: VIDEO_CONTENT_TYPE_INVALID", No(Content)),
    (400, "Bad Request: VIDEO_FILE_INVALID", No(Content)),
    (400, "Bad Request: MEDIA_INVALID", No(Content)),
    (400, "Bad Request: MEDIA_FILE_INVALID", No(Content)),
    (
        400,
        "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        No(Content),
    ),
    (400, "Bad Request: file must be non-empty", No(Content)),
    (400, "Bad Request: can't parse InputMedia: media not found", No(Content)),
    (400, "Bad Request: can't use file of type Photo as Document", No(Content)),
    (400, "Bad Request: there are no messages to send", No(Content)),
    (400, "Bad Request: MEDIA_GROUPED_INVALID", No(Content)),
    (400, "Bad Request: document can't be mixed with other media types", No(Content)),
    (400, "Bad Request: audio can't be mixed with other media types", No(Content)),
    (
        400,
        "Bad Request: parameter show_caption_above_media must be the same for all messages",
        No(Content),
    ),
    (400, "Bad Request: there is no video in the request", No(Content)),
    (400, "Bad Request: there is no animation in the request", No(Content)),
    (400, "Bad Request: there is no audio in the request", No(Content)),
    (400, "Bad Request: there is no document in the request", No(Content)),
    (400, "Bad Request: BUTTON_TYPE_INVALID", No(Content)),
    // The topic.
    (400, "Bad Request: TOPIC_CLOSED", No(TopicClosed)),
    (400, "Bad Request: TOPIC_DELETED", No(TopicMissing)),
    (400, "Bad Request: TOPIC_ID_INVALID", No(TopicMissing)),
    (400, "Bad Request: message thread not found", No(TopicMissing)),
    // The channel.
    (400, "Bad Request: chat not found", No(Channel)),
    (400, "Bad Request: PEER_ID_INVALID", No(Channel)),
    (400, "Bad Request: CHANNEL_PRIVATE", No(Channel)),
    (403, "Forbidden: bot is not a member of the channel chat", No(Channel)),
    (403, "Forbidden: bot was kicked from the channel chat", No(Channel)),
    (403, "Forbidden: bot was kicked from the supergroup chat", No(Channel)),
    (403, "Forbidden: bot was blocked by the user", No(Channel)),
    (403, "Forbidden: bot can't initiate conversation with a user", No(Channel)),
    (401, "Unauthorized: bot can't send messages to bots", No(Channel)),
    (401, "Unauthorized: bot was kicked from a chat", No(Channel)),
    (400, "Bad Request: need administrator rights in the channel chat", No(Channel)),
    (400, "Bad Request: CHAT_ADMIN_REQUIRED", No(Channel)),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", No(Channel)),
    (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", No(Channel)),
    (400, "Bad Request: CHAT_RESTRICTED", No(Channel)),
    (400, "Bad Request: CHANNEL_INVALID", No(Channel)),
    (400, "Bad Request: have no write access to the chat", No(Channel)),
    (400, "Bad Request: not enough rights to send text messages to the chat", No(Channel)),
    (400, "Bad Request: not enough rights to send photos to the chat", No(Channel)),
    (400, "Bad Request: not enough rights to send videos to the chat", No(Channel)),
    (400, "Bad Request: not enough rights to send documents to the chat", No(Channel)),
    (400, "Bad Request: not enough rights to send polls to the chat", No(Channel)),
    (400, "Bad Request: method is available only for supergroups and channel", No(Channel)),
    (400, "Bad Request: group chat was upgraded to a supergroup chat", No(Channel)),
    (403, "Forbidden: the group chat was deleted", No(Channel)),
    (400, "Bad Request: group is deactivated", No(Channel)),
    (403, "Forbidden: user is deactivated", No(Channel)),
    // The bot.
    (401, "Unauthorized", No(BotWide)),
    (401, "Unauthorized: invalid token specified", No(BotWide)),
    (401, "Unauthorized: something new", No(BotWide)),
    (404, "Not Found", No(BotWide)),
    (404, "Not Found: method not found", No(Unsupported)),
    (400, "Bad Request: RICH_MESSAGE_TEXT_TOO_LONG", No(Content)),
    (400, "Bad Request: RICH_MESSAGE_TOO_LARGE", No(Content)),
    (400, "Bad Request: RICH_MESSAGE_BLOCKS_TOO_MANY", No(Content)),
    (400, "Bad Request: RICH_MESSAGE_MEDIA_TOO_MANY", No(Content)),
    (400, "Bad Request: RICH_MESSAGE_EMPTY", No(Content)),
    (400, "Bad Request: RICH_MESSAGE_EMOJI_INVALID", No(Content)),
    (400, "Bad Request: RICH_MESSAGE_CONTENT_REQUIRED", No(Content)),
    (400, "Bad Request: RICH_MESSAGE_RICH_TEXT_INVALID", No(Content)),
    (400, "Bad Request: RICH_MESSAGE_EMAIL_INVALID", No(Content)),
    (400, "Bad Request: RICH_MESSAGE_PHOTO_NO_MEDIA_FOUND", No(Content)),
    (400, "Bad Request: RICH_MESSAGE_VIDEO_NO_MEDIA_FOUND", No(Content)),
    (400, "Bad Request: RICH_MESSAGE_UNSUPPORTED", No(Content)),
    (400, "Bad Request: RICH_VALIDATE_CTOR_NOT_ALLOWED", No(Content)),
    (400, "Bad Request: can't parse InputRichMessageMedia: media not found", No(Content)),
    (400, "Bad Request: rich text must be encoded in UTF-8", No(Content)),
    (400, "Bad Request: List must be non-empty", No(Content)),
    (400, "Bad Request: Invalid rich message file identifier specified", No(Content)),
    (400, "Bad Request: can't parse InputRichBlock: type \"map\" is unsupported", No(Unsupported)),
    (400, "Bad Request: rich message must be non-empty", No(Content)),
    (400, "Bad Request: Not enough rights to send the rich message to the chat", No(Channel)),
    (421, "Misdirected Request: unallowed token specified", No(BotWide)),
    (400, "Logged out", No(BotWide)),
    (400, "Bad Request: logged out", No(BotWide)),
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
        No(Content),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"IMAGE_PROCESS_FAILED\"",
        No(Content),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"Wrong file identifier/HTTP URL specified\"",
        No(Content),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"File of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes\"",
        No(Content),
    ),
    (
        400,
        "Bad Request: Failed to send message #2 with the error message \"Not enough rights to send photos to the chat\"",
        No(Channel),
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
        No(NotModified),
    ),
    (400, "Bad Request: message is not modified", No(NotModified)),
    (400, "Bad Request: MESSAGE_NOT_MODIFIED", No(NotModified)),
    (400, "Bad Request: CHAT_NOT_MODIFIED", No(NotModified)),
    (400, "Bad Request: message to edit not found", No(Missing)),
    (400, "Bad Request: message to pin not found", No(Missing)),
    (400, "Bad Request: message to unpin not found", No(Missing)),
    (400, "Bad Request: MESSAGE_ID_INVALID", No(Missing)),
    (400, "Bad Request: message can't be edited", No(Immutable)),
    (400, "Bad Request: there is no text in the message to edit", No(Immutable)),
    (400, "Bad Request: there is no caption in the message to edit", No(Immutable)),
    (400, "Bad Request: there is no media in the message to edit", No(Immutable)),
    (400, "Bad Request: can't change media type in the album", No(Immutable)),
    (400, "Bad Request: message content type can't be used in an album", No(Immutable)),
    (400, "Bad Request: message to delete not found", No(Missing)),
    (400, "Bad Request: message can't be deleted", No(Immutable)),
    (400, "Bad Request: message can't be deleted for everyone", No(Immutable)),
    // Stopping a poll.
    (400, "Bad Request: poll has already been closed", No(NotModified)),
    (400, "Bad Request: poll can't be stopped", No(Immutable)),
    (400, "Bad Request: message is not a poll", No(Immutable)),
    (400, "Bad Request: message with poll to stop not found", No(Missing)),
    // Reading back.
    (400, "Bad Request: message to forward not found", No(ForwardMissing)),
    (400, "Bad Request: messages to forward not found", No(ForwardMissing)),
    (400, "Bad Request: message to copy not found", No(ForwardMissing)),
    (400, "Bad Request: message has protected content and can't be forwarded", No(NotForwardable)),
    (400, "Bad Request: the message can't be forwarded", No(NotForwardable)),
    (400, "Bad Request: the message can't be copied", No(NotForwardable)),
    // Updates.
    (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        No(OtherPoller),
    ),
    (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        No(Webhook),
    ),
    (409, "Conflict: terminated by setWebhook request", No(Webhook)),
    // Unlisted.
    (400, "Bad Request: something new", No(Unlisted)),
    (400, "Bad Request: SOMETHING_NEW", No(Unlisted)),
    (400, "Bad Request: PEER_ID_INVALID_AGAIN", No(Unlisted)),
    (400, "Bad Request: the words chat not found in a longer text", No(Unlisted)),
    (400, "", No(Unlisted)),
    (418, "I'm a teapot", Unknown(UnlistedRefusal)),
    (200, "", Unknown(UnlistedRefusal)),
];

fn refused(code: Option<u16>, text: &str) -> Refused {
    Refused { code, ..Refused::of_text(text) }
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
        let listed = !matches!(*expected, No(Unlisted) | Unknown(_) | WAIT)
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
    let wait = Refused { retry_after: Some(Duration::from_secs(7)), ..Refused::default() };
    assert_eq!(meaning(&wait), WAIT);
    let moved = Refused {
        migrate_to: Some(-1001),
        description: Description::of("words"),
        ..Refused::default()
    };
    assert_eq!(meaning(&moved), No(Refusal::Upgraded { to: -1001 }));
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
