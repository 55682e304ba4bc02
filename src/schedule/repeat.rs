//! The occurrences of a post with `repeat`. It reads no clock, and does not know what was published.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::slot::{Slot, next_free};

/// When a post is published again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    /// The slots, at least one.
    pub slots: Vec<Slot>,
    /// The zone of the slots.
    pub zone: TimeZone,
    /// No occurrence is later; `None`: it does not end.
    pub until: Option<Timestamp>,
}

/// The occurrences of a post in one channel that the journal knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnownOccurrences {
    /// The latest one that is over: published, deleted, or cancelled by a person.
    pub over: Option<Timestamp>,
    /// The one that is not over.
    pub open: Option<OpenOccurrence>,
}

/// An occurrence that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenOccurrence {
    /// Its slot.
    pub slot: Timestamp,
    /// Whether its sending has begun, so that it stays the one that is published next.
    pub has_begun: bool,
}

impl Repeat {
    /// The first occurrence at or after an instant; `None` if there is none any more.
    #[must_use]
    pub fn first_from(&self, from: Timestamp) -> Option<Timestamp> {
        let before = from.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(from);
        self.first_after(before)
    }

    fn first_after(&self, after: Timestamp) -> Option<Timestamp> {
        let next = next_free(&self.slots, &self.zone, after, &BTreeSet::new())?;
        self.until.is_none_or(|until| next <= until).then_some(next)
    }

    /// The last occurrence after `after` and until `now`.
    fn last_between(&self, after: Timestamp, now: Timestamp) -> Option<Timestamp> {
        // Every slot comes at least once a week.
        let week = now.checked_sub(SignedDuration::from_hours(8 * 24)).unwrap_or(after);
        let mut last = None;
        let mut from = after.max(week);
        while let Some(next) = self.first_after(from).filter(|next| *next <= now) {
            last = Some(next);
            from = next;
        }
        last
    }

    /// The occurrence to publish next. One that is not over comes first, as long as `repeat` has its slot and no later slot has
    /// come: then that one takes its place. After one that is over comes the next slot; a slot that passed more than `grace` ago
    /// is left out. The first occurrence of a new post is in the future.
    #[must_use]
    pub fn wanted(
        &self,
        known: KnownOccurrences,
        now: Timestamp,
        grace: SignedDuration,
    ) -> Option<Timestamp> {
        if let Some(open) = known.open {
            let later = self.last_between(open.slot, now);
            if open.has_begun || later.is_none() && self.first_from(open.slot) == Some(open.slot) {
                return Some(open.slot);
            }
            if later.is_some() {
                return later;
            }
        }
        let Some(over) = known.over else { return self.first_from(now) };
        let earliest = now.checked_sub(grace).unwrap_or(now);
        if over < earliest { self.first_from(earliest) } else { self.first_after(over) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn repeat(slots: &[&str], until: Option<&str>) -> Repeat {
        Repeat {
            slots: slots.iter().map(|slot| slot.parse().unwrap()).collect(),
            zone: jiff::tz::db().get("Europe/Berlin").unwrap(),
            until: until.map(at),
        }
    }

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    #[test]
    fn next_occurrence_follows_the_one_that_is_over() {
        let weekly = repeat(&["mon 09:00"], Some("2026-12-21T08:00:00Z"));
        for (over, now, wanted) in [
            // A new post does not catch up.
            (None, "2026-12-07T08:00:01Z", Some("2026-12-14T08:00:00Z")),
            (None, "2026-12-07T08:00:00Z", Some("2026-12-07T08:00:00Z")),
            (Some("2026-12-07T08:00:00Z"), "2026-12-07T08:00:00Z", Some("2026-12-14T08:00:00Z")),
            // The clock was set back.
            (Some("2026-12-07T08:00:00Z"), "2026-12-01T08:00:00Z", Some("2026-12-14T08:00:00Z")),
            // It was due half an hour ago, and two hours ago.
            (Some("2026-12-07T08:00:00Z"), "2026-12-14T08:30:00Z", Some("2026-12-14T08:00:00Z")),
            (Some("2026-12-07T08:00:00Z"), "2026-12-14T10:00:00Z", Some("2026-12-21T08:00:00Z")),
            (Some("2026-12-21T08:00:00Z"), "2026-12-21T08:00:00Z", None),
        ] {
            let known = KnownOccurrences { over: over.map(at), open: None };
            assert_eq!(weekly.wanted(known, at(now), HOUR), wanted.map(at), "{over:?} {now}");
        }
    }

    #[test]
    fn open_occurrence_stays_until_a_later_slot_comes_or_its_own_is_gone() {
        let open = |slot: &str, has_begun| KnownOccurrences {
            over: Some(at("2026-12-07T08:00:00Z")),
            open: Some(OpenOccurrence { slot: at(slot), has_begun }),
        };
        let (now, monday) = (at("2026-12-15T10:00:00Z"), "2026-12-14T08:00:00Z");
        let wanted = |slots: &[&str], known| repeat(slots, None).wanted(known, now, HOUR);
        assert_eq!(wanted(&["mon 09:00"], open(monday, false)), Some(at(monday)));
        // It waited for an operator until the next slot had come.
        let daily = wanted(&["09:00"], open(monday, false));
        assert_eq!(daily, Some(at("2026-12-15T08:00:00Z")));
        assert_eq!(wanted(&["09:00"], open(monday, true)), Some(at(monday)));
        let friday = Some(at("2026-12-18T08:00:00Z"));
        assert_eq!(wanted(&["fri 09:00"], open(monday, false)), friday);
        assert_eq!(wanted(&["fri 09:00"], open(monday, true)), Some(at(monday)));
    }

    #[test]
    fn occurrences_follow_the_clocks_of_the_zone() {
        let nightly = repeat(&["02:30"], None);
        let mut found = vec![at("2026-03-28T01:30:00Z")];
        for over in ["2026-03-28T01:30:00Z", "2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z"] {
            let known = KnownOccurrences { over: Some(at(over)), open: None };
            found.extend(nightly.wanted(known, at(over), HOUR));
        }
        // There is no 02:30 on 29 March; on 25 October there are two, of which the first counts.
        let expected = [
            "2026-03-28T01:30:00Z",
            "2026-03-30T00:30:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-26T01:30:00Z",
        ];
        assert_eq!(found, expected.map(at));
    }
}
