//! Writes new files for users, such as a new newsroom, and the pages that `preview` exports.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a file is not written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// It exists.
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    /// The system refuses.
    #[error("{} cannot be written: {source}", .path.display())]
    System {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// Writes a file; replaces an existing one.
///
/// # Errors
/// The system's error.
pub fn replace(path: &Path, content: &str) -> io::Result<()> {
    std::fs::write(path, content)
}

/// Writes new files below `folder`, which is created if it is missing. Where one of the files exists, none is written.
///
/// # Errors
/// See [`WriteError`].
pub fn create(folder: &Path, files: &[(&str, impl AsRef<[u8]>)]) -> Result<(), WriteError> {
    for (name, _) in files {
        let path = folder.join(name);
        if std::fs::symlink_metadata(&path).is_ok() {
            return Err(WriteError::Exists(path));
        }
    }
    for (name, content) in files {
        let path = folder.join(name);
        let system = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => WriteError::Exists(path.clone()),
            _ => WriteError::System { path: path.clone(), source },
        };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(system)?;
        }
        let mut file =
            OpenOptions::new().write(true).create_new(true).open(&path).map_err(system)?;
        file.write_all(content.as_ref()).map_err(system)?;
    }
    Ok(())
}
