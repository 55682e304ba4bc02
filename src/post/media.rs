//! Validates the media of an edition: which files it names, and whether Telegram accepts them. It opens no file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use telegram_text::block::Block;

use super::raw::{RawMedia, RawOptions};
use crate::config::Config;
use crate::diagnostic::problem::MediaItemProblem;
use crate::field::Fields;
use crate::ids::ChatId;
use crate::key::value::{HasSpan, Plain};
use crate::key::{Item, SpannedStr};
use crate::media::{
    self, AlbumItem, AlbumProblem, Content, Format, Kind, MediaFolder, Probe, Size, UploadLimits,
};
use crate::message::{FileContent, InputMedia, MediaFile};

/// A file of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaItem {
    /// The file, as a request sends it.
    pub media: InputMedia,
    /// Width and height as readers see them.
    pub shown_size: Option<Size>,
    /// How many seconds it plays.
    pub seconds: Option<u32>,
    /// The place of its path in the post file.
    pub span: Range<usize>,
}

/// What the media of a post is checked against.
#[derive(Clone, Copy)]
pub(super) struct MediaRules<'m> {
    folder: &'m dyn MediaFolder,
    upload: UploadLimits,
    has_staging_chat: bool,
}

impl<'m> MediaRules<'m> {
    pub(super) fn new(folder: &'m dyn MediaFolder, config: &Config) -> Self {
        let upload =
            if config.bot.local_files { UploadLimits::LOCAL } else { UploadLimits::HOSTED };
        // No file is uploaded to a staging chat that is a channel (`Operations::upload_chat`).
        let is_channel = |chat| config.channels.iter().any(|known| known.chat == ChatId::Id(chat));
        let has_staging_chat = config.recovery.staging_chat.is_some_and(|chat| !is_channel(chat));
        Self { folder, upload, has_staging_chat }
    }
}

/// The media of an edition. A list of its own replaces the list at the top of the file, which `check_shared` reports once.
pub(super) fn read(
    own: &RawOptions<'_>,
    shared: Option<&RawOptions<'_>>,
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) -> Vec<MediaItem> {
    let above = own.caption_above.as_ref();
    let shared_above = shared.and_then(|shared| shared.caption_above.as_ref());
    match (&own.media, shared.and_then(|shared| shared.media.as_ref())) {
        (Some(list), _) => {
            let items = items(list, rules, fields);
            caption_above(&items, above.or(shared_above), above.is_some(), fields);
            items
        }
        (None, Some(list)) => {
            let items = items(list, rules, &mut fields.without_reports());
            if above.is_some() {
                caption_above(&items, above, true, fields);
            }
            items
        }
        (None, None) => Vec::new(),
    }
}

/// Reports the problems of the media at the top of a file with editions.
pub(super) fn check_shared(
    shared: &RawOptions<'_>,
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) {
    if let Some(list) = &shared.media {
        let items = items(list, rules, fields);
        caption_above(&items, shared.caption_above.as_ref(), true, fields);
    }
}

/// Reports a caption that Telegram does not put above these media: at the key, or at the item if the key is not beside it.
fn caption_above(
    items: &[MediaItem],
    flag: Option<&Item<bool>>,
    is_beside: bool,
    fields: &mut Fields<'_>,
) {
    let Some(flag) = flag.filter(|flag| flag.value) else { return };
    let ignores = |item: &&MediaItem| !item.media.kind.takes_caption_above();
    let Some(item) = items.iter().find(ignores) else { return };
    let place = if is_beside { &flag.span } else { &item.span };
    for problem in media::option_problems(item.media.kind, false, true) {
        fields.report(place.clone(), MediaItemProblem::File(problem));
    }
}

fn items(
    list: &Item<Vec<Item<RawMedia<'_>>>>,
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) -> Vec<MediaItem> {
    let items: Vec<_> = list.value.iter().filter_map(|raw| item(raw, rules, fields)).collect();
    let sizes: Vec<_> = items
        .iter()
        .map(|item| AlbumItem {
            kind: item.media.kind,
            bytes: item.media.file.bytes,
            thumbnail: item.media.thumbnail.as_ref().map_or(0, |file| file.bytes),
        })
        .collect();
    for problem in media::album_problems(&sizes, rules.upload, rules.has_staging_chat) {
        let place = problem.item().and_then(|item| items.get(item)).or(items.first());
        let place = place.map_or(list.span.clone(), |item| item.span.clone());
        fields.report(place, MediaItemProblem::Album(problem));
    }
    items
}

/// The files between the paragraphs of a body, by their paths as typed.
pub(super) fn images(
    body: &SpannedStr<'_>,
    blocks: &[Block],
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) -> BTreeMap<String, MediaItem> {
    let mut typed = Vec::new();
    Block::each(blocks, &mut |block| {
        if let Block::Image(image) = block {
            typed.push(image);
        }
    });
    let mut images = BTreeMap::new();
    for image in typed {
        if images.contains_key(&image.path) {
            continue;
        }
        let path = fields.inner_string(body, image.range.clone(), image.path.clone());
        if let Some(item) = self::image(&path, rules, fields) {
            images.insert(image.path.clone(), item);
        }
    }
    images
}

