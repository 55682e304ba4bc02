//! Makes JSON of the export's almost-JSON while it is read, and limits how much of it anyone has to hold.
//!
//! Telegram Desktop writes control characters as `\xNN`, which JSON does not know.

use std::cell::Cell;
use std::io::{self, Read};

use crate::limits;

/// Bytes that are read at once.
const BLOCK: usize = 32 * 1024;

/// How many lists and objects may be inside one another. An export has six.
const DEPTH: usize = 100;

/// How many bytes a value may still take.
#[derive(Debug, Default)]
pub(super) struct ByteBudget {
    left: Cell<Option<usize>>,
}

impl ByteBudget {
    /// The next value may take [`limits::EXPORT_MESSAGE_BYTES`].
    pub(super) fn limit_next_value(&self) {
        // The reader is up to two blocks ahead of the value.
        self.left.set(Some(limits::EXPORT_MESSAGE_BYTES + 2 * BLOCK));
    }

    /// What follows is skipped, and may have any length.
    pub(super) fn lift_limit(&self) {
        self.left.set(None);
    }

    fn spend(&self, bytes: usize) -> bool {
        let Some(left) = self.left.get() else { return true };
        self.left.set(Some(left.saturating_sub(bytes)));
        bytes <= left
    }
}

#[derive(Clone, Copy)]
enum ScanState {
    Outside,
    String,
    Escape,
}

/// JSON with `\u00NN` for each `\xNN` of `source`.
pub(super) struct RepairedJson<'m, R> {
    source: R,
    meter: &'m ByteBudget,
    place: ScanState,
    /// The lists and objects around the place.
    depth: usize,
    /// The bytes of the current string.
    string: usize,
    block: Vec<u8>,
    ready: Vec<u8>,
    taken: usize,
}

impl<'m, R: Read> RepairedJson<'m, R> {
    pub(super) fn new(source: R, meter: &'m ByteBudget) -> Self {
        Self {
            source,
            meter,
            place: ScanState::Outside,
            depth: 0,
            string: 0,
            block: vec![0; BLOCK],
            ready: Vec::with_capacity(2 * BLOCK),
            taken: 0,
        }
    }

    /// Reads and repairs the next block; `false` at the end.
    fn refill(&mut self) -> io::Result<bool> {
        let count = loop {
            match self.source.read(&mut self.block) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.ready.clear();
        self.taken = 0;
        if !self.meter.spend(count) {
            return Err(too_long("message"));
        }
        for byte in self.block.get(..count).unwrap_or_default() {
            self.string += 1;
            self.place = match (self.place, byte) {
                (ScanState::Outside, b'"') => {
                    self.string = 0;
                    ScanState::String
                }
                (ScanState::Outside, b'[' | b'{') => {
                    self.depth += 1;
                    ScanState::Outside
                }
                (ScanState::Outside, b']' | b'}') => {
                    self.depth = self.depth.saturating_sub(1);
                    ScanState::Outside
                }
                (ScanState::Outside, _) | (ScanState::String, b'"') => ScanState::Outside,
                (ScanState::String, b'\\') => ScanState::Escape,
                (ScanState::Escape, b'x') => {
                    self.ready.extend(b"u00");
                    self.place = ScanState::String;
                    continue;
                }
                (ScanState::String | ScanState::Escape, _) => ScanState::String,
            };
            self.ready.push(*byte);
            if self.depth > DEPTH {
                return Err(io::Error::other(format!(
                    "it is nested more than {DEPTH} levels deep"
                )));
            }
            if !matches!(self.place, ScanState::Outside)
                && self.string > limits::EXPORT_MESSAGE_BYTES
            {
                return Err(too_long("text"));
            }
        }
        Ok(count > 0)
    }
}

fn too_long(what: &str) -> io::Error {
    let most = limits::EXPORT_MESSAGE_BYTES / 1024;
    io::Error::other(format!("a {what} is longer than {most} KiB"))
}

impl<R: Read> Read for RepairedJson<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() {
            if !self.refill()? {
                return Ok(0);
            }
        }
        let left = self.ready.get(self.taken..).unwrap_or_default();
        let count = left.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), left.get(..count)) {
            to.copy_from_slice(from);
        }
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, as a slow disk may.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(buffer.len()).min(1);
            let (now, later) = self.0.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    fn repaired(text: &str) -> String {
        let meter = ByteBudget::default();
        let mut slow = String::new();
        RepairedJson::new(Slow(text.as_bytes()), &meter).read_to_string(&mut slow).unwrap();
        let mut whole = String::new();
        RepairedJson::new(text.as_bytes(), &meter).read_to_string(&mut whole).unwrap();
        assert_eq!(slow, whole);
        whole
    }

    #[test]
    fn hexadecimal_escapes_become_those_of_json() {
        for (text, expected) in [
            (r#"{"a": "b\x01c"}"#, r#"{"a": "b\u0001c"}"#),
            (r#""\x1f\x0b""#, r#""\u001f\u000b""#),
            // An escaped backslash before an x.
            (r#""\\x41""#, r#""\\x41""#),
            (r#""\\\x01""#, r#""\\\u0001""#),
            (r#""\"\x01""#, r#""\"\u0001""#),
            // Outside a string it stays an error.
            (r"\x01", r"\x01"),
        ] {
            assert_eq!(repaired(text), expected, "{text}");
        }
    }

    #[test]
    fn endless_text_and_endless_message_are_refused() {
        let meter = ByteBudget::default();
        let text = std::io::Cursor::new(b"\"").chain(std::io::repeat(b'a'));
        let error = io::copy(&mut RepairedJson::new(text, &meter), &mut io::sink()).unwrap_err();
        assert_eq!(error.to_string(), "a text is longer than 1024 KiB");
        meter.limit_next_value();
        let text = std::io::repeat(b'1');
        let error = io::copy(&mut RepairedJson::new(text, &meter), &mut io::sink()).unwrap_err();
        assert_eq!(error.to_string(), "a message is longer than 1024 KiB");
        meter.lift_limit();
        let text = std::io::repeat(b'[');
        let error = io::copy(&mut RepairedJson::new(text, &meter), &mut io::sink()).unwrap_err();
        assert_eq!(error.to_string(), "it is nested more than 100 levels deep");
    }
}
