//! `telepress doctor`: checks the token, the bot, its rights in each channel, the journal and the clock, and explains how to
//! fix what is wrong. It orders and publishes nothing.

mod group;
mod hooks;
mod inbox;
mod media;
mod proxy;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

use super::Result;
use super::{DataFormat, json, session};
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::config::Channel;
use crate::exit::Exit;
use crate::explain::counted;
use crate::ids::{ChannelName, ChatId};
use crate::newsroom::Newsroom;
use crate::operations::{Chats, OperationError, Operations};
use crate::outbox::{self, Actor, Refusal, StopReason};
use crate::schedule;
use crate::serve::clock::is_behind;
use crate::serve::staging_mark::{self, MarkEvidence};
use crate::status::{self, pause::refused};
use crate::store::{self, Access, LockResult, Query, StoreError};
use crate::table::Table;
use crate::telegram::method::{GetChat, GetUpdates, GetWebhookInfo, webhook_host};
use crate::telegram::{
    CallError, Client, ClientError, ClientOptions, FoundChat, Membership, Route, credentials,
    server_name,
};
use crate::{limits, process};

#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: DataFormat,
}

#[derive(Debug, Serialize)]
struct Finding {
    subject: String,
    verdict: CheckResult,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip)]
    exit: Exit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum CheckResult {
    Good,
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
        found.extend(inbox::inbox(&newsroom));
        found.extend(hooks::hooks(&newsroom));
        found.extend(bot(&newsroom, publisher, operations.as_ref(), context).await);
        if let Some(operations) = operations {
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
            CheckResult::Good => "ok",
            CheckResult::Warning => "warning",
            CheckResult::Wrong => "error",
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
    let count = |verdict| found.iter().filter(|finding| finding.verdict == verdict).count();
    let summary = match (count(CheckResult::Wrong), count(CheckResult::Warning)) {
        (0, 0) => "everything is fine".to_owned(),
        (0, warnings) => format!("no errors, {}", counted(warnings, "warning")),
        (errors, 0) => counted(errors, "error"),
        (errors, warnings) => {
            format!("{}, {}", counted(errors, "error"), counted(warnings, "warning"))
        }
    };
    drawn + "\n" + &summary + "\n"
}

fn clock(context: &CliContext<'_>) -> Finding {
    let now = context.clock.now();
    let shown = now.strftime("%F %H:%M:%SZ");
    if now < limits::PROGRAM_TIME {
        let message = format!("it shows {shown}, which is before this program was built");
        return Finding::wrong(
            "clock",
            message,
            "set the machine's clock, and keep it synchronized with NTP",
        );
    }
    Finding::good("clock", format!("{shown}, time zone rules {}", process::zone_rules()))
}

/// The process that publishes for this newsroom, if one is known.
enum RunningPublisher {
    None,
    Process(String),
}

/// The findings about the journal, and the process that publishes from it. A missing journal is not created.
async fn journal(
    newsroom: &Newsroom,
    context: &CliContext<'_>,
) -> (Vec<Finding>, RunningPublisher, Option<Operations>) {
    let (address, outside) = session::place(newsroom, context);
    let mut found = Vec::new();
    if let Err(error) = outside.check() {
        let folder = outside.folder().unwrap_or(Path::new("")).display().to_string();
        found.push(Finding::warning(
            "mark",
            format!("{folder} cannot be written: {error}"),
            "without this mark telepress cannot detect a lost journal or a restored snapshot; set STATE_DIRECTORY, XDG_STATE_HOME or HOME to a writable folder",
        ));
    }
    let now = context.clock.now();
    // Opened for writing, because a journal that is read-only must be reported.
    let opened = store::open(&address, &outside, Access::Write, process::me(), now).await;
    let store = match opened {
        Ok(store) => store,
        Err(error) => {
            found.push(unusable(error));
            return (found, RunningPublisher::None, None);
        }
    };
    let publisher = match store.take_lock().await {
        Ok(LockResult::Held { by }) => RunningPublisher::Process(
            by.map_or_else(|| "a process".to_owned(), |owner| format!("process {}", owner.pid)),
        ),
        _ => RunningPublisher::None,
    };
    let (record, open, channels) =
        (store.journal().await, store.publications(Query::Open).await, store.channels().await);
    let operations = Operations::new(newsroom.clone().into(), store, &address, Actor::System);
    let _recalled = operations.load_chat_names().await;
    let (record, open, channels) = match (record, open, channels) {
        (Ok(record), Ok(open), Ok(channels)) => (record, open, channels),
        (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => {
            found.push(unusable(error));
            return (found, publisher, Some(operations));
        }
    };
    let posts: BTreeSet<_> = open.iter().map(|publication| &publication.post).collect();
    let waiting = format!("{address}: {} waiting", counted(posts.len(), "post"));
    found.push(Finding::good("journal", waiting));
    let undecided: BTreeSet<_> = open
        .iter()
        .filter(|publication| status::needs_operator(publication))
        .map(|publication| &publication.post)
        .collect();
    if !undecided.is_empty() {
        let message = format!("{} waiting for your decision", counted(undecided.len(), "post"));
        let hint = "`telepress status` shows what you need to decide";
        found.push(Finding::warning("journal", message, hint));
    }
    let server = server_name(newsroom.config.bot.api_url.as_ref()).unwrap_or_default();
    let bot = credentials::token(context.environment).ok().map(|token| token.bot_id());
    if let Err(error) = operations.check_binding(&server, bot).await {
        found
            .push(Finding::wrong("journal", error.to_string(), &error.hint()).ending(error.exit()));
    }
    if let Some(why) = &record.stopped {
        found.push(stopped(why));
    }
    if let Some(newest) = record.newest.filter(|newest| is_behind(now, *newest)) {
        let message = format!(
            "it shows {}, but the journal recorded a request at {}; telepress publishes only while Telegram's time agrees with this clock",
            now.strftime("%F %H:%MZ"),
            newest.strftime("%F %H:%MZ")
        );
        found.push(Finding::wrong(
            "clock",
            message,
            "compare the clock with the real time, and set it if it is slow",
        ));
    }
    found.extend(closed(&operations, channels, now));
    found.extend(media::folder(newsroom, operations.spool.folder()));
    (found, publisher, Some(operations))
}

fn stopped(why: &StopReason) -> Finding {
    let hint = super::deliver::shut_hint(why);
    match why {
        StopReason::Paused(by) => paused("publishing", by, hint),
        StopReason::Refused(_) => Finding::wrong("publishing", why.to_string(), hint),
        StopReason::Restored(_) => Finding::wrong("journal", why.to_string(), hint),
    }
}

/// A pause that a person ordered is not an error, but until it ends nothing is published: the command fails.
fn paused(subject: impl Into<String>, by: &str, hint: &str) -> Finding {
    Finding::warning(subject, format!("paused by {by}"), hint).ending(Exit::Findings)
}

/// The channels to which nothing can be sent now.
fn closed(operations: &Operations, channels: Vec<outbox::Channel>, now: Timestamp) -> Vec<Finding> {
    let mut found = Vec::new();
    for state in channels {
        let name = || operations.name_of(state.destination);
        if let Some(why) = state.paused.as_ref().filter(|_| !operations.is_left(&state)) {
            let resume = format!("`telepress resume {}` resumes it", name());
            found.push(if state.refused {
                let text = refused(state.refusal, why, &format!("resume {}", name()));
                Finding::wrong(name(), format!("paused: {}", text.why), &text.hint)
            } else {
                paused(name(), why, &resume)
            });
        }
        if let Some(until) = state.flood_wait_until.filter(|until| *until > now) {
            let mut config = operations.newsroom.config.channels.iter();
            let named = config
                .find(|channel| operations.destination_of(channel) == Some(state.destination));
            let zone = named.map_or(TimeZone::UTC, |named| named.timezone.clone());
            let until = schedule::shown(until, &zone);
            found.push(Finding::warning(
                name(),
                format!("Telegram asked telepress to wait until {until}"),
                "no action needed: due posts are published after that",
            ));
        }
    }
    found
}

fn unusable(error: StoreError) -> Finding {
    let error = OperationError::from(error);
    Finding::wrong("journal", error.to_string(), &error.hint()).ending(error.exit())
}

/// The findings about the token, the bot and its channels.
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
            let route = session::route(config.bot.api_url.as_ref(), newsroom, context)?;
            let options = ClientOptions::through(route.clone().proxy());
            Ok((Client::new(token, config.bot.api_url.as_ref(), options)?, id, route))
        });
    let (client, id, route) = match client {
        Ok(client) => client,
        Err(error) => {
            let is_proxy = matches!(error, CliError::Client(ClientError::Proxy(_)));
            let subject = if is_proxy { "proxy" } else { "token" };
            let wrong = Finding::wrong(subject, error.to_string(), &error.hint());
            return vec![wrong.ending(Exit::Usage)];
        }
    };
    let mut found = vec![Finding::good("token", format!("bot {id}"))];
    let me = client.get_me().await;
    found.extend(proxy::proxy(&route, config.bot.api_url.as_ref(), &me).await);
    match me {
        // The finding about the proxy has the reason.
        Err(CallError::NoConnection(_)) if matches!(route, Route::Through(_)) => return found,
        Ok(me) if me.id == id => {
            let name = me.username.map(|name| format!(" (@{name})")).unwrap_or_default();
            found.push(Finding::good("bot", format!("{}{name}", me.first_name)));
        }
        Ok(me) => {
            let message = format!("the server says that this is the token of bot {}", me.id);
            found.push(
                Finding::wrong("bot", message, "check `[bot] api_url` in the config")
                    .ending(Exit::Usage),
            );
            return found;
        }
        Err(error) => {
            found.push(failed_call("bot", &error));
            return found;
        }
    }
    let operators = config.bot.operators.len();
    found.push(updates(&client, publisher, operators > 0).await);
    let staging = config.recovery.staging_chat;
    let discussions = match operations {
        Some(operations) => operations.store.discussions().await.unwrap_or_default(),
        None => BTreeMap::new(),
    };
    let mut chats = Chats::new();
    for channel in &config.channels {
        found.extend(rights(&client, channel, newsroom, context.clock.now(), &mut chats).await);
        let group = chats.get(&channel.name).and_then(|chat| discussions.get(chat));
        if let Some(group) = group {
            found.push(group::discussion_group(&client, channel, *group).await);
        }
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

fn failed_call(subject: &str, error: &CallError) -> Finding {
    match error {
        CallError::Refused { class: Refusal::BotWide, .. } => {
            let hint =
                "use the token that @BotFather shows, and check `[bot] api_url` in the config";
            Finding::wrong(subject, error.to_string(), hint).ending(Exit::Usage)
        }
        CallError::Refused { .. } => {
            let hint = "make the bot an administrator of that chat, with the right to post";
            Finding::wrong(subject, error.to_string(), hint)
        }
        _ => {
            let hint = "check the network; nothing is lost in the meantime";
            Finding::wrong(subject, error.to_string(), hint).ending(Exit::Waiting)
        }
    }
}

/// Whether telepress receives the bot's updates. Without operators it needs them only to learn of other people's posts, so
/// another program may receive them.
async fn updates(client: &Client, publisher: RunningPublisher, has_operators: bool) -> Finding {
    let received_elsewhere = |message: String, hint: &str| {
        if has_operators {
            return Finding::wrong("updates", message, hint);
        }
        let hint = "without updates telepress does not learn of other people's posts, and has to ask you more often";
        Finding::warning("updates", message, hint)
    };
    let webhook = match client.call(GetWebhookInfo {}).await {
        Ok(info) => webhook_host(&info),
        Err(error) => return failed_call("updates", &error),
    };
    if let Some(host) = webhook {
        let hint = "another program uses this bot; give telepress its own bot, or let `telepress serve --take-over` remove the webhook";
        return received_elsewhere(format!("Telegram sends them to a webhook at {host}"), hint);
    }
    // Only one program may ask for updates: a running `serve` would see this as another program, and end.
    if let RunningPublisher::Process(who) = publisher {
        return Finding::good("updates", format!("received by {who}, which publishes here"));
    }
    match client.call(GetUpdates::PEEK).await {
        Ok(_) => Finding::good("updates", "no other program receives them"),
        Err(CallError::Refused { class: Refusal::OtherPoller, .. }) => {
            let hint = "stop the other program, or give telepress its own bot";
            received_elsewhere("another program receives them with the same token".to_owned(), hint)
        }
        Err(error) => failed_call("updates", &error),
    }
}

/// The bot's rights in a channel or group, and which commands they allow.
async fn rights(
    client: &Client,
    channel: &Channel,
    newsroom: &Newsroom,
    now: Timestamp,
    chats: &mut Chats,
) -> Vec<Finding> {
    let name = channel.name.to_string();
    let FoundChat { id: chat, kind, .. } = match client.find_chat(&channel.chat).await {
        Ok(found) => found,
        Err(error @ CallError::Refused { .. }) => {
            let hint = "check the `chat` in the config, and add the bot to that chat: to a channel as an administrator";
            return vec![Finding::wrong(name, format!("{}: {error}", channel.chat), hint)];
        }
        Err(error) => return vec![failed_call(&name, &error)],
    };
    let is_same = |(other, id): &(&ChannelName, &i64)| {
        let other = newsroom.config.channel(other.as_str());
        **id == chat && other.is_some_and(|other| other.topic == channel.topic)
    };
    if let Some((other, _)) = chats.iter().find(is_same) {
        let place = channel.in_chat(chat).named(None);
        let what = if channel.topic.is_some() { "topic" } else { "chat" };
        let message = format!("it is the same {what} as `{other}` ({place})");
        let hint =
            "remove one of them from the config, or each post would be published there twice";
        return vec![Finding::wrong(name, message, hint).ending(Exit::Usage)];
    }
    chats.insert(channel.name.clone(), chat);
    let place = match &channel.chat {
        ChatId::Username(_) => format!("{} ({chat})", channel.chat),
        ChatId::Id(_) => chat.to_string(),
    };
    if kind.is_group() {
        let mut found = group::findings(client, channel, &place, chat, kind).await;
        found.extend(group::comments(newsroom, channel, &place, now));
        return found;
    }
    if channel.topic.is_some() {
        let message = format!("{place}: it is a channel, and channels have no topics");
        return vec![Finding::wrong(name, message, "remove `topic` from the config")];
    }
    let member = match client.membership(chat).await {
        Ok(member) => member,
        Err(error) => return vec![failed_call(&name, &error)],
    };
    vec![channel_rights(name, &place, &member)]
}

fn channel_rights(name: String, place: &str, member: &Membership) -> Finding {
    let Membership { posts, edits, deletes, status, .. } = member;
    if !posts {
        let message = format!("{place}: {}", without_right_to_post(status));
        let hint = "in the channel's settings, make it an administrator with the right to post messages and no other right";
        return Finding::wrong(name, message, hint);
    }
    if *edits {
        let more = if *deletes {
            "; it could also delete other people's posts, which telepress never does"
        } else {
            ""
        };
        return Finding::good(name, format!("{place}: the bot has every right it needs{more}"));
    }
    Finding::good(
        name,
        format!(
            "{place}: the bot can post; `pin = true` and edits of adopted posts also need the right to edit messages"
        ),
    )
}

/// A sentence about a bot that cannot post in a channel.
fn without_right_to_post(status: &str) -> &'static str {
    match status {
        "administrator" => "the bot is an administrator, but has no right to post",
        "member" => "the bot is a member, but not an administrator",
        "kicked" => "the bot is banned from the channel",
        "restricted" => "the bot is restricted and cannot post",
        _ => "the bot is not a member of the channel",
    }
}

