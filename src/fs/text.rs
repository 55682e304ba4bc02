//! Reading a text file that people write, and nothing else: no link, no pipe, no device, no endless file.

use std::fmt;
use std::fs::{File, FileType};
use std::io::{self, Read};
use std::path::Path;

use thiserror::Error;

use crate::limits;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
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

impl Kind {
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

impl fmt::Display for Kind {
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
pub enum ReadFault {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// Something else than a file stands there.
    #[error("this is {0}, and only a regular file is read")]
    NotAFile(Kind),
    /// It is too large.
    #[error("the file is larger than {} MiB", limits::FILE_BYTES / 1024 / 1024)]
    TooLarge,
    /// Not UTF-8.
    #[error("the file is not UTF-8: byte {at} begins no character")]
    NotUtf8 {
        /// Bytes before the first that is wrong.
        at: usize,
        /// The text with a replacement character for each fault.
        lossy: String,
    },
    /// The system refuses.
    #[error("the file cannot be read: {0}")]
    System(io::Error),
}

/// Reads a text of at most [`limits::FILE_BYTES`] by a path that the user or the system names, such as the config's. What others
/// may have put there, such as a post, is read through a [`super::Root`].
///
/// A link at the end of `path` is refused.
///
/// # Errors
/// See [`ReadFault`].
pub fn read_text(path: &Path) -> Result<String, ReadFault> {
    let system = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => ReadFault::Missing,
        _ => ReadFault::System(error),
    };
    // Opening a pipe would wait for a writer, so a look comes first; what was opened is looked at again, since the name
    // may mean something else by then.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
    let before = std::fs::symlink_metadata(path).map_err(system)?;
    let kind = Kind::of(before.file_type());
    if kind != Kind::File {
        return Err(ReadFault::NotAFile(kind));
    }
    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens files")]
    let file = File::open(path).map_err(system)?;
    let opened = file.metadata().map_err(system)?;
    if !opened.is_file() || !same_file(&before, &opened) {
        return Err(ReadFault::NotAFile(Kind::Special));
    }
    read_bounded(file)
}

/// Reads a text of at most [`limits::FILE_BYTES`] from an open file.
pub(super) fn read_bounded(file: File) -> Result<String, ReadFault> {
    let system = ReadFault::System;
    let opened = file.metadata().map_err(system)?;
    if opened.len() > limits::FILE_BYTES {
        return Err(ReadFault::TooLarge);
    }
    let mut content = Vec::with_capacity(usize::try_from(opened.len()).unwrap_or_default());
    file.take(limits::FILE_BYTES + 1).read_to_end(&mut content).map_err(system)?;
    if u64::try_from(content.len()).is_ok_and(|length| length > limits::FILE_BYTES) {
        return Err(ReadFault::TooLarge);
    }
    String::from_utf8(content).map_err(|error| ReadFault::NotUtf8 {
        at: error.utf8_error().valid_up_to(),
        lossy: String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

#[cfg(unix)]
fn same_file(before: &std::fs::Metadata, opened: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (before.dev(), before.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn same_file(_: &std::fs::Metadata, _: &std::fs::Metadata) -> bool {
    true
}
