//! A typed time: `next`, `in 2 hours`, `tomorrow 9`, `mon 18:30`, `4 Dec 9:00`, `завтра в 9`.
//!
//! **Invariant**: what [`shown`] prints is read back as the same moment, in a channel of any zone.

use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp};

use super::civil::{TimeError, Typed};
use super::error::WhenError;
use super::parts::{Day, PartError, Parts};
use super::slot;
use super::words;
use crate::language::BotLanguage;
use crate::limits;

/// A typed time, before it is resolved in a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    moment: Moment,
    /// The zone, if one was typed; otherwise it is the channel's.
    zone: Option<TimeZone>,
    /// The same time of day in UTC, as [`beside_utc`] prints it.
    utc: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Moment {
    /// The channel's next free slot.
    Next,
    /// After a duration from now.
    After(SignedDuration),
    /// An instant.
    At(Timestamp),
    /// A time of day on a day; the day of the week that was typed beside a date must be the date's.
    On(Day, Time, Option<usize>),
}

/// A resolved time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The instant.
    pub at: Timestamp,
    /// The civil time, if one was typed.
    pub civil: Option<DateTime>,
}

/// A time as telepress prints it, in a zone: `2026-12-01 18:30 Europe/Berlin`; with seconds if it has some, and with the offset
/// where the clocks show the time twice.
#[must_use]
pub fn shown(at: Timestamp, zone: &TimeZone) -> String {
    formatted(at, zone, "%F %H:%M")
}

/// The same as [`shown`] in the form of a language, which is read back too.
#[must_use]
pub fn shown_in(at: Timestamp, zone: &TimeZone, language: BotLanguage) -> String {
    formatted(at, zone, words::format(language))
}

/// A time in a format with `%H:%M`, and its zone.
fn formatted(at: Timestamp, zone: &TimeZone, format: &str) -> String {
    let zoned = at.to_zoned_datetime(zone.clone());
    let has_seconds = zoned.second() != 0;
    let format = format.replace("%H:%M", if has_seconds { "%H:%M:%S" } else { "%H:%M" });
    let ambiguous = zone.to_ambiguous_timestamp(zoned.datetime());
    let zone = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => "%:Q",
        AmbiguousOffset::Gap { .. } | AmbiguousOffset::Fold { .. } => "%:z",
    };
    zoned.strftime(&format!("{format} {zone}")).to_string()
}

/// A moment in the past, to the second.
#[must_use]
pub fn shown_to_second(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%F %H:%M:%S %:Q").to_string()
}

/// The minute that contains a time, for times that are not typed again.
#[must_use]
pub fn to_minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at)
}

/// The same as [`shown`] with the day of the week.
#[must_use]
pub fn shown_with_day(at: Timestamp, zone: &TimeZone) -> String {
    format!("{} {}", at.to_zoned_datetime(zone.clone()).strftime("%a"), shown(at, zone))
}

/// What is printed beside a time in another zone: ` (08:00 UTC)`, with the date if it is another one.
#[must_use]
pub fn beside_utc(at: Timestamp, zone: &TimeZone) -> String {
    if *zone == TimeZone::UTC {
        return String::new();
    }
    let is_same_day =
        at.to_zoned_datetime(zone.clone()).date() == at.to_zoned_datetime(TimeZone::UTC).date();
    at.strftime(if is_same_day { " (%H:%M UTC)" } else { " (%F %H:%M UTC)" }).to_string()
}

/// A typed time without what [`beside_utc`] prints, and the time of day in that.
fn without_utc(text: &str) -> (&str, Option<Time>) {
    let beside = text.strip_suffix(" UTC)").and_then(|text| text.rsplit_once(" ("));
    let time = beside.and_then(|(_, utc)| slot::time_of_day(utc.split(' ').next_back()?));
    match (beside, time) {
        (Some((text, _)), Some(time)) => (text, Some(time)),
        _ => (text, None),
    }
}

impl FromStr for When {
    type Err = WhenError;

