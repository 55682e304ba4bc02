//! Releases held posts, retries refused ones, and records approvals, each for exactly the content that was shown.

use super::action_buttons::SeenPost;
use super::card;
use super::facts::{self, PostFacts};
use super::reply::Span;
use super::session::{HandlerResult, Session};
use super::text::Text;
use crate::outbox::{Event, Publication};
use crate::store::Command;

impl Session<'_> {
    /// Releases a held post.
    pub(super) async fn release(&self, facts: &PostFacts, as_shown: &SeenPost) -> HandlerResult {
        let event = |_: &Publication| Event::Release { by: self.actor() };
        self.resume(facts, as_shown, facts::is_releasable, event, Text::Released).await
    }

    /// Tries a refused post again.
    pub(super) async fn retry(&self, facts: &PostFacts, as_shown: &SeenPost) -> HandlerResult {
        let event = |_: &Publication| Event::Retry { by: self.actor() };
        self.resume(facts, as_shown, facts::has_failed, event, Text::Retried).await
    }

    /// Where the post has changed since it was shown, shows the new preview instead.
    async fn resume(
        &self,
        facts: &PostFacts,
        as_shown: &SeenPost,
        applies: fn(&Publication) -> bool,
        event: impl Fn(&Publication) -> Event,
        done: Text,
    ) -> HandlerResult {
        if !facts.is_good() || facts.seen() != *as_shown {
            self.preview(facts, Some(Text::HasChanged)).await;
            return Ok(None);
        }
        let applies = |known: &&Publication| applies(known) && facts.is_as_shown(known);
        let known: Vec<_> = facts.publications().filter(applies).cloned().collect();
        if known.is_empty() {
            return Ok(Some(card::card(facts, self.language, self.operator.role)));
        }
        let resumed = self.operations().apply_to_each(&known, event, self.bot.clock.now()).await?;
        self.show_ordered(self.reply(), &resumed, done, &facts.pauses).await;
        Ok(None)
    }

    /// Approves a post as it was shown.
    pub(super) async fn approve(&self, facts: &PostFacts, as_shown: &SeenPost) -> HandlerResult {
        if !facts.is_good() || facts.content() != *as_shown {
            self.preview(facts, Some(Text::HasChanged)).await;
            return Ok(None);
        }
        let post = &facts.post;
        let mut waiting = facts.to_approve();
        waiting.retain(|one| one.publication.approvals.accepts(self.operator.id));
        let words = [("post", Span::code(post))];
        if waiting.is_empty() {
            return Ok(Some(self.text(Text::NothingToApprove, &words)));
        }
        let approve = |known: &Publication| {
            let event = Event::Approve { payload: known.payload, by: self.actor() };
            Command::Event(known.id, event)
        };
        let orders = waiting.iter().map(|one| approve(&one.publication)).collect();
        let mut reply = self.reply();
        let mut ids = Vec::new();
        let mut is_whole = false;
        for now in self.order(orders).await? {
            ids.push(now.id);
            if now.approvals.missing(facts.approvals) > 0 {
                let words = [
                    ("post", Span::code(post)),
                    ("given", Span::plain(now.approvals.by.len())),
                    ("needed", Span::plain(now.approvals.needed.max(facts.approvals))),
                ];
                reply.line(Text::Approved, &words);
            } else {
                is_whole = true;
                // Its requests for approval end.
                self.bot.end_as(&now, Text::FullyApproved).await;
            }
        }
        if is_whole {
            reply.line(Text::FullyApproved, &words);
        }
        self.show_order(&reply.build(), &ids, true).await;
        Ok(None)
    }
}
