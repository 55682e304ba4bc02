//! What is read of each format.

use std::time::Duration;

use super::super::mp4::VideoCodec;
use super::super::{AudioCodec, Content, Format, Orientation, Rotation, Size};
use super::files::{self, Endian, Motion, MovieFile};
use super::{CountingReader, audio, image, movie, probe_bytes};

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

#[test]
fn formats_are_known_by_their_first_bytes() {
    let movie = MovieFile::default();
    let branded = |brand: &[u8; 4]| MovieFile { brand: *brand, ..MovieFile::default() }.build();
    let silent = MovieFile { has_sound: false, ..movie.clone() };
    let sound = MovieFile { has_picture: false, ..movie.clone() };
    let flac_with_tag = [files::id3(3, &[]), files::flac(&[])].concat();
    let lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    let heic = files::atom(*b"ftyp", b"mif1\0\0\0\0mif1heic");
    let avif = files::atom(*b"ftyp", b"mif1\0\0\0\0mif1avif");
    let svg = b"\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- drawn --><svg width=\"1\"/>";
    let table: Vec<(&[u8], Format)> = vec![
        (b"", Format::Empty),
        (lfs, Format::LfsPointer),
        (b"II*\0\x08\0\0\0", Format::Tiff),
        (b"MM\0*\0\0\0\x08", Format::Tiff),
        (b"\0\0\x01\0\x01\0\x10\x10", Format::Ico),
        (b"\x1A\x45\xDF\xA3\x01", Format::Matroska),
        (b"%PDF-1.7\n", Format::Pdf),
        (b"PK\x03\x04\x14\0", Format::Zip),
        (b"PK\x05\x06\0\0", Format::Zip),
        (b"RIFF\0\0\0\0AVI LIST", Format::Unknown),
        (b"BMW and other cars, a text", Format::Unknown),
        (b"<!DOCTYPE html><html></html>", Format::Unknown),
        (b"Hello", Format::Unknown),
        (b"\xFF\xFE\x41\0", Format::Unknown),
        (svg, Format::Svg),
        (&heic, Format::Heic),
        (&avif, Format::Avif),
        (&flac_with_tag, Format::Flac),
    ];
    for (bytes, format) in table {
        assert_eq!(probe_bytes(bytes).format, format, "{:?}", String::from_utf8_lossy(bytes));
    }
    let table = [
        (movie.build(), Format::Mp4),
        (silent.build(), Format::Mp4),
        (branded(b"qt  "), Format::QuickTime),
        (branded(b"avif"), Format::Avif),
        (branded(b"heic"), Format::Heic),
        (sound.build(), Format::M4a),
        (branded(b"M4A "), Format::M4a),
        (MovieFile { brand: *b"M4A ", ..silent }.build(), Format::Mp4),
        (files::mp3_frames(3, b""), Format::Mp3),
        (files::opus(&[]), Format::Ogg),
        (files::flac(&[]), Format::Flac),
        (files::wav(), Format::Wav),
        (files::bmp(3, 4), Format::Bmp),
    ];
    for (bytes, format) in table {
        assert_eq!(probe_bytes(&bytes).format, format);
    }
}

#[test]
fn jpeg_is_measured_and_turned_as_exif_says() {
    let plain = image(&files::jpeg(4000, 3000, None));
    assert_eq!((plain.stored, plain.shown_size()), (size(4000, 3000), size(4000, 3000)));
    for orientation in 1..=8 {
        for endian in [Endian::Little, Endian::Big] {
            let image = image(&files::jpeg(4000, 3000, Some((orientation, endian))));
            assert_eq!(Some(image.orientation), Orientation::new(orientation));
            let shown = if orientation < 5 { size(4000, 3000) } else { size(3000, 4000) };
            assert_eq!(image.shown_size(), shown, "{orientation}");
        }
    }
    for nonsense in [0, 9, 65_535] {
        let image = image(&files::jpeg(4000, 3000, Some((nonsense, Endian::Little))));
        assert_eq!(image.orientation, Orientation::NORMAL);
    }
}

#[test]
fn photo_with_long_notes_of_its_camera_takes_few_reads() {
    let mut file = vec![0xFF, 0xD8];
    for _ in 0..3 {
        files::segment(&mut file, 0xE2, &vec![0x55; 60_000]);
    }
    file.extend(files::jpeg(5000, 4000, Some((8, Endian::Big))).iter().skip(2));
    file.resize(5_000_000, 0x55);
    let mut reader = CountingReader::new(&file);
    let probe = super::probe(&mut reader, 5_000_000).unwrap();
    assert_eq!(probe.shown_size(), Some(size(4000, 5000)));
    assert!(reader.reads <= 4, "{}", reader.reads);
    assert!(reader.bytes_read <= 4 * 4096, "{}", reader.bytes_read);
}

