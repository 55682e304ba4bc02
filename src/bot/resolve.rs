//! Records what an operator decides about an unknown outcome or a failed change, and asks for the message where one is
//! needed.

use super::Bot;
use super::action_buttons::{Action, QuestionKey};
use super::card::{decisions, say_card};
use super::explain;
use super::facts;
use super::messenger::MessageRef;
use super::reply::{MessageBuilder, Span};
use super::session::{HandlerResult, Session};
use super::state;
use super::text::Text;
use crate::operations::{OperationError, ResolutionError};
use crate::outbox::{Event, Publication, PublicationId, Resolution, State};
use crate::store::Command;

/// The open question to an operator: which message is the publication's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    about: PublicationId,
    asked: QuestionKey,
    /// The message with the question.
    place: Option<MessageRef>,
}

impl Session<'_> {
    /// Records the decision about an unknown outcome, or about a change that could not be made.
    pub(super) async fn decide(
        &self,
        id: PublicationId,
        asked: QuestionKey,
        resolution: Resolution,
    ) -> HandlerResult {
        let publication = self.bot.operations.publication(id).await?;
        let is_change = facts::open_change(&publication).is_some();
        let names_none =
            matches!(&resolution, Resolution::Sent { message_ids } if message_ids.is_empty());
        if names_none && !is_change && facts::question(&publication) == Some(asked) {
            self.bot.ask(self.operator.id, Question { about: id, asked, place: self.pressed });
            let count = publication.parts.get(asked.0).map_or(1, |part| part.messages);
            let text = if count == 1 { Text::WhichMessage } else { Text::WhichMessages };
            return Ok(Some(self.text(text, &[("count", Span::plain(count))])));
        }
        let stays_cancelled = matches!(publication.state, State::Cancelling { .. });
        let decided = match (&resolution, is_change) {
            (Resolution::Sent { .. }, _) if names_none => Text::DecidedDone,
            (Resolution::Sent { .. }, _) => Text::DecidedSent,
            (Resolution::NotSent, false) if stays_cancelled => Text::DecidedNotSentCancelled,
            (Resolution::NotSent, false) => Text::DecidedNotSent,
            (Resolution::NotSent, true) => Text::DecidedAgain,
            (Resolution::Skip | Resolution::Gone, false) => Text::DecidedSkip,
            (Resolution::Skip | Resolution::Gone, true) => Text::DecidedLeave,
        };
        self.resolve(&publication, asked, Ok(resolution), decided).await
    }

    /// Records the messages that an operator names: one, or all of an album.
    pub(super) async fn message_is(&self, question: Question, typed: &str) -> HandlerResult {
        let publication = self.bot.operations.publication(question.about).await?;
        let named = typed.split([' ', ',', '\n']).filter(|word| !word.is_empty());
        let message_ids: Result<Vec<_>, _> =
            named.map(|word| self.bot.operations.message_of(&publication, word)).collect();
        let resolution = message_ids.map(|message_ids| Resolution::Sent { message_ids });
        self.resolve(&publication, question.asked, resolution, Text::DecidedSent).await
    }

    async fn resolve(
        &self,
        publication: &Publication,
        asked: QuestionKey,
        resolution: Result<Resolution, ResolutionError>,
        decided: Text,
    ) -> HandlerResult {
        if facts::question(publication) != Some(asked) {
            // Somebody has answered it, or it was tried again: that is another question.
            self.bot.forget_question(self.operator.id);
            let why = Span::plain(Text::WhyStateChanged.of(self.language));
            return self.with_card(publication, Text::NotDone, ("why", why)).await;
        }
        let resolved = match resolution {
            Ok(resolution) => {
                self.operations().resolve(publication, &resolution, self.bot.clock.now()).await
            }
            Err(error) => Err(error.into()),
        };
        let resolved = match resolved {
            Ok(resolved) => resolved,
            Err(error @ (OperationError::Resolution(_) | OperationError::Refused { .. })) => {
                let zone = self.bot.zone(publication);
                let why = explain::order(&error, self.language, &zone);
                return self.with_card(publication, Text::NotDone, ("why", why)).await;
            }
            Err(error) => return Err(error),
        };
        self.bot.wake.notify_one();
        let asked = self.bot.settle_question(resolved.id);
        self.bot.tell_decided(&resolved, &self.operator, decided, asked, self.pressed).await;
        let word = ("word", Span::plain(decided.of(self.language)));
        let words = [("post", Span::code(&resolved.post)), word];
        let mut reply = MessageBuilder::of(self.language, Text::Decided, &words);
        if facts::question(&resolved).is_some() {
            // Another part has an open question.
            state::say_why(&mut reply, &resolved);
            reply.rows(decisions(self.language, &resolved));
        } else {
            // The messages about the order end.
            self.bot.report(&resolved).await;
            if decided == Text::DecidedSent {
                reply.action(Text::Undo, Action::UndoResolution(resolved.id));
            }
        }
        Ok(Some(reply.build()))
    }

    /// Undoes the decision that a message is the publication's: the question is open again.
    pub(super) async fn undo_resolution(&self, id: PublicationId) -> HandlerResult {
        let publication = self.bot.operations.publication(id).await?;
        self.order(vec![Command::Event(id, Event::Undo { by: self.actor() })]).await?;
        self.bot.wake.notify_one();
        let post = ("post", Span::code(&publication.post));
        self.with_card(&publication, Text::DecisionUndone, post).await
    }

    /// A text with the card of the publication's post.
    async fn with_card(
        &self,
        publication: &Publication,
        text: Text,
        word: (&str, Span),
    ) -> HandlerResult {
        let mut reply = MessageBuilder::of(self.language, text, &[word]);
        let facts = self.facts(&publication.post).await?;
        say_card(&mut reply, &facts, self.operator.role);
        Ok(Some(reply.build()))
    }
}

impl Bot<'_> {
    /// Asks an operator for a message, which their next line names.
    fn ask(&self, user: i64, question: Question) {
        self.lock(&self.questions).insert(user, question);
    }

    /// The open question to an operator.
    pub(super) fn asked(&self, user: i64) -> Option<Question> {
        self.lock(&self.questions).get(&user).copied()
    }

    /// The operator does something else: drops the question.
    pub(super) fn forget_question(&self, user: i64) {
        self.lock(&self.questions).remove(&user);
    }

    /// Drops the questions about a publication; returns the messages that asked them.
    fn settle_question(&self, publication: PublicationId) -> Vec<MessageRef> {
        let mut questions = self.lock(&self.questions);
        let asked = questions.extract_if(|_, asked| asked.about == publication);
        asked.filter_map(|(_, asked)| asked.place).collect()
    }
}
