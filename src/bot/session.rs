//! One request of an operator: it reads facts for them and shows the replies. Other files decide what to say and to
//! order.

use jiff::tz::TimeZone;
use tokio::time;

use super::Bot;
use super::explain;
use super::facts::{Pause, Pauses, PostFacts};
use super::language::Language;
use super::messenger::MessageRef;
use super::post_source::PostState;
use super::preview;
use super::reply::{MessageBuilder, Reply, Span};
use super::request::OperatorChat;
use super::text::Text;
use crate::config::{Operator, Role};
use crate::ids::PostId;
use crate::limits;
use crate::operations::{OperationError, Operations};
use crate::outbox::{Actor, Publication, PublicationId};
use crate::plan::Desired;
use crate::status;
use crate::store::{Command, Query};

/// How often a file that is being written is read again, each time after half of the time that it takes to settle.
const LOOKS: usize = 4;

/// An operator and the button that they pressed.
pub(super) struct Session<'a> {
    pub(super) bot: &'a Bot<'a>,
    pub(super) operator: Operator,
    pub(super) language: Language,
    /// The message with the pressed button; `None` for a typed line.
    pub(super) pressed: Option<MessageRef>,
}

/// A reply to show, or `None` if it was shown already.
pub(super) type HandlerResult = Result<Option<Reply>, OperationError>;

