//! Reads the format and the headers of media files and checks them against Telegram's rules; opens no file and decodes
//! nothing.
//!
//! [`probe`] reads headers only, at most [`crate::limits::MAX_MEDIA_HEADER_BYTES`] bytes in blocks of [`crate::limits::MEDIA_READ_BYTES`]. The
//! rules ([`file_problems`] and its neighbours) are pure functions of a [`Probe`] and the [`Kind`] that the post names.

mod album;
mod audio;
mod file_name;
mod flac;
mod folder;
mod format;
mod id3;
mod image;
mod kind;
mod mp3;
mod mp4;
mod ogg;
mod problem;
mod rules;
mod source;
#[cfg(test)]
mod tests;
mod wav;

use std::io::{self, Read, Seek};
use std::time::Duration;

pub use album::{AlbumItem, AlbumProblem, album_problems};
pub use audio::{Audio, AudioCodec};
pub use file_name::{escape_file_name, shown_file_name, typed_file_name};
pub use folder::{MediaFileError, MediaFolder, MediaPathError, NoFiles, media_path};
pub use format::Format;
pub use image::{Image, Orientation, Size};
pub use kind::Kind;
pub use mp4::{Movie, Rotation, VideoCodec, VideoTrack};
pub use problem::MediaProblem;
pub use rules::{
    UploadLimits, file_name_problem, file_problems, option_problems, thumbnail_problems,
};

use source::{Source, Stop, optional};

/// What the first bytes of a file say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The format, by magic number; the file's name is ignored.
    pub format: Format,
    /// Bytes of the whole file.
    pub bytes: u64,
    /// What its headers say.
    pub content: Content,
}

/// A size with its unit, as people write it: `2.4 MB`.
#[must_use]
pub fn shown_bytes(bytes: u64) -> String {
    let (amount, unit) = scaled_bytes(bytes);
    let name = match unit {
        ByteUnit::Bytes => "bytes",
        ByteUnit::Kilobytes => "kB",
        ByteUnit::Megabytes => "MB",
        ByteUnit::Gigabytes => "GB",
    };
    format!("{amount} {name}")
}

/// A unit of sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteUnit {
    /// One byte.
    Bytes,
    /// 1,000 bytes.
    Kilobytes,
    /// 1,000 kB.
    Megabytes,
    /// 1,000 MB.
    Gigabytes,
}

/// A size in the unit that suits it, with a decimal if it is short.
#[must_use]
pub fn scaled_bytes(bytes: u64) -> (String, ByteUnit) {
    let (size, unit) = match bytes {
        0..1_000 => return (bytes.to_string(), ByteUnit::Bytes),
        1_000..1_000_000 => (1_000, ByteUnit::Kilobytes),
        1_000_000..1_000_000_000 => (1_000_000, ByteUnit::Megabytes),
        _ => (1_000_000_000, ByteUnit::Gigabytes),
    };
    let tenths = bytes / (size / 10);
    let amount = match tenths {
        0..100 if !tenths.is_multiple_of(10) => format!("{}.{}", tenths / 10, tenths % 10),
        _ => (tenths / 10).to_string(),
    };
    (amount, unit)
}

/// What the headers of a file say, by family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A picture.
    Image(Image),
    /// A video; sound alone in the same container is [`Content::Audio`].
    Movie(Movie),
    /// Sound.
    Audio(Audio),
    /// A format whose headers are not read, because Telegram accepts it only as a document.
    Opaque,
    /// The format is known, but its headers are cut off, broken or longer than [`crate::limits::MAX_MEDIA_HEADER_BYTES`].
    Damaged,
}

/// How a file is sent if the post does not name its kind.
#[must_use]
pub fn kind_of(probe: &Probe) -> Kind {
    match (probe.format, &probe.content) {
        (Format::Gif, _) => Kind::Animation,
        (_, Content::Movie(movie)) if movie.audio.is_none() => Kind::Animation,
        (Format::Mp4 | Format::QuickTime, _) => Kind::Video,
        (_, Content::Audio(_)) => Kind::Audio,
        // The formats that no photo may have are reported as such.
        (_, Content::Image(_)) => Kind::Photo,
        _ => Kind::Document,
    }
}

impl Probe {
    /// Width and height as readers see them: turned, and with square pixels.
    #[must_use]
    pub fn shown_size(&self) -> Option<Size> {
        match &self.content {
            Content::Image(image) => Some(image.shown_size()),
            Content::Movie(movie) => movie.video.as_ref().map(VideoTrack::shown_size),
            Content::Audio(_) | Content::Opaque | Content::Damaged => None,
        }
    }

    /// How long it plays, if its headers say so.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        match &self.content {
            Content::Movie(movie) => movie.duration,
            Content::Audio(audio) => audio.duration,
            Content::Image(_) | Content::Opaque | Content::Damaged => None,
        }
    }
}

/// Reads the format and the headers of a file of `length` bytes.
///
/// A broken file is a [`Probe`] as well ([`Content::Damaged`]).
///
/// # Errors
///
/// Only if reading or seeking fails.
pub fn probe(reader: &mut (impl Read + Seek), length: u64) -> io::Result<Probe> {
    let mut source = Source::new(reader, length);
    let format = optional(format::detect(&mut source))?.unwrap_or(Format::Unknown);
    let content = optional(contents(&mut source, format))?.unwrap_or(Content::Damaged);
    // The tracks of a container decide whether it is a video or only sound.
    let format = match (format, &content) {
        (Format::Mp4 | Format::QuickTime, Content::Audio(_)) => Format::M4a,
        (Format::M4a, Content::Movie(_)) => Format::Mp4,
        _ => format,
    };
    Ok(Probe { format, bytes: length, content })
}

fn contents(source: &mut Source<'_>, format: Format) -> Result<Content, Stop> {
    Ok(match format {
        Format::Jpeg => Content::Image(image::jpeg(source)?),
        Format::Png => Content::Image(image::png(source)?),
        Format::Gif => Content::Image(image::gif(source)?),
        Format::WebP => Content::Image(image::webp(source)?),
        Format::Bmp => Content::Image(image::bmp(source)?),
        Format::Mp3 => Content::Audio(mp3::read(source)?),
        Format::Ogg => Content::Audio(ogg::read(source)?),
        Format::Flac => Content::Audio(flac::read(source)?),
        Format::Wav => Content::Audio(wav::read(source)?),
        Format::Mp4 | Format::QuickTime | Format::M4a => {
            let movie = mp4::read(source)?;
            match movie.audio {
                // A picture in music is its cover.
                Some(codec) if movie.video.is_none() || format == Format::M4a => {
                    Content::Audio(movie.into_audio(codec))
                }
                None if movie.video.is_none() => Content::Damaged,
                _ => Content::Movie(movie),
            }
        }
        Format::Empty
        | Format::LfsPointer
        | Format::Heic
        | Format::Avif
        | Format::Svg
        | Format::Tiff
        | Format::Ico
        | Format::Matroska
        | Format::Pdf
        | Format::Zip
        | Format::Unknown => Content::Opaque,
    })
}
