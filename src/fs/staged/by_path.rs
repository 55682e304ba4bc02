//! A folder by its path, where the system has no folder handles: every name of the path is checked, but a change between the check
//! and the use goes unnoticed.

use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::fs::root::Root;

#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn open(root: &Root, below: &Path) -> io::Result<Self> {
        Self::find(root, below, false)
    }

    pub(super) fn create(root: &Root, below: &Path) -> io::Result<Self> {
        Self::find(root, below, true)
    }

    fn find(root: &Root, below: &Path, is_created: bool) -> io::Result<Self> {
        let mut folder = Self(root.path().to_owned());
        for part in below.components() {
            let Some(name) = Some(part).filter(|part| matches!(part, Component::Normal(_))) else {
                return Err(io::ErrorKind::InvalidInput.into());
            };
            let path = folder.0.join(name);
            match std::fs::create_dir(&path) {
                Err(error) if is_created && error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(error);
                }
                _ => {}
            }
            folder = Self::checked(path)?;
        }
        Ok(folder)
    }

    fn checked(path: PathBuf) -> io::Result<Self> {
        let is_folder = std::fs::symlink_metadata(&path)?.is_dir();
        if is_folder { Ok(Self(path)) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    pub(super) fn enter(&self, name: &str) -> io::Result<Self> {
        Self::checked(self.0.join(name))
    }

    pub(super) fn make(&self, name: &str) -> io::Result<Self> {
        std::fs::create_dir(self.0.join(name))?;
        self.enter(name)
    }

    pub(super) fn create_file(&self, name: &str) -> io::Result<File> {
        File::options().read(true).write(true).create_new(true).open(self.0.join(name))
    }

    #[expect(clippy::unused_self, reason = "it is used where files have modes")]
    pub(super) fn copy_mode(&self, _: &str, _: &File) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(&self.0)?;
        let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
        names.filter_map(Result::transpose).collect()
    }

    pub(super) fn rename_new(&self, old: &str, new: &str) -> io::Result<()> {
        if std::fs::symlink_metadata(self.0.join(new)).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        std::fs::rename(self.0.join(old), self.0.join(new))
    }

    pub(super) fn link_new(&self, file: &str, target: &Self, name: &str) -> io::Result<()> {
        std::fs::hard_link(self.0.join(file), target.0.join(name))?;
        std::fs::remove_file(self.0.join(file))
    }

    pub(super) fn rename_over(&self, old: &str, new: &str) -> io::Result<()> {
        std::fs::rename(self.0.join(old), self.0.join(new))
    }

    pub(super) fn unlink(&self, name: &str) -> io::Result<()> {
        std::fs::remove_file(self.0.join(name))
    }

    pub(super) fn remove_folder(&self, name: &str) -> io::Result<()> {
        std::fs::remove_dir(self.0.join(name))
    }

    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "it is used elsewhere")]
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
