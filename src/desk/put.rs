//! One post on its way to its channels at a person's time: now, at a time that he names, or in the next slot that is free in
//! all of them. It is ordered for all of them or for none.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{Desk, DeskFault};
use crate::config::Channel;
use crate::instance;
use crate::outbox::{Civil, Publication, Refused, State};
use crate::plan::{self, Again, Desired, Due, NotPut};
use crate::schedule::{Resolved, When, next_free};
use crate::status;
use crate::store::{Order, StoreFault, Wanted};

/// How often a slot is tried that somebody else takes at the same moment, before that is a fault.
const SLOT_TRIES: usize = 100;

/// How many slots are compared to find one that is free in all channels.
const SLOTS_COMPARED: usize = 10_000;

/// When a person wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Now.
    Now,
    /// At this time.
    At(Resolved),
    /// In the channel's next free slot.
    NextSlot,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
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
    Not(NotPut),
    /// The channel has no free slot, or none that is free in all of them.
    NoSlot,
    /// It would go, but another channel of the same order cannot.
    Withheld,
}

/// What has to be ordered of one channel, or what is so already.
enum Ready {
    Placed(Placed),
    Orders { orders: Vec<Order>, newest: Option<Box<Publication>> },
}

impl Wish {
    /// What a typed time means in a channel.
    ///
    /// # Errors
    /// Where it is none there.
    pub fn of(
        when: &When,
        channel: &Channel,
        now: Timestamp,
    ) -> Result<Self, crate::schedule::WhenFault> {
        Ok(when.resolve(&channel.timezone, now)?.map_or(Self::NextSlot, Self::At))
    }
}

impl Desk {
    /// Enqueues a post in all of these channels, or in none; `known` is what the caller has just read of the post, if it has.
    ///
    /// # Errors
    /// What the journal refuses, or why it cannot be written.
    pub async fn put(
        &self,
        wanted: &[(&Desired, &Wish)],
        mut known: Option<&[Publication]>,
        again: Again,
        now: Timestamp,
    ) -> Result<Vec<Placed>, DeskFault> {
        let Some((first, _)) = wanted.first() else { return Ok(Vec::new()) };
        for _ in 0..SLOT_TRIES {
            let known = match known.take() {
                Some(known) => known.to_vec(),
                None => self.store.publications(Wanted::Post(first.post.clone())).await?,
            };
            match self.put_once(wanted, &known, again, now).await {
                // Somebody else has just taken the slot, or ordered the same, which goes on then.
                Err(fault) if is_taken(&fault, again) => {}
                put => return put,
            }
        }
        Ok(wanted.iter().map(|_| Placed::NoSlot).collect())
    }

