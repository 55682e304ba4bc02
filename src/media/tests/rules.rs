//! Which problems a file has as which kind.

use super::super::mp4::VideoCodec;
use super::super::{
    AlbumItem, AlbumProblem, AudioCodec, Format, Kind, MediaProblem, Orientation, Size,
    UploadLimits, album_problems, file_problems, option_problems, thumbnail_problems,
};
use super::files::{self, Endian, Motion, MovieFile};
use super::probe_bytes;
use crate::limits::{LOCAL_FILE_BYTES, MEDIA_FILE_BYTES, PHOTO_BYTES, PHOTO_WARN_BYTES};
use crate::limits::{THUMBNAIL_BYTES, VIDEO_PREVIEW_BYTES};

fn problems(kind: Kind, file: &[u8]) -> Vec<MediaProblem> {
    file_problems(kind, &probe_bytes(file), true, UploadLimits::HOSTED)
}

fn sized(kind: Kind, file: &[u8], bytes: u64, upload: UploadLimits) -> Vec<MediaProblem> {
    let probe = super::Probe { bytes, ..probe_bytes(file) };
    file_problems(kind, &probe, false, upload)
}

#[test]
fn each_format_fits_some_kinds() {
    use Kind::{Animation, Audio, Document, Photo, Video};
    let movie = MovieFile::default();
    let silent = MovieFile { has_sound: false, ..movie.clone() };
    let sound = MovieFile { has_picture: false, ..movie.clone() };
    let table: [(Vec<u8>, &[Kind]); 15] = [
        (files::jpeg(9, 9, None), &[Photo, Document]),
        (files::png(9, 9, false), &[Photo, Document]),
        (files::gif(9, 9, &Motion::Delays), &[Animation, Document]),
        (files::webp(*b"VP8L", b"\x2F\x7F\xC2\x77\0"), &[Document]),
        (b"II*\0\x08\0\0\0".to_vec(), &[Document]),
        (b"<svg/>".to_vec(), &[Document]),
        (movie.build(), &[Video, Document]),
        (silent.build(), &[Animation, Document]),
        (sound.build(), &[Audio, Document]),
        (files::mp3_frames(9, b""), &[Audio, Document]),
        (files::opus(&[]), &[Document]),
        (files::flac(&[]), &[Document]),
        (files::wav(), &[Document]),
        (b"%PDF-1.7".to_vec(), &[Document]),
        (b"Hello".to_vec(), &[Document]),
    ];
    for (file, kinds) in table {
        for kind in Kind::ALL {
            let problems = problems(kind, &file);
            assert_eq!(problems.is_empty(), kinds.contains(&kind), "{kind:?}: {problems:?}");
        }
    }
}

/// Each row: how a post sends a file, the file, and its only problem.
fn assert_cases(cases: Vec<(Kind, Vec<u8>, MediaProblem)>) {
    for (kind, file, problem) in cases {
        assert_eq!(problems(kind, &file), [problem]);
    }
}

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

#[test]
fn problems_of_photos_are_found() {
    use MediaProblem as Problem;
    let kind = Kind::Photo;
    let broken = b"\xFF\xD8\xFF\xE0".to_vec();
    let lfs = b"version https://git-lfs.github.com/spec/v1\n".to_vec();
    let turned = files::jpeg(9, 8, Some((6, Endian::Big)));
    let orientation = Orientation::new(6).unwrap();
    assert_cases(vec![
        (kind, Vec::new(), Problem::Empty),
        (Kind::Document, lfs, Problem::LfsPointer),
        (kind, broken, Problem::Damaged { format: Format::Jpeg }),
        (kind, files::bmp(9, 9), Problem::UnreliableFormat { kind, format: Format::Bmp }),
        (kind, files::png(5001, 5000, false), Problem::PhotoSides { size: size(5001, 5000) }),
        (kind, files::png(2001, 100, false), Problem::PhotoRatio { size: size(2001, 100) }),
        (kind, turned, Problem::PhotoTurned { orientation, shown: size(8, 9) }),
        (kind, files::gif(9, 9, &Motion::None), Problem::PhotoAnimated { format: Format::Gif }),
        (kind, files::png(9, 9, true), Problem::PhotoAnimated { format: Format::Png }),
    ]);
    assert_eq!(problems(kind, &files::png(5000, 5000, false)), []);
    assert_eq!(problems(kind, &files::png(2000, 100, false)), []);
}

#[test]
fn problems_of_movies_and_sound_are_found() {
    use MediaProblem as Problem;
    let movie = MovieFile::default;
    let kind = Kind::Video;
    let gif = files::gif(9, 9, &Motion::Delays);
    let mov = MovieFile { brand: *b"qt  ", ..movie() };
    let hevc = MovieFile { codec: *b"hvc1", ..movie() };
    let codec = VideoCodec::H265;
    let opus = Problem::VoiceNote { codec: AudioCodec::Opus };
    assert_cases(vec![
        (kind, gif, Problem::WrongFormat { kind, format: Format::Gif }),
        (kind, mov.build(), Problem::UnreliableFormat { kind, format: Format::QuickTime }),
        (kind, MovieFile { has_sound: false, ..movie() }.build(), Problem::VideoSilent),
        (Kind::Animation, movie().build(), Problem::AnimationWithSound),
        (kind, hevc.build(), Problem::UnreliableCodec { codec }),
        (kind, MovieFile { index_at_end: true, ..movie() }.build(), Problem::IndexAtEnd),
        (kind, MovieFile { milliseconds: 0, ..movie() }.build(), Problem::DurationUnknown),
        (Kind::Audio, files::opus(&[]), opus),
    ]);
}

