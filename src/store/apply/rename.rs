//! Renames a post in the journal. It does not touch files.

use super::{ApplyContext, apply_event};
use crate::ids::{Destination, PostId};
use crate::outbox::{Actor, Event, StepRefusal};
use crate::store::StoreError;
use crate::store::transaction::Transaction;

/// Moves the publications of a post, in one channel or in all, to another name. An unfinished publication under the new name is
/// superseded; finished ones stay, with lower revisions than the moved ones.
pub(super) async fn rename(
    rows: &mut Transaction<'_>,
    from: &PostId,
    to: &PostId,
    channel: Option<Destination>,
    by: &Actor,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    let mut old = Vec::new();
    for id in rows.revisions_of(from).await? {
        let known = rows.publication(id).await?.ok_or(StoreError::Missing(id))?;
        if channel.is_none_or(|channel| channel == known.channel_destination()) {
            old.push(known);
        }
    }
    let newest = old.iter().rev().find(|known| !known.is_comments());
    let Some(successor) = newest.map(|known| known.id) else {
        return rename_history(rows, from, to, by, context).await;
    };
    let mut highest = 0;
    for id in rows.revisions_of(to).await? {
        let known = rows.publication(id).await?.ok_or(StoreError::Missing(id))?;
        highest = highest.max(i64::from(known.revision));
        if old.iter().all(|old| old.destination() != known.destination()) {
            continue;
        }
        if !known.can_be_replaced() {
            return Err(StepRefusal::KeyTaken { by: id }.into());
        }
        if !known.state.is_terminal() {
            let event = Event::Supersede { by: by.clone(), successor };
            let _written = apply_event(rows, id, &event, context).await?;
        }
    }
    for known in old {
        rows.move_publication(known.id, to, highest).await?;
    }
    Ok(())
}

/// Renames a post that is older than the journal. A publication under the new name that waits for this decision is cancelled.
async fn rename_history(
    rows: &mut Transaction<'_>,
    from: &PostId,
    to: &PostId,
    by: &Actor,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    let mut waiting = Vec::new();
    for id in rows.revisions_of(to).await? {
        let known = rows.publication(id).await?.ok_or(StoreError::Missing(id))?;
        waiting.extend(known.counts_as_new().then_some(known.id));
    }
    rows.rename_scanned(from, to).await?;
    for id in waiting {
        let event = Event::Cancel { by: by.clone() };
        let _written = apply_event(rows, id, &event, context).await?;
    }
    Ok(())
}
