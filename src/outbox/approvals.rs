//! The approvals of a publication's exact content. It knows no roles: who is a publisher is checked by the caller.

use serde::{Deserialize, Serialize};

use super::Actor;

/// Who has approved the content of a publication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Approvals {
    /// How many were needed when it was requested.
    pub needed: u8,
    /// The operator who requested it and therefore cannot approve it.
    #[serde(rename = "asker")]
    pub requester: Option<i64>,
    /// The operators who approved it, in order.
    pub by: Vec<i64>,
}

impl Approvals {
    /// No approvals yet, for a publication that `by` requests.
    #[must_use]
    pub fn new(needed: u8, by: &Actor) -> Self {
        let requester = if let Actor::Operator { id } = by { Some(*id) } else { None };
        Self { needed, requester, by: Vec::new() }
    }

    /// Keeps an earlier requester if no operator requested this publication.
    #[must_use]
    pub fn or_requester(self, requester: Option<i64>) -> Self {
        Self { requester: self.requester.or(requester), ..self }
    }

    /// How many approvals are missing if the config now asks for `needed`.
    #[must_use]
    pub fn missing(&self, needed: u8) -> usize {
        usize::from(self.needed.max(needed)).saturating_sub(self.by.len())
    }

    /// Whether this operator's approval would count.
    #[must_use]
    pub fn accepts(&self, operator: i64) -> bool {
        self.requester != Some(operator) && !self.by.contains(&operator)
    }
}
