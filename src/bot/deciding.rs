//! An operator's word on what evidence does not tell, and what he is asked for.

use super::Attendant;
use super::asker::Asker;
use super::buttons::{Asked, Deed, Verdict};
use super::card::decisions;
use super::courier::Place;
use super::page::{Page, Speech, Word};
use super::phrase::Phrase;
use super::state;
use crate::desk::{DeskFault, Word as OperatorsWord};
use crate::outbox::{Event, PublicationId, State};
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
    /// A person's word on an outcome that nobody knows, or on a change that could not be made.
    pub(super) async fn decide(
        &self,
        id: PublicationId,
        asked: Asked,
        verdict: Verdict,
    ) -> Result<Page, DeskFault> {
        let publication = self.bot.desk.publication(id).await?;
        let is_change = state::open_change(&publication).is_some();
        if verdict == Verdict::There && !is_change && state::question(&publication) == Some(asked) {
            self.bot.ask(self.operator.id, Question { about: id, asked, place: self.place });
            return Ok(self.phrase(Phrase::WhichMessage, &[]));
        }
        let stays_cancelled = matches!(publication.state, State::Cancelling { .. });
        let (word, told) = match (verdict, is_change) {
            (Verdict::Is(id), _) => (OperatorsWord::Sent(vec![id.to_string()]), Phrase::WordThere),
            (Verdict::There, _) => (OperatorsWord::Sent(Vec::new()), Phrase::WordMade),
            (Verdict::NotThere, false) if stays_cancelled => {
                (OperatorsWord::NotSent, Phrase::WordNotThereCancelled)
            }
            (Verdict::NotThere, false) => (OperatorsWord::NotSent, Phrase::WordNotThere),
            (Verdict::NotThere, true) => (OperatorsWord::NotSent, Phrase::WordAgain),
            (Verdict::Skip, false) => (OperatorsWord::Skip, Phrase::WordSkip),
            (Verdict::Skip, true) => (OperatorsWord::Skip, Phrase::WordLeft),
        };
        self.take_word(id, asked, &word, told).await
    }

    /// The message that an operator names as the one that nobody knew of.
    pub(super) async fn message_is(
        &self,
        question: Question,
        typed: &str,
    ) -> Result<(), DeskFault> {
        let word = OperatorsWord::Sent(vec![typed.to_owned()]);
        let page = self.take_word(question.about, question.asked, &word, Phrase::WordThere).await?;
        self.show(&page).await;
        Ok(())
    }

    async fn take_word(
        &self,
        id: PublicationId,
        asked: Asked,
        word: &OperatorsWord,
        told: Phrase,
    ) -> Result<Page, DeskFault> {
        let publication = self.bot.desk.publication(id).await?;
        if state::question(&publication) != Some(asked) {
            // Somebody has answered that, or it was tried again: another question is another word.
            self.bot.forget_question(self.operator.id);
            let mut speech = self.speech();
            let why = ("why", Word::plain(Phrase::WhyStandsOtherwise.of(self.language)));
            speech.say(Phrase::Mishap, &[why]);
            self.say_card(&mut speech, &publication.post).await?;
            return Ok(speech.page());
        }
        match self.desk().resolve(&publication, word, self.bot.clock.now()).await {
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
            Err(fault @ (DeskFault::Word(_) | DeskFault::Refused { .. })) => {
                let mut speech = self.speech();
                let why = self.why(&self.zone(&publication)).of_desk(&fault);
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
