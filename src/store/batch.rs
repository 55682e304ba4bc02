//! The one task that writes: orders that wait are carried out together, so that many share one write to the disk, and each
//! of them is still whole or not at all.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::carry::{Moment, carry_out};
use super::sqlite::{CHECKPOINT, DATA_VERSION, SqliteRows, fault_of, fault_of_commit};
use super::watermark::Watermark;
use super::{Done, Order, StoreFault};
use crate::crash;
use crate::fs::LockFile;
use crate::outbox::{
    Delay, Event, Instance, Intent, Outcome, Owner, Policy, Refused, Transition, Write,
};

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
    connection: SqliteConnection,
    watermark: Watermark,
    me: Owner,
    lock: Arc<Mutex<Option<LockFile>>>,
    jobs: mpsc::UnboundedReceiver<Job>,
    /// Why nothing is written any more: a commit whose end nobody knows.
    lost: Option<String>,
}

/// What a job made, until it is committed.
pub(super) type Made = Vec<Option<Transition>>;

impl Writer {
    pub(super) fn new(
        connection: SqliteConnection,
        watermark: Watermark,
        me: Owner,
        lock: Arc<Mutex<Option<LockFile>>>,
        jobs: mpsc::UnboundedReceiver<Job>,
    ) -> Self {
        Self { connection, watermark, me, lock, jobs, lost: None }
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
        // What waits in the log of the file is put into it; where that fails the next one to open it does.
        let _ = sqlx::query(CHECKPOINT).execute(&mut self.connection).await;
        let _ = self.connection.close().await;
        for reply in closed {
            let _ = reply.send(Ok(()));
        }
    }

    /// SQLite's own number: on this connection it differs only after another one's commit.
    async fn others(&mut self) -> Result<i64, StoreFault> {
        let version = sqlx::query_scalar(DATA_VERSION).fetch_one(&mut self.connection).await;
        version.map_err(fault_of)
    }

    async fn carry_out(&mut self, jobs: Vec<Ordered>) {
        if let Some(why) = &self.lost {
            for job in jobs {
                answer(job, Err(StoreFault::Unknown(why.clone())));
            }
            return;
        }
        let mut done = Vec::new();
        match self.together(jobs, &mut done).await {
            Ok(()) => {}
            Err((fault, jobs)) => {
                let message = fault.to_string();
                for job in jobs {
                    answer(job, Err(again(&fault, &message)));
                }
                return;
            }
        }
        let mut unwanted = Vec::new();
        for (job, made) in done {
            unwanted.extend(answer(job, made.map(committed)));
        }
        for (intent, job) in unwanted {
            Box::pin(self.give_back(intent, job)).await;
        }
    }

    /// Carries out jobs in one transaction. Each is answered in `done`; on a fault of the transaction none of them was
    /// carried out, or nobody knows.
    async fn together(
        &mut self,
        jobs: Vec<Ordered>,
        done: &mut Vec<(Ordered, Result<Made, StoreFault>)>,
    ) -> Result<(), (StoreFault, Vec<Ordered>)> {
        let holds_lock = {
            let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
            lock.as_ref().is_some_and(LockFile::holds)
        };
        let begun = self.connection.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = match begun {
            Ok(transaction) => transaction,
            Err(error) => return Err((fault_of(error), jobs)),
        };
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
                SqliteRows::new(&mut transaction)
            } else {
                SqliteRows::beside_others(&mut transaction, behind)
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
                    return Err((fault, jobs));
                }
                carried => done.push((job, carried)),
            }
        }
        if done.iter().all(|(_, made)| made.is_err()) {
            return Ok(());
        }
        let is_answer = |order: &Order| matches!(order, Order::Event(_, Event::Answered { .. }));
        if crash::fails("C10") && done.iter().any(|(job, _)| job.orders.iter().any(is_answer)) {
            let fault = StoreFault::Unwritable("the disk is full, as a test wants it".to_owned());
            return Err((fault, done.drain(..).map(|(job, _)| job).collect()));
        }
        if let Err(error) = transaction.commit().await {
            let fault = fault_of_commit(&error);
            if let StoreFault::Unknown(why) = &fault {
                self.lost = Some(why.clone());
            }
            return Err((fault, done.drain(..).map(|(job, _)| job).collect()));
        }
        let mut transitions =
            done.iter().filter_map(|(_, made)| made.as_ref().ok()).flatten().flatten();
        if crash::fails("C9") && transitions.any(Transition::has_intent) {
            let why = "the disk failed, as a test wants it".to_owned();
            self.lost = Some(why.clone());
            return Err((StoreFault::Unknown(why), done.drain(..).map(|(job, _)| job).collect()));
        }
        let restored = done.iter().any(|(job, made)| {
            made.is_ok() && job.orders.iter().any(|order| matches!(order, Order::Restored { .. }))
        });
        let made = done.iter().filter_map(|(_, made)| made.as_ref().ok()).flatten().flatten();
        if let Err(why) = mark(&mut self.watermark, made, restored) {
            self.lost = Some(why.clone());
            return Err((StoreFault::Unknown(why), done.drain(..).map(|(job, _)| job).collect()));
        }
        Ok(())
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

/// Writes down beside the journal how far it is, before any of its intents is given out: a journal that is older than
/// that was restored from a backup.
pub(super) fn mark<'t>(
    watermark: &mut Watermark,
    made: impl Iterator<Item = &'t Transition>,
    restored: bool,
) -> Result<(), String> {
    let attempts = made.flat_map(Transition::writes).filter_map(|write| match write {
        Write::InsertAttempt(attempt) => Some(attempt.id.0),
        _ => None,
    });
    match attempts.max() {
        Some(attempt) => watermark.raise(attempt).map_err(|error| error.to_string()),
        None if restored => watermark.restored().map_err(|error| error.to_string()),
        None => Ok(()),
    }
}

/// What a job made, now that its commit has returned.
pub(super) fn committed(made: Made) -> Vec<Done> {
    let one = |transition: Option<Transition>| match transition.map(Transition::committed) {
        Some((publication, intent)) => Done { publication: Some(publication), intent },
        None => Done { publication: None, intent: None },
    };
    made.into_iter().map(one).collect()
}

/// Answers whoever waits; gives back the intents that nobody took.
pub(super) fn answer(
    mut job: Ordered,
    result: Result<Vec<Done>, StoreFault>,
) -> Vec<(Intent, Ordered)> {
    let Some(reply) = job.reply.take() else { return Vec::new() };
    let Err(Ok(unwanted)) = reply.send(result) else { return Vec::new() };
    let again = |intent| {
        let job = Ordered {
            orders: Vec::new(),
            now: job.now,
            jitter: job.jitter,
            clock_trusted: job.clock_trusted,
            policy: job.policy.clone(),
            reply: None,
        };
        (intent, job)
    };
    unwanted.into_iter().filter_map(|done| done.intent).map(again).collect()
}

/// The same fault for each of several askers.
pub(super) fn again(fault: &StoreFault, message: &str) -> StoreFault {
    match fault {
        StoreFault::Busy => StoreFault::Busy,
        StoreFault::Unknown(why) => StoreFault::Unknown(why.clone()),
        StoreFault::Unwritable(why) => StoreFault::Unwritable(why.clone()),
        StoreFault::Unreadable(why) => StoreFault::Unreadable(why.clone()),
        StoreFault::Refused { order, refused } => {
            StoreFault::Refused { order: *order, refused: Refused::clone(refused) }
        }
        _ => StoreFault::Unwritable(message.to_owned()),
    }
}
