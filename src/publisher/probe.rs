//! Reads a channel back through the staging chat, to find out whether a request had its effect; it posts nothing in it.

use std::time::Duration;

use tokio::time;

use super::same::is_same;
use super::{Publisher, Seen, after};
use crate::limits;
use crate::outbox::{Control, Event, Evidence, Look, Match, PartState, Publication, Saw};

impl Publisher<'_> {
    /// Looks for a part whose outcome is not known, and tells what was seen. The quiet time must be over by the clock that
    /// nobody can set.
    pub(super) async fn probe(&self, publication: &Publication, number: usize) -> Event {
        let doubt = publication.parts.get(number).and_then(|part| match &part.state {
            PartState::Uncertain { doubt, .. } => Some((part, doubt)),
            _ => None,
        });
        let (Some((part, doubt)), Some(staging)) = (doubt, self.staging) else {
            return Event::Tick;
        };
        let began = self.clock.now();
        let mut evidence = Evidence {
            began,
            waited: self.policy.quiet.as_secs() + u64::from(self.policy.quiet.subsec_nanos() > 0),
            control: Control::NotTried,
            looked: Vec::new(),
            gained: None,
            matches: Vec::new(),
            second_poller: false,
        };
        if began >= after(doubt.since, self.policy.quiet)
            && let Some(floor) = doubt.floor
        {
            evidence.control = match self.seen(staging, publication.chat, floor).await {
                Seen::Message(_) | Seen::Unreadable => Control::Read,
                Seen::Absent => Control::NotFound,
                Seen::Failed(_) | Seen::Wait(_) => Control::Refused,
            };
            let window = i64::try_from(limits::PROBE_WINDOW).unwrap_or(i64::MAX);
            for message_id in floor.saturating_add(1)..=floor.saturating_add(window) {
                if evidence.control != Control::Read {
                    break;
                }
                let saw = match self.seen(staging, publication.chat, message_id).await {
                    Seen::Absent => Saw::Absent,
                    Seen::Message(copy)
                        if is_same(&part.request, &copy, publication.chat, message_id, doubt) =>
                    {
                        Saw::Same
                    }
                    Seen::Message(_) => Saw::Other,
                    Seen::Unreadable => Saw::Unreadable,
                    Seen::Failed(_) | Seen::Wait(_) => Saw::Failed,
                };
                evidence.looked.push(Look { message_id, saw });
                if saw == Saw::Same {
                    evidence
                        .matches
                        .push(Match { message_ids: vec![message_id], by_witness: false });
                    break;
                }
            }
        }
        Event::Probed { part: number, attempt: doubt.attempt, evidence }
    }

    /// One look, at the pace of the staging chat; where Telegram asks to wait, it is waited for, a few times.
    async fn seen(&self, staging: i64, chat: i64, message_id: i64) -> Seen {
        let mut seen = Seen::Absent;
        for _ in 0..3 {
            time::sleep(self.pacing.channel).await;
            seen = self.gateway.look(staging, chat, message_id).await;
            let Seen::Wait(seconds) = seen else { break };
            time::sleep(
                Duration::from_secs(seconds.saturating_add(1)).min(limits::LONG_FLOOD_WAIT),
            )
            .await;
        }
        seen
    }
}
