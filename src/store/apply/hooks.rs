//! The commands that run after a publication: which of them a transition orders, and what happened to them. It runs none.

use super::{ApplyContext, log_entry};
use crate::outbox::{Actor, HookEvent, HookFailure, Notice, Publication, State, StepRefusal};
use crate::store::hook_rows::{self, HookState};
use crate::store::transaction::Transaction;
use crate::store::{LogEntry, LogEvent, StoreError};

/// Orders the hooks of a publication that has just been published. A change of a published post orders none: its hooks have run, or were
/// not in the config when it was published. `was` is the state before.
pub(super) async fn order(
    rows: &mut Transaction<'_>,
    next: &Publication,
    was: Option<&State>,
    event: &LogEvent,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    let was_published = was == Some(&State::Published);
    let is_published = next.state == State::Published;
    if was_published == is_published || *event == LogEvent::Adopted || next.is_comments() {
        return Ok(());
    }
    let state =
        if is_published && next.sent_count() > 0 { HookState::Waiting } else { HookState::Passed };
    for key in context.policy.hooks.iter() {
        hook_rows::add(rows.connection(), next.id, key, state).await?;
    }
    Ok(())
}

/// Records what happened to a hook; refused if that cannot happen in its state. So no hook is started twice.
pub(super) async fn apply(
    rows: &mut Transaction<'_>,
    id: i64,
    event: &HookEvent,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    let known = hook_rows::one(rows.connection(), id).await?;
    let hook = known.ok_or(StoreError::Refused { order: 0, refused: StepRefusal::NothingToDo })?;
    let (log_event, state, failure) = match (event, hook.state) {
        (HookEvent::Started, HookState::Waiting) => {
            (LogEvent::HookStarted, HookState::Started, None)
        }
        (HookEvent::Finished, HookState::Started) => {
            (LogEvent::HookFinished, HookState::Finished, None)
        }
        (HookEvent::Failed(failure), HookState::Started) => {
            let is_interrupted = *failure == HookFailure::Interrupted;
            let event =
                if is_interrupted { LogEvent::HookInterrupted } else { LogEvent::HookFailed };
            (event, HookState::Failed, Some(failure))
        }
        (HookEvent::Dropped, HookState::Waiting | HookState::Started) => {
            (LogEvent::HookDropped, HookState::Dropped, None)
        }
        _ => return Err(StepRefusal::NothingToDo.into()),
    };
    hook_rows::set_state(rows.connection(), id, state).await?;
    let publication = rows.publication(hook.publication).await?;
    let publication = publication.ok_or(StoreError::Missing(hook.publication))?;
    let program = hook.key.program;
    let detail = match failure {
        Some(failure) => format!("{program}: {failure}"),
        None => program.clone(),
    };
    let place = Some(publication.destination());
    rows.insert_log_entry(&LogEntry {
        post: Some(publication.post),
        publication: Some(publication.id),
        ..log_entry(context, &Actor::System, place, log_event, detail)
    })
    .await?;
    if let Some(failure) = failure {
        let notice = Notice::Hook { program, failure: failure.clone() };
        rows.insert_notice(context.now, publication.id, &notice).await?;
    }
    Ok(())
}

/// Drops all hooks that have not ended. A restored journal does not know which of them have run since its backup.
pub(super) async fn drop_all(
    rows: &mut Transaction<'_>,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    for hook in hook_rows::open(rows.connection(), i64::MAX).await? {
        apply(rows, hook.id, &HookEvent::Dropped, context).await?;
    }
    Ok(())
}
