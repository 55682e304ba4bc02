//! The operators of the bot and their roles.

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
