//! The English texts about the media of a post.

use super::super::{Words, listed, words};
use crate::diagnostic::problem::MediaItemProblem;
use crate::limits;
use crate::media::{
    AlbumProblem, AudioCodec, Format, Kind, MediaFileError, MediaPathError, MediaProblem, Size,
    VideoCodec,
};

pub(super) fn problem(problem: &MediaItemProblem) -> Words {
    use MediaItemProblem as P;
    match problem {
        P::NoKind => words(
            "this item names no file",
            "add one of `photo`, `video`, `animation`, `audio`, `document`: photo = \"cover.jpg\"",
        ),
        P::SeveralKinds(kinds) => words(
            format!("one item is one file, and this one has {}", listed(names(kinds), '`')),
            if kinds.windows(2).all(|two| matches!(two, [one, other] if one.mixes_with(*other))) {
                "keep one of them, or write a [[media]] for each: together they are an album"
            } else {
                "keep one of them: together they cannot be an album"
            },
        ),
        P::Path(error) => path(*error),
        P::Unread(path, error) => unread(path, error),
        P::Gone(path) => words(
            format!(
                "there is no file `{path}`; the published message keeps its media and stays as it is"
            ),
            "put the file back to change the post",
        ),
        P::File(problem) => file(problem),
        P::Album(problem) => album(*problem),
        P::KeyIgnored(key, kind) => {
            words(format!("`{key}` has no effect on {}", a_kind(*kind)), "remove it")
        }
        P::CaptionWithoutLinkPreview(channel) => words(
            format!(
                "in `{channel}` the text is a caption or a rich message, which have no link preview"
            ),
            "remove `link_preview`",
        ),
        P::NothingAbove(channel) => words(
            format!("in `{channel}` the post has no caption, so `caption_above` has no effect"),
            "remove `caption_above`",
        ),
        P::CaptionTooLong { excess, fits_until, channel } => words(
            format!("the text has {} too many for a caption in `{channel}`", excess.much()),
            format!(
                "the first {} end with “{fits_until}”; shorten the text, or set overflow = \"split\" or \"separate\"",
                excess.most()
            ),
        ),
        P::CaptionSplit { texts, channel } => words(
            format!(
                "the text is too long for a caption in `{channel}`, so {} the media",
                match texts {
                    1 => "a text message follows".to_owned(),
                    texts => format!("{texts} text messages follow"),
                }
            ),
            format!(
                "shorten it to {} characters, or set overflow = \"separate\" to keep the whole text below the media",
                limits::CAPTION_UTF16
            ),
        ),
    }
}

fn path(error: MediaPathError) -> Words {
    let relative = "write the path from the folder of this file, as in \"cover.jpg\"";
    match error {
        MediaPathError::Empty => words("this path is empty", relative),
        MediaPathError::Url => words(
            "this is a URL, and media is read from files",
            "download the file, put it beside the post, and write its name: what is not on disk cannot be checked",
        ),
        MediaPathError::Absolute => words("a path starts at the folder of the post", relative),
        MediaPathError::Outside => words(
            "this path leads out of the posts folder",
            "copy the file into the folder of the post",
        ),
        MediaPathError::Backslash => {
            words("there is a backslash in this path", "write `/` between the names")
        }
    }
}

fn unread(path: &str, error: &MediaFileError) -> Words {
    match error {
        MediaFileError::Missing => words(
            format!("there is no file `{path}` below the posts folder"),
            "check the name, capital letters included; a path starts at the folder of this file",
        ),
        MediaFileError::Link => words(
            format!("`{path}` is or contains a symbolic link, and only a regular file is read"),
            "replace the link with the file itself: a link could publish anything",
        ),
        MediaFileError::NotAFile => words(
            format!("`{path}` is a folder, a pipe or a device, and only a regular file is read"),
            "name a file",
        ),
        MediaFileError::Changing => words(
            format!("`{path}` is changing while telepress reads it"),
            "wait until the program that writes it is done, then run the command again",
        ),
        MediaFileError::System(error) => words(
            format!("`{path}` cannot be read: {error}"),
            "let the user who runs telepress read it",
        ),
    }
}

