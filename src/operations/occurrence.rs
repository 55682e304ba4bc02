//! Chooses the occurrence of posts with `repeat` that is published next. `schedule` has the rule.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use super::{Operations, desired_posts};
use crate::outbox::Publication;
use crate::plan::Desired;
use crate::post::check::Occurrence;

impl Operations {
    /// The occurrence of a post with `repeat` that is published next, after these publications.
    fn next_occurrence(
        &self,
        desired: &Desired,
        publications: &[Publication],
        now: Timestamp,
    ) -> Option<Timestamp> {
        let repeat = desired.repeat.as_ref()?;
        repeat.wanted(desired.known_occurrences(publications), now, self.grace())
    }

    fn grace(&self) -> SignedDuration {
        SignedDuration::try_from(self.policy().grace).unwrap_or(SignedDuration::MAX)
    }

    /// Whether the post's last occurrence here is over or its slot has passed, and another one follows.
    #[must_use]
    pub fn is_to_be_repeated(
        &self,
        desired: &Desired,
        publications: &[Publication],
        now: Timestamp,
    ) -> bool {
        let known = desired.known_occurrences(publications);
        let next = self.next_occurrence(desired, publications, now);
        let is_due = match known.open {
            Some(open) => next != Some(open.slot),
            None => known.over.is_some(),
        };
        !desired.draft && next.is_some() && is_due
    }

    /// Makes each post with `repeat` the occurrence that is published next. The publications are those of these posts.
    pub fn choose_occurrences(
        &self,
        desired: &mut [Desired],
        publications: &[Publication],
        now: Timestamp,
    ) {
        for one in desired {
            if let Some(other) = self.at_next_occurrence(one, publications, now) {
                *one = other;
            }
        }
    }

    /// The same for posts that stay as they are if they do not repeat.
    pub(super) fn with_occurrences<'d>(
        &self,
        desired: impl Iterator<Item = &'d Desired>,
        publications: &[Publication],
        now: Timestamp,
    ) -> Vec<Cow<'d, Desired>> {
        let at_next = |one: &'d Desired| match self.at_next_occurrence(one, publications, now) {
            Some(other) => Cow::Owned(other),
            None => Cow::Borrowed(one),
        };
        desired.map(at_next).collect()
    }

    /// The post as its next occurrence, if it was read for another one. Its texts may contain the date, so the file is read again.
    fn at_next_occurrence(
        &self,
        desired: &Desired,
        publications: &[Publication],
        now: Timestamp,
    ) -> Option<Desired> {
        desired.repeat.as_ref().filter(|_| desired.destination.is_some())?;
        let next = self.next_occurrence(desired, publications, now);
        if next == desired.occurrence {
            return None;
        }
        let occurrence = next.map_or(Occurrence::Over, Occurrence::From);
        let checked = self.newsroom.at_occurrence(&desired.post, occurrence, now)?;
        let all = desired_posts(&self.newsroom, &checked).ok()?;
        let other = all.into_iter().find(|other| other.channel.name == desired.channel.name)?;
        Some(other.in_place_of(desired))
    }
}
