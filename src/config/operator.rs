//! Who may talk to the bot, and what for.

use crate::key::string_enum;

string_enum! {
    /// What an operator may do; each role may do what those before it may.
    pub enum Role {
        /// Looks, checks, previews, and proposes a time.
        Editor = "editor",
        /// Also publishes, schedules, edits, cancels and approves.
        Publisher = "publisher",
        /// Also deletes, decides what evidence does not tell, and pauses.
        Admin = "admin",
    }
}

string_enum! {
    /// A language that the bot speaks.
    pub enum BotLanguage {
        /// English.
        En = "en",
        /// Russian.
        Ru = "ru",
    }
}

#[expect(clippy::derivable_impls, reason = "the table above derives for all enums the same")]
impl Default for BotLanguage {
    fn default() -> Self {
        Self::En
    }
}

impl Role {
    /// Whether it may do what `needed` may.
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

/// Somebody who may talk to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The numeric user id, which is also the id of the private chat with him.
    pub id: i64,
    /// What he may do.
    pub role: Role,
}
