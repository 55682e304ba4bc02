//! What a command may use of the world around it: streams, the screen, variables, the clock; it opens none of them.

use std::io::{self, Write};

use crate::clock::Clock;
use crate::environment::Environment;

/// What a command may use of the world around it.
pub struct World<'w> {
    /// Data goes here.
    pub out: &'w mut dyn Write,
    /// Everything else goes here.
    pub err: &'w mut dyn Write,
    /// Answers come from here.
    pub input: &'w mut dyn io::BufRead,
    /// Whether a person reads `out`, and how.
    pub screen: Screen,
    /// Whether a person sits at `input` and `err`, who can be asked.
    pub can_ask: bool,
    /// The variables.
    pub environment: &'w Environment,
    /// The clock.
    pub clock: &'w dyn Clock,
}

/// How output is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Whether `out` is a terminal.
    pub terminal: bool,
    /// Whether `out` shows colours.
    pub colour: bool,
    /// Columns.
    pub columns: usize,
}
