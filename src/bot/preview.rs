//! A post exactly as it will be published, and below it what can be done with just that.

use jiff::tz::TimeZone;
use tokio::time;

use super::asker::Asker;
use super::buttons::{Deed, Shown, Time};
use super::card::{differs, shown};
use super::gates::Gates;
use super::page::{Page, Speech, Word};
use super::phrase::Phrase;
use super::rule;
use super::shelf::Said;
use super::why::Why;
use crate::config::Role;
use crate::desk::{DeskFault, number_of};
use crate::diagnostic::FirstError;
use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::limits;
use crate::outbox::{Part, Publication, State};
use crate::plan::{self, Desired, Presence};
use crate::text::utf16;

/// So many times a file that is being written is looked at once more, each time after half of what it takes to stand still.
const LOOKS: usize = 4;

impl Asker<'_> {
    /// What the file of a post says. Whoever has just saved it is not sent away: in a moment it stands still.
    pub(super) async fn said(&self, post: &PostId) -> Said {
        let mut said = self.bot.shelf.said(post);
        for _ in 0..LOOKS {
            if !matches!(said, Said::Writing) {
                break;
            }
            time::sleep(limits::FILE_SETTLES / 2).await;
            said = self.bot.shelf.said(post);
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
    pub(super) async fn wanted_or(&self, post: &PostId) -> Result<Vec<Desired>, Page> {
        Err(match self.said(post).await {
            Said::Good(mut wanted) => {
                let chats = self.bot.shelf.chats();
                for desired in &mut wanted {
                    desired.chat = number_of(&desired.channel, &chats);
                }
                return Ok(wanted);
            }
            Said::Broken(why) => {
                let mut speech = self.speech();
                say_broken(&mut speech, post, why.as_ref());
                speech.page()
            }
            Said::Writing => self.phrase(Phrase::TryLater, &[]),
            Said::Missing => {
                let mut speech = self.speech();
                if self.is_in_journal(post).await {
                    speech.say(Phrase::FileMissing, &[("post", Word::code(post))]);
                    if let Err(fault) = Box::pin(self.say_card(&mut speech, post)).await {
                        return Err(self.not_done(&fault, &TimeZone::UTC));
                    }
                } else {
                    self.say_unknown(&mut speech, post.as_str());
                }
                speech.page()
            }
        })
    }

    /// Sends every message of every edition, and a card with what can be done, unless something of it could not be shown;
    /// `first` is said before, in the place of the card that was pressed, where there is something to say.
    pub(super) async fn preview(
        &self,
        post: &PostId,
        first: Option<Phrase>,
    ) -> Result<(), DeskFault> {
        let Some(wanted) = self.wanted(post).await else { return Ok(()) };
        if let Some(first) = first {
            self.show(&self.phrase(first, &[])).await;
        }
        if !self.show_messages(post, &wanted).await {
            return Ok(());
        }
        let known = self.standing(post).await?;
        let card = self.offer_to_publish(post, &known, &wanted, &self.gates().await?);
        self.bot.courier.send(self.room(), &card).await;
        Ok(())
    }

    /// Sends every message of every edition; `false` where something of it could not be shown, which is said.
    pub(super) async fn show_messages(&self, post: &PostId, wanted: &[Desired]) -> bool {
        let courier = &self.bot.courier;
        for desired in wanted {
            if wanted.len() > 1 {
                let words =
                    [("post", Word::code(post)), ("channel", Word::bold(&desired.channel.name))];
                courier.send(self.room(), &self.phrase(Phrase::PreviewOf, &words)).await;
            }
            for part in desired.parts.iter() {
                // What was not seen is not let out.
                if let Err(fault) = courier.show(self.room(), &part.request).await {
                    let why = self.why(&desired.channel.timezone).of_call(&fault);
                    let words = [("post", Word::code(post)), ("why", why)];
                    courier.send(self.room(), &self.phrase(Phrase::NotShown, &words)).await;
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
        gates: &Gates,
    ) -> Page {
        let mut speech = self.speech();
        speech.word(&Word::code(post));
        for desired in wanted {
            speech.newline();
            say_gauge(&mut speech, desired);
        }
        if wanted.iter().all(|desired| desired.draft) {
            speech.line(Phrase::DraftStays, &[("post", Word::code(post))]);
            return speech.page();
        }
        let waiting = self.to_approve(known, wanted);
        if !waiting.is_empty() {
            let approve = self.say_approvals(&mut speech, post, &waiting, wanted);
            speech.row(approve);
            let card = speech.button(Phrase::OpenCard, Deed::Card(post.clone()));
            speech.row([card]);
            return speech.page();
        }
        let may = self.operator.role.may(Role::Publisher);
        // What stands in a channel does not go out there again.
        let here = |desired: &Desired| known.iter().find(|known| desired.is_about(known));
        let standing: Vec<_> = wanted.iter().filter_map(here).collect();
        if !standing.is_empty() {
            speech.newline();
        }
        for known in &standing {
            self.say_publication(&mut speech, known, wanted, gates);
        }
        if may {
            self.offer_to_resume(&mut speech, post, known, wanted);
        }
        let may_stand =
            |known: &&&Publication| known.sent() == 0 && known.parts.iter().any(Part::may_stand);
        let is_over = |known: &&&Publication| matches!(known.state, State::Cancelled { .. });
        for known in standing.iter().filter(is_over).filter(may_stand) {
            let why = ("why", Word::plain(Phrase::MayStandWhy.of(self.language)));
            let words = [("post", Word::code(post)), ("channel", self.channel(known)), why];
            speech.line(Phrase::NotPut, &words);
        }
        let elsewhere = |desired: &Desired| {
            let found = plan::found_elsewhere(known, desired).filter(|_| !desired.draft);
            found.map(Presence::of)
        };
        for desired in wanted {
            let Some(presence) = elsewhere(desired) else { continue };
            let why = ("why", Word::plain(Why::of_presence(presence).of(self.language)));
            let channel = ("channel", Word::bold(&desired.channel.name));
            speech.line(Phrase::NotPut, &[("post", Word::code(post)), channel, why]);
        }
        let is_out = |desired: &Desired| {
            here(desired).is_some_and(|known| known.parts.iter().any(Part::may_stand))
        };
        // An order goes to all of its channels or to none.
        let is_barred = wanted.iter().any(|desired| elsewhere(desired).is_some());
        if is_barred || wanted.iter().all(|desired| desired.draft || is_out(desired)) {
            let edit = (may && standing.iter().any(|known| differs(known, wanted)))
                .then(|| speech.button(Phrase::Update, Deed::AskUpdate(post.clone())));
            let card = speech.button(Phrase::OpenCard, Deed::Card(post.clone()));
            speech.row(edit).row([card]);
            return speech.page();
        }
        let shown = shown(wanted, known);
        let put = |time| Deed::Put { post: post.clone(), shown: shown.clone(), time };
        speech.newline().line(Phrase::GoOut, &[]);
        let label = if may { Phrase::Publish } else { Phrase::Propose };
        let publish = speech.button(label, put(Time::Now));
        let times = speech
            .button(Phrase::Schedule, Deed::Times { post: post.clone(), shown: shown.clone() });
        let mut second = Vec::new();
        if wanted.iter().all(|desired| !desired.channel.slots.is_empty()) {
            second.push(speech.button(Phrase::NextSlot, put(Time::Slot)));
        }
        second.push(speech.button(Phrase::Close, Deed::Close));
        speech.row([publish, times]).row(second);
        speech.page()
    }

    /// Times to choose from, behind what was said before. A day is the one that it was when it was shown.
    pub(super) fn times(&self, mut speech: Speech, post: &PostId, shown: &Shown) -> Page {
        speech.line(Phrase::WhenOut, &[("post", Word::plain(post))]);
        let put = |time| Deed::Put { post: post.clone(), shown: shown.clone(), time };
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
        let hour = speech.button(Phrase::InAnHour, put(Time::Typed("+1h".to_owned())));
        let tonight = if zones.iter().any(is_evening) {
            speech.button(Phrase::InThreeHours, put(Time::Typed("+3h".to_owned())))
        } else {
            speech.button(Phrase::Tonight, put(at(0, "today", "20:00")))
        };
        let tomorrow = speech.button(Phrase::TomorrowMorning, put(at(1, "tomorrow", "09:00")));
        let has_slots =
            |name: &ChannelName| of(name).is_some_and(|channel| !channel.slots.is_empty());
        let slots = shown.content.keys().all(has_slots);
        let slot = slots.then(|| speech.button(Phrase::NextSlot, put(Time::Slot)));
        let back = speech.button(Phrase::Back, Deed::Card(post.clone()));
        speech.row(slot.into_iter().chain([hour])).row([tonight, tomorrow]);
        speech.row([back]);
        speech.page()
    }
}

/// That a file has errors, and which the first one is.
pub(super) fn say_broken(speech: &mut Speech, post: &PostId, first: Option<&FirstError>) {
    speech.line(Phrase::FileHasErrors, &[("post", Word::code(post))]);
    let Some(first) = first else { return };
    match rule::meaning(first.code, speech.language()) {
        None => drop(speech.block(&first.to_string())),
        Some(meaning) => {
            speech.newline().put(meaning);
            speech.block(&format!("{} ({})", first.place, first.code.name()));
        }
    }
}

/// How many characters and messages, and how it is sent.
pub(super) fn say_gauge(speech: &mut Speech, desired: &Desired) {
    let text = |part: &crate::outbox::NewPart| utf16::characters(part.request.string());
    let characters: usize = desired.parts.iter().map(text).sum();
    let count = desired.parts.len();
    let messages = if count == 1 {
        Speech::of(speech.language(), Phrase::OneMessage, &[])
    } else {
        Speech::of(speech.language(), Phrase::Messages, &[("count", Word::plain(count))])
    };
    let words = [
        ("channel", Word::bold(&desired.channel.name)),
        ("characters", Word::plain(characters)),
        ("limit", Word::plain(limits::MESSAGE_CHARACTERS * count)),
        ("messages", Word::plain(messages.page().text.string)),
    ];
    speech.say(Phrase::PreviewGauge, &words);
    if desired.parts.first().is_some_and(|part| part.request.is_silent()) {
        speech.put(", ").say(Phrase::Silent, &[]);
    }
    if desired.pin {
        speech.put(", ").say(Phrase::Pinned, &[]);
    }
}
