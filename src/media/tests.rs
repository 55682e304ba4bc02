//! Every format from small files that are built here; broken ones; the rules.

mod files;
mod formats;
mod hostile;
mod names;
mod rules;

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use super::{Content, Probe, probe};

/// A file in memory that counts what is read of it.
struct CountingReader {
    bytes: Cursor<Vec<u8>>,
    reads: usize,
    bytes_read: usize,
}

impl CountingReader {
    fn new(bytes: &[u8]) -> Self {
        Self { bytes: Cursor::new(bytes.to_vec()), reads: 0, bytes_read: 0 }
    }
}

impl Read for CountingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.reads += 1;
        self.bytes_read += count;
        Ok(count)
    }
}

impl Seek for CountingReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

fn probe_bytes(bytes: &[u8]) -> Probe {
    let length = u64::try_from(bytes.len()).unwrap();
    probe(&mut Cursor::new(bytes), length).unwrap()
}

fn image(bytes: &[u8]) -> super::Image {
    match probe_bytes(bytes).content {
        Content::Image(image) => image,
        other => panic!("{other:?}"),
    }
}

fn movie(bytes: &[u8]) -> super::Movie {
    match probe_bytes(bytes).content {
        Content::Movie(movie) => movie,
        other => panic!("{other:?}"),
    }
}

fn audio(bytes: &[u8]) -> super::Audio {
    match probe_bytes(bytes).content {
        Content::Audio(audio) => audio,
        other => panic!("{other:?}"),
    }
}
