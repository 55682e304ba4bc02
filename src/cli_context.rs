//! Everything a command may use: streams, the terminal, variables, the clock. It opens none of them.
//!
//! **Invariant**: what others wrote commands no terminal and begins no line. Whatever is written to an [`Output`] is escaped but
//! for line breaks; `line!` and [`Output::error`] escape those too.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use crate::clock::Clock;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::newsroom::Places;
use crate::{escape, secret};

/// Everything a command may use.
pub struct CliContext<'w> {
    /// Data goes here.
    pub out: Output<'w>,
    /// Everything else goes here.
    pub err: Output<'w>,
    /// Answers come from here.
    pub input: &'w mut dyn io::BufRead,
    /// Whether a person reads `out`, and how.
    pub terminal: Terminal,
    /// Whether a person sits at `input` and `err`, who can be asked.
    pub can_ask: bool,
    /// The variables.
    pub environment: &'w Environment,
    /// The clock.
    pub clock: &'w dyn Clock,
    /// Where the newsroom's files are.
    pub places: Places,
    /// How the run ends, by what the command has reported so far.
    pub exit: Exit,
}

impl CliContext<'_> {
    /// Lets the run end like this, or worse.
    pub fn ends(&mut self, exit: Exit) {
        self.exit = self.exit.and(exit);
    }

    /// Reports an error that does not stop the command, and how the run ends for it.
    ///
    /// # Errors
    /// What the stream says.
    pub fn report(&mut self, exit: Exit, error: &dyn fmt::Display, hint: &str) -> io::Result<()> {
        self.ends(exit);
        self.err.error(error, hint)
    }
}

/// How output is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Whether `out` is a terminal.
    pub is_tty: bool,
    /// Whether `out` shows colours.
    pub colour: bool,
    /// Columns.
    pub columns: usize,
}

/// A stream that people read, perhaps in a terminal: characters that a terminal obeys are made visible.
pub struct Output<'w> {
    stream: &'w mut dyn Write,
    is_terminal: bool,
    /// The beginning of a character whose other bytes are still to be written.
    begun: Vec<u8>,
}

impl<'w> Output<'w> {
    /// A stream, and whether it is a terminal.
    pub fn new(stream: &'w mut dyn Write, is_terminal: bool) -> Self {
        Self { stream, is_terminal, begun: Vec::new() }
    }

    /// One line, whatever line breaks are in it; see `line!`.
    ///
    /// # Errors
    /// What the stream says.
    pub fn line(&mut self, words: fmt::Arguments<'_>) -> io::Result<()> {
        let words = words.as_str().map_or_else(|| Cow::Owned(words.to_string()), Cow::Borrowed);
        self.put(&escape::line(&words))?;
        self.put("\n")
    }

    /// What is wrong, and what to do about it, without passwords and tokens.
    ///
    /// # Errors
    /// What the stream says.
    pub fn error(&mut self, message: &dyn fmt::Display, hint: &str) -> io::Result<()> {
        self.told("error", message, hint)
    }

    /// What may be wrong, and what to do about it.
    ///
    /// # Errors
    /// What the stream says.
    pub fn warning(&mut self, message: &dyn fmt::Display, hint: &str) -> io::Result<()> {
        self.told("warning", message, hint)
    }

    fn told(&mut self, kind: &str, message: &dyn fmt::Display, hint: &str) -> io::Result<()> {
        self.line(format_args!("{kind}: {}", secret::redact(&message.to_string())))?;
        if hint.is_empty() {
            return Ok(());
        }
        self.line(format_args!("  = help: {}", secret::redact(hint)))
    }

    /// Text in telepress's own colours.
    ///
    /// # Errors
    /// What the stream says.
    pub fn styled(&mut self, text: &str) -> io::Result<()> {
        self.put(&escape::styled(text))
    }

    /// Data that a program reads, and a line break: as it is, unless it goes to a terminal.
    ///
    /// # Errors
    /// What the stream says.
    pub fn data(&mut self, text: &str) -> io::Result<()> {
        if self.is_terminal {
            self.put(&escape::text(text))?;
        } else {
            self.put(text)?;
        }
        self.put("\n")
    }

    /// Writes over the line that was written last.
    ///
    /// # Errors
    /// What the stream says.
    pub fn rewrite(&mut self, text: &str) -> io::Result<()> {
        self.put(&format!("\r{}\u{1b}[K", escape::line(text)))?;
        self.stream.flush()
    }

    /// As [`Write::write_fmt`], for `write!` where the trait is not at hand.
    ///
    /// # Errors
    /// What the stream says.
    pub fn write_fmt(&mut self, words: fmt::Arguments<'_>) -> io::Result<()> {
        Write::write_fmt(self, words)
    }

    /// As [`Write::write_all`].
    ///
    /// # Errors
    /// What the stream says.
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        Write::write_all(self, bytes)
    }

    /// As [`Write::flush`].
    ///
    /// # Errors
    /// What the stream says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes())
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        for chunk in all.utf8_chunks() {
            self.put(&escape::text(chunk.valid()))?;
            match chunk.invalid() {
                [] => {}
                // More of it may follow.
                rest if all.ends_with(rest) && is_begun(rest) => self.begun = rest.to_vec(),
                _ => self.put("\u{fffd}")?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Whether bytes begin a character and do not end it.
fn is_begun(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// Writes one line to an [`Output`]: line breaks in what is inserted are made visible.
macro_rules! line {
    ($output:expr, $($words:tt)*) => {
        $output.line(format_args!($($words)*))
    };
}
pub(crate) use line;

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut Output<'_>) -> io::Result<()>) -> String {
        let mut bytes = Vec::new();
        write(&mut Output::new(&mut bytes, true)).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn nothing_that_is_inserted_commands_a_terminal_or_begins_a_line() {
        let name = "a\u{1b}]0;x\u{7}\u{9b}31m\n::error::b";
        let shown = "a␛]0;x␇\u{fffd}31m␊::error::b";
        assert_eq!(written(|out| line!(out, "by {name}")), format!("by {shown}\n"));
        assert_eq!(
            written(|out| out.error(&name, name)),
            format!("error: {shown}\n  = help: {shown}\n")
        );
        assert_eq!(written(|out| out.rewrite(name)), format!("\r{shown}\u{1b}[K"));
        let lines = shown.replace('␊', "\n");
        assert_eq!(written(|out| write!(out, "{name}")), lines);
        assert_eq!(written(|out| out.styled(name)), lines);
        assert_eq!(written(|out| out.data(name)), format!("{lines}\n"));
        assert_eq!(
            written(|out| out.error(&"postgres://u:pw@h", "")),
            "error: postgres://u:<password>@h\n"
        );
    }

    #[test]
    fn a_character_may_come_in_pieces() {
        for text in ["é€🙂\u{9b}x", "a"] {
            let shown = written(|out| text.bytes().try_for_each(|byte| out.write_all(&[byte])));
            assert_eq!(shown, text.replace('\u{9b}', "\u{fffd}"));
        }
        assert_eq!(written(|out| out.write_all(b"a\xffb\x9bc")), "a\u{fffd}b\u{fffd}c");
    }
}
