//! The long poll: what reaches the bot is handed on in our own words, and nothing is answered here.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};
use tokio::time::{self, Instant};

use super::incoming::{ChannelPost, Incoming};
use super::update::{self, Update};
use crate::limits;
use crate::outbox::Refusal;
use crate::telegram::method::GetUpdates;
use crate::telegram::{CallError, PollError, Poller};

/// How often a failing poll is logged again.
const TELL_AGAIN: Duration = Duration::from_mins(15);

/// Conflicts that lie so far apart are two stories: somebody who looks once, as `doctor` does, ends one poll, and another
/// instance asks again within seconds.
const STORY: Duration = Duration::from_secs(20);

/// Updates that wait for the bot to be done with those before them.
const QUEUE: usize = 2_000;

/// Which updates are received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// What people write to the bot, and posts in channels. Another program with the same token is a danger: it fences.
    Chat,
    /// Posts in channels alone. Another program may rightly use the bot's updates: they are left to it.
    Posts,
}

/// Receives updates.
pub struct UpdateReceiver {
    poller: Poller,
    scope: Scope,
    incoming: mpsc::Sender<Incoming>,
    posts: mpsc::Sender<ChannelPost>,
    conflict: watch::Sender<bool>,
    /// The first update that was not handed on; `None`: nobody knows its number.
    next: Option<i64>,
    /// The most updates to ask for at once.
    limit: u8,
    /// Polls that failed since the last good one.
    failures: u32,
    conflicts: Conflicts,
    logged_fault: Option<Instant>,
    /// What was logged last of an update that cannot be read, which may come again.
    logged_update: Option<String>,
    has_dropped_posts: bool,
}

/// What is received.
pub struct Updates {
    /// What reaches the bot, in its order.
    pub incoming: mpsc::Receiver<Incoming>,
    /// Posts of other people in channels. They do not wait for the chat; where nobody takes them, they are dropped.
    pub posts: mpsc::Receiver<ChannelPost>,
    /// Becomes true when somebody else uses the same token.
    pub conflict: watch::Receiver<bool>,
}

/// Conflicts with another poll, the last of which is not long ago.
#[derive(Default)]
struct Conflicts {
    count: u32,
    last: Option<Instant>,
}

impl Conflicts {
    /// Counts one more; says whether another program asks again and again.
    fn is_another_program(&mut self) -> bool {
        if self.last.is_none_or(|last| last.elapsed() > STORY) {
            self.count = 0;
        }
        self.last = Some(Instant::now());
        self.count = self.count.saturating_add(1);
        self.count >= 2
    }
}

/// What follows a poll.
enum Then {
    /// The next one, after this time.
    Poll(Duration),
    /// Nothing: the updates are left to somebody else.
    Leave,
}

impl UpdateReceiver {
    /// A reception for the poller's bot.
    #[must_use]
    pub fn new(poller: Poller, scope: Scope) -> (Self, Updates) {
        let (incoming_sender, incoming) = mpsc::channel(QUEUE);
        let (post_sender, posts) = mpsc::channel(limits::CHANNEL_POST_QUEUE);
        let (conflict_sender, conflict) = watch::channel(false);
        let receiver = Self {
            poller,
            scope,
            incoming: incoming_sender,
            posts: post_sender,
            conflict: conflict_sender,
            next: None,
            limit: limits::POLL_UPDATES,
            failures: 0,
            conflicts: Conflicts::default(),
            logged_fault: None,
            logged_update: None,
            has_dropped_posts: false,
        };
        (receiver, Updates { incoming, posts, conflict })
    }

