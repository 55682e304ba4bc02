//! The command line: its arguments, and one file for each command.

mod adopt;
mod apply;
mod backup;
mod chats;
mod check;
mod close_poll;
mod completions;
mod convert;
mod delete;
mod deliver;
mod delivery_report;
mod demo;
mod doctor;
mod help;
mod import;
mod init;
mod journal;
mod list;
mod log;
mod man;
mod message_lookup;
mod move_post;
mod new;
mod order_command;
mod ordered_changes;
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
mod serving;
mod session;
mod status;
mod undo;

use std::ffi::OsString;
use std::num::{IntErrorKind, ParseIntError};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::escape;
use crate::explain::report::Report;
use crate::fs;
use crate::newsroom::{self, Newsroom, Opened, Places};
use crate::table::TableStyle;
use order_command::OrderKind;
use pause::PauseOrResume;

/// An error stops a command; what a command reports without stopping is in its [`CliContext`].
type Result<T = (), E = CliError> = std::result::Result<T, E>;

/// The version; a release build has its commit and date.
const VERSION: &str = env!("TELEPRESS_VERSION");

/// Keep a Telegram channel as files: check posts, see the exact message, publish and edit
#[derive(Debug, Parser)]
#[command(name = "telepress", version = VERSION)]
#[command(max_term_width = 100, arg_required_else_help = true)]
#[command(disable_help_flag = true, disable_version_flag = true)]
#[command(
    after_help = "Run telepress help COMMAND for the options and examples of a command.\n\nTry telepress without a token and without a network:\n  telepress demo --once"
)]
pub struct Arguments {
    #[command(flatten)]
    global: GlobalArguments,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
struct GlobalArguments {
    /// The config file [default: config/telepress.toml, here or in a folder above]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The posts folder [default: `posts` in the newsroom's folder]
    #[arg(long, global = true, value_name = "DIR")]
    posts: Option<PathBuf>,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    color: ColourChoice,
    /// Print help
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Publish sample posts to a built-in sandbox: no token, no network
    #[command(after_help = "Example:\n  telepress demo --once")]
    Demo(demo::DemoArguments),
    /// Create a newsroom: a config, a first post and the journal
    #[command(after_help = "Example:\n  telepress init newsroom")]
    Init(init::InitArguments),
    /// Write a post from a template
    #[command(
        after_help = "Examples:\n  telepress new summit\n  telepress new notice-7 --template notice --set heading=\"No water\" --set text=\"From 9 to 11\"\n  telepress new releases/1.4 --template release --set name=Rivet --set version=1.4 --set url=https://example.org/1.4 --set-file notes=NOTES.md --publish\n\nBuilt-in templates: announcement, digest, notice, post, release."
    )]
    New(new::NewArguments),
    /// Create the journal, or record the bot's move to another server
    #[command(after_help = "Example:\n  telepress journal create")]
    Journal(journal::JournalArguments),
    /// Find every mistake in the posts and the config
    #[command(
        after_help = "Examples:\n  telepress check\n  telepress check summit --format github\n  telepress check --explain bad-hashtag"
    )]
    Check(check::CheckArguments),
    /// Print the exact message that a post becomes
    #[command(
        after_help = "Examples:\n  telepress render summit\n  telepress render summit --channel world-en --as json"
    )]
    Render(render::RenderArguments),
    /// Show posts in the browser as readers will see them, live
    #[command(
        after_help = "Examples:\n  telepress preview\n  telepress preview summit\n  telepress preview summit --html summit.html"
    )]
    Preview(preview::PreviewArguments),
    /// Convert Telegram text between formats, from stdin to stdout
    #[command(
        after_help = "Examples:\n  echo '**bold** and <plain>' | telepress convert --from markdown --to html\n  telepress convert --from html --to entities --detect --split --jsonl < in.jsonl > out.jsonl"
    )]
    Convert(convert::ConvertArguments),
    /// List every post with its title, its channels and its state
    #[command(
        after_help = "Examples:\n  telepress list\n  telepress list --channel world-en --format json"
    )]
    List(list::ListArguments),
    /// Show what `apply` would change in the channels
    #[command(
        after_help = "Examples:\n  telepress plan\n  telepress plan summit --format json\n  telepress plan --exit-code && echo up to date"
    )]
    Plan(plan::PlanArguments),
    /// Make the channels match the files: publish, schedule, edit
    #[command(after_help = "Examples:\n  telepress apply\n  telepress apply summit --yes")]
    Apply(apply::ApplyArguments),
    /// Publish a post now
    #[command(
        after_help = "Example:\n  TELEPRESS_TOKEN_FILE=~/.telepress-token telepress publish summit --channel world-en"
    )]
    Publish(publish::PublishArguments),
    /// Schedule a post; `serve` publishes it when it is due
    #[command(
        after_help = "Examples:\n  telepress schedule summit next\n  telepress schedule summit tomorrow 09:00\n  telepress schedule summit +2h --channel world-en"
    )]
    Schedule(schedule::ScheduleArguments),
    /// Edit the published messages of a post to match its file
    #[command(after_help = "Example:\n  telepress update summit")]
    Update(apply::UpdateArguments),
    /// Delete the published messages of a post
    #[command(after_help = "Example:\n  telepress delete summit --channel world-en")]
    Delete(delete::DeleteArguments),
    /// Close the poll of a post, and print the votes
    #[command(
        after_help = "Examples:\n  telepress close-poll market-day\n  telepress close-poll market-day --channel world-en --format json"
    )]
    ClosePoll(close_poll::ClosePollArguments),
    /// List the posts that are waiting, the next one first
    #[command(after_help = "Example:\n  telepress queue --format json")]
    Queue(status::StatusArguments),
    /// Show the state of every post that was scheduled or published
    #[command(
        after_help = "Examples:\n  telepress status\n  telepress status summit --format json\n  telepress status --serving || echo \"serve is not running\""
    )]
    Status(serving::StatusCommand),
    /// Cancel a scheduled post, or an edit or deletion not made yet
    #[command(after_help = "Example:\n  telepress cancel summit --channel world-en")]
    Cancel(order_command::OrderArguments),
    /// Release a held post: put it back in the queue
    #[command(after_help = "Example:\n  telepress release summit")]
    Release(order_command::OrderArguments),
    /// Retry a failed post, starting with the part that failed
    #[command(after_help = "Example:\n  telepress retry summit")]
    Retry(order_command::OrderArguments),
    /// Stop publishing, everywhere or in one channel; keep the queue
    #[command(after_help = "Examples:\n  telepress pause\n  telepress pause world-en")]
    Pause(pause::PauseArguments),
    /// Resume publishing, everywhere or in one channel
    #[command(after_help = "Examples:\n  telepress resume\n  telepress resume world-en")]
    Resume(pause::PauseArguments),
    /// Record whether a message that Telegram did not confirm was sent
    #[command(
        after_help = "Examples:\n  telepress resolve summit --sent https://t.me/world_en/123\n  telepress resolve summit --not-sent\n  telepress resolve --after-restore"
    )]
    Resolve(resolve::ResolveArguments),
    /// Record messages already in a channel as the messages of a post
    #[command(after_help = "Example:\n  telepress adopt summit https://t.me/world_en/120")]
    Adopt(adopt::AdoptArguments),
    /// Create posts from a channel that Telegram Desktop has exported
    #[command(
        after_help = "Examples:\n  telepress import ~/Downloads/ChatExport_2026-11-30 --dry-run\n  telepress import ~/Downloads/ChatExport_2026-11-30 --channel world-en --adopt\n\nIt sends nothing. Without --adopt the posts are drafts."
    )]
    Import(import::ImportArguments),
    /// Undo what you published within the last minute
    #[command(
        after_help = "Example:\n  telepress undo\n\nIt deletes the messages of your last order in all its channels, with their comments, and cancels\nwhat has not been sent yet. It also undoes `adopt` and `resolve --sent`. Edits and pins are not undone."
    )]
    Undo(undo::UndoArguments),
    /// Record that the file of a post was renamed
    #[command(
        after_help = "Example:\n  git mv posts/summit.toml posts/2024/summit.toml\n  telepress move summit 2024/summit"
    )]
    Move(move_post::MoveArguments),
    /// Show who ordered, approved and decided what, and when
    #[command(after_help = "Example:\n  telepress log summit")]
    Log(log::LogArguments),
    /// Write a consistent copy of the journal
    #[command(after_help = "Example:\n  telepress backup journal-2026-11-25.db")]
    Backup(backup::BackupArguments),
    /// Publish what is due, watch the files, answer the operators
    #[command(
        after_help = "Example:\n  TELEPRESS_TOKEN_FILE=~/.telepress-token telepress serve\n\nconfig/systemd/telepress.service runs it as a service."
    )]
    Serve(serve::ServeArguments),
    /// Run a local Bot API server for experiments and tests
    #[command(after_help = "Example:\n  telepress sandbox --port 8081")]
    Sandbox(sandbox::SandboxArguments),
    /// Check the token, the bot's rights, the journal and the clock
    #[command(after_help = "Example:\n  telepress doctor")]
    Doctor(doctor::DoctorArguments),
    /// Print the JSON Schema of posts or of the config
    #[command(after_help = "Example:\n  telepress schema post > post.schema.json")]
    Schema(schema::SchemaArguments),
    /// Print the completion script for a shell
    #[command(
        after_help = "Examples:\n  telepress completions bash > ~/.local/share/bash-completion/completions/telepress\n  telepress completions zsh > ~/.zfunc/_telepress\n  telepress completions fish > ~/.config/fish/completions/telepress.fish\n  telepress completions powershell >> $PROFILE"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the man pages
    #[command(after_help = "Example:\n  telepress man ~/.local/share/man/man1")]
    Man(man::ManArguments),
}

