//! Listing a folder with all below it, and writing new files; nothing is ever overwritten, no link followed.

use std::fs::{DirEntry, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::text::Kind;
use crate::limits;

/// Something below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path below the folder, with `/`; characters that are no Unicode are replaced.
    pub relative: String,
    /// What it is.
    pub kind: Kind,
    /// The path to read it by.
    pub path: PathBuf,
}

/// Everything below `folder` but folders, in the order of the paths; names that begin with a dot are left out.
///
/// Links are listed and not followed. At most [`limits::POST_FILES`] entries come back, and folders deeper than any
/// post may lie are listed as such.
///
/// # Errors
/// Where `folder`, or a folder below it, cannot be listed.
pub fn walk(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut waiting = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((path, prefix, depth)) = waiting.pop() {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that lists folders")]
        for entry in std::fs::read_dir(&path)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let relative = format!("{prefix}{name}");
            let kind = kind(&entry)?;
            if kind == Kind::Folder && depth < limits::POST_FOLDERS && !is_toml(&name) {
                waiting.push((entry.path(), format!("{relative}/"), depth + 1));
            } else if kind != Kind::Folder || depth >= limits::POST_FOLDERS || is_toml(&name) {
                entries.push(Entry { relative, kind, path: entry.path() });
            }
            if entries.len() >= limits::POST_FILES {
                waiting.clear();
                break;
            }
        }
    }
    entries.sort_by(|one, other| one.relative.cmp(&other.relative));
    Ok(entries)
}

/// What stands there; of a link also whether it leads to a folder, whose posts somebody may think are read.
fn kind(entry: &DirEntry) -> io::Result<Kind> {
    let kind = Kind::of(entry.file_type()?);
    #[expect(clippy::disallowed_methods, reason = "this is the one place that looks at files")]
    let leads_to_folder =
        kind == Kind::Link && std::fs::metadata(entry.path()).is_ok_and(|target| target.is_dir());
    Ok(if leads_to_folder { Kind::FolderLink } else { kind })
}

fn is_toml(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}

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
