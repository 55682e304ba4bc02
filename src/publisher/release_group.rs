//! Whether channels that begin together all may: pure, from what stands in the journal.

use jiff::Timestamp;

use crate::outbox::{Channel, Publication, State};

/// Whether `other` begins together with `publication` and stands ready, as far as it goes itself.
pub(super) fn is_fellow(publication: &Publication, other: &Publication) -> bool {
    publication.together.waits()
        && other.together.waits()
        && matches!(other.state, State::Scheduled | State::Due)
        && other.post == publication.post
}

/// Whether every channel that begins together with `publication` takes one now: none is paused, frozen or waits for the
/// outcome of another send. Otherwise when to look again, where that is known. Its fellows are those that stand ready, itself
/// among them.
pub(super) fn may_begin<'p, 'c>(
    publication: &Publication,
    fellows: impl Iterator<Item = &'p Publication>,
    is_uncertain: impl Fn(i64) -> bool,
    channel: impl Fn(i64) -> Option<&'c Channel>,
    now: Timestamp,
) -> Result<(), Option<Timestamp>> {
    if !publication.together.waits() {
        return Ok(());
    }
    let mut count = 0;
    let mut open_from = None;
    for fellow in fellows {
        count += 1;
        let channel = channel(fellow.chat);
        let is_paused = channel.is_some_and(|channel| channel.paused.is_some());
        if is_paused || is_uncertain(fellow.chat) {
            return Err(None);
        }
        let frozen = channel.and_then(|channel| channel.freeze_until);
        open_from = open_from.max(frozen.filter(|until| *until > now));
    }
    match open_from {
        _ if count < publication.together.channels => Err(None),
        Some(until) => Err(Some(until)),
        None => Ok(()),
    }
}

/// Whether nothing of it begins before somebody does something about another channel; `of_post` are all of its post.
#[must_use]
pub fn waits_for_others(
    publication: &Publication,
    of_post: &[Publication],
    channels: &[Channel],
) -> bool {
    let fellows = of_post.iter().filter(|other| is_fellow(publication, other));
    let channel = |chat| channels.iter().find(|channel| channel.chat == chat);
    // What only has to be waited out is over by then.
    may_begin(publication, fellows, |_| false, channel, Timestamp::MAX).is_err()
}
