//! The problems of a post that is published again and again.

use crate::diagnostic::Code;
use crate::ids::ChannelName;
use crate::schedule::SlotError;

/// A problem of `repeat` or `repeat_until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepeatProblem {
    /// `repeat` names no time.
    NoSlot,
    /// A slot is not valid.
    Slot(SlotError),
    /// A key that names a single moment, beside `repeat`.
    Beside(&'static str),
    /// Two of the post's channels are in different time zones.
    TimeZones(Box<[(ChannelName, String); 2]>),
    /// `repeat_until` without `repeat`.
    UntilWithoutRepeat,
    /// No occurrence is in the future.
    Over,
}

impl RepeatProblem {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::Over => Code::RepeatOver,
            Self::TimeZones(_) => Code::TimeZones,
            Self::NoSlot | Self::Slot(_) | Self::Beside(_) | Self::UntilWithoutRepeat => {
                Code::Repeat
            }
        }
    }
}
