//! `telepress sandbox`: runs a Bot API server on this machine, or talks to the bot in one.

use std::collections::BTreeSet;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::Result;
use super::open;
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::clock::SystemClock;
use crate::config::{BotConfig, Role, is_loopback};
use crate::exit::Exit;
use crate::ids::{ChatId, ChatIdError};
use crate::sandbox::{ChannelSeed, ChatClient, ChatClientError, GroupKind, Person, Sandbox, serve};

/// The default port of Telegram's own Bot API server.
const PORT: u16 = 8081;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct SandboxArguments {
    #[command(subcommand)]
    action: Option<ChatAction>,
    /// The port on the loopback interface; 0 chooses a free one
    #[arg(long, default_value_t = PORT, value_parser = super::whole_number::<u16>)]
    port: u16,
    /// Add a channel to those of the config: @name, or a numeric id
    #[arg(long = "channel", value_name = "CHAT", allow_hyphen_values = true, value_parser = chat)]
    channels: Vec<ChatId>,
}

fn chat(typed: &str) -> Result<ChatId, String> {
    typed.parse().map_err(|error: ChatIdError| format!("{error}; {}", error.hint()))
}

#[derive(Debug, Subcommand)]
enum ChatAction {
    /// Write to the bot as an operator; print its answer with numbered buttons
    #[command(after_help = "Example:\n  telepress sandbox say \"/posts\"")]
    Say {
        /// The message to the bot
        #[arg(required = true, num_args = 1.., value_name = "TEXT", trailing_var_arg = true)]
        text: Vec<String>,
        #[command(flatten)]
        where_: WhereArguments,
    },
    /// Press a button of the last message that has buttons
    #[command(after_help = "Example:\n  telepress sandbox press 2")]
    Press {
        /// The number of the button, as printed
        #[arg(value_parser = super::whole_number::<usize>)]
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
    /// The numeric user id of the operator who acts [default: the config's first operator, else 111]
    #[arg(long = "as", value_name = "ID", value_parser = super::whole_number::<i64>)]
    person: Option<i64>,
}

/// The operator of `demo`, and the default if there is no config.
pub(super) const PERSON: i64 = 111;

/// A person who can talk to the bot from a shell or on the sandbox's page.
pub(super) fn operator(id: i64, name: &str) -> Person {
    Person { first_name: name.to_owned(), ..Person::new(id) }
}

/// The name of an operator to whom the config gives none.
pub(super) fn operator_name(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin Anna",
        Role::Publisher => "Publisher Boris",
        Role::Editor => "Editor Dora",
    }
}

/// A well-formed token; the sandbox accepts any.
pub(super) const TOKEN: &str = "1000000001:SANDBOX-takes-every-well-shaped-tok";

pub(super) fn execute(typed: &SandboxArguments, context: &mut CliContext<'_>) -> Result {
    if let Some(action) = &typed.action {
        return talk(action, context);
    }
    let mut seeds: Vec<ChannelSeed> = typed
        .channels
        .iter()
        .map(|chat| ChannelSeed::of_chat(&chat.to_string(), chat.to_string()))
        .collect();
    let mut people = vec![operator(PERSON, operator_name(Role::Admin))];
    let mut reads_local_files = false;
    // Without a config there is one channel.
    if context.places.config.exists() {
        let config = open(context)?.config;
        reads_local_files = config.bot.local_files;
        seeds.extend(self::seeds(config.channels.iter().map(AsRef::as_ref)));
        let staging = config.recovery.staging_chat;
        seeds.extend(staging.map(|id| ChannelSeed::private(id, "staging_chat")));
        if !config.bot.operators.is_empty() {
            people = config
                .bot
                .operators
                .iter()
                .map(|listed| {
                    let name = config.bot.names.of(listed.id);
                    operator(listed.id, name.unwrap_or(operator_name(listed.role)))
                })
                .collect();
        }
    } else if typed.channels.is_empty() {
        seeds.push(ChannelSeed::public("sandbox", "Sandbox"));
    }
    let mut seen = BTreeSet::new();
    seeds.retain(|seed| {
        seen.insert((seed.id, seed.username.as_ref().map(|name| name.to_lowercase())))
    });
    let names: Vec<_> = seeds
        .iter()
        .map(|seed| {
            seed.username.clone().map_or_else(|| seed.title.clone(), |name| format!("@{name}"))
        })
        .collect();
    let operator = people.first().map_or(PERSON, |person| person.id);
    super::runtime()?.block_on(async {
        let listener =
            super::listen(typed.port, "choose another with --port, or 0 for a free one").await?;
        let address = listener.local_addr()?;
        line!(context.out, "http://{address}")?;
        line!(context.err, "the sandbox has the channels {}", names.join(", "))?;
        writeln!(context.err, "to publish there, put this into config/telepress.toml (the sandbox needs its own journal):\n  [bot]\n  api_url = \"http://{address}\"\n  operators = [{{ id = {operator}, role = \"admin\" }}]\n  [store]\n  url = \"sqlite:sandbox.db\"")?;
        writeln!(context.err, "then run (the sandbox accepts any well-formed token):\n  telepress journal create\n  TELEPRESS_TOKEN={TOKEN} telepress publish POST")?;
        line!(context.err, "any client of the Bot API can call http://{address}/bot{TOKEN}/METHOD")?;
        line!(context.err, "open http://{address}/ in a browser to see the channels; press Ctrl-C to stop")?;
        context.out.flush()?;
        let sandbox = Sandbox::new(seeds, Arc::new(SystemClock));
        for person in people {
            sandbox.add_person(person);
        }
        if reads_local_files {
            sandbox.read_local_files();
        }
        serve(listener, sandbox, super::interrupted()).await?;
        Ok(())
    })
}

