//! MP3: frames, and how long they play.

use super::audio::{Audio, AudioCodec, duration};
use super::id3;
use super::source::{Source, Stop, optional};
use crate::limits::MAX_MEDIA_SEARCH_BYTES;

/// The header of a frame.
struct Frame {
    bytes: u64,
    bits_per_second: u32,
    samples: u32,
    rate: u32,
    /// Where a Xing header is, from the start of the frame.
    xing: u64,
}

impl Frame {
    /// A frame of layer III; everything else is `None`.
    fn parse([sync, b1, b2, b3]: [u8; 4]) -> Option<Self> {
        const KILOBITS: [[u32; 16]; 2] = [
            [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0],
            [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0],
        ];
        if sync != 0xFF || b1 & 0xE0 != 0xE0 || b1 >> 1 & 3 != 1 {
            return None;
        }
        // MPEG 1, 2 and 2.5: the later ones halve the rate.
        let (halvings, table) = match b1 >> 3 & 3 {
            3 => (0, 0),
            2 => (1, 1),
            0 => (2, 1),
            _ => return None,
        };
        let kilobits = *KILOBITS.get(table)?.get(usize::from(b2 >> 4))?;
        let rate = [44_100_u32, 48_000, 32_000].get(usize::from(b2 >> 2 & 3))? >> halvings;
        let bits_per_second = (kilobits > 0).then_some(kilobits * 1000)?;
        let is_mono = b3 >> 6 == 3;
        let (samples, xing) = match (halvings, is_mono) {
            (0, false) => (1152, 36),
            (0, true) => (1152, 21),
            (_, false) => (576, 21),
            (_, true) => (576, 13),
        };
        let bytes = u64::from(samples / 8 * bits_per_second / rate) + u64::from(b2 >> 1 & 1);
        Some(Self { bytes, bits_per_second, samples, rate, xing })
    }
}

/// Whether there is a frame, and another one, or the end of the file, directly after it.
pub(super) fn is_frame_pair(source: &mut Source<'_>, at: u64) -> Result<bool, Stop> {
    let Some(frame) = Frame::parse(source.array(at)?) else { return Ok(false) };
    let next = at + frame.bytes;
    if next == source.length() {
        return Ok(true);
    }
    Ok(optional(source.array(next))?.is_some_and(|next| Frame::parse(next).is_some()))
}

pub(super) fn read(source: &mut Source<'_>) -> Result<Audio, Stop> {
    let mut audio = Audio::new(AudioCodec::Mp3);
    optional(id3::read(source, &mut audio))?;
    let start = id3::end(source)?;
    let first = first_frame(source, start)?;
    let frame = Frame::parse(source.array(first)?).ok_or(Stop::Missing)?;
    let frames = optional(number_of_frames(source, first, &frame))?.flatten();
    let mut end = source.length();
    if optional(id3::read_last(source, &mut audio))? == Some(true) {
        end -= 128;
    }
    audio.duration = match frames {
        Some(frames) => duration(u64::from(frames) * u64::from(frame.samples), frame.rate),
        // Without a count of frames all of them are taken to be like the first one.
        None => duration(end.saturating_sub(first).saturating_mul(8), frame.bits_per_second),
    };
    Ok(audio)
}

/// The first frame after a tag; there may be padding or junk before it.
fn first_frame(source: &mut Source<'_>, start: u64) -> Result<u64, Stop> {
    let mut at = start;
    while at < start + MAX_MEDIA_SEARCH_BYTES {
        // Small steps: a step that leaves the block in memory reads another one.
        let bytes = source.bytes_up_to(at, 512)?;
        let Some(found) = bytes.iter().position(|byte| *byte == 0xFF) else {
            at += 512;
            continue;
        };
        at += u64::try_from(found).map_err(|_| Stop::Missing)?;
        if is_frame_pair(source, at)? {
            return Ok(at);
        }
        at += 1;
    }
    Err(Stop::Missing)
}

/// The number of frames that the first one announces (Xing, Info, VBRI).
fn number_of_frames(source: &mut Source<'_>, at: u64, frame: &Frame) -> Result<Option<u32>, Stop> {
    let xing = at + frame.xing;
    if matches!(&source.array::<4>(xing)?, b"Xing" | b"Info") {
        let [.., flags] = source.array::<4>(xing + 4)?;
        if flags & 1 != 0 {
            return Ok(Some(u32::from_be_bytes(source.array(xing + 8)?)));
        }
    }
    if source.array(at + 36)? == *b"VBRI" {
        return Ok(Some(u32::from_be_bytes(source.array(at + 50)?)));
    }
    Ok(None)
}
