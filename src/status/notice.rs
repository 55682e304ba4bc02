//! The sentences of notices to operators, and whether a notice still applies.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::end::end_reason;
use super::explanation::{held_reason, reason_with_names};
use super::names::{part_name, place_of};
use crate::config::OperatorNames;
use crate::ids::Target;
use crate::outbox::{ChangeState, HoldReason, Notice, Part, Publication, State};
use crate::schedule;

/// A sentence about an event of a publication, given its current state.
#[must_use]
pub fn notice(
    notice: &Notice,
    publication: &Publication,
    target: &Target,
    zone: &TimeZone,
    names: &OperatorNames,
) -> String {
    let total = publication.parts.len();
    let state = || {
        reason_with_names(publication, target, names)
            .unwrap_or_else(|| publication.state.shown().to_owned())
    };
    match notice {
        Notice::Uncertain { part } => format!(
            "Telegram did not confirm {}; its channel waits until telepress knows whether it was sent",
            part_name(*part, total)
        ),
        Notice::NeedsOperator { .. } => {
            state()
        }
        Notice::Duplicate { part, message_ids } => {
            let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
            let extra = if ids.len() == 1 { "copy, message" } else { "copies, messages" };
            format!(
                "{} is in {} more than once: delete the extra {extra} {}",
                part_name(*part, total),
                place_of(publication),
                ids.join(", ")
            )
        }
        Notice::Failed { .. } | Notice::Conflict { .. } => state(),
        Notice::Held { held } => held_reason(held, publication.is_comments(), target),
        Notice::ApprovalDue { due_at } => format!(
            "it is scheduled for {}, and publishers have to approve it first, in the chat with the bot",
            schedule::shown_with_day(*due_at, zone)
        ),
        Notice::Missed => "it was later than the grace period (`[schedule] grace`) allows, and was skipped".to_owned(),
        Notice::EndMissed { .. } => end_reason(publication, target, zone).unwrap_or_else(state),
        Notice::LongWait { until } => {
            let until = schedule::shown_with_day(*until, zone);
            format!("Telegram has asked the bot not to post in its channel until {until}")
        }
        Notice::ChannelPaused if publication.is_comments() => "Telegram refuses the bot in the discussion group, so nothing is sent there; let it write there again, then run `telepress resume`".to_owned(),
        Notice::ChannelPaused => "Telegram refuses the bot in its channel, so the channel is paused; give the bot its rights back (`telepress doctor` shows them), then run `telepress resume`".to_owned(),
        Notice::Hook { program, failure } => {
            format!("it is published, but the hook {program} failed: {failure}")
        }
        Notice::BotStopped => "Telegram refuses the bot, so nothing is sent; check the token, then run `telepress resume`".to_owned(),
    }
}

/// Whether what a notice reports about a publication is settled. `approvals` is the number that the config requires. Whether a
/// channel or the bot is still paused is not known here.
#[must_use]
pub fn is_settled(
    notice: &Notice,
    publication: &Publication,
    approvals: u8,
    now: Timestamp,
) -> bool {
    let is_open = |part: &Part| {
        let change = part.change.as_ref().map(|change| &change.state);
        part.state.unknown_outcome().is_some()
            || matches!(change, Some(ChangeState::Conflict { .. }))
    };
    match notice {
        Notice::Held { held: HoldReason::Approvals } => !publication.waits_for_approvals(approvals),
        Notice::ApprovalDue { due_at } => {
            publication.due_at != *due_at || !publication.needs_reminder(now, approvals)
        }
        Notice::Held { .. } => !matches!(publication.state, State::Held { .. }),
        Notice::Failed { .. } => !matches!(publication.state, State::Failed { .. }),
        Notice::Uncertain { .. } | Notice::NeedsOperator { .. } | Notice::Conflict { .. } => {
            !publication.parts.iter().any(is_open)
        }
        Notice::EndMissed { end } => !publication.missed_ends().any(|(kind, ..)| kind == *end),
        Notice::LongWait { until } => *until <= now,
        Notice::Duplicate { .. }
        | Notice::Missed
        | Notice::ChannelPaused
        | Notice::BotStopped
        | Notice::Hook { .. } => false,
    }
}
