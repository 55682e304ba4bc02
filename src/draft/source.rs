//! Which message a draft was made from, as a comment in its file: the same message must not become a second draft.

use std::fmt;

/// Characters of an album's id that are kept.
const ALBUM_ID: usize = 40;

/// The message or album that a draft was made from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DraftSource {
    /// The operator who sent it.
    pub operator: i64,
    /// The message or album in their private chat.
    pub message: SourceMessage,
}

/// A message or an album.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SourceMessage {
    /// The message with this id.
    Message(i64),
    /// The album with this id.
    Album(String),
}

impl SourceMessage {
    /// An album. Telegram's ids are numbers; other characters are left out, so that the id stays in its comment.
    #[must_use]
    pub fn album(id: &str) -> Self {
        let plain = id.chars().filter(char::is_ascii_alphanumeric);
        Self::Album(plain.take(ALBUM_ID).collect())
    }
}

impl fmt::Display for DraftSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "# Received in Telegram: operator {}, ", self.operator)?;
        match &self.message {
            SourceMessage::Message(id) => write!(formatter, "message {id}"),
            SourceMessage::Album(id) => write!(formatter, "album {id}"),
        }
    }
}

impl DraftSource {
    /// Whether a post file begins with this source.
    #[must_use]
    pub fn is_in(&self, file: &str) -> bool {
        file.lines().next().is_some_and(|line| line.trim_end() == self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_is_one_comment_line() {
        let album = SourceMessage::album("13\n[editions.en]\n57");
        let source = DraftSource { operator: 111, message: album };
        assert_eq!(
            source.to_string(),
            "# Received in Telegram: operator 111, album 13editionsen57"
        );
        assert!(source.is_in(&format!("{source}\ndraft = true\n")));
        let other = DraftSource { operator: 111, message: SourceMessage::Message(13) };
        assert!(!other.is_in(&format!("{source}\n")) && !other.is_in(""));
    }
}
