//! By what a change of a file is seen without reading it.

use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;

/// What changes whenever a file does. Times are those of the file system, whose steps may be some milliseconds: two writes
/// of equally many bytes within one step look alike, so that a stamp says nothing about a file that changed just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    length: u64,
    /// When its content was changed; an author's tool may set it to anything.
    modified: Option<SystemTime>,
    /// Which file it is, and when anything about it changed: a file put in the place of another has another number.
    unix: Option<(u64, Timestamp)>,
}

impl Stamp {
    /// The stamp of the file at `path`, a link not followed; `None` where there is none to see.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
        let metadata = std::fs::symlink_metadata(path).ok()?;
        let modified = metadata.modified().ok();
        Some(Self { length: metadata.len(), modified, unix: unix(&metadata) })
    }

    /// How long it is, in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// When the file last changed, as far as the system tells: its name, rights and content count.
    #[must_use]
    pub fn changed(&self) -> Option<Timestamp> {
        let modified = || self.modified.and_then(|at| Timestamp::try_from(at).ok());
        self.unix.map(|(_, changed)| changed).or_else(modified)
    }
}

/// Which file something is, whatever is written into it. Where the system does not tell, all files are the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId(Option<u64>);

/// The file at `path`, a link not followed; `None` where there is none to see.
#[must_use]
pub fn identity(path: &Path) -> Option<FileId> {
    Stamp::of(path).map(|stamp| FileId(stamp.unix.map(|(inode, _)| inode)))
}

#[cfg(unix)]
fn unix(metadata: &std::fs::Metadata) -> Option<(u64, Timestamp)> {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = i32::try_from(metadata.ctime_nsec()).ok()?;
    Some((metadata.ino(), Timestamp::new(metadata.ctime(), nanoseconds).ok()?))
}

#[cfg(not(unix))]
fn unix(_: &std::fs::Metadata) -> Option<(u64, Timestamp)> {
    None
}
