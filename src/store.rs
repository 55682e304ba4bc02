//! The journal: the durable record of publications, attempts and channels. It makes no decisions and no requests.
//!
//! Each change of the journal is a [`Command`], and [`Store::transact`] applies a list of them in one transaction: all or
//! none. Inside that transaction [`outbox::step`](crate::outbox::step) decides what happens to a publication. An
//! [`Intent`] is returned only after its commit has returned.
//!
//! Every process may read the journal and order changes. Only the process that holds the instance lock may claim a part. So
//! a command only orders a publication, and the publishing process sends it.

mod address;
mod apply;
mod command;
mod commit;
mod connection;
mod decode;
mod error;
mod facts;
mod hook_rows;
mod lock;
mod log_event;
mod mark;
mod mark_folder;
mod migrations;
mod open;
mod postgres;
mod read;
mod read_connection;
mod sqlite;
#[cfg(test)]
mod tests;
mod timestamp;
mod transaction;
mod watermark;
mod writer;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::ids::PostId;
use crate::limits;
use crate::message::{FileIds, FileKey};
use crate::outbox::{
    AttemptId, Channel, DeathCertainty, Intent, Owner, Policy, Publication, PublicationId, State,
};
use crate::plan::{OlderPosts, Words};
use crate::process;
pub use address::Address;
pub use command::{Adoption, AutomaticForward, Command};
use connection::Connection;
pub use error::StoreError;
pub use facts::{
    Binding, Digest, FirstScanPost, Journal, KnownMessage, LogEntry, PendingNotice, Person,
    PlannedTime, QueueCount,
};
pub use hook_rows::{HookState, OpenHook};
pub use log_event::LogEvent;
pub use mark::is_same_journal;
pub use mark_folder::MarkFolder;
use read_connection::{ReadConnection, ReadFuture};
use writer::{ApplyJob, Writer, WriterJob};

/// An open journal. Clones are handles of the same journal. Every method is one transaction.
#[derive(Clone)]
pub struct Store {
    reader: ReadConnection<Connection>,
    /// `None` if it was opened to read.
    writer: Option<mpsc::UnboundedSender<WriterJob>>,
    #[cfg(test)]
    hook: Option<Arc<dyn TransactionHook>>,
}

/// Lets a test run code before and after each transaction.
#[cfg(test)]
pub(crate) trait TransactionHook: Send + Sync {
    fn before_transaction(&self) -> futures_util::future::BoxFuture<'_, u32>;
    /// Runs after the transaction for which `before` returned this number.
    fn after_transaction(&self, number: u32) -> futures_util::future::BoxFuture<'_, ()>;
}

/// Requests that were in flight in other processes, which no longer hold the lock. Only a process of this machine can be known
/// to be dead; one of another machine may be alive and still make its request.
fn orphans(me: &Owner, in_flight: Vec<read::InFlight>) -> Vec<Orphan> {
    let orphan = |read::InFlight { publication, part, attempt, owner }| {
        let is_dead = me.can_check_process(&owner) && !process::is_alive(owner.pid);
        let death = if is_dead { DeathCertainty::Known } else { DeathCertainty::Presumed };
        Orphan { publication, part, attempt, owner, death }
    };
    in_flight.into_iter().map(orphan).filter(|orphan| orphan.owner != *me).collect()
}

