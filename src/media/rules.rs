//! Telegram's rules for each kind of media, as pure functions of a probe.

use super::file_name::shown_file_name;
use super::format::Format;
use super::image::{Image, Orientation};
use super::kind::Kind;
use super::mp4::{Movie, VideoCodec};
use super::problem::MediaProblem;
use super::{Content, Probe};
use crate::limits;

/// Bytes that a Bot API server takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadLimits {
    /// Of a photo.
    pub photo: u64,
    /// Of any other file.
    pub file: u64,
    /// Of all files of a request.
    pub request: u64,
}

impl UploadLimits {
    /// Telegram's own server.
    pub const HOSTED: Self = Self {
        photo: limits::PHOTO_BYTES,
        file: limits::MEDIA_FILE_BYTES,
        request: limits::REQUEST_FILE_BYTES,
    };

    /// A local server.
    pub const LOCAL: Self = Self {
        photo: limits::PHOTO_BYTES,
        file: limits::LOCAL_FILE_BYTES,
        request: limits::LOCAL_REQUEST_BYTES,
    };

    fn of(self, kind: Kind) -> u64 {
        if kind == Kind::Photo { self.photo } else { self.file }
    }
}

/// How well Telegram accepts a format as a kind.
enum Fit {
    Good,
    Unreliable,
    Wrong,
}

fn fit(kind: Kind, format: Format) -> Fit {
    match (kind, format) {
        (Kind::Document, _)
        | (Kind::Photo, Format::Jpeg | Format::Png | Format::Gif)
        | (Kind::Video, Format::Mp4)
        | (Kind::Animation, Format::Mp4 | Format::Gif)
        | (Kind::Audio, Format::Mp3 | Format::M4a) => Fit::Good,
        (Kind::Photo, Format::Bmp) | (Kind::Video | Kind::Animation, Format::QuickTime) => {
            Fit::Unreliable
        }
        _ => Fit::Wrong,
    }
}

/// Problems of a file that a post sends as `kind`.
#[must_use]
pub fn file_problems(
    kind: Kind,
    probe: &Probe,
    has_thumbnail: bool,
    upload: UploadLimits,
) -> Vec<MediaProblem> {
    let format = probe.format;
    match format {
        Format::Empty => return vec![MediaProblem::Empty],
        Format::LfsPointer => return vec![MediaProblem::LfsPointer],
        _ => {}
    }
    let mut problems = Vec::new();
    if probe.bytes > upload.of(kind) {
        problems.push(MediaProblem::TooLarge { kind, bytes: probe.bytes, limit: upload.of(kind) });
    } else if kind == Kind::Photo && probe.bytes >= limits::PHOTO_WARN_BYTES {
        problems.push(MediaProblem::PhotoNearLimit { bytes: probe.bytes });
    }
    if let (Kind::Audio, Content::Audio(audio), Format::Ogg) = (kind, &probe.content, format) {
        problems.push(MediaProblem::VoiceNote { codec: audio.codec });
        return problems;
    }
    match fit(kind, format) {
        Fit::Wrong => {
            problems.push(MediaProblem::WrongFormat { kind, format });
            return problems;
        }
        Fit::Unreliable => problems.push(MediaProblem::UnreliableFormat { kind, format }),
        Fit::Good => {}
    }
    match (kind, &probe.content) {
        (Kind::Document, _) => {}
        (_, Content::Damaged) => problems.push(MediaProblem::Damaged { format }),
        (Kind::Photo, Content::Image(image)) => photo_problems(format, image, &mut problems),
        (Kind::Video | Kind::Animation, Content::Movie(movie)) => {
            movie_problems(kind, movie, &mut problems);
        }
        _ => {}
    }
    if kind == Kind::Video && !has_thumbnail && probe.bytes > limits::VIDEO_PREVIEW_BYTES {
        problems.push(MediaProblem::NeedsThumbnail { bytes: probe.bytes });
    }
    problems
}

fn photo_problems(format: Format, image: &Image, problems: &mut Vec<MediaProblem>) {
    let size = image.shown_size();
    let (width, height) = (u64::from(size.width), u64::from(size.height));
    if width + height > limits::PHOTO_SIDES {
        problems.push(MediaProblem::PhotoSides { size });
    }
    if width.max(height) > width.min(height) * limits::PHOTO_RATIO {
        problems.push(MediaProblem::PhotoRatio { size });
    }
    if image.orientation != Orientation::NORMAL {
        problems.push(MediaProblem::PhotoTurned { orientation: image.orientation, shown: size });
    }
    // A GIF as a photo is a mistake even if it seems to have one frame.
    if image.is_animated || format == Format::Gif {
        problems.push(MediaProblem::PhotoAnimated { format });
    }
}

fn movie_problems(kind: Kind, movie: &Movie, problems: &mut Vec<MediaProblem>) {
    match (kind, movie.audio) {
        (Kind::Video, None) => problems.push(MediaProblem::VideoSilent),
        (Kind::Animation, Some(_)) => problems.push(MediaProblem::AnimationWithSound),
        _ => {}
    }
    if let Some(video) = movie.video.filter(|video| video.codec != VideoCodec::H264) {
        problems.push(MediaProblem::UnreliableCodec { codec: video.codec });
    }
    if movie.index_at_end {
        problems.push(MediaProblem::IndexAtEnd);
    }
    if movie.duration.is_none() {
        problems.push(MediaProblem::DurationUnknown);
    }
}

/// Problems of a thumbnail. Telegram leaves out one that breaks a rule, and reports nothing.
#[must_use]
pub fn thumbnail_problems(kind: Kind, probe: &Probe) -> Vec<MediaProblem> {
    let mut problems = Vec::new();
    match probe.format {
        _ if kind == Kind::Photo => problems.push(MediaProblem::ThumbnailIgnored { kind }),
        Format::Empty => problems.push(MediaProblem::Empty),
        Format::LfsPointer => problems.push(MediaProblem::LfsPointer),
        Format::Jpeg => {
            match probe.shown_size() {
                None => problems.push(MediaProblem::Damaged { format: probe.format }),
                Some(size) if size.width.max(size.height) > limits::THUMBNAIL_SIDE => {
                    problems.push(MediaProblem::ThumbnailSize { size });
                }
                Some(_) => {}
            }
            if probe.bytes > limits::THUMBNAIL_BYTES {
                problems.push(MediaProblem::ThumbnailBytes { bytes: probe.bytes });
            }
        }
        format => problems.push(MediaProblem::ThumbnailFormat { format }),
    }
    problems
}

/// Problems of the options of an item.
#[must_use]
pub fn option_problems(kind: Kind, spoiler: bool, caption_above: bool) -> Vec<MediaProblem> {
    let spoiler =
        (spoiler && !kind.takes_spoiler()).then_some(MediaProblem::SpoilerIgnored { kind });
    let caption = (caption_above && !kind.takes_caption_above())
        .then_some(MediaProblem::CaptionAboveIgnored { kind });
    spoiler.into_iter().chain(caption).collect()
}

/// The problem of a name that readers of a document or of music see, if it is sent as `sent`. `is_typed`: it is the post's
/// `name`, not the name of the file.
#[must_use]
pub fn file_name_problem(name: &str, sent: &str, is_typed: bool) -> Option<MediaProblem> {
    match shown_file_name(sent) {
        None => Some(MediaProblem::FileNameLost { is_typed }),
        Some(shown) if shown != name => Some(MediaProblem::FileNameChanged { shown, is_typed }),
        Some(_) => None,
    }
}
