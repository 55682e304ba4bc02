//! Proposals: what an editor would publish is put before those who may, and he hears what came of it.

use std::collections::BTreeMap;

use super::asker::Asker;
use super::buttons::{Deed, Shown, Time};
use super::card::shown;
use super::courier::Place;
use super::page::{Speech, Word};
use super::phrase::Phrase;
use super::request::Room;
use super::state;
use crate::config::{Operator, Role};
use crate::desk::{DeskFault, Wish};
use crate::plan::Desired;
use crate::post::PostId;

/// Proposals that nobody has taken up.
#[derive(Debug, Default)]
pub(super) struct Proposals {
    open: BTreeMap<u64, Proposal>,
    last: u64,
}

/// A proposal.
#[derive(Debug)]
struct Proposal {
    by: Operator,
    /// Where it was put before somebody.
    places: Vec<Place>,
}

/// Proposals that are remembered: of older ones the buttons do nothing any more.
const MOST: usize = 1_000;

impl Proposals {
    /// The number of a new one.
    fn next(&mut self, by: Operator) -> u64 {
        self.last += 1;
        self.open.insert(self.last, Proposal { by, places: Vec::new() });
        if self.open.len() > MOST {
            self.open.pop_first();
        }
        self.last
    }
}

impl Asker<'_> {
    /// Whoever may publish sees what is proposed, and gets the button.
    pub(super) async fn propose(
        &self,
        post: &PostId,
        time: &Time,
        wish: &Wish,
        wanted: &[Desired],
    ) {
        let proposal = self.bot.lock(&self.bot.proposals).next(self.operator);
        let mut names = Vec::new();
        for operator in &self.bot.desk.newsroom.config.bot.operators {
            if !operator.role.may(Role::Publisher) || operator.id == self.operator.id {
                continue;
            }
            let room = Room::of(operator);
            let mut speech = Speech::new(self.bot.language(operator.id));
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
            let preview = speech.button(Phrase::Preview, Deed::Preview(post.clone()));
            let label = if *time == Time::Now { Phrase::Publish } else { Phrase::Schedule };
            let (shown, time) = (shown(wanted), time.clone());
            let deed = Deed::TakeUp { proposal, post: post.clone(), shown, time };
            let take_up = speech.button(label, deed);
            // Whoever presses has seen what goes out.
            let mut is_seen = true;
            for part in wanted.iter().flat_map(|desired| desired.parts.iter()) {
                is_seen &= self.bot.courier.show(room, &part.request).await.is_ok();
            }
            speech.row([preview].into_iter().chain(is_seen.then_some(take_up)));
            if let Some(place) = self.bot.courier.send(room, &speech.page()).await {
                names.push(self.bot.name_of(operator.id));
                if let Some(open) = self.bot.lock(&self.bot.proposals).open.get_mut(&proposal) {
                    open.places.push(place);
                }
            }
        }
        let phrase = if names.is_empty() { Phrase::ProposalLost } else { Phrase::ProposalSent };
        let words = [("who", Word::plain(names.join(", ")))];
        self.show(&self.phrase(phrase, &words)).await;
    }

    /// Lets out what somebody has proposed, and tells him and those who were asked as well.
    pub(super) async fn take_up(
        &self,
        proposal: u64,
        post: &PostId,
        as_shown: &Shown,
        time: &Time,
    ) -> Result<(), DeskFault> {
        let ordered = self.put(post, as_shown, time).await?;
        if ordered.is_empty() {
            return Ok(());
        }
        let taken = self.bot.lock(&self.bot.proposals).open.remove(&proposal);
        let Some(Proposal { by, places }) = taken else { return Ok(()) };
        let page = |user: i64| {
            let who = ("who", Word::plain(self.bot.name_of(self.operator.id)));
            let words = [who, ("post", Word::code(post))];
            Speech::of(self.bot.language(user), Phrase::TakenUp, &words).page()
        };
        let own = Room::of(&self.operator);
        for place in places.into_iter().filter(|place| place.room != own) {
            self.bot.courier.edit(place, &page(place.room.id())).await;
        }
        // His page ends with what comes of it.
        if let Some(place) = self.bot.courier.send(Room::of(&by), &page(by.id)).await {
            self.bot.watch(&ordered, place);
        }
        Ok(())
    }
}
