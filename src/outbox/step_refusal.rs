//! Why an event does not apply to a publication. The chat has its own texts; these are for the command line and the log.

use jiff::Timestamp;
use thiserror::Error;

use super::{Actor, AttemptId, EventKind, InvariantViolation, Owner, PublicationId};

/// Why an event does not apply. The store then writes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StepRefusal {
    /// The event changes nothing now.
    #[error("there is nothing to do")]
    NothingToDo,
    /// No poll of it is open in the channel.
    #[error("it has no open poll in the channel")]
    NoOpenPoll,
    /// Telegram would not accept the closing time of its poll: too soon, or too far away.
    #[error(
        "Telegram accepts only a closing time from 5 seconds to 30 days and 10 hours after the poll is sent: set `closes_at` in the file, then run `telepress publish POST`"
    )]
    PollOver,
    /// Its `delete_at` is past, or too late for a bot.
    #[error(
        "its `delete_at` must be after sending, and less than 47 hours after it: set another time in the file, then run `telepress publish POST`"
    )]
    DeletionRefused,
    /// The copy of the post in the discussion group is not known, so a comment has no message to reply to.
    #[error("the copy of its post in the discussion group is not known yet")]
    NotPlaced,
    /// It is too early.
    #[error("it is too early: wait until {until:.0}")]
    TooEarly {
        /// The earliest time.
        until: Timestamp,
    },
    /// The event does not apply in this state of the publication.
    #[error("{}", wrong_state(*event, state))]
    WrongState {
        /// The event.
        event: EventKind,
        /// The publication's state.
        state: &'static str,
    },
    /// Another publication of the channel is scheduled for the same slot.
    #[error("another post is scheduled for the same slot")]
    SlotTaken {
        /// The other publication.
        by: PublicationId,
    },
    /// The event does not apply in this state of the part.
    #[error("its part {number} is `{state}`, so {consequence}", number = part + 1, consequence = consequence(*event))]
    WrongPart {
        /// The event.
        event: EventKind,
        /// The part's index, from 0.
        part: usize,
        /// The part's state.
        state: &'static str,
    },
    /// There is no such part.
    #[error("there is no part {number}", number = part + 1)]
    NoPart {
        /// The index, from 0.
        part: usize,
    },
    /// An earlier part must be sent first.
    #[error("part {number} must be sent first", number = part + 1)]
    EarlierPart {
        /// The earlier part's index, from 0.
        part: usize,
    },
    /// A request of the publication is in flight.
    #[error("the request of part {number} is in flight", number = part + 1)]
    InFlight {
        /// The part's index, from 0.
        part: usize,
    },
    /// A part is, or may be, in the channel.
    #[error("part {number} is in the channel, or may be", number = part + 1)]
    Posted {
        /// The part's index, from 0.
        part: usize,
    },
    /// The channel has a newer message, so a further part would not directly follow the others.
    #[error("the channel has newer messages, so a further part would not follow the others")]
    NewerMessages,
    /// The context is of another channel.
    #[error("the post belongs to another channel ({chat})")]
    OtherChannel {
        /// The other channel.
        chat: i64,
    },
    /// The channel is paused.
    #[error("the channel is paused: {why}")]
    ChannelPaused {
        /// Why.
        why: String,
    },
    /// Telegram asked to send nothing to the channel for a while.
    #[error("Telegram has asked the bot not to post in this channel before {until}")]
    FloodWait {
        /// The end of the wait.
        until: Timestamp,
    },
    /// Another publication of the channel is being sent, or its outcome is unknown.
    #[error("another post of this channel is not finished")]
    ChannelBusy {
        /// The other publication.
        by: PublicationId,
    },
    /// The post starts in several channels together, and some of them are not ready.
    #[error("the post's other channels are not ready")]
    Together,
    /// Approvals are missing.
    #[error("{missing} more {} must approve it first", if *missing == 1 { "publisher" } else { "publishers" })]
    Approvals {
        /// How many are missing.
        missing: usize,
    },
    /// The approval is for other content.
    #[error("the content has changed since it was shown")]
    OtherContent,
    /// Operators cannot approve what they requested themselves.
    #[error("you cannot approve a post that you requested")]
    OwnApproval,
    /// The clock jumped and is not trusted yet.
    #[error("this machine's clock cannot be trusted")]
    ClockUntrusted,
    /// This process does not hold the journal's lock, so it must not publish.
    #[error("this process does not hold the journal's lock")]
    NoLock,
    /// All sending of this bot is stopped.
    #[error("sending is stopped: {why}")]
    Stopped {
        /// Why.
        why: String,
    },
    /// Its retry window has ended.
    #[error("it could not be sent for so long that it may be outdated")]
    Expired,
    /// It was tried too many times.
    #[error("it failed {tries} times")]
    Exhausted {
        /// How many times.
        tries: u32,
    },
    /// The attempt is not the part's current attempt.
    #[error("attempt {attempt} is not the current attempt")]
    OtherAttempt {
        /// The attempt in the event.
        attempt: AttemptId,
    },
    /// The attempt's id is already used.
    #[error("there is already an attempt {attempt}")]
    AttemptTaken {
        /// The id.
        attempt: AttemptId,
    },
    /// Another process makes the request.
    #[error("the request does not belong to {owner}")]
    OtherOwner {
        /// The process in the event.
        owner: Owner,
    },
    /// The process that was reported gone is this one.
    #[error("{owner} is this process, so it is not gone")]
    OwnerIsHere {
        /// The process in the event.
        owner: Owner,
    },
    /// Only a person may do this.
    #[error("only a person may do this, not {by}")]
    NotAPerson {
        /// Who tried.
        by: Actor,
    },
    /// The decision cannot be undone, because the part was changed or the next one was sent since.
    #[error("part {number} was edited or pinned since, or the next part was sent", number = part + 1)]
    ChangedSince {
        /// The part's index, from 0.
        part: usize,
    },
    /// A message id is invalid, or belongs to another part.
    #[error("{}", message_ids_text(message_ids))]
    MessageIds {
        /// The ids in the order.
        message_ids: Vec<i64>,
    },
    /// A part of the post needs another number of messages.
    #[error("{}", message_count_text(*wanted, *named))]
    MessageCount {
        /// How many messages it needs.
        wanted: usize,
        /// How many messages were named.
        named: usize,
    },
    /// Another publication has the key of the new one.
    #[error("{by} already has this revision of the post in this channel")]
    KeyTaken {
        /// The other publication.
        by: PublicationId,
    },
    /// A publication has 1 to [`crate::limits::PARTS`] parts, each of at least one message.
    #[error("a publication has 1 to {max} parts, each of at least one message", max = crate::limits::PARTS)]
    Parts,
    /// The event was recorded before.
    #[error("this is already recorded")]
    Recorded,
    /// An invariant would be violated. Nothing is written, and the publisher must stop: telepress has a bug, or its journal is
    /// damaged.
    #[error("publishing must stop, because an invariant would be violated: {0}")]
    Broken(#[from] InvariantViolation),
}

