//! The parameters of a request as the Bot API server takes them, with the files by name. This module sends nothing.

use serde_json::{Map, Value, json};

use super::rich::{Block, RichContent};
use super::{
    AlbumContent, Caption, ContentWithButtons, EditMediaGroup, EditMessageCaption,
    EditMessageMedia, EditMessageReplyMarkup, FileContent, FileHash, InlineKeyboard, InputMedia,
    MediaContent, MediaFile, Request, SendOptions,
};
use crate::media::Kind;

/// A file of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedFile<'r> {
    /// The file.
    pub file: &'r MediaFile,
    /// The item that it belongs to, also as its thumbnail.
    pub media: &'r InputMedia,
    /// The index of the item, from 0.
    pub item: usize,
    /// Whether it is the thumbnail.
    pub is_thumbnail: bool,
}

impl NamedFile<'_> {
    /// The name of its part in a multipart body: `m0`, or `t0` for a thumbnail.
    #[must_use]
    pub fn part_name(&self) -> String {
        format!("{}{}", if self.is_thumbnail { 't' } else { 'm' }, self.item)
    }

    /// How the parameters refer to the uploaded file.
    #[must_use]
    pub fn attachment(&self) -> String {
        format!("attach://{}", self.part_name())
    }
}

impl Request {
    /// The items whose files the request sends, each with its index.
    #[must_use]
    pub fn sent_media(&self) -> Vec<(usize, &InputMedia)> {
        match self {
            Self::SendMedia(message) => vec![(0, &message.content.media)],
            Self::EditMessageMedia(edit) => vec![(0, &edit.content.media)],
            Self::SendMediaGroup(album) => album.content.media.iter().enumerate().collect(),
            Self::EditMediaGroup(edit) => match edit.first() {
                Some((media, edit)) if edit.replaces_file => vec![(edit.item, media)],
                _ => Vec::new(),
            },
            Self::SendRichMessage(message) => numbered(&message.content),
            Self::EditRichMessage(edit) => numbered(&edit.content),
            _ => Vec::new(),
        }
    }

