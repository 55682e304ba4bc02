//! The frozen bytes of media: one file for each content, named by its hash. It does not know which post they belong to.
//!
//! A file that an author changes after its post was accepted must never end up in a message that is being sent, so every
//! upload reads from here. The bytes are on the disk before the journal names them.

use std::collections::BTreeSet;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::fs::{self, File, NamedLink, UnnamedCopy};
use crate::limits;
use crate::message::FileHash;

/// How long a file stays although no part names it: the time between the copy and the transaction that names it.
const NEW_FILE_AGE: Duration = Duration::from_hours(1);

/// Bytes that are read at a time.
const BLOCK: usize = 64 * 1024;

/// A folder of frozen bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spool {
    folder: PathBuf,
}

/// Bytes in the spool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpooledFile {
    /// Their hash, which is the file's name.
    pub hash: FileHash,
    /// How many they are.
    pub bytes: u64,
}

/// Why bytes are not in the spool.
#[derive(Debug, Error)]
pub enum SpoolError {
    /// The disk is full.
    #[error("{}: the disk is full", .0.display())]
    Full(PathBuf),
    /// The file is longer than any Bot API server accepts.
    #[error("the file is longer than {} bytes", limits::LOCAL_FILE_BYTES)]
    TooLong,
    /// The client has no folder with the bytes of media.
    #[error("there is no media folder")]
    NoFolder,
    /// The bytes are not those that were frozen.
    #[error("{}: the bytes of {hash} have changed", .folder.display())]
    Damaged {
        /// The folder.
        folder: PathBuf,
        /// The hash of the frozen bytes.
        hash: FileHash,
    },
    /// The folder lacks these bytes.
    #[error("{} does not contain {hash}", .folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// The hash of the bytes.
        hash: FileHash,
    },
    /// The system refuses.
    #[error("{}: {source}", .folder.display())]
    System {
        /// The folder.
        folder: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl SpoolError {
    /// The next step for an operator.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Full(_) => "free some space; nothing was sent",
            Self::TooLong => "choose a smaller file",
            Self::Missing { .. } | Self::Damaged { .. } => {
                "copy the media folder back from a backup, or let the host that has it publish"
            }
            Self::NoFolder | Self::System { .. } => "check the media folder and its permissions",
        }
    }
}

impl Spool {
    /// The spool in `folder`, which need not exist yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Copies the content of an open file. When this returns, the bytes are on the disk, and the hash is that of the copy: a
    /// file that changes while it is copied cannot make them differ.
    ///
    /// # Errors
    /// [`SpoolError`]; then nothing was added.
    pub fn add(&self, source: &File, now: Timestamp) -> Result<SpooledFile, SpoolError> {
        fs::make_private_folder(&self.folder).map_err(|error| self.error(error))?;
        let copied = UnnamedCopy::of(source, &self.folder, limits::LOCAL_FILE_BYTES);
        let mut copy = copied.map_err(|error| self.error(error))?;
        let mut digest = Sha256::new();
        copy.read(|block| digest.update(block)).map_err(|error| self.error(error))?;
        let spooled = SpooledFile {
            hash: FileHash::of_digest(digest.finalize().into()),
            bytes: copy.bytes(),
        };
        let path = self.path(spooled.hash);
        let is_present = fs::Stamp::of(&path).is_some_and(|found| found.length() == spooled.bytes);
        // Touched, a file that is already there is not removed before the journal names it.
        if !is_present || fs::touch(&path, now).is_err() {
            copy.name(&path).map_err(|error| self.error(error))?;
        }
        Ok(spooled)
    }

    /// Keeps bytes that are here from being removed before the journal names them; whether they are here.
    #[must_use]
    pub fn renew(&self, hash: FileHash, now: Timestamp) -> bool {
        fs::touch(&self.path(hash), now).is_ok()
    }

    /// Removes a file whose content does not match its name, so that the right bytes can take its place.
    pub fn discard(&self, hash: FileHash) {
        if let Err(error) = self.remove(&hash.to_string()) {
            log::warn!("cannot remove a damaged file: {error}");
        }
    }

