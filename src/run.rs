//! One run of the program: arguments in, exit code out; the only place that prints a failure and picks the code.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use clap::Parser;

use crate::cli::{self, Arguments};
use crate::clock::SystemClock;
use crate::environment::Environment;
#[cfg(debug_assertions)]
use crate::environment::Variable;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::newsroom::Places;
use crate::world::{Output, Screen, World};
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
        crate::crash::arm(place);
    }
    let stdout = io::stdout();
    let terminal = stdout.is_terminal();
    let columns =
        environment.columns().or_else(|| terminal_size().filter(|_| terminal)).unwrap_or(COLUMNS);
    let screen = Screen { terminal, colour: terminal && !environment.no_color(), columns };
    let (mut out, mut err) = (io::LineWriter::new(stdout.lock()), io::stderr());
    let mut world = World {
        out: Output::new(&mut out, terminal),
        // Not locked: the log goes there too, from threads that this one waits for.
        err: Output::new(&mut err, io::stderr().is_terminal()),
        input: &mut io::stdin().lock(),
        screen,
        can_ask: io::stdin().is_terminal() && io::stderr().is_terminal(),
        environment: &environment,
        clock: &SystemClock,
        places: Places::of(None, None),
        exit: Exit::Done,
    };
    run_in(arguments, &mut world)
}

/// The width of the terminal, as clap's own library for it says.
fn terminal_size() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// Runs telepress with these arguments in this world.
#[must_use]
pub fn run_in(arguments: impl IntoIterator<Item = OsString>, world: &mut World<'_>) -> Exit {
    let typed: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match Arguments::try_parse_from(&typed) {
        Ok(arguments) => arguments,
        Err(error) => {
            // The error repeats what was typed, and its own line breaks cannot be told from others.
            let shown = typed.iter().map(|word| escape::line(&word.to_string_lossy()).into_owned());
            return usage(&Arguments::try_parse_from(shown).err().unwrap_or(error), world);
        }
    };
    let ended = cli::execute(arguments, world).and_then(|()| Ok(world.out.flush()?));
    if let Err(failure) = ended {
        if failure.exit() == Exit::Done {
            return Exit::Done;
        }
        // Where even stderr is gone there is nobody to tell.
        let _ = world.report(failure.exit(), &failure, &failure.hint());
    }
    world.exit
}

/// Help and the version are data and go to stdout; a mistake goes to stderr.
fn usage(error: &clap::Error, world: &mut World<'_>) -> Exit {
    let text = if world.screen.colour {
        error.render().ansi().to_string()
    } else {
        error.render().to_string()
    };
    let (stream, exit) = if error.use_stderr() {
        (&mut world.err, Exit::Usage)
    } else {
        (&mut world.out, Exit::Done)
    };
    match stream.styled(&secret::redact(&text)).and_then(|()| stream.flush()) {
        Ok(()) => exit,
        Err(error) => Failure::from(error).exit().and(exit),
    }
}
