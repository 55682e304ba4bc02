//! The one session that writes and holds the lock. Whoever loses it has lost the right to send: it is never opened again.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};
use tokio::sync::{mpsc, oneshot};

use super::super::batch::{Made, Ordered, answer, committed, mark};
use super::super::carry::{Moment, carry_out};
use super::super::watermark::Watermark;
use super::super::{Order, StoreFault, stamp};
use super::rows::PostgresRows;
use super::{fault, statement};
use crate::limits;
use crate::outbox::{Delay, Instance, Intent, Outcome, Owner};

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
    pub(super) connection: PgConnection,
    pub(super) watermark: Watermark,
    pub(super) me: Owner,
    /// What the lock is called.
    pub(super) key: i64,
    pub(super) jobs: mpsc::UnboundedReceiver<Job>,
    /// Whether the lock was taken.
    pub(super) took: bool,
    /// How often this process itself has changed the journal.
    pub(super) own: i64,
    /// Why nothing is written any more: a commit whose end nobody knows, or a session that is gone.
    pub(super) lost: Option<StoreFault>,
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
                    let _ = self.connection.close().await;
                    let _ = reply.send(Ok(()));
                    return;
                }
            }
        }
        // With the session ends its lock.
        let _ = self.connection.close().await;
    }

    async fn others(&mut self) -> Result<i64, StoreFault> {
        let changes = sqlx::query_scalar(statement::OTHERS).fetch_one(&mut self.connection).await;
        changes.map(|changes: i64| changes.wrapping_sub(self.own)).map_err(fault::of)
    }

    async fn lock(&mut self, now: Timestamp) -> Result<Result<(), Option<Owner>>, StoreFault> {
        if self.took && self.holds().await? {
            return Ok(Ok(()));
        }
        let taken: bool = sqlx::query_scalar(statement::LOCK)
            .bind(self.key)
            .fetch_one(&mut self.connection)
            .await
            .map_err(fault::of)?;
        if !taken {
            let owner: Option<String> = sqlx::query_scalar(statement::PUBLISHER)
                .fetch_optional(&mut self.connection)
                .await
                .map_err(fault::of)?;
            return Ok(Err(owner.and_then(|owner| serde_json::from_str(&owner).ok())));
        }
        // A pooler that shares out sessions would have given the lock to somebody else.
        self.took = true;
        if !self.holds().await? {
            self.took = false;
            return Err(StoreFault::Unsupported(
                "the lock was taken by another session: a pooler stands in between; connect to PostgreSQL itself".to_owned(),
            ));
        }
        // A publisher asks all the time: one that does not any more stands still, and the lock goes to another.
        let idle = format!("{}", limits::STANDSTILL.as_millis());
        sqlx::query(statement::IDLE)
            .bind(idle)
            .execute(&mut self.connection)
            .await
            .map_err(fault::of)?;
        let owner = serde_json::to_string(&self.me).unwrap_or_default();
        let query = sqlx::query(statement::SET_PUBLISHER).bind(owner).bind(stamp::text(now));
        query.execute(&mut self.connection).await.map_err(fault::of)?;
        let height = super::open::height(&mut self.connection).await?;
        let raised = self.watermark.raise(height.attempt);
        raised.map_err(|error| StoreFault::Unwritable(error.to_string()))?;
        Ok(Ok(()))
    }

    /// Whether this very session holds the lock, as the server says.
    async fn holds(&mut self) -> Result<bool, StoreFault> {
        if !self.took {
            return Ok(false);
        }
        let held = sqlx::query_scalar(statement::LOCKED).bind(self.key);
        held.fetch_one(&mut self.connection).await.map_err(fault::of)
    }

    async fn ordered(&mut self, job: Ordered) {
        let made = match &self.lost {
            Some(fault) => Err(super::super::batch::again(fault, &fault.to_string())),
            None => self.carry_out(&job).await,
        };
        if let Err(fault @ StoreFault::Unknown(_)) = &made {
            self.lost = Some(super::super::batch::again(fault, ""));
        }
        for (intent, job) in answer(job, made.map(committed)) {
            Box::pin(self.give_back(intent, job)).await;
        }
    }

    async fn carry_out(&mut self, job: &Ordered) -> Result<Made, StoreFault> {
        let (took, key) = (self.took, self.key);
        let mut transaction = self.connection.begin().await.map_err(fault::of)?;
        // First of all: where two processes are in the middle of their orders, one of them waits here.
        let changed = sqlx::query(statement::CHANGED).execute(&mut *transaction).await;
        changed.map_err(fault::of)?;
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
                return Err(fault);
            }
        };
        transaction.commit().await.map_err(fault::of_commit)?;
        self.own = self.own.wrapping_add(1);
        let restored = job.orders.iter().any(|order| matches!(order, Order::Restored { .. }));
        mark(&mut self.watermark, made.iter().flatten(), restored).map_err(StoreFault::Unknown)?;
        Ok(made)
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
