//! The command line: what may be typed, and one file for each command.

mod check;
mod completions;
mod convert;
mod demo;
mod init;
mod publish;
mod render;
mod sandbox;
mod schema;
mod selection;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::newsroom::{Newsroom, Opened, Places};
use crate::world::World;

/// Keeps a Telegram channel as files: checks posts, renders them to the exact message, previews and publishes them.
#[derive(Debug, Parser)]
#[command(name = "telepress", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Try it without a token and without a network:\n  telepress demo --once")]
pub struct Arguments {
    #[command(flatten)]
    places: PlaceArguments,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct PlaceArguments {
    /// The config file
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help = "The config file [default: config/telepress.toml]"
    )]
    config: Option<PathBuf>,
    /// The folder of the posts
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help = "The folder of the posts [default: posts, beside the config's folder]"
    )]
    posts: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Publishes the sample posts in a sandbox inside the program: no token, no network
    #[command(after_help = "Example:\n  telepress demo --once")]
    Demo(demo::DemoArguments),
    /// Makes a new newsroom: a config, a post, .gitignore and .env.example
    #[command(after_help = "Example:\n  telepress init newsroom")]
    Init(init::InitArguments),
    /// Checks posts and config, and tells every problem with its place and the way out
    #[command(
        after_help = "Examples:\n  telepress check\n  telepress check summit --format github\n  telepress check --explain bad-hashtag"
    )]
    Check(check::CheckArguments),
    /// Shows the exact message, or messages, that a post becomes
    #[command(
        after_help = "Examples:\n  telepress render summit\n  telepress render summit --channel world-en --as json"
    )]
    Render(render::RenderArguments),
    /// Converts Telegram text between its forms, from stdin to stdout
    #[command(
        after_help = "Examples:\n  echo '**bold** and <plain>' | telepress convert --from markdown --to html\n  telepress convert --from html --to entities --detect --split --jsonl < in.jsonl > out.jsonl"
    )]
    Convert(convert::ConvertArguments),
    /// Sends a post to its channels, once for each; without a journal, a second run sends it again
    #[command(
        after_help = "Example:\n  TELEPRESS_TOKEN_FILE=~/.telepress-token telepress publish summit --channel world-en"
    )]
    Publish(publish::PublishArguments),
    /// Runs a Bot API server on this machine, to try things and to test against
    #[command(after_help = "Example:\n  telepress sandbox --port 8081")]
    Sandbox(sandbox::SandboxArguments),
    /// Prints the JSON Schema of posts or of the config, for editors
    #[command(after_help = "Example:\n  telepress schema post > post.schema.json")]
    Schema(schema::SchemaArguments),
    /// Prints the completion script of a shell
    #[command(
        after_help = "Example:\n  telepress completions bash > ~/.local/share/bash-completion/completions/telepress"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Runs the command that was typed.
///
/// # Errors
/// What stops it; it is printed by the caller.
pub fn execute(arguments: Arguments, world: &mut World<'_>) -> Result<Exit, Failure> {
    let places = Places::of(arguments.places.config, arguments.places.posts);
    match arguments.command {
        Command::Demo(typed) => demo::execute(&typed, world),
        Command::Init(typed) => init::execute(&typed, world),
        Command::Check(typed) => check::execute(&typed, places, world),
        Command::Render(typed) => render::execute(&typed, places, world),
        Command::Convert(typed) => convert::execute(&typed, world),
        Command::Publish(typed) => publish::execute(&typed, places, world),
        Command::Sandbox(typed) => sandbox::execute(&typed, places, world),
        Command::Schema(typed) => schema::execute(&typed, world),
        Command::Completions { shell } => {
            completions::execute(shell, &mut Arguments::command(), world)
        }
    }
}

/// Opens the newsroom; warnings of its config go to stderr.
fn open(places: Places, world: &mut World<'_>) -> Result<Newsroom, Failure> {
    match Newsroom::open(places) {
        Opened::Good(newsroom, report) => {
            world.err.write_all(report.text(false, world.screen.columns).as_bytes())?;
            Ok(*newsroom)
        }
        Opened::Bad(report) => {
            world.err.write_all(report.text(false, world.screen.columns).as_bytes())?;
            let errors = report.count(crate::diagnostic::Severity::Error);
            Err(Failure::Config { path: report.source.path.into(), errors })
        }
        Opened::Unreadable(path, source) => Err(Failure::ConfigUnreadable { path, source }),
    }
}

/// The runtime of a command that speaks to the network.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// Ends when the user or the system asks the program to stop.
async fn interrupted() {
    let by_user = async {
        // Where Ctrl-C cannot be heard, nothing is left but to go on.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let by_system = async {
        #[cfg(unix)]
        if let Ok(mut signal) =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        {
            signal.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = by_user => {}
        () = by_system => {}
    }
}

/// How a command prints what programs may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// For GitHub's workflows, which show it beside the lines
    Github,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_fit_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        for command in Arguments::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(
                help.contains(&format!("telepress {}", command.get_name())),
                "{}",
                command.get_name()
            );
        }
    }
}
