//! Proposals: what an editor would publish is put before those who may, and he hears what came of it.

use super::asker::Asker;
use super::buttons::{Deed, Shown, Time};
use super::courier::Place;
use super::gates::Gates;
use super::page::{Page, Speech, Word};
use super::phrase::Phrase;
use super::request::Room;
use super::state;
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
    places: Vec<Place>,
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
    fn stands(&mut self, number: u64, place: Place) {
        let mut open = self.open.iter_mut();
        if let Some(proposal) = open.find(|open| open.number == number) {
            proposal.places.push(place);
        }
    }

    /// Another page comes there.
    pub(super) fn leave(&mut self, place: Place) {
        for open in &mut self.open {
            open.places.retain(|known| *known != place);
        }
    }

    /// Those that are answered by that.
    fn end(&mut self, is_over: impl Fn(&Proposal) -> bool) -> Vec<Proposal> {
        self.open.extract_if(.., |open| is_over(open)).collect()
    }
}

impl Asker<'_> {
    /// Whoever may publish sees what is proposed, and gets the buttons.
    pub(super) async fn propose(
        &self,
        post: &PostId,
        as_shown: &Shown,
        wish: &Wish,
        wanted: &[Desired],
    ) {
        if wanted.iter().all(|desired| desired.draft) {
            let words = [("post", Word::code(post))];
            self.show(&self.phrase(Phrase::DraftStays, &words)).await;
            return;
        }
        let known = self.standing(post).await.unwrap_or_default();
        let gates = self.gates().await.unwrap_or_default();
        let number = self.bot.lock(&self.bot.proposals).begin(self.operator, post.clone());
        let mut names = Vec::new();
        for operator in self.bot.operators().now().iter() {
            if !operator.role.may(Role::Publisher) || operator.id == self.operator.id {
                continue;
            }
            let room = Room::of(operator);
            // Whoever presses has seen what goes out.
            let mut is_seen = true;
            for part in wanted.iter().flat_map(|desired| desired.parts.iter()) {
                is_seen &= self.bot.courier.show(room, &part.request).await.is_ok();
            }
            let put = Deed::Put { post: post.clone(), shown: as_shown.clone(), time: fixed(wish) };
            let page = self.proposal(
                operator,
                (number, post),
                wish,
                (wanted, &known, &gates),
                is_seen.then_some(put),
            );
            if let Some(place) = self.bot.courier.send(room, &page).await {
                names.push(self.bot.name_of(operator.id));
                self.bot.lock(&self.bot.proposals).stands(number, place);
            }
        }
        if names.is_empty() {
            self.bot.lock(&self.bot.proposals).end(|open| open.number == number);
        }
        let phrase = if names.is_empty() { Phrase::ProposalLost } else { Phrase::ProposalSent };
        let words = [("who", Word::plain(names.join(", ")))];
        self.show(&self.phrase(phrase, &words)).await;
    }

    fn proposal(
        &self,
        to: &Operator,
        (number, post): (u64, &PostId),
        wish: &Wish,
        (wanted, known, gates): (&[Desired], &[Publication], &Gates),
        put: Option<Deed>,
    ) -> Page {
        let mut speech = Speech::new(self.bot.language(to.id));
        let when = match (wish, wanted.first()) {
            (Wish::At(at), Some(desired)) => state::time(at.at, &desired.channel.timezone),
            (Wish::NextSlot, _) => Phrase::InNextSlot.of(speech.language()).to_owned(),
            _ => Phrase::AtOnce.of(speech.language()).to_owned(),
        };
        let words = [
            ("who", Word::plain(self.bot.name_of(self.operator.id))),
            ("post", Word::code(post)),
            ("time", Word::bold(when)),
        ];
        speech.say(Phrase::Proposed, &words);
        // That it was taken back, or stands somewhere, is seen too by whoever presses.
        for known in known.iter().filter(|known| wanted.iter().any(|one| one.is_about(known))) {
            self.say_publication(&mut speech, known, wanted, gates);
        }
        let label = if *wish == Wish::Now { Phrase::Publish } else { Phrase::Schedule };
        let put = put.map(|put| speech.button(label, put));
        let decline =
            speech.button(Phrase::Decline, Deed::Decline { proposal: number, post: post.clone() });
        let preview = speech.button(Phrase::Preview, Deed::Preview(post.clone()));
        speech.row(put.into_iter().chain([decline])).row([preview]);
        speech.page()
    }

    /// What was proposed of a post is on its way, by whichever press: whoever proposed it hears of it, and whoever was asked
    /// is not asked any more.
    pub(super) async fn end_proposals(&self, post: &PostId, ordered: &[PublicationId]) {
        let ended = self.bot.lock(&self.bot.proposals).end(|open| open.post == *post);
        for proposal in ended {
            let place = self.tell_end(&proposal, Phrase::TakenUp).await;
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
            self.ended(self.operator.id, post, Phrase::Declined)
        };
        for proposal in &ended {
            self.tell_end(proposal, Phrase::Declined).await;
        }
        self.show(&page).await;
        Ok(())
    }

    /// Tells everybody who knows of a proposal how it ended; where whoever made it reads that.
    async fn tell_end(&self, proposal: &Proposal, how: Phrase) -> Option<Place> {
        let own = Room::of(&self.operator);
        for place in proposal.places.iter().filter(|place| place.room != own) {
            let page = self.ended(place.room.id(), &proposal.post, how);
            self.bot.courier.edit(*place, &page).await;
        }
        let page = self.ended(proposal.by.id, &proposal.post, how);
        self.bot.courier.send(Room::of(&proposal.by), &page).await
    }

    fn ended(&self, to: i64, post: &PostId, how: Phrase) -> Page {
        let who = ("who", Word::plain(self.bot.name_of(self.operator.id)));
        Speech::of(self.bot.language(to), how, &[who, ("post", Word::code(post))]).page()
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
