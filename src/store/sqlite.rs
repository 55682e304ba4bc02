//! The journal in a file of SQLite: one task writes, whoever asks reads beside it.

mod fault;
mod open;
mod reader;
mod reopening;
mod rows;
mod statement;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::batch::{Job, Ordered, Writer};
use super::reading::{Answer, Asked, Reading};
use super::rows::{Rows, Stops};
use super::watermark::{Missing, Watermark};
use super::{
    Access, Address, Done, Entry, Facts, Journal, KnownMessage, Lock, Order, Orphan, Outside,
    Person, Reply, Store, StoreFault, Untold, Wanted,
};
use crate::fs::{LockFile, Locked};
use crate::ids::PostId;
use crate::outbox::{Channel, Owner, Publication};
use crate::plan::{History, Words};
pub(in crate::store) use fault::{of as fault_of, of_commit as fault_of_commit};
use reader::SqliteReader;
pub(in crate::store) use reopening::Reopening;
pub(in crate::store) use rows::SqliteRows;
pub(in crate::store) use statement::{CHECKPOINT, DATA_VERSION};

/// A journal in a file.
pub(super) struct Sqlite {
    path: PathBuf,
    me: Owner,
    reader: Reading<SqliteReader>,
    /// `None` where it was opened to be read.
    writer: Option<mpsc::UnboundedSender<Job>>,
    lock: Arc<Mutex<Option<LockFile>>>,
}

impl Sqlite {
    /// Opens the journal at `path`; see [`super::open`].
    pub(super) async fn open(
        path: &Path,
        outside: &Outside,
        access: Access,
        me: Owner,
    ) -> Result<Self, StoreFault> {
        let lock = Arc::new(Mutex::new(None));
        let writer = match access {
            Access::ReadOrEmpty | Access::Read => None,
            Access::Write => {
                let mut connection = open::to_write(path).await?;
                let height = open::height(&mut connection).await?;
                let reopening = Reopening::new(path, height.uuid.clone());
                let elsewhere = (outside.clone(), Address::Sqlite(path.to_owned()));
                let marks = Watermark::read(&watermark(path), &height, elsewhere)?;
                let height = open::height(&mut connection).await?;
                let (watermark, why) = marks.compare(&height, Missing::Restored)?;
                if let Some(why) = why {
                    let mut rows = SqliteRows::new(&mut connection);
                    let known = rows.stops().await?;
                    rows.set_stops(&Stops { restored: Some(why), ..known }).await?;
                    rows.flush().await?;
                }
                let (sender, jobs) = mpsc::unbounded_channel();
                let lock = Arc::clone(&lock);
                let writer = Writer::new(connection, reopening, watermark, me.clone(), lock, jobs);
                on_its_own_thread(writer)?;
                Some(sender)
            }
        };
        let reader = SqliteReader(open::to_read(path).await?);
        let again = path.to_owned();
        let open = move || -> Answer<'static, SqliteReader> {
            let connection = open::to_read_again(again.clone());
            Box::pin(async move { connection.await.map(SqliteReader) })
        };
        let reader = Reading::new(reader, Box::new(open));
        Ok(Self { path: path.to_owned(), me, reader, writer, lock })
    }

    /// One that is empty, to be read.
    pub(super) async fn empty(now: Timestamp) -> Result<Self, StoreFault> {
        let open = || -> Answer<'static, SqliteReader> {
            Box::pin(async { Err(StoreFault::Unwritable("it is in memory".to_owned())) })
        };
        let reader = Reading::new(SqliteReader(open::empty(now).await?), Box::new(open));
        let (path, me) = (PathBuf::new(), super::nobody());
        Ok(Self { path, me, reader, writer: None, lock: Arc::default() })
    }

    fn holds(&self) -> bool {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        lock.as_ref().is_some_and(LockFile::holds)
    }

    /// Requests that were under way in other processes. Who has the lock of the file knows that they lost it, and
    /// may still live: the file may have been copied, or removed.
    async fn orphans(&self) -> Result<Vec<Orphan>, StoreFault> {
        let under_way = self.reader.ask(|reader| Box::pin(reader.under_way())).await?;
        Ok(super::orphans(&self.me, under_way))
    }

    async fn take(&self) -> Result<Lock, StoreFault> {
        if !self.holds() {
            let content = serde_json::to_string(&self.me).unwrap_or_default();
            match LockFile::take(&open::beside(&self.path, "lock"), &content) {
                Ok(Locked::Here(taken)) => {
                    *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(taken);
                }
                Ok(Locked::Elsewhere(holder)) => {
                    return Ok(Lock::Held { by: serde_json::from_str(&holder).ok() });
                }
                Err(error) => return Err(StoreFault::Unwritable(error.to_string())),
            }
        }
        Ok(Lock::Taken { orphans: self.orphans().await? })
    }
}

