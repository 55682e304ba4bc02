//! The long poll: receives updates and passes them on. It answers nothing.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};
use tokio::time::{self, Instant};

use super::incoming::{self, ChannelPost, Incoming, Update};
use super::open_updates::{OpenUpdate, OpenUpdates};
use crate::limits;
use crate::outbox::Refusal;
use crate::telegram::method::GetUpdates;
use crate::telegram::{CallError, PollError, Poller};

/// How often a failing poll is logged again.
const LOG_INTERVAL: Duration = Duration::from_mins(15);

/// Two refusals (409) further apart than this are unrelated: `doctor` interrupts one poll, and another process polls again
/// within seconds.
const OTHER_POLLER_GAP: Duration = Duration::from_secs(20);

/// Updates that wait for the bot.
const QUEUE: usize = 2_000;

/// Which updates are received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Messages to the bot, and posts in channels. Another program with the same token is a danger, so publishing
    /// stops.
    Chat,
    /// Only posts in channels and their copies in discussion groups. Another program may use the bot's updates; they are left to
    /// it.
    Posts,
}

/// Receives updates.
pub struct UpdateReceiver {
    poller: Poller,
    scope: Scope,
    incoming: Option<mpsc::Sender<ReceivedUpdate>>,
    open: OpenUpdates,
    posts: mpsc::Sender<ChannelPost>,
    other_poller: watch::Sender<bool>,
    polls: watch::Sender<PollTimes>,
    /// The next update to ask for; `None` where its number is not known.
    next: Option<i64>,
    /// How many updates to ask for at once.
    limit: u8,
    /// Failed polls since the last good one.
    failures: u32,
    refusals: PollRefusals,
    logged_fault: Option<Instant>,
    /// The last line about an unreadable update, which may come again.
    logged_update: Option<String>,
    has_dropped_posts: bool,
}

/// A received update.
#[derive(Debug)]
pub struct ReceivedUpdate {
    /// What it holds.
    pub incoming: Incoming,
    /// The update of a message, which comes again in the next process unless it is closed in this one.
    pub open: Option<OpenUpdate>,
}

/// The received updates.
pub struct Updates {
    /// Messages, presses and memberships, in order.
    pub incoming: mpsc::Receiver<ReceivedUpdate>,
    /// Other people's posts in channels. They do not wait for the chat, and are dropped if they have no receiver.
    pub posts: mpsc::Receiver<ChannelPost>,
    /// Becomes true when another program uses the same token.
    pub other_poller: watch::Receiver<bool>,
    /// When the last polls ended. Its sender is dropped when there are no more polls.
    pub polls: watch::Receiver<PollTimes>,
}

/// When the last polls ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct PollTimes {
    /// The last poll, whatever its answer, with the pause after it: Telegram may have asked for a long one.
    pub last: Option<Instant>,
    /// The last one that was answered with updates, or with none.
    pub last_good: Option<Instant>,
}

/// Recent refusals (409) because of another program's polls.
#[derive(Default)]
struct PollRefusals {
    count: u32,
    last: Option<Instant>,
}

impl PollRefusals {
    /// Counts a refusal; whether another program keeps polling.
    fn is_another_program(&mut self) -> bool {
        if self.last.is_none_or(|last| last.elapsed() > OTHER_POLLER_GAP) {
            self.count = 0;
        }
        self.last = Some(Instant::now());
        self.count = self.count.saturating_add(1);
        self.count >= 2
    }
}

/// What to do after a poll.
enum PollFollowUp {
    /// Poll again after this time.
    Poll(Duration),
    /// Stop: the updates are left to another program.
    Leave,
}

