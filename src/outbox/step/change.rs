//! Edits, deletions, pins and the closing of polls. Edits and deletions are idempotent, so after a lost answer they are retried.

use super::approve;
use super::attempt::{apply_flood_wait, intend, stop_sending};
use super::transition_builder::TransitionBuilder;
use crate::limits;
use crate::message::{MessageId, Request};
use crate::outbox::{
    Actor, Approvals, AttemptId, Cancellation, Change, ChangeKind, ChangeState, Claim, ClosedPoll,
    Conflict, Context, EventKind, FindingKind, HoldReason, NewPart, NotSentReason, Notice,
    Operation, Outcome, Part, PartRevision, PartState, PayloadHash, Refusal, State, StepRefusal,
    UnknownReason, backoff, moment,
};

pub(super) fn revise(
    builder: &mut TransitionBuilder<'_>,
    revisions: &[PartRevision],
    appended: &[NewPart],
    only_ends: bool,
    by: &Actor,
) -> Result<(), StepRefusal> {
    let state = &builder.before.state;
    let is_whole = *state == State::Published;
    let has_stopped = matches!(state, State::Failed { .. } | State::Cancelled { .. });
    // A person may delete what was sent of a failed or cancelled publication; nothing else may change it.
    let only_deletes = appended.is_empty()
        && by.is_person()
        && revisions.iter().all(|revision| revision.kind == ChangeKind::Delete);
    if !(is_whole || has_stopped && only_deletes) {
        return Err(builder.refuse(EventKind::Revise));
    }
    // The new order replaces older changes, except those whose request may have been made.
    let is_replaced = |change: &mut Change| {
        if only_ends {
            return change.is_scheduled_deletion() && change.is_pending();
        }
        change.is_untried() && change.kind.is_revision() || change.pruned && change.is_pending()
    };
    for part in &mut builder.next.parts {
        part.change.take_if(is_replaced);
    }
    for revision in revisions {
        revise_part(builder, revision, by)?;
    }
    let remains = |part: &Part| {
        let change = part.change.as_ref().map(|change| change.kind);
        matches!(part.state, PartState::Sent { .. }) && change != Some(ChangeKind::Delete)
    };
    if !by.is_person() && !builder.next.parts.iter().any(remains) {
        return Err(StepRefusal::NotAPerson { by: by.clone() });
    }
    // The earlier approvals do not cover new content.
    let is_content = |revision: &PartRevision| revision.kind == ChangeKind::Edit;
    if revisions.iter().any(is_content) || !appended.is_empty() {
        let needed = builder.context.policy.approvals;
        builder.next.approvals = Approvals::new(needed, by);
        if needed > 0 {
            builder.notify(Notice::Held { held: HoldReason::Approvals });
        }
    }
    append(builder, appended)
}

pub(super) fn revise_part(
    builder: &mut TransitionBuilder<'_>,
    revision: &PartRevision,
    by: &Actor,
) -> Result<(), StepRefusal> {
    let number = revision.part;
    let part = builder.next_part(number)?;
    if !matches!(part.state, PartState::Sent { .. }) {
        return Err(builder.wrong_part(EventKind::Revise, number));
    }
    let state = part.change.as_ref().map(|change| &change.state);
    if let Some(ChangeState::Sending { .. }) = state {
        return Err(StepRefusal::InFlight { part: number });
    }
    let may_be_made =
        |change: &Change| change.kind == ChangeKind::Edit && !change.attempts.is_empty();
    if part.change.as_ref().is_some_and(may_be_made) {
        // The message may already show the old change.
        part.shown = PayloadHash::UNKNOWN;
    }
    part.change = Some(Change {
        kind: revision.kind,
        request: revision.request.clone(),
        hash: revision.hash,
        by: by.clone(),
        attempts: Vec::new(),
        tries: 0,
        state: ChangeState::Pending { not_before: part.edit_not_before },
        pruned: revision.pruned,
    });
    Ok(())
}

/// Records what the messages show after somebody edited them in the channel. An edit of telepress that may still arrive would
/// overwrite that, so there must be none.
pub(super) fn edited_by_hand(
    builder: &mut TransitionBuilder<'_>,
    edits: &[PartRevision],
    by: &Actor,
) -> Result<(), StepRefusal> {
    if !by.is_person() {
        return Err(StepRefusal::NotAPerson { by: by.clone() });
    }
    if builder.before.state != State::Published {
        return Err(builder.refuse(EventKind::EditedByHand));
    }
    let now = builder.context.now;
    for edit in edits {
        let number = edit.part;
        let part = builder.next_part(number)?;
        let is_sent = matches!(part.state, PartState::Sent { .. });
        if !is_sent || edit.kind != ChangeKind::Edit {
            return Err(builder.wrong_part(EventKind::EditedByHand, number));
        }
        if part.change.is_some() || part.edit_not_before.is_some_and(|until| now < until) {
            return Err(StepRefusal::InFlight { part: number });
        }
        let mut last = edit.request.clone();
        while let Some(next) = last.next_edit() {
            last = next;
        }
        part.shown = edit.hash;
        part.edited = Some(last);
    }
    Ok(())
}

