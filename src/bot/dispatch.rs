//! What a message or a button press of an operator leads to: each command and each button calls the method that does it.

use super::Bot;
use super::action_buttons::{Action, Click, Filter, PostAction};
use super::card::{card, say_card, say_unknown};
use super::command::Command;
use super::facts::PostFacts;
use super::incoming::{CallbackQuery, TextMessage};
use super::language::Language;
use super::messenger::MessageRef;
use super::newsroom_page;
use super::reply::{MessageBuilder, Reply, Span};
use super::request::OperatorChat;
use super::resolve::Question;
use super::session::{HandlerResult, Session};
use super::text::Text;
use crate::config::{Operator, Role};
use crate::ids::PostId;
use crate::limits;
use crate::operations::OperationError;

impl Bot<'_> {
    /// Answers a message of an operator.
    pub(super) async fn answer_message(&self, operator: Operator, message: &TextMessage) {
        let session = self.session(operator, None);
        // A command more than ten minutes old is not carried out; the bot offers a button for it.
        let age = self.clock.now().duration_since(message.date);
        if std::time::Duration::try_from(age).is_ok_and(|age| age > limits::MAX_COMMAND_AGE) {
            let reply = late(message, age.as_mins(), session.language);
            self.messenger.send(session.chat(), &reply).await;
        } else if let Err(error) = session.line(&message.text).await {
            session.report_error(&error).await;
        }
    }

    /// Answers the press of a button by an operator.
    pub(super) async fn answer_press(&self, operator: Operator, press: &CallbackQuery) {
        let chat = OperatorChat::of(&operator);
        let session =
            self.session(operator, press.message.map(|message| MessageRef { chat, message }));
        self.forget_time_question(operator.id);
        let click = self.messenger.take(operator.id, &press.data);
        let needed = match &click {
            Click::Action(action) => action.needs(),
            Click::Used | Click::Old(_) | Click::Unknown => Role::Editor,
        };
        let text = match session.press(click, &press.shows).await {
            Ok(text) => text,
            Err(error) => {
                session.report_error(&error).await;
                None
            }
        };
        let text = text.map(|text| session.text(text, &[session.who_may(needed)]).text.string);
        self.messenger.answer(&press.query, text.as_deref()).await;
    }

    pub(super) fn session(&self, operator: Operator, pressed: Option<MessageRef>) -> Session<'_> {
        Session { bot: self, operator, language: self.language(operator.id), pressed }
    }
}

/// A message that arrived while the bot was away: a button runs it.
fn late(message: &TextMessage, minutes: i64, language: Language) -> Reply {
    let minutes =
        MessageBuilder::plain(language, Text::Minutes, &[("count", Span::plain(minutes))]);
    let mut reply =
        MessageBuilder::of(language, Text::ReceivedLate, &[("ago", Span::Plain(minutes))]);
    reply.newline().word(&Span::code(&message.text));
    let now = reply.button(Text::RunNow, Action::Run(message.text.clone()));
    let close = reply.button(Text::Close, Action::Close);
    reply.row([now, close]);
    reply.build()
}

