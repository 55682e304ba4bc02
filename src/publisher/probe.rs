//! Probes (reads back) the channel for a part with an unknown outcome, and returns the evidence. It draws no conclusions.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::message_match::{shown_items, whole_matches};
use super::scan::{Scan, ScanReport};
use super::{MessageCopy, Publisher, after};
use crate::limits;
use crate::message::{FileIds, Request};
use crate::outbox::{Control, Event, Evidence, Match, PartState, Present, Publication, Shows};
use crate::store::StoreError;

impl Publisher<'_> {
    /// Probes for a part. The quiet time must be over by the monotonic clock.
    pub(super) async fn probe(
        &self,
        publication: &Publication,
        number: usize,
    ) -> Result<Event, StoreError> {
        let unknown = publication.parts.get(number).and_then(|part| match &part.state {
            PartState::Uncertain { unknown, .. } => Some((part, unknown)),
            _ => None,
        });
        let (Some((part, unknown)), Some(staging)) = (unknown, self.staging) else {
            return Ok(Event::Tick);
        };
        let began = self.clock.now();
        let mut evidence = Evidence {
            began,
            waited: self.policy.quiet.as_secs() + u64::from(self.policy.quiet.subsec_nanos() > 0),
            control: Control::NotTried,
            protected: false,
            second_poller: false,
            floor: None,
            missing: Vec::new(),
            present: Vec::new(),
            clock: None,
            matches: Vec::new(),
        };
        if began >= after(unknown.since, self.policy.quiet)
            && let Some(floor) = unknown.last_known_message_id
        {
            if part.request.is_protected() {
                evidence.protected = true;
            } else {
                let chat = publication.chat;
                let known = self
                    .store
                    .known_messages(chat, floor.saturating_sub(limits::PROBE_BELOW))
                    .await?;
                let scan = Scan { gateway: self.gateway, staging, chat, pace: self.pacing.channel };
                let files = self.known_files(&part.request).await;
                let found = Found::of(&part.request, chat, files);
                let is_found = |id, copy: &_| found.add(id, copy);
                let scanned = scan.above(floor, &known, &is_found).await;
                add_scan(&mut evidence, scanned, &found);
            }
        }
        Ok(Event::Probed { part: number, attempt: unknown.attempt, evidence })
    }
}

/// The messages that a scan found and that show the request, or items of it.
struct Found<'r> {
    request: &'r Request,
    chat: i64,
    /// The files of the request that Telegram keeps.
    files: FileIds,
    shown: Mutex<BTreeMap<i64, Vec<usize>>>,
}

impl<'r> Found<'r> {
    fn of(request: &'r Request, chat: i64, files: FileIds) -> Self {
        Self { request, chat, files, shown: Mutex::default() }
    }

    /// Adds a message; returns whether all messages of the request are found.
    fn add(&self, message_id: i64, copy: &MessageCopy) -> bool {
        let items = shown_items(self.request, copy, self.chat, message_id, &self.files);
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.insert(message_id, items);
        !whole_matches(&shown, self.request.messages()).is_empty()
    }

    fn shows(&self, message_id: i64) -> bool {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.get(&message_id).is_some_and(|items| !items.is_empty())
    }

    /// The complete albums; a single message needs no match, because it shows the whole request.
    fn albums(&self) -> Vec<Match> {
        let messages = self.request.messages();
        if messages < 2 {
            return Vec::new();
        }
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = whole_matches(&shown, messages).into_iter();
        whole.map(|message_ids| Match { message_ids, by_witness: false }).collect()
    }
}

/// Adds a scan to the evidence.
fn add_scan(evidence: &mut Evidence, scanned: ScanReport, found: &Found<'_>) {
    let ScanReport { floor, control, protected, clock, missing, read, known, stopped } = scanned;
    if let Some(stopped) = stopped {
        log::debug!("the scan of the channel ended early: {stopped:?}");
    }
    let read = read.into_iter().map(|(message_id, copy)| Present {
        message_id,
        shows: match &copy {
            None => Shows::Unreadable,
            Some(_) if found.shows(message_id) => Shows::Same,
            Some(_) => Shows::Other,
        },
        date: copy.as_ref().and_then(|copy| copy.origin?.date),
        received: false,
        belongs_to: None,
    });
    let known = known.into_iter().map(|(message_id, publication)| Present {
        message_id,
        shows: Shows::NotRead,
        date: None,
        received: publication.is_none(),
        belongs_to: publication,
    });
    evidence.present = read.chain(known).collect();
    evidence.matches = found.albums();
    evidence.floor = Some(floor);
    evidence.control = control;
    evidence.protected = protected;
    evidence.missing = missing;
    evidence.clock = clock;
}
