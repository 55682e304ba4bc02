//! What people order of a newsroom's posts, whichever way they say it: at the command line or in the chat. It writes the
//! journal and makes no request of Telegram.

mod adopt;
mod binding;
mod chat_names;
mod desired_state;
mod enqueue;
mod error;
mod resolution;
mod restore;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::timing::{self, Uncertain};
use crate::config::{Channel, Config};
use crate::ids::PostId;
use crate::limits;
use crate::newsroom::Newsroom;
use crate::outbox::{
    Actor, Event, Missed, Policy, Publication, PublicationId, Recovery, Resolution, State,
};
use crate::status;
use crate::store::{Command, CommandContext, CommandResult, LockResult, Query, Store};
pub use adopt::named_messages;
pub use chat_names::ChatNames;
pub use desired_state::{Chats, CurrentFiles, DesiredState, desired_posts, number_of};
pub use enqueue::{EnqueueResult, RequestedTime};
pub use error::OperationError;
pub use resolution::{ResolutionError, part_in_question};
pub use restore::{ChannelComparison, UnknownMessage};

/// The place where a newsroom's files and its journal come together.
pub struct Operations {
    /// The config, and where the posts are.
    pub newsroom: Arc<Newsroom>,
    /// The journal.
    pub store: Arc<Store>,
    /// Who sits here.
    pub by: Actor,
    /// What the chats are called.
    pub names: Arc<ChatNames>,
}

/// What a config says of late and lost posts.
#[must_use]
pub fn policy(config: &Config) -> Policy {
    let Config { recovery, schedule, .. } = config;
    Policy {
        grace: schedule.grace,
        missed: match schedule.missed {
            timing::Missed::Publish => Missed::Publish,
            timing::Missed::Hold => Missed::Hold,
            timing::Missed::Skip => Missed::Skip,
        },
        recovery: match (recovery.uncertain, recovery.staging_chat) {
            (Uncertain::Hold, _) => Recovery::Hold,
            (Uncertain::Probe, None) => Recovery::NoStagingChat,
            (Uncertain::Probe, Some(_)) => Recovery::Probe,
        },
        quiet: recovery.quiet,
        give_up_after: limits::GIVE_UP_AFTER,
        approvals: schedule.approvals,
    }
}

impl Operations {
    /// The same operations, with somebody else as who orders.
    #[must_use]
    pub fn acting_as(&self, by: Actor) -> Self {
        Self {
            newsroom: Arc::clone(&self.newsroom),
            store: Arc::clone(&self.store),
            by,
            names: Arc::clone(&self.names),
        }
    }

    /// What the config says of late and lost posts.
    #[must_use]
    pub fn policy(&self) -> Policy {
        policy(&self.newsroom.config)
    }

    /// Carries out orders that draw no lots.
    ///
    /// # Errors
    /// What the journal refuses, or why it cannot be written.
    pub async fn order(
        &self,
        orders: Vec<Command>,
        now: Timestamp,
    ) -> Result<Vec<CommandResult>, OperationError> {
        let policy = self.policy();
        let facts = CommandContext { now, jitter: 0, clock_trusted: true, policy };
        Ok(self.store.transact(orders, facts).await?)
    }

    /// Resumes a channel, or with `None` everything: each paused channel too.
    ///
    /// # Errors
    /// Where the journal cannot be read or written.
    pub async fn resume(&self, chat: Option<i64>, now: Timestamp) -> Result<(), OperationError> {
        let resume = |chat| Command::Resume { chat, by: self.by.clone() };
        let mut orders = vec![resume(chat)];
        if chat.is_none() {
            let channels = self.store.channels().await?;
            let paused = channels.iter().filter(|channel| channel.paused.is_some());
            orders.extend(paused.map(|channel| resume(Some(channel.chat))));
        }
        self.order(orders, now).await?;
        Ok(())
    }

    /// Takes the lock, and says of every request that was under way in a process that is gone that its outcome is not
    /// known; where another process has the lock, it says which.
    ///
    /// # Errors
    /// Where the journal cannot be read or written.
    pub async fn begin(&self, now: Timestamp) -> Result<LockResult, OperationError> {
        let lock = self.store.take_lock().await?;
        if let LockResult::Taken { orphans } = &lock {
            for orphan in orphans {
                let event = Event::OwnerGone {
                    part: orphan.part,
                    owner: orphan.owner.clone(),
                    death: orphan.death,
                };
                match self.order(vec![Command::Event(orphan.publication, event)], now).await {
                    Ok(_) => log::warn!(
                        "publication {}: {} ended while its request was under way",
                        orphan.publication,
                        orphan.owner
                    ),
                    // Somebody has said so already.
                    Err(fault) if fault.is_refusal() => {}
                    Err(fault) => return Err(fault),
                }
            }
        }
        Ok(lock)
    }

