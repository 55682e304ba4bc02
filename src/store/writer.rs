//! The one task that writes: orders are applied one transaction after the other, and a fault is looked into before anything
//! else is written.

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::apply::{Made, Moment, apply};
use super::commit::{self, Commit, Written};
use super::connection::Connection;
use super::facts::StopReasons;
use super::lock::{InstanceLock, LockAttempt};
use super::open::Opened;
use super::transaction::Transaction;
use super::watermark::{Missing, Watermark};
use super::{
    Address, Command, CommandContext, CommandResult, LockResult, MarkFolder, StoreError, address,
    orphans, read, sqlite,
};
use crate::outbox::{Delay, Event, Intent, Outcome, Owner, ProcessState, Transition};
use crate::{failpoint, fs};

/// What the task is asked for.
pub(super) enum Job {
    Apply(Apply),
    /// A number that differs where another process has changed the journal.
    Others(oneshot::Sender<Result<i64, StoreError>>),
    Lock(oneshot::Sender<Result<LockResult, StoreError>>),
    Close(oneshot::Sender<()>),
}

/// Orders, and whom to answer.
pub(super) struct Apply {
    pub(super) orders: Vec<Command>,
    pub(super) facts: CommandContext,
    /// `None`: nobody waits, or whoever waited was answered.
    pub(super) reply: Option<oneshot::Sender<Result<Vec<CommandResult>, StoreError>>>,
}

/// The task.
pub(super) struct Writer {
    opened: Opened,
    /// `None` after a fault.
    connection: Option<Connection>,
    watermark: Watermark,
    lock: InstanceLock,
    me: Owner,
    /// How often this process itself has changed the journal.
    own: i64,
    unsettled: Option<Unsettled>,
}

/// A commit that failed in a way that does not say whether it was written.
struct Unsettled {
    commit: Commit,
    why: String,
    job: Apply,
    made: Made,
}

/// Why orders were not applied as they should be.
enum Failed {
    NotWritten(StoreError),
    /// It may have been written.
    Unclear {
        commit: Commit,
        why: String,
        made: Made,
    },
    /// It was written, but not the mark beside the journal: its intents must not be used.
    Unmarked {
        why: String,
        made: Made,
    },
}

impl From<StoreError> for Failed {
    fn from(fault: StoreError) -> Self {
        Self::NotWritten(fault)
    }
}

impl Apply {
    /// Answers whoever waits, and returns the intents that nobody took.
    fn answer(&mut self, result: Result<Vec<CommandResult>, StoreError>) -> Vec<Intent> {
        let Some(reply) = self.reply.take() else { return Vec::new() };
        match reply.send(result) {
            Err(Ok(unwanted)) => unwanted.into_iter().filter_map(|done| done.intent).collect(),
            Ok(()) | Err(Err(_)) => Vec::new(),
        }
    }
}

impl Writer {
    /// For a journal that was just opened to be written: compares it with its marks, and stops everything where it was restored
    /// from a backup.
    pub(super) async fn new(
        address: &Address,
        outside: &MarkFolder,
        mut connection: Connection,
        me: Owner,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let height = read::height(&mut connection).await?;
        let (file, lock, missing) = match address {
            Address::Sqlite(path) => {
                let lock = InstanceLock::of_file(address::beside(path, "lock"));
                (fs::identity(path), lock, Missing::Restored)
            }
            Address::Postgres { .. } => {
                (None, InstanceLock::of_session(&height.uuid, now), Missing::New)
            }
        };
        let marks = Watermark::read(&height, address, outside)?;
        let height = read::height(&mut connection).await?;
        let (watermark, why) = marks.compare(&height, missing)?;
        if let Some(why) = why {
            let mut transaction = Transaction::begin(&mut connection).await?;
            let known = transaction.stops().await?;
            transaction.set_stops(&StopReasons { restored: Some(why), ..known }).await?;
            transaction.commit().await?;
        }
        let opened = Opened { address: address.clone(), uuid: height.uuid, file };
        let (connection, own, unsettled) = (Some(connection), 0, None);
        Ok(Self { opened, connection, watermark, lock, me, own, unsettled })
    }

    /// Does its jobs until nobody can give one any more.
    pub(super) async fn run(mut self, mut jobs: mpsc::UnboundedReceiver<Job>) {
        let mut closing = None;
        while let Some(job) = jobs.recv().await {
            match job {
                Job::Apply(job) => self.apply(job).await,
                // Whoever asked and is gone needs no answer.
                Job::Others(reply) => {
                    let _ = reply.send(self.others().await);
                }
                Job::Lock(reply) => {
                    let _ = reply.send(self.take_lock().await);
                }
                Job::Close(reply) => {
                    closing = Some(reply);
                    break;
                }
            }
        }
        self.lock.release();
        if let Some(mut connection) = self.connection.take() {
            if matches!(connection, Connection::Sqlite(_)) {
                // Where that fails the next one to open the file does it.
                let _ = sqlite::checkpoint(&mut connection).await;
            }
            connection.close().await;
        }
        if let Some(reply) = closing {
            let _ = reply.send(());
        }
    }

