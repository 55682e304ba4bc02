//! Checks and records what an operator decides about an unknown outcome or a failed change, and asks for the message where one
//! is needed. It also holds the open questions to operators.

use jiff::Timestamp;

use super::Bot;
use super::action_buttons::{Action, PostAction, QuestionKey};
use super::card::{self, decisions, say_card};
use super::explain;
use super::facts::{self, Pauses};
use super::messenger::MessageRef;
use super::reply::{MessageBuilder, Reply, Span};
use super::session::{HandlerResult, Session};
use super::state;
use super::text::Text;
use crate::ids::PostId;
use crate::operations::{NotChecked, OperationError, ResolutionError, can_be_checked};
use crate::outbox::{Event, Publication, PublicationId, Resolution, State};
use crate::store::Command;

/// The open question to an operator, which their next line answers.
#[derive(Clone, Debug)]
pub(super) enum Question {
    /// Which message is a publication's.
    Message(MessageQuestion),
    /// When to publish a post; `day` is what they typed if only the time of day is missing, else empty.
    /// It expires like a button.
    Time { post: PostId, day: String, until: Timestamp },
}

/// The question which message is a publication's.
#[derive(Clone, Copy, Debug)]
pub(super) struct MessageQuestion {
    about: PublicationId,
    asked: QuestionKey,
    /// The message with the question.
    place: Option<MessageRef>,
}

impl Session<'_> {
    /// Records the decision about an unknown outcome, or about a change that could not be made.
    pub(super) async fn decide(
        &self,
        id: PublicationId,
        asked: QuestionKey,
        resolution: Resolution,
    ) -> HandlerResult {
        let publication = self.bot.operations.publication(id).await?;
        let is_change = facts::open_change(&publication).is_some();
        let names_none =
            matches!(&resolution, Resolution::Sent { message_ids } if message_ids.is_empty());
        if names_none && !is_change && facts::question(&publication) == Some(asked) {
            let question = MessageQuestion { about: id, asked, place: self.pressed };
            self.bot.ask(self.operator.id, Question::Message(question));
            let count = publication.parts.get(asked.0).map_or(1, |part| part.messages);
            let text = if count == 1 { Text::WhichMessage } else { Text::WhichMessages };
            let place = state::place(&self.reply(), &publication);
            let button = state::not_there_button(self.language);
            return Ok(Some(self.text(text, &[("count", Span::plain(count)), place, button])));
        }
        let stays_cancelled = matches!(publication.state, State::Cancelling { .. });
        let decided = match (&resolution, is_change) {
            (Resolution::Sent { .. }, _) if names_none => Text::DecidedDone,
            (Resolution::Sent { .. }, _) => Text::DecidedSent,
            (Resolution::NotSent, false) if stays_cancelled => Text::DecidedNotSentCancelled,
            (Resolution::NotSent, false) => Text::DecidedNotSent,
            (Resolution::NotSent, true) => Text::DecidedAgain,
            (Resolution::Skip | Resolution::Gone, false) => Text::DecidedSkip,
            (Resolution::Skip | Resolution::Gone, true) => Text::DecidedLeave,
        };
        self.resolve(&publication, asked, Ok(resolution), decided).await
    }

    /// Records the messages that an operator names: one, or all of an album.
    pub(super) async fn message_is(&self, question: MessageQuestion, typed: &str) -> HandlerResult {
        let publication = self.bot.operations.publication(question.about).await?;
        let named = typed.split([' ', ',', '\n']).filter(|word| !word.is_empty());
        let message_ids: Result<Vec<_>, _> =
            named.map(|word| self.bot.operations.message_of(&publication, word)).collect();
        let resolution = message_ids.map(|message_ids| Resolution::Sent { message_ids });
        self.resolve(&publication, question.asked, resolution, Text::DecidedSent).await
    }

    async fn resolve(
        &self,
        publication: &Publication,
        asked: QuestionKey,
        resolution: Result<Resolution, ResolutionError>,
        decided: Text,
    ) -> HandlerResult {
        if facts::question(publication) != Some(asked) {
            return self.was_answered(publication).await;
        }
        let checked = match resolution {
            Ok(resolution) => {
                let checked = self.check_answer(publication, asked.0, &resolution).await;
                checked.map(|not_checked| (resolution, not_checked))
            }
            Err(error) => Err(error.into()),
        };
        let (resolution, not_checked) = match checked {
            Ok(checked) => checked,
            Err(error) => return self.refuse(publication, error).await,
        };
        // The look takes a while: somebody else may have answered.
        let now = self.bot.operations.publication(publication.id).await?;
        if facts::question(&now) != Some(asked) {
            return self.was_answered(&now).await;
        }
        match self.operations().resolve(&now, &resolution, self.bot.clock.now()).await {
            Ok(resolved) => Ok(Some(self.resolved(&resolved, decided, &not_checked).await)),
            Err(error) => self.refuse(&now, error).await,
        }
    }

    /// Checks an answer as far as the staging chat allows.
    async fn check_answer(
        &self,
        publication: &Publication,
        part: usize,
        resolution: &Resolution,
    ) -> Result<Vec<NotChecked>, OperationError> {
        let operations = &self.bot.operations;
        if let Resolution::Sent { message_ids } = resolution {
            operations.refuse_wrong_messages(publication, part, message_ids).await?;
        }
        // A look at the end of the chat takes several requests.
        let is_long = matches!(resolution, Resolution::NotSent)
            && can_be_checked(publication, part, resolution)
            && operations.newsroom.config.recovery.staging_chat.is_some();
        if is_long && self.pressed.is_some() {
            let mut reply = self.reply();
            let place = state::place(&reply, publication);
            reply.say(Text::Looking, &[place]);
            let card = reply.button(Text::OpenCard, PostAction::Card.of(&publication.post));
            reply.row([card]);
            self.show(&reply.build()).await;
        }
        let now = self.bot.clock.now();
        operations.check_answer(self.bot.client, publication, part, resolution, now).await
    }

    /// Reports that the question has another answer, or is another one since a new attempt.
    async fn was_answered(&self, publication: &Publication) -> HandlerResult {
        self.bot.forget_question(self.operator.id);
        let why = Span::plain(Text::WhyStateChanged.of(self.language));
        let mut reply = self.reply();
        reply.say(Text::NotDone, &[("why", why)]);
        self.with_card(publication, reply).await
    }

    /// Reports why an answer was not recorded.
    async fn refuse(&self, publication: &Publication, error: OperationError) -> HandlerResult {
        let one = self.bot.in_channel(publication, &Pauses::default());
        let mut reply = self.reply();
        match &error {
            OperationError::Resolution(ResolutionError::PartlyThere {
                items, messages, ..
            }) => {
                state::say_part_of_album(&mut reply, &one, items, *messages);
            }
            OperationError::Resolution(ResolutionError::IsThere { message_ids, .. }) => {
                let ids = ("ids", Span::plain(state::links(&one, message_ids)));
                let place = state::place(&reply, publication);
                reply.say(Text::FoundThere, &[place, ids]);
                reply.row(card::they_are(self.language, publication, message_ids));
            }
            OperationError::Resolution(_) | OperationError::Refused { .. } => {
                let why = explain::order(&error, self.language, &one.zone);
                reply.say(Text::NotDone, &[("why", why)]);
            }
            _ => return Err(error),
        }
        self.with_card(publication, reply).await
    }

    /// Reports a recorded answer to everybody who was asked; returns the reply.
    async fn resolved(
        &self,
        resolved: &Publication,
        decided: Text,
        not_checked: &[NotChecked],
    ) -> Reply {
        self.bot.wake.notify_one();
        let asked = self.bot.settle_question(resolved.id);
        self.bot.tell_decided(resolved, &self.operator, decided, asked, self.pressed).await;
        let word = ("word", state::decision(self.language, resolved, decided));
        let words = [("post", Span::code(&resolved.post)), word];
        let mut reply = MessageBuilder::of(self.language, Text::Decided, &words);
        match not_checked.first() {
            None => {}
            Some(NotChecked::NoStagingChat { .. }) => drop(reply.line(Text::NotCheckedHere, &[])),
            Some(what) => {
                log::warn!("operator {}: {what}", self.operator.id);
                reply.line(Text::NotChecked, &[]);
            }
        }
        if facts::question(resolved).is_some() {
            // Another part has an open question.
            let one = self.bot.in_channel(resolved, &Pauses::default());
            state::say_why(&mut reply, &one);
            reply.rows(decisions(self.language, resolved));
        } else {
            // The messages about the order end.
            self.bot.report(resolved).await;
            if decided == Text::DecidedSent {
                reply.action(Text::Undo, Action::UndoResolution(resolved.id));
            }
        }
        reply.build()
    }

    /// Undoes the decision that a message is the publication's: the question is open again.
    pub(super) async fn undo_resolution(&self, id: PublicationId) -> HandlerResult {
        let publication = self.bot.operations.publication(id).await?;
        self.order(vec![Command::Event(id, Event::Undo { by: self.actor() })]).await?;
        self.bot.wake.notify_one();
        let mut reply = self.reply();
        reply.say(Text::DecisionUndone, &[("post", Span::code(&publication.post))]);
        self.with_card(&publication, reply).await
    }

    /// A reply with the card of the publication's post below it.
    async fn with_card(
        &self,
        publication: &Publication,
        mut reply: MessageBuilder,
    ) -> HandlerResult {
        let facts = self.facts(&publication.post).await?;
        say_card(&mut reply, &facts, self.operator.role);
        Ok(Some(reply.build()))
    }
}

