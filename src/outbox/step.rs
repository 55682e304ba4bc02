//! The transition function: which event does what to which state. It decides, and does nothing.

mod alter;
mod claim;
mod decide;
mod order;
mod recover;
mod send;
mod tick;

use jiff::Timestamp;

use super::draft::Draft;
use super::evidence::are_message_ids;
use super::{
    Approvals, Context, Event, NewPublication, Part, PartState, PayloadHash, Pin, Publication,
    Refused, State, Transition, Via, Write, approvals, invariant, together,
};
use crate::limits;

/// What `event` does to `publication`.
///
/// # Errors
/// Why the event does not apply; nothing is to be written then. After [`Refused::Broken`] the publisher must stop.
pub fn step(
    publication: &Publication,
    context: &Context<'_>,
    event: &Event,
) -> Result<Transition, Refused> {
    invariant::of(publication)?;
    if context.channel.chat != publication.chat {
        return Err(Refused::OtherChannel { chat: context.channel.chat });
    }
    let mut draft = Draft::new(publication, context);
    match event {
        Event::Tick => tick::tick(&mut draft)?,
        Event::Together => together::begin(&mut draft)?,
        Event::Claim { part, attempt, request_hash, filled, telegram_at } => {
            let claim = claim::Claim {
                part: *part,
                attempt: *attempt,
                hash: *request_hash,
                filled,
                telegram_at: *telegram_at,
            };
            send::claim(&mut draft, &claim)?;
        }
        Event::Answered { part, attempt, outcome } => {
            send::answered(&mut draft, *part, *attempt, outcome)?;
        }
        Event::OwnerGone { part, owner, death } => {
            recover::owner_gone(&mut draft, *part, owner, *death)?;
        }
        Event::Probed { part, attempt, evidence } => {
            recover::probed(&mut draft, *part, *attempt, evidence)?;
        }
        Event::Decided { part, decision, by } => decide::decided(&mut draft, *part, decision, by)?,
        Event::TakeBack { by } => decide::take_back(&mut draft, by)?,
        Event::Approve { payload, by } => approvals::approve(&mut draft, *payload, by)?,
        Event::Cancel { by } => order::cancel(&mut draft, by)?,
        Event::Supersede { by, successor } => order::supersede(&mut draft, by, *successor)?,
        Event::Hold { held, by: _ } => order::hold(&mut draft, held.clone())?,
        Event::Release { by } => order::release(&mut draft, by)?,
        Event::Retry { by } => order::retry(&mut draft, by)?,
        Event::Reschedule { due_at, civil, by } => {
            order::reschedule(&mut draft, *due_at, civil.as_ref())?;
            draft.next.by_hand = by.is_person();
            approvals::ordered(&mut draft, by);
            let needed = draft.context.policy.approvals;
            if let Some(notice) = draft.next.asks_early(draft.context.now, needed) {
                draft.notify(notice);
            }
            if *by == super::Actor::File {
                draft.next.named_at = Some(*due_at);
            }
        }
        Event::Revise { payload, source, revisions, appended, pin, by } => {
            alter::revise(&mut draft, revisions, appended, by)?;
            draft.next.pin.wanted = *pin;
            draft.next.payload = *payload;
            draft.next.source = *source;
        }
    }
    draft.finish(event)
}

/// Accepts a new publication: it is scheduled, and every part is pending.
///
/// # Errors
/// When its key is another's, or it has no parts or too many.
pub fn enqueue(new: NewPublication) -> Result<Transition, Refused> {
    if let Some(by) = new.key_taken_by {
        return Err(Refused::KeyTaken { by });
    }
    let count = new.parts.len();
    if !(1..=limits::PARTS).contains(&count) || new.parts.iter().any(|part| part.messages == 0) {
        return Err(Refused::Parts);
    }
    let next = Publication {
        id: new.id,
        version: 0,
        post: new.post,
        chat: new.chat,
        channel: new.channel,
        edition: new.edition,
        revision: new.revision,
        payload: new.payload,
        source: new.source,
        due_at: new.due_at,
        civil: new.civil,
        by_hand: new.by_hand,
        named_at: new.named_at,
        patient_from: new.due_at,
        not_before: None,
        state: State::Scheduled,
        pin: Pin::wanted(new.pin),
        together: new.together,
        approvals: Approvals::asked(new.approvals, &new.by).of(new.asker),
        by: new.by,
        parts: new.parts.into_iter().map(Part::from).collect(),
    };
    invariant::of(&next)?;
    let parts = (0..count).map(Write::InsertPart);
    let writes = [Write::InsertPublication].into_iter().chain(parts).collect();
    Ok(Transition { expects: None, next, writes, intent: None })
}

/// Takes messages that stand in a channel for the parts of a publication that is published thereby, by a person's word. What
/// they show is not known, so that the first edit counts as one whatever it says.
///
/// # Errors
/// As [`enqueue`], and when these can be no messages of these parts, or nobody stands for it.
pub fn adopt(
    new: NewPublication,
    message_ids: &[i64],
    now: Timestamp,
) -> Result<Transition, Refused> {
    let by = new.by.clone();
    if !by.is_person() {
        return Err(Refused::NotAPerson { by });
    }
    let fits =
        new.parts.len() == message_ids.len() && new.parts.iter().all(|part| part.messages == 1);
    if !fits || !are_message_ids(message_ids) {
        return Err(Refused::MessageIds { message_ids: message_ids.to_vec() });
    }
    let mut transition = enqueue(new)?;
    let next = &mut transition.next;
    next.state = State::Published;
    next.payload = PayloadHash::UNKNOWN;
    for (part, id) in next.parts.iter_mut().zip(message_ids) {
        let via = Via::Person(by.clone());
        part.state = PartState::Sent { message_ids: vec![*id], via, at: now };
        part.shown = PayloadHash::UNKNOWN;
    }
    invariant::of(next)?;
    let highest = message_ids.iter().copied().max();
    transition.writes.extend(highest.map(Write::RaiseFloor));
    Ok(transition)
}
