//! Copies whole files so that a copy has its name only when all its bytes are on the disk.

pub use std::fs::File;
use std::fs::FileTimes;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use super::stamp::Stamp;

/// Bytes that a copy holds in memory.
const BLOCK: usize = 64 * 1024;

/// A copy without its final name. Dropped before [`Self::name`], it is removed.
#[derive(Debug)]
pub struct UnnamedCopy {
    file: tempfile::NamedTempFile,
    bytes: u64,
}

impl UnnamedCopy {
    /// Copies `source` from its start into a file of `folder` that only its owner can read. Where the file system can share
    /// the blocks of two files (reflink), nothing is copied until one of them changes.
    ///
    /// # Errors
    /// Where it cannot be read or written, and if it is longer than `most` bytes.
    pub fn of(mut source: &File, folder: &Path, most: u64) -> io::Result<Self> {
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        if !is_cloned(source, file.as_file()) {
            source.seek(SeekFrom::Start(0))?;
            copy(&mut source.take(most.saturating_add(1)), file.as_file_mut())?;
        }
        let bytes = file.as_file().metadata()?.len();
        if bytes > most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(Self { file, bytes })
    }

    /// How many bytes were copied.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Passes the copied bytes to `take`, block by block.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(&mut self, mut take: impl FnMut(&[u8])) -> io::Result<()> {
        let file = self.file.as_file_mut();
        file.seek(SeekFrom::Start(0))?;
        let mut block = vec![0; BLOCK];
        loop {
            let count = file.read(&mut block)?;
            if count == 0 {
                return Ok(());
            }
            take(block.get(..count).unwrap_or_default());
        }
    }

    /// Waits until the bytes are on the disk, gives the copy the name `path` in its folder, and waits until the name is on
    /// the disk as well. Replaces a file of that name.
    ///
    /// # Errors
    /// Where it cannot be written: then there is no copy.
    pub fn name(self, path: &Path) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        self.file.persist(path)?;
        sync_folder(path.parent().unwrap_or(Path::new(".")))
    }
}

fn copy(source: &mut impl Read, target: &mut File) -> io::Result<()> {
    let mut block = vec![0; BLOCK];
    loop {
        match source.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(count) => target.write_all(block.get(..count).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Copies a whole file into an empty one.
pub(super) fn fill(mut source: &File, target: &mut File) -> io::Result<()> {
    if is_cloned(source, target) {
        return Ok(());
    }
    source.seek(SeekFrom::Start(0))?;
    copy(&mut source, target)
}

/// Whether `target` now shares the blocks of `source`. Most file systems cannot do that.
#[cfg(target_os = "linux")]
fn is_cloned(source: &File, target: &File) -> bool {
    rustix::fs::ioctl_ficlone(target, source).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn is_cloned(_: &File, _: &File) -> bool {
    false
}

#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Opens one of telepress's own files to read it; a link is not followed.
///
/// # Errors
/// Where it cannot be opened, or is not a regular file.
pub fn open_own(path: &Path) -> io::Result<File> {
    let file = super::private::owner_only().read(true).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

/// Sets the time of a file's last change, which orders files by their last use.
///
/// # Errors
/// Where it cannot be set.
pub fn touch(path: &Path, now: Timestamp) -> io::Result<()> {
    let file = open_own(path)?;
    let since = Duration::try_from(now.duration_since(Timestamp::UNIX_EPOCH)).unwrap_or_default();
    file.set_times(FileTimes::new().set_modified(SystemTime::UNIX_EPOCH + since))
}

/// A file in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// When it was last changed or touched.
    pub modified: Timestamp,
}

/// The files of a folder; none if there is no such folder. Names that are not Unicode are left out.
///
/// # Errors
/// Where the folder cannot be read.
pub fn files(folder: &Path) -> io::Result<Vec<FolderEntry>> {
    let listed = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed?,
    };
    let mut files = Vec::new();
    for child in listed {
        let child = child?;
        let Ok(name) = child.file_name().into_string() else { continue };
        // Another process may have removed it since.
        let Some(stamp) = Stamp::of(&child.path()) else { continue };
        let Some(modified) = stamp.modified() else { continue };
        files.push(FolderEntry { name, bytes: stamp.length(), modified });
    }
    Ok(files)
}
