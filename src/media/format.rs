//! Formats by magic number.

use super::id3;
use super::mp3;
use super::source::{Source, Stop, optional};

/// The format of a file, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// The file has no bytes.
    Empty,
    /// A Git LFS pointer: a text in place of the file until `git lfs pull`.
    LfsPointer,
    /// JPEG.
    Jpeg,
    /// PNG, animated or not.
    Png,
    /// GIF, animated or not.
    Gif,
    /// WebP, animated or not.
    WebP,
    /// HEIC or HEIF.
    Heic,
    /// AVIF, animated or not.
    Avif,
    /// SVG.
    Svg,
    /// TIFF.
    Tiff,
    /// Windows bitmap.
    Bmp,
    /// Windows icon.
    Ico,
    /// MPEG-4 with a picture.
    Mp4,
    /// Apple's relative of MPEG-4, `.mov`.
    QuickTime,
    /// Matroska or WebM.
    Matroska,
    /// MP3.
    Mp3,
    /// MPEG-4 with sound only.
    M4a,
    /// Ogg, with Opus, Vorbis or something else in it.
    Ogg,
    /// FLAC.
    Flac,
    /// WAV.
    Wav,
    /// PDF.
    Pdf,
    /// ZIP, also DOCX, EPUB and other formats made of it.
    Zip,
    /// Any other file.
    Unknown,
}

/// Bytes at the start of a file that decide its format, except for MP3 after an ID3 tag.
const HEAD: usize = 1024;

/// Finds the format of a file.
pub(super) fn detect(source: &mut Source<'_>) -> Result<Format, Stop> {
    if source.length() == 0 {
        return Ok(Format::Empty);
    }
    let head = source.bytes_up_to(0, HEAD)?.to_vec();
    if let Some(format) = by_magic_number(&head) {
        return Ok(format);
    }
    if head.starts_with(b"ID3") {
        return Ok(optional(after_id3(source))?.unwrap_or(Format::Mp3));
    }
    if optional(mp3::is_frame_pair(source, 0))? == Some(true) {
        return Ok(Format::Mp3);
    }
    Ok(if is_svg(&head) { Format::Svg } else { Format::Unknown })
}

fn after_id3(source: &mut Source<'_>) -> Result<Format, Stop> {
    let end = id3::end(source)?;
    Ok(if source.array(end)? == *b"fLaC" { Format::Flac } else { Format::Mp3 })
}

fn by_magic_number(head: &[u8]) -> Option<Format> {
    const TABLE: [(&[u8], Format); 17] = [
        (b"version https://git-lfs.github.com/spec/", Format::LfsPointer),
        (b"\xFF\xD8\xFF", Format::Jpeg),
        (b"\x89PNG\r\n\x1A\n", Format::Png),
        (b"GIF87a", Format::Gif),
        (b"GIF89a", Format::Gif),
        (b"II*\0", Format::Tiff),
        (b"MM\0*", Format::Tiff),
        (b"\0\0\x01\0", Format::Ico),
        (b"\x1A\x45\xDF\xA3", Format::Matroska),
        (b"OggS", Format::Ogg),
        (b"fLaC", Format::Flac),
        (b"%PDF-", Format::Pdf),
        (b"PK\x03\x04", Format::Zip),
        (b"PK\x05\x06", Format::Zip),
        (b"RIFF", Format::Unknown),
        (b"RF64", Format::Unknown),
        (b"BM", Format::Bmp),
    ];
    let found = TABLE.iter().find(|(magic, _)| head.starts_with(magic));
    match found {
        Some((b"RIFF" | b"RF64", _)) => Some(match head.get(8..12) {
            Some(b"WEBP") => Format::WebP,
            Some(b"WAVE") => Format::Wav,
            _ => Format::Unknown,
        }),
        // Two letters are too few: the header's size has to be one of those that exist.
        Some((b"BM", _)) => {
            matches!(head.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
                .then_some(Format::Bmp)
        }
        Some((_, format)) => Some(*format),
        None => by_first_box(head),
    }
}

/// The format of an ISO base media file, by the brands in its first box.
fn by_first_box(head: &[u8]) -> Option<Format> {
    match head.get(4..8)? {
        b"ftyp" => {}
        // QuickTime files from before there were brands.
        b"moov" | b"mdat" | b"wide" => return Some(Format::QuickTime),
        _ => return None,
    }
    let size = usize::try_from(u32::from_be_bytes(*head.first_chunk()?)).ok()?;
    let brands = head.get(8..size.min(head.len()))?;
    let major = brands.get(..4)?;
    let has = |names: &[&[u8; 4]]| {
        brands.chunks_exact(4).any(|brand| names.iter().any(|name| brand == name.as_slice()))
    };
    Some(match major {
        b"avif" | b"avis" => Format::Avif,
        b"mif1" | b"msf1" | b"miaf" if has(&[b"avif", b"avis"]) => Format::Avif,
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
            Format::Heic
        }
        b"qt  " => Format::QuickTime,
        b"M4A " | b"M4B " | b"M4P " => Format::M4a,
        _ => Format::Mp4,
    })
}

/// Whether a text starts as SVG does, after a byte order mark, a declaration and comments.
fn is_svg(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let is_markup = [b"<svg".as_slice(), b"<?xml", b"<!--", b"<!DOCTYPE"];
    is_markup.iter().any(|start| head.starts_with(start))
        && head.windows(4).any(|window| window == b"<svg")
}
