//! A post exactly as it will be published, and below it what can be done with just that.

use jiff::tz::TimeZone;
use telegram_text::utf16;
use tokio::time;

use super::buttons::{Action, Shown, Time};
use super::card::{differs, shown};
use super::explain::Explain;
use super::language::Language;
use super::pauses::Pauses;
use super::post_source::PostState;
use super::reply::{MessageBuilder, Reply, Span};
use super::session::Session;
use super::text::Text;
use crate::config::Role;
use crate::desk::{DeskFault, number_of};
use crate::explain::report::FirstError;
use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::limits;
use crate::outbox::{Part, Publication, State};
use crate::plan::{self, Desired, Presence};

/// So many times a file that is being written is looked at once more, each time after half of what it takes to stand still.
const LOOKS: usize = 4;

impl Session<'_> {
    /// What the file of a post says. Whoever has just saved it is not sent away: in a moment it stands still.
    pub(super) async fn said(&self, post: &PostId) -> PostState {
        let mut said = self.bot.source.said(post);
        for _ in 0..LOOKS {
            if !matches!(said, PostState::Writing) {
                break;
            }
            time::sleep(limits::FILE_SETTLES / 2).await;
            said = self.bot.source.said(post);
        }
        said
    }

    /// What a post's file asks for; where it cannot go out, the operator is told why.
    pub(super) async fn wanted(&self, post: &PostId) -> Option<Vec<Desired>> {
        match self.wanted_or(post).await {
            Ok(wanted) => Some(wanted),
            Err(page) => {
                self.show(&page).await;
                None
            }
        }
    }

    /// What a post's file asks for, or the page that says why it cannot go out.
    pub(super) async fn wanted_or(&self, post: &PostId) -> Result<Vec<Desired>, Reply> {
        Err(match self.said(post).await {
            PostState::Good(mut wanted) => {
                let chats = self.bot.source.chats();
                for desired in &mut wanted {
                    desired.chat = number_of(&desired.channel, &chats);
                }
                return Ok(wanted);
            }
            PostState::Broken(why) => {
                let mut reply = self.reply();
                say_broken(&mut reply, post, why.as_ref());
                reply.page()
            }
            PostState::Writing => self.text(Text::TryLater, &[]),
            PostState::Missing => {
                let mut reply = self.reply();
                if self.is_in_journal(post).await {
                    reply.say(Text::FileMissing, &[("post", Span::code(post))]);
                    if let Err(fault) = Box::pin(self.say_card(&mut reply, post)).await {
                        return Err(self.not_done(&fault, &TimeZone::UTC));
                    }
                } else {
                    self.say_unknown(&mut reply, post.as_str());
                }
                reply.page()
            }
        })
    }

    /// Sends every message of every edition, and a card with what can be done, unless something of it could not be shown;
    /// `first` is said before, in the place of the card that was pressed, where there is something to say.
    pub(super) async fn preview(
        &self,
        post: &PostId,
        first: Option<Text>,
    ) -> Result<(), DeskFault> {
        let Some(wanted) = self.wanted(post).await else { return Ok(()) };
        if let Some(first) = first {
            self.show(&self.text(first, &[])).await;
        }
        if !self.show_messages(post, &wanted).await {
            return Ok(());
        }
        let known = self.standing(post).await?;
        let card = self.offer_to_publish(post, &known, &wanted, &self.pauses().await?);
        self.bot.messenger.send(self.room(), &card).await;
        Ok(())
    }

    /// Sends every message of every edition; `false` where something of it could not be shown, which is said.
    pub(super) async fn show_messages(&self, post: &PostId, wanted: &[Desired]) -> bool {
        let messenger = &self.bot.messenger;
        for desired in wanted {
            if wanted.len() > 1 {
                let words =
                    [("post", Span::code(post)), ("channel", Span::bold(&desired.channel.name))];
                messenger.send(self.room(), &self.text(Text::PreviewOf, &words)).await;
            }
            for part in desired.parts.iter() {
                // What was not seen is not let out.
                if let Err(fault) = messenger.show(self.room(), &part.request).await {
                    let why = self.why(&desired.channel.timezone).of_call(&fault);
                    let words = [("post", Span::code(post)), ("why", why)];
                    messenger.send(self.room(), &self.text(Text::NotShown, &words)).await;
                    return false;
                }
            }
        }
        true
    }

    /// How much it is, and the buttons.
    pub(super) fn offer_to_publish(
        &self,
        post: &PostId,
        known: &[Publication],
        wanted: &[Desired],
        pauses: &Pauses,
    ) -> Reply {
        let mut reply = self.reply();
        reply.word(&Span::code(post));
        for desired in wanted {
            reply.newline();
            say_gauge(&mut reply, desired);
        }
        if wanted.iter().all(|desired| desired.draft) {
            reply.line(Text::DraftStays, &[("post", Span::code(post))]);
            return reply.page();
        }
        let waiting = self.to_approve(known, wanted);
        if !waiting.is_empty() {
            let approve = self.say_approvals(&mut reply, post, &waiting, wanted);
            reply.row(approve);
            let card = reply.button(Text::OpenCard, Action::Card(post.clone()));
            reply.row([card]);
            return reply.page();
        }
        let may = self.operator.role.may(Role::Publisher);
        // What stands in a channel does not go out there again.
        let here = |desired: &Desired| known.iter().find(|known| desired.is_about(known));
        let standing: Vec<_> = wanted.iter().filter_map(here).collect();
        if !standing.is_empty() {
            reply.newline();
        }
        for known in &standing {
            self.say_publication(&mut reply, known, wanted, pauses);
        }
        if may {
            self.offer_to_resume(&mut reply, post, known, wanted);
        }
        let may_stand =
            |known: &&&Publication| known.sent() == 0 && known.parts.iter().any(Part::may_stand);
        let is_over = |known: &&&Publication| matches!(known.state, State::Cancelled { .. });
        for known in standing.iter().filter(is_over).filter(may_stand) {
            let why = ("why", Span::plain(Text::MayStandWhy.of(self.language)));
            let words = [("post", Span::code(post)), ("channel", self.channel(known)), why];
            reply.line(Text::NotPut, &words);
        }
        let elsewhere = |desired: &Desired| {
            let found = plan::found_elsewhere(known, desired).filter(|_| !desired.draft);
            found.map(Presence::of)
        };
        for desired in wanted {
            let Some(presence) = elsewhere(desired) else { continue };
            let why = ("why", Span::plain(Explain::of_presence(presence).of(self.language)));
            let channel = ("channel", Span::bold(&desired.channel.name));
            reply.line(Text::NotPut, &[("post", Span::code(post)), channel, why]);
        }
        let is_out = |desired: &Desired| {
            here(desired).is_some_and(|known| known.parts.iter().any(Part::may_stand))
        };
        // An order goes to all of its channels or to none.
        let is_barred = wanted.iter().any(|desired| elsewhere(desired).is_some());
        if is_barred || wanted.iter().all(|desired| desired.draft || is_out(desired)) {
            let edit = (may && standing.iter().any(|known| differs(known, wanted)))
                .then(|| reply.button(Text::Update, Action::AskUpdate(post.clone())));
            let card = reply.button(Text::OpenCard, Action::Card(post.clone()));
            reply.row(edit).row([card]);
            return reply.page();
        }
        let shown = shown(wanted, known);
        let put = |time| Action::Put { post: post.clone(), shown: shown.clone(), time };
        reply.newline().line(Text::GoOut, &[]);
        let label = if may { Text::Publish } else { Text::Propose };
        let publish = reply.button(label, put(Time::Now));
        let times = reply
            .button(Text::Schedule, Action::Times { post: post.clone(), shown: shown.clone() });
        let mut second = Vec::new();
        if wanted.iter().all(|desired| !desired.channel.slots.is_empty()) {
            second.push(reply.button(Text::NextSlot, put(Time::Slot)));
        }
        second.push(reply.button(Text::Close, Action::Close));
        reply.row([publish, times]).row(second);
        reply.page()
    }

    /// Times to choose from, behind what was said before. A day is the one that it was when it was shown.
    pub(super) fn times(&self, mut reply: MessageBuilder, post: &PostId, shown: &Shown) -> Reply {
        reply.line(Text::WhenOut, &[("post", Span::plain(post))]);
        let put = |time| Action::Put { post: post.clone(), shown: shown.clone(), time };
        let channels = &self.bot.desk.newsroom.config.channels;
        let of = |name: &ChannelName| channels.iter().find(|channel| channel.name == *name);
        let zones: Vec<_> =
            shown.content.keys().filter_map(of).map(|channel| &channel.timezone).collect();
        let now = self.bot.clock.now();
        let at = |days: i64, typed: &str, clock: &str| match zones.as_slice() {
            [first, others @ ..] if others.iter().all(|zone| zone == first) => {
                let today = now.to_zoned_datetime((*first).clone()).date();
                let date = today.saturating_add(jiff::Span::new().days(days));
                Time::Typed(format!("{date} {clock}"))
            }
            // In each channel's own.
            _ => Time::Typed(format!("{typed} {clock}")),
        };
        let is_evening = |zone: &&TimeZone| now.to_zoned_datetime((*zone).clone()).hour() >= 20;
        let hour = reply.button(Text::InAnHour, put(Time::Typed("+1h".to_owned())));
        let tonight = if zones.iter().any(is_evening) {
            reply.button(Text::InThreeHours, put(Time::Typed("+3h".to_owned())))
        } else {
            reply.button(Text::Tonight, put(at(0, "today", "20:00")))
        };
        let tomorrow = reply.button(Text::TomorrowMorning, put(at(1, "tomorrow", "09:00")));
        let has_slots =
            |name: &ChannelName| of(name).is_some_and(|channel| !channel.slots.is_empty());
        let slots = shown.content.keys().all(has_slots);
        let slot = slots.then(|| reply.button(Text::NextSlot, put(Time::Slot)));
        let back = reply.button(Text::Back, Action::Card(post.clone()));
        reply.row(slot.into_iter().chain([hour])).row([tonight, tomorrow]);
        reply.row([back]);
        reply.page()
    }
}

