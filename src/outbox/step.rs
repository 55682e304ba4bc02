//! The transition function: what each event does in each state. It has no side effects.

mod approve;
mod attempt;
mod change;
mod end;
mod order;
mod pin;
mod recover;
mod resolve;
mod send;
mod tick;
mod transition_builder;

use jiff::Timestamp;

use super::evidence::are_message_ids;
use super::{
    Approvals, Context, Event, HoldReason, NewPublication, Notice, Part, PartState, PayloadHash,
    Pin, Publication, SentVia, State, StepRefusal, Transition, Write, invariant,
};
use crate::limits;
use transition_builder::TransitionBuilder;

/// Applies `event` to `publication`.
///
/// # Errors
/// Why the event does not apply; the caller then writes nothing. After [`StepRefusal::Broken`] the publisher must stop.
pub fn step(
    publication: &Publication,
    context: &Context<'_>,
    event: &Event,
) -> Result<Transition, StepRefusal> {
    invariant::of(publication)?;
    if context.channel.destination != publication.destination() {
        return Err(StepRefusal::OtherChannel { chat: context.channel.destination.chat });
    }
    let mut builder = TransitionBuilder::new(publication, context);
    match event {
        Event::Tick => tick::tick(&mut builder)?,
        Event::End => end::end(&mut builder)?,
        Event::StartGroup => order::start_group(&mut builder)?,
        Event::Claim(claim) => send::claim(&mut builder, claim)?,
        Event::Answered { part, attempt, outcome } => {
            send::answered(&mut builder, *part, *attempt, outcome)?;
        }
        Event::OwnerGone { part, owner, death } => {
            recover::owner_gone(&mut builder, *part, owner, *death)?;
        }
        Event::Probed { part, attempt, evidence } => {
            recover::probed(&mut builder, *part, *attempt, evidence)?;
        }
        Event::Resolve { part, resolution, by } => {
            resolve::resolve(&mut builder, *part, resolution, by)?;
        }
        Event::Undo { by } => resolve::undo(&mut builder, by)?,
        Event::Approve { payload, by } => approve::approve(&mut builder, *payload, by)?,
        Event::Cancel { by } => order::cancel(&mut builder, by)?,
        Event::Supersede { by, successor } => order::supersede(&mut builder, by, *successor)?,
        Event::Hold { held, by: _ } => order::hold(&mut builder, held.clone())?,
        Event::Release { by } => order::release(&mut builder, by)?,
        Event::Retry { by } => order::retry(&mut builder, by)?,
        Event::Reschedule { due_at, civil, by } => {
            order::reschedule(&mut builder, *due_at, civil.as_ref())?;
            builder.next.by_hand = by.is_person();
            approve::set_requester(&mut builder, by);
            let needed = builder.context.policy.approvals;
            if builder.next.asks_for_approval_at_once(builder.context.now, needed) {
                builder.notify(Notice::Held { held: HoldReason::Approvals });
            }
            if *by == super::Actor::File {
                builder.next.file_publish_at = Some(*due_at);
            }
        }
        Event::ClosePoll { by } => change::close_poll(&mut builder, by)?,
        Event::Revise { payload, source, revisions, appended, pin, ends, by } => {
            // Other times for its end leave other orders as they are.
            let only_ends = revisions.is_empty()
                && appended.is_empty()
                && *pin == builder.before.pin.wanted
                && *ends != builder.before.ends.times();
            change::revise(&mut builder, revisions, appended, only_ends, by)?;
            builder.next.pin.wanted = *pin;
            builder.next.ends = builder.next.ends.renamed(*ends);
            builder.next.payload = *payload;
            builder.next.source = *source;
        }
        Event::EditedByHand { payload, source, edits, ends, by } => {
            change::edited_by_hand(&mut builder, edits, by)?;
            builder.next.ends = builder.next.ends.renamed(*ends);
            builder.next.payload = *payload;
            builder.next.source = *source;
        }
    }
    builder.finish(event)
}

/// Accepts a new publication: scheduled, with every part pending.
///
/// # Errors
/// If its key is taken, or it has no parts or too many.
pub fn enqueue(new: NewPublication) -> Result<Transition, StepRefusal> {
    let NewPublication { id, revision, key_taken_by, approvals, requester, wanted } = new;
    if let Some(by) = key_taken_by {
        return Err(StepRefusal::KeyTaken { by });
    }
    let count = wanted.parts.len();
    if !(1..=limits::PARTS).contains(&count) || wanted.parts.iter().any(|part| part.messages == 0) {
        return Err(StepRefusal::Parts);
    }
    let next = Publication {
        id,
        version: 0,
        post: wanted.post,
        chat: wanted.destination.chat,
        topic: wanted.destination.topic,
        comments_on: wanted.comments_on,
        channel: wanted.channel,
        edition: wanted.edition,
        revision,
        payload: wanted.payload,
        source: wanted.source,
        due_at: wanted.due_at,
        civil: wanted.civil,
        by_hand: wanted.by_hand,
        file_publish_at: wanted.file_publish_at,
        occurrence: wanted.occurrence,
        retry_since: wanted.due_at,
        not_before: None,
        state: State::Scheduled,
        pin: Pin::wanted(wanted.pin),
        ends: wanted.ends.into(),
        together: wanted.together,
        approvals: Approvals::new(approvals, &wanted.by).or_requester(requester),
        by: wanted.by,
        parts: wanted.parts.into_iter().map(Part::from).collect(),
    };
    invariant::of(&next)?;
    let parts = (0..count).map(Write::InsertPart);
    let writes = [Write::InsertPublication].into_iter().chain(parts).collect();
    Ok(Transition { expects: None, next, writes, intent: None })
}

/// Adopts messages that are already in a channel as the parts of a new, published publication, on a person's order. `sent_at` is
/// when they were sent, if they are known to show what the parts show. Otherwise the next revision always edits them.
///
/// # Errors
/// As [`enqueue`], and if the messages cannot belong to these parts, or `by` is not a person.
pub fn adopt(
    new: NewPublication,
    message_ids: &[i64],
    sent_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Transition, StepRefusal> {
    let by = new.wanted.by.clone();
    if !by.is_person() {
        return Err(StepRefusal::NotAPerson { by });
    }
    let (wanted, named) =
        (new.wanted.parts.iter().map(|part| part.messages).sum(), message_ids.len());
    if named != wanted {
        return Err(StepRefusal::MessageCount { wanted, named });
    }
    if !are_message_ids(message_ids) {
        return Err(StepRefusal::MessageIds { message_ids: message_ids.to_vec() });
    }
    let mut transition = enqueue(new)?;
    let next = &mut transition.next;
    next.state = State::Published;
    if sent_at.is_none() {
        next.payload = PayloadHash::UNKNOWN;
    }
    let mut ids = message_ids.iter().copied();
    for part in &mut next.parts {
        let via = SentVia::Person(by.clone());
        let message_ids = ids.by_ref().take(part.messages).collect();
        part.state = PartState::Sent { message_ids, via, at: sent_at.unwrap_or(now) };
        if sent_at.is_none() {
            part.shown = PayloadHash::UNKNOWN;
        }
    }
    invariant::of(next)?;
    let highest = message_ids.iter().copied().max();
    transition.writes.extend(highest.map(Write::RaiseLastKnownMessage));
    Ok(transition)
}
