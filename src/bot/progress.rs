//! Reports the outcome of orders: the message of an order is kept up to date, and the operator who gave it is notified.

use std::sync::Arc;

use jiff::Timestamp;

use super::Bot;
use super::action_buttons::PostAction;
use super::delete;
use super::facts::{self, ChannelPublication, Pauses};
use super::language::Language;
use super::messenger::MessageRef;
use super::reply::{MessageBuilder, Reply, Span};
use super::request::OperatorChat;
use super::state;
use super::text::Text;
use crate::config::Operator;
use crate::outbox::{
    Actor, Cancellation, ChangeKind, HoldReason, Publication, PublicationId, State,
};
use crate::store::Query;

/// The most outcomes that are remembered as reported.
const REPORTED: usize = 10_000;

impl Bot<'_> {
    /// Keeps the message of an order up to date.
    pub(super) fn watch(&self, ids: &[PublicationId], place: MessageRef) {
        let mut watched = self.lock(&self.watched);
        let ordered_with: Arc<[PublicationId]> = ids.into();
        for id in ids {
            watched.entry(*id).or_default().push((place, Arc::clone(&ordered_with)));
        }
    }

    /// Publications were ordered, and the message that will report on them is being sent.
    pub(super) fn expect(&self, ids: &[PublicationId]) {
        self.lock(&self.expected).extend(ids);
        self.wake.notify_one();
    }

    /// These posts, and the comments below them that are still to be sent.
    pub(super) async fn with_comments(&self, posts: &[Publication]) -> Vec<PublicationId> {
        let mut ids: Vec<_> = posts.iter().map(|post| post.id).collect();
        for post in posts {
            ids.extend(self.unsent_comments(post).await.iter().map(|comments| comments.id));
        }
        ids
    }

    /// The comments below a post that are still to be sent.
    async fn unsent_comments(&self, post: &Publication) -> Vec<Publication> {
        let of_post = self.operations.store.publications(Query::Post(post.post.clone())).await;
        let mut of_post = of_post.unwrap_or_default();
        let is_unsent = |comments: &Publication| {
            comments.comments_on == Some(post.chat)
                && matches!(comments.state, State::Scheduled | State::Due)
        };
        of_post.retain(is_unsent);
        of_post
    }

    /// The message of an order was sent: it is kept up to date from now on.
    pub(super) async fn follow(&self, ids: &[PublicationId], place: Option<MessageRef>) {
        if let Some(place) = place {
            self.watch(ids, place);
        }
        self.lock(&self.expected).retain(|id| !ids.contains(id));
        // The outcome may have come before that.
        for id in ids {
            if let Ok(publication) = self.operations.publication(*id).await {
                self.report(&publication).await;
            }
        }
    }

    /// Reports the state of a publication to the operator who ordered it.
    pub(super) async fn report(&self, publication: &Publication) {
        let is_done = facts::is_done(publication);
        // A request for approval has an alert of its own.
        let is_asked = publication.state == (State::Held { held: HoldReason::Approvals });
        // A refused publication that is being deleted needs no attention.
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
        for (place, ordered_with) in &places {
            let all = self.with_ordered(publication, ordered_with).await;
            let id = place.chat.id();
            let reply = with_undo(&all, self.language(id), id, self.clock.now());
            self.messenger.edit(*place, &reply).await;
        }
        if is_done {
            self.notify_requester(publication, &places).await;
        }
    }

    /// A publication, and those ordered with it that have an outcome.
    pub(super) async fn with_ordered(
        &self,
        publication: &Publication,
        ordered_with: &[PublicationId],
    ) -> Vec<ChannelPublication> {
        let none = Pauses::default();
        let mut all = Vec::new();
        for id in ordered_with {
            if *id == publication.id {
                all.push(self.in_channel(publication, &none));
                continue;
            }
            // A sent message that is yet to be edited or deleted has no outcome yet.
            let other = self.operations.publication(*id).await;
            let has_outcome = |other: &Publication| {
                other.sent_count() == 0 || !crate::status::is_unfinished(other)
            };
            if let Some(other) = other.ok().filter(has_outcome) {
                all.push(self.in_channel(&other, &none));
            }
        }
        all
    }

    /// The messages that report on a publication; after its final state they no longer do. A successor takes over the
    /// messages of the publication that it supersedes.
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
            if is_replaced
                && old.destination() == publication.destination()
                && old.id != publication.id
            {
                let places = watched.remove(&old.id).unwrap_or_default();
                let renamed = |id: &PublicationId| if *id == old.id { publication.id } else { *id };
                // The message reports on the successor in its place.
                for (place, ordered_with) in watched.values_mut().flatten() {
                    if places.iter().any(|(known, _)| known == place) {
                        *ordered_with = ordered_with.iter().map(renamed).collect();
                    }
                }
                let places = places.into_iter().map(|(place, ordered_with)| {
                    (place, ordered_with.iter().map(renamed).collect())
                });
                watched.entry(publication.id).or_default().extend(places);
            }
        }
        // A publication that needs attention is not final yet.
        let places = if is_done {
            watched.remove(&publication.id)
        } else {
            watched.get(&publication.id).cloned()
        };
        places.unwrap_or_default()
    }

    /// Notifies the operator who ordered it, unless they did it themselves.
    async fn notify_requester(
        &self,
        publication: &Publication,
        places: &[(MessageRef, Arc<[PublicationId]>)],
    ) {
        // A successor that a file made still belongs to the operator who ordered the first one.
        let session = match publication.by {
            Actor::Operator { id } => Some(id),
            _ => publication.approvals.requester,
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
            let mut reported = self.lock(&self.reported);
            if reported.len() >= REPORTED {
                reported.pop_first();
            }
            reported.insert((publication.id, publication.sent_count()))
        };
        // They have seen it in the message that was updated.
        if is_news && !is_own && !places.iter().any(|(place, _)| place.chat == chat) {
            let mut all = vec![self.in_channel(publication, &Pauses::default())];
            if publication.state == State::Published && !publication.is_comments() {
                let comments = self.unsent_comments(publication).await;
                let none = Pauses::default();
                all.extend(comments.iter().map(|comments| self.in_channel(comments, &none)));
            }
            self.messenger.send(chat, &outcome(&all, self.language(id))).await;
        }
    }

    /// Sends a text that is about no publication to the operators and the alerts chat.
    pub async fn tell_all(&self, text: Text) {
        let view = |language, _: Option<&Operator>| MessageBuilder::of(language, text, &[]).build();
        self.send_to_chats(self.audience(), view).await;
    }
}