#[expect(clippy::too_many_lines, reason = "one table of texts")]
fn file(problem: &MediaProblem) -> Words {
    use MediaProblem as P;
    match problem {
        P::Empty => words("the file is empty", "replace it with the real one"),
        P::LfsPointer => {
            words("the file is a Git LFS pointer, not the content", "run `git lfs pull`")
        }
        P::Damaged { format } => words(
            format!("the file begins like {}, but is cut off or damaged", a_format(*format)),
            "export it again",
        ),
        P::WrongFormat { kind, format } => wrong_format(*kind, *format),
        P::UnreliableFormat { kind, format } => words(
            format!("Telegram may not accept {} as {}", a_format(*format), a_kind(*kind)),
            if *kind == Kind::Photo { "convert it to JPEG or PNG" } else { "convert it to MP4" },
        ),
        P::TooLarge { kind, bytes, limit } => words(
            format!(
                "the file is {}; Telegram accepts {} of up to {}",
                size(*bytes),
                a_kind(*kind),
                size(*limit)
            ),
            match kind {
                Kind::Photo => "make it smaller, or send it as `document`",
                _ if *limit == limits::LOCAL_FILE_BYTES => "make it smaller",
                _ => "make it smaller, or use a local Bot API server: [bot] local_files = true",
            },
        ),
        P::PhotoNearLimit { bytes } => words(
            format!("the photo is {}, and Telegram may refuse it", size(*bytes)),
            "make it smaller than 10 MB",
        ),
        P::PhotoSides { size } => words(
            format!(
                "the photo is {}; its width and height may add up to at most {} pixels",
                pixels(*size),
                limits::PHOTO_SIDES
            ),
            "make it smaller, or send it as `document`",
        ),
        P::PhotoRatio { size } => words(
            format!(
                "the photo is {}; Telegram refuses a photo with one side more than {} times as long as the other",
                pixels(*size),
                limits::PHOTO_RATIO
            ),
            "crop it, or send it as `document`",
        ),
        P::PhotoTurned { shown, .. } => words(
            format!(
                "the photo is rotated only by its EXIF data; readers may see it on its side, or as {}",
                pixels(*shown)
            ),
            "rotate the picture itself in an editor and save it again",
        ),
        P::PhotoAnimated { format } => words(
            format!("as a photo only the first frame of {} is shown", a_format(*format)),
            match format {
                Format::Gif => "write `animation` in place of `photo`",
                _ => "convert it to GIF or MP4 and write `animation`, or save one frame",
            },
        ),
        P::VideoSilent => words(
            "the video has no sound",
            "write `animation` in place of `video` if it should start by itself and repeat; otherwise leave it as it is",
        ),
        P::AnimationWithSound => words(
            "the file has sound, so Telegram shows it as a video",
            "write `video` in place of `animation`, or remove the sound track",
        ),
        P::UnreliableCodec { codec } => words(
            format!("the video is {}, which not every device plays", video_codec(*codec)),
            "convert it to H.264",
        ),
        P::IndexAtEnd => words(
            "the index of the video is at the end of the file, so it starts only when all of it is loaded",
            "move it to the front: ffmpeg -i in.mp4 -c copy -movflags +faststart out.mp4",
        ),
        P::DurationUnknown => words(
            "the file does not say how long the video plays, so readers do not see its length either",
            "convert it: ffmpeg -i in.mp4 -c copy -movflags +faststart out.mp4",
        ),
        P::VoiceNote { codec } => words(
            format!("Telegram shows {} as a voice message", audio_codec(*codec)),
            "convert it to MP3 or M4A, or send it as `document`",
        ),
        P::NeedsThumbnail { bytes } => words(
            format!("Telegram makes no preview of a video of {}", size(*bytes)),
            "add `thumbnail = \"….jpg\"`, at most 320 × 320 pixels",
        ),
        P::ThumbnailIgnored { kind } => {
            words(format!("{} has no thumbnail of its own", a_kind(*kind)), "remove `thumbnail`")
        }
        P::ThumbnailFormat { format } => words(
            format!("a thumbnail is a JPEG, and this is {}", a_format(*format)),
            "convert it to JPEG",
        ),
        P::ThumbnailSize { size } => words(
            format!(
                "the thumbnail is {}; the maximum is {side} × {side} pixels",
                pixels(*size),
                side = limits::THUMBNAIL_SIDE
            ),
            "make it smaller",
        ),
        P::ThumbnailBytes { bytes } => words(
            format!("the thumbnail is {}; it must be smaller than 200 kB", size(*bytes)),
            "make it smaller",
        ),
        P::SpoilerIgnored { kind } => {
            words(format!("Telegram does not blur {}", a_kind(*kind)), "remove `spoiler`")
        }
        P::CaptionAboveIgnored { kind } => words(
            format!("the caption of {} is always below it", a_kind(*kind)),
            "remove `caption_above`",
        ),
        P::FileNameChanged { shown, is_typed: true } => words(
            format!("readers see this file name as `{shown}`"),
            format!("write the name like that, or choose another one: {FILE_NAME}"),
        ),
        P::FileNameChanged { shown, is_typed: false } => words(
            format!("readers see this file name as `{shown}`"),
            "rename the file, or set `name`",
        ),
        P::FileNameLost { is_typed } => words(
            "Telegram removes every character of this file name",
            if *is_typed {
                "use letters and digits"
            } else {
                "name the file with letters and digits, or set `name`"
            },
        ),
    }
}

/// What Telegram keeps of a file name.
const FILE_NAME: &str =
    "Telegram keeps letters, digits and most punctuation, up to 64 characters before the extension";

fn names(kinds: &[Kind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.name()).collect()
}

