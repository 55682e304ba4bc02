//! Reads a text file that people write; refuses links, pipes, devices and files that are too large.

use std::fmt;
use std::fs::{File, FileType};
use std::io::{self, Read};
use std::path::Path;

use thiserror::Error;

use super::stamp::is_same;
use crate::limits;

/// The kind of a directory entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A symbolic link to a folder.
    FolderLink,
    /// A pipe, a socket or a device.
    Special,
}

impl FileKind {
    pub(super) fn of(kind: FileType) -> Self {
        if kind.is_symlink() {
            Self::Link
        } else if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Folder
        } else {
            Self::Special
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::File => "a file",
            Self::Folder => "a folder",
            Self::Link => "a symbolic link",
            Self::FolderLink => "a symbolic link to a folder",
            Self::Special => "a pipe, a socket or a device",
        })
    }
}

/// Why a text file is not read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// Not a regular file.
    #[error("this is {0}, and only a regular file is read")]
    NotAFile(FileKind),
    /// Larger than [`limits::FILE_BYTES`].
    #[error("the file is larger than {} MiB", limits::FILE_BYTES / 1024 / 1024)]
    TooLarge,
    /// Not UTF-8.
    #[error("the file is not UTF-8: byte {at} does not begin a character")]
    NotUtf8 {
        /// The number of valid bytes before the first invalid one.
        at: usize,
        /// The text with replacement characters.
        lossy: String,
    },
    /// The system refuses.
    #[error("the file cannot be read: {0}")]
    System(io::Error),
}

/// Reads a text of at most [`limits::FILE_BYTES`] from a path that the user or the system names, such as the config's. Files that
/// others can replace, such as posts, are read through a [`super::Root`].
///
/// A link at the end of `path` is refused.
///
/// # Errors
/// See [`ReadError`].
pub fn read_text(path: &Path) -> Result<String, ReadError> {
    let system = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => ReadError::Missing,
        _ => ReadError::System(error),
    };
    // Opening a pipe waits for a writer, so the kind is checked first. The path can change until it is opened, so the open file
    // is checked again.
    let before = std::fs::symlink_metadata(path).map_err(system)?;
    let kind = FileKind::of(before.file_type());
    if kind != FileKind::File {
        return Err(ReadError::NotAFile(kind));
    }
    let file = File::open(path).map_err(system)?;
    let opened = file.metadata().map_err(system)?;
    if !opened.is_file() || !is_same(&before, &opened) {
        return Err(ReadError::NotAFile(FileKind::Special));
    }
    read_bounded(file)
}

/// Reads a text of at most [`limits::FILE_BYTES`] from an open file.
pub(super) fn read_bounded(file: File) -> Result<String, ReadError> {
    let system = ReadError::System;
    let opened = file.metadata().map_err(system)?;
    if opened.len() > limits::FILE_BYTES {
        return Err(ReadError::TooLarge);
    }
    let mut content = Vec::with_capacity(usize::try_from(opened.len()).unwrap_or_default());
    file.take(limits::FILE_BYTES + 1).read_to_end(&mut content).map_err(system)?;
    if u64::try_from(content.len()).is_ok_and(|length| length > limits::FILE_BYTES) {
        return Err(ReadError::TooLarge);
    }
    String::from_utf8(content).map_err(|error| ReadError::NotUtf8 {
        at: error.utf8_error().valid_up_to(),
        lossy: String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}
