//! The proof that an intent is in the journal. A request is made only from this value; this module makes none.

use super::{AttemptId, Event, Operation, Outcome, PublicationId};
use crate::ids::Destination;
use crate::message::Request;

/// A committed intent to make one request, once.
///
/// The Bot API client takes an `Intent` by value for every request that changes a channel. Only
/// [`Transition::committed`](super::Transition::committed) returns one, and only the store calls that, after its commit.
/// An intent cannot be constructed, cloned or deserialized, and its outcome consumes it:
///
/// ```compile_fail
/// # use telepress::outbox::Intent;
/// fn twice(intent: &Intent) -> Intent {
///     intent.clone()
/// }
/// ```
///
/// ```compile_fail
/// # use telepress::outbox::{Intent, Outcome};
/// fn twice(intent: Intent, outcome: Outcome) {
///     let event = intent.answered(outcome.clone());
///     let again = intent.answered(outcome);
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "an intent without a recorded outcome stays `sending` until its owner is found gone"]
pub struct Intent {
    pub(super) publication: PublicationId,
    pub(super) part: usize,
    pub(super) attempt: AttemptId,
    pub(super) operation: Operation,
    pub(super) destination: Destination,
    pub(super) request: Request,
}

impl Intent {
    /// The part's publication.
    #[must_use]
    pub fn publication(&self) -> PublicationId {
        self.publication
    }

    /// The part's index, from 0.
    #[must_use]
    pub fn part(&self) -> usize {
        self.part
    }

    /// The attempt.
    #[must_use]
    pub fn attempt(&self) -> AttemptId {
        self.attempt
    }

    /// What the request does.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Where the message is, or is sent.
    #[must_use]
    pub fn destination(&self) -> Destination {
        self.destination
    }

    /// The request to send, without the chat.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The event that reports the outcome of the request. The caller may record the event again until that succeeds, but
    /// must not repeat the request.
    #[must_use]
    pub fn answered(self, outcome: Outcome) -> Event {
        Event::Answered { part: self.part, attempt: self.attempt, outcome }
    }
}
