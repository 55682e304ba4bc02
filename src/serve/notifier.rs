//! What operators have to hear of, by the journal's own list: it is told once, by this process or by the next one. It decides
//! nothing.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::bot::{self, Bot};
use crate::operations::{OperationError, Operations};
use crate::outbox::{Notice, Publication};
use crate::status;
use crate::store::{Command, PendingNotice};

/// What is told at once: of what kind it is, its numbers on the list, and what it is about.
type Kind = (Notice, Vec<i64>, Vec<Publication>);

/// Strikes what is on the list when it was told, and says in the log what came on it before `since`: what came later was said
/// when it happened. `false` where there are operators and none of them could be told.
pub(super) async fn tell(
    operations: &Operations,
    bot: Option<&Bot<'_>>,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, OperationError> {
    let mut kinds: Vec<Kind> = Vec::new();
    for PendingNotice { id, publication, notice, at } in operations.store.pending_notices().await? {
        let publication = operations.publication(publication).await?;
        if at < since {
            say(operations, &notice, &publication, at);
        }
        let is_of = |(kind, _, told): &&mut Kind| {
            let joins = |told: &Publication| bot::joins(kind, &told.post, &publication.post);
            *kind == notice && told.iter().all(joins)
        };
        match kinds.iter_mut().find(is_of) {
            Some((_, ids, told)) => {
                ids.push(id);
                told.push(publication);
            }
            None => kinds.push((notice, vec![id], vec![publication])),
        }
    }
    let mut orders = Vec::new();
    let mut heard = true;
    for (notice, ids, publications) in kinds {
        let is_told = match bot {
            Some(bot) => bot.alert(&notice, &publications).await,
            None => true,
        };
        if is_told {
            orders.extend(ids.into_iter().map(|notice| Command::NoticeDelivered { notice }));
        } else {
            heard = false;
        }
    }
    if !orders.is_empty() {
        operations.order(orders, now).await?;
    }
    if let Some(bot) = bot {
        bot.end_what_is_over().await;
    }
    Ok(heard)
}

/// Says in the log what came on the list before anybody listened.
fn say(operations: &Operations, notice: &Notice, publication: &Publication, at: Timestamp) {
    let zone = operations.channel_of(publication).map(|channel| channel.timezone.clone());
    let words = status::notice(
        notice,
        publication,
        &operations.target(publication),
        &zone.unwrap_or(TimeZone::UTC),
    );
    let standing = operations.standing(publication);
    let at = at.strftime("%FT%TZ");
    log::error!("notice post={} channel={} since={at}: {words}", standing.post, standing.channel);
}
