//! One run of the program: arguments in, exit code out; the only place that prints the final error and picks the code.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use crate::cli::{self, Arguments};
use crate::cli_context::{CliContext, Output, Terminal};
use crate::cli_error::CliError;
use crate::clock::SystemClock;
use crate::environment::{Environment, Variable};
use crate::exit::Exit;
use crate::newsroom::Places;
use crate::{escape, logging, secret};

/// The width of the output if neither the terminal nor `COLUMNS` gives one.
const COLUMNS: usize = 100;

/// Runs telepress with the process's own arguments and streams.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let environment = Environment::of_process();
    // This fails only if a logger exists already, which then stays in use.
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
        // Not locked: other threads write log lines to it while this one waits for them.
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

fn terminal_size() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// Runs telepress with these arguments in this context.
#[must_use]
pub fn run_in(arguments: impl IntoIterator<Item = OsString>, context: &mut CliContext<'_>) -> Exit {
    let typed: Vec<OsString> = arguments.into_iter().collect();
    if let Ok(Some(shell)) = context.environment.text(Variable::Complete) {
        let ended = cli::complete(shell, &typed, context);
        return end(ended, context);
    }
    let arguments = match Arguments::read(typed.iter().cloned()) {
        Ok(arguments) => arguments,
        Err(error) => {
            // The error quotes what was typed. It is escaped first, because clap's own line breaks must stay.
            let escaped =
                typed.iter().map(|word| escape::line(&word.to_string_lossy()).into_owned().into());
            return print_help(&Arguments::read(escaped).err().unwrap_or(error), context);
        }
    };
    let ended = cli::execute(arguments, context);
    end(ended, context)
}

/// Prints the error that has stopped a command, and returns the exit code.
fn end(ended: Result<(), CliError>, context: &mut CliContext<'_>) -> Exit {
    if let Err(error) = ended.and_then(|()| Ok(context.out.flush()?)) {
        if error.exit() == Exit::Done {
            return Exit::Done;
        }
        // If stderr is closed as well, the exit code is all that is left.
        let _ = context.report(error.exit(), &error, &error.hint());
    }
    context.exit
}

/// Prints help and the version to stdout, because they are data, and a mistake to stderr.
fn print_help(error: &clap::Error, context: &mut CliContext<'_>) -> Exit {
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
        Err(error) => CliError::from(error).exit().combine(exit),
    }
}
