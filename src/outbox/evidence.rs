//! What a look at the channel saw, and what may be concluded from it; it looks at nothing by itself.
//!
//! "Not sent" is never a guess here: [`Absence`] is the proof of it, in three parts, and only [`Evidence::verdict`] makes one.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{MissingProof, PublicationId, SentVia, UnknownCause, UnknownOutcome, moment};
use crate::limits;

/// What a look at the channel saw. Facts only: what they prove is decided by [`Self::verdict`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// When the look began. Not when it ended: what it saw first is as old as that.
    #[serde(with = "moment")]
    pub began: Timestamp,
    /// Monotonic seconds that had then passed since the outcome became uncertain or, after a restart, since the process
    /// started.
    pub waited: u64,
    /// Whether a message that is certainly there could be read the same way.
    pub control: Control,
    /// Whether the channel or the post forbids forwarding: then a message that is not found proves nothing.
    #[serde(default)]
    pub protected: bool,
    /// Whether a second instance was seen with the same token since the intent.
    pub second_poller: bool,
    /// The message above which the look began, where the floor itself was not found: nothing proves that the channel reaches
    /// as far as a message that nobody has seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<i64>,
    /// Ranges of message ids, both ends included, at which the look found no message.
    #[serde(default)]
    pub missing: Vec<(i64, i64)>,
    /// The messages that exist, as far as the look got.
    #[serde(default)]
    pub present: Vec<Present>,
    /// Telegram's time as this look learned it, from two sources.
    #[serde(default)]
    pub clock: Option<ServerClock>,
    /// Matches that need more than one message, or that something other than the look reported.
    #[serde(default)]
    pub matches: Vec<Match>,
}

/// The positive control: a look that finds nothing proves something only if the same look finds what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// A message known to be there was read.
    Read,
    /// None of those known to have been there was found.
    NotFound,
    /// The look was refused, or not answered.
    Refused,
    /// No look at one was made.
    NotTried,
}

/// A message that exists in the channel, and every fact that says whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Present {
    /// Its id.
    pub message_id: i64,
    /// What it shows.
    pub shows: Shows,
    /// When Telegram says that it was posted, in seconds since 1970-01-01 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<i64>,
    /// Whether it came to the bot as a `channel_post` update. A bot never receives its own posts.
    #[serde(default)]
    pub received: bool,
    /// The publication of the journal whose message it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<PublicationId>,
}

/// What a message shows, compared with the part that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// The same.
    Same,
    /// Something else. That proves nothing: a person may have edited the part since.
    Other,
    /// It exists and cannot be read.
    Unreadable,
    /// It was not read: the journal knows whose it is.
    NotRead,
}

/// Telegram's time, learned twice during one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ServerClock {
    /// From the `Date` header of answers, in seconds since 1970-01-01 UTC.
    pub header: i64,
    /// From the `date` that Telegram gave the copy made by the look.
    pub message: i64,
}

impl ServerClock {
    /// Whether the two agree: otherwise the header is some other machine's clock, such as that of a self-hosted server.
    fn agrees(self) -> bool {
        self.header.abs_diff(self.message) <= limits::SERVER_CLOCK_SKEW.as_secs()
    }
}

/// The part, found in the channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Match {
    /// Its messages, in order.
    pub message_ids: Vec<i64>,
    /// Whether something other than the look reported it, such as the discussion group.
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
        via: SentVia,
        /// The same again, in other messages: duplicates.
        again: Vec<i64>,
    },
    /// It was not posted and will not be: it may be sent again.
    Absent(Absence),
    /// Neither.
    Inconclusive {
        /// What the look lacked.
        gap: MissingProof,
        /// Messages that may be the part, for a person to look at, lowest first.
        candidates: Vec<i64>,
    },
}

