//! Sound: what it is called and how long it plays, and the comments that FLAC and Ogg share.

use std::time::Duration;

use super::source::{Source, Stop};
use crate::limits::TAG_BYTES;

/// Sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audio {
    /// How it is encoded.
    pub codec: AudioCodec,
    /// How long it plays, if the headers say so.
    pub duration: Option<Duration>,
    /// The title in the file's tags.
    pub title: Option<String>,
    /// The performer in the file's tags.
    pub performer: Option<String>,
}

impl Audio {
    pub(super) fn new(codec: AudioCodec) -> Self {
        Self { codec, duration: None, title: None, performer: None }
    }
}

/// How sound is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AudioCodec {
    /// MP3.
    Mp3,
    /// AAC, the usual sound of MPEG-4.
    Aac,
    /// Opus.
    Opus,
    /// Vorbis.
    Vorbis,
    /// FLAC.
    Flac,
    /// Plain samples.
    Pcm,
    /// Anything else.
    Other,
}

/// The time of `units`, at `rate` units a second.
pub(super) fn duration(units: u64, rate: u32) -> Option<Duration> {
    let millis = u128::from(units) * 1000 / u128::from((rate > 0).then_some(rate)?);
    u64::try_from(millis).ok().filter(|millis| *millis > 0).map(Duration::from_millis)
}

/// A tag's text without padding; a text that is cut inside a character loses that character.
pub(super) fn tag_text(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches('\u{FFFD}').trim_matches(['\0', ' ', '\t', '\r', '\n']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// Reads title and performer from Vorbis comments.
pub(super) fn comments(
    source: &mut Source<'_>,
    mut at: u64,
    end: u64,
    audio: &mut Audio,
) -> Result<(), Stop> {
    at += 4 + u64::from(u32::from_le_bytes(source.array(at)?)); // the name of the encoder
    at += 4; // the number of comments: the bytes end with the last one
    while at < end {
        let size = u32::from_le_bytes(source.array(at)?);
        at += 4;
        let read = usize::try_from(size).map_or(TAG_BYTES, |size| size.min(TAG_BYTES));
        let comment = source.bytes(at, read)?;
        at += u64::from(size);
        let Some(equals) = comment.iter().position(|byte| *byte == b'=') else { continue };
        let Some((key, value)) = comment.split_at_checked(equals) else { continue };
        let field = if key.eq_ignore_ascii_case(b"TITLE") {
            &mut audio.title
        } else if key.eq_ignore_ascii_case(b"ARTIST") {
            &mut audio.performer
        } else {
            continue;
        };
        if field.is_none() {
            *field = value.get(1..).and_then(tag_text);
        }
    }
    Ok(())
}