impl Store {
    fn new(
        connection: Connection,
        again: impl Fn() -> ReadFuture<'static, Connection> + Send + Sync + 'static,
        writer: Option<Writer>,
    ) -> Arc<Self> {
        let writer = writer.map(|writer| {
            let (sender, jobs) = mpsc::unbounded_channel();
            #[expect(
                clippy::disallowed_methods,
                reason = "the task ends when the last handle of the journal is dropped; each of its jobs is answered, or the caller sees that the task is gone"
            )]
            tokio::spawn(writer.run(jobs));
            sender
        });
        let reader = ReadConnection::new(connection, Box::new(again));
        Arc::new(Self {
            reader,
            writer,
            #[cfg(test)]
            hook: None,
        })
    }

    /// The same journal, with a hook around each transaction.
    #[cfg(test)]
    pub(crate) fn with(&self, hook: Arc<dyn TransactionHook>) -> Self {
        Self { hook: Some(hook), ..self.clone() }
    }

    /// Sends the writer a job, and waits for its answer.
    async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<T>) -> WriterJob,
    ) -> Result<T, StoreError> {
        let Some(writer) = &self.writer else {
            return Err(StoreError::Unsupported("the journal was opened only to read".to_owned()));
        };
        let (reply, answer) = oneshot::channel();
        let ended = || StoreError::Unwritable("its writer task has ended".to_owned());
        writer.send(job(reply)).map_err(|_| ended())?;
        answer
            .await
            .map_err(|_| StoreError::Unknown("its writer task ended before it answered".to_owned()))
    }

    /// Applies the orders in sequence, in one transaction. If one is refused, none takes effect.
    ///
    /// Returns the result of each order. If a result has an intent, its commit has returned.
    ///
    /// # Errors
    /// Why nothing was written, or why it is unknown whether it was.
    pub async fn transact(
        &self,
        orders: Vec<Command>,
        facts: CommandContext,
    ) -> Result<Vec<CommandResult>, StoreError> {
        #[cfg(test)]
        if let Some(hook) = &self.hook {
            let number = hook.before_transaction().await;
            let inner = Self { hook: None, ..self.clone() };
            let done = Box::pin(inner.transact(orders, facts)).await;
            hook.after_transaction(number).await;
            return done;
        }
        self.ask(|reply| WriterJob::Apply(ApplyJob { orders, facts, reply: Some(reply) })).await?
    }

    /// The matching publications with their parts, in the order of their due times; publications due at the same time are in the
    /// order in which they were accepted.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn publications(&self, wanted: Query) -> Result<Vec<Publication>, StoreError> {
        self.reader
            .ask(move |connection| {
                Box::pin(async move { read::publications(connection, &wanted).await })
            })
            .await
    }

    /// Every channel in the journal.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn channels(&self) -> Result<Vec<Channel>, StoreError> {
        self.reader.ask(|connection| Box::pin(read::channels(connection))).await
    }

    /// The messages of known origin in a channel with ids above `above`, in the order of their ids.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn known_messages(
        &self,
        chat: i64,
        above: i64,
    ) -> Result<Vec<KnownMessage>, StoreError> {
        self.reader
            .ask(move |connection| Box::pin(read::known_messages(connection, chat, above)))
            .await
    }

    /// The files of `keys` that Telegram keeps for this bot.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn file_ids(&self, bot: u64, keys: Vec<FileKey>) -> Result<FileIds, StoreError> {
        if keys.is_empty() {
            return Ok(FileIds::default());
        }
        self.reader.ask(move |connection| Box::pin(read::file_ids(connection, bot, keys))).await
    }

    /// A publication, or the newest version of the file that has replaced it; `None` if it does not exist.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn newest_version(
        &self,
        id: PublicationId,
    ) -> Result<Option<Publication>, StoreError> {
        let mut found = self.publications(Query::Id(id)).await?.pop();
        while let Some(State::Superseded { successor, .. }) = found.as_ref().map(|it| &it.state) {
            found = self.publications(Query::Id(*successor)).await?.pop();
        }
        Ok(found)
    }

    /// The discussion groups of channels, by channel.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn discussions(&self) -> Result<BTreeMap<i64, i64>, StoreError> {
        self.reader.ask(|connection| Box::pin(read::discussions(connection))).await
    }

    /// Why an attempt had no effect, in the words of the answer or of the connection; `None` if it is not known to have had none.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn failure_of(&self, attempt: AttemptId) -> Result<Option<String>, StoreError> {
        self.reader.ask(move |connection| Box::pin(read::failure_of(connection, attempt))).await
    }

    /// When the journal learned of the discussion group of a channel, if that is known.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn discussion_since(
        &self,
        chat: i64,
        discussion: i64,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.reader
            .ask(move |connection| Box::pin(read::discussion_since(connection, chat, discussion)))
            .await
    }

    /// The copy of a post's message in its channel's discussion group, if it is known.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn forward_of(
        &self,
        chat: i64,
        message_id: i64,
        discussion: i64,
    ) -> Result<Option<i64>, StoreError> {
        self.reader
            .ask(move |connection| {
                Box::pin(read::forward_of(connection, chat, message_id, discussion))
            })
            .await
    }

    /// The facts about the journal as a whole.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn journal(&self) -> Result<Journal, StoreError> {
        self.reader.ask(|connection| Box::pin(read::journal(connection))).await
    }

    /// The posts that are older than the journal.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn history(&self) -> Result<OlderPosts, StoreError> {
        self.reader.ask(|connection| Box::pin(read::history(connection))).await
    }

    /// The word hashes of each edition of a post that is older than the journal.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn old_words(&self, post: &PostId) -> Result<Vec<Words>, StoreError> {
        let post = post.clone();
        self.reader
            .ask(move |connection| {
                Box::pin(async move { read::old_words(connection, &post).await })
            })
            .await
    }

    /// The log of one post or of all, newest first, at most `most` entries.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn log(&self, post: Option<&PostId>, most: u32) -> Result<Vec<LogEntry>, StoreError> {
        let post = post.cloned();
        self.reader
            .ask(move |connection| {
                Box::pin(async move { read::log(connection, post.as_ref(), most).await })
            })
            .await
    }

    /// When the log entry with this id was written; `None` if there is no such entry.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn entry_at(&self, id: i64) -> Result<Option<Timestamp>, StoreError> {
        self.reader.ask(move |connection| Box::pin(read::entry_at(connection, id))).await
    }

    /// Everyone who has written to the bot.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        self.reader.ask(|connection| Box::pin(read::people(connection))).await
    }

    /// The daily digests that operators want.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn digests(&self) -> Result<Vec<Digest>, StoreError> {
        self.reader.ask(|connection| Box::pin(read::digests(connection))).await
    }

    /// The scheduled publications, without their parts, whose time is close and had no reminder yet.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn unreminded(&self, now: Timestamp) -> Result<Vec<Publication>, StoreError> {
        let until = now.checked_add(limits::APPROVAL_REMINDER).unwrap_or(Timestamp::MAX);
        self.reader.ask(move |connection| Box::pin(read::unreminded(connection, now, until))).await
    }

    /// Notices that were not delivered to operators yet, oldest first.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn pending_notices(&self) -> Result<Vec<PendingNotice>, StoreError> {
        self.reader.ask(|connection| Box::pin(read::pending_notices(connection))).await
    }

    /// How many publications are unfinished at `now`, by state.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn queue(&self, now: Timestamp) -> Result<Vec<QueueCount>, StoreError> {
        self.reader.ask(move |connection| Box::pin(read::queue(connection, now))).await
    }

    /// The oldest commands that have to run after a publication, or were started and have not ended; at most `most`.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn open_hooks(&self, most: i64) -> Result<Vec<OpenHook>, StoreError> {
        self.reader.ask(move |connection| Box::pin(hook_rows::open(connection, most))).await
    }

    /// A number that changes when another process changes the journal.
    ///
    /// # Errors
    /// If the journal cannot be read, or its lock was lost.
    pub async fn changes_by_others(&self) -> Result<i64, StoreError> {
        self.ask(WriterJob::ChangesByOthers).await?
    }

    /// Takes the instance lock, or reports who holds it. It is held until the store is dropped or its process ends.
    ///
    /// The result lists the requests that were in flight in processes that are gone.
    ///
    /// # Errors
    /// If the lock cannot be checked.
    pub async fn take_lock(&self) -> Result<LockResult, StoreError> {
        self.ask(WriterJob::Lock).await?
    }

    /// Closes the journal: applies all earlier orders, and checkpoints the write-ahead log into its file. Later orders are
    /// refused. Does nothing if the journal is already closed or was opened to read.
    pub async fn close(&self) {
        let _ = self.ask(WriterJob::Close).await;
    }

    /// Writes a consistent copy of the journal to a new file.
    ///
    /// # Errors
    /// If the copy cannot be written, and for PostgreSQL, which has its own program for it.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        let file = file.to_owned();
        self.reader
            .ask(move |connection| Box::pin(async move { sqlite::copy(connection, &file).await }))
            .await
    }
}