impl Session<'_> {
    pub(super) fn chat(&self) -> OperatorChat {
        OperatorChat::of(&self.operator)
    }

    pub(super) fn reply(&self) -> MessageBuilder {
        MessageBuilder::new(self.language)
    }

    pub(super) fn text(&self, text: Text, words: &[(&str, Span)]) -> Reply {
        MessageBuilder::of(self.language, text, words).build()
    }

    /// Why an order was not carried out.
    pub(super) fn not_done(&self, error: &OperationError) -> Reply {
        let why = explain::order(error, self.language, &TimeZone::UTC);
        self.text(Text::NotDone, &[("why", why)])
    }

    pub(super) fn actor(&self) -> Actor {
        Actor::Operator { id: self.operator.id }
    }

    /// The operations, acting for this operator.
    pub(super) fn operations(&self) -> Operations {
        self.bot.operations.acting_as(self.actor())
    }

    /// Gives orders in this operator's name; returns the publications that they changed.
    pub(super) async fn order(
        &self,
        orders: Vec<Command>,
    ) -> Result<Vec<Publication>, OperationError> {
        let done = self.bot.operations.order(orders, self.bot.clock.now()).await?;
        Ok(done.into_iter().filter_map(|done| done.publication).collect())
    }

    /// Whether the operator's role allows it; otherwise says so.
    pub(super) async fn may(&self, needed: Role) -> bool {
        let may = self.operator.role.may(needed);
        if !may {
            self.show(&self.text(Text::NotAllowed, &[self.who_may(needed)])).await;
        }
        may
    }

    /// Who to ask for what this operator may not do.
    pub(super) fn who_may(&self, needed: Role) -> (&'static str, Span) {
        let who = if needed == Role::Admin { Text::AskAdmin } else { Text::AskPublisher };
        ("who", Span::plain(who.of(self.language)))
    }

    /// Replaces the message of the pressed button with a reply, or sends it; returns its message.
    pub(super) async fn show(&self, reply: &Reply) -> Option<MessageRef> {
        match self.pressed {
            Some(place) => {
                // The message no longer shows an alert.
                self.bot.leave(place);
                self.bot.messenger.edit(place, reply).await
            }
            None => self.bot.messenger.send(self.chat(), reply).await,
        }
    }

    /// Shows a reply that may take several messages.
    pub(super) async fn show_all(&self, reply: MessageBuilder) {
        let mut has_arrived = true;
        for (number, mut reply) in reply.build_all().into_iter().enumerate() {
            // There are no buttons unless everything above them arrived.
            if !has_arrived {
                reply.rows.clear();
            }
            has_arrived &= match number {
                0 => self.show(&reply).await.is_some(),
                _ => self.bot.messenger.send(self.chat(), &reply).await.is_some(),
            };
        }
    }

    /// Sends every message of every edition; `false` where one could not be shown, which the reply says.
    pub(super) async fn show_messages(&self, post: &PostId, wanted: &[Desired]) -> bool {
        let messenger = &self.bot.messenger;
        let parts = wanted.iter().flat_map(|desired| desired.parts.iter());
        let requests = parts.map(|part| &part.request);
        if let Err(error) = self.bot.operations.keep_files(requests, self.bot.clock.now()).await {
            let why = explain::order(&error, self.language, &TimeZone::UTC);
            let words = [("post", Span::code(post)), ("why", why)];
            messenger.send(self.chat(), &self.text(Text::NotShown, &words)).await;
            return false;
        }
        for desired in wanted {
            if wanted.len() > 1 {
                let words =
                    [("post", Span::code(post)), ("channel", Span::bold(&desired.channel.name))];
                messenger.send(self.chat(), &self.text(Text::PreviewOf, &words)).await;
            }
            for part in desired.parts.iter() {
                // A post that was not seen is not offered for publishing.
                let sent = self.bot.show_message(self.chat(), &part.request).await;
                if let Ok(sent) = &sent {
                    self.bot.remember_shown(sent, post, &desired.edition);
                }
                if let Err(error) = sent {
                    let why = explain::call(&error, self.language);
                    let words = [("post", Span::code(post)), ("why", why)];
                    messenger.send(self.chat(), &self.text(Text::NotShown, &words)).await;
                    return false;
                }
            }
        }
        true
    }

    /// Sends a post exactly as it will be published, then the buttons, unless something could not be shown. `first`
    /// replaces the pressed card.
    pub(super) async fn preview(&self, facts: &PostFacts, first: Option<Text>) {
        if !facts.is_good() {
            self.show(&preview::unavailable(facts, self.language, self.operator.role)).await;
            return;
        }
        if let Some(first) = first {
            self.show(&self.text(first, &[])).await;
        }
        if self.show_messages(&facts.post, facts.wanted()).await {
            let card = self.draft_card(facts);
            let offer = || preview::offer(facts, self.language, self.operator.role);
            let card = card.unwrap_or_else(offer);
            self.bot.messenger.send(self.chat(), &card).await;
        }
    }

    /// Reads the facts of a post.
    pub(super) async fn facts(&self, post: &PostId) -> Result<PostFacts, OperationError> {
        let operations = &self.bot.operations;
        let mut file = self.file(post).await;
        let history = operations.store.publications(Query::Post(post.clone())).await?;
        if let PostState::Valid(wanted) = &mut file {
            operations.choose_occurrences(wanted, &history, self.bot.clock.now());
        }
        let pauses = self.bot.pauses().await?;
        let current = status::newest(&history).into_iter();
        let (comments, here): (Vec<_>, Vec<_>) = current
            .map(|known| self.bot.in_channel(known, &pauses))
            .partition(|one| one.publication.is_comments());
        let is_unknown = matches!(file, PostState::Missing) && here.is_empty();
        let mut facts = PostFacts {
            post: post.clone(),
            file,
            here,
            comments,
            history,
            pauses,
            warnings: self.bot.source.warnings(post),
            approvals: operations.policy().approvals,
            reader: self.operator.id,
            uneditable: Vec::new(),
            near: if is_unknown { self.similar_posts(post.as_str()) } else { Vec::new() },
        };
        facts.uneditable = self.uneditable(&facts).await?;
        Ok(facts)
    }

    /// The state of a post's file. A file that was just saved settles in a moment, so this waits.
    async fn file(&self, post: &PostId) -> PostState {
        let mut file = self.bot.source.state(post);
        for _ in 0..LOOKS {
            if !matches!(file, PostState::Writing) {
                break;
            }
            time::sleep(limits::FILE_SETTLES / 2).await;
            file = self.bot.source.state(post);
        }
        if let PostState::Valid(wanted) = &mut file {
            self.bot.place(wanted).await;
        }
        file
    }

    /// Whether a post has a file, even one that is new. What was typed is never used as a path: the folder is searched.
    pub(super) async fn has_file(&self, post: &PostId) -> bool {
        self.bot.source.list().iter().any(|known| known.post == *post)
            || !matches!(self.file(post).await, PostState::Missing)
    }

    /// Posts with ids or titles close to what was typed.
    pub(super) fn similar_posts(&self, typed: &str) -> Vec<PostId> {
        let list = self.bot.source.list();
        let ids = list.iter().map(|listed| listed.post.as_str());
        let nearest = crate::key::nearest(typed, ids).map(str::to_owned);
        let typed = typed.to_lowercase();
        let holds = |id: &PostId, title: &str| {
            id.as_str().contains(&typed) || title.to_lowercase().contains(&typed)
        };
        let found = list.iter().filter(|one| !typed.is_empty() && holds(&one.post, &one.title));
        let mut found: Vec<_> = found.map(|listed| listed.post.clone()).take(3).collect();
        if let Some(near) = nearest.and_then(|near| PostId::parse(&near).ok())
            && !found.contains(&near)
        {
            found.insert(0, near);
        }
        found
    }

    /// Shows why an order waits, or else `ordered_text`; the message then reports the outcome.
    pub(super) async fn show_ordered(
        &self,
        mut reply: MessageBuilder,
        ordered: &[Publication],
        ordered_text: Text,
        pauses: &Pauses,
    ) {
        let ids: Vec<_> = ordered.iter().map(|known| known.id).collect();
        let approvals = self.bot.operations.policy().approvals;
        let mut does_wait = false;
        for known in ordered {
            let channel = ("channel", Span::bold(self.bot.operations.channel_name(known)));
            let missing = known.approvals.missing(approvals);
            match pauses.pause(known.destination()) {
                _ if missing > 0 && known.waits_for_approvals(approvals) => {
                    let count = ("count", Span::plain(missing));
                    let words = [("post", Span::code(&known.post)), channel, count];
                    reply.line(Text::WaitsForApprovals, &words);
                }
                Some(Pause::Channel) => drop(reply.line(Text::ChangeWaitsPaused, &[channel])),
                Some(Pause::Everything) => drop(reply.line(Text::ChangeWaitsStopped, &[])),
                None => continue,
            }
            does_wait = true;
        }
        if let (false, Some(first)) = (does_wait, ordered.first()) {
            reply.line(ordered_text, &[("post", Span::code(&first.post))]);
        }
        self.show_order(&reply.build(), &ids, true).await;
    }

    /// Shows the reply to an order. Its message then reports the outcome, unless that comes in a message of its own.
    pub(super) async fn show_order(&self, reply: &Reply, ids: &[PublicationId], reports: bool) {
        self.bot.expect(ids);
        let place = self.show(reply).await.filter(|_| reports);
        self.bot.follow(ids, place).await;
    }
}
