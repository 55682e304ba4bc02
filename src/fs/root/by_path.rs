//! Opens files below a folder by path, where the system has no folder handles: every name of the path is checked, but a change
//! between the check and the opening goes unnoticed.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::{Child, ListError};
use crate::fs::text::{FileKind, ReadError};

#[derive(Debug)]
pub(super) struct Root(PathBuf);

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let is_folder = std::fs::metadata(path)?.is_dir();
        if is_folder { Ok(Self(path.to_owned())) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// Calls `each` with every entry of a folder.
    pub(super) fn children(
        &self,
        below: &Path,
        each: &mut dyn FnMut(Child) -> Result<(), ListError>,
    ) -> Result<(), ListError> {
        for entry in std::fs::read_dir(self.0.join(below))? {
            let entry = entry?;
            let kind = FileKind::of(entry.file_type()?);
            let leads_to_folder = kind == FileKind::Link
                && std::fs::metadata(entry.path()).is_ok_and(|target| target.is_dir());
            let kind = if leads_to_folder { FileKind::FolderLink } else { kind };
            each(Child { name: entry.file_name(), kind })?;
        }
        Ok(())
    }

    /// Creates the folders of a path that are missing.
    pub(super) fn make_folders(&self, below: &Path) -> io::Result<()> {
        std::fs::create_dir_all(self.checked(below)?)
    }

    /// Creates a file that does not exist.
    pub(super) fn create(&self, below: &Path) -> io::Result<File> {
        File::create_new(self.checked(below)?)
    }

    /// Gives a file another name in its folder.
    pub(super) fn rename(&self, from: &Path, to: &Path, replaces: bool) -> io::Result<()> {
        let (from, to) = (self.checked(from)?, self.checked(to)?);
        if !replaces && std::fs::symlink_metadata(&to).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        std::fs::rename(from, to)
    }

    pub(super) fn remove(&self, below: &Path) -> io::Result<()> {
        std::fs::remove_file(self.checked(below)?)
    }

    /// The whole path; none of its existing names is a link.
    fn checked(&self, below: &Path) -> io::Result<PathBuf> {
        let mut path = self.0.clone();
        for name in below.components() {
            path.push(name);
            if std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink()) {
                return Err(io::Error::other("a name of the path is a link"));
            }
        }
        Ok(path)
    }

    pub(super) fn file(&self, below: &Path) -> Result<File, ReadError> {
        let system = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => ReadError::Missing,
            _ => ReadError::System(error),
        };
        let mut path = self.0.clone();
        for name in below.components() {
            path.push(name);
            let kind = FileKind::of(std::fs::symlink_metadata(&path).map_err(system)?.file_type());
            if kind == FileKind::Link {
                return Err(ReadError::NotAFile(kind));
            }
        }
        File::open(&path).map_err(system)
    }
}

/// Whether a folder does not exist any more, or is something else now.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
