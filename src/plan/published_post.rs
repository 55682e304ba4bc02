//! Compares a published post with the files: which of them has the text of its messages.

use super::Desired;
use super::edit::may_be_in_channel;
use super::similarity::Similarity;
use crate::outbox::{Cancellation, Publication, State};

/// A published post whose own file is gone or has different text now.
pub(super) struct PublishedPost<'k> {
    pub(super) publication: &'k Publication,
    pub(super) similarity: Similarity,
    /// The text of its own file now, if it has one for this chat.
    pub(super) own: Option<Similarity>,
}

impl<'k> PublishedPost<'k> {
    pub(super) fn of(publication: &'k Publication, own: Option<&Desired>) -> Self {
        let similarity = Similarity::of_publication(publication);
        Self { publication, similarity, own: own.map(Similarity::of_file) }
    }

    /// Whether a file has exactly the published text, and the post's own file does not.
    pub(super) fn is_same(&self, new: &Similarity) -> bool {
        let is_kept = self.own.as_ref().is_some_and(|own| own.is_same(&self.similarity));
        !is_kept && new.is_same(&self.similarity)
    }

    /// Whether a file is similar to the published text, and more so than the post's own file.
    pub(super) fn is_close(&self, new: &Similarity) -> bool {
        if !new.is_close(&self.similarity) {
            return false;
        }
        let Some(own) = &self.own else { return true };
        let (percent, of_own) = (new.percent(&self.similarity), own.percent(&self.similarity));
        // If both are equally similar, the file with the same time wins.
        percent > of_own
            || percent == of_own
                && (new.has_time_of(&self.similarity) || !own.has_time_of(&self.similarity))
    }

    pub(super) fn is_live(&self) -> bool {
        is_live(self.publication)
    }
}

/// Whether a published post may have been renamed to the file `new`: that has the published text, or nearly, and the post's
/// own file, if there is one, does not.
#[must_use]
pub fn is_moved(publication: &Publication, own: Option<&Desired>, new: &Desired) -> bool {
    let (old, new) = (PublishedPost::of(publication, own), Similarity::of_file(new));
    old.is_same(&new) || old.is_close(&new)
}

/// Whether the file of a published post has changed, and not only its rendering by a style or another version.
#[must_use]
pub fn has_other_text(publication: &Publication, own: &Desired) -> bool {
    own.payload != publication.payload && own.source != publication.source
}

/// Whether any part of a publication is, or may be, in the channel and was not deleted.
pub(super) fn is_live(publication: &Publication) -> bool {
    may_be_in_channel(publication)
        && !matches!(
            publication.state,
            State::Cancelled { cancellation: Cancellation::Deleted, .. }
        )
}
