//! The writer task: applies orders, one transaction at a time. After an error it finds out what was written before it writes
//! anything else.

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::apply::{Applied, ApplyContext, apply};
use super::commit::{self, Commit, Written};
use super::connection::Connection;
use super::facts::StopReasons;
use super::lock::{InstanceLock, LockAttempt};
use super::open::Opened;
use super::transaction::Transaction;
use super::watermark::{MissingMark, Watermark};
use super::{
    Address, Command, CommandContext, CommandResult, LockResult, MarkFolder, StoreError, address,
    orphans, read, sqlite,
};
use crate::outbox::{Event, Intent, NotSentReason, Outcome, Owner, ProcessState, Transition};
use crate::{failpoint, fs};

pub(super) enum WriterJob {
    Apply(ApplyJob),
    /// A number that changes when another process changes the journal.
    ChangesByOthers(oneshot::Sender<Result<i64, StoreError>>),
    Lock(oneshot::Sender<Result<LockResult, StoreError>>),
    Close(oneshot::Sender<()>),
}

pub(super) struct ApplyJob {
    pub(super) orders: Vec<Command>,
    pub(super) facts: CommandContext,
    /// `None` if no caller waits, or it was already answered.
    pub(super) reply: Option<oneshot::Sender<Result<Vec<CommandResult>, StoreError>>>,
}

pub(super) struct Writer {
    opened: Opened,
    /// `None` after an error.
    connection: Option<Connection>,
    watermark: Watermark,
    lock: InstanceLock,
    me: Owner,
    /// How often this process itself has changed the journal.
    own: i64,
    unknown_commit: Option<UnknownCommit>,
}

/// A commit that may or may not have been written.
struct UnknownCommit {
    commit: Commit,
    why: String,
    job: ApplyJob,
    made: Applied,
}

/// Why orders were not applied properly.
enum Failed {
    NotWritten(StoreError),
    /// It may have been written.
    Unclear {
        commit: Commit,
        why: String,
        made: Applied,
    },
    /// It was written, but its watermark was not: its intents must not be used.
    Unmarked {
        why: String,
        made: Applied,
    },
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::NotWritten(error)
    }
}

impl ApplyJob {
    /// Answers the caller, and returns the intents if the caller is gone.
    fn answer(&mut self, result: Result<Vec<CommandResult>, StoreError>) -> Vec<Intent> {
        let Some(reply) = self.reply.take() else { return Vec::new() };
        match reply.send(result) {
            Err(Ok(unwanted)) => unwanted.into_iter().filter_map(|done| done.intent).collect(),
            Ok(()) | Err(Err(_)) => Vec::new(),
        }
    }
}

impl Writer {
    /// Compares a newly opened journal with its marks, and stops all sending if it was restored from a backup.
    pub(super) async fn new(
        address: &Address,
        outside: &MarkFolder,
        mut connection: Connection,
        me: Owner,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let position = read::position(&mut connection).await?;
        let (file, lock, missing) = match address {
            Address::Sqlite(path) => {
                let lock = InstanceLock::of_file(address::sibling_path(path, "lock"));
                (fs::identity(path), lock, MissingMark::Restored)
            }
            Address::Postgres { .. } => {
                (None, InstanceLock::of_session(&position.uuid, now), MissingMark::New)
            }
        };
        let marks = Watermark::read(&position, address, outside)?;
        let position = read::position(&mut connection).await?;
        let (watermark, why) = marks.compare(&position, missing)?;
        if let Some(why) = why {
            let mut transaction = Transaction::begin(&mut connection).await?;
            let known = transaction.stops().await?;
            transaction.set_stops(&StopReasons { restored: Some(why), ..known }).await?;
            transaction.commit().await?;
        }
        let opened = Opened { address: address.clone(), uuid: position.uuid, file };
        let (connection, own, unknown_commit) = (Some(connection), 0, None);
        Ok(Self { opened, connection, watermark, lock, me, own, unknown_commit })
    }

    /// Handles jobs until the last handle of the journal is dropped.
    pub(super) async fn run(mut self, mut jobs: mpsc::UnboundedReceiver<WriterJob>) {
        let mut closing = None;
        while let Some(job) = jobs.recv().await {
            match job {
                WriterJob::Apply(job) => self.apply(job).await,
                // A caller that is gone needs no answer.
                WriterJob::ChangesByOthers(reply) => {
                    let _ = reply.send(self.changes_by_others().await);
                }
                WriterJob::Lock(reply) => {
                    let _ = reply.send(self.take_lock().await);
                }
                WriterJob::Close(reply) => {
                    closing = Some(reply);
                    break;
                }
            }
        }
        self.lock.release();
        if let Some(mut connection) = self.connection.take() {
            if matches!(connection, Connection::Sqlite(_)) {
                // If that fails, the next process that opens the file does it.
                let _ = sqlite::checkpoint(&mut connection).await;
            }
            connection.close().await;
        }
        if let Some(reply) = closing {
            let _ = reply.send(());
        }
    }

