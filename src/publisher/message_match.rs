//! Compares a message that was read from the channel with a request, by what readers see. It decides nothing.

use std::collections::BTreeMap;

use telegram_text::{Entity, EntityKind, FormattedText, detect, normal, post_link};

use super::{ForwardedMessage, MediaCopy};
use crate::media::{Kind, shown_file_name};
use crate::message::{Content, FileId, FileIds, InputMedia, Poll, Request, rich};

/// Whether `copy` shows what `request` posts: file, text, formatting and the links that Telegram finds, or the poll. A message of
/// an album shows one item of it.
#[must_use]
pub fn shows(request: &Request, copy: &ForwardedMessage) -> bool {
    let known = FileIds::default();
    (0..request.messages().max(1)).any(|item| shows_item(request, item, copy, &known))
}

/// Whether `copy` shows the message of `request` with this index. `known` are files that Telegram keeps.
fn shows_item(request: &Request, item: usize, copy: &ForwardedMessage, known: &FileIds) -> bool {
    match (request.content(), &copy.poll) {
        (Some(Content::Poll(wanted)), Some(seen)) => return is_same_poll(wanted, seen),
        (Some(Content::Poll(_)), None) | (_, Some(_)) => return false,
        (_, None) => {}
    }
    match (request.content(), &copy.rich) {
        (Some(Content::Rich(wanted)), Some(seen)) => {
            return rich::differences(&wanted.rich_message, seen).is_empty();
        }
        (Some(Content::Rich(_)), None) | (_, Some(_)) => return false,
        (_, None) => {}
    }
    let media = request.content().map(Content::media).unwrap_or_default().get(item).copied();
    let text = if item == 0 { request.text() } else { FormattedText::default() };
    let is_file_shown = match (media, &copy.media) {
        (None, None) => true,
        (Some(wanted), Some(found)) => {
            is_kept_file(known.of(wanted), wanted, found)
                || is_same_file(wanted, found, &request.text())
        }
        (Some(_), None) | (None, Some(_)) => false,
    };
    is_file_shown && is_text_shown(text, copy)
}

/// Whether `copy`, which shows this message of `request`, is certainly that message and not a similar one. Telegram compresses
/// photos and converts animations, so without a caption only the id of their file identifies them.
pub(super) fn identifies_item(
    request: &Request,
    item: usize,
    copy: &ForwardedMessage,
    known: &FileIds,
) -> bool {
    let media = request.content().map(Content::media).unwrap_or_default();
    if let (Some(Content::Rich(content)), Some(seen)) = (request.content(), &copy.rich) {
        // Blocks say nothing about the bytes of their files.
        let ids: Option<Vec<_>> =
            media.iter().map(|media| known.of(media)?.unique_id.as_deref()).collect();
        return !content.rich_message.plain().is_empty() || ids == Some(seen.file_ids());
    }
    let media = media.get(item).copied();
    let Some((wanted, found)) = media.zip(copy.media.as_ref()) else { return true };
    !copy.text.is_empty()
        || !matches!(wanted.kind, Kind::Photo | Kind::Animation)
        || is_kept_file(known.of(wanted), wanted, found)
}

fn is_text_shown(text: FormattedText, copy: &ForwardedMessage) -> bool {
    let Some(entities) = copy.entities.clone() else { return false };
    if text.string.is_empty() {
        return copy.text.is_empty();
    }
    let copied = FormattedText { string: copy.text.clone(), entities };
    let (Some(wanted), Some(seen)) = (visible_text(text), visible_text(copied)) else {
        return false;
    };
    wanted.string == seen.string
        && wanted.entities.len() == seen.entities.len()
        && wanted.entities.iter().zip(&seen.entities).all(|(wanted, seen)| is_shown(wanted, seen))
}

/// Whether a poll in the channel is recognized as the one that was sent: by question, options and kind, whatever the votes.
/// Telegram does not show the right answer and the explanation in every copy.
fn is_same_poll(wanted: &Poll, seen: &Poll) -> bool {
    wanted.formatted_question() == seen.formatted_question()
        && wanted.options == seen.options
        && wanted.kind == seen.kind
        && wanted.allows_multiple_answers == seen.allows_multiple_answers
}

/// Whether a file in the channel is certainly this one, because both have the same id. Another id proves nothing: the file may have
/// been uploaded again.
fn is_kept_file(known: Option<&FileId>, wanted: &InputMedia, found: &MediaCopy) -> bool {
    let known = known.and_then(|file| file.unique_id.as_ref());
    wanted.kind == found.kind && known.is_some() && known == found.unique_id.as_ref()
}

