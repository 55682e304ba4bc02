//! Files of telepress's own beside what people write: nobody else may read them, and each has one writer.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Makes an empty file that only its owner may read and write, where there is none.
///
/// # Errors
/// Where it cannot be made, or something else than a file stands there.
pub fn make_private(path: &Path) -> io::Result<()> {
    open(path)?;
    Ok(())
}

/// Makes a folder, with those above it, that only its owner may look into; one that exists stays as it is.
///
/// # Errors
/// Where it cannot be made.
pub fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Removes a file; one that is not there is removed already.
///
/// # Errors
/// Where it cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The absolute names of a file: as it is typed, and without the links on the way to its folder.
#[must_use]
pub fn names_of(path: &Path) -> Vec<PathBuf> {
    let Ok(absolute) = std::path::absolute(path) else { return vec![path.to_owned()] };
    let (folder, name) = (absolute.parent(), absolute.file_name());
    #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
    let real = folder.and_then(|folder| std::fs::canonicalize(folder).ok());
    let real = real.zip(name).map(|(folder, name)| folder.join(name));
    std::iter::once(absolute).chain(real).collect()
}

/// What a name leads to, where it is a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It is no link.
    No,
    /// Something that is there.
    Leads,
    /// Nothing.
    Dangles,
}

/// Whether a name is a link.
#[must_use]
pub fn is_link(path: &Path) -> Link {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
    match (is_link, std::fs::metadata(path)) {
        (false, _) => Link::No,
        (true, Ok(_)) => Link::Leads,
        (true, Err(_)) => Link::Dangles,
    }
}

/// Writes a new file that only its owner may read and write.
///
/// # Errors
/// Where it cannot be written, or something stands there already.
pub fn write_private(path: &Path, content: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens files")]
    let mut file = options.open(path)?;
    file.write_all(content.as_bytes())
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

/// What came of asking for a lock.
#[derive(Debug)]
pub enum Locked {
    /// This process holds it.
    Here(LockFile),
    /// Another process does, which wrote this into the file.
    Elsewhere(String),
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

    /// What the file says.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(&mut self) -> io::Result<String> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut content = String::new();
        self.file.read_to_string(&mut content)?;
        Ok(content)
    }

    /// Writes what the file says from now on, and waits until it is on the disk. No content may be shorter than the one before.
    ///
    /// # Errors
    /// Where it cannot be written: then nobody knows what it says.
    pub fn write(&mut self, content: &str) -> io::Result<()> {
        self.put(content)?;
        self.file.sync_data()
    }

    /// Writes a content of another length.
    ///
    /// # Errors
    /// Where it cannot be written: then nobody knows what it says.
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

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
        // A link that leads nowhere would be followed, and its target created.
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    if is_link(path) != Link::No {
        return Err(linked());
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
        return Err(linked());
    }
    Ok(file)
}

fn linked() -> io::Error {
    io::Error::other("it is a link: name the file itself, which must have one name")
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
