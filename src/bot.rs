//! The chat bot: operators list, preview, publish, schedule, edit and delete posts in a private chat. The bot
//! ignores everybody else. The bot orders, and the rules of `outbox` decide; it never posts to a channel itself.
//!
//! ```text
//! Telegram ──updates──▶ Incoming ──auth──▶ dispatch ──▶ Session ──▶ Operations, the journal     orders, as from the shell
//!                                                          └──▶ Reply ──messenger──▶ the operator's chat
//! the publisher ──▶ progress ──▶ Reply ──messenger──▶ the operator who ordered it
//! the journal's notices ──▶ alert, saved files ──▶ file_notices ──▶ Reply ──messenger──▶ all operators
//! ```

pub mod action_buttons;
mod alert;
pub mod auth;
mod card;
mod close_poll;
pub mod command;
mod comments;
mod delete;
mod difference;
mod digest;
mod discussion;
mod dispatch;
mod edit;
mod exact_message;
mod explain;
mod facts;
mod file_notices;
mod held_posts;
mod inbox;
pub mod incoming;
mod media_words;
pub mod messenger;
mod newsroom_page;
mod notice;
mod open_updates;
pub mod operators;
mod pager;
mod people;
mod post_list;
mod post_source;
mod preview;
mod progress;
mod proposals;
mod publish;
mod queue_page;
pub mod reply;
pub mod request;
mod resolve;
mod session;
mod state;
mod status_page;
fn close(open: Option<OpenUpdate>) {
    if let Some(open) = open {
        open.close();
    }
}

#[cfg(test)]
mod tests;
pub mod text;
mod update_fields;
pub mod updates;
mod upload_watch;

/// The languages of the chat, by the name that they have here.
pub mod language {
    pub use crate::config::BotLanguage as Language;
}

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use jiff::tz::TimeZone;
use tokio::sync::{Notify, mpsc};

use crate::clock::Clock;
use crate::config::{Operator, Role};
use crate::ids::{ChatId, Destination};
use crate::operations::{OperationError, Operations};
use crate::outbox::{Publication, PublicationId, Refusal};
use crate::store::{Command, Person};
use crate::telegram::Client;
use alert::Alert;
use auth::{Access, SeenUpdates, Strangers};
use digest::Digests;
use facts::{ChannelPublication, PausedChannel, Pauses};
use inbox::{Inbox, InboxTask, MessageRoute};
use incoming::Incoming;
use language::Language;
use messenger::{MessageRef, Messenger, ProgressMessages};
pub use notice::joins;
use open_updates::OpenUpdate;
use operators::Operators;
use people::People;
pub use post_source::{
    FileNotice, FileState, ListedPost, OpenConflict, PostSource, PostState, title,
};
use proposals::Proposals;
use reply::Reply;
use request::{LeaveChat, OperatorChat, SetMyCommands};
use resolve::Question;
use updates::ReceivedUpdate;

/// The chat bot.
pub struct Bot<'b> {
    /// The newsroom and its journal.
    pub operations: &'b Operations,
    /// The client for Telegram.
    pub client: &'b Client,
    /// The clock.
    pub clock: &'b dyn Clock,
    /// The post files.
    pub source: &'b dyn PostSource,
    /// Wakes the publisher.
    pub wake: Arc<Notify>,
    /// The bot's username, which commands may name.
    pub name: String,
    messenger: Messenger<'b>,
    people: People,
    /// By operator, the message that they were asked for.
    questions: Mutex<HashMap<i64, Question>>,
    /// Messages that report the progress of orders, each with all publications that were ordered together.
    watched: Mutex<ProgressMessages<(MessageRef, Arc<[PublicationId]>)>>,
    /// Orders whose message is being sent.
    expected: Mutex<BTreeSet<PublicationId>>,
    alerts: Mutex<Vec<Alert>>,
    /// Outcomes that were reported to who ordered them: a publication, and how many of its parts were sent then.
    reported: Mutex<BTreeSet<(PublicationId, usize)>>,
    proposals: Mutex<Proposals>,
    seen: Mutex<SeenUpdates>,
    inbox: Inbox,
    strangers: Mutex<Strangers>,
    /// The daily digests that operators want.
    digests: Mutex<Digests>,
    /// Held while a digest is sent, or changed in the journal and in `digests`.
    digest_change: tokio::sync::Mutex<()>,
}

