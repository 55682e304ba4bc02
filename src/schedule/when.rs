//! A typed time: `next`, `+2h`, `tomorrow 09:00`, `mon 18:30`, `2026-12-01 18:30`.

use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use thiserror::Error;

use super::civil::{TimeError, Typed};
use super::slot::{day, time_of_day};

/// A typed time, before it is resolved in a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// The channel's next free slot.
    Next,
    /// After a duration from now.
    After(SignedDuration),
    /// An instant.
    At(Timestamp),
    /// A date and a time of day in the channel's zone.
    Civil(DateTime),
    /// A time of day in the channel's zone, on a day relative to today.
    On(Day, Time),
}

/// A day relative to today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// Today.
    Today,
    /// Tomorrow.
    Tomorrow,
    /// The next day with this index from Monday: today if the time is still to come.
    Named(usize),
}

/// A resolved time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The instant.
    pub at: Timestamp,
    /// The civil time, if one was typed.
    pub civil: Option<DateTime>,
}

/// Why a typed time is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WhenError {
    /// The text is not a time.
    #[error("`{0}` is not a valid time")]
    Unreadable(String),
    /// The time has passed.
    #[error("{0} has passed")]
    Past(String),
    /// The zone's clocks skip this time.
    #[error("the clocks skip {0}: they show {1} or {2}")]
    Gap(String, String, String),
    /// The zone's clocks show this time twice.
    #[error("the clocks show {0} twice: as {1} and as {2}")]
    Fold(String, String, String),
    /// The year is too far ahead.
    #[error("the year {0} is too far ahead")]
    FarAhead(i16),
    /// The calendar has no such date.
    #[error("there is no such date or time")]
    OutOfRange,
}

impl WhenError {
    /// The next step for the user.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable(_) | Self::OutOfRange => {
                "write `next`, \"+2h\", \"18:30\", \"tomorrow 09:00\", \"mon 09:00\", \"2026-12-01 18:30\", or with an offset \"2026-12-01T18:30+03:00\""
            }
            Self::Past(_) => "write a time in the future, or publish it now",
            Self::Gap(..) | Self::Fold(..) => "write one of the two, with its offset",
            Self::FarAhead(_) => "check the year",
        }
    }
}

impl FromStr for When {
    type Err = WhenError;

    fn from_str(typed: &str) -> Result<Self, WhenError> {
        let text = typed.trim();
        let unreadable = || WhenError::Unreadable(text.to_owned());
        if text.eq_ignore_ascii_case("next") {
            return Ok(Self::Next);
        }
        if let Some(span) = text.strip_prefix('+') {
            return duration(span.trim()).map(Self::After).ok_or_else(unreadable);
        }
        if let Ok(at) = text.replacen(' ', "T", 1).parse::<Timestamp>() {
            return Ok(Self::At(at));
        }
        if let Some(time) = time_of_day(text) {
            return Ok(Self::On(Day::Today, time));
        }
        let (first, rest) =
            text.split_once(' ').or_else(|| text.split_once('T')).ok_or_else(unreadable)?;
        let time = time_of_day(rest.trim()).ok_or_else(unreadable)?;
        Ok(match first.to_lowercase().as_str() {
            "today" => Self::On(Day::Today, time),
            "tomorrow" => Self::On(Day::Tomorrow, time),
            word => match (day(word), word.parse::<Date>()) {
                (Some(day), _) => Self::On(Day::Named(day), time),
                (None, Ok(date)) => Self::Civil(date.to_datetime(time)),
                (None, Err(_)) => return Err(unreadable()),
            },
        })
    }
}

/// A duration: `2h`, `90m`, `1h 30m`, `2d`. A day has 24 hours.
fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    let hours = jiff::SpanRelativeTo::days_are_24_hours();
    let duration = span.to_duration(hours).ok()?;
    duration.is_positive().then_some(duration)
}

impl When {
    /// The instant in a zone, relative to `now`; `None` for [`When::Next`], which depends on the channel's slots.
    ///
    /// # Errors
    /// For a time that has passed, that the clocks skip or show twice, or that is too far ahead.
    pub fn resolve(&self, zone: &TimeZone, now: Timestamp) -> Result<Option<Resolved>, WhenError> {
        let today = now.to_zoned_datetime(zone.clone()).date();
        let days = |days: i32| today.checked_add(Span::new().days(days)).ok();
        let resolved = match self {
            Self::Next => return Ok(None),
            Self::After(duration) => {
                let at = now.checked_add(*duration).map_err(|_| WhenError::OutOfRange)?;
                Resolved { at, civil: None }
            }
            Self::At(at) => Resolved { at: *at, civil: None },
            Self::Civil(civil) => in_zone(*civil, zone, now)?,
            Self::On(Day::Today, time) => in_zone(today.to_datetime(*time), zone, now)?,
            Self::On(Day::Tomorrow, time) => {
                let date = days(1).ok_or(WhenError::OutOfRange)?;
                in_zone(date.to_datetime(*time), zone, now)?
            }
            Self::On(Day::Named(day), time) => {
                let today = today.weekday().since(jiff::civil::Weekday::Monday);
                let day = i32::try_from(*day).map_err(|_| WhenError::OutOfRange)?;
                let ahead = (day - i32::from(today)).rem_euclid(7);
                let date = days(ahead).ok_or(WhenError::OutOfRange)?;
                let found = in_zone(date.to_datetime(*time), zone, now)?;
                if found.at > now {
                    found
                } else {
                    let date = days(ahead + 7).ok_or(WhenError::OutOfRange)?;
                    in_zone(date.to_datetime(*time), zone, now)?
                }
            }
        };
        // This checks the year of instants too.
        Typed::Instant(resolved.at)
            .resolve(zone, now)
            .map_err(|error| when_error(&error, resolved.civil))?;
        if resolved.at <= now {
            let shown = resolved.at.to_zoned_datetime(zone.clone()).strftime("%F %H:%M %Q");
            return Err(WhenError::Past(shown.to_string()));
        }
        Ok(Some(resolved))
    }
}

