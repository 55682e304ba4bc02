//! One post on its way to one channel at a person's time: now, at a time that he names, or in the channel's next free slot.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Desk, DeskFault};
use crate::config::Channel;
use crate::instance;
use crate::outbox::{Civil, Publication, PublicationId, Refused, State};
use crate::plan::{self, Again, Desired, Due, NotPut};
use crate::schedule::{Resolved, When, next_free};
use crate::status;
use crate::store::{Order, StoreFault, Wanted};

/// How often a slot is tried that somebody else takes at the same moment, before that is a fault.
const SLOT_TRIES: usize = 100;

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
    /// It was ordered.
    Ordered(PublicationId),
    /// It was on its way already.
    GoesOn(PublicationId),
    /// It stands in the channel already.
    Stands {
        /// As this publication.
        publication: Box<Publication>,
        /// Whether its file says something else by now.
        differs: bool,
    },
    /// It does not go.
    Not(NotPut),
    /// The channel has no free slot.
    NoSlot,
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
    /// Lets a post go out in one channel when a person wants it.
    ///
    /// # Errors
    /// What the journal refuses, or why it cannot be written.
    pub async fn put(
        &self,
        desired: &Desired,
        again: Again,
        wish: &Wish,
        now: Timestamp,
    ) -> Result<Placed, DeskFault> {
        for _ in 0..SLOT_TRIES {
            match self.put_once(desired, again, wish, now).await {
                Err(DeskFault::Store(StoreFault::Refused {
                    refused: Refused::SlotTaken { .. },
                    ..
                })) => {}
                // The same was ordered at the same moment: it goes on.
                Err(DeskFault::Store(StoreFault::Refused {
                    refused: Refused::KeyTaken { .. },
                    ..
                })) if again != Again::Always => {}
                put => return put,
            }
        }
        Ok(Placed::NoSlot)
    }

    async fn put_once(
        &self,
        desired: &Desired,
        again: Again,
        wish: &Wish,
        now: Timestamp,
    ) -> Result<Placed, DeskFault> {
        let mut here = self.store.publications(Wanted::Post(&desired.post)).await?;
        let begun_elsewhere = here.iter().any(|known| {
            let is_begun = !matches!(known.state, State::Superseded { .. }) && plan::begun(known);
            Some(known.chat) != desired.chat && is_begun
        });
        let elsewhere = here.iter().find(|known| plan::went_elsewhere(known, desired));
        let elsewhere = elsewhere.map(|known| known.chat);
        here.retain(|known| Some(known.chat) == desired.chat);
        if let Some(chat) = elsewhere.filter(|_| here.is_empty() && again != Again::Always) {
            return Ok(Placed::Not(NotPut::OtherChat(chat)));
        }
        let stands = |known: &&Publication| !matches!(known.state, State::Superseded { .. });
        let count = u32::try_from(here.iter().filter(stands).count()).unwrap_or(u32::MAX);
        let newest = status::newest(&here).into_iter().next();
        let at = match wish {
            Wish::Now => now,
            Wish::At(resolved) => resolved.at,
            Wish::NextSlot => {
                let own = newest.map(|newest| newest.id);
                match self.free_slot(&desired.channel, desired.chat, own, now).await? {
                    Some(at) => at,
                    None => return Ok(Placed::NoSlot),
                }
            }
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
                return Ok(newest.map_or(Placed::NoSlot, |newest| Placed::GoesOn(newest.id)));
            }
            Ok(plan::Put::Stands { differs }) => {
                let stands = |newest: &Publication| Placed::Stands {
                    publication: Box::new(newest.clone()),
                    differs,
                };
                return Ok(newest.map_or(Placed::NoSlot, stands));
            }
            Err(why) => return Ok(Placed::Not(why)),
        };
        let mut orders: Vec<Order> = Vec::new();
        if let (Wish::NextSlot, Some(chat)) = (wish, desired.chat) {
            orders.push(Order::FreeSlot { chat, at, of: newest.map(|newest| newest.id) });
        }
        orders.extend(steps.iter().map(Order::from));
        let done = self.order(orders, now).await.map_err(|fault| match newest {
            Some(newest) if fault.is_refusal() && !is_taken(&fault) => fault.of(newest),
            _ => fault,
        })?;
        let last = done.into_iter().filter_map(|done| done.publication).map(|now| now.id).max();
        Ok(last.map_or(Placed::NoSlot, Placed::Ordered))
    }

    /// The next slot of a channel for which nothing but `own` waits.
    async fn free_slot(
        &self,
        channel: &Channel,
        chat: Option<i64>,
        own: Option<PublicationId>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, DeskFault> {
        let waiting = self.store.publications(Wanted::Open).await?;
        let taken: BTreeSet<Timestamp> = waiting
            .iter()
            .filter(|waiting| Some(waiting.chat) == chat && Some(waiting.id) != own)
            .filter(|waiting| !waiting.state.is_terminal())
            .map(|waiting| waiting.due_at)
            .collect();
        Ok(next_free(&channel.slots, &channel.timezone, now, &taken))
    }
}

fn is_taken(fault: &DeskFault) -> bool {
    matches!(
        fault,
        DeskFault::Store(StoreFault::Refused {
            refused: Refused::SlotTaken { .. } | Refused::KeyTaken { .. },
            ..
        })
    )
}
