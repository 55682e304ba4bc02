//! The problems of a file as a whole.

use crate::diagnostic::Code;
use crate::ids::IdError;

/// A problem of a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileProblem {
    /// A symbolic link.
    Link,
    /// A symbolic link to a folder.
    FolderLink,
    /// A folder with the name of a file.
    Folder,
    /// A pipe, a socket or a device.
    Special,
    /// It is too large.
    TooLarge,
    /// It is not UTF-8.
    NotUtf8,
    /// It disappeared after the folder was listed.
    Missing,
    /// The system refuses to read it: the system's message.
    System(String),
    /// A folder too deep below the posts folder.
    FolderTooDeep,
    /// Its name is not a valid post id.
    BadId(IdError),
    /// The file that has the same id.
    IdTaken(String),
    /// A `.toml.txt` file.
    TextFile,
    /// A Markdown file without front matter.
    NoFrontMatter,
    /// A Markdown file with YAML front matter.
    YamlFrontMatter,
    /// A Markdown file without the second `+++`.
    UnclosedFrontMatter,
}

impl FileProblem {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::Link | Self::FolderLink | Self::Folder | Self::Special => Code::NotAFile,
            Self::TooLarge => Code::FileTooLarge,
            Self::NotUtf8 => Code::NotUtf8,
            Self::Missing | Self::System(_) => Code::Unreadable,
            Self::FolderTooDeep | Self::BadId(_) => Code::BadId,
            Self::IdTaken(_) => Code::IdTaken,
            Self::TextFile | Self::NoFrontMatter | Self::YamlFrontMatter => Code::NotAPost,
            Self::UnclosedFrontMatter => Code::Syntax,
        }
    }
}
