//! The journal in PostgreSQL: one session writes and holds the lock, another one reads.
//!
//! The watermark against restored backups lies on each host that publishes: a host that never published from this journal
//! cannot know that the journal is older than it was.

mod fault;
mod open;
mod reader;
mod rows;
mod session;
mod statement;

use std::path::Path;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::batch::Ordered;
use super::reading::{Answer, Asked, Reading};
use super::rows::{Rows, Stops};
use super::watermark::{Missing, Watermark};
use super::{
    Access, Address, Done, Entry, Facts, Journal, KnownMessage, Lock, Order, Outside, Person,
    Reply, Store, StoreFault, Untold, Wanted,
};
use crate::ids::PostId;
use crate::outbox::{Channel, Owner, Publication};
use crate::plan::{History, Words};
use reader::PostgresReader;
use rows::PostgresRows;
use session::{Job, Session};

/// A journal in PostgreSQL.
pub(super) struct Postgres {
    me: Owner,
    born: Timestamp,
    reader: Reading<PostgresReader>,
    /// `None` where it was opened to be read.
    writer: Option<mpsc::UnboundedSender<Job>>,
}

/// Makes the journal in a database.
pub(super) async fn create(url: &str, scanned: &str, now: Timestamp) -> Result<(), StoreFault> {
    open::create(url, scanned, now).await
}

impl Postgres {
    /// Opens the journal; see [`super::open`].
    pub(super) async fn open(
        (url, mark): (&str, &Path),
        outside: &Outside,
        access: Access,
        me: Owner,
        now: Timestamp,
    ) -> Result<Self, StoreFault> {
        let connection = match access {
            Access::ReadOrEmpty | Access::Read => None,
            Access::Write => Some(open::to_write(url).await?),
        };
        let mut reader = open::to_read(url).await?;
        let writer = match connection {
            None => None,
            Some(mut connection) => {
                open::be_apart(url, &mut connection, &mut reader).await?;
                let height = open::height(&mut connection).await?;
                let key = session::key(&height.uuid);
                let uuid = height.uuid.clone();
                let address = Address::Postgres { url: url.to_owned(), mark: mark.to_owned() };
                let elsewhere = (outside.clone(), address);
                let marks = Watermark::read(mark, &height, elsewhere)?;
                let height = open::height(&mut connection).await?;
                let (watermark, why) = marks.compare(&height, Missing::New)?;
                if let Some(why) = why {
                    let mut rows = PostgresRows::new(&mut connection);
                    let known = rows.stops().await?;
                    rows.set_stops(&Stops { restored: Some(why), ..known }).await?;
                    rows.flush().await?;
                }
                let (sender, jobs) = mpsc::unbounded_channel();
                let session = Session {
                    connection: Some(connection),
                    url: url.to_owned(),
                    uuid,
                    watermark,
                    me: me.clone(),
                    key,
                    jobs,
                    took: false,
                    own: 0,
                    lock_lost: None,
                    unsettled: None,
                };
                #[expect(
                    clippy::disallowed_methods,
                    reason = "the task ends when the last handle of the journal is dropped; every job of it is answered, or its asker sees that it is gone"
                )]
                tokio::spawn(session.run());
                Some(sender)
            }
        };
        let url = url.to_owned();
        let again = move || -> Answer<'static, PostgresReader> {
            let url = url.clone();
            Box::pin(async move { open::to_read_again(&url).await.map(PostgresReader) })
        };
        let reader = Reading::new(PostgresReader(reader), Box::new(again));
        Ok(Self { me, born: now, reader, writer })
    }

    /// Asks the session.
    async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, StoreFault>>) -> Job,
    ) -> Result<T, StoreFault> {
        let Some(writer) = &self.writer else {
            return Err(StoreFault::Unsupported("the journal was opened to be read".to_owned()));
        };
        let (reply, answer) = oneshot::channel();
        let ended = || StoreFault::Unwritable("its session has ended".to_owned());
        writer.send(job(reply)).map_err(|_| ended())?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    async fn take(&self) -> Result<Lock, StoreFault> {
        if let Err(by) = self.ask(|reply| Job::Lock(self.born, reply)).await? {
            return Ok(Lock::Held { by });
        }
        let under_way = self.reader.ask(|reader| Box::pin(reader.under_way())).await?;
        Ok(Lock::Taken { orphans: super::orphans(&self.me, under_way) })
    }
}

impl Store for Postgres {
    fn transact<'store>(
        &'store self,
        orders: Vec<Order>,
        facts: Facts<'store>,
    ) -> Reply<'store, Vec<Done>> {
        let job = move |reply| {
            Job::Ordered(Ordered {
                orders,
                now: facts.now,
                jitter: facts.jitter,
                clock_trusted: facts.clock_trusted,
                policy: facts.policy.clone(),
                reply: Some(reply),
            })
        };
        Box::pin(self.ask(job))
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
        Box::pin(self.ask(Job::Others))
    }

    fn take_lock(&self) -> Reply<'_, Lock> {
        Box::pin(self.take())
    }

    fn holds_lock(&self) -> Reply<'_, bool> {
        Box::pin(self.ask(Job::Holds))
    }

    fn close(&self) -> Reply<'_, ()> {
        Box::pin(async move {
            // A session that has ended already, or was never there, has nothing to end.
            self.ask(Job::Close).await.or(Ok(()))
        })
    }

    fn backup<'store>(&'store self, _: &'store Path) -> Reply<'store, ()> {
        let words = "a journal in PostgreSQL is copied with `pg_dump --format=custom`, which PostgreSQL brings along";
        Box::pin(async move { Err(StoreFault::Unsupported(words.to_owned())) })
    }
}
