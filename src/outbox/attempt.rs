//! Attempts: the record of one intent to make one request, and the findings about it. Records are added, never changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Actor, AttemptId, Evidence, Operation, Outcome, Owner, PayloadHash, PublicationId, Resolution,
    moment,
};
use crate::message::Request;

/// An intent as it is recorded before its request is made. What is learned later becomes a [`Finding`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// The part's publication.
    pub publication: PublicationId,
    /// The part's index, from 0.
    pub part: usize,
    /// What the request does.
    pub operation: Operation,
    /// Who makes the request.
    pub owner: Owner,
    /// The highest message id known in the channel; what this attempt posts has a higher one.
    #[serde(rename = "floor")]
    pub last_known_message_id: Option<i64>,
    /// When the intent was recorded.
    #[serde(with = "moment")]
    pub intent_at: Timestamp,
    /// The hash of the request as it is sent, with placeholders filled in.
    pub request_hash: PayloadHash,
    /// The request as it is sent, if it differs from the part's frozen request.
    pub filled: Option<Request>,
}

/// Something learned about an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The attempt.
    pub attempt: AttemptId,
    /// When it was recorded.
    #[serde(with = "moment")]
    pub at: Timestamp,
    /// What was learned.
    pub found: FindingKind,
}

/// What was learned about an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The outcome of the request.
    Answer(Outcome),
    /// The process that made the attempt is dead, or lost the instance lock.
    Owner {
        /// Whether the process is known to be dead.
        dead: bool,
    },
    /// What a probe saw.
    Evidence(Evidence),
    /// What a person decided.
    #[serde(rename = "decision")]
    Resolution {
        /// The decision.
        #[serde(rename = "decision")]
        resolution: Resolution,
        /// The person.
        by: Actor,
    },
}
