//! What keeps posts whose time has come from going out: a pause, or Telegram's request to wait.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::session::Session;
use super::text::Text;
use crate::desk::DeskFault;
use crate::outbox::{Channel, Publication, State};

/// How the channels stand at one moment; where nothing is known of them, nothing keeps anything back.
#[derive(Debug, Default)]
pub(super) struct Pauses {
    is_stopped: bool,
    channels: BTreeMap<i64, Channel>,
    now: Timestamp,
}

/// What keeps everything back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// The channel is paused.
    Channel,
    /// All are.
    Everything,
}

/// What keeps a post back whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// Somebody, or a refusal.
    Paused(Pause),
    /// Telegram asked to wait until then.
    AskedToWait(Timestamp),
}

impl Session<'_> {
    /// How the channels stand now.
    pub(super) async fn pauses(&self) -> Result<Pauses, DeskFault> {
        let store = &self.bot.desk.store;
        let channels = store.channels().await?.into_iter();
        Ok(Pauses {
            is_stopped: store.journal().await?.stopped.is_some(),
            channels: channels.map(|channel| (channel.chat, channel)).collect(),
            now: self.bot.clock.now(),
        })
    }
}

impl Pauses {
    /// What keeps everything from going to a chat.
    pub(super) fn pause(&self, chat: i64) -> Option<Pause> {
        let is_paused = || self.channels.get(&chat).is_some_and(|known| known.paused.is_some());
        if self.is_stopped {
            return Some(Pause::Everything);
        }
        is_paused().then_some(Pause::Channel)
    }

    /// What keeps a publication back whose time has come.
    pub(super) fn of(&self, publication: &Publication) -> Option<Hold> {
        let waits = matches!(publication.state, State::Scheduled | State::Due);
        if !waits || publication.due_at > self.now {
            return None;
        }
        let asked = || {
            let until = self.channels.get(&publication.chat)?.freeze_until;
            until.filter(|until| *until > self.now).map(Hold::AskedToWait)
        };
        self.pause(publication.chat).map(Hold::Paused).or_else(asked)
    }
}

impl Hold {
    /// What is said of it, and of which time.
    pub(super) fn text(self) -> (Text, Option<Timestamp>) {
        match self {
            Self::Paused(Pause::Channel) => (Text::StateWaitsPaused, None),
            Self::Paused(Pause::Everything) => (Text::StateWaitsStopped, None),
            Self::AskedToWait(until) => (Text::StateWaitsAsked, Some(until)),
        }
    }
}
