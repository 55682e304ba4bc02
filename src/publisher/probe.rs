//! Probes (reads back) the channel for a part with an unknown outcome, and returns the evidence. It draws no conclusions.

use jiff::Timestamp;

use super::message_match::shown_items;
use super::scan::{Scan, ScanReport, known_around};
use super::{MessageSearch, Publisher, saturating_add};
use crate::outbox::{
    ChannelMessage, ContentMatch, Control, Event, Evidence, Match, PartState, Publication,
};
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
        if let Some(witnessed) = self.find_in_discussion(publication).await? {
            return Ok(witnessed);
        }
        let waited = self.policy.quiet.as_secs() + u64::from(self.policy.quiet.subsec_nanos() > 0);
        let mut evidence = empty_evidence(began, waited);
        if began >= saturating_add(unknown.since, self.policy.quiet)
            && let Some(last_known) = unknown.last_known_message_id
        {
            if part.request.is_protected() {
                evidence.protected = true;
            } else {
                let chat = publication.chat;
                let known = known_around(&self.store, chat, last_known).await?;
                let scan = Scan { gateway: self.gateway, staging, chat, pace: self.pacing.channel };
                let files = self.known_files(&part.request).await;
                let found = MessageSearch::new(&part.request, chat, files);
                let is_found = |id, copy: &_| found.add(id, copy);
                let scanned = scan.scan_above(last_known, &known, &is_found).await;
                add_scan(&mut evidence, scanned, &found);
            }
        }
        Ok(Event::Probed { part: number, attempt: unknown.attempt, evidence })
    }
}

impl Publisher<'_> {
    /// The event that a part with an unknown outcome was posted, if the discussion group shows it: Telegram copies every post there
    /// and pins the copy. The group is a witness of presence only: a missing copy proves nothing.
    pub(super) async fn find_in_discussion(
        &self,
        publication: &Publication,
    ) -> Result<Option<Event>, StoreError> {
        let mut parts = publication.parts.iter().enumerate();
        let uncertain = parts.find_map(|(number, part)| match &part.state {
            PartState::Uncertain { unknown, .. } => Some((number, part, unknown)),
            _ => None,
        });
        let Some((number, part, unknown)) = uncertain else { return Ok(None) };
        // Older messages may show the same. The items of an album are copied one by one, and only the newest copy is seen.
        let (Some(last_known), 1) = (unknown.last_known_message_id, part.request.messages()) else {
            return Ok(None);
        };
        let chat = publication.chat;
        let Some(discussion) = self.discussion(publication).await? else { return Ok(None) };
        let copy = match self.gateway.pinned_forward(discussion).await {
            Ok(copy) => copy.filter(|copy| copy.chat == chat && copy.message_id > last_known),
            Err(error) => {
                log::debug!("the discussion group {discussion} cannot be read: {error}");
                None
            }
        };
        let Some(copy) = copy else { return Ok(None) };
        let message_id = copy.message_id;
        let known = self.store.known_messages(chat, message_id - 1).await?;
        let is_others = known.iter().any(|known| known.message_id == message_id);
        let files = self.known_files(&part.request).await;
        let shows = shown_items(&part.request, &copy.copy, chat, message_id, &files);
        if is_others || shows.is_empty() {
            return Ok(None);
        }
        let found = Match { message_ids: vec![message_id], by_witness: true };
        let evidence = Evidence { matches: vec![found], ..empty_evidence(self.clock.now(), 0) };
        Ok(Some(Event::Probed { part: number, attempt: unknown.attempt, evidence }))
    }

    /// The discussion group of a post's channel, if the journal knows it. Comments have no witness.
    pub(super) async fn discussion(
        &self,
        publication: &Publication,
    ) -> Result<Option<i64>, StoreError> {
        if publication.is_comments() {
            return Ok(None);
        }
        Ok(self.store.discussions().await?.get(&publication.chat).copied())
    }
}

/// Evidence without any observation.
fn empty_evidence(began: Timestamp, waited: u64) -> Evidence {
    Evidence {
        began,
        waited,
        control: Control::NotTried,
        protected: false,
        last_known: None,
        missing: Vec::new(),
        present: Vec::new(),
        clock: None,
        matches: Vec::new(),
        items: Vec::new(),
    }
}

/// Adds a scan to the evidence.
fn add_scan(evidence: &mut Evidence, scanned: ScanReport, found: &MessageSearch<'_>) {
    let ScanReport { last_known, control, protected, clock, missing, read, known, stopped } =
        scanned;
    if let Some(stopped) = stopped {
        log::debug!("the scan of the channel ended early: {stopped:?}");
    }
    let read = read.into_iter().map(|(message_id, copy)| ChannelMessage {
        message_id,
        shows: match &copy {
            None => ContentMatch::Unreadable,
            Some(_) if found.may_show(message_id) => ContentMatch::Same,
            Some(_) => ContentMatch::Other,
        },
        date: copy.as_ref().and_then(|copy| copy.origin?.date),
        // In a group the bot gets no messages of others, but a forward names their author.
        received: copy.as_ref().and_then(|copy| copy.origin).is_some_and(|it| it.is_of_another),
        belongs_to: None,
    });
    let known = known.into_iter().map(|(message_id, publication)| ChannelMessage {
        message_id,
        shows: ContentMatch::NotRead,
        date: None,
        received: publication.is_none(),
        belongs_to: publication,
    });
    evidence.present = read.chain(known).collect();
    if found.messages() > 1 {
        // A single message needs no match, because it shows the whole request.
        let albums = found.whole().into_iter();
        evidence.matches =
            albums.map(|message_ids| Match { message_ids, by_witness: false }).collect();
        evidence.items = found.items();
    }
    evidence.last_known = Some(last_known);
    evidence.control = control;
    evidence.protected = protected;
    evidence.missing = missing;
    evidence.clock = clock;
}
