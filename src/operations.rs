//! The orders that operators give for posts, from the command line or the chat. They write the journal and make no request
//! to Telegram.

mod adopt;
mod answer_check;
mod binding;
mod chat_names;
mod comments;
mod enqueue;
mod error;
mod media;
mod occurrence;
mod plan_input;
mod resolution;
mod resolution_error;
mod restore;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::timing::{self, UnknownOutcomePolicy};
use crate::config::{Channel, Config, HookCommand, OperatorNames};
use crate::ids::{Destination, PostId};
use crate::limits;
use crate::newsroom::Newsroom;
use crate::outbox::{
    Actor, Event, HookKey, Missed, Policy, Publication, PublicationId, Recovery, Resolution, State,
};
use crate::plan;
use crate::spool::Spool;
use crate::status;
use crate::store::{
    Address, Command, CommandContext, CommandResult, LockResult, Query, Store, StoreError,
};
pub use adopt::{AdoptedPosts, MatchingPost};
pub use answer_check::{NamedMessages, NotChecked, can_be_checked};
pub use chat_names::ChatNames;
pub use enqueue::{EnqueueResult, RequestedTime};
pub use error::OperationError;
pub use plan_input::{Chats, CurrentFiles, PlanInput, desired_posts, destination_of, number_of};
use resolution::NamedChat;
pub use resolution::part_in_question;
pub use resolution_error::ResolutionError;
pub use restore::{ChannelComparison, ShownPost, UnknownMessages};

/// A newsroom's files together with its journal.
pub struct Operations {
    /// The config and the posts folder.
    pub newsroom: Arc<Newsroom>,
    /// The journal.
    pub store: Arc<Store>,
    /// Who gives the orders.
    pub by: Actor,
    /// The @names of the chats.
    pub names: Arc<ChatNames>,
    /// The names of the operators: those of the config, then those of Telegram once they are loaded.
    people: OperatorNames,
    /// The bytes of media.
    pub spool: Spool,
}

/// The config's policy for late and lost posts.
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
            (UnknownOutcomePolicy::Hold, _) => Recovery::Hold,
            (UnknownOutcomePolicy::Probe, None) => Recovery::NoStagingChat,
            (UnknownOutcomePolicy::Probe, Some(_)) => Recovery::Probe,
        },
        quiet: recovery.quiet,
        give_up_after: limits::GIVE_UP_AFTER,
        approvals: schedule.approvals,
        hooks: config.hooks.published.iter().map(hook_key).collect(),
    }
}

/// The command as the journal knows it.
#[must_use]
pub fn hook_key(command: &HookCommand) -> HookKey {
    let words: Vec<_> = std::iter::once(&command.program).chain(&command.arguments).collect();
    // Lists of strings can always be serialized.
    let words = serde_json::to_string(&words).unwrap_or_default();
    HookKey { program: command.name().to_owned(), hash: plan::source_hash(&words) }
}

impl Operations {
    /// The operations of a newsroom with its journal at `address`, with orders in the name of `by`.
    #[must_use]
    pub fn new(newsroom: Arc<Newsroom>, store: Arc<Store>, address: &Address, by: Actor) -> Self {
        let spool = newsroom.spool(address);
        let people = newsroom.config.bot.names.clone();
        Self { newsroom, store, by, names: Arc::default(), people, spool }
    }

    /// The same operations with orders in another actor's name.
    #[must_use]
    pub fn acting_as(&self, by: Actor) -> Self {
        Self {
            newsroom: Arc::clone(&self.newsroom),
            store: Arc::clone(&self.store),
            by,
            names: Arc::clone(&self.names),
            people: self.people.clone(),
            spool: self.spool.clone(),
        }
    }

    /// The config's policy for late and lost posts.
    #[must_use]
    pub fn policy(&self) -> Policy {
        policy(&self.newsroom.config)
    }

