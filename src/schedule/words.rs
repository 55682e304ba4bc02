//! The words of times in English and Russian.

use super::slot;

/// The first reading of an hour such as `9 pm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HalfDay {
    Morning,
    Afternoon,
}

const MONTHS: [[&str; 3]; 12] = [
    ["january", "января", "январь"],
    ["february", "февраля", "февраль"],
    ["march", "марта", "март"],
    ["april", "апреля", "апрель"],
    ["may", "мая", "май"],
    ["june", "июня", "июнь"],
    ["july", "июля", "июль"],
    ["august", "августа", "август"],
    ["september", "сентября", "сентябрь"],
    ["october", "октября", "октябрь"],
    ["november", "ноября", "ноябрь"],
    ["december", "декабря", "декабрь"],
];

/// From Monday.
const RUSSIAN_DAYS: [&[&str]; 7] = [
    &["пн", "понедельник"],
    &["вт", "вторник"],
    &["ср", "среда", "среду"],
    &["чт", "четверг"],
    &["пт", "пятница", "пятницу"],
    &["сб", "суббота", "субботу"],
    &["вс", "воскресенье"],
];

/// The units of durations, as `jiff` writes them.
const UNITS: [(&str, &[&str]); 5] = [
    (
        "s",
        &[
            "s",
            "sec",
            "secs",
            "second",
            "seconds",
            "с",
            "сек",
            "секунда",
            "секунду",
            "секунды",
            "секунд",
        ],
    ),
    (
        "m",
        &[
            "m",
            "min",
            "mins",
            "minute",
            "minutes",
            "м",
            "мин",
            "минута",
            "минуту",
            "минуты",
            "минут",
        ],
    ),
    ("h", &["h", "hr", "hrs", "hour", "hours", "ч", "час", "часа", "часов"]),
    ("d", &["d", "day", "days", "д", "день", "дня", "дней"]),
    ("w", &["w", "week", "weeks", "н", "нед", "неделя", "неделю", "недели", "недель"]),
];

/// Words for the next free slot.
const NEXT: [&str; 6] = ["next", "slot", "следующий", "слот", "след", "ближайший"];

/// Whether the words ask for the next free slot.
pub(super) fn is_next(words: &[&str]) -> bool {
    !words.is_empty() && words != ["slot"] && words.iter().all(|word| NEXT.contains(word))
}

/// Whether a word only leads to a time of day.
pub(super) fn is_at(word: &str) -> bool {
    matches!(word, "at" | "в" | "во" | "на")
}

/// Whether a word begins a duration.
pub(super) fn is_in(word: &str) -> bool {
    matches!(word, "in" | "через")
}

/// How many days ahead a day is.
pub(super) fn days_ahead(word: &str) -> Option<i32> {
    match word {
        "today" | "сегодня" => Some(0),
        "tomorrow" | "завтра" => Some(1),
        "послезавтра" => Some(2),
        _ => None,
    }
}

/// The index of a day of the week, from Monday.
pub(super) fn weekday(word: &str) -> Option<usize> {
    slot::day(word).or_else(|| RUSSIAN_DAYS.iter().position(|names| names.contains(&word)))
}

/// The number of a month; three letters are enough.
pub(super) fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.');
    if word.chars().count() < 3 {
        return None;
    }
    let found = MONTHS.iter().position(|names| names.iter().any(|name| name.starts_with(word)))?;
    i8::try_from(found + 1).ok()
}

/// A day of a month as it can be typed: `3 Apr`, in Russian `3 апреля`.
#[must_use]
pub fn day_of_month(day: i8, month: i8, in_russian: bool) -> String {
    let month = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index));
    let [english, russian, _] = month.copied().unwrap_or_default();
    let mut letters = english.chars();
    let short = letters.next().map(|first| first.to_uppercase().chain(letters.take(2)).collect());
    let short: String = short.unwrap_or_default();
    format!("{day} {}", if in_russian { russian } else { &short })
}

/// The half of the day.
pub(super) fn half_day(word: &str) -> Option<HalfDay> {
    match word {
        "am" | "a.m." | "утра" => Some(HalfDay::Morning),
        "pm" | "p.m." | "дня" | "вечера" => Some(HalfDay::Afternoon),
        _ => None,
    }
}

/// A duration in the words of `jiff`: `2h 30m` for `2 часа 30 минут`; `None` if a word is not known.
pub(super) fn duration(words: &[&str]) -> Option<String> {
    match words {
        ["полчаса"] | ["half", "an", "hour"] => return Some("30m".to_owned()),
        _ => {}
    }
    let mut out: Vec<String> = Vec::new();
    let mut number = String::new();
    let mut add = |number: &mut String, unit: &str| {
        let (unit, _) = UNITS.iter().find(|(_, names)| names.contains(&unit))?;
        let count = if number.is_empty() { "1" } else { number.as_str() };
        out.push(format!("{count}{unit}"));
        number.clear();
        Some(())
    };
    for word in words {
        if matches!(*word, "a" | "an") && number.is_empty() {
            "1".clone_into(&mut number);
            continue;
        }
        let mut rest = *word;
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