/// The proof that a part was not posted. All three parts of it are here, and nothing else makes one:
///
/// ```compile_fail
/// use telepress::outbox::Absence;
/// let proof = Absence { seen_to: 310, others: 0, quiet: () };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Every id from the floor to this one was accounted for, [`limits::PROBE_TAIL`] missing ones at the end among them.
    seen_to: i64,
    /// So many messages stand there, each of somebody else beyond doubt.
    others: usize,
    /// The quiet time had passed, nobody can write the request any more, and a message known to be there was read.
    quiet: (),
}

impl Absence {
    /// The highest id that was accounted for.
    #[must_use]
    pub fn seen_to(&self) -> i64 {
        self.seen_to
    }

    /// How many messages of others stand above the floor.
    #[must_use]
    pub fn others(&self) -> usize {
        self.others
    }
}

impl Present {
    /// Whether it is somebody else's beyond doubt, for a part whose request was written when Telegram's clock showed
    /// `written_after` or later. What it shows is no argument.
    fn is_others(&self, written_after: Option<Timestamp>) -> bool {
        // A date is cut to whole seconds, and two of Telegram's clocks may differ by as much as is allowed for.
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
    /// What may be concluded about a part of `messages` messages whose outcome is unknown as `unknown` says, when a request
    /// may have its effect until `quiet` after its call had returned.
    ///
    /// One match proves presence, whatever its date: the same text is the post. Absence needs all of:
    ///
    /// - the end of the channel was seen: every id above the floor is accounted for up to [`limits::PROBE_TAIL`] missing
    ///   ones behind the last message;
    /// - every message there is somebody else's beyond doubt: received as an update, dated before the intent by Telegram's
    ///   own clock, or another publication's;
    /// - the quiet time had passed, nobody can write the request any more, and a message known to be there was read.
    #[must_use]
    pub fn verdict(&self, unknown: &UnknownOutcome, messages: usize, quiet: Duration) -> Verdict {
        let mut found = self.found(self.floor(unknown), messages);
        found.sort_by_key(|found| found.message_ids.iter().min().copied());
        if let Some((first, rest)) = found.split_first() {
            // A witness reports the same messages that a look finds: only other ids are duplicates.
            let again = rest.iter().flat_map(|found| &found.message_ids).copied();
            return Verdict::Found {
                message_ids: first.message_ids.clone(),
                via: if first.by_witness { SentVia::Witness } else { SentVia::Probe },
                again: again.filter(|id| !first.message_ids.contains(id)).collect(),
            };
        }
        match self.absence(unknown, quiet) {
            Ok(absence) => Verdict::Absent(absence),
            Err(gap) => {
                Verdict::Inconclusive { gap, candidates: self.candidates(unknown).collect() }
            }
        }
    }

    /// The message above which everything has to be accounted for.
    fn floor(&self, unknown: &UnknownOutcome) -> Option<i64> {
        unknown
            .last_known_message_id
            .map(|floor| self.floor.map_or(floor, |lower| lower.min(floor)))
    }

    /// The whole matches that the attempt can have made: an equal post that stood there before it is another.
    fn found(&self, floor: Option<i64>, messages: usize) -> Vec<Match> {
        let single = self.above(floor).filter(|one| one.shows == Shows::Same && messages == 1);
        let single = single
            .map(|one| Match { message_ids: vec![one.message_id], by_witness: false })
            .filter(|one| self.matches.iter().all(|known| known.message_ids != one.message_ids));
        let known = self.matches.iter().filter(|found| {
            let is_above = |id: &i64| floor.is_none_or(|floor| *id > floor);
            found.message_ids.iter().any(is_above)
                && !found.message_ids.iter().any(|id| self.belongs(*id))
        });
        let whole = |found: &Match| is_whole(&found.message_ids, messages);
        known.cloned().chain(single).filter(whole).collect()
    }

    /// Whether the message is another publication's.
    fn belongs(&self, message_id: i64) -> bool {
        self.present.iter().any(|one| one.message_id == message_id && one.belongs_to.is_some())
    }

    /// The messages above the floor that are nobody else's publication: what another part stands in is that part, equal as
    /// it may be.
    fn above(&self, floor: Option<i64>) -> impl Iterator<Item = &Present> {
        let floor = floor.unwrap_or(0);
        let above = self.present.iter().filter(move |one| one.message_id > floor);
        above.filter(|one| one.belongs_to.is_none() && !one.received)
    }

    /// The lower bound of Telegram's time when the request was written, where this look confirms that clock.
    fn written_after(&self, unknown: &UnknownOutcome) -> Option<Timestamp> {
        unknown.telegram_at.filter(|_| self.clock.is_some_and(ServerClock::agrees))
    }

    fn candidates(&self, unknown: &UnknownOutcome) -> impl Iterator<Item = i64> {
        let after = self.written_after(unknown);
        let ids: BTreeSet<i64> = self
            .above(self.floor(unknown))
            .filter(|one| !one.is_others(after))
            .map(|one| one.message_id)
            .collect();
        ids.into_iter().take(limits::CANDIDATES)
    }

    fn absence(&self, unknown: &UnknownOutcome, quiet: Duration) -> Result<Absence, MissingProof> {
        if self.is_early(unknown, quiet) {
            return Err(MissingProof::TooEarly);
        }
        if unknown.cause == UnknownCause::OwnerLost {
            return Err(MissingProof::OwnerMayLive);
        }
        let floor = self.floor(unknown).ok_or(MissingProof::NoKnownMessage)?;
        if self.protected {
            return Err(MissingProof::Protected);
        }
        if self.control != Control::Read {
            return Err(MissingProof::Control);
        }
        let is_match = |found: &Match| found.message_ids.iter().any(|id| *id > floor);
        if self.matches.iter().any(is_match)
            || self.above(Some(floor)).any(|one| one.shows == Shows::Same)
        {
            return Err(MissingProof::NotWhole);
        }
        let after = self.written_after(unknown);
        let mut strangers = self.above(Some(floor)).filter(|one| !one.is_others(after));
        if let Some(first) = strangers.next() {
            let unreadable = |one: &Present| one.shows == Shows::Unreadable;
            let all = unreadable(first) && strangers.all(unreadable);
            return Err(if all { MissingProof::Unreadable } else { MissingProof::Unattributed });
        }
        let seen_to = self.seen_to(floor).ok_or(MissingProof::Unseen)?;
        if self.second_poller {
            return Err(MissingProof::SecondInstance);
        }
        let others = self.present.iter().filter(|one| one.message_id > floor).count();
        Ok(Absence { seen_to, others, quiet: () })
    }

    /// Whether the look began before the request was certainly spent, by either clock.
    pub(super) fn is_early(&self, unknown: &UnknownOutcome, quiet: Duration) -> bool {
        self.began < moment::after(unknown.since, quiet) || Duration::from_secs(self.waited) < quiet
    }

    /// The end of what was accounted for without a hole above `floor`, if it reaches far enough behind the last message.
    fn seen_to(&self, floor: i64) -> Option<i64> {
        let last = self.present.iter().map(|one| one.message_id).max().unwrap_or(floor).max(floor);
        let end = last.checked_add_unsigned(limits::PROBE_TAIL)?;
        let single = self.present.iter().map(|one| (one.message_id, one.message_id));
        let mut ranges: Vec<(i64, i64)> = self.missing.iter().copied().chain(single).collect();
        ranges.sort_unstable();
        let mut reached = floor;
        for (from, to) in ranges {
            if from > reached.saturating_add(1) {
                break;
            }
            reached = reached.max(to);
        }
        (reached >= end).then_some(reached)
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
pub(crate) fn are_message_ids(ids: &[i64]) -> bool {
    let distinct: BTreeSet<_> = ids.iter().collect();
    !ids.is_empty()
        && distinct.len() == ids.len()
        && ids.iter().all(|id| (1..=limits::MESSAGE_ID).contains(id))
}