/// Writes to the bot or presses a button, and prints the answer.
fn talk(action: &ChatAction, context: &mut CliContext<'_>) -> Result {
    let (ChatAction::Say { where_, .. } | ChatAction::Press { where_, .. }) = action;
    let bot = if context.places.config.exists() { Some(open(context)?.config.bot) } else { None };
    let config = bot.as_ref();
    let address = where_.at.clone().unwrap_or_else(|| {
        let url = config.and_then(|bot| bot.api_url.as_ref()).filter(|url| is_loopback(url));
        url.map_or_else(|| format!("http://127.0.0.1:{PORT}"), ToString::to_string)
    });
    // The operators of this newsroom are those of another sandbox only if the config names that one.
    let is_ours = |bot: &&BotConfig| {
        let same = |at: &String| {
            bot.api_url.as_ref().is_some_and(|url| {
                url.to_string().trim_end_matches('/') == at.trim_end_matches('/')
            })
        };
        where_.at.as_ref().is_none_or(same)
    };
    let first = { config.filter(is_ours) }.and_then(|bot| bot.operators.first()).map(|one| one.id);
    let person = where_.person.or(first).unwrap_or(PERSON);
    super::runtime()?.block_on(async {
        let client = ChatClient::new(&address, person).map_err(|error| client_error(&error))?;
        let (popup, lines) = match action {
            ChatAction::Say { text, .. } => (None, client.say(&text.join(" ")).await),
            ChatAction::Press { number, .. } => match client.press(*number).await {
                Ok((popup, lines)) => (popup, Ok(lines)),
                Err(error) => (None, Err(error)),
            },
        };
        let lines = lines.map_err(|error| client_error(&error))?;
        if let Some(popup) = &popup {
            line!(context.out, "({popup})")?;
        }
        if lines.is_empty() && popup.is_none() {
            context.report(
                Exit::Findings,
                &"the bot did not answer",
                &format!("start `telepress serve` in the newsroom, and check that {person} is an operator in its config"),
            )?;
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
            "start one with `telepress demo` or `telepress sandbox`, or give its address with --at"
        }
        ChatClientError::Refused(_) => "start with `telepress sandbox say /help`",
        ChatClientError::NoButton(_) => {
            "use a number that is shown below the last message with buttons"
        }
    };
    CliError::usage(error.to_string(), hint)
}

fn seed(channel: &crate::config::Channel) -> ChannelSeed {
    let title = channel.title.clone().unwrap_or_else(|| channel.name.to_string());
    let seed = ChannelSeed::of_chat(&channel.chat.to_string(), title);
    let is_basic = matches!(channel.chat, ChatId::Id(id) if ChatId::is_basic_group(id));
    let topic = channel.topic.map(|topic| (topic.number(), channel.name.to_string()));
    let seed = ChannelSeed { topics: topic.into_iter().collect(), ..seed };
    match channel.is_group {
        true if is_basic => seed.group(GroupKind::Basic),
        true => seed.group(GroupKind::Forum),
        false => seed,
    }
}

/// The chats of the channels: channels that are topics of one group are one chat.
pub(super) fn seeds<'c>(
    channels: impl IntoIterator<Item = &'c crate::config::Channel>,
) -> Vec<ChannelSeed> {
    let mut seeds: Vec<ChannelSeed> = Vec::new();
    for new in channels.into_iter().map(seed) {
        let name = |seed: &ChannelSeed| seed.username.as_ref().map(|name| name.to_lowercase());
        let is_same = |known: &&mut ChannelSeed| known.id == new.id && name(known) == name(&new);
        match seeds.iter_mut().find(is_same) {
            Some(known) => {
                known.group = known.group.or(new.group);
                known.topics.extend(new.topics);
            }
            None => seeds.push(new),
        }
    }
    seeds
}
