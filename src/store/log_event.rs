//! What an entry of the log is about. It reads and writes the names in the journal, and has no words for people.

use crate::outbox::EventKind;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogEvent {
    /// A post was accepted for publication.
    Accepted,
    /// A message that was already in the channel was recorded as published.
    Adopted,
    /// A post got another id.
    Moved,
    /// The journal was bound to a bot.
    Bound,
    /// The journal learned of the discussion group of a channel.
    DiscussionFound,
    /// Sending was paused.
    Paused,
    /// Sending was resumed.
    Resumed,
    /// Telegram accepts the bot again.
    BotAccepted,
    /// The journal is older than the channel.
    JournalOutdated,
    /// A restored journal was compared with the channel.
    Restored,
    /// A command that runs after a publication was started.
    HookStarted,
    /// It ended successfully.
    HookFinished,
    /// It failed.
    HookFailed,
    /// telepress ended while it ran.
    HookInterrupted,
    /// It does not run.
    HookDropped,
    /// Something happened to a publication.
    Publication(EventKind),
    /// An event that only another version of telepress knows, by its name.
    Other(String),
}

impl LogEvent {
    const OWN: [Self; 15] = [
        Self::Accepted,
        Self::Adopted,
        Self::Moved,
        Self::Bound,
        Self::DiscussionFound,
        Self::Paused,
        Self::Resumed,
        Self::BotAccepted,
        Self::JournalOutdated,
        Self::Restored,
        Self::HookStarted,
        Self::HookFinished,
        Self::HookFailed,
        Self::HookInterrupted,
        Self::HookDropped,
    ];

    /// The event with this name in the journal.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let own = Self::OWN.into_iter().find(|event| event.name() == name);
        let kind = || EventKind::ALL.into_iter().find(|kind| kind.name() == name);
        own.or_else(|| kind().map(Self::Publication))
            .unwrap_or_else(|| Self::Other(name.to_owned()))
    }

    /// Its name in the journal and in JSON.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Accepted => "accepted",
            Self::Adopted => "adopted",
            Self::Moved => "moved",
            Self::Bound => "bound",
            Self::DiscussionFound => "discussion group",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::BotAccepted => "recognised",
            Self::JournalOutdated => "behind",
            Self::Restored => "restored",
            Self::HookStarted => "hook started",
            Self::HookFinished => "hook finished",
            Self::HookFailed => "hook failed",
            Self::HookInterrupted => "hook interrupted",
            Self::HookDropped => "hook dropped",
            Self::Publication(kind) => kind.name(),
            Self::Other(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        let kinds = EventKind::ALL.into_iter().map(LogEvent::Publication);
        let other = LogEvent::Other("of a later version".into());
        for event in LogEvent::OWN.into_iter().chain(kinds).chain([other]) {
            assert_eq!(LogEvent::named(event.name()), event);
        }
    }
}
