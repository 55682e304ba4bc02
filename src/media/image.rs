//! Width, height, orientation and animation of pictures.

use super::source::{Source, Stop, optional};

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Size {
    pub(super) fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }
}

/// A picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// Size as stored.
    pub stored: Size,
    /// How EXIF wants it to be shown; only JPEG has it.
    pub orientation: Orientation,
    /// Whether it moves: a GIF with delays, an APNG, an animated WebP.
    pub is_animated: bool,
}

impl Image {
    /// Size as shown.
    #[must_use]
    pub fn shown_size(&self) -> Size {
        if self.orientation.swaps_sides() { self.stored.turned() } else { self.stored }
    }
}

/// The EXIF orientation, a number from 1 (as stored) to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Orientation(u8);

impl Orientation {
    /// Shown as stored.
    pub const NORMAL: Self = Self(1);

    /// The orientation of a number from 1 to 8.
    #[must_use]
    pub fn new(number: u16) -> Option<Self> {
        u8::try_from(number).ok().filter(|number| (1..=8).contains(number)).map(Self)
    }

    /// Whether the picture is turned by a quarter, so that width and height change places.
    #[must_use]
    pub fn swaps_sides(self) -> bool {
        self.0 >= 5
    }
}

fn still(width: u32, height: u32) -> Result<Image, Stop> {
    if width == 0 || height == 0 {
        return Err(Stop::Missing);
    }
    let stored = Size { width, height };
    Ok(Image { stored, orientation: Orientation::NORMAL, is_animated: false })
}

pub(super) fn png(source: &mut Source<'_>) -> Result<Image, Stop> {
    let [w0, w1, w2, w3, h0, h1, h2, h3] = source.array(16)?;
    let size = still(u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]))?;
    Ok(Image { is_animated: optional(is_apng(source))?.unwrap_or(false), ..size })
}

/// An animated PNG has an `acTL` chunk before its first `IDAT`.
fn is_apng(source: &mut Source<'_>) -> Result<bool, Stop> {
    let mut at = 8;
    loop {
        let [s0, s1, s2, s3, kind @ ..] = source.array::<8>(at)?;
        match &kind {
            b"acTL" => return Ok(true),
            b"IDAT" | b"IEND" => return Ok(false),
            _ => at += 12 + u64::from(u32::from_be_bytes([s0, s1, s2, s3])),
        }
    }
}

pub(super) fn gif(source: &mut Source<'_>) -> Result<Image, Stop> {
    let [w0, w1, h0, h1, flags] = source.array(6)?;
    let size = still(u16::from_le_bytes([w0, w1]).into(), u16::from_le_bytes([h0, h1]).into())?;
    let colours = if flags & 0x80 == 0 { 0 } else { 3u64 << ((flags & 7) + 1) };
    let is_animated = optional(has_delay(source, 13 + colours))?.unwrap_or(false);
    Ok(Image { is_animated, ..size })
}

/// Whether an extension before the first frame repeats the frames or delays the next one.
fn has_delay(source: &mut Source<'_>, mut at: u64) -> Result<bool, Stop> {
    loop {
        let [0x21, label, size] = source.array::<3>(at)? else { return Ok(false) };
        at += 3;
        match (label, size) {
            (0xFF, 11) => {
                let name = source.array::<11>(at)?;
                if name == *b"NETSCAPE2.0" || name == *b"ANIMEXTS1.0" {
                    return Ok(true);
                }
            }
            (0xF9, 4) => {
                let [_, d0, d1, _] = source.array::<4>(at)?;
                if u16::from_le_bytes([d0, d1]) > 0 {
                    return Ok(true);
                }
            }
            _ => {}
        }
        at += u64::from(size);
        if size == 0 {
            continue;
        }
        loop {
            let [more] = source.array::<1>(at)?;
            at += 1 + u64::from(more);
            if more == 0 {
                break;
            }
        }
    }
}

