//! What a line or a press of an operator comes to: each command and each button leads to what does it.

use super::buttons::{Action, Click, Filter};
use super::card::{card, say_card, say_unknown};
use super::command::Command;
use super::facts::PostFacts;
use super::newsroom_page;
use super::reply::{MessageBuilder, Reply};
use super::session::{Answer, Session};
use super::text::Text;
use crate::ids::PostId;
use crate::operations::OperationError;

impl Session<'_> {
    /// Carries out a line.
    pub(super) async fn line(&self, text: &str) -> Result<(), OperationError> {
        let Some(command) = Command::read(text, &self.bot.name) else {
            return match self.bot.asked(self.operator.id) {
                Some(question) => self.answer(self.message_is(question, text.trim()).await).await,
                None => self.answer(Ok(Some(self.text(Text::UnknownCommand, &[])))).await,
            };
        };
        self.bot.forget_question(self.operator.id);
        if !self.may(command.needs()).await {
            return Ok(());
        }
        let is_first = matches!(command, Command::Start(_));
        self.answer(self.command(command).await).await?;
        if is_first {
            self.bot.set_menu(&self.operator).await;
        }
        Ok(())
    }

    /// Shows a reply, or why the rules refused an order.
    async fn answer(&self, answer: Answer) -> Result<(), OperationError> {
        let reply = match answer {
            Err(fault) if fault.is_refusal() => Some(self.not_done(&fault)),
            answer => answer?,
        };
        if let Some(reply) = reply {
            self.show(&reply).await;
        }
        Ok(())
    }

    async fn command(&self, command: Command) -> Answer {
        let name = command.name();
        let (typed, time) = match &command {
            Command::Start(_) | Command::Help => {
                let help = newsroom_page::help(self.language, self.operator.role);
                return Ok(Some(help));
            }
            Command::Posts(words) => return self.list(Filter::All, words.trim(), 0).await,
            Command::Queue => return self.queue(0).await,
            Command::Status => return self.status().await,
            Command::Channels => return self.channels().await,
            Command::Check(typed) => return self.check(typed.trim()).await,
            Command::Pause(typed) => return self.pause(typed.trim(), true).await,
            Command::Resume(typed) => return self.pause(typed.trim(), false).await,
            Command::Schedule(typed) => {
                let typed = typed.trim();
                typed.split_once(char::is_whitespace).unwrap_or((typed, ""))
            }
            Command::Preview(typed)
            | Command::Publish(typed)
            | Command::Cancel(typed)
            | Command::Update(typed)
            | Command::Delete(typed) => (typed.trim(), ""),
        };
        if typed.is_empty() {
            return self.choose(name, 0).await;
        }
        let Ok(post) = PostId::parse(typed.trim_end_matches(".toml")) else {
            return Ok(Some(self.unknown(typed)));
        };
        let facts = &self.facts(&post).await?;
        match command {
            _ if facts.is_unknown() => Ok(Some(self.unknown(typed))),
            Command::Schedule(_) => self.schedule(facts, time.trim()).await,
            Command::Cancel(_) => self.cancel(facts, false).await,
            Command::Update(_) => self.show_difference(facts, None).await,
            Command::Delete(_) => Ok(Some(self.ask_delete(facts))),
            _ => {
                self.preview(facts, None).await;
                Ok(None)
            }
        }
    }

    /// Carries out a button's action; returns the text that answers the press.
    pub(super) async fn press(
        &self,
        click: Click,
        shows: &[String],
    ) -> Result<Option<Text>, OperationError> {
        let action = match click {
            Click::Action(action) => action,
            Click::Used => return Ok(Some(Text::Used)),
            Click::Old(action) => {
                self.show_again(&action).await?;
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
        if let Action::Run(text) = action {
            return self.line(&text).await.map(|()| None);
        }
        self.answer(self.carry_out(action).await).await.map(|()| None)
    }

    async fn carry_out(&self, action: Action) -> Answer {
        match action {
            Action::List { filter, query, page } => self.list(filter, &query, page).await,
            Action::Queue { page } => self.queue(page).await,
            Action::Choose { command, page } => self.choose(command, page).await,
            Action::Times { post, shown } => Ok(Some(self.times(self.reply(), &post, &shown))),
            Action::Decline { proposal, post } => self.decline(proposal, &post).await,
            Action::Pause(channel) => self.pause_channel(channel.as_ref(), true).await,
            Action::Resume(channel) => self.pause_channel(channel.as_ref(), false).await,
            Action::Decide(publication, asked, resolution) => {
                self.decide(publication, asked, resolution).await
            }
            Action::TakeBack(publication) => self.take_back(publication).await,
            Action::Close | Action::Run(_) => Ok(Some(self.text(Text::ClosedPage, &[]))),
            other => match other.post() {
                Some(post) => self.with_post(&self.facts(post).await?, &other).await,
                None => Ok(None),
            },
        }
    }

    /// Does what a button does with the post as it is now.
    async fn with_post(&self, facts: &PostFacts, action: &Action) -> Answer {
        match action {
            Action::Put { shown, time, .. } => self.put(facts, shown, time).await,
            Action::Cancel(_) => self.cancel(facts, true).await,
            Action::Release { shown, .. } => self.release(facts, shown).await,
            Action::Retry { shown, .. } => self.retry(facts, shown).await,
            Action::Approve { shown, .. } => self.approve(facts, shown).await,
            Action::AskUpdate(_) => self.show_difference(facts, None).await,
            Action::Update { shown, .. } => self.update(facts, shown).await,
            Action::AskDelete(_) => Ok(Some(self.ask_delete(facts))),
            Action::SureDelete(_, ids) => Ok(Some(self.ask_again(facts, ids.clone()))),
            Action::Delete(_, ids) => self.delete(facts, ids).await,
            Action::Preview(_) => {
                self.preview(facts, None).await;
                Ok(None)
            }
            _ => Ok(Some(card(facts, self.language, self.operator.role))),
        }
    }

    /// Shows how things are now, in the place of a button that is too old.
    async fn show_again(&self, action: &Action) -> Result<(), OperationError> {
        let mut reply = MessageBuilder::of(self.language, Text::TooOld, &[]);
        let post = match action {
            Action::Decide(publication, ..) | Action::TakeBack(publication) => {
                Some(self.bot.operations.publication(*publication).await?.post)
            }
            other => other.post().cloned(),
        };
        match (action, post) {
            (_, Some(post)) => {
                say_card(&mut reply, &self.facts(&post).await?, self.operator.role);
            }
            (Action::Pause(_) | Action::Resume(_), None) => {
                let facts = self.channel_facts().await?;
                newsroom_page::say_channels(&mut reply, &facts, self.operator.role);
            }
            (_, None) => {
                reply.action(Text::Problems, Action::list(Filter::Problems));
            }
        }
        self.show(&reply.build()).await;
        Ok(())
    }

    /// Shows the card of the post that a message shows whose buttons are not known any more; where it shows several or none,
    /// the way to the posts.
    async fn lead_back(&self, shows: &[String]) -> Result<(), OperationError> {
        let mut posts: Vec<_> = shows.iter().filter_map(|id| PostId::parse(id).ok()).collect();
        posts.dedup();
        let mut reply = MessageBuilder::of(self.language, Text::NotYourButton, &[]);
        if let [post] = posts.as_slice() {
            say_card(&mut reply, &self.facts(post).await?, self.operator.role);
        } else {
            reply.action(Text::All, Action::list(Filter::All));
        }
        self.show(&reply.build()).await;
        Ok(())
    }

    /// That there is no such post.
    pub(super) fn unknown(&self, typed: &str) -> Reply {
        let mut reply = self.reply();
        say_unknown(&mut reply, typed, &self.near(typed));
        reply.build()
    }
}
