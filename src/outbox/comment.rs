//! What comments wait for: their post, then its copy in the discussion group. A pure function of the journal's facts.

use jiff::Timestamp;

use super::{ChangeKind, Part, PartState, Publication, State, moment};
use crate::limits;

/// What becomes of comments that were not sent yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// They wait until their post is published.
    WaitsForPost,
    /// Their post is published, and they wait for its copy until this time.
    WaitsForForward(Timestamp),
    /// They may be sent, as replies to this message of the discussion group.
    ReplyTo(i64),
    /// The copy did not appear in time.
    NotPlaced,
    /// Their post will not be published, or was deleted.
    PostGone,
}

/// The publication of the post that these comments are below: the newest one when they were accepted, or what has replaced it.
#[must_use]
pub fn post_of<'p>(comments: &Publication, of_post: &'p [Publication]) -> Option<&'p Publication> {
    let chat = comments.comments_on?;
    let is_older = |post: &&Publication| {
        !post.is_comments()
            && post.chat == chat
            && post.post == comments.post
            && post.occurrence == comments.occurrence
            && post.id < comments.id
    };
    let mut post = of_post.iter().filter(is_older).max_by_key(|post| post.id)?;
    while let State::Superseded { successor, .. } = &post.state {
        let next = of_post.iter().find(|next| next.id == *successor && next.id > post.id);
        post = next?;
    }
    Some(post)
}

/// The message whose copy the comments reply to: the first one of the post. And when it was recorded as sent.
#[must_use]
pub fn commented_message(post: &Publication) -> Option<(i64, Timestamp)> {
    post.parts.iter().find_map(|part| match &part.state {
        PartState::Sent { message_ids, at, .. } => Some((*message_ids.first()?, *at)),
        _ => None,
    })
}

/// When a command stops waiting for a copy that may appear until `until`.
#[must_use]
pub fn patience_ends(until: Timestamp) -> Timestamp {
    let rest = limits::FORWARD_WAIT.saturating_sub(limits::COMMENTS_PATIENCE);
    until.checked_sub(rest).unwrap_or(until)
}

/// What becomes of comments that were not sent yet. `forward` is the copy of their post in the discussion group, if it is known.
#[must_use]
pub fn placement(
    comments: &Publication,
    post: Option<&Publication>,
    forward: Option<i64>,
    now: Timestamp,
) -> Placement {
    let Some(post) = post else { return Placement::PostGone };
    let is_deleted =
        |part: &Part| part.change.as_ref().is_some_and(|change| change.kind == ChangeKind::Delete);
    match &post.state {
        State::Cancelled { .. } | State::Superseded { .. } => return Placement::PostGone,
        State::Published if post.parts.iter().any(is_deleted) => return Placement::PostGone,
        State::Published => {}
        _ => return Placement::WaitsForPost,
    }
    let Some((_, at)) = commented_message(post) else { return Placement::PostGone };
    // An operator who releases the comments waits once more.
    let until = moment::saturating_add(at.max(comments.retry_since), limits::FORWARD_WAIT);
    match forward {
        Some(forward) => Placement::ReplyTo(forward),
        None if now >= until => Placement::NotPlaced,
        None => Placement::WaitsForForward(until),
    }
}
