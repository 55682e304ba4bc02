//! ID3 tags: title and performer, before the sound (ID3v2) or at the end of the file (ID3v1).

use super::audio::{Audio, tag_text};
use super::source::{Source, Stop};
use crate::limits::TAG_BYTES;

/// A number whose bytes have seven bits each.
fn synchsafe([a, b, c, d]: [u8; 4]) -> u32 {
    let bits = |byte: u8| u32::from(byte & 0x7F);
    bits(a) << 21 | bits(b) << 14 | bits(c) << 7 | bits(d)
}

/// Where the tag at the start of the file ends; 0 without one.
pub(super) fn end(source: &mut Source<'_>) -> Result<u64, Stop> {
    let [b'I', b'D', b'3', _, _, flags, size @ ..] = source.array::<10>(0)? else { return Ok(0) };
    let footer = if flags & 0x10 == 0 { 0 } else { 10 };
    Ok(10 + u64::from(synchsafe(size)) + footer)
}

/// Reads the tag at the start of the file; pictures are skipped.
pub(super) fn read(source: &mut Source<'_>, audio: &mut Audio) -> Result<(), Stop> {
    let [b'I', b'D', b'3', version, _, flags, size @ ..] = source.array::<10>(0)? else {
        return Ok(());
    };
    let end = 10 + u64::from(synchsafe(size));
    let mut at = 10;
    if flags & 0x40 != 0 {
        let size = source.array(at)?;
        at += match version {
            3 => 4 + u64::from(u32::from_be_bytes(size)),
            _ => u64::from(synchsafe(size)),
        };
    }
    while at < end {
        let frame = Frame::read(source, at, version)?;
        let Some(frame) = frame else { return Ok(()) };
        let field = match &frame.id {
            b"TIT2" | b"TT2\0" => Some(&mut audio.title),
            b"TPE1" | b"TP1\0" => Some(&mut audio.performer),
            _ => None,
        };
        if let Some(field) = field.filter(|field| field.is_none() && !frame.is_packed) {
            let size = frame.body.end.saturating_sub(frame.body.start);
            let size = usize::try_from(size).map_or(TAG_BYTES, |size| size.min(TAG_BYTES));
            let mut bytes = source.bytes(frame.body.start, size)?.to_vec();
            if flags & 0x80 != 0 || frame.is_unsynchronised {
                remove_stuffing(&mut bytes);
            }
            *field = text(&bytes);
        }
        at = frame.body.end;
    }
    Ok(())
}

struct Frame {
    id: [u8; 4],
    body: std::ops::Range<u64>,
    /// Compressed or encrypted.
    is_packed: bool,
    is_unsynchronised: bool,
}

impl Frame {
    /// The frame at a place; `None` in the padding after the last one.
    fn read(source: &mut Source<'_>, at: u64, version: u8) -> Result<Option<Self>, Stop> {
        if version <= 2 {
            let [a, b, c, s0, s1, s2] = source.array(at)?;
            let start = at + 6;
            let end = start + u64::from(u32::from_be_bytes([0, s0, s1, s2]));
            let frame = Self {
                id: [a, b, c, 0],
                body: start..end,
                is_packed: false,
                is_unsynchronised: false,
            };
            return Ok((a != 0).then_some(frame));
        }
        let [a, b, c, d, s0, s1, s2, s3, _, flags] = source.array(at)?;
        let size = [s0, s1, s2, s3];
        let size = if version == 3 { u32::from_be_bytes(size) } else { synchsafe(size) };
        // Some flags add fields before the text.
        let (packed, extra) = if version == 3 {
            (0xC0, u64::from(flags >> 5 & 1))
        } else {
            (0x0C, u64::from(flags >> 6 & 1) + u64::from(flags & 1) * 4)
        };
        let start = at + 10;
        let frame = Self {
            id: [a, b, c, d],
            body: start + extra..start + u64::from(size).max(extra),
            is_packed: flags & packed != 0,
            is_unsynchronised: version > 3 && flags & 0x02 != 0,
        };
        Ok((a != 0).then_some(frame))
    }
}

/// Removes the zero bytes that a tag has after each 0xFF, so that no player takes it for sound.
fn remove_stuffing(bytes: &mut Vec<u8>) {
    let mut previous = 0;
    bytes.retain(|byte| {
        let is_stuffing = previous == 0xFF && *byte == 0;
        previous = *byte;
        !is_stuffing
    });
}

/// A text frame: a byte for the encoding, then one text or several with NUL between them.
fn text(bytes: &[u8]) -> Option<String> {
    let (encoding, bytes) = bytes.split_first()?;
    let text = match encoding {
        0 => bytes.iter().map(|byte| char::from(*byte)).collect(),
        1 | 2 => utf16(bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    let texts: Vec<_> = text.split('\0').map(str::trim).filter(|text| !text.is_empty()).collect();
    tag_text(texts.join(", ").as_bytes())
}

fn utf16(bytes: &[u8]) -> String {
    let is_little = bytes.starts_with(b"\xFF\xFE");
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk().copied());
    let units = units
        .map(|pair| if is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) });
    char::decode_utf16(units.filter(|unit| *unit != 0xFEFF))
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Whether the file ends with an ID3v1 tag, 128 bytes; title and performer that are still unknown are taken from it.
pub(super) fn read_last(source: &mut Source<'_>, audio: &mut Audio) -> Result<bool, Stop> {
    let Some(at) = source.length().checked_sub(128) else { return Ok(false) };
    let tag = source.bytes(at, 63)?;
    let (Some(b"TAG"), Some(title), Some(performer)) =
        (tag.get(..3), tag.get(3..33), tag.get(33..63))
    else {
        return Ok(false);
    };
    let latin = |field: &[u8]| {
        let text: String =
            field.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect();
        tag_text(text.as_bytes())
    };
    audio.title = audio.title.take().or_else(|| latin(title));
    audio.performer = audio.performer.take().or_else(|| latin(performer));
    Ok(true)
}
