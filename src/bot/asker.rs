//! One operator who asks for one thing: who he is, in which language he is answered, and what his line or press comes to.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::Attendant;
use super::buttons::{Deed, Filter, Taken, Time};
use super::command::Command;
use super::courier::Place;
use super::language::Language;
use super::page::{Button, Does, Page, Speech, Word};
use super::phrase::Phrase;
use super::request::Room;
use super::shelf::Said;
use super::spoken;
use super::why::Why;
use crate::config::{Operator, Role};
use crate::desk::{Desk, DeskFault};
use crate::ids::PostId;
use crate::outbox::{Actor, Cancellation, Publication, State};

/// An operator, and what he asks of.
pub(super) struct Asker<'a> {
    pub(super) bot: &'a Attendant<'a>,
    pub(super) operator: Operator,
    pub(super) language: Language,
    /// The message that a pressed button stands below; `None` for a line.
    pub(super) place: Option<Place>,
}

impl Asker<'_> {
    pub(super) fn room(&self) -> Room {
        Room::of(&self.operator)
    }

    pub(super) fn speech(&self) -> Speech {
        Speech::new(self.language)
    }

    /// One phrase as a page.
    pub(super) fn phrase(&self, phrase: Phrase, words: &[(&str, Word)]) -> Page {
        Speech::of(self.language, phrase, words).page()
    }

    /// One that puts reasons in this operator's words, times in a channel's zone.
    pub(super) fn why(&self, zone: &TimeZone) -> Why {
        Why { language: self.language, zone: zone.clone() }
    }

    /// That an order was not carried out, and why.
    pub(super) fn not_done(&self, fault: &DeskFault, zone: &TimeZone) -> Page {
        self.phrase(Phrase::Mishap, &[("why", self.why(zone).of_desk(fault))])
    }

    /// The desk at which this operator sits.
    pub(super) fn desk(&self) -> Desk {
        Desk {
            newsroom: self.bot.desk.newsroom.clone(),
            store: Arc::clone(&self.bot.desk.store),
            by: self.actor(),
            names: Arc::clone(&self.bot.desk.names),
        }
    }

    pub(super) fn actor(&self) -> Actor {
        Actor::Operator { id: self.operator.id }
    }

    /// Where a publication is.
    pub(super) fn channel(&self, publication: &Publication) -> Word {
        self.bot.channel(publication)
    }

    /// The zone in which a publication's times are told.
    pub(super) fn zone(&self, publication: &Publication) -> TimeZone {
        let channel = self.bot.desk.channel_of(publication);
        channel.map_or(TimeZone::UTC, |channel| channel.timezone.clone())
    }

    /// Puts a page where the press came from, or sends it; where it stands then.
    pub(super) async fn show(&self, page: &Page) -> Option<Place> {
        match self.place {
            Some(place) => {
                // It is no alert any more, and is not ended as one.
                self.bot.leave(place);
                self.bot.courier.edit(place, page).await
            }
            None => self.bot.courier.send(self.room(), page).await,
        }
    }

    /// The same for what may be longer than one message: the others come behind it. Whether all of it arrived.
    pub(super) async fn show_all(&self, speech: Speech) -> bool {
        let mut has_arrived = true;
        for (number, mut page) in speech.pages().into_iter().enumerate() {
            // What is pressed was seen as a whole.
            if !has_arrived {
                page.rows.clear();
            }
            has_arrived &= match number {
                0 => self.show(&page).await.is_some(),
                _ => self.bot.courier.send(self.room(), &page).await.is_some(),
            };
        }
        has_arrived
    }

    /// Says of what was ordered why it waits, or behind that `told`, on a page that ends with what comes of it.
    pub(super) async fn show_ordered(
        &self,
        mut speech: Speech,
        ordered: &[Publication],
        told: Phrase,
    ) -> Result<(), DeskFault> {
        let ids: Vec<_> = ordered.iter().map(|known| known.id).collect();
        self.bot.expect(&ids);
        let mut does_wait = false;
        for known in ordered {
            match self.say_waits(&mut speech, known).await {
                Ok(waits) => does_wait |= waits,
                Err(fault) => {
                    self.bot.follow(&ids, None).await;
                    return Err(fault);
                }
            }
        }
        if let (false, Some(first)) = (does_wait, ordered.first()) {
            speech.line(told, &[("post", Word::code(&first.post))]);
        }
        let place = self.show(&speech.page()).await;
        self.bot.follow(&ids, place).await;
        Ok(())
    }

    /// Carries out a line.
    pub(super) async fn line(&self, text: &str) -> Result<(), DeskFault> {
        let Some(command) = Command::read(text, &self.bot.name) else {
            if let Some(question) = self.bot.asked(self.operator.id) {
                return self.message_is(question, text.trim()).await;
            }
            self.show(&self.phrase(Phrase::UnknownCommand, &[])).await;
            return Ok(());
        };
        self.bot.forget_question(self.operator.id);
        let is_beginning = matches!(command, Command::Start(_));
        if !self.may(command.needs()).await {
            return Ok(());
        }
        let name = command.name();
        let page = match command {
            Command::Start(_) | Command::Help => self.help(),
            Command::Posts(words) => self.list(Filter::All, words.trim(), 0).await?,
            Command::Queue => self.queue(0).await?,
            Command::Status => self.status().await?,
            Command::Channels => return self.channels().await,
            Command::Check(typed) => return self.check(typed.trim()).await,
            Command::Pause(typed) => self.pause(typed.trim(), true).await?,
            Command::Resume(typed) => self.pause(typed.trim(), false).await?,
            Command::Preview(typed) | Command::Publish(typed) => {
                let Some(post) = self.post(name, &typed).await? else { return Ok(()) };
                return self.preview(&post, None).await;
            }
            Command::Schedule(typed) => {
                let typed = typed.trim();
                let (id, time) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
                let Some(post) = self.post(name, id).await? else { return Ok(()) };
                return self.schedule(&post, time.trim()).await;
            }
            Command::Cancel(typed) => {
                let Some(post) = self.post(name, &typed).await? else { return Ok(()) };
                self.cancel(&post, false).await?
            }
            Command::Update(typed) => {
                let Some(post) = self.post(name, &typed).await? else { return Ok(()) };
                return self.ask_update(&post, None).await;
            }
            Command::Delete(typed) => {
                let Some(post) = self.post(name, &typed).await? else { return Ok(()) };
                self.ask_delete(&post).await?
            }
        };
        self.show(&page).await;
        if is_beginning {
            self.bot.set_menu(&self.operator).await;
        }
        Ok(())
    }

    /// Carries out what a button stands for; returns the word for whoever pressed it.
    pub(super) async fn press(
        &self,
        taken: Taken,
        shows: &[String],
    ) -> Result<Option<Phrase>, DeskFault> {
        let deed = match taken {
            Taken::Deed(deed) => deed,
            Taken::Used(_) => return Ok(Some(Phrase::Used)),
            Taken::Old(deed) => {
                self.show_anew(&deed).await?;
                return Ok(Some(Phrase::TooOld));
            }
            Taken::Unknown => {
                self.lead_back(shows).await?;
                return Ok(Some(Phrase::NotYourButton));
            }
        };
        if !self.operator.role.may(deed.needs()) {
            return Ok(Some(Phrase::NotYours));
        }
        if let Some(page) = self.carry_out(deed).await? {
            self.show(&page).await;
        }
        Ok(None)
    }

    /// Does what a button stands for; the page that comes in its place, unless one was shown already.
    async fn carry_out(&self, deed: Deed) -> Result<Option<Page>, DeskFault> {
        Ok(Some(match deed {
            Deed::List { filter, query, page } => self.list(filter, &query, page).await?,
            Deed::Queue { page } => self.queue(page).await?,
            Deed::Choose { command, page } => self.choose(command, page).await?,
            Deed::Card(post) => self.card(&post).await?,
            Deed::Times { post, shown } => self.times(self.speech(), &post, &shown),
            Deed::Cancel(post) => self.cancel(&post, true).await?,
            Deed::AskDelete(post) => self.ask_delete(&post).await?,
            Deed::SureDelete(post, ids) => self.ask_again(&post, ids).await?,
            Deed::Pause(channel) => self.pause_channel(channel.as_ref(), true).await?,
            Deed::Resume(channel) => self.pause_channel(channel.as_ref(), false).await?,
            Deed::Decide(publication, asked, resolution) => {
                self.decide(publication, asked, resolution).await?
            }
            Deed::TakeBack(publication) => self.take_back(publication).await?,
            Deed::Close => self.phrase(Phrase::ClosedPage, &[]),
            Deed::Preview(post) => return self.preview(&post, None).await.map(|()| None),
            Deed::Put { post, shown, time } => {
                return self.put(&post, &shown, &time).await.map(|()| None);
            }
            Deed::Decline { proposal, post } => {
                return self.decline(proposal, &post).await.map(|()| None);
            }
            Deed::Release { post, shown } => {
                return self.release(&post, &shown).await.map(|()| None);
            }
            Deed::Retry { post, shown } => {
                return self.retry(&post, &shown).await.map(|()| None);
            }
            Deed::Approve { post, shown } => {
                return self.approve(&post, &shown).await.map(|()| None);
            }
            Deed::Delete(post, ids) => return self.delete(&post, &ids).await.map(|()| None),
            Deed::AskUpdate(post) => return self.ask_update(&post, None).await.map(|()| None),
            Deed::Update { post, shown } => {
                return self.update(&post, &shown).await.map(|()| None);
            }
            Deed::Line(text) => return Box::pin(self.line(&text)).await.map(|()| None),
        }))
    }

    /// In the place of a card that is too old comes how it stands now.
    async fn show_anew(&self, deed: &Deed) -> Result<(), DeskFault> {
        let mut speech = self.speech();
        speech.say(Phrase::TooOld, &[]);
        match (deed, deed.post()) {
            (_, Some(post)) => self.say_card(&mut speech, post).await?,
            (Deed::Decide(publication, ..) | Deed::TakeBack(publication), None) => {
                let publication = self.bot.desk.publication(*publication).await?;
                self.say_card(&mut speech, &publication.post).await?;
            }
            (Deed::Pause(_) | Deed::Resume(_), None) => self.say_channels(&mut speech).await?,
            (_, None) => {
                let problems = Deed::list(Filter::Problems);
                let problems = speech.button(Phrase::Problems, problems);
                speech.row([problems]);
            }
        }
        self.show(&speech.page()).await;
        Ok(())
    }

    /// In the place of a card of which nothing is known any more comes the card of the post that it shows; where it shows
    /// several or none, the way to the posts.
    async fn lead_back(&self, shows: &[String]) -> Result<(), DeskFault> {
        let mut posts: Vec<_> = shows.iter().filter_map(|id| PostId::parse(id).ok()).collect();
        posts.dedup();
        let mut speech = self.speech();
        speech.say(Phrase::NotYourButton, &[]);
        if let [post] = posts.as_slice() {
            self.say_card(&mut speech, post).await?;
        } else {
            let all = Deed::list(Filter::All);
            let list = speech.button(Phrase::All, all);
            speech.row([list]);
        }
        self.show(&speech.page()).await;
        Ok(())
    }

    /// Whether the operator's role allows it; he is told where it does not.
    pub(super) async fn may(&self, needed: Role) -> bool {
        if self.operator.role.may(needed) {
            return true;
        }
        self.show(&self.phrase(Phrase::NotYours, &[self.who_may(needed)])).await;
        false
    }

    /// Who may do what this operator may not.
    pub(super) fn who_may(&self, needed: Role) -> (&'static str, Word) {
        let who = if needed == Role::Admin { Phrase::AskAdmin } else { Phrase::AskPublisher };
        ("who", Word::plain(who.of(self.language)))
    }

    /// The post that was typed; without one, the operator chooses from those that the command can act on.
    async fn post(&self, command: &'static str, typed: &str) -> Result<Option<PostId>, DeskFault> {
        let typed = typed.trim();
        if typed.is_empty() {
            let page = self.choose(command, 0).await?;
            self.show(&page).await;
            return Ok(None);
        }
        match PostId::parse(typed.trim_end_matches(".toml")).ok() {
            Some(id) if self.is_there(&id).await || self.is_in_journal(&id).await => Ok(Some(id)),
            _ => {
                let mut speech = self.speech();
                self.say_unknown(&mut speech, typed);
                self.show(&speech.page()).await;
                Ok(None)
            }
        }
    }

    /// Whether a post has a file, be it a new one that nobody has heard of yet. What is typed touches no path: the folder is
    /// looked through.
    pub(super) async fn is_there(&self, post: &PostId) -> bool {
        self.bot.shelf.list().iter().any(|known| known.post == *post)
            || !matches!(self.said(post).await, Said::Missing)
    }

    pub(super) async fn is_in_journal(&self, post: &PostId) -> bool {
        self.standing(post).await.is_ok_and(|known| !known.is_empty())
    }

    /// A time that was typed behind a post; without one it is shown, with times to choose from. What was deleted is shown
    /// first, with that time below it.
    async fn schedule(&self, post: &PostId, time: &str) -> Result<(), DeskFault> {
        let Some(wanted) = self.wanted(post).await else { return Ok(()) };
        let known = self.standing(post).await?;
        let shown = super::card::shown(&wanted, &known);
        let is_deleted = |known: &&Publication| match known.state {
            State::Cancelled { cancellation, .. } => cancellation == Cancellation::Deleted,
            _ => false,
        };
        let mut deleted = known.iter().filter(is_deleted);
        let comes_back = deleted.any(|known| wanted.iter().any(|desired| desired.is_about(known)));
        let typed = super::state::cut(time);
        let time = spoken::in_schedule_words(time);
        if !comes_back && !time.is_empty() {
            return self.put(post, &shown, &Time::Typed(time)).await;
        }
        if !self.show_messages(post, &wanted).await {
            return Ok(());
        }
        let page = if comes_back {
            let mut page = self.offer_to_publish(post, &known, &wanted, &self.gates().await?);
            if !time.is_empty() {
                let label = format!("🕒 {typed}");
                let deed = Deed::Put { post: post.clone(), shown, time: Time::Typed(time) };
                page.rows.insert(0, vec![Button { label, does: Does::Deed(Box::new(deed)) }]);
            }
            page
        } else {
            self.times(self.speech(), post, &shown)
        };
        self.bot.courier.send(self.room(), &page).await;
        Ok(())
    }
}
