//! Keeps the mark of the journal in the staging chat, and compares the journal with it. What cannot be read or written there
//! stops nothing.

use jiff::Timestamp;

use tokio::time;

use crate::chat::ChatId;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::{Desk, DeskFault};
use crate::limits;
use crate::store::{Journal, Order, Store, StoreFault, is_one_journal};
use crate::telegram::{Client, StagingChat, StagingFault, StagingMark};

/// How a warning about it begins.
const CANNOT_BE_READ: &str = "the mark of the journal in the staging chat cannot be read";

/// What became of a look at the mark.
#[derive(Debug)]
pub enum Looked {
    /// The journal is compared with it, or it never can be.
    Done,
    /// Telegram did not answer.
    Later(StagingFault),
}

/// The staging chat of a config.
///
/// # Errors
/// When it cannot be read, and when it is one of the channels.
pub async fn open<'c>(
    config: &Config,
    client: &'c Client,
) -> Result<Option<StagingChat<'c>>, StagingFault> {
    let Some(chat) = config.recovery.staging_chat else { return Ok(None) };
    let channels: Vec<&ChatId> = config.channels.iter().map(|channel| &channel.chat).collect();
    client.staging_chat(chat, &channels).await.map(Some)
}

/// Freezes the journal where its mark says that it has made requests that it does not know of.
///
/// # Errors
/// Where the journal cannot be read or written.
pub async fn compare(desk: &Desk, client: &Client, now: Timestamp) -> Result<Looked, DeskFault> {
    look(desk, client, now, false).await
}

/// The same, as often as Telegram does not answer: until then nothing may be sent.
///
/// # Errors
/// Where the journal cannot be read or written.
pub async fn until_compared(
    desk: &Desk,
    client: &Client,
    clock: &dyn Clock,
) -> Result<(), DeskFault> {
    let mut pause = limits::CHAT_RETRY;
    let mut is_told = false;
    while let Looked::Later(fault) = compare(desk, client, clock.now()).await? {
        if !is_told {
            log::warn!(
                "{CANNOT_BE_READ}: {fault}; it is read again, and nothing is sent until then"
            );
            is_told = true;
        }
        time::sleep(pause).await;
        pause = limits::STAGING_MARK.min(pause * 2);
    }
    Ok(())
}

/// Compares the journal with its mark, and writes the mark where the journal is ahead of it.
///
/// # Errors
/// Where the journal cannot be read or written.
pub async fn keep(desk: &Desk, client: &Client, now: Timestamp) -> Result<(), DeskFault> {
    if let Looked::Later(fault) = look(desk, client, now, true).await? {
        log::warn!("{CANNOT_BE_READ}: {fault}");
    }
    Ok(())
}

async fn look(
    desk: &Desk,
    client: &Client,
    now: Timestamp,
    writes: bool,
) -> Result<Looked, DeskFault> {
    let found = match open(&desk.newsroom.config, client).await {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(Looked::Done),
        Err(fault) => {
            if fault.may_pass() {
                return Ok(Looked::Later(fault));
            }
            log::warn!("{CANNOT_BE_READ}: {fault}");
            return Ok(Looked::Done);
        }
    };
    let journal = desk.store.journal().await?;
    let own = own(&journal);
    let knows_all = match found.mark() {
        Some(mark) => knows_all(desk, &own, mark).await?,
        None => true,
    };
    match found.mark().filter(|_| !knows_all) {
        None if writes => warn_unless_written(found.set_mark(&own).await),
        Some(mark) if !is_one_journal(&mark.journal, &own.journal) => log::warn!(
            "the pinned message in the staging chat is the mark of another journal of this bot; if that journal is lost for good, delete the message"
        ),
        Some(mark) if journal.stopped.is_none() => freeze(desk, mark, &own, now).await?,
        Some(_) | None => {}
    }
    Ok(Looked::Done)
}

fn own(journal: &Journal) -> StagingMark {
    let Journal { uuid, last_attempt, last_entry, .. } = journal;
    StagingMark { journal: uuid.clone(), attempt: *last_attempt, entry: *last_entry }
}

/// Whether the journal knows all that was recorded before the mark was written. Its numbers alone do not say that: an older
/// copy has come as far when something else was ordered of it.
async fn knows_all(desk: &Desk, own: &StagingMark, mark: &StagingMark) -> Result<bool, StoreFault> {
    if mark.journal != own.journal || mark.attempt > own.attempt {
        return Ok(false);
    }
    let Some((id, at)) = mark.entry else { return Ok(true) };
    Ok(desk.store.entry_at(id).await? == Some(at))
}

async fn freeze(
    desk: &Desk,
    mark: &StagingMark,
    own: &StagingMark,
    now: Timestamp,
) -> Result<(), DeskFault> {
    let why = if mark.journal != own.journal {
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
    };
    log::error!(
        "the journal is older than what was sent: {why}; nothing goes out; `telepress resolve --after-restore`"
    );
    desk.order(vec![Order::Behind { why }], now).await?;
    Ok(())
}

/// Writes the mark over any other: somebody has said that this is the journal. What comes of that is inside.
///
/// # Errors
/// Where the journal cannot be read.
pub async fn replace(
    config: &Config,
    store: &dyn Store,
    client: &Client,
) -> Result<Result<(), StagingFault>, StoreFault> {
    Ok(match open(config, client).await {
        Ok(None) => Ok(()),
        Ok(Some(found)) => found.set_mark(&own(&store.journal().await?)).await,
        Err(fault) => Err(fault),
    })
}

/// Warns where the mark could not be written.
pub fn warn_unless_written(written: Result<(), StagingFault>) {
    if let Err(fault) = written {
        log::warn!("the mark of the journal in the staging chat cannot be written: {fault}");
    }
}
