//! One post on its way to its channels at a person's time: now, at a time that he names, or in the next slot that is free in
//! all of them. It is ordered for all of them or for none.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{OperationError, Operations};
use crate::config::Channel;
use crate::outbox::{CivilTime, Publication, State, StepRefusal};
use crate::plan::{self, Desired, DueTime, EnqueueRefusal, ResendPolicy};
use crate::process;
use crate::schedule::{Resolved, When, next_free};
use crate::status;
use crate::store::{Command, Query, StoreError};

/// How often a slot is tried that somebody else takes at the same moment, before that is a fault.
const SLOT_TRIES: usize = 100;

/// How many slots are compared to find one that is free in all channels.
const SLOTS_COMPARED: usize = 10_000;

/// When a person wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestedTime {
    /// Now.
    Now,
    /// At this time.
    At(Resolved),
    /// In the channel's next free slot.
    NextSlot,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnqueueResult {
    /// It was ordered, or was on its way already.
    Ordered(Box<Publication>),
    /// It stands in the channel already.
    Stands {
        /// As this publication.
        publication: Box<Publication>,
        /// Whether its file says something else by now.
        differs: bool,
    },
    /// It does not go.
    Not(EnqueueRefusal),
    /// The channel has no free slot, or none that is free in all of them.
    NoSlot,
    /// It would go, but another channel of the same order cannot.
    Withheld,
}

/// What has to be ordered of one channel, or what is so already.
enum PreparedOrder {
    Placed(EnqueueResult),
    Orders { orders: Vec<Command>, newest: Option<Box<Publication>> },
}

impl RequestedTime {
    /// What a typed time means in a channel.
    ///
    /// # Errors
    /// Where it is none there.
    pub fn of(
        when: &When,
        channel: &Channel,
        now: Timestamp,
    ) -> Result<Self, crate::schedule::WhenError> {
        Ok(when.resolve(&channel.timezone, now)?.map_or(Self::NextSlot, Self::At))
    }
}

impl Operations {
    /// Enqueues a post in all of these channels, or in none; `known` is what the caller has just read of the post, if it has.
    ///
    /// # Errors
    /// What the journal refuses, or why it cannot be written.
    pub async fn put(
        &self,
        wanted: &[(&Desired, &RequestedTime)],
        mut known: Option<&[Publication]>,
        again: ResendPolicy,
        now: Timestamp,
    ) -> Result<Vec<EnqueueResult>, OperationError> {
        let Some((first, _)) = wanted.first() else { return Ok(Vec::new()) };
        for _ in 0..SLOT_TRIES {
            let known = match known.take() {
                Some(known) => known.to_vec(),
                None => self.store.publications(Query::Post(first.post.clone())).await?,
            };
            match self.put_once(wanted, &known, again, now).await {
                // Somebody else has just taken the slot, or ordered the same, which goes on then.
                Err(fault) if is_taken(&fault, again) => {}
                put => return put,
            }
        }
        Ok(wanted.iter().map(|_| EnqueueResult::NoSlot).collect())
    }

    async fn put_once(
        &self,
        wanted: &[(&Desired, &RequestedTime)],
        known: &[Publication],
        again: ResendPolicy,
        now: Timestamp,
    ) -> Result<Vec<EnqueueResult>, OperationError> {
        let slot = self.common_slot(wanted, now).await?;
        let mut all = Vec::new();
        for (desired, wish) in wanted {
            all.push(self.ready(desired, known, again, wish, slot, now));
        }
        // A draft, and what a person took back, is no part of the order.
        let cannot = |one: &PreparedOrder| match one {
            PreparedOrder::Placed(EnqueueResult::Not(why)) => {
                !matches!(why, EnqueueRefusal::Draft | EnqueueRefusal::Withdrawn(_))
            }
            PreparedOrder::Placed(placed) => *placed == EnqueueResult::NoSlot,
            PreparedOrder::Orders { .. } => false,
        };
        if all.iter().any(cannot) {
            let placed = |one| match one {
                PreparedOrder::Placed(placed) => placed,
                PreparedOrder::Orders { .. } => EnqueueResult::Withheld,
            };
            return Ok(all.into_iter().map(placed).collect());
        }
        let mut orders = Vec::new();
        // For each order, the publication that a refusal of it is about.
        let mut about = Vec::new();
        for one in &all {
            if let PreparedOrder::Orders { orders: these, newest } = one {
                orders.extend(these.iter().cloned());
                about.extend(these.iter().map(|_| newest.as_deref()));
            }
        }
        let done = self.order(orders, now).await.map_err(|fault| match &fault {
            OperationError::Store(StoreError::Refused { order, .. })
                if !is_taken(&fault, again) =>
            {
                match about.get(*order).copied().flatten() {
                    Some(newest) if fault.is_refusal() => {
                        fault.of(newest, self.channel_name(newest))
                    }
                    _ => fault,
                }
            }
            _ => fault,
        })?;
        let mut done = done.into_iter();
        let placed = all.into_iter().map(|one| match one {
            PreparedOrder::Placed(placed) => placed,
            PreparedOrder::Orders { orders, .. } => {
                let these = done.by_ref().take(orders.len());
                let last = these.filter_map(|done| done.publication).max_by_key(|now| now.id);
                last.map_or(EnqueueResult::NoSlot, |last| EnqueueResult::Ordered(Box::new(last)))
            }
        });
        Ok(placed.collect())
    }

