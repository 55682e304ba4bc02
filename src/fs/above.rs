//! Finds a file in the working folder or in a folder above it (config discovery), as git finds its root; it reads no file.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// A file or folder above the working folder that belongs to another user, who could make telepress do anything.
#[derive(Debug, Error)]
#[error("{} belongs to another user", .0.display())]
pub struct OwnedByOther(pub PathBuf);

/// The path of `relative` in the working folder or in the nearest folder above it that has it. The search does not leave the file
/// system. It does not use what belongs neither to this user nor to root; the working folder itself may belong to anyone.
///
/// # Errors
/// [`OwnedByOther`].
pub fn find_in_ancestors(relative: &Path) -> Result<Option<PathBuf>, OwnedByOther> {
    if std::fs::symlink_metadata(relative).is_ok() {
        return Ok(Some(relative.to_owned()));
    }
    above(relative)
}

#[cfg(unix)]
fn above(below: &Path) -> Result<Option<PathBuf>, OwnedByOther> {
    use std::os::unix::fs::MetadataExt;

    let Ok(here) = std::fs::metadata(".") else { return Ok(None) };
    let mut last = here.ino();
    let mut folder = PathBuf::new();
    loop {
        folder.push("..");
        let Ok(found) = std::fs::metadata(&folder) else { return Ok(None) };
        // The folder above the root is the root.
        if found.dev() != here.dev() || found.ino() == last {
            return Ok(None);
        }
        last = found.ino();
        let file = folder.join(below);
        if std::fs::symlink_metadata(&file).is_err() {
            continue;
        }
        for path in file.ancestors().take(below.components().count() + 1) {
            check_owner(path)?;
        }
        return Ok(Some(file));
    }
}

/// Checks the owner of a path, and of the target if the path is a link.
#[cfg(unix)]
fn check_owner(path: &Path) -> Result<(), OwnedByOther> {
    use std::os::unix::fs::MetadataExt;

    let me = rustix::process::geteuid().as_raw();
    for found in [std::fs::symlink_metadata(path), std::fs::metadata(path)].into_iter().flatten() {
        if found.uid() != me && found.uid() != 0 {
            return Err(OwnedByOther(path.to_owned()));
        }
    }
    Ok(())
}

/// Other systems do not show who owns a file, so only the working folder counts.
#[cfg(not(unix))]
fn above(_: &Path) -> Result<Option<PathBuf>, OwnedByOther> {
    Ok(None)
}

/// The way from a folder to a file, with `/` between the names; `None` if no relative path leads there.
#[must_use]
pub fn relative(folder: &Path, file: &Path) -> Option<String> {
    let absolute = |path: &Path| std::path::absolute(path).ok();
    let (folder, file) = (absolute(folder)?, absolute(file)?);
    let common = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| "..");
    let down = file.components().skip(common);
    let down = down.map(|part| part.as_os_str().to_str()).collect::<Option<Vec<_>>>()?;
    // Two drives of Windows have nothing in common.
    (common > 0).then(|| up.chain(down).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_path_leads_from_the_folder_to_the_file() {
        for (folder, file, expected) in [
            ("/room/posts", "/room/config/a.json", "../config/a.json"),
            ("/room/posts/2026/x", "/room/config/a.json", "../../../config/a.json"),
            ("/room", "/room/a.json", "a.json"),
            ("../posts", "../config/a.json", "../config/a.json"),
            ("posts", "config/a.json", "../config/a.json"),
        ] {
            let found = relative(Path::new(folder), Path::new(file));
            assert_eq!(found.as_deref(), Some(expected), "{folder} {file}");
        }
    }
}