impl Arguments {
    /// Reads what the user typed; the first item is the name of the program.
    ///
    /// # Errors
    /// A request for help or the version, or a mistake; both as text for the user.
    pub fn read(typed: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        Self::from_arg_matches(&command().try_get_matches_from(typed)?)
    }
}

/// Answers the completion script of a shell; `words` are the arguments of this process.
///
/// # Errors
/// If the shell is not known.
pub fn complete(shell: &str, words: &[OsString], context: &mut CliContext<'_>) -> Result {
    completions::answer(shell, words, context)
}

/// The command line as clap knows it.
fn command() -> clap::Command {
    help::grouped(Arguments::command())
}

/// Runs the command that was typed.
///
/// # Errors
/// What stops it; the caller prints it.
pub fn execute(arguments: Arguments, context: &mut CliContext<'_>) -> Result {
    match arguments.global.color {
        ColourChoice::Auto => {}
        ColourChoice::Always => context.terminal.colour = true,
        ColourChoice::Never => context.terminal.colour = false,
    }
    context.places = places(arguments.global, &arguments.command)?;
    match arguments.command {
        Command::Demo(typed) => demo::execute(&typed, context),
        Command::Init(typed) => init::execute(&typed, context),
        Command::New(typed) => new::execute(&typed, context),
        Command::Journal(typed) => journal::execute(&typed, context),
        Command::Check(typed) => check::execute(&typed, context),
        Command::Render(typed) => render::execute(&typed, context),
        Command::Preview(typed) => preview::execute(&typed, context),
        Command::Convert(typed) => convert::execute(&typed, context),
        Command::List(typed) => list::execute(&typed, context),
        Command::Plan(typed) => plan::execute(&typed, context),
        Command::Apply(typed) => apply::execute(&typed, context),
        Command::Update(typed) => apply::update(&typed, context),
        Command::Delete(typed) => delete::execute(&typed, context),
        Command::ClosePoll(typed) => close_poll::execute(&typed, context),
        Command::Publish(typed) => publish::execute(&typed, context),
        Command::Schedule(typed) => schedule::execute(&typed, context),
        Command::Queue(typed) => status::execute(&typed, status::StatusScope::Waiting, context),
        Command::Status(typed) => serving::execute(&typed, context),
        Command::Cancel(typed) => order_command::execute(&typed, OrderKind::Cancel, context),
        Command::Release(typed) => order_command::execute(&typed, OrderKind::Release, context),
        Command::Retry(typed) => order_command::execute(&typed, OrderKind::Retry, context),
        Command::Pause(typed) => pause::execute(&typed, PauseOrResume::Pause, context),
        Command::Resume(typed) => pause::execute(&typed, PauseOrResume::Resume, context),
        Command::Resolve(typed) => resolve::execute(&typed, context),
        Command::Adopt(typed) => adopt::execute(&typed, context),
        Command::Import(typed) => import::execute(&typed, context),
        Command::Undo(typed) => undo::execute(&typed, context),
        Command::Move(typed) => move_post::execute(&typed, context),
        Command::Log(typed) => log::execute(&typed, context),
        Command::Backup(typed) => backup::execute(&typed, context),
        Command::Serve(typed) => serve::execute(&typed, context),
        Command::Sandbox(typed) => sandbox::execute(&typed, context),
        Command::Doctor(typed) => doctor::execute(&typed, context),
        Command::Schema(typed) => schema::execute(&typed, context),
        Command::Completions { shell } => completions::execute(shell, context),
        Command::Man(typed) => man::execute(&typed, context),
    }
}

