//! Reads one attribute of a start tag, `name` or `name=value`. It does not interpret it.

use memchr::memchr3;

use super::cursor::{Cursor, END, is_blank};
use super::decoded::Decoded;
use super::{HtmlError, Refusal};

/// An attribute.
pub(super) struct Attribute<'a> {
    /// As typed; Telegram distinguishes upper and lower case.
    pub(super) name: &'a str,
    /// The value after the `=`.
    pub(super) value: Option<Decoded>,
}

impl<'a> Attribute<'a> {
    /// Reads the attribute at `cursor` of the tag `tag`, which begins at byte `start`.
    ///
    /// # Errors
    ///
    /// It has no name, its value is badly written, or the markup ends within it.
    pub(super) fn read(cursor: &mut Cursor<'a>, tag: &str, start: usize) -> Result<Self, Refusal> {
        let ends_name = |byte| is_blank(byte) || matches!(byte, b'=' | b'>' | b'/' | b'"' | b'\'');
        let name = cursor.take_until(ends_name);
        if name.is_empty() {
            return Err(Refusal::at(start, HtmlError::EmptyAttributeName { tag: tag.to_owned() }));
        }
        cursor.skip_blanks();
        let has_value = cursor.skip(b'=');
        if has_value {
            cursor.skip_blanks();
        }
        if cursor.peek() == END {
            return Err(Refusal::at(
                start,
                HtmlError::UnclosedNamedStartTag { tag: tag.to_owned() },
            ));
        }
        if !has_value {
            return Ok(Self { name, value: None });
        }
        let value = match cursor.peek() {
            quote @ (b'"' | b'\'') => quoted(cursor, quote),
            _ => token(cursor)?,
        };
        if cursor.peek() == END {
            return Err(Refusal::at(start, HtmlError::UnclosedStartTag));
        }
        Ok(Self { name, value: Some(value) })
    }
}

/// A value between quotation marks. Without the closing one it reaches to the end of the markup.
fn quoted(cursor: &mut Cursor<'_>, quote: u8) -> Decoded {
    let mut value = Decoded::default();
    cursor.skip(quote);
    loop {
        let length = memchr3(quote, b'&', END, cursor.rest().as_bytes());
        value.string.push_str(cursor.take(length.unwrap_or(usize::MAX)));
        if cursor.peek() != b'&' {
            cursor.skip(quote);
            return value;
        }
        let length = value.push_reference(cursor.rest(), cursor.byte);
        cursor.take(length);
    }
}

/// A value without quotation marks: letters, digits, full stops and hyphens, which are lowercased.
fn token(cursor: &mut Cursor<'_>) -> Result<Decoded, Refusal> {
    let byte = cursor.byte;
    let token =
        cursor.take_until(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')));
    if cursor.peek() != b'>' && !is_blank(cursor.peek()) {
        return Err(Refusal::at(byte, HtmlError::UnexpectedEndOfToken));
    }
    Ok(Decoded { string: token.to_ascii_lowercase(), surrogate: None })
}
