//! An operator's word on what evidence does not tell, and what he is asked for.

use super::Bot;
use super::buttons::{Action, Asked};
use super::card::decisions;
use super::messenger::MessageRef;
use super::reply::{MessageBuilder, Reply, Span};
use super::session::Session;
use super::state;
use super::text::Text;
use crate::desk::{DeskFault, ResolutionFault};
use crate::outbox::{Event, Publication, PublicationId, Resolution, State};
use crate::store::Order;

/// What an operator was asked for and has not answered: the message of a publication.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    /// Of which publication.
    about: PublicationId,
    /// Of which attempt.
    asked: Asked,
    /// Where the question stands.
    place: Option<MessageRef>,
}

impl Session<'_> {
    /// What a person says of an outcome that nobody knows, or of a change that could not be made.
    pub(super) async fn decide(
        &self,
        id: PublicationId,
        asked: Asked,
        resolution: Resolution,
    ) -> Result<Reply, DeskFault> {
        let publication = self.bot.desk.publication(id).await?;
        let is_change = state::open_change(&publication).is_some();
        let names_none =
            matches!(&resolution, Resolution::Sent { message_ids } if message_ids.is_empty());
        if names_none && !is_change && state::question(&publication) == Some(asked) {
            self.bot.ask(self.operator.id, Question { about: id, asked, place: self.place });
            return Ok(self.text(Text::WhichMessage, &[]));
        }
        let stays_cancelled = matches!(publication.state, State::Cancelling { .. });
        let told = match (&resolution, is_change) {
            (Resolution::Sent { .. }, _) if names_none => Text::WordMade,
            (Resolution::Sent { .. }, _) => Text::WordThere,
            (Resolution::NotSent, false) if stays_cancelled => Text::WordNotThereCancelled,
            (Resolution::NotSent, false) => Text::WordNotThere,
            (Resolution::NotSent, true) => Text::WordAgain,
            (Resolution::Skip | Resolution::Gone, false) => Text::WordSkip,
            (Resolution::Skip | Resolution::Gone, true) => Text::WordLeft,
        };
        self.take_word(&publication, asked, Ok(resolution), told).await
    }

    /// The message that an operator names as the one that nobody knew of.
    pub(super) async fn message_is(
        &self,
        question: Question,
        typed: &str,
    ) -> Result<(), DeskFault> {
        let publication = self.bot.desk.publication(question.about).await?;
        let message = self.bot.desk.message_of(&publication, typed);
        let resolution = message.map(|id| Resolution::Sent { message_ids: vec![id] });
        let told = Text::WordThere;
        let page = self.take_word(&publication, question.asked, resolution, told).await?;
        self.show(&page).await;
        Ok(())
    }

    async fn take_word(
        &self,
        publication: &Publication,
        asked: Asked,
        resolution: Result<Resolution, ResolutionFault>,
        told: Text,
    ) -> Result<Reply, DeskFault> {
        let id = publication.id;
        if state::question(publication) != Some(asked) {
            // Somebody has answered that, or it was tried again: another question is another word.
            self.bot.forget_question(self.operator.id);
            let mut reply = self.reply();
            let why = ("why", Span::plain(Text::WhyStandsOtherwise.of(self.language)));
            reply.say(Text::Mishap, &[why]);
            self.say_card(&mut reply, &publication.post).await?;
            return Ok(reply.page());
        }
        let resolved = match resolution {
            Ok(resolution) => {
                let now = self.bot.clock.now();
                self.desk().resolve(publication, &resolution, now).await
            }
            Err(fault) => Err(fault.into()),
        };
        match resolved {
            Ok(resolved) => {
                self.bot.wake.notify_one();
                let asked = self.bot.settle_question(id);
                self.bot.tell_decided(&resolved, &self.operator, told, asked, self.place).await;
                let words = [
                    ("post", Span::code(&resolved.post)),
                    ("word", Span::plain(told.of(self.language))),
                ];
                let mut reply = MessageBuilder::of(self.language, Text::Decided, &words);
                if state::needs_word(&resolved) {
                    // There is more than one of it.
                    state::say_why(&mut reply, &resolved);
                    for row in decisions(&reply, &resolved) {
                        reply.row(row);
                    }
                } else {
                    // Pages of the order end with it.
                    self.bot.report(&resolved).await;
                    if told == Text::WordThere {
                        let action = Action::TakeBack(resolved.id);
                        reply.row([reply.button(Text::TakeBack, action)]);
                    }
                }
                Ok(reply.page())
            }
            Err(fault @ (DeskFault::Resolution(_) | DeskFault::Refused { .. })) => {
                let mut reply = self.reply();
                let why = self.why(&self.zone(publication)).of_desk(&fault);
                reply.say(Text::Mishap, &[("why", why)]);
                self.say_card(&mut reply, &publication.post).await?;
                Ok(reply.page())
            }
            Err(fault) => Err(fault),
        }
    }
}

impl Session<'_> {
    /// Takes back that a message is a publication's: it is asked again.
    pub(super) async fn take_back(&self, id: PublicationId) -> Result<Reply, DeskFault> {
        let publication = self.bot.desk.publication(id).await?;
        let event = Event::TakeBack { by: self.actor() };
        let order = vec![Order::Event(id, event)];
        match self.desk().order(order, self.bot.clock.now()).await {
            Ok(_) => {
                self.bot.wake.notify_one();
                let words = [("post", Span::code(&publication.post))];
                let mut reply = MessageBuilder::of(self.language, Text::WordTakenBack, &words);
                self.say_card(&mut reply, &publication.post).await?;
                Ok(reply.page())
            }
            Err(fault) if fault.is_refusal() => Ok(self.not_done(&fault, &self.zone(&publication))),
            Err(fault) => Err(fault),
        }
    }
}

impl Bot<'_> {
    /// Asks an operator for a message, which his next line names.
    fn ask(&self, user: i64, question: Question) {
        self.lock(&self.questions).insert(user, question);
    }

    /// What an operator was asked for.
    pub(super) fn asked(&self, user: i64) -> Option<Question> {
        self.lock(&self.questions).get(&user).copied()
    }

    /// He does something else.
    pub(super) fn forget_question(&self, user: i64) {
        self.lock(&self.questions).remove(&user);
    }

    /// Nobody is asked for it any more; where that was asked.
    fn settle_question(&self, publication: PublicationId) -> Vec<MessageRef> {
        let mut questions = self.lock(&self.questions);
        let asked = questions.extract_if(|_, asked| asked.about == publication);
        asked.filter_map(|(_, asked)| asked.place).collect()
    }
}