impl<'b> Bot<'b> {
    /// A bot that sends through `messenger`.
    #[must_use]
    pub fn new(
        operations: &'b Operations,
        client: &'b Client,
        clock: &'b dyn Clock,
        source: &'b dyn PostSource,
        wake: Arc<Notify>,
        messenger: Messenger<'b>,
        name: String,
    ) -> Self {
        Self {
            operations,
            client,
            clock,
            source,
            wake,
            name,
            messenger,
            people: People::new(operations.newsroom.config.bot.language),
            questions: Mutex::default(),
            watched: Mutex::default(),
            expected: Mutex::default(),
            alerts: Mutex::default(),
            reported: Mutex::default(),
            proposals: Mutex::default(),
            seen: Mutex::default(),
            inbox: Inbox::default(),
            strangers: Mutex::default(),
            digests: Mutex::default(),
            digest_change: tokio::sync::Mutex::default(),
        }
    }

    /// Answers updates and reports outcomes until nothing more can arrive. It handles one task at a time per person,
    /// and the tasks of different people side by side.
    pub async fn run(
        &self,
        mut incoming: mpsc::Receiver<ReceivedUpdate>,
        mut sent_publications: mpsc::UnboundedReceiver<Publication>,
    ) {
        let mut waiting: HashMap<i64, VecDeque<Task>> = HashMap::new();
        let mut in_flight: FuturesUnordered<BoxFuture<'_, i64>> = FuturesUnordered::new();
        let mut is_open = true;
        while is_open || !in_flight.is_empty() {
            let (user, task) = tokio::select! {
                biased;
                Some(user) = in_flight.next() => {
                    match waiting.get_mut(&user).and_then(VecDeque::pop_front) {
                        Some(task) => in_flight.push(Box::pin(self.carry_out(user, task))),
                        None => drop(waiting.remove(&user)),
                    }
                    continue;
                }
                Some(publication) = sent_publications.recv() => (0, Task::Report(Box::new(publication))),
                received = incoming.recv(), if is_open => {
                    let Some(received) = received else {
                        // Updates that were received are still answered.
                        is_open = false;
                        self.close_inbox();
                        continue;
                    };
                    let Some(task) = self.admit(received) else { continue };
                    task
                }
                else => return,
            };
            if let Some(queue) = waiting.get_mut(&user) {
                queue.push_back(task);
                continue;
            }
            waiting.insert(user, VecDeque::new());
            in_flight.push(Box::pin(self.carry_out(user, task)));
        }
    }

    /// Sets the menu of every operator, in each language.
    pub async fn introduce(&self) {
        for operator in self.operators().now().iter() {
            self.set_menu(operator).await;
        }
    }

    /// Sets the menus of operators who are added or get another role while the bot runs. It does not end.
    pub async fn introduce_new(&self) {
        loop {
            for operator in self.operators().unset().await {
                self.set_menu(&operator).await;
            }
        }
    }

    /// The current operators.
    #[must_use]
    pub fn operators(&self) -> &Operators {
        self.messenger.operators()
    }

    /// Sets the menu of one operator. Telegram refuses it before they have written to the bot; `/start` sets it then.
    async fn set_menu(&self, operator: &Operator) {
        let otherwise = self.operations.newsroom.config.bot.language;
        for language in [None].into_iter().chain(Language::ALL.map(Some)) {
            let menu = SetMyCommands(request::menu(operator, language, otherwise));
            if let Err(error) = self.messenger.call(menu, true).await {
                log::debug!("menu of operator {} not set: {error}", operator.id);
                break;
            }
        }
    }

