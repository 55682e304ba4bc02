//! Reads what the media files of a post are, once for each check, through the same gate as the posts. It hashes none.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::fs::{self, FileKind, ReadError, Stamp};
use crate::media::{self, MediaFileError, MediaFolder, Probe};

/// How often a file that changes while it is read is read again.
pub(super) const READ_TRIES: usize = 3;

/// The stamp of each media file that a post names, by its path below the posts folder; `None` if it could not be read.
pub(super) type MediaStamps = BTreeMap<String, Option<Stamp>>;

/// The media files of one post.
pub(super) struct PostMedia<'r> {
    root: &'r fs::Root,
    folder: &'r str,
    seen: RefCell<BTreeMap<String, SeenFile>>,
}

struct SeenFile {
    stamp: Option<Stamp>,
    probe: Result<Arc<Probe>, MediaFileError>,
}

impl<'r> PostMedia<'r> {
    /// The media of the post file at `relative` below the posts folder.
    pub(super) fn of(root: &'r fs::Root, relative: &'r str) -> Self {
        let folder = relative.rsplit_once('/').map_or("", |(folder, _)| folder);
        Self { root, folder, seen: RefCell::default() }
    }

    pub(super) fn into_stamps(self) -> MediaStamps {
        self.seen.into_inner().into_iter().map(|(path, seen)| (path, seen.stamp)).collect()
    }
}

impl MediaFolder for PostMedia<'_> {
    fn path(&self) -> &str {
        self.folder
    }

    fn probe(&self, path: &str) -> Result<Arc<Probe>, MediaFileError> {
        let mut seen = self.seen.borrow_mut();
        let read = || {
            let (stamp, probe) =
                read(self.root, Path::new(path), |file, length| media::probe(&mut &*file, length));
            SeenFile { stamp, probe: probe.map(Arc::new) }
        };
        seen.entry(path.to_owned()).or_insert_with(read).probe.clone()
    }
}

/// The headers of a file, which `probe` reads. Its stamp before and after reading must be the same.
fn read(
    root: &fs::Root,
    below: &Path,
    mut probe: impl FnMut(&fs::File, u64) -> io::Result<Probe>,
) -> (Option<Stamp>, Result<Probe, MediaFileError>) {
    let mut stamp = None;
    for _ in 0..READ_TRIES {
        let file = match root.open_file(below) {
            Ok(file) => file,
            Err(error) => return (None, Err(media_error(error))),
        };
        stamp = Stamp::of_file(&file);
        let length = stamp.as_ref().map_or(0, Stamp::length);
        let found = probe(&file, length);
        if Stamp::of_file(&file) == stamp {
            let probe = found.map_err(|error| MediaFileError::System(error.to_string()));
            return (stamp, probe);
        }
    }
    (stamp, Err(MediaFileError::Changing))
}

pub(super) fn media_error(error: ReadError) -> MediaFileError {
    match error {
        ReadError::Missing => MediaFileError::Missing,
        ReadError::NotAFile(FileKind::Link | FileKind::FolderLink) => MediaFileError::Link,
        ReadError::NotAFile(_) => MediaFileError::NotAFile,
        ReadError::System(error) => MediaFileError::System(error.to_string()),
        other => MediaFileError::System(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test changes a file while it is read")]
    fn file_that_changes_while_it_is_read_is_read_again_and_then_reported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        let root = fs::Root::open(folder.path()).unwrap();
        for changes in 0..=READ_TRIES {
            std::fs::write(&path, "GIF89a").unwrap();
            let mut reads = 0;
            let (_, found) = read(&root, Path::new("a.jpg"), |file, length| {
                let probe = media::probe(&mut &*file, length);
                if reads < changes {
                    std::fs::write(&path, vec![b'x'; 100 + reads]).unwrap();
                }
                reads += 1;
                probe
            });
            let expected_reads = READ_TRIES.min(changes + 1);
            assert_eq!(reads, expected_reads);
            let is_changing = matches!(found, Err(MediaFileError::Changing));
            assert_eq!(is_changing, changes == READ_TRIES, "{changes}: {found:?}");
        }
    }
}