/// That a file has errors, and which the first one is.
pub(super) fn say_broken(reply: &mut MessageBuilder, post: &PostId, first: Option<&FirstError>) {
    reply.line(Text::FileHasErrors, &[("post", Span::code(post))]);
    let Some(first) = first else { return };
    if reply.language() == Language::En {
        reply.block(&first.to_string());
        return;
    }
    let words = crate::explain::diagnostic(&first.diagnostic, reply.language());
    reply.newline().put(&words.message);
    reply.block(&format!("{} ({})", first.place, first.diagnostic.code().name()));
}

/// How many characters and messages, and how it is sent.
pub(super) fn say_gauge(reply: &mut MessageBuilder, desired: &Desired) {
    let text = |part: &crate::outbox::NewPart| utf16::characters(part.request.string());
    let characters: usize = desired.parts.iter().map(text).sum();
    let count = desired.parts.len();
    let messages = if count == 1 {
        MessageBuilder::of(reply.language(), Text::OneMessage, &[])
    } else {
        MessageBuilder::of(reply.language(), Text::Messages, &[("count", Span::plain(count))])
    };
    let words = [
        ("channel", Span::bold(&desired.channel.name)),
        ("characters", Span::plain(characters)),
        ("limit", Span::plain(limits::MESSAGE_CHARACTERS * count)),
        ("messages", Span::plain(messages.page().text.string)),
    ];
    reply.say(Text::PreviewGauge, &words);
    if desired.parts.first().is_some_and(|part| part.request.is_silent()) {
        reply.put(", ").say(Text::Silent, &[]);
    }
    if desired.pin {
        reply.put(", ").say(Text::Pinned, &[]);
    }
}
