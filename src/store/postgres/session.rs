//! The one session that writes and holds the lock. With the session the lock is lost, and nothing is claimed any more; a new
//! session is opened all the same, in which the outcome of a request that was under way is recorded.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};
use tokio::sync::{mpsc, oneshot};

use super::super::answer::{answer, committed, mark};
use super::super::batch::{Made, Ordered};
use super::super::carry::{Moment, carry_out};
use super::super::commit::{self, Serial, Written};
use super::super::decode::Columns;
use super::super::watermark::Watermark;
use super::super::{Order, StoreFault, stamp};
use super::rows::PostgresRows;
use super::{fault, statement};
use crate::limits;
use crate::outbox::{Delay, Event, Instance, Intent, Outcome, Owner};

/// What the session is asked for.
pub(super) enum Job {
    /// Orders.
    Ordered(Ordered),
    /// A number that differs where another process has changed the journal.
    Others(oneshot::Sender<Result<i64, StoreFault>>),
    /// The lock; where another one has it, who.
    Lock(Timestamp, oneshot::Sender<Result<Result<(), Option<Owner>>, StoreFault>>),
    /// The end.
    Close(oneshot::Sender<Result<(), StoreFault>>),
    /// Whether the lock is held.
    Holds(oneshot::Sender<Result<bool, StoreFault>>),
}

/// The session, and what it knows of itself.
pub(super) struct Session {
    /// `None` after the session was lost.
    pub(super) connection: Option<PgConnection>,
    /// The server, and the journal in it.
    pub(super) url: String,
    pub(super) uuid: String,
    pub(super) watermark: Watermark,
    pub(super) me: Owner,
    /// What the lock is called.
    pub(super) key: i64,
    pub(super) jobs: mpsc::UnboundedReceiver<Job>,
    /// Whether the lock was taken.
    pub(super) took: bool,
    /// How often this process itself has changed the journal.
    pub(super) own: i64,
    /// Why the lock is lost.
    pub(super) lock_lost: Option<String>,
    /// A commit whose answer did not come, and why.
    pub(super) unsettled: Option<(Serial, String)>,
}

/// Why orders were not carried out.
enum Broken {
    /// Nothing was written.
    Fault(StoreFault),
    /// It may have been written.
    Unsettled(Serial, String, Made),
    /// It was written, but its intents must not be used.
    Unused(String, Made),
}

impl From<StoreFault> for Broken {
    fn from(fault: StoreFault) -> Self {
        Self::Fault(fault)
    }
}

/// The name of a journal's lock: a lock of PostgreSQL is a number, and belongs to its database.
pub(super) fn key(uuid: &str) -> i64 {
    let digest = Sha256::digest(uuid.as_bytes());
    let first = digest.iter().take(8);
    first.fold(0_i64, |key, byte| key.wrapping_shl(8) | i64::from(*byte))
}

impl Session {
    /// Does its jobs until nobody can give one any more.
    pub(super) async fn run(mut self) {
        let mut closed = None;
        while let Some(job) = self.jobs.recv().await {
            match job {
                Job::Ordered(job) => self.ordered(job).await,
                Job::Others(reply) => {
                    // Whoever asked and is gone needs no answer.
                    let _ = reply.send(self.others().await);
                }
                Job::Lock(now, reply) => {
                    let _ = reply.send(self.lock(now).await);
                }
                Job::Holds(reply) => {
                    let _ = reply.send(self.holds().await);
                }
                Job::Close(reply) => {
                    closed = Some(reply);
                    break;
                }
            }
        }
        // With the session ends its lock.
        if let Some(connection) = self.connection.take() {
            let _ = connection.close().await;
        }
        if let Some(reply) = closed {
            let _ = reply.send(Ok(()));
        }
    }

