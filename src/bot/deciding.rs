//! An operator's word on what evidence does not tell, and what he is asked for.

use super::Attendant;
use super::asker::Asker;
use super::buttons::Verdict;
use super::courier::Place;
use super::page::{Page, Word};
use super::phrase::Phrase;
use crate::desk::{DeskFault, Word as OperatorsWord};
use crate::outbox::PublicationId;

/// What an operator was asked for and has not answered: the message of a publication.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    /// Of which publication.
    about: PublicationId,
    /// Where the question stands.
    place: Option<Place>,
}

impl Asker<'_> {
    /// A person's word on an outcome that nobody knows.
    pub(super) async fn decide(
        &self,
        id: PublicationId,
        verdict: Verdict,
    ) -> Result<Page, DeskFault> {
        let (word, told) = match verdict {
            Verdict::NotThere => (OperatorsWord::NotSent, Phrase::WordNotThere),
            Verdict::There | Verdict::Skip => (OperatorsWord::Skip, Phrase::WordSkip),
        };
        self.take_word(id, &word, told).await
    }

    /// The message that an operator names as the one that nobody knew of.
    pub(super) async fn message_is(&self, id: PublicationId, typed: &str) -> Result<(), DeskFault> {
        let word = OperatorsWord::Sent(vec![typed.to_owned()]);
        let page = self.take_word(id, &word, Phrase::WordThere).await?;
        self.show(&page).await;
        Ok(())
    }

    async fn take_word(
        &self,
        id: PublicationId,
        word: &OperatorsWord,
        told: Phrase,
    ) -> Result<Page, DeskFault> {
        let publication = self.bot.desk.publication(id).await?;
        match self.desk().resolve(&publication, word, self.bot.clock.now()).await {
            Ok(resolved) => {
                self.bot.wake.notify_one();
                let asked = self.bot.settle_question(id);
                self.bot.tell_decided(&resolved, &self.operator, told, asked, self.place).await;
                let words = [
                    ("post", Word::code(&resolved.post)),
                    ("word", Word::plain(told.of(self.language))),
                ];
                Ok(self.phrase(Phrase::Decided, &words))
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

impl Attendant<'_> {
    /// Asks an operator for a message, which his next line names.
    pub(super) fn ask(&self, user: i64, about: PublicationId, place: Option<Place>) {
        self.lock(&self.questions).insert(user, Question { about, place });
    }

    /// What an operator was asked for.
    pub(super) fn asked(&self, user: i64) -> Option<PublicationId> {
        self.lock(&self.questions).get(&user).map(|asked| asked.about)
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