impl Bot<'_> {
    /// Asks an operator something, which their next line answers.
    pub(super) fn ask(&self, user: i64, question: Question) {
        self.lock(&self.questions).insert(user, question);
    }

    /// The open question to an operator.
    pub(super) fn open_question(&self, user: i64) -> Option<Question> {
        let now = self.clock.now();
        let is_open = |question: &&Question| !matches!(question, Question::Time { until, .. } if *until < now);
        self.lock(&self.questions).get(&user).filter(is_open).cloned()
    }

    /// The operator has pressed a button: drops the question about a time, which the button may have answered.
    pub(super) fn forget_time_question(&self, user: i64) {
        self.lock(&self.questions)
            .extract_if(|asked, question| {
                *asked == user && matches!(question, Question::Time { .. })
            })
            .for_each(drop);
    }

    /// The operator does something else: drops the question.
    pub(super) fn forget_question(&self, user: i64) {
        self.lock(&self.questions).remove(&user);
    }

    /// Drops the questions about a publication; returns the messages that asked them.
    fn settle_question(&self, publication: PublicationId) -> Vec<MessageRef> {
        let mut questions = self.lock(&self.questions);
        let is_about = |asked: &Question| matches!(asked, Question::Message(asked) if asked.about == publication);
        let settled = questions.extract_if(|_, asked| is_about(asked));
        let place = |asked| match asked {
            Question::Message(asked) => asked.place,
            Question::Time { .. } => None,
        };
        settled.filter_map(|(_, asked)| place(asked)).collect()
    }
}
