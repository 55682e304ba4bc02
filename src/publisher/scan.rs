//! Reads the messages above a given id in a channel, through the staging chat. It decides nothing, and posts nothing in the
//! channel.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time;

use super::{ForwardCount, ForwardedMessage, Gateway, ReadResult};
use crate::limits;
use crate::outbox::{Control, PublicationId, ServerClock};
use crate::store::{KnownMessage, Store, StoreError};

/// How many messages to try as the positive control, because an admin may have deleted some.
const CONTROLS: usize = 5;

/// How often a request is repeated when Telegram asks telepress to wait.
const WAITS: usize = 3;

/// A scan of the end of one channel.
pub struct Scan<'s> {
    /// The connection to Telegram.
    pub gateway: &'s dyn Gateway,
    /// The chat that takes the copies.
    pub staging: i64,
    /// The channel.
    pub chat: i64,
    /// The time between two requests to the staging chat.
    pub pace: Duration,
}

/// What a scan found.
#[derive(Debug)]
pub struct ScanReport {
    /// The message above which it scanned: the last known message, or a lower one if that was not found.
    pub last_known: i64,
    /// Whether a message that certainly exists could be read.
    pub control: Control,
    /// Whether the channel forbids forwarding; then nothing was scanned.
    pub protected: bool,
    /// Telegram's time, from two sources.
    pub clock: Option<ServerClock>,
    /// Inclusive ranges of ids without a message.
    pub missing: Vec<(i64, i64)>,
    /// The messages of unknown origin; `None` for one that cannot be read.
    pub read: BTreeMap<i64, Option<ForwardedMessage>>,
    /// Messages after the last known one whose origin the journal knows.
    pub known: BTreeMap<i64, Option<PublicationId>>,
    /// Why it ended before the end of the channel.
    pub stopped: Option<ScanStop>,
}

/// Why a scan ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScanStop {
    /// The wanted message was found.
    Found,
    /// A request was refused or not answered.
    Failed(String),
    /// There are more messages than one scan copies.
    TooMany,
}

/// The known messages from which a scan above `last_known` begins, and those above it. If only an operator named the last known
/// message and there is no other near it, these are all known messages: that one may be mistyped.
///
/// # Errors
/// If the journal cannot be read.
pub async fn known_around(
    store: &Store,
    chat: i64,
    last_known: i64,
) -> Result<Vec<KnownMessage>, StoreError> {
    let near = store
        .known_messages(chat, last_known.saturating_sub(limits::MAX_PROBE_CONTROL_DISTANCE))
        .await?;
    let mut below = near.iter().filter(|known| known.message_id <= last_known);
    let is_certain = below.clone().next().is_none() || below.any(|known| !known.by_operator);
    if is_certain { Ok(near) } else { store.known_messages(chat, 0).await }
}

