//! The newsroom in a private chat: operators look, preview, publish, schedule, correct and withdraw; nobody else gets an
//! answer. What may happen to a publication is decided by the rules, and nothing is posted to a channel from here.
//!
//! ```text
//! Telegram ──reception──▶ Incoming ──gate──▶ Asker ──▶ Desk, the journal        orders, as from the shell
//!                                              └──▶ Page ──courier──▶ the operator's chat
//! the publisher ──▶ report ──▶ Page ──courier──▶ whoever ordered it
//! the journal's notices ──▶ alert, saved files ──▶ bulletin ──▶ Page ──courier──▶ all
//! ```

mod alert;
pub mod auth;
pub mod buttons;
mod card;
pub mod command;
mod delete;
mod difference;
mod dispatch;
mod edit;
mod explain;
mod facts;
mod file_notices;
pub mod incoming;
pub mod language;
pub mod messenger;
mod newsroom_page;
mod notice;
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
mod release;
pub mod reply;
pub mod request;
mod resolve;
mod russian_time;
mod session;
mod state;
mod status_page;
pub mod text;
mod update;
pub mod updates;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use jiff::tz::TimeZone;
use tokio::sync::{Notify, mpsc};

use crate::clock::Clock;
use crate::config::{Operator, Role};
use crate::limits;
use crate::operations::{OperationError, Operations};
use crate::outbox::{Publication, PublicationId};
use crate::store::{Command, Person};
use crate::telegram::Client;
use alert::Alert;
use auth::{Access, SeenUpdates, Strangers};
use buttons::{Action, Click};
use facts::{InChannel, Pauses};
use incoming::{ButtonPress, Incoming, TextMessage};
use language::Language;
use messenger::{MessageRef, Messenger, Watched};
pub use notice::joins;
use operators::Operators;
use people::People;
pub use post_source::{FileNews, Kind, Listed, OpenConflict, PostSource, PostState, title};
use proposals::Proposals;
pub use reply::time;
use reply::{MessageBuilder, Reply, Span};
use request::{LeaveChat, OperatorChat, SetMyCommands};
use resolve::Question;
use session::Session;
use text::Text;

/// The bot's side of every private chat.
pub struct Bot<'b> {
    /// The newsroom and its journal.
    pub operations: &'b Operations,
    /// The way to Telegram.
    pub client: &'b Client,
    /// The time.
    pub clock: &'b dyn Clock,
    /// What the files say.
    pub source: &'b dyn PostSource,
    /// Wakes whoever publishes.
    pub wake: Arc<Notify>,
    /// The bot's username, which commands may name.
    pub name: String,
    messenger: Messenger<'b>,
    people: People,
    /// What operators were asked for.
    questions: Mutex<HashMap<i64, Question>>,
    /// Pages of orders, each with all publications that were ordered together.
    watched: Mutex<Watched<(MessageRef, Arc<[PublicationId]>)>>,
    /// Orders whose page is on its way.
    expected: Mutex<BTreeSet<PublicationId>>,
    /// Where the newest alerts stand.
    alerts: Mutex<Vec<Alert>>,
    /// What was reported of a publication, by how much of it stood then.
    told: Mutex<BTreeSet<(PublicationId, usize)>>,
    proposals: Mutex<Proposals>,
    seen: Mutex<SeenUpdates>,
    strangers: Mutex<Strangers>,
}

