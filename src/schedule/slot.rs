//! The weekly slots of a channel, and the next free one, also where clocks change (daylight-saving time, DST).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp};
use thiserror::Error;

use crate::limits;

/// A time of day on days of the week: `mon-fri 09:00`, `sat,sun 12:00`, or `18:30` for every day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The days, Monday first.
    days: [bool; 7],
    time: Time,
}

/// Why a text is not a valid slot.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SlotError {
    /// Not a day.
    #[error("`{0}` is not a day of the week")]
    Day(String),
    /// Not a time of day.
    #[error("`{0}` is not a time of day")]
    Time(String),
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The index of a day such as `mon` or `Monday`, from Monday.
pub(super) fn day(word: &str) -> Option<usize> {
    const LONG: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = word.to_lowercase();
    let short = DAYS.iter().position(|day| *day == word);
    short.or_else(|| LONG.iter().position(|day| *day == word))
}

/// A time of day such as `09:00`, `9:00` or `18:30:30`.
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
    /// The instant of the slot on a date; `None` if it has none, or if the zone's clocks skip it. If they show it twice, the
    /// first counts.
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

/// The next slot after `now` that is not taken; `None` if there is none within [`limits::SLOT_DAYS`].
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
    fn slots_are_parsed_and_printed() {
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
        for (typed, error) in [
            ("mon", SlotError::Time("mon".into())),
            ("mon 25:00", SlotError::Time("25:00".into())),
            ("mon 9:5", SlotError::Time("9:5".into())),
            ("", SlotError::Time(String::new())),
            ("moon 09:00", SlotError::Day("moon".into())),
            ("mon- 09:00", SlotError::Day(String::new())),
        ] {
            assert_eq!(typed.parse::<Slot>(), Err(error), "{typed}");
        }
    }

    #[test]
    fn next_free_slot_skips_taken_slots_and_gaps() {
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
        // A slot at exactly this time is no longer free.
        now = at("2026-11-27T17:30:00Z");
        assert_eq!(
            next_free(&week, &zone, now, &BTreeSet::new()),
            Some(at("2026-11-28T11:00:00Z"))
        );
        // There is no 02:30 when the clocks go forward, and there are two when they go back.
        let night = slots(&["02:30"]);
        let none = BTreeSet::new();
        assert_eq!(
            next_free(&night, &zone, at("2026-03-28T12:00:00Z"), &none),
            Some(at("2026-03-30T00:30:00Z"))
        );
        let fold = next_free(&night, &zone, at("2026-10-24T12:00:00Z"), &none);
        assert_eq!(fold, Some(at("2026-10-25T00:30:00Z")));
        let after = next_free(&night, &zone, at("2026-10-25T00:30:00Z"), &none);
        assert_eq!(after, Some(at("2026-10-26T01:30:00Z")));
        assert_eq!(next_free(&[], &zone, now, &none), None);
    }
}
