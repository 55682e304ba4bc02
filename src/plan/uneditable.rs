//! The differences between a message and its file that no edit can make, and what an edit of an album does.

use std::fmt;

use crate::message::{AlbumContent, EditMediaGroup, InputMedia, ItemEdit};

/// A difference that no edit can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uneditable {
    /// An album has another number of files.
    AlbumSize {
        /// In the channel.
        posted: usize,
        /// In the file.
        wanted: usize,
    },
    /// The files of an album are in another order.
    AlbumOrder,
    /// A file of an album is replaced by one of a kind that an album cannot have at its place.
    AlbumKind,
    /// A message becomes an album, or an album another message.
    Album,
    /// A message loses its media.
    MediaRemoved,
    /// A message with media becomes a rich message.
    MediaToRich,
}

impl fmt::Display for Uneditable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AlbumSize { posted, wanted } => {
                return write!(
                    formatter,
                    "the album in the channel has {posted} files and the post has {wanted}, and an edit cannot add or remove files"
                );
            }
            Self::AlbumOrder => "an edit cannot change the order of the files of an album",
            Self::AlbumKind => {
                "in an album, an edit can replace photos and videos only with photos and videos, audio only with audio, and documents only with documents"
            }
            Self::Album => "an edit cannot turn a message into an album, or an album into another message",
            Self::MediaToRich => "an edit cannot turn a message with media into a rich message",
            Self::MediaRemoved => "an edit cannot remove the media of a message",
        })
    }
}

/// The edit of the items of an album that differ. `old` is what the channel shows, if that is certain; otherwise every item is
/// edited.
pub(super) fn album_edit(
    old: Option<&AlbumContent>,
    new: &AlbumContent,
    message_ids: &[i64],
) -> Result<EditMediaGroup, Uneditable> {
    let (posted, wanted) = (message_ids.len(), new.media.len());
    if posted != wanted {
        return Err(Uneditable::AlbumSize { posted, wanted });
    }
    if let Some(old) = old {
        if is_reordered(&old.media, &new.media) {
            return Err(Uneditable::AlbumOrder);
        }
        let mut pairs = old.media.iter().zip(&new.media);
        if !pairs.all(|(old, new)| old.kind.mixes_with(new.kind)) {
            return Err(Uneditable::AlbumKind);
        }
    }
    let edit = |(item, (media, message_id)): (usize, (&InputMedia, &i64))| {
        let shown = old.and_then(|old| old.media.get(item));
        let replaces_file = shown != Some(media);
        // The first item has the caption, and all have to agree whether it is above.
        let is_recaptioned = old.is_none_or(|old| {
            old.caption.above != new.caption.above || item == 0 && old.caption != new.caption
        });
        (replaces_file || is_recaptioned).then_some(ItemEdit {
            item,
            message_id: *message_id,
            replaces_file,
        })
    };
    let items = new.media.iter().zip(message_ids).enumerate();
    Ok(EditMediaGroup { content: new.clone(), edits: items.filter_map(edit).collect() })
}

/// Whether both have the same files, at other places.
fn is_reordered(old: &[InputMedia], new: &[InputMedia]) -> bool {
    let files = |media: &[InputMedia]| {
        let mut files: Vec<_> =
            media.iter().map(|media| format!("{:?}", media.file.content)).collect();
        files.sort();
        files
    };
    let is_moved = old.iter().zip(new).any(|(old, new)| old.file.content != new.file.content);
    is_moved && files(old) == files(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Kind;
    use crate::message::{Caption, FileContent, FileHash, MediaFile};

    fn item(kind: Kind, seed: u8) -> InputMedia {
        let content = FileContent::Sha256(FileHash::of_digest([seed; 32]));
        InputMedia::new(kind, MediaFile { content, bytes: 9, name: "a".to_owned() })
    }

    fn album(items: &[(Kind, u8)], caption: &str, above: bool) -> AlbumContent {
        let media = items.iter().map(|(kind, seed)| item(*kind, *seed)).collect();
        AlbumContent {
            media,
            caption: Caption { text: caption.to_owned(), above, ..Caption::default() },
        }
    }

    #[test]
    fn only_items_that_differ_are_edited() {
        use Kind::{Photo, Video};
        let old = album(&[(Photo, 1), (Video, 2), (Photo, 3)], "a", false);
        // Each row: the new album, and the index of each edited item with whether its file is replaced.
        let rows = [
            (album(&[(Photo, 1), (Video, 2), (Photo, 3)], "a", false), vec![]),
            (album(&[(Photo, 1), (Video, 2), (Photo, 3)], "b", false), vec![(0, false)]),
            (album(&[(Photo, 1), (Photo, 4), (Photo, 3)], "a", false), vec![(1, true)]),
            (album(&[(Photo, 5), (Video, 2), (Photo, 6)], "b", false), vec![(0, true), (2, true)]),
            (
                album(&[(Photo, 1), (Video, 2), (Photo, 3)], "a", true),
                vec![(0, false), (1, false), (2, false)],
            ),
        ];
        for (new, expected) in rows {
            let edit = album_edit(Some(&old), &new, &[7, 8, 9]).unwrap();
            let found: Vec<_> =
                edit.edits.iter().map(|edit| (edit.item, edit.replaces_file)).collect();
            assert_eq!(found, expected);
            assert!(
                edit.edits.iter().all(|edit| usize::try_from(edit.message_id - 7) == Ok(edit.item))
            );
            assert_eq!(edit.content, new);
        }
        let all = album_edit(None, &old, &[7, 8, 9]).unwrap();
        assert!(all.edits.len() == 3 && all.edits.iter().all(|edit| edit.replaces_file));
    }

    #[test]
    fn impossible_edit_of_an_album_has_its_reason() {
        use Kind::{Audio, Document, Photo, Video};
        let photos = album(&[(Photo, 1), (Photo, 2)], "", false);
        let rows = [
            (
                album(&[(Photo, 1), (Photo, 2), (Photo, 3)], "", false),
                Uneditable::AlbumSize { posted: 2, wanted: 3 },
            ),
            (album(&[(Photo, 2), (Photo, 1)], "", false), Uneditable::AlbumOrder),
            (album(&[(Document, 3), (Document, 4)], "", false), Uneditable::AlbumKind),
        ];
        for (new, expected) in rows {
            assert_eq!(album_edit(Some(&photos), &new, &[7, 8]), Err(expected));
        }
        let replaceable = [(Photo, Video, true), (Video, Photo, true), (Audio, Audio, true)];
        for (old, new, expected) in
            replaceable.into_iter().chain([(Audio, Document, false), (Document, Photo, false)])
        {
            assert_eq!(old.mixes_with(new), expected, "{old:?} {new:?}");
        }
    }
}
