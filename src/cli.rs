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
mod demo;
mod desk;
mod doctor;
mod init;
mod journal;
mod log;
mod looked;
mod moved;
mod order;
mod outcome;
mod pause;
mod plan;
mod preview;
mod progress;
mod publish;
mod render;
mod resolve;
mod restore;
mod sandbox;
mod schedule;
mod schema;
mod selection;
mod serve;
mod status;
mod undo;
mod wish;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::escape;
use crate::explain::report::Report;
use crate::failure::Failure;
use crate::newsroom::{Newsroom, Opened, Places};
use crate::world::World;
use order::Ordered;
use pause::Flow;

/// What a command comes to: what it reported besides, and how the run ends for that, is in its [`World`].
type Result<T = (), E = Failure> = std::result::Result<T, E>;

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
    Cancel(order::OrderArguments),
    /// Lets a held post go
    #[command(after_help = "Example:\n  telepress release summit")]
    Release(order::OrderArguments),
    /// Goes on with a failed post at its failed part
    #[command(after_help = "Example:\n  telepress retry summit")]
    Retry(order::OrderArguments),
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
    Move(moved::MoveArguments),
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
pub fn execute(arguments: Arguments, world: &mut World<'_>) -> Result {
    world.places = Places::of(arguments.places.config, arguments.places.posts);
    match arguments.command {
        Command::Demo(typed) => demo::execute(&typed, world),
        Command::Init(typed) => init::execute(&typed, world),
        Command::Journal(typed) => journal::execute(&typed, world),
        Command::Check(typed) => check::execute(&typed, world),
        Command::Render(typed) => render::execute(&typed, world),
        Command::Preview(typed) => preview::execute(&typed, world),
        Command::Convert(typed) => convert::execute(&typed, world),
        Command::Plan(typed) => plan::execute(&typed, world),
        Command::Apply(typed) => apply::execute(&typed, world),
        Command::Update(typed) => apply::update(&typed, world),
        Command::Delete(typed) => delete::execute(&typed, world),
        Command::Publish(typed) => publish::execute(&typed, world),
        Command::Schedule(typed) => schedule::execute(&typed, world),
        Command::Queue(typed) => status::execute(&typed, status::Listed::Waiting, world),
        Command::Status(typed) => status::execute(&typed, status::Listed::All, world),
        Command::Cancel(typed) => order::execute(&typed, Ordered::Cancel, world),
        Command::Release(typed) => order::execute(&typed, Ordered::Release, world),
        Command::Retry(typed) => order::execute(&typed, Ordered::Retry, world),
        Command::Pause(typed) => pause::execute(&typed, Flow::Paused, world),
        Command::Resume(typed) => pause::execute(&typed, Flow::Resumed, world),
        Command::Resolve(typed) => resolve::execute(&typed, world),
        Command::Adopt(typed) => adopt::execute(&typed, world),
        Command::Undo => undo::execute(world),
        Command::Move(typed) => moved::execute(&typed, world),
        Command::Log(typed) => log::execute(&typed, world),
        Command::Backup(typed) => backup::execute(&typed, world),
        Command::Serve(typed) => serve::execute(&typed, world),
        Command::Sandbox(typed) => sandbox::execute(&typed, world),
        Command::Doctor(typed) => doctor::execute(&typed, world),
        Command::Schema(typed) => schema::execute(&typed, world),
        Command::Completions { shell } => {
            completions::execute(shell, &mut Arguments::command(), world)
        }
    }
}

/// Opens the newsroom; warnings of its config go to stderr.
fn open(world: &mut World<'_>) -> Result<Newsroom> {
    match Newsroom::open(world.places.clone()) {
        Opened::Good(newsroom, report) => {
            diagnostics(&report, world)?;
            Ok(*newsroom)
        }
        Opened::Bad(report) => {
            diagnostics(&report, world)?;
            let errors = report.count(crate::diagnostic::Severity::Error);
            Err(Failure::Config { path: report.source.path.into(), errors })
        }
        Opened::Unreadable(path, source) => Err(Failure::ConfigUnreadable { path, source }),
    }
}

/// Prints what is wrong with a file to stderr.
fn diagnostics(report: &Report, world: &mut World<'_>) -> Result {
    Ok(world.err.write_all(report.text(false, world.screen.columns).as_bytes())?)
}

/// The runtime of a command that speaks to the network.
fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// A port of the loopback interface, 0 for a free one; `hint` says what to do where it is taken.
async fn listen(port: u16, hint: &'static str) -> Result<tokio::net::TcpListener> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await;
    listener.map_err(|error| Failure::usage(format!("port {port} cannot be used: {error}"), hint))
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
fn asked(question: &str, about: &str, world: &mut World<'_>) -> Result<bool> {
    if !world.can_ask {
        return Err(Failure::usage(
            format!("nobody can be asked {about}"),
            "say it on the command line: --yes",
        ));
    }
    write!(world.err, "{question} [y/N] ")?;
    world.err.flush()?;
    let mut answer = String::new();
    world.input.read_line(&mut answer)?;
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
fn json(data: &impl serde::Serialize, world: &mut World<'_>) -> Result {
    let json = serde_json::to_string_pretty(data).map_err(unexpected)?;
    Ok(world.out.data(&escape::json(&json))?)
}

/// A failure that should not happen.
fn unexpected(error: impl std::fmt::Display) -> Failure {
    Failure::Unexpected(error.to_string())
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
