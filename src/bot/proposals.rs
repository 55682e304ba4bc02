//! Proposals: what an editor would publish is put before those who may, and the editor hears what came of it.

use super::buttons::{Action, Time};
use super::card::{card, say_publication};
use super::facts::{InChannel, PostFacts};
use super::language::Language;
use super::messenger::MessageRef;
use super::reply::{MessageBuilder, Reply, Span, time};
use super::request::OperatorChat;
use super::session::{Answer, Session};
use super::text::Text;
use crate::config::{Operator, Role};
use crate::ids::PostId;
use crate::operations::RequestedTime;
use crate::outbox::PublicationId;

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
    /// Puts what is proposed, with the buttons, before everybody who may publish; returns who that was.
    pub(super) async fn propose(&self, facts: &PostFacts, wish: &RequestedTime) -> Reply {
        let (post, wanted) = (&facts.post, facts.wanted());
        if wanted.iter().all(|desired| desired.draft) {
            return self.text(Text::DraftStays, &[("post", Span::code(post))]);
        }
        let number = self.bot.lock(&self.bot.proposals).begin(self.operator, post.clone());
        let mut names = Vec::new();
        for operator in self.bot.operators().now().iter() {
            if !operator.role.may(Role::Publisher) || operator.id == self.operator.id {
                continue;
            }
            let chat = OperatorChat::of(operator);
            // The operator who presses has seen what goes out.
            let mut is_seen = true;
            for part in wanted.iter().flat_map(|desired| desired.parts.iter()) {
                is_seen &= self.bot.messenger.show(chat, &part.request).await.is_ok();
            }
            let who = self.bot.name_of(self.operator.id);
            let language = self.bot.language(operator.id);
            let reply = proposal(facts, wish, number, &who, is_seen, language);
            if let Some(place) = self.bot.messenger.send(chat, &reply).await {
                names.push(self.bot.name_of(operator.id));
                self.bot.lock(&self.bot.proposals).stands(number, place);
            }
        }
        if names.is_empty() {
            self.bot.lock(&self.bot.proposals).end(|open| open.number == number);
        }
        let text = if names.is_empty() { Text::ProposalLost } else { Text::ProposalSent };
        self.text(text, &[("who", Span::plain(names.join(", ")))])
    }

    /// Ends the proposals of a post that somebody ordered: the editors who proposed it are notified, and the publishers are not
    /// asked any more.
    pub(super) async fn end_proposals(&self, post: &PostId, ordered: &[PublicationId]) {
        let ended = self.bot.lock(&self.bot.proposals).end(|open| open.post == *post);
        for proposal in ended {
            let place = self.tell_end(&proposal, Text::TakenUp).await;
            // That message ends with what comes of it.
            self.bot.follow(ordered, place).await;
        }
    }

    /// Says no to a proposal.
    pub(super) async fn decline(&self, number: u64, post: &PostId) -> Answer {
        let ended = self.bot.lock(&self.bot.proposals).end(|open| open.number == number);
        for proposal in &ended {
            self.tell_end(proposal, Text::Declined).await;
        }
        if ended.is_empty() {
            // Somebody has answered it.
            let facts = self.facts(post).await?;
            return Ok(Some(card(&facts, self.language, self.operator.role)));
        }
        Ok(Some(self.ended(self.operator.id, post, Text::Declined)))
    }

    /// Notifies everybody involved in a proposal of how it ended; returns the message that its author got.
    async fn tell_end(&self, proposal: &Proposal, how: Text) -> Option<MessageRef> {
        let own = self.chat();
        for place in proposal.places.iter().filter(|place| place.chat != own) {
            let reply = self.ended(place.chat.id(), &proposal.post, how);
            self.bot.messenger.edit(*place, &reply).await;
        }
        let reply = self.ended(proposal.by.id, &proposal.post, how);
        self.bot.messenger.send(OperatorChat::of(&proposal.by), &reply).await
    }

    fn ended(&self, to: i64, post: &PostId, how: Text) -> Reply {
        let who = ("who", Span::plain(self.bot.name_of(self.operator.id)));
        MessageBuilder::of(self.bot.language(to), how, &[who, ("post", Span::code(post))]).build()
    }
}

/// What `who` proposes, as someone who may publish sees it: with the button that does it, where they have seen what goes out.
fn proposal(
    facts: &PostFacts,
    wish: &RequestedTime,
    number: u64,
    who: &str,
    is_seen: bool,
    language: Language,
) -> Reply {
    let (post, wanted) = (&facts.post, facts.wanted());
    let mut reply = MessageBuilder::new(language);
    let when = match (wish, wanted.first()) {
        (RequestedTime::At(at), Some(desired)) => time(at.at, &desired.channel.timezone),
        (RequestedTime::NextSlot, _) => Text::InNextSlot.of(language).to_owned(),
        _ => Text::AtOnce.of(language).to_owned(),
    };
    let words = [("who", Span::plain(who)), ("post", Span::code(post)), ("time", Span::bold(when))];
    reply.say(Text::Proposed, &words);
    // Whoever presses sees too that it was taken back, or is published somewhere.
    let is_wanted = |one: &&InChannel| wanted.iter().any(|desired| desired.is_about(&one.known));
    for one in facts.here.iter().filter(is_wanted) {
        say_publication(&mut reply, one, facts);
    }
    let label = if *wish == RequestedTime::Now { Text::Publish } else { Text::Schedule };
    let put = Action::Put { post: post.clone(), shown: facts.shown(), time: fixed(wish) };
    let put = is_seen.then(|| reply.button(label, put));
    let decline = Action::Decline { proposal: number, post: post.clone() };
    let decline = reply.button(Text::Decline, decline);
    let preview = reply.button(Text::Preview, Action::Preview(post.clone()));
    reply.row(put.into_iter().chain([decline])).row([preview]);
    reply.build()
}

/// The time that was proposed, whenever somebody takes it up.
fn fixed(wish: &RequestedTime) -> Time {
    match wish {
        RequestedTime::Now => Time::Now,
        RequestedTime::NextSlot => Time::Slot,
        // In each channel's own zone where a clock time was typed.
        RequestedTime::At(resolved) => Time::Typed(resolved.civil.map_or_else(
            || resolved.at.to_string(),
            |civil| civil.strftime("%F %H:%M:%S").to_string(),
        )),
    }
}
