//! Media files of the examples, made from a description such as `JPEG 640 × 360, 11 MB`.

#[path = "../../src/media/tests/files.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "the examples need only some of these files")]
mod files;

use files::{Motion, MovieFile};

/// The content of a file, and how long it is if zeros follow.
pub(crate) struct MediaFile {
    pub(crate) content: Vec<u8>,
    pub(crate) length: Option<u64>,
}

/// The file with this description; `None` if it describes no media.
pub(crate) fn file(description: &str) -> Option<MediaFile> {
    let (what, size) = match description.split_once(", ") {
        Some((what, size)) => (what, Some(size)),
        None => (description, None),
    };
    let megabytes = size.and_then(|size| size.strip_suffix(" MB"));
    let length = megabytes.map(|size| size.parse::<u64>().expect("a size") * 1_000_000);
    let movie = MovieFile::default();
    let content = match what {
        "empty" => Vec::new(),
        "PDF" => b"%PDF-1.4\n".to_vec(),
        "Git LFS pointer" => b"version https://git-lfs.github.com/spec/v1\n".to_vec(),
        "MP4" => movie.build(),
        "MP4 without sound" => MovieFile { has_sound: false, ..movie }.build(),
        "MP4 with its index at the end" => MovieFile { index_at_end: true, ..movie }.build(),
        _ => {
            let (format, size) = what.split_once(' ')?;
            let (width, height) = size.split_once(" × ")?;
            let width: u16 = width.parse().expect("a width");
            let height: u16 = height.parse().expect("a height");
            match format {
                "JPEG" => files::jpeg(width, height, None),
                "PNG" => files::png(width.into(), height.into(), false),
                "GIF" => files::gif(width, height, &Motion::Repeats),
                "BMP" => files::bmp(width.into(), height.into()),
                _ => return None,
            }
        }
    };
    Some(MediaFile { content, length })
}