/// What the bot is in the staging chat.
fn role(status: &str) -> &'static str {
    match status {
        "creator" => "the bot is the owner",
        "administrator" => "the bot is an administrator",
        "member" => "the bot is a member",
        "kicked" => "the bot is banned",
        "restricted" => "the bot is restricted",
        _ => "the bot is not a member",
    }
}

async fn staging_chat(client: &Client, chat: i64) -> Finding {
    match client.membership(chat).await {
        Ok(member) if member.status == "administrator" && !member.pins => Finding::warning(
            "staging_chat",
            format!(
                "{chat}: the bot has no right to pin messages, so telepress cannot keep its mark there"
            ),
            "give the bot the right to edit messages (in a group: to pin messages); with the mark telepress detects a missing or outdated journal",
        ),
        Ok(member) if member.posts || member.status == "member" => {
            Finding::good("staging_chat", format!("{chat}: {}", role(&member.status)))
        }
        Ok(member) => {
            let message = format!("{chat}: {}", role(&member.status));
            let hint = "make the bot an administrator there; without it a message that Telegram did not confirm waits for your decision";
            Finding::wrong("staging_chat", message, hint)
        }
        Err(error @ CallError::Refused { .. }) => {
            let hint = "set `[recovery] staging_chat` to a chat that only operators see, and add the bot to it";
            Finding::wrong("staging_chat", format!("{chat}: {error}"), hint)
        }
        Err(error) => failed_call("staging_chat", &error),
    }
}

