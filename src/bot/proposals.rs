//! Proposals: an editor proposes a post, the publishers decide, and the editor is notified.

use super::action_buttons::{Action, ButtonTime, DraftAction, DraftActionKind, PostAction};
use super::card::{card, say_publication};
use super::facts::{ChannelPublication, PostFacts};
use super::language::Language;
use super::messenger::MessageRef;
use super::reply::{MessageBuilder, Reply, Span, enumerated, time};
use super::request::OperatorChat;
use super::session::{HandlerResult, Session};
use super::text::Text;
use crate::config::{Operator, Role};
use crate::ids::PostId;
use crate::operations::RequestedTime;
use crate::outbox::PublicationId;

/// Open proposals, oldest first.
#[derive(Debug, Default)]
pub(super) struct Proposals {
    open: Vec<Proposal>,
    last: u64,
}

#[derive(Debug)]
struct Proposal {
    number: u64,
    by: Operator,
    post: PostId,
    /// The messages that show it to publishers.
    places: Vec<MessageRef>,
}

/// The most open proposals; an older one is forgotten.
const MAX_OPEN_PROPOSALS: usize = 1_000;

impl Proposals {
    /// Adds a proposal; returns its number. It replaces an open one by the same person for the same post.
    fn begin(&mut self, by: Operator, post: PostId) -> u64 {
        self.last += 1;
        let before = self.end(|open| open.by.id == by.id && open.post == post);
        let places = before.into_iter().flat_map(|before| before.places).collect();
        self.open.push(Proposal { number: self.last, by, post, places });
        if self.open.len() > MAX_OPEN_PROPOSALS {
            self.open.remove(0);
        }
        self.last
    }

    /// A publisher was shown the proposal in this message.
    fn record_message(&mut self, number: u64, place: MessageRef) {
        let mut open = self.open.iter_mut();
        if let Some(proposal) = open.find(|open| open.number == number) {
            proposal.places.push(place);
        }
    }

    /// Something else is shown in this message now.
    pub(super) fn leave(&mut self, place: MessageRef) {
        for open in &mut self.open {
            open.places.retain(|known| *known != place);
        }
    }

    /// Removes the proposals that are answered.
    fn end(&mut self, is_over: impl Fn(&Proposal) -> bool) -> Vec<Proposal> {
        self.open.extract_if(.., |open| is_over(open)).collect()
    }
}

