//! A second name of a file for a short time, so that another program can read it under that name.

use std::io;
use std::path::{Path, PathBuf};

/// How the folders of such names begin.
pub const NAMED_LINK_PREFIX: &str = ".send-";

/// A hard link in a folder of its own. Dropped, both are removed; the file stays.
#[derive(Debug)]
pub struct NamedLink {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl NamedLink {
    /// Gives the file `target` the name `name` in a new folder below `parent`, which must be on the same file system.
    ///
    /// # Errors
    /// Where the system cannot create it.
    pub fn of(target: &Path, parent: &Path, name: &str) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(NAMED_LINK_PREFIX).tempdir_in(parent)?;
        let path = std::path::absolute(folder.path().join(name))?;
        std::fs::hard_link(target, &path)?;
        Ok(Self { path, _folder: folder })
    }

    /// Its absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Removes a folder with everything in it, if it exists.
///
/// # Errors
/// Where it cannot be removed.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