    /// Receives until `stop` ends, and confirms what was received; or until the updates are left to somebody else.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let receiving = async {
            loop {
                match self.poll().await {
                    Then::Poll(pause) if pause.is_zero() => {}
                    Then::Poll(pause) => time::sleep(pause).await,
                    Then::Leave => return,
                }
            }
        };
        // What was handed on when the poll is dropped is remembered, and the rest comes again.
        tokio::select! {
            biased;
            () = stop => {}
            () = receiving => return,
        }
        self.confirm().await;
    }

    async fn poll(&mut self) -> Then {
        let kinds = match self.scope {
            Scope::Chat => update::CHAT_KINDS,
            Scope::Posts => update::POST_KINDS,
        };
        let asked = GetUpdates {
            offset: self.next,
            limit: self.limit,
            timeout: limits::CHAT_POLL.as_secs(),
            allowed_updates: Some(kinds),
        };
        let began = Instant::now();
        match self.poller.poll(&asked).await {
            Ok(updates) => {
                self.failures = 0;
                self.limit = self.limit.saturating_mul(2).min(limits::POLL_UPDATES);
                self.take_all(&updates).await;
                // A server that does not wait, or gives the same again, is not asked without a pause.
                let is_moving = self.next != asked.offset;
                let has_waited = updates.is_empty() && began.elapsed() >= limits::POLL_BACKOFF;
                Then::Poll(if is_moving || has_waited {
                    Duration::ZERO
                } else {
                    limits::POLL_BACKOFF
                })
            }
            Err(PollError::TooLong { .. }) if self.limit > 1 => {
                self.limit /= 2;
                Then::Poll(Duration::ZERO)
            }
            Err(PollError::TooLong { first }) => {
                let is_first = self.failures == 0;
                let backoff = self.failed();
                self.skip(first, "it is too long");
                Then::Poll(if is_first && self.next != asked.offset {
                    Duration::ZERO
                } else {
                    backoff
                })
            }
            Err(PollError::Call(fault)) => self.fail(&fault),
        }
    }

    /// Hands the updates on in their order. Posts in channels go first, since the chat may have to be waited for.
    async fn take_all(&mut self, updates: &[Value]) {
        let read: Vec<_> = updates.iter().map(update::read).collect();
        for update in &read {
            if let Ok(Update::Post(post)) = update {
                self.hand_on_post(*post);
            }
        }
        for (read, update) in read.into_iter().zip(updates) {
            let number = update::number(update);
            match read {
                Ok(Update::Chat(incoming)) => {
                    // Where nobody receives any more, the program ends, and Telegram gives it again.
                    let _ = self.incoming.send(incoming).await;
                    self.pass(number);
                }
                Ok(Update::Post(_) | Update::Nothing) => self.pass(number),
                Err(why) => self.skip(number, why),
            }
        }
    }

    fn hand_on_post(&mut self, post: ChannelPost) {
        if let Err(TrySendError::Full(_)) = self.posts.try_send(post)
            && !self.has_dropped_posts
        {
            self.has_dropped_posts = true;
            log::warn!("posts in channels come faster than they can be recorded: some are dropped");
        }
    }

    /// Goes past an update. Numbers grow by one within a list, so that one without a number has at least the next.
    fn pass(&mut self, number: Option<i64>) {
        self.next = number.or(self.next).map(|known| known.saturating_add(1));
    }

    /// Goes past an update that cannot be read.
    fn skip(&mut self, number: Option<i64>, why: &str) {
        let name = number.map_or_else(String::new, |number| format!(" {number}"));
        let line = format!("update{name} is skipped: {why}");
        if self.logged_update.as_ref() != Some(&line) {
            log::warn!("{line}");
            self.logged_update = Some(line);
        }
        self.pass(number);
    }

    /// Counts a failed poll, and says how long to wait.
    fn failed(&mut self) -> Duration {
        let doubled = limits::POLL_BACKOFF.saturating_mul(2_u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        doubled.min(limits::POLL_BACKOFF_MOST)
    }

    fn fail(&mut self, fault: &CallError) -> Then {
        let backoff = self.failed();
        match fault {
            CallError::Refused { class: Refusal::OtherPoller, .. } => {
                log::warn!("another program asks for this bot's updates");
                if self.conflicts.is_another_program() {
                    if self.scope == Scope::Posts {
                        log::warn!(
                            "another program receives this bot's updates: other people's channel posts are not recorded until `serve` is restarted"
                        );
                        return Then::Leave;
                    }
                    self.conflict.send_replace(true);
                }
                Then::Poll(backoff)
            }
            CallError::Refused { class: Refusal::Webhook, .. } if self.scope == Scope::Posts => {
                log::warn!(
                    "this bot's updates go to a webhook: other people's channel posts are not recorded until `serve` is restarted"
                );
                Then::Leave
            }
            CallError::Wait { retry_after, .. } => {
                self.log(fault);
                Then::Poll(retry_after.map_or(backoff, |asked| asked.max(backoff)))
            }
            _ => {
                self.log(fault);
                Then::Poll(backoff)
            }
        }
    }

    fn log(&mut self, fault: &CallError) {
        if self.logged_fault.is_none_or(|logged| logged.elapsed() >= TELL_AGAIN) {
            self.logged_fault = Some(Instant::now());
            log::warn!("getUpdates failed: {fault}");
        }
    }

    /// Tells Telegram what was received, so that it is not given again.
    async fn confirm(&self) {
        let Some(next) = self.next else { return };
        let asked = GetUpdates { offset: Some(next), limit: 1, timeout: 0, allowed_updates: None };
        if let Err(fault) = self.poller.poll(&asked).await {
            log::debug!("the last updates are not confirmed: {fault}");
        }
    }
}

#[cfg(test)]
mod tests;
