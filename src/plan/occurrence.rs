//! Finds the occurrences of a post with `repeat` in the journal. It chooses none: `schedule` has the rule.

use super::Desired;
use super::edit::may_be_in_channel;
use crate::outbox::{Publication, State};
use crate::schedule::{KnownOccurrences, OpenOccurrence};

impl Desired {
    /// Whether the post repeats and no occurrence is left.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.repeat.is_some() && self.occurrence.is_none()
    }

    /// The post's newest publication here, if it is the one that this is compared with. Another occurrence that is over is not.
    #[must_use]
    pub fn counterpart<'p>(&self, newest: Option<&'p Publication>) -> Option<&'p Publication> {
        newest.filter(|newest| newest.occurrence == self.occurrence || !is_over(newest))
    }

    /// What the journal knows about the occurrences of the post here.
    #[must_use]
    pub fn known_occurrences<'p>(
        &self,
        of_post: impl IntoIterator<Item = &'p Publication>,
    ) -> KnownOccurrences {
        let mut known = KnownOccurrences::default();
        for publication in of_post {
            let is_here = publication.post == self.post
                && !publication.is_comments()
                && Some(publication.destination()) == self.destination;
            let Some(slot) = publication.occurrence.filter(|_| is_here) else { continue };
            match publication.state {
                State::Superseded { .. } => {}
                _ if !is_over(publication) => {
                    // An outline has no parts.
                    let has_begun = may_be_in_channel(publication)
                        || !matches!(
                            publication.state,
                            State::Scheduled
                                | State::Due
                                | State::Held { .. }
                                | State::Failed { .. }
                        );
                    known.open = Some(OpenOccurrence { slot, has_begun });
                }
                // Its own file cancelled it, for example as a draft.
                _ if publication.counts_as_new() => {}
                _ => known.over = known.over.max(Some(slot)),
            }
        }
        known
    }
}

/// Whether no message of the publication will be sent any more.
fn is_over(publication: &Publication) -> bool {
    matches!(
        publication.state,
        State::Published | State::Cancelled { .. } | State::Superseded { .. }
    )
}