    /// Of each channel of a post, or of the one that is named, the publication that counts.
    ///
    /// # Errors
    /// Where there is none, or the journal cannot be read.
    pub async fn publications(
        &self,
        post: &PostId,
        channel: Option<&Channel>,
    ) -> Result<Vec<Publication>, OperationError> {
        let all = self.store.publications(Query::Post(post.clone())).await?;
        let mut counting: Vec<_> = status::newest(&all).into_iter().cloned().collect();
        if let Some(channel) = channel {
            counting.retain(|publication| self.is_in(publication, channel));
        }
        if counting.is_empty() {
            let channel = channel.map(|channel| channel.name.to_string());
            return Err(OperationError::NotInJournal { post: post.clone(), channel });
        }
        Ok(counting)
    }

    /// Lets something happen to each publication of a post that it applies to.
    ///
    /// # Errors
    /// Where it applies to none of them: why not to the first.
    pub async fn each(
        &self,
        publications: &[Publication],
        event: impl Fn(&Publication) -> Event,
        now: Timestamp,
    ) -> Result<Vec<Publication>, OperationError> {
        let mut changed = Vec::new();
        let mut refused = None;
        for publication in publications {
            let order = Command::Event(publication.id, event(publication));
            match self.order(vec![order], now).await {
                Ok(done) => changed.extend(done.into_iter().filter_map(|done| done.publication)),
                Err(fault) if fault.is_refusal() => {
                    refused.get_or_insert_with(|| {
                        fault.of(publication, self.channel_name(publication))
                    });
                }
                Err(fault) => return Err(fault),
            }
        }
        match refused {
            Some(refused) if changed.is_empty() => Err(refused),
            _ => Ok(changed),
        }
    }

    /// Records what a person says of the part that waits for it.
    ///
    /// # Errors
    /// Where nothing of the post waits for it, or the rules do not allow it.
    pub async fn resolve(
        &self,
        publication: &Publication,
        resolution: &Resolution,
        now: Timestamp,
    ) -> Result<Publication, OperationError> {
        let part = part_in_question(publication, resolution)?;
        let resolution = match resolution {
            Resolution::Skip if resolution::is_gone(publication, part) => Resolution::Gone,
            other => other.clone(),
        };
        let event = Event::Resolve { part, resolution, by: self.by.clone() };
        let done = self.order(vec![Command::Event(publication.id, event)], now).await;
        let done = done.map_err(|fault| {
            let is_refusal = fault.is_refusal();
            if is_refusal { fault.of(publication, self.channel_name(publication)) } else { fault }
        })?;
        let resolved = done.into_iter().find_map(|done| done.publication);
        resolved.ok_or(OperationError::Gone(publication.id))
    }

    /// The id of the message in a publication's chat that a link or a number names.
    ///
    /// # Errors
    /// Where it names none, or a link is another channel's.
    pub fn message_of(
        &self,
        publication: &Publication,
        typed: &str,
    ) -> Result<i64, ResolutionError> {
        resolution::message(typed, publication.chat, self.channel_of(publication))
    }

    /// Where a publication stands, in the words of the config.
    #[must_use]
    pub fn standing(&self, publication: &Publication) -> status::PostStatus {
        let place = status::PublicationPlace {
            name: self.channel_name(publication),
            zone: self
                .channel_of(publication)
                .map_or(TimeZone::UTC, |known| known.timezone.clone()),
            chat: self.address_of(publication),
            target: self.target(publication),
        };
        status::standing(publication, place)
    }

    /// The address of a message in a publication's channel.
    #[must_use]
    pub fn link(&self, publication: &Publication, message_id: i64) -> Option<String> {
        self.address_of(publication).link(message_id)
    }

    /// Where in its file a refused part of a publication begins, as `posts/summit.toml:3`; `None` where the file does not
    /// tell any more.
    #[must_use]
    pub fn place(&self, publication: &Publication) -> Option<String> {
        let State::Failed { part } = publication.state else { return None };
        let text = publication.parts.get(part)?.request.string();
        let (path, source) = self.newsroom.source_of(&publication.post)?;
        let line = status::line_of(&source, &publication.edition, text)?;
        Some(format!("{}:{line}", path.display()))
    }

    /// One publication as it stands now.
    ///
    /// # Errors
    /// Where it is not there, or the journal cannot be read.
    pub async fn publication(&self, id: PublicationId) -> Result<Publication, OperationError> {
        let found = self.store.publications(Query::Id(id)).await?;
        found.into_iter().next().ok_or(OperationError::Gone(id))
    }
}