    /// The session, taken out so that a fault leaves none; after a fault a new one, once it is known what became of the last
    /// commit.
    async fn connected(&mut self) -> Result<PgConnection, StoreFault> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let mut connection = super::open::again(&self.url, &self.uuid).await?;
        // A commit of the old session may still be going on: whoever changes the same row waits for its end.
        if let Some((serial, _)) = &self.unsettled {
            look(&mut connection, serial, &commit::looker(&self.me)).await?;
            self.unsettled = None;
        }
        Ok(connection)
    }

    /// What a fault means for the session: one that the server is still in goes on.
    async fn broke(&mut self, mut connection: PgConnection, why: &StoreFault) {
        let timeout = std::time::Duration::from_secs(5);
        let ping = tokio::time::timeout(timeout, connection.ping()).await;
        if matches!(ping, Ok(Ok(()))) {
            self.connection = Some(connection);
            return;
        }
        if self.took {
            self.took = false;
            log::error!("the PostgreSQL session is lost, and the lock with it: {why}");
            self.lock_lost.get_or_insert_with(|| why.to_string());
        }
    }

    /// Asks one thing.
    async fn ask<T>(
        &mut self,
        question: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreFault> {
        let mut connection = self.connected().await?;
        match question(&mut connection).await {
            Ok(answer) => {
                self.connection = Some(connection);
                Ok(answer)
            }
            Err(error) => {
                let fault = fault::of(error);
                self.broke(connection, &fault).await;
                Err(fault)
            }
        }
    }

    async fn others(&mut self) -> Result<i64, StoreFault> {
        if let Some(why) = &self.lock_lost {
            return Err(StoreFault::LockLost(why.clone()));
        }
        let changes: i64 = self
            .ask(async |connection| {
                sqlx::query_scalar(statement::OTHERS).fetch_one(connection).await
            })
            .await?;
        Ok(changes.wrapping_sub(self.own))
    }

    async fn lock(&mut self, now: Timestamp) -> Result<Result<(), Option<Owner>>, StoreFault> {
        if self.took && self.holds().await? {
            return Ok(Ok(()));
        }
        let key = self.key;
        let taken: bool = self
            .ask(async |connection| {
                sqlx::query_scalar(statement::LOCK).bind(key).fetch_one(connection).await
            })
            .await?;
        if !taken {
            let owner: Option<String> = self
                .ask(async |connection| {
                    sqlx::query_scalar(statement::PUBLISHER).fetch_optional(connection).await
                })
                .await?;
            return Ok(Err(owner.and_then(|owner| serde_json::from_str(&owner).ok())));
        }
        // A pooler that shares out sessions would have given the lock to somebody else.
        self.took = true;
        self.lock_lost = None;
        if !self.holds().await? {
            self.took = false;
            return Err(StoreFault::Unsupported(
                "the lock was taken by another session: a pooler stands in between; connect to PostgreSQL itself".to_owned(),
            ));
        }
        // A publisher asks all the time: one that does not any more stands still, and the lock goes to another.
        let idle = format!("{}", limits::STANDSTILL.as_millis());
        self.ask(async |connection| {
            sqlx::query(statement::IDLE).bind(idle).execute(connection).await
        })
        .await?;
        let owner = serde_json::to_string(&self.me).unwrap_or_default();
        let at = stamp::text(now);
        self.ask(async |connection| {
            sqlx::query(statement::SET_PUBLISHER).bind(owner).bind(at).execute(connection).await
        })
        .await?;
        let mut connection = self.connected().await?;
        let height = super::open::height(&mut connection).await?;
        self.connection = Some(connection);
        let raised = self.watermark.raise(Some(height.attempt), height.changes);
        raised.map_err(|error| StoreFault::Unwritable(error.to_string()))?;
        Ok(Ok(()))
    }

    /// Whether this very session holds the lock, as the server says.
    async fn holds(&mut self) -> Result<bool, StoreFault> {
        if !self.took {
            return Ok(false);
        }
        let key = self.key;
        self.ask(async |connection| {
            sqlx::query_scalar(statement::LOCKED).bind(key).fetch_one(connection).await
        })
        .await
    }

    async fn ordered(&mut self, mut job: Ordered) {
        let mut connection = match self.connected().await {
            Ok(connection) => connection,
            Err(fault) => return drop(answer(job, Err(fault))),
        };
        match self.carry_out(&mut connection, &job).await {
            Ok(made) => {
                self.connection = Some(connection);
                for (intent, job) in answer(job, Ok(committed(made))) {
                    Box::pin(self.give_back(intent, job)).await;
                }
            }
            Err(Broken::Fault(fault)) => {
                if matches!(fault, StoreFault::Refused { .. } | StoreFault::Missing(_)) {
                    self.connection = Some(connection);
                } else {
                    self.broke(connection, &fault).await;
                }
                answer(job, Err(fault));
            }
            Err(Broken::Unused(why, made)) => {
                self.connection = Some(connection);
                Box::pin(self.unuse(&why, job, made)).await;
            }
            Err(Broken::Unsettled(serial, why, made)) => {
                let fault = StoreFault::Unknown(why.clone());
                self.broke(connection, &fault).await;
                self.connection = None;
                match self.settle(&serial).await {
                    Ok(Written::Yes) => Box::pin(self.unuse(&why, job, made)).await,
                    Ok(Written::No) => drop(answer(job, Err(StoreFault::Unwritable(why)))),
                    Ok(Written::Unclear) => drop(answer(job, Err(fault))),
                    Err(_) => {
                        self.unsettled = Some((serial, why));
                        if let Some(reply) = job.reply.take() {
                            // Whoever asked and is gone needs no answer.
                            let _ = reply.send(Err(fault));
                        }
                    }
                }
            }
        }
    }

    /// Looks in a new session whether a commit was written.
    async fn settle(&mut self, serial: &Serial) -> Result<Written, StoreFault> {
        let mut connection = super::open::again(&self.url, &self.uuid).await?;
        let written = look(&mut connection, serial, &commit::looker(&self.me)).await?;
        self.connection = Some(connection);
        Ok(written)
    }

    /// A job was committed, but not in the proper way: its intents are given back, since nothing may be sent with them.
    async fn unuse(&mut self, why: &str, mut job: Ordered, made: Made) {
        let reply = job.reply.take();
        let mut kept = committed(made);
        let intents: Vec<_> = kept.iter_mut().filter_map(|done| done.intent.take()).collect();
        let result =
            if intents.is_empty() { Ok(kept) } else { Err(StoreFault::Unwritable(why.to_owned())) };
        for intent in intents {
            let back =
                Ordered { orders: Vec::new(), policy: job.policy.clone(), reply: None, ..job };
            self.give_back(intent, back).await;
        }
        if let Some(reply) = reply {
            let _ = reply.send(result);
        }
    }

    async fn carry_out(
        &mut self,
        connection: &mut PgConnection,
        job: &Ordered,
    ) -> Result<Made, Broken> {
        let claims = |order: &Order| {
            matches!(order, Order::Claim { .. } | Order::Event(_, Event::Claim { .. }))
        };
        if let Some(why) = &self.lock_lost
            && job.orders.iter().any(claims)
        {
            return Err(Broken::Fault(StoreFault::LockLost(why.clone())));
        }
        let (took, key) = (self.took, self.key);
        let mut transaction = connection.begin().await.map_err(fault::of)?;
        // First of all: where two processes are in the middle of their orders, one of them waits here.
        let writer = commit::writer(&self.me);
        let changed = sqlx::query_scalar(statement::CHANGED).bind(writer.clone());
        let number = changed.fetch_one(&mut *transaction).await.map_err(fault::of)?;
        let serial = Serial { number, writer };
        // Looked at inside the transaction: a session that is gone commits nothing.
        let holds_lock = took
            && sqlx::query_scalar(statement::LOCKED)
                .bind(key)
                .fetch_one(&mut *transaction)
                .await
                .map_err(fault::of)?;
        let instance = Instance {
            owner: self.me.clone(),
            holds_lock,
            clock_trusted: job.clock_trusted,
            stopped: None,
        };
        let moment =
            Moment { now: job.now, jitter: job.jitter, policy: &job.policy, instance: &instance };
        let carried =
            carry_out(&mut PostgresRows::new(&mut transaction), &job.orders, &moment).await;
        let made = match carried {
            Ok(made) => made,
            Err(fault) => {
                // Waited for: until then others wait for what this one has touched. Where it fails the session is gone, and
                // everything with it.
                let _ = transaction.rollback().await;
                return Err(fault.into());
            }
        };
        if let Err(error) = transaction.commit().await {
            return Err(match fault::of_commit(error) {
                StoreFault::Unknown(why) => Broken::Unsettled(serial, why, made),
                fault => Broken::Fault(fault),
            });
        }
        self.own = self.own.wrapping_add(1);
        match mark(&mut self.watermark, made.iter().flatten(), job.orders.iter(), number) {
            Ok(()) => Ok(made),
            Err(why) => Err(Broken::Unused(why, made)),
        }
    }

    /// Whoever claimed is gone, and the intent with him: its request was never made.
    async fn give_back(&mut self, intent: Intent, job: Ordered) {
        let publication = intent.publication();
        let event = intent.answered(Outcome::NotSent {
            why: Delay::NotWritten,
            retry_after: None,
            description: "whoever claimed it did not wait for it".to_owned(),
        });
        let job = Ordered { orders: vec![Order::Event(publication, event)], reply: None, ..job };
        self.ordered(job).await;
    }
}

/// Whether a commit was written; afterwards that is so for good.
async fn look(
    connection: &mut PgConnection,
    serial: &Serial,
    looker: &str,
) -> Result<Written, StoreFault> {
    let mut transaction = connection.begin().await.map_err(fault::of)?;
    let row = sqlx::query(statement::LAST_COMMIT).fetch_one(&mut *transaction).await;
    let written = serial.is_written(&last_commit(&row.map_err(fault::of)?)?);
    let changed = sqlx::query_scalar::<_, i64>(statement::CHANGED).bind(looker.to_owned());
    changed.fetch_one(&mut *transaction).await.map_err(fault::of)?;
    transaction.commit().await.map_err(fault::of)?;
    Ok(written)
}

fn last_commit(row: &sqlx::postgres::PgRow) -> Result<Serial, StoreFault> {
    let columns = Columns(row);
    let writer = columns.maybe_text("writer")?.unwrap_or_default();
    Ok(Serial { number: columns.number("changes")?, writer })
}
