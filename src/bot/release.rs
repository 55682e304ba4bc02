//! What waits for an operator's press: a held post that is released, a refused one that is tried again, approvals. Each counts
//! for exactly what was shown.

use super::buttons::Shown;
use super::card;
use super::facts::{self, PostFacts};
use super::reply::Span;
use super::session::{Answer, Session};
use super::text::Text;
use crate::outbox::{Event, Publication};
use crate::store::Command;

impl Session<'_> {
    /// Releases what is held.
    pub(super) async fn release(&self, facts: &PostFacts, as_shown: &Shown) -> Answer {
        let event = |_: &Publication| Event::Release { by: self.actor() };
        self.resume(facts, as_shown, facts::is_releasable, event, Text::Released).await
    }

    /// Tries again what was refused.
    pub(super) async fn retry(&self, facts: &PostFacts, as_shown: &Shown) -> Answer {
        let event = |_: &Publication| Event::Retry { by: self.actor() };
        self.resume(facts, as_shown, facts::has_failed, event, Text::Retried).await
    }

    /// Where the post looks different by now, the new preview comes instead.
    async fn resume(
        &self,
        facts: &PostFacts,
        as_shown: &Shown,
        applies: fn(&Publication) -> bool,
        event: impl Fn(&Publication) -> Event,
        done: Text,
    ) -> Answer {
        if !facts.is_good() || facts.shown() != *as_shown {
            self.preview(facts, Some(Text::HasChanged)).await;
            return Ok(None);
        }
        let applies = |known: &&Publication| applies(known) && facts.is_as_shown(known);
        let known: Vec<_> = facts.publications().filter(applies).cloned().collect();
        if known.is_empty() {
            return Ok(Some(card::card(facts, self.language, self.operator.role)));
        }
        let resumed = self.operations().each(&known, event, self.bot.clock.now()).await?;
        self.show_ordered(self.reply(), &resumed, done, &facts.pauses).await;
        Ok(None)
    }

    /// Approves a post as it was shown.
    pub(super) async fn approve(&self, facts: &PostFacts, as_shown: &Shown) -> Answer {
        if !facts.is_good() || facts.content() != *as_shown {
            self.preview(facts, Some(Text::HasChanged)).await;
            return Ok(None);
        }
        let post = &facts.post;
        let mut waiting = facts.to_approve();
        waiting.retain(|one| one.known.approvals.takes(self.operator.id));
        let words = [("post", Span::code(post))];
        if waiting.is_empty() {
            return Ok(Some(self.text(Text::NotToApprove, &words)));
        }
        let approve = |known: &Publication| {
            let event = Event::Approve { payload: known.payload, by: self.actor() };
            Command::Event(known.id, event)
        };
        let orders = waiting.iter().map(|one| approve(&one.known)).collect();
        let mut reply = self.reply();
        let mut ids = Vec::new();
        let mut is_whole = false;
        for now in self.order(orders).await? {
            ids.push(now.id);
            if now.approvals.lack(facts.approvals) > 0 {
                let words = [
                    ("post", Span::code(post)),
                    ("given", Span::plain(now.approvals.by.len())),
                    ("needed", Span::plain(now.approvals.needed.max(facts.approvals))),
                ];
                reply.line(Text::Approved, &words);
            } else {
                is_whole = true;
                // Nobody is asked any more.
                self.bot.end_as(&now, Text::ApprovedWhole).await;
            }
        }
        if is_whole {
            reply.line(Text::ApprovedWhole, &words);
        }
        self.bot.expect(&ids);
        let place = self.show(&reply.build()).await;
        self.bot.follow(&ids, place).await;
        Ok(None)
    }
}
