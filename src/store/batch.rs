//! The one task that writes: orders that wait are carried out together, so that many share one write to the disk, and each
//! of them is still whole or not at all.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::answer::{again, answer, committed, mark, refuse};
use super::carry::{Moment, carry_out};
use super::commit::{self, Serial, Written};
use super::sqlite::{CHECKPOINT, DATA_VERSION, Reopening, SqliteRows, fault_of, fault_of_commit};
use super::watermark::Watermark;
use super::{Done, Order, StoreFault};
use crate::crash;
use crate::fs::LockFile;
use crate::outbox::{Delay, Event, Instance, Intent, Outcome, Owner, Policy, Transition};

/// The most jobs that share one transaction: past that an answer waits longer than the disk saves.
const TOGETHER: usize = 64;

/// What the task is asked for.
pub(super) enum Job {
    /// Orders.
    Ordered(Ordered),
    /// Whether another process has changed the journal: a number that differs then.
    Others(oneshot::Sender<Result<i64, StoreFault>>),
    /// The end.
    Close(oneshot::Sender<Result<(), StoreFault>>),
}

/// Orders, and whom to answer.
pub(super) struct Ordered {
    pub(super) orders: Vec<Order>,
    pub(super) now: Timestamp,
    pub(super) jitter: u32,
    pub(super) clock_trusted: bool,
    pub(super) policy: Policy,
    /// `None`: nobody waits.
    pub(super) reply: Option<oneshot::Sender<Result<Vec<Done>, StoreFault>>>,
}

/// The task.
pub(super) struct Writer {
    /// `None` after a fault: SQLite and the library may disagree about whether a transaction is still open.
    connection: Option<SqliteConnection>,
    reopening: Reopening,
    watermark: Watermark,
    me: Owner,
    lock: Arc<Mutex<Option<LockFile>>>,
    jobs: mpsc::UnboundedReceiver<Job>,
    unsettled: Option<Unsettled>,
}

/// A commit that failed in a way that does not say whether it was written.
struct Unsettled {
    serial: Serial,
    why: String,
    /// The jobs of the transaction, until they are answered.
    jobs: Vec<(Ordered, Result<Made, StoreFault>)>,
}

/// What a job made, until it is committed.
pub(super) type Made = Vec<Option<Transition>>;

/// Why a transaction was not completed.
enum Broken {
    /// It was not written.
    Fault(StoreFault, Vec<Ordered>),
    /// It may have been written.
    Unsettled(Unsettled),
    /// It was written, but its intents must not be used.
    Unused(String, Vec<(Ordered, Result<Made, StoreFault>)>),
}

/// What a connection is good for after a transaction.
enum After {
    Ready,
    /// Its transaction did not end.
    Stuck,
}

impl Writer {
    pub(super) fn new(
        connection: SqliteConnection,
        reopening: Reopening,
        watermark: Watermark,
        me: Owner,
        lock: Arc<Mutex<Option<LockFile>>>,
        jobs: mpsc::UnboundedReceiver<Job>,
    ) -> Self {
        let connection = Some(connection);
        Self { connection, reopening, watermark, me, lock, jobs, unsettled: None }
    }

    /// Carries out jobs until nobody can give one any more.
    pub(super) async fn run(mut self) {
        let mut jobs = Vec::new();
        let mut closed = Vec::new();
        while closed.is_empty() && self.jobs.recv_many(&mut jobs, TOGETHER).await > 0 {
            let mut ordered = Vec::new();
            for job in jobs.drain(..) {
                match job {
                    Job::Ordered(job) => ordered.push(job),
                    Job::Others(reply) => {
                        // Whoever asked and is gone needs no answer.
                        let _ = reply.send(self.others().await);
                    }
                    Job::Close(reply) => closed.push(reply),
                }
            }
            if !ordered.is_empty() {
                self.carry_out(ordered).await;
            }
        }
        if let Some(mut connection) = self.connection.take() {
            // What waits in the log of the file is put into it; where that fails the next one to open it does.
            let _ = sqlx::query(CHECKPOINT).execute(&mut connection).await;
            let _ = connection.close().await;
        }
        for reply in closed {
            let _ = reply.send(Ok(()));
        }
    }

    /// SQLite's own number: on this connection it differs only after another one's commit.
    async fn others(&mut self) -> Result<i64, StoreFault> {
        let mut connection = self.connected().await?;
        let version = sqlx::query_scalar(DATA_VERSION).fetch_one(&mut connection).await;
        let version = version.map_err(fault_of)?;
        self.connection = Some(connection);
        Ok(version)
    }