    /// The task of an update, and whose it is; `None` if it gets no answer.
    fn admit(&self, received: ReceivedUpdate) -> Option<(i64, Task)> {
        let ReceivedUpdate { incoming, mut open } = received;
        let verdict = auth::authorize(&incoming, &self.operators().now());
        let update = match &incoming {
            Incoming::Message(line) => line.update,
            Incoming::Press(press) => press.update,
            Incoming::Joined { chat } => {
                return (!self.is_ours(*chat)).then_some((*chat, Task::Leave(*chat)));
            }
        };
        if !self.lock(&self.seen).is_new(update) {
            close(open);
            return None;
        }
        if !matches!((&verdict, &incoming), (Access::Operator(_), Incoming::Message(_))) {
            close(open.take());
        }
        match verdict {
            Access::Operator(operator) => {
                let from = match &incoming {
                    Incoming::Message(line) => line.from.as_ref(),
                    Incoming::Press(press) => Some(&press.from),
                    Incoming::Joined { .. } => None,
                };
                let met = from.and_then(|from| self.people.meet(from));
                if let Incoming::Message(message) = &incoming {
                    match self.route_message(&operator, message, open) {
                        MessageRoute::Answer => {}
                        MessageRoute::Nothing => return None,
                        MessageRoute::Inbox(task) => {
                            return Some((operator.id, Task::Inbox(operator, met, task)));
                        }
                    }
                }
                Some((operator.id, Task::Answer(operator, met, Box::new(incoming))))
            }
            Access::Stranger(id) => {
                if self.lock(&self.strangers).is_news(id, self.messenger.elapsed()) {
                    log::warn!("user {id} is not an operator: not answered");
                }
                None
            }
            Access::Nothing => None,
        }
    }

    /// Whether the bot belongs in a chat.
    fn is_ours(&self, chat: i64) -> bool {
        let config = &self.operations.newsroom.config;
        chat > 0
            || config.bot.alerts == Some(chat)
            || config.recovery.staging_chat == Some(chat)
            || self.source.chats().values().any(|known| *known == chat)
            || config.channels.iter().any(|channel| {
                // A channel whose chat id is not known yet may be this one, and a basic group may have become it.
                crate::operations::number_of(channel, &self.source.chats())
                    .is_none_or(|id| id == chat || ChatId::is_basic_group(id))
            })
    }

    async fn carry_out(&self, user: i64, task: Task) -> i64 {
        match task {
            Task::Report(publication) => self.report(&publication).await,
            Task::Leave(chat) if self.may_be_discussion_group(chat).await => {}
            Task::Leave(chat) => {
                log::warn!(
                    "the bot was added to chat {chat}, which is not in the config: leaving it"
                );
                let params = serde_json::json!({ "chat_id": chat });
                if let Err(error) = self.messenger.call(LeaveChat(params), false).await {
                    log::warn!("chat {chat}: {error}");
                }
            }
            Task::Inbox(operator, met, task) => {
                let Some(operator) = self.operators().of(operator.id) else {
                    log::warn!("user {} is no longer an operator: not answered", operator.id);
                    self.drop_inbox_task(user, task);
                    return user;
                };
                self.do_inbox_task(operator, task).await;
                if let Some(met) = met {
                    self.keep(met).await;
                }
            }
            Task::Answer(operator, met, incoming) => {
                // The list of operators may have changed while the task waited.
                let Some(operator) = self.operators().of(operator.id) else {
                    log::warn!("user {} is no longer an operator: not answered", operator.id);
                    return user;
                };
                match *incoming {
                    Incoming::Message(message) => self.answer_message(operator, &message).await,
                    Incoming::Press(press) => self.answer_press(operator, &press).await,
                    Incoming::Joined { .. } => {}
                }
                if let Some(met) = met {
                    self.keep(met).await;
                }
            }
        }
        user
    }

    /// Records the person, so that the next process knows them too.
    async fn keep(&self, person: Person) {
        let id = person.id;
        if let Err(error) =
            self.operations.order(vec![Command::RememberPerson(person)], self.clock.now()).await
        {
            log::warn!("cannot record the name and language of operator {id}: {error}");
            self.people.mark_unsaved(id);
        }
    }

    /// Reads the people that earlier processes met.
    pub async fn remember(&self) {
        match self.operations.store.people().await {
            Ok(people) => self.people.remember(people),
            Err(error) => {
                log::warn!("cannot read the names and languages of the operators: {error}");
            }
        }
        self.load_digests().await;
    }

