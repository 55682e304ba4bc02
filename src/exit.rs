//! The exit codes, on which users rely.

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done; there may have been warnings.
    Done,
    /// Findings in posts, refused content, an order that is not possible in the post's state, a declined confirmation, or changes
    /// found by `plan --exit-code`.
    Findings,
    /// A mistake in the command, the config or the token.
    Usage,
    /// A bug in telepress or an error of the system.
    Unexpected,
    /// Something is left for later or for an operator: an unknown outcome, or Telegram cannot be reached.
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

    /// The exit code that wins if a run has two: 3 before 2 before 4 before 1.
    #[must_use]
    pub fn combine(self, other: Self) -> Self {
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
    fn heaviest_exit_code_wins() {
        use Exit::{Done, Findings, Unexpected, Usage, Waiting};
        let order = [Done, Findings, Waiting, Usage, Unexpected];
        for (index, lighter) in order.into_iter().enumerate() {
            for heavier in order.into_iter().skip(index) {
                assert_eq!(
                    (lighter.combine(heavier), heavier.combine(lighter)),
                    (heavier, heavier)
                );
            }
        }
        assert_eq!([Done, Findings, Usage, Unexpected, Waiting].map(Exit::code), [0, 1, 2, 3, 4]);
    }
}
