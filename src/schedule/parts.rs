//! Reads a typed day, time of day and zone, in any order.

use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

use super::error::WhenError;
use super::slot;
use super::words::{self, HalfDay};

/// A typed day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// So many days from today.
    Ahead(i32),
    /// The next day with this index from Monday: today if the time is still to come.
    Named(usize),
    /// A date.
    Date(Date),
    /// A date whose year was left out.
    InYear { month: i8, day: i8 },
}

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) day: Option<Day>,
    /// A day of the week beside a date, which must be the date's.
    pub(super) weekday: Option<usize>,
    pub(super) time: Option<Time>,
    pub(super) zone: Option<TimeZone>,
    /// An hour without minutes, which counts only beside a day or a preposition.
    hour: Option<i8>,
    has_preposition: bool,
    /// The word for midnight was typed. Without a day it is that of the coming night.
    is_midnight: bool,
}

/// Why the parts cannot be read.
pub(super) enum PartError {
    Unreadable,
    Known(WhenError),
}

impl Parts {
    /// Reads words in lower case.
    pub(super) fn read(words: &[&str]) -> Result<Self, PartError> {
        let split: Vec<String> = words.iter().flat_map(|word| split(word)).collect();
        let mut words = split.iter().map(String::as_str).peekable();
        let mut parts = Self::default();
        while let Some(word) = words.next() {
            if words::is_at(word) {
                parts.has_preposition = true;
                continue;
            }
            if words::is_on(word) {
                continue;
            }
            let next = words.peek().copied();
            let used = parts.add(word, next)?;
            if used {
                words.next();
                if parts.add_year(words.peek().copied()) {
                    words.next();
                }
            }
        }
        parts.with_hour()
    }

    /// Adds a word; returns whether the next one belongs to it.
    fn add(&mut self, word: &str, next: Option<&str>) -> Result<bool, PartError> {
        if let Some(days) = words::days_ahead(word) {
            return self.add_day(Day::Ahead(days)).map(|()| false);
        }
        if let Some(weekday) = words::weekday(word) {
            let is_first = self.weekday.replace(weekday).is_none();
            return if is_first { Ok(false) } else { Err(PartError::Unreadable) };
        }
        if let Some((day, month)) = day_and_month(word, next) {
            return self.add_day(Day::InYear { month, day }).map(|()| true);
        }
        if let Some(date) = numeric_date(word)? {
            return self.add_day(date).map(|()| false);
        }
        if let Some(zone) = zone(word) {
            let is_first = self.zone.replace(zone).is_none();
            return if is_first { Ok(false) } else { Err(PartError::Unreadable) };
        }
        self.add_time(word, next)
    }

    fn add_day(&mut self, day: Day) -> Result<(), PartError> {
        if self.day.replace(day).is_some() {
            return Err(PartError::Unreadable);
        }
        Ok(())
    }

    /// The year after `4 Dec`; returns whether the word is one.
    fn add_year(&mut self, next: Option<&str>) -> bool {
        let Some(Day::InYear { month, day }) = self.day else { return false };
        let year = next.filter(|word| word.len() == 4).and_then(|word| word.parse().ok());
        let Some(date) = year.and_then(|year| Date::new(year, month, day).ok()) else {
            return false;
        };
        self.day = Some(Day::Date(date));
        true
    }

    fn add_time(&mut self, word: &str, next: Option<&str>) -> Result<bool, PartError> {
        if self.time.is_some() || self.hour.is_some() {
            return Err(PartError::Unreadable);
        }
        if let Some(hour) = words::named_hour(word) {
            self.time = Time::new(hour, 0, 0, 0).ok();
            self.is_midnight = hour == 0;
            return Ok(false);
        }
        let (clock, half, used) = if let Some(half) = next.and_then(words::half_day) {
            (word, Some(half), true)
        } else {
            let letters = word.find(|c: char| c.is_alphabetic()).unwrap_or(word.len());
            let (clock, half) = word.split_at_checked(letters).unwrap_or((word, ""));
            let half = match half {
                "" => None,
                half => Some(words::half_day(half).ok_or(PartError::Unreadable)?),
            };
            (clock, half, false)
        };
        let hour = || {
            let is_hour = matches!(clock.len(), 1 | 2) && clock.bytes().all(|b| b.is_ascii_digit());
            clock.parse::<i8>().ok().filter(|hour| is_hour && *hour < 24)
        };
        let time = slot::time_of_day(clock).or_else(|| with_dot(clock));
        let bare = hour().filter(|_| time.is_none());
        match (time, bare, half) {
            (Some(time), _, None) => self.time = Some(time),
            (None, Some(hour), None) => self.hour = Some(hour),
            (time, hour, Some(half)) => {
                let time = time.or_else(|| Time::new(hour?, 0, 0, 0).ok());
                let time = time.and_then(|time| in_half(time, half));
                self.time = Some(time.ok_or(PartError::Unreadable)?);
            }
            (None, None, None) => return Err(PartError::Unreadable),
        }
        Ok(used)
    }

    /// Takes an hour without minutes as a time, and a day of the week without a date as the day.
    fn with_hour(mut self) -> Result<Self, PartError> {
        match (self.day, self.weekday) {
            (None, Some(weekday)) => {
                self.day = Some(Day::Named(weekday));
                self.weekday = None;
            }
            (Some(Day::Ahead(_) | Day::Named(_)), Some(_)) => return Err(PartError::Unreadable),
            (_, _) => {}
        }
        if self.is_midnight && self.day.is_none() {
            self.day = Some(Day::Ahead(1));
        }
        if let Some(hour) = self.hour.take() {
            if self.day.is_none() && !self.has_preposition {
                return Err(PartError::Unreadable);
            }
            self.time = Time::new(hour, 0, 0, 0).ok();
        }
        Ok(self)
    }
}

