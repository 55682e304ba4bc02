//! What is wrong with a file: problems as data, each with its code and place; `explain` has the words for them.

pub mod code;
pub mod problem;

use std::ops::Range;

pub use code::{Code, Severity};
pub use problem::{Problem, Related};

/// One problem of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub problem: Problem,
    /// The bytes of the file that show it.
    pub span: Range<usize>,
    /// Another place of the same file that belongs to it.
    pub also: Option<(Range<usize>, Related)>,
}

impl Diagnostic {
    /// A problem at `span`.
    #[must_use]
    pub fn new(span: Range<usize>, problem: impl Into<Problem>) -> Self {
        Self { problem: problem.into(), span, also: None }
    }

    /// The same problem, with another place that belongs to it.
    #[must_use]
    pub fn and(self, span: Range<usize>, related: Related) -> Self {
        Self { also: Some((span, related)), ..self }
    }

    /// The rule that is broken.
    #[must_use]
    pub fn code(&self) -> Code {
        self.problem.code()
    }

    /// Whether it stops the post.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.code().severity() == Severity::Error
    }
}