/// How to open a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To read. If there is no journal, reads an empty one, and creates nothing.
    ReadOrEmpty,
    /// To read.
    Read,
    /// To read, order and publish.
    Write,
}

/// Opens the journal.
///
/// # Errors
/// If there is no journal or it cannot be opened, see [`StoreError`].
pub async fn open(
    address: &Address,
    outside: &MarkFolder,
    access: Access,
    me: Owner,
    now: Timestamp,
) -> Result<Arc<Store>, StoreError> {
    match open_there(address, outside, access, me, now).await {
        Err(StoreError::Absent(place)) => match evidence(address, outside) {
            Some(evidence) => Err(StoreError::Vanished { place, evidence }),
            None if access == Access::ReadOrEmpty => empty(now).await,
            None => Err(StoreError::Absent(place)),
        },
        opened => opened,
    }
}

async fn open_there(
    address: &Address,
    outside: &MarkFolder,
    access: Access,
    me: Owner,
    now: Timestamp,
) -> Result<Arc<Store>, StoreError> {
    let mut connection = match access {
        Access::ReadOrEmpty | Access::Read => None,
        Access::Write => Some(open::to_write(address).await?),
    };
    let mut reader = open::to_read(address).await?;
    if let (Address::Postgres { url, .. }, Some(writer)) = (address, &mut connection) {
        postgres::require_separate_sessions(url, writer, &mut reader).await?;
    }
    let writer = match connection {
        Some(connection) => Some(Writer::new(address, outside, connection, me, now).await?),
        None => None,
    };
    let address = address.clone();
    let again = move || -> ReadFuture<'static, Connection> {
        let address = address.clone();
        Box::pin(async move { open::to_read_again(&address).await })
    };
    Ok(Store::new(reader, again, writer))
}

