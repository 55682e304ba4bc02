//! The orders that change the journal. The rules decide whether an order is allowed.

use jiff::Timestamp;

use super::{Binding, Digest, Person};
use crate::ids::{Destination, PostId};
use crate::message::{FileIdChanges, Request};
use crate::outbox::{Acceptance, Actor, Event, HoldReason, HookEvent, PayloadHash, PublicationId};

/// One change of the journal.
#[derive(Clone, Debug)]
pub enum Command {
    /// A new publication.
    Accept(Acceptance),
    /// A new publication that is held from the beginning.
    AcceptHeld(Acceptance, HoldReason),
    /// An event for a publication. For a claim use [`Self::Claim`].
    Event(PublicationId, Event),
    /// Claims the request of a part, or of a change of a part. The store assigns the attempt's id.
    Claim {
        /// The publication.
        publication: PublicationId,
        /// The part's index, from 0.
        part: usize,
        /// The hash of the request as it is sent.
        request_hash: PayloadHash,
        /// The request as it is sent, if placeholders for other posts were filled in.
        filled: Option<Request>,
        /// A lower bound of Telegram's time, if known.
        telegram_at: Option<Timestamp>,
    },
    /// Requires that no other publication of the channel is scheduled for this time; otherwise the transaction is refused. So
    /// two simultaneous commands that take the next free slot get different slots.
    FreeSlot {
        /// The channel.
        channel: Destination,
        /// The slot.
        at: Timestamp,
        /// A publication that may already have this slot: the one that is being moved there.
        of: Option<PublicationId>,
    },
    /// Adopts messages that are already in a channel as a post's parts.
    Adopt(Adoption),
    /// Renames a post in the journal.
    Move {
        /// The old name.
        from: PostId,
        /// The new name.
        to: PostId,
        /// The channel; `None` for all.
        channel: Option<Destination>,
        /// Who orders it.
        by: Actor,
    },
    /// Pauses a channel, or everything.
    Pause {
        /// The channel; `None` for everything.
        channel: Option<Destination>,
        /// Why.
        why: String,
        /// Who orders it.
        by: Actor,
    },
    /// Resumes a channel, or everything.
    Resume {
        /// The channel; `None` for everything.
        channel: Option<Destination>,
        /// Who orders it.
        by: Actor,
    },
    /// Telegram accepts the bot again after it had refused it.
    BotAccepted,
    /// Somebody else posted in a channel. A bot receives every post of a channel except its own.
    ChannelPost {
        /// The channel.
        chat: i64,
        /// The message.
        message_id: i64,
    },
    /// Raises a channel's last known message id to this one; a higher stored id is kept.
    RaiseLastKnownMessage {
        /// The channel.
        chat: i64,
        /// The message.
        message_id: i64,
    },
    /// The journal is older than messages that were sent with it. Nothing is sent until it was compared with the channels.
    JournalOutdated {
        /// How that is known.
        why: String,
    },
    /// The restored journal was compared with the channels: sending may continue.
    Restored {
        /// Who orders it.
        by: Actor,
        /// The id of its new timeline, which distinguishes it from older copies.
        timeline: String,
    },
    /// Binds the journal to a server and bot.
    Bind {
        /// The server and bot.
        to: Binding,
        /// Who orders it.
        by: Actor,
    },
    /// Records that the journal has a mark in this staging chat.
    Marked {
        /// The chat.
        chat: i64,
    },
    /// Records what Telegram said about `file_id`s.
    FileIds {
        /// The bot, which alone may use them.
        bot: u64,
        /// What it said.
        changes: FileIdChanges,
    },
    /// Records the discussion group of a channel.
    Discussion {
        /// The channel.
        chat: i64,
        /// Its discussion group.
        discussion: i64,
    },
    /// Records the copy of a post in the channel's discussion group.
    AutomaticForward(AutomaticForward),
    /// Records the username of a chat.
    Name {
        /// The chat.
        chat: i64,
        /// The username, without the @.
        username: String,
    },
    /// Records the name and language of a person who wrote to the bot.
    RememberPerson(Person),
    /// Something happened to a command that runs after a publication.
    Hook {
        /// The hook's id.
        hook: i64,
        /// What happened.
        event: HookEvent,
    },
    /// Creates the notice that approvals are missing shortly before the time of a publication, unless there was one for this time.
    Remind {
        /// The publication.
        publication: PublicationId,
    },
    /// Records the daily digest that an operator wants, or when it was sent.
    SetDigest(Digest),
    /// An operator wants no daily digest any more.
    StopDigest {
        /// The operator.
        person: i64,
    },
    /// A notice was delivered to the operators.
    NoticeDelivered {
        /// The notice's id.
        notice: i64,
    },
}

impl Command {
    /// Whether it creates an attempt, which requires the lock.
    pub(super) fn claims(&self) -> bool {
        matches!(self, Self::Claim { .. } | Self::Event(_, Event::Claim { .. }))
    }

    /// Whether it decides, without a request, that something was sent, must not be sent, or may be sent only later. A restored journal that
    /// lacks such a decision would send what it must not.
    #[must_use]
    pub fn decides(&self) -> bool {
        match self {
            Self::Adopt(_)
            | Self::Move { .. }
            | Self::AcceptHeld(..)
            | Self::Pause { .. }
            | Self::Resume { .. }
            | Self::Restored { .. } => true,
            // If no person set the time, the file sets it again.
            Self::Accept(acceptance) => acceptance.by_hand,
            Self::Event(_, event) => matches!(
                event,
                Event::Cancel { .. }
                    | Event::Resolve { .. }
                    | Event::Hold { .. }
                    | Event::Reschedule { .. }
            ),
            Self::Claim { .. }
            | Self::FreeSlot { .. }
            | Self::BotAccepted
            | Self::ChannelPost { .. }
            | Self::RaiseLastKnownMessage { .. }
            | Self::JournalOutdated { .. }
            | Self::Bind { .. }
            | Self::Discussion { .. }
            | Self::AutomaticForward(_)
            | Self::Name { .. }
            | Self::FileIds { .. }
            | Self::Marked { .. }
            | Self::RememberPerson(_)
            | Self::Hook { .. }
            | Self::Remind { .. }
            | Self::SetDigest(_)
            | Self::StopDigest { .. }
            | Self::NoticeDelivered { .. } => false,
        }
    }
}

/// The copy of a channel's post in the discussion group, which Telegram makes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutomaticForward {
    /// The channel.
    pub chat: i64,
    /// The post's message there.
    pub message_id: i64,
    /// The discussion group.
    pub discussion: i64,
    /// The copy's message there.
    pub forward_id: i64,
}

/// Messages that are already in a channel, to be adopted as a post's parts.
#[derive(Clone, Debug)]
pub struct Adoption {
    /// The publication to create, with the parts of the post.
    pub acceptance: Acceptance,
    /// The message of each part, in order.
    pub message_ids: Vec<i64>,
    /// When they were sent, if they are known to show what the parts show.
    pub sent_at: Option<Timestamp>,
}
