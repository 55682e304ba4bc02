//! Lists and reads files below a folder and nothing outside it: no link below the folder is followed, even if somebody moves
//! folders and links at the same time.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::text::{FileKind, ReadError, read_bounded};
use crate::limits;

mod put;

pub use put::have_same_bytes;

#[cfg(not(unix))]
#[path = "root/by_path.rs"]
mod system;
#[cfg(unix)]
#[path = "root/by_handle.rs"]
mod system;

/// An open folder. Files are opened relative to its handle, so replacing the folder at its path has no effect.
#[derive(Debug)]
pub struct Root {
    path: PathBuf,
    system: system::Root,
}

/// A file or link below the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path below the folder, with `/`; what is not Unicode is replaced.
    pub relative: String,
    /// What it is.
    pub kind: FileKind,
    /// Its path below the folder as the system has it.
    pub below: PathBuf,
}

/// Why a folder is not listed.
#[derive(Debug, Error)]
pub enum ListError {
    /// The system refuses.
    #[error(transparent)]
    System(#[from] io::Error),
    /// It holds more than [`limits::POST_FILES`].
    #[error("it holds more than {} {what}", limits::POST_FILES)]
    TooMany {
        /// Files, or folders.
        what: &'static str,
    },
}

struct Child {
    name: std::ffi::OsString,
    kind: FileKind,
}

impl Root {
    /// Opens a folder. Its own path may contain links: the user who names it is trusted, the authors who write into it are not.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), system: system::Root::open(path)? })
    }

    /// The path with which it was opened.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its handle.
    #[cfg(unix)]
    pub(super) fn handle(&self) -> std::os::fd::BorrowedFd<'_> {
        self.system.handle()
    }

    /// Everything below it except folders, in the order of the paths; names that begin with a dot are left out.
    ///
    /// Links are listed and not followed; folders that are too deep for posts are listed themselves.
    ///
    /// # Errors
    /// Where a folder cannot be listed, and where there are more than [`limits::POST_FILES`] files or folders.
    pub fn walk(&self) -> Result<Vec<Entry>, ListError> {
        let mut entries = Vec::new();
        let mut folders = 0;
        let mut waiting = vec![(PathBuf::new(), String::new(), 0)];
        while let Some((below, prefix, depth)) = waiting.pop() {
            let listed = self.system.children(&below, &mut |child: Child| {
                let name = child.name.to_string_lossy();
                if name.starts_with('.') {
                    return Ok(());
                }
                let relative = format!("{prefix}{name}");
                let path = below.join(&child.name);
                if child.kind == FileKind::Folder && depth < limits::POST_FOLDERS && !is_toml(&name)
                {
                    folders += 1;
                    if folders > limits::POST_FILES {
                        return Err(ListError::TooMany { what: "folders" });
                    }
                    waiting.push((path, format!("{relative}/"), depth + 1));
                } else if entries.len() == limits::POST_FILES {
                    return Err(ListError::TooMany { what: "files" });
                } else {
                    entries.push(Entry { relative, kind: child.kind, below: path });
                }
                Ok(())
            });
            match listed {
                // The folder was moved, or became a link, since its parent was listed: it is empty now.
                Err(ListError::System(error)) if depth > 0 && system::is_gone(&error) => {}
                listed => listed?,
            }
        }
        entries.sort_by(|one, other| one.relative.cmp(&other.relative));
        Ok(entries)
    }

    /// Reads a text of at most [`limits::FILE_BYTES`].
    ///
    /// A link anywhere in the path is refused: a post could publish its target.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn read_text(&self, below: &Path) -> Result<String, ReadError> {
        read_bounded(self.open_file(below)?)
    }

    /// Opens a regular file for reading; the caller limits how much it reads. Pipes and devices are refused without waiting.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn open_file(&self, below: &Path) -> Result<std::fs::File, ReadError> {
        let is_name = |part| matches!(part, std::path::Component::Normal(_));
        if below.as_os_str().is_empty() || !below.components().all(is_name) {
            return Err(ReadError::Missing);
        }
        let file = self.system.file(below)?;
        let kind = FileKind::of(file.metadata().map_err(ReadError::System)?.file_type());
        if kind == FileKind::File { Ok(file) } else { Err(ReadError::NotAFile(kind)) }
    }
}

fn is_toml(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}

/// Everything below `folder`, see [`Root::walk`].
///
/// # Errors
/// Where the folder cannot be opened or listed.
pub fn walk(folder: &Path) -> Result<Vec<Entry>, ListError> {
    Root::open(folder)?.walk()
}

#[cfg(test)]
mod tests;