fn wrong_format(kind: Kind, format: Format) -> Words {
    let convert = match kind {
        Kind::Photo => "convert it to JPEG or PNG",
        Kind::Video => "convert it to MP4 (H.264)",
        Kind::Animation => "convert it to GIF or MP4",
        Kind::Audio => "convert it to MP3 or M4A",
        Kind::Document => "",
    };
    let hint = match fitting(format).filter(|fitting| *fitting != kind) {
        Some(fitting) => format!("write `{}` in place of `{}`", fitting.name(), kind.name()),
        None => format!("{convert}, or send it as `document`"),
    };
    if format == Format::Unknown {
        let message = format!(
            "the content of this file is not in a format that Telegram accepts as {}",
            a_kind(kind)
        );
        return words(
            message,
            format!("check that it is the right file, whatever its name says; {hint}"),
        );
    }
    words(format!("Telegram does not accept {} as {}", a_format(format), a_kind(kind)), hint)
}

/// The kind as which Telegram accepts a format.
fn fitting(format: Format) -> Option<Kind> {
    match format {
        Format::Jpeg | Format::Png => Some(Kind::Photo),
        Format::Gif => Some(Kind::Animation),
        Format::Mp4 | Format::QuickTime => Some(Kind::Video),
        Format::Mp3 | Format::M4a => Some(Kind::Audio),
        Format::Pdf | Format::Zip => Some(Kind::Document),
        _ => None,
    }
}

fn album(problem: AlbumProblem) -> Words {
    match problem {
        AlbumProblem::TooMany { items } => words(
            format!("the album has {items} files; the maximum is {}", limits::ALBUM_ITEMS),
            "split it into several posts",
        ),
        AlbumProblem::Animation { .. } => words(
            "an animation cannot be in an album",
            "publish it in a post of its own, or, if it is an MP4, send it as `video`",
        ),
        AlbumProblem::Mixed { kind, first, .. } => words(
            format!("{} cannot be in an album with {}", a_kind(kind), a_kind(first)),
            "photos and videos mix; documents go only with documents, and audio only with audio",
        ),
        AlbumProblem::ItemTooLarge { bytes, limit, .. } => words(
            format!(
                "the file and its thumbnail are {}; a request to Telegram may be at most {}",
                size(bytes),
                size(limit)
            ),
            "make the file smaller, or use a local Bot API server: [bot] local_files = true",
        ),
        AlbumProblem::TooLarge { bytes, limit } => words(
            format!(
                "the files together are {}; a request to Telegram may be at most {}",
                size(bytes),
                size(limit)
            ),
            "make the files smaller, or set [recovery] staging_chat, through which they are sent one by one",
        ),
    }
}

fn a_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Photo => "a photo",
        Kind::Video => "a video",
        Kind::Animation => "an animation",
        Kind::Audio => "audio",
        Kind::Document => "a document",
    }
}

fn a_format(format: Format) -> &'static str {
    match format {
        Format::Empty => "an empty file",
        Format::LfsPointer => "a Git LFS pointer",
        Format::Jpeg => "a JPEG file",
        Format::Png => "a PNG file",
        Format::Gif => "a GIF file",
        Format::WebP => "a WebP file",
        Format::Heic => "a HEIC file",
        Format::Avif => "an AVIF file",
        Format::Svg => "an SVG file",
        Format::Tiff => "a TIFF file",
        Format::Bmp => "a BMP file",
        Format::Ico => "an icon (ICO)",
        Format::Mp4 => "an MP4 file",
        Format::QuickTime => "a QuickTime video (MOV)",
        Format::Matroska => "a Matroska or WebM video",
        Format::Mp3 => "an MP3 file",
        Format::M4a => "an M4A file",
        Format::Ogg => "an Ogg file",
        Format::Flac => "a FLAC file",
        Format::Wav => "a WAV file",
        Format::Pdf => "a PDF file",
        Format::Zip => "a ZIP file",
        Format::Unknown => "a file of unknown format",
    }
}

fn video_codec(codec: VideoCodec) -> String {
    match codec {
        VideoCodec::H264 => "H.264".to_owned(),
        VideoCodec::H265 => "H.265 (HEVC)".to_owned(),
        VideoCodec::Av1 => "AV1".to_owned(),
        VideoCodec::Vp9 => "VP9".to_owned(),
        VideoCodec::Mpeg4 => "MPEG-4 Visual".to_owned(),
        VideoCodec::Other(name) => format!("`{}`", String::from_utf8_lossy(&name)),
    }
}

fn audio_codec(codec: AudioCodec) -> &'static str {
    match codec {
        AudioCodec::Opus => "an Ogg with Opus",
        AudioCodec::Vorbis => "an Ogg with Vorbis",
        _ => "an Ogg",
    }
}

fn pixels(size: Size) -> String {
    format!("{} × {} pixels", size.width, size.height)
}

/// Bytes in the unit that Telegram's limits use.
fn size(bytes: u64) -> String {
    crate::media::shown_bytes(bytes)
}
