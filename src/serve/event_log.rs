//! Logs the publisher's events, one line each. Every line has `post=…` and `channel=…`.

use crate::operations::Operations;
use crate::outbox::{ChangeKind, ChangeState, EventKind, HoldReason, State};
use crate::publisher::PublicationEvent;

/// Writes a line about something that happened.
pub(super) fn log_event(operations: &Operations, event: &PublicationEvent<'_>) {
    let publication = event.publication;
    let status = operations.post_status(publication);
    let total = publication.parts.len();
    let place = format!(
        "post={} channel={} publication={} sent={}/{total}",
        status.post,
        status.channel,
        publication.id,
        publication.sent_count()
    );
    let link = status.link.map(|link| format!(" {link}")).unwrap_or_default();
    let why = status.reason.or_else(|| event.detail.map(str::to_owned));
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    let in_conflict = publication.parts.iter().any(|part| {
        let change = part.change.as_ref().map(|change| &change.state);
        matches!(change, Some(ChangeState::Conflict { .. }))
    });
    let file =
        operations.place(publication).map(|place| format!(" file={place}")).unwrap_or_default();
    match &publication.state {
        _ if in_conflict => log::error!("conflict {place}{link}{why}"),
        State::Failed { .. } => log::error!("failed {place}{file}{link}{why}"),
        // Somebody has to approve it, but nothing went wrong.
        State::Held { held: HoldReason::Approvals } => log::warn!("held {place}{link}{why}"),
        State::Held { .. } => log::error!("held {place}{link}{why}"),
        State::Uncertain | State::Cancelling { .. } => log::error!("uncertain {place}{link}{why}"),
        State::Published if publication.missed_ends().next().is_some() => {
            log::error!("missed {place}{link}{why}");
        }
        State::Published if event.event == EventKind::End.name() => {
            log::info!("ending {place}{link}{why}");
        }
        State::Published => {
            let what = event.change.map_or("published", ChangeKind::past);
            log::info!("{what} {place}{link}{why}");
        }
        State::Cancelled { .. } => log::info!("{} {place}{why}", status.state.as_str()),
        State::Publishing => log::info!("publishing {place}{link}{why}"),
        State::Scheduled | State::Due if event.detail.is_some() => log::warn!("waits {place}{why}"),
        State::Scheduled | State::Due | State::Superseded { .. } => {
            log::debug!("{} {place}{why}", event.event);
        }
    }
}
