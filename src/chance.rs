//! Random numbers from the system: the only place that draws them.

/// A number, all of whose values are equally likely. Where the system gives none, it follows from an address in memory,
/// which is enough to spread retries and to tell two processes apart, and nothing here is a secret.
#[must_use]
pub fn number() -> u64 {
    getrandom::u64().unwrap_or_else(|_| {
        use std::hash::{BuildHasher, Hasher, RandomState};
        RandomState::new().build_hasher().finish()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_differ() {
        assert_ne!(super::number(), super::number());
    }
}
