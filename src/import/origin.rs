//! The line of an imported file that names its messages. A later import finds the file by it, wherever it was moved.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::message::ExportedMessage;

const START: &str = "Imported from Telegram: message";

/// The messages that a file was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Their chat, if the export names it.
    pub chat: Option<i64>,
    /// Their ids.
    pub messages: Vec<i64>,
    /// When they were last edited: a moment, or the time on the clock of the computer that made an old export.
    pub edited: Option<String>,
    is_forward: bool,
}

impl Origin {
    /// The origin of the file that these messages of `chat` become.
    #[must_use]
    pub fn of(messages: &[ExportedMessage], chat: Option<i64>) -> Self {
        Self {
            chat,
            messages: messages.iter().map(|message| message.id).collect(),
            edited: edited(messages),
            is_forward: messages.first().is_some_and(|first| first.is_forward),
        }
    }

    /// The origin that a post's file names. In Markdown it is below the first `+++`.
    #[must_use]
    pub fn in_file(text: &str) -> Option<Self> {
        let start = format!("# {START}");
        let line = text.lines().take(2).find_map(|line| line.strip_prefix(start.as_str()))?;
        let line = line.strip_prefix('s').unwrap_or(line).strip_prefix(' ')?;
        let mut found = Self::default();
        for word in line.split(", ") {
            if word == "forwarded" {
                found.is_forward = true;
            } else if let Some(at) = word.strip_prefix("edited ") {
                found.edited = Some(at.to_owned());
            } else {
                let (id, chat) = word.split_once(" of ").unwrap_or((word, ""));
                found.messages.push(id.parse().ok()?);
                found.chat = chat.parse().ok().or(found.chat);
            }
        }
        Some(found)
    }

    /// Whether both are of the same message or album. A file without a chat may be of any.
    #[must_use]
    pub fn is_same_message(&self, other: &Self) -> bool {
        self.may_be_of(other.chat) && self.messages.iter().any(|id| other.messages.contains(id))
    }

    /// When they were last edited; `None` also if the time zone is not known.
    #[must_use]
    pub fn edited_at(&self) -> Option<Timestamp> {
        self.edited.as_ref()?.parse().ok()
    }

    /// Whether it may be of this chat.
    #[must_use]
    pub fn may_be_of(&self, chat: Option<i64>) -> bool {
        self.chat.is_none() || chat.is_none() || self.chat == chat
    }
}

/// The line without `#`.
impl fmt::Display for Origin {
    fn fmt(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.messages.iter().map(ToString::to_string).collect();
        let plural = if ids.len() == 1 { "" } else { "s" };
        write!(words, "{START}{plural} {}", ids.join(", "))?;
        if let Some(chat) = self.chat {
            write!(words, " of {chat}")?;
        }
        if self.is_forward {
            words.write_str(", forwarded")?;
        }
        if let Some(edited) = &self.edited {
            write!(words, ", edited {edited}")?;
        }
        Ok(())
    }
}

/// When the messages were last edited. Both forms sort by time.
fn edited(messages: &[ExportedMessage]) -> Option<String> {
    let newest = messages.iter().filter_map(|message| message.edited.as_deref()).max()?;
    let second = newest.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
    // It is written into a comment, so nothing else of the export may get there.
    second.map(|at| at.to_string()).or_else(|| Some(newest.parse::<DateTime>().ok()?.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_of_a_file_is_read_as_it_was_written() {
        let origin = |chat, messages: &[i64], edited: Option<&str>, is_forward| Origin {
            chat,
            messages: messages.to_vec(),
            edited: edited.map(str::to_owned),
            is_forward,
        };
        for (origin, line) in [
            (origin(None, &[12], None, false), "Imported from Telegram: message 12"),
            (
                origin(Some(-1_001_234_567_890), &[12, 13], Some("2024-06-19T15:41:00Z"), true),
                "Imported from Telegram: messages 12, 13 of -1001234567890, forwarded, edited 2024-06-19T15:41:00Z",
            ),
        ] {
            assert_eq!(origin.to_string(), line);
            let toml = format!("# {line}\nbody = \"a\"\n");
            let markdown = format!("+++\n# {line}\n+++\na\n");
            assert_eq!(Origin::in_file(&toml).as_ref(), Some(&origin), "{line}");
            assert_eq!(Origin::in_file(&markdown).as_ref(), Some(&origin), "{line}");
        }
        for text in [
            "",
            "# Imported from Telegram: message",
            "# Imported from Telegram: message x",
            "body = 1\n\n# Imported from Telegram: message 12",
        ] {
            assert_eq!(Origin::in_file(text), None, "{text}");
        }
    }
}
