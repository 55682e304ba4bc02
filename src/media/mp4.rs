//! MPEG-4 and QuickTime: a walk over the boxes that describe a movie; nothing of its media is read.

use std::time::Duration;

use super::audio::{Audio, AudioCodec, duration, tag_text};
use super::image::Size;
use super::source::{Source, Stop, optional};
use crate::limits::TAG_BYTES;

/// A movie, or sound in the same container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movie {
    /// How long it plays, if the headers say so.
    pub duration: Option<Duration>,
    /// Whether the index (`moov`) comes after the media, so that nothing plays before all is loaded.
    pub index_at_end: bool,
    /// The first track with a picture.
    pub video: Option<VideoTrack>,
    /// The codec of the first track with sound; `None` is a silent movie.
    pub audio: Option<AudioCodec>,
    title: Option<String>,
    performer: Option<String>,
}

impl Movie {
    pub(super) fn into_audio(self, codec: AudioCodec) -> Audio {
        Audio { codec, duration: self.duration, title: self.title, performer: self.performer }
    }
}

/// A track with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoTrack {
    /// How it is encoded.
    pub codec: VideoCodec,
    /// Size with square pixels, before it is turned.
    pub size: Size,
    /// How a player turns it.
    pub rotation: Rotation,
}

impl VideoTrack {
    /// Size as shown.
    #[must_use]
    pub fn shown_size(&self) -> Size {
        match self.rotation {
            Rotation::Quarter | Rotation::ThreeQuarters => self.size.turned(),
            Rotation::None | Rotation::Half => self.size,
        }
    }
}

/// How a player turns the picture, clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rotation {
    /// Not at all.
    None,
    /// By 90°.
    Quarter,
    /// By 180°.
    Half,
    /// By 270°.
    ThreeQuarters,
}

/// How a picture that moves is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VideoCodec {
    /// H.264, which every Telegram client plays.
    H264,
    /// H.265.
    H265,
    /// AV1.
    Av1,
    /// VP9.
    Vp9,
    /// MPEG-4 part 2.
    Mpeg4,
    /// Anything else, by its four letters.
    Other([u8; 4]),
}

impl VideoCodec {
    fn new(name: [u8; 4]) -> Self {
        match &name {
            b"avc1" | b"avc3" => Self::H264,
            b"hev1" | b"hvc1" => Self::H265,
            b"av01" => Self::Av1,
            b"vp09" => Self::Vp9,
            b"mp4v" => Self::Mpeg4,
            _ => Self::Other(name),
        }
    }
}

fn audio_codec(name: [u8; 4]) -> AudioCodec {
    match &name {
        b"mp4a" => AudioCodec::Aac,
        b".mp3" => AudioCodec::Mp3,
        b"Opus" => AudioCodec::Opus,
        b"fLaC" => AudioCodec::Flac,
        b"sowt" | b"twos" | b"lpcm" => AudioCodec::Pcm,
        _ => AudioCodec::Other,
    }
}

/// A box: its name, and where its content is.
struct Atom {
    name: [u8; 4],
    start: u64,
    end: u64,
}

impl Atom {
    fn read(source: &mut Source<'_>, at: u64, limit: u64) -> Result<Self, Stop> {
        let [s0, s1, s2, s3, name @ ..] = source.array::<8>(at)?;
        let (header, size) = match u32::from_be_bytes([s0, s1, s2, s3]) {
            0 => (8, limit.saturating_sub(at)), // to the end of what contains it
            1 => (16, u64::from_be_bytes(source.array(at + 8)?)),
            size => (8, u64::from(size)),
        };
        if size < header {
            return Err(Stop::Missing);
        }
        Ok(Self { name, start: at + header, end: at.saturating_add(size).min(limit) })
    }
}

