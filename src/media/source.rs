//! Bounded access to the bytes of a file: any place, a few small reads, one block in memory.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

use crate::limits::{MAX_MEDIA_READS, MEDIA_READ_BYTES};

/// Why reading a header ends early.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file could not be read.
    Io(io::Error),
    /// The bytes are not there or make no sense, or [`MAX_MEDIA_READS`] have been read.
    Missing,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Turns missing bytes into `None`, for facts that a file may lack.
pub(super) fn optional<T>(result: Result<T, Stop>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Stop::Missing) => Ok(None),
        Err(Stop::Io(error)) => Err(error),
    }
}

trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

/// A file with one block in memory.
pub(super) struct Source<'r> {
    reader: &'r mut dyn ReadSeek,
    length: u64,
    block: Vec<u8>,
    block_start: u64,
    blocks_left: usize,
}

impl<'r> Source<'r> {
    pub(super) fn new(reader: &'r mut (impl Read + Seek), length: u64) -> Self {
        Self { reader, length, block: Vec::new(), block_start: 0, blocks_left: MAX_MEDIA_READS }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// `count` bytes, at most [`MEDIA_READ_BYTES`], from `offset`.
    pub(super) fn bytes(&mut self, offset: u64, count: usize) -> Result<&[u8], Stop> {
        if self.cached(offset, count).is_none() {
            self.load(offset)?;
        }
        self.cached(offset, count).ok_or(Stop::Missing)
    }

    /// As [`Source::bytes`], fewer at the end of the file.
    pub(super) fn bytes_up_to(&mut self, offset: u64, count: usize) -> Result<&[u8], Stop> {
        let rest = self.length.saturating_sub(offset);
        self.bytes(offset, usize::try_from(rest).map_or(count, |rest| rest.min(count)))
    }

    pub(super) fn array<const N: usize>(&mut self, offset: u64) -> Result<[u8; N], Stop> {
        self.bytes(offset, N)?.first_chunk().copied().ok_or(Stop::Missing)
    }

    fn cached(&self, offset: u64, count: usize) -> Option<&[u8]> {
        let from = usize::try_from(offset.checked_sub(self.block_start)?).ok()?;
        self.block.get(from..from.checked_add(count)?)
    }

    fn load(&mut self, offset: u64) -> Result<(), Stop> {
        let rest = self.length.checked_sub(offset).ok_or(Stop::Missing)?;
        if rest == 0 {
            return Err(Stop::Missing);
        }
        self.blocks_left = self.blocks_left.checked_sub(1).ok_or(Stop::Missing)?;
        self.reader.seek(SeekFrom::Start(offset))?;
        let wanted =
            usize::try_from(rest).map_or(MEDIA_READ_BYTES, |rest| rest.min(MEDIA_READ_BYTES));
        self.block.resize(wanted, 0);
        self.block_start = offset;
        let mut filled = 0;
        while let Some(free) = self.block.get_mut(filled..).filter(|free| !free.is_empty()) {
            match self.reader.read(free) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.block.clear();
                    return Err(Stop::Io(error));
                }
            }
        }
        self.block.truncate(filled);
        Ok(())
    }
}