pub(super) fn webp(source: &mut Source<'_>) -> Result<Image, Stop> {
    match &source.array::<4>(12)? {
        b"VP8 " => {
            let [0x9D, 0x01, 0x2A, w0, w1, h0, h1] = source.array::<7>(23)? else {
                return Err(Stop::Missing);
            };
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
            still(side(w0, w1), side(h0, h1))
        }
        b"VP8L" => {
            let [0x2F, bits @ ..] = source.array::<5>(20)? else { return Err(Stop::Missing) };
            let bits = u32::from_le_bytes(bits);
            still((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
        }
        b"VP8X" => {
            let [flags, _, _, _, w0, w1, w2, h0, h1, h2] = source.array::<10>(20)?;
            let side = |a, b, c| u32::from_le_bytes([a, b, c, 0]) + 1;
            let image = still(side(w0, w1, w2), side(h0, h1, h2))?;
            Ok(Image { is_animated: flags & 0x02 != 0, ..image })
        }
        _ => Err(Stop::Missing),
    }
}

pub(super) fn bmp(source: &mut Source<'_>) -> Result<Image, Stop> {
    if source.array(14)? == [12, 0, 0, 0] {
        let [w0, w1, h0, h1] = source.array(18)?;
        return still(u16::from_le_bytes([w0, w1]).into(), u16::from_le_bytes([h0, h1]).into());
    }
    let width = i32::from_le_bytes(source.array(18)?);
    let height = i32::from_le_bytes(source.array(22)?); // below 0: from top to bottom
    still(width.unsigned_abs(), height.unsigned_abs())
}

/// Walks the segments of a JPEG to its frame header; the EXIF segment comes before it.
pub(super) fn jpeg(source: &mut Source<'_>) -> Result<Image, Stop> {
    let mut orientation = Orientation::NORMAL;
    let mut at = 2;
    loop {
        let [0xFF, marker] = source.array::<2>(at)? else { return Err(Stop::Missing) };
        at += 1;
        match marker {
            0xFF => continue, // a fill byte
            0x01 | 0xD0..=0xD7 => {
                at += 1;
                continue;
            }
            0xD9 | 0xDA => return Err(Stop::Missing),
            _ => at += 1,
        }
        let size = u16::from_be_bytes(source.array(at)?);
        if size < 2 {
            return Err(Stop::Missing);
        }
        match marker {
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let [_, h0, h1, w0, w1] = source.array(at + 2)?;
                let image = still(
                    u16::from_be_bytes([w0, w1]).into(),
                    u16::from_be_bytes([h0, h1]).into(),
                )?;
                return Ok(Image { orientation, ..image });
            }
            0xE1 => {
                if let Some(found) = optional(exif(source, at + 2))?.flatten() {
                    orientation = found;
                }
            }
            _ => {}
        }
        at += u64::from(size);
    }
}

/// The orientation in the first directory of an EXIF segment.
fn exif(source: &mut Source<'_>, at: u64) -> Result<Option<Orientation>, Stop> {
    if source.array(at)? != *b"Exif\0\0" {
        return Ok(None);
    }
    let start = at + 6;
    let is_little = match &source.array::<4>(start)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return Ok(None),
    };
    let short =
        |bytes| if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) };
    let long =
        |bytes| if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
    let directory = u64::from(long(source.array(start + 4)?));
    // A segment has fewer than 65,536 bytes.
    if directory > u64::from(u16::MAX) {
        return Ok(None);
    }
    let entries = u64::from(short(source.array(start + directory)?));
    for entry in 0..entries {
        let [t0, t1, k0, k1, _, _, _, _, v0, v1] =
            source.array::<10>(start + directory + 2 + entry * 12)?;
        if short([t0, t1]) == 0x0112 && short([k0, k1]) == 3 {
            return Ok(Orientation::new(short([v0, v1])));
        }
    }
    Ok(None)
}
