//! The names of parts, chats and actors in the sentences of `status`.

use crate::config::OperatorNames;
use crate::outbox::{Actor, Publication};

/// `the message`, or `part 2 of 3`.
pub(super) fn part_name(number: usize, total: usize) -> String {
    if total == 1 { "the message".to_owned() } else { format!("part {} of {total}", number + 1) }
}

/// The chat of a publication in a sentence.
pub(super) fn place_of(publication: &Publication) -> &'static str {
    if publication.is_comments() { "the discussion group" } else { "the channel" }
}

/// `by anna at the command line`.
pub(super) fn source(by: &Actor, names: &OperatorNames) -> String {
    match by {
        Actor::Operator { id } if let Some(name) = names.of(*id) => format!("by {name}"),
        Actor::CommandLine { user } if user == Actor::UNKNOWN_USER => {
            "from the command line".to_owned()
        }
        by => format!("by {by}"),
    }
}
