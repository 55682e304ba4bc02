//! What a part sends, frozen when its publication was accepted; it is never rendered anew.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

/// A request of the Bot API, frozen: the method and its parameters without the chat.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Request {
    /// The method, as the Bot API spells it.
    pub method: String,
    /// The parameters.
    pub params: Params,
}

/// The parameters of a request. They are kept as JSON text, a tenth of the room that a tree of values takes, and shared by
/// all that hold the same request.
#[derive(Clone)]
pub struct Params(Arc<str>);

impl Params {
    /// All of them.
    #[must_use]
    pub fn value(&self) -> Value {
        // It was made of a value.
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        match self.value() {
            Value::Object(mut fields) => fields.remove(name),
            _ => None,
        }
    }

    /// One of them that is a text; empty where it is none.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        match self.get(name) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        }
    }

    /// Whether one of them is `true`.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.get(name) == Some(Value::Bool(true))
    }
}

impl From<Value> for Params {
    fn from(value: Value) -> Self {
        Self(value.to_string().into())
    }
}

/// The order of keys is no difference: PostgreSQL keeps its own.
impl PartialEq for Params {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.0.len() == other.0.len() && self.value() == other.value()
    }
}

impl Eq for Params {}

impl Hash for Params {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Whatever the order of its keys, the text is as long.
        self.0.len().hash(state);
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Params {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}

/// The SHA-256 of a canonical request or of a whole payload; it is made where requests are frozen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PayloadHash([u8; 32]);

impl PayloadHash {
    /// Stands for what is not known, such as what an adopted message shows: no digest is likely to be all zeros.
    pub const UNKNOWN: Self = Self([0; 32]);

    /// The hash that a digest gave.
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

    /// The hash that 64 hexadecimal digits spell; `None` for anything else.
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
    fn a_hash_is_read_as_it_is_shown() {
        let hash = PayloadHash::of_digest(std::array::from_fn(|at| u8::try_from(at * 8).unwrap()));
        assert_eq!(PayloadHash::parse(&hash.to_string()), Some(hash));
        for bad in ["", "00", &"g".repeat(64), &"0".repeat(65), &"й".repeat(32)] {
            assert_eq!(PayloadHash::parse(bad), None, "{bad}");
        }
    }
}