/// The paths of the newsroom: that of `--config`, or the one around the working folder.
fn places(global: GlobalArguments, command: &Command) -> Result<Places> {
    let needs_none = matches!(
        command,
        Command::Demo(_)
            | Command::Init(_)
            | Command::Convert(_)
            | Command::Schema(_)
            | Command::Completions { .. }
            | Command::Man(_)
    );
    let config = match global.config {
        None if !needs_none => {
            fs::find_in_ancestors(Path::new(newsroom::CONFIG)).map_err(|error| {
                CliError::usage(
                    format!("the newsroom around this folder is not used: {error}"),
                    "if you trust it, name its config with --config",
                )
            })?
        }
        named => named,
    };
    Ok(Places::of(config, global.posts))
}

/// Opens the newsroom; warnings of its config go to stderr.
fn open(context: &mut CliContext<'_>) -> Result<Newsroom> {
    match Newsroom::open(context.places.clone()) {
        Opened::Valid(newsroom, report) => {
            diagnostics(&report.without_notes(), context)?;
            Ok(*newsroom)
        }
        Opened::Invalid(report) => {
            diagnostics(&report, context)?;
            let errors = report.count(crate::diagnostic::Severity::Error);
            Err(CliError::Config { path: report.source.path.into(), errors })
        }
        Opened::Unreadable(path, source) => Err(CliError::ConfigUnreadable { path, source }),
    }
}

