//! The files that a post may name: their paths below the posts folder, and what a reader of files says about them.

use std::sync::Arc;

use super::Probe;

/// The folder of a post's file. The implementation reads files; the rules see only what it returns.
pub trait MediaFolder {
    /// The folder's path below the posts folder, with `/`; empty for the posts folder itself.
    fn path(&self) -> &str;

    /// What the file at `path` below the posts folder is.
    ///
    /// # Errors
    /// If it cannot be read.
    fn probe(&self, path: &str) -> Result<Arc<Probe>, MediaFileError>;
}

/// A folder without files, for a text that does not come from one.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl MediaFolder for NoFiles {
    fn path(&self) -> &'static str {
        ""
    }

    fn probe(&self, _: &str) -> Result<Arc<Probe>, MediaFileError> {
        Err(MediaFileError::Missing)
    }
}

/// Why a media file is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaFileError {
    /// There is no such file.
    Missing,
    /// The file or a folder on its path is a symbolic link.
    Link,
    /// It is a folder, a pipe, a socket or a device.
    NotAFile,
    /// It changes whenever it is read.
    Changing,
    /// The system refuses: its message.
    System(String),
}

/// Why a path in a post names no file below the posts folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaPathError {
    /// It is empty.
    Empty,
    /// It is a URL.
    Url,
    /// It does not start at the post's folder.
    Absolute,
    /// It leads out of the posts folder.
    Outside,
    /// It has a backslash.
    Backslash,
}

/// The path below the posts folder of `typed`, which is relative to `folder`.
///
/// # Errors
/// See [`MediaPathError`].
pub fn media_path(folder: &str, typed: &str) -> Result<String, MediaPathError> {
    let is_drive = |typed: &str| {
        let mut letters = typed.chars();
        letters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && letters.next() == Some(':')
    };
    if typed.trim().is_empty() {
        return Err(MediaPathError::Empty);
    }
    if typed.contains("://") {
        return Err(MediaPathError::Url);
    }
    if typed.starts_with(['/', '\\', '~']) || is_drive(typed) {
        return Err(MediaPathError::Absolute);
    }
    if typed.contains('\\') {
        return Err(MediaPathError::Backslash);
    }
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in typed.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop().ok_or(MediaPathError::Outside)?;
            }
            name => names.push(name),
        }
    }
    if names.is_empty() { Err(MediaPathError::Outside) } else { Ok(names.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_starts_at_the_post_and_stays_below_the_posts_folder() {
        for (folder, typed, path) in [
            ("", "cover.jpg", Ok("cover.jpg")),
            ("summit", "cover.jpg", Ok("summit/cover.jpg")),
            ("2026/summit", "./pictures//a.jpg", Ok("2026/summit/pictures/a.jpg")),
            ("2026/summit", "../../logo.png", Ok("logo.png")),
            ("", "my cover.jpg", Ok("my cover.jpg")),
            ("a", "...", Ok("a/...")),
            ("", "..", Err(MediaPathError::Outside)),
            ("a", "../../secret", Err(MediaPathError::Outside)),
            ("a", "..", Err(MediaPathError::Outside)),
            ("a", "/etc/passwd", Err(MediaPathError::Absolute)),
            ("a", "~/cover.jpg", Err(MediaPathError::Absolute)),
            ("a", "C:\\cover.jpg", Err(MediaPathError::Absolute)),
            ("a", "\\\\host\\cover.jpg", Err(MediaPathError::Absolute)),
            ("a", "pictures\\cover.jpg", Err(MediaPathError::Backslash)),
            ("a", "https://example.org/cover.jpg", Err(MediaPathError::Url)),
            ("a", "file:///etc/passwd", Err(MediaPathError::Url)),
            ("a", " ", Err(MediaPathError::Empty)),
        ] {
            assert_eq!(media_path(folder, typed), path.map(str::to_owned), "{folder} {typed}");
        }
    }
}
