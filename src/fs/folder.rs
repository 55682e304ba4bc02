//! Writing new files; nothing is ever overwritten.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a file is not written.
#[derive(Debug, Error)]
pub enum WriteFault {
    /// It is there already.
    #[error("{} is already there, and nothing is overwritten", .0.display())]
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

/// Writes a file, in the place of one that is there.
///
/// # Errors
/// What the system says.
pub fn replace(path: &Path, content: &str) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that writes files")]
    std::fs::write(path, content)
}

/// Writes new files below `folder`, which is made where it is missing; where one of them exists, none is written.
///
/// # Errors
/// See [`WriteFault`].
pub fn create(folder: &Path, files: &[(&str, &str)]) -> Result<(), WriteFault> {
    for (name, _) in files {
        let path = folder.join(name);
        #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
        if std::fs::symlink_metadata(&path).is_ok() {
            return Err(WriteFault::Exists(path));
        }
    }
    for (name, content) in files {
        let path = folder.join(name);
        let system = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => WriteFault::Exists(path.clone()),
            _ => WriteFault::System { path: path.clone(), source },
        };
        if let Some(parent) = path.parent() {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one place that makes folders"
            )]
            std::fs::create_dir_all(parent).map_err(system)?;
        }
        #[expect(clippy::disallowed_methods, reason = "this is the one place that writes files")]
        let mut file =
            OpenOptions::new().write(true).create_new(true).open(&path).map_err(system)?;
        file.write_all(content.as_bytes()).map_err(system)?;
    }
    Ok(())
}
