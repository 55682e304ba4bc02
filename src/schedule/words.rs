//! The words of times, from the file of each language: what is typed is understood in all of them. It has no words of its own.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::ids::Language;
use crate::language::BotLanguage;

/// The first reading of an hour such as `9 pm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HalfDay {
    Morning,
    Afternoon,
}

/// The part of a language's file that is read here.
#[derive(Debug, Deserialize)]
struct LanguageFile {
    time: TimeWords,
}

/// The words of a language, typed ones in lower case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TimeWords {
    /// The format of a date.
    date: String,
    /// The format of a time; it contains `%H:%M`.
    shown: String,
    /// A day of a month, with `{day}` and `{month}`.
    day: String,
    /// A date as it is written in a text, with `{day}`, `{month}` and `{year}`.
    written: String,
    /// The names of the months in such a date.
    written_months: [String; 12],
    /// The names of each month, the one beside a day first.
    months: [Vec<String>; 12],
    /// The names of each day of the week, from Monday.
    weekdays: [Vec<String>; 7],
    today: Vec<String>,
    tomorrow: Vec<String>,
    day_after_tomorrow: Vec<String>,
    /// Phrases for the next free slot.
    next_slot: Vec<String>,
    /// Words beside a time of day.
    at: Vec<String>,
    /// Words beside a day.
    on: Vec<String>,
    /// Words before a duration.
    #[serde(rename = "in")]
    ahead: Vec<String>,
    /// Words for the number one before a unit.
    one: Vec<String>,
    /// Phrases for 30 minutes.
    half_an_hour: Vec<String>,
    /// 12:00.
    noon: Vec<String>,
    /// 0:00.
    midnight: Vec<String>,
    morning: Vec<String>,
    afternoon: Vec<String>,
    /// What may follow the number of a day.
    ordinals: Vec<String>,
    seconds: Vec<String>,
    minutes: Vec<String>,
    hours: Vec<String>,
    days: Vec<String>,
    weeks: Vec<String>,
}

static WORDS: LazyLock<Vec<(BotLanguage, TimeWords)>> = LazyLock::new(|| {
    let words = |language: BotLanguage| Some((language, language.words::<LanguageFile>()?.time));
    BotLanguage::ALL.into_iter().filter_map(words).collect()
});

fn all() -> impl Iterator<Item = &'static TimeWords> {
    WORDS.iter().map(|(_, words)| words)
}

/// One of the lists of a language.
type List = fn(&TimeWords) -> &Vec<String>;

/// Whether a list of some language has the word.
fn is_in_list(word: &str, list: List) -> bool {
    all().any(|words| list(words).iter().any(|known| known == word))
}

/// The words of a language; its file can be read, as a test checks.
fn of(language: BotLanguage) -> Option<&'static TimeWords> {
    WORDS.iter().find(|(one, _)| *one == language).map(|(_, words)| words)
}

/// The format of a time in a language.
pub(super) fn format(language: BotLanguage) -> &'static str {
    of(language).map_or("%F %H:%M", |words| words.shown.as_str())
}

/// A date in the form of a language.
#[must_use]
pub fn date_in(date: Date, language: BotLanguage) -> String {
    date.strftime(of(language).map_or("%F", |words| words.date.as_str())).to_string()
}

/// A day of a month as it can be typed: `3 Apr`, `3 апреля`, `3. April`.
#[must_use]
pub fn day_of_month(day: i8, month: i8, language: BotLanguage) -> String {
    let Some(words) = of(language) else { return String::new() };
    let index = usize::try_from(month - 1).unwrap_or_default();
    let month = words.months.get(index).and_then(|names| names.first());
    let month = month.map(String::as_str).unwrap_or_default();
    words.day.replace("{day}", &day.to_string()).replace("{month}", month)
}

/// A date as a text in this language writes it: `1 December 2026`. In a language that has no file it is `2026-12-01`.
#[must_use]
pub fn written_date(date: Date, language: &Language) -> String {
    let code = language.as_str().split('-').next().unwrap_or_default();
    let Some(words) = BotLanguage::named(code).and_then(of) else { return date.to_string() };
    let index = usize::try_from(date.month() - 1).unwrap_or_default();
    let month = words.written_months.get(index).map(String::as_str).unwrap_or_default();
    let (day, year) = (date.day().to_string(), date.year().to_string());
    words.written.replace("{day}", &day).replace("{month}", month).replace("{year}", &year)
}

/// Whether the words ask for the next free slot.
pub(super) fn is_next(words: &[&str]) -> bool {
    is_in_list(&words.join(" "), |words| &words.next_slot)
}

/// Whether a word only leads to a time of day.
pub(super) fn is_at(word: &str) -> bool {
    is_in_list(word, |words| &words.at)
}

