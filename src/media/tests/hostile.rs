//! Broken and hostile files: no panic, no endless loop, never more bytes than the limit.

use std::io::{self, Read, Seek, SeekFrom};

use proptest::collection::vec;
use proptest::prelude::{any, prop_oneof, proptest};
use proptest::strategy::{Just, Strategy};

use super::super::{Kind, UploadLimits, file_problems, probe, thumbnail_problems};
use super::{CountingReader, files, probe_bytes};
use crate::limits::{MAX_MEDIA_HEADER_BYTES, MAX_MEDIA_READS};

/// Probes a file and judges it as every kind.
fn read_safely(bytes: &[u8], length: u64) {
    let mut reader = CountingReader::new(bytes);
    let probe = probe(&mut reader, length).unwrap();
    assert!(reader.bytes_read <= MAX_MEDIA_HEADER_BYTES, "{}", reader.bytes_read);
    assert!(reader.reads <= 2 * MAX_MEDIA_READS, "{}", reader.reads);
    for kind in Kind::ALL {
        let _ = file_problems(kind, &probe, false, UploadLimits::HOSTED);
        let _ = thumbnail_problems(kind, &probe);
    }
}

#[test]
fn file_cut_anywhere_is_read() {
    for file in files::all() {
        for end in 0..file.len().min(1500) {
            let length = u64::try_from(end).unwrap();
            read_safely(&file[..end], length);
            // The file shrinks while it is read.
            read_safely(&file[..end], u64::try_from(file.len()).unwrap());
        }
    }
}

#[test]
fn wrong_length_is_harmless() {
    for file in files::all() {
        for length in [0, 1, u64::from(u32::MAX), u64::MAX >> 1] {
            read_safely(&file, length);
        }
    }
}

#[test]
fn endless_structures_end() {
    let boxes =
        [files::atom(*b"ftyp", b"isom\0\0\0\0"), files::atom(*b"free", b"").repeat(100_000)];
    let table = [
        boxes.concat(),
        [b"\xFF\xD8\xFF".as_slice(), &vec![0xFF; 1_000_000]].concat(),
        [b"\xFF\xD8".as_slice(), &b"\xFF\xE2\x00\x02".repeat(250_000)].concat(),
        [files::png(1, 1, false)[..33].to_vec(), b"\0\0\0\0tEXt\0\0\0\0".repeat(100_000)].concat(),
        [b"GIF89a\x01\0\x01\0\0\0\0".as_slice(), &b"\x21\xFE\0".repeat(300_000)].concat(),
        [b"ID3\x04\0\0\x7F\x7F\x7F\x7F".as_slice(), &b"TXXX\0\0\0\0\0\0".repeat(100_000)].concat(),
        [b"ID3\x04\0\0\0\0\0\0".as_slice(), &b"\xFF\xFB\x90\0".repeat(250_000)].concat(),
        [files::flac(&[]), vec![0; 1_000_000]].concat(),
        files::opus(&vec!["A=b"; 9_000]),
        files::ogg_page(0, b"OpusHead").repeat(30_000),
        b"OggS".repeat(250_000),
        files::riff(*b"WAVE", &vec![(b"junk", b"".as_slice()); 100_000]),
    ];
    for file in table {
        read_safely(&file, u64::try_from(file.len()).unwrap());
    }
}

struct BrokenDisk;

impl Read for BrokenDisk {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("broken"))
    }
}

impl Seek for BrokenDisk {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Ok(0)
    }
}

#[test]
fn error_of_the_disk_is_passed_on() {
    assert!(probe(&mut BrokenDisk, 100).is_err());
}

/// Starts that lead deep into a reader.
fn start() -> impl Strategy<Value = Vec<u8>> {
    let starts: [&[u8]; 12] = [
        b"\xFF\xD8\xFF\xE1\0\x20Exif\0\0II*\0",
        b"\x89PNG\r\n\x1A\n",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8X",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0",
        b"\0\0\0\x0Cftypisom\0\0\xFF\xFFmoov",
        b"ID3\x04\0\0\0\0\x10\0",
        b"ID3\x03\0\xC0\0\0\x10\0",
        b"\xFF\xFB\x90\0",
        b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead",
        b"fLaC\0\0\0\x22",
    ];
    prop_oneof![
        Just(Vec::new()),
        proptest::sample::select(starts.to_vec()).prop_map(<[u8]>::to_vec)
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_read(start in start(), rest in vec(any::<u8>(), 0..3000)) {
        let file = [start, rest].concat();
        read_safely(&file, u64::try_from(file.len()).unwrap());
    }

    #[test]
    fn mutated_files_are_read(
        which in 0..15_usize,
        changes in vec((any::<u16>(), any::<u8>()), 1..20),
    ) {
        let mut file = files::all().swap_remove(which);
        let length = file.len().min(1200);
        for (place, byte) in changes {
            file[usize::from(place) % length] = byte;
        }
        read_safely(&file, u64::try_from(file.len()).unwrap());
    }
}

#[test]
fn good_files_are_not_damaged() {
    for file in files::all() {
        let probe = probe_bytes(&file);
        assert_ne!(probe.content, super::Content::Damaged, "{:?}", probe.format);
    }
    assert_eq!(files::all().len(), 15);
}
