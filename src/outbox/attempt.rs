//! Attempts: one intent to make one request, and what was found out about it; both are only ever added to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Actor, AttemptId, Evidence, Operation, Outcome, Owner, PayloadHash, PublicationId, Resolution,
    moment,
};
use crate::message::Request;

/// An intent as it is recorded before its request is made. Never changed: what is found out later is a [`Finding`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Its number.
    pub id: AttemptId,
    /// Whose part.
    pub publication: PublicationId,
    /// Which part, from 0.
    pub part: usize,
    /// What the request does.
    pub operation: Operation,
    /// Who makes the request.
    pub owner: Owner,
    /// The highest message id known in the channel; what this attempt posts has a higher one.
    #[serde(rename = "floor")]
    pub last_known_message_id: Option<i64>,
    /// When.
    #[serde(with = "moment")]
    pub intent_at: Timestamp,
    /// The hash of the request as it is sent, with the ids of other messages filled in.
    pub request_hash: PayloadHash,
    /// The parameters as they are sent, where they are not the part's own.
    pub filled: Option<Request>,
}

/// Something found out about an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// About which attempt.
    pub attempt: AttemptId,
    /// When it was recorded.
    #[serde(with = "moment")]
    pub at: Timestamp,
    /// What.
    pub found: Found,
}

/// What was found out about an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The answer, or what came in its place.
    Answer(Outcome),
    /// Its process is gone, or has lost the right to publish.
    Owner {
        /// Whether the process is known to be dead.
        dead: bool,
    },
    /// What a look at the channel saw.
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
