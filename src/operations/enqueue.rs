//! Orders a post at an operator's time: now, at a given time, or in the next slot that is free in all channels. An order is
//! accepted for all channels or for none.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{OperationError, Operations};
use crate::config::Channel;
use crate::outbox::{CivilTime, Publication, State, StepRefusal};
use crate::plan::{self, Desired, EnqueueRefusal, ResendPolicy, ResolvedTime};
use crate::process;
use crate::schedule::{Resolved, When, next_free};
use crate::status;
use crate::store::{Command, Query, StoreError};

/// How often to retry if another order takes the slot at the same moment.
const SLOT_TRIES: usize = 100;

/// How many slots to compare to find one that is free in all channels.
const SLOTS_COMPARED: usize = 10_000;

/// When an operator wants a post published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestedTime {
    /// Now.
    Now,
    /// At this time.
    At(Resolved),
    /// In the next slot that is free in all channels.
    NextSlot,
}

/// The result of an order in one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnqueueResult {
    /// The post was ordered, or was being sent already.
    Ordered(Box<Publication>),
    /// The post is published already.
    Published {
        /// Its publication.
        publication: Box<Publication>,
        /// Whether its file has changed since.
        differs: bool,
    },
    /// The order is refused.
    Refused(EnqueueRefusal),
    /// No slot is free in all channels.
    NoSlot,
    /// The order was possible here, but not in another channel.
    Withheld,
}

/// The commands of an order in one channel, or its result if no command is needed.
enum PreparedOrder {
    Done(EnqueueResult),
    Orders { orders: Vec<Command>, newest: Option<Box<Publication>> },
}

impl RequestedTime {
    /// The meaning of a typed time in a channel.
    ///
    /// # Errors
    /// If it is not a valid time there.
    pub fn of(
        when: &When,
        channel: &Channel,
        now: Timestamp,
    ) -> Result<Self, crate::schedule::WhenError> {
        Ok(when.resolve(&channel.timezone, now)?.map_or(Self::NextSlot, Self::At))
    }
}

impl Operations {
    /// Enqueues a post in all of these channels or in none. `known` are the post's publications, if the caller has just read
    /// them.
    ///
    /// # Errors
    /// If the journal refuses the order or cannot be written.
    pub async fn enqueue(
        &self,
        wanted: &[(&Desired, &RequestedTime)],
        mut known: Option<&[Publication]>,
        again: ResendPolicy,
        now: Timestamp,
    ) -> Result<Vec<EnqueueResult>, OperationError> {
        let Some((first, _)) = wanted.first() else { return Ok(Vec::new()) };
        let mut is_read_again = false;
        for _ in 0..SLOT_TRIES {
            let known = match known.take() {
                Some(known) => known.to_vec(),
                None => self.store.publications(Query::Post(first.post.clone())).await?,
            };
            match self.enqueue_once(wanted, &known, again, now).await {
                // Another order has just taken the slot, or ordered the same post: try again.
                Err(error) if is_taken(&error, again) => {}
                // Another process has just begun to send it.
                Err(error) if error.is_refusal() && !is_read_again => is_read_again = true,
                result => return result,
            }
        }
        Ok(wanted.iter().map(|_| EnqueueResult::NoSlot).collect())
    }