/// Reports the files of a message with files in its body if they are too large together. Those of `media` alone were checked
/// before.
pub(super) fn check_together(
    media: &[MediaItem],
    images: &BTreeMap<String, MediaItem>,
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) {
    let Some(last) = images.values().max_by_key(|item| item.span.start) else { return };
    let files = media.iter().chain(images.values()).flat_map(|item| item.media.files());
    let bytes = files.fold(0_u64, |sum, file| sum.saturating_add(file.bytes));
    let limit = rules.upload.request;
    // Of several files each is uploaded to the staging chat first.
    if bytes > limit && !rules.has_staging_chat && media.len() + images.len() > 1 {
        let problem = AlbumProblem::TooLarge { bytes, limit };
        fields.report(last.span.clone(), MediaItemProblem::Album(problem));
    }
}

/// A file that is named by its path alone. Its format decides the kind.
fn image(
    typed: &SpannedStr<'_>,
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) -> Option<MediaItem> {
    let (path, probe) = file(typed, rules, fields)?;
    let kind = media::kind_of(&probe);
    for problem in media::file_problems(kind, &probe, false, rules.upload) {
        fields.report(typed.span.clone(), MediaItemProblem::File(problem));
    }
    let name = if kind.shows_name() {
        shown_name(kind, probe.format, (typed, &path), None, fields)?
    } else {
        fixed_name(kind, probe.format).to_owned()
    };
    let file = MediaFile { content: FileContent::Path(path), bytes: probe.bytes, name };
    let (title, performer) = tags(&probe);
    let media = InputMedia { title, performer, ..with_sizes(kind, file, &probe) };
    let span = typed.span.clone();
    let (shown_size, seconds) = (probe.shown_size(), seconds(&probe));
    Some(MediaItem { media, shown_size, seconds, span })
}

/// The kinds that an item names, each with its path.
fn kinds<'r, 'i>(raw: &'r RawMedia<'i>) -> Vec<(Kind, &'r SpannedStr<'i>)> {
    let keys = [
        (Kind::Photo, &raw.photo),
        (Kind::Video, &raw.video),
        (Kind::Animation, &raw.animation),
        (Kind::Audio, &raw.audio),
        (Kind::Document, &raw.document),
    ];
    keys.into_iter().filter_map(|(kind, path)| Some((kind, &path.as_ref()?.0))).collect()
}

fn item(
    raw: &Item<RawMedia<'_>>,
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) -> Option<MediaItem> {
    let RawMedia { spoiler, thumbnail, .. } = &raw.value;
    let (kind, typed) = only_kind(raw, fields)?;
    let (path, probe) = file(typed, rules, fields)?;
    for problem in media::file_problems(kind, &probe, thumbnail.is_some(), rules.upload) {
        fields.report(typed.span.clone(), MediaItemProblem::File(problem));
    }
    let spoiler = spoiler.as_ref().filter(|flag| flag.value);
    if let Some(flag) = spoiler {
        for problem in media::option_problems(kind, true, false) {
            fields.report(flag.span.clone(), MediaItemProblem::File(problem));
        }
    }
    ignored_keys(kind, &raw.value, fields);
    let name = if kind.shows_name() {
        shown_name(kind, probe.format, (typed, &path), raw.value.name.as_ref(), fields)?
    } else {
        fixed_name(kind, probe.format).to_owned()
    };
    let thumbnail =
        thumbnail.as_ref().and_then(|typed| self::thumbnail(kind, &typed.0, rules, fields));
    let content = FileContent::Path(path);
    let file = MediaFile { content, bytes: probe.bytes, name };
    let mut media = InputMedia {
        thumbnail,
        has_spoiler: spoiler.is_some() && kind.takes_spoiler(),
        ..with_sizes(kind, file, &probe)
    };
    if kind == Kind::Audio {
        let (title, performer) = tags(&probe);
        media.title = own_tag(raw.value.title.as_ref(), "title", fields).or(title);
        media.performer = own_tag(raw.value.performer.as_ref(), "performer", fields).or(performer);
    }
    Some(MediaItem {
        media,
        shown_size: probe.shown_size(),
        seconds: seconds(&probe),
        span: typed.span.clone(),
    })
}

/// The kind of an item and its path; reports an item that is not exactly one file.
fn only_kind<'r, 'i>(
    raw: &'r Item<RawMedia<'i>>,
    fields: &mut Fields<'_>,
) -> Option<(Kind, &'r SpannedStr<'i>)> {
    let kinds = kinds(&raw.value);
    match kinds.as_slice() {
        [only] => Some(*only),
        [] => {
            if !raw.value.unread.any() && !fields.is_malformed_in_table(&raw.span) {
                fields.report(raw.span.clone(), MediaItemProblem::NoKind);
            }
            None
        }
        [.., (_, last)] => {
            let named = kinds.iter().map(|(kind, _)| *kind).collect();
            fields.report(last.span.clone(), MediaItemProblem::SeveralKinds(named));
            None
        }
    }
}

