//! The messages of a chat that show a request, or single files of an album. It reads nothing and decides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::ForwardedMessage;
use super::message_match::{identifies_item, shown_items, whole_matches};
use crate::message::{FileIds, Request};
use crate::outbox::AlbumItem;

/// A search for the messages of one request.
pub struct MessageSearch<'r> {
    request: &'r Request,
    chat: i64,
    /// The files of the request that Telegram keeps.
    files: FileIds,
    seen: Mutex<BTreeMap<i64, ShownItems>>,
}

/// What a message shows of the request, by the index of its messages.
struct ShownItems {
    /// It may be any of these: a photo without a caption may be any photo of an album.
    possible_items: Vec<usize>,
    /// It certainly shows these.
    certain_items: Vec<usize>,
}

impl<'r> MessageSearch<'r> {
    /// A search in a chat.
    #[must_use]
    pub fn new(request: &'r Request, chat: i64, files: FileIds) -> Self {
        Self { request, chat, files, seen: Mutex::default() }
    }

    /// How many messages the request makes.
    pub(super) fn messages(&self) -> usize {
        self.request.messages()
    }

    /// Adds a message; returns whether all messages of the request are found.
    pub fn add(&self, message_id: i64, copy: &ForwardedMessage) -> bool {
        let may_be = shown_items(self.request, copy, self.chat, message_id, &self.files);
        let certain = may_be.iter().copied();
        let is = certain.filter(|item| identifies_item(self.request, *item, copy, &self.files));
        let seen = ShownItems { certain_items: is.collect(), possible_items: may_be };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(message_id, seen);
        !self.whole().is_empty()
    }

    /// Whether the message may show the request, or a file of its album.
    pub(super) fn may_show(&self, message_id: i64) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&message_id).is_some_and(|seen| !seen.possible_items.is_empty())
    }

    /// The ids of consecutive messages that show the whole request.
    #[must_use]
    pub fn whole(&self) -> Vec<Vec<i64>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = seen.iter().map(|(id, seen)| (*id, seen.possible_items.clone())).collect();
        let certain = |run: &Vec<i64>| {
            run.iter().any(|id| seen.get(id).is_some_and(|seen| !seen.certain_items.is_empty()))
        };
        let mut whole = whole_matches(&shown, self.request.messages());
        whole.retain(certain);
        whole
    }

    /// The messages that certainly show the request or a file of its album, lowest message first.
    #[must_use]
    pub fn items(&self) -> Vec<AlbumItem> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // Two files of an album may have the same bytes; its messages are in the order of its files.
        let mut found = BTreeSet::new();
        let first = |(message_id, seen): (&i64, &ShownItems)| {
            let item = seen.certain_items.iter().copied().find(|item| found.insert(*item))?;
            Some(AlbumItem { item, message_id: *message_id })
        };
        seen.iter().filter_map(first).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Kind;
    use crate::message::FileId;
    use crate::publisher::message_match::tests::{album, captioned, copy, file, media};

    /// The items that messages 5, 6, … show for certain, and the whole albums among them.
    fn search(
        request: &Request,
        known: &FileIds,
        copies: &[ForwardedMessage],
    ) -> (Vec<(usize, i64)>, Vec<Vec<i64>>) {
        let search = MessageSearch::new(request, -1001, known.clone());
        for (id, copy) in (5..).zip(copies) {
            search.add(id, copy);
        }
        let items = search.items().iter().map(|found| (found.item, found.message_id)).collect();
        (items, search.whole())
    }

    #[test]
    fn photo_without_a_caption_is_not_certainly_of_an_album() {
        let photos = [1, 2, 3].map(|bytes| media(Kind::Photo, bytes)).to_vec();
        let request = album(photos.clone(), "Hi");
        let none = FileIds::default();
        let photo = || captioned("", file(Kind::Photo, 9));
        let first = || captioned("Hi", file(Kind::Photo, 9));
        assert_eq!(search(&request, &none, &[photo(), photo()]), (vec![], vec![]));
        assert_eq!(search(&request, &none, &[first(), photo()]), (vec![(0, 5)], vec![]));
        let whole = (vec![(0, 6)], vec![vec![6, 7, 8]]);
        assert_eq!(search(&request, &none, &[photo(), first(), photo(), photo()]), whole);
        // Three photos of others are not this album, even if it has no caption.
        let silent = album(photos, "");
        assert_eq!(search(&silent, &none, &[photo(), photo(), photo()]), (vec![], vec![]));
    }

    #[test]
    fn file_is_certain_by_its_id_or_its_size() {
        let [first, second] = [7, 8].map(|hash| {
            let mut media = media(Kind::Photo, 1);
            media.file.content = crate::message::FileContent::Sha256(
                crate::message::FileHash::of_digest([hash; 32]),
            );
            media
        });
        let request = album(vec![first, second.clone()], "Hi");
        let mut known = FileIds::default();
        let unique_id = Some("u8".to_owned());
        let id = FileId { file_id: "p8".to_owned(), unique_id: unique_id.clone() };
        known.insert(second.file_key().unwrap(), id);
        let mut photo = file(Kind::Photo, 9);
        photo.unique_id = unique_id;
        let strangers = captioned("", file(Kind::Photo, 9));
        let copies = [strangers, copy("Hello", vec![]), captioned("", photo)];
        assert_eq!(search(&request, &known, &copies), (vec![(1, 7)], vec![]));

        let documents = album(vec![media(Kind::Document, 1), media(Kind::Document, 2)], "Hi");
        let copies =
            [captioned("", file(Kind::Document, 2)), captioned("", file(Kind::Document, 3))];
        let none = FileIds::default();
        assert_eq!(search(&documents, &none, &copies), (vec![(1, 5)], vec![]));
        // Both files have the same bytes.
        let twins = album(vec![media(Kind::Document, 2), media(Kind::Document, 2)], "");
        let copies =
            [captioned("", file(Kind::Document, 2)), captioned("", file(Kind::Document, 2))];
        assert_eq!(search(&twins, &none, &copies), (vec![(0, 5), (1, 6)], vec![vec![5, 6]]));
    }
}
