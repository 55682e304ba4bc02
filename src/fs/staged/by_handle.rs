//! A folder by its handle on Unix: every name is used relative to it, so what somebody moves meanwhile leads nowhere else.

use std::fs::{File, Permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path};

use rustix::fs::{AtFlags, Dir, Mode, OFlags, linkat, mkdirat, openat, renameat, statat, unlinkat};
use rustix::io::Errno;

use crate::fs::root::Root;

const OPEN_FOLDER: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

const NEW_FILE: OFlags = OFlags::RDWR
    .union(OFlags::CREATE)
    .union(OFlags::EXCL)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

#[derive(Debug)]
pub(super) struct Folder(OwnedFd);

impl Folder {
    /// Opens a folder below the root.
    pub(super) fn open(root: &Root, below: &Path) -> io::Result<Self> {
        Self::find(root, below, false)
    }

    /// Opens a folder below the root; missing ones are created.
    pub(super) fn create(root: &Root, below: &Path) -> io::Result<Self> {
        Self::find(root, below, true)
    }

    fn find(root: &Root, below: &Path, is_created: bool) -> io::Result<Self> {
        let mut folder = Self(openat(root.handle(), ".", OPEN_FOLDER, Mode::empty())?);
        for part in below.components() {
            let Component::Normal(name) = part else {
                return Err(io::ErrorKind::InvalidInput.into());
            };
            if is_created {
                match mkdirat(&folder.0, name, Mode::from(0o777)) {
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            folder = Self(openat(&folder.0, name, OPEN_FOLDER, Mode::empty())?);
        }
        Ok(folder)
    }

    /// Opens a folder in this one.
    pub(super) fn enter(&self, name: &str) -> io::Result<Self> {
        Ok(Self(openat(&self.0, name, OPEN_FOLDER, Mode::empty())?))
    }

    /// Makes a new folder in this one.
    pub(super) fn make(&self, name: &str) -> io::Result<Self> {
        mkdirat(&self.0, name, Mode::from(0o777))?;
        self.enter(name)
    }

    pub(super) fn create_file(&self, name: &str) -> io::Result<File> {
        Ok(File::from(openat(&self.0, name, NEW_FILE, Mode::from(0o666))?))
    }

    /// Gives a new file the permissions of a file of the folder.
    #[allow(clippy::useless_conversion, reason = "macOS has modes of 16 bits")]
    pub(super) fn copy_mode(&self, name: &str, file: &File) -> io::Result<()> {
        let mode = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode;
        file.set_permissions(Permissions::from_mode(u32::from(mode) & 0o777))
    }

    /// The names in the folder that are Unicode.
    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = std::ffi::OsStr::from_bytes(entry.file_name().to_bytes());
            match name.to_str() {
                Some("." | "..") | None => {}
                Some(name) => names.push(name.to_owned()),
            }
        }
        Ok(names)
    }

    /// Renames a folder; nothing of the new name may exist.
    pub(super) fn rename_new(&self, old: &str, new: &str) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        match rustix::fs::renameat_with(
            &self.0,
            old,
            &self.0,
            new,
            rustix::fs::RenameFlags::NOREPLACE,
        ) {
            // The file system cannot: a folder that is not empty is not replaced either.
            Err(Errno::INVAL | Errno::NOSYS) => {}
            renamed => return Ok(renamed?),
        }
        match statat(&self.0, new, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => Ok(renameat(&self.0, old, &self.0, new)?),
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives a file of this folder another name in `target`, which must be free.
    pub(super) fn link_new(&self, file: &str, target: &Self, name: &str) -> io::Result<()> {
        linkat(&self.0, file, &target.0, name, AtFlags::empty())?;
        Ok(unlinkat(&self.0, file, AtFlags::empty())?)
    }

    pub(super) fn rename_over(&self, old: &str, new: &str) -> io::Result<()> {
        Ok(renameat(&self.0, old, &self.0, new)?)
    }

    pub(super) fn unlink(&self, name: &str) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::empty())?)
    }

    pub(super) fn remove_folder(&self, name: &str) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::fsync(&self.0)?)
    }
}
