//! The journal: publications, attempts and what is known of channels, durable; it decides nothing and sends nothing.
//!
//! Whatever changes the journal is an [`Order`], and [`Store::transact`] carries out a list of them in one transaction: all
//! or none. What a publication becomes is decided by [`outbox::step`](crate::outbox::step) inside that transaction, and
//! an [`Intent`] comes out only after its commit has returned, durable.
//!
//! Every process may read and order. Only the one that holds the instance lock may claim, so a command orders, and
//! whoever publishes sends.

mod address;
mod batch;
mod carry;
mod commit;
mod decode;
mod dialect;
mod fault;
mod order;
mod postgres;
mod reader;
mod reading;
mod rows;
mod sqlite;
mod stamp;
#[cfg(test)]
mod tests;
mod watermark;

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;

use crate::outbox::{
    AttemptId, Channel, Intent, Notice, Owner, Policy, Publication, PublicationId,
};
use crate::post::PostId;
pub use address::Address;
pub use fault::StoreFault;
pub use order::{Adoption, Order};

/// What a store answers, later.
pub type Reply<'store, T> = Pin<Box<dyn Future<Output = Result<T, StoreFault>> + Send + 'store>>;

/// The journal. Every method is one transaction.
pub trait Store: Send + Sync {
    /// Carries out the orders, in this order, in one transaction: all or, when one is refused, none.
    ///
    /// Returns what became of each, in the same order. Where the answer holds an intent, its commit has returned.
    fn transact<'store>(
        &'store self,
        orders: Vec<Order>,
        facts: Facts<'store>,
    ) -> Reply<'store, Vec<Done>>;

    /// The publications that are asked for, with their parts; those due first come first, of those due at the same moment
    /// the one that was accepted first.
    fn publications<'store>(
        &'store self,
        wanted: Wanted<'store>,
    ) -> Reply<'store, Vec<Publication>>;

    /// What is known of every channel that the journal knows.
    fn channels(&self) -> Reply<'_, Vec<Channel>>;

    /// The messages of a channel with ids above `above` whose authors are known, in the order of their ids.
    fn known_messages(&self, chat: i64, above: i64) -> Reply<'_, Vec<KnownMessage>>;

    /// What is known of the journal as a whole.
    fn journal(&self) -> Reply<'_, Journal>;

    /// What happened, newest first, at most `most` entries, to one post or to all.
    fn log<'store>(
        &'store self,
        post: Option<&'store PostId>,
        most: u32,
    ) -> Reply<'store, Vec<Entry>>;

    /// Everybody who has talked to the bot.
    fn people(&self) -> Reply<'_, Vec<Person>>;

    /// What operators were not told yet, oldest first.
    fn untold(&self) -> Reply<'_, Vec<Untold>>;

    /// A number that differs from the last answer where another process has changed the journal since.
    fn others(&self) -> Reply<'_, i64>;

    /// Takes the instance lock, or says who holds it. It is held until the store is dropped or its process ends.
    ///
    /// The answer tells every owner that is gone with this: requests of theirs that were under way.
    fn take_lock(&self) -> Reply<'_, Lock>;

    /// Whether the lock is held at this moment.
    fn holds_lock(&self) -> Reply<'_, bool>;

    /// Ends the journal: everything that was ordered is carried out, and what is written lies in its own file. Orders that
    /// come later are refused.
    fn close(&self) -> Reply<'_, ()>;

    /// Writes a consistent copy of the journal to a file that must not exist.
    fn backup<'store>(&'store self, file: &'store Path) -> Reply<'store, ()>;
}

/// What a journal is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To be read: where there is none yet, it is empty, and nothing is made.
    Read,
    /// To be ordered of, and to publish from.
    Write,
}

/// Opens the journal; one that is not there is made, unless it is only to be read.
///
/// # Errors
/// Why it cannot be opened: see [`StoreFault`].
pub async fn open(
    address: &Address,
    access: Access,
    me: Owner,
    now: Timestamp,
) -> Result<Arc<dyn Store>, StoreFault> {
    match address {
        Address::Sqlite(path) => Ok(Arc::new(sqlite::Sqlite::open(path, access, me, now).await?)),
        Address::Postgres { url, mark } => {
            Ok(Arc::new(postgres::Postgres::open(url, mark, access, me, now).await?))
        }
    }
}

/// What the process that orders knows at this moment; the store adds what it knows of the channel and the lock.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'facts> {
    /// The present moment.
    pub now: Timestamp,
    /// A random number, all of whose values are equally likely.
    pub jitter: u32,
    /// Whether the clock may be believed.
    pub clock_trusted: bool,
    /// What the config says.
    pub policy: &'facts Policy,
}

/// What became of an order.
#[derive(Debug, PartialEq, Eq)]
pub struct Done {
    /// The publication as it stands now; `None` for an order that is about none.
    pub publication: Option<Publication>,
    /// The intent that a claim yields.
    pub intent: Option<Intent>,
}

/// Which publications are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'wanted> {
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
    Post(&'wanted PostId),
}

/// A message of a channel whose author is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownMessage {
    /// Its id.
    pub message_id: i64,
    /// The publication whose message it is; `None` for a post of somebody else, received as an update.
    pub publication: Option<PublicationId>,
}

/// What is known of the journal as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// What names this journal and its copies.
    pub uuid: String,
    /// When its first command was carried out: posts whose time lies more than the grace before it are history.
    pub born: Timestamp,
    /// Why nothing of this bot goes out until somebody resumes: an operator's word, a refused token, a restored journal.
    pub stopped: Option<Stopped>,
    /// The highest instant that any attempt was recorded at.
    pub newest: Option<Timestamp>,
}

/// Why nothing goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Somebody paused everything.
    Paused(String),
    /// Telegram refuses the bot. Its words.
    Refused(String),
    /// The journal is older than what it is known to have sent.
    Restored(String),
}

impl fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paused(why) => write!(formatter, "everything is paused: {why}"),
            Self::Refused(why) => write!(formatter, "Telegram refuses the bot: {why}"),
            Self::Restored(why) => {
                write!(formatter, "the journal was restored from a backup: {why}")
            }
        }
    }
}

/// What happened, and who caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: crate::outbox::Actor,
    /// To which post; `None` for what is about a channel or everything.
    pub post: Option<PostId>,
    /// To which publication.
    pub publication: Option<PublicationId>,
    /// The chat it is about.
    pub chat: Option<i64>,
    /// What, in a word: the name of the event.
    pub event: String,
    /// What it came to, for people.
    pub detail: String,
}

/// Somebody who has talked to the bot, as his app told it last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// His numeric user id.
    pub id: i64,
    /// The name that others see.
    pub name: String,
    /// The code of the language in which he is answered.
    pub language: String,
}

/// A notice that operators were not told yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// Its number.
    pub id: i64,
    /// Since when.
    pub at: Timestamp,
    /// About which publication.
    pub publication: PublicationId,
    /// What.
    pub notice: Notice,
}

/// What came of asking for the instance lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
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
    pub death: crate::outbox::Death,
}