    /// Opens bytes to read them.
    ///
    /// # Errors
    /// If they are missing or cannot be opened.
    pub fn open(&self, hash: FileHash) -> Result<File, SpoolError> {
        fs::open_own(&self.path(hash)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SpoolError::Missing { folder: self.folder.clone(), hash },
            _ => self.error(error),
        })
    }

    /// Gives the bytes a name for a server that reads files by their paths, until the link is dropped. Reads them all: bytes
    /// that are not the frozen ones get no name.
    ///
    /// # Errors
    /// If they are missing or damaged, or the system refuses.
    pub fn link(&self, hash: FileHash, name: &str) -> Result<NamedLink, SpoolError> {
        let mut file = self.open(hash)?;
        let mut digest = Sha256::new();
        let mut block = vec![0; BLOCK];
        loop {
            match file.read(&mut block) {
                Ok(0) => break,
                Ok(count) => digest.update(block.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.error(error)),
            }
        }
        if FileHash::of_digest(digest.finalize().into()) != hash {
            return Err(SpoolError::Damaged { folder: self.folder.clone(), hash });
        }
        NamedLink::of(&self.path(hash), &self.folder, name).map_err(|error| self.error(error))
    }

    /// Whether the bytes are here.
    #[must_use]
    pub fn contains(&self, hash: FileHash) -> bool {
        fs::exists(&self.path(hash))
    }

    /// Copies all bytes to another spool, for a backup.
    ///
    /// # Errors
    /// If one cannot be copied.
    pub fn copy_to(&self, other: &Self, now: Timestamp) -> Result<usize, SpoolError> {
        let mut copied = 0;
        for (hash, _) in self.files()? {
            match self.open(hash) {
                Ok(file) => other.add(&file, now)?,
                // It was removed in the meantime, so no part needs it.
                Err(SpoolError::Missing { .. }) => continue,
                Err(error) => return Err(error),
            };
            copied += 1;
        }
        Ok(copied)
    }

    /// Removes bytes that are not in `needed`, least recently added first, until the rest of them is within `limit` bytes.
    /// Returns how many bytes it removed.
    ///
    /// # Errors
    /// If the folder cannot be read, or a file not removed.
    pub fn collect(
        &self,
        needed: &BTreeSet<FileHash>,
        limit: u64,
        now: Timestamp,
    ) -> Result<u64, SpoolError> {
        let is_new = |file: &fs::FolderEntry| {
            Duration::try_from(now.duration_since(file.modified))
                .is_ok_and(|age| age < NEW_FILE_AGE)
        };
        for file in self.entries()?.iter().filter(|file| is_unfinished(&file.name) && !is_new(file))
        {
            self.remove(&file.name)?;
        }
        // A process that was killed while it sent a file leaves its name.
        let is_old_link =
            |file: &&fs::FolderEntry| file.name.starts_with(fs::NAMED_LINK_PREFIX) && !is_new(file);
        for file in self.entries()?.iter().filter(is_old_link) {
            let folder = self.folder.join(&file.name);
            fs::remove_folder(&folder).map_err(|error| self.error(error))?;
        }
        let mut others = self.files()?;
        others.retain(|(hash, _)| !needed.contains(hash));
        others.sort_by_key(|(_, file)| file.modified);
        let mut total: u64 = others.iter().map(|(_, file)| file.bytes).sum();
        let mut removed = 0;
        for (_, file) in others {
            if total <= limit {
                break;
            }
            if is_new(&file) {
                continue;
            }
            self.remove(&file.name)?;
            total = total.saturating_sub(file.bytes);
            removed += file.bytes;
        }
        Ok(removed)
    }

    fn files(&self) -> Result<Vec<(FileHash, fs::FolderEntry)>, SpoolError> {
        let named = |file: fs::FolderEntry| Some((FileHash::parse(&file.name)?, file));
        Ok(self.entries()?.into_iter().filter_map(named).collect())
    }

    fn entries(&self) -> Result<Vec<fs::FolderEntry>, SpoolError> {
        fs::files(&self.folder).map_err(|error| self.error(error))
    }

    fn remove(&self, name: &str) -> Result<(), SpoolError> {
        fs::remove(&self.folder.join(name)).map_err(|error| self.error(error))
    }

    fn path(&self, hash: FileHash) -> PathBuf {
        self.folder.join(hash.to_string())
    }

    fn error(&self, source: io::Error) -> SpoolError {
        let folder = self.folder.clone();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SpoolError::Full(folder),
            io::ErrorKind::FileTooLarge => SpoolError::TooLong,
            _ => SpoolError::System { folder, source },
        }
    }
}

/// Whether a name is that of a copy that was never finished.
fn is_unfinished(name: &str) -> bool {
    name.starts_with(".new-")
}

#[cfg(test)]
mod tests;