/// Prints the diagnostics of a file to stderr.
fn diagnostics(report: &Report, context: &mut CliContext<'_>) -> Result {
    Ok(context.err.write_all(report.text(false, context.terminal.columns).as_bytes())?)
}

/// Parses a number; clap shows the returned sentence after the value.
fn whole_number<N: FromStr<Err = ParseIntError>>(typed: &str) -> Result<N, String> {
    typed.parse().map_err(|error: ParseIntError| {
        let sentence = match error.kind() {
            IntErrorKind::PosOverflow => "the number is too large",
            IntErrorKind::NegOverflow => "the number is too small",
            // A minus sign is invalid where no number may be negative.
            _ => "not a whole number",
        };
        sentence.to_owned()
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// Listens on a port of the loopback interface, 0 for a free one; `hint` is for a port that is in use.
async fn listen(port: u16, hint: &'static str) -> Result<tokio::net::TcpListener> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await;
    listener.map_err(|error| CliError::usage(format!("port {port} cannot be used: {error}"), hint))
}

/// Returns when the user presses Ctrl-C or the system sends SIGTERM.
async fn interrupted() {
    let by_user = async {
        // If Ctrl-C cannot be received, the other signal still ends the program.
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

/// Asks the user for confirmation; without a terminal, only `--yes` confirms.
fn confirmed(question: &str, context: &mut CliContext<'_>) -> Result<bool> {
    if !context.can_ask {
        return Err(CliError::usage(
            "this needs a confirmation, and there is no terminal to ask on",
            "confirm on the command line with --yes",
        ));
    }
    write!(context.err, "{question} [y/N] ")?;
    context.err.flush()?;
    let mut answer = String::new();
    context.input.read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
}

/// The formats of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Text,
    /// JSON for programs
    Json,
    /// Workflow commands, which GitHub shows beside the lines of a pull request
    Github,
}

/// The formats of the other commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DataFormat {
    /// Text for people
    #[default]
    Text,
    /// JSON for programs
    Json,
}

/// How a list is printed.
#[derive(Clone, Copy, Debug, Args)]
struct ListingArguments {
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: DataFormat,
    /// Print only the rows: no header and no notes
    #[arg(short, long)]
    quiet: bool,
}

impl ListingArguments {
    fn look(self, context: &CliContext<'_>) -> TableStyle {
        TableStyle { colour: context.terminal.colour, header: !self.quiet }
    }
}

/// When output has colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ColourChoice {
    /// In a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Prints data for programs.
fn json(data: &impl serde::Serialize, context: &mut CliContext<'_>) -> Result {
    let json = serde_json::to_string_pretty(data).map_err(unexpected)?;
    Ok(context.out.data(&escape::json(&json))?)
}

fn unexpected(error: impl std::fmt::Display) -> CliError {
    CliError::Unexpected(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        for command in command().get_subcommands() {
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
        for command in command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let typed = help.lines().flat_map(|line| line.split("--channel ").skip(1));
            let typed = typed.filter_map(|rest| rest.split_whitespace().next());
            for channel in typed {
                assert!(config.contains(&format!("[channels.{channel}]")), "{channel}: {help}");
            }
        }
    }
}
