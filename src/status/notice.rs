//! The sentences of notices to operators.

use jiff::tz::TimeZone;

use super::explanation::{held_reason, reason};
use super::names::{part_name, place_of};
use crate::ids::Target;
use crate::outbox::{Notice, Publication};

/// A sentence about an event of a publication, given its current state.
#[must_use]
pub fn notice(
    notice: &Notice,
    publication: &Publication,
    target: &Target,
    zone: &TimeZone,
) -> String {
    let total = publication.parts.len();
    let state =
        || reason(publication, target).unwrap_or_else(|| publication.state.shown().to_owned());
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
        Notice::Missed => "it was later than the grace period (`[schedule] grace`) allows, and was skipped".to_owned(),
        Notice::LongWait { until } => {
            let until = until.to_zoned_datetime(zone.clone());
            format!("Telegram asks to send nothing to its channel until {}", until.strftime("%a %F %H:%M %Q"))
        }
        Notice::ChannelPaused if publication.is_comments() => "Telegram refuses the bot in the discussion group, so nothing is sent there; let it write there again, then run `telepress resume`".to_owned(),
        Notice::ChannelPaused => "Telegram refuses the bot in its channel, so the channel is paused; give the bot its rights back (`telepress doctor` shows them), then run `telepress resume`".to_owned(),
        Notice::BotStopped => "Telegram refuses the bot, so nothing is sent; check the token, then run `telepress resume`".to_owned(),
    }
}