/// Whether a file in the channel is the one that was sent, as far as Telegram keeps it.
///
/// Telegram compresses photos and converts animations, so nothing but the caption of their message identifies them: without one,
/// any photo of another admin would be taken for ours.
fn is_same_file(wanted: &InputMedia, found: &MediaCopy, caption: &FormattedText) -> bool {
    let agrees = |wanted: Option<u32>, found: Option<u32>| {
        wanted.zip(found).is_none_or(|(wanted, found)| wanted == found)
    };
    let is_kept = match wanted.kind {
        Kind::Photo | Kind::Animation => !caption.string.is_empty(),
        Kind::Video | Kind::Audio | Kind::Document => found.bytes == Some(wanted.file.bytes),
    };
    let has_name = match wanted.kind {
        Kind::Audio | Kind::Document => shown_file_name(&wanted.file.name) == found.name,
        Kind::Photo | Kind::Video | Kind::Animation => true,
    };
    let has_size = wanted.kind != Kind::Video
        || agrees(wanted.width, found.width)
            && agrees(wanted.height, found.height)
            && agrees(wanted.duration, found.duration);
    wanted.kind == found.kind && is_kept && has_name && has_size
}

/// Whether two entities are the same. A link to a post matches any Telegram address, because its message may have changed.
fn is_shown(wanted: &Entity, seen: &Entity) -> bool {
    match (&wanted.kind, &seen.kind) {
        (EntityKind::TextLink { url }, EntityKind::TextLink { url: filled })
            if post_link::post_of(url).is_some() =>
        {
            wanted.offset == seen.offset
                && wanted.length == seen.length
                && filled.starts_with("https://t.me/")
        }
        _ => wanted == seen,
    }
}

/// The messages of `request`, by their index, that `copy` shows: a copy of message `message_id` of `chat`. Dates are not compared,
/// because clocks differ. A message that is a forward of another one was not posted by a request.
pub(super) fn shown_items(
    request: &Request,
    copy: &ForwardedMessage,
    chat: i64,
    message_id: i64,
    known: &FileIds,
) -> Vec<usize> {
    let is_own = copy.origin.is_none_or(|origin| {
        !origin.is_of_another
            && origin.message_id.is_none_or(|id| id == message_id)
            && origin.chat.is_none_or(|id| id == chat)
    });
    let items = 0..request.messages().max(1);
    items.filter(|item| is_own && shows_item(request, *item, copy, known)).collect()
}

/// The ids of consecutive messages that show all messages of a request, in order.
pub(super) fn whole_matches(shown: &BTreeMap<i64, Vec<usize>>, messages: usize) -> Vec<Vec<i64>> {
    let is_whole = |first: i64| {
        (first..)
            .zip(0..messages)
            .all(|(id, item)| shown.get(&id).is_some_and(|items| items.contains(&item)))
    };
    let run = |first: &i64| (*first..).take(messages).collect();
    shown.keys().filter(|first| is_whole(**first)).map(run).collect()
}

