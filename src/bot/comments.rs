//! Comments in the chat: what becomes of those that wait or need a decision. Otherwise they follow their post.

use super::action_buttons::PostAction;
use super::card;
use super::facts::{self, ChannelPublication, PostFacts};
use super::reply::{Button, MessageBuilder, Span};
use super::session::{HandlerResult, Session};
use super::text::Text;
use crate::config::Role;
use crate::outbox::{Event, Publication, PublicationId};
use crate::plan::Desired;

/// Adds that the comments of an edition are not posted.
pub(super) fn say_left_out(reply: &mut MessageBuilder, desired: &Desired) {
    reply.line(Text::CommentsLeftOut, &[("channel", Span::bold(&desired.channel.name))]);
}

/// Adds the buttons for what this role can do with comments now.
pub(super) fn offer(reply: &mut MessageBuilder, one: &ChannelPublication, role: Role) {
    let comments = &one.publication;
    if role.may(Role::Admin) {
        reply.rows(card::decisions(reply.language(), comments));
    }
    if !role.may(Role::Publisher) {
        return;
    }
    let channel = [("channel", Span::plain(&comments.channel))];
    let button = |text, action: PostAction| {
        let label = MessageBuilder::plain(reply.language(), text, &channel);
        Button::new(label, action.of(&comments.post))
    };
    let resume = if facts::is_releasable(comments) {
        Some(Text::ReleaseComments)
    } else if facts::has_failed(comments) {
        Some(Text::RetryComments)
    } else {
        None
    };
    let resume = resume.map(|text| button(text, PostAction::ResumeComments(comments.id)));
    let cancel = facts::can_cancel(comments)
        .then(|| button(Text::CancelComments, PostAction::CancelComments(comments.id)));
    reply.row(resume).row(cancel);
}

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
