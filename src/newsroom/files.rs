//! Reads post files, and turns read errors into diagnostics.

use std::ops::Range;

use super::ids::ListedFile;
use crate::diagnostic::problem::FileProblem;
use crate::fs::{self, FileKind, ReadError};

/// The listed post files, and the open folder through which they are read.
pub(super) struct PostFiles {
    pub(super) root: fs::Root,
    pub(super) listed: Vec<ListedFile>,
}

/// A post file that cannot be read.
pub(super) struct Unreadable {
    /// The readable text.
    pub(super) text: String,
    /// The place of the problem in it.
    pub(super) span: Range<usize>,
    pub(super) problem: FileProblem,
}

pub(super) fn read(root: &fs::Root, listed: &ListedFile) -> Result<String, Unreadable> {
    let error = match listed.kind {
        FileKind::File => match root.read_text(&listed.below) {
            Ok(text) => return Ok(text),
            Err(error) => error,
        },
        other => ReadError::NotAFile(other),
    };
    let (text, span, problem) = match error {
        ReadError::NotAFile(FileKind::Link) => (String::new(), 0..0, FileProblem::Link),
        ReadError::NotAFile(FileKind::FolderLink) => (String::new(), 0..0, FileProblem::FolderLink),
        ReadError::NotAFile(FileKind::Folder) => (String::new(), 0..0, FileProblem::Folder),
        ReadError::NotAFile(_) => (String::new(), 0..0, FileProblem::Special),
        ReadError::TooLarge => (String::new(), 0..0, FileProblem::TooLarge),
        // The bad byte is one byte in the file, but three in the excerpt, which shows a replacement character.
        ReadError::NotUtf8 { at, lossy } => (lossy, at..at + 1, FileProblem::NotUtf8),
        ReadError::Missing => (String::new(), 0..0, FileProblem::Missing),
        ReadError::System(error) => (String::new(), 0..0, FileProblem::System(error.to_string())),
    };
    Err(Unreadable { text, span, problem })
}
