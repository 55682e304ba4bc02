//! Sending the parts of a message in order, each once; what was not answered is never sent again.

use crate::chat::ChatId;
use crate::message::Part;
use crate::telegram::{Client, Outcome};

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The outcome of each part that was tried, in order. All but the last are sent; the parts behind the last were not
    /// tried unless it was sent too.
    pub outcomes: Vec<Outcome>,
    /// How many parts there are.
    pub total: usize,
}

impl Sent {
    /// Whether every part was sent.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.outcomes.len() == self.total
            && self.outcomes.iter().all(|outcome| matches!(outcome, Outcome::Sent { .. }))
    }

    /// The ids of the messages that were sent, in order.
    #[must_use]
    pub fn message_ids(&self) -> Vec<i64> {
        let ids = self.outcomes.iter().map(|outcome| match outcome {
            Outcome::Sent { message_ids, .. } => message_ids.clone(),
            _ => Vec::new(),
        });
        ids.flatten().collect()
    }
}

/// Sends `parts` to `chat`, one after the other, and stops at the first that is not sent: a later part without an
/// earlier one would be a torn post.
pub async fn publish(client: &Client, chat: &ChatId, parts: &[Part]) -> Sent {
    let mut outcomes = Vec::new();
    for part in parts {
        let outcome = client.send(chat, &part.request).await;
        let sent = matches!(outcome, Outcome::Sent { .. });
        outcomes.push(outcome);
        if !sent {
            break;
        }
    }
    Sent { outcomes, total: parts.len() }
}
