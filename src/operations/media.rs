//! Freezes the bytes of media before a post is accepted, and removes those that are not needed any more.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use thiserror::Error;

use super::{OperationError, Operations};
use crate::fs::{File, ReadError};
use crate::message::{Content, FileContent, FileHash, InputMedia, MediaFile, Request};
use crate::outbox::Publication;
use crate::spool::{Spool, SpoolError, SpooledFile};
use crate::store::Query;

/// Why the media of a post are not frozen.
#[derive(Debug, Error)]
pub enum FreezeError {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// Its path below the folder of the posts.
        path: String,
        /// Why.
        source: ReadError,
    },
    /// A file is not the one that was checked.
    #[error("{path} has changed since it was checked")]
    Changed {
        /// Its path below the folder of the posts.
        path: String,
    },
    /// Its bytes cannot be kept.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

/// Copies the files of `requests` into the spool, and returns the requests with the hashes of the copies. Call it before the
/// transaction that accepts the requests: the journal must never name bytes that are not on the disk. `open` opens a path below
/// the folder of the posts. A request without files is returned as it is.
///
/// # Errors
/// If a file cannot be read or kept, or has changed since it was checked. Then nothing may be accepted.
pub fn freeze_media(
    requests: &[Request],
    spool: &Spool,
    open: impl Fn(&str) -> Result<File, ReadError>,
    now: Timestamp,
) -> Result<Vec<Request>, FreezeError> {
    let mut frozen: BTreeMap<&str, SpooledFile> = BTreeMap::new();
    for file in requests.iter().flat_map(files) {
        let FileContent::Path(path) = &file.content else { continue };
        if !frozen.contains_key(path.as_str()) {
            let unreadable = |source| FreezeError::Unreadable { path: path.clone(), source };
            frozen.insert(path, spool.add(&open(path).map_err(unreadable)?, now)?);
        }
        if frozen.get(path.as_str()).is_none_or(|spooled| spooled.bytes != file.bytes) {
            return Err(FreezeError::Changed { path: path.clone() });
        }
    }
    let hash = |path: &str| frozen.get(path).map(|spooled| spooled.hash);
    // Every path was frozen above.
    Ok(requests.iter().filter_map(|request| request.hashed(hash)).collect())
}

/// The files of the content that a request sets, thumbnails included.
fn files(request: &Request) -> impl Iterator<Item = &MediaFile> {
    request.content().map_or(&[][..], Content::media).iter().flat_map(InputMedia::files)
}

/// The bytes that a publication may still have to send.
fn needed(publication: &Publication) -> impl Iterator<Item = FileHash> {
    let requests = publication.parts.iter().flat_map(|part| {
        let change = part.change.as_ref().map(|change| &change.request);
        // An edit that is withdrawn restores what the channel showed before.
        std::iter::once(&part.request).chain(&part.edited).chain(change)
    });
    requests.flat_map(files).filter_map(|file| match file.content {
        FileContent::Sha256(hash) => Some(hash),
        FileContent::Path(_) => None,
    })
}

impl Operations {
    /// Removes the bytes of published media that are over the config's limit, the oldest first. Bytes that may still be sent
    /// stay. Returns how many bytes it removed.
    ///
    /// # Errors
    /// If the journal or the folder cannot be read.
    pub async fn collect_media(
        &self,
        spool: &Spool,
        now: Timestamp,
    ) -> Result<u64, OperationError> {
        let open = self.store.publications(Query::Open).await?;
        let needed: BTreeSet<FileHash> = open.iter().flat_map(needed).collect();
        Ok(spool.collect(&needed, self.newsroom.config.media.limit, now)?)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::media::Kind;
    use crate::message::{AlbumContent, Caption, SendMediaGroup, SendOptions};

    fn album(paths: &[(&str, u64)]) -> Request {
        let media = paths.iter().map(|(path, bytes)| {
            let content = FileContent::Path((*path).to_owned());
            let name = "a.jpg".to_owned();
            InputMedia::new(Kind::Photo, MediaFile { content, bytes: *bytes, name })
        });
        let content = AlbumContent { media: media.collect(), caption: Caption::default() };
        Request::SendMediaGroup(SendMediaGroup { content, options: SendOptions::default() })
    }

    fn open(path: &str) -> Result<File, ReadError> {
        if path == "missing" {
            return Err(ReadError::Missing);
        }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(path.as_bytes()).unwrap();
        Ok(file)
    }

    #[test]
    fn frozen_requests_name_bytes_that_are_in_the_spool() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path().to_owned());
        let requests = [album(&[("a", 1), ("bb", 2), ("a", 1)])];
        let frozen = freeze_media(&requests, &spool, open, Timestamp::UNIX_EPOCH).unwrap();
        let hashes: Vec<_> = files(&frozen[0])
            .map(|file| match file.content {
                FileContent::Sha256(hash) => hash,
                FileContent::Path(_) => panic!("{file:?}"),
            })
            .collect();
        assert!(hashes.iter().all(|hash| spool.contains(*hash)));
        assert_eq!(hashes[0], hashes[2]);
        assert_ne!(hashes[0], hashes[1]);
    }

    #[test]
    fn missing_or_changed_file_freezes_nothing() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let spool = Spool::new(file.path().join("media"));
        let freeze = |paths: &[(&str, u64)], spool: &Spool| {
            freeze_media(&[album(paths)], spool, open, Timestamp::UNIX_EPOCH).unwrap_err()
        };
        assert!(matches!(freeze(&[("missing", 1)], &spool), FreezeError::Unreadable { .. }));
        assert!(matches!(freeze(&[("a", 1)], &spool), FreezeError::Spool(_)));
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path().to_owned());
        let changed = freeze(&[("a", 2)], &spool);
        assert_eq!(changed.to_string(), "a has changed since it was checked");
    }
}