#[test]
fn other_pictures_are_measured() {
    for is_animated in [false, true] {
        let image = image(&files::png(70_000, 3, is_animated));
        assert_eq!((image.stored, image.is_animated), (size(70_000, 3), is_animated));
    }
    for (motion, is_animated) in
        [(Motion::None, false), (Motion::Repeats, true), (Motion::Delays, true)]
    {
        let image = image(&files::gif(64, 48, &motion));
        assert_eq!((image.stored, image.is_animated), (size(64, 48), is_animated));
    }
    let table: [([u8; 4], &[u8], bool); 4] = [
        (*b"VP8X", b"\x02\0\0\0\x7F\x02\0\xDF\x01\0", true),
        (*b"VP8X", b"\x10\0\0\0\x7F\x02\0\xDF\x01\0", false),
        (*b"VP8 ", b"\0\0\0\x9D\x01\x2A\x80\x02\xE0\x01", false),
        (*b"VP8L", b"\x2F\x7F\xC2\x77\0", false),
    ];
    for (name, body, is_animated) in table {
        let image = image(&files::webp(name, body));
        assert_eq!((image.stored, image.is_animated), (size(640, 480), is_animated));
    }
    assert_eq!(image(&files::bmp(640, -480)).stored, size(640, 480));
    assert_eq!(probe_bytes(&files::png(0, 480, false)).content, Content::Damaged);
}

#[test]
fn movie_is_measured_turned_and_timed() {
    for version in [0, 1] {
        let movie = movie(&MovieFile { version, ..MovieFile::default() }.build());
        assert_eq!(movie.duration, Some(Duration::from_millis(12_500)));
        assert_eq!(movie.audio, Some(AudioCodec::Aac));
        assert!(!movie.index_at_end);
        let video = movie.video.unwrap();
        assert_eq!((video.codec, video.shown_size()), (VideoCodec::H264, size(640, 360)));
    }
    let table = [
        ([0, 1, -1, 0], Rotation::Quarter, size(360, 640)),
        ([-1, 0, 0, -1], Rotation::Half, size(640, 360)),
        ([0, -1, 1, 0], Rotation::ThreeQuarters, size(360, 640)),
    ];
    for (matrix, rotation, shown) in table {
        let video = movie(&MovieFile { matrix, ..MovieFile::default() }.build()).video.unwrap();
        assert_eq!((video.rotation, video.shown_size()), (rotation, shown));
    }
}

#[test]
fn pixels_that_are_not_square_are_folded_into_the_width() {
    let table = [
        (Some((64, 45)), size(910, 360)),
        (Some((1, 1)), size(640, 360)),
        (Some((0, 1)), size(640, 360)),
        (Some((u32::MAX, 1)), size(640, 360)),
    ];
    for (pixel, shown) in table {
        let video = movie(&MovieFile { pixel, ..MovieFile::default() }.build()).video.unwrap();
        assert_eq!(video.shown_size(), shown, "{pixel:?}");
    }
}

#[test]
fn codecs_sound_and_index_of_a_movie_are_known() {
    let table = [
        (b"avc3", VideoCodec::H264),
        (b"hev1", VideoCodec::H265),
        (b"hvc1", VideoCodec::H265),
        (b"av01", VideoCodec::Av1),
        (b"vp09", VideoCodec::Vp9),
        (b"mp4v", VideoCodec::Mpeg4),
        (b"mjpa", VideoCodec::Other(*b"mjpa")),
    ];
    for (codec, known) in table {
        let file = MovieFile { codec: *codec, ..MovieFile::default() };
        assert_eq!(movie(&file.build()).video.unwrap().codec, known);
    }
    let file = MovieFile { has_sound: false, index_at_end: true, ..MovieFile::default() };
    let movie = movie(&file.build());
    assert!(movie.index_at_end);
    assert_eq!(movie.audio, None);
}

#[test]
fn movie_in_fragments_is_timed_if_it_says_so() {
    let file = MovieFile { milliseconds: 0, ..MovieFile::default() };
    assert_eq!(movie(&file.build()).duration, None);
    let length = [0, 5000_u32].map(u32::to_be_bytes).concat();
    let more = files::atom(*b"mvex", &files::atom(*b"mehd", &length));
    let file = MovieFile { more, ..file };
    assert_eq!(movie(&file.build()).duration, Some(Duration::from_secs(5)));
}