impl Scan<'_> {
    /// Checks every id above `last_known`, or, if that message is missing, above the highest known message that exists. Ends when
    /// [`limits::MIN_PROBE_TAIL`] missing ids follow the last message, or when `is_found` accepts a message. `known` are messages of
    /// known origin, including some before it.
    pub async fn scan_above(
        &self,
        last_known: i64,
        known: &[KnownMessage],
        is_found: &(dyn Fn(i64, &ForwardedMessage) -> bool + Sync),
    ) -> ScanReport {
        let mut scanned = ScanReport {
            last_known,
            control: Control::NotTried,
            protected: false,
            clock: None,
            missing: Vec::new(),
            read: BTreeMap::new(),
            known: BTreeMap::new(),
            stopped: None,
        };
        match self.gateway.is_protected(self.chat).await {
            Ok(true) => scanned.protected = true,
            Ok(false) => {
                self.control(last_known, known, &mut scanned).await;
                self.add_known(known, &mut scanned).await;
                if scanned.control == Control::Read {
                    let last_known = scanned.last_known;
                    let walk =
                        ScanInProgress { scan: self, is_found, requests: 0, scanned: &mut scanned };
                    let stopped = walk.scan_to_end(last_known).await.err();
                    scanned.stopped = stopped;
                }
            }
            Err(why) => {
                scanned.control = Control::Refused;
                scanned.stopped = Some(ScanStop::Failed(why));
            }
        }
        scanned
    }

    /// Reads the positive control: the last known message, or an earlier one, newest first. The scan begins above it.
    async fn control(&self, last_known: i64, known: &[KnownMessage], scanned: &mut ScanReport) {
        let others =
            known.iter().rev().map(|known| known.message_id).filter(|id| *id != last_known);
        for message_id in [last_known].into_iter().chain(others).take(CONTROLS) {
            scanned.control = match self.read_message(message_id).await {
                ReadResult::Message(copy) => {
                    let header = self.gateway.telegram_time().map(jiff::Timestamp::as_second);
                    let both = header.zip(copy.date);
                    scanned.clock = both.map(|(header, message)| ServerClock { header, message });
                    Control::Read
                }
                ReadResult::Unreadable => Control::Read,
                ReadResult::Absent => Control::NotFound,
                ReadResult::Failed(why) => {
                    scanned.stopped = Some(ScanStop::Failed(why));
                    Control::Refused
                }
                ReadResult::Wait(seconds) => {
                    scanned.stopped = Some(ScanStop::Failed(asked_to_wait(seconds)));
                    Control::Refused
                }
            };
            if scanned.control != Control::NotFound {
                // Only up to this message is the channel known to reach.
                scanned.last_known = message_id.min(last_known);
                return;
            }
        }
    }

    /// Adds the known messages above the one from which the scan begins. Far above all others, a number that only an operator named
    /// counts only if there is a message: it may be mistyped, and the scan would not reach the end.
    async fn add_known(&self, known: &[KnownMessage], scanned: &mut ScanReport) {
        let mut reached = scanned.last_known;
        for known in known.iter().filter(|known| known.message_id > scanned.last_known) {
            let is_far =
                known.message_id > reached.saturating_add(limits::MAX_PROBE_CONTROL_DISTANCE);
            let is_in_doubt = known.by_operator && is_far && scanned.control == Control::Read;
            if is_in_doubt && self.read_message(known.message_id).await == ReadResult::Absent {
                continue;
            }
            reached = known.message_id;
            scanned.known.insert(known.message_id, known.publication);
        }
    }

    async fn read_message(&self, message_id: i64) -> ReadResult {
        let mut seen = ReadResult::Absent;
        for _ in 0..WAITS {
            time::sleep(self.pace).await;
            seen = self.gateway.read_message(self.staging, self.chat, message_id).await;
            let ReadResult::Wait(seconds) = seen else { break };
            wait(seconds).await;
        }
        seen
    }

    async fn count_messages(&self, message_ids: &[i64]) -> ForwardCount {
        let mut counted = ForwardCount::Copies(0);
        for _ in 0..WAITS {
            time::sleep(self.pace).await;
            counted =
                self.gateway.count_messages(self.staging, self.chat, message_ids.to_vec()).await;
            let ForwardCount::Wait(seconds) = counted else { break };
            wait(seconds).await;
        }
        counted
    }
}

async fn wait(seconds: u64) {
    let wait = Duration::from_secs(seconds.saturating_add(1));
    time::sleep(wait.min(limits::LONG_FLOOD_WAIT)).await;
}

fn asked_to_wait(seconds: u64) -> String {
    format!("Telegram asks telepress to wait {seconds} seconds")
}

/// The state of a scan.
struct ScanInProgress<'w> {
    scan: &'w Scan<'w>,
    is_found: &'w (dyn Fn(i64, &ForwardedMessage) -> bool + Sync),
    requests: usize,
    scanned: &'w mut ScanReport,
}

