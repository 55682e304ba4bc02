//! Closes the poll of a published post, after asking: a closed poll cannot be opened again.

use super::action_buttons::{Action, PostAction};
use super::facts::PostFacts;
use super::language::Language;
use super::reply::{MessageBuilder, Reply, Span};
use super::session::{HandlerResult, Session};
use super::state;
use super::text::Text;
use crate::outbox::{Event, Publication, PublicationId};

impl Session<'_> {
    /// Asks whether to close a post's poll, or shows how it ended.
    pub(super) fn ask_close_poll(&self, facts: &PostFacts) -> Reply {
        question(facts, self.language)
    }

    /// Closes the polls of those of these publications in which they are still open.
    pub(super) async fn close_poll(
        &self,
        facts: &PostFacts,
        ids: &[PublicationId],
    ) -> HandlerResult {
        let open = facts
            .here
            .iter()
            .filter(|one| one.publication.has_open_poll() && ids.contains(&one.publication.id));
        let known: Vec<Publication> = open.map(|one| one.publication.clone()).collect();
        if known.is_empty() {
            return Ok(Some(question(facts, self.language)));
        }
        let event = |_: &Publication| Event::ClosePoll { by: self.actor() };
        let closing = self.operations().apply_to_each(&known, event, self.bot.clock.now()).await?;
        self.show_ordered(self.reply(), &closing, Text::ClosingPoll, &facts.pauses).await;
        Ok(None)
    }
}

/// The question about the open polls of a post; without one, how its polls ended.
pub(super) fn question(facts: &PostFacts, language: Language) -> Reply {
    let post = &facts.post;
    let mut reply = MessageBuilder::new(language);
    let open: Vec<_> = facts.here.iter().filter(|one| one.publication.has_open_poll()).collect();
    for one in &facts.here {
        state::say_poll(&mut reply, &one.publication);
    }
    if open.is_empty() {
        if reply.is_empty() {
            reply.say(Text::NoPoll, &[("post", Span::code(post))]);
        }
        return reply.build();
    }
    let channels: Vec<_> = open.iter().map(|one| one.channel.as_str()).collect();
    let words = [("post", Span::code(post)), ("channels", Span::bold(channels.join(", ")))];
    reply.line(Text::ClosePollQuestion, &words);
    let ids = open.iter().map(|one| one.publication.id).collect();
    reply.action(Text::ClosePoll, PostAction::ClosePoll(ids).of(post));
    reply.action(Text::Close, Action::Close);
    reply.build()
}