    /// The connection, taken out so that a fault leaves none; after a fault a new one, once it is known what became of the
    /// last commit.
    async fn connected(&mut self) -> Result<SqliteConnection, StoreFault> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let mut connection = self.reopening.open().await?;
        // A write of the mark may have been cut short.
        let unmarked = |error: std::io::Error| StoreFault::Unwritable(error.to_string());
        self.watermark.write().map_err(unmarked)?;
        if let Some(unsettled) = self.unsettled.take() {
            match self.reopening.look(&mut connection, &unsettled.serial, &self.me).await {
                Ok(Written::Yes) => {
                    self.connection = Some(connection);
                    Box::pin(self.unuse(&unsettled.why, unsettled.jobs)).await;
                    return self.connection.take().ok_or(StoreFault::Unwritable(unsettled.why));
                }
                Ok(Written::No) => {
                    let fault = StoreFault::Unwritable(unsettled.why);
                    refuse(unsettled.jobs.into_iter().map(|(job, _)| job).collect(), &fault);
                }
                unclear => {
                    let why = unsettled.why.clone();
                    self.unsettled = Some(unsettled);
                    return Err(unclear.err().unwrap_or(StoreFault::Unknown(why)));
                }
            }
        }
        Ok(connection)
    }

    async fn carry_out(&mut self, jobs: Vec<Ordered>) {
        let mut connection = match self.connected().await {
            Ok(connection) => connection,
            Err(fault) => return refuse(jobs, &fault),
        };
        let mut done = Vec::new();
        let broken = match self.together(&mut connection, jobs, &mut done).await {
            Ok(After::Ready) => {
                self.connection = Some(connection);
                None
            }
            Ok(After::Stuck) => {
                let _ = connection.close().await;
                None
            }
            Err(broken) => {
                // Waited for: its transaction must have ended before the next connection begins one.
                let _ = connection.close().await;
                Some(broken)
            }
        };
        match broken {
            None => {}
            Some(Broken::Fault(fault, jobs)) => return refuse(jobs, &fault),
            Some(Broken::Unused(why, jobs)) => return Box::pin(self.unuse(&why, jobs)).await,
            Some(Broken::Unsettled(unsettled)) => return self.settle(unsettled).await,
        }
        let mut unwanted = Vec::new();
        for (job, made) in done {
            unwanted.extend(answer(job, made.map(committed)));
        }
        for (intent, job) in unwanted {
            Box::pin(self.give_back(intent, job)).await;
        }
    }

    /// Looks at once whether a commit was written; where that cannot be seen, its jobs are answered so.
    async fn settle(&mut self, unsettled: Unsettled) {
        self.unsettled = Some(unsettled);
        if let Ok(connection) = Box::pin(self.connected()).await {
            self.connection = Some(connection);
        }
        if let Some(unsettled) = &mut self.unsettled {
            let fault = StoreFault::Unknown(unsettled.why.clone());
            for (job, _) in &mut unsettled.jobs {
                if let Some(reply) = job.reply.take() {
                    // Whoever asked and is gone needs no answer.
                    let _ = reply.send(Err(again(&fault, "")));
                }
            }
        }
    }

    /// Jobs were committed, but not in the proper way: their intents are given back, since nothing may be sent with them.
    async fn unuse(&mut self, why: &str, jobs: Vec<(Ordered, Result<Made, StoreFault>)>) {
        for (mut job, made) in jobs {
            let done = match made.map(committed) {
                Ok(done) => done,
                Err(fault) => {
                    refuse(vec![job], &fault);
                    continue;
                }
            };
            let (mut kept, mut intents) = (Vec::new(), Vec::new());
            for one in done {
                intents.extend(one.intent);
                kept.push(Done { publication: one.publication, intent: None });
            }
            let reply = job.reply.take();
            let (policy, orders) = (job.policy.clone(), Vec::new());
            let back = Ordered { orders, policy, reply: None, ..job };
            let is_plain = intents.is_empty();
            for intent in intents {
                let back = Ordered {
                    orders: Vec::new(),
                    policy: back.policy.clone(),
                    reply: None,
                    ..back
                };
                self.give_back(intent, back).await;
            }
            if let Some(reply) = reply {
                let result =
                    if is_plain { Ok(kept) } else { Err(StoreFault::Unwritable(why.to_owned())) };
                let _ = reply.send(result);
            }
        }
    }

    /// Carries out jobs inside a transaction, each whole or not at all.
    async fn all(
        &self,
        transaction: &mut SqliteConnection,
        holds_lock: bool,
        jobs: Vec<Ordered>,
        done: &mut Vec<(Ordered, Result<Made, StoreFault>)>,
    ) -> Result<(), Broken> {
        let is_alone = jobs.len() == 1;
        let mut behind = false;
        let mut waiting = jobs.into_iter();
        while let Some(job) = waiting.next() {
            let instance = Instance {
                owner: self.me.clone(),
                holds_lock,
                clock_trusted: job.clock_trusted,
                stopped: None,
            };
            let moment = Moment {
                now: job.now,
                jitter: job.jitter,
                policy: &job.policy,
                instance: &instance,
            };
            let mut rows = if is_alone {
                SqliteRows::new(&mut *transaction)
            } else {
                SqliteRows::beside_others(&mut *transaction, behind)
            };
            let mut carried = carry_out(&mut rows, &job.orders, &moment).await;
            behind = rows.saved.is_kept();
            // Half a job must not be committed with the others.
            if carried.is_err() {
                match rows.undo().await {
                    Ok(kept) => behind = kept,
                    Err(fault) => carried = Err(StoreFault::Unwritable(fault.to_string())),
                }
            }
            match carried {
                // The disk is full or gone: the rest would fail as well.
                Err(fault @ StoreFault::Unwritable(_)) => {
                    let jobs =
                        done.drain(..).map(|(job, _)| job).chain([job]).chain(waiting).collect();
                    return Err(Broken::Fault(fault, jobs));
                }
                carried => done.push((job, carried)),
            }
        }
        Ok(())
    }

    /// Carries out jobs in one transaction. Each is answered in `done`.
    async fn together(
        &mut self,
        connection: &mut SqliteConnection,
        jobs: Vec<Ordered>,
        done: &mut Vec<(Ordered, Result<Made, StoreFault>)>,
    ) -> Result<After, Broken> {
        let holds_lock = {
            let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
            lock.as_ref().is_some_and(LockFile::holds)
        };
        self.reopening.inject(connection).await;
        let begun = connection.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = match begun {
            Ok(transaction) => transaction,
            Err(error) => return Err(Broken::Fault(fault_of(error), jobs)),
        };
        self.all(&mut transaction, holds_lock, jobs, done).await?;
        if done.iter().all(|(_, made)| made.is_err()) {
            let undone = transaction.rollback().await;
            return Ok(if undone.is_ok() { After::Ready } else { After::Stuck });
        }
        let is_answer = |order: &Order| matches!(order, Order::Event(_, Event::Answered { .. }));
        if crash::fails("C10") && done.iter().any(|(job, _)| job.orders.iter().any(is_answer)) {
            let fault = StoreFault::Unwritable("the disk is full, as a test wants it".to_owned());
            return Err(Broken::Fault(fault, done.drain(..).map(|(job, _)| job).collect()));
        }
        let serial = match self.reopening.number(&mut transaction, &commit::writer(&self.me)).await
        {
            Ok(serial) => serial,
            Err(fault) => {
                return Err(Broken::Fault(fault, done.drain(..).map(|(job, _)| job).collect()));
            }
        };
        let committed = transaction.commit().await;
        let mut transitions =
            done.iter().filter_map(|(_, made)| made.as_ref().ok()).flatten().flatten();
        let lost = match &committed {
            Ok(()) if crash::fails("C9") && transitions.any(Transition::has_intent) => {
                Some(StoreFault::Unknown("the disk failed, as a test wants it".to_owned()))
            }
            Ok(()) => None,
            Err(error) => Some(fault_of_commit(error)),
        };
        match lost {
            Some(StoreFault::Unknown(why)) => {
                let jobs = std::mem::take(done);
                return Err(Broken::Unsettled(Unsettled { serial, why, jobs }));
            }
            Some(fault) => {
                return Err(Broken::Fault(fault, done.drain(..).map(|(job, _)| job).collect()));
            }
            None => {}
        }
        let good = || done.iter().filter(|(_, made)| made.is_ok());
        let made = good().filter_map(|(_, made)| made.as_ref().ok()).flatten().flatten();
        let orders = good().flat_map(|(job, _)| &job.orders);
        if let Err(why) = mark(&mut self.watermark, made, orders, serial.number) {
            return Err(Broken::Unused(why, std::mem::take(done)));
        }
        Ok(After::Ready)
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
        self.carry_out(vec![job]).await;
    }
}