fn in_zone(civil: DateTime, zone: &TimeZone, now: Timestamp) -> Result<Resolved, WhenError> {
    let at =
        Typed::Civil(civil).resolve(zone, now).map_err(|error| when_error(&error, Some(civil)))?;
    Ok(Resolved { at, civil: Some(civil) })
}

fn when_error(error: &TimeError, civil: Option<DateTime>) -> WhenError {
    let civil = civil.map(|civil| civil.strftime("%F %H:%M").to_string()).unwrap_or_default();
    match error {
        TimeError::NotATime(_) => WhenError::OutOfRange,
        TimeError::FarAhead(year) => WhenError::FarAhead(*year),
        TimeError::Gap(before, after) => WhenError::Gap(civil, before.clone(), after.clone()),
        TimeError::Fold(first, second) => WhenError::Fold(civil, first.clone(), second.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Wednesday, 18:00 in Berlin.
    const NOW: &str = "2026-11-25T17:00:00Z";

    fn resolved(typed: &str, now: &str) -> Result<String, WhenError> {
        let zone = jiff::tz::db().get("Europe/Berlin").unwrap();
        let when: When = typed.parse()?;
        let resolved = when.resolve(&zone, now.parse().unwrap())?;
        Ok(resolved.map_or_else(|| "next".to_owned(), |resolved| resolved.at.to_string()))
    }

    #[test]
    fn typed_times_are_resolved() {
        for (typed, expected) in [
            ("next", "next"),
            (" Next ", "next"),
            ("+2h", "2026-11-25T19:00:00Z"),
            ("+ 1h 30m", "2026-11-25T18:30:00Z"),
            ("+90m", "2026-11-25T18:30:00Z"),
            ("+2d", "2026-11-27T17:00:00Z"),
            ("18:30", "2026-11-25T17:30:00Z"),
            ("today 23:59", "2026-11-25T22:59:00Z"),
            ("tomorrow 09:00", "2026-11-26T08:00:00Z"),
            ("Tomorrow 9:00", "2026-11-26T08:00:00Z"),
            ("mon 09:00", "2026-11-30T08:00:00Z"),
            ("wed 18:30", "2026-11-25T17:30:00Z"),
            ("wednesday 09:00", "2026-12-02T08:00:00Z"),
            ("2026-12-01 18:30", "2026-12-01T17:30:00Z"),
            ("2026-12-01T18:30", "2026-12-01T17:30:00Z"),
            ("2026-12-01 18:30:30", "2026-12-01T17:30:30Z"),
            ("2026-12-01T18:30+03:00", "2026-12-01T15:30:00Z"),
            ("2026-12-01 18:30Z", "2026-12-01T18:30:00Z"),
        ] {
            assert_eq!(resolved(typed, NOW), Ok(expected.to_owned()), "{typed}");
        }
    }

    #[test]
    fn invalid_and_past_times_are_refused() {
        for typed in
            ["", "soon", "+", "+2", "-2h", "+-2h", "25:00", "tomorrow", "2026-13-01 10:00", "1 2 3"]
        {
            assert_eq!(
                resolved(typed, NOW),
                Err(WhenError::Unreadable(typed.trim().into())),
                "{typed}"
            );
        }
        for (typed, shown) in [
            ("17:00", "2026-11-25 17:00 Europe/Berlin"),
            ("today 18:00", "2026-11-25 18:00 Europe/Berlin"),
            ("2026-11-25 17:59", "2026-11-25 17:59 Europe/Berlin"),
            ("2020-01-01T00:00Z", "2020-01-01 01:00 Europe/Berlin"),
        ] {
            assert_eq!(resolved(typed, NOW), Err(WhenError::Past(shown.into())), "{typed}");
        }
        assert_eq!(resolved("2126-12-01 18:30", NOW), Err(WhenError::FarAhead(2126)));
        assert_eq!(resolved("+900000h", NOW), Err(WhenError::FarAhead(2129)));
        assert!(matches!(
            resolved("tomorrow 02:30", "2026-03-28T12:00:00Z"),
            Err(WhenError::Gap(..))
        ));
        assert!(matches!(
            resolved("2026-10-25 02:30", "2026-03-28T12:00:00Z"),
            Err(WhenError::Fold(..))
        ));
    }
}
