//! A post whose file has another name: what the journal knows of it goes on under that one.

use super::super::StoreFault;
use super::super::rows::Rows;
use super::{Moment, happen};
use crate::outbox::{Actor, Event, Refused, State};
use crate::post::PostId;

/// Gives what is known of a post to another name, of which nothing is known but what waits for this word: that is
/// superseded, and gets revisions behind those that come.
pub(super) async fn rename<R: Rows>(
    rows: &mut R,
    (from, to): (&PostId, &PostId),
    by: &Actor,
    moment: &Moment<'_>,
) -> Result<(), StoreFault> {
    let old = rows.revisions_of(from).await?;
    let Some(successor) = old.last().copied() else { return Err(Refused::NothingToDo.into()) };
    let new = rows.revisions_of(to).await?;
    for id in &new {
        let known = rows.publication(*id).await?.ok_or(StoreFault::Missing(*id))?;
        if !known.makes_way() {
            return Err(Refused::KeyTaken { by: *id }.into());
        }
        if !matches!(known.state, State::Superseded { .. }) {
            let event = Event::Supersede { by: by.clone(), successor };
            let _written = happen(rows, *id, &event, moment, &mut None).await?;
        }
    }
    if !new.is_empty() {
        // Revisions count from 1 for each channel, so that none of these is taken then.
        let behind = i64::try_from(old.len() + new.len()).unwrap_or(i64::MAX);
        rows.renumber(to, behind).await?;
    }
    rows.rename(from, to).await
}