    fn from_str(typed: &str) -> Result<Self, WhenError> {
        let (text, utc) = without_utc(typed.trim());
        let plain = |moment| Self { moment, zone: None, utc };
        let unreadable = || WhenError::Unreadable(text.to_owned());
        if let Ok(at) = text.replacen(' ', "T", 1).parse::<Timestamp>() {
            return Ok(plain(Moment::At(at)));
        }
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|c| !c.is_empty())
            .collect();
        let beside_at: Vec<&str> =
            words.iter().copied().filter(|word| !words::is_at(word)).collect();
        if words::is_next(&beside_at) {
            return Ok(plain(Moment::Next));
        }
        if let Some(span) = lower.strip_prefix('+') {
            let span = words::duration(&span.split_whitespace().collect::<Vec<_>>());
            let exact = text.strip_prefix('+').and_then(|span| duration(span.trim()));
            let length = exact.or_else(|| duration(&span?));
            return length.map(Moment::After).map(plain).ok_or_else(unreadable);
        }
        let lasting = words.split_first().filter(|(first, _)| words::is_in(first));
        let lasting = lasting.map(|(_, rest)| rest);
        let is_length = lasting.is_some() || lower.contains(|c: char| c.is_ascii_digit());
        let span = words::duration(lasting.unwrap_or(&words)).filter(|_| is_length);
        // «Через день» means in a day, in two days, or every other day.
        if lasting == Some(&["день"]) {
            return Err(unreadable());
        }
        if let Some(span) = span {
            return duration(&span).map(Moment::After).map(plain).ok_or_else(unreadable);
        }
        if words.first().is_some_and(|word| words::is_in(word)) {
            return Err(unreadable());
        }
        let parts = Parts::read(&words).map_err(|error| match error {
            PartError::Unreadable => unreadable(),
            PartError::Known(error) => error,
        })?;
        let moment = match (parts.day, parts.time) {
            (day, Some(time)) => Moment::On(day.unwrap_or(Day::Ahead(0)), time, parts.weekday),
            (Some(_), None) => return Err(WhenError::NoTimeOfDay(text.to_owned())),
            (None, None) => return Err(unreadable()),
        };
        Ok(Self { moment, zone: parts.zone, utc })
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
    /// The time of day, if nothing but that was typed.
    #[must_use]
    pub fn time_of_day(&self) -> Option<Time> {
        match (&self.moment, &self.zone) {
            (Moment::On(Day::Ahead(0), time, None), None) => Some(*time),
            _ => None,
        }
    }

    /// The instant in a channel's zone, relative to `now`; `None` for `next`, which depends on the channel's slots.
    ///
    /// # Errors
    /// For a time that has passed, that the clocks skip or show twice, or that is too far ahead.
    pub fn resolve(
        &self,
        channel: &TimeZone,
        now: Timestamp,
    ) -> Result<Option<Resolved>, WhenError> {
        let zone = self.zone.as_ref().unwrap_or(channel);
        let mut resolved = match &self.moment {
            Moment::Next => return Ok(None),
            Moment::After(duration) => Resolved { at: after(*duration, now)?, civil: None },
            Moment::At(at) => Resolved { at: *at, civil: None },
            Moment::On(day, time, weekday) => {
                let found = on(*day, *time, zone, now)?;
                let date = found.at.to_zoned_datetime(zone.clone()).date();
                if weekday.is_some_and(|weekday| index(date.weekday()) != weekday) {
                    return Err(WhenError::OtherWeekday(date));
                }
                found
            }
        };
        let utc = resolved.at.to_zoned_datetime(TimeZone::UTC).time();
        if self
            .utc
            .is_some_and(|typed| (typed.hour(), typed.minute()) != (utc.hour(), utc.minute()))
        {
            return Err(WhenError::OtherUtc(shown(resolved.at, &TimeZone::UTC)));
        }
        // This checks the year of instants too.
        Typed::Instant(resolved.at)
            .resolve(zone, now)
            .map_err(|error| when_error(&error, resolved.civil))?;
        if resolved.at <= now {
            return Err(WhenError::Past(shown(resolved.at, zone)));
        }
        if zone != channel {
            resolved.civil = None;
        }
        Ok(Some(resolved))
    }
}

/// The time after a duration. One of whole minutes ends at a full minute, so that it can be printed without seconds, and one of
/// whole seconds at a full second.
fn after(duration: SignedDuration, now: Timestamp) -> Result<Timestamp, WhenError> {
    let exact = now.checked_add(duration).map_err(|_| WhenError::OutOfRange)?;
    if duration.subsec_nanos() != 0 {
        return Ok(exact);
    }
    let unit = if duration.as_secs() % 60 == 0 { 60 } else { 1 };
    let second = exact.as_second() + i64::from(exact.subsec_nanosecond() > 0);
    let rounded = second + (unit - second.rem_euclid(unit)) % unit;
    Timestamp::from_second(rounded).map_err(|_| WhenError::OutOfRange)
}

