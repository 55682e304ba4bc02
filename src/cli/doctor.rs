//! `telepress doctor`: the token, the bot, its rights in each channel, the journal and the clock; what is wrong, and how to fix it.
//! It orders and posts nothing; the journal, where there is one, is opened as by any command.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

use super::Result;
use super::{DataFormat, json};
use crate::cli_context::CliContext;
use crate::cli_error::{CliError, counted};
use crate::config::Channel;
use crate::exit::Exit;
use crate::ids::ChatId;
use crate::newsroom::Newsroom;
use crate::operations::{Chats, OperationError, Operations};
use crate::outbox::Refusal;
use crate::outbox::{self, Actor};
use crate::serve::clock::is_behind;
use crate::serve::staging_mark::{self, MarkEvidence};
use crate::status;
use crate::store::{self, Access, LockResult, Query, StoreError};
use crate::table::Table;
use crate::telegram::method::{GetChat, GetUpdates, GetWebhookInfo, webhook_host};
use crate::telegram::{CallError, Client, ClientOptions, Membership, credentials, server_name};
use crate::{limits, process};

#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: DataFormat,
}

/// What was found about one thing.
#[derive(Debug, Serialize)]
struct Finding {
    /// What it is about.
    subject: String,
    verdict: CheckResult,
    message: String,
    /// How to fix it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// How the run ends for it.
    #[serde(skip)]
    exit: Exit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum CheckResult {
    Good,
    /// It works, and something about it should be known.
    Warning,
    Wrong,
}

impl Finding {
    fn new(subject: impl Into<String>, verdict: CheckResult, message: impl Into<String>) -> Self {
        let exit = if verdict == CheckResult::Wrong { Exit::Findings } else { Exit::Done };
        Self { subject: subject.into(), verdict, message: message.into(), hint: None, exit }
    }

    fn good(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(subject, CheckResult::Good, message)
    }

    fn wrong(subject: impl Into<String>, message: impl Into<String>, hint: &str) -> Self {
        let wrong = Self::new(subject, CheckResult::Wrong, message);
        Self { hint: Some(hint.to_owned()).filter(|hint| !hint.is_empty()), ..wrong }
    }

    fn warning(subject: impl Into<String>, message: impl Into<String>, hint: &str) -> Self {
        let warning = Self::new(subject, CheckResult::Warning, message);
        Self { hint: Some(hint.to_owned()), ..warning }
    }