impl Session<'_> {
    /// Runs what an operator wrote: a command, or the answer to a question.
    async fn line(&self, text: &str) -> Result<(), OperationError> {
        let Some(command) = Command::read(text, &self.bot.name) else {
            return match self.bot.open_question(self.operator.id) {
                Some(Question::Message(question)) => {
                    self.answer(self.message_is(question, text.trim()).await).await
                }
                Some(Question::Time { post, day, .. }) => {
                    self.answer(self.time_is(&post, &day, text.trim()).await).await
                }
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

    /// Reports that something did not work. The log has the whole error.
    pub(super) async fn report_error(&self, error: &OperationError) {
        log::error!("operator {}: {error}", self.operator.id);
        self.bot.messenger.send(self.chat(), &self.not_done(error)).await;
    }

    /// Shows a reply, or why an order was refused.
    async fn answer(&self, answer: HandlerResult) -> Result<(), OperationError> {
        let reply = match answer {
            Err(error) if error.is_refusal() => Some(self.not_done(&error)),
            answer => answer?,
        };
        if let Some(reply) = reply {
            self.show(&reply).await;
        }
        Ok(())
    }

    async fn command(&self, command: Command) -> HandlerResult {
        let name = command.name();
        let (typed, time) = match &command {
            Command::Start(_) | Command::Help => {
                let help = newsroom_page::help(self.language, self.operator.role);
                return Ok(Some(help));
            }
            Command::Posts(words) => return self.list(Filter::All, words.trim(), 0).await,
            Command::Queue => return self.queue(0).await,
            Command::Status => return self.status().await,
            Command::Digest(typed) => return self.digest(typed).await,
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
            | Command::Delete(typed)
            | Command::ClosePoll(typed) => (typed.trim(), ""),
        };
        if typed.is_empty() {
            return self.choose(name, 0).await;
        }
        let Ok(post) = PostId::parse(PostId::of_path(typed)) else {
            return Ok(Some(self.unknown(typed)));
        };
        let facts = &self.facts(&post).await?;
        match command {
            _ if facts.is_unknown() => Ok(Some(self.unknown(typed))),
            Command::Schedule(_) => self.schedule(facts, time.trim()).await,
            Command::Cancel(_) => self.cancel(facts, false).await,
            Command::Update(_) => self.show_difference(facts, None).await,
            Command::Delete(_) => Ok(Some(self.ask_delete(facts))),
            Command::ClosePoll(_) => Ok(Some(self.ask_close_poll(facts))),
            _ => {
                self.preview(facts, None).await;
                Ok(None)
            }
        }
    }

    /// Does what a button does; returns the text that answers the press.
    async fn press(
        &self,
        click: Click,
        buttons: &[String],
    ) -> Result<Option<Text>, OperationError> {
        let action = match click {
            Click::Action(action) => action,
            Click::Used => return Ok(Some(Text::ButtonUsed)),
            Click::Old(action) => {
                self.show_state(&action).await?;
                return Ok(Some(Text::ButtonExpired));
            }
            Click::Unknown => {
                return Ok(Some(self.show_post_of(buttons).await?));
            }
        };
        if !self.operator.role.may(action.needs()) {
            return Ok(Some(Text::NotAllowed));
        }
        let answer = match action {
            Action::Run(text) => return self.line(&text).await.map(|()| None),
            Action::List { filter, query, page } => self.list(filter, &query, page).await,
            Action::Queue { page } => self.queue(page).await,
            Action::Choose { command, page } => self.choose(command, page).await,
            Action::Post(post, PostAction::ChooseTime(shown)) => {
                Ok(Some(self.times(self.reply(), &post, &shown)))
            }
            Action::Post(post, PostAction::Decline(proposal)) => {
                self.decline(proposal, &post).await
            }
            Action::Post(post, action) => self.act(&self.facts(&post).await?, action).await,
            Action::Draft(action) => self.act_on_draft(*action).await,
            Action::Pause(channel) => self.pause_channel(channel.as_ref(), true).await,
            Action::Resume(channel) => self.pause_channel(channel.as_ref(), false).await,
            Action::Resolve(id, question, resolution) => {
                self.decide(id, question, resolution).await
            }
            Action::UndoResolution(id) => self.undo_resolution(id).await,
            Action::Close => Ok(Some(self.text(Text::NothingDone, &[]))),
        };
        self.answer(answer).await.map(|()| None)
    }

    /// Does what a button does with the post as it is now.
    async fn act(&self, facts: &PostFacts, action: PostAction) -> HandlerResult {
        match action {
            PostAction::Publish(shown, time) => self.publish(facts, &shown, &time).await,
            PostAction::Cancel => self.cancel(facts, true).await,
            PostAction::Release(shown) => self.release(facts, &shown).await,
            PostAction::Retry(shown) => self.retry(facts, &shown).await,
            PostAction::Approve(shown) => self.approve(facts, &shown).await,
            PostAction::AskEdit => self.show_difference(facts, None).await,
            PostAction::Edit(shown) => self.edit(facts, &shown).await,
            PostAction::AskDelete => Ok(Some(self.ask_delete(facts))),
            PostAction::ConfirmDelete(ids) => Ok(Some(self.ask_again(facts, ids))),
            PostAction::Delete(ids) => self.delete(facts, &ids, Text::Deleting).await,
            PostAction::TakeBack(ids) => self.take_back(facts, &ids).await,
            PostAction::ClosePoll(ids) => self.close_poll(facts, &ids).await,
            PostAction::ResumeComments(id) => self.resume_comments(facts, id).await,
            PostAction::CancelComments(id) => self.cancel_comments(facts, id).await,
            PostAction::Preview => {
                self.preview(facts, None).await;
                Ok(None)
            }
            PostAction::Card | PostAction::ChooseTime(_) | PostAction::Decline(_) => {
                Ok(Some(card(facts, self.language, self.operator.role)))
            }
        }
    }

    /// Shows the current state in the place of a button that has expired.
    async fn show_state(&self, action: &Action) -> Result<(), OperationError> {
        let mut reply = MessageBuilder::of(self.language, Text::ButtonExpired, &[]);
        let post = match action {
            Action::Resolve(id, ..) | Action::UndoResolution(id) => {
                Some(self.bot.operations.publication(*id).await?.post)
            }
            Action::Post(post, _) => Some(post.clone()),
            Action::Draft(draft) => Some(draft.post.clone()),
            _ => None,
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

    /// Shows the card of the post that a message with unknown buttons is about; where it shows several posts or none, a button
    /// that lists the posts. Returns the text that answers the press.
    async fn show_post_of(&self, shows: &[String]) -> Result<Text, OperationError> {
        let mut posts: Vec<_> = shows.iter().filter_map(|id| PostId::parse(id).ok()).collect();
        posts.dedup();
        let post = if let [post] = posts.as_slice() { Some(post) } else { None };
        let text = if post.is_some() { Text::ButtonUnknown } else { Text::ButtonUnknownHere };
        let mut reply = MessageBuilder::of(self.language, text, &[]);
        if let Some(post) = post {
            say_card(&mut reply, &self.facts(post).await?, self.operator.role);
        } else {
            reply.action(Text::All, Action::list(Filter::All));
        }
        self.show(&reply.build()).await;
        Ok(text)
    }

    /// Says that there is no such post.
    pub(super) fn unknown(&self, typed: &str) -> Reply {
        let mut reply = self.reply();
        say_unknown(&mut reply, typed, &self.similar_posts(typed));
        reply.build()
    }
}
