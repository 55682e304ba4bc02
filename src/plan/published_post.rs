//! A published post against the files: which of them says what its messages show.

use super::Desired;
use super::edit::begun;
use super::similarity::Similarity;
use crate::outbox::{Cancellation, Publication, State};

/// A published post whose own file does not say what its messages show: it has vanished, or says something else now.
pub(super) struct PublishedPost<'k> {
    pub(super) publication: &'k Publication,
    pub(super) likeness: Similarity,
    /// What its own file says now, where it has one for this chat.
    pub(super) own: Option<Similarity>,
}

impl<'k> PublishedPost<'k> {
    pub(super) fn of(publication: &'k Publication, own: Option<&Desired>) -> Self {
        let likeness = Similarity::of_publication(publication);
        Self { publication, likeness, own: own.map(Similarity::of_file) }
    }

    /// Whether a file says just what was published, and its own file does not.
    pub(super) fn is_same(&self, new: &Similarity) -> bool {
        let is_kept = self.own.as_ref().is_some_and(|own| own.is_same(&self.likeness));
        !is_kept && new.is_same(&self.likeness)
    }

    /// Whether a file says nearly what was published, and its own file is not as near to that.
    pub(super) fn is_close(&self, new: &Similarity) -> bool {
        if !new.is_close(&self.likeness) {
            return false;
        }
        let Some(own) = &self.own else { return true };
        let (percent, of_own) = (new.percent(&self.likeness), own.percent(&self.likeness));
        // Of two that are as near the one that names its time is it.
        percent > of_own
            || percent == of_own
                && (new.has_time_of(&self.likeness) || !own.has_time_of(&self.likeness))
    }

    pub(super) fn is_live(&self) -> bool {
        is_live(self.publication)
    }
}

/// Whether a published post has the name of the file `new` now: that says what was published, or nearly, and the post's own
/// file, where there is one, says something else.
#[must_use]
pub fn is_moved(publication: &Publication, own: Option<&Desired>, new: &Desired) -> bool {
    let (old, new) = (PublishedPost::of(publication, own), Similarity::of_file(new));
    old.is_same(&new) || old.is_close(&new)
}

/// Whether the file of a published post says something else now than it did, and not only by a changed style or version.
#[must_use]
pub fn says_other(publication: &Publication, own: &Desired) -> bool {
    own.payload != publication.payload && own.source != publication.source
}

/// Whether something of it is in the channel, or may be.
pub(super) fn is_live(publication: &Publication) -> bool {
    begun(publication)
        && !matches!(
            publication.state,
            State::Cancelled { cancellation: Cancellation::Deleted, .. }
        )
}