async fn empty(now: Timestamp) -> Result<Arc<Store>, StoreError> {
    let again = || -> ReadFuture<'static, Connection> {
        Box::pin(async { Err(StoreError::Unwritable("it is in memory".to_owned())) })
    };
    Ok(Store::new(open::empty(now).await?, again, None))
}

/// Creates the journal. `history` lists the posts whose files exist, each with the hash of its file. `lost` confirms that an
/// earlier journal here is lost for good.
///
/// # Errors
/// If there is a journal, or was one and `lost` is not set, or it cannot be created.
pub async fn create(
    address: &Address,
    outside: &MarkFolder,
    history: &[FirstScanPost],
    lost: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let place = address.to_string();
    if let Some(evidence) = evidence(address, outside).filter(|_| !lost) {
        return Err(match open(address, outside, Access::Read, no_owner(), now).await {
            Ok(_) => StoreError::Present(place),
            Err(StoreError::Absent(_)) => StoreError::Vanished { place, evidence },
            Err(error) => error,
        });
    }
    open::create(address, history, now).await?;
    if lost {
        crate::fs::remove(&address.watermark())
            .map_err(|error| StoreError::Unwritable(error.to_string()))?;
        outside.forget(address, "");
    }
    Ok(())
}

/// The evidence that there was a journal at this place.
fn evidence(address: &Address, outside: &MarkFolder) -> Option<String> {
    if let (Some(mark), Some(folder)) = (outside.at(address).first(), outside.folder()) {
        return Some(format!(
            "its mark in {} says that it had made {} requests",
            folder.display(),
            mark.attempt
        ));
    }
    let mark = address.watermark();
    crate::fs::exists(&mark).then(|| format!("{} is still there", mark.display()))
}

/// An owner for opening a journal only to read.
fn no_owner() -> Owner {
    Owner { boot: String::new(), pid: 0, random: 0 }
}

/// Facts from the ordering process; the store adds the channel and the lock.
#[derive(Clone, Debug)]
pub struct CommandContext {
    /// The present moment.
    pub now: Timestamp,
    /// A uniformly distributed random number.
    pub jitter: u32,
    /// Whether the clock is trusted.
    pub clock_trusted: bool,
    /// What the config says.
    pub policy: Policy,
}

/// The result of an order.
#[derive(Debug, PartialEq, Eq)]
pub struct CommandResult {
    /// The publication after the order; `None` for an order that concerns no publication.
    pub publication: Option<Publication>,
    /// The intent of a claim.
    pub intent: Option<Intent>,
}

/// Which publications to read.
#[derive(Clone, Debug)]
pub enum Query {
    /// All of them.
    All,
    /// All of them, but finished ones without their parts, to save memory.
    Outline,
    /// Those that are not finished: their state is not terminal, or a change is pending.
    Open,
    /// The one with this id.
    Id(PublicationId),
    /// All of one post.
    Post(PostId),
}

/// The result of taking the instance lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockResult {
    /// This process holds it now.
    Taken {
        /// Requests that were in flight in processes that are gone.
        orphans: Vec<Orphan>,
    },
    /// Another process holds it.
    Held {
        /// The holder, if known.
        by: Option<Owner>,
    },
}

/// A request that was in flight in a process that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// The publication.
    pub publication: PublicationId,
    /// The part's index, from 0.
    pub part: usize,
    /// The attempt.
    pub attempt: AttemptId,
    /// The process.
    pub owner: Owner,
    /// Whether that process is certainly dead.
    pub death: DeathCertainty,
}