    fn language(&self, user: i64) -> Language {
        self.people.language(user)
    }

    /// The zone in which a publication's times are shown.
    fn zone(&self, publication: &Publication) -> TimeZone {
        let channel = self.operations.channel_of(publication);
        channel.map_or(TimeZone::UTC, |channel| channel.timezone.clone())
    }

    /// A publication with the names that people know it by.
    fn in_channel(&self, known: &Publication, pauses: &Pauses) -> ChannelPublication {
        ChannelPublication {
            channel: facts::place(&self.operations.channel_name(known), known.is_comments()),
            zone: self.zone(known),
            address: self.operations.address_of(known),
            hold: pauses.hold(known),
            refusal: pauses.refusal(known.destination()),
            lacks_approvals: known.waits_for_approvals(self.operations.policy().approvals),
            publication: known.clone(),
        }
    }

    async fn pauses(&self) -> Result<Pauses, OperationError> {
        let channels = self.operations.store.channels().await?.into_iter();
        let groups = self.operations.store.discussions().await?.into_iter();
        Ok(Pauses {
            groups: groups.map(|(channel, group)| (group, channel)).collect(),
            stopped: self.operations.store.journal().await?.stopped,
            channels: channels.map(|channel| (channel.destination, channel)).collect(),
            now: self.clock.now(),
        })
    }

    fn paused_channels(&self, pauses: &Pauses) -> Vec<PausedChannel> {
        let channels = pauses.channels.values().filter(|channel| channel.paused.is_some());
        let name = |place: Destination| match pauses.groups.get(&place.chat) {
            Some(channel) => {
                facts::place(&self.operations.name_of(Destination::of_chat(*channel)), true)
            }
            None => self.operations.name_of(place),
        };
        channels
            .map(|channel| PausedChannel {
                name: name(channel.destination),
                refusal: channel.refused.then(|| channel.refusal.unwrap_or(Refusal::Channel)),
            })
            .collect()
    }

    /// All operators, and the alerts chat, which has no operator.
    fn audience(&self) -> Vec<(OperatorChat, Option<Operator>)> {
        let operators = self.operators().now();
        let own = operators.iter().map(|one| (OperatorChat::of(one), Some(*one)));
        let alerts = OperatorChat::of_alerts(&self.operations.newsroom.config.bot);
        own.chain(alerts.map(|chat| (chat, None))).collect()
    }

    /// Sends an event to these chats, as each reader sees it; returns the messages that arrived.
    async fn send_to_chats(
        &self,
        audience: Vec<(OperatorChat, Option<Operator>)>,
        view: impl Fn(Language, Option<&Operator>) -> Reply + Send,
    ) -> Vec<MessageRef> {
        let mut sent = Vec::new();
        for (chat, operator) in audience {
            let reply = view(self.language(chat.id()), operator.as_ref());
            sent.extend(self.messenger.send(chat, &reply).await);
        }
        sent
    }

    /// Puts an event in the place of these messages, as each reader sees it.
    async fn replace(
        &self,
        places: &[MessageRef],
        view: impl Fn(Language, Option<Role>) -> Reply + Send,
    ) {
        for place in places {
            let user = place.chat.id();
            let role = self.operators().of(user).map(|operator| operator.role);
            let reply = view(self.language(user), role);
            self.messenger.edit(*place, &reply).await;
        }
    }

    /// A person's name: that of the config, or else of Telegram; their id if they have not written yet.
    fn name_of(&self, user: i64) -> String {
        self.operators().name(user).unwrap_or_else(|| self.people.name(user))
    }

    #[expect(clippy::unused_self, reason = "it reads like what it locks")]
    fn lock<'l, T>(&self, mutex: &'l Mutex<T>) -> MutexGuard<'l, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task of a person's queue.
enum Task {
    /// Answers an operator, and records the person if they are new or have changed.
    Answer(Operator, Option<Person>, Box<Incoming>),
    /// Makes a draft for an operator, or corrects a post.
    Inbox(Operator, Option<Person>, InboxTask),
    /// Reports the outcome of a publication.
    Report(Box<Publication>),
    /// Leaves a chat that the bot does not belong in.
    Leave(i64),
}
