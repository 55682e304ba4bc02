//! Ogg: the codec on its first page, the comments on its second, the duration on its last.

use super::audio::{Audio, AudioCodec, comments, duration};
use super::source::{Source, Stop, optional};
use crate::limits::{MAX_MEDIA_SEARCH_BYTES, MEDIA_READ_BYTES};

/// A page's header and place.
struct Page {
    granule: u64,
    serial: [u8; 4],
    body: std::ops::Range<u64>,
}

impl Page {
    fn read(source: &mut Source<'_>, at: u64) -> Result<Self, Stop> {
        let [b'O', b'g', b'g', b'S', 0, _, rest @ ..] = source.array::<27>(at)? else {
            return Err(Stop::Missing);
        };
        let [g0, g1, g2, g3, g4, g5, g6, g7, s0, s1, s2, s3, .., segments] = rest;
        let sizes = source.bytes(at + 27, usize::from(segments))?;
        let size: u64 = sizes.iter().map(|size| u64::from(*size)).sum();
        let start = at + 27 + u64::from(segments);
        Ok(Self {
            granule: u64::from_le_bytes([g0, g1, g2, g3, g4, g5, g6, g7]),
            serial: [s0, s1, s2, s3],
            body: start..start + size,
        })
    }
}

pub(super) fn read(source: &mut Source<'_>) -> Result<Audio, Stop> {
    let first = Page::read(source, 0)?;
    let at = first.body.start;
    let start = source.array::<8>(at)?;
    let (codec, rate, skipped) = match &start {
        b"OpusHead" => {
            let skipped = u16::from_le_bytes(source.array(at + 10)?);
            (AudioCodec::Opus, 48_000, u64::from(skipped))
        }
        [1, b'v', b'o', b'r', b'b', b'i', b's', _] => {
            (AudioCodec::Vorbis, u32::from_le_bytes(source.array(at + 12)?), 0)
        }
        [0x7F, b'F', b'L', b'A', b'C', ..] => (AudioCodec::Flac, 0, 0),
        _ => (AudioCodec::Other, 0, 0),
    };
    let mut audio = Audio::new(codec);
    optional(tags(source, &first, &mut audio))?;
    if rate > 0
        && let Some(last) = optional(last_page(source, &first))?
    {
        audio.duration = duration(last.granule.saturating_sub(skipped), rate);
    }
    Ok(audio)
}

/// The comments; they are read as far as they are on one page.
fn tags(source: &mut Source<'_>, first: &Page, audio: &mut Audio) -> Result<(), Stop> {
    let page = Page::read(source, first.body.end)?;
    let at = page.body.start;
    match &source.array::<8>(at)? {
        b"OpusTags" => comments(source, at + 8, page.body.end, audio),
        [3, b'v', b'o', b'r', b'b', b'i', b's', _] => {
            comments(source, at + 7, page.body.end, audio)
        }
        _ => Ok(()),
    }
}

/// The last page of the stream, looked for from the end; a page has at most 65,307 bytes.
fn last_page(source: &mut Source<'_>, first: &Page) -> Result<Page, Stop> {
    let block = u64::try_from(MEDIA_READ_BYTES).map_err(|_| Stop::Missing)?;
    let mut end = source.length();
    let first_byte = end.saturating_sub(MAX_MEDIA_SEARCH_BYTES);
    while end > first_byte {
        let start = end.saturating_sub(block);
        let bytes = source.bytes_up_to(start, MEDIA_READ_BYTES)?.to_vec();
        let places = bytes.windows(4).enumerate().rev().filter(|(_, window)| *window == b"OggS");
        for (place, _) in places {
            let at = start + u64::try_from(place).map_err(|_| Stop::Missing)?;
            let page = optional(Page::read(source, at))?;
            // A page on which no packet ends has no time: all bits of its number are set.
            if let Some(page) =
                page.filter(|page| page.serial == first.serial && page.granule != u64::MAX)
            {
                return Ok(page);
            }
        }
        if start == 0 {
            break;
        }
        end = start + 3; // the border of two blocks may cut a page's name
    }
    Err(Stop::Missing)
}
