//! The newsroom as a whole: what the bot can do, its channels, its files, and the word that stops it all.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::Bot;
use super::buttons::Action;
use super::language::Language;
use super::post_source::Kind;
use super::reply::{Button, MessageBuilder, Reply, Span};
use super::request::OperatorChat;
use super::session::Session;
use super::state;
use super::text::Text;
use crate::config::{Channel, Role};
use crate::desk::{DeskFault, number_of};
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::report::{Explained, Report};
use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::outbox::Actor;
use crate::store::Order;

/// Columns of the diagnostics in a message on a phone.
const COLUMNS: usize = 48;

/// Channels with a button of their own; the others are paused by name.
const BUTTONS: usize = 40;

/// Diagnostics that are shown at once.
const REPORTS: usize = 5;

impl Session<'_> {
    /// What the bot can do for this operator.
    pub(super) fn help(&self) -> Reply {
        let role = match self.operator.role {
            Role::Editor => Text::Editor,
            Role::Publisher => Text::Publisher,
            Role::Admin => Text::Admin,
        };
        let mut reply = self.reply();
        reply.say(Text::Hello, &[("role", Span::bold(role.of(self.language)))]).newline();
        for (command, what) in super::command::menu(self.language, self.operator.role) {
            reply.newline().put(&format!("/{command} — {what}"));
        }
        reply.page()
    }

    /// The channels, what the bot may do in each, and whether it is paused.
    pub(super) async fn channels(&self) -> Result<(), DeskFault> {
        let mut reply = self.reply();
        self.say_channels(&mut reply).await?;
        self.show_all(reply).await;
        Ok(())
    }

    /// The same, behind what was said before.
    pub(super) async fn say_channels(&self, reply: &mut MessageBuilder) -> Result<(), DeskFault> {
        let chats = self.bot.source.chats();
        let known = self.bot.desk.store.channels().await?;
        let has_buttons = self.operator.role.may(Role::Admin);
        let mut number_of_buttons = 0;
        for channel in &self.bot.desk.newsroom.config.channels {
            let number = number_of(channel, &chats);
            let rights = match number {
                None => None,
                Some(chat) => {
                    self.bot.messenger.turn().await;
                    Some(self.bot.client.membership(chat).await)
                }
            };
            let rights = match rights {
                Some(Ok(member)) if member.posts && member.edits => {
                    Text::MayPin.of(self.language).to_owned()
                }
                Some(Ok(member)) if member.posts => Text::MayPost.of(self.language).to_owned(),
                Some(Ok(_)) => Text::MayNotPost.of(self.language).to_owned(),
                Some(Err(fault)) => {
                    let words = [("why", self.why(&channel.timezone).of_call(&fault))];
                    self.text(Text::CannotSee, &words).text.string
                }
                None => Text::NotFoundYet.of(self.language).to_owned(),
            };
            let words = [
                ("channel", Span::bold(&channel.name)),
                ("chat", Span::plain(&channel.chat)),
                ("rights", Span::plain(rights)),
            ];
            reply.line(Text::ChannelLine, &words);
            let paused = known.iter().find(|known| Some(known.chat) == number);
            let is_paused = paused.is_some_and(|known| known.paused.is_some());
            if is_paused {
                reply.put(" · ⏸ ").say(Text::IsPaused, &[]);
            }
            if has_buttons && number_of_buttons < BUTTONS {
                number_of_buttons += 1;
                let name = Some(channel.name.clone());
                reply.row([self.stop_button(name, is_paused)]);
            }
        }
        if has_buttons {
            let stopped = self.bot.desk.store.journal().await?.stopped.is_some();
            reply.row([self.stop_button(None, stopped)]);
        }
        Ok(())
    }

    fn stop_button(&self, channel: Option<ChannelName>, is_paused: bool) -> Button {
        stop_button(self.language, channel, is_paused)
    }

    /// Stops a channel by its name, or everything; or lets it go on.
    pub(super) async fn pause(&self, typed: &str, pause: bool) -> Result<Reply, DeskFault> {
        if typed.is_empty() {
            return self.pause_channel(None, pause).await;
        }
        let config = &self.bot.desk.newsroom.config;
        if let Some(Channel { name, .. }) = config.channel(typed) {
            return self.pause_channel(Some(name), pause).await;
        }
        let names: Vec<_> =
            config.channels.iter().map(|channel| channel.name.to_string()).collect();
        let words = [
            ("channel", Span::code(state::cut(typed))),
            ("channels", Span::plain(names.join(", "))),
        ];
        Ok(self.text(Text::NoSuchChannel, &words))
    }

    /// The same, where the channel is known.
    pub(super) async fn pause_channel(
        &self,
        channel: Option<&ChannelName>,
        pause: bool,
    ) -> Result<Reply, DeskFault> {
        let chat = match channel {
            None => None,
            Some(name) => {
                let chats = self.bot.source.chats();
                let known = self.bot.desk.newsroom.config.channel(name.as_str());
                let Some(number) = known.and_then(|known| number_of(known, &chats)) else {
                    return Ok(self.text(Text::NoChannelKnown, &[("channel", Span::bold(name))]));
                };
                Some(number)
            }
        };
        let (desk, now) = (self.desk(), self.bot.clock.now());
        let done = if pause {
            let (why, by) = (self.bot.name_of(self.operator.id), self.actor());
            desk.order(vec![Order::Pause { chat, why, by }], now).await.map(drop)
        } else {
            desk.resume(chat, now).await
        };
        if let Err(fault) = done {
            if fault.is_refusal() {
                return Ok(self.not_done(&fault, &TimeZone::UTC));
            }
            return Err(fault);
        }
        self.bot.wake.notify_one();
        let text = match (pause, channel) {
            (true, None) => Text::PausedAll,
            (true, Some(_)) => Text::PausedOne,
            (false, None) => Text::ResumedAll,
            (false, Some(_)) => Text::ResumedOne,
        };
        let words: Vec<_> = channel.iter().map(|name| ("channel", Span::plain(name))).collect();
        let mut reply = self.reply();
        reply.say(text, &words);
        if !pause {
            self.say_stops(&mut reply).await?;
        }
        reply.row([self.stop_button(channel.cloned(), pause)]);
        Ok(reply.page())
    }

    /// What is wrong with one post, or with all.
    pub(super) async fn check(&self, typed: &str) -> Result<(), DeskFault> {
        let now = self.bot.clock.now();
        let newsroom = self.bot.desk.newsroom.clone();
        let one = typed.trim_end_matches(".toml").to_owned();
        let is_there = match PostId::parse(&one) {
            Ok(id) => self.is_there(&id).await,
            Err(_) => false,
        };
        if !one.is_empty() && !is_there {
            let mut reply = self.reply();
            self.say_unknown(&mut reply, typed);
            self.show(&reply.page()).await;
            return Ok(());
        }
        let wanted = one.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let mut reports = Vec::new();
            let read = newsroom.check(now, |checked| {
                let is_meant = wanted.is_empty()
                    || checked.id.as_ref().is_some_and(|id| id.as_str() == wanted);
                let is_said = |found: &Diagnostic| found.code().severity() != Severity::Note;
                if is_meant && checked.report.diagnostics.iter().any(is_said) {
                    reports.push((checked.post.is_none(), checked.report.clone()));
                }
            });
            read.map(|()| reports)
        });
        let reports = match reading.await {
            Ok(reports) => reports?,
            // It panicked, which was told where it did.
            Err(_) => Vec::new(),
        };
        let mut reply = self.reply();
        if reports.is_empty() {
            if one.is_empty() {
                let listed = self.bot.source.list();
                let good = listed.iter().filter(|known| known.kind != Kind::Broken).count();
                reply.say(Text::AllGood, &[("count", Span::plain(good))]);
            } else {
                reply.say(Text::IsGood, &[("post", Span::code(one))]);
            }
            self.show(&reply.page()).await;
            return Ok(());
        }
        let errors = reports.iter().filter(|(is_broken, _)| *is_broken).count();
        let words =
            [("errors", Span::plain(errors)), ("warnings", Span::plain(reports.len() - errors))];
        reply.say(Text::ProblemsIn, &words);
        for (_, report) in reports.iter().take(REPORTS) {
            say_report(&mut reply, report);
        }
        if let Some(more) = reports.len().checked_sub(REPORTS).filter(|more| *more > 0) {
            reply.line(Text::AndMore, &[("count", Span::plain(more))]);
        }
        self.show_all(reply).await;
        Ok(())
    }
}