impl UpdateReceiver {
    /// A receiver of the poller's updates.
    #[must_use]
    pub fn new(poller: Poller, scope: Scope) -> (Self, Updates) {
        let (incoming_sender, incoming) = mpsc::channel(QUEUE);
        let (post_sender, posts) = mpsc::channel(limits::CHANNEL_POST_QUEUE);
        let (other_poller_sender, other_poller) = watch::channel(false);
        let (poll_sender, polls) = watch::channel(PollTimes::default());
        let receiver = Self {
            poller,
            scope,
            incoming: Some(incoming_sender),
            open: OpenUpdates::default(),
            posts: post_sender,
            other_poller: other_poller_sender,
            polls: poll_sender,
            next: None,
            limit: limits::GET_UPDATES_BATCH,
            failures: 0,
            refusals: PollRefusals::default(),
            logged_fault: None,
            logged_update: None,
            has_dropped_posts: false,
        };
        (receiver, Updates { incoming, posts, other_poller, polls })
    }

    /// Receives updates until `stop`, waits until those that were passed on are `answered`, and confirms the ones that are dealt
    /// with; or receives updates until they are left to another program.
    pub async fn run(mut self, stop: impl Future<Output = ()>, answered: impl Future<Output = ()>) {
        let receiving = async {
            loop {
                match self.poll().await {
                    PollFollowUp::Poll(pause) if pause.is_zero() => {}
                    PollFollowUp::Poll(pause) => {
                        self.polls.send_modify(|times| times.last = Some(Instant::now() + pause));
                        time::sleep(pause).await;
                    }
                    PollFollowUp::Leave => return,
                }
            }
        };
        // Updates that were passed on are remembered when the poll is dropped, and the others come again.
        tokio::select! {
            biased;
            () = stop => {}
            () = receiving => return,
        }
        self.incoming = None;
        answered.await;
        self.confirm().await;
    }

    /// The first update to ask for: those before it need not come again.
    fn offset(&self) -> Option<i64> {
        self.open.first().map(i64::from).or(self.next)
    }

    async fn poll(&mut self) -> PollFollowUp {
        let kinds = match self.scope {
            Scope::Chat => incoming::CHAT_KINDS,
            Scope::Posts => incoming::POST_KINDS,
        };
        // Most messages are dealt with at once. While a draft is made, its update is not confirmed, and comes again.
        let _ = time::timeout(limits::OPEN_UPDATE_POLL, self.open.all_closed()).await;
        let (first, next) = (self.offset(), self.next);
        let asked = GetUpdates {
            offset: first,
            limit: self.limit,
            timeout: limits::GET_UPDATES_WAIT.as_secs(),
            allowed_updates: Some(kinds),
        };
        let began = Instant::now();
        let answer = self.poller.poll(&asked).await;
        let now = Instant::now();
        self.polls.send_modify(|times| {
            times.last = Some(now);
            times.last_good = if answer.is_ok() { Some(now) } else { times.last_good };
        });
        match answer {
            Ok(updates) => {
                self.failures = 0;
                self.limit = self.limit.saturating_mul(2).min(limits::GET_UPDATES_BATCH);
                let is_again = |update: &&Value| {
                    incoming::number(update)
                        .is_some_and(|number| first <= Some(number) && Some(number) < next)
                };
                let new: Vec<_> = updates.iter().filter(|update| !is_again(update)).collect();
                self.take_all(&new).await;
                // Pause between polls where the server does not wait, or sends the same again.
                let is_moving = self.next != next || first != next;
                let has_waited =
                    updates.is_empty() && began.elapsed() >= limits::GET_UPDATES_BACKOFF;
                PollFollowUp::Poll(if is_moving || has_waited {
                    Duration::ZERO
                } else {
                    limits::GET_UPDATES_BACKOFF
                })
            }
            Err(PollError::TooLong { .. }) if self.limit > 1 => {
                self.limit /= 2;
                PollFollowUp::Poll(Duration::ZERO)
            }
            Err(PollError::TooLong { first }) => {
                let is_first = self.failures == 0;
                let backoff = self.failed();
                self.skip(first, "it is too long");
                PollFollowUp::Poll(if is_first && self.next != next {
                    Duration::ZERO
                } else {
                    backoff
                })
            }
            Err(PollError::Call(error)) => self.fail(&error),
        }
    }

