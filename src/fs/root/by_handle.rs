//! Opens files relative to a folder's handle on Unix: in one step where the system can refuse links, otherwise name by name.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{
    AtFlags, Dir, FileType, Mode, OFlags, linkat, mkdirat, openat, renameat, statat, unlinkat,
};
use rustix::io::Errno;

use super::{Child, ListError};
use crate::fs::text::{FileKind, ReadError};

/// How often the one step is tried if something moves at the same time, before the names are opened one by one.
#[cfg(target_os = "linux")]
const TRIES: usize = 16;

#[derive(Debug)]
pub(super) struct Root(OwnedFd);

/// Do not wait for the other end of a pipe, do not take over a terminal, do not pass the handle to other programs.
const COMMON: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOFOLLOW);

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        // An empty path is the working folder.
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Ok(Self(rustix::fs::open(path, flags, Mode::empty())?))
    }

    pub(in crate::fs) fn handle(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }

    /// Calls `each` with every entry of a folder.
    pub(super) fn children(
        &self,
        below: &Path,
        each: &mut dyn FnMut(Child) -> Result<(), ListError>,
    ) -> Result<(), ListError> {
        let folder = self.resolve(below, OFlags::DIRECTORY).map_err(io::Error::from)?;
        for entry in Dir::read_from(&folder).map_err(io::Error::from)? {
            let entry = entry.map_err(io::Error::from)?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name == "." || name == ".." {
                continue;
            }
            let Some(kind) = kind(&folder, name, entry.file_type())? else { continue };
            each(Child { name: name.to_owned(), kind })?;
        }
        Ok(())
    }

    pub(super) fn file(&self, below: &Path) -> Result<File, ReadError> {
        match self.resolve(below, OFlags::empty()) {
            Ok(file) => Ok(File::from(file)),
            Err(Errno::NOENT) => Err(ReadError::Missing),
            // FreeBSD reports a link as `MLINK`.
            Err(Errno::LOOP | Errno::MLINK) => Err(ReadError::NotAFile(FileKind::Link)),
            Err(Errno::NOTDIR) => Err(self.not_a_folder(below)),
            // A socket, or a device without a driver.
            Err(Errno::NXIO | Errno::NODEV | Errno::OPNOTSUPP) => {
                Err(ReadError::NotAFile(FileKind::Special))
            }
            Err(error) => Err(ReadError::System(error.into())),
        }
    }

    /// Creates the folders of a path that are missing.
    pub(super) fn make_folders(&self, below: &Path) -> io::Result<()> {
        let mut made = PathBuf::new();
        for name in below.components() {
            let parent = self.resolve(&made, OFlags::DIRECTORY)?;
            match mkdirat(&parent, name.as_os_str(), Mode::from_raw_mode(0o777)) {
                Ok(()) | Err(Errno::EXIST) => made.push(name),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Creates a file that does not exist.
    pub(super) fn create(&self, below: &Path) -> io::Result<File> {
        let (folder, name) = self.folder_and_name(below)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        Ok(File::from(openat(&folder, name, flags, Mode::from_raw_mode(0o666))?))
    }

    /// Gives a file another name in its folder, in one step.
    pub(super) fn rename(&self, from: &Path, to: &Path, replaces: bool) -> io::Result<()> {
        let (folder, from) = self.folder_and_name(from)?;
        let to = to.file_name().ok_or(Errno::INVAL)?;
        if !replaces {
            match linkat(&folder, from, &folder, to, AtFlags::empty()) {
                Ok(()) => return Ok(unlinkat(&folder, from, AtFlags::empty())?),
                Err(Errno::EXIST) => return Err(Errno::EXIST.into()),
                // A file system without hard links.
                Err(_) => match statat(&folder, to, AtFlags::SYMLINK_NOFOLLOW) {
                    Err(Errno::NOENT) => {}
                    _ => return Err(Errno::EXIST.into()),
                },
            }
        }
        Ok(renameat(&folder, from, &folder, to)?)
    }

    pub(super) fn remove(&self, below: &Path) -> io::Result<()> {
        let (folder, name) = self.folder_and_name(below)?;
        Ok(unlinkat(&folder, name, AtFlags::empty())?)
    }

    /// Waits until everything that was written is on the disk.
    #[cfg(target_os = "linux")]
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.0)?)
    }

    fn folder_and_name<'p>(&self, below: &'p Path) -> rustix::io::Result<(OwnedFd, &'p OsStr)> {
        let name = below.file_name().ok_or(Errno::INVAL)?;
        let folder = below.parent().unwrap_or(Path::new(""));
        Ok((self.resolve(folder, OFlags::DIRECTORY)?, name))
    }

    /// Finds out, without opening anything, whether a folder of the path is a link or something else.
    fn not_a_folder(&self, below: &Path) -> ReadError {
        let is_link = below.ancestors().skip(1).any(|part| {
            !part.as_os_str().is_empty()
                && statat(&self.0, part, AtFlags::SYMLINK_NOFOLLOW)
                    .is_ok_and(|found| FileType::from_raw_mode(found.st_mode) == FileType::Symlink)
        });
        if is_link { ReadError::NotAFile(FileKind::FolderLink) } else { ReadError::Missing }
    }

    /// Opens a path below the folder without following links; the empty path is the folder itself.
    fn resolve(&self, below: &Path, flags: OFlags) -> rustix::io::Result<OwnedFd> {
        if below.as_os_str().is_empty() {
            // A new handle: two that share a handle would share its read position.
            return openat(&self.0, ".", COMMON | OFlags::DIRECTORY, Mode::empty());
        }
        #[cfg(target_os = "linux")]
        if let Some(opened) = at_once(self.0.as_fd(), below, flags) {
            return opened;
        }
        one_by_one(self.0.as_fd(), below, flags)
    }
}

