//! What operators are told of, in words; whom and how is not known here.

use jiff::tz::TimeZone;

use super::explanation::{held_reason, named, reason};
use crate::ids::Target;
use crate::outbox::{Notice, Publication};

/// One sentence about what has happened to a publication, which stands as it does now.
#[must_use]
pub fn notice(
    notice: &Notice,
    publication: &Publication,
    target: &Target,
    zone: &TimeZone,
) -> String {
    let total = publication.parts.len();
    let stands =
        || reason(publication, target).unwrap_or_else(|| publication.state.shown().to_owned());
    match notice {
        Notice::Uncertain { part } => format!(
            "nobody knows yet whether {} was sent; its channel waits until that is found out",
            named(*part, total)
        ),
        Notice::NeedsOperator { .. } => {
            stands()
        }
        Notice::Duplicate { part, message_ids } => {
            let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
            format!(
                "{} stands in the channel more than once, also as message {}; delete what is too much",
                named(*part, total),
                ids.join(", ")
            )
        }
        Notice::Failed { .. } | Notice::Conflict { .. } => stands(),
        Notice::Held { held } => held_reason(held, target),
        Notice::Missed => "its time passed by more than the grace; it was left out".to_owned(),
        Notice::LongWait { until } => {
            let until = until.to_zoned_datetime(zone.clone());
            format!("Telegram asks to wait with its channel until {}", until.strftime("%a %F %H:%M %Q"))
        }
        Notice::ChannelPaused => "Telegram refuses the bot in its channel, which is paused; `telepress doctor` shows what the bot may do there, and `telepress resume` tries again".to_owned(),
        Notice::BotStopped => "Telegram refuses the bot: nothing goes out; check the token, then `telepress resume`".to_owned(),
    }
}
