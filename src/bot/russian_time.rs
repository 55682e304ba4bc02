//! Translates times typed in Russian into the words that the schedule reads.

const DAYS: [(&[&str], &str); 9] = [
    (&["сегодня"], "today"),
    (&["завтра"], "tomorrow"),
    (&["пн", "понедельник"], "mon"),
    (&["вт", "вторник"], "tue"),
    (&["ср", "среда", "среду"], "wed"),
    (&["чт", "четверг"], "thu"),
    (&["пт", "пятница", "пятницу"], "fri"),
    (&["сб", "суббота", "субботу"], "sat"),
    (&["вс", "воскресенье"], "sun"),
];

const UNITS: [(&[&str], &str); 3] = [
    (&["ч", "час", "часа", "часов"], "h"),
    (&["м", "мин", "минуту", "минута", "минуты", "минут"], "m"),
    (&["д", "день", "дня", "дней"], "d"),
];

const NEXT: [&str; 4] = ["следующий", "слот", "след", "ближайший"];

/// A time in the schedule's words; a text that is not fully understood stays as it is.
pub(super) fn in_schedule_words(typed: &str) -> String {
    let lower = typed.to_lowercase();
    let words: Vec<&str> =
        lower.split_whitespace().filter(|word| !matches!(*word, "в" | "во" | "на")).collect();
    let has_preposition = words.len() < lower.split_whitespace().count();
    match words.as_slice() {
        [time] if has_preposition && time.contains(':') => (*time).to_owned(),
        words => read(words).unwrap_or_else(|| typed.to_owned()),
    }
}

fn read(words: &[&str]) -> Option<String> {
    match words {
        [first, rest @ ..] if *first == "через" => length(rest),
        [first, rest @ ..] if NEXT.contains(first) => {
            rest.iter().all(|word| NEXT.contains(word)).then(|| "next".to_owned())
        }
        [day, time] => Some(format!("{} {time}", named(&DAYS, day)?)),
        _ => None,
    }
}

/// `2 часа 30 минут`, `2ч`, `час`, `полчаса`.
fn length(words: &[&str]) -> Option<String> {
    if words == ["полчаса"] {
        return Some("+30m".to_owned());
    }
    let mut out = String::from("+");
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = word.split_at_checked(digits)?;
        let unit = match (number, unit) {
            (_, "") => words.next()?,
            (_, unit) => unit,
        };
        let number = if number.is_empty() { "1" } else { number };
        out.extend([number, named(&UNITS, unit)?, " "]);
    }
    (out.len() > 1).then(|| out.trim_end().to_owned())
}

fn named(table: &[(&[&str], &'static str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(words, _)| words.contains(&word)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::When;

    #[test]
    fn times_in_russian_are_times() {
        for (typed, expected) in [
            ("завтра 09:00", "tomorrow 09:00"),
            ("Завтра в 9:00", "tomorrow 9:00"),
            ("сегодня 18:30", "today 18:30"),
            ("во вторник в 10:00", "tue 10:00"),
            ("пт 18:30", "fri 18:30"),
            ("через 2 часа", "+2h"),
            ("через час", "+1h"),
            ("через 1ч 30 мин", "+1h 30m"),
            ("через полчаса", "+30m"),
            ("через 3 дня", "+3d"),
            ("следующий слот", "next"),
            ("в след", "next"),
            ("в 18:30", "18:30"),
        ] {
            let read = in_schedule_words(typed);
            assert_eq!(read, expected, "{typed}");
            assert!(read.parse::<When>().is_ok(), "{read}");
        }
    }

    #[test]
    fn what_is_not_understood_as_a_whole_stays_as_it_was() {
        for typed in [
            "tomorrow 09:00",
            "+2h",
            "2026-12-01 18:30",
            "завтра",
            "завтра утром в 9:00",
            "через",
            "через 2",
            "через пять минут",
            "через 2 часа завтра",
            "следующий вторник",
            "",
        ] {
            assert_eq!(in_schedule_words(typed), typed);
        }
    }
}
