//! One run of the program: arguments in, exit code out; the only place that prints a failure and picks the code.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use clap::Parser;

use crate::cli::{self, Arguments};
use crate::cli_context::{CliContext, Output, Terminal};
use crate::cli_error::CliError;
use crate::clock::SystemClock;
use crate::environment::Environment;
#[cfg(debug_assertions)]
use crate::environment::Variable;
use crate::exit::Exit;
use crate::newsroom::Places;
use crate::{escape, logging, secret};

/// Columns where nobody says how wide the output is.
const COLUMNS: usize = 100;

/// Runs telepress with the process's own arguments and streams.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let environment = Environment::of_process();
    // A second logger is the only thing that can go wrong here, and then the first one goes on.
    let _ = logging::start(&environment);
    #[cfg(debug_assertions)]
    if let Ok(Some(place)) = environment.text(Variable::Crash) {
        crate::failpoint::arm(place);
    }
    let stdout = io::stdout();
    let is_tty = stdout.is_terminal();
    let columns =
        environment.columns().or_else(|| terminal_size().filter(|_| is_tty)).unwrap_or(COLUMNS);
    let terminal = Terminal { is_tty, colour: is_tty && !environment.no_color(), columns };
    let (mut out, mut err) = (io::LineWriter::new(stdout.lock()), io::stderr());
    let mut context = CliContext {
        out: Output::new(&mut out, is_tty),
        // Not locked: the log goes there too, from threads that this one waits for.
        err: Output::new(&mut err, io::stderr().is_terminal()),
        input: &mut io::stdin().lock(),
        terminal,
        can_ask: io::stdin().is_terminal() && io::stderr().is_terminal(),
        environment: &environment,
        clock: &SystemClock,
        places: Places::of(None, None),
        exit: Exit::Done,
    };
    run_in(arguments, &mut context)
}

/// The width of the terminal, as clap's own library for it says.
fn terminal_size() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// Runs telepress with these arguments in this context.
#[must_use]
pub fn run_in(arguments: impl IntoIterator<Item = OsString>, context: &mut CliContext<'_>) -> Exit {
    let typed: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match Arguments::try_parse_from(&typed) {
        Ok(arguments) => arguments,
        Err(error) => {
            // The error repeats what was typed, and its own line breaks cannot be told from others.
            let shown = typed.iter().map(|word| escape::line(&word.to_string_lossy()).into_owned());
            return usage(&Arguments::try_parse_from(shown).err().unwrap_or(error), context);
        }
    };
    let ended = cli::execute(arguments, context).and_then(|()| Ok(context.out.flush()?));
    if let Err(failure) = ended {
        if failure.exit() == Exit::Done {
            return Exit::Done;
        }
        // Where even stderr is gone there is nobody to tell.
        let _ = context.report(failure.exit(), &failure, &failure.hint());
    }
    context.exit
}

/// Help and the version are data and go to stdout; a mistake goes to stderr.
fn usage(error: &clap::Error, context: &mut CliContext<'_>) -> Exit {
    let text = if context.terminal.colour {
        error.render().ansi().to_string()
    } else {
        error.render().to_string()
    };
    let (stream, exit) = if error.use_stderr() {
        (&mut context.err, Exit::Usage)
    } else {
        (&mut context.out, Exit::Done)
    };
    match stream.styled(&secret::redact(&text)).and_then(|()| stream.flush()) {
        Ok(()) => exit,
        Err(error) => CliError::from(error).exit().and(exit),
    }
}
