//! WAV: bytes a second, number of bytes and names, each in a chunk.

use super::audio::{Audio, AudioCodec, duration, tag_text};
use super::source::{Source, Stop, optional};
use crate::limits::TAG_BYTES;

pub(super) fn read(source: &mut Source<'_>) -> Result<Audio, Stop> {
    let mut audio = Audio::new(AudioCodec::Pcm);
    optional(read_chunks(source, &mut audio))?;
    Ok(audio)
}

fn read_chunks(source: &mut Source<'_>, audio: &mut Audio) -> Result<(), Stop> {
    let mut bytes_per_second = 0;
    let mut at = 12;
    loop {
        let [k0, k1, k2, k3, size @ ..] = source.array::<8>(at)?;
        let size = u64::from(u32::from_le_bytes(size));
        match &[k0, k1, k2, k3] {
            b"fmt " => bytes_per_second = u32::from_le_bytes(source.array(at + 16)?),
            b"data" => {
                let there = source.length() - at - 8;
                audio.duration = duration(size.min(there), bytes_per_second);
            }
            b"LIST" if source.array(at + 8)? == *b"INFO" => {
                read_info(source, at + 12, at + 8 + size, audio)?;
            }
            _ => {}
        }
        at += 8 + size + size % 2;
    }
}

fn read_info(
    source: &mut Source<'_>,
    mut at: u64,
    end: u64,
    audio: &mut Audio,
) -> Result<(), Stop> {
    while at < end {
        let [k0, k1, k2, k3, size @ ..] = source.array::<8>(at)?;
        let size = u32::from_le_bytes(size);
        let read = usize::try_from(size).map_or(TAG_BYTES, |size| size.min(TAG_BYTES));
        match &[k0, k1, k2, k3] {
            b"INAM" => audio.title = tag_text(source.bytes(at + 8, read)?),
            b"IART" => audio.performer = tag_text(source.bytes(at + 8, read)?),
            _ => {}
        }
        at += 8 + u64::from(size) + u64::from(size % 2);
    }
    Ok(())
}