/// The title and the performer in the file.
fn tags(probe: &Probe) -> (Option<String>, Option<String>) {
    match &probe.content {
        Content::Audio(audio) => (audio.title.clone(), audio.performer.clone()),
        _ => (None, None),
    }
}

fn own_tag(
    typed: Option<&Plain<'_>>,
    key: &'static str,
    fields: &mut Fields<'_>,
) -> Option<String> {
    fields.line(&typed?.0, key)
}

/// The item with what Telegram needs to know of a video or of audio: it does not read the file itself.
fn with_sizes(kind: Kind, file: MediaFile, probe: &Probe) -> InputMedia {
    let item = InputMedia::new(kind, file);
    if matches!(kind, Kind::Photo | Kind::Document) {
        return item;
    }
    let size = probe.shown_size();
    let streams =
        |content: &Content| matches!(content, Content::Movie(movie) if !movie.index_at_end);
    InputMedia {
        width: size.map(|size| size.width),
        height: size.map(|size| size.height),
        duration: seconds(probe),
        supports_streaming: kind == Kind::Video && streams(&probe.content),
        ..item
    }
}

/// How many seconds a file plays. One that is shorter than a second does play.
fn seconds(probe: &Probe) -> Option<u32> {
    u32::try_from(probe.duration()?.as_millis().div_ceil(1000)).ok()
}

/// The path below the posts folder and the facts of a file.
fn file(
    typed: &SpannedStr<'_>,
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) -> Option<(String, Arc<Probe>)> {
    let path = match media::media_path(rules.folder.path(), &typed.value) {
        Ok(path) => path,
        Err(error) => {
            fields.report(typed.span.clone(), MediaItemProblem::Path(error));
            return None;
        }
    };
    match rules.folder.probe(&path) {
        Ok(probe) => Some((path, probe)),
        Err(error) => {
            fields.report(typed.span.clone(), MediaItemProblem::Unread(path, error));
            None
        }
    }
}

fn thumbnail(
    kind: Kind,
    typed: &SpannedStr<'_>,
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) -> Option<MediaFile> {
    let (path, probe) = file(typed, rules, fields)?;
    for problem in media::thumbnail_problems(kind, &probe) {
        fields.report(typed.span.clone(), MediaItemProblem::File(problem));
    }
    let name = "thumbnail.jpg".to_owned();
    let file = MediaFile { content: FileContent::Path(path), bytes: probe.bytes, name };
    (kind != Kind::Photo).then_some(file)
}

/// Reports keys that the kind does not have.
fn ignored_keys(kind: Kind, raw: &RawMedia<'_>, fields: &mut Fields<'_>) {
    let is_audio = kind == Kind::Audio;
    // The compiler asks here for a new key. Which kinds have a spoiler or a thumbnail is checked where they are read.
    let RawMedia {
        name,
        title,
        performer,
        spoiler: _,
        thumbnail: _,
        photo: _,
        video: _,
        animation: _,
        audio: _,
        document: _,
        unread: _,
        source: _,
    } = raw;
    let keys = [
        ("name", name, kind.shows_name()),
        ("title", title, is_audio),
        ("performer", performer, is_audio),
    ];
    for (key, typed, is_shown) in keys {
        if let (Some(typed), false) = (typed, is_shown) {
            fields.report(typed.span(), MediaItemProblem::KeyIgnored(key, kind));
        }
    }
}

/// The name that readers see: the post's, or the file's own. Reports a name that Telegram or telepress changes.
fn shown_name(
    kind: Kind,
    format: Format,
    (file, path): (&SpannedStr<'_>, &str),
    named: Option<&Plain<'_>>,
    fields: &mut Fields<'_>,
) -> Option<String> {
    let (name, span) = match named {
        Some(typed) => (fields.line(&typed.0, "name")?, typed.span()),
        None => (path.rsplit('/').next().unwrap_or_default().to_owned(), file.span.clone()),
    };
    let sent = media::typed_file_name(kind, format, &name);
    if let Some(problem) = media::file_name_problem(&name, &sent, named.is_some()) {
        fields.report(span, MediaItemProblem::File(problem));
    }
    Some(media::shown_file_name(&sent).unwrap_or(sent))
}

/// The name of a file that readers do not see. It does not depend on the file's own name, so that renaming a picture is not an
/// edit.
fn fixed_name(kind: Kind, format: Format) -> &'static str {
    match (kind, format) {
        (Kind::Photo, Format::Png) => "photo.png",
        (Kind::Photo, Format::Gif) => "photo.gif",
        (Kind::Photo, Format::Bmp) => "photo.bmp",
        (Kind::Photo, _) => "photo.jpg",
        (Kind::Animation, Format::Gif) => "animation.gif",
        (Kind::Animation, _) => "animation.mp4",
        (_, Format::QuickTime) => "video.mov",
        _ => "video.mp4",
    }
}
