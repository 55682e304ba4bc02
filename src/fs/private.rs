//! Files of telepress's own beside what people write: nobody else may read them, and each has one writer.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Makes an empty file that only its owner may read and write, where there is none.
///
/// # Errors
/// Where it cannot be made, or something else than a file stands there.
pub fn make_private(path: &Path) -> io::Result<()> {
    open(path).map(drop)
}

/// Whether anything stands at `path`.
#[must_use]
pub fn exists(path: &Path) -> bool {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
    std::fs::symlink_metadata(path).is_ok()
}

/// What the link at `path` names; `None` where none can be read.
#[must_use]
pub fn link(path: &Path) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
    let named = std::fs::read_link(path).ok()?;
    named.to_str().map(str::to_owned)
}

/// A file whose lock this process holds; the system gives it back when the process ends, however it ends.
#[derive(Debug)]
pub struct LockFile {
    file: File,
    path: PathBuf,
}

impl LockFile {
    /// Takes the lock and writes down who has it, or reads who has it.
    ///
    /// # Errors
    /// Where the file cannot be opened or locked at all.
    pub fn take(path: &Path, content: &str) -> io::Result<Result<Self, String>> {
        let mut file = open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder)?;
                return Ok(Err(holder));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        file.set_len(0)?;
        file.write_all(content.as_bytes())?;
        Ok(Ok(Self { file, path: path.to_owned() }))
    }

    /// Whether the lock still keeps others out: where the file was removed, the next process makes another one and locks
    /// that.
    #[must_use]
    pub fn holds(&self) -> bool {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
        let there = std::fs::symlink_metadata(&self.path);
        let here = self.file.metadata();
        there.is_ok_and(|there| here.is_ok_and(|here| is_same(&there, &here)))
    }
}

/// A small file that always says one thing, and is on the disk when it was written.
#[derive(Debug)]
pub struct MarkFile {
    file: File,
}

impl MarkFile {
    /// Opens the file, or makes it, and reads what it says.
    ///
    /// # Errors
    /// Where it cannot be opened or read.
    pub fn open(path: &Path) -> io::Result<(Self, String)> {
        let mut file = open(path)?;
        let mut content = String::new();
        file.read_to_string(&mut content)?;
        Ok((Self { file }, content))
    }

    /// Writes what the file says from now on, and waits until it is on the disk. Every content must be equally long.
    ///
    /// # Errors
    /// Where it cannot be written: then nobody knows what it says.
    pub fn write(&mut self, content: &str) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(content.as_bytes())?;
        self.file.sync_data()
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens files")]
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("something else than a file stands there"));
    }
    #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
    let named = std::fs::symlink_metadata(path)?;
    // By two names there would be two lock files, and two publishers.
    if !is_same(&named, &metadata) || links(&metadata) > 1 {
        return Err(io::Error::other(
            "it is a link: name the file itself, which must have one name",
        ));
    }
    Ok(file)
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    one.is_file() == other.is_file()
}

#[cfg(unix)]
fn links(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

#[cfg(not(unix))]
fn links(_: &Metadata) -> u64 {
    1
}
