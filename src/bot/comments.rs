//! Orders about comments that wait or need a decision. Otherwise they follow their post.

use super::card;
use super::facts::{self, PostFacts};
use super::session::{HandlerResult, Session};
use super::text::Text;
use crate::outbox::{Event, Publication, PublicationId};

impl Session<'_> {
    /// Releases held comments, or tries refused ones again.
    pub(super) async fn resume_comments(
        &self,
        facts: &PostFacts,
        id: PublicationId,
    ) -> HandlerResult {
        let is_resumable =
            |known: &&Publication| facts::is_releasable(known) || facts::has_failed(known);
        let Some(known) = comments_of(facts, id).filter(is_resumable) else {
            return Ok(Some(card::card(facts, self.language, self.operator.role)));
        };
        let by = self.actor();
        let event = |known: &Publication| {
            let by = by.clone();
            if facts::has_failed(known) { Event::Retry { by } } else { Event::Release { by } }
        };
        let resumed = self
            .operations()
            .apply_to_each(std::slice::from_ref(known), event, self.bot.clock.now())
            .await?;
        self.show_ordered(self.reply(), &resumed, Text::CommentsResumed, &facts.pauses).await;
        Ok(None)
    }

    /// Leaves comments out.
    pub(super) async fn cancel_comments(
        &self,
        facts: &PostFacts,
        id: PublicationId,
    ) -> HandlerResult {
        let Some(known) = comments_of(facts, id).filter(|known| facts::can_cancel(known)) else {
            return Ok(Some(card::card(facts, self.language, self.operator.role)));
        };
        self.withdraw(facts, std::slice::from_ref(known), Text::CommentsCancelled).await
    }
}

fn comments_of(facts: &PostFacts, id: PublicationId) -> Option<&Publication> {
    facts.comments.iter().map(|one| &one.publication).find(|known| known.id == id)
}
