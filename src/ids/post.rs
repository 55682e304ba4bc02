//! A post's id: the path of its file below `posts/`, without `.toml` or `.md`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits;

/// The id of a post: segments of `[a-z0-9][a-z0-9._-]{0,63}`, joined by `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostId(String);

/// Why a text is not a post id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// A segment that is empty, `.` or `..`.
    #[error("`{0}` is not a valid name")]
    Dots(String),
    /// A character that is not allowed.
    #[error("`{0}` is not a lower-case letter, digit, `.`, `_` or `-`")]
    Character(char),
    /// A segment that starts with a sign.
    #[error("`{0}` does not start with a letter or a digit")]
    Beginning(String),
    /// A segment that ends with a dot, which Windows removes.
    #[error("`{0}` ends with a dot")]
    TrailingDot(String),
    /// A name that Windows reserves for a device.
    #[error("`{0}` is a reserved device name on Windows")]
    Device(String),
    /// A segment that is too long.
    #[error("`{0}` is longer than {max} characters", max = limits::POST_ID_SEGMENT)]
    Long(String),
    /// Too many folders.
    #[error("it is more than {max} folders deep", max = limits::POST_FOLDERS)]
    Deep,
}

impl PostId {
    /// Parses a post id.
    ///
    /// # Errors
    /// When a segment is not valid.
    pub fn parse(typed: &str) -> Result<Self, IdError> {
        if typed.is_empty() {
            return Err(IdError::Empty);
        }
        let segments: Vec<_> = typed.split('/').collect();
        if segments.len() > limits::POST_FOLDERS + 1 {
            return Err(IdError::Deep);
        }
        for segment in segments {
            check_segment(segment)?;
        }
        Ok(Self(typed.to_owned()))
    }

    /// The id in the path of a file below `posts/`: without its extension.
    #[must_use]
    pub fn of_path(path: &str) -> &str {
        let is_post = |extension: &str| {
            extension.eq_ignore_ascii_case("toml") || extension.eq_ignore_ascii_case("md")
        };
        match path.rsplit_once('.') {
            Some((stem, extension)) if is_post(extension) => stem,
            _ => path,
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PostId {
    type Error = IdError;

    fn try_from(typed: String) -> Result<Self, IdError> {
        Self::parse(&typed)
    }
}

impl From<PostId> for String {
    fn from(id: PostId) -> Self {
        id.0
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn check_segment(segment: &str) -> Result<(), IdError> {
    if matches!(segment, "" | "." | "..") {
        return Err(IdError::Dots(segment.to_owned()));
    }
    let plain = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    if let Some(character) =
        segment.chars().find(|character| !plain(*character) && !"._-".contains(*character))
    {
        return Err(IdError::Character(character));
    }
    if !segment.starts_with(plain) {
        return Err(IdError::Beginning(segment.to_owned()));
    }
    if segment.ends_with('.') {
        return Err(IdError::TrailingDot(segment.to_owned()));
    }
    if segment.len() > limits::POST_ID_SEGMENT {
        return Err(IdError::Long(segment.to_owned()));
    }
    let stem = segment.split('.').next().unwrap_or(segment);
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if matches!(stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt") {
        return Err(IdError::Device(segment.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_paths_of_plain_names() {
        for good in ["summit", "2024/summit", "a", "0.9-beta_1", &"a".repeat(64)] {
            assert_eq!(PostId::parse(good).map(|id| id.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            ".",
            "..",
            "a//b",
            "/a",
            "a/",
            "../token",
            "a/../b",
            "Summit",
            "emoji🎙",
            "-a",
            ".hidden",
            "a.",
            "con",
            "nul.x",
            "com1",
            "lpt9.toml",
            &"a".repeat(65),
            "a/b/c/d/e/f/g/h/i/j",
            "a b",
            "é",
        ] {
            assert!(PostId::parse(bad).is_err(), "{bad}");
        }
    }
}
