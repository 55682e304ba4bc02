//! Who has approved exactly this content; whether that is enough is said by the config and by what was asked at the beginning.

use serde::{Deserialize, Serialize};

use super::Actor;

/// Who has approved what is to go out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Approvals {
    /// How many were needed when it was asked for.
    pub needed: u8,
    /// The operator who asked for it: his own word does not count.
    pub asker: Option<i64>,
    /// The operators who approved it, in their order.
    pub by: Vec<i64>,
}

impl Approvals {
    /// None yet, of so many, for what `by` asks for.
    #[must_use]
    pub fn new(needed: u8, by: &Actor) -> Self {
        let asker = if let Actor::Operator { id } = by { Some(*id) } else { None };
        Self { needed, asker, by: Vec::new() }
    }

    /// The same; where nobody asks by himself, for whoever had asked before.
    #[must_use]
    pub fn or_asker(self, asker: Option<i64>) -> Self {
        Self { asker: self.asker.or(asker), ..self }
    }

    /// How many are missing, where the config asks for `needed` by now.
    #[must_use]
    pub fn missing(&self, needed: u8) -> usize {
        usize::from(self.needed.max(needed)).saturating_sub(self.by.len())
    }

    /// Whether an operator's word would count.
    #[must_use]
    pub fn accepts(&self, operator: i64) -> bool {
        self.asker != Some(operator) && !self.by.contains(&operator)
    }
}
