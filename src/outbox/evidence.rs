//! What a look at the channel saw, and what may be concluded from it; it looks at nothing by itself.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Cause, Doubt, Via, moment};
use crate::limits;

/// What a look at the channel saw.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// When the look began. Not when it ended: what it saw first is as old as that.
    #[serde(with = "moment")]
    pub began: Timestamp,
    /// Seconds that had then passed, by a clock that nobody can set, since the outcome became uncertain or, after a
    /// restart, since the process started.
    pub waited: u64,
    /// Whether a message that is certainly there could be read the same way.
    pub control: Control,
    /// The messages that were looked at.
    pub looked: Vec<Look>,
    /// How many ids the channel gained since the intent, where that is known.
    pub gained: Option<u64>,
    /// What is the part that was looked for, whole.
    pub matches: Vec<Match>,
    /// Whether a second instance was seen with the same token since the intent.
    pub second_poller: bool,
}

/// The positive control: a look that says "not there" proves something only if the same look finds what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// The floor, or another message known to be there, was read.
    Read,
    /// It was not found.
    NotFound,
    /// It was refused, or not answered.
    Refused,
    /// No look at one was made.
    NotTried,
}

/// One message id that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Look {
    /// The id.
    pub message_id: i64,
    /// What was there.
    pub saw: Saw,
}

/// What was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Saw {
    /// No message.
    Absent,
    /// A message that is certainly not the part.
    Other,
    /// A message of the part; it stands in `matches` if the part is whole.
    Same,
    /// A message that cannot be read.
    Unreadable,
    /// Nothing: the look failed.
    Failed,
}

/// The part, found in the channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Match {
    /// Its messages, in order.
    pub message_ids: Vec<i64>,
    /// Whether something other than the look told it, such as the discussion group.
    pub by_witness: bool,
}

/// What may be concluded from a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was posted.
    Found {
        /// As these messages: those with the lowest id.
        message_ids: Vec<i64>,
        /// How that is known.
        via: Via,
        /// The same again, in other messages: duplicates.
        again: Vec<i64>,
    },
    /// It was not posted and will not be: it may be sent again.
    Absent,
    /// Neither.
    Inconclusive(Gap),
}

/// What a look lacked to prove that nothing was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// The request may still have been on its way.
    TooEarly,
    /// The process that made it may still live.
    OwnerMayLive,
    /// No message was known in the channel before it.
    NoFloor,
    /// A message that is certainly there was not read either.
    Control,
    /// Not every id that it may have was looked at.
    Unseen,
    /// A message could not be read.
    Unreadable,
    /// Some of it is there.
    NotWhole,
    /// A second instance ran with the same token.
    SecondInstance,
}

impl Evidence {
    /// What may be concluded about a part of `messages` messages whose outcome is in `doubt`, when a request may have
    /// its effect until `quiet` after its call had returned.
    ///
    /// Presence is proved by one match. Absence is proved only by all of: the quiet time had passed when the look began,
    /// and nobody can write the request any more; a message known to be there was read; every id that the part may have
    /// was looked at and is absent or another's; nothing else saw the part; no second instance was seen.
    #[must_use]
    pub fn verdict(&self, doubt: &Doubt, messages: usize, quiet: Duration) -> Verdict {
        let whole = |found: &&Match| is_whole(&found.message_ids, messages);
        let mut found: Vec<&Match> = self.above(doubt.floor).filter(whole).collect();
        found.sort_by_key(|found| found.message_ids.iter().min().copied());
        if let Some((first, rest)) = found.split_first() {
            // A witness tells of the same messages that a look finds: only other ids are duplicates.
            let again = rest.iter().flat_map(|found| &found.message_ids).copied();
            return Verdict::Found {
                message_ids: first.message_ids.clone(),
                via: if first.by_witness { Via::Witness } else { Via::Probe },
                again: again.filter(|id| !first.message_ids.contains(id)).collect(),
            };
        }
        match self.gap(doubt, quiet) {
            Some(gap) => Verdict::Inconclusive(gap),
            None => Verdict::Absent,
        }
    }

    fn gap(&self, doubt: &Doubt, quiet: Duration) -> Option<Gap> {
        if self.is_early(doubt, quiet) {
            return Some(Gap::TooEarly);
        }
        if doubt.cause == Cause::OwnerLost {
            return Some(Gap::OwnerMayLive);
        }
        let Some(floor) = doubt.floor else { return Some(Gap::NoFloor) };
        if self.control != Control::Read {
            return Some(Gap::Control);
        }
        let saw =
            |what: Saw| self.looked.iter().any(|look| look.saw == what && look.message_id > floor);
        if self.above(Some(floor)).next().is_some() || saw(Saw::Same) {
            return Some(Gap::NotWhole);
        }
        if saw(Saw::Unreadable) {
            return Some(Gap::Unreadable);
        }
        if !self.covers(floor) {
            return Some(Gap::Unseen);
        }
        self.second_poller.then_some(Gap::SecondInstance)
    }

    /// The matches that the attempt can have made: an equal post that stood there before it is another.
    fn above(&self, floor: Option<i64>) -> impl Iterator<Item = &Match> {
        let floor = floor.unwrap_or(0);
        self.matches.iter().filter(move |found| found.message_ids.iter().any(|id| *id > floor))
    }

    /// Whether the look began before the request was certainly spent, by either clock.
    pub(super) fn is_early(&self, doubt: &Doubt, quiet: Duration) -> bool {
        self.began < moment::after(doubt.since, quiet) || Duration::from_secs(self.waited) < quiet
    }

    /// Whether every id in the window above `floor` was looked at with a result.
    fn covers(&self, floor: i64) -> bool {
        let window = limits::PROBE_WINDOW.max(self.gained.unwrap_or(0).saturating_mul(2));
        let Some(end) = floor.checked_add_unsigned(window) else { return false };
        let seen = self.looked.iter().filter(|look| look.saw != Saw::Failed);
        let ids: BTreeSet<i64> =
            seen.map(|look| look.message_id).filter(|id| *id > floor && *id <= end).collect();
        // Counted, not walked: the window may be as large as somebody says.
        u64::try_from(ids.len()) == Ok(window)
    }
}

/// Whether these can be all messages of one part: as many, and an album's one after the other.
fn is_whole(ids: &[i64], messages: usize) -> bool {
    let consecutive = ids.windows(2).all(|pair| match pair {
        [one, next] => one.checked_add(1) == Some(*next),
        _ => false,
    });
    !ids.is_empty() && ids.len() == messages && consecutive && are_message_ids(ids)
}

/// Whether Telegram can have given these ids to the messages of one request.
pub(super) fn are_message_ids(ids: &[i64]) -> bool {
    let distinct: BTreeSet<_> = ids.iter().collect();
    !ids.is_empty()
        && distinct.len() == ids.len()
        && ids.iter().all(|id| (1..=limits::MESSAGE_ID).contains(id))
}

impl fmt::Display for Gap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooEarly => "the request may still have been on its way",
            Self::OwnerMayLive => "the process that made the request may still live",
            Self::NoFloor => "no message of the channel was known",
            Self::Control => "a message known to be in the channel could not be read either",
            Self::Unseen => "not every message that it may be was looked at",
            Self::Unreadable => "a message there cannot be read",
            Self::NotWhole => "some of it is there",
            Self::SecondInstance => "a second instance ran with the same token",
        })
    }
}
