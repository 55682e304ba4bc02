//! Keeps the journal's mark in the staging chat up to date, and compares the journal with it.

use jiff::Timestamp;

use tokio::time;

use crate::clock::Clock;
use crate::config::Config;
use crate::ids::ChatId;
use crate::limits;
use crate::operations::{OperationError, Operations};
use crate::outbox::StopReason;
use crate::store::{Command, Journal, Store, StoreError, is_same_journal};
use crate::telegram::{Client, StagingChat, StagingError, StagingMark};

const CANNOT_BE_READ: &str = "cannot read the journal's mark in the staging chat";

/// The result of a comparison with the mark.
#[derive(Debug)]
pub enum MarkComparison {
    /// The journal was compared, or there is nothing to compare it with.
    Done,
    /// Telegram did not answer.
    Later(StagingError),
    /// The journal has a mark in the chat, and the chat cannot be read.
    Refused(StagingError),
}

/// The staging chat of a config.
///
/// # Errors
/// If it cannot be read, or is one of the channels.
pub async fn open<'c>(
    config: &Config,
    client: &'c Client,
) -> Result<Option<StagingChat<'c>>, StagingError> {
    let Some(chat) = config.recovery.staging_chat else { return Ok(None) };
    let channels: Vec<&ChatId> = config.channels.iter().map(|channel| &channel.chat).collect();
    client.staging_chat(chat, &channels).await.map(Some)
}

/// Freezes the journal if the mark shows that it is an older copy.
///
/// # Errors
/// If the journal cannot be read or written.
pub async fn compare(
    operations: &Operations,
    client: &Client,
    now: Timestamp,
) -> Result<MarkComparison, OperationError> {
    compare_and_write(operations, client, now, false).await
}

/// Compares the journal with its mark, and retries until Telegram answers. Nothing may be sent before that.
///
/// # Errors
/// If the journal cannot be read or written.
pub async fn until_compared(
    operations: &Operations,
    client: &Client,
    clock: &dyn Clock,
) -> Result<(), OperationError> {
    let mut pause = limits::CHAT_RETRY;
    let mut is_warned = false;
    loop {
        let error = match compare(operations, client, clock.now()).await? {
            MarkComparison::Done => return Ok(()),
            MarkComparison::Refused(error) => {
                return Err(OperationError::NoMark(error.to_string()));
            }
            MarkComparison::Later(error) => error,
        };
        if !is_warned {
            log::warn!(
                "{CANNOT_BE_READ}: {error}; telepress keeps trying, and sends nothing until it succeeds"
            );
            is_warned = true;
        }
        time::sleep(pause).await;
        pause = limits::STAGING_MARK.min(pause * 2);
    }
}

/// Compares the journal with its mark, and updates the mark if the journal is not older.
///
/// # Errors
/// If the journal cannot be read or written.
pub async fn keep(
    operations: &Operations,
    client: &Client,
    now: Timestamp,
) -> Result<(), OperationError> {
    if let MarkComparison::Later(error) | MarkComparison::Refused(error) =
        compare_and_write(operations, client, now, true).await?
    {
        log::warn!("{CANNOT_BE_READ}: {error}");
    }
    Ok(())
}

/// Waits for the update of the mark for as long as a command may be delayed by it.
///
/// # Errors
/// Those of the update.
pub async fn within_patience(
    keep: impl Future<Output = Result<(), OperationError>>,
) -> Result<(), OperationError> {
    time::timeout(limits::STAGING_MARK_PATIENCE, keep).await.unwrap_or_else(|_| {
        log::warn!("cannot write the journal's mark in the staging chat: Telegram does not answer");
        Ok(())
    })
}

async fn compare_and_write(
    operations: &Operations,
    client: &Client,
    now: Timestamp,
    writes: bool,
) -> Result<MarkComparison, OperationError> {
    let found = match open(&operations.newsroom.config, client).await {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(MarkComparison::Done),
        Err(error) => {
            if error.may_pass() {
                return Ok(MarkComparison::Later(error));
            }
            // A journal with a mark may be an old copy, so it must not continue without the comparison.
            if operations.store.journal().await?.marked
                == operations.newsroom.config.recovery.staging_chat
            {
                return Ok(MarkComparison::Refused(error));
            }
            log::warn!("{CANNOT_BE_READ}: {error}");
            return Ok(MarkComparison::Done);
        }
    };
    let journal = operations.store.journal().await?;
    let own = own(&journal);
    let ahead = match found.mark() {
        Some(mark) if !knows_all(operations, &own, mark).await? => Some(mark),
        _ => None,
    };
    match ahead {
        // Stop it even if it is paused or refused: those end without a comparison.
        Some(mark) if !matches!(journal.stopped, Some(StopReason::Restored(_))) => {
            stop_outdated_journal(operations, mark, &own, now).await?;
        }
        None if writes => match found.set_mark(&own).await {
            Ok(()) if journal.marked != Some(found.number()) => {
                operations.order(vec![Command::Marked { chat: found.number() }], now).await?;
            }
            written => warn_unless_written(written),
        },
        Some(_) | None => {}
    }
    Ok(MarkComparison::Done)
}

