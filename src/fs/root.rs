//! A folder below which files are listed and read, and nothing outside of which can be reached: no link is followed below it,
//! whoever moves folders and links around meanwhile.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::text::{Kind, ReadFault, read_bounded};
use crate::limits;

#[cfg(not(unix))]
#[path = "root/by_path.rs"]
mod system;
#[cfg(unix)]
#[path = "root/by_handle.rs"]
mod system;

/// An open folder. Files are found by their path below it, from its handle on; what else is put at the folder's own path later
/// changes nothing.
#[derive(Debug)]
pub struct Root {
    path: PathBuf,
    system: system::Root,
}

/// Something below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path below the folder, with `/`; characters that are no Unicode are replaced.
    pub relative: String,
    /// What it is.
    pub kind: Kind,
    /// Its path below the folder as the system has it.
    pub below: PathBuf,
}

/// Why a folder is not listed.
#[derive(Debug, Error)]
pub enum ListError {
    /// The system refuses.
    #[error(transparent)]
    System(#[from] io::Error),
    /// It holds more than is read.
    #[error("there are more than {} {what} in it", limits::POST_FILES)]
    TooMany {
        /// Files, or folders.
        what: &'static str,
    },
}

/// What stands in a folder: its name, and what it is.
struct Child {
    name: std::ffi::OsString,
    kind: Kind,
}

impl Root {
    /// Opens a folder. Its own path may lead through links: whoever names it is trusted, whoever writes into it is not.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), system: system::Root::open(path)? })
    }

    /// The path by which it was opened.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything below it but folders, in the order of the paths; names that begin with a dot are left out.
    ///
    /// Links are listed and not followed; folders deeper than any post may lie are listed as such.
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
                if child.kind == Kind::Folder && depth < limits::POST_FOLDERS && !is_toml(&name) {
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
                // A folder that was moved away, or became a link, since its parent was listed holds nothing now.
                Err(ListError::System(error)) if depth > 0 && system::is_gone(&error) => {}
                listed => listed?,
            }
        }
        entries.sort_by(|one, other| one.relative.cmp(&other.relative));
        Ok(entries)
    }

    /// Reads a text of at most [`limits::FILE_BYTES`].
    ///
    /// A link anywhere on the way is refused: a post could publish what it points to.
    ///
    /// # Errors
    /// See [`ReadFault`].
    pub fn read_text(&self, below: &Path) -> Result<String, ReadFault> {
        read_bounded(self.open_file(below)?)
    }

    /// Opens a regular file to read from it; whoever reads bounds what is read. Neither a pipe nor a device keeps it waiting.
    ///
    /// # Errors
    /// See [`ReadFault`].
    pub fn open_file(&self, below: &Path) -> Result<std::fs::File, ReadFault> {
        let is_name = |part| matches!(part, std::path::Component::Normal(_));
        if below.as_os_str().is_empty() || !below.components().all(is_name) {
            return Err(ReadFault::Missing);
        }
        let file = self.system.file(below)?;
        let kind = Kind::of(file.metadata().map_err(ReadFault::System)?.file_type());
        if kind == Kind::File { Ok(file) } else { Err(ReadFault::NotAFile(kind)) }
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
