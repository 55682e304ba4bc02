//! A post that waits for its time, or whose time has passed: what its file changes about that.

use jiff::Timestamp;

use super::decide::PlanContext;
use super::edit::begun;
use super::order_guard::{GuardedOrder, bound};
use super::{Action, Item, Reason, Step};
use crate::outbox::{Actor, Cancellation, Event, HoldReason, Publication, State};
use crate::status::{self, ChannelState};

impl PlanContext<'_> {
    /// It was taken back: what a person took back stays so, unless its file names another time.
    pub(super) fn cancelled(
        &self,
        publication: &Publication,
        by: &Actor,
        cancellation: Cancellation,
    ) -> Item {
        let (now, time) = (self.asked.now, self.desired.publish_at);
        let other_time = time.filter(|at| {
            Some(*at) != publication.named_at && *at > now && cancellation != Cancellation::Deleted
        });
        if self.desired.draft {
            return self.item(Action::Nothing, Reason::Draft);
        }
        if let Some(at) = other_time.filter(|_| !begun(publication)) {
            return self.accept(Action::Schedule, Reason::NewTime, None, at, false);
        }
        if by.is_person() || cancellation != Cancellation::Ordered {
            return self.item(Action::Nothing, Reason::Withdrawn(self.why(publication)));
        }
        // Its file took it back: it was a draft for a while, or names no time any more.
        match time {
            None if publication.named_at.is_some() => {
                self.item(Action::Nothing, Reason::Withdrawn(Reason::NoTime.to_string()))
            }
            None => self.accept(Action::Create, Reason::New, None, now, false),
            Some(at) if at > now => self.accept(Action::Schedule, Reason::New, None, at, false),
            Some(at) => self.late(None, at),
        }
    }

    /// A post whose time has passed: a little late it goes out, and later a person decides.
    pub(super) fn late(&self, replaced: Option<&Publication>, at: Timestamp) -> Item {
        if at.checked_add(self.asked.grace).is_ok_and(|latest| latest < self.asked.now) {
            let item = self.accept(Action::Held, Reason::CameLate, replaced, at, false);
            let step = item.step.map(|step| step.held(HoldReason::CameLate));
            return Item { step, due_at: Some(at), ..item };
        }
        // `serve` sends what is on the schedule.
        let action = if self.asked.by.is_person() { Action::Create } else { Action::Schedule };
        self.accept(action, Reason::Late, replaced, at, false)
    }

    /// It came after its time, and waits for a person: only another text or time changes that.
    pub(super) fn came_late(&self, publication: &Publication) -> Item {
        let desired = self.desired;
        match desired.publish_at {
            None => self.waiting(publication),
            Some(_) if desired.draft => self.waiting(publication),
            Some(at) if at > self.asked.now => {
                self.accept(Action::Schedule, Reason::OtherTime, Some(publication), at, false)
            }
            Some(at)
                if desired.payload != publication.payload || Some(at) != publication.named_at =>
            {
                self.late(Some(publication), at)
            }
            Some(_) => self.item(Action::Held, Reason::Waits(self.why(publication))),
        }
    }

    /// It has not begun: the newest text goes out, at the file's time or an operator's.
    pub(super) fn waiting(&self, publication: &Publication) -> Item {
        let desired = self.desired;
        let item =
            |action, reason| Item { due_at: Some(publication.due_at), ..self.item(action, reason) };
        if desired.draft {
            let cancel = Event::Cancel { by: Actor::File };
            return item(Action::Cancel, Reason::BecameDraft).by(publication, cancel);
        }
        if let Some(other) = &desired.waits_for {
            return item(Action::Held, Reason::Together(other.clone()));
        }
        let had_time = publication.named_at.is_some() && !publication.by_hand;
        if had_time && desired.publish_at.is_none() {
            let cancel = Event::Cancel { by: Actor::File };
            return item(Action::Cancel, Reason::NoTime).by(publication, cancel);
        }
        if let Some(bound) = self.bound(publication) {
            return bound;
        }
        let files_time = if publication.by_hand { None } else { desired.publish_at };
        let due_at = files_time.unwrap_or(publication.due_at);
        let is_held = matches!(publication.state, State::Held { .. });
        let is_other = desired.payload != publication.payload
            || desired.together != publication.together.channels;
        if is_other || is_held {
            let action = if due_at > self.asked.now { Action::Schedule } else { Action::Create };
            return self.accept(
                action,
                Reason::Replaced,
                Some(publication),
                due_at,
                publication.by_hand,
            );
        }
        if due_at != publication.due_at {
            let moved = Event::Reschedule { due_at, civil: None, by: Actor::File };
            // The same file, and another moment: what its clock time means has changed.
            let is_same = desired.source == publication.source;
            let reason = if is_same { Reason::ZoneRules } else { Reason::OtherTime };
            let item = Item { due_at: Some(due_at), ..item(Action::Schedule, reason) };
            return item.by(publication, moved);
        }
        if let Some(due_at) = self.moved_by_rules(publication) {
            let (civil, by) = (publication.civil.clone(), self.asked.by.clone());
            let moved = Event::Reschedule { due_at, civil, by };
            let item = Item { due_at: Some(due_at), ..item(Action::Schedule, Reason::ZoneRules) };
            return item.by(publication, moved);
        }
        if publication.due_at <= self.asked.now {
            return match self.kept_back(publication) {
                Some(why) => item(Action::Held, Reason::KeptBack(why)),
                None => item(Action::Create, Reason::Due),
            };
        }
        if publication.by_hand {
            return item(Action::Nothing, Reason::ByHand(desired.publish_at));
        }
        item(Action::Nothing, Reason::Scheduled)
    }

    /// Why it does not go out although its time has come.
    pub(super) fn kept_back(&self, publication: &Publication) -> Option<String> {
        let around = ChannelState {
            channels: self.known.channels,
            stopped: self.known.stopped,
            all: self.known.publications,
            now: self.asked.now,
        };
        let why = around.kept_back(publication, &self.desired.channel.timezone);
        why.or_else(|| status::reason(publication, &self.desired.target()))
    }

    /// What becomes of what an operator ordered and the file says otherwise by now.
    pub(super) fn bound(&self, publication: &Publication) -> Option<Item> {
        let bound = bound(publication, self.desired.payload, &self.asked.by)?;
        let step = bound.event().map(|event| Step::Happen(publication.id, event));
        let (action, reason) = match bound {
            GuardedOrder::Lifted => (Action::Schedule, Reason::AsOrdered),
            GuardedOrder::Hold | GuardedOrder::Waits => (Action::Held, Reason::ChangedSinceOrdered),
        };
        Some(Item { due_at: Some(publication.due_at), step, ..self.item(action, reason) })
    }

    /// What the clock time that an operator wrote means by the rules of today, where that is another moment.
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
