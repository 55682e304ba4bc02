//! The journal: publications, attempts and what is known of channels, durable; it decides nothing and sends nothing.
//!
//! Each change of the journal is a [`Command`], and [`Store::transact`] carries out a list of them in one transaction: all
//! or none. What a publication becomes is decided by [`outbox::step`](crate::outbox::step) inside that transaction, and
//! an [`Intent`] comes out only after its commit has returned, durable.
//!
//! Every process may read and order. Only the one that holds the instance lock may claim, so a command orders, and
//! whoever publishes sends.

mod address;
mod apply;
mod command;
mod commit;
mod connection;
mod decode;
mod error;
mod facts;
mod lock;
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

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::ids::PostId;
use crate::outbox::{AttemptId, Channel, Death, Intent, Owner, Policy, Publication, PublicationId};
use crate::plan::{History, Words};
use crate::process;
pub use address::Address;
pub use command::{Adoption, Command};
use connection::Connection;
pub use error::StoreError;
pub use facts::{Binding, FirstScanPost, Journal, KnownMessage, LogEntry, PendingNotice, Person};
pub use mark::is_one_journal;
pub use mark_folder::MarkFolder;
use read_connection::{ReadConnection, ReadFuture};
use writer::{Apply, Job, Writer};

/// A journal that is open. Clones are handles of the same one. Every method is one transaction.
#[derive(Clone)]
pub struct Store {
    reader: ReadConnection<Connection>,
    /// `None` where it was opened to be read.
    writer: Option<mpsc::UnboundedSender<Job>>,
    #[cfg(test)]
    around: Option<Arc<dyn Around>>,
}

/// What a test lets happen before and after each transaction.
#[cfg(test)]
pub(crate) trait Around: Send + Sync {
    fn before(&self) -> futures_util::future::BoxFuture<'_, u32>;
    /// After the transaction whose `before` gave this number.
    fn after(&self, number: u32) -> futures_util::future::BoxFuture<'_, ()>;
}

/// Requests that were under way in other processes, which do not have the lock any more. Only a process of this machine that is
/// gone is known to be dead: another one may live, and still make its request.
fn orphans(me: &Owner, in_flight: Vec<read::InFlight>) -> Vec<Orphan> {
    let orphan = |read::InFlight { publication, part, attempt, owner }| {
        let is_dead = me.sees(&owner) && !process::is_alive(owner.pid);
        let death = if is_dead { Death::Known } else { Death::Presumed };
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
            around: None,
        })
    }

    /// The same journal, with something around each transaction.
    #[cfg(test)]
    pub(crate) fn with(&self, around: Arc<dyn Around>) -> Self {
        Self { around: Some(around), ..self.clone() }
    }

    /// Gives the writer a job, and waits for its answer.
    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Result<T, StoreError> {
        let Some(writer) = &self.writer else {
            return Err(StoreError::Unsupported("the journal was opened to be read".to_owned()));
        };
        let (reply, answer) = oneshot::channel();
        let ended = || StoreError::Unwritable("its writer has ended".to_owned());
        writer.send(job(reply)).map_err(|_| ended())?;
        answer.await.map_err(|_| StoreError::Unknown("its writer ended in the middle".to_owned()))
    }

    /// Applies the orders, in this order, in one transaction: all or, when one is refused, none.
    ///
    /// Returns what became of each, in the same order. Where the answer holds an intent, its commit has returned.
    ///
    /// # Errors
    /// Why nothing was written, or why that is not known.
    pub async fn transact(
        &self,
        orders: Vec<Command>,
        facts: CommandContext,
    ) -> Result<Vec<CommandResult>, StoreError> {
        #[cfg(test)]
        if let Some(around) = &self.around {
            let number = around.before().await;
            let inner = Self { around: None, ..self.clone() };
            let done = Box::pin(inner.transact(orders, facts)).await;
            around.after(number).await;
            return done;
        }
        self.ask(|reply| Job::Apply(Apply { orders, facts, reply: Some(reply) })).await?
    }

    /// The publications that are asked for, with their parts; those due first come first, of those due at the same moment
    /// the one that was accepted first.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn publications(&self, wanted: Query) -> Result<Vec<Publication>, StoreError> {
        self.reader
            .ask(move |connection| {
                Box::pin(async move { read::publications(connection, &wanted).await })
            })
            .await
    }

    /// What is known of every channel that the journal knows.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn channels(&self) -> Result<Vec<Channel>, StoreError> {
        self.reader.ask(|connection| Box::pin(read::channels(connection))).await
    }

    /// The messages of a channel with ids above `above` whose authors are known, in the order of their ids.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn known_messages(
        &self,
        chat: i64,
        above: i64,
    ) -> Result<Vec<KnownMessage>, StoreError> {
        self.reader
            .ask(move |connection| Box::pin(read::known_messages(connection, chat, above)))
            .await
    }

    /// What is known of the journal as a whole.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn journal(&self) -> Result<Journal, StoreError> {
        self.reader.ask(|connection| Box::pin(read::journal(connection))).await
    }

    /// Which posts are older than the journal.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn history(&self) -> Result<History, StoreError> {
        self.reader.ask(|connection| Box::pin(read::history(connection))).await
    }

    /// The words of each edition of a post that is older than the journal.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn old_words(&self, post: &PostId) -> Result<Vec<Words>, StoreError> {
        let post = post.clone();
        self.reader
            .ask(move |connection| {
                Box::pin(async move { read::old_words(connection, &post).await })
            })
            .await
    }

    /// What happened, newest first, at most `most` entries, to one post or to all.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn log(&self, post: Option<&PostId>, most: u32) -> Result<Vec<LogEntry>, StoreError> {
        let post = post.cloned();
        self.reader
            .ask(move |connection| {
                Box::pin(async move { read::log(connection, post.as_ref(), most).await })
            })
            .await
    }

    /// When the entry of the log with this number was written; `None` where there is none.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn entry_at(&self, id: i64) -> Result<Option<Timestamp>, StoreError> {
        self.reader.ask(move |connection| Box::pin(read::entry_at(connection, id))).await
    }

    /// Everybody who has talked to the bot.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        self.reader.ask(|connection| Box::pin(read::people(connection))).await
    }

    /// Notices that operators have not seen yet, oldest first.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn pending_notices(&self) -> Result<Vec<PendingNotice>, StoreError> {
        self.reader.ask(|connection| Box::pin(read::pending_notices(connection))).await
    }

    /// A number that differs from the last answer where another process has changed the journal since.
    ///
    /// # Errors
    /// Where the journal cannot be read, and where its lock is lost.
    pub async fn changes_by_others(&self) -> Result<i64, StoreError> {
        self.ask(Job::Others).await?
    }

    /// Takes the instance lock, or says who holds it. It is held until the store is dropped or its process ends.
    ///
    /// The answer names the requests that were under way in processes that are gone with this.
    ///
    /// # Errors
    /// Where that is not known.
    pub async fn take_lock(&self) -> Result<LockResult, StoreError> {
        self.ask(Job::Lock).await?
    }

    /// Ends the journal: everything that was ordered is applied, and what is written is in its own file. Orders that come later
    /// are refused. Where it has ended already, or was opened to be read, there is nothing to end.
    pub async fn close(&self) {
        let _ = self.ask(Job::Close).await;
    }

    /// Writes a consistent copy of the journal to a file that must not exist.
    ///
    /// # Errors
    /// Where the copy cannot be written, and where the database has a program of its own for it.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        let file = file.to_owned();
        self.reader
            .ask(move |connection| Box::pin(async move { sqlite::copy(connection, &file).await }))
            .await
    }
}

