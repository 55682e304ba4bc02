//! Crash recovery of a request without an answer: its owner is gone, or a probe has looked for it.

use super::change::mark_conflict;
use super::send::raise_last_known_message;
use super::transition_builder::TransitionBuilder;
use crate::limits;
use crate::outbox::{
    Absence, AttemptId, ChangeState, Conflict, Context, DeathCertainty, EventKind, Evidence,
    FindingKind, MissingProof, Notice, Owner, PartState, Question, Recovery, StepRefusal,
    UnknownCause, Verdict, moment,
};

pub(super) fn owner_gone(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    owner: &Owner,
    death: DeathCertainty,
) -> Result<(), StepRefusal> {
    let Context { now, process, policy, .. } = *builder.context;
    let part = builder.part(number)?;
    if *owner == process.owner {
        return Err(StepRefusal::OwnerIsHere { owner: owner.clone() });
    }
    if !process.holds_lock {
        return Err(StepRefusal::NoLock);
    }
    let cause = match death {
        DeathCertainty::Known => UnknownCause::OwnerDead,
        DeathCertainty::Presumed => UnknownCause::OwnerLost,
    };
    let dead = death == DeathCertainty::Known;
    let other = || StepRefusal::OtherOwner { owner: owner.clone() };
    if let PartState::Sending { owner: sender, .. } = &part.state {
        if sender != owner {
            return Err(other());
        }
        let unknown = part.state.unanswered_send(now, cause).ok_or_else(other)?;
        builder.record(unknown.attempt, FindingKind::Owner { dead });
        builder.next_part(number)?.state = PartState::Uncertain { unknown, probes: 0 };
        builder.notify(Notice::Uncertain { part: number });
        builder.update_state();
        return Ok(());
    }
    let sending = part.change.as_ref().map(|change| &change.state);
    if let Some(ChangeState::Sending { attempt, owner: sender, .. }) = sending {
        if sender != owner {
            return Err(other());
        }
        builder.record(*attempt, FindingKind::Owner { dead });
        let is_pin = part.change.as_ref().is_some_and(|change| change.kind.is_pin());
        if is_pin {
            return mark_conflict(
                builder,
                number,
                Conflict::Unanswered,
                "the process that made it is gone",
            );
        }
        let next = builder.next_part(number)?;
        if let Some(change) = &mut next.change {
            change.state = ChangeState::Pending { not_before: None };
        }
        next.edit_not_before = Some(moment::saturating_add(now, policy.quiet));
        return Ok(());
    }
    Err(builder.wrong_part(EventKind::OwnerGone, number))
}

pub(super) fn probed(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    attempt: AttemptId,
    evidence: &Evidence,
) -> Result<(), StepRefusal> {
    let Context { now, policy, .. } = *builder.context;
    let part = builder.part(number)?;
    let Some(unknown) = part.state.unknown_outcome() else {
        return Err(builder.wrong_part(EventKind::Probed, number));
    };
    if unknown.attempt != attempt {
        return Err(StepRefusal::OtherAttempt { attempt });
    }
    // A message that belongs to another part is not this one, even with equal content.
    let mut own = evidence.clone();
    own.matches.retain(|found| !builder.is_of_another_part(number, &found.message_ids));
    own.items.retain(|found| !builder.is_of_another_part(number, &[found.message_id]));
    for present in &mut own.present {
        if builder.is_of_another_part(number, &[present.message_id]) {
            present.belongs_to = Some(builder.before.id);
        }
    }
    let verdict = own.verdict(unknown, part.messages, policy.quiet);
    let found = FindingKind::Evidence(evidence.clone());
    match (&part.state, verdict) {
        // Presence is accepted even after a person was asked, because they may not have answered yet.
        (_, Verdict::Found { message_ids, via, again }) => {
            if !again.is_empty() {
                builder.notify(Notice::Duplicate { part: number, message_ids: again.clone() });
            }
            let all: Vec<i64> = message_ids.iter().chain(&again).copied().collect();
            builder.next_part(number)?.state = PartState::Sent { message_ids, via, at: now };
            raise_last_known_message(builder, &all);
        }
        // After a person was asked, only they decide whether it is absent.
        (PartState::NeedsOperator { .. }, _) => {
            return Err(builder.wrong_part(EventKind::Probed, number));
        }
        // The config says that a person decides about absence.
        (_, Verdict::Absent(_)) if policy.recovery_in(builder.before.chat) != Recovery::Probe => {
            return Err(StepRefusal::NothingToDo);
        }
        (_, Verdict::Absent(proof)) => absent(builder, number, &proof)?,
        // A probe that began too early proves nothing and is not counted.
        (_, Verdict::Inconclusive { missing_proof: MissingProof::TooEarly, .. }) => {
            return Err(StepRefusal::TooEarly {
                until: moment::saturating_add(unknown.since, policy.quiet),
            });
        }
        (_, Verdict::Inconclusive { missing_proof, candidates, items }) => {
            inconclusive(
                builder,
                number,
                missing_proof,
                Question::Inconclusive { missing_proof, candidates, items },
            )?;
        }
    }
    builder.record(attempt, found);
    builder.update_state();
    Ok(())
}

/// Makes an uncertain part pending again. Without a person this is the only way, and it requires the proof.
fn absent(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    _proof: &Absence,
) -> Result<(), StepRefusal> {
    let next = builder.next_part(number)?;
    next.state = PartState::Pending;
    // It counts as a try, so that a send that never takes effect is not repeated forever.
    next.tries.sends = next.tries.sends.saturating_add(1);
    Ok(())
}

fn inconclusive(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    missing_proof: MissingProof,
    question: Question,
) -> Result<(), StepRefusal> {
    let PartState::Uncertain { unknown, probes } = &builder.part(number)?.state else {
        return Ok(());
    };
    let (unknown, probes) = (unknown.clone(), probes.saturating_add(1));
    if missing_proof.may_change() && probes < limits::MAX_INCONCLUSIVE_PROBES {
        builder.next_part(number)?.state = PartState::Uncertain { unknown, probes };
        return Ok(());
    }
    builder.ask(number, unknown, question)
}