impl Session<'_> {
    /// Shows a proposal with its buttons to everybody who may publish; says who that was.
    pub(super) async fn propose(&self, facts: &PostFacts, wish: &RequestedTime) -> Reply {
        let (post, wanted) = (&facts.post, facts.wanted());
        let draft = self.inbox_draft(facts);
        if draft.is_none() && wanted.iter().all(|desired| desired.draft) {
            return self.text(Text::IsADraft, &[("post", Span::code(post))]);
        }
        let number = self.bot.lock(&self.bot.proposals).begin(self.operator, post.clone());
        let mut names = Vec::new();
        let parts = || wanted.iter().flat_map(|desired| desired.parts.iter());
        let requests = parts().map(|part| &part.request);
        let kept = self.bot.operations.keep_files(requests, self.bot.clock.now()).await;
        for operator in self.bot.operators().now().iter() {
            if !operator.role.may(Role::Publisher) || operator.id == self.operator.id {
                continue;
            }
            let chat = OperatorChat::of(operator);
            // The person who accepts it must have seen the post.
            let mut is_seen = kept.is_ok();
            for part in parts() {
                is_seen &= self.bot.show_message(chat, &part.request).await.is_ok();
            }
            let who = self.bot.name_of(self.operator.id);
            let language = self.bot.language(operator.id);
            let accept = match &draft {
                None => PostAction::Publish(facts.seen(), fixed(wish)).of(post),
                Some(shown) => DraftAction::of(post, shown, DraftActionKind::Publish(fixed(wish))),
            };
            let accept = is_seen.then_some(accept);
            let reply = proposal(facts, wish, number, &who, accept, language);
            if let Some(place) = self.bot.messenger.send(chat, &reply).await {
                names.push(self.bot.name_of(operator.id));
                self.bot.lock(&self.bot.proposals).record_message(number, place);
            }
        }
        if names.is_empty() {
            self.bot.lock(&self.bot.proposals).end(|open| open.number == number);
        }
        let text = if names.is_empty() { Text::ProposalUndelivered } else { Text::ProposalSent };
        self.text(text, &[("who", Span::Plain(enumerated(&names, self.language)))])
    }

    /// Ends the proposals of a post that somebody ordered.
    pub(super) async fn end_proposals(&self, post: &PostId, ordered: &[PublicationId]) {
        let ended = self.bot.lock(&self.bot.proposals).end(|open| open.post == *post);
        for proposal in ended {
            let place = self.tell_end(&proposal, Text::ProposalAccepted).await;
            // The editor's message then reports the outcome.
            self.bot.follow(ordered, place).await;
        }
    }

    /// Declines a proposal.
    pub(super) async fn decline(&self, number: u64, post: &PostId) -> HandlerResult {
        let ended = self.bot.lock(&self.bot.proposals).end(|open| open.number == number);
        for proposal in &ended {
            self.tell_end(proposal, Text::ProposalDeclined).await;
        }
        if ended.is_empty() {
            // It is already answered.
            let facts = self.facts(post).await?;
            return Ok(Some(card(&facts, self.language, self.operator.role)));
        }
        Ok(Some(self.ended(self.language, post, Text::ProposalDeclined)))
    }

    /// Ends the proposals of a draft that this operator has removed.
    pub(super) async fn end_proposals_of_removed(&self, post: &PostId) {
        let ended = self.bot.lock(&self.bot.proposals).end(|open| open.post == *post);
        for proposal in &ended {
            self.replace_proposal(proposal, Text::DraftRemoved).await;
            if proposal.by.id != self.operator.id {
                self.tell_author(proposal, Text::DraftRemoved).await;
            }
        }
    }

    /// Notifies everybody involved in a proposal of how it ended; returns the author's message.
    async fn tell_end(&self, proposal: &Proposal, how: Text) -> Option<MessageRef> {
        self.replace_proposal(proposal, how).await;
        self.tell_author(proposal, how).await
    }

    /// Shows the other publishers how a proposal ended, in place of its buttons.
    async fn replace_proposal(&self, proposal: &Proposal, how: Text) {
        let mut places = proposal.places.clone();
        places.retain(|place| place.chat != self.chat());
        self.bot.replace(&places, |language, _| self.ended(language, &proposal.post, how)).await;
    }

    async fn tell_author(&self, proposal: &Proposal, how: Text) -> Option<MessageRef> {
        let reply = self.ended(self.bot.language(proposal.by.id), &proposal.post, how);
        self.bot.messenger.send(OperatorChat::of(&proposal.by), &reply).await
    }

    fn ended(&self, language: Language, post: &PostId, how: Text) -> Reply {
        let who = ("who", Span::plain(self.bot.name_of(self.operator.id)));
        MessageBuilder::of(language, how, &[who, ("post", Span::code(post))]).build()
    }
}

/// A proposal as a publisher sees it. The button that accepts it is there only if the post could be shown to them.
pub(super) fn proposal(
    facts: &PostFacts,
    wish: &RequestedTime,
    number: u64,
    who: &str,
    accept: Option<Action>,
    language: Language,
) -> Reply {
    let (post, wanted) = (&facts.post, facts.wanted());
    let mut reply = MessageBuilder::new(language);
    let (text, when) = match (wish, wanted.first()) {
        (RequestedTime::At(at), Some(desired)) => {
            let time = time(at.at, &desired.channel.timezone, language);
            (Text::ProposedAt, ("time", Span::bold(time)))
        }
        (RequestedTime::NextSlot, _) => {
            (Text::Proposed, ("when", Span::bold(Text::InNextSlot.of(language))))
        }
        _ => (Text::Proposed, ("when", Span::bold(Text::AtOnce.of(language)))),
    };
    reply.say(text, &[("who", Span::plain(who)), ("post", Span::code(post)), when]);
    // It also shows where the post is published or was withdrawn.
    let is_wanted =
        |one: &&ChannelPublication| wanted.iter().any(|desired| desired.is_about(&one.publication));
    for one in facts.here.iter().filter(is_wanted) {
        say_publication(&mut reply, one, facts);
    }
    let label = if *wish == RequestedTime::Now { Text::Publish } else { Text::Schedule };
    let put = accept.map(|accept| reply.button(label, accept));
    let decline = reply.button(Text::Decline, PostAction::Decline(number).of(post));
    let preview = reply.button(Text::Preview, PostAction::Preview.of(post));
    reply.row(put.into_iter().chain([decline])).row([preview]);
    reply.build()
}

/// The proposed time, as the button that accepts it keeps it.
fn fixed(wish: &RequestedTime) -> ButtonTime {
    match wish {
        RequestedTime::Now => ButtonTime::Now,
        RequestedTime::NextSlot => ButtonTime::Slot,
        // A time of day in each channel's own zone.
        RequestedTime::At(resolved) => ButtonTime::Typed(resolved.civil.map_or_else(
            || resolved.at.to_string(),
            |civil| civil.strftime("%F %H:%M:%S").to_string(),
        )),
    }
}
