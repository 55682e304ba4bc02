//! An operator's word on what evidence does not tell, and what he is asked for.

use super::Attendant;
use super::asker::Asker;
use super::buttons::{Asked, Deed};
use super::card::decisions;
use super::courier::Place;
use super::page::{Page, Speech, Word};
use super::phrase::Phrase;
use super::state;
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
    place: Option<Place>,
}

impl Asker<'_> {
    /// What a person says of an outcome that nobody knows, or of a change that could not be made.
    pub(super) async fn decide(
        &self,
        id: PublicationId,
        asked: Asked,
        resolution: Resolution,
    ) -> Result<Page, DeskFault> {
        let publication = self.bot.desk.publication(id).await?;
        let is_change = state::open_change(&publication).is_some();
        let names_none =
            matches!(&resolution, Resolution::Sent { message_ids } if message_ids.is_empty());
        if names_none && !is_change && state::question(&publication) == Some(asked) {
            self.bot.ask(self.operator.id, Question { about: id, asked, place: self.place });
            return Ok(self.phrase(Phrase::WhichMessage, &[]));
        }
        let stays_cancelled = matches!(publication.state, State::Cancelling { .. });
        let told = match (&resolution, is_change) {
            (Resolution::Sent { .. }, _) if names_none => Phrase::WordMade,
            (Resolution::Sent { .. }, _) => Phrase::WordThere,
            (Resolution::NotSent, false) if stays_cancelled => Phrase::WordNotThereCancelled,
            (Resolution::NotSent, false) => Phrase::WordNotThere,
            (Resolution::NotSent, true) => Phrase::WordAgain,
            (Resolution::Skip | Resolution::Gone, false) => Phrase::WordSkip,
            (Resolution::Skip | Resolution::Gone, true) => Phrase::WordLeft,
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
        let told = Phrase::WordThere;
        let page = self.take_word(&publication, question.asked, resolution, told).await?;
        self.show(&page).await;
        Ok(())
    }

    async fn take_word(
        &self,
        publication: &Publication,
        asked: Asked,
        resolution: Result<Resolution, ResolutionFault>,
        told: Phrase,
    ) -> Result<Page, DeskFault> {
        let id = publication.id;
        if state::question(publication) != Some(asked) {
            // Somebody has answered that, or it was tried again: another question is another word.
            self.bot.forget_question(self.operator.id);
            let mut speech = self.speech();
            let why = ("why", Word::plain(Phrase::WhyStandsOtherwise.of(self.language)));
            speech.say(Phrase::Mishap, &[why]);
            self.say_card(&mut speech, &publication.post).await?;
            return Ok(speech.page());
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
                    ("post", Word::code(&resolved.post)),
                    ("word", Word::plain(told.of(self.language))),
                ];
                let mut speech = Speech::of(self.language, Phrase::Decided, &words);
                if state::needs_word(&resolved) {
                    // There is more than one of it.
                    state::say_why(&mut speech, &resolved);
                    for row in decisions(&speech, &resolved) {
                        speech.row(row);
                    }
                } else {
                    // Pages of the order end with it.
                    self.bot.report(&resolved).await;
                    if told == Phrase::WordThere {
                        let deed = Deed::TakeBack(resolved.id);
                        speech.row([speech.button(Phrase::TakeBack, deed)]);
                    }
                }
                Ok(speech.page())
            }
            Err(fault @ (DeskFault::Resolution(_) | DeskFault::Refused { .. })) => {
                let mut speech = self.speech();
                let why = self.why(&self.zone(publication)).of_desk(&fault);
                speech.say(Phrase::Mishap, &[("why", why)]);
                self.say_card(&mut speech, &publication.post).await?;
                Ok(speech.page())
            }
            Err(fault) => Err(fault),
        }
    }
}

impl Asker<'_> {
    /// Takes back that a message is a publication's: it is asked again.
    pub(super) async fn take_back(&self, id: PublicationId) -> Result<Page, DeskFault> {
        let publication = self.bot.desk.publication(id).await?;
        let event = Event::TakeBack { by: self.actor() };
        let order = vec![Order::Event(id, event)];
        match self.desk().order(order, self.bot.clock.now()).await {
            Ok(_) => {
                self.bot.wake.notify_one();
                let words = [("post", Word::code(&publication.post))];
                let mut speech = Speech::of(self.language, Phrase::WordTakenBack, &words);
                self.say_card(&mut speech, &publication.post).await?;
                Ok(speech.page())
            }
            Err(fault) if fault.is_refusal() => Ok(self.not_done(&fault, &self.zone(&publication))),
            Err(fault) => Err(fault),
        }
    }
}

impl Attendant<'_> {
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
    fn settle_question(&self, publication: PublicationId) -> Vec<Place> {
        let mut questions = self.lock(&self.questions);
        let asked = questions.extract_if(|_, asked| asked.about == publication);
        asked.filter_map(|(_, asked)| asked.place).collect()
    }
}
