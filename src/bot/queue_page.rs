//! The queue: what waits, next first.

use super::action_buttons::{Action, PostAction};
use super::facts::ChannelPublication;
use super::language::Language;
use super::pager::Pager;
use super::reply::{MessageBuilder, Reply, Span};
use super::session::{HandlerResult, Session};
use super::state;
use super::text::Text;
use crate::status;
use crate::store::Query;

impl Session<'_> {
    /// A page of the queue.
    pub(super) async fn queue(&self, page: usize) -> HandlerResult {
        let open = self.bot.operations.store.publications(Query::Open).await?;
        let pauses = self.bot.pauses().await?;
        let waiting = status::listed(&open).into_iter().filter(|known| status::is_open(known));
        let waiting = waiting.map(|known| self.bot.in_channel(known, &pauses)).collect();
        Ok(Some(view(&Pager::new(waiting, page), self.language)))
    }
}

pub(super) fn view(waiting: &Pager<ChannelPublication>, language: Language) -> Reply {
    let mut reply = MessageBuilder::new(language);
    if waiting.shown.is_empty() {
        reply.say(Text::QueueIsEmpty, &[]);
        return reply.build();
    }
    reply.say(Text::QueueOf, &[]);
    if !waiting.is_whole() {
        waiting.say_range(&mut reply, Text::Range);
    }
    for (number, one) in waiting.shown.iter().enumerate() {
        let known = &one.publication;
        reply.newline().newline();
        reply.put(&format!("{}. {} ", number + 1, state::state_emoji(&known.state)));
        reply.word(&Span::code(&known.post)).put(" → ").word(&Span::bold(&one.channel)).put(": ");
        state::say_state(&mut reply, one);
        state::say_why(&mut reply, one);
    }
    let card = |one: &ChannelPublication| PostAction::Card.of(&one.publication.post);
    waiting.buttons(&mut reply, card, |page| Action::Queue { page });
    reply.build()
}
