//! Plans posts that wait for their time, or whose time has passed, when their file changes.

use jiff::Timestamp;

use super::decide::PlanContext;
use super::edit::{may_be_in_channel, set_ends};
use super::order_guard::{GuardedOrder, guard_order};
use super::{PlanAction, PlanItem, Reason, Step};
use crate::outbox::{
    Actor, Cancellation, EndKind, Event, HoldReason, Part, PartState, Publication, State,
};
use crate::status::{self, SendBlockers};

impl PlanContext<'_> {
    /// A cancelled post. If an operator cancelled it, it stays so unless its file names another time.
    pub(super) fn cancelled(
        &self,
        publication: &Publication,
        by: &Actor,
        cancellation: Cancellation,
    ) -> PlanItem {
        let (now, time) = (self.options.now, self.desired.publish_at);
        let other_time = time.filter(|at| {
            Some(*at) != publication.file_publish_at
                && *at > now
                && cancellation != Cancellation::Deleted
        });
        if self.desired.draft {
            return self.item(PlanAction::Nothing, Reason::Draft);
        }
        if let Some(at) = other_time.filter(|_| !may_be_in_channel(publication)) {
            return self.accept(PlanAction::Schedule, Reason::NewTime, None, at, false);
        }
        if by.is_person() || cancellation != Cancellation::Ordered {
            return self
                .item(PlanAction::Nothing, Reason::Withdrawn(self.explain_state(publication)));
        }
        // Its file took it back: it was a draft for a while, or lost its time.
        match time {
            None if publication.file_publish_at.is_some() => {
                self.item(PlanAction::Nothing, Reason::Withdrawn(Reason::NoTime.to_string()))
            }
            None => self.accept(PlanAction::Create, Reason::New, None, now, false),
            Some(at) if at > now => self.accept(PlanAction::Schedule, Reason::New, None, at, false),
            Some(at) => self.late(None, at),
        }
    }

    /// A post whose time has passed: within the grace it is sent, after it an operator decides.
    pub(super) fn late(&self, replaced: Option<&Publication>, at: Timestamp) -> PlanItem {
        if at.checked_add(self.options.grace).is_ok_and(|latest| latest < self.options.now) {
            let item = self.accept(PlanAction::Held, Reason::FileAppearedLate, replaced, at, false);
            let step = item.step.map(|step| step.held(HoldReason::FileAppearedLate));
            return PlanItem { step, due_at: Some(at), ..item };
        }
        // `serve` sends the posts on the schedule.
        let action =
            if self.options.by.is_person() { PlanAction::Create } else { PlanAction::Schedule };
        self.accept(action, Reason::Late, replaced, at, false)
    }

    /// A post that was first seen after its time and waits for an operator. Only another text or time changes that.
    pub(super) fn file_appeared_late(&self, publication: &Publication) -> PlanItem {
        let desired = self.desired;
        match desired.publish_at {
            None => self.waiting(publication),
            Some(_) if desired.draft => self.waiting(publication),
            Some(at) if at > self.options.now => {
                self.accept(PlanAction::Schedule, Reason::OtherTime, Some(publication), at, false)
            }
            Some(at)
                if desired.payload != publication.payload
                    || Some(at) != publication.file_publish_at =>
            {
                self.late(Some(publication), at)
            }
            Some(_) => self.item(PlanAction::Held, Reason::Waits(self.explain_state(publication))),
        }
    }

    /// A post of which nothing was sent: its newest text is scheduled, at the operator's time or the file's.
    pub(super) fn waiting(&self, publication: &Publication) -> PlanItem {
        let desired = self.desired;
        let item = |action, reason| PlanItem {
            due_at: Some(publication.due_at),
            ..self.item(action, reason)
        };
        if desired.draft {
            let cancel = Event::Cancel { by: Actor::File };
            return item(PlanAction::Cancel, Reason::BecameDraft).with_event(publication, cancel);
        }
        if let Some(other) = &desired.waits_for {
            return item(PlanAction::Held, Reason::Together(other.clone()));
        }
        let had_time = publication.file_publish_at.is_some() && !publication.by_hand;
        if had_time && desired.publish_at.is_none() {
            let cancel = Event::Cancel { by: Actor::File };
            let reason = if desired.is_over() { Reason::RepeatOver } else { Reason::NoTime };
            return item(PlanAction::Cancel, reason).with_event(publication, cancel);
        }
        // An operator's order and time are for one occurrence of a post that repeats.
        let is_same_occurrence = publication.occurrence == desired.occurrence;
        if is_same_occurrence && let Some(item) = self.guarded_order(publication) {
            return item;
        }
        let by_hand = publication.by_hand && is_same_occurrence;
        let files_time = if by_hand { None } else { desired.publish_at };
        let due_at = files_time.unwrap_or(publication.due_at);
        let is_held = matches!(publication.state, State::Held { .. });
        let is_other = desired.payload != publication.payload
            || desired.together != publication.together.channels;
        if is_other || is_held {
            let action =
                if due_at > self.options.now { PlanAction::Schedule } else { PlanAction::Create };
            let aspects = desired.diff(publication).aspects();
            let reason = match &publication.state {
                State::Held { held: HoldReason::UnknownChannel } if !is_other => {
                    Reason::ChannelKnown
                }
                State::Held { .. } if !is_other => Reason::FileValid,
                _ => Reason::Replaced(aspects),
            };
            return self.accept(action, reason, Some(publication), due_at, by_hand);
        }
        if due_at != publication.due_at {
            let moved = Event::Reschedule { due_at, civil: None, by: Actor::File };
            // The same file with another instant: the meaning of its local time has changed.
            let is_same = desired.source == publication.source;
            let reason = if is_same { Reason::ZoneRules } else { Reason::OtherTime };
            let item = PlanItem { due_at: Some(due_at), ..item(PlanAction::Schedule, reason) };
            return item.with_event(publication, moved);
        }
        if let Some(due_at) = self.moved_by_rules(publication) {
            let (civil, by) = (publication.civil.clone(), self.options.by.clone());
            let moved = Event::Reschedule { due_at, civil, by };
            let item =
                PlanItem { due_at: Some(due_at), ..item(PlanAction::Schedule, Reason::ZoneRules) };
            return item.with_event(publication, moved);
        }
        if publication.due_at <= self.options.now {
            return match self.block_reason(publication) {
                Some(why) => item(PlanAction::Held, Reason::Blocked(why)),
                None => item(PlanAction::Create, Reason::Due),
            };
        }
        if publication.by_hand {
            return item(PlanAction::Nothing, Reason::ByHand(desired.publish_at));
        }
        item(PlanAction::Nothing, Reason::Scheduled)
    }

    /// A published post whose file names other times for its end. `serve` follows them at once, whatever `[schedule] edits` says, so
    /// that nothing is deleted that its file still wants; an operator's order makes them part of the edit.
    pub(super) fn other_ends(&self, publication: &Publication) -> Option<PlanItem> {
        let desired = self.desired;
        let is_same = publication.ends.times() == desired.ends;
        let follow = |action| {
            let event = set_ends(publication, desired, &self.options.by);
            let diff = Some(desired.diff(publication));
            Some(
                PlanItem { diff, ..self.item(action, Reason::EndChanged) }
                    .with_event(publication, event),
            )
        };
        if !is_same && !self.options.by.is_person() {
            return follow(PlanAction::Schedule);
        }
        let sent = publication.parts.iter().filter_map(|part| match part.state {
            PartState::Sent { at, .. } => Some(at),
            _ => None,
        });
        let refused = sent.min().and_then(|first| desired.ends.refused(first));
        if let Some(why) = refused
            && (!is_same || publication.waiting_ends().any(|(kind, _)| kind == EndKind::Delete))
        {
            return Some(self.item(PlanAction::Conflict, Reason::DeletionRefused(why)));
        }
        let is_ordered = |part: &Part| {
            part.change
                .as_ref()
                .is_some_and(|change| change.is_scheduled_deletion() && change.is_pending())
        };
        if !is_same && publication.parts.iter().any(is_ordered) {
            return follow(PlanAction::Cancel);
        }
        None
    }

    /// Why a due post is not sent.
    pub(super) fn block_reason(&self, publication: &Publication) -> Option<String> {
        let channels = SendBlockers {
            failures: self.journal.failures,
            channels: self.journal.channels,
            stopped: self.journal.stopped,
            all: self.journal.publications,
            now: self.options.now,
        };
        let why = channels.block_reason(publication, &self.desired.channel.timezone);
        why.or_else(|| status::reason(publication, &self.desired.target()))
    }

    /// Guards an operator's order against a changed file.
    pub(super) fn guarded_order(&self, publication: &Publication) -> Option<PlanItem> {
        let guarded = guard_order(publication, self.desired.payload, &self.options.by)?;
        let step = guarded.event().map(|event| Step::Apply(publication.id, event));
        let (action, reason) = match guarded {
            GuardedOrder::Matches => (PlanAction::Schedule, Reason::AsOrdered),
            GuardedOrder::Hold | GuardedOrder::AlreadyHeld => {
                (PlanAction::Held, Reason::ChangedSinceOrdered)
            }
        };
        Some(PlanItem { due_at: Some(publication.due_at), step, ..self.item(action, reason) })
    }

    /// The instant of the operator's local time under the current zone rules, if it has changed.
    pub(super) fn moved_by_rules(&self, publication: &Publication) -> Option<Timestamp> {
        let zone = &self.desired.channel.timezone;
        let civil = publication.civil.as_ref().filter(|_| publication.by_hand)?;
        if zone.iana_name() != Some(civil.zone.as_str()) {
            return None;
        }
        let time = civil.time.parse::<jiff::civil::DateTime>().ok()?;
        let at = zone.to_ambiguous_timestamp(time).unambiguous().ok()?;
        (at != publication.due_at).then_some(at)
    }
}
