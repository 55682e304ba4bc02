//! Probes (reads back) the channel for a part with an unknown outcome, and returns the evidence. It draws no conclusions.

use super::message_match::is_same;
use super::scan::{Scan, ScanReport};
use super::{MessageCopy, Publisher, after};
use crate::outbox::{Control, Event, Evidence, PartState, Present, Publication, Shows};
use crate::store::StoreError;

/// How far below the floor to read known messages: if the floor was deleted, one of them becomes the control.
const BELOW: i64 = 1_000;

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
                let known = self.store.known_messages(chat, floor.saturating_sub(BELOW)).await?;
                let scan = Scan { gateway: self.gateway, staging, chat, pace: self.pacing.channel };
                let is_found = |id, copy: &_| is_same(&part.request, copy, chat, id);
                add_scan(&mut evidence, scan.above(floor, &known, &is_found).await, &is_found);
            }
        }
        Ok(Event::Probed { part: number, attempt: unknown.attempt, evidence })
    }
}

/// Adds a scan to the evidence.
fn add_scan(
    evidence: &mut Evidence,
    scanned: ScanReport,
    is_same: &dyn Fn(i64, &MessageCopy) -> bool,
) {
    let ScanReport { floor, control, protected, clock, missing, read, known, stopped } = scanned;
    if let Some(stopped) = stopped {
        log::debug!("the scan of the channel ended early: {stopped:?}");
    }
    let read = read.into_iter().map(|(message_id, copy)| Present {
        message_id,
        shows: match &copy {
            None => Shows::Unreadable,
            Some(copy) if is_same(message_id, copy) => Shows::Same,
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
    evidence.floor = Some(floor);
    evidence.control = control;
    evidence.protected = protected;
    evidence.missing = missing;
    evidence.clock = clock;
}
