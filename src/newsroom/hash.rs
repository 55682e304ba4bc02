//! The hashes of media files. A hash is kept while the file's stamp stays the same; it never leaves the process.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::media::{READ_TRIES, media_error};
use super::{CheckedFile, Newsroom};
use crate::clock::{Clock, SystemClock};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::problem::MediaItemProblem;
use crate::explain::report::Report;
use crate::fs::{self, Stamp};
use crate::ids::PostId;
use crate::layout::LaidOut;
use crate::limits;
use crate::media::MediaFileError;
use crate::message::{FileContent, FileHash, MediaFile};
use crate::post::Edition;

/// Bytes that are read at once.
const BLOCK: usize = 64 * 1024;

/// The hashes of unchanged files, and where each content was last read.
#[derive(Debug, Default)]
pub(super) struct HashCache(Mutex<Hashes>);

#[derive(Debug, Default)]
struct Hashes {
    of: HashMap<Stamp, FileHash>,
    paths: HashMap<FileHash, String>,
}

impl HashCache {
    fn lock(&self) -> MutexGuard<'_, Hashes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, stamp: &Stamp) -> Option<FileHash> {
        self.lock().of.get(stamp).copied()
    }

    fn read_at(&self, path: &str, hash: FileHash) {
        let mut hashes = self.lock();
        if hashes.paths.len() >= limits::POST_FILES {
            hashes.paths.clear();
        }
        hashes.paths.insert(hash, path.to_owned());
    }

    /// Keeps the hash, unless the stamp could stay the same through another change.
    fn put(&self, stamp: Stamp, hash: FileHash) {
        let settles = SignedDuration::try_from(limits::LATE_FILE_SETTLES).unwrap_or_default();
        let is_old = stamp
            .changed()
            .is_some_and(|changed| SystemClock.now().duration_since(changed) >= settles);
        if !is_old || !stamp.is_unique() {
            return;
        }
        let mut hashes = self.lock();
        if hashes.of.len() >= limits::POST_FILES {
            hashes.of.clear();
        }
        hashes.of.insert(stamp, hash);
    }
}

impl Newsroom {
    /// The hash of a media file, which must have the size that its check found.
    ///
    /// # Errors
    /// If it cannot be read, or has changed since.
    pub fn media_hash(&self, path: &str, bytes: u64) -> Result<FileHash, MediaFileError> {
        let system = |error: io::Error| MediaFileError::System(error.to_string());
        let root = self.root().map_err(system)?;
        for _ in 0..READ_TRIES {
            let file = root.open_file(Path::new(path)).map_err(media_error)?;
            let stamp = Stamp::of_file(&file);
            if stamp.as_ref().is_none_or(|stamp| stamp.length() != bytes) {
                break;
            }
            if let Some(hash) = self.hash_of(path, &file, stamp).map_err(system)? {
                return Ok(hash);
            }
        }
        Err(MediaFileError::Changing)
    }

    /// The hash of an open file with this stamp; `None` if it changes while it is read.
    fn hash_of(
        &self,
        path: &str,
        file: &fs::File,
        stamp: Option<Stamp>,
    ) -> io::Result<Option<FileHash>> {
        let hash = if let Some(hash) = stamp.as_ref().and_then(|stamp| self.hashes.get(stamp)) {
            hash
        } else {
            let hash = hash(file)?;
            if Stamp::of_file(file) != stamp {
                return Ok(None);
            }
            if let Some(stamp) = stamp {
                self.hashes.put(stamp, hash);
            }
            hash
        };
        self.hashes.read_at(path, hash);
        Ok(Some(hash))
    }

    /// Opens the media file that has this content, with the stamp that shows a later change; `None` if no file of the posts has
    /// it any more.
    #[must_use]
    pub fn open_unchanged(&self, hash: FileHash) -> Option<(fs::File, Option<Stamp>)> {
        let (path, file) = self.open_media(hash)?;
        let file = file.ok()?;
        let stamp = Stamp::of_file(&file);
        let found = self.hash_of(&path, &file, stamp).ok()??;
        (found == hash).then_some((file, stamp))
    }

    /// Opens the media file that had this content when it was last hashed, and returns its path below the posts folder.
    ///
    /// # Errors
    /// If it cannot be opened. `None`: no file with this content was hashed.
    #[must_use]
    pub fn open_media(&self, hash: FileHash) -> Option<(String, Result<fs::File, MediaFileError>)> {
        let path = self.hashes.lock().paths.get(&hash).cloned()?;
        let system = |error: io::Error| MediaFileError::System(error.to_string());
        let root = self.root().map_err(system);
        let file = root.and_then(|root| root.open_file(Path::new(&path)).map_err(media_error));
        Some((path, file))
    }

    /// Hashes the media files that a post names, so that [`Self::open_media`] finds them by their content.
    pub fn hash_media_of(&self, post: &PostId, now: Timestamp) {
        let Ok(checked) = self.check_some(std::slice::from_ref(post), now) else { return };
        let media = checked.iter().filter_map(|(_, checked)| checked.as_ref());
        for (path, stamp) in media.flat_map(|checked| &checked.media) {
            if let Some(stamp) = stamp {
                // A file that cannot be read is not found.
                let _ = self.media_hash(path, stamp.length());
            }
        }
    }

    /// The post of a checked file with the hash of every media file in place of its path.
    ///
    /// # Errors
    /// The report of the file, if it has errors or its media cannot be read.
    pub fn hashed<'c>(&self, checked: &'c CheckedFile) -> Result<Cow<'c, LaidOut>, Box<Report>> {
        let Some(laid_out) = &checked.post else { return Err(Box::new(checked.report.clone())) };
        if checked.media.is_empty() {
            return Ok(Cow::Borrowed(laid_out));
        }
        let mut hashes = BTreeMap::new();
        let mut problems = Vec::new();
        for item in laid_out.post.editions.iter().flat_map(Edition::files) {
            for MediaFile { content, bytes, .. } in item.media.files() {
                let FileContent::Path(path) = content else { continue };
                if hashes.contains_key(path) {
                    continue;
                }
                match self.media_hash(path, *bytes) {
                    Ok(hash) => {
                        hashes.insert(path.clone(), hash);
                    }
                    Err(error) => {
                        let problem = MediaItemProblem::Unread(path.clone(), error);
                        problems.push(Diagnostic::new(item.span.clone(), problem));
                    }
                }
            }
        }
        let frozen = laid_out.hashed(&hashes).filter(|_| problems.is_empty());
        frozen.map(Cow::Owned).ok_or_else(|| {
            let mut report = checked.report.clone();
            report.add(problems);
            Box::new(report)
        })
    }
}

fn hash(mut file: impl Read) -> io::Result<FileHash> {
    let mut hasher = Sha256::new();
    let mut block = vec![0; BLOCK];
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok(FileHash::of_digest(hasher.finalize().into())),
            Ok(count) => hasher.update(block.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
