//! The result of an event: the rows for the store to write. This module writes none.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Attempt, EndKind, Finding, HoldReason, HookFailure, Intent, Publication, PublicationId, Refusal,
};

/// The result of an event, to be written in one database transaction. It cannot be cloned or changed.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a transition takes effect only when it is written"]
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
    /// The publication's own columns, only if its version is [`Transition::expects`].
    UpdatePublication,
    /// A new part, by its index in `next`.
    InsertPart(usize),
    /// A changed part, by its index in `next`.
    UpdatePart(usize),
    /// A new attempt.
    InsertAttempt(Attempt),
    /// A new finding.
    InsertFinding(Finding),
    /// Raises the channel's last known message id to this one; a higher stored id is kept.
    RaiseLastKnownMessage(i64),
    /// An operator took back that these messages are in the channel: the last known message must not be one of them.
    ForgetMessages(Vec<i64>),
    /// Telegram asks to send nothing to this channel before this time; a later stored time is kept.
    SetFloodWait(Timestamp),
    /// Pauses the channel until it is resumed.
    PauseChannel {
        /// Telegram's text.
        why: String,
        /// What it means.
        refusal: Refusal,
    },
    /// Stops all sending of this bot until an operator acts. The text is Telegram's.
    StopBot(String),
    /// A notice for the operators.
    Notify(Notice),
}

/// A notice for the operators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The outcome of a send is not known; its channel waits.
    Uncertain {
        /// The part's index, from 0.
        part: usize,
    },
    /// Evidence cannot settle the outcome: a person must decide.
    NeedsOperator {
        /// The part's index, from 0.
        part: usize,
    },
    /// A part is in the channel more than once.
    Duplicate {
        /// The part's index, from 0.
        part: usize,
        /// The duplicate messages.
        message_ids: Vec<i64>,
    },
    /// Telegram refused a part.
    Failed {
        /// The part's index, from 0.
        part: usize,
    },
    /// A change failed and needs a decision.
    Conflict {
        /// The part's index, from 0.
        part: usize,
    },
    /// A publication is held.
    Held {
        /// Why.
        held: HoldReason,
    },
    /// The time of a publication is close, and approvals are missing.
    ApprovalDue {
        /// The time.
        #[serde(with = "super::moment")]
        due_at: Timestamp,
    },
    /// A publication was missed and skipped, as the config says.
    Missed,
    /// An end of a published post was missed.
    EndMissed {
        /// Which.
        end: EndKind,
    },
    /// Telegram asks for a very long wait.
    LongWait {
        /// Its end.
        #[serde(with = "super::moment")]
        until: Timestamp,
    },
    /// The channel refused the bot and is paused.
    ChannelPaused,
    /// The token or the server refused the bot; all channels are paused.
    BotStopped,
    /// A command that ran after the publication failed.
    Hook {
        /// The program's name.
        program: String,
        /// Why.
        failure: HookFailure,
    },
}

impl Transition {
    /// The version that the publication must still have; `None` for a new publication.
    #[must_use]
    pub fn expects(&self) -> Option<i64> {
        self.expects
    }

    /// The publication after the event.
    #[must_use]
    pub fn next(&self) -> &Publication {
        &self.next
    }

    /// The publication's id.
    #[must_use]
    pub fn id(&self) -> PublicationId {
        self.next.id
    }

    /// The rows to write.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// Whether it permits a request after the commit.
    #[must_use]
    pub fn has_intent(&self) -> bool {
        self.intent.is_some()
    }

    /// Confirms that every row was written and the commit has returned. This is the only source of an [`Intent`]. Only the
    /// store may call it; a test of the project's sources checks that. If a commit failed or its outcome is unknown, drop
    /// the transition: there is no intent then.
    #[must_use = "a request may be made only from the intent"]
    pub fn committed(self) -> (Publication, Option<Intent>) {
        (self.next, self.intent)
    }
}