/// What a journal is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To be read: where there is none, an empty one is read, and nothing is made.
    ReadOrEmpty,
    /// To be read.
    Read,
    /// To be ordered of, and to publish from.
    Write,
}

/// Opens the journal.
///
/// # Errors
/// Why it cannot be opened: there is none, or see [`StoreError`].
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
        postgres::be_apart(url, writer, &mut reader).await?;
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

/// Creates the journal. `history` are the posts whose files exist, each with the hash of its file; `lost` says that a journal
/// that was here before is lost for good.
///
/// # Errors
/// Where there is one, or was one that is not known to be lost, or it cannot be created.
pub async fn create(
    address: &Address,
    outside: &MarkFolder,
    history: &[FirstScanPost],
    lost: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let place = address.to_string();
    if let Some(evidence) = evidence(address, outside).filter(|_| !lost) {
        return Err(match open(address, outside, Access::Read, nobody(), now).await {
            Ok(_) => StoreError::Present(place),
            Err(StoreError::Absent(_)) => StoreError::Vanished { place, evidence },
            Err(fault) => fault,
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

/// How it is known that a journal was at this place.
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

/// The owner in whose name nothing is written.
fn nobody() -> Owner {
    Owner { boot: String::new(), pid: 0, random: 0 }
}

/// What the process that orders knows at this moment; the store adds what it knows of the channel and the lock.
#[derive(Clone, Debug)]
pub struct CommandContext {
    /// The present moment.
    pub now: Timestamp,
    /// A random number, all of whose values are equally likely.
    pub jitter: u32,
    /// Whether the clock may be believed.
    pub clock_trusted: bool,
    /// What the config says.
    pub policy: Policy,
}

/// What became of an order.
#[derive(Debug, PartialEq, Eq)]
pub struct CommandResult {
    /// The publication as it stands now; `None` for an order that is about none.
    pub publication: Option<Publication>,
    /// The intent that a claim yields.
    pub intent: Option<Intent>,
}

/// Which publications are asked for.
#[derive(Clone, Debug)]
pub enum Query {
    /// All of them.
    All,
    /// All of them, those that nothing more happens to by itself without their parts: the whole journal in little room.
    Outline,
    /// Those that something may still happen to by itself or by a decision: they are not terminal, or a change of theirs
    /// is not made.
    Open,
    /// One.
    Id(PublicationId),
    /// All of one post.
    Post(PostId),
}

/// What came of asking for the instance lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockResult {
    /// It is held now.
    Taken {
        /// Requests that were under way in processes that are gone, and whether those are known to be dead.
        orphans: Vec<Orphan>,
    },
    /// Another process holds it.
    Held {
        /// Who, as far as is known.
        by: Option<Owner>,
    },
}

/// A request that was under way in a process that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Of which publication.
    pub publication: PublicationId,
    /// Of which part, from 0.
    pub part: usize,
    /// Which attempt.
    pub attempt: AttemptId,
    /// In which process.
    pub owner: Owner,
    /// What is known of that process.
    pub death: Death,
}
