//! Proposals: what an editor would publish is put before those who may, and he hears what came of it.

use super::buttons::{Action, Shown, Time};
use super::messenger::MessageRef;
use super::pauses::Pauses;
use super::reply::{MessageBuilder, Reply, Span};
use super::request::OperatorChat;
use super::session::Session;
use super::state;
use super::text::Text;
use crate::config::{Operator, Role};
use crate::desk::{DeskFault, Wish};
use crate::ids::PostId;
use crate::outbox::{Publication, PublicationId};
use crate::plan::Desired;

/// Proposals that nobody has answered, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Proposals {
    open: Vec<Proposal>,
    last: u64,
}

/// A proposal.
#[derive(Debug)]
struct Proposal {
    number: u64,
    by: Operator,
    post: PostId,
    /// Where it was put before somebody.
    places: Vec<MessageRef>,
}

/// Proposals that are remembered: nobody hears what came of older ones.
const MOST: usize = 1_000;

impl Proposals {
    /// The number of a new one. One that the same person made of the same post before ends with it.
    fn begin(&mut self, by: Operator, post: PostId) -> u64 {
        self.last += 1;
        let before = self.end(|open| open.by.id == by.id && open.post == post);
        let places = before.into_iter().flat_map(|before| before.places).collect();
        self.open.push(Proposal { number: self.last, by, post, places });
        if self.open.len() > MOST {
            self.open.remove(0);
        }
        self.last
    }

    /// It was put before somebody there.
    fn stands(&mut self, number: u64, place: MessageRef) {
        let mut open = self.open.iter_mut();
        if let Some(proposal) = open.find(|open| open.number == number) {
            proposal.places.push(place);
        }
    }

    /// Another page comes there.
    pub(super) fn leave(&mut self, place: MessageRef) {
        for open in &mut self.open {
            open.places.retain(|known| *known != place);
        }
    }

    /// Those that are answered by that.
    fn end(&mut self, is_over: impl Fn(&Proposal) -> bool) -> Vec<Proposal> {
        self.open.extract_if(.., |open| is_over(open)).collect()
    }
}