/// Compares the journal with its mark in the staging chat.
async fn mark_there(operations: &Operations, client: &Client) -> Option<Finding> {
    match staging_mark::evidence(operations, client).await {
        Ok(MarkEvidence::Newest) => None,
        Ok(MarkEvidence::Outdated(why)) => {
            let hint = "run `telepress resolve --after-restore` to continue with this journal; nothing is sent until then";
            Some(Finding::wrong("journal", format!("this journal is not the newest: {why}"), hint))
        }
        Ok(MarkEvidence::Unreadable(error)) => {
            let hint = "let the bot read the chat and pin messages in it; with the mark there telepress detects a missing or outdated journal";
            Some(Finding::warning("staging_chat", error.to_string(), hint))
        }
        Err(error) => {
            Some(Finding::wrong("journal", error.to_string(), &error.hint()).ending(error.exit()))
        }
    }
}

/// A channel whose messages cannot be forwarded, so that telepress cannot read them.
async fn unreadable(client: &Client, channel: &Channel) -> Option<Finding> {
    let chat = client.call(GetChat { chat_id: channel.chat.clone() }).await.ok()?;
    let is_protected = chat.get("has_protected_content").and_then(Value::as_bool)?;
    is_protected.then(|| {
        Finding::warning(
            channel.name.to_string(),
            "it forbids forwarding, so telepress cannot look for a message that Telegram did not confirm",
            "allow forwarding in the channel's settings, or decide yourself in such a case",
        )
    })
}

/// In a group a bot may send 20 messages a minute, so reading a channel through it is slow, and members see the copies.
async fn slow_staging_chat(client: &Client, chat: i64) -> Option<Finding> {
    let found = client.call(GetChat { chat_id: ChatId::Id(chat) }).await.ok()?;
    let kind = found.get("type").and_then(Value::as_str)?;
    (kind != "channel").then(|| {
        let message = format!("{chat} is a {kind}, where a bot may send 20 messages a minute");
        Finding::warning("staging_chat", message, "use a private channel that only operators see")
    })
}
