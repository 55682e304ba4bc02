//! The post files of a newsroom on disk, and what is said of one that cannot be read.

use super::ids::Listed;
use crate::diagnostic::{Code, Diagnostic};
use crate::fs::{self, Kind, ReadFault};

/// The post files as they were listed, and the open folder through which they are read, and nothing else.
pub(super) struct Files {
    pub(super) root: fs::Root,
    pub(super) listed: Vec<Listed>,
}

/// The text of a post file; where it cannot be read, what there is of it, and why.
pub(super) fn read(root: &fs::Root, listed: &Listed) -> Result<String, (String, Diagnostic)> {
    let fault = match listed.kind {
        Kind::File => match root.read_text(&listed.below) {
            Ok(text) => return Ok(text),
            Err(fault) => fault,
        },
        other => ReadFault::NotAFile(other),
    };
    let message = fault.to_string();
    Err(match fault {
        ReadFault::NotAFile(Kind::Link | Kind::FolderLink) => (
            String::new(),
            Diagnostic::new(
                Code::NotAFile,
                0..0,
                message,
                "replace the link with the file itself: a link could publish anything",
            ),
        ),
        ReadFault::NotAFile(_) => (
            String::new(),
            Diagnostic::new(Code::NotAFile, 0..0, message, "move it out of the posts folder"),
        ),
        ReadFault::TooLarge => (
            String::new(),
            Diagnostic::new(
                Code::FileTooLarge,
                0..0,
                message,
                "a post at Telegram's limit is far smaller; is this another file?",
            ),
        ),
        ReadFault::NotUtf8 { at, lossy } => {
            // One byte of the file; the excerpt shows a replacement character of three there.
            let place = at..at + 1;
            let message = "the file is not UTF-8: this byte is not part of a valid character";
            (lossy, Diagnostic::new(Code::NotUtf8, place, message, "save the file as UTF-8"))
        }
        ReadFault::Missing => (
            String::new(),
            Diagnostic::new(
                Code::Unreadable,
                0..0,
                "the file disappeared after the folder was listed",
                "run the command again",
            ),
        ),
        ReadFault::System(_) => (
            String::new(),
            Diagnostic::new(
                Code::Unreadable,
                0..0,
                message,
                "let the user who runs telepress read it",
            ),
        ),
    })
}
