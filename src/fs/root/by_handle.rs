//! Files below a folder's handle, as Unix opens them: in one step where the system can refuse links itself, else one name after
//! another.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, openat, statat};
use rustix::io::Errno;

use super::{Child, ListError};
use crate::fs::text::{Kind, ReadFault};

/// How often the system may say that something moved while it looked, before the names are opened one by one.
#[cfg(target_os = "linux")]
const TRIES: usize = 16;

#[derive(Debug)]
pub(super) struct Root(OwnedFd);

/// Nothing waits for a pipe's other end, no terminal becomes ours, and no program that is started gets it.
const COMMON: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOFOLLOW);

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        // An empty path is the folder in which the command runs.
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Ok(Self(rustix::fs::open(path, flags, Mode::empty())?))
    }

    /// Hands what stands in a folder to `each`.
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

    pub(super) fn file(&self, below: &Path) -> Result<File, ReadFault> {
        match self.resolve(below, OFlags::empty()) {
            Ok(file) => Ok(File::from(file)),
            Err(Errno::NOENT) => Err(ReadFault::Missing),
            // FreeBSD says so of a link.
            Err(Errno::LOOP | Errno::MLINK) => Err(ReadFault::NotAFile(Kind::Link)),
            // A component that is no folder, or a link where a folder was; a socket; a device without a driver.
            Err(Errno::NOTDIR) => Err(self.not_a_folder(below)),
            Err(Errno::NXIO | Errno::NODEV | Errno::OPNOTSUPP) => {
                Err(ReadFault::NotAFile(Kind::Special))
            }
            Err(error) => Err(ReadFault::System(error.into())),
        }
    }

    /// Whether a link or something else stands where a folder should; the path is only looked at.
    fn not_a_folder(&self, below: &Path) -> ReadFault {
        let is_link = below.ancestors().skip(1).any(|part| {
            !part.as_os_str().is_empty()
                && statat(&self.0, part, AtFlags::SYMLINK_NOFOLLOW)
                    .is_ok_and(|found| FileType::from_raw_mode(found.st_mode) == FileType::Symlink)
        });
        if is_link { ReadFault::NotAFile(Kind::FolderLink) } else { ReadFault::Missing }
    }

    /// Opens what is at a path below, following no link; the empty path is the folder itself.
    fn resolve(&self, below: &Path, flags: OFlags) -> rustix::io::Result<OwnedFd> {
        if below.as_os_str().is_empty() {
            // A handle of its own: where one has read to, another goes on.
            return openat(&self.0, ".", COMMON | OFlags::DIRECTORY, Mode::empty());
        }
        #[cfg(target_os = "linux")]
        if let Some(opened) = at_once(self.0.as_fd(), below, flags) {
            return opened;
        }
        one_by_one(self.0.as_fd(), below, flags)
    }
}

/// Whether a folder is not there any more, or something else is.
pub(super) fn is_gone(error: &io::Error) -> bool {
    let gone = [Errno::NOENT, Errno::NOTDIR, Errno::LOOP, Errno::MLINK];
    Errno::from_io_error(error).is_some_and(|error| gone.contains(&error))
}

/// Opens a path in one step; `None` where the system cannot, or is not allowed to, or the tree moves too fast.
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
            // A folder on the way was moved, perhaps out of the root.
            Err(Errno::AGAIN | Errno::INTR | Errno::XDEV) => {}
            // Linux before 5.6, and containers whose filter does not know the call; a file that may not be read is found
            // out about once more.
            Err(Errno::NOSYS | Errno::PERM | Errno::INVAL | Errno::TOOBIG) => return None,
            opened => return Some(opened),
        }
    }
    None
}

/// Opens a path name by name, each in the folder that was opened before it, whatever its path is by then.
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

/// What stands there; of a link also whether it leads to a folder, whose posts somebody may think are read. `None`: it is gone.
fn kind(folder: &OwnedFd, name: &OsStr, known: FileType) -> io::Result<Option<Kind>> {
    let look = |flags| match statat(folder, name, flags) {
        Ok(found) => Ok(Some(FileType::from_raw_mode(found.st_mode))),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(io::Error::from(error)),
    };
    // Some file systems do not say it in the list.
    let found =
        if known == FileType::Unknown { look(AtFlags::SYMLINK_NOFOLLOW)? } else { Some(known) };
    Ok(found.map(|found| match found {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        FileType::Symlink => match look(AtFlags::empty()) {
            Ok(Some(FileType::Directory)) => Kind::FolderLink,
            _ => Kind::Link,
        },
        _ => Kind::Special,
    }))
}

#[cfg(test)]
impl Root {
    /// As [`Root::file`] where the system has no call for it.
    pub(super) fn file_one_by_one(&self, below: &Path) -> rustix::io::Result<File> {
        one_by_one(self.0.as_fd(), below, OFlags::empty()).map(File::from)
    }
}
