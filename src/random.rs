//! Random numbers: the only module that asks the system for them.

/// A random number that need not be secret. If the system has none, the fallback is good enough to spread retries and to
/// distinguish processes.
#[must_use]
pub fn number() -> u64 {
    getrandom::u64().unwrap_or_else(|_| {
        use std::hash::{BuildHasher, Hasher, RandomState};
        RandomState::new().build_hasher().finish()
    })
}

/// 128 unguessable bits; `None` if the system has none.
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
