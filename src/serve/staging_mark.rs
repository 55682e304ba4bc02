//! Keeps the mark of the journal in the staging chat, and compares the journal with it. What cannot be read or written there
//! stops nothing.

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

/// How a warning about it begins.
const CANNOT_BE_READ: &str = "the mark of the journal in the staging chat cannot be read";

/// What became of a look at the mark.
#[derive(Debug)]
pub enum MarkComparison {
    /// The journal is compared with it, or it never can be.
    Done,
    /// Telegram did not answer.
    Later(StagingError),
    /// The chat cannot be read, and the journal has a mark there.
    Refused(StagingError),
}

/// The staging chat of a config.
///
/// # Errors
/// When it cannot be read, and when it is one of the channels.
pub async fn open<'c>(
    config: &Config,
    client: &'c Client,
) -> Result<Option<StagingChat<'c>>, StagingError> {
    let Some(chat) = config.recovery.staging_chat else { return Ok(None) };
    let channels: Vec<&ChatId> = config.channels.iter().map(|channel| &channel.chat).collect();
    client.staging_chat(chat, &channels).await.map(Some)
}

/// Freezes the journal where its mark says that it has made requests that it does not know of.
///
/// # Errors
/// Where the journal cannot be read or written.
pub async fn compare(
    operations: &Operations,
    client: &Client,
    now: Timestamp,
) -> Result<MarkComparison, OperationError> {
    look(operations, client, now, false).await
}

/// The same, as often as Telegram does not answer: until then nothing may be sent.
///
/// # Errors
/// Where the journal cannot be read or written.
pub async fn until_compared(
    operations: &Operations,
    client: &Client,
    clock: &dyn Clock,
) -> Result<(), OperationError> {
    let mut pause = limits::CHAT_RETRY;
    let mut is_told = false;
    loop {
        let fault = match compare(operations, client, clock.now()).await? {
            MarkComparison::Done => return Ok(()),
            MarkComparison::Refused(fault) => {
                return Err(OperationError::NoMark(fault.to_string()));
            }
            MarkComparison::Later(fault) => fault,
        };
        if !is_told {
            log::warn!(
                "{CANNOT_BE_READ}: {fault}; it is read again, and nothing is sent until then"
            );
            is_told = true;
        }
        time::sleep(pause).await;
        pause = limits::STAGING_MARK.min(pause * 2);
    }
}

/// Compares the journal with its mark, and writes the mark where the journal knows all that it names.
///
/// # Errors
/// Where the journal cannot be read or written.
pub async fn keep(
    operations: &Operations,
    client: &Client,
    now: Timestamp,
) -> Result<(), OperationError> {
    if let MarkComparison::Later(fault) | MarkComparison::Refused(fault) =
        look(operations, client, now, true).await?
    {
        log::warn!("{CANNOT_BE_READ}: {fault}");
    }
    Ok(())
}

/// Waits for the mark to be kept as long as a command is held up by it.
///
/// # Errors
/// As of what is waited for.
pub async fn within_patience(
    keep: impl Future<Output = Result<(), OperationError>>,
) -> Result<(), OperationError> {
    time::timeout(limits::STAGING_MARK_PATIENCE, keep).await.unwrap_or_else(|_| {
        log::warn!(
            "the mark of the journal in the staging chat was not written: Telegram does not answer"
        );
        Ok(())
    })
}

async fn look(
    operations: &Operations,
    client: &Client,
    now: Timestamp,
    writes: bool,
) -> Result<MarkComparison, OperationError> {
    let found = match open(&operations.newsroom.config, client).await {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(MarkComparison::Done),
        Err(fault) => {
            if fault.may_pass() {
                return Ok(MarkComparison::Later(fault));
            }
            // Once it has a mark, a copy of it must not go on unseen.
            if operations.store.journal().await?.marked
                == operations.newsroom.config.recovery.staging_chat
            {
                return Ok(MarkComparison::Refused(fault));
            }
            log::warn!("{CANNOT_BE_READ}: {fault}");
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
        // Neither a pause nor a refused token keeps an older copy from sending later.
        Some(mark) if !matches!(journal.stopped, Some(StopReason::Restored(_))) => {
            freeze(operations, mark, &own, now).await?;
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

/// Whether the journal knows all that was recorded before the mark was written. Its numbers alone do not say that: an older
/// copy has come as far when something else was ordered of it.
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

/// Why a mark says that the journal is not the newest.
fn why_ahead(mark: &StagingMark, own: &StagingMark) -> String {
    if !is_same_journal(&mark.journal, &own.journal) {
        "the pinned message in the staging chat is that of another journal of this bot".to_owned()
    } else if mark.journal != own.journal {
        "the pinned message in the staging chat says that it is a copy from before the journal was restored the last time"
            .to_owned()
    } else if mark.attempt > own.attempt {
        format!(
            "its last request is {}, but the pinned message in the staging chat says {}",
            own.attempt.0, mark.attempt.0
        )
    } else {
        "the log does not have the entry that the pinned message in the staging chat names"
            .to_owned()
    }
}

/// What the mark says of the journal.
#[derive(Debug)]
pub enum MarkEvidence {
    /// Nothing against it.
    Newest,
    /// It is not the newest, and why.
    Outdated(String),
    /// The chat cannot be read.
    Unreadable(StagingError),
}

/// Whether the journal is the newest, by its mark. It changes nothing.
///
/// # Errors
/// Where the journal cannot be read.
pub async fn evidence(
    operations: &Operations,
    client: &Client,
) -> Result<MarkEvidence, OperationError> {
    let found = match open(&operations.newsroom.config, client).await {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(MarkEvidence::Newest),
        Err(fault) => return Ok(MarkEvidence::Unreadable(fault)),
    };
    let own = own(&operations.store.journal().await?);
    Ok(match found.mark() {
        Some(mark) if !knows_all(operations, &own, mark).await? => {
            MarkEvidence::Outdated(why_ahead(mark, &own))
        }
        _ => MarkEvidence::Newest,
    })
}

async fn freeze(
    operations: &Operations,
    mark: &StagingMark,
    own: &StagingMark,
    now: Timestamp,
) -> Result<(), OperationError> {
    let why = why_ahead(mark, own);
    log::error!(
        "the journal is older than what was sent: {why}; nothing goes out; `telepress resolve --after-restore`"
    );
    operations.order(vec![Command::JournalOutdated { why }], now).await?;
    Ok(())
}

/// What came of writing the mark over any other.
#[derive(Debug)]
pub enum MarkReplacement {
    /// It is written, or there is no staging chat.
    Done,
    /// It is not written, and no other is there.
    Without(StagingError),
    /// It is not written, and another is there, or may be.
    Other(StagingError),
}

/// Writes the mark over any other: somebody has said that this is the journal.
///
/// # Errors
/// Where the journal cannot be read.
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
                Err(fault) if has_mark || fault.may_pass() => MarkReplacement::Other(fault),
                Err(fault) => MarkReplacement::Without(fault),
            }
        }
        Err(fault) => {
            let is_marked = store.journal().await?.marked == config.recovery.staging_chat;
            if is_marked || fault.may_pass() {
                MarkReplacement::Other(fault)
            } else {
                MarkReplacement::Without(fault)
            }
        }
    })
}

/// Warns where the mark could not be written.
pub fn warn_unless_written(written: Result<(), StagingError>) {
    if let Err(fault) = written {
        log::warn!("the mark of the journal in the staging chat cannot be written: {fault}");
    }
}
