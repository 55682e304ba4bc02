//! Reads the ids of files in answers. It remembers none of them.

use serde_json::Value;

use super::answer::ApiResponse;
use super::refusal::{self, ErrorMeaning};
use crate::media::Kind;
use crate::message::{FileId, FileIdChanges, FileIds, FileKey, InputMedia, Request};
use crate::outbox::Refusal;

/// What an answer says about the `file_id`s of a request: those that the journal remembers now, and those that Telegram
/// refuses, which it forgets. The request was made with the `known` ones.
pub(super) fn changes_in(
    request: &Request,
    known: &FileIds,
    answer: &ApiResponse,
) -> FileIdChanges {
    let items: Vec<_> = request.sent_media().into_iter().map(|(_, media)| media).collect();
    match answer {
        ApiResponse::Accepted(result) => {
            FileIdChanges { learned: learned(&items, result), ..FileIdChanges::default() }
        }
        ApiResponse::ApiError(refused) => {
            // The error of an album does not reliably name the item.
            let used = items.iter().filter(|media| known.of(media).is_some());
            let keys = used.filter_map(|media| media.file_key()).collect();
            match refusal::meaning(refused) {
                _ if refusal::is_about_file_id(refused) => {
                    FileIdChanges { stale: keys, ..FileIdChanges::default() }
                }
                ErrorMeaning::Rejected(Refusal::Content | Refusal::Unlisted) => {
                    FileIdChanges { suspect: keys, ..FileIdChanges::default() }
                }
                _ => FileIdChanges::default(),
            }
        }
        _ => FileIdChanges::default(),
    }
}

/// The files in the message or messages of an accepted answer. An album has its items in the order of the request.
fn learned(items: &[&InputMedia], result: &Value) -> Vec<(FileKey, FileId)> {
    let messages: Vec<_> = match result {
        Value::Array(messages) => messages.iter().collect(),
        message if message.get("rich_message").is_some() => files_in_blocks(message),
        message => vec![message],
    };
    if messages.len() != items.len() {
        return Vec::new();
    }
    let file = |(media, message): (&&InputMedia, &Value)| {
        let file = file_of(message, media.kind)?;
        let text = |name| file.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let unique_id = text("file_unique_id").map(str::to_owned);
        Some((media.file_key()?, FileId { file_id: text("file_id")?.to_owned(), unique_id }))
    };
    items.iter().zip(messages).filter_map(file).collect()
}

/// The files in the blocks of a message, from top to bottom.
fn files_in_blocks(message: &Value) -> Vec<&Value> {
    let mut files = Vec::new();
    if let Some(blocks) = message.pointer("/rich_message/blocks") {
        add_files(blocks, &mut files);
    }
    files
}

fn add_files<'v>(blocks: &'v Value, files: &mut Vec<&'v Value>) {
    for block in blocks.as_array().into_iter().flatten() {
        if kind_of(block).is_some() {
            files.push(block);
        }
        for item in block.get("items").and_then(Value::as_array).into_iter().flatten() {
            item.get("blocks").into_iter().for_each(|inner| add_files(inner, files));
        }
        block.get("blocks").into_iter().for_each(|inner| add_files(inner, files));
    }
}

/// The kind of a message's file. An animation has a `document` as well, so it comes first.
pub(super) fn kind_of(message: &Value) -> Option<Kind> {
    let kinds = [Kind::Animation, Kind::Photo, Kind::Video, Kind::Audio, Kind::Document];
    kinds.into_iter().find(|kind| message.get(kind.name()).is_some())
}

