//! What operators have to hear of, by the journal's own list: it is told once, by this process or by the next one. It decides
//! nothing.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::bot::Attendant;
use crate::desk::{Desk, DeskFault};
use crate::status;
use crate::store::Order;

/// Strikes what is on the list when it was told, and says in the log what came on it before `since`: what came later was said
/// when it happened. `false` where there are operators and none of them could be told.
pub(super) async fn tell(
    desk: &Desk,
    bot: Option<&Attendant<'_>>,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, DeskFault> {
    let untold = desk.store.untold().await?;
    let mut orders = Vec::new();
    let mut heard = true;
    for untold in untold {
        let publication = desk.publication(untold.publication).await?;
        if untold.at < since {
            let zone = desk.channel_of(&publication).map(|channel| channel.timezone.clone());
            let words =
                status::notice(&untold.notice, &publication, &zone.unwrap_or(TimeZone::UTC));
            let standing = desk.standing(&publication);
            let at = untold.at.strftime("%FT%TZ");
            log::error!(
                "notice post={} channel={} since={at}: {words}",
                standing.post,
                standing.channel
            );
        }
        let is_told = match bot {
            Some(bot) => bot.alert(&untold.notice, &publication).await,
            None => true,
        };
        if is_told {
            orders.push(Order::Told { notice: untold.id });
        } else {
            heard = false;
        }
    }
    if !orders.is_empty() {
        desk.order(orders, now).await?;
    }
    if let Some(bot) = bot {
        bot.end_what_is_over().await;
    }
    Ok(heard)
}
