//! What may be ordered of the journal; an order says what is wanted, and the rules decide what becomes of it.

use jiff::Timestamp;

use super::{Binding, Person};
use crate::ids::PostId;
use crate::message::Request;
use crate::outbox::{Acceptance, Actor, Event, HoldReason, PayloadHash, PublicationId};

/// One change of the journal.
#[derive(Clone, Debug)]
pub enum Command {
    /// A new publication.
    Accept(Acceptance),
    /// A new publication that is held from the beginning.
    AcceptHeld(Acceptance, HoldReason),
    /// Something happens to a publication. A claim is ordered by [`Self::Claim`].
    Event(PublicationId, Event),
    /// Somebody wants to make the request of a part, or of the change of a part: the store numbers the attempt.
    Claim {
        /// Of which publication.
        publication: PublicationId,
        /// Which part, from 0.
        part: usize,
        /// The hash of the request as it is sent.
        request_hash: PayloadHash,
        /// The request as it is sent, where placeholders for other posts had to be filled in.
        filled: Option<Request>,
        /// A lower bound of Telegram's own time, where it is known.
        telegram_at: Option<Timestamp>,
    },
    /// Nothing happens, but the orders that follow are refused where another publication of the channel waits for the
    /// same instant: two who take the next free slot at the same moment get two.
    FreeSlot {
        /// Which channel, by its numeric id.
        chat: i64,
        /// The slot.
        at: Timestamp,
        /// A publication that may wait for it already: the one that is moved there.
        of: Option<PublicationId>,
    },
    /// Messages that stand in a channel already become a post's parts.
    Adopt(Adoption),
    /// The file of a post has another name.
    Move {
        /// The name it had.
        from: PostId,
        /// The name it has.
        to: PostId,
        /// In which chat, where it is not so in all of them.
        chat: Option<i64>,
        /// Who says so.
        by: Actor,
    },
    /// Nothing goes to a channel, or with `None` anywhere, until it is resumed.
    Pause {
        /// Which channel, by its numeric id.
        chat: Option<i64>,
        /// What for.
        why: String,
        /// Who wants that.
        by: Actor,
    },
    /// A paused channel, or with `None` everything, goes on.
    Resume {
        /// Which channel, by its numeric id.
        chat: Option<i64>,
        /// Who wants that.
        by: Actor,
    },
    /// Telegram knows the bot again, which it had refused.
    Recognised,
    /// Somebody else posted in a channel. A bot is sent every post of a channel but its own.
    ChannelPost {
        /// In which channel.
        chat: i64,
        /// Which message.
        message_id: i64,
    },
    /// A message id was seen in a channel: an even higher one that is known stays.
    RaiseLastKnownMessage {
        /// Which channel.
        chat: i64,
        /// Which message.
        message_id: i64,
    },
    /// The journal is older than what was sent with it: nothing goes out until it has been compared with the channels.
    Behind {
        /// How that is known.
        why: String,
    },
    /// The journal was restored from a backup and has been compared with the channels: it may be written again.
    Restored {
        /// Who says so.
        by: Actor,
        /// What names the line of its history that begins now: copies from before that are told apart by it.
        line: String,
    },
    /// The journal belongs to this server and bot from now on.
    Bind {
        /// Which.
        to: Binding,
        /// Who says so.
        by: Actor,
    },
    /// The journal has a mark in this staging chat.
    Marked {
        /// Which chat.
        chat: i64,
    },
    /// Telegram says which chat has this @name.
    Name {
        /// Which chat.
        chat: i64,
        /// The name, without the @.
        username: String,
    },
    /// Somebody has talked to the bot: so he is named and answered from now on.
    Met(Person),
    /// Operators were told.
    Told {
        /// Which notice.
        notice: i64,
    },
}

impl Command {
    /// Whether it makes an attempt, for which the lock is needed.
    pub(super) fn claims(&self) -> bool {
        matches!(self, Self::Claim { .. } | Self::Event(_, Event::Claim { .. }))
    }

    /// Whether it says, without any request, that something is sent, is not to be sent, or only later: a journal that does
    /// not know of it would send what it must not.
    #[must_use]
    pub fn decides(&self) -> bool {
        match self {
            Self::Adopt(_)
            | Self::Move { .. }
            | Self::AcceptHeld(..)
            | Self::Pause { .. }
            | Self::Resume { .. }
            | Self::Restored { .. } => true,
            // Otherwise the file names its time.
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
            | Self::Recognised
            | Self::ChannelPost { .. }
            | Self::RaiseLastKnownMessage { .. }
            | Self::Behind { .. }
            | Self::Bind { .. }
            | Self::Name { .. }
            | Self::Marked { .. }
            | Self::Met(_)
            | Self::Told { .. } => false,
        }
    }
}

/// Messages that stand in a channel already and become a post's parts.
#[derive(Clone, Debug)]
pub struct Adoption {
    /// The publication they make: its parts are the post's, and stay unknown to the channel until the first edit.
    pub acceptance: Acceptance,
    /// The message of each part, in order.
    pub message_ids: Vec<i64>,
}