/// The file of a message, if it is of this kind: Telegram may have made another kind of it.
pub(super) fn file_of(message: &Value, kind: Kind) -> Option<&Value> {
    match message.get(kind_of(message).filter(|found| *found == kind)?.name())? {
        // Of the sizes of a photo, the last one is the largest.
        Value::Array(sizes) => sizes.last(),
        file => Some(file),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::message::{
        AlbumContent, Caption, FileContent, FileHash, MediaFile, SendMediaGroup, SendOptions,
    };
    use crate::telegram::answer::BotApiError;

    fn media(kind: Kind, digest: u8) -> InputMedia {
        let content = FileContent::Sha256(FileHash::of_digest([digest; 32]));
        InputMedia::new(kind, MediaFile { content, bytes: 9, name: "a.bin".to_owned() })
    }

    fn album(items: &[InputMedia; 2]) -> Request {
        let content = AlbumContent { media: items.to_vec(), caption: Caption::default() };
        Request::SendMediaGroup(SendMediaGroup { content, options: SendOptions::default() })
    }

    #[test]
    fn files_of_an_answer_are_learned_by_item_and_kind() {
        let items = [media(Kind::Photo, 1), media(Kind::Document, 2)];
        let photo = json!({ "photo": [{ "file_id": "small" }, { "file_id": "big", "file_unique_id": "u" }] });
        let document = json!({ "document": { "file_id": "doc" } });
        let animation =
            json!({ "animation": { "file_id": "gif" }, "document": { "file_id": "gif" } });
        let of = |result: Value| -> Vec<(u8, String, Option<String>)> {
            let answer = ApiResponse::Accepted(result);
            let changes = changes_in(&album(&items), &FileIds::default(), &answer);
            let number =
                |key: &FileKey| if items[0].file_key().as_ref() == Some(key) { 1 } else { 2 };
            changes
                .learned
                .into_iter()
                .map(|(key, id)| (number(&key), id.file_id, id.unique_id))
                .collect()
        };
        let (big, doc) = ((1, "big".to_owned(), Some("u".to_owned())), (2, "doc".to_owned(), None));
        assert_eq!(of(json!([photo, document])), [big.clone(), doc]);
        assert_eq!(
            of(json!([photo, animation])),
            std::slice::from_ref(&big),
            "a document became an animation"
        );
        assert_eq!(of(json!([photo, {}])), [big]);
        assert_eq!(of(json!([photo])), [], "it is not clear which item this is");
        assert_eq!(of(json!({ "message_id": 7 })), []);
    }

    #[test]
    fn refused_file_id_is_stale_only_if_it_was_used() {
        let items = [media(Kind::Photo, 1), media(Kind::Photo, 2)];
        let mut known = FileIds::default();
        let key = items[0].file_key().unwrap();
        known.insert(key.clone(), FileId { file_id: "a".to_owned(), unique_id: None });
        let of = |known: &FileIds, text: &str| {
            let refused = BotApiError { code: Some(400), ..BotApiError::of_text(text) };
            changes_in(&album(&items), known, &ApiResponse::ApiError(refused))
        };
        let stale = |known: &FileIds, text: &str| of(known, text).stale;
        for text in [
            "Bad Request: wrong file identifier/HTTP URL specified",
            "Bad Request: Wrong remote file identifier specified: Wrong padding",
            "Bad Request: can't use file of type Photo as Document",
            "Bad Request: wrong file_id or the file is temporarily unavailable",
            r#"Bad Request: failed to send message #2 with the error message "wrong file identifier/HTTP URL specified""#,
        ] {
            assert_eq!(stale(&known, text), std::slice::from_ref(&key), "{text}");
            assert_eq!(stale(&FileIds::default(), text), [], "{text}");
        }
        for text in [
            "Bad Request: IMAGE_PROCESS_FAILED",
            "Too Many Requests: retry after 5",
            r#"Bad Request: failed to send message #2 with the error message "Message was not sent""#,
        ] {
            assert_eq!(stale(&known, text), [], "{text}");
        }
        let suspect = |text: &str| of(&known, text).suspect.len();
        assert_eq!(suspect("Bad Request: something of next year"), 1, "a retry uploads it");
        assert_eq!(suspect("Bad Request: chat not found"), 0);
        assert!(of(&FileIds::default(), "Bad Request: something of next year").is_empty());
    }
}
