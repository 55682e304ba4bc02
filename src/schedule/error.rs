//! Why a typed time is refused, and what to write instead.

use jiff::civil::Date;
use thiserror::Error;

use super::words;
use crate::language::BotLanguage;

/// A day and a month.
type DayAndMonth = (i8, i8);

/// Why a typed time is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WhenError {
    /// The text is not a time.
    #[error("`{0}` is not a valid time")]
    Unreadable(String),
    /// A day without a time of day.
    #[error("`{0}` has no time of day")]
    NoTimeOfDay(String),
    /// Two readings of a date.
    #[error("`{0}` can mean {first} or {second}", first = words::day_of_month(.1.0, .1.1, BotLanguage::En), second = words::day_of_month(.2.0, .2.1, BotLanguage::En))]
    Ambiguous(String, DayAndMonth, DayAndMonth),
    /// The date is on another day of the week.
    #[error("{0} is not on the day of the week that you typed")]
    OtherWeekday(Date),
    /// The time in UTC beside it is another moment.
    #[error("this time is {0}, not the time in UTC that you typed beside it")]
    OtherUtc(String),
    /// The time has passed.
    #[error("{0} has passed")]
    Past(String),
    /// The zone's clocks skip this time.
    #[error("the clocks skip {0}; choose {1} or {2}")]
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
    /// The next step for the user; the channels may have slots.
    #[must_use]
    pub fn hint(&self, has_slots: bool) -> String {
        match self {
            Self::Unreadable(_) | Self::OutOfRange => {
                let slot = if has_slots { ", or `next` for the next free slot" } else { "" };
                format!(
                    "write \"18:30\", \"tomorrow 9am\", \"mon 18:30\", \"4 Dec 9:00\", \"2026-12-01 18:30\" or \"in 2 hours\"{slot}"
                )
            }
            Self::NoTimeOfDay(typed) => {
                let slot = if has_slots { ", or `next` for the next free slot" } else { "" };
                format!("add it: \"{typed} 9:00\"{slot}")
            }
            Self::Ambiguous(_, one, other) => {
                let [one, other] = [one, other]
                    .map(|(day, month)| words::day_of_month(*day, *month, BotLanguage::En));
                format!("write \"{one}\" or \"{other}\"")
            }
            Self::OtherWeekday(_) => "leave out the day of the week, or the date".to_owned(),
            Self::OtherUtc(_) => "leave out the time in parentheses, or the other one".to_owned(),
            Self::Past(_) => "write a time in the future, or publish it now".to_owned(),
            Self::Gap(..) | Self::Fold(..) => "write one of the two, with its offset".to_owned(),
            Self::FarAhead(_) => "check the year".to_owned(),
        }
    }
}
