//! What operators have to hear of, by the journal's own list: it is told once, by this process or by the next one. It decides
//! nothing.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::desk::{Desk, DeskFault};
use crate::status;
use crate::store::Order;

/// Strikes what is on the list, and says what came on it before `since`: what came later was said when it happened.
pub(super) async fn tell(desk: &Desk, since: Timestamp, now: Timestamp) -> Result<(), DeskFault> {
    let untold = desk.store.untold().await?;
    let mut orders = Vec::new();
    for untold in untold {
        if untold.at < since {
            let publication = desk.publication(untold.publication).await?;
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
        orders.push(Order::Told { notice: untold.id });
    }
    if orders.is_empty() {
        return Ok(());
    }
    desk.order(orders, now).await.map(drop)
}