/// Calls `visit` with each box from `start` to `end`.
fn walk(
    source: &mut Source<'_>,
    start: u64,
    end: u64,
    mut visit: impl FnMut(&mut Source<'_>, &Atom) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut at = start;
    while at < end {
        let atom = Atom::read(source, at, end)?;
        visit(source, &atom)?;
        at = atom.end;
    }
    Ok(())
}

pub(super) fn read(source: &mut Source<'_>) -> Result<Movie, Stop> {
    let length = source.length();
    let mut media_seen = false;
    let mut at = 0;
    while at < length {
        let atom = Atom::read(source, at, length)?;
        match &atom.name {
            b"mdat" => media_seen = true,
            b"moov" => return movie(source, &atom, media_seen),
            _ => {}
        }
        at = atom.end;
    }
    Err(Stop::Missing)
}

fn movie(source: &mut Source<'_>, moov: &Atom, index_at_end: bool) -> Result<Movie, Stop> {
    let mut movie = Movie {
        duration: None,
        index_at_end,
        video: None,
        audio: None,
        title: None,
        performer: None,
    };
    let mut units_per_second = 0;
    walk(source, moov.start, moov.end, |source, atom| {
        match &atom.name {
            b"mvhd" => (units_per_second, movie.duration) = movie_header(source, atom)?,
            b"trak" => match track(source, atom)? {
                Some(Track::Video(video)) => movie.video = movie.video.or(Some(video)),
                Some(Track::Audio(codec)) => movie.audio = movie.audio.or(Some(codec)),
                None => {}
            },
            b"mvex" if movie.duration.is_none() => {
                walk(source, atom.start, atom.end, |source, atom| {
                    if atom.name == *b"mehd" {
                        movie.duration = fragments_duration(source, atom, units_per_second)?;
                    }
                    Ok(())
                })?;
            }
            b"udta" => {
                optional(tags(source, atom, &mut movie))?;
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(movie)
}

/// The time scale and the duration of the movie.
fn movie_header(source: &mut Source<'_>, atom: &Atom) -> Result<(u32, Option<Duration>), Stop> {
    let [version] = source.array(atom.start)?;
    let (scale, units) = if version == 0 {
        let scale = u32::from_be_bytes(source.array(atom.start + 12)?);
        let units = u32::from_be_bytes(source.array(atom.start + 16)?);
        (scale, (units != u32::MAX).then_some(u64::from(units)))
    } else {
        let scale = u32::from_be_bytes(source.array(atom.start + 20)?);
        let units = u64::from_be_bytes(source.array(atom.start + 24)?);
        (scale, (units != u64::MAX).then_some(units))
    };
    Ok((scale, units.and_then(|units| duration(units, scale))))
}

/// The duration of a movie in fragments.
fn fragments_duration(
    source: &mut Source<'_>,
    atom: &Atom,
    units_per_second: u32,
) -> Result<Option<Duration>, Stop> {
    let [version] = source.array(atom.start)?;
    let units = if version == 0 {
        u64::from(u32::from_be_bytes(source.array(atom.start + 4)?))
    } else {
        u64::from_be_bytes(source.array(atom.start + 4)?)
    };
    Ok(duration(units, units_per_second))
}

enum Track {
    Video(VideoTrack),
    Audio(AudioCodec),
}

/// What the boxes of a track say, each in its place.
#[derive(Default)]
struct TrackFacts {
    handler: [u8; 4],
    shown: Option<Size>,
    rotation: Option<Rotation>,
    codec: [u8; 4],
    coded: Option<Size>,
    pixel: Option<(u32, u32)>,
}

fn track(source: &mut Source<'_>, trak: &Atom) -> Result<Option<Track>, Stop> {
    let mut facts = TrackFacts::default();
    walk(source, trak.start, trak.end, |source, atom| match &atom.name {
        b"tkhd" => track_header(source, atom, &mut facts),
        b"mdia" => walk(source, atom.start, atom.end, |source, atom| match &atom.name {
            b"hdlr" => {
                facts.handler = source.array(atom.start + 8)?;
                Ok(())
            }
            b"minf" => walk(source, atom.start, atom.end, |source, atom| match &atom.name {
                b"stbl" => sample_table(source, atom, &mut facts),
                _ => Ok(()),
            }),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })?;
    Ok(match &facts.handler {
        b"vide" => facts.size().map(|size| {
            let rotation = facts.rotation.unwrap_or(Rotation::None);
            Track::Video(VideoTrack { codec: VideoCodec::new(facts.codec), size, rotation })
        }),
        b"soun" => Some(Track::Audio(audio_codec(facts.codec))),
        _ => None,
    })
}

impl TrackFacts {
    /// The size with square pixels; without a pixel's shape the track's own size has it.
    fn size(&self) -> Option<Size> {
        let (Some(coded), Some((horizontal, vertical))) = (self.coded, self.pixel) else {
            return self.shown.or(self.coded);
        };
        let width = u64::from(coded.width) * u64::from(horizontal) / u64::from(vertical.max(1));
        let width = u32::try_from(width).ok().filter(|width| (1..=100_000).contains(width));
        Some(Size { width: width.unwrap_or(coded.width), ..coded })
    }
}

fn track_header(source: &mut Source<'_>, atom: &Atom, facts: &mut TrackFacts) -> Result<(), Stop> {
    let [version] = source.array(atom.start)?;
    // The matrix comes after times and ids, which have eight bytes instead of four since version 1.
    let matrix = atom.start + if version == 0 { 40 } else { 52 };
    let mut number = |at| Ok::<_, Stop>(i32::from_be_bytes(source.array(at)?));
    let [a, b, c, d] =
        [number(matrix)?, number(matrix + 4)?, number(matrix + 12)?, number(matrix + 16)?];
    facts.rotation = Some(match (a.signum(), b.signum(), c.signum(), d.signum()) {
        (0, 1, -1, 0) => Rotation::Quarter,
        (0, -1, 1, 0) => Rotation::ThreeQuarters,
        (-1, 0, 0, -1) => Rotation::Half,
        _ => Rotation::None,
    });
    // Both sides have 16 bits before the point and 16 after it.
    let [w0, w1, _, _, h0, h1, _, _] = source.array(matrix + 36)?;
    facts.shown = non_empty(u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1]));
    Ok(())
}

fn non_empty(width: u16, height: u16) -> Option<Size> {
    (width > 0 && height > 0).then(|| Size { width: width.into(), height: height.into() })
}

/// Reads the first sample description.
fn sample_table(source: &mut Source<'_>, stbl: &Atom, facts: &mut TrackFacts) -> Result<(), Stop> {
    walk(source, stbl.start, stbl.end, |source, atom| {
        if atom.name != *b"stsd" {
            return Ok(());
        }
        let entry = Atom::read(source, atom.start + 8, atom.end)?;
        facts.codec = entry.name;
        if facts.handler != *b"vide" {
            return Ok(());
        }
        let [w0, w1, h0, h1] = source.array(entry.start + 24)?;
        facts.coded = non_empty(u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1]));
        optional(walk(source, entry.start + 78, entry.end, |source, atom| {
            if atom.name == *b"pasp" {
                let [h0, h1, h2, h3, v0, v1, v2, v3] = source.array(atom.start)?;
                let horizontal = u32::from_be_bytes([h0, h1, h2, h3]);
                let vertical = u32::from_be_bytes([v0, v1, v2, v3]);
                facts.pixel = (horizontal > 0 && vertical > 0).then_some((horizontal, vertical));
            }
            Ok(())
        }))?;
        Ok(())
    })
}

/// Title and performer as iTunes writes them: `udta`, `meta`, `ilst`.
fn tags(source: &mut Source<'_>, udta: &Atom, movie: &mut Movie) -> Result<(), Stop> {
    walk(source, udta.start, udta.end, |source, atom| {
        if atom.name != *b"meta" {
            return Ok(());
        }
        // QuickTime's `meta` has no version in front of its boxes.
        let start = if source.array(atom.start + 4)? == *b"hdlr" { 0 } else { 4 };
        walk(source, atom.start + start, atom.end, |source, atom| {
            if atom.name != *b"ilst" {
                return Ok(());
            }
            walk(source, atom.start, atom.end, |source, atom| {
                let field = match &atom.name {
                    b"\xA9nam" => &mut movie.title,
                    b"\xA9ART" => &mut movie.performer,
                    _ => return Ok(()),
                };
                let data = Atom::read(source, atom.start, atom.end)?;
                let start = data.start + 8; // type and locale
                let size = usize::try_from(data.end.saturating_sub(start)).unwrap_or(TAG_BYTES);
                *field = tag_text(source.bytes(start, size.min(TAG_BYTES))?);
                Ok(())
            })
        })
    })
}
