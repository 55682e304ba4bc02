//! What an operator decides where evidence does not tell, and the message that they are asked for.

use super::Bot;
use super::buttons::{Action, Asked};
use super::card::{decisions, say_card};
use super::explain;
use super::facts;
use super::messenger::MessageRef;
use super::reply::{MessageBuilder, Span};
use super::session::{Answer, Session};
use super::state;
use super::text::Text;
use crate::operations::{OperationError, ResolutionError};
use crate::outbox::{Event, Publication, PublicationId, Resolution, State};
use crate::store::Command;

/// What an operator was asked for and has not answered: which message a publication is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    about: PublicationId,
    asked: Asked,
    /// Where the question was asked.
    place: Option<MessageRef>,
}

impl Session<'_> {
    /// Records what an operator decides about an outcome that nobody knows, or about a change that could not be made.
    pub(super) async fn decide(
        &self,
        id: PublicationId,
        asked: Asked,
        resolution: Resolution,
    ) -> Answer {
        let publication = self.bot.operations.publication(id).await?;
        let is_change = facts::open_change(&publication).is_some();
        let names_none =
            matches!(&resolution, Resolution::Sent { message_ids } if message_ids.is_empty());
        if names_none && !is_change && facts::question(&publication) == Some(asked) {
            self.bot.ask(self.operator.id, Question { about: id, asked, place: self.pressed });
            return Ok(Some(self.text(Text::WhichMessage, &[])));
        }
        let stays_cancelled = matches!(publication.state, State::Cancelling { .. });
        let decided = match (&resolution, is_change) {
            (Resolution::Sent { .. }, _) if names_none => Text::WordMade,
            (Resolution::Sent { .. }, _) => Text::WordThere,
            (Resolution::NotSent, false) if stays_cancelled => Text::WordNotThereCancelled,
            (Resolution::NotSent, false) => Text::WordNotThere,
            (Resolution::NotSent, true) => Text::WordAgain,
            (Resolution::Skip | Resolution::Gone, false) => Text::WordSkip,
            (Resolution::Skip | Resolution::Gone, true) => Text::WordLeft,
        };
        self.resolve(&publication, asked, Ok(resolution), decided).await
    }

    /// Records the message that an operator names as the one that nobody knew of.
    pub(super) async fn message_is(&self, question: Question, typed: &str) -> Answer {
        let publication = self.bot.operations.publication(question.about).await?;
        let message = self.bot.operations.message_of(&publication, typed);
        let resolution = message.map(|id| Resolution::Sent { message_ids: vec![id] });
        self.resolve(&publication, question.asked, resolution, Text::WordThere).await
    }

    async fn resolve(
        &self,
        publication: &Publication,
        asked: Asked,
        resolution: Result<Resolution, ResolutionError>,
        decided: Text,
    ) -> Answer {
        if facts::question(publication) != Some(asked) {
            // Somebody has answered that, or it was tried again: another question takes another answer.
            self.bot.forget_question(self.operator.id);
            let why = Span::plain(Text::WhyStandsOtherwise.of(self.language));
            return self.with_card(publication, Text::Mishap, ("why", why)).await;
        }
        let resolved = match resolution {
            Ok(resolution) => {
                self.operations().resolve(publication, &resolution, self.bot.clock.now()).await
            }
            Err(fault) => Err(fault.into()),
        };
        let resolved = match resolved {
            Ok(resolved) => resolved,
            Err(fault @ (OperationError::Resolution(_) | OperationError::Refused { .. })) => {
                let zone = self.bot.zone(publication);
                let why = explain::order(&fault, self.language, &zone);
                return self.with_card(publication, Text::Mishap, ("why", why)).await;
            }
            Err(fault) => return Err(fault),
        };
        self.bot.wake.notify_one();
        let asked = self.bot.settle_question(resolved.id);
        self.bot.tell_decided(&resolved, &self.operator, decided, asked, self.pressed).await;
        let word = ("word", Span::plain(decided.of(self.language)));
        let words = [("post", Span::code(&resolved.post)), word];
        let mut reply = MessageBuilder::of(self.language, Text::Decided, &words);
        if facts::question(&resolved).is_some() {
            // There is more than one of it.
            state::say_why(&mut reply, &resolved);
            reply.rows(decisions(self.language, &resolved));
        } else {
            // Messages about the order end with it.
            self.bot.report(&resolved).await;
            if decided == Text::WordThere {
                reply.action(Text::TakeBack, Action::TakeBack(resolved.id));
            }
        }
        Ok(Some(reply.build()))
    }

    /// Takes back that a message is a publication's: it is asked again.
    pub(super) async fn take_back(&self, id: PublicationId) -> Answer {
        let publication = self.bot.operations.publication(id).await?;
        self.order(vec![Command::Event(id, Event::TakeBack { by: self.actor() })]).await?;
        self.bot.wake.notify_one();
        let post = ("post", Span::code(&publication.post));
        self.with_card(&publication, Text::WordTakenBack, post).await
    }

    /// A text, and below it the card of the publication's post.
    async fn with_card(&self, publication: &Publication, text: Text, word: (&str, Span)) -> Answer {
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

    /// What an operator was asked for.
    pub(super) fn asked(&self, user: i64) -> Option<Question> {
        self.lock(&self.questions).get(&user).copied()
    }

    /// The operator does something else.
    pub(super) fn forget_question(&self, user: i64) {
        self.lock(&self.questions).remove(&user);
    }

    /// Nobody is asked for it any more; returns where that was asked.
    fn settle_question(&self, publication: PublicationId) -> Vec<MessageRef> {
        let mut questions = self.lock(&self.questions);
        let asked = questions.extract_if(|_, asked| asked.about == publication);
        asked.filter_map(|(_, asked)| asked.place).collect()
    }
}