fn message_count_text(wanted: usize, named: usize) -> String {
    let messages = if wanted == 1 { "message" } else { "messages" };
    let were = if named == 1 { "was" } else { "were" };
    format!(
        "this needs {wanted} {messages}, and {named} {were} named: an album has a message for each of its files"
    )
}

fn message_ids_text(ids: &[i64]) -> String {
    match ids {
        [id] => format!(
            "message {id} cannot be recorded for this post: it belongs to another post or part, or it is not a valid message id"
        ),
        ids => {
            let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
            format!(
                "messages {} cannot be recorded for this post: one of them belongs to another post or part, or is not a valid message id",
                ids.join(", ")
            )
        }
    }
}

fn wrong_state(event: EventKind, state: &str) -> String {
    match (event, state) {
        (EventKind::Cancel, "cancelled") | (EventKind::Hold, "held") => {
            format!("it is already {state}")
        }
        _ => format!("its state is `{state}`, so {}", consequence(event)),
    }
}

fn consequence(event: EventKind) -> &'static str {
    match event {
        EventKind::Cancel => "it cannot be cancelled",
        EventKind::Claim => "it cannot be sent",
        EventKind::Hold => "it cannot be held",
        EventKind::Release => "it cannot be released",
        EventKind::Reschedule => "it cannot be scheduled",
        EventKind::Retry => "it cannot be retried",
        EventKind::Revise => "it cannot be edited or deleted",
        EventKind::Supersede => "it cannot be replaced",
        EventKind::Resolve => "there is nothing to resolve",
        EventKind::Undo => "there is no decision to undo",
        EventKind::EditedByHand => "its edit in the channel cannot be recorded",
        EventKind::Approve => "it cannot be approved",
        EventKind::ClosePoll => "its poll cannot be closed",
        EventKind::Tick
        | EventKind::End
        | EventKind::StartGroup
        | EventKind::Answered
        | EventKind::OwnerGone
        | EventKind::Probed => "this is not possible",
    }
}
