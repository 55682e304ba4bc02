//! What `publish` and `schedule` do with one post in one channel: it goes out at a person's time, whatever time its file
//! names.

use jiff::Timestamp;
use thiserror::Error;

use super::{Desired, Presence, Step};
use crate::ids::ChannelName;
use crate::ids::ChatId;
use crate::ids::Target;
use crate::outbox::{Actor, Cancellation, CivilTime, Event, HoldReason, Part, Publication, State};
use crate::status;

/// How it comes to that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnqueuePlan {
    /// By these steps.
    Steps(Vec<Step>),
    /// It is on its way already.
    GoesOn,
    /// It stands there already, as the file says or otherwise.
    Stands {
        /// Whether the file says something else by now.
        differs: bool,
    },
}

/// Why it is not.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EnqueueRefusal {
    /// A draft.
    #[error("it is a draft for this channel, and drafts are not published")]
    Draft,
    /// A person took it back.
    #[error("{0}")]
    Withdrawn(String),
    /// It is, or may be, in the chat that the channel was before.
    #[error("{}", .1.shown(.0))]
    Elsewhere(ChatId, Presence),
    /// Some of it stands in the channel, or may.
    #[error("{0}, and some of it may stand in the channel")]
    MayStand(String),
    /// Its editions begin together, and the one for this channel does not.
    #[error("its editions begin together, and the one for {0} is a draft or has nothing to show")]
    Together(ChannelName),
    /// Telegram refused it, and it has not changed.
    #[error("{0}")]
    Failed(String),
    /// It was cancelled, and the outcome of a part is not known yet.
    #[error("{0}")]
    Cancelling(String),
    /// Something of it is under way, or waits for a person.
    #[error("{0}")]
    Waits(String),
}

impl EnqueueRefusal {
    /// What can be done about it.
    #[must_use]
    pub fn hint(&self, target: &Target) -> String {
        let post = target.post();
        let again = format!("`telepress publish {target} --again` sends it as a new message");
        match self {
            Self::Draft => "take `draft = true` out of it".to_owned(),
            Self::Together(_) => {
                "finish that edition, or take `together = true` out of the file".to_owned()
            }
            Self::Elsewhere(chat, presence) => presence.hint(target, chat),
            Self::MayStand(_) => format!("look at the channel; {again}"),
            Self::Withdrawn(_) => again,
            Self::Cancelling(_) => {
                format!("wait until the outcome is known: `telepress status {post}` shows it")
            }
            Self::Failed(_) | Self::Waits(_) => {
                format!("`telepress status {post}` shows its state")
            }
        }
    }
}

/// Whether a person wants something anew that was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResendPolicy {
    /// He does not say so: what a person took back stays away.
    No,
    /// He has seen that it was taken back, and wants it all the same; what stands there stays the only one.
    TakenBack,
    /// As a message of its own, also beside one that stands there.
    Always,
}

/// When a person wants something to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueTime {
    /// The instant.
    pub at: Timestamp,
    /// The civil time that he wrote.
    pub civil: Option<CivilTime>,
    /// Whether that is now: then what is on its way already is what he wants.
    pub is_now: bool,
}

/// What has to be done so that `desired` goes out at that time. `newest` is the newest of its publications in this channel, and
/// `count` how many of them there are that nothing stands in the place of; `begun_elsewhere` says whether it stands, or may
/// stand, in another channel already.
///
/// # Errors
/// Why it does not.
pub fn plan_enqueue(
    desired: &Desired,
    newest: Option<&Publication>,
    begun_elsewhere: bool,
    count: u32,
    again: ResendPolicy,
    by: &Actor,
    due: &DueTime,
) -> Result<EnqueuePlan, EnqueueRefusal> {
    if desired.draft {
        return Err(EnqueueRefusal::Draft);
    }
    if let Some(other) = &desired.waits_for {
        return Err(EnqueueRefusal::Together(other.clone()));
    }
    let accept = |replaced: Option<&Publication>| {
        let mut acceptance = desired.acceptance(by, due.at, replaced, count);
        acceptance.civil.clone_from(&due.civil);
        acceptance.by_hand = true;
        acceptance.together.begun = begun_elsewhere;
        Ok(EnqueuePlan::Steps(vec![Step::Accept(Box::new(acceptance))]))
    };
    let Some(publication) = newest else { return accept(None) };
    let begun = super::begun(publication);
    let why = || {
        status::reason(publication, &desired.target())
            .unwrap_or_else(|| format!("it is {}", publication.state.shown()))
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
                steps.push(Step::Happen(publication.id, Event::Release { by: by.clone() }));
            }
            let event =
                Event::Reschedule { due_at: due.at, civil: due.civil.clone(), by: by.clone() };
            steps.push(Step::Happen(publication.id, event));
            Ok(EnqueuePlan::Steps(steps))
        }
        State::Published if again != ResendPolicy::Always => {
            Ok(EnqueuePlan::Stands { differs: desired.payload != publication.payload })
        }
        State::Due | State::Publishing if due.is_now => Ok(EnqueuePlan::GoesOn),
        State::Uncertain if due.is_now && !status::needs_word(publication) => {
            Ok(EnqueuePlan::GoesOn)
        }
        State::Failed { .. } if !begun && desired.payload != publication.payload => {
            accept(Some(publication))
        }
        // What may stand there comes by a person's express word alone, or it stands twice.
        State::Cancelled { .. }
            if again != ResendPolicy::Always
                && publication.parts.iter().any(Part::may_be_in_channel) =>
        {
            Err(EnqueueRefusal::MayStand(why()))
        }
        // Whoever names a time lifts the word of whoever cancelled; what was deleted comes back where that was seen.
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