    /// The files that the request sends, in order.
    pub fn files(&self) -> impl Iterator<Item = NamedFile<'_>> {
        self.sent_media().into_iter().flat_map(|(item, media)| {
            let named =
                move |(number, file)| NamedFile { file, media, item, is_thumbnail: number > 0 };
            media.files().enumerate().map(named)
        })
    }

    /// The request with the hash of every file that is known only by its path; `None` if `hash` does not know one.
    #[must_use]
    pub fn hashed(&self, hash: impl Fn(&str) -> Option<FileHash>) -> Option<Self> {
        let mut hashed = self.clone();
        let media = match &mut hashed {
            Self::SendMedia(message) => std::slice::from_mut(&mut message.content.media),
            Self::EditMessageMedia(edit) => std::slice::from_mut(&mut edit.content.media),
            Self::EditMessageCaption(edit) => std::slice::from_mut(&mut edit.content.media),
            Self::EditMessageReplyMarkup(edit) => match &mut edit.content {
                ContentWithButtons::Media(content) => std::slice::from_mut(&mut content.media),
                ContentWithButtons::Text(_) | ContentWithButtons::Rich(_) => &mut [],
            },
            Self::SendMediaGroup(album) => album.content.media.as_mut_slice(),
            Self::EditMediaGroup(edit) => edit.content.media.as_mut_slice(),
            _ => &mut [],
        };
        for file in media.iter_mut().flat_map(InputMedia::files_mut) {
            if let FileContent::Path(path) = &file.content {
                file.content = FileContent::Sha256(hash(path)?);
            }
        }
        let mut is_known = true;
        Block::each_media_mut(hashed.blocks_mut(), &mut |media| {
            for file in media.files_mut() {
                if let FileContent::Path(path) = &file.content {
                    match hash(path) {
                        Some(hash) => file.content = FileContent::Sha256(hash),
                        None => is_known = false,
                    }
                }
            }
        });
        is_known.then_some(hashed)
    }

    /// The parameters for the server. `input` returns what refers to a file: `attach://…` or a `file_id`; `None` leaves the file out.
    #[must_use]
    pub fn bot_api(
        &self,
        mut input: impl FnMut(NamedFile<'_>) -> Option<String>,
    ) -> Map<String, Value> {
        match self {
            Self::SendMedia(message) => {
                let mut params = media_params(&message.content.media, 0, "", &mut input);
                params.extend(caption(&message.content.caption));
                add_keyboard(&mut params, &message.content.reply_markup);
                params.extend(options(&message.options));
                params
            }
            Self::SendMediaGroup(album) => {
                let mut params =
                    object(json!({ "media": album_items(&album.content, &mut input) }));
                params.extend(options(&album.options));
                params
            }
            Self::EditMessageMedia(edit) => {
                let EditMessageMedia { content, message_id } = &**edit;
                let mut params = object(json!({
                    "message_id": message_id,
                    "media": item(&content.media, 0, Some(&content.caption), &mut input),
                }));
                add_keyboard(&mut params, &content.reply_markup);
                params
            }
            Self::EditMessageCaption(edit) => {
                let EditMessageCaption { content, message_id } = &**edit;
                let MediaContent { caption: new, reply_markup, .. } = content;
                let mut params = object(json!({ "message_id": message_id }));
                params.extend(caption(new));
                add_keyboard(&mut params, reply_markup);
                params
            }
            Self::EditMediaGroup(edit) => item_edit(edit, &mut input),
            Self::EditMessageReplyMarkup(edit) => {
                let EditMessageReplyMarkup { content, message_id } = &**edit;
                let mut params = object(json!({ "message_id": message_id }));
                add_keyboard(&mut params, content.keyboard());
                params
            }
            Self::SendRichMessage(message) => {
                let mut params = rich(&message.content, &mut input);
                params.extend(options(&message.options));
                params
            }
            Self::EditRichMessage(edit) => {
                let mut params = object(json!({ "message_id": edit.message_id }));
                params.extend(rich(&edit.content, &mut input));
                params
            }
            other => object(serde_json::to_value(other.params()).unwrap_or_default()),
        }
    }
}

fn numbered(content: &RichContent) -> Vec<(usize, &InputMedia)> {
    content.rich_message.media().into_iter().enumerate().collect()
}

