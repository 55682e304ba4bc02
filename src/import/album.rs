//! Puts the messages of an album together. The export does not say which belong together: they are neighbours of one second.

use super::message::{ExportedDate, ExportedMessage};
use crate::media::Kind;

/// The most messages of an album (Bot API, `sendMediaGroup`).
const ITEMS: usize = 10;

/// Collects messages that may be one album.
#[derive(Debug, Default)]
pub struct AlbumGrouper {
    open: Vec<ExportedMessage>,
}

impl AlbumGrouper {
    /// Adds the next message, and returns the messages before it if it does not belong to them.
    #[must_use]
    pub fn push(&mut self, message: ExportedMessage) -> Option<Vec<ExportedMessage>> {
        let belongs = self.open.len() < ITEMS
            && self
                .open
                .first()
                .zip(self.open.last())
                .is_some_and(|(first, last)| message.id > last.id && is_album(first, &message));
        let done = if belongs { Vec::new() } else { std::mem::take(&mut self.open) };
        self.open.push(message);
        (!done.is_empty()).then_some(done)
    }

    /// The messages that were not returned yet. Nothing that follows belongs to them.
    #[must_use]
    pub fn finish(&mut self) -> Option<Vec<ExportedMessage>> {
        let done = std::mem::take(&mut self.open);
        (!done.is_empty()).then_some(done)
    }
}

/// Whether two neighbours belong to one album. In an album of a post only the first item has a caption, and none has buttons: as
/// posts of their own, messages with either keep them.
fn is_album(first: &ExportedMessage, next: &ExportedMessage) -> bool {
    let (Some(one), Some(other)) = (&first.media, &next.media) else { return false };
    let has_date = matches!(first.date, ExportedDate::At(_));
    has_date
        && first.date == next.date
        && one.kind != Kind::Animation
        && one.kind.mixes_with(other.kind)
        && next.text.is_empty()
        && first.buttons.is_empty()
        && next.buttons.is_empty()
        && first.reply_to == next.reply_to
        && first.is_forward == next.is_forward
        && first.other.is_none()
        && next.other.is_none()
}
