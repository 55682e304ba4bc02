//! What came of what was ordered: the page of an order ends with it, and whoever ordered it hears of it.

use std::sync::Arc;

use super::Bot;
use super::facts::{self, InChannel, Pauses};
use super::language::Language;
use super::messenger::MessageRef;
use super::reply::{MessageBuilder, Reply, Span};
use super::request::OperatorChat;
use super::state;
use super::text::Text;
use crate::outbox::{
    Actor, Cancellation, ChangeKind, HoldReason, Publication, PublicationId, State,
};
use crate::store::Query;

/// Publications of which it is remembered that whoever ordered them was told.
const TOLD: usize = 10_000;

impl Bot<'_> {
    /// Keeps the page of an order true: when what was ordered is done, it says so.
    pub(super) fn watch(&self, ids: &[PublicationId], place: MessageRef) {
        let mut watched = self.lock(&self.watched);
        let together: Arc<[PublicationId]> = ids.into();
        for id in ids {
            watched.entry(*id).or_default().push((place, Arc::clone(&together)));
        }
    }

    /// These were ordered and are carried out from now on: what comes of them is told on a page that is on its way.
    pub(super) fn expect(&self, ids: &[PublicationId]) {
        self.lock(&self.expected).extend(ids);
        self.wake.notify_one();
    }

    /// The page of an order stands there: it is kept true from now on.
    pub(super) async fn follow(&self, ids: &[PublicationId], place: Option<MessageRef>) {
        if let Some(place) = place {
            self.watch(ids, place);
        }
        self.lock(&self.expected).retain(|id| !ids.contains(id));
        // What came of it before that.
        for id in ids {
            if let Ok(publication) = self.operations.publication(*id).await {
                self.report(&publication).await;
            }
        }
    }

    /// Says what became of a publication, to whoever ordered it.
    pub(super) async fn report(&self, publication: &Publication) {
        let is_done = facts::is_done(publication);
        // Approvals are asked for by a notice of their own.
        let is_asked = publication.state == (State::Held { held: HoldReason::Approvals });
        // What was refused, and is being deleted, needs nobody.
        let is_leaving = publication.parts.iter().any(|part| {
            let change = part.change.as_ref().filter(|_| facts::question(publication).is_none());
            change.is_some_and(|change| change.kind == ChangeKind::Delete)
        });
        let needs = facts::is_problem(publication) && !is_asked && !is_leaving;
        if !is_done && !needs {
            return;
        }
        if is_done {
            let over = self.take_alerts(publication).await;
            self.end_alerts(&over, publication).await;
        }
        let places = self.watching(publication, is_done).await;
        for (place, together) in &places {
            let none = Pauses::default();
            let mut all = Vec::new();
            for id in together.iter() {
                if *id == publication.id {
                    all.push(self.in_channel(publication, &none));
                    continue;
                }
                // Of what stands, and is yet to be edited or deleted, there is nothing to say.
                let other = self.operations.publication(*id).await;
                let is_told =
                    |other: &Publication| other.sent() == 0 || !crate::status::waits(other);
                if let Some(other) = other.ok().filter(is_told) {
                    all.push(self.in_channel(&other, &none));
                }
            }
            self.messenger.edit(*place, &outcome(&all, self.language(place.chat.id()))).await;
        }
        if is_done {
            self.tell_orderer(publication, &places).await;
        }
    }

    /// The pages that say how a publication stands; where it is done, for the last time. What stands in the place of another
    /// takes its pages.
    async fn watching(
        &self,
        publication: &Publication,
        is_done: bool,
    ) -> Vec<(MessageRef, Arc<[PublicationId]>)> {
        let is_watched = !self.lock(&self.watched).is_empty();
        let before = if is_watched && publication.revision > 1 {
            self.operations.store.publications(Query::Post(publication.post.clone())).await
        } else {
            Ok(Vec::new())
        };
        let mut watched = self.lock(&self.watched);
        for old in before.unwrap_or_default() {
            let is_replaced = matches!(old.state, State::Superseded { .. });
            if is_replaced && old.chat == publication.chat && old.id != publication.id {
                let places = watched.remove(&old.id).unwrap_or_default();
                let renamed = |id: &PublicationId| if *id == old.id { publication.id } else { *id };
                // The page tells of it in the place of the other, whichever of its channels is done next.
                for (place, together) in watched.values_mut().flatten() {
                    if places.iter().any(|(known, _)| known == place) {
                        *together = together.iter().map(renamed).collect();
                    }
                }
                let places = places
                    .into_iter()
                    .map(|(place, together)| (place, together.iter().map(renamed).collect()));
                watched.entry(publication.id).or_default().extend(places);
            }
        }
        // What needs somebody is not over: the page ends with what comes of it.
        let places = if is_done {
            watched.remove(&publication.id)
        } else {
            watched.get(&publication.id).cloned()
        };
        places.unwrap_or_default()
    }

    /// Whoever ordered it hears of it although his page is long gone, unless it is what he has just done himself.
    async fn tell_orderer(
        &self,
        publication: &Publication,
        places: &[(MessageRef, Arc<[PublicationId]>)],
    ) {
        // What a file has put in the place of an order is still whose order it was.
        let session = match publication.by {
            Actor::Operator { id } => Some(id),
            _ => publication.approvals.asker,
        };
        let Some(id) = session else { return };
        let Some(operator) = self.operators().of(id) else { return };
        if !publication.by_hand || self.lock(&self.expected).contains(&publication.id) {
            return;
        }
        let chat = OperatorChat::of(&operator);
        let is_own = match &publication.state {
            State::Cancelled { by, .. } => *by == Actor::Operator { id },
            _ => false,
        };
        let is_news = {
            let mut told = self.lock(&self.told);
            if told.len() >= TOLD {
                told.pop_first();
            }
            told.insert((publication.id, publication.sent()))
        };
        // A page that ends with it has told him.
        if is_news && !is_own && !places.iter().any(|(place, _)| place.chat == chat) {
            let one = self.in_channel(publication, &Pauses::default());
            self.messenger.send(chat, &outcome([&one], self.language(id))).await;
        }
    }

    /// Tells everybody, in the chat of the alerts too, something that is about no publication.
    pub async fn tell_all(&self, text: Text) {
        for (chat, _) in self.audience() {
            let reply = MessageBuilder::of(self.language(chat.id()), text, &[]).build();
            self.messenger.send(chat, &reply).await;
        }
    }
}

/// What became of publications, or that they are on their way, a line each.
pub(super) fn outcome<'o>(
    all: impl IntoIterator<Item = &'o InChannel>,
    language: Language,
) -> Reply {
    let mut reply = MessageBuilder::new(language);
    for one in all {
        let known = &one.known;
        let post = ("post", Span::code(&known.post));
        let channel = ("channel", Span::bold(&one.channel));
        let link = ("link", Span::Plain(one.link().unwrap_or_default()));
        let was_edited = known.parts.iter().any(|part| part.edited.is_some());
        let text = match &known.state {
            State::Published if was_edited => Text::WasEdited,
            State::Published => Text::WentOut,
            State::Cancelled { cancellation: Cancellation::Deleted, .. } => Text::WasDeleted,
            State::Cancelled { .. } if known.sent() > 0 => Text::CancelledStands,
            State::Cancelled { .. } => Text::IsOff,
            // What is the matter is a message of its own.
            _ if facts::is_problem(known) => Text::NeedsSomebody,
            _ => Text::GoesOut,
        };
        reply.line(text, &[post, channel, link]);
        if known.state == State::Published && facts::is_problem(known) {
            state::say_why(&mut reply, known);
        }
    }
    reply.build()
}
