//! The times of the week at which a channel likes to publish, and the next of them that is free.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp};
use thiserror::Error;

use crate::limits;

/// A time of day on some days of the week: `mon-fri 09:00`, `sat,sun 12:00`, or on every day: `18:30`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The days, Monday first.
    days: [bool; 7],
    time: Time,
}

/// Why a text is no slot.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SlotError {
    /// A word that names no day.
    #[error("`{0}` is no day of the week")]
    Day(String),
    /// No time of day.
    #[error("`{0}` is no time of day")]
    Time(String),
}

/// The days as they are written.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The place of a day in the week, as people write it: `mon`, `Monday`.
pub(super) fn day(word: &str) -> Option<usize> {
    const LONG: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = word.to_lowercase();
    let short = DAYS.iter().position(|day| *day == word);
    short.or_else(|| LONG.iter().position(|day| *day == word))
}

/// A time of day as people write it: `09:00`, `9:00`, `18:30:30`.
pub(super) fn time_of_day(word: &str) -> Option<Time> {
    let mut numbers = word.split(':').map(|digits| {
        let is_short = matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit());
        is_short.then(|| digits.parse::<i8>().ok()).flatten()
    });
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = match numbers.next() {
        Some(second) => second?,
        None => 0,
    };
    if numbers.next().is_some() || word.split(':').nth(1)?.len() != 2 {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

impl FromStr for Slot {
    type Err = SlotError;

    fn from_str(typed: &str) -> Result<Self, SlotError> {
        let (days, time) = match typed.trim().rsplit_once(char::is_whitespace) {
            Some((days, time)) => (Some(days.trim()), time),
            None => (None, typed.trim()),
        };
        let time = time_of_day(time).ok_or_else(|| SlotError::Time(time.to_owned()))?;
        let Some(days) = days else { return Ok(Self { days: [true; 7], time }) };
        let mut chosen = [false; 7];
        let named =
            |word: &str| day(word.trim()).ok_or_else(|| SlotError::Day(word.trim().to_owned()));
        for range in days.split(',') {
            let (first, last) = match range.split_once('-') {
                Some((first, last)) => (named(first)?, named(last)?),
                None => (named(range)?, named(range)?),
            };
            // `sat-mon` goes over the end of the week.
            for step in 0..7 {
                let place = (first + step) % 7;
                if let Some(day) = chosen.get_mut(place) {
                    *day = true;
                }
                if place == last {
                    break;
                }
            }
        }
        Ok(Self { days: chosen, time })
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days != [true; 7] {
            let days = DAYS.iter().zip(self.days).filter(|(_, is_on)| *is_on).map(|(day, _)| *day);
            write!(formatter, "{} ", days.collect::<Vec<_>>().join(","))?;
        }
        write!(formatter, "{}", self.time.strftime("%H:%M"))
    }
}

impl Slot {
    /// The instant at which it falls on a day; `None` where it does not, or where the clocks of the zone skip it. Where they
    /// show it twice, it is the first.
    fn on(&self, date: Date, zone: &TimeZone) -> Option<Timestamp> {
        let place = usize::try_from(date.weekday().since(Weekday::Monday)).ok()?;
        if !self.days.get(place).copied().unwrap_or(false) {
            return None;
        }
        let ambiguous = zone.to_ambiguous_timestamp(date.to_datetime(self.time));
        if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
            return None;
        }
        ambiguous.earlier().ok()
    }
}

/// The next slot behind `now` for which nothing waits; `None` where there is none for as far as anything is scheduled.
#[must_use]
pub fn next_free(
    slots: &[Slot],
    zone: &TimeZone,
    now: Timestamp,
    taken: &BTreeSet<Timestamp>,
) -> Option<Timestamp> {
    let mut date = now.to_zoned_datetime(zone.clone()).date();
    for _ in 0..limits::SLOT_DAYS {
        let free = slots
            .iter()
            .filter_map(|slot| slot.on(date, zone))
            .filter(|at| *at > now && !taken.contains(at))
            .min();
        if free.is_some() {
            return free;
        }
        date = date.checked_add(Span::new().days(1)).ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(typed: &[&str]) -> Vec<Slot> {
        typed.iter().map(|slot| slot.parse().unwrap()).collect()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn slots_are_written_as_people_do() {
        for (typed, shown) in [
            ("mon-fri 09:00", "mon,tue,wed,thu,fri 09:00"),
            ("sat 12:00", "sat 12:00"),
            ("sat-mon 9:05", "mon,sat,sun 09:05"),
            ("Monday, WED 18:30", "mon,wed 18:30"),
            ("07:45", "07:45"),
            ("mon-sun 07:45", "07:45"),
        ] {
            assert_eq!(typed.parse::<Slot>().map(|slot| slot.to_string()), Ok(shown.to_owned()));
        }
        for (typed, fault) in [
            ("mon", SlotError::Time("mon".into())),
            ("mon 25:00", SlotError::Time("25:00".into())),
            ("mon 9:5", SlotError::Time("9:5".into())),
            ("", SlotError::Time(String::new())),
            ("moon 09:00", SlotError::Day("moon".into())),
            ("mon- 09:00", SlotError::Day(String::new())),
        ] {
            assert_eq!(typed.parse::<Slot>(), Err(fault), "{typed}");
        }
    }

    #[test]
    fn the_next_free_slot_passes_over_the_taken_and_over_what_no_clock_shows() {
        let zone = jiff::tz::db().get("Europe/Berlin").unwrap();
        let week = slots(&["mon-fri 09:00", "mon-fri 18:30", "sat 12:00"]);
        let mut taken = BTreeSet::new();
        let mut now = at("2026-11-27T08:00:00Z");
        let mut found = Vec::new();
        for _ in 0..4 {
            let free = next_free(&week, &zone, now, &taken).unwrap();
            taken.insert(free);
            found.push(free.to_string());
        }
        assert_eq!(
            found,
            [
                "2026-11-27T17:30:00Z",
                "2026-11-28T11:00:00Z",
                "2026-11-30T08:00:00Z",
                "2026-11-30T17:30:00Z"
            ]
        );
        // A slot at this very moment is not free any more.
        now = at("2026-11-27T17:30:00Z");
        assert_eq!(
            next_free(&week, &zone, now, &BTreeSet::new()),
            Some(at("2026-11-28T11:00:00Z"))
        );
        // On the night when the clocks go forward there is no 02:30; when they go back, there are two.
        let night = slots(&["02:30"]);
        let none = BTreeSet::new();
        assert_eq!(
            next_free(&night, &zone, at("2026-03-28T12:00:00Z"), &none),
            Some(at("2026-03-30T00:30:00Z"))
        );
        let fold = next_free(&night, &zone, at("2026-10-24T12:00:00Z"), &none);
        assert_eq!(fold, Some(at("2026-10-25T00:30:00Z")));
        let behind = next_free(&night, &zone, at("2026-10-25T00:30:00Z"), &none);
        assert_eq!(behind, Some(at("2026-10-26T01:30:00Z")));
        assert_eq!(next_free(&[], &zone, now, &none), None);
    }
}
