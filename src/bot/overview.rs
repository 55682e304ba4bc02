//! The newsroom as a whole: what the bot can do, its channels, its files, and the word that stops it all.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::Attendant;
use super::asker::Asker;
use super::buttons::Deed;
use super::language::Language;
use super::page::{Button, Does, Page, Speech, Word};
use super::phrase::Phrase;
use super::request::Room;
use super::rule;
use super::shelf::Kind;
use super::state;
use crate::config::{Channel, Role};
use crate::desk::{DeskFault, number_of};
use crate::diagnostic::report::Report;
use crate::diagnostic::{Diagnostic, Severity};
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

impl Asker<'_> {
    /// What the bot can do for this operator.
    pub(super) fn help(&self) -> Page {
        let role = match self.operator.role {
            Role::Editor => Phrase::Editor,
            Role::Publisher => Phrase::Publisher,
            Role::Admin => Phrase::Admin,
        };
        let mut speech = self.speech();
        speech.say(Phrase::Hello, &[("role", Word::bold(role.of(self.language)))]).newline();
        for (command, what) in super::command::menu(self.language, self.operator.role) {
            speech.newline().put(&format!("/{command} — {what}"));
        }
        speech.page()
    }

    /// The channels, what the bot may do in each, and whether it is paused.
    pub(super) async fn channels(&self) -> Result<(), DeskFault> {
        let mut speech = self.speech();
        self.say_channels(&mut speech).await?;
        self.show_all(speech).await;
        Ok(())
    }

    /// The same, behind what was said before.
    pub(super) async fn say_channels(&self, speech: &mut Speech) -> Result<(), DeskFault> {
        let chats = self.bot.shelf.chats();
        let known = self.bot.desk.store.channels().await?;
        let has_buttons = self.operator.role.may(Role::Admin);
        let mut number_of_buttons = 0;
        for channel in &self.bot.desk.newsroom.config.channels {
            let number = number_of(channel, &chats);
            let rights = match number {
                None => None,
                Some(chat) => {
                    self.bot.courier.turn().await;
                    Some(self.bot.client.membership(chat).await)
                }
            };
            let rights = match rights {
                Some(Ok(member)) if member.posts && member.edits => {
                    Phrase::MayPin.of(self.language).to_owned()
                }
                Some(Ok(member)) if member.posts => Phrase::MayPost.of(self.language).to_owned(),
                Some(Ok(_)) => Phrase::MayNotPost.of(self.language).to_owned(),
                Some(Err(fault)) => {
                    let words = [("why", self.why(&channel.timezone).of_call(&fault))];
                    self.phrase(Phrase::CannotSee, &words).text.string
                }
                None => Phrase::NotFoundYet.of(self.language).to_owned(),
            };
            let words = [
                ("channel", Word::bold(&channel.name)),
                ("chat", Word::plain(&channel.chat)),
                ("rights", Word::plain(rights)),
            ];
            speech.line(Phrase::ChannelLine, &words);
            let paused = known.iter().find(|known| Some(known.chat) == number);
            let is_paused = paused.is_some_and(|known| known.paused.is_some());
            if is_paused {
                speech.put(" · ⏸ ").say(Phrase::IsPaused, &[]);
            }
            if has_buttons && number_of_buttons < BUTTONS {
                number_of_buttons += 1;
                let name = Some(channel.name.clone());
                speech.row([self.stop_button(name, is_paused)]);
            }
        }
        if has_buttons {
            let stopped = self.bot.desk.store.journal().await?.stopped.is_some();
            speech.row([self.stop_button(None, stopped)]);
        }
        Ok(())
    }

    fn stop_button(&self, channel: Option<ChannelName>, is_paused: bool) -> Button {
        stop_button(self.language, channel, is_paused)
    }

    /// Stops a channel by its name, or everything; or lets it go on.
    pub(super) async fn pause(&self, typed: &str, pause: bool) -> Result<Page, DeskFault> {
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
            ("channel", Word::code(state::cut(typed))),
            ("channels", Word::plain(names.join(", "))),
        ];
        Ok(self.phrase(Phrase::NoSuchChannel, &words))
    }

    /// The same, where the channel is known.
    pub(super) async fn pause_channel(
        &self,
        channel: Option<&ChannelName>,
        pause: bool,
    ) -> Result<Page, DeskFault> {
        let chat = match channel {
            None => None,
            Some(name) => {
                let chats = self.bot.shelf.chats();
                let known = self.bot.desk.newsroom.config.channel(name.as_str());
                let Some(number) = known.and_then(|known| number_of(known, &chats)) else {
                    return Ok(
                        self.phrase(Phrase::NoChannelKnown, &[("channel", Word::bold(name))])
                    );
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
        let phrase = match (pause, channel) {
            (true, None) => Phrase::PausedAll,
            (true, Some(_)) => Phrase::PausedOne,
            (false, None) => Phrase::ResumedAll,
            (false, Some(_)) => Phrase::ResumedOne,
        };
        let words: Vec<_> = channel.iter().map(|name| ("channel", Word::plain(name))).collect();
        let mut speech = self.speech();
        speech.say(phrase, &words);
        if !pause {
            self.say_stops(&mut speech).await?;
        }
        speech.row([self.stop_button(channel.cloned(), pause)]);
        Ok(speech.page())
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
            let mut speech = self.speech();
            self.say_unknown(&mut speech, typed);
            self.show(&speech.page()).await;
            return Ok(());
        }
        let wanted = one.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let mut reports = Vec::new();
            let read = newsroom.check(now, |checked| {
                let is_meant = wanted.is_empty()
                    || checked.id.as_ref().is_some_and(|id| id.as_str() == wanted);
                let is_said = |found: &Diagnostic| found.code.severity() != Severity::Note;
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
        let mut speech = self.speech();
        if reports.is_empty() {
            if one.is_empty() {
                let listed = self.bot.shelf.list();
                let good = listed.iter().filter(|known| known.kind != Kind::Broken).count();
                speech.say(Phrase::AllGood, &[("count", Word::plain(good))]);
            } else {
                speech.say(Phrase::IsGood, &[("post", Word::code(one))]);
            }
            self.show(&speech.page()).await;
            return Ok(());
        }
        let errors = reports.iter().filter(|(is_broken, _)| *is_broken).count();
        let words =
            [("errors", Word::plain(errors)), ("warnings", Word::plain(reports.len() - errors))];
        speech.say(Phrase::ProblemsIn, &words);
        for (_, report) in reports.iter().take(REPORTS) {
            say_report(&mut speech, report);
        }
        if let Some(more) = reports.len().checked_sub(REPORTS).filter(|more| *more > 0) {
            speech.line(Phrase::AndMore, &[("count", Word::plain(more))]);
        }
        self.show_all(speech).await;
        Ok(())
    }
}

/// The button that pauses a channel, or everything, or ends that.
fn stop_button(language: Language, channel: Option<ChannelName>, is_paused: bool) -> Button {
    let what = channel
        .as_ref()
        .map_or_else(|| Phrase::Everything.of(language).to_owned(), ToString::to_string);
    let (phrase, deed) = if is_paused {
        (Phrase::ResumeIt, Deed::Resume(channel))
    } else {
        (Phrase::PauseIt, Deed::Pause(channel))
    };
    let label = Speech::of(language, phrase, &[("what", Word::plain(what))]).page().text.string;
    Button { label, does: Does::Deed(Box::new(deed)) }
}

impl Attendant<'_> {
    /// Tells the operators, and the chat of the alerts, what somebody has paused or resumed: these chats, or with `None`
    /// everything. Who did it here has seen it.
    pub async fn tell_paused(&self, is_pause: bool, by: &Actor, chats: &[Option<i64>]) {
        let config = &self.desk.newsroom.config;
        let known = self.shelf.chats();
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
        let phrase = if is_pause { Phrase::PausedBy } else { Phrase::ResumedBy };
        let say = |room: Room| {
            let language = self.language(room.id());
            let what = if is_all {
                Phrase::Everything.of(language).to_owned()
            } else {
                names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            };
            let words = [("who", Word::plain(&who)), ("what", Word::bold(what))];
            Speech::of(language, phrase, &words)
        };
        for operator in self.operators().now().iter() {
            if *by == (Actor::Operator { id: operator.id }) {
                continue;
            }
            let room = Room::of(operator);
            let mut speech = say(room);
            if operator.role.may(Role::Admin) && (is_all || names.len() == 1) {
                let channel = names.first().cloned().filter(|_| !is_all);
                speech.row([stop_button(self.language(room.id()), channel, is_pause)]);
            }
            self.courier.send(room, &speech.page()).await;
        }
        if let Some(room) = Room::of_alerts(&config.bot) {
            self.courier.send(room, &say(room).page()).await;
        }
    }
}

/// What is wrong with one file, in words of the operator's language.
fn say_report(speech: &mut Speech, report: &Report) {
    let language = speech.language();
    for place in report.places() {
        let Some(meaning) = rule::meaning(place.code, language) else {
            // The language of the diagnostics themselves.
            speech.block(report.text(false, COLUMNS).trim_end());
            return;
        };
        speech.newline().put(meaning).block(&place.excerpt);
        if !place.instead.is_empty() {
            let instead: Vec<_> = place.instead.iter().take(3).map(|one| state::cut(one)).collect();
            speech.newline().put("→ ").word(&Word::code(instead.join(" / ")));
        }
    }
    if report.left_out() > 0 {
        speech.line(Phrase::AndMore, &[("count", Word::plain(report.left_out()))]);
    }
}