/// The text as readers see it, with the links that Telegram finds.
fn visible_text(text: FormattedText) -> Option<FormattedText> {
    Some(detect::with_found(normal::uncut(text).ok()?))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::message::{
        AlbumContent, Caption, FileContent, FileHash, InlineKeyboard, MediaContent, MediaFile,
        PollKind, PollOption, SendMedia, SendMediaGroup, SendOptions, SendPoll, SendRichMessage,
    };
    use crate::publisher::Origin;

    pub(in crate::publisher) fn copy(text: &str, entities: Vec<Entity>) -> ForwardedMessage {
        let text = text.to_owned();
        ForwardedMessage {
            text,
            entities: Some(entities),
            poll: None,
            rich: None,
            media: None,
            date: None,
            origin: None,
        }
    }

    #[test]
    fn poll_matches_by_question_options_and_kind() {
        let option = |text: &str| PollOption { text: text.to_owned(), entities: Vec::new() };
        let poll = |question: &str, options: [&str; 2], kind| Poll {
            question: question.to_owned(),
            question_entities: Vec::new(),
            options: options.map(option).to_vec(),
            kind,
            allows_multiple_answers: false,
            correct_option_ids: Vec::new(),
            explanation: String::new(),
            explanation_entities: Vec::new(),
            close_date: None,
        };
        let quiz = Poll {
            correct_option_ids: vec![1],
            explanation: "why".into(),
            close_date: Some(1_000),
            ..poll("When?", ["Fri", "Sat"], PollKind::Quiz)
        };
        let sent = Request::SendPoll(Box::new(SendPoll {
            content: quiz,
            options: SendOptions::default(),
        }));
        let of = |poll| ForwardedMessage { poll: Some(Box::new(poll)), ..copy("", vec![]) };
        assert!(shows(&sent, &of(poll("When?", ["Fri", "Sat"], PollKind::Quiz))));
        for other in [
            poll("Who?", ["Fri", "Sat"], PollKind::Quiz),
            poll("When?", ["Sat", "Fri"], PollKind::Quiz),
            poll("When?", ["Fri", "Sat"], PollKind::Regular),
        ] {
            assert!(!shows(&sent, &of(other.clone())), "{other:?}");
            assert!(!shows(&Request::of_text(FormattedText::plain("When?")), &of(other)));
        }
        assert!(!shows(&sent, &copy("When?", vec![])));
    }

    #[test]
    fn rich_message_without_text_is_identified_by_its_files() {
        let content = FileContent::Sha256(FileHash::of_digest([1; 32]));
        let file = MediaFile { content, bytes: 9, name: "photo.jpg".to_owned() };
        let photo = InputMedia::new(Kind::Photo, file);
        let request = |text: &str| {
            let block = rich::Block::Media { media: Box::new(photo.clone()), caption: None };
            let words = rich::Block::Paragraph { text: rich::Text::string(text) };
            let blocks = vec![block, words];
            let rich_message = rich::RichMessage { blocks, is_rtl: false };
            let content = rich::RichContent { rich_message, ..rich::RichContent::default() };
            let options = SendOptions::default();
            Request::SendRichMessage(Box::new(SendRichMessage { content, options }))
        };
        let seen = serde_json::json!({ "blocks": [
            { "type": "photo", "photo": [{ "file_unique_id": "s" }, { "file_unique_id": "u" }] },
        ]});
        let seen = serde_json::from_value(seen).unwrap();
        let copy = ForwardedMessage { rich: Some(Box::new(seen)), ..copy("", vec![]) };
        let known = |unique_id: &str| {
            let mut known = FileIds::default();
            let unique_id = Some(unique_id.to_owned());
            let id = FileId { file_id: "f".to_owned(), unique_id };
            known.insert(photo.file_key().unwrap(), id);
            known
        };
        for (text, known, expected) in [
            ("", FileIds::default(), false),
            ("", known("other"), false),
            ("", known("u"), true),
            ("words", FileIds::default(), true),
        ] {
            let is_certain = identifies_item(&request(text), 0, &copy, &known);
            assert_eq!(is_certain, expected, "{text:?}");
        }
    }

    #[test]
    fn same_text_and_formatting_match_with_any_date() {
        let bold = |length| Entity::new(EntityKind::Bold, 0, length);
        let tag = Entity::new(EntityKind::Hashtag, 5, 4);
        let request =
            Request::of_text(FormattedText { string: "Bold #tag".into(), entities: vec![bold(4)] });
        let is_same = |request: &Request, copy: &ForwardedMessage, chat, id| {
            !shown_items(request, copy, chat, id, &FileIds::default()).is_empty()
        };
        let origin = Origin {
            chat: Some(-1001),
            message_id: Some(7),
            date: Some(1_000),
            is_of_another: false,
        };
        let read = copy("Bold #tag", vec![bold(4), tag.clone()]);
        let forwarded = ForwardedMessage { origin: Some(origin), ..read.clone() };
        assert!(is_same(&request, &forwarded, -1001, 7));
        assert!(!is_same(&request, &forwarded, -1001, 8), "a forward of another message");
        assert!(!is_same(&request, &forwarded, -1002, 7), "a forward from another chat");
        assert!(is_same(&request, &read, -1001, 7));
        // In a group the origin names the author alone.
        for (is_of_another, expected) in [(false, true), (true, false)] {
            let origin = Some(Origin { chat: None, message_id: None, is_of_another, ..origin });
            let forwarded = ForwardedMessage { origin, ..read.clone() };
            assert_eq!(is_same(&request, &forwarded, -1001, 7), expected);
        }
        for other in [
            copy("Bold #tags", vec![bold(4), tag.clone()]),
            copy("Bold #tag", vec![bold(3), tag.clone()]),
            copy("Bold #tag", vec![]),
            ForwardedMessage { entities: None, ..read },
        ] {
            assert!(!is_same(&request, &other, -1001, 7), "{other:?}");
        }
    }

    #[test]
    fn link_to_a_post_matches_any_telegram_address_at_its_position() {
        let link = |url: &str, offset| {
            vec![Entity::new(EntityKind::TextLink { url: url.to_owned() }, offset, 4)]
        };
        let text = "see that and that";
        let request = Request::of_text(FormattedText {
            string: text.into(),
            entities: link(&post_link::placeholder("first").unwrap(), 4),
        });
        assert!(shows(&request, &copy(text, link("https://t.me/a/7", 4))));
        assert!(!shows(&request, &copy(text, link("https://t.me/a/7", 13))));
        assert!(!shows(&request, &copy(text, link("https://example.org/", 4))));
    }

    pub(in crate::publisher) fn media(kind: Kind, bytes: u64) -> InputMedia {
        let content = FileContent::Sha256(FileHash::of_digest([7; 32]));
        InputMedia::new(kind, MediaFile { content, bytes, name: "a<b.pdf".to_owned() })
    }

    pub(in crate::publisher) fn file(kind: Kind, bytes: u64) -> MediaCopy {
        let name = Some("a b.pdf".to_owned());
        let (bytes, unique_id) = (Some(bytes), None);
        MediaCopy { kind, bytes, name, unique_id, width: None, height: None, duration: None }
    }

    pub(in crate::publisher) fn captioned(text: &str, file: MediaCopy) -> ForwardedMessage {
        ForwardedMessage { media: Some(file), ..copy(text, Vec::new()) }
    }

    pub(in crate::publisher) fn album(items: Vec<InputMedia>, caption: &str) -> Request {
        let caption = Caption { text: caption.to_owned(), ..Caption::default() };
        let content = AlbumContent { media: items, caption };
        Request::SendMediaGroup(SendMediaGroup { content, options: SendOptions::default() })
    }

    #[test]
    fn file_is_recognized_by_kind_size_name_and_caption() {
        let single = |kind, caption: &str| {
            let caption = Caption { text: caption.to_owned(), ..Caption::default() };
            let reply_markup = InlineKeyboard::default();
            let content = MediaContent { media: media(kind, 9), caption, reply_markup };
            let options = SendOptions::default();
            Request::SendMedia(Box::new(SendMedia { content, options }))
        };
        let rows = [
            (Kind::Document, "Hi", captioned("Hi", file(Kind::Document, 9)), true),
            (Kind::Document, "", captioned("", file(Kind::Document, 9)), true),
            (Kind::Document, "Hi", captioned("Ho", file(Kind::Document, 9)), false),
            (Kind::Document, "Hi", captioned("Hi", file(Kind::Document, 8)), false),
            (Kind::Document, "Hi", captioned("Hi", file(Kind::Video, 9)), false),
            (Kind::Document, "Hi", copy("Hi", Vec::new()), false),
            (
                Kind::Document,
                "Hi",
                captioned("Hi", MediaCopy { name: None, ..file(Kind::Document, 9) }),
                false,
            ),
            (Kind::Photo, "Hi", captioned("Hi", file(Kind::Photo, 5)), true),
            (Kind::Photo, "", captioned("", file(Kind::Photo, 9)), false),
            (Kind::Animation, "Hi", captioned("Hi", file(Kind::Animation, 5)), true),
        ];
        for (kind, caption, copy, expected) in rows {
            assert_eq!(shows(&single(kind, caption), &copy), expected, "{kind:?} {copy:?}");
        }
        assert!(!shows(
            &Request::of_text(FormattedText::plain("Hi")),
            &captioned("Hi", file(Kind::Photo, 9))
        ));
    }

    #[test]
    fn photo_without_a_caption_is_recognized_by_its_id() {
        let (first, second) = (media(Kind::Photo, 1), media(Kind::Photo, 2));
        let request = album(vec![first.clone(), second], "");
        let mut known = FileIds::default();
        let unique_id = Some("u7".to_owned());
        let id = FileId { file_id: "p7".to_owned(), unique_id: unique_id.clone() };
        known.insert(first.file_key().unwrap(), id);
        // Both items have the same bytes here, and so the same file.
        let of = |unique_id, kind| captioned("", MediaCopy { unique_id, ..file(kind, 5) });
        let items = |copy: &ForwardedMessage| shown_items(&request, copy, -1001, 5, &known);
        assert_eq!(items(&of(unique_id.clone(), Kind::Photo)), [0, 1]);
        assert!(items(&of(Some("u8".to_owned()), Kind::Photo)).is_empty());
        assert!(items(&of(None, Kind::Photo)).is_empty());
        assert!(items(&of(unique_id, Kind::Document)).is_empty());
    }

    #[test]
    fn album_is_found_only_whole_and_in_order() {
        let request = album(vec![media(Kind::Document, 1), media(Kind::Document, 2)], "Hi");
        let first = captioned("Hi", file(Kind::Document, 1));
        let second = captioned("", file(Kind::Document, 2));
        let shown = |copies: &[(i64, &ForwardedMessage)]| {
            let shown: BTreeMap<i64, Vec<usize>> = copies
                .iter()
                .map(|(id, copy)| {
                    (*id, shown_items(&request, copy, -1001, *id, &FileIds::default()))
                })
                .collect();
            whole_matches(&shown, 2)
        };
        assert_eq!(shown(&[(5, &first), (6, &second)]), [[5, 6]]);
        assert_eq!(shown(&[(5, &second), (6, &first), (7, &second)]), [[6, 7]]);
        for apart in
            [vec![(5, &first), (7, &second)], vec![(5, &second), (6, &first)], vec![(5, &first)]]
        {
            assert!(shown(&apart).is_empty(), "{apart:?}");
        }
    }
}