    /// Passes the updates on in order. Channel posts go first, since the chat's queue may be full.
    async fn take_all(&mut self, updates: &[&Value]) {
        let read: Vec<_> = updates.iter().map(|update| incoming::read(update)).collect();
        for update in &read {
            if let Ok(Update::Post(post)) = update {
                self.hand_on_post(*post);
            }
        }
        for (read, update) in read.into_iter().zip(updates) {
            let number = incoming::number(update);
            match read {
                Ok(Update::Chat(incoming)) => {
                    self.hand_on(incoming).await;
                    self.pass(number);
                }
                Ok(Update::Post(_) | Update::Ignored) => self.pass(number),
                Err(why) => self.skip(number, why),
            }
        }
    }

    async fn hand_on(&self, incoming: Incoming) {
        let Some(sender) = &self.incoming else { return };
        let open = match &incoming {
            Incoming::Message(message) if self.scope == Scope::Chat => {
                Some(self.open.open(message.update))
            }
            _ => None,
        };
        // There is no receiver without operators, and none while the program shuts down.
        let _ = sender.send(ReceivedUpdate { incoming, open }).await;
    }

    fn hand_on_post(&mut self, post: ChannelPost) {
        if let Err(TrySendError::Full(_)) = self.posts.try_send(post)
            && !self.has_dropped_posts
        {
            self.has_dropped_posts = true;
            log::warn!("channel posts arrive faster than they can be recorded: some are dropped");
        }
    }

    /// Moves past an update. Numbers grow by one within a list, so one without a number has at least the next.
    fn pass(&mut self, number: Option<i64>) {
        self.next = number.or(self.next).map(|known| known.saturating_add(1));
    }

    /// Moves past an update that cannot be read, and logs why.
    fn skip(&mut self, number: Option<i64>, why: &str) {
        let name = number.map_or_else(String::new, |number| format!(" {number}"));
        let line = format!("update{name} is skipped: {why}");
        if self.logged_update.as_ref() != Some(&line) {
            log::warn!("{line}");
            self.logged_update = Some(line);
        }
        self.pass(number);
    }

    /// Counts a failed poll; returns the backoff.
    fn failed(&mut self) -> Duration {
        let doubled =
            limits::GET_UPDATES_BACKOFF.saturating_mul(2_u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        doubled.min(limits::MAX_GET_UPDATES_BACKOFF)
    }

    fn fail(&mut self, error: &CallError) -> PollFollowUp {
        let backoff = self.failed();
        match error {
            CallError::Refused { class: Refusal::OtherPoller, .. } => {
                log::warn!("another program asks for this bot's updates");
                if self.refusals.is_another_program() {
                    if self.scope == Scope::Posts {
                        log::warn!(
                            "another program receives this bot's updates: other people's channel posts are not recorded until `serve` is restarted"
                        );
                        return PollFollowUp::Leave;
                    }
                    self.other_poller.send_replace(true);
                }
                PollFollowUp::Poll(backoff)
            }
            CallError::Refused { class: Refusal::Webhook, .. } if self.scope == Scope::Posts => {
                log::warn!(
                    "this bot's updates go to a webhook: other people's channel posts are not recorded until `serve` is restarted"
                );
                PollFollowUp::Leave
            }
            CallError::Wait { retry_after, .. } => {
                self.log(error);
                PollFollowUp::Poll(retry_after.map_or(backoff, |asked| asked.max(backoff)))
            }
            _ => {
                self.log(error);
                PollFollowUp::Poll(backoff)
            }
        }
    }

    fn log(&mut self, error: &CallError) {
        if self.logged_fault.is_none_or(|logged| logged.elapsed() >= LOG_INTERVAL) {
            self.logged_fault = Some(Instant::now());
            log::warn!("getUpdates failed: {error}");
        }
    }

    /// Confirms what was received, so that Telegram does not send it again.
    async fn confirm(&self) {
        let offset = self.offset();
        if offset.is_none() {
            return;
        }
        let asked = GetUpdates { offset, limit: 1, timeout: 0, allowed_updates: None };
        if let Err(error) = self.poller.poll(&asked).await {
            log::debug!("the last updates are not confirmed: {error}");
        }
    }
}

#[cfg(test)]
mod tests;
