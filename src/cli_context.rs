//! Everything a command may use: streams, the terminal, variables, the clock. It opens none of them.
//!
//! **Invariant**: untrusted text cannot control a terminal or start a new line. An [`Output`] escapes everything but line breaks;
//! `line!` and [`Output::error`] escape line breaks as well.

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
    /// The stream for data.
    pub out: Output<'w>,
    /// The stream for everything else.
    pub err: Output<'w>,
    /// Where the user's answers are read.
    pub input: &'w mut dyn io::BufRead,
    /// How `out` is shown.
    pub terminal: Terminal,
    /// Whether `input` and `err` are a terminal, so that the user can be asked.
    pub can_ask: bool,
    /// The environment variables.
    pub environment: &'w Environment,
    /// The clock.
    pub clock: &'w dyn Clock,
    /// The paths of the newsroom.
    pub places: Places,
    /// The exit code by what the command has reported so far.
    pub exit: Exit,
}

impl CliContext<'_> {
    /// Makes the run end with this exit code, or with one that weighs more.
    pub fn ends(&mut self, exit: Exit) {
        self.exit = self.exit.combine(exit);
    }

    /// Reports an error that does not stop the command, and notes its exit code.
    ///
    /// # Errors
    /// An error of the stream.
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
    /// Its width.
    pub columns: usize,
}

/// A stream that people read, perhaps in a terminal: control characters are made visible.
pub struct Output<'w> {
    stream: &'w mut dyn Write,
    is_terminal: bool,
    /// The first bytes of a character whose other bytes have not been written yet.
    incomplete: Vec<u8>,
}

impl<'w> Output<'w> {
    /// A stream, and whether it is a terminal.
    pub fn new(stream: &'w mut dyn Write, is_terminal: bool) -> Self {
        Self { stream, is_terminal, incomplete: Vec::new() }
    }

    /// Writes one line, with its line breaks made visible; see `line!`.
    ///
    /// # Errors
    /// An error of the stream.
    pub fn line(&mut self, words: fmt::Arguments<'_>) -> io::Result<()> {
        let words = words.as_str().map_or_else(|| Cow::Owned(words.to_string()), Cow::Borrowed);
        self.put(&escape::line(&words))?;
        self.put("\n")
    }

    /// Writes what is wrong and the next step, without passwords and tokens.
    ///
    /// # Errors
    /// An error of the stream.
    pub fn error(&mut self, message: &dyn fmt::Display, hint: &str) -> io::Result<()> {
        self.message("error", message, hint)
    }

    /// Writes what may be wrong and the next step.
    ///
    /// # Errors
    /// An error of the stream.
    pub fn warning(&mut self, message: &dyn fmt::Display, hint: &str) -> io::Result<()> {
        self.message("warning", message, hint)
    }

    fn message(&mut self, kind: &str, message: &dyn fmt::Display, hint: &str) -> io::Result<()> {
        self.line(format_args!("{kind}: {}", secret::redact(&message.to_string())))?;
        if hint.is_empty() {
            return Ok(());
        }
        self.line(format_args!("  = help: {}", secret::redact(hint)))
    }

    /// Writes text whose colours come from telepress.
    ///
    /// # Errors
    /// An error of the stream.
    pub fn styled(&mut self, text: &str) -> io::Result<()> {
        self.put(&escape::styled(text))
    }

    /// Writes data for a program and a line break; only on a terminal it is escaped.
    ///
    /// # Errors
    /// An error of the stream.
    pub fn data(&mut self, text: &str) -> io::Result<()> {
        if self.is_terminal {
            self.put(&escape::text(text))?;
        } else {
            self.put(text)?;
        }
        self.put("\n")
    }

    /// Replaces the last line.
    ///
    /// # Errors
    /// An error of the stream.
    pub fn rewrite(&mut self, text: &str) -> io::Result<()> {
        self.put(&format!("\r{}\u{1b}[K", escape::line(text)))?;
        self.stream.flush()
    }

    /// As [`Write::write_fmt`], for `write!` without the trait.
    ///
    /// # Errors
    /// An error of the stream.
    pub fn write_fmt(&mut self, words: fmt::Arguments<'_>) -> io::Result<()> {
        Write::write_fmt(self, words)
    }

    /// As [`Write::write_all`].
    ///
    /// # Errors
    /// An error of the stream.
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        Write::write_all(self, bytes)
    }

    /// As [`Write::flush`].
    ///
    /// # Errors
    /// An error of the stream.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes())
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.incomplete);
        all.extend_from_slice(bytes);
        for chunk in all.utf8_chunks() {
            self.put(&escape::text(chunk.valid()))?;
            match chunk.invalid() {
                [] => {}
                // The rest of the character may follow.
                rest if all.ends_with(rest) && is_incomplete(rest) => {
                    self.incomplete = rest.to_vec();
                }
                _ => self.put("\u{fffd}")?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

fn is_incomplete(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// Writes one line to an [`Output`]; line breaks in inserted text are made visible.
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
    fn inserted_text_cannot_control_a_terminal_or_start_a_line() {
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
    fn character_may_be_written_in_pieces() {
        for text in ["é€🙂\u{9b}x", "a"] {
            let shown = written(|out| text.bytes().try_for_each(|byte| out.write_all(&[byte])));
            assert_eq!(shown, text.replace('\u{9b}', "\u{fffd}"));
        }
        assert_eq!(written(|out| out.write_all(b"a\xffb\x9bc")), "a\u{fffd}b\u{fffd}c");
    }
}
