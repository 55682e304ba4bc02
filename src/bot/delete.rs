//! Deletes messages from channels, after two questions. A post that only waits is unscheduled elsewhere.

use jiff::{SignedDuration, Timestamp};

use super::action_buttons::{Action, PostAction};
use super::card;
use super::explain;
use super::facts::{self, ChannelPublication, PostFacts};
use super::language::Language;
use super::reply::{MessageBuilder, Reply, Span, enumerated};
use super::session::{HandlerResult, Session};
use super::text::Text;
use crate::config::Role;
use crate::ids::PostId;
use crate::limits;
use crate::operations::OperationError;
use crate::outbox::{Actor, Event, Publication, PublicationId, State};
use crate::plan;
use crate::store::{Command, Query};

impl Session<'_> {
    /// Asks whether to delete a post's messages.
    pub(super) fn ask_delete(&self, facts: &PostFacts) -> Reply {
        question(facts, self.language, self.operator.role, self.bot.clock.now())
    }

    /// Asks once more.
    pub(super) fn ask_again(&self, facts: &PostFacts, ids: Vec<PublicationId>) -> Reply {
        let post = &facts.post;
        let known = sent_of(facts, &ids);
        if known.is_empty() {
            return self.text(Text::NothingToDelete, &[("post", Span::code(post))]);
        }
        let mut reply = self.reply();
        let action = PostAction::Delete(ids).of(post);
        ask(&mut reply, Text::DeleteReally, post, &known, Text::DeleteForAll, action);
        reply.build()
    }

    /// Deletes those of these publications that are still in their channels.
    pub(super) async fn delete(
        &self,
        facts: &PostFacts,
        ids: &[PublicationId],
        deleting_text: Text,
    ) -> HandlerResult {
        let post = &facts.post;
        let mut reply = self.reply();
        let mut deleting = Vec::new();
        let mut broken = None;
        for one in sent_of(facts, ids) {
            let channel = ("channel", Span::bold(&one.channel));
            match self.delete_one(&one.publication).await {
                Ok(Some(now)) => deleting.push(now),
                Ok(None) => drop(reply.line(Text::TooOldToDelete, &[channel])),
                Err(error) if error.is_refusal() => {
                    let why = explain::order(&error, self.language, &one.zone);
                    reply.line(Text::CannotDelete, &[channel, ("why", why)]);
                }
                Err(error) => {
                    broken = Some(error);
                    break;
                }
            }
        }
        if deleting.is_empty() && reply.is_empty() {
            reply.say(Text::NothingToDelete, &[("post", Span::code(post))]);
        }
        // Orders made before the error are still carried out.
        if broken.is_none() || !deleting.is_empty() {
            self.show_ordered(reply, &deleting, deleting_text, &facts.pauses).await;
        }
        broken.map_or(Ok(None), Err)
    }

    /// Takes back what this operator has just published.
    pub(super) async fn take_back(
        &self,
        facts: &PostFacts,
        ids: &[PublicationId],
    ) -> HandlerResult {
        let (now, own) = (self.bot.clock.now(), self.actor());
        let mut here = sent_of(facts, ids).into_iter().map(|one| &one.publication);
        if !here.all(|known| can_take_back(known, &own, now)) {
            return Ok(Some(self.text(Text::UndoTooLate, &[("post", Span::code(&facts.post))])));
        }
        self.delete(facts, ids, Text::Undoing).await
    }

    /// Orders the deletion of one publication, and before it of its comments; `None` where they are too old for a bot to delete.
    async fn delete_one(&self, known: &Publication) -> Result<Option<Publication>, OperationError> {
        let now = self.bot.clock.now();
        let mut together =
            self.operations().store.publications(Query::Post(known.post.clone())).await?;
        together.retain(|comments| comments.comments_on == Some(known.chat));
        together.push(known.clone());
        let mut orders = Vec::new();
        for publication in &together {
            // What is not sent yet is not sent any more.
            if matches!(publication.state, State::Scheduled | State::Due | State::Held { .. }) {
                let by = self.actor();
                orders.push(Command::Event(publication.id, Event::Cancel { by }));
            }
            if publication.sent_count() > 0 {
                let Ok((event, _)) = plan::delete(publication, now, &self.actor(), false) else {
                    return Ok(None);
                };
                orders.push(Command::Event(publication.id, event));
            }
        }
        Ok(self.order(orders).await?.pop())
    }
}

/// Whether a publication is this person's, and so recent that one press takes it back.
pub(super) fn can_take_back(known: &Publication, by: &Actor, now: Timestamp) -> bool {
    let age = now.duration_since(known.published_at());
    known.by == *by
        && known.state == State::Published
        && known.parts.iter().all(|part| part.edited.is_none() && part.change.is_none())
        && SignedDuration::try_from(limits::UNDO_WINDOW).is_ok_and(|window| age <= window)
}

/// The first question about a post: what can be deleted, what cannot, and why.
pub(super) fn question(facts: &PostFacts, language: Language, role: Role, now: Timestamp) -> Reply {
    let post = &facts.post;
    let mut reply = MessageBuilder::new(language);
    let (unknown, known): (Vec<_>, Vec<_>) =
        facts.here.iter().partition(|one| facts::unknown_part(&one.publication).is_some());
    for one in &unknown {
        let words = [("post", Span::code(post)), ("channel", Span::bold(&one.channel))];
        reply.line(Text::DeleteUnknown, &words);
    }
    let sent: Vec<_> = known.into_iter().filter(|one| one.publication.sent_count() > 0).collect();
    if sent.is_empty() && !unknown.is_empty() {
        // The card has the buttons to find that out.
        card::say_card(&mut reply, facts, role);
        return reply.build();
    }
    let (young, old): (Vec<_>, Vec<_>) =
        sent.into_iter().partition(|one| plan::is_deletable(&one.publication, now));
    for one in old {
        reply.line(Text::TooOldToDelete, &[("channel", Span::bold(&one.channel))]);
    }
    if !young.is_empty() {
        let ids = young.iter().map(|one| one.publication.id).collect();
        let action = PostAction::ConfirmDelete(ids).of(post);
        ask(&mut reply, Text::DeleteQuestion, post, &young, Text::DeleteSure, action);
    } else if reply.is_empty() {
        reply.say(Text::NothingToDelete, &[("post", Span::code(post))]);
    }
    reply.build()
}

/// Adds a question about these channels to a reply.
fn ask(
    reply: &mut MessageBuilder,
    question: Text,
    post: &PostId,
    known: &[&ChannelPublication],
    label: Text,
    action: Action,
) {
    let channels: Vec<_> = known.iter().map(|one| one.channel.as_str()).collect();
    let words = [
        ("post", Span::code(post)),
        ("channels", Span::Bold(enumerated(&channels, reply.language()))),
    ];
    reply.line(question, &words);
    reply.action(label, action).action(Text::Close, Action::Close);
}

/// Those of these publications that are in their channels.
fn sent_of<'f>(facts: &'f PostFacts, ids: &[PublicationId]) -> Vec<&'f ChannelPublication> {
    let here = facts.here.iter();
    here.filter(|one| one.publication.sent_count() > 0 && ids.contains(&one.publication.id))
        .collect()
}