impl<'b> Bot<'b> {
    /// A bot that speaks through `courier`.
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
            told: Mutex::default(),
            proposals: Mutex::default(),
            seen: Mutex::default(),
            strangers: Mutex::default(),
        }
    }

    /// Answers what comes in, and reports what happens; it ends when nothing more can come.
    ///
    /// Of one person one thing is answered after the other; nobody waits for somebody else's.
    pub async fn run(
        &self,
        mut incoming: mpsc::Receiver<Incoming>,
        mut news: mpsc::UnboundedReceiver<Publication>,
    ) {
        let mut waiting: HashMap<i64, VecDeque<Task>> = HashMap::new();
        let mut under_way: FuturesUnordered<BoxFuture<'_, i64>> = FuturesUnordered::new();
        let mut is_open = true;
        while is_open || !under_way.is_empty() {
            let (lane, task) = tokio::select! {
                biased;
                Some(lane) = under_way.next() => {
                    match waiting.get_mut(&lane).and_then(VecDeque::pop_front) {
                        Some(task) => under_way.push(Box::pin(self.carry_out(lane, task))),
                        None => drop(waiting.remove(&lane)),
                    }
                    continue;
                }
                Some(publication) = news.recv() => (0, Task::Report(Box::new(publication))),
                heard = incoming.recv(), if is_open => {
                    let Some(heard) = heard else {
                        // What was received is answered still.
                        is_open = false;
                        continue;
                    };
                    let Some(task) = self.admit(heard) else { continue };
                    task
                }
                else => return,
            };
            if let Some(queue) = waiting.get_mut(&lane) {
                queue.push_back(task);
                continue;
            }
            waiting.insert(lane, VecDeque::new());
            under_way.push(Box::pin(self.carry_out(lane, task)));
        }
    }

    /// Sets the menu of every operator, in each language.
    pub async fn introduce(&self) {
        for operator in self.operators().now().iter() {
            self.set_menu(operator).await;
        }
    }

    /// Sets the menus of those who come or get another role while it runs. It does not end.
    pub async fn introduce_new(&self) {
        loop {
            for operator in self.operators().unset().await {
                self.set_menu(&operator).await;
            }
        }
    }

    /// Who may talk to it now.
    #[must_use]
    pub fn operators(&self) -> &Operators {
        self.messenger.operators()
    }

    /// Sets the menu of one operator. Whoever has not written to the bot yet gets it when he begins.
    async fn set_menu(&self, operator: &Operator) {
        let otherwise = self.operations.newsroom.config.bot.language;
        for language in [None, Some(Language::En), Some(Language::Ru)] {
            let menu = SetMyCommands(request::menu(operator, language, otherwise));
            if let Err(fault) = self.messenger.call(menu, true).await {
                log::debug!("the menu of operator {}: {fault}", operator.id);
                break;
            }
        }
    }

    /// Who may ask for what; `None` for what nobody is answered for.
    fn admit(&self, incoming: Incoming) -> Option<(i64, Task)> {
        let verdict = auth::authorize(&incoming, &self.operators().now());
        let update = match &incoming {
            Incoming::Message(line) => line.update,
            Incoming::Press(press) => press.update,
            Incoming::Joined { chat } => {
                return (!self.is_ours(*chat)).then_some((*chat, Task::Leave(*chat)));
            }
        };
        if !self.lock(&self.seen).is_new(update) {
            return None;
        }
        match verdict {
            Access::Operator(operator) => {
                let from = match &incoming {
                    Incoming::Message(line) => line.from.as_ref(),
                    Incoming::Press(press) => Some(&press.from),
                    Incoming::Joined { .. } => None,
                };
                let met = from.and_then(|from| self.people.meet(from));
                Some((operator.id, Task::Answer(operator, met, Box::new(incoming))))
            }
            Access::Stranger(id) => {
                if self.lock(&self.strangers).is_news(id, self.messenger.elapsed()) {
                    log::warn!("user {id} wrote to the bot and is no operator: no answer");
                }
                None
            }
            Access::Nothing => None,
        }
    }

    /// Whether the bot has business in a chat.
    fn is_ours(&self, chat: i64) -> bool {
        let config = &self.operations.newsroom.config;
        chat > 0
            || config.bot.alerts == Some(chat)
            || config.recovery.staging_chat == Some(chat)
            || self.source.chats().values().any(|known| *known == chat)
            || config.channels.iter().any(|channel| {
                // A channel whose number nobody knows yet may be this one.
                crate::operations::number_of(channel, &self.source.chats())
                    .is_none_or(|id| id == chat)
            })
    }

    async fn carry_out(&self, lane: i64, task: Task) -> i64 {
        match task {
            Task::Report(publication) => self.report(&publication).await,
            Task::Leave(chat) => {
                log::warn!("the bot was put into chat {chat}, which is none of its own: it leaves");
                let params = serde_json::json!({ "chat_id": chat });
                if let Err(fault) = self.messenger.call(LeaveChat(params), false).await {
                    log::warn!("chat {chat}: {fault}");
                }
            }
            Task::Answer(operator, met, incoming) => {
                // What waited behind something else is answered by the list as it is now.
                let Some(operator) = self.operators().of(operator.id) else {
                    log::warn!("user {} is no longer an operator: no answer", operator.id);
                    return lane;
                };
                match *incoming {
                    Incoming::Message(said) => self.line(operator, &said).await,
                    Incoming::Press(press) => self.press(operator, &press).await,
                    Incoming::Joined { .. } => {}
                }
                if let Some(met) = met {
                    self.keep(met).await;
                }
            }
        }
        lane
    }

    async fn line(&self, operator: Operator, line: &TextMessage) {
        let language = self.language(operator.id);
        let session = Session { bot: self, operator, language, pressed: None };
        let age = self.clock.now().duration_since(line.date);
        if std::time::Duration::try_from(age).is_ok_and(|age| age > limits::CHAT_BACKLOG) {
            self.messenger.send(session.chat(), &late(line, age.as_mins(), language)).await;
            return;
        }
        if let Err(fault) = session.line(&line.text).await {
            self.mishap(&session, &fault).await;
        }
    }

    async fn press(&self, operator: Operator, press: &ButtonPress) {
        let chat = OperatorChat::of(&operator);
        let pressed = press.message.map(|message| MessageRef { chat, message });
        let language = self.language(operator.id);
        let session = Session { bot: self, operator, language, pressed };
        let click = self.messenger.take(operator.id, &press.data);
        let needed = match &click {
            Click::Action(action) => action.needs(),
            Click::Used | Click::Old(_) | Click::Unknown => Role::Editor,
        };
        let text = match session.press(click, &press.shows).await {
            Ok(text) => text,
            Err(fault) => {
                self.mishap(&session, &fault).await;
                None
            }
        };
        let text = text.map(|text| session.text(text, &[session.who_may(needed)]).text.string);
        self.messenger.answer(&press.query, text.as_deref()).await;
    }

    /// Says that something did not work. What went wrong is in the log, whole.
    async fn mishap(&self, session: &Session<'_>, fault: &OperationError) {
        log::error!("operator {}: {fault}", session.operator.id);
        self.messenger.send(session.chat(), &session.not_done(fault)).await;
    }

    /// Whoever publishes after this process knows the person too.
    async fn keep(&self, person: Person) {
        let id = person.id;
        if let Err(fault) =
            self.operations.order(vec![Command::Met(person)], self.clock.now()).await
        {
            log::warn!("operator {id}: his name and language are not kept: {fault}");
            self.people.is_not_kept(id);
        }
    }

    /// Who was met before this process began.
    pub async fn remember(&self) {
        match self.operations.store.people().await {
            Ok(people) => self.people.remember(people),
            Err(fault) => log::warn!("who the operators are is not known: {fault}"),
        }
    }

    /// The language in which a person is answered.
    fn language(&self, user: i64) -> Language {
        self.people.language(user)
    }

    /// The zone in which a publication's times are shown.
    fn zone(&self, publication: &Publication) -> TimeZone {
        let channel = self.operations.channel_of(publication);
        channel.map_or(TimeZone::UTC, |channel| channel.timezone.clone())
    }

    /// A publication with what people call its place.
    fn in_channel(&self, known: &Publication, pauses: &Pauses) -> InChannel {
        InChannel {
            channel: self.operations.channel_name(known),
            zone: self.zone(known),
            chat: self.operations.address_of(known),
            hold: pauses.hold(known),
            lacks_approvals: known.waits_for_approvals(self.operations.policy().approvals),
            known: known.clone(),
        }
    }

    /// What is paused now.
    async fn pauses(&self) -> Result<Pauses, OperationError> {
        let channels = self.operations.store.channels().await?.into_iter();
        Ok(Pauses {
            stopped: self.operations.store.journal().await?.stopped,
            channels: channels.map(|channel| (channel.chat, channel)).collect(),
            now: self.clock.now(),
        })
    }

    /// The names of the channels that are paused.
    fn paused_names(&self, pauses: &Pauses) -> Vec<String> {
        let stopped = pauses.channels.values().filter(|channel| channel.paused.is_some());
        stopped.map(|channel| self.operations.name_of(channel.chat)).collect()
    }

    /// All operators and the chat of the alerts, which is nobody's.
    fn audience(&self) -> Vec<(OperatorChat, Option<Operator>)> {
        let operators = self.operators().now();
        let own = operators.iter().map(|one| (OperatorChat::of(one), Some(*one)));
        let alerts = OperatorChat::of_alerts(&self.operations.newsroom.config.bot);
        own.chain(alerts.map(|chat| (chat, None))).collect()
    }

    /// The name of a person, or the number of one who has not written yet.
    fn name_of(&self, user: i64) -> String {
        self.people.name(user)
    }

    #[expect(clippy::unused_self, reason = "it reads like what it locks")]
    fn lock<'l, T>(&self, mutex: &'l Mutex<T>) -> MutexGuard<'l, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A line that came while the bot was away: it is carried out by a press.
fn late(line: &TextMessage, minutes: i64, language: Language) -> Reply {
    let minutes =
        MessageBuilder::plain(language, Text::Minutes, &[("count", Span::plain(minutes))]);
    let mut reply = MessageBuilder::of(language, Text::CameLate, &[("ago", Span::Plain(minutes))]);
    reply.newline().word(&Span::code(&line.text));
    let now = reply.button(Text::DoItNow, Action::Run(line.text.clone()));
    let close = reply.button(Text::Close, Action::Close);
    reply.row([now, close]);
    reply.build()
}

/// Something to be done, one after the other for each person.
enum Task {
    /// Answers an operator, and keeps who he is where that is new.
    Answer(Operator, Option<Person>, Box<Incoming>),
    /// Says what became of a publication.
    Report(Box<Publication>),
    /// Leaves a chat.
    Leave(i64),
}
