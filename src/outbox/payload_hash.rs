//! The hash of a request or payload, for comparisons. It computes no hash.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The SHA-256 of a canonical request or of a whole payload. `plan::request_hash` computes it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PayloadHash([u8; 32]);

impl PayloadHash {
    /// Marks unknown content, such as that of an adopted message. No real digest is all zeros.
    pub const UNKNOWN: Self = Self([0; 32]);

    /// Wraps a SHA-256 digest.
    #[must_use]
    pub fn of_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Its first 32 bits.
    #[must_use]
    pub fn prefix(&self) -> u32 {
        let [a, b, c, d, ..] = self.0;
        u32::from_be_bytes([a, b, c, d])
    }

    /// Parses 64 hexadecimal digits; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 64 {
            return None;
        }
        let mut digest = [0; 32];
        let mut digits = text.chars().map(|digit| digit.to_digit(16));
        for byte in &mut digest {
            let (high, low) = (digits.next()??, digits.next()??);
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        Some(Self(digest))
    }
}

impl fmt::Display for PayloadHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for PayloadHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for PayloadHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PayloadHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("a hash has 64 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displayed_hash_can_be_parsed() {
        let hash = PayloadHash::of_digest(std::array::from_fn(|at| u8::try_from(at * 8).unwrap()));
        assert_eq!(PayloadHash::parse(&hash.to_string()), Some(hash));
        for bad in ["", "00", &"g".repeat(64), &"0".repeat(65), &"й".repeat(32)] {
            assert_eq!(PayloadHash::parse(bad), None, "{bad}");
        }
    }
}