impl Store for Sqlite {
    fn transact<'store>(
        &'store self,
        orders: Vec<Order>,
        facts: Facts<'store>,
    ) -> Reply<'store, Vec<Done>> {
        let (reply, answer) = oneshot::channel();
        let job = Ordered {
            orders,
            now: facts.now,
            jitter: facts.jitter,
            clock_trusted: facts.clock_trusted,
            policy: facts.policy.clone(),
            reply: Some(reply),
        };
        let given = self.writer.as_ref().map(|writer| writer.send(Job::Ordered(job)));
        Box::pin(async move {
            match given {
                None => {
                    Err(StoreFault::Unsupported("the journal was opened to be read".to_owned()))
                }
                Some(Err(_)) => Err(ended()),
                Some(Ok(())) => answer.await.unwrap_or_else(|_| {
                    Err(StoreFault::Unknown("its writer ended in the middle".to_owned()))
                }),
            }
        })
    }

    fn publications<'store>(
        &'store self,
        wanted: Wanted<'store>,
    ) -> Reply<'store, Vec<Publication>> {
        let asked = Asked::of(wanted);
        Box::pin(
            self.reader.ask(move |reader| {
                Box::pin(async move { reader.publications(asked.wanted()).await })
            }),
        )
    }

    fn channels(&self) -> Reply<'_, Vec<Channel>> {
        Box::pin(self.reader.ask(|reader| Box::pin(reader.channels())))
    }

    fn known_messages(&self, chat: i64, above: i64) -> Reply<'_, Vec<KnownMessage>> {
        Box::pin(self.reader.ask(move |reader| Box::pin(reader.known_messages(chat, above))))
    }

    fn journal(&self) -> Reply<'_, Journal> {
        Box::pin(self.reader.ask(|reader| Box::pin(reader.journal())))
    }

    fn history(&self) -> Reply<'_, History> {
        Box::pin(self.reader.ask(|reader| Box::pin(reader.history())))
    }

    fn old_words<'store>(&'store self, post: &'store PostId) -> Reply<'store, Vec<Words>> {
        let post = post.clone();
        Box::pin(
            self.reader.ask(move |reader| Box::pin(async move { reader.old_words(&post).await })),
        )
    }

    fn log<'store>(
        &'store self,
        post: Option<&'store PostId>,
        most: u32,
    ) -> Reply<'store, Vec<Entry>> {
        let post = post.cloned();
        Box::pin(
            self.reader
                .ask(move |reader| Box::pin(async move { reader.log(post.as_ref(), most).await })),
        )
    }

    fn entry_at(&self, id: i64) -> Reply<'_, Option<Timestamp>> {
        Box::pin(self.reader.ask(move |reader| Box::pin(async move { reader.entry_at(id).await })))
    }

    fn people(&self) -> Reply<'_, Vec<Person>> {
        Box::pin(self.reader.ask(|reader| Box::pin(reader.people())))
    }

    fn untold(&self) -> Reply<'_, Vec<Untold>> {
        Box::pin(self.reader.ask(|reader| Box::pin(reader.untold())))
    }

    fn others(&self) -> Reply<'_, i64> {
        let (reply, answer) = oneshot::channel();
        let asked = self.writer.as_ref().map(|writer| writer.send(Job::Others(reply)));
        Box::pin(async move {
            match asked {
                Some(Ok(())) => answer.await.unwrap_or_else(|_| Err(ended())),
                _ => Err(ended()),
            }
        })
    }

    fn take_lock(&self) -> Reply<'_, Lock> {
        Box::pin(self.take())
    }

    fn holds_lock(&self) -> Reply<'_, bool> {
        Box::pin(async move { Ok(self.holds()) })
    }

    fn close(&self) -> Reply<'_, ()> {
        let (reply, answer) = oneshot::channel();
        let asked = self.writer.as_ref().map(|writer| writer.send(Job::Close(reply)));
        Box::pin(async move {
            match asked {
                // Whoever only reads, or has ended already, has nothing to end.
                None | Some(Err(_)) => Ok(()),
                Some(Ok(())) => answer.await.unwrap_or(Ok(())),
            }
        })
    }

    fn backup<'store>(&'store self, file: &'store Path) -> Reply<'store, ()> {
        let file = file.to_owned();
        Box::pin(
            self.reader
                .ask(move |reader| Box::pin(async move { open::copy(&mut reader.0, &file).await })),
        )
    }
}

/// Makes the journal in a file.
pub(super) async fn create(path: &Path, scanned: &str, now: Timestamp) -> Result<(), StoreFault> {
    open::create(path, scanned, now).await
}

/// The file that says how far the journal at `path` was.
pub(super) fn watermark(path: &Path) -> PathBuf {
    open::beside(path, "watermark")
}

/// Lets a writer work. Its statements go to and fro between two threads many times for each order: here nothing else is woken
/// by that.
fn on_its_own_thread(writer: Writer) -> Result<(), StoreFault> {
    let unwritable = |error: std::io::Error| StoreFault::Unwritable(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(unwritable)?;
    let work = move || runtime.block_on(writer.run());
    #[expect(
        clippy::disallowed_methods,
        reason = "the thread ends when the last handle of the journal is dropped; every job of it is answered, or its asker sees that it is gone"
    )]
    let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(work);
    thread.map(drop).map_err(unwritable)
}

fn ended() -> StoreFault {
    StoreFault::Unwritable("its writer has ended".to_owned())
}
