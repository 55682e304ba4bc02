//! Writes files below a root so that each appears whole or not at all, replaces only what its caller has read, and follows no
//! link.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use thiserror::Error;

use super::root::Root;
use super::text::ReadError;

#[cfg(unix)]
#[path = "staged/by_handle.rs"]
mod system;
#[cfg(not(unix))]
#[path = "staged/by_path.rs"]
mod system;

use system::Folder;

/// The start of the names of files and folders that are not complete. A walk leaves out names that begin with a dot.
const PREFIX: &str = ".new-";

/// A new folder without its final name. Dropped before it is placed, it is removed.
#[derive(Debug)]
pub struct StagedFolder {
    parent: Folder,
    name: String,
    folder: Folder,
    files: Vec<String>,
    is_placed: bool,
}

impl StagedFolder {
    /// A new folder in the folder `below` the root, which is created if it is missing; `key` tells it apart from others.
    ///
    /// # Errors
    /// The system's error; also if a part of `below` is a link or a file.
    pub fn new(root: &Root, below: &Path, key: &str) -> io::Result<Self> {
        let parent = Folder::create(root, below)?;
        let name = format!("{PREFIX}{key}");
        let folder = parent.make(&name)?;
        Ok(Self { parent, name, folder, files: Vec::new(), is_placed: false })
    }

    /// Removes what processes that were killed have left in the folder `below` the root.
    ///
    /// # Errors
    /// The system's error.
    pub fn remove_left(root: &Root, below: &Path) -> io::Result<()> {
        let parent = match Folder::open(root, below) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            opened => opened?,
        };
        for name in parent.names()?.into_iter().filter(|name| name.starts_with(PREFIX)) {
            if let Ok(folder) = parent.enter(&name) {
                for file in folder.names()? {
                    folder.unlink(&file)?;
                }
                parent.remove_folder(&name)?;
            } else {
                parent.unlink(&name)?;
            }
        }
        Ok(())
    }

    /// A new file in the folder, to be written.
    ///
    /// # Errors
    /// The system's error.
    pub fn create(&mut self, name: &str) -> io::Result<File> {
        let file = self.folder.create_file(name)?;
        self.files.push(name.to_owned());
        Ok(file)
    }

    /// Writes a new file in the folder.
    ///
    /// # Errors
    /// The system's error.
    pub fn write(&mut self, name: &str, content: &str) -> io::Result<()> {
        let mut file = self.create(name)?;
        file.write_all(content.as_bytes())?;
        file.sync_all()
    }

    /// The names beside the folder's final place.
    ///
    /// # Errors
    /// The system's error.
    pub fn names_beside(&self) -> io::Result<Vec<String>> {
        self.parent.names()
    }

    /// Gives the folder its name.
    ///
    /// # Errors
    /// The system's error; `AlreadyExists` if there is something of that name.
    pub fn place(&mut self, name: &str) -> io::Result<()> {
        self.folder.sync()?;
        self.parent.rename_new(&self.name, name)?;
        self.is_placed = true;
        self.parent.sync()
    }

    /// Moves one file out of the folder to a name beside it. The folder can be used further.
    ///
    /// # Errors
    /// The system's error; `AlreadyExists` if there is something of that name.
    pub fn place_file(&mut self, file: &str, name: &str) -> io::Result<()> {
        self.folder.link_new(file, &self.parent, name)?;
        self.parent.sync()
    }
}

impl Drop for StagedFolder {
    fn drop(&mut self) {
        if self.is_placed {
            return;
        }
        for file in &self.files {
            // What stays is removed at the next start.
            let _ = self.folder.unlink(file);
        }
        let _ = self.parent.remove_folder(&self.name);
    }
}

/// Why a file is not changed or removed.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// It has another content than its caller has read.
    #[error("the file has changed")]
    Changed,
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The system refuses.
    #[error(transparent)]
    System(#[from] io::Error),
}

/// Replaces the content of a file, if it still is `seen`.
///
/// # Errors
/// See [`ChangeError`].
pub fn replace_seen(
    root: &Root,
    below: &Path,
    seen: &str,
    content: &str,
    key: &str,
) -> Result<(), ChangeError> {
    let (folder, name) = place_of(root, below)?;
    let staged = format!("{PREFIX}{key}");
    let mut file = folder.create_file(&staged)?;
    let written = (|| {
        file.write_all(content.as_bytes())?;
        folder.copy_mode(&name, &file)?;
        file.sync_all()?;
        // Looked at last, so that an editor has only a moment in which its change would be lost.
        if root.read_text(below)? != seen {
            return Err(ChangeError::Changed);
        }
        Ok(folder.rename_over(&staged, &name)?)
    })();
    if written.is_err() {
        // What stays is removed at the next start.
        let _ = folder.unlink(&staged);
    }
    written?;
    Ok(folder.sync()?)
}

/// Removes a file, if its content still is `seen`, then the files `beside` it in its folder, and with `folder_too` the folder if it
/// is empty then.
///
/// # Errors
/// See [`ChangeError`].
pub fn remove_seen(
    root: &Root,
    below: &Path,
    seen: &str,
    beside: &[String],
    folder_too: bool,
) -> Result<(), ChangeError> {
    let (folder, name) = place_of(root, below)?;
    if root.read_text(below)? != seen {
        return Err(ChangeError::Changed);
    }
    folder.unlink(&name)?;
    for file in beside {
        match folder.unlink(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    folder.sync()?;
    if let (true, Some(own)) = (folder_too, below.parent()) {
        let above = Folder::open(root, own.parent().unwrap_or(Path::new("")))?;
        if let Some(own) = own.file_name().and_then(|name| name.to_str()) {
            // Other files may be in it.
            let _ = above.remove_folder(own);
        }
    }
    Ok(())
}

fn place_of(root: &Root, below: &Path) -> io::Result<(Folder, String)> {
    let name =
        below.file_name().and_then(|name| name.to_str()).ok_or(io::ErrorKind::InvalidInput)?;
    let folder = Folder::open(root, below.parent().unwrap_or(Path::new("")))?;
    Ok((folder, name.to_owned()))
}

/// Whether files can be created in the folder `below` the root; it is created if it is missing.
///
/// # Errors
/// The system's reason why not.
pub fn check_folder(root: &Root, below: &Path, key: &str) -> io::Result<()> {
    StagedFolder::new(root, below, key).map(drop)
}

#[cfg(test)]
mod tests;