/// Whether a folder does not exist any more, or is something else now.
pub(super) fn is_gone(error: &io::Error) -> bool {
    let gone = [Errno::NOENT, Errno::NOTDIR, Errno::LOOP, Errno::MLINK];
    Errno::from_io_error(error).is_some_and(|error| gone.contains(&error))
}

/// Opens a path in one step; `None` where the system cannot, or is not allowed to, or the folders keep moving.
#[cfg(target_os = "linux")]
fn at_once(
    root: BorrowedFd<'_>,
    below: &Path,
    flags: OFlags,
) -> Option<rustix::io::Result<OwnedFd>> {
    use rustix::fs::{ResolveFlags, openat2};
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    for _ in 0..TRIES {
        match openat2(root, below, COMMON | flags, Mode::empty(), resolve) {
            // A folder of the path was moved, perhaps out of the root.
            Err(Errno::AGAIN | Errno::INTR | Errno::XDEV) => {}
            // Linux before 5.6, or a container whose filter does not know the call. A file without read permission gets here too
            // and fails again below.
            Err(Errno::NOSYS | Errno::PERM | Errno::INVAL | Errno::TOOBIG) => return None,
            opened => return Some(opened),
        }
    }
    None
}

/// Opens a path name by name, each relative to the folder that was opened before it, wherever that folder is by then.
fn one_by_one(root: BorrowedFd<'_>, below: &Path, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    let mut names = below.components().peekable();
    let mut folder: Option<OwnedFd> = None;
    while let Some(Component::Normal(name)) = names.next() {
        #[cfg(test)]
        super::tests::before_each_name(name);
        let parent = folder.as_ref().map_or(root, |folder| folder.as_fd());
        let last = names.peek().is_none();
        let flags = COMMON | if last { flags } else { OFlags::DIRECTORY };
        folder = Some(openat(parent, name, flags, Mode::empty())?);
        if last {
            return folder.ok_or(Errno::NOENT);
        }
    }
    Err(Errno::NOENT)
}

/// The kind of an entry; `None` if it is gone. Links to folders are a kind of their own, since people may expect that their posts
/// are read.
fn kind(folder: &OwnedFd, name: &OsStr, known: FileType) -> io::Result<Option<FileKind>> {
    let look = |flags| match statat(folder, name, flags) {
        Ok(found) => Ok(Some(FileType::from_raw_mode(found.st_mode))),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(io::Error::from(error)),
    };
    // Some file systems do not list the kind.
    let found =
        if known == FileType::Unknown { look(AtFlags::SYMLINK_NOFOLLOW)? } else { Some(known) };
    Ok(found.map(|found| match found {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Folder,
        FileType::Symlink => match look(AtFlags::empty()) {
            Ok(Some(FileType::Directory)) => FileKind::FolderLink,
            _ => FileKind::Link,
        },
        _ => FileKind::Special,
    }))
}

#[cfg(test)]
impl Root {
    /// As [`Root::file`] where the system has no call for it.
    pub(super) fn file_one_by_one(&self, below: &Path) -> rustix::io::Result<File> {
        one_by_one(self.0.as_fd(), below, OFlags::empty()).map(File::from)
    }
}
