//! What an operator takes out of a channel, asked twice; what only waits is taken off elsewhere.

use super::buttons::Action;
use super::reply::{MessageBuilder, Reply, Span};
use super::session::Session;
use super::state;
use super::text::Text;
use crate::desk::DeskFault;
use crate::ids::PostId;
use crate::outbox::{Event, Publication, PublicationId, State};
use crate::plan;
use crate::store::Order;

impl Session<'_> {
    /// Asks whether what stands of a post is to be deleted.
    pub(super) async fn ask_delete(&self, post: &PostId) -> Result<Reply, DeskFault> {
        let mut known = self.standing(post).await?;
        let unknown: Vec<_> =
            known.extract_if(.., |known| state::unknown_part(known).is_some()).collect();
        known.retain(|known| known.sent() > 0);
        let mut reply = self.reply();
        for publication in &unknown {
            let channel = self.channel(publication);
            reply.line(Text::DeleteUnknown, &[("post", Span::code(post)), ("channel", channel)]);
        }
        if known.is_empty() && !unknown.is_empty() {
            // The card has the buttons for it.
            self.say_card(&mut reply, post).await?;
            return Ok(reply.page());
        }
        let now = self.bot.clock.now();
        for known in known.extract_if(.., |known| plan::removal(known, now).is_err()) {
            reply.line(Text::TooOldToDelete, &[("channel", self.channel(&known))]);
        }
        if known.is_empty() {
            if reply.is_empty() {
                reply.say(Text::NothingToDelete, &[("post", Span::code(post))]);
            }
            return Ok(reply.page());
        }
        let ids = known.iter().map(|known| known.id).collect();
        let action = Action::SureDelete(post.clone(), ids);
        Ok(self.ask_with(reply, Text::DeleteQuestion, post, &known, (Text::DeleteSure, action)))
    }

    /// Asks once more about what was asked about.
    pub(super) async fn ask_again(
        &self,
        post: &PostId,
        ids: Vec<PublicationId>,
    ) -> Result<Reply, DeskFault> {
        let mut known = self.standing(post).await?;
        known.retain(|known| known.sent() > 0 && ids.contains(&known.id));
        if known.is_empty() {
            return Ok(self.text(Text::NothingToDelete, &[("post", Span::code(post))]));
        }
        let action = Action::Delete(post.clone(), ids);
        let answer = (Text::DeleteForAll, action);
        Ok(self.ask_with(self.reply(), Text::DeleteReally, post, &known, answer))
    }

    /// Deletes what still stands of what was asked about, each by itself.
    pub(super) async fn delete(
        &self,
        post: &PostId,
        ids: &[PublicationId],
    ) -> Result<(), DeskFault> {
        let mut known = self.standing(post).await?;
        known.retain(|known| known.sent() > 0 && ids.contains(&known.id));
        let mut reply = self.reply();
        let mut deleting = Vec::new();
        let mut broken = None;
        for known in &known {
            match self.delete_one(known).await {
                Ok(Some(now)) => deleting.push(now),
                Ok(None) => {
                    let channel = self.channel(known);
                    reply.line(Text::TooOldToDelete, &[("channel", channel)]);
                }
                Err(fault) if fault.is_refusal() => {
                    let why = self.why(&self.zone(known)).of_desk(&fault);
                    let words = [("channel", self.channel(known)), ("why", why)];
                    reply.line(Text::CannotDelete, &words);
                }
                Err(fault) => {
                    broken = Some(fault);
                    break;
                }
            }
        }
        if deleting.is_empty() && reply.is_empty() {
            reply.say(Text::NothingToDelete, &[("post", Span::code(post))]);
        }
        // What was ordered before something broke is carried out all the same.
        match broken {
            Some(fault) if deleting.is_empty() => Err(fault),
            broken => {
                self.show_ordered(reply, &deleting, Text::Deleting).await?;
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
        mut reply: MessageBuilder,
        question: Text,
        post: &PostId,
        known: &[Publication],
        (label, action): (Text, Action),
    ) -> Reply {
        let words = [("post", Span::code(post)), ("channels", self.bot.channels(known))];
        reply.line(question, &words);
        let delete = reply.button(label, action);
        let close = reply.button(Text::Close, Action::Close);
        reply.row([delete]).row([close]);
        reply.page()
    }
}