/// The state of publications, a line each.
pub(super) fn outcome<'o>(
    all: impl IntoIterator<Item = &'o ChannelPublication>,
    language: Language,
) -> Reply {
    let mut reply = MessageBuilder::new(language);
    say_outcome(&mut reply, all);
    reply.build()
}

/// The same with a button that takes back what the operator with this id has just published.
fn with_undo(all: &[ChannelPublication], language: Language, id: i64, now: Timestamp) -> Reply {
    let mut reply = MessageBuilder::new(language);
    say_outcome(&mut reply, all);
    let own = Actor::Operator { id };
    let mut posts = all.iter().map(|one| &one.publication).filter(|one| !one.is_comments());
    if posts.clone().all(|known| delete::can_take_back(known, &own, now))
        && let Some(first) = posts.next()
    {
        let ids = std::iter::once(first).chain(posts).map(|known| known.id).collect();
        reply.action(Text::Undo, PostAction::TakeBack(ids).of(&first.post));
    }
    reply.build()
}

/// Adds the state of publications, a line each.
pub(super) fn say_outcome<'o>(
    reply: &mut MessageBuilder,
    all: impl IntoIterator<Item = &'o ChannelPublication>,
) {
    for one in all {
        let known = &one.publication;
        let post = ("post", Span::code(&known.post));
        let channel = ("channel", Span::bold(&one.channel));
        let link = ("link", Span::Plain(one.link().unwrap_or_default()));
        let was_edited = known.parts.iter().any(|part| part.edited.is_some());
        let text = match &known.state {
            State::Published if was_edited => Text::WasEdited,
            State::Published => Text::WasPublished,
            State::Cancelled { cancellation: Cancellation::Deleted, .. } => Text::WasDeleted,
            State::Scheduled | State::Due if known.is_comments() => Text::CommentsFollow,
            State::Cancelled { .. } if known.is_comments() && known.sent_count() == 0 => {
                Text::CommentsCancelled
            }
            State::Cancelled { .. } if known.sent_count() > 0 => Text::CancelledButSent,
            State::Cancelled { .. } => Text::IsUnscheduled,
            // The alert says why.
            _ if facts::is_problem(known) => Text::NeedsAttention,
            _ => Text::Publishing,
        };
        reply.line(text, &[post, channel, link]);
        if known.state == State::Published && facts::is_problem(known) {
            state::say_why(reply, one);
        } else if known.state == State::Published {
            state::say_poll(reply, known);
        }
    }
}
