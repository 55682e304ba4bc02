//! Detects that a file has changed, without reading it.

use std::fs::{File, Metadata};
use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;

/// What changes whenever a file does. The times are those of the file system, which may be precise to some milliseconds only: two
/// writes of the same length within that time have the same stamp, so a stamp is not reliable for a file that has just changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Bytes.
    length: u64,
    /// When its content changed; any program may set it.
    modified: Option<SystemTime>,
    unix: Option<Inode>,
}

/// The identity of a file, and when it changed: a file that replaces another has another inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Inode {
    device: u64,
    number: u64,
    changed: Timestamp,
}

impl Stamp {
    /// The stamp of the file or link at `path`; `None` where there is none.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        Some(Self::new(&std::fs::symlink_metadata(path).ok()?))
    }

    /// The stamp of an open file.
    #[must_use]
    pub fn of_file(file: &File) -> Option<Self> {
        Some(Self::new(&file.metadata().ok()?))
    }

    fn new(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        Self { length: metadata.len(), modified, unix: unix(metadata) }
    }

    /// Whether it distinguishes every file from every other one. Where the system has no inodes, it does not.
    #[must_use]
    pub fn is_unique(&self) -> bool {
        self.unix.is_some()
    }

    /// How long it is, in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// When its content changed, as far as the system knows; any program may set it.
    #[must_use]
    pub fn modified(&self) -> Option<Timestamp> {
        self.modified.and_then(|at| Timestamp::try_from(at).ok())
    }

    /// When its content, name or permissions last changed, as far as the system knows.
    #[must_use]
    pub fn changed(&self) -> Option<Timestamp> {
        self.unix.map(|inode| inode.changed).or_else(|| self.modified())
    }
}

/// The identity of a file, independent of its content. Where the system has none, all files are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InodeId(Option<u64>);

/// The identity of the file or link at `path`; `None` where there is none.
#[must_use]
pub fn identity(path: &Path) -> Option<InodeId> {
    Stamp::of(path).map(|stamp| InodeId(stamp.unix.map(|inode| inode.number)))
}

/// Whether both describe the same file.
#[cfg(unix)]
pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
    one.is_file() == other.is_file()
}

#[cfg(unix)]
fn unix(metadata: &Metadata) -> Option<Inode> {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = i32::try_from(metadata.ctime_nsec()).ok()?;
    let changed = Timestamp::new(metadata.ctime(), nanoseconds).ok()?;
    Some(Inode { device: metadata.dev(), number: metadata.ino(), changed })
}

#[cfg(not(unix))]
fn unix(_: &Metadata) -> Option<Inode> {
    None
}