    /// The connection, taken out so that a fault leaves none; after a fault a new one, once it is known what became of the
    /// last commit.
    async fn connected(&mut self) -> Result<Connection, StoreError> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let mut connection = self.opened.again().await?;
        // A write of the mark may have been cut short.
        let unmarked = |error: std::io::Error| StoreError::Unwritable(error.to_string());
        self.watermark.write().map_err(unmarked)?;
        let Some(mut unsettled) = self.unsettled.take() else { return Ok(connection) };
        match look(&mut connection, &unsettled.commit, &self.me).await {
            Ok(Written::Yes) => {
                self.connection = Some(connection);
                let Unsettled { why, job, made, .. } = unsettled;
                Box::pin(self.withdraw(job, made, &why)).await;
                return self.connection.take().ok_or(StoreError::Unwritable(why));
            }
            Ok(Written::No) => unsettled.job.answer(Err(StoreError::Unwritable(unsettled.why))),
            Ok(Written::Unclear) => unsettled.job.answer(Err(StoreError::Unknown(unsettled.why))),
            Err(fault) => {
                self.unsettled = Some(unsettled);
                return Err(fault);
            }
        };
        Ok(connection)
    }

    /// A connection after a fault: a session that still answers goes on, since it has the lock.
    async fn keep_if_alive(&mut self, mut connection: Connection, fault: &StoreError) {
        if connection.still_answers().await {
            self.connection = Some(connection);
        } else {
            self.lose(connection, fault).await;
        }
    }

    async fn lose(&mut self, connection: Connection, fault: &StoreError) {
        self.lock.connection_lost(fault);
        // A file is waited for: its transaction must have ended before the next connection begins one. A server that does not
        // answer is not.
        if matches!(connection, Connection::Sqlite(_)) {
            connection.close().await;
        }
    }

    async fn others(&mut self) -> Result<i64, StoreError> {
        self.lock.check()?;
        let mut connection = self.connected().await?;
        let changes = read::changes(&mut connection).await;
        self.put_back(connection, changes.as_ref().err()).await;
        Ok(changes?.wrapping_sub(self.own))
    }

    async fn take_lock(&mut self) -> Result<LockResult, StoreError> {
        let mut connection = self.connected().await?;
        let taken = self.try_lock(&mut connection).await;
        self.put_back(connection, taken.as_ref().err()).await;
        taken
    }

    async fn put_back(&mut self, connection: Connection, fault: Option<&StoreError>) {
        match fault {
            None => self.connection = Some(connection),
            Some(fault) => self.keep_if_alive(connection, fault).await,
        }
    }

    async fn try_lock(&mut self, connection: &mut Connection) -> Result<LockResult, StoreError> {
        if let LockAttempt::Held(by) = self.lock.take(connection, &self.me).await? {
            return Ok(LockResult::Held { by });
        }
        if let Connection::Postgres(_) = connection {
            // Another host may have published since.
            let height = read::height(connection).await?;
            let raised = self.watermark.raise(Some(height.attempt), height.changes);
            raised.map_err(|error| StoreError::Unwritable(error.to_string()))?;
        }
        Ok(LockResult::Taken { orphans: orphans(&self.me, read::in_flight(connection).await?) })
    }

    async fn apply(&mut self, mut job: Apply) {
        let connection = match self.connected().await {
            Ok(connection) => connection,
            Err(fault) => {
                job.answer(Err(fault));
                return;
            }
        };
        match self.transact(connection, &job).await {
            Ok(made) => {
                for intent in job.answer(Ok(committed(made))) {
                    self.give_back(intent, &job.facts).await;
                }
            }
            Err(Failed::NotWritten(fault)) => {
                job.answer(Err(fault));
            }
            Err(Failed::Unmarked { why, made }) => self.withdraw(job, made, &why).await,
            Err(Failed::Unclear { commit, why, made }) => {
                self.unsettled = Some(Unsettled { commit, why, job, made });
                self.settle().await;
            }
        }
    }

    /// Looks at once whether a commit was written; where that cannot be seen, whoever waits is told so.
    async fn settle(&mut self) {
        if let Ok(connection) = Box::pin(self.connected()).await {
            self.connection = Some(connection);
        }
        if let Some(unsettled) = &mut self.unsettled {
            unsettled.job.answer(Err(StoreError::Unknown(unsettled.why.clone())));
        }
    }

    /// Orders were committed, but not in the proper way: their intents are given back, since nothing may be sent with them.
    async fn withdraw(&mut self, mut job: Apply, made: Made, why: &str) {
        let mut results = committed(made);
        let intents: Vec<_> = results.iter_mut().filter_map(|one| one.intent.take()).collect();
        let is_plain = intents.is_empty();
        for intent in intents {
            self.give_back(intent, &job.facts).await;
        }
        let fault = || StoreError::Unwritable(why.to_owned());
        job.answer(if is_plain { Ok(results) } else { Err(fault()) });
    }

    /// Whoever claimed it is gone: its request was never made.
    async fn give_back(&mut self, intent: Intent, facts: &CommandContext) {
        let publication = intent.publication();
        let event = intent.answered(Outcome::NotSent {
            why: Delay::NotWritten,
            retry_after: None,
            description: "whoever claimed it did not wait for it".to_owned(),
        });
        let orders = vec![Command::Event(publication, event)];
        Box::pin(self.apply(Apply { orders, facts: facts.clone(), reply: None })).await;
    }

    /// Applies orders in one transaction, and keeps the connection if it can be used again.
    async fn transact(&mut self, mut connection: Connection, job: &Apply) -> Result<Made, Failed> {
        if let Address::Sqlite(path) = &self.opened.address {
            sqlite::inject(&mut connection, path).await;
        }
        let mut transaction = match Transaction::begin(&mut connection).await {
            Ok(transaction) => transaction,
            Err(fault) => {
                self.keep_if_alive(connection, &fault).await;
                return Err(fault.into());
            }
        };
        let (commit, made) = match self.apply_in(&mut transaction, job).await {
            Ok(applied) => applied,
            Err(fault) => {
                // Waited for: until then others wait for what this one has touched.
                let is_over = transaction.rollback().await.is_ok();
                if is_over && !fault.breaks_connection() {
                    self.connection = Some(connection);
                } else {
                    self.keep_if_alive(connection, &fault).await;
                }
                return Err(fault.into());
            }
        };
        let mut ended = transaction.commit().await;
        let has_intent = || made.iter().flatten().any(Transition::has_intent);
        if ended.is_ok() && failpoint::fails("intent-commit") && has_intent() {
            ended = Err(StoreError::Unknown("the disk failed, as a test wants it".to_owned()));
        }
        match ended {
            Ok(()) => self.connection = Some(connection),
            Err(StoreError::Unknown(why)) => {
                self.lose(connection, &StoreError::Unknown(why.clone())).await;
                return Err(Failed::Unclear { commit, why, made });
            }
            Err(fault) => {
                self.keep_if_alive(connection, &fault).await;
                return Err(fault.into());
            }
        }
        self.own = self.own.wrapping_add(1);
        let transitions = made.iter().flatten();
        match self.watermark.committed(transitions, &job.orders, commit.number) {
            Ok(()) => Ok(made),
            Err(error) => Err(Failed::Unmarked { why: error.to_string(), made }),
        }
    }

    async fn apply_in(
        &self,
        transaction: &mut Transaction<'_>,
        job: &Apply,
    ) -> Result<(Commit, Made), StoreError> {
        if job.orders.iter().any(Command::claims) {
            self.lock.check()?;
        }
        // First of all: where two processes are in the middle of their orders, one of them waits here.
        let commit = transaction.number_commit(&commit::writer(&self.me)).await?;
        let process = ProcessState {
            owner: self.me.clone(),
            // Looked at inside the transaction: a session that is gone commits nothing.
            holds_lock: self.lock.holds(transaction.connection()).await?,
            clock_trusted: job.facts.clock_trusted,
            stopped: None,
        };
        let CommandContext { now, jitter, ref policy, .. } = job.facts;
        let moment = Moment { now, jitter, policy, process: &process };
        let made = apply(transaction, &job.orders, &moment).await?;
        let is_answer =
            |order: &Command| matches!(order, Command::Event(_, Event::Answered { .. }));
        if failpoint::fails("outcome-commit") && job.orders.iter().any(is_answer) {
            let why = "the disk is full, as a test wants it";
            return Err(StoreError::Unwritable(why.to_owned()));
        }
        Ok((commit, made))
    }
}

/// What was made, now that its commit has returned.
fn committed(made: Made) -> Vec<CommandResult> {
    let one = |transition: Option<Transition>| match transition.map(Transition::committed) {
        Some((publication, intent)) => CommandResult { publication: Some(publication), intent },
        None => CommandResult { publication: None, intent: None },
    };
    made.into_iter().map(one).collect()
}

/// Whether a commit was written. Afterwards that is so for good: pages that a failed commit left in the log of SQLite are
/// written over, and those of one that did not fail are in the file itself, whatever the disk did with the log.
async fn look(
    connection: &mut Connection,
    commit: &Commit,
    me: &Owner,
) -> Result<Written, StoreError> {
    let mut transaction = Transaction::begin(connection).await?;
    let written = commit.is_written(&transaction.last_commit().await?);
    if written == Written::No {
        transaction.number_commit(&commit::looker(me)).await?;
        transaction.commit().await?;
        return Ok(written);
    }
    transaction.rollback().await?;
    if let Connection::Sqlite(_) = connection {
        sqlite::checkpoint(connection).await?;
    }
    Ok(written)
}
