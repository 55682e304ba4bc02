//! Problems of media items, as data. `explain` has the texts.

use super::audio::AudioCodec;
use super::format::Format;
use super::image::{Orientation, Size};
use super::kind::Kind;
use super::mp4::VideoCodec;

/// A problem of one media item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaProblem {
    /// The file has no bytes.
    Empty,
    /// The file is the pointer that Git LFS leaves until `git lfs pull`.
    LfsPointer,
    /// The file's headers are cut off or damaged.
    Damaged {
        /// What the file starts as.
        format: Format,
    },
    /// Telegram does not accept the format as this kind.
    WrongFormat {
        /// The kind in the post.
        kind: Kind,
        /// The format of the file.
        format: Format,
    },
    /// Telegram may accept the format as this kind; its reference does not name it.
    UnreliableFormat {
        /// The kind in the post.
        kind: Kind,
        /// The format of the file.
        format: Format,
    },
    /// The file is larger than Telegram accepts.
    TooLarge {
        /// The kind in the post.
        kind: Kind,
        /// Bytes of the file.
        bytes: u64,
        /// Bytes that it may have.
        limit: u64,
    },
    /// The photo has 10 MB or more in the smaller unit of the two that "10 MB" may mean.
    PhotoNearLimit {
        /// Bytes of the file.
        bytes: u64,
    },
    /// Width and height of the photo together are too many pixels.
    PhotoSides {
        /// The size.
        size: Size,
    },
    /// One side of the photo is too many times longer than the other one.
    PhotoRatio {
        /// The size.
        size: Size,
    },
    /// The photo is rotated or mirrored only by its EXIF data.
    PhotoTurned {
        /// How EXIF wants it to be shown.
        orientation: Orientation,
        /// The size as shown.
        shown: Size,
    },
    /// The photo moves, and Telegram shows only its first frame; `animation` shows all.
    PhotoAnimated {
        /// The format of the file.
        format: Format,
    },
    /// The video has no sound, so its author may have meant an `animation`, which starts by itself and repeats.
    VideoSilent,
    /// The animation has sound, so Telegram shows it as a video.
    AnimationWithSound,
    /// Not every client plays the codec.
    UnreliableCodec {
        /// The codec.
        codec: VideoCodec,
    },
    /// The index of the video is after its media, so readers wait until all is loaded.
    IndexAtEnd,
    /// The headers do not say how long the video plays, so neither does Telegram; a movie in fragments is like that.
    DurationUnknown,
    /// Telegram shows the file as a voice note.
    VoiceNote {
        /// The codec.
        codec: AudioCodec,
    },
    /// Telegram makes no preview of a video of this size, and the post names no thumbnail.
    NeedsThumbnail {
        /// Bytes of the file.
        bytes: u64,
    },
    /// A photo has no thumbnail of its own.
    ThumbnailIgnored {
        /// The kind in the post.
        kind: Kind,
    },
    /// The thumbnail is not a JPEG, or a broken one.
    ThumbnailFormat {
        /// The format of the thumbnail.
        format: Format,
    },
    /// The thumbnail has too many pixels.
    ThumbnailSize {
        /// The size.
        size: Size,
    },
    /// The thumbnail has too many bytes.
    ThumbnailBytes {
        /// Bytes of the thumbnail.
        bytes: u64,
    },
    /// This kind is never blurred.
    SpoilerIgnored {
        /// The kind in the post.
        kind: Kind,
    },
    /// This kind never has its caption above it.
    CaptionAboveIgnored {
        /// The kind in the post.
        kind: Kind,
    },
    /// Readers see another file name.
    FileNameChanged {
        /// The name that they see.
        shown: String,
        /// Whether it is the post's `name`.
        is_typed: bool,
    },
    /// Nothing is left of the file name.
    FileNameLost {
        /// Whether it is the post's `name`.
        is_typed: bool,
    },
}
