//! The journal: publications, attempts and what is known of channels, durable; it decides nothing and sends nothing.
//!
//! Whatever changes the journal is an [`Order`], and [`Store::transact`] carries out a list of them in one transaction: all
//! or none. What a publication becomes is decided by [`outbox::step`](crate::outbox::step) inside that transaction, and
//! an [`Intent`] comes out only after its commit has returned, durable.
//!
//! Every process may read and order. Only the one that holds the instance lock may claim, so a command orders, and
//! whoever publishes sends.

mod address;
mod answer;
mod batch;
mod carry;
mod commit;
mod decode;
mod dialect;
mod facts;
mod fault;
mod migrations;
mod order;
mod outside;
mod postgres;
mod reader;
mod reading;
mod rows;
mod sqlite;
mod stamp;
#[cfg(test)]
mod tests;
mod watermark;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;

use crate::ids::PostId;
use crate::instance;
use crate::outbox::{AttemptId, Channel, Death, Intent, Owner, Policy, Publication, PublicationId};
use crate::plan::{History, Words};
pub use address::Address;
pub use facts::{Binding, Entry, Journal, KnownMessage, Person, Scanned, Untold};
pub use fault::StoreFault;
pub use order::{Adoption, Order};
pub use outside::Outside;
pub use watermark::is_one_journal;

/// What a store answers, later.
pub type Reply<'store, T> = Pin<Box<dyn Future<Output = Result<T, StoreFault>> + Send + 'store>>;

/// Requests that are under way by the journal, in processes that do not have the lock any more. Only a process of this machine that
/// is gone is known to be dead: another one may live, and still write its request.
fn orphans(me: &Owner, under_way: Vec<(PublicationId, usize, AttemptId, Owner)>) -> Vec<Orphan> {
    let orphan = |(publication, part, attempt, owner): (_, _, _, Owner)| {
        let is_dead = me.sees(&owner) && !instance::is_alive(owner.pid);
        let death = if is_dead { Death::Known } else { Death::Presumed };
        Orphan { publication, part, attempt, owner, death }
    };
    under_way.into_iter().map(orphan).filter(|orphan| orphan.owner != *me).collect()
}

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

    /// Which posts are older than the journal.
    fn history(&self) -> Reply<'_, History>;

    /// The words of each edition of a post that is older than the journal.
    fn old_words<'store>(&'store self, post: &'store PostId) -> Reply<'store, Vec<Words>>;

    /// What happened, newest first, at most `most` entries, to one post or to all.
    fn log<'store>(
        &'store self,
        post: Option<&'store PostId>,
        most: u32,
    ) -> Reply<'store, Vec<Entry>>;

    /// When the entry of the log with this number was written; `None` where there is none.
    fn entry_at(&self, id: i64) -> Reply<'_, Option<Timestamp>>;

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
/// Why it cannot be opened: there is none, or see [`StoreFault`].
pub async fn open(
    address: &Address,
    outside: &Outside,
    access: Access,
    me: Owner,
    now: Timestamp,
) -> Result<Arc<dyn Store>, StoreFault> {
    match open_there(address, outside, access, me, now).await {
        Err(StoreFault::Absent(place)) => match evidence(address, outside) {
            Some(evidence) => Err(StoreFault::Vanished { place, evidence }),
            None if access == Access::ReadOrEmpty => empty(now).await,
            None => Err(StoreFault::Absent(place)),
        },
        opened => opened,
    }
}

async fn open_there(
    address: &Address,
    outside: &Outside,
    access: Access,
    me: Owner,
    now: Timestamp,
) -> Result<Arc<dyn Store>, StoreFault> {
    Ok(match address {
        Address::Sqlite(path) => Arc::new(sqlite::Sqlite::open(path, outside, access, me).await?),
        Address::Postgres { url, mark } => {
            Arc::new(postgres::Postgres::open((url, mark), outside, access, me, now).await?)
        }
    })
}

async fn empty(now: Timestamp) -> Result<Arc<dyn Store>, StoreFault> {
    Ok(Arc::new(sqlite::Sqlite::empty(now).await?))
}

/// Creates the journal. `history` are the posts whose files exist, each with the hash of its file; `lost` says that a journal
/// that was here before is lost for good.
///
/// # Errors
/// Where there is one, or was one that is not known to be lost, or it cannot be created.
pub async fn create(
    address: &Address,
    outside: &Outside,
    history: &[Scanned],
    lost: bool,
    now: Timestamp,
) -> Result<(), StoreFault> {
    let place = address.to_string();
    if let Some(evidence) = evidence(address, outside).filter(|_| !lost) {
        return Err(match open(address, outside, Access::Read, nobody(), now).await {
            Ok(_) => StoreFault::Present(place),
            Err(StoreFault::Absent(_)) => StoreFault::Vanished { place, evidence },
            Err(fault) => fault,
        });
    }
    let scanned: Vec<_> = history
        .iter()
        .map(|Scanned { post, source, words }| {
            let words: Vec<_> = words.iter().map(ToString::to_string).collect();
            (post.as_str(), source.to_string(), words.join("\n"))
        })
        .collect();
    let scanned = serde_json::to_string(&scanned)
        .map_err(|error| StoreFault::Unwritable(error.to_string()))?;
    let mark = match address {
        Address::Sqlite(path) => {
            sqlite::create(path, &scanned, now).await?;
            sqlite::watermark(path)
        }
        Address::Postgres { url, mark } => {
            postgres::create(url, &scanned, now).await?;
            mark.clone()
        }
    };
    if lost {
        crate::fs::remove(&mark).map_err(|error| StoreFault::Unwritable(error.to_string()))?;
        outside.forget(address, "");
    }
    Ok(())
}

/// How it is known that a journal was at this place.
fn evidence(address: &Address, outside: &Outside) -> Option<String> {
    if let (Some(mark), Some(folder)) = (outside.at(address).first(), outside.folder()) {
        return Some(format!(
            "its mark in {} says that it had made {} requests",
            folder.display(),
            mark.attempt
        ));
    }
    let mark = match address {
        Address::Sqlite(path) => sqlite::watermark(path),
        Address::Postgres { mark, .. } => mark.clone(),
    };
    crate::fs::exists(&mark).then(|| format!("{} is still there", mark.display()))
}

/// The owner in whose name nothing is written.
fn nobody() -> Owner {
    Owner { boot: String::new(), pid: 0, random: 0 }
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