/// A time of day on a day.
fn on(day: Day, time: Time, zone: &TimeZone, now: Timestamp) -> Result<Resolved, WhenError> {
    let today = now.to_zoned_datetime(zone.clone()).date();
    let at = |date: Date| in_zone(date.to_datetime(time), zone, now);
    let ahead = |days: i32| {
        at(today.checked_add(Span::new().days(days)).map_err(|_| WhenError::OutOfRange)?)
    };
    match day {
        Day::Date(date) => at(date),
        Day::Ahead(days) => ahead(days),
        Day::Named(day) => {
            let day = i32::try_from(day).map_err(|_| WhenError::OutOfRange)?;
            let today = i32::from(today.weekday().since(Weekday::Monday));
            let days = (day - today).rem_euclid(7);
            let found = ahead(days)?;
            if found.at > now { Ok(found) } else { ahead(days + 7) }
        }
        Day::InYear { month, day } => {
            let in_year = |year: i16| Date::new(year, month, day).ok();
            // A date that has just passed is probably a mistake, and one that passed long ago is next year's.
            let recent = today.checked_sub(Span::new().days(limits::RECENT_DAYS));
            let recent = recent.map_err(|_| WhenError::OutOfRange)?;
            let mut dates = (today.year() - 1..).take(9).filter_map(in_year);
            at(dates.find(|date| *date >= recent).ok_or(WhenError::OutOfRange)?)
        }
    }
}