/// Orders that the poll be closed. Its votes stay.
pub(super) fn close_poll(
    builder: &mut TransitionBuilder<'_>,
    by: &Actor,
) -> Result<(), StepRefusal> {
    let open = |part: &Part| part.open_poll_message();
    let found =
        builder.before.parts.iter().enumerate().find_map(|(at, part)| Some((at, open(part)?)));
    let Some((number, message_id)) = found else { return Err(StepRefusal::NoOpenPoll) };
    let part = builder.next_part(number)?;
    match &part.change {
        // It is ordered already, or the poll is to be deleted.
        Some(change) if !change.kind.is_pin() => return Err(StepRefusal::NothingToDo),
        Some(change) if !change.is_untried() => return Err(StepRefusal::InFlight { part: number }),
        // The pin is ordered again when the poll is closed.
        _ => {}
    }
    part.change = Some(Change {
        kind: ChangeKind::ClosePoll,
        request: Request::StopPoll(MessageId { message_id }),
        hash: part.shown,
        by: by.clone(),
        attempts: Vec::new(),
        tries: 0,
        state: ChangeState::Pending { not_before: None },
        pruned: false,
    });
    Ok(())
}

/// Appends parts. Refused if a newer message is there, in the same topic; comments are replies, and may come after others.
fn append(builder: &mut TransitionBuilder<'_>, appended: &[NewPart]) -> Result<(), StepRefusal> {
    if appended.is_empty() {
        return Ok(());
    }
    let count = builder.before.parts.len().saturating_add(appended.len());
    if count > limits::PARTS || appended.iter().any(|part| part.messages == 0) {
        return Err(StepRefusal::Parts);
    }
    if builder.context.channel.last_in_topic > builder.before.last_message()
        && !builder.before.is_comments()
    {
        return Err(StepRefusal::NewerMessages);
    }
    builder.next.parts.extend(appended.iter().cloned().map(Part::from));
    builder.next.not_before = None;
    builder.resume();
    Ok(())
}

pub(super) fn claim(
    builder: &mut TransitionBuilder<'_>,
    claim: &Claim,
    change: &Change,
) -> Result<(), StepRefusal> {
    let Context { now, process, channel, .. } = *builder.context;
    let number = claim.part;
    let ChangeState::Pending { not_before } = change.state else {
        let state = change.state.name();
        return Err(StepRefusal::WrongPart { event: EventKind::Claim, part: number, state });
    };
    if let Some(why) = &channel.paused {
        return Err(StepRefusal::ChannelPaused { why: why.clone() });
    }
    if let Some(until) = channel.flood_wait_until.filter(|until| *until > now) {
        return Err(StepRefusal::FloodWait { until });
    }
    if let Some(until) = not_before.filter(|until| *until > now) {
        return Err(StepRefusal::TooEarly { until });
    }
    if change.kind == ChangeKind::Edit {
        approve::check_approved(builder)?;
    }
    let (attempt, owner) = (claim.attempt, process.owner.clone());
    if let Some(next) = &mut builder.next_part(number)?.change {
        next.attempts.push(attempt);
        next.state = ChangeState::Sending { attempt, owner, since: now };
    }
    intend(builder, claim, Operation::from(change.kind), &change.request);
    Ok(())
}

pub(super) fn answered(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    attempt: AttemptId,
    change: &Change,
    outcome: &Outcome,
) -> Result<(), StepRefusal> {
    let is_missing = matches!(outcome, Outcome::Rejected { refusal: Refusal::Missing, .. });
    let is_same = matches!(outcome, Outcome::Rejected { refusal: Refusal::NotModified, .. });
    let is_made = matches!(outcome, Outcome::Accepted { .. } | Outcome::PollClosed { .. })
        || match change.kind {
            // Telegram says that the poll has already been closed.
            ChangeKind::Edit | ChangeKind::Pin | ChangeKind::ClosePoll => is_same,
            ChangeKind::Delete => is_missing,
            ChangeKind::Unpin => is_missing || is_same,
        };
    // The success of an earlier attempt counts too; any other answer counts only for the attempt in flight.
    let is_current =
        matches!(change.state, ChangeState::Sending { attempt: current, .. } if current == attempt);
    if !is_current && !is_made {
        return Err(StepRefusal::OtherAttempt { attempt });
    }
    builder.record(attempt, FindingKind::Answer(outcome.clone()));
    if is_made {
        // The attempt in flight may still arrive, after the next change.
        let quiet = moment::saturating_add(builder.context.now, builder.context.policy.quiet);
        if !is_current && matches!(change.state, ChangeState::Sending { .. }) {
            builder.next_part(number)?.edit_not_before = Some(quiet);
        }
        apply_change(builder, number, change)?;
        if let (Outcome::PollClosed { result }, Some(closed)) =
            (outcome, &mut builder.next_part(number)?.closed_poll)
        {
            closed.result = Some(result.clone());
        }
        return Ok(());
    }
    match outcome {
        Outcome::NotSent { why: NotSentReason::FloodWait, retry_after, .. } => {
            let until = apply_flood_wait(builder, number, *retry_after)?;
            mark_pending(builder, number, Some(until))
        }
        // Only a person can bring the bytes.
        Outcome::NotSent { why: NotSentReason::BytesMissing, description, .. } => {
            mark_conflict(builder, number, Conflict::MediaMissing, description)
        }
        Outcome::NotSent { .. } => count_try(builder, number),
        // Pinning needs a right that sending does not, so its refusal does not pause the channel.
        Outcome::Rejected { refusal, description }
            if *refusal == Refusal::BotWide || refusal.is_of_channel() && !change.kind.is_pin() =>
        {
            stop_sending(builder, *refusal, description);
            mark_pending(builder, number, None)
        }
        Outcome::Rejected { refusal, description } => {
            let conflict =
                if is_missing { Conflict::Vanished } else { Conflict::Refused(*refusal) };
            mark_conflict(builder, number, conflict, description)
        }
        // The answer about a pin was lost. An operator decides, because telepress must not pin again what somebody has unpinned.
        Outcome::Unknown { reason, description } if change.kind.is_pin() => {
            let description = UnknownReason::with(*reason, description);
            mark_conflict(builder, number, Conflict::Unanswered, &description)
        }
        Outcome::Unknown { .. }
        | Outcome::SentThenDeleted { .. }
        | Outcome::SentAsAnotherPart { .. }
        | Outcome::PollClosed { .. }
        | Outcome::Accepted { .. } => {
            let not_before =
                moment::saturating_add(builder.context.now, builder.context.policy.quiet);
            builder.next_part(number)?.edit_not_before = Some(not_before);
            count_try(builder, number)
        }
    }
}