/// The button that pauses a channel, or everything, or ends that.
fn stop_button(language: Language, channel: Option<ChannelName>, is_paused: bool) -> Button {
    let what = channel
        .as_ref()
        .map_or_else(|| Text::Everything.of(language).to_owned(), ToString::to_string);
    let (text, action) = if is_paused {
        (Text::ResumeIt, Action::Resume(channel))
    } else {
        (Text::PauseIt, Action::Pause(channel))
    };
    let label =
        MessageBuilder::of(language, text, &[("what", Span::plain(what))]).page().text.string;
    Button { label, action }
}

impl Bot<'_> {
    /// Tells the operators, and the chat of the alerts, what somebody has paused or resumed: these chats, or with `None`
    /// everything. Who did it here has seen it.
    pub async fn tell_paused(&self, is_pause: bool, by: &Actor, chats: &[Option<i64>]) {
        let config = &self.desk.newsroom.config;
        let known = self.source.chats();
        let names: BTreeSet<ChannelName> = chats
            .iter()
            .flatten()
            .flat_map(|chat| {
                config.channels.iter().filter(|one| number_of(one, &known) == Some(*chat))
            })
            .map(|channel| channel.name.clone())
            .collect();
        let is_all = chats.contains(&None);
        if !is_all && names.is_empty() {
            return;
        }
        let who = match by {
            Actor::Operator { id } => self.name_of(*id),
            other => other.name(),
        };
        let text = if is_pause { Text::PausedBy } else { Text::ResumedBy };
        let say = |room: OperatorChat| {
            let language = self.language(room.id());
            let what = if is_all {
                Text::Everything.of(language).to_owned()
            } else {
                names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            };
            let words = [("who", Span::plain(&who)), ("what", Span::bold(what))];
            MessageBuilder::of(language, text, &words)
        };
        for operator in self.operators().now().iter() {
            if *by == (Actor::Operator { id: operator.id }) {
                continue;
            }
            let room = OperatorChat::of(operator);
            let mut reply = say(room);
            if operator.role.may(Role::Admin) && (is_all || names.len() == 1) {
                let channel = names.first().cloned().filter(|_| !is_all);
                reply.row([stop_button(self.language(room.id()), channel, is_pause)]);
            }
            self.messenger.send(room, &reply.page()).await;
        }
        if let Some(room) = OperatorChat::of_alerts(&config.bot) {
            self.messenger.send(room, &say(room).page()).await;
        }
    }
}

/// What is wrong with one file, in words of the operator's language.
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
    if report.left_out() > 0 {
        reply.line(Text::AndMore, &[("count", Span::plain(report.left_out()))]);
    }
}
