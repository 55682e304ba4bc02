//! Rules of albums: how many items, and which kinds together.

use super::kind::Kind;
use super::rules::UploadLimits;
use crate::limits::ALBUM_ITEMS;

/// A problem of the items of an album; each is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlbumProblem {
    /// There are more items than an album takes.
    TooMany {
        /// The number of items.
        items: usize,
    },
    /// An animation is never in an album.
    Animation {
        /// Which item, from 0.
        item: usize,
    },
    /// Documents are only with documents, audio only with audio.
    Mixed {
        /// Which item, from 0.
        item: usize,
        /// Its kind.
        kind: Kind,
        /// The kind of the first item, with which it is not mixed.
        first: Kind,
    },
    /// A file and its thumbnail together are more than one request takes.
    ItemTooLarge {
        /// Which item, from 0.
        item: usize,
        /// Bytes of both.
        bytes: u64,
        /// Bytes that they may have.
        limit: u64,
    },
    /// All files together are more than one request takes.
    TooLarge {
        /// Bytes of all files.
        bytes: u64,
        /// Bytes that they may have.
        limit: u64,
    },
}

impl AlbumProblem {
    /// The index of the item that the problem is about; `None` if it is about all of them.
    #[must_use]
    pub fn item(self) -> Option<usize> {
        match self {
            Self::Animation { item }
            | Self::Mixed { item, .. }
            | Self::ItemTooLarge { item, .. } => Some(item),
            Self::TooMany { .. } | Self::TooLarge { .. } => None,
        }
    }
}

/// The facts of an item that the rules of albums need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlbumItem {
    /// How the post sends it.
    pub kind: Kind,
    /// Bytes of its file.
    pub bytes: u64,
    /// Bytes of its thumbnail; 0 without one.
    pub thumbnail: u64,
}

impl AlbumItem {
    fn total(&self) -> u64 {
        self.bytes.saturating_add(self.thumbnail)
    }
}

/// Problems of the items of a message together.
///
/// `staged` says that the files of an album are uploaded one by one into a staging chat first.
#[must_use]
pub fn album_problems(
    items: &[AlbumItem],
    upload: UploadLimits,
    staged: bool,
) -> Vec<AlbumProblem> {
    // A file that is too large by itself has a problem of its own.
    let is_over = |item: &AlbumItem| item.bytes <= upload.request && item.total() > upload.request;
    let mut problems: Vec<_> = (items.iter().enumerate())
        .filter(|(_, found)| is_over(found))
        .map(|(item, found)| AlbumProblem::ItemTooLarge {
            item,
            bytes: found.total(),
            limit: upload.request,
        })
        .collect();
    if items.len() < 2 {
        return problems;
    }
    if items.len() > ALBUM_ITEMS {
        problems.push(AlbumProblem::TooMany { items: items.len() });
    }
    let first = items.iter().map(|item| item.kind).find(|kind| *kind != Kind::Animation);
    for (item, AlbumItem { kind, .. }) in items.iter().copied().enumerate() {
        match first {
            _ if kind == Kind::Animation => problems.push(AlbumProblem::Animation { item }),
            Some(first) if !first.mixes_with(kind) => {
                problems.push(AlbumProblem::Mixed { item, kind, first });
            }
            _ => {}
        }
    }
    let bytes = items.iter().fold(0_u64, |sum, item| sum.saturating_add(item.total()));
    if !staged && bytes > upload.request {
        problems.push(AlbumProblem::TooLarge { bytes, limit: upload.request });
    }
    problems
}