    async fn enqueue_once(
        &self,
        wanted: &[(&Desired, &RequestedTime)],
        known: &[Publication],
        again: ResendPolicy,
        now: Timestamp,
    ) -> Result<Vec<EnqueueResult>, OperationError> {
        let current = self.with_occurrences(wanted.iter().map(|(desired, _)| *desired), known, now);
        let wanted: Vec<_> =
            current.iter().map(AsRef::as_ref).zip(wanted.iter().map(|(_, time)| *time)).collect();
        let wanted = wanted.as_slice();
        let slot = self.common_slot(wanted, now).await?;
        let (comments, known): (Vec<_>, Vec<_>) =
            known.iter().cloned().partition(Publication::is_comments);
        let known = known.as_slice();
        let mut all = Vec::new();
        for (desired, time) in wanted {
            all.push(self.prepare(desired, known, again, time, slot, now));
        }
        // Drafts and withdrawn posts do not make the other channels fail.
        let cannot = |prepared: &PreparedOrder| match prepared {
            PreparedOrder::Done(EnqueueResult::Refused(why)) => {
                !matches!(why, EnqueueRefusal::Draft | EnqueueRefusal::Withdrawn(_))
            }
            PreparedOrder::Done(result) => *result == EnqueueResult::NoSlot,
            PreparedOrder::Orders { .. } => false,
        };
        if all.iter().any(cannot) {
            let result = |prepared| match prepared {
                PreparedOrder::Done(result) => result,
                PreparedOrder::Orders { .. } => EnqueueResult::Withheld,
            };
            return Ok(all.into_iter().map(result).collect());
        }
        let mut orders = Vec::new();
        // The publication of each command, to name it in a refusal.
        let mut about = Vec::new();
        for prepared in &all {
            if let PreparedOrder::Orders { orders: these, newest } = prepared {
                orders.extend(these.iter().cloned());
                about.extend(these.iter().map(|_| newest.as_deref()));
            }
        }
        // The comments come after all posts, so that the results below are those of the posts.
        let discussions = self.store.discussions().await?;
        for ((desired, _), prepared) in wanted.iter().zip(&all) {
            if let PreparedOrder::Orders { .. } = prepared {
                let comments = plan::comments_to_enqueue(
                    desired,
                    &comments,
                    &discussions,
                    again,
                    &self.by,
                    now,
                );
                orders.extend(comments.map(Command::Accept));
                about.push(None);
            }
        }
        let done = self.order(orders, now).await.map_err(|error| match &error {
            OperationError::Store(StoreError::Refused { order, .. })
                if !is_taken(&error, again) =>
            {
                match about.get(*order).copied().flatten() {
                    Some(newest) if error.is_refusal() => {
                        error.of(newest, self.channel_name(newest), now)
                    }
                    _ => error,
                }
            }
            _ => error,
        })?;
        let mut done = done.into_iter();
        let results = all.into_iter().map(|prepared| match prepared {
            PreparedOrder::Done(result) => result,
            PreparedOrder::Orders { orders, .. } => {
                let these = done.by_ref().take(orders.len());
                let last = these.filter_map(|done| done.publication).max_by_key(|now| now.id);
                last.map_or(EnqueueResult::NoSlot, |last| EnqueueResult::Ordered(Box::new(last)))
            }
        });
        Ok(results.collect())
    }