#[test]
fn files_are_as_large_as_the_server_takes() {
    let photo = files::jpeg(9, 9, None);
    let video = MovieFile::default().build();
    let of = |kind, file: &[u8], bytes| sized(kind, file, bytes, UploadLimits::HOSTED);
    assert_eq!(of(Kind::Photo, &photo, PHOTO_WARN_BYTES - 1), []);
    for bytes in [PHOTO_WARN_BYTES, PHOTO_BYTES] {
        assert_eq!(of(Kind::Photo, &photo, bytes), [MediaProblem::PhotoNearLimit { bytes }]);
    }
    let too_large = |kind, bytes, limit| MediaProblem::TooLarge { kind, bytes, limit };
    let bytes = PHOTO_BYTES + 1;
    assert_eq!(of(Kind::Photo, &photo, bytes), [too_large(Kind::Photo, bytes, PHOTO_BYTES)]);
    assert_eq!(of(Kind::Document, &photo, MEDIA_FILE_BYTES), []);
    let bytes = MEDIA_FILE_BYTES + 1;
    assert_eq!(
        of(Kind::Document, &photo, bytes),
        [too_large(Kind::Document, bytes, MEDIA_FILE_BYTES)]
    );
    assert_eq!(sized(Kind::Document, &photo, LOCAL_FILE_BYTES, UploadLimits::LOCAL), []);
    assert_eq!(of(Kind::Video, &video, VIDEO_PREVIEW_BYTES), []);
    let bytes = VIDEO_PREVIEW_BYTES + 1;
    assert_eq!(of(Kind::Video, &video, bytes), [MediaProblem::NeedsThumbnail { bytes }]);
}

#[test]
fn thumbnail_is_a_small_jpeg() {
    let check = |file: &[u8]| thumbnail_problems(Kind::Video, &probe_bytes(file));
    assert_eq!(check(&files::jpeg(320, 320, None)), []);
    let size = Size { width: 321, height: 200 };
    assert_eq!(check(&files::jpeg(321, 200, None)), [MediaProblem::ThumbnailSize { size }]);
    let format = Format::Png;
    assert_eq!(check(&files::png(9, 9, false)), [MediaProblem::ThumbnailFormat { format }]);
    let bytes = THUMBNAIL_BYTES + 1;
    let probe = super::Probe { bytes, ..probe_bytes(&files::jpeg(9, 9, None)) };
    let problems = thumbnail_problems(Kind::Audio, &probe);
    assert_eq!(problems, [MediaProblem::ThumbnailBytes { bytes }]);
    let kind = Kind::Photo;
    assert_eq!(thumbnail_problems(kind, &probe), [MediaProblem::ThumbnailIgnored { kind }]);
}

#[test]
fn spoiler_and_caption_above_are_for_pictures_and_videos() {
    for kind in Kind::ALL {
        let ignored = matches!(kind, Kind::Audio | Kind::Document);
        let problems = option_problems(kind, true, true);
        assert_eq!(problems.len(), if ignored { 2 } else { 0 }, "{kind:?}");
        assert_eq!(option_problems(kind, false, false), []);
    }
}

#[test]
fn album_mixes_only_photos_and_videos() {
    use Kind::{Animation, Audio, Document, Photo, Video};
    let mixed = |item, kind, first| AlbumProblem::Mixed { item, kind, first };
    let table: [(&[Kind], &[AlbumProblem]); 9] = [
        (&[], &[]),
        (&[Animation], &[]),
        (&[Photo, Video], &[]),
        (&[Audio, Audio], &[]),
        (&[Document; 10], &[]),
        (&[Photo; 11], &[AlbumProblem::TooMany { items: 11 }]),
        (&[Animation, Photo], &[AlbumProblem::Animation { item: 0 }]),
        (&[Photo, Document], &[mixed(1, Document, Photo)]),
        (&[Document, Document, Audio], &[mixed(2, Audio, Document)]),
    ];
    for (kinds, problems) in table {
        let items: Vec<_> =
            kinds.iter().map(|kind| AlbumItem { kind: *kind, bytes: 1, thumbnail: 0 }).collect();
        assert_eq!(album_problems(&items, UploadLimits::HOSTED, false), problems, "{kinds:?}");
    }
    let items = [AlbumItem { kind: Video, bytes: 30_000_000, thumbnail: 0 }; 2];
    let problem = AlbumProblem::TooLarge { bytes: 60_000_000, limit: 50_000_000 };
    assert_eq!(album_problems(&items, UploadLimits::HOSTED, false), [problem]);
    assert_eq!(album_problems(&items, UploadLimits::HOSTED, true), []);
    assert_eq!(album_problems(&items, UploadLimits::LOCAL, false), []);
    let with_thumbnail = [AlbumItem { kind: Video, bytes: 49_900_000, thumbnail: 200_000 }];
    let problem = AlbumProblem::ItemTooLarge { item: 0, bytes: 50_100_000, limit: 50_000_000 };
    assert_eq!(album_problems(&with_thumbnail, UploadLimits::HOSTED, true), [problem]);
    assert_eq!(album_problems(&with_thumbnail, UploadLimits::LOCAL, true), []);
}
