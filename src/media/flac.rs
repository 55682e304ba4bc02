//! FLAC: samples and comments, in blocks before the sound.

use super::audio::{Audio, AudioCodec, comments, duration};
use super::id3;
use super::source::{Source, Stop, optional};

pub(super) fn read(source: &mut Source<'_>) -> Result<Audio, Stop> {
    let mut audio = Audio::new(AudioCodec::Flac);
    let blocks = id3::end(source)? + 4;
    let [r0, r1, r2, s0, s1, s2, s3, s4] = source.array(blocks + 14)?;
    let rate = u32::from_be_bytes([0, r0, r1, r2]) >> 4;
    let samples = u64::from_be_bytes([0, 0, 0, s0 & 0x0F, s1, s2, s3, s4]);
    audio.duration = duration(samples, rate);
    optional(read_comments(source, blocks, &mut audio))?;
    Ok(audio)
}

fn read_comments(source: &mut Source<'_>, mut at: u64, audio: &mut Audio) -> Result<(), Stop> {
    loop {
        let [kind, l0, l1, l2] = source.array(at)?;
        let end = at + 4 + u64::from(u32::from_be_bytes([0, l0, l1, l2]));
        if kind & 0x7F == 4 {
            return comments(source, at + 4, end, audio);
        }
        if kind & 0x80 != 0 {
            return Ok(());
        }
        at = end;
    }
}