fn own(journal: &Journal) -> StagingMark {
    let Journal { uuid, last_attempt, last_entry, .. } = journal;
    StagingMark { journal: uuid.clone(), attempt: *last_attempt, entry: *last_entry }
}

/// Whether the journal has everything that was recorded before the mark was written. The numbers alone do not show that:
/// an older copy reaches the same numbers with other orders.
async fn knows_all(
    operations: &Operations,
    own: &StagingMark,
    mark: &StagingMark,
) -> Result<bool, StoreError> {
    if mark.journal != own.journal || mark.attempt > own.attempt {
        return Ok(false);
    }
    let Some((id, at)) = mark.entry else { return Ok(true) };
    Ok(operations.store.entry_at(id).await? == Some(at))
}

/// Why the journal is not the newest, according to a mark.
fn why_ahead(mark: &StagingMark, own: &StagingMark) -> String {
    if !is_same_journal(&mark.journal, &own.journal) {
        "the pinned message in the staging chat belongs to another journal of this bot".to_owned()
    } else if mark.journal != own.journal {
        "the pinned message in the staging chat shows that this journal is a copy from before the last restore"
            .to_owned()
    } else if mark.attempt > own.attempt {
        format!(
            "the journal's last request is no. {}, but the pinned message in the staging chat names no. {}",
            own.attempt.0, mark.attempt.0
        )
    } else {
        "the log lacks the entry that the pinned message in the staging chat names".to_owned()
    }
}

/// The state of the journal according to its mark.
#[derive(Debug)]
pub enum MarkEvidence {
    /// It is the newest, or there is no mark.
    Newest,
    /// It is not the newest, with the reason.
    Outdated(String),
    /// The chat cannot be read.
    Unreadable(StagingError),
}

/// Whether the journal is the newest according to its mark. It changes nothing.
///
/// # Errors
/// If the journal cannot be read.
pub async fn evidence(
    operations: &Operations,
    client: &Client,
) -> Result<MarkEvidence, OperationError> {
    let found = match open(&operations.newsroom.config, client).await {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(MarkEvidence::Newest),
        Err(error) => return Ok(MarkEvidence::Unreadable(error)),
    };
    let own = own(&operations.store.journal().await?);
    Ok(match found.mark() {
        Some(mark) if !knows_all(operations, &own, mark).await? => {
            MarkEvidence::Outdated(why_ahead(mark, &own))
        }
        _ => MarkEvidence::Newest,
    })
}

async fn stop_outdated_journal(
    operations: &Operations,
    mark: &StagingMark,
    own: &StagingMark,
    now: Timestamp,
) -> Result<(), OperationError> {
    let why = why_ahead(mark, own);
    log::error!(
        "the journal is an older copy: {why}; nothing is sent; run `telepress resolve --after-restore`"
    );
    operations.order(vec![Command::JournalOutdated { why }], now).await?;
    Ok(())
}

/// The result of replacing the mark.
#[derive(Debug)]
pub enum MarkReplacement {
    /// The mark is written, or there is no staging chat.
    Done,
    /// The mark is not written, and there is no other.
    Without(StagingError),
    /// The mark is not written, and another one is, or may be, there.
    Other(StagingError),
}

/// Replaces any mark, because an operator confirmed that this is the right journal.
///
/// # Errors
/// If the journal cannot be read.
pub async fn replace(
    config: &Config,
    store: &Store,
    client: &Client,
) -> Result<MarkReplacement, StoreError> {
    Ok(match open(config, client).await {
        Ok(None) => MarkReplacement::Done,
        Ok(Some(found)) => {
            let has_mark = found.mark().is_some();
            match found.set_mark(&own(&store.journal().await?)).await {
                Ok(()) => MarkReplacement::Done,
                Err(error) if has_mark || error.may_pass() => MarkReplacement::Other(error),
                Err(error) => MarkReplacement::Without(error),
            }
        }
        Err(error) => {
            let is_marked = store.journal().await?.marked == config.recovery.staging_chat;
            if is_marked || error.may_pass() {
                MarkReplacement::Other(error)
            } else {
                MarkReplacement::Without(error)
            }
        }
    })
}

/// Logs a warning if the mark could not be written.
pub fn warn_unless_written(written: Result<(), StagingError>) {
    if let Err(error) = written {
        log::warn!("cannot write the journal's mark in the staging chat: {error}");
    }
}
