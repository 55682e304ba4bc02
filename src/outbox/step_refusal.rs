//! Why an event does not apply to a publication.

use jiff::Timestamp;
use thiserror::Error;

use super::{Actor, AttemptId, InvariantViolation, Owner, PublicationId};

/// Why an event does not apply; nothing is written then.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StepRefusal {
    /// Nothing happens to it now.
    #[error("there is nothing to do")]
    NothingToDo,
    /// It is for another time.
    #[error("not before {until}")]
    TooEarly {
        /// When it may be.
        until: Timestamp,
    },
    /// The publication stands where this does not happen.
    #[error("it is {state}, so {}", what_fails(event))]
    WrongState {
        /// What should have happened.
        event: &'static str,
        /// Where it stands.
        state: &'static str,
    },
    /// Another publication of the channel waits for the same slot.
    #[error("publication {by} waits for the same slot")]
    SlotTaken {
        /// Which.
        by: PublicationId,
    },
    /// The part stands where this does not happen.
    #[error("part {number} is {state} and cannot be met by `{event}`", number = part + 1)]
    WrongPart {
        /// What should have happened.
        event: &'static str,
        /// Which part, from 0.
        part: usize,
        /// Where it stands.
        state: &'static str,
    },
    /// There is no such part.
    #[error("there is no part {number}", number = part + 1)]
    NoPart {
        /// Which, from 0.
        part: usize,
    },
    /// A part before it is not sent.
    #[error("part {number} goes first", number = part + 1)]
    EarlierPart {
        /// Which, from 0.
        part: usize,
    },
    /// A request of the publication is under way.
    #[error("the request of part {number} is under way", number = part + 1)]
    InFlight {
        /// Of which part, from 0.
        part: usize,
    },
    /// It is, or may be, in the channel.
    #[error("part {number} is in the channel or may be", number = part + 1)]
    Posted {
        /// Which part, from 0.
        part: usize,
    },
    /// A newer message stands in the channel, so that a part sent now would stand apart from the others.
    #[error("newer messages stand in the channel: a part sent now would not follow the others")]
    NewerMessages,
    /// The facts are another channel's.
    #[error("the facts are those of another channel ({chat})")]
    OtherChannel {
        /// Which.
        chat: i64,
    },
    /// The channel waits for somebody.
    #[error("the channel is paused: {why}")]
    ChannelPaused {
        /// What for.
        why: String,
    },
    /// Telegram asked to wait with the channel.
    #[error("Telegram asks to wait with this channel until {until}")]
    ChannelFrozen {
        /// Until when.
        until: Timestamp,
    },
    /// Another publication is being sent there, or its outcome is not known.
    #[error("publication {by} is under way in the channel")]
    ChannelBusy {
        /// Which.
        by: PublicationId,
    },
    /// The post begins in several channels together, and not in all of them yet.
    #[error("the post's other channels may not begin yet")]
    Together,
    /// Publishers have to approve it first.
    #[error("{missing} more of the publishers must approve it first")]
    Approvals {
        /// How many.
        missing: usize,
    },
    /// Something else is to go out than what was approved.
    #[error("the content has changed since it was looked at")]
    OtherContent,
    /// Whoever asks for something does not approve it.
    #[error("whoever asks for a post does not approve it")]
    OwnApproval,
    /// The clock jumped, and nothing goes by it until it is believed again.
    #[error("the clock cannot be trusted")]
    ClockUntrusted,
    /// This process may not publish.
    #[error("this process does not hold the instance lock")]
    NoLock,
    /// Nothing of this bot may be sent.
    #[error("nothing is sent: {why}")]
    Stopped {
        /// Why not.
        why: String,
    },
    /// It was tried for so long that it may be stale.
    #[error("it could not be sent for too long")]
    Expired,
    /// It was tried too often.
    #[error("it was tried {tries} times")]
    Exhausted {
        /// How often.
        tries: u32,
    },
    /// The attempt is not the part's, or not the one that counts.
    #[error("attempt {attempt} is not the one that counts")]
    OtherAttempt {
        /// Which.
        attempt: AttemptId,
    },
    /// The number was given to an attempt before.
    #[error("there is an attempt {attempt} already")]
    AttemptTaken {
        /// Which.
        attempt: AttemptId,
    },
    /// The request is another process's.
    #[error("the request is not that of {owner}")]
    OtherOwner {
        /// Who was named.
        owner: Owner,
    },
    /// It is this process that was said to be gone.
    #[error("{owner} is this process, and not gone")]
    OwnerIsHere {
        /// Who was named.
        owner: Owner,
    },
    /// Only a person may do this.
    #[error("{by} may not decide this")]
    NotAPerson {
        /// Who wanted it.
        by: Actor,
    },
    /// Something was done since with what a person had said, and that word cannot be taken back any more.
    #[error("part {number} was edited or pinned since, or the one behind it was sent", number = part + 1)]
    ChangedSince {
        /// Which part, from 0.
        part: usize,
    },
    /// No message can have such an id, or it is another part's.
    #[error(
        "message {} cannot be this one's: it is another post's or part's, or no message has such a number",
        numbers(message_ids)
    )]
    MessageIds {
        /// What was said.
        message_ids: Vec<i64>,
    },
    /// The key of a new publication is another's.
    #[error("publication {by} is this revision of the post in this channel")]
    KeyTaken {
        /// Whose.
        by: PublicationId,
    },
    /// A publication has 1 to [`crate::limits::PARTS`] parts, each of at least one message.
    #[error("a publication has 1 to {max} parts, each of at least one message", max = crate::limits::PARTS)]
    Parts,
    /// The same is known already.
    #[error("this is recorded already")]
    Recorded,
    /// The rules themselves would be broken. Nothing is written, and the publisher must stop: something is wrong with
    /// telepress or with its journal.
    #[error("publishing must stop, a rule would be broken: {0}")]
    Broken(#[from] InvariantViolation),
}

fn numbers(ids: &[i64]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What is not possible; some events have no command of their own name.
fn what_fails(event: &str) -> String {
    match event {
        "revise" => "it cannot be edited or deleted".to_owned(),
        "reschedule" => "it cannot be scheduled".to_owned(),
        "supersede" => "nothing takes its place".to_owned(),
        command => format!("`{command}` does nothing"),
    }
}
