//! The problems of a file, as data with a code and a place. `explain` puts them into words.

pub mod code;
pub mod problem;

use std::ops::Range;

pub use code::{Code, Severity};
pub use problem::{Problem, Related};

/// One problem of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The problem.
    pub problem: Problem,
    /// Its place: bytes of the file.
    pub span: Range<usize>,
    /// A related place in the same file.
    pub also: Option<(Range<usize>, Related)>,
}

impl Diagnostic {
    /// A problem at `span`.
    #[must_use]
    pub fn new(span: Range<usize>, problem: impl Into<Problem>) -> Self {
        Self { problem: problem.into(), span, also: None }
    }

    /// The same problem with a related place.
    #[must_use]
    pub fn with_related(self, span: Range<usize>, related: Related) -> Self {
        Self { also: Some((span, related)), ..self }
    }

    /// The rule that is broken.
    #[must_use]
    pub fn code(&self) -> Code {
        self.problem.code()
    }

    /// Whether the post or config cannot be used.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.code().severity() == Severity::Error
    }
}
