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

/// 128 bits that nobody can guess; `None` where the system gives none, and then there is no secret.
#[must_use]
pub fn secret() -> Option<[u8; 16]> {
    let mut secret = [0; 16];
    getrandom::fill(&mut secret).ok().map(|()| secret)
}

#[cfg(test)]
mod tests {
    #[test]
    fn secrets_differ() {
        assert_ne!(super::secret(), super::secret());
        assert!(super::secret().is_some());
    }

    #[test]
    fn numbers_differ() {
        assert_ne!(super::number(), super::number());
    }
}
