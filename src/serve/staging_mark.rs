//! Keeps the mark of the journal in the staging chat, and compares the journal with it. What cannot be read or written there
//! stops nothing.

use jiff::Timestamp;

use crate::chat::ChatId;
use crate::config::Config;
use crate::desk::{Desk, DeskFault};
use crate::store::{Order, Store, StoreFault};
use crate::telegram::{Client, StagingChat, StagingFault, StagingMark};

/// Which mark may be written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// This journal's own, and only by a higher one: a journal that is behind its mark may be an old copy.
    Lower,
    /// Any: somebody has said that this is the journal.
    Any,
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
pub async fn compare(desk: &Desk, client: &Client, now: Timestamp) -> Result<(), DeskFault> {
    let found = match open(&desk.newsroom.config, client).await {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(()),
        Err(fault) => {
            log::warn!("the mark of the journal in the staging chat cannot be read: {fault}");
            return Ok(());
        }
    };
    let Some(mark) = found.mark() else { return Ok(()) };
    let journal = desk.store.journal().await?;
    if mark.journal != journal.uuid {
        log::warn!(
            "the pinned message in the staging chat is the mark of another journal of this bot; if that journal is lost for good, delete the message"
        );
    } else if mark.attempt > journal.last_attempt && journal.stopped.is_none() {
        let why = format!(
            "its last request is {}, but the pinned message in the staging chat says {}",
            journal.last_attempt.0, mark.attempt.0
        );
        desk.order(vec![Order::Behind { why }], now).await?;
    }
    Ok(())
}

/// Writes the mark, where it says something else.
///
/// # Errors
/// Where the journal cannot be read.
pub async fn keep(
    config: &Config,
    store: &dyn Store,
    client: &Client,
    over: Over,
) -> Result<(), StoreFault> {
    let written = match open(config, client).await {
        Ok(None) => return Ok(()),
        Ok(Some(found)) => {
            let journal = store.journal().await?;
            let mark = StagingMark { journal: journal.uuid, attempt: journal.last_attempt };
            let stays = found
                .mark()
                .is_some_and(|known| known.journal != mark.journal || known.attempt > mark.attempt);
            if stays && over == Over::Lower { Ok(()) } else { found.set_mark(&mark).await }
        }
        Err(fault) => Err(fault),
    };
    if let Err(fault) = written {
        log::warn!("the mark of the journal in the staging chat cannot be written: {fault}");
    }
    Ok(())
}
