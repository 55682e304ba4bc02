//! What an operator takes out of a channel, asked twice; what only waits is taken off elsewhere.

use super::asker::Asker;
use super::buttons::Deed;
use super::page::{Page, Speech, Word};
use super::phrase::Phrase;
use super::state;
use crate::desk::DeskFault;
use crate::ids::PostId;
use crate::outbox::{Event, Publication, PublicationId, State};
use crate::plan;
use crate::store::Order;

impl Asker<'_> {
    /// Asks whether what stands of a post is to be deleted.
    pub(super) async fn ask_delete(&self, post: &PostId) -> Result<Page, DeskFault> {
        let mut known = self.standing(post).await?;
        let unknown: Vec<_> =
            known.extract_if(.., |known| state::unknown_part(known).is_some()).collect();
        known.retain(|known| known.sent() > 0);
        let mut speech = self.speech();
        for publication in &unknown {
            let channel = self.channel(publication);
            speech.line(Phrase::DeleteUnknown, &[("post", Word::code(post)), ("channel", channel)]);
        }
        if known.is_empty() && !unknown.is_empty() {
            // The card has the buttons for it.
            self.say_card(&mut speech, post).await?;
            return Ok(speech.page());
        }
        let now = self.bot.clock.now();
        for known in known.extract_if(.., |known| plan::removal(known, now).is_err()) {
            speech.line(Phrase::TooOldToDelete, &[("channel", self.channel(&known))]);
        }
        if known.is_empty() {
            if speech.is_empty() {
                speech.say(Phrase::NothingToDelete, &[("post", Word::code(post))]);
            }
            return Ok(speech.page());
        }
        let ids = known.iter().map(|known| known.id).collect();
        let deed = Deed::SureDelete(post.clone(), ids);
        Ok(self.ask_with(speech, Phrase::DeleteQuestion, post, &known, (Phrase::DeleteSure, deed)))
    }

    /// Asks once more about what was asked about.
    pub(super) async fn ask_again(
        &self,
        post: &PostId,
        ids: Vec<PublicationId>,
    ) -> Result<Page, DeskFault> {
        let mut known = self.standing(post).await?;
        known.retain(|known| known.sent() > 0 && ids.contains(&known.id));
        if known.is_empty() {
            return Ok(self.phrase(Phrase::NothingToDelete, &[("post", Word::code(post))]));
        }
        let deed = Deed::Delete(post.clone(), ids);
        let answer = (Phrase::DeleteForAll, deed);
        Ok(self.ask_with(self.speech(), Phrase::DeleteReally, post, &known, answer))
    }

    /// Deletes what still stands of what was asked about, each by itself.
    pub(super) async fn delete(
        &self,
        post: &PostId,
        ids: &[PublicationId],
    ) -> Result<(), DeskFault> {
        let mut known = self.standing(post).await?;
        known.retain(|known| known.sent() > 0 && ids.contains(&known.id));
        let mut speech = self.speech();
        let mut deleting = Vec::new();
        let mut broken = None;
        for known in &known {
            match self.delete_one(known).await {
                Ok(Some(now)) => deleting.push(now),
                Ok(None) => {
                    let channel = self.channel(known);
                    speech.line(Phrase::TooOldToDelete, &[("channel", channel)]);
                }
                Err(fault) if fault.is_refusal() => {
                    let why = self.why(&self.zone(known)).of_desk(&fault);
                    let words = [("channel", self.channel(known)), ("why", why)];
                    speech.line(Phrase::CannotDelete, &words);
                }
                Err(fault) => {
                    broken = Some(fault);
                    break;
                }
            }
        }
        if deleting.is_empty() && speech.is_empty() {
            speech.say(Phrase::NothingToDelete, &[("post", Word::code(post))]);
        }
        // What was ordered before something broke is carried out all the same.
        match broken {
            Some(fault) if deleting.is_empty() => Err(fault),
            broken => {
                self.show_ordered(speech, &deleting, Phrase::Deleting).await?;
                broken.map_or(Ok(()), Err)
            }
        }
    }

    /// Orders that one publication is deleted; `None` where Telegram lets no bot delete it any more.
    async fn delete_one(&self, known: &Publication) -> Result<Option<Publication>, DeskFault> {
        let now = self.bot.clock.now();
        let Ok(revisions) = plan::removal(known, now) else { return Ok(None) };
        let event = Event::Revise {
            payload: known.payload,
            source: known.source,
            revisions,
            appended: Vec::new(),
            pin: known.pin.wanted,
            by: self.actor(),
        };
        let mut orders = Vec::new();
        // What is half sent and waits is not sent on.
        if matches!(known.state, State::Scheduled | State::Due | State::Held { .. }) {
            orders.push(Order::Event(known.id, Event::Cancel { by: self.actor() }));
        }
        orders.push(Order::Event(known.id, event));
        let done = self.desk().order(orders, now).await?;
        Ok(done.into_iter().rev().find_map(|done| done.publication))
    }

    /// A question about what stands in these channels, behind what was said before.
    fn ask_with(
        &self,
        mut speech: Speech,
        question: Phrase,
        post: &PostId,
        known: &[Publication],
        (label, deed): (Phrase, Deed),
    ) -> Page {
        let words = [("post", Word::code(post)), ("channels", self.bot.channels(known))];
        speech.line(question, &words);
        let delete = speech.button(label, deed);
        let close = speech.button(Phrase::Close, Deed::Close);
        speech.row([delete]).row([close]);
        speech.page()
    }
}
