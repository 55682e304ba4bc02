//! `telepress sandbox`: a Bot API server on this machine.

use std::collections::BTreeSet;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::Result;
use super::open;
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::clock::SystemClock;
use crate::config::is_loopback;
use crate::exit::Exit;
use crate::sandbox::{ChannelSeed, ChatClient, ChatClientError, Person, Sandbox, serve};

/// The port of the official server's own default.
const PORT: u16 = 8081;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct SandboxArguments {
    #[command(subcommand)]
    visit: Option<ChatAction>,
    /// The port on the loopback interface; 0 takes a free one
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// A channel to have besides the config's: @name, or a numeric id
    #[arg(long = "channel", value_name = "CHAT", allow_hyphen_values = true)]
    channels: Vec<crate::ids::ChatId>,
}

/// Talking to the bot that runs in a sandbox.
#[derive(Debug, Subcommand)]
enum ChatAction {
    /// Writes to the bot as an operator, and prints what comes back, buttons numbered
    #[command(after_help = "Example:\n  telepress sandbox say \"/posts\"")]
    Say {
        /// What is written
        #[arg(required = true, num_args = 1.., value_name = "TEXT", trailing_var_arg = true)]
        text: Vec<String>,
        #[command(flatten)]
        where_: WhereArguments,
    },
    /// Presses a button of the last message that has some, by its number
    #[command(after_help = "Example:\n  telepress sandbox press 2")]
    Press {
        /// The button's number, as it was printed
        number: usize,
        #[command(flatten)]
        where_: WhereArguments,
    },
}

#[derive(Debug, Args)]
struct WhereArguments {
    /// The sandbox's address [default: the config's `api_url`, else http://127.0.0.1:8081]
    #[arg(long, value_name = "URL")]
    at: Option<String>,
    /// Who speaks, by the numeric user id [default: the config's first operator, else 111]
    #[arg(long = "as", value_name = "ID")]
    person: Option<i64>,
}

/// Who speaks where no config says it: the operator of `demo`.
pub(super) const PERSON: i64 = 111;

/// Somebody who can talk to the bot: at a shell, or on the sandbox's page.
pub(super) fn operator(id: i64) -> Person {
    Person { first_name: "Operator".to_owned(), ..Person::new(id) }
}

/// A token of the right shape, which every sandbox takes.
pub(super) const TOKEN: &str = "1000000001:SANDBOX-takes-every-well-shaped-tok";

pub(super) fn execute(typed: &SandboxArguments, context: &mut CliContext<'_>) -> Result {
    if let Some(visit) = &typed.visit {
        return talk(visit, context);
    }
    let mut seeds: Vec<ChannelSeed> = typed
        .channels
        .iter()
        .map(|chat| ChannelSeed::of_chat(&chat.to_string(), chat.to_string()))
        .collect();
    let mut people = vec![operator(PERSON)];
    // Without a config there is still something to talk to.
    if context.places.config.exists() {
        let config = open(context)?.config;
        seeds.extend(config.channels.iter().map(|channel| seed(channel)));
        let staging = config.recovery.staging_chat;
        seeds.extend(staging.map(|id| ChannelSeed::private(id, "staging_chat")));
        if !config.bot.operators.is_empty() {
            people = config.bot.operators.iter().map(|one| operator(one.id)).collect();
        }
    } else if typed.channels.is_empty() {
        seeds.push(ChannelSeed::public("sandbox", "Sandbox"));
    }
    let mut known = BTreeSet::new();
    seeds.retain(|seed| {
        known.insert((seed.id, seed.username.as_ref().map(|name| name.to_lowercase())))
    });
    let names: Vec<_> = seeds
        .iter()
        .map(|seed| {
            seed.username.clone().map_or_else(|| seed.title.clone(), |name| format!("@{name}"))
        })
        .collect();
    super::runtime()?.block_on(async {
        let listener =
            super::listen(typed.port, "name another with --port, or 0 for a free one").await?;
        let address = listener.local_addr()?;
        line!(context.out, "http://{address}")?;
        line!(context.err, "the sandbox has the channels {}", names.join(", "))?;
        writeln!(context.err, "telepress: in config/telepress.toml set this, so that it has a journal of its own\n  [bot]\n  api_url = \"http://{address}\"\n  [store]\n  url = \"sqlite:sandbox.db\"")?;
        writeln!(context.err, "and give it a token (the sandbox takes every well-shaped one):\n  telepress journal create\n  TELEPRESS_TOKEN={TOKEN} telepress publish POST")?;
        line!(context.err, "any other bot: http://{address}/bot{TOKEN}/METHOD")?;
        line!(context.err, "look at it in a browser: http://{address}/   stop with Ctrl-C")?;
        context.out.flush()?;
        let sandbox = Sandbox::new(seeds, Arc::new(SystemClock));
        for person in people {
            sandbox.add_person(person);
        }
        serve(listener, sandbox, super::interrupted()).await?;
        Ok(())
    })
}

/// Says or presses something, and prints what comes of it.
fn talk(visit: &ChatAction, context: &mut CliContext<'_>) -> Result {
    let (ChatAction::Say { where_, .. } | ChatAction::Press { where_, .. }) = visit;
    let bot = if context.places.config.exists() { Some(open(context)?.config.bot) } else { None };
    let known = bot.as_ref();
    let address = where_.at.clone().unwrap_or_else(|| {
        let url = known.and_then(|bot| bot.api_url.as_ref()).filter(|url| is_loopback(url));
        url.map_or_else(|| format!("http://127.0.0.1:{PORT}"), ToString::to_string)
    });
    let first = known.and_then(|bot| bot.operators.first()).map(|operator| operator.id);
    let person = where_.person.or(first).unwrap_or(PERSON);
    super::runtime()?.block_on(async {
        let client = ChatClient::new(&address, person).map_err(|error| client_error(&error))?;
        let (said, lines) = match visit {
            ChatAction::Say { text, .. } => (None, client.say(&text.join(" ")).await),
            ChatAction::Press { number, .. } => match client.press(*number).await {
                Ok((said, lines)) => (said, Ok(lines)),
                Err(error) => (None, Err(error)),
            },
        };
        let lines = lines.map_err(|error| client_error(&error))?;
        if let Some(said) = &said {
            line!(context.out, "({said})")?;
        }
        if lines.is_empty() && said.is_none() {
            line!(context.err, "the bot says nothing; is `telepress serve` running, and {person} an operator in its config?")?;
            context.ends(Exit::Findings);
            return Ok(());
        }
        for line in &lines {
            writeln!(context.out, "{line}")?;
        }
        Ok(())
    })
}

fn client_error(error: &ChatClientError) -> CliError {
    let hint = match error {
        ChatClientError::Unreachable { .. } => {
            "start one with `telepress demo` or `telepress sandbox`, or name its address with --at"
        }
        ChatClientError::Refused(_) => "`telepress sandbox say /help` begins a conversation",
        ChatClientError::NoButton(_) => {
            "buttons are numbered from 1 below the last message that has some"
        }
    };
    CliError::usage(error.to_string(), hint)
}

/// A channel of the config as the sandbox has it.
pub(super) fn seed(channel: &crate::config::Channel) -> ChannelSeed {
    ChannelSeed::of_chat(&channel.chat.to_string(), channel.name.to_string())
}