fn index(day: Weekday) -> usize {
    usize::try_from(day.since(Weekday::Monday)).unwrap_or_default()
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
    fn german_times_are_resolved() {
        for (typed, expected) in [
            ("nächster", "next"),
            ("nächster Sendeplatz", "next"),
            ("in 2 Stunden", "2026-11-25T19:00:00Z"),
            ("in 3 Std.", "2026-11-25T20:00:00Z"),
            ("in einer Stunde", "2026-11-25T18:00:00Z"),
            ("in einer halben Stunde", "2026-11-25T17:30:00Z"),
            ("in 2 Tagen", "2026-11-27T17:00:00Z"),
            ("19 Uhr", "2026-11-25T18:00:00Z"),
            ("heute um 18:30", "2026-11-25T17:30:00Z"),
            ("morgen um 9", "2026-11-26T08:00:00Z"),
            ("übermorgen 9 Uhr", "2026-11-27T08:00:00Z"),
            ("am Montag um 9 Uhr", "2026-11-30T08:00:00Z"),
            ("Mo. 9:00", "2026-11-30T08:00:00Z"),
            ("Do, 3. Dezember, 9:00 Uhr", "2026-12-03T08:00:00Z"),
            ("am 4. Dez. 9:00", "2026-12-04T08:00:00Z"),
            ("5. März um 9", "2027-03-05T08:00:00Z"),
            ("01.12.2026, 18:30 Uhr", "2026-12-01T17:30:00Z"),
        ] {
            assert_eq!(resolved(typed, NOW).as_deref(), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn typed_times_are_resolved() {
        for (typed, expected) in [
            ("next", "next"),
            (" Next ", "next"),
            ("next slot", "next"),
            ("следующий слот", "next"),
            ("в след", "next"),
            ("+2h", "2026-11-25T19:00:00Z"),
            ("+ 1h 30m", "2026-11-25T18:30:00Z"),
            ("+90m", "2026-11-25T18:30:00Z"),
            ("+2d", "2026-11-27T17:00:00Z"),
            ("2d", "2026-11-27T17:00:00Z"),
            ("1h30m", "2026-11-25T18:30:00Z"),
            ("in 2 hours", "2026-11-25T19:00:00Z"),
            ("in an hour", "2026-11-25T18:00:00Z"),
            ("in half an hour", "2026-11-25T17:30:00Z"),
            ("in 90 seconds", "2026-11-25T17:01:30Z"),
            ("через 2 часа", "2026-11-25T19:00:00Z"),
            ("через час", "2026-11-25T18:00:00Z"),
            ("через 1ч 30 мин", "2026-11-25T18:30:00Z"),
            ("через полчаса", "2026-11-25T17:30:00Z"),
            ("через 3 дня", "2026-11-28T17:00:00Z"),
            ("+2ч", "2026-11-25T19:00:00Z"),
            ("18:30", "2026-11-25T17:30:00Z"),
            ("10:40 pm", "2026-11-25T21:40:00Z"),
            ("10:40PM", "2026-11-25T21:40:00Z"),
            ("at 19", "2026-11-25T18:00:00Z"),
            ("18.30", "2026-11-25T17:30:00Z"),
            ("29.11. 9.30", "2026-11-29T08:30:00Z"),
            ("tomorrow noon", "2026-11-26T11:00:00Z"),
            ("завтра в полдень", "2026-11-26T11:00:00Z"),
            ("midnight", "2026-11-25T23:00:00Z"),
            ("в 18:30", "2026-11-25T17:30:00Z"),
            ("today 23:59", "2026-11-25T22:59:00Z"),
            ("сегодня 18:30", "2026-11-25T17:30:00Z"),
            ("tomorrow 09:00", "2026-11-26T08:00:00Z"),
            ("Tomorrow 9:00", "2026-11-26T08:00:00Z"),
            ("tomorrow 9", "2026-11-26T08:00:00Z"),
            ("tomorrow at 12am", "2026-11-25T23:00:00Z"),
            ("tomorrow 12 pm", "2026-11-26T11:00:00Z"),
            ("9am tomorrow", "2026-11-26T08:00:00Z"),
            ("завтра в 9", "2026-11-26T08:00:00Z"),
            ("завтра в 9 вечера", "2026-11-26T20:00:00Z"),
            ("послезавтра 9:00", "2026-11-27T08:00:00Z"),
            ("mon 09:00", "2026-11-30T08:00:00Z"),
            ("on Monday at 9", "2026-11-30T08:00:00Z"),
            ("wed 18:30", "2026-11-25T17:30:00Z"),
            ("wednesday 09:00", "2026-12-02T08:00:00Z"),
            ("во вторник в 10:00", "2026-12-01T09:00:00Z"),
            ("пт 18:30", "2026-11-27T17:30:00Z"),
            ("29.11. 9:00", "2026-11-29T08:00:00Z"),
            ("29.11 9:00", "2026-11-29T08:00:00Z"),
            ("29.11.2026 9:00", "2026-11-29T08:00:00Z"),
            ("29.11.26 9:00", "2026-11-29T08:00:00Z"),
            ("4 Dec 9:00", "2026-12-04T08:00:00Z"),
            ("Dec 4, 9am", "2026-12-04T08:00:00Z"),
            ("4th December 2027 at 9", "2027-12-04T08:00:00Z"),
            ("Fri, 4 Dec 2026 9:00", "2026-12-04T08:00:00Z"),
            ("4 декабря в 9:00", "2026-12-04T08:00:00Z"),
            ("25/12 9:00", "2026-12-25T08:00:00Z"),
            ("5/5 9:00", "2027-05-05T07:00:00Z"),
            ("1 Jan 9:00", "2027-01-01T08:00:00Z"),
            ("29 Feb 9:00", "2028-02-29T08:00:00Z"),
            ("2026-12-01 18:30", "2026-12-01T17:30:00Z"),
            ("2026-12-01T18:30", "2026-12-01T17:30:00Z"),
            ("2026-12-01 18:30:30", "2026-12-01T17:30:30Z"),
            ("2026-12-01T18:30+03:00", "2026-12-01T15:30:00Z"),
            ("2026-12-01 18:30Z", "2026-12-01T18:30:00Z"),
            ("tue 18:30+03:00", "2026-12-01T15:30:00Z"),
            ("Tue 2026-12-01 18:30 Europe/Moscow", "2026-12-01T15:30:00Z"),
            ("tomorrow 9:00 UTC", "2026-11-26T09:00:00Z"),
        ] {
            assert_eq!(resolved(typed, NOW), Ok(expected.to_owned()), "{typed}");
        }
    }

    #[test]
    fn texts_that_are_not_times_are_refused() {
        for typed in [
            "",
            "soon",
            "+",
            "+2",
            "-2h",
            "+-2h",
            "25:00",
            "13pm",
            "0 am",
            "9",
            "hour",
            "in",
            "in 2",
            "2026-13-01 10:00",
            "1 2 3",
            "next mon 9:00",
            "tomorrow mon 9:00",
            "tomorrow 9:00 10:00",
            "завтра утром в 9:00",
            "через",
            "через пять минут",
            "через день",
            "через 2 часа завтра",
            "следующий вторник",
        ] {
            let error = Err(WhenError::Unreadable(typed.trim().into()));
            assert_eq!(resolved(typed, NOW), error, "{typed}");
        }
        for typed in ["tomorrow", "завтра", "mon", "4 Dec", "2026-12-01", "29.11."] {
            assert_eq!(resolved(typed, NOW), Err(WhenError::NoTimeOfDay(typed.into())));
        }
        for typed in ["31.02. 9:00", "2026-02-30T10:00", "13/13 9:00", "9.30"] {
            assert!(resolved(typed, NOW).is_err(), "{typed}");
        }
    }

    #[test]
    fn ambiguous_date_shows_both_readings() {
        for typed in ["03/04 9:00", "3/4/2027 9:00"] {
            let error = resolved(typed, NOW).unwrap_err();
            let date = typed.split(' ').next().unwrap();
            assert_eq!(error.to_string(), format!("`{date}` can mean 3 Apr or 4 Mar"));
            assert_eq!(error.hint(true), "write \"3 Apr\" or \"4 Mar\"");
        }
        let error = resolved("Mon, 4 Dec 9:00", NOW).unwrap_err();
        assert_eq!(error.to_string(), "2026-12-04 is not on the day of the week that you typed");
    }

    #[test]
    fn hint_names_slots_only_where_there_are_some() {
        for typed in ["soon", "tomorrow"] {
            let error = resolved(typed, NOW).unwrap_err();
            assert!(error.hint(true).contains("`next`"), "{typed}");
            assert!(!error.hint(false).contains("next"), "{typed}");
        }
    }

    #[test]
    fn past_and_unclear_times_are_refused() {
        for (typed, shown) in [
            ("17:00", "2026-11-25 17:00 Europe/Berlin"),
            ("today 18:00", "2026-11-25 18:00 Europe/Berlin"),
            ("2026-11-25 17:59", "2026-11-25 17:59 Europe/Berlin"),
            ("24 Nov 9:00", "2026-11-24 09:00 Europe/Berlin"),
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

    #[test]
    fn time_in_utc_beside_a_time_must_be_the_same_moment() {
        let typed = "2026-12-01 09:00 Europe/Berlin (08:00 UTC)";
        assert_eq!(resolved(typed, NOW), Ok("2026-12-01T08:00:00Z".to_owned()));
        let other = resolved("2026-12-01 09:00 Europe/Berlin (09:00 UTC)", NOW);
        assert_eq!(other, Err(WhenError::OtherUtc("2026-12-01 08:00 UTC".to_owned())));
    }

    #[test]
    fn durations_of_whole_minutes_end_at_a_full_minute() {
        let now = "2026-11-25T17:00:37.5Z";
        assert_eq!(resolved("+2h", now), Ok("2026-11-25T19:01:00Z".to_owned()));
        assert_eq!(resolved("+10s", now), Ok("2026-11-25T17:00:48Z".to_owned()));
        assert_eq!(resolved("+50ms", now), Ok("2026-11-25T17:00:37.55Z".to_owned()));
        assert_eq!(resolved("+10s", NOW), Ok("2026-11-25T17:00:10Z".to_owned()));
    }

    #[test]
    fn time_that_the_clocks_show_twice_is_printed_with_its_offset() {
        let zone = jiff::tz::db().get("Europe/Berlin").unwrap();
        let shown = |at: &str| shown(at.parse().unwrap(), &zone);
        assert_eq!(shown("2026-10-25T00:30:00Z"), "2026-10-25 02:30 +02:00");
        assert_eq!(shown("2026-10-25T01:30:00Z"), "2026-10-25 02:30 +01:00");
        assert_eq!(shown("2026-10-25T02:30:30Z"), "2026-10-25 03:30:30 Europe/Berlin");
    }

    const ZONES: [&str; 6] = [
        "UTC",
        "Europe/Berlin",
        "Asia/Kolkata",
        "America/Argentina/Buenos_Aires",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
    ];

    proptest::proptest! {
        #[test]
        fn printed_time_is_read_back_as_the_same_moment(
            ahead in 1_i64..157_000_000,
            printed in 0..7_usize,
            channel in 0..6_usize,
        ) {
            let zone = |name: &str| jiff::tz::db().get(name).unwrap();
            let now: Timestamp = NOW.parse().unwrap();
            let at = now.checked_add(SignedDuration::from_secs(ahead)).unwrap();
            let printed = ZONES.get(printed).map_or_else(
                || TimeZone::fixed(jiff::tz::Offset::from_seconds(-12_600).unwrap()),
                |name| zone(name),
            );
            let channel = zone(ZONES[channel]);
            let in_languages = BotLanguage::ALL.map(|language| shown_in(at, &printed, language));
            let confirmed = shown_with_day(at, &printed) + &beside_utc(at, &printed);
            let plain =
                [shown(at, &printed), shown_with_day(at, &printed), confirmed, at.to_string()];
            for text in in_languages.into_iter().chain(plain) {
                let when: When = text.parse().unwrap();
                let read = when.resolve(&channel, now).unwrap().unwrap();
                proptest::prop_assert_eq!(read.at, at, "{}", text);
            }
        }

        #[test]
        fn no_text_causes_a_panic(text in "(?s).{0,40}", words in "[0-9a-zа-я:./+ -]{0,30}") {
            let now: Timestamp = NOW.parse().unwrap();
            for text in [text, words] {
                if let Ok(when) = text.parse::<When>() {
                    let _ = when.resolve(&TimeZone::UTC, now);
                }
            }
        }
    }
}
