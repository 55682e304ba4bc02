//! Files below a folder by their paths, where the system has no handles of folders: every name on the way is looked at, and what
//! changes between the look and the opening is not seen.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::{Child, ListError};
use crate::fs::text::{Kind, ReadFault};

#[derive(Debug)]
pub(super) struct Root(PathBuf);

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
        let is_folder = std::fs::metadata(path)?.is_dir();
        if is_folder { Ok(Self(path.to_owned())) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// Hands what stands in a folder to `each`.
    pub(super) fn children(
        &self,
        below: &Path,
        each: &mut dyn FnMut(Child) -> Result<(), ListError>,
    ) -> Result<(), ListError> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that lists folders")]
        for entry in std::fs::read_dir(self.0.join(below))? {
            let entry = entry?;
            let kind = Kind::of(entry.file_type()?);
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one place that looks at files"
            )]
            let leads_to_folder = kind == Kind::Link
                && std::fs::metadata(entry.path()).is_ok_and(|target| target.is_dir());
            let kind = if leads_to_folder { Kind::FolderLink } else { kind };
            each(Child { name: entry.file_name(), kind })?;
        }
        Ok(())
    }

    pub(super) fn file(&self, below: &Path) -> Result<File, ReadFault> {
        let system = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => ReadFault::Missing,
            _ => ReadFault::System(error),
        };
        let mut path = self.0.clone();
        for name in below.components() {
            path.push(name);
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one place that looks at files"
            )]
            let kind = Kind::of(std::fs::symlink_metadata(&path).map_err(system)?.file_type());
            if kind == Kind::Link {
                return Err(ReadFault::NotAFile(kind));
            }
        }
        #[expect(clippy::disallowed_methods, reason = "this is the one place that opens files")]
        File::open(&path).map_err(system)
    }
}

/// Whether a folder is not there any more, or something else is.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
