//! Plans `publish` and `schedule` for one post in one channel. The operator's time wins over the file's.

use jiff::Timestamp;
use thiserror::Error;

use super::reason::{COMMENTS_IN_GROUP, COMMENTS_IN_GROUP_HINT};
use super::{Desired, FormerChat, Step};
use crate::ids::{ChannelName, Target};
use crate::outbox::{
    Actor, Cancellation, CivilTime, Event, HoldReason, Part, Publication, RefusedDeletion, State,
};
use crate::status;

/// What an order does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnqueuePlan {
    /// These steps.
    Steps(Vec<Step>),
    /// Nothing: the post is being sent already.
    InProgress,
    /// Nothing: the post is published already.
    Published {
        /// Whether the file has changed since, and not only its rendering.
        differs: bool,
    },
}

/// Why an order is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EnqueueRefusal {
    /// The post is a draft.
    #[error("it is a draft for this channel, and drafts are not published")]
    Draft,
    /// An operator deleted or cancelled the post.
    #[error("it was {0} earlier, so it will not be published")]
    Withdrawn(String),
    /// The post is, or may be, in the channel's former chat.
    #[error("{0}")]
    Elsewhere(FormerChat),
    /// Part of the post is, or may be, in the channel.
    #[error("{0}, and part of it may be in the channel")]
    MayBePublished(String),
    /// Its editions are published together, and the one for this channel cannot.
    #[error("its editions are published together, but the one for {0} is a draft or empty")]
    Together(ChannelName),
    /// The post has comments, and its chat is a group.
    #[error("{COMMENTS_IN_GROUP}")]
    CommentsInGroup,
    /// A bot could not delete the post at its `delete_at`.
    #[error("{}", super::Reason::DeletionRefused(*.0))]
    DeletionRefused(RefusedDeletion),
    /// Telegram refused the post, and it has not changed.
    #[error("{0}")]
    Failed(String),
    /// The post was cancelled, and the outcome of a part is not known yet.
    #[error("{0}")]
    Cancelling(String),
    /// The post is being sent, or waits for an operator.
    #[error("{0}")]
    Waits(String),
}

impl EnqueueRefusal {
    /// The next step for an operator.
    #[must_use]
    pub fn hint(&self, target: &Target) -> String {
        let post = target.post();
        let again = format!("`telepress publish {target} --again` sends it as a new message");
        match self {
            Self::DeletionRefused(_) => {
                "`delete_at` in the file must be after sending, and less than 47 hours after it"
                    .to_owned()
            }
            Self::Draft => "remove `draft = true` from the file".to_owned(),
            Self::Together(_) => {
                "finish that edition, or remove `together = true` from the file".to_owned()
            }
            Self::CommentsInGroup => COMMENTS_IN_GROUP_HINT.to_owned(),
            Self::Elsewhere(elsewhere) => elsewhere.hint(target),
            Self::MayBePublished(_) => format!("look at the channel; {again}"),
            Self::Withdrawn(_) => {
                format!("`telepress publish {target} --again` publishes it after all")
            }
            Self::Cancelling(_) => {
                format!("wait until the outcome is known: `telepress status {post}` shows it")
            }
            Self::Failed(_) | Self::Waits(_) => {
                format!("`telepress status {post}` shows its state")
            }
        }
    }
}

/// Whether to publish a post again that was published before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResendPolicy {
    /// No: a deleted or cancelled post stays so.
    No,
    /// If it was deleted or cancelled, and the operator knows that. A published post is not sent twice.
    IfWithdrawn,
    /// Always, as a new message, even if the post is in the channel already.
    Always,
}

/// The time at which an ordered post is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedTime {
    /// The time as an instant.
    pub at: Timestamp,
    /// The civil time that the operator wrote.
    pub civil: Option<CivilTime>,
    /// Whether the operator asked for now: then a post that is being sent already needs no step.
    pub is_now: bool,
}

