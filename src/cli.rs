//! The command line: what may be typed, and one file for each command.

mod adopt;
mod apply;
mod backup;
mod chats;
mod check;
mod completions;
mod convert;
mod delete;
mod deliver;
mod delivery_report;
mod demo;
mod doctor;
mod init;
mod journal;
mod log;
mod message_lookup;
mod move_post;
mod order_command;
mod pause;
mod plan;
mod preview;
mod progress;
mod publish;
mod publish_request;
mod render;
mod resolve;
mod restore;
mod sandbox;
mod schedule;
mod schema;
mod selection;
mod serve;
mod session;
mod status;
mod undo;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::escape;
use crate::explain::report::Report;
use crate::newsroom::{Newsroom, Opened, Places};
use order_command::OrderKind;
use pause::PauseOrResume;

/// What a command comes to: what it reported besides, and how the run ends for that, is in its [`CliContext`].
type Result<T = (), E = CliError> = std::result::Result<T, E>;

/// Keeps a Telegram channel as files: checks posts, renders them to the exact message, previews and publishes them.
#[derive(Debug, Parser)]
#[command(name = "telepress", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Try it without a token and without a network:\n  telepress demo --once")]
pub struct Arguments {
    #[command(flatten)]
    places: GlobalArguments,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct GlobalArguments {
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
    /// Create the journal of an existing config, or let it belong to another server
    #[command(after_help = "Example:\n  telepress journal create")]
    Journal(journal::JournalArguments),
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
    /// Shows posts in the browser as readers will see them, live while their files are saved
    #[command(
        after_help = "Examples:\n  telepress preview\n  telepress preview summit\n  telepress preview summit --html summit.html"
    )]
    Preview(preview::PreviewArguments),
    /// Converts Telegram text between its forms, from stdin to stdout
    #[command(
        after_help = "Examples:\n  echo '**bold** and <plain>' | telepress convert --from markdown --to html\n  telepress convert --from html --to entities --detect --split --jsonl < in.jsonl > out.jsonl"
    )]
    Convert(convert::ConvertArguments),
    /// Shows what `apply` with the same options would do
    #[command(
        after_help = "Examples:\n  telepress plan\n  telepress plan summit --format json\n  telepress plan --exit-code && echo in step"
    )]
    Plan(plan::PlanArguments),
    /// Makes the channels match the files: publishes, schedules, edits, and with --prune deletes
    #[command(after_help = "Examples:\n  telepress apply\n  telepress apply summit --yes")]
    Apply(apply::ApplyArguments),
    /// Sends a post to its channels now, once
    #[command(
        after_help = "Example:\n  TELEPRESS_TOKEN_FILE=~/.telepress-token telepress publish summit --channel world-en"
    )]
    Publish(publish::PublishArguments),
    /// Puts a post on the schedule; `serve` sends it at its time
    #[command(
        after_help = "Examples:\n  telepress schedule summit next\n  telepress schedule summit tomorrow 09:00\n  telepress schedule summit +2h --channel world-en"
    )]
    Schedule(schedule::ScheduleArguments),
    /// Edits the published messages of a post as its file says now
    #[command(after_help = "Example:\n  telepress update summit")]
    Update(apply::UpdateArguments),
    /// Takes the published messages of a post out of its channels
    #[command(after_help = "Example:\n  telepress delete summit --channel world-en")]
    Delete(delete::DeleteArguments),
    /// Lists what waits: scheduled, due, held, uncertain; the next first
    #[command(after_help = "Example:\n  telepress queue --format json")]
    Queue(status::StatusArguments),
    /// Tells where every post stands in every channel
    #[command(
        after_help = "Examples:\n  telepress status\n  telepress status summit --format json"
    )]
    Status(status::StatusArguments),
    /// Takes a post that has not gone out off the schedule
    #[command(after_help = "Example:\n  telepress cancel summit --channel world-en")]
    Cancel(order_command::OrderArguments),
    /// Lets a held post go
    #[command(after_help = "Example:\n  telepress release summit")]
    Release(order_command::OrderArguments),
    /// Goes on with a failed post at its failed part
    #[command(after_help = "Example:\n  telepress retry summit")]
    Retry(order_command::OrderArguments),
    /// Stops everything that would go out, or one channel, at once; the queue is kept
    #[command(after_help = "Examples:\n  telepress pause\n  telepress pause world-en")]
    Pause(pause::PauseArguments),
    /// Lets everything, or one channel, go on
    #[command(after_help = "Examples:\n  telepress resume\n  telepress resume world-en")]
    Resume(pause::PauseArguments),
    /// Says what became of a send whose outcome is not known
    #[command(
        after_help = "Examples:\n  telepress resolve summit --sent https://t.me/world_en/123\n  telepress resolve summit --not-sent\n  telepress resolve --after-restore"
    )]
    Resolve(resolve::ResolveArguments),
    /// Records messages that stand in a channel already as a post's parts
    #[command(after_help = "Example:\n  telepress adopt summit https://t.me/world_en/120")]
    Adopt(adopt::AdoptArguments),
    /// Takes back your last order, where that was `adopt` or `resolve --sent`
    #[command(after_help = "Example:\n  telepress undo")]
    Undo,
    /// Tells the journal that a post's file has another name
    #[command(
        after_help = "Example:\n  git mv posts/summit.toml posts/2024/summit.toml\n  telepress move summit 2024/summit"
    )]
    Move(move_post::MoveArguments),
    /// Tells who approved, changed, published and decided what, and when
    #[command(after_help = "Example:\n  telepress log summit")]
    Log(log::LogArguments),
    /// Writes a consistent copy of the journal
    #[command(after_help = "Example:\n  telepress backup journal-2026-11-25.db")]
    Backup(backup::BackupArguments),
    /// Publishes what is due and follows the files, until it is stopped
    #[command(
        after_help = "Example:\n  TELEPRESS_TOKEN_FILE=~/.telepress-token telepress serve\n\nconfig/systemd/telepress.service runs it as a service."
    )]
    Serve(serve::ServeArguments),
    /// Runs a Bot API server on this machine, to try things and to test against
    #[command(after_help = "Example:\n  telepress sandbox --port 8081")]
    Sandbox(sandbox::SandboxArguments),
    /// Looks at the token, the bot's rights, the journal and the clock, and says what is wrong
    #[command(after_help = "Example:\n  telepress doctor")]
    Doctor(doctor::DoctorArguments),
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
pub fn execute(arguments: Arguments, context: &mut CliContext<'_>) -> Result {
    context.places = Places::of(arguments.places.config, arguments.places.posts);
    match arguments.command {
        Command::Demo(typed) => demo::execute(&typed, context),
        Command::Init(typed) => init::execute(&typed, context),
        Command::Journal(typed) => journal::execute(&typed, context),
        Command::Check(typed) => check::execute(&typed, context),
        Command::Render(typed) => render::execute(&typed, context),
        Command::Preview(typed) => preview::execute(&typed, context),
        Command::Convert(typed) => convert::execute(&typed, context),
        Command::Plan(typed) => plan::execute(&typed, context),
        Command::Apply(typed) => apply::execute(&typed, context),
        Command::Update(typed) => apply::update(&typed, context),
        Command::Delete(typed) => delete::execute(&typed, context),
        Command::Publish(typed) => publish::execute(&typed, context),
        Command::Schedule(typed) => schedule::execute(&typed, context),
        Command::Queue(typed) => status::execute(&typed, status::StatusScope::Waiting, context),
        Command::Status(typed) => status::execute(&typed, status::StatusScope::All, context),
        Command::Cancel(typed) => order_command::execute(&typed, OrderKind::Cancel, context),
        Command::Release(typed) => order_command::execute(&typed, OrderKind::Release, context),
        Command::Retry(typed) => order_command::execute(&typed, OrderKind::Retry, context),
        Command::Pause(typed) => pause::execute(&typed, PauseOrResume::Paused, context),
        Command::Resume(typed) => pause::execute(&typed, PauseOrResume::Resumed, context),
        Command::Resolve(typed) => resolve::execute(&typed, context),
        Command::Adopt(typed) => adopt::execute(&typed, context),
        Command::Undo => undo::execute(context),
        Command::Move(typed) => move_post::execute(&typed, context),
        Command::Log(typed) => log::execute(&typed, context),
        Command::Backup(typed) => backup::execute(&typed, context),
        Command::Serve(typed) => serve::execute(&typed, context),
        Command::Sandbox(typed) => sandbox::execute(&typed, context),
        Command::Doctor(typed) => doctor::execute(&typed, context),
        Command::Schema(typed) => schema::execute(&typed, context),
        Command::Completions { shell } => {
            completions::execute(shell, &mut Arguments::command(), context)
        }
    }
}

