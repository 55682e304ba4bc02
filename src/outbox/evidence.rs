//! The evidence that a probe collected, and what follows from it. The probe itself is in `publisher::probe`.
//!
//! "Not sent" is never a guess: [`Absence`] is its proof, in three parts, and only [`Evidence::verdict`] creates one.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    AlbumItem, MissingProof, PublicationId, SentVia, UnknownCause, UnknownOutcome, moment,
};
use crate::limits;

/// What a probe saw in the channel. It holds facts only; [`Self::verdict`] decides what they prove.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// When the probe began. Not when it ended, because its first observation is from its beginning.
    #[serde(with = "moment")]
    pub began: Timestamp,
    /// Monotonic seconds between the moment when the outcome became uncertain and the beginning of the probe; after a
    /// restart, since the process started.
    pub waited: u64,
    /// Whether the probe could read a message that is certainly in the channel.
    pub control: Control,
    /// Whether the channel or the post forbids forwarding. Then a message that is not found proves nothing.
    #[serde(default)]
    pub protected: bool,
    /// The message id above which the probe looked. It is lower than the last known message id if that message was not
    /// found: then nothing proves that the channel reaches so far.
    #[serde(rename = "floor", default, skip_serializing_if = "Option::is_none")]
    pub last_known: Option<i64>,
    /// Inclusive ranges of message ids at which the probe found no message.
    #[serde(default)]
    pub missing: Vec<(i64, i64)>,
    /// The messages that exist, as far as the probe got.
    #[serde(default)]
    pub present: Vec<ChannelMessage>,
    /// Telegram's time during this probe, from two sources.
    #[serde(default)]
    pub clock: Option<ServerClock>,
    /// Matches of several messages, and matches that a witness reported.
    #[serde(default)]
    pub matches: Vec<Match>,
    /// The files of an album that certainly are in the channel, lowest message first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<AlbumItem>,
}

/// The positive control: finding nothing proves something only if the same probe can read a message that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// A message known to exist was read.
    Read,
    /// None of the known messages was found.
    NotFound,
    /// The request was refused or not answered.
    Refused,
    /// No known message was requested.
    NotTried,
}

/// A message that exists in the channel, with every fact about its origin.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChannelMessage {
    /// Its id.
    pub message_id: i64,
    /// How its content compares with the part.
    pub shows: ContentMatch,
    /// Telegram's date of the message, in seconds since 1970-01-01 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<i64>,
    /// Whether the bot received it as a `channel_post` update. A bot never receives its own posts.
    #[serde(default)]
    pub received: bool,
    /// The publication that it belongs to, by the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<PublicationId>,
}

/// How the content of a message compares with the uncertain part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentMatch {
    /// It is the same.
    Same,
    /// It differs. That proves nothing, because an admin may have edited the part since.
    Other,
    /// The message cannot be read.
    Unreadable,
    /// The message was not read, because the journal knows its origin.
    NotRead,
}

/// Telegram's time during one probe, from two sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ServerClock {
    /// From the `Date` header of answers, in seconds since 1970-01-01 UTC.
    pub header: i64,
    /// From the `date` of the copy that the probe made.
    pub message: i64,
}

impl ServerClock {
    /// Whether the two agree. If not, the header shows another machine's clock, such as a self-hosted server's.
    fn agrees(self) -> bool {
        self.header.abs_diff(self.message) <= limits::SERVER_CLOCK_SKEW.as_secs()
    }
}

/// The part, found in the channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Match {
    /// Its messages, in order.
    pub message_ids: Vec<i64>,
    /// Whether a witness reported it, such as the discussion group, and not the probe.
    pub by_witness: bool,
}

/// What follows from the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The part was posted.
    Found {
        /// Its messages: of several matches, those with the lowest ids.
        message_ids: Vec<i64>,
        /// How that is known.
        via: SentVia,
        /// Messages of further matches: duplicates.
        again: Vec<i64>,
    },
    /// The part was not posted and will not be: it may be sent again.
    Absent(Absence),
    /// The evidence proves neither.
    Inconclusive {
        /// The missing proof.
        missing_proof: MissingProof,
        /// Messages that may be the part, for a person to check, lowest id first.
        candidates: Vec<i64>,
        /// The files of an album that are in the channel.
        items: Vec<AlbumItem>,
    },
}