    /// The chat that large files and those of albums are uploaded to first: the staging chat, unless it is a channel, where
    /// readers would see them.
    #[must_use]
    pub fn upload_chat(&self) -> Option<i64> {
        let config = &self.newsroom.config;
        // A local server reads files by their paths, so no request is large.
        let staging = config.recovery.staging_chat.filter(|_| !config.bot.local_files)?;
        let is_channel =
            config.channels.iter().any(|channel| self.chat_of(channel) == Some(staging));
        if is_channel {
            log::warn!("the staging chat is one of the channels, so no file is uploaded to it");
        }
        (!is_channel).then_some(staging)
    }

    /// Runs orders that need no random numbers, in one transaction, after the media that they name were frozen.
    ///
    /// # Errors
    /// If the media cannot be frozen, and if the journal refuses an order or cannot be written.
    pub async fn order(
        &self,
        orders: Vec<Command>,
        now: Timestamp,
    ) -> Result<Vec<CommandResult>, OperationError> {
        self.keep_media(&orders, now).await?;
        let policy = self.policy();
        let facts = CommandContext { now, jitter: 0, clock_trusted: true, policy };
        Ok(self.store.transact(orders, facts).await?)
    }

    /// Resumes a channel, or with `None` everything, including every paused channel.
    ///
    /// # Errors
    /// If the journal cannot be read or written.
    pub async fn resume(
        &self,
        channel: Option<Destination>,
        now: Timestamp,
    ) -> Result<(), OperationError> {
        let resume = |channel| Command::Resume { channel, by: self.by.clone() };
        let mut orders = vec![resume(channel)];
        if channel.is_none() {
            let channels = self.store.channels().await?;
            let paused = channels.iter().filter(|channel| channel.paused.is_some());
            orders.extend(paused.map(|channel| resume(Some(channel.destination))));
        }
        self.order(orders, now).await?;
        Ok(())
    }

    /// Takes the lock and records an unknown outcome for every request that was in flight in a dead process. Returns the
    /// holder if another process has the lock.
    ///
    /// # Errors
    /// If the journal cannot be read or written.
    pub async fn acquire_lock(&self, now: Timestamp) -> Result<LockResult, OperationError> {
        let lock = self.store.take_lock().await?;
        if let LockResult::Taken { orphans } = &lock {
            for orphan in orphans {
                let event = Event::OwnerGone {
                    part: orphan.part,
                    owner: orphan.owner.clone(),
                    death: orphan.death,
                };
                match self.order(vec![Command::Event(orphan.publication, event)], now).await {
                    Ok(done) => {
                        let changed = done.into_iter().find_map(|done| done.publication);
                        let Some(changed) = changed else { continue };
                        log::warn!(
                            "post={} channel={}: telepress (process {}) ended before the answer to a request arrived",
                            changed.post,
                            self.channel_name(&changed),
                            orphan.owner.pid
                        );
                    }
                    // It was recorded already.
                    Err(error) if error.is_refusal() => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(lock)
    }

    /// The newest publications of a post in all channels, or in `channel`.
    ///
    /// # Errors
    /// If there is none, or the journal cannot be read.
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

    /// Applies an event to each of the publications that allows it.
    ///
    /// # Errors
    /// If no publication allows it: the first refusal.
    pub async fn apply_to_each(
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
                Err(error) if error.is_refusal() => {
                    refused.get_or_insert_with(|| {
                        error.of(publication, self.channel_name(publication), now)
                    });
                }
                Err(error) => return Err(error),
            }
        }
        match refused {
            Some(refused) if changed.is_empty() => Err(refused),
            _ => Ok(changed),
        }
    }

    /// Records an operator's answer about the part that waits for one.
    ///
    /// # Errors
    /// If no part waits for an answer, or the rules do not allow it.
    pub async fn resolve(
        &self,
        publication: &Publication,
        resolution: &Resolution,
        now: Timestamp,
    ) -> Result<Publication, OperationError> {
        let part = part_in_question(publication, resolution)?;
        if let Resolution::Sent { message_ids } = resolution {
            self.refuse_wrong_messages(publication, part, message_ids).await?;
        }
        let resolution = match resolution {
            Resolution::Skip if resolution::is_gone(publication, part) => Resolution::Gone,
            other => other.clone(),
        };
        let event = Event::Resolve { part, resolution, by: self.by.clone() };
        let done = self.order(vec![Command::Event(publication.id, event)], now).await;
        let done = done.map_err(|error| {
            let is_refusal = error.is_refusal();
            if is_refusal {
                error.of(publication, self.channel_name(publication), now)
            } else {
                error
            }
        })?;
        let resolved = done.into_iter().find_map(|done| done.publication);
        resolved.ok_or(OperationError::Gone(publication.id))
    }

    /// The message id in a link or number, for a publication's chat.
    ///
    /// # Errors
    /// If there is no id, or the link is another channel's.
    pub fn message_of(
        &self,
        publication: &Publication,
        typed: &str,
    ) -> Result<i64, ResolutionError> {
        let named = NamedChat {
            destination: publication.destination(),
            comments_on: publication.comments_on,
            channel: self.channel_of(publication),
            names: &self.names,
        };
        named.message(typed)
    }

    /// The status of a publication, with the names of the config.
    #[must_use]
    pub fn post_status(&self, publication: &Publication) -> status::PostStatus {
        let place = status::PublicationPlace {
            name: self.channel_name(publication),
            zone: self
                .channel_of(publication)
                .map_or(TimeZone::UTC, |known| known.timezone.clone()),
            address: self.address_of(publication),
            target: self.target(publication),
            policy: self.policy(),
        };
        status::post_status(publication, place, &self.people)
    }

    /// The names of the operators.
    #[must_use]
    pub fn people(&self) -> &OperatorNames {
        &self.people
    }

    /// Adds the names that operators have in Telegram to those of the config.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn load_people(&mut self) -> Result<(), StoreError> {
        let known = self.store.people().await?.into_iter();
        let names = std::mem::take(&mut self.people);
        self.people = names.or(known.map(|person| (person.id, person.name)));
        Ok(())
    }

