//! All problems as data, each with a code and without a text.

mod button;
mod comment;
mod config;
mod end;
mod file;
mod media;
mod poll;
mod post;
mod repeat;
mod text;
mod toml;

pub use button::{ButtonProblem, WithoutButtons};
pub use comment::CommentProblem;
pub use config::{ConfigProblem, ZoneAdvice};
pub use end::EndProblem;
pub use file::FileProblem;
pub use media::MediaItemProblem;
pub use poll::PollProblem;
pub use post::{EditionDifference, PostProblem, ZonedReading};
pub use repeat::RepeatProblem;
pub use text::{CharacterProblem, LinkProblem, TextProblem};
pub use toml::{KeyAdvice, SyntaxProblem, TomlProblem, ValueType};

use super::Code;
use crate::ids::Language;

/// A problem of a file, by the step that finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The file itself.
    File(FileProblem),
    /// Its TOML, and the keys in it.
    Toml(TomlProblem),
    /// A text in it.
    Text(TextProblem),
    /// The post.
    Post(PostProblem),
    /// Its poll.
    Poll(PollProblem),
    /// The times of its end.
    End(EndProblem),
    /// Its `repeat`.
    Repeat(RepeatProblem),
    /// Its comments.
    Comment(CommentProblem),
    /// The media of the post.
    Media(MediaItemProblem),
    /// The config.
    Config(ConfigProblem),
    /// Problems that are counted but not shown: the code of the first, and the numbers of errors and warnings.
    LeftOut(Code, usize, usize),
}

impl Problem {
    /// Its code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::File(problem) => problem.code(),
            Self::Toml(problem) => problem.code(),
            Self::Text(problem) => problem.code(),
            Self::Post(problem) => problem.code(),
            Self::Poll(problem) => problem.code(),
            Self::End(problem) => problem.code(),
            Self::Repeat(problem) => problem.code(),
            Self::Comment(problem) => problem.code(),
            Self::Media(problem) => problem.code(),
            Self::Config(problem) => problem.code(),
            Self::LeftOut(first, ..) => *first,
        }
    }
}

macro_rules! from {
    ($( $kind:ident $problem:ident; )+) => { $(
        impl From<$problem> for Problem {
            fn from(problem: $problem) -> Self {
                Self::$kind(problem)
            }
        }
    )+ };
}

from! {
    File FileProblem;
    Toml TomlProblem;
    Text TextProblem;
    Post PostProblem;
    Poll PollProblem;
    End EndProblem;
    Repeat RepeatProblem;
    Comment CommentProblem;
    Media MediaItemProblem;
    Config ConfigProblem;
}

/// How a related place belongs to a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Related {
    /// The first of two.
    First,
    /// The edition that another one is compared with.
    Edition(Language),
}