/// The proof that a part was not posted. It has three parts, and only [`Evidence::verdict`] creates it:
///
/// ```compile_fail
/// use telepress::outbox::Absence;
/// let proof = Absence { seen_to: 310, others: 0, quiet: () };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Every id after the last known message was checked, up to this one, including [`limits::MIN_PROBE_TAIL`] missing ones at the end.
    seen_to: i64,
    /// How many messages exist there, each certainly somebody else's.
    others: usize,
    /// The quiet time had passed, no process can still send the request, and a message known to exist was read.
    quiet: (),
}

impl Absence {
    /// The highest id that was checked.
    #[must_use]
    pub fn seen_to(&self) -> i64 {
        self.seen_to
    }

    /// How many messages of others exist after the last known one.
    #[must_use]
    pub fn others(&self) -> usize {
        self.others
    }
}

impl ChannelMessage {
    /// Whether it is certainly somebody else's, if our request was sent when Telegram's clock showed `written_after` or
    /// later. Its content proves nothing.
    fn is_others(&self, written_after: Option<Timestamp>) -> bool {
        // A date is truncated to seconds, and two of Telegram's clocks may differ by the permitted skew.
        let slack = limits::SERVER_CLOCK_SKEW.as_secs().saturating_add(1);
        let is_earlier = |date: i64| {
            let latest =
                date.checked_add_unsigned(slack).and_then(|at| Timestamp::from_second(at).ok());
            latest.zip(written_after).is_some_and(|(latest, after)| latest <= after)
        };
        self.received || self.belongs_to.is_some() || self.date.is_some_and(is_earlier)
    }
}

impl Evidence {
    /// What follows about a part of `messages` messages whose send has an unknown outcome. A request may take effect until
    /// `quiet` after its call has returned.
    ///
    /// One match proves presence, whatever its date, because the same text is the post. Absence needs all of these:
    ///
    /// - the end of the channel was seen: every id after the last known message was checked, up to
    ///   [`limits::MIN_PROBE_TAIL`] missing ones after the last message;
    /// - every message there is certainly somebody else's: received as an update, dated before the intent by Telegram's
    ///   own clock, or part of another publication;
    /// - the quiet time had passed, no process can still send the request, and a message known to exist was read.
    #[must_use]
    pub fn verdict(&self, unknown: &UnknownOutcome, messages: usize, quiet: Duration) -> Verdict {
        let mut found = self.found(self.last_known(unknown), messages);
        found.sort_by_key(|found| found.message_ids.iter().min().copied());
        if let Some((first, rest)) = found.split_first() {
            // A witness reports the same messages that a probe finds: only other ids are duplicates.
            let again = rest.iter().flat_map(|found| &found.message_ids).copied();
            return Verdict::Found {
                message_ids: first.message_ids.clone(),
                via: if first.by_witness { SentVia::Witness } else { SentVia::Probe },
                again: again.filter(|id| !first.message_ids.contains(id)).collect(),
            };
        }
        match self.absence(unknown, quiet) {
            Ok(absence) => Verdict::Absent(absence),
            Err(missing_proof) => Verdict::Inconclusive {
                missing_proof,
                candidates: self.candidates(unknown, messages).collect(),
                items: self
                    .items
                    .iter()
                    .filter(|item| !self.belongs_to_other(item.message_id))
                    .copied()
                    .collect(),
            },
        }
    }

    /// The message id above which every id must be checked.
    fn last_known(&self, unknown: &UnknownOutcome) -> Option<i64> {
        unknown
            .last_known_message_id
            .map(|last_known| self.last_known.map_or(last_known, |lower| lower.min(last_known)))
    }

    /// The complete matches that the attempt can have posted. An equal post that is not after the last known message is older.
    fn found(&self, last_known: Option<i64>, messages: usize) -> Vec<Match> {
        let same = self
            .messages_above(last_known)
            .filter(|present| present.shows == ContentMatch::Same && messages == 1);
        let single = same
            .map(|present| Match { message_ids: vec![present.message_id], by_witness: false })
            .filter(|single| {
                self.matches.iter().all(|known| known.message_ids != single.message_ids)
            });
        let known = self.matches.iter().filter(|found| {
            let is_above = |id: &i64| last_known.is_none_or(|last_known| *id > last_known);
            found.message_ids.iter().any(is_above)
                && !found.message_ids.iter().any(|id| self.belongs_to_other(*id))
        });
        let whole = |found: &Match| is_whole(&found.message_ids, messages);
        known.cloned().chain(single).filter(whole).collect()
    }

    /// Whether the message is another publication's.
    fn belongs_to_other(&self, message_id: i64) -> bool {
        let is_it = |present: &ChannelMessage| present.message_id == message_id;
        self.present.iter().any(|present| is_it(present) && present.belongs_to.is_some())
    }

