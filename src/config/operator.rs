//! The operators of the bot and their roles.

use std::collections::BTreeMap;

use crate::key::{string_enum, word_field};
pub use crate::language::BotLanguage;

string_enum! {
    /// What an operator may do. Each role includes the roles before it.
    pub enum Role {
        /// Reads, checks, previews, and proposes a time.
        Editor = "editor",
        /// Also publishes, schedules, edits, cancels and approves.
        Publisher = "publisher",
        /// Also deletes, resolves uncertain posts, and pauses.
        Admin = "admin",
    }
}

word_field!(BotLanguage);

impl Role {
    /// Whether this role includes `needed`.
    #[must_use]
    pub fn may(self, needed: Self) -> bool {
        self.rank() >= needed.rank()
    }

    fn rank(self) -> u8 {
        match self {
            Self::Editor => 0,
            Self::Publisher => 1,
            Self::Admin => 2,
        }
    }
}

/// A user whom the bot answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The numeric user id, which is also the id of the private chat with them.
    pub id: i64,
    /// What they may do.
    pub role: Role,
}

/// The names of operators, by their user ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorNames(BTreeMap<i64, String>);

impl OperatorNames {
    /// The name of an operator, if it is known.
    #[must_use]
    pub fn of(&self, user: i64) -> Option<&str> {
        self.0.get(&user).map(String::as_str)
    }

    /// The same names, and those of other people.
    #[must_use]
    pub fn or(mut self, others: impl IntoIterator<Item = (i64, String)>) -> Self {
        for (user, name) in others {
            self.0.entry(user).or_insert(name);
        }
        self
    }

    /// Adds the name of an operator; `false` if another one has it already, in whatever case.
    pub(super) fn add(&mut self, user: i64, name: &str) -> bool {
        let is_free = self.0.values().all(|known| known.to_lowercase() != name.to_lowercase());
        self.0.insert(user, name.to_owned());
        is_free
    }
}