impl Session<'_> {
    /// Whoever may publish sees what is proposed, and gets the buttons.
    pub(super) async fn propose(
        &self,
        post: &PostId,
        as_shown: &Shown,
        wish: &Wish,
        wanted: &[Desired],
    ) {
        if wanted.iter().all(|desired| desired.draft) {
            let words = [("post", Span::code(post))];
            self.show(&self.text(Text::DraftStays, &words)).await;
            return;
        }
        let known = self.standing(post).await.unwrap_or_default();
        let pauses = self.pauses().await.unwrap_or_default();
        let number = self.bot.lock(&self.bot.proposals).begin(self.operator, post.clone());
        let mut names = Vec::new();
        for operator in self.bot.operators().now().iter() {
            if !operator.role.may(Role::Publisher) || operator.id == self.operator.id {
                continue;
            }
            let room = OperatorChat::of(operator);
            // Whoever presses has seen what goes out.
            let mut is_seen = true;
            for part in wanted.iter().flat_map(|desired| desired.parts.iter()) {
                is_seen &= self.bot.messenger.show(room, &part.request).await.is_ok();
            }
            let put =
                Action::Put { post: post.clone(), shown: as_shown.clone(), time: fixed(wish) };
            let page = self.proposal(
                operator,
                (number, post),
                wish,
                (wanted, &known, &pauses),
                is_seen.then_some(put),
            );
            if let Some(place) = self.bot.messenger.send(room, &page).await {
                names.push(self.bot.name_of(operator.id));
                self.bot.lock(&self.bot.proposals).stands(number, place);
            }
        }
        if names.is_empty() {
            self.bot.lock(&self.bot.proposals).end(|open| open.number == number);
        }
        let text = if names.is_empty() { Text::ProposalLost } else { Text::ProposalSent };
        let words = [("who", Span::plain(names.join(", ")))];
        self.show(&self.text(text, &words)).await;
    }

    fn proposal(
        &self,
        to: &Operator,
        (number, post): (u64, &PostId),
        wish: &Wish,
        (wanted, known, pauses): (&[Desired], &[Publication], &Pauses),
        put: Option<Action>,
    ) -> Reply {
        let mut reply = MessageBuilder::new(self.bot.language(to.id));
        let when = match (wish, wanted.first()) {
            (Wish::At(at), Some(desired)) => state::time(at.at, &desired.channel.timezone),
            (Wish::NextSlot, _) => Text::InNextSlot.of(reply.language()).to_owned(),
            _ => Text::AtOnce.of(reply.language()).to_owned(),
        };
        let words = [
            ("who", Span::plain(self.bot.name_of(self.operator.id))),
            ("post", Span::code(post)),
            ("time", Span::bold(when)),
        ];
        reply.say(Text::Proposed, &words);
        // That it was taken back, or stands somewhere, is seen too by whoever presses.
        for known in known.iter().filter(|known| wanted.iter().any(|one| one.is_about(known))) {
            self.say_publication(&mut reply, known, wanted, pauses);
        }
        let label = if *wish == Wish::Now { Text::Publish } else { Text::Schedule };
        let put = put.map(|put| reply.button(label, put));
        let decline =
            reply.button(Text::Decline, Action::Decline { proposal: number, post: post.clone() });
        let preview = reply.button(Text::Preview, Action::Preview(post.clone()));
        reply.row(put.into_iter().chain([decline])).row([preview]);
        reply.page()
    }

    /// What was proposed of a post is on its way, by whichever press: whoever proposed it hears of it, and whoever was asked
    /// is not asked any more.
    pub(super) async fn end_proposals(&self, post: &PostId, ordered: &[PublicationId]) {
        let ended = self.bot.lock(&self.bot.proposals).end(|open| open.post == *post);
        for proposal in ended {
            let place = self.tell_end(&proposal, Text::TakenUp).await;
            // His page ends with what comes of it.
            self.bot.follow(ordered, place).await;
        }
    }

    /// An operator says no to a proposal.
    pub(super) async fn decline(&self, number: u64, post: &PostId) -> Result<(), DeskFault> {
        let ended = self.bot.lock(&self.bot.proposals).end(|open| open.number == number);
        let page = if ended.is_empty() {
            // Somebody has answered it.
            self.card(post).await?
        } else {
            self.ended(self.operator.id, post, Text::Declined)
        };
        for proposal in &ended {
            self.tell_end(proposal, Text::Declined).await;
        }
        self.show(&page).await;
        Ok(())
    }

    /// Tells everybody who knows of a proposal how it ended; where whoever made it reads that.
    async fn tell_end(&self, proposal: &Proposal, how: Text) -> Option<MessageRef> {
        let own = OperatorChat::of(&self.operator);
        for place in proposal.places.iter().filter(|place| place.room != own) {
            let page = self.ended(place.room.id(), &proposal.post, how);
            self.bot.messenger.edit(*place, &page).await;
        }
        let page = self.ended(proposal.by.id, &proposal.post, how);
        self.bot.messenger.send(OperatorChat::of(&proposal.by), &page).await
    }

    fn ended(&self, to: i64, post: &PostId, how: Text) -> Reply {
        let who = ("who", Span::plain(self.bot.name_of(self.operator.id)));
        MessageBuilder::of(self.bot.language(to), how, &[who, ("post", Span::code(post))]).page()
    }
}

/// The time that was proposed, whenever somebody takes it up.
fn fixed(wish: &Wish) -> Time {
    match wish {
        Wish::Now => Time::Now,
        Wish::NextSlot => Time::Slot,
        // In each channel's own zone where a clock time was typed.
        Wish::At(resolved) => Time::Typed(resolved.civil.map_or_else(
            || resolved.at.to_string(),
            |civil| civil.strftime("%F %H:%M:%S").to_string(),
        )),
    }
}
