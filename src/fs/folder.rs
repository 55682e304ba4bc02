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

/// Writes a file in place, over an existing one. It is not atomic: a crash may leave half of it.
///
/// # Errors
/// The system's error.
pub fn overwrite(path: &Path, content: &str) -> io::Result<()> {
    std::fs::write(path, content)
}

/// Writes a new file in one step: its name exists only with its whole content. The folder is created if it is missing.
///
/// # Errors
/// See [`WriteError`].
pub fn create_file(path: &Path, content: &str) -> Result<(), WriteError> {
    let system = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => WriteError::Exists(path.to_owned()),
        _ => WriteError::System { path: path.to_owned(), source },
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(system)?;
    let mut builder = tempfile::Builder::new();
    // Readable for others as any new file is, within the user's umask.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.prefix(".new-").tempfile_in(folder).map_err(system)?;
    file.write_all(content.as_bytes()).map_err(system)?;
    file.as_file().sync_all().map_err(system)?;
    file.persist_noclobber(path).map_err(|error| system(error.error))?;
    super::durable::sync_folder(folder).map_err(system)
}

/// Creates a folder and its parents, if they are missing.
///
/// # Errors
/// The system's error.
pub fn create_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
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
