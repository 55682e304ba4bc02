//! A post whose file has another name: what the journal knows of it goes on under that one.

use super::{Moment, happen};
use crate::ids::PostId;
use crate::outbox::{Actor, Event, StepRefusal};
use crate::store::StoreError;
use crate::store::transaction::Transaction;

/// Gives what is known of a post, in one channel or in all, to another name. What is known there of that one, and waits for
/// this word, is superseded; what is over stays, with lower revisions than those that come.
pub(super) async fn rename(
    rows: &mut Transaction<'_>,
    from: &PostId,
    to: &PostId,
    chat: Option<i64>,
    by: &Actor,
    moment: &Moment<'_>,
) -> Result<(), StoreError> {
    let mut old = Vec::new();
    for id in rows.revisions_of(from).await? {
        let known = rows.publication(id).await?.ok_or(StoreError::Missing(id))?;
        if chat.is_none_or(|chat| chat == known.chat) {
            old.push(known);
        }
    }
    let Some(successor) = old.last().map(|known| known.id) else {
        return rename_history(rows, from, to, by, moment).await;
    };
    let mut highest = 0;
    for id in rows.revisions_of(to).await? {
        let known = rows.publication(id).await?.ok_or(StoreError::Missing(id))?;
        highest = highest.max(i64::from(known.revision));
        if old.iter().all(|old| old.chat != known.chat) {
            continue;
        }
        if !known.can_be_replaced() {
            return Err(StepRefusal::KeyTaken { by: id }.into());
        }
        if !known.state.is_terminal() {
            let event = Event::Supersede { by: by.clone(), successor };
            let _written = happen(rows, id, &event, moment).await?;
        }
    }
    for known in old {
        rows.rename(known.id, to, highest).await?;
    }
    Ok(())
}

/// The same of a post that is older than the journal: it stays so under its other name, and what waits for this word is
/// cancelled.
async fn rename_history(
    rows: &mut Transaction<'_>,
    from: &PostId,
    to: &PostId,
    by: &Actor,
    moment: &Moment<'_>,
) -> Result<(), StoreError> {
    let mut waiting = Vec::new();
    for id in rows.revisions_of(to).await? {
        let known = rows.publication(id).await?.ok_or(StoreError::Missing(id))?;
        waiting.extend(known.counts_as_new().then_some(known.id));
    }
    rows.rename_scanned(from, to).await?;
    for id in waiting {
        let event = Event::Cancel { by: by.clone() };
        let _written = happen(rows, id, &event, moment).await?;
    }
    Ok(())
}