    /// What has to be ordered so that a post goes out in one channel.
    fn ready(
        &self,
        desired: &Desired,
        known: &[Publication],
        again: ResendPolicy,
        wish: &RequestedTime,
        slot: Option<Timestamp>,
        now: Timestamp,
    ) -> PreparedOrder {
        let begun_elsewhere = known.iter().any(|known| {
            let is_begun = !matches!(known.state, State::Superseded { .. }) && plan::begun(known);
            Some(known.chat) != desired.chat && is_begun
        });
        let elsewhere = plan::found_elsewhere(known, desired);
        if let Some(known) = elsewhere.filter(|_| again != ResendPolicy::Always) {
            let chat = self.address_of(known);
            return PreparedOrder::Placed(EnqueueResult::Not(EnqueueRefusal::Elsewhere(
                chat,
                plan::Presence::of(known),
            )));
        }
        let here: Vec<_> = known.iter().filter(|known| Some(known.chat) == desired.chat).collect();
        let stands = |known: &&&Publication| !matches!(known.state, State::Superseded { .. });
        let count = u32::try_from(here.iter().filter(stands).count()).unwrap_or(u32::MAX);
        let newest = status::newest(here.iter().copied()).into_iter().next();
        let at = match wish {
            RequestedTime::Now => now,
            RequestedTime::At(resolved) => resolved.at,
            RequestedTime::NextSlot => match slot {
                Some(at) => at,
                None => return PreparedOrder::Placed(EnqueueResult::NoSlot),
            },
        };
        let civil = match wish {
            RequestedTime::At(Resolved { civil: Some(civil), .. }) => Some(CivilTime {
                time: civil.to_string(),
                zone: desired.channel.timezone.iana_name().unwrap_or("UTC").to_owned(),
                tzdb: process::zone_rules(),
            }),
            _ => None,
        };
        let due = DueTime { at, civil, is_now: *wish == RequestedTime::Now };
        let steps = match plan::plan_enqueue(
            desired,
            newest,
            begun_elsewhere,
            count,
            again,
            &self.by,
            &due,
        ) {
            Ok(plan::EnqueuePlan::Steps(steps)) => steps,
            Ok(plan::EnqueuePlan::GoesOn) => {
                let goes_on =
                    |newest: &Publication| EnqueueResult::Ordered(Box::new(newest.clone()));
                let placed = newest.map_or(EnqueueResult::NoSlot, goes_on);
                return PreparedOrder::Placed(placed);
            }
            Ok(plan::EnqueuePlan::Stands { differs }) => {
                let stands = |newest: &Publication| EnqueueResult::Stands {
                    publication: Box::new(newest.clone()),
                    differs,
                };
                return PreparedOrder::Placed(newest.map_or(EnqueueResult::NoSlot, stands));
            }
            Err(why) => return PreparedOrder::Placed(EnqueueResult::Not(why)),
        };
        let mut orders: Vec<Command> = Vec::new();
        if let (RequestedTime::NextSlot, Some(chat)) = (wish, desired.chat) {
            orders.push(Command::FreeSlot { chat, at, of: newest.map(|newest| newest.id) });
        }
        orders.extend(steps.iter().map(Command::from));
        PreparedOrder::Orders { orders, newest: newest.cloned().map(Box::new) }
    }

    /// The earliest slot that is free in every channel in which a slot is wanted; what waits for one already gives it up.
    async fn common_slot(
        &self,
        wanted: &[(&Desired, &RequestedTime)],
        now: Timestamp,
    ) -> Result<Option<Timestamp>, OperationError> {
        let mut lanes = Vec::new();
        let waiting = self.store.publications(Query::Open).await?;
        for (desired, _) in wanted.iter().filter(|(_, wish)| **wish == RequestedTime::NextSlot) {
            let taken: BTreeSet<Timestamp> = waiting
                .iter()
                .filter(|waiting| Some(waiting.chat) == desired.chat)
                .filter(|waiting| waiting.post != desired.post && !waiting.state.is_terminal())
                .map(|waiting| waiting.due_at)
                .collect();
            lanes.push((&desired.channel.slots, &desired.channel.timezone, taken));
        }
        let mut after = now;
        for _ in 0..SLOTS_COMPARED {
            let next =
                lanes.iter().map(|(slots, zone, taken)| next_free(slots, zone, after, taken));
            let Some(next) = next.collect::<Option<Vec<_>>>() else { break };
            let Some(latest) = next.iter().max() else { break };
            if next.iter().all(|at| at == latest) {
                return Ok(Some(*latest));
            }
            // Nothing before the latest of them is free in all.
            after = latest.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(*latest);
        }
        Ok(None)
    }
}

fn is_taken(fault: &OperationError, again: ResendPolicy) -> bool {
    match fault {
        OperationError::Store(StoreError::Refused { refused, .. }) => match refused {
            StepRefusal::SlotTaken { .. } => true,
            StepRefusal::KeyTaken { .. } => again != ResendPolicy::Always,
            _ => false,
        },
        _ => false,
    }
}
