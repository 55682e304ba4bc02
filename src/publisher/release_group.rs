//! Decides whether the editions of a post with `together` (a release group) may start: none starts before all of them can. It
//! reads no journal.

use jiff::Timestamp;

use crate::ids::Destination;
use crate::outbox::{Channel, Publication, State};

/// Whether `other` is a ready member of the publication's release group.
pub(super) fn is_member(publication: &Publication, other: &Publication) -> bool {
    publication.together.waits()
        && other.together.waits()
        && matches!(other.state, State::Scheduled | State::Due)
        && other.post == publication.post
        && other.occurrence == publication.occurrence
}

/// Whether every channel of the publication's release group may start now: none is paused, waits out a flood wait or has
/// an unknown outcome.
/// Otherwise returns when to check again, if known. `members` are the ready members, including the publication itself.
pub(super) fn may_begin<'p, 'c>(
    publication: &Publication,
    members: impl Iterator<Item = &'p Publication>,
    is_uncertain: impl Fn(i64) -> bool,
    channel: impl Fn(Destination) -> Option<&'c Channel>,
    now: Timestamp,
) -> Result<(), Option<Timestamp>> {
    if !publication.together.waits() {
        return Ok(());
    }
    let mut count = 0;
    let mut open_from = None;
    for member in members {
        count += 1;
        let channel = channel(member.destination());
        let is_paused = channel.is_some_and(|channel| channel.paused.is_some());
        if is_paused || is_uncertain(member.chat) {
            return Err(None);
        }
        let flood_wait = channel.and_then(|channel| channel.flood_wait_until);
        open_from = open_from.max(flood_wait.filter(|until| *until > now));
    }
    match open_from {
        _ if count < publication.together.channels => Err(None),
        Some(until) => Err(Some(until)),
        None => Ok(()),
    }
}

/// Whether another channel of its release group prevents its start until a person acts. `of_post` are all publications of the
/// post.
#[must_use]
pub fn waits_for_others(
    publication: &Publication,
    of_post: &[Publication],
    channels: &[Channel],
) -> bool {
    let members = of_post.iter().filter(|other| is_member(publication, other));
    let channel = |place| channels.iter().find(|channel| channel.destination == place);
    // Waits that only need time have ended by then.
    may_begin(publication, members, |_| false, channel, Timestamp::MAX).is_err()
}
