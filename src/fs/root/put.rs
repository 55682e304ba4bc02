//! Writes files below an open folder atomically: each has its name only when it is complete. No link is followed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

use super::Root;
use crate::fs::durable;

/// Bytes that a comparison holds of each file.
const BLOCK: usize = 64 * 1024;

impl Root {
    /// Writes a new file. The bytes are certainly on the disk only after [`Self::sync`].
    ///
    /// # Errors
    /// Where it cannot be written, or exists.
    pub fn write_new(&self, below: &Path, content: &str) -> io::Result<()> {
        self.put(below, false, |new| new.write_all(content.as_bytes()))
    }

    /// Writes a file in place of the one with this name.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_over(&self, below: &Path, content: &str) -> io::Result<()> {
        self.put(below, true, |new| new.write_all(content.as_bytes()))
    }

    /// Copies `source` to a new file.
    ///
    /// # Errors
    /// Where it cannot be read or written, or a file of that name exists.
    pub fn copy_new(&self, below: &Path, source: &File) -> io::Result<()> {
        self.put(below, false, |new| durable::fill(source, new))
    }

    /// Waits until the files that were written are on the disk.
    ///
    /// # Errors
    /// The system's error.
    #[cfg(target_os = "linux")]
    pub fn sync(&self) -> io::Result<()> {
        self.system.sync()
    }

    /// Elsewhere each file is on the disk when it has its name.
    ///
    /// # Errors
    /// None.
    #[cfg(not(target_os = "linux"))]
    pub fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn put(
        &self,
        below: &Path,
        replaces: bool,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<()> {
        let is_name = |part| matches!(part, Component::Normal(_));
        let (Some(name), true) = (below.file_name(), below.components().all(is_name)) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let folder = below.parent().unwrap_or(Path::new(""));
        self.system.make_folders(folder)?;
        let mut hidden = std::ffi::OsString::from(".new-");
        hidden.push(name);
        let unnamed: PathBuf = folder.join(hidden);
        // It may be left from a process that was killed.
        let mut file = match self.system.create(&unnamed) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.system.remove(&unnamed)?;
                self.system.create(&unnamed)?
            }
            created => created?,
        };
        let written = write(&mut file).and_then(|()| sync_unless_later(&file));
        let named = written.and_then(|()| self.system.rename(&unnamed, below, replaces));
        if named.is_err() {
            // The first error matters.
            let _ = self.system.remove(&unnamed);
        }
        named
    }
}

#[cfg(target_os = "linux")]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn sync_unless_later(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn sync_unless_later(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// Whether two files have the same bytes.
///
/// # Errors
/// Where one of them cannot be read.
pub fn have_same_bytes(mut one: &File, mut other: &File) -> io::Result<bool> {
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    one.seek(SeekFrom::Start(0))?;
    other.seek(SeekFrom::Start(0))?;
    let (mut left, mut right) = (Vec::with_capacity(BLOCK), Vec::with_capacity(BLOCK));
    let block = u64::try_from(BLOCK).unwrap_or(u64::MAX);
    loop {
        left.clear();
        right.clear();
        one.take(block).read_to_end(&mut left)?;
        other.take(block).read_to_end(&mut right)?;
        if left != right || left.is_empty() {
            return Ok(left == right);
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests prepare files")]
mod tests {
    use super::*;

    #[test]
    fn file_is_new_or_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let path = Path::new("a/b/c.toml");
        std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
        std::fs::write(folder.path().join("a/b/.new-c.toml"), "left by a killed process").unwrap();
        root.write_new(path, "one").unwrap();
        let error = root.write_new(path, "two").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(root.read_text(path).unwrap(), "one");
        root.write_over(path, "two").unwrap();
        assert_eq!(root.read_text(path).unwrap(), "two");
        root.copy_new(Path::new("d"), &root.open_file(path).unwrap()).unwrap();
        assert_eq!(root.read_text(Path::new("d")).unwrap(), "two");
        root.sync().unwrap();
        let names = |below: &str| std::fs::read_dir(folder.path().join(below)).unwrap().count();
        assert_eq!((names("a/b"), names("")), (1, 2));
    }

    #[test]
    fn nothing_is_written_outside_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("posts")).unwrap();
        std::fs::create_dir(folder.path().join("outside")).unwrap();
        let root = Root::open(&folder.path().join("posts")).unwrap();
        for path in ["../outside/a", "/tmp/a", "a/../../outside/a", "", ".."] {
            root.write_new(Path::new(path), "x").unwrap_err();
        }
        #[cfg(unix)]
        {
            let link = folder.path().join("posts/link");
            std::os::unix::fs::symlink(folder.path().join("outside"), &link).unwrap();
            root.write_new(Path::new("link/a"), "x").unwrap_err();
            root.write_new(Path::new("link/b/a"), "x").unwrap_err();
            let error = root.write_new(Path::new("link"), "x").unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        }
        assert_eq!(std::fs::read_dir(folder.path().join("outside")).unwrap().count(), 0);
    }

    #[test]
    fn files_are_compared_to_their_end() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let long = "x".repeat(2 * BLOCK);
        for (name, content) in [("a", long.clone()), ("b", long.clone()), ("c", format!("{long}y"))]
        {
            root.write_new(Path::new(name), &content).unwrap();
        }
        root.write_new(Path::new("d"), &format!("{}y", "x".repeat(2 * BLOCK - 1))).unwrap();
        let open = |name: &str| root.open_file(Path::new(name)).unwrap();
        for (name, same) in [("b", true), ("c", false), ("d", false)] {
            assert_eq!(have_same_bytes(&open("a"), &open(name)).unwrap(), same, "{name}");
        }
    }
}
