//! The part of a file that a request asks for (RFC 9110, section 14); it reads no file.

use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Requested {
    /// All bytes: there is no header, or it may be ignored.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that the file does not have.
    Unsatisfiable,
}

/// Reads a `Range` header for a file of `length` bytes. Other units, several ranges and malformed ranges are ignored, as the
/// standard permits.
pub(super) fn requested(header: &str, length: u64) -> Requested {
    let Some((unit, ranges)) = header.split_once('=') else { return Requested::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Requested::Whole;
    }
    let Some((first, last)) = ranges.trim().split_once('-') else { return Requested::Whole };
    match (number(first), number(last)) {
        (Number::Absent, Number::Value(count)) if count == 0 || length == 0 => {
            Requested::Unsatisfiable
        }
        (Number::Absent, Number::Value(count)) => {
            Requested::Part(length.saturating_sub(count)..length)
        }
        (Number::Value(first), Number::Value(last)) if last < first => Requested::Whole,
        (Number::Value(first), Number::Value(_) | Number::Absent) if first >= length => {
            Requested::Unsatisfiable
        }
        (Number::Value(first), Number::Absent) => Requested::Part(first..length),
        (Number::Value(first), Number::Value(last)) => {
            Requested::Part(first..last.saturating_add(1).min(length))
        }
        _ => Requested::Whole,
    }
}

enum Number {
    Absent,
    Malformed,
    /// A number past the range of the type is past every file as well.
    Value(u64),
}

fn number(text: &str) -> Number {
    if text.is_empty() {
        Number::Absent
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Number::Value(text.parse().unwrap_or(u64::MAX))
    } else {
        Number::Malformed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_range_is_read_and_everything_else_is_ignored() {
        use Requested::{Part, Unsatisfiable, Whole};
        for (header, length, expected) in [
            ("bytes=0-0", 10, Part(0..1)),
            ("bytes=0-", 10, Part(0..10)),
            ("bytes=3-6", 10, Part(3..7)),
            ("Bytes = 3-6", 10, Part(3..7)),
            ("bytes=9-99", 10, Part(9..10)),
            ("bytes=9-18446744073709551615", 10, Part(9..10)),
            ("bytes=9-99999999999999999999999", 10, Part(9..10)),
            ("bytes=-3", 10, Part(7..10)),
            ("bytes=-99", 10, Part(0..10)),
            ("bytes=10-", 10, Unsatisfiable),
            ("bytes=10-12", 10, Unsatisfiable),
            ("bytes=99999999999999999999999-", 10, Unsatisfiable),
            ("bytes=-0", 10, Unsatisfiable),
            ("bytes=0-", 0, Unsatisfiable),
            ("bytes=-1", 0, Unsatisfiable),
            ("bytes=6-3", 10, Whole),
            ("bytes=0-1,3-4", 10, Whole),
            ("bytes=-", 10, Whole),
            ("bytes=", 10, Whole),
            ("bytes=a-b", 10, Whole),
            ("bytes=+1-2", 10, Whole),
            ("bytes= 1-2 ", 10, Part(1..3)),
            ("bytes=1 -2", 10, Whole),
            ("items=0-1", 10, Whole),
            ("0-1", 10, Whole),
            ("", 10, Whole),
        ] {
            assert_eq!(requested(header, length), expected, "{header} of {length}");
        }
    }
}
