//! One operator who asks for one thing: who he is, in which language he is answered, and what his line or press comes to.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::Bot;
use super::buttons::{Action, Click, Filter, Time};
use super::command::Command;
use super::explain::Explain;
use super::language::Language;
use super::messenger::MessageRef;
use super::post_source::PostState;
use super::reply::{Button, MessageBuilder, Reply, Span};
use super::request::OperatorChat;
use super::russian_time;
use super::text::Text;
use crate::config::{Operator, Role};
use crate::desk::{Desk, DeskFault};
use crate::ids::PostId;
use crate::outbox::{Actor, Cancellation, Publication, State};

/// An operator, and what he asks of.
pub(super) struct Session<'a> {
    pub(super) bot: &'a Bot<'a>,
    pub(super) operator: Operator,
    pub(super) language: Language,
    /// The message that a pressed button stands below; `None` for a line.
    pub(super) place: Option<MessageRef>,
}

impl Session<'_> {
    pub(super) fn room(&self) -> OperatorChat {
        OperatorChat::of(&self.operator)
    }

    pub(super) fn reply(&self) -> MessageBuilder {
        MessageBuilder::new(self.language)
    }

    /// One phrase as a page.
    pub(super) fn text(&self, text: Text, words: &[(&str, Span)]) -> Reply {
        MessageBuilder::of(self.language, text, words).page()
    }

    /// One that puts reasons in this operator's words, times in a channel's zone.
    pub(super) fn why(&self, zone: &TimeZone) -> Explain {
        Explain { language: self.language, zone: zone.clone() }
    }

    /// That an order was not carried out, and why.
    pub(super) fn not_done(&self, fault: &DeskFault, zone: &TimeZone) -> Reply {
        self.text(Text::Mishap, &[("why", self.why(zone).of_desk(fault))])
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
    pub(super) fn channel(&self, publication: &Publication) -> Span {
        self.bot.channel(publication)
    }

    /// The zone in which a publication's times are told.
    pub(super) fn zone(&self, publication: &Publication) -> TimeZone {
        let channel = self.bot.desk.channel_of(publication);
        channel.map_or(TimeZone::UTC, |channel| channel.timezone.clone())
    }

    /// Puts a page where the press came from, or sends it; where it stands then.
    pub(super) async fn show(&self, page: &Reply) -> Option<MessageRef> {
        match self.place {
            Some(place) => {
                // It is no alert any more, and is not ended as one.
                self.bot.leave(place);
                self.bot.messenger.edit(place, page).await
            }
            None => self.bot.messenger.send(self.room(), page).await,
        }
    }

    /// The same for what may be longer than one message: the others come behind it. Whether all of it arrived.
    pub(super) async fn show_all(&self, reply: MessageBuilder) -> bool {
        let mut has_arrived = true;
        for (number, mut page) in reply.pages().into_iter().enumerate() {
            // What is pressed was seen as a whole.
            if !has_arrived {
                page.rows.clear();
            }
            has_arrived &= match number {
                0 => self.show(&page).await.is_some(),
                _ => self.bot.messenger.send(self.room(), &page).await.is_some(),
            };
        }
        has_arrived
    }

    /// Says of what was ordered why it waits, or behind that `told`, on a page that ends with what comes of it.
    pub(super) async fn show_ordered(
        &self,
        mut reply: MessageBuilder,
        ordered: &[Publication],
        told: Text,
    ) -> Result<(), DeskFault> {
        let ids: Vec<_> = ordered.iter().map(|known| known.id).collect();
        self.bot.expect(&ids);
        let mut does_wait = false;
        for known in ordered {
            match self.say_waits(&mut reply, known).await {
                Ok(waits) => does_wait |= waits,
                Err(fault) => {
                    self.bot.follow(&ids, None).await;
                    return Err(fault);
                }
            }
        }
        if let (false, Some(first)) = (does_wait, ordered.first()) {
            reply.line(told, &[("post", Span::code(&first.post))]);
        }
        let place = self.show(&reply.page()).await;
        self.bot.follow(&ids, place).await;
        Ok(())
    }

    /// Carries out a line.
    pub(super) async fn line(&self, text: &str) -> Result<(), DeskFault> {
        let Some(command) = Command::read(text, &self.bot.name) else {
            if let Some(question) = self.bot.asked(self.operator.id) {
                return self.message_is(question, text.trim()).await;
            }
            self.show(&self.text(Text::UnknownCommand, &[])).await;
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
        taken: Click,
        shows: &[String],
    ) -> Result<Option<Text>, DeskFault> {
        let action = match taken {
            Click::Action(action) => action,
            Click::Used(_) => return Ok(Some(Text::Used)),
            Click::Old(action) => {
                self.show_anew(&action).await?;
                return Ok(Some(Text::TooOld));
            }
            Click::Unknown => {
                self.lead_back(shows).await?;
                return Ok(Some(Text::NotYourButton));
            }
        };
        if !self.operator.role.may(action.needs()) {
            return Ok(Some(Text::NotYours));
        }
        if let Some(page) = self.carry_out(action).await? {
            self.show(&page).await;
        }
        Ok(None)
    }

    /// Does what a button stands for; the page that comes in its place, unless one was shown already.
    async fn carry_out(&self, action: Action) -> Result<Option<Reply>, DeskFault> {
        Ok(Some(match action {
            Action::List { filter, query, page } => self.list(filter, &query, page).await?,
            Action::Queue { page } => self.queue(page).await?,
            Action::Choose { command, page } => self.choose(command, page).await?,
            Action::Card(post) => self.card(&post).await?,
            Action::Times { post, shown } => self.times(self.reply(), &post, &shown),
            Action::Cancel(post) => self.cancel(&post, true).await?,
            Action::AskDelete(post) => self.ask_delete(&post).await?,
            Action::SureDelete(post, ids) => self.ask_again(&post, ids).await?,
            Action::Pause(channel) => self.pause_channel(channel.as_ref(), true).await?,
            Action::Resume(channel) => self.pause_channel(channel.as_ref(), false).await?,
            Action::Decide(publication, asked, resolution) => {
                self.decide(publication, asked, resolution).await?
            }
            Action::TakeBack(publication) => self.take_back(publication).await?,
            Action::Close => self.text(Text::ClosedPage, &[]),
            Action::Preview(post) => return self.preview(&post, None).await.map(|()| None),
            Action::Put { post, shown, time } => {
                return self.put(&post, &shown, &time).await.map(|()| None);
            }
            Action::Decline { proposal, post } => {
                return self.decline(proposal, &post).await.map(|()| None);
            }
            Action::Release { post, shown } => {
                return self.release(&post, &shown).await.map(|()| None);
            }
            Action::Retry { post, shown } => {
                return self.retry(&post, &shown).await.map(|()| None);
            }
            Action::Approve { post, shown } => {
                return self.approve(&post, &shown).await.map(|()| None);
            }
            Action::Delete(post, ids) => return self.delete(&post, &ids).await.map(|()| None),
            Action::AskUpdate(post) => return self.ask_update(&post, None).await.map(|()| None),
            Action::Update { post, shown } => {
                return self.update(&post, &shown).await.map(|()| None);
            }
            Action::Run(text) => return Box::pin(self.line(&text)).await.map(|()| None),
        }))
    }

    /// In the place of a card that is too old comes how it stands now.
    async fn show_anew(&self, action: &Action) -> Result<(), DeskFault> {
        let mut reply = self.reply();
        reply.say(Text::TooOld, &[]);
        match (action, action.post()) {
            (_, Some(post)) => self.say_card(&mut reply, post).await?,
            (Action::Decide(publication, ..) | Action::TakeBack(publication), None) => {
                let publication = self.bot.desk.publication(*publication).await?;
                self.say_card(&mut reply, &publication.post).await?;
            }
            (Action::Pause(_) | Action::Resume(_), None) => self.say_channels(&mut reply).await?,
            (_, None) => {
                let problems = Action::list(Filter::Problems);
                let problems = reply.button(Text::Problems, problems);
                reply.row([problems]);
            }
        }
        self.show(&reply.page()).await;
        Ok(())
    }

    /// In the place of a card of which nothing is known any more comes the card of the post that it shows; where it shows
    /// several or none, the way to the posts.
    async fn lead_back(&self, shows: &[String]) -> Result<(), DeskFault> {
        let mut posts: Vec<_> = shows.iter().filter_map(|id| PostId::parse(id).ok()).collect();
        posts.dedup();
        let mut reply = self.reply();
        reply.say(Text::NotYourButton, &[]);
        if let [post] = posts.as_slice() {
            self.say_card(&mut reply, post).await?;
        } else {
            let all = Action::list(Filter::All);
            let list = reply.button(Text::All, all);
            reply.row([list]);
        }
        self.show(&reply.page()).await;
        Ok(())
    }

    /// Whether the operator's role allows it; he is told where it does not.
    pub(super) async fn may(&self, needed: Role) -> bool {
        if self.operator.role.may(needed) {
            return true;
        }
        self.show(&self.text(Text::NotYours, &[self.who_may(needed)])).await;
        false
    }

    /// Who may do what this operator may not.
    pub(super) fn who_may(&self, needed: Role) -> (&'static str, Span) {
        let who = if needed == Role::Admin { Text::AskAdmin } else { Text::AskPublisher };
        ("who", Span::plain(who.of(self.language)))
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
                let mut reply = self.reply();
                self.say_unknown(&mut reply, typed);
                self.show(&reply.page()).await;
                Ok(None)
            }
        }
    }

    /// Whether a post has a file, be it a new one that nobody has heard of yet. What is typed touches no path: the folder is
    /// looked through.
    pub(super) async fn is_there(&self, post: &PostId) -> bool {
        self.bot.source.list().iter().any(|known| known.post == *post)
            || !matches!(self.said(post).await, PostState::Missing)
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
        let time = russian_time::in_schedule_words(time);
        if !comes_back && !time.is_empty() {
            return self.put(post, &shown, &Time::Typed(time)).await;
        }
        if !self.show_messages(post, &wanted).await {
            return Ok(());
        }
        let page = if comes_back {
            let mut page = self.offer_to_publish(post, &known, &wanted, &self.pauses().await?);
            if !time.is_empty() {
                let label = format!("🕒 {typed}");
                let action = Action::Put { post: post.clone(), shown, time: Time::Typed(time) };
                page.rows.insert(0, vec![Button { label, action }]);
            }
            page
        } else {
            self.times(self.reply(), post, &shown)
        };
        self.bot.messenger.send(self.room(), &page).await;
        Ok(())
    }
}