/// Plans the publication of `desired` at a time. `newest` is its newest publication in this channel, `count` the number of
/// those that were not superseded, and `is_in_other_channel` says whether the post is, or may be, in another channel.
///
/// # Errors
/// If the order is refused.
pub fn plan_enqueue(
    desired: &Desired,
    newest: Option<&Publication>,
    is_in_other_channel: bool,
    count: u32,
    again: ResendPolicy,
    by: &Actor,
    due: &ResolvedTime,
) -> Result<EnqueuePlan, EnqueueRefusal> {
    if desired.draft {
        return Err(EnqueueRefusal::Draft);
    }
    if let Some(other) = &desired.waits_for {
        return Err(EnqueueRefusal::Together(other.clone()));
    }
    if desired.has_comments_in_group() {
        return Err(EnqueueRefusal::CommentsInGroup);
    }
    if let Some(why) = desired.ends.refused(due.at) {
        let is_over = newest.is_some_and(|newest| newest.state == State::Published);
        if !is_over || again == ResendPolicy::Always {
            return Err(EnqueueRefusal::DeletionRefused(why));
        }
    }
    let accept = |replaced: Option<&Publication>| {
        let mut acceptance = desired.acceptance(by, due.at, replaced, count);
        acceptance.civil.clone_from(&due.civil);
        acceptance.by_hand = true;
        acceptance.together.begun = is_in_other_channel;
        Ok(EnqueuePlan::Steps(vec![Step::Accept(Box::new(acceptance))]))
    };
    let Some(publication) = newest else { return accept(None) };
    let begun = super::may_be_in_channel(publication);
    let why = || {
        status::reason(publication, &desired.target())
            .unwrap_or_else(|| format!("its state is `{}`", publication.state.shown()))
    };
    match &publication.state {
        State::Held { held: HoldReason::Restored } if again != ResendPolicy::Always => {
            Err(EnqueueRefusal::Waits(why()))
        }
        State::Scheduled | State::Due | State::Held { .. } if !begun => {
            if desired.payload != publication.payload
                || desired.together != publication.together.channels
            {
                return accept(Some(publication));
            }
            let mut steps = Vec::new();
            if matches!(publication.state, State::Held { .. }) {
                steps.push(Step::Apply(publication.id, Event::Release { by: by.clone() }));
            }
            let event =
                Event::Reschedule { due_at: due.at, civil: due.civil.clone(), by: by.clone() };
            steps.push(Step::Apply(publication.id, event));
            Ok(EnqueuePlan::Steps(steps))
        }
        State::Published if again != ResendPolicy::Always => {
            Ok(EnqueuePlan::Published { differs: super::has_other_text(publication, desired) })
        }
        State::Due | State::Publishing if due.is_now => Ok(EnqueuePlan::InProgress),
        State::Uncertain if due.is_now && !status::needs_operator(publication) => {
            Ok(EnqueuePlan::InProgress)
        }
        State::Failed { .. } if !begun && desired.payload != publication.payload => {
            accept(Some(publication))
        }
        // A post that may be in the channel needs `--again`, or it could appear twice.
        State::Cancelled { .. }
            if again != ResendPolicy::Always
                && publication.parts.iter().any(Part::may_be_in_channel) =>
        {
            Err(EnqueueRefusal::MayBePublished(why()))
        }
        // A new time overrides a cancellation; a deleted post comes back only if the operator has seen that it was deleted.
        State::Cancelled { by, cancellation }
            if again == ResendPolicy::No
                && by.is_person()
                && (due.is_now || *cancellation == Cancellation::Deleted) =>
        {
            Err(EnqueueRefusal::Withdrawn(why()))
        }
        State::Published | State::Cancelled { .. } | State::Superseded { .. } => accept(None),
        State::Failed { .. } => Err(EnqueueRefusal::Failed(why())),
        State::Cancelling { .. } => Err(EnqueueRefusal::Cancelling(why())),
        _ => Err(EnqueueRefusal::Waits(why())),
    }
}