    fn ending(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }
}

pub(super) fn execute(typed: &DoctorArguments, context: &mut CliContext<'_>) -> Result {
    let newsroom = super::open(context)?;
    let runtime = super::runtime()?;
    let found = runtime.block_on(async {
        let (of_journal, publisher, operations) = journal(&newsroom, context).await;
        let mut found = Vec::new();
        if !of_journal.iter().any(|finding| finding.subject == "clock") {
            found.push(clock(context));
        }
        found.extend(of_journal);
        found.extend(bot(&newsroom, publisher, operations.as_ref(), context).await);
        if let Some(operations) = operations {
            // It was written by no more than having been opened.
            operations.store.close().await;
        }
        found
    });
    match typed.format {
        DataFormat::Json => json(&found, context)?,
        DataFormat::Text => context.out.write_all(draw(&found).as_bytes())?,
    }
    for finding in &found {
        context.ends(finding.exit);
    }
    Ok(())
}

fn draw(found: &[Finding]) -> String {
    let mut drawn = String::new();
    let mut table = Table::default();
    for finding in found {
        let word = match finding.verdict {
            CheckResult::Good => "good",
            CheckResult::Warning => "warning",
            CheckResult::Wrong => "wrong",
        };
        table.row([word, &finding.subject, &finding.message]);
    }
    for (line, finding) in table.draw().lines().zip(found) {
        drawn.push_str(line);
        drawn.push('\n');
        if let Some(hint) = &finding.hint {
            drawn.push_str("  = help: ");
            drawn.push_str(hint);
            drawn.push('\n');
        }
    }
    let wrong = found.iter().filter(|finding| finding.verdict == CheckResult::Wrong).count();
    let sum = if wrong == 0 {
        "nothing is wrong".to_owned()
    } else {
        format!("{} wrong", counted(wrong, "thing"))
    };
    drawn + "\n" + &sum + "\n"
}

fn clock(context: &CliContext<'_>) -> Finding {
    let now = context.clock.now();
    let shown = now.strftime("%F %H:%M:%SZ");
    if now < limits::PROGRAM_TIME {
        let message = format!("it says {shown}, which is earlier than this program");
        return Finding::wrong(
            "clock",
            message,
            "set the machine's clock, and let it be kept by NTP",
        );
    }
    Finding::good("clock", format!("{shown}, rules of time zones {}", process::zone_rules()))
}

/// Who publishes for this newsroom at this moment.
enum RunningPublisher {
    /// Nobody, as far as it is known.
    None,
    /// A process that is running.
    Runs(String),
}

/// What there is to say about the journal, and who publishes from it. It is not begun by being looked at.
async fn journal(
    newsroom: &Newsroom,
    context: &CliContext<'_>,
) -> (Vec<Finding>, RunningPublisher, Option<Operations>) {
    let (address, outside) = super::session::place(newsroom, context);
    let mut found = Vec::new();
    if let Err(error) = outside.check() {
        let folder = outside.folder().unwrap_or(Path::new("")).display().to_string();
        found.push(Finding::warning(
            "mark",
            format!("{folder} cannot be written: {error}"),
            "without a mark outside the journal's folder, telepress cannot detect a lost journal or a restored snapshot; give it a writable state folder (STATE_DIRECTORY, XDG_STATE_HOME or HOME)",
        ));
    }
    let now = context.clock.now();
    // Opening it to write finds out that it can be written.
    let opened = store::open(&address, &outside, Access::Write, process::me(), now).await;
    let store = match opened {
        Ok(store) => store,
        Err(fault) => {
            found.push(unusable(fault));
            return (found, RunningPublisher::None, None);
        }
    };
    let publisher = match store.take_lock().await {
        Ok(LockResult::Held { by }) => RunningPublisher::Runs(
            by.map_or_else(|| "a process".to_owned(), |owner| format!("process {}", owner.pid)),
        ),
        _ => RunningPublisher::None,
    };
    let (known, all, channels) =
        (store.journal().await, store.publications(Query::Open).await, store.channels().await);
    let operations = Operations {
        newsroom: newsroom.clone().into(),
        store,
        by: Actor::System,
        names: Arc::default(),
    };
    let _recalled = operations.recall().await;
    let (known, all, channels) = match (known, all, channels) {
        (Ok(known), Ok(all), Ok(channels)) => (known, all, channels),
        (Err(fault), ..) | (_, Err(fault), _) | (.., Err(fault)) => {
            found.push(unusable(fault));
            return (found, publisher, Some(operations));
        }
    };
    let posts: BTreeSet<_> = all.iter().map(|known| &known.post).collect();
    let waiting = format!("{address}: {} waiting", counted(posts.len(), "post"));
    found.push(Finding::good("journal", waiting));
    let undecided: BTreeSet<_> =
        all.iter().filter(|known| status::needs_word(known)).map(|known| &known.post).collect();
    if !undecided.is_empty() {
        let message = format!("{} waiting for a decision", counted(undecided.len(), "post"));
        let hint = "`telepress status` shows what is asked";
        found.push(Finding::warning("journal", message, hint));
    }
    let server = server_name(newsroom.config.bot.api_url.as_ref()).unwrap_or_default();
    let bot = credentials::token(context.environment).ok().map(|token| token.bot_id());
    if let Err(fault) = operations.check_binding(&server, bot).await {
        found
            .push(Finding::wrong("journal", fault.to_string(), &fault.hint()).ending(fault.exit()));
    }
    if let Some(why) = &known.stopped {
        found.push(Finding::wrong("journal", why.to_string(), super::deliver::shut_hint(why)));
    }
    if let Some(newest) = known.newest.filter(|newest| is_behind(now, *newest)) {
        let message = format!(
            "it says {}, but the journal recorded a request at {}: telepress publishes only if Telegram's own time agrees with this clock",
            now.strftime("%F %H:%MZ"),
            newest.strftime("%F %H:%MZ")
        );
        found.push(Finding::wrong(
            "clock",
            message,
            "compare this clock with the real time, and set it if it is behind",
        ));
    }
    found.extend(closed(&operations, channels, now));
    (found, publisher, Some(operations))
}

/// The channels in which nothing is sent at this moment.
fn closed(operations: &Operations, channels: Vec<outbox::Channel>, now: Timestamp) -> Vec<Finding> {
    let mut found = Vec::new();
    for known in channels {
        let name = || operations.name_of(known.chat);
        if let Some(why) = &known.paused {
            let resume = "`telepress resume` resumes it";
            found.push(Finding::wrong(name(), format!("paused: {why}"), resume));
        }
        if let Some(until) = known.freeze_until.filter(|until| *until > now) {
            let mut config = operations.newsroom.config.channels.iter();
            let named = config.find(|channel| operations.chat_of(channel) == Some(known.chat));
            let zone = named.map_or(TimeZone::UTC, |named| named.timezone.clone());
            let until = until.to_zoned_datetime(zone).strftime("%F %H:%M %Q").to_string();
            found.push(Finding::warning(
                name(),
                format!("Telegram asked to wait until {until}"),
                "nothing to do: what is due goes out then",
            ));
        }
    }
    found
}

fn unusable(fault: StoreError) -> Finding {
    let fault = OperationError::from(fault);
    Finding::wrong("journal", fault.to_string(), &fault.hint()).ending(fault.exit())
}

/// What there is to say about the token, the bot and its channels.
async fn bot(
    newsroom: &Newsroom,
    publisher: RunningPublisher,
    operations: Option<&Operations>,
    context: &CliContext<'_>,
) -> Vec<Finding> {
    let config = &newsroom.config;
    let client =
        credentials::token(context.environment).map_err(CliError::from).and_then(|token| {
            let id = token.bot_id();
            let client = Client::new(token, config.bot.api_url.as_ref(), ClientOptions::default())?;
            Ok((client, id))
        });
    let (client, id) = match client {
        Ok(client) => client,
        Err(failure) => {
            let wrong = Finding::wrong("token", failure.to_string(), &failure.hint());
            return vec![wrong.ending(Exit::Usage)];
        }
    };
    let mut found = vec![Finding::good("token", format!("bot {id}"))];
    match client.get_me().await {
        Ok(me) if me.id == id => {
            let name = me.username.map(|name| format!(" (@{name})")).unwrap_or_default();
            found.push(Finding::good("bot", format!("{}{name}", me.first_name)));
        }
        Ok(me) => {
            let message = format!("the server says that this token is bot {}", me.id);
            found.push(
                Finding::wrong("bot", message, "see what `bot.api_url` names").ending(Exit::Usage),
            );
            return found;
        }
        Err(fault) => {
            found.push(out_of_reach("bot", &fault));
            return found;
        }
    }
    let operators = config.bot.operators.len();
    found.push(updates(&client, publisher, operators > 0).await);
    let staging = config.recovery.staging_chat;
    let mut chats = Chats::new();
    for channel in &config.channels {
        found.push(rights(&client, channel, &mut chats).await);
        if staging.is_some() {
            found.extend(unreadable(&client, channel).await);
        }
    }
    if let Some(staging) = staging {
        found.push(staging_chat(&client, staging).await);
        found.extend(slow_staging_chat(&client, staging).await);
        if let Some(operations) = operations {
            found.extend(mark_there(operations, &client).await);
        }
    }
    found
}

fn out_of_reach(subject: &str, fault: &CallError) -> Finding {
    match fault {
        CallError::Refused { class: Refusal::BotWide, .. } => {
            let hint = "take the token that @BotFather shows, and see what `bot.api_url` names";
            Finding::wrong(subject, fault.to_string(), hint).ending(Exit::Usage)
        }
        CallError::Refused { .. } => {
            let hint = "make the bot an administrator of that chat, with the right to post";
            Finding::wrong(subject, fault.to_string(), hint)
        }
        _ => {
            let hint = "see to the network; nothing is lost meanwhile";
            Finding::wrong(subject, fault.to_string(), hint).ending(Exit::Waiting)
        }
    }
}

/// Whether what people write to the bot comes to telepress. Without operators it needs updates only to hear of other people's
/// posts, so that another program may have them.
async fn updates(client: &Client, publisher: RunningPublisher, has_operators: bool) -> Finding {
    let taken = |message: String, hint: &str| {
        if has_operators {
            return Finding::wrong("updates", message, hint);
        }
        let hint = "without them telepress does not know about other people's posts, and has to ask you more often";
        Finding::warning("updates", message, hint)
    };
    let webhook = match client.call(GetWebhookInfo {}).await {
        Ok(info) => webhook_host(&info),
        Err(fault) => return out_of_reach("updates", &fault),
    };
    if let Some(host) = webhook {
        let hint = "another program has this bot; give telepress a bot of its own, or remove the webhook there";
        return taken(format!("they go to a webhook at {host}"), hint);
    }
    // To look is to take: the one that publishes here would take the doctor for another program, and stop.
    if let RunningPublisher::Runs(who) = publisher {
        return Finding::good("updates", format!("left to {who}, which publishes here"));
    }
    match client.call(GetUpdates::PEEK).await {
        Ok(_) => Finding::good("updates", "nobody else takes them"),
        Err(CallError::Refused { class: Refusal::OtherPoller, .. }) => {
            let hint = "stop the other program, or give telepress a bot of its own";
            taken("another program takes them with the same token".to_owned(), hint)
        }
        Err(fault) => out_of_reach("updates", &fault),
    }
}

/// What the bot may do in a channel, and which commands that allows.
async fn rights(client: &Client, channel: &Channel, chats: &mut Chats) -> Finding {
    let name = channel.name.to_string();
    let chat = match client.chat_number(&channel.chat).await {
        Ok(chat) => chat,
        Err(fault @ CallError::Refused { .. }) => {
            let hint =
                "see whether the config names the right chat, and make the bot its administrator";
            return Finding::wrong(name, format!("{}: {fault}", channel.chat), hint);
        }
        Err(fault) => return out_of_reach(&name, &fault),
    };
    if let Some((other, _)) = chats.iter().find(|(_, known)| **known == chat) {
        let message = format!("it is the same chat as `{other}` ({chat})");
        let hint = "take one of the two channels out of the config: a post would go there twice";
        return Finding::wrong(name, message, hint).ending(Exit::Usage);
    }
    chats.insert(channel.name.clone(), chat);
    let member = match client.membership(chat).await {
        Ok(member) => member,
        Err(fault) => return out_of_reach(&name, &fault),
    };
    let Membership { posts, edits, deletes, status, .. } = member;
    let place = format!("{} ({chat})", channel.chat);
    if !posts {
        let message = format!("{place}: the bot is {} and may not post", or_nothing(&status));
        let hint = "in the channel's settings, make it an administrator with the right to post messages, and no other";
        return Finding::wrong(name, message, hint);
    }
    if edits {
        let more = if deletes {
            "; it may also delete the posts of others, which it never does"
        } else {
            ""
        };
        return Finding::good(name, format!("{place}: all commands{more}"));
    }
    Finding::good(
        name,
        format!(
            "{place}: all commands, but for `pin = true` and edits of adopted posts, which need the right to edit messages"
        ),
    )
}

fn or_nothing(status: &str) -> &str {
    match status {
        "" => "nothing there",
        "left" => "not there",
        "kicked" => "banned there",
        status => status,
    }
}

async fn staging_chat(client: &Client, chat: i64) -> Finding {
    match client.membership(chat).await {
        Ok(member) if member.status == "administrator" && !member.pins => Finding::warning(
            "staging_chat",
            format!("{chat}: the bot may not pin messages, so it cannot keep its mark there"),
            "give it the right to edit messages (in a group: to pin messages); telepress uses the mark to detect a missing or outdated journal",
        ),
        Ok(member) if member.posts || member.status == "member" => {
            Finding::good("staging_chat", format!("{chat}: the bot is {}", member.status))
        }
        Ok(member) => {
            let message = format!("{chat}: the bot is {}", or_nothing(&member.status));
            let hint = "without it nothing can be read back: an unknown outcome waits for a person";
            Finding::wrong("staging_chat", message, hint)
        }
        Err(fault @ CallError::Refused { .. }) => {
            let hint = "name a chat that only operators see, and take the bot in";
            Finding::wrong("staging_chat", format!("{chat}: {fault}"), hint)
        }
        Err(fault) => out_of_reach("staging_chat", &fault),
    }
}

/// Whether the journal is the newest, by its mark in the staging chat.
async fn mark_there(operations: &Operations, client: &Client) -> Option<Finding> {
    match staging_mark::evidence(operations, client).await {
        Ok(MarkEvidence::Newest) => None,
        Ok(MarkEvidence::Outdated(why)) => {
            let hint = "`telepress resolve --after-restore` makes it the one that counts; nothing is sent until then";
            Some(Finding::wrong("journal", format!("it is not the newest: {why}"), hint))
        }
        Ok(MarkEvidence::Unreadable(fault)) => {
            let hint = "the mark there reveals a missing or outdated journal; let the bot read the chat and pin messages in it";
            Some(Finding::warning("staging_chat", fault.to_string(), hint))
        }
        Err(fault) => {
            Some(Finding::wrong("journal", fault.to_string(), &fault.hint()).ending(fault.exit()))
        }
    }
}

/// A channel that cannot be read back.
async fn unreadable(client: &Client, channel: &Channel) -> Option<Finding> {
    let chat = client.call(GetChat { chat_id: channel.chat.clone() }).await.ok()?;
    let is_protected = chat.get("has_protected_content").and_then(Value::as_bool)?;
    is_protected.then(|| {
        Finding::warning(
            channel.name.to_string(),
            "it forbids forwarding, so telepress cannot look there for a message that Telegram did not confirm",
            "you will be asked in that case; or allow forwarding in the channel's settings",
        )
    })
}

/// A group takes 20 messages a minute: a look through a channel there would take long, and disturb people.
async fn slow_staging_chat(client: &Client, chat: i64) -> Option<Finding> {
    let found = client.call(GetChat { chat_id: ChatId::Id(chat) }).await.ok()?;
    let kind = found.get("type").and_then(Value::as_str)?;
    (kind != "channel").then(|| {
        let message = format!("{chat} is a {kind}, where a bot may send 20 messages a minute");
        Finding::warning("staging_chat", message, "name a private channel that only operators see")
    })
}
