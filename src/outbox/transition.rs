//! What an event does to a publication, as the rows that a store writes; it writes none.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Attempt, Finding, HoldReason, Intent, Publication, PublicationId};

/// What an event does to a publication, to be written in one transaction. Neither cloned nor changed.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a transition that is not written has not happened"]
pub struct Transition {
    pub(super) expects: Option<i64>,
    pub(super) next: Publication,
    pub(super) writes: Vec<Write>,
    pub(super) intent: Option<Intent>,
}

/// One row to write, in the order of [`Transition::writes`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A new publication, without its parts.
    InsertPublication,
    /// The publication's own columns, only where its version is [`Transition::expects`].
    UpdatePublication,
    /// A new part: which of `next`'s.
    InsertPart(usize),
    /// A part that changed: which of `next`'s.
    UpdatePart(usize),
    /// A new attempt.
    InsertAttempt(Attempt),
    /// A new finding.
    InsertFinding(Finding),
    /// The channel knows of a higher message id; an even higher one that is there already stays.
    RaiseLastKnownMessage(i64),
    /// Telegram asks to wait with this channel; a later time that is there already stays.
    FreezeChannel(Timestamp),
    /// Nothing goes to this channel until it is resumed. Telegram's words.
    PauseChannel(String),
    /// Nothing of this bot goes anywhere until an operator has acted. Telegram's words.
    StopBot(String),
    /// Something that operators are to be told.
    Notify(Notice),
}

/// Something that operators are to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The outcome of a send is not known; its channel waits.
    Uncertain {
        /// Which part.
        part: usize,
    },
    /// Evidence does not tell: a person has to decide.
    NeedsOperator {
        /// Which part.
        part: usize,
    },
    /// A part stands in the channel more than once.
    Duplicate {
        /// Which part.
        part: usize,
        /// The messages that are too many.
        message_ids: Vec<i64>,
    },
    /// Telegram refused a part.
    Failed {
        /// Which part.
        part: usize,
    },
    /// A change cannot be made.
    Conflict {
        /// Of which part.
        part: usize,
    },
    /// A publication waits.
    Held {
        /// What for.
        held: HoldReason,
    },
    /// A publication was missed, and is left out as the config says.
    Missed,
    /// Telegram asks to wait for very long.
    LongWait {
        /// Until when.
        #[serde(with = "super::moment")]
        until: Timestamp,
    },
    /// The channel refused the bot; its queue waits.
    ChannelPaused,
    /// The token or the server refused the bot; everything waits.
    BotStopped,
}

impl Transition {
    /// The version that the publication must still have; `None` for a new one.
    #[must_use]
    pub fn expects(&self) -> Option<i64> {
        self.expects
    }

    /// The publication as it stands afterwards.
    #[must_use]
    pub fn next(&self) -> &Publication {
        &self.next
    }

    /// Which publication.
    #[must_use]
    pub fn id(&self) -> PublicationId {
        self.next.id
    }

    /// The rows to write.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// Whether a request is to be made once it is written.
    #[must_use]
    pub fn has_intent(&self) -> bool {
        self.intent.is_some()
    }

    /// Says that every row was written and the commit has returned, durable. This is the only source of an [`Intent`];
    /// only the store may call it, and a test of the project's sources looks that nobody else does. A commit that
    /// failed, or whose end is not known, gives no intent: drop the transition.
    #[must_use = "the intent is what the request may be made from"]
    pub fn committed(self) -> (Publication, Option<Intent>) {
        (self.next, self.intent)
    }
}