/// Opens the newsroom; warnings of its config go to stderr.
fn open(context: &mut CliContext<'_>) -> Result<Newsroom> {
    match Newsroom::open(context.places.clone()) {
        Opened::Good(newsroom, report) => {
            diagnostics(&report, context)?;
            Ok(*newsroom)
        }
        Opened::Bad(report) => {
            diagnostics(&report, context)?;
            let errors = report.count(crate::diagnostic::Severity::Error);
            Err(CliError::Config { path: report.source.path.into(), errors })
        }
        Opened::Unreadable(path, source) => Err(CliError::ConfigUnreadable { path, source }),
    }
}

/// Prints what is wrong with a file to stderr.
fn diagnostics(report: &Report, context: &mut CliContext<'_>) -> Result {
    Ok(context.err.write_all(report.text(false, context.terminal.columns).as_bytes())?)
}

/// The runtime of a command that speaks to the network.
fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// A port of the loopback interface, 0 for a free one; `hint` says what to do where it is taken.
async fn listen(port: u16, hint: &'static str) -> Result<tokio::net::TcpListener> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await;
    listener.map_err(|error| CliError::usage(format!("port {port} cannot be used: {error}"), hint))
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

/// Asks the user; where nobody can answer, the command line has to.
fn asked(question: &str, about: &str, context: &mut CliContext<'_>) -> Result<bool> {
    if !context.can_ask {
        return Err(CliError::usage(
            format!("nobody can be asked {about}"),
            "say it on the command line: --yes",
        ));
    }
    write!(context.err, "{question} [y/N] ")?;
    context.err.flush()?;
    let mut answer = String::new();
    context.input.read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
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

/// How a command prints data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DataFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Prints data for programs.
fn json(data: &impl serde::Serialize, context: &mut CliContext<'_>) -> Result {
    let json = serde_json::to_string_pretty(data).map_err(unexpected)?;
    Ok(context.out.data(&escape::json(&json))?)
}

/// A failure that should not happen.
fn unexpected(error: impl std::fmt::Display) -> CliError {
    CliError::Unexpected(error.to_string())
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

    #[test]
    fn examples_name_channels_of_the_sample_config() {
        let config = include_str!("../config/telepress.toml");
        for command in Arguments::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let typed = help.lines().flat_map(|line| line.split("--channel ").skip(1));
            let typed = typed.filter_map(|rest| rest.split_whitespace().next());
            for channel in typed {
                assert!(config.contains(&format!("[channels.{channel}]")), "{channel}: {help}");
            }
        }
    }
}
