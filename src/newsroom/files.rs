//! The post files of a newsroom on disk, and what is said of one that cannot be read.

use std::ops::Range;

use super::ids::Listed;
use crate::diagnostic::problem::FileProblem;
use crate::fs::{self, Kind, ReadError};

/// The post files as they were listed, and the open folder through which they are read, and nothing else.
pub(super) struct Files {
    pub(super) root: fs::Root,
    pub(super) listed: Vec<Listed>,
}

/// A post file that cannot be read.
pub(super) struct Unreadable {
    /// What there is of its text.
    pub(super) text: String,
    /// The place of the problem in it.
    pub(super) span: Range<usize>,
    pub(super) problem: FileProblem,
}

/// The text of a post file.
pub(super) fn read(root: &fs::Root, listed: &Listed) -> Result<String, Unreadable> {
    let fault = match listed.kind {
        Kind::File => match root.read_text(&listed.below) {
            Ok(text) => return Ok(text),
            Err(fault) => fault,
        },
        other => ReadError::NotAFile(other),
    };
    let (text, span, problem) = match fault {
        ReadError::NotAFile(Kind::Link) => (String::new(), 0..0, FileProblem::Link),
        ReadError::NotAFile(Kind::FolderLink) => (String::new(), 0..0, FileProblem::FolderLink),
        ReadError::NotAFile(Kind::Folder) => (String::new(), 0..0, FileProblem::Folder),
        ReadError::NotAFile(_) => (String::new(), 0..0, FileProblem::Special),
        ReadError::TooLarge => (String::new(), 0..0, FileProblem::TooLarge),
        // One byte of the file; the excerpt shows a replacement character of three there.
        ReadError::NotUtf8 { at, lossy } => (lossy, at..at + 1, FileProblem::NotUtf8),
        ReadError::Missing => (String::new(), 0..0, FileProblem::Missing),
        ReadError::System(error) => (String::new(), 0..0, FileProblem::System(error.to_string())),
    };
    Err(Unreadable { text, span, problem })
}