fn rich(
    content: &RichContent,
    input: &mut impl FnMut(NamedFile<'_>) -> Option<String>,
) -> Map<String, Value> {
    let message = content.rich_message.bot_api(|media, number| item(media, number, None, input));
    let mut params = object(json!({ "rich_message": message }));
    add_keyboard(&mut params, &content.reply_markup);
    params
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn options(options: &SendOptions) -> Map<String, Value> {
    object(serde_json::to_value(options).unwrap_or_default())
}

fn caption(caption: &Caption) -> Map<String, Value> {
    object(serde_json::to_value(caption).unwrap_or_default())
}

fn add_keyboard(params: &mut Map<String, Value>, keyboard: &InlineKeyboard) {
    if !keyboard.is_empty() {
        params.insert("reply_markup".into(), serde_json::to_value(keyboard).unwrap_or_default());
    }
}

/// The items of an album. The caption is on the first one, because Telegram shows a caption below an album only if exactly one
/// item has one; all items must agree whether captions are above.
fn album_items(
    album: &AlbumContent,
    input: &mut impl FnMut(NamedFile<'_>) -> Option<String>,
) -> Vec<Value> {
    let items = album.media.iter().enumerate();
    items
        .map(|(number, media)| item(media, number, Some(&item_caption(album, number)), input))
        .collect()
}

fn item_caption(album: &AlbumContent, number: usize) -> Caption {
    match number {
        0 => album.caption.clone(),
        _ => Caption { above: album.caption.above, ..Caption::default() },
    }
}

/// The parameters of the edit of one item of an album.
fn item_edit(
    album: &EditMediaGroup,
    input: &mut impl FnMut(NamedFile<'_>) -> Option<String>,
) -> Map<String, Value> {
    let Some((media, edit)) = album.first() else { return Map::new() };
    let new = item_caption(&album.content, edit.item);
    let mut params = object(json!({ "message_id": edit.message_id }));
    if edit.replaces_file {
        params.insert("media".into(), item(media, edit.item, Some(&new), input));
    } else {
        params.extend(caption(&new));
    }
    params
}

/// The Bot API's `InputMedia`.
fn item(
    media: &InputMedia,
    number: usize,
    with: Option<&Caption>,
    input: &mut impl FnMut(NamedFile<'_>) -> Option<String>,
) -> Value {
    let mut params = media_params(media, number, "media", input);
    params.insert("type".into(), media.kind.name().into());
    params.extend(with.map(caption).unwrap_or_default());
    Value::Object(params)
}

/// The file and its attributes. The key of the file is `key`, or the kind's name if `key` is empty.
fn media_params(
    media: &InputMedia,
    item: usize,
    key: &str,
    input: &mut impl FnMut(NamedFile<'_>) -> Option<String>,
) -> Map<String, Value> {
    let mut params = Map::new();
    let key = if key.is_empty() { media.kind.name() } else { key };
    let file = NamedFile { file: &media.file, media, item, is_thumbnail: false };
    params.extend(input(file).map(|input| (key.to_owned(), input.into())));
    if let Some(thumbnail) = &media.thumbnail {
        let file = NamedFile { file: thumbnail, media, item, is_thumbnail: true };
        params.extend(input(file).map(|input| ("thumbnail".to_owned(), input.into())));
    }
    let numbers = [("width", media.width), ("height", media.height), ("duration", media.duration)];
    let texts = [("title", &media.title), ("performer", &media.performer)];
    let flags = [
        ("has_spoiler", media.has_spoiler),
        ("supports_streaming", media.supports_streaming),
        // Without it Telegram may turn a document into a video, an animation or audio.
        ("disable_content_type_detection", media.kind == Kind::Document),
    ];
    params
        .extend(numbers.into_iter().filter_map(|(key, number)| Some((key.into(), number?.into()))));
    params.extend(
        texts.into_iter().filter_map(|(key, text)| Some((key.into(), text.clone()?.into()))),
    );
    params.extend(
        flags.into_iter().filter(|(_, flag)| *flag).map(|(key, _)| (key.into(), true.into())),
    );
    params
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::message::{ButtonPress, InlineButton, ItemEdit, SendMedia, SendMediaGroup};

    fn media(kind: Kind, name: &str) -> InputMedia {
        let content = FileContent::Sha256(FileHash::of_digest([7; 32]));
        InputMedia::new(kind, MediaFile { content, bytes: 9, name: name.to_owned() })
    }

    fn caption(text: &str) -> Caption {
        Caption { text: text.to_owned(), above: true, ..Caption::default() }
    }

    fn keyboard() -> InlineKeyboard {
        let press = ButtonPress::Url("https://example.org/".to_owned());
        InlineKeyboard { rows: vec![vec![InlineButton { text: "Open".to_owned(), press }]] }
    }

    fn params(request: &Request) -> Value {
        Value::Object(request.bot_api(|file| Some(file.attachment())))
    }

    #[test]
    fn file_is_named_by_its_kind_and_has_its_attributes() {
        let video = InputMedia {
            thumbnail: Some(media(Kind::Photo, "cover.jpg").file),
            width: Some(640),
            height: Some(360),
            duration: Some(12),
            supports_streaming: true,
            has_spoiler: true,
            ..media(Kind::Video, "video.mp4")
        };
        let content =
            MediaContent { media: video, caption: caption("a"), reply_markup: keyboard() };
        let request = Request::SendMedia(Box::new(SendMedia {
            content: content.clone(),
            options: SendOptions { protect_content: true, ..SendOptions::default() },
        }));
        assert_eq!(request.method(), "sendVideo");
        let markup =
            json!({ "inline_keyboard": [[{ "text": "Open", "url": "https://example.org/" }]] });
        assert_eq!(
            params(&request),
            json!({
                "video": "attach://m0", "thumbnail": "attach://t0", "width": 640, "height": 360,
                "duration": 12, "supports_streaming": true, "has_spoiler": true, "caption": "a",
                "show_caption_above_media": true, "reply_markup": markup, "protect_content": true,
            })
        );
        let names: Vec<_> = request.files().map(|file| file.part_name()).collect();
        assert_eq!(names, ["m0", "t0"]);
        let edit = EditMessageCaption { content, message_id: 5 };
        assert_eq!(
            params(&Request::EditMessageCaption(Box::new(edit))),
            json!({
                "message_id": 5, "caption": "a", "show_caption_above_media": true,
                "reply_markup": markup,
            })
        );
    }

    #[test]
    fn caption_of_an_album_is_on_its_first_item() {
        let items = vec![media(Kind::Document, "a.pdf"), media(Kind::Document, "b.pdf")];
        let content = AlbumContent { media: items, caption: caption("both") };
        let album =
            Request::SendMediaGroup(SendMediaGroup { content, options: SendOptions::default() });
        assert_eq!(
            params(&album),
            json!({ "media": [
                {
                    "type": "document", "media": "attach://m0", "caption": "both",
                    "show_caption_above_media": true, "disable_content_type_detection": true,
                },
                {
                    "type": "document", "media": "attach://m1", "show_caption_above_media": true,
                    "disable_content_type_detection": true,
                },
            ]})
        );
        assert_eq!(album.messages(), 2);
    }

    #[test]
    fn album_is_edited_item_by_item() {
        let media = [Kind::Photo, Kind::Video, Kind::Photo].map(|kind| media(kind, "a.bin"));
        let content = AlbumContent { media: media.to_vec(), caption: caption("new") };
        let edit = |item, message_id, replaces_file| ItemEdit { item, message_id, replaces_file };
        let edits = vec![edit(0, 5, false), edit(2, 7, true)];
        let first = Request::EditMediaGroup(Box::new(EditMediaGroup { content, edits }));
        assert_eq!((first.method(), first.files().count()), ("editMessageCaption", 0));
        assert_eq!(
            params(&first),
            json!({ "message_id": 5, "caption": "new", "show_caption_above_media": true })
        );
        let second = first.next_edit().unwrap();
        let names: Vec<_> = second.files().map(|file| file.part_name()).collect();
        assert_eq!((second.method(), names), ("editMessageMedia", vec!["m2".to_owned()]));
        assert_eq!(
            params(&second),
            json!({
                "message_id": 7,
                "media": { "type": "photo", "media": "attach://m2", "show_caption_above_media": true },
            })
        );
        assert_eq!(second.content(), first.content());
        assert_eq!(second.next_edit(), None);
        let kept = serde_json::to_string(&first).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&kept).unwrap(), first);
    }

    #[test]
    fn journal_keeps_the_hash_and_reads_it_back() {
        let path = MediaFile {
            content: FileContent::Path("a/cover.jpg".to_owned()),
            bytes: 9,
            name: "photo.jpg".to_owned(),
        };
        let content = MediaContent {
            media: InputMedia::new(Kind::Photo, path),
            caption: Caption::default(),
            reply_markup: InlineKeyboard::default(),
        };
        let open =
            Request::SendMedia(Box::new(SendMedia { content, options: SendOptions::default() }));
        assert_eq!(open.hashed(|_| None), None);
        let hash = FileHash::of_digest([7; 32]);
        let hashed = open.hashed(|path| (path == "a/cover.jpg").then_some(hash)).unwrap();
        let kept = serde_json::to_string(&hashed).unwrap();
        let digits = "07".repeat(32);
        assert_eq!(
            kept,
            format!(
                r#"{{"method":"sendMedia","params":{{"media":{{"type":"photo","file":{{"sha256":"{digits}","bytes":9,"name":"photo.jpg"}}}}}}}}"#
            )
        );
        assert_eq!(serde_json::from_str::<Request>(&kept).unwrap(), hashed);
    }
}