    /// Why the last attempts of publications that are tried again later had no effect.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn last_failures(
        &self,
        publications: &[&Publication],
        now: Timestamp,
    ) -> Result<BTreeMap<PublicationId, String>, StoreError> {
        let mut failures = BTreeMap::new();
        for publication in publications {
            let is_tried_later = publication.not_before.is_some_and(|again| again > now);
            let part = publication.next_part().and_then(|part| publication.parts.get(part));
            let attempt = part.and_then(|part| part.attempts.last()).filter(|_| is_tried_later);
            if let Some(attempt) = attempt
                && let Some(why) = self.store.failure_of(*attempt).await?
            {
                failures.insert(publication.id, why);
            }
        }
        Ok(failures)
    }

    /// The address of a message in a publication's channel.
    #[must_use]
    pub fn link(&self, publication: &Publication, message_id: i64) -> Option<String> {
        self.address_of(publication).link(message_id)
    }

    /// The place in the file of a refused part, as `posts/summit.toml:3`; `None` if the file no longer has it.
    #[must_use]
    pub fn place(&self, publication: &Publication) -> Option<String> {
        let State::Failed { part } = publication.state else { return None };
        let text = publication.parts.get(part)?.request.string();
        let (path, source) = self.newsroom.source_of(&publication.post)?;
        let line = status::line_of(&source, &publication.edition, &text)?;
        Some(format!("{}:{line}", path.display()))
    }

    /// The current state of what a publication has become: a newer version of its file may have replaced it.
    ///
    /// # Errors
    /// If it does not exist, or the journal cannot be read.
    pub async fn newest_version(&self, id: PublicationId) -> Result<Publication, OperationError> {
        self.store.newest_version(id).await?.ok_or(OperationError::Gone(id))
    }

    /// The current state of a publication.
    ///
    /// # Errors
    /// If it does not exist, or the journal cannot be read.
    pub async fn publication(&self, id: PublicationId) -> Result<Publication, OperationError> {
        let found = self.store.publications(Query::Id(id)).await?;
        found.into_iter().next().ok_or(OperationError::Gone(id))
    }
}