    async fn put_once(
        &self,
        wanted: &[(&Desired, &Wish)],
        known: &[Publication],
        again: Again,
        now: Timestamp,
    ) -> Result<Vec<Placed>, DeskFault> {
        let slot = self.common_slot(wanted, now).await?;
        let mut all = Vec::new();
        for (desired, wish) in wanted {
            all.push(self.ready(desired, known, again, wish, slot, now));
        }
        // A draft, and what a person took back, is no part of the order.
        let cannot = |one: &Ready| match one {
            Ready::Placed(Placed::Not(why)) => !matches!(why, NotPut::Draft | NotPut::Withdrawn(_)),
            Ready::Placed(placed) => *placed == Placed::NoSlot,
            Ready::Orders { .. } => false,
        };
        if all.iter().any(cannot) {
            let placed = |one| match one {
                Ready::Placed(placed) => placed,
                Ready::Orders { .. } => Placed::Withheld,
            };
            return Ok(all.into_iter().map(placed).collect());
        }
        let mut orders = Vec::new();
        // For each order, the publication that a refusal of it is about.
        let mut about = Vec::new();
        for one in &all {
            if let Ready::Orders { orders: these, newest } = one {
                orders.extend(these.iter().cloned());
                about.extend(these.iter().map(|_| newest.as_deref()));
            }
        }
        let done = self.order(orders, now).await.map_err(|fault| match &fault {
            DeskFault::Store(StoreFault::Refused { order, .. }) if !is_taken(&fault, again) => {
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
            Ready::Placed(placed) => placed,
            Ready::Orders { orders, .. } => {
                let these = done.by_ref().take(orders.len());
                let last = these.filter_map(|done| done.publication).max_by_key(|now| now.id);
                last.map_or(Placed::NoSlot, |last| Placed::Ordered(Box::new(last)))
            }
        });
        Ok(placed.collect())
    }

    /// What has to be ordered so that a post goes out in one channel.
    fn ready(
        &self,
        desired: &Desired,
        known: &[Publication],
        again: Again,
        wish: &Wish,
        slot: Option<Timestamp>,
        now: Timestamp,
    ) -> Ready {
        let begun_elsewhere = known.iter().any(|known| {
            let is_begun = !matches!(known.state, State::Superseded { .. }) && plan::begun(known);
            Some(known.chat) != desired.chat && is_begun
        });
        let elsewhere = plan::found_elsewhere(known, desired);
        if let Some(known) = elsewhere.filter(|_| again != Again::Always) {
            let chat = self.address_of(known);
            return Ready::Placed(Placed::Not(NotPut::Elsewhere(chat, plan::Presence::of(known))));
        }
        let here: Vec<_> = known.iter().filter(|known| Some(known.chat) == desired.chat).collect();
        let stands = |known: &&&Publication| !matches!(known.state, State::Superseded { .. });
        let count = u32::try_from(here.iter().filter(stands).count()).unwrap_or(u32::MAX);
        let newest = status::newest(here.iter().copied()).into_iter().next();
        let at = match wish {
            Wish::Now => now,
            Wish::At(resolved) => resolved.at,
            Wish::NextSlot => match slot {
                Some(at) => at,
                None => return Ready::Placed(Placed::NoSlot),
            },
        };
        let civil = match wish {
            Wish::At(Resolved { civil: Some(civil), .. }) => Some(Civil {
                time: civil.to_string(),
                zone: desired.channel.timezone.iana_name().unwrap_or("UTC").to_owned(),
                tzdb: instance::zone_rules(),
            }),
            _ => None,
        };
        let due = Due { at, civil, is_now: *wish == Wish::Now };
        let steps = match plan::put(desired, newest, begun_elsewhere, count, again, &self.by, &due)
        {
            Ok(plan::Put::Steps(steps)) => steps,
            Ok(plan::Put::GoesOn) => {
                let goes_on = |newest: &Publication| Placed::Ordered(Box::new(newest.clone()));
                let placed = newest.map_or(Placed::NoSlot, goes_on);
                return Ready::Placed(placed);
            }
            Ok(plan::Put::Stands { differs }) => {
                let stands = |newest: &Publication| Placed::Stands {
                    publication: Box::new(newest.clone()),
                    differs,
                };
                return Ready::Placed(newest.map_or(Placed::NoSlot, stands));
            }
            Err(why) => return Ready::Placed(Placed::Not(why)),
        };
        let mut orders: Vec<Order> = Vec::new();
        if let (Wish::NextSlot, Some(chat)) = (wish, desired.chat) {
            orders.push(Order::FreeSlot { chat, at, of: newest.map(|newest| newest.id) });
        }
        orders.extend(steps.iter().map(Order::from));
        Ready::Orders { orders, newest: newest.cloned().map(Box::new) }
    }

    /// The earliest slot that is free in every channel in which a slot is wanted; what waits for one already gives it up.
    async fn common_slot(
        &self,
        wanted: &[(&Desired, &Wish)],
        now: Timestamp,
    ) -> Result<Option<Timestamp>, DeskFault> {
        let mut lanes = Vec::new();
        let waiting = self.store.publications(Wanted::Open).await?;
        for (desired, _) in wanted.iter().filter(|(_, wish)| **wish == Wish::NextSlot) {
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

fn is_taken(fault: &DeskFault, again: Again) -> bool {
    match fault {
        DeskFault::Store(StoreFault::Refused { refused, .. }) => match refused {
            Refused::SlotTaken { .. } => true,
            Refused::KeyTaken { .. } => again != Again::Always,
            _ => false,
        },
        _ => false,
    }
}
