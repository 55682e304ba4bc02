//! What the publisher does, one log line an event; every line names its post and channel as `post=…` and `channel=…`.

use crate::operations::Operations;
use crate::outbox::{ChangeState, State};
use crate::publisher::PublicationEvent;

/// Writes a line about something that happened.
pub(super) fn log_event(operations: &Operations, told: &PublicationEvent<'_>) {
    let publication = told.publication;
    let standing = operations.standing(publication);
    let total = publication.parts.len();
    let place = format!(
        "post={} channel={} publication={} sent={}/{total}",
        standing.post,
        standing.channel,
        publication.id,
        publication.sent()
    );
    let link = standing.link.map(|link| format!(" {link}")).unwrap_or_default();
    let why = standing.reason.or_else(|| told.detail.map(str::to_owned));
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
        State::Held { .. } => log::error!("held {place}{link}{why}"),
        State::Uncertain | State::Cancelling { .. } => log::error!("uncertain {place}{link}{why}"),
        State::Published => log::info!("published {place}{link}{why}"),
        State::Cancelled { .. } => log::info!("{} {place}{why}", standing.state),
        State::Publishing => log::info!("publishing {place}{link}{why}"),
        State::Scheduled | State::Due if told.detail.is_some() => log::warn!("waits {place}{why}"),
        State::Scheduled | State::Due | State::Superseded { .. } => {
            log::debug!("{} {place}{why}", told.event);
        }
    }
}