impl ScanInProgress<'_> {
    async fn scan_to_end(mut self, last_known: i64) -> Result<(), ScanStop> {
        let mut next = last_known.saturating_add(1);
        // A delivered message is usually right after the last known one: then this finds it with one request.
        for _ in 0..limits::PROBE_SINGLE_CHECKS {
            if !self.scanned.known.contains_key(&next) {
                self.check_one(next).await?;
            }
            next = next.saturating_add(1);
        }
        while let Some((batch, after)) = self.batch(last_known, next) {
            self.check_batch(batch).await?;
            next = after;
        }
        Ok(())
    }

    /// The next ids to check, and the id after them; `None` at the end. Messages of known origin are skipped.
    fn batch(&self, last_known: i64, from: i64) -> Option<(Vec<i64>, i64)> {
        let ids = self.scanned.read.keys().chain(self.scanned.known.keys());
        let last = ids.copied().max().unwrap_or(last_known).max(last_known);
        let end = last.saturating_add_unsigned(limits::MIN_PROBE_TAIL).min(limits::MESSAGE_ID);
        if from > end {
            return None;
        }
        let unknown = (from..=end).filter(|id| !self.scanned.known.contains_key(id));
        let batch: Vec<i64> = unknown.take(limits::FORWARD_MESSAGES).collect();
        let after = batch.last().map_or(end, |last| *last).saturating_add(1);
        Some((batch, after))
    }

    /// Finds out for each id, lowest first, whether a message exists. A batch that copies nothing proves that none exists. Any
    /// other answer proves nothing about a single id, so the batch is halved.
    async fn check_batch(&mut self, batch: Vec<i64>) -> Result<(), ScanStop> {
        let mut waiting = vec![batch];
        while let Some(batch) = waiting.pop() {
            if batch.len() <= 2 {
                for id in batch {
                    self.check_one(id).await?;
                }
                continue;
            }
            self.count_request()?;
            match self.scan.count_messages(&batch).await {
                ForwardCount::Copies(0) => self.record_missing(&batch),
                ForwardCount::Copies(copies) if copies == batch.len() => {
                    for id in batch {
                        self.check_one(id).await?;
                    }
                }
                ForwardCount::Copies(_) | ForwardCount::Unclear(_) => {
                    let (low, high) = batch.split_at(batch.len() / 2);
                    waiting.push(high.to_vec());
                    waiting.push(low.to_vec());
                }
                ForwardCount::Wait(seconds) => {
                    return Err(ScanStop::Failed(asked_to_wait(seconds)));
                }
            }
        }
        Ok(())
    }

    async fn check_one(&mut self, message_id: i64) -> Result<(), ScanStop> {
        if self.scanned.read.len() >= limits::MAX_PROBE_COPIES {
            return Err(ScanStop::TooMany);
        }
        self.count_request()?;
        match self.scan.read_message(message_id).await {
            ReadResult::Absent => self.record_missing(&[message_id]),
            ReadResult::Message(copy) => {
                let is_found = (self.is_found)(message_id, &copy);
                self.scanned.read.insert(message_id, Some(copy));
                if is_found {
                    return Err(ScanStop::Found);
                }
            }
            ReadResult::Unreadable => drop(self.scanned.read.insert(message_id, None)),
            ReadResult::Failed(why) => return Err(ScanStop::Failed(why)),
            ReadResult::Wait(seconds) => return Err(ScanStop::Failed(asked_to_wait(seconds))),
        }
        Ok(())
    }

    fn count_request(&mut self) -> Result<(), ScanStop> {
        self.requests = self.requests.saturating_add(1);
        if self.requests > limits::MAX_PROBE_REQUESTS { Err(ScanStop::TooMany) } else { Ok(()) }
    }

    /// Adds ids without a message, merging adjacent ones into ranges.
    fn record_missing(&mut self, ids: &[i64]) {
        for id in ids.iter().collect::<BTreeSet<_>>() {
            match self.scanned.missing.last_mut() {
                Some((_, to)) if to.checked_add(1) == Some(*id) => *to = *id,
                _ => self.scanned.missing.push((*id, *id)),
            }
        }
    }
}

#[cfg(test)]
mod tests;