/// Records that the change was made. An album is edited item by item: the next item's request becomes the pending change.
pub(super) fn apply_change(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    change: &Change,
) -> Result<(), StepRefusal> {
    match change.kind {
        ChangeKind::Edit => {
            let part = builder.next_part(number)?;
            if let Some(request) = change.request.next_edit() {
                // The album shows neither the old nor the new content, and a late answer to an edit of this item must not count
                // for the next one.
                let state = ChangeState::Pending { not_before: part.edit_not_before };
                let (attempts, tries) = (Vec::new(), 0);
                part.shown = PayloadHash::UNKNOWN;
                part.change = Some(Change { request, attempts, tries, state, ..change.clone() });
                return Ok(());
            }
            part.shown = change.hash;
            part.edited = Some(change.request.clone());
            part.change = None;
        }
        ChangeKind::Delete => {
            mark_deleted(builder, number, &change.by)?;
            cancel_if_empty(builder, &change.by);
        }
        ChangeKind::Pin | ChangeKind::Unpin => {
            builder.next_part(number)?.change = None;
            builder.next.pin.made = change.kind == ChangeKind::Pin;
        }
        ChangeKind::ClosePoll => {
            let at = builder.context.now;
            let part = builder.next_part(number)?;
            part.closed_poll = Some(ClosedPoll { at, result: None });
            part.change = None;
        }
    }
    Ok(())
}

/// Records that the part's messages are no longer in the channel.
pub(super) fn mark_deleted(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    by: &Actor,
) -> Result<(), StepRefusal> {
    let at = builder.context.now;
    let part = builder.next_part(number)?;
    let message_ids = part.state.message_ids().to_vec();
    part.state = PartState::Deleted { message_ids, by: by.clone(), at };
    part.change = None;
    Ok(())
}

/// Records a finished publication as deleted if no message of it is left.
pub(super) fn cancel_if_empty(builder: &mut TransitionBuilder<'_>, by: &Actor) {
    if builder.before.state.is_terminal() && builder.next.sent_count() == 0 {
        let cancellation = Cancellation::Deleted;
        builder.next.state = State::Cancelled { by: by.clone(), cancellation };
    }
}

/// Counts a failed try, and waits before the next one.
fn count_try(builder: &mut TransitionBuilder<'_>, number: usize) -> Result<(), StepRefusal> {
    let Context { now, jitter, .. } = *builder.context;
    let Some(change) = &mut builder.next_part(number)?.change else { return Ok(()) };
    change.tries = change.tries.saturating_add(1);
    let tries = change.tries;
    if tries >= limits::CHANGE_TRIES {
        return mark_conflict(builder, number, Conflict::GaveUp, "");
    }
    mark_pending(builder, number, Some(moment::saturating_add(now, backoff::delay(tries, jitter))))
}

fn mark_pending(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    not_before: Option<jiff::Timestamp>,
) -> Result<(), StepRefusal> {
    if let Some(change) = &mut builder.next_part(number)?.change {
        change.state = ChangeState::Pending { not_before };
    }
    Ok(())
}

pub(super) fn mark_conflict(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    conflict: Conflict,
    description: &str,
) -> Result<(), StepRefusal> {
    if let Some(change) = &mut builder.next_part(number)?.change {
        change.state = ChangeState::Conflict { conflict, description: description.to_owned() };
    }
    builder.notify(Notice::Conflict { part: number });
    Ok(())
}
