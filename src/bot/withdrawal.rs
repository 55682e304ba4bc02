//! What an operator takes out of a channel, asked twice; what only waits is taken off elsewhere.

use jiff::tz::TimeZone;

use super::asker::Asker;
use super::buttons::Deed;
use super::page::{Page, Speech, Word};
use super::phrase::Phrase;
use crate::desk::DeskFault;
use crate::outbox::Event;
use crate::plan;
use crate::post::PostId;
use crate::store::Order;

impl Asker<'_> {
    /// Asks, and once more where the answer was yes.
    pub(super) async fn ask_delete(&self, post: &PostId, is_sure: bool) -> Result<Page, DeskFault> {
        let mut known = self.standing(post).await?;
        known.retain(|known| known.sent() > 0);
        if known.is_empty() {
            return Ok(self.phrase(Phrase::NothingToDelete, &[("post", Word::code(post))]));
        }
        let channels: Vec<_> = known.iter().map(|known| known.channel.to_string()).collect();
        let words = [("post", Word::code(post)), ("channels", Word::bold(channels.join(", ")))];
        let (question, answer, deed) = if is_sure {
            (Phrase::DeleteReally, Phrase::DeleteForAll, Deed::Delete(post.clone()))
        } else {
            (Phrase::DeleteQuestion, Phrase::DeleteSure, Deed::SureDelete(post.clone()))
        };
        let mut speech = Speech::of(self.language, question, &words);
        let delete = speech.button(answer, deed);
        let close = speech.button(Phrase::Close, Deed::Close);
        speech.row([delete]).row([close]);
        Ok(speech.page())
    }

    /// Deletes what stands.
    pub(super) async fn delete(&self, post: &PostId) -> Result<(), DeskFault> {
        let now = self.bot.clock.now();
        let mut speech = self.speech();
        let mut orders = Vec::new();
        let mut ids = Vec::new();
        for known in self.standing(post).await?.iter().filter(|known| known.sent() > 0) {
            let Ok(revisions) = plan::removal(known, now) else {
                let channel = Word::bold(&known.channel);
                speech.line(Phrase::TooOldToDelete, &[("channel", channel)]);
                continue;
            };
            ids.push(known.id);
            let event = Event::Revise {
                payload: known.payload,
                source: known.source,
                revisions,
                appended: Vec::new(),
                pin: known.pin.wanted,
                by: self.actor(),
            };
            orders.push(Order::Event(known.id, event));
        }
        if orders.is_empty() {
            if speech.is_empty() {
                speech.say(Phrase::NothingToDelete, &[("post", Word::code(post))]);
            }
            self.show(&speech.page()).await;
            return Ok(());
        }
        let done = match self.desk().order(orders, now).await {
            Ok(done) => done,
            Err(fault) if fault.is_refusal() => {
                self.show(&self.not_done(&fault, &TimeZone::UTC)).await;
                return Ok(());
            }
            Err(fault) => return Err(fault),
        };
        let mut waits = false;
        for known in done.iter().filter_map(|done| done.publication.as_ref()) {
            waits |= self.say_waits(&mut speech, known).await?;
        }
        if !waits {
            speech.line(Phrase::Deleting, &[("post", Word::code(post))]);
        }
        let place = self.show(&speech.page()).await;
        self.bot.follow(&ids, place).await;
        Ok(())
    }
}
