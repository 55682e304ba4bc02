//! telepress's own files: only their owner can read them, and each has one writer.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::stamp::is_same;

/// Creates an empty file that only its owner can read and write, unless there is one.
///
/// # Errors
/// Where it cannot be created, or the path is not a regular file.
pub fn make_private(path: &Path) -> io::Result<()> {
    open(path)?;
    Ok(())
}

/// Creates a folder that only its owner can open, and its parents; one that exists stays as it is.
///
/// # Errors
/// Where it cannot be created.
pub fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Removes a file, if it exists.
///
/// # Errors
/// Where it cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The absolute paths of a file: as typed, and with the links in its folder's path resolved.
#[must_use]
pub fn names_of(path: &Path) -> Vec<PathBuf> {
    let Ok(absolute) = std::path::absolute(path) else { return vec![path.to_owned()] };
    let (folder, name) = (absolute.parent(), absolute.file_name());
    let real = folder.and_then(|folder| std::fs::canonicalize(folder).ok());
    let real = real.zip(name).map(|(folder, name)| folder.join(name));
    std::iter::once(absolute).chain(real).collect()
}

/// Whether a path is a symbolic link, and whether its target exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It is not a link.
    No,
    /// A link to something that exists.
    Leads,
    /// A link to nothing.
    Dangles,
}

/// Whether a path is a symbolic link.
#[must_use]
pub fn is_link(path: &Path) -> Link {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    match (is_link, std::fs::metadata(path)) {
        (false, _) => Link::No,
        (true, Ok(_)) => Link::Leads,
        (true, Err(_)) => Link::Dangles,
    }
}

/// Writes a new file that only its owner can read and write.
///
/// # Errors
/// Where it cannot be written, or the path exists.
pub fn write_private(path: &Path, content: &str) -> io::Result<()> {
    let mut file = owner_only().write(true).create_new(true).open(path)?;
    file.write_all(content.as_bytes())
}

/// Whether there is anything at `path`.
#[must_use]
pub fn exists(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

/// The target of the link at `path`; `None` where none can be read.
#[must_use]
pub fn link(path: &Path) -> Option<String> {
    let named = std::fs::read_link(path).ok()?;
    named.to_str().map(str::to_owned)
}

/// The outcome of [`LockFile::take`].
#[derive(Debug)]
pub enum Locked {
    /// This process holds it.
    Here(LockFile),
    /// Another process holds it, and wrote this into the file.
    Elsewhere(String),
}

/// A file that this process has locked (`flock`); the system releases it when the process ends, however it ends.
#[derive(Debug)]
pub struct LockFile {
    file: File,
    path: PathBuf,
}

impl LockFile {
    /// Takes the lock and writes `content` into the file, or reads what its holder wrote.
    ///
    /// # Errors
    /// Where the file cannot be opened or locked at all.
    pub fn take(path: &Path, content: &str) -> io::Result<Locked> {
        let mut file = open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder)?;
                return Ok(Locked::Elsewhere(holder));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        file.set_len(0)?;
        file.write_all(content.as_bytes())?;
        Ok(Locked::Here(Self { file, path: path.to_owned() }))
    }

    /// Whether the lock still excludes others: if the file was removed, the next process creates and locks a new one.
    #[must_use]
    pub fn holds(&self) -> bool {
        let there = std::fs::symlink_metadata(&self.path);
        let here = self.file.metadata();
        there.is_ok_and(|there| here.is_ok_and(|here| is_same(&there, &here)))
    }
}

/// A small file with one content, which is on the disk when a write returns.
#[derive(Debug)]
pub struct MarkFile {
    file: File,
}

impl MarkFile {
    /// Opens or creates the file and reads its content.
    ///
    /// # Errors
    /// Where it cannot be opened or read.
    pub fn open(path: &Path) -> io::Result<(Self, String)> {
        let mut mark = Self { file: open(path)? };
        let content = mark.read()?;
        Ok((mark, content))
    }

    /// Its content.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(&mut self) -> io::Result<String> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut content = String::new();
        self.file.read_to_string(&mut content)?;
        Ok(content)
    }

    /// Overwrites the content and waits until it is on the disk. The new content must not be shorter than the old one.
    ///
    /// # Errors
    /// Where it cannot be written: then its content is unknown.
    pub fn write(&mut self, content: &str) -> io::Result<()> {
        self.put(content)?;
        self.file.sync_data()
    }

    /// As [`Self::write`], for a content of any length.
    ///
    /// # Errors
    /// Where it cannot be written: then its content is unknown.
    pub fn replace(&mut self, content: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        self.put(content)?;
        self.file.sync_all()
    }

    fn put(&mut self, content: &str) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(content.as_bytes())
    }
}

/// Options for a file that only its owner can read and write.
pub(super) fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
        // Otherwise opening a dangling link creates its target.
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options
}

fn open(path: &Path) -> io::Result<File> {
    if is_link(path) != Link::No {
        return Err(linked());
    }
    let file = owner_only().read(true).write(true).create(true).truncate(false).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("this is not a regular file"));
    }
    let named = std::fs::symlink_metadata(path)?;
    // With two names there could be two lock files, and two publishers.
    if !is_same(&named, &metadata) || links(&metadata) > 1 {
        return Err(linked());
    }
    Ok(file)
}

fn linked() -> io::Error {
    io::Error::other(
        "this is a link, or has more than one name: name the file itself, and remove its other hard links",
    )
}

#[cfg(unix)]
fn links(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

#[cfg(not(unix))]
fn links(_: &Metadata) -> u64 {
    1
}
