//! Sends the journal's pending notices to operators, each once, by this process or a later one. It decides nothing.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::bot::{self, Bot};
use crate::ids::Destination;
use crate::operations::{OperationError, Operations};
use crate::outbox::{HoldReason, Notice, Publication};
use crate::status;
use crate::store::{Command, PendingNotice};

/// Notices that are sent as one message: the notice, their ids, and their publications.
type NoticeGroup = (Notice, Vec<i64>, Vec<Publication>);

/// Sends the pending notices that still apply, and marks all of them as sent. Notices from before `since` are logged too; newer ones
/// were logged when they happened. Returns `false` if a notice could not be sent to any operator.
pub(super) async fn notify(
    operations: &Operations,
    bot: Option<&Bot<'_>>,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, OperationError> {
    remind(operations, now).await?;
    let mut groups: Vec<NoticeGroup> = Vec::new();
    let mut orders = Vec::new();
    let pending = operations.store.pending_notices().await?;
    let pauses =
        if pending.is_empty() { Pauses::default() } else { Pauses::read(operations).await? };
    for PendingNotice { id, publication, notice, at } in pending {
        let publication = operations.publication(publication).await?;
        let approvals = operations.policy().approvals;
        if status::is_settled(&notice, &publication, approvals, now)
            || pauses.are_over(&notice, &publication)
        {
            orders.push(Command::NoticeDelivered { notice: id });
            continue;
        }
        if at < since {
            log_notice(operations, &notice, &publication, at);
        }
        let is_of = |(kind, _, publications): &&mut NoticeGroup| {
            let joins = |other: &Publication| bot::joins(kind, &other.post, &publication.post);
            *kind == notice && publications.iter().all(joins)
        };
        match groups.iter_mut().find(is_of) {
            Some((_, ids, publications)) => {
                ids.push(id);
                publications.push(publication);
            }
            None => groups.push((notice, vec![id], vec![publication])),
        }
    }
    let mut all_sent = true;
    for (notice, ids, publications) in groups {
        let is_sent = match bot {
            Some(bot) => bot.alert(&notice, &publications).await,
            None => true,
        };
        if is_sent {
            orders.extend(ids.into_iter().map(|notice| Command::NoticeDelivered { notice }));
        } else {
            all_sent = false;
        }
    }
    if !orders.is_empty() {
        operations.order(orders, now).await?;
    }
    if let Some(bot) = bot {
        bot.end_what_is_over().await;
    }
    Ok(all_sent)
}

/// Creates the notices about posts whose time is close and whose approvals are missing. The journal has one for each version of a
/// post and time, so that no process repeats it.
async fn remind(operations: &Operations, now: Timestamp) -> Result<(), OperationError> {
    let close = operations.store.unreminded(now).await?.into_iter();
    let approvals = operations.policy().approvals;
    let lacking = close.filter(|known| known.needs_reminder(now, approvals)).collect::<Vec<_>>();
    if lacking.is_empty() {
        return Ok(());
    }
    let order = |known: &Publication| Command::Remind { publication: known.id };
    operations.order(lacking.iter().map(order).collect(), now).await?;
    for known in lacking {
        log_notice(operations, &Notice::ApprovalDue { due_at: known.due_at }, &known, now);
    }
    Ok(())
}

/// What is paused now.
#[derive(Default)]
struct Pauses {
    channels: BTreeSet<Destination>,
    is_stopped: bool,
}

impl Pauses {
    async fn read(operations: &Operations) -> Result<Self, OperationError> {
        let channels = operations.store.channels().await?.into_iter();
        let paused = channels.filter(|channel| channel.paused.is_some());
        let is_stopped = operations.store.journal().await?.stopped.is_some();
        Ok(Self { channels: paused.map(|channel| channel.destination).collect(), is_stopped })
    }

    /// Whether the notice reports a pause that has ended.
    fn are_over(&self, notice: &Notice, publication: &Publication) -> bool {
        match notice {
            Notice::ChannelPaused => !self.channels.contains(&publication.destination()),
            Notice::BotStopped => !self.is_stopped,
            _ => false,
        }
    }
}

/// Logs a notice from before this process started.
fn log_notice(operations: &Operations, notice: &Notice, publication: &Publication, at: Timestamp) {
    let zone = operations.channel_of(publication).map(|channel| channel.timezone.clone());
    let words = status::notice(
        notice,
        publication,
        &operations.target(publication),
        &zone.unwrap_or(TimeZone::UTC),
        operations.people(),
    );
    let status = operations.post_status(publication);
    let at = at.strftime("%FT%TZ");
    log::log!(
        level(notice),
        "notice post={} channel={} since={at}: {words}",
        status.post,
        status.channel
    );
}

/// Only what went wrong is an error; to ask for approval, to wait or to skip a post is what the config or Telegram says.
fn level(notice: &Notice) -> log::Level {
    match notice {
        Notice::Held { held: HoldReason::Approvals }
        | Notice::ApprovalDue { .. }
        | Notice::LongWait { .. }
        | Notice::Missed => log::Level::Warn,
        _ => log::Level::Error,
    }
}