#[test]
fn mp3_is_timed_by_its_count_of_frames_or_its_rate() {
    let counted = audio(&files::mp3_frames(20, &files::xing(3829)));
    assert_eq!(counted.duration, Some(Duration::from_millis(100_022)));
    let constant = audio(&files::mp3_frames(383, b""));
    assert_eq!(constant.duration, Some(Duration::from_millis(9_981)));
    let with_end = [files::mp3_frames(383, b""), files::id3v1("Old", "Times")].concat();
    let with_end = audio(&with_end);
    assert_eq!(with_end.duration, Some(Duration::from_millis(9_981)));
    assert_eq!(with_end.title.as_deref(), Some("Old"));
    assert_eq!(with_end.performer.as_deref(), Some("Times"));
}

/// Names and contents of frames.
type TextFrames<'a> = &'a [(&'a [u8], &'a [u8])];

#[test]
fn id3_is_read_in_every_version_and_encoding() {
    let cover = vec![0xFF; 300_000];
    let table: [(u8, TextFrames<'_>); 6] = [
        (2, &[(b"TT2", b"\0M\xFCll"), (b"TP1", b"\0Band")]),
        (
            3,
            &[
                (b"APIC", &cover),
                (b"TIT2", b"\x01\xFF\xFEM\0\xFC\0l\0l\0\0\0"),
                (b"TPE1", b"\0Band"),
            ],
        ),
        (3, &[(b"TIT2", b"\x01\xFE\xFF\0M\0\xFC\0l\0l"), (b"TPE1", b"\0Band\0")]),
        (4, &[(b"TIT2", b"\x02\0M\0\xFC\0l\0l"), (b"TPE1", b"\x03Band")]),
        (4, &[(b"APIC", &cover), (b"TIT2", b"\x03M\xC3\xBCll\0"), (b"TPE1", b"\x03 Band ")]),
        (4, &[(b"TIT2", b"\x03M\xC3\xBCll"), (b"TIT2", b"\x03again"), (b"TPE1", b"\x03Band\0")]),
    ];
    for (version, frames) in table {
        let file = [files::id3(version, frames), files::mp3_frames(9, b"")].concat();
        let mut reader = CountingReader::new(&file);
        let probe = super::probe(&mut reader, file.len().try_into().unwrap()).unwrap();
        let Content::Audio(audio) = probe.content else { panic!("{probe:?}") };
        assert_eq!(audio.title.as_deref(), Some("Müll"), "{version}");
        assert_eq!(audio.performer.as_deref(), Some("Band"), "{version}");
        assert!(audio.duration.is_some());
        assert!(reader.reads <= 6, "{}", reader.reads);
    }
    let two = files::id3(4, &[(b"TPE1", b"\x03One\0Two")]);
    let two = audio(&[two, files::mp3_frames(9, b"")].concat());
    assert_eq!(two.performer.as_deref(), Some("One, Two"));
}

#[test]
fn other_sound_is_timed_and_named() {
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    let opus = audio(&files::opus(&["ENCODER=x", "artist=Band", "Title=Müll"]));
    assert_eq!((opus.codec, opus.duration), (AudioCodec::Opus, seconds(2)));
    assert_eq!((opus.title.as_deref(), opus.performer.as_deref()), (Some("Müll"), Some("Band")));
    let flac = audio(&files::flac(&["TITLE=Müll", "ARTIST=Band"]));
    assert_eq!((flac.codec, flac.duration), (AudioCodec::Flac, seconds(2)));
    assert_eq!((flac.title.as_deref(), flac.performer.as_deref()), (Some("Müll"), Some("Band")));
    let wav = audio(&files::wav());
    assert_eq!((wav.codec, wav.duration), (AudioCodec::Pcm, seconds(3)));
    assert_eq!((wav.title.as_deref(), wav.performer.as_deref()), (Some("Tune"), Some("Band")));
    let more = files::itunes("Müll", "Band");
    let m4a = MovieFile { brand: *b"M4A ", has_picture: false, more, ..MovieFile::default() };
    let m4a = audio(&m4a.build());
    assert_eq!((m4a.codec, m4a.duration), (AudioCodec::Aac, Some(Duration::from_millis(12_500))));
    assert_eq!((m4a.title.as_deref(), m4a.performer.as_deref()), (Some("Müll"), Some("Band")));
}
