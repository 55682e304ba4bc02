//! Resolves a time in a post file to an instant. It never guesses a zone, and reports every gap and fold of daylight-saving time (DST).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use toml::value::{Datetime, Offset as TomlOffset};

use crate::limits;

/// A typed time: an instant if it has an offset, otherwise a civil time that needs a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// An instant.
    Instant(Timestamp),
    /// A civil time.
    Civil(DateTime),
}

/// Why a time cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeError {
    /// A date without a time, a time without a date, a leap second, or out of range, with a message.
    NotATime(&'static str),
    /// The year is too far ahead.
    FarAhead(i16),
    /// The zone's clocks skip this time; the two possible readings.
    Gap(String, String),
    /// The zone's clocks show this time twice; both readings.
    Fold(String, String),
}

/// Reads a TOML date-time.
///
/// # Errors
/// [`TimeError::NotATime`].
pub fn read(value: &Datetime) -> Result<Typed, TimeError> {
    let (Some(date), Some(time)) = (value.date, value.time) else {
        let what =
            if value.date.is_some() { "the time of day is missing" } else { "the date is missing" };
        return Err(TimeError::NotATime(what));
    };
    if time.second == Some(60) {
        return Err(TimeError::NotATime("leap seconds are not scheduled"));
    }
    let out_of_range = TimeError::NotATime("there is no such date or time");
    let civil = civil(date, time).ok_or_else(|| out_of_range.clone())?;
    match value.offset {
        None => Ok(Typed::Civil(civil)),
        Some(offset) => {
            let seconds = match offset {
                TomlOffset::Z => 0,
                TomlOffset::Custom { minutes } => i32::from(minutes) * 60,
            };
            let offset = Offset::from_seconds(seconds).map_err(|_| out_of_range.clone())?;
            offset.to_timestamp(civil).map(Typed::Instant).map_err(|_| out_of_range)
        }
    }
}

fn civil(date: toml::value::Date, time: toml::value::Time) -> Option<DateTime> {
    DateTime::new(
        i16::try_from(date.year).ok()?,
        i8::try_from(date.month).ok()?,
        i8::try_from(date.day).ok()?,
        i8::try_from(time.hour).ok()?,
        i8::try_from(time.minute).ok()?,
        i8::try_from(time.second.unwrap_or_default()).ok()?,
        i32::try_from(time.nanosecond.unwrap_or_default()).ok()?,
    )
    .ok()
}

impl Typed {
    /// The instant of this time; a civil time is in `zone`.
    ///
    /// # Errors
    /// For a gap, a fold, or a year too far ahead.
    pub fn resolve(self, zone: &TimeZone, now: Timestamp) -> Result<Timestamp, TimeError> {
        let instant = match self {
            Self::Instant(instant) => instant,
            Self::Civil(civil) => resolve_civil(civil, zone)?,
        };
        let year = instant.to_zoned_datetime(zone.clone()).year();
        let this_year = now.to_zoned_datetime(zone.clone()).year();
        if year > this_year + limits::PUBLISH_YEARS_AHEAD {
            return Err(TimeError::FarAhead(year));
        }
        Ok(instant)
    }
}

/// The instant of a civil time. A time in a DST gap does not exist, and one in a fold exists twice: both are errors.
fn resolve_civil(civil: DateTime, zone: &TimeZone) -> Result<Timestamp, TimeError> {
    let out_of_range = |_| TimeError::NotATime("there is no such date or time");
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    let with =
        |offset: Offset| format!("{}{}", civil.strftime("%Y-%m-%dT%H:%M:%S"), spelled(offset));
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(civil).map_err(out_of_range),
        AmbiguousOffset::Gap { before, after } => {
            // With the offset before the gap the instant is later, with the offset after the gap it is earlier.
            Err(TimeError::Gap(with(after), with(before)))
        }
        AmbiguousOffset::Fold { before, after } => Err(TimeError::Fold(with(before), with(after))),
    }
}

/// An offset as TOML writes it.
fn spelled(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(civil: &str, zone: &str) -> Result<String, TimeError> {
        let zone = jiff::tz::db().get(zone).unwrap();
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let typed = read(&civil.parse().unwrap())?;
        typed.resolve(&zone, now).map(|instant| instant.to_string())
    }

    #[test]
    fn gaps_and_folds_show_both_readings() {
        for (civil, zone, first, second, fold) in [
            ("2026-03-29T02:30:00", "Europe/Berlin", "+02:00", "+01:00", false),
            ("2026-10-25T02:30:00", "Europe/Berlin", "+02:00", "+01:00", true),
            ("2026-03-08T02:30:00", "America/New_York", "-04:00", "-05:00", false),
            ("2026-11-01T01:30:00", "America/New_York", "-04:00", "-05:00", true),
            ("2026-10-04T02:15:00", "Australia/Lord_Howe", "+11:00", "+10:30", false),
            ("2026-04-05T01:45:00", "Australia/Lord_Howe", "+11:00", "+10:30", true),
            ("2026-03-08T00:30:00", "America/Havana", "-04:00", "-05:00", false),
            ("2026-03-29T00:30:00", "Asia/Beirut", "+03:00", "+02:00", false),
            ("2011-12-30T12:00:00", "Pacific/Apia", "+14:00", "-10:00", false),
            ("2026-02-15T02:30:00", "Africa/Casablanca", "+01:00", "+00:00", true),
            ("2026-03-29T03:30:00", "Europe/Kyiv", "+03:00", "+02:00", false),
        ] {
            let readings = (format!("{civil}{first}"), format!("{civil}{second}"));
            let expected = if fold {
                TimeError::Fold(readings.0, readings.1)
            } else {
                TimeError::Gap(readings.0, readings.1)
            };
            assert_eq!(resolve(civil, zone), Err(expected), "{civil} {zone}");
        }
    }

    #[test]
    fn ordinary_times_become_instants() {
        for (typed, zone, instant) in [
            ("2024-06-19T18:40:00+03:00", "UTC", "2024-06-19T15:40:00Z"),
            ("2024-06-19T18:40:00Z", "Europe/Berlin", "2024-06-19T18:40:00Z"),
            ("2026-03-29T02:30:00", "Europe/Moscow", "2026-03-28T23:30:00Z"),
            ("2026-06-01T12:00:00", "Europe/Berlin", "2026-06-01T10:00:00Z"),
        ] {
            assert_eq!(resolve(typed, zone).as_deref(), Ok(instant), "{typed}");
        }
    }

    #[test]
    fn incomplete_and_impossible_times_are_refused() {
        for typed in ["2024-06-19", "18:40:00", "2016-12-31T23:59:60Z"] {
            assert!(matches!(resolve(typed, "UTC"), Err(TimeError::NotATime(_))), "{typed}");
        }
        assert_eq!(
            resolve("9999-01-01T00:00:00Z", "UTC"),
            Err(TimeError::NotATime("there is no such date or time"))
                .or(Err(TimeError::FarAhead(9999)))
        );
        assert_eq!(resolve("2062-01-01T00:00:00Z", "UTC"), Err(TimeError::FarAhead(2062)));
        assert!(resolve("0001-01-01T00:00:00Z", "UTC").is_ok());
    }
}