    /// The connection, taken out so that it is dropped after an error. After an error opens a new one, and first finds out
    /// whether the last commit was written.
    async fn connected(&mut self) -> Result<Connection, StoreError> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let mut connection = self.opened.reopen().await?;
        // A write of the watermark may have been interrupted.
        let unmarked = |error: std::io::Error| StoreError::Unwritable(error.to_string());
        self.watermark.write().map_err(unmarked)?;
        let Some(mut unknown_commit) = self.unknown_commit.take() else { return Ok(connection) };
        match check_commit(&mut connection, &unknown_commit.commit, &self.me).await {
            Ok(Written::Yes) => {
                self.connection = Some(connection);
                let UnknownCommit { why, job, made, .. } = unknown_commit;
                Box::pin(self.return_intents(job, made, &why)).await;
                return self.connection.take().ok_or(StoreError::Unwritable(why));
            }
            Ok(Written::No) => {
                unknown_commit.job.answer(Err(StoreError::Unwritable(unknown_commit.why)))
            }
            Ok(Written::Unclear) => {
                unknown_commit.job.answer(Err(StoreError::Unknown(unknown_commit.why)))
            }
            Err(error) => {
                self.unknown_commit = Some(unknown_commit);
                return Err(error);
            }
        };
        Ok(connection)
    }

    /// Keeps a session that still answers after an error, because it holds the lock.
    async fn keep_if_alive(&mut self, mut connection: Connection, error: &StoreError) {
        if connection.still_answers().await {
            self.connection = Some(connection);
        } else {
            self.discard_connection(connection, error).await;
        }
    }

    async fn discard_connection(&mut self, connection: Connection, error: &StoreError) {
        self.lock.connection_lost(error);
        // The transaction on a file must end before the next connection begins one. A server that does not answer is not
        // waited for.
        if matches!(connection, Connection::Sqlite(_)) {
            connection.close().await;
        }
    }

    async fn changes_by_others(&mut self) -> Result<i64, StoreError> {
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

    async fn put_back(&mut self, connection: Connection, error: Option<&StoreError>) {
        match error {
            None => self.connection = Some(connection),
            Some(error) => self.keep_if_alive(connection, error).await,
        }
    }

    async fn try_lock(&mut self, connection: &mut Connection) -> Result<LockResult, StoreError> {
        if let LockAttempt::Held(by) = self.lock.take(connection, &self.me).await? {
            return Ok(LockResult::Held { by });
        }
        if let Connection::Postgres(_) = connection {
            // Another host may have published since.
            let position = read::position(connection).await?;
            let raised = self.watermark.raise(Some(position.attempt), position.changes);
            raised.map_err(|error| StoreError::Unwritable(error.to_string()))?;
        }
        Ok(LockResult::Taken { orphans: orphans(&self.me, read::in_flight(connection).await?) })
    }

    async fn apply(&mut self, mut job: ApplyJob) {
        let connection = match self.connected().await {
            Ok(connection) => connection,
            Err(error) => {
                job.answer(Err(error));
                return;
            }
        };
        match self.transact(connection, &job).await {
            Ok(made) => {
                for intent in job.answer(Ok(committed(made))) {
                    self.give_back(intent, &job.facts).await;
                }
            }
            Err(Failed::NotWritten(error)) => {
                job.answer(Err(error));
            }
            Err(Failed::Unmarked { why, made }) => self.return_intents(job, made, &why).await,
            Err(Failed::Unclear { commit, why, made }) => {
                self.unknown_commit = Some(UnknownCommit { commit, why, job, made });
                self.resolve_commit().await;
            }
        }
    }

    /// Checks at once whether a commit was written; if that is not possible, reports the unknown outcome.
    async fn resolve_commit(&mut self) {
        if let Ok(connection) = Box::pin(self.connected()).await {
            self.connection = Some(connection);
        }
        if let Some(unknown_commit) = &mut self.unknown_commit {
            unknown_commit.job.answer(Err(StoreError::Unknown(unknown_commit.why.clone())));
        }
    }

    /// Answers orders that were committed without their watermark or after an error. Their intents are given back unused.
    async fn return_intents(&mut self, mut job: ApplyJob, made: Applied, why: &str) {
        let mut results = committed(made);
        let intents: Vec<_> =
            results.iter_mut().filter_map(|result| result.intent.take()).collect();
        let is_plain = intents.is_empty();
        for intent in intents {
            self.give_back(intent, &job.facts).await;
        }
        let error = || StoreError::Unwritable(why.to_owned());
        job.answer(if is_plain { Ok(results) } else { Err(error()) });
    }

    /// Records that the request of an intent was not made.
    async fn give_back(&mut self, intent: Intent, facts: &CommandContext) {
        let publication = intent.publication();
        let event = intent.answered(Outcome::NotSent {
            why: NotSentReason::NotWritten,
            retry_after: None,
            description: "the process gave up the claim".to_owned(),
        });
        let orders = vec![Command::Event(publication, event)];
        Box::pin(self.apply(ApplyJob { orders, facts: facts.clone(), reply: None })).await;
    }

    /// Applies orders in one transaction, and keeps the connection if it can be used again.
    async fn transact(
        &mut self,
        mut connection: Connection,
        job: &ApplyJob,
    ) -> Result<Applied, Failed> {
        if let Address::Sqlite(path) = &self.opened.address {
            sqlite::inject_full_disk(&mut connection, path).await;
        }
        let mut transaction = match Transaction::begin(&mut connection).await {
            Ok(transaction) => transaction,
            Err(error) => {
                self.keep_if_alive(connection, &error).await;
                return Err(error.into());
            }
        };
        let (commit, made) = match self.apply_in(&mut transaction, job).await {
            Ok(applied) => applied,
            Err(error) => {
                // Other processes wait until the rollback has ended.
                let is_over = transaction.rollback().await.is_ok();
                if is_over && !error.breaks_connection() {
                    self.connection = Some(connection);
                } else {
                    self.keep_if_alive(connection, &error).await;
                }
                return Err(error.into());
            }
        };
        let mut ended = transaction.commit().await;
        let has_intent = || made.iter().flatten().any(Transition::has_intent);
        if ended.is_ok() && failpoint::fails("intent-commit") && has_intent() {
            ended = Err(StoreError::Unknown("the disk failed (injected by a test)".to_owned()));
        }
        match ended {
            Ok(()) => self.connection = Some(connection),
            Err(StoreError::Unknown(why)) => {
                self.discard_connection(connection, &StoreError::Unknown(why.clone())).await;
                return Err(Failed::Unclear { commit, why, made });
            }
            Err(error) => {
                self.keep_if_alive(connection, &error).await;
                return Err(error.into());
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
        job: &ApplyJob,
    ) -> Result<(Commit, Applied), StoreError> {
        if job.orders.iter().any(Command::claims) {
            self.lock.check()?;
        }
        // First, so that of two simultaneous processes one waits here.
        let commit = transaction.number_commit(&commit::writer(&self.me)).await?;
        let process = ProcessState {
            owner: self.me.clone(),
            // Checked inside the transaction: a lost session cannot commit.
            holds_lock: self.lock.holds(transaction.connection()).await?,
            clock_trusted: job.facts.clock_trusted,
            stopped: None,
        };
        let CommandContext { now, jitter, ref policy, .. } = job.facts;
        let context = ApplyContext { now, jitter, policy, process: &process };
        let made = apply(transaction, &job.orders, &context).await?;
        let is_answer =
            |order: &Command| matches!(order, Command::Event(_, Event::Answered { .. }));
        if failpoint::fails("outcome-commit") && job.orders.iter().any(is_answer) {
            let why = "the disk is full (injected by a test)";
            return Err(StoreError::Unwritable(why.to_owned()));
        }
        Ok((commit, made))
    }
}

/// The results of orders, after their commit has returned.
fn committed(made: Applied) -> Vec<CommandResult> {
    let result = |transition: Option<Transition>| match transition.map(Transition::committed) {
        Some((publication, intent)) => CommandResult { publication: Some(publication), intent },
        None => CommandResult { publication: None, intent: None },
    };
    made.into_iter().map(result).collect()
}

/// Finds out whether a commit was written, and makes the answer final: a failed commit's pages in SQLite's log are overwritten,
/// and a successful commit's pages are checkpointed into the file.
async fn check_commit(
    connection: &mut Connection,
    commit: &Commit,
    me: &Owner,
) -> Result<Written, StoreError> {
    let mut transaction = Transaction::begin(connection).await?;
    let written = commit.is_written(&transaction.last_commit().await?);
    if written == Written::No {
        transaction.number_commit(&commit::checker(me)).await?;
        transaction.commit().await?;
        return Ok(written);
    }
    transaction.rollback().await?;
    if let Connection::Sqlite(_) = connection {
        sqlite::checkpoint(connection).await?;
    }
    Ok(written)
}