/// Whether a word only leads to a day.
pub(super) fn is_on(word: &str) -> bool {
    is_in_list(word, |words| &words.on)
}

/// Whether a word begins a duration.
pub(super) fn is_in(word: &str) -> bool {
    is_in_list(word, |words| &words.ahead)
}

/// Whether this may follow the number of a day.
pub(super) fn is_ordinal(ending: &str) -> bool {
    is_in_list(ending, |words| &words.ordinals)
}

/// How many days ahead a day is.
pub(super) fn days_ahead(word: &str) -> Option<i32> {
    let lists: [(i32, List); 3] = [
        (0, |words| &words.today),
        (1, |words| &words.tomorrow),
        (2, |words| &words.day_after_tomorrow),
    ];
    lists.into_iter().find(|(_, list)| is_in_list(word, *list)).map(|(days, _)| days)
}

/// The hour that a word names: `noon` or `midnight`.
pub(super) fn named_hour(word: &str) -> Option<i8> {
    let lists: [(i8, List); 2] = [(12, |words| &words.noon), (0, |words| &words.midnight)];
    lists.into_iter().find(|(_, list)| is_in_list(word, *list)).map(|(hour, _)| hour)
}

/// The index of a day of the week, from Monday.
pub(super) fn weekday(word: &str) -> Option<usize> {
    let word = word.trim_end_matches('.');
    let is_it = |names: &Vec<String>| names.iter().any(|name| name == word);
    all().find_map(|words| words.weekdays.iter().position(is_it))
}

/// The number of a month; three letters are enough.
pub(super) fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.');
    if word.chars().count() < 3 {
        return None;
    }
    let is_it =
        |names: &Vec<String>| names.iter().any(|name| name.to_lowercase().starts_with(word));
    let found = all().find_map(|words| words.months.iter().position(is_it))?;
    i8::try_from(found + 1).ok()
}

/// The half of the day.
pub(super) fn half_day(word: &str) -> Option<HalfDay> {
    if is_in_list(word, |words| &words.morning) {
        return Some(HalfDay::Morning);
    }
    is_in_list(word, |words| &words.afternoon).then_some(HalfDay::Afternoon)
}

/// The unit of a duration, as `jiff` writes it.
fn unit(word: &str) -> Option<&'static str> {
    let units: [(&str, List); 5] = [
        ("s", |words| &words.seconds),
        ("m", |words| &words.minutes),
        ("h", |words| &words.hours),
        ("d", |words| &words.days),
        ("w", |words| &words.weeks),
    ];
    units.into_iter().find(|(_, list)| is_in_list(word, *list)).map(|(unit, _)| unit)
}

/// A duration in the words of `jiff`: `2h 30m` for `2 часа 30 минут`; `None` if a word is not known.
pub(super) fn duration(words: &[&str]) -> Option<String> {
    if is_in_list(&words.join(" "), |words| &words.half_an_hour) {
        return Some("30m".to_owned());
    }
    let mut out: Vec<String> = Vec::new();
    let mut number = String::new();
    let mut add = |number: &mut String, word: &str| {
        let unit = unit(word)?;
        let count = if number.is_empty() { "1" } else { number.as_str() };
        out.push(format!("{count}{unit}"));
        number.clear();
        Some(())
    };
    for word in words {
        if number.is_empty() && is_in_list(word, |words| &words.one) {
            "1".clone_into(&mut number);
            continue;
        }
        // The point of an abbreviation.
        let mut rest = word.strip_suffix('.').unwrap_or(word);
        while !rest.is_empty() {
            let is_number = |c: char| c.is_ascii_digit() || c == '.';
            let (digits, letters) =
                rest.split_at_checked(rest.find(|c| !is_number(c)).unwrap_or(rest.len()))?;
            if !digits.is_empty() {
                if !number.is_empty() {
                    return None;
                }
                digits.clone_into(&mut number);
            }
            let end = letters.find(is_number).unwrap_or(letters.len());
            let (unit, after) = letters.split_at_checked(end)?;
            if !unit.is_empty() {
                add(&mut number, unit)?;
            }
            rest = after;
        }
    }
    (number.is_empty() && !out.is_empty()).then(|| out.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_words_of_times() {
        for language in BotLanguage::ALL {
            let file: LanguageFile = toml::from_str(language.file()).unwrap();
            assert!(file.time.shown.contains("%H:%M"), "{language:?}");
            for names in file.time.months.iter().chain(&file.time.weekdays) {
                assert!(!names.is_empty(), "{language:?}");
            }
            let shown = day_of_month(3, 4, language);
            let mut words = shown.split(' ');
            let (day, name) = (words.next().unwrap(), words.next().unwrap().to_lowercase());
            assert!(day.starts_with('3') && month(&name) == Some(4), "{shown}");
        }
    }
}
