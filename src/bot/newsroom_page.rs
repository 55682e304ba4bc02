//! The newsroom as a whole: help, channels, pausing, and what is wrong with the files.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Bot;
use super::action_buttons::Action;
use super::command;
use super::explain;
use super::language::Language;
use super::post_source::FileState;
use super::reply::{Button, MessageBuilder, Reply, Span, echo, enumerated};
use super::session::{HandlerResult, Session};
use super::status_page::say_pauses;
use super::text::Text;
use crate::config::{Channel, Operator, Role};
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::report::{Explained, Report};
use crate::ids::{ChannelName, ChatId, Destination, PostId};
use crate::operations::{OperationError, destination_of, number_of};
use crate::outbox::Actor;
use crate::status;
use crate::store::{Command, Query};
use crate::telegram::{CallError, Membership};

/// The width of diagnostics in a message on a phone.
const COLUMNS: usize = 48;

/// The most channels with a button of their own; the others are paused by name.
const BUTTONS: usize = 40;

/// The most reports that are shown at once.
const REPORTS: usize = 5;

/// A channel, and the bot's rights in it.
#[derive(Debug)]
pub(super) struct ChannelFacts {
    pub(super) name: ChannelName,
    pub(super) chat: String,
    /// `None` where the chat id is not known yet.
    pub(super) rights: Option<Result<Membership, CallError>>,
    pub(super) is_paused: bool,
}

#[derive(Debug)]
pub(super) struct ChannelsFacts {
    pub(super) channels: Vec<ChannelFacts>,
    pub(super) is_stopped: bool,
}

/// What the bot can do for a role.
pub(super) fn help(language: Language, role: Role) -> Reply {
    let name = match role {
        Role::Editor => Text::Editor,
        Role::Publisher => Text::Publisher,
        Role::Admin => Text::Admin,
    };
    let words = [("role", Span::bold(name.of(language)))];
    let mut reply = MessageBuilder::of(language, Text::Hello, &words);
    reply.newline();
    for (command, what) in command::menu(language, role) {
        reply.newline().put(&format!("/{command} — {what}"));
    }
    reply.build()
}

/// Adds the channels to a reply, with the bot's rights in each and whether it is paused.
pub(super) fn say_channels(reply: &mut MessageBuilder, facts: &ChannelsFacts, role: Role) {
    let language = reply.language();
    let has_buttons = role.may(Role::Admin);
    for (number, channel) in facts.channels.iter().enumerate() {
        let rights = match &channel.rights {
            Some(Ok(member)) if member.posts && member.pins => Text::MayPin.of(language).into(),
            Some(Ok(member)) if member.posts => Text::MayPost.of(language).into(),
            Some(Ok(_)) => Text::MayNotPost.of(language).into(),
            Some(Err(error)) => {
                let why = ("why", explain::call(error, language));
                MessageBuilder::plain(language, Text::CannotSee, &[why])
            }
            None => Text::NotFoundYet.of(language).into(),
        };
        let words = [
            ("channel", Span::bold(&channel.name)),
            ("chat", Span::plain(&channel.chat)),
            ("rights", Span::Plain(rights)),
        ];
        reply.line(Text::ChannelLine, &words);
        if channel.is_paused {
            reply.put(" · ⏸ ").say(Text::IsPaused, &[]);
        }
        if has_buttons && number < BUTTONS {
            let name = Some(channel.name.clone());
            reply.row([pause_button(language, name, channel.is_paused)]);
        }
    }
    if has_buttons {
        reply.row([pause_button(language, None, facts.is_stopped)]);
    }
}

/// The button that pauses or resumes a channel, or everything.
fn pause_button(language: Language, channel: Option<ChannelName>, is_paused: bool) -> Button {
    let everything = || Text::Everything.of(language).to_owned();
    let what = channel.as_ref().map_or_else(everything, ToString::to_string);
    let (text, action) = if is_paused {
        (Text::ResumeIt, Action::Resume(channel))
    } else {
        (Text::PauseIt, Action::Pause(channel))
    };
    Button::new(MessageBuilder::plain(language, text, &[("what", Span::Plain(what))]), action)
}