    /// The messages after the last known one that may be the part. A message that belongs to another publication is not, even with
    /// equal content.
    fn messages_above(&self, last_known: Option<i64>) -> impl Iterator<Item = &ChannelMessage> {
        let last_known = last_known.unwrap_or(0);
        let above = self.present.iter().filter(move |present| present.message_id > last_known);
        above.filter(|present| present.belongs_to.is_none() && !present.received)
    }

    /// The lower bound of Telegram's time when the request was sent, if this probe confirms that clock.
    fn written_after(&self, unknown: &UnknownOutcome) -> Option<Timestamp> {
        unknown.telegram_at.filter(|_| self.clock.is_some_and(ServerClock::agrees))
    }

    fn candidates(&self, unknown: &UnknownOutcome, messages: usize) -> impl Iterator<Item = i64> {
        let after = self.written_after(unknown);
        let ids: BTreeSet<i64> = self
            .messages_above(self.last_known(unknown))
            .filter(|present| !present.is_others(after))
            .map(|present| present.message_id)
            .collect();
        ids.into_iter().take(limits::CANDIDATES.max(messages))
    }

    fn absence(&self, unknown: &UnknownOutcome, quiet: Duration) -> Result<Absence, MissingProof> {
        if self.is_early(unknown, quiet) {
            return Err(MissingProof::TooEarly);
        }
        if unknown.cause == UnknownCause::OwnerLost {
            return Err(MissingProof::OwnerMayLive);
        }
        let last_known = self.last_known(unknown).ok_or(MissingProof::NoKnownMessage)?;
        if self.protected {
            return Err(MissingProof::Protected);
        }
        if self.control != Control::Read {
            return Err(MissingProof::Control);
        }
        let is_match = |found: &Match| found.message_ids.iter().any(|id| *id > last_known);
        if self.matches.iter().any(is_match)
            || self
                .messages_above(Some(last_known))
                .any(|present| present.shows == ContentMatch::Same)
        {
            return Err(MissingProof::NotWhole);
        }
        let after = self.written_after(unknown);
        let mut strangers =
            self.messages_above(Some(last_known)).filter(|present| !present.is_others(after));
        if let Some(first) = strangers.next() {
            let unreadable = |present: &ChannelMessage| present.shows == ContentMatch::Unreadable;
            let all = unreadable(first) && strangers.all(unreadable);
            return Err(if all { MissingProof::Unreadable } else { MissingProof::Unattributed });
        }
        let seen_to = self.seen_to(last_known).ok_or(MissingProof::Unseen)?;
        let others = self.present.iter().filter(|present| present.message_id > last_known).count();
        Ok(Absence { seen_to, others, quiet: () })
    }

    /// Whether the probe began before the quiet time had passed, by either clock.
    pub(super) fn is_early(&self, unknown: &UnknownOutcome, quiet: Duration) -> bool {
        self.began < moment::saturating_add(unknown.since, quiet)
            || Duration::from_secs(self.waited) < quiet
    }

    /// The end of the ids that were checked without a gap above `last_known`, if it is far enough after the last message.
    fn seen_to(&self, last_known: i64) -> Option<i64> {
        let last = self
            .present
            .iter()
            .map(|present| present.message_id)
            .max()
            .unwrap_or(last_known)
            .max(last_known);
        let end = last.checked_add_unsigned(limits::MIN_PROBE_TAIL)?;
        let single = self.present.iter().map(|present| (present.message_id, present.message_id));
        let mut ranges: Vec<(i64, i64)> = self.missing.iter().copied().chain(single).collect();
        ranges.sort_unstable();
        let mut reached = last_known;
        for (from, to) in ranges {
            if from > reached.saturating_add(1) {
                break;
            }
            reached = reached.max(to);
        }
        (reached >= end).then_some(reached)
    }
}

/// Whether these can be all messages of one part: the count is right, and the ids of an album are consecutive.
fn is_whole(ids: &[i64], messages: usize) -> bool {
    let consecutive = ids.windows(2).all(|pair| match pair {
        [first, next] => first.checked_add(1) == Some(*next),
        _ => false,
    });
    !ids.is_empty() && ids.len() == messages && consecutive && are_message_ids(ids)
}

/// Whether these can be the message ids of one request's answer.
pub(crate) fn are_message_ids(ids: &[i64]) -> bool {
    let distinct: BTreeSet<_> = ids.iter().collect();
    !ids.is_empty()
        && distinct.len() == ids.len()
        && ids.iter().all(|id| (1..=limits::MESSAGE_ID).contains(id))
}
