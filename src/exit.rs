//! The exit codes, which are part of what users rely on; nothing exits here.

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done; there may have been warnings.
    Done,
    /// Findings in posts, a refused content, or a declined question.
    Findings,
    /// A mistake in the command, the config or the token.
    Usage,
    /// Something that should not happen.
    Unexpected,
    /// Something is left for later or for an operator: an outcome that is not known, or Telegram out of reach.
    Waiting,
}

impl Exit {
    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Unexpected => 3,
            Self::Waiting => 4,
        }
    }

    /// Of two ends of one run the one that is told: 3 before 2 before 4 before 1.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let weight = |exit: Self| match exit {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Waiting => 2,
            Self::Usage => 3,
            Self::Unexpected => 4,
        };
        if weight(other) > weight(self) { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_ends_are_told_by_weight() {
        use Exit::{Done, Findings, Unexpected, Usage, Waiting};
        let order = [Done, Findings, Waiting, Usage, Unexpected];
        for (index, one) in order.into_iter().enumerate() {
            for other in order.into_iter().skip(index) {
                assert_eq!((one.and(other), other.and(one)), (other, other));
            }
        }
        assert_eq!([Done, Findings, Usage, Unexpected, Waiting].map(Exit::code), [0, 1, 2, 3, 4]);
    }
}