/// `9.30`, which many write for `9:30`.
fn with_dot(clock: &str) -> Option<Time> {
    let is_alone = clock.matches('.').count() == 1;
    is_alone.then(|| slot::time_of_day(&clock.replace('.', ":"))).flatten()
}

/// An hour of the twelve hours of half a day.
fn in_half(time: Time, half: HalfDay) -> Option<Time> {
    let hour = match (time.hour(), half) {
        (12, HalfDay::Morning) => 0,
        (12, HalfDay::Afternoon) => 12,
        (hour @ 1..=11, HalfDay::Morning) => hour,
        (hour @ 1..=11, HalfDay::Afternoon) => hour + 12,
        _ => return None,
    };
    Time::new(hour, time.minute(), time.second(), 0).ok()
}

/// Separates the date from the time in `2026-12-01t18:30`, and the offset from the time in `18:30+03:00`.
fn split(word: &str) -> Vec<String> {
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return vec![word.to_owned()];
    }
    let (date, clock) = match word.split_once('t') {
        Some((date, clock)) if date.contains('-') => (Some(date), clock),
        _ => (None, word),
    };
    let at =
        clock.find(['+', '-', 'z']).filter(|at| clock.find(':').is_some_and(|colon| colon < *at));
    let (clock, offset) = match at.and_then(|at| clock.split_at_checked(at)) {
        Some((clock, offset)) => (clock, Some(offset)),
        None => (clock, None),
    };
    let words = date.into_iter().chain([clock]).chain(offset);
    words.map(str::to_owned).collect()
}

/// `4 dec`, `dec 4`, `4th december`, `4 декабря`.
fn day_and_month(word: &str, next: Option<&str>) -> Option<(i8, i8)> {
    let next = next?;
    let day = |word: &str| {
        let number = word.trim_end_matches(|c: char| c.is_alphabetic() || c == '.');
        let rest = word.get(number.len()..)?;
        let is_ordinal = matches!(rest, "" | ".") || words::is_ordinal(rest);
        number.parse::<i8>().ok().filter(|day| is_ordinal && (1..=31).contains(day))
    };
    day(word).zip(words::month(next)).or_else(|| day(next).zip(words::month(word)))
}

/// `2026-12-01`, `29.11.`, `29.11`, `29.11.2026`, `29.11.26`, `25/12`.
fn numeric_date(word: &str) -> Result<Option<Day>, PartError> {
    if let Some(date) = iso(word) {
        return Ok(Some(Day::Date(date)));
    }
    let separator = if word.contains('/') { '/' } else { '.' };
    let numbers = word.strip_suffix('.').unwrap_or(word).split(separator);
    let numbers: Option<Vec<i16>> = numbers.map(|number| number.parse().ok()).collect();
    let Some(numbers) = numbers else { return Ok(None) };
    let (first, second, year) = match numbers.as_slice() {
        [first, second] => (*first, *second, None),
        [year @ 1000..=9999, month, day] => (*day, *month, Some(*year)),
        [first, second, year @ 0..=99] => (*first, *second, Some(2000 + year)),
        [first, second, year @ 1000..=9999] => (*first, *second, Some(*year)),
        _ => return Ok(None),
    };
    let of = |day: i16, month: i16| Some((i8::try_from(day).ok()?, i8::try_from(month).ok()?));
    let is_valid = |(day, month): &(i8, i8)| Date::new(2024, *month, *day).is_ok();
    let read = |day, month| of(day, month).filter(is_valid);
    let (day, month) = match (separator, read(first, second), read(second, first)) {
        ('/', Some(one), Some(other)) if one != other => {
            return Err(PartError::Known(WhenError::Ambiguous(word.to_owned(), one, other)));
        }
        ('/', one, other) => one.or(other).ok_or(PartError::Known(WhenError::OutOfRange))?,
        // No month has this number, but an hour has this minute.
        (_, None, _) if year.is_none() && with_dot(word).is_some() => return Ok(None),
        (_, one, _) => one.ok_or(PartError::Known(WhenError::OutOfRange))?,
    };
    let Some(year) = year else { return Ok(Some(Day::InYear { month, day })) };
    let date = Date::new(year, month, day).map_err(|_| PartError::Known(WhenError::OutOfRange))?;
    Ok(Some(Day::Date(date)))
}

fn iso(word: &str) -> Option<Date> {
    let is_iso = word.len() == 10 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    is_iso.then(|| word.parse().ok()).flatten()
}

/// A zone by its name or offset: `utc`, `europe/berlin`, `+03:00`.
fn zone(word: &str) -> Option<TimeZone> {
    if matches!(word, "utc" | "gmt" | "z") {
        return Some(TimeZone::UTC);
    }
    // The database is used only as a table of names.
    if word.contains('/') && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return TimeZone::get(word).ok();
    }
    let (sign, digits) = match word.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, word.strip_prefix(['-', '−'])?),
    };
    let digits = digits.replace(':', "");
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<i32>().ok());
    let (hours, minutes) = match digits.len() {
        2 => (number(Some(&digits))?, 0),
        4 => (number(digits.get(..2))?, number(digits.get(2..))?),
        _ => return None,
    };
    let seconds = sign * (hours * 3600 + minutes * 60);
    Offset::from_seconds(seconds).ok().map(TimeZone::fixed)
}
