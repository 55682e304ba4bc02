//! The bytes of uploaded files, for the sandbox's page: in files without names, which are gone when the sandbox ends, and only so
//! many that an hour of experiments does not fill the disk.

use std::collections::VecDeque;
use std::io::Write as _;
use std::sync::Arc;

use crate::fs::{self, File};
use crate::limits;
use crate::message::FileHash;

/// The bytes of one file.
#[derive(Debug)]
pub(super) struct KeptFile {
    pub(super) hash: FileHash,
    pub(super) bytes: u64,
    pub(super) file: Arc<File>,
}

/// The bytes of the latest files, oldest first.
#[derive(Debug, Default)]
pub(super) struct KeptFiles {
    files: VecDeque<KeptFile>,
    bytes: u64,
}

/// A copy of a file that is arriving; it ends with the first block that cannot be written.
pub(super) struct ArrivingCopy(Option<File>);

impl ArrivingCopy {
    /// A copy, unless none is wanted or the system has no room for a file.
    pub(super) fn new(is_wanted: bool) -> Self {
        Self(is_wanted.then(fs::unnamed).and_then(Result::ok))
    }

    pub(super) fn add(&mut self, block: &[u8]) {
        self.0.take_if(|file| file.write_all(block).is_err());
    }

    pub(super) fn done(self, hash: FileHash, bytes: u64) -> Option<KeptFile> {
        self.0.map(|file| KeptFile { hash, bytes, file: Arc::new(file) })
    }
}

impl KeptFiles {
    /// Keeps a file, and drops the oldest ones that are too many.
    pub(super) fn add(&mut self, new: KeptFile) {
        if let Some(at) = self.files.iter().position(|kept| kept.hash == new.hash) {
            self.bytes -= self.files.remove(at).map_or(0, |old| old.bytes);
        }
        self.bytes += new.bytes;
        self.files.push_back(new);
        while self.files.len() > limits::SANDBOX_KEPT_FILES
            || self.bytes > limits::SANDBOX_KEPT_BYTES
        {
            let Some(oldest) = self.files.pop_front() else { return };
            self.bytes -= oldest.bytes;
        }
    }

    /// The file with this content.
    pub(super) fn find(&self, hash: FileHash) -> Option<Arc<File>> {
        let kept = self.files.iter().find(|kept| kept.hash == hash)?;
        Some(Arc::clone(&kept.file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(digit: u8, bytes: u64) -> KeptFile {
        let mut copy = ArrivingCopy::new(true);
        copy.add(&[digit]);
        copy.done(FileHash::of_digest([digit; 32]), bytes).unwrap()
    }

    #[test]
    fn oldest_files_are_dropped_by_number_and_by_size() {
        let mut files = KeptFiles::default();
        let has = |files: &KeptFiles, digit| files.find(FileHash::of_digest([digit; 32])).is_some();
        for digit in 0..=limits::SANDBOX_KEPT_FILES {
            files.add(kept(u8::try_from(digit).unwrap(), 1));
        }
        assert!(!has(&files, 0) && has(&files, 1) && has(&files, 100));
        files.add(kept(1, 1));
        files.add(kept(200, limits::SANDBOX_KEPT_BYTES - 1));
        assert!(!has(&files, 100) && has(&files, 1) && has(&files, 200));
        files.add(kept(201, limits::SANDBOX_KEPT_BYTES + 1));
        assert_eq!((files.files.len(), files.bytes), (0, 0));
    }
}
