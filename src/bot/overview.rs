//! How everything stands: the status, the channels, the files; and the word that stops it all.

use jiff::SignedDuration;

use super::asker::Asker;
use super::buttons::{Deed, Filter};
use super::page::{Button, Does, Page, Word};
use super::phrase::Phrase;
use super::shelf::Kind;
use super::state;
use crate::config::{Channel, ChannelName, Role};
use crate::desk::{DeskFault, number_of};
use crate::outbox::State;
use crate::post::PostId;
use crate::status;
use crate::store::{Order, Stopped, Wanted};

/// Columns of the diagnostics in a message on a phone.
const COLUMNS: usize = 48;

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

    /// What went out, what waits, what needs a decision.
    pub(super) async fn status(&self) -> Result<Page, DeskFault> {
        let now = self.bot.clock.now();
        let all = self.bot.desk.store.publications(Wanted::Outline).await?;
        let day = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(now);
        let counting = status::newest(&all);
        let went = counting
            .iter()
            .filter(|known| known.state == State::Published && known.due_at >= day)
            .count();
        let waits: Vec<_> = counting.iter().filter(|known| !known.state.is_terminal()).collect();
        let needs: Vec<_> = counting.iter().filter(|known| state::is_problem(known)).collect();
        let mut speech = self.speech();
        if let Some(why) = self.bot.desk.store.journal().await?.stopped {
            let (Stopped::Paused(why) | Stopped::Refused(why) | Stopped::Restored(why)) = why;
            speech.line(Phrase::StatusPaused, &[("why", Word::plain(why))]);
        }
        for paused in
            self.bot.desk.store.channels().await?.iter().filter(|one| one.paused.is_some())
        {
            let known = all.iter().find(|known| known.chat == paused.chat);
            let name =
                known.map_or_else(|| paused.chat.to_string(), |known| known.channel.to_string());
            speech.line(Phrase::ChannelPaused, &[("channel", Word::bold(name))]);
        }
        speech.line(Phrase::StatusWentOut, &[("count", Word::bold(went))]);
        speech.line(Phrase::StatusWaits, &[("count", Word::bold(waits.len()))]);
        if let Some(next) =
            waits.iter().find(|known| known.state == State::Scheduled && known.due_at > now)
        {
            let words = [
                ("post", Word::code(&next.post)),
                ("channel", Word::bold(&next.channel)),
                ("time", Word::plain(state::time(next.due_at, &self.zone(next)))),
            ];
            speech.line(Phrase::StatusNext, &words);
        }
        if needs.is_empty() {
            speech.line(Phrase::StatusFine, &[]);
            return Ok(speech.page());
        }
        speech.line(Phrase::StatusNeeds, &[("count", Word::bold(needs.len()))]);
        for known in needs.iter().take(REPORTS) {
            speech.newline().put(state::sign(&known.state)).put(" ");
            speech.word(&Word::code(&known.post)).put(" → ").word(&Word::bold(&known.channel));
            state::say_why(&mut speech, known);
            let label = format!("{} {}", state::sign(&known.state), known.post);
            let does = Does::Deed(Box::new(Deed::Card(known.post.clone())));
            speech.row([Button { label, does }]);
        }
        if needs.len() > REPORTS {
            let deed = Deed::List { filter: Filter::Problems, query: String::new(), page: 0 };
            speech.row([speech.button(Phrase::Problems, deed)]);
        }
        Ok(speech.page())
    }

    /// The channels, what the bot may do in each, and whether it is paused.
    pub(super) async fn channels(&self) -> Result<Page, DeskFault> {
        let chats = self.bot.shelf.chats();
        let known = self.bot.desk.store.channels().await?;
        let mut speech = self.speech();
        for channel in &self.bot.desk.newsroom.config.channels {
            let number = number_of(channel, &chats);
            let rights = match number {
                None => None,
                Some(chat) => Some(self.bot.client.membership(chat).await),
            };
            let rights = match rights {
                Some(Ok(member)) if member.posts && member.edits => {
                    Phrase::MayPin.of(self.language).to_owned()
                }
                Some(Ok(member)) if member.posts => Phrase::MayPost.of(self.language).to_owned(),
                Some(Ok(_)) => Phrase::MayNotPost.of(self.language).to_owned(),
                Some(Err(fault)) => {
                    let words = [("why", Word::plain(fault))];
                    self.phrase(Phrase::CannotSee, &words).text.string
                }
                None => {
                    let words = [("channel", Word::plain(&channel.name))];
                    self.phrase(Phrase::NoChannelKnown, &words).text.string
                }
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
            if self.operator.role.may(Role::Admin) {
                let name = Some(channel.name.clone());
                speech.row([self.stop_button(name, is_paused)]);
            }
        }
        if self.operator.role.may(Role::Admin) {
            let stopped = self.bot.desk.store.journal().await?.stopped.is_some();
            speech.row([self.stop_button(None, stopped)]);
        }
        Ok(speech.page())
    }

    fn stop_button(&self, channel: Option<ChannelName>, is_paused: bool) -> Button {
        let what = channel
            .as_ref()
            .map_or_else(|| Phrase::Everything.of(self.language).to_owned(), ToString::to_string);
        let (phrase, deed) = if is_paused {
            (Phrase::ResumeIt, Deed::Resume(channel))
        } else {
            (Phrase::PauseIt, Deed::Pause(channel))
        };
        let label = self.phrase(phrase, &[("what", Word::plain(what))]).text.string;
        Button { label, does: Does::Deed(Box::new(deed)) }
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
        let words = [("channel", Word::code(typed)), ("channels", Word::plain(names.join(", ")))];
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
        let by = self.actor();
        let order = if pause {
            let who = format!("{} ({by})", self.bot.name_of(self.operator.id));
            Order::Pause { chat, why: who, by }
        } else {
            Order::Resume { chat, by }
        };
        let desk = self.desk();
        if let Err(fault) = desk.order(vec![order], self.bot.clock.now()).await {
            if fault.is_refusal() {
                return Ok(self.phrase(Phrase::Mishap, &[("why", Word::plain(&fault))]));
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
                if is_meant && !checked.report.diagnostics.is_empty() {
                    let is_broken = checked.post.is_none();
                    reports.push((is_broken, checked.report.text(false, COLUMNS)));
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
        for (_, text) in reports.iter().take(REPORTS) {
            speech.block(text.trim_end());
        }
        if let Some(more) = reports.len().checked_sub(REPORTS).filter(|more| *more > 0) {
            speech.line(Phrase::AndMore, &[("count", Word::plain(more))]);
        }
        for page in speech.pages() {
            self.bot.courier.send(self.room(), &page).await;
        }
        Ok(())
    }
}
