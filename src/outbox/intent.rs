//! The proof that an intent is in the journal: the only value a request may be made from; it makes none.

use super::{AttemptId, Event, Operation, Outcome, PublicationId};
use crate::message::Request;

/// A committed intent to make one request, once.
///
/// Whatever makes requests takes an `Intent` and nothing else. It comes only from
/// [`Transition::committed`](super::Transition::committed), which the store calls when its commit has returned; it cannot
/// be made, cloned or read from anywhere, and its outcome consumes it:
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
#[must_use = "an intent whose outcome is never told stays `sending` until its owner is found gone"]
pub struct Intent {
    pub(super) publication: PublicationId,
    pub(super) part: usize,
    pub(super) attempt: AttemptId,
    pub(super) operation: Operation,
    pub(super) chat: i64,
    pub(super) request: Request,
}

impl Intent {
    /// Whose part it is about.
    #[must_use]
    pub fn publication(&self) -> PublicationId {
        self.publication
    }

    /// Which part, from 0.
    #[must_use]
    pub fn part(&self) -> usize {
        self.part
    }

    /// Which attempt.
    #[must_use]
    pub fn attempt(&self) -> AttemptId {
        self.attempt
    }

    /// What the request does.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The chat it goes to, by its numeric id.
    #[must_use]
    pub fn chat(&self) -> i64 {
        self.chat
    }

    /// The request as it is to be sent, without the chat.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The event that tells what became of the request. The event may be kept and told again until it is recorded; the
    /// request may not be made again.
    #[must_use]
    pub fn answered(self, outcome: Outcome) -> Event {
        Event::Answered { part: self.part, attempt: self.attempt, outcome }
    }
}
