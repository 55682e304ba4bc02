//! What is wrong, as data: each problem names its code, and no problem has words of its own.

mod config;
mod file;
mod post;
mod text;
mod toml;

pub use config::{ConfigProblem, ZoneAdvice};
pub use file::FileProblem;
pub use post::{Difference, PostProblem, ZonedReading};
pub use text::{CharacterProblem, LinkProblem, TextProblem};
pub use toml::{KeyAdvice, SyntaxProblem, TomlProblem, ValueType};

use super::Code;
use crate::ids::Language;

/// What is wrong with a file, by the step that finds it.
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
    /// The config.
    Config(ConfigProblem),
    /// Problems that are counted and not shown: the code of the first, how many errors, how many warnings.
    LeftOut(Code, usize, usize),
}

impl Problem {
    /// The rule that is broken.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::File(problem) => problem.code(),
            Self::Toml(problem) => problem.code(),
            Self::Text(problem) => problem.code(),
            Self::Post(problem) => problem.code(),
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
    Config ConfigProblem;
}

/// Why another place of the file belongs to a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Related {
    /// The first of two stands there.
    First,
    /// The edition that another one is compared with.
    Edition(Language),
}