/// What is wrong with files; each report with whether its file has errors.
fn problems(reports: &[(bool, Report)], language: Language) -> MessageBuilder {
    let errors = reports.iter().filter(|(is_broken, _)| *is_broken).count();
    let words =
        [("errors", Span::plain(errors)), ("warnings", Span::plain(reports.len() - errors))];
    let mut reply = MessageBuilder::of(language, Text::ProblemsIn, &words);
    for (_, report) in reports.iter().take(REPORTS) {
        say_report(&mut reply, report);
    }
    reply.more(reports.len(), REPORTS);
    reply
}

/// What is wrong with one file, in the operator's language.
fn say_report(reply: &mut MessageBuilder, report: &Report) {
    let language = reply.language();
    if language == Language::En {
        reply.block(report.text(false, COLUMNS).trim_end());
        return;
    }
    for Explained { words, excerpt } in report.explained(language) {
        reply.newline().put(&words.message).block(&excerpt);
        if !words.hint.is_empty() {
            reply.newline().put("→ ").put(&words.hint);
        }
    }
    reply.more(report.left_out(), 0);
}

impl Session<'_> {
    pub(super) async fn channels(&self) -> HandlerResult {
        let mut reply = self.reply();
        let facts = self.channel_facts().await?;
        say_channels(&mut reply, &facts, self.operator.role);
        self.show_all(reply).await;
        Ok(None)
    }

    /// Reads the channels; asks Telegram for the bot's rights in each.
    pub(super) async fn channel_facts(&self) -> Result<ChannelsFacts, OperationError> {
        let chats = self.bot.source.chats();
        let pauses = self.bot.pauses().await?;
        let is_paused =
            |chat: i64, channel: &Channel| pauses.is_channel_paused(channel.in_chat(chat));
        let mut channels = Vec::new();
        for channel in &self.bot.operations.newsroom.config.channels {
            let number = number_of(channel, &chats);
            let rights = match number {
                None => None,
                Some(chat) => {
                    self.bot.messenger.wait_for_turn().await;
                    Some(self.membership(chat).await)
                }
            };
            let (name, chat) = (channel.name.clone(), channel.address().to_string());
            let is_paused = number.is_some_and(|chat| is_paused(chat, channel));
            channels.push(ChannelFacts { name, chat, rights, is_paused });
        }
        Ok(ChannelsFacts { channels, is_stopped: pauses.stopped.is_some() })
    }

    /// The bot's rights in a chat. In a group a member may post.
    async fn membership(&self, chat: i64) -> Result<Membership, CallError> {
        let client = self.bot.client;
        let member = client.membership(chat).await?;
        if member.posts || !member.comments {
            return Ok(member);
        }
        let is_group = client.find_chat(&ChatId::Id(chat)).await?.kind.is_group();
        Ok(Membership { posts: is_group, ..member })
    }

    /// Pauses or resumes a channel by its name, or everything.
    pub(super) async fn pause(&self, typed: &str, pause: bool) -> HandlerResult {
        let config = &self.bot.operations.newsroom.config;
        if typed.is_empty() {
            return self.pause_channel(None, pause).await;
        }
        if let Some(channel) = config.channel(typed) {
            return self.pause_channel(Some(&channel.name), pause).await;
        }
        let names: Vec<_> = config.channels.iter().map(|one| one.name.to_string()).collect();
        let names = ("channels", Span::plain(names.join(", ")));
        let typed = ("channel", Span::code(echo(typed)));
        Ok(Some(self.text(Text::NoSuchChannel, &[typed, names])))
    }

    /// Pauses or resumes a channel of the config, or everything.
    pub(super) async fn pause_channel(
        &self,
        channel: Option<&ChannelName>,
        pause: bool,
    ) -> HandlerResult {
        let name = channel.map(|name| ("channel", Span::plain(name)));
        let words = name.as_slice();
        let number = channel.map(|name| {
            let known = self.bot.operations.newsroom.config.channel(name.as_str());
            known.and_then(|known| destination_of(known, &self.bot.source.chats()))
        });
        if number == Some(None) {
            return Ok(Some(self.text(Text::NoChannelKnown, words)));
        }
        let place = number.flatten();
        if pause {
            let why = self.bot.name_of(self.operator.id);
            self.order(vec![Command::Pause { channel: place, why, by: self.actor() }]).await?;
        } else {
            self.operations().resume(place, self.bot.clock.now()).await?;
        }
        self.bot.wake.notify_one();
        let text = match (pause, channel) {
            (true, None) => Text::PausedAll,
            (true, Some(_)) => Text::PausedOne,
            (false, None) => Text::ResumedAll,
            (false, Some(_)) => Text::ResumedOne,
        };
        let mut reply = MessageBuilder::of(self.language, text, words);
        if !pause {
            let pauses = self.bot.pauses().await?;
            say_pauses(&mut reply, &pauses, &self.bot.paused_channels(&pauses));
        }
        reply.row([pause_button(self.language, channel.cloned(), pause)]);
        Ok(Some(reply.build()))
    }

    /// Checks the file of one post, or all files.
    pub(super) async fn check(&self, typed: &str) -> HandlerResult {
        let one = PostId::of_path(typed).to_owned();
        let is_there = match PostId::parse(&one) {
            Ok(id) => self.has_file(&id).await,
            Err(_) => one.is_empty(),
        };
        if !is_there {
            return Ok(Some(self.unknown(typed)));
        }
        let reports = self.reports(one.clone()).await?;
        if !reports.is_empty() {
            self.show_all(problems(&reports, self.language)).await;
            return Ok(None);
        }
        Ok(Some(if one.is_empty() {
            let listed = self.bot.source.list();
            let good = listed.iter().filter(|known| known.state != FileState::Invalid).count();
            self.text(Text::AllGood, &[("count", Span::plain(good))])
        } else {
            self.text(Text::IsGood, &[("post", Span::code(one))])
        }))
    }

    /// The reports that are not empty, on all files or on the one with this name.
    async fn reports(&self, one: String) -> Result<Vec<(bool, Report)>, OperationError> {
        let now = self.bot.clock.now();
        let operations = &self.bot.operations;
        let published =
            status::published_posts(&operations.store.publications(Query::Outline).await?);
        let newsroom = Arc::clone(&operations.newsroom);
        let reading = tokio::task::spawn_blocking(move || {
            let mut reports = Vec::new();
            let read = newsroom.check(now, |checked| {
                let id = checked.id.as_ref();
                let is_meant = one.is_empty() || id.is_some_and(|id| id.as_str() == one);
                let report = match id.and_then(|id| published.get(id)) {
                    Some(is_settled) => checked.report.of_published(*is_settled),
                    None => checked.report,
                };
                let is_said = |found: &Diagnostic| found.code().severity() != Severity::Note;
                if is_meant && report.diagnostics.iter().any(is_said) {
                    reports.push((report.count(Severity::Error) > 0, report));
                }
            });
            read.map(|()| reports)
        });
        match reading.await {
            Ok(reports) => Ok(reports?),
            // It panicked, and the panic is in the log.
            Err(_) => Ok(Vec::new()),
        }
    }
}