    /// Plans the order of a post in one channel.
    fn prepare(
        &self,
        desired: &Desired,
        known: &[Publication],
        again: ResendPolicy,
        time: &RequestedTime,
        slot: Option<Timestamp>,
        now: Timestamp,
    ) -> PreparedOrder {
        let is_in_other_channel = known.iter().any(|known| {
            let is_in_channel =
                !matches!(known.state, State::Superseded { .. }) && plan::may_be_in_channel(known);
            Some(known.destination()) != desired.destination
                && known.occurrence == desired.occurrence
                && is_in_channel
        });
        let elsewhere = plan::in_former_chat(known, desired);
        if let Some(known) = elsewhere.filter(|_| again != ResendPolicy::Always) {
            let upgraded_to = self.names.upgraded_to(known.chat);
            let elsewhere = plan::FormerChat {
                place: self.address_of(known),
                presence: plan::FormerChatPresence::of(known),
                is_upgraded: upgraded_to.is_some() && upgraded_to == desired.chat(),
            };
            let refusal = EnqueueRefusal::Elsewhere(elsewhere);
            return PreparedOrder::Done(EnqueueResult::Refused(refusal));
        }
        let is_here = |known: &&Publication| Some(known.destination()) == desired.destination;
        let here: Vec<_> = known.iter().filter(is_here).collect();
        let is_current = |known: &&&Publication| {
            !matches!(known.state, State::Superseded { .. })
                && known.occurrence == desired.occurrence
        };
        let count = u32::try_from(here.iter().filter(is_current).count()).unwrap_or(u32::MAX);
        let newest = desired.counterpart(status::newest(here.iter().copied()).into_iter().next());
        let at = match time {
            RequestedTime::Now => now,
            RequestedTime::At(resolved) => resolved.at,
            RequestedTime::NextSlot => match slot {
                Some(at) => at,
                None => return PreparedOrder::Done(EnqueueResult::NoSlot),
            },
        };
        let civil = match time {
            RequestedTime::At(Resolved { civil: Some(civil), .. }) => Some(CivilTime {
                time: civil.to_string(),
                zone: desired.channel.timezone.iana_name().unwrap_or("UTC").to_owned(),
                tzdb: process::zone_rules(),
            }),
            _ => None,
        };
        let due = ResolvedTime { at, civil, is_now: *time == RequestedTime::Now };
        let steps = match plan::plan_enqueue(
            desired,
            newest,
            is_in_other_channel,
            count,
            again,
            &self.by,
            &due,
        ) {
            Ok(plan::EnqueuePlan::Steps(steps)) => steps,
            Ok(plan::EnqueuePlan::InProgress) => {
                let in_progress =
                    |newest: &Publication| EnqueueResult::Ordered(Box::new(newest.clone()));
                let result = newest.map_or(EnqueueResult::NoSlot, in_progress);
                return PreparedOrder::Done(result);
            }
            Ok(plan::EnqueuePlan::Published { differs }) => {
                let published = |newest: &Publication| EnqueueResult::Published {
                    publication: Box::new(newest.clone()),
                    differs,
                };
                return PreparedOrder::Done(newest.map_or(EnqueueResult::NoSlot, published));
            }
            Err(why) => return PreparedOrder::Done(EnqueueResult::Refused(why)),
        };
        let mut orders: Vec<Command> = Vec::new();
        if let (RequestedTime::NextSlot, Some(channel)) = (time, desired.destination) {
            orders.push(Command::FreeSlot { channel, at, of: newest.map(|newest| newest.id) });
        }
        orders.extend(steps.iter().map(Command::from));
        PreparedOrder::Orders { orders, newest: newest.cloned().map(Box::new) }
    }

    /// The earliest slot that is free in every channel that wants one. The post's own slot counts as free.
    async fn common_slot(
        &self,
        wanted: &[(&Desired, &RequestedTime)],
        now: Timestamp,
    ) -> Result<Option<Timestamp>, OperationError> {
        let mut channels = Vec::new();
        let waiting = self.store.publications(Query::Open).await?;
        for (desired, _) in wanted.iter().filter(|(_, time)| **time == RequestedTime::NextSlot) {
            let taken: BTreeSet<Timestamp> = waiting
                .iter()
                .filter(|waiting| Some(waiting.destination()) == desired.destination)
                .filter(|waiting| waiting.post != desired.post && !waiting.state.is_terminal())
                .map(|waiting| waiting.due_at)
                .collect();
            channels.push((&desired.channel.slots, &desired.channel.timezone, taken));
        }
        let mut after = now;
        for _ in 0..SLOTS_COMPARED {
            let next =
                channels.iter().map(|(slots, zone, taken)| next_free(slots, zone, after, taken));
            let Some(next) = next.collect::<Option<Vec<_>>>() else { break };
            let Some(latest) = next.iter().max() else { break };
            if next.iter().all(|at| at == latest) {
                return Ok(Some(*latest));
            }
            // No slot before the latest of these is free in all channels.
            after = latest.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(*latest);
        }
        Ok(None)
    }
}

fn is_taken(error: &OperationError, again: ResendPolicy) -> bool {
    match error {
        OperationError::Store(StoreError::Refused { refused, .. }) => match refused {
            StepRefusal::SlotTaken { .. } => true,
            StepRefusal::KeyTaken { .. } => again != ResendPolicy::Always,
            _ => false,
        },
        _ => false,
    }
}
