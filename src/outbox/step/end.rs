//! The ends of a published post: at its time each is ordered once, or missed. The other steps make the requests.

use super::change;
use super::transition_builder::TransitionBuilder;
use crate::limits;
use crate::message::Request;
use crate::outbox::{
    Actor, ChangeKind, Context, EndKind, EndState, Missed, Notice, Part, PartRevision, PartState,
    StepRefusal, moment,
};

/// Orders the end whose time has come. A late one is missed as a post is: `[schedule] missed` decides.
pub(super) fn end(builder: &mut TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    let Context { now, channel, policy, process, .. } = *builder.context;
    let Some((kind, at)) = builder.before.due_end(now) else {
        return Err(StepRefusal::NothingToDo);
    };
    if !process.clock_trusted {
        return Err(StepRefusal::ClockUntrusted);
    }
    if let Some(why) = &channel.paused {
        return Err(StepRefusal::ChannelPaused { why: why.clone() });
    }
    if let Some(part) = builder.before.part_in_flight() {
        return Err(StepRefusal::InFlight { part });
    }
    let is_too_old = |part: &Part| match part.state {
        PartState::Sent { at, .. } => now >= moment::saturating_add(at, limits::DELETE_WINDOW),
        _ => false,
    };
    let is_late = now > moment::saturating_add(at, policy.grace);
    let is_impossible = kind == EndKind::Delete && builder.before.parts.iter().any(is_too_old);
    let state = match policy.missed {
        Missed::Skip if is_late => EndState::Skipped,
        Missed::Hold if is_late => EndState::Missed,
        _ if is_impossible => EndState::Missed,
        _ => EndState::Ordered,
    };
    builder.next.ends.set(kind, state);
    match (state, kind) {
        (EndState::Ordered, EndKind::Delete) => delete(builder),
        // The pin is removed as soon as the publication no longer wants it.
        (EndState::Ordered | EndState::Waiting, _) => Ok(()),
        (EndState::Missed | EndState::Skipped, _) => {
            builder.notify(Notice::EndMissed { end: kind });
            Ok(())
        }
    }
}

/// Orders the deletion of every message.
fn delete(builder: &mut TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    for (number, part) in builder.before.parts.iter().enumerate() {
        let Some(request) = Request::deletion_of(part.state.message_ids()) else { continue };
        // Nothing is shown after a deletion, so its hash is never compared.
        let revision = PartRevision {
            part: number,
            kind: ChangeKind::Delete,
            request,
            hash: part.shown,
            pruned: false,
        };
        change::revise_part(builder, &revision, &Actor::Schedule)?;
    }
    Ok(())
}