impl Bot<'_> {
    /// Reports to the operators and the alerts chat that these channels were paused or resumed, or with `None` everything.
    pub async fn tell_paused(&self, is_pause: bool, by: &Actor, places: &[Option<Destination>]) {
        let config = &self.operations.newsroom.config;
        let known = self.source.chats();
        let names: BTreeSet<ChannelName> = places
            .iter()
            .flatten()
            .flat_map(|place| {
                config.channels.iter().filter(|one| destination_of(one, &known) == Some(*place))
            })
            .map(|channel| channel.name.clone())
            .collect();
        let is_all = places.contains(&None);
        if !is_all && names.is_empty() {
            return;
        }
        let who = match by {
            Actor::Operator { id } => self.name_of(*id),
            other => other.name(),
        };
        let text = if is_pause { Text::PausedBy } else { Text::ResumedBy };
        let view = |language, operator: Option<&Operator>| {
            let what = if is_all {
                Text::Everything.of(language).to_owned()
            } else {
                enumerated(&names.iter().collect::<Vec<_>>(), language)
            };
            let words = [("who", Span::plain(&who)), ("what", Span::bold(what))];
            let mut reply = MessageBuilder::of(language, text, &words);
            let is_admin = operator.is_some_and(|operator| operator.role.may(Role::Admin));
            if is_admin && (is_all || names.len() == 1) {
                let channel = names.first().cloned().filter(|_| !is_all);
                reply.row([pause_button(language, channel, is_pause)]);
            }
            reply.build()
        };
        let mut audience = self.audience();
        // Who paused it here has seen that.
        audience.retain(|(_, operator)| {
            operator.is_none_or(|one| *by != (Actor::Operator { id: one.id }))
        });
        self.send_to_chats(audience, view).await;
    }
}
