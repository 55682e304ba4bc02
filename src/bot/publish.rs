//! Publishing, scheduling and unscheduling posts. The rules decide what becomes of an order.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::action_buttons::{Action, BUTTON_LIFETIME, ButtonTime, PostAction, SeenPost};
use super::card;
use super::explain;
use super::facts::{self, Pause, PostFacts};
use super::preview;
use super::reply::{Button, MessageBuilder, Reply, Span, echo};
use super::resolve::Question;
use super::session::{HandlerResult, Session};
use super::state;
use super::text::Text;
use crate::config::{Channel, Role};
use crate::ids::PostId;
use crate::operations::{EnqueueResult, RequestedTime};
use crate::outbox::{Cancellation, Event, Publication, PublicationId, State};
use crate::plan::{Desired, ResendPolicy};
use crate::schedule::{self, When, WhenError};

impl Session<'_> {
    /// Schedules a post at a typed time; without one, shows the post with times to choose from. A deleted post is shown
    /// first, with a button for that time.
    pub(super) async fn schedule(&self, facts: &PostFacts, typed: &str) -> HandlerResult {
        let (post, role) = (&facts.post, self.operator.role);
        if !facts.is_good() {
            return Ok(Some(preview::unavailable(facts, self.language, role)));
        }
        let time = typed.trim().to_owned();
        if let Some(shown) = self.inbox_draft(facts) {
            return self.schedule_draft(facts, &shown, time).await;
        }
        let is_deleted = |known: &Publication| match known.state {
            State::Cancelled { cancellation, .. } => cancellation == Cancellation::Deleted,
            _ => false,
        };
        let is_withdrawn = facts.wanted().iter().filter_map(|desired| facts.of(desired));
        let is_withdrawn = is_withdrawn.into_iter().any(|one| is_deleted(&one.publication));
        // No time would be accepted.
        let is_barred = facts.wanted().iter().all(|desired| desired.draft)
            || !preview::unpublishable_editions(facts).is_empty();
        if !is_withdrawn && !time.is_empty() {
            return self.enqueue(facts, &ButtonTime::Typed(time)).await;
        }
        if !self.show_messages(post, facts.wanted()).await {
            return Ok(None);
        }
        let mut reply = if is_withdrawn || is_barred {
            preview::offer(facts, self.language, role)
        } else {
            self.times(self.reply(), post, &facts.seen())
        };
        if is_withdrawn && !is_barred && !time.is_empty() {
            let action = PostAction::Publish(facts.seen(), ButtonTime::Typed(time)).of(post);
            reply.rows.insert(0, vec![Button::new(format!("🕒 {}", echo(typed)), action)]);
        }
        self.bot.messenger.send(self.chat(), &reply).await;
        Ok(None)
    }

    /// Schedules a post at the time that an operator wrote as an answer: alone, or beside the day that they wrote before.
    pub(super) async fn time_is(&self, post: &PostId, day: &str, typed: &str) -> HandlerResult {
        self.bot.forget_question(self.operator.id);
        let whole = format!("{day} {typed}");
        let whole = Some(whole).filter(|whole| !day.is_empty() && whole.parse::<When>().is_ok());
        let facts = self.facts(post).await?;
        self.schedule(&facts, whole.as_deref().unwrap_or(typed)).await
    }

    /// Adds times to choose from.
    pub(super) fn times(&self, reply: MessageBuilder, post: &PostId, shown: &SeenPost) -> Reply {
        let config = &self.bot.operations.newsroom.config;
        let channels: Vec<&Channel> =
            shown.content.keys().filter_map(|name| config.channel(name.as_str())).collect();
        preview::times(reply, post, shown, &channels, self.bot.clock.now())
    }

    /// Publishes a post as it was shown; where it has changed since, shows the new preview instead.
    pub(super) async fn publish(
        &self,
        facts: &PostFacts,
        as_shown: &SeenPost,
        time: &ButtonTime,
    ) -> HandlerResult {
        if facts.is_good() && facts.seen() == *as_shown {
            return self.enqueue(facts, time).await;
        }
        self.preview(facts, Some(Text::HasChanged)).await;
        Ok(None)
    }

    async fn enqueue(&self, facts: &PostFacts, time: &ButtonTime) -> HandlerResult {
        let (post, wanted) = (&facts.post, facts.wanted());
        let now = self.bot.clock.now();
        let wishes = match self.requested_times(post, wanted, time) {
            Ok(wishes) => wishes,
            // The operator can choose another time.
            Err(reply) => return Ok(Some(self.times(reply, post, &facts.seen()))),
        };
        if !self.operator.role.may(Role::Publisher) {
            let wish = wishes.first().unwrap_or(&RequestedTime::Now);
            return Ok(Some(self.propose(facts, wish).await));
        }
        let (mut reply, mut left_out) = (self.reply(), self.reply());
        let mut ordered: Vec<Publication> = Vec::new();
        let unknown: Vec<_> =
            wanted.iter().filter(|desired| desired.destination.is_none()).collect();
        for desired in &unknown {
            let name = Span::bold(&desired.channel.name);
            reply.line(Text::NoChannelKnown, &[("channel", name)]);
        }
        if unknown.is_empty() {
            let all: Vec<_> = wanted.iter().zip(&wishes).collect();
            let again =
                if is_withdrawn(facts) { ResendPolicy::IfWithdrawn } else { ResendPolicy::No };
            match self.operations().enqueue(&all, Some(&facts.history), again, now).await {
                Ok(placed) => {
                    for ((desired, wish), placed) in all.iter().zip(placed) {
                        let placed = say_placed(&mut reply, facts, desired, wish, placed);
                        if placed.is_some() && facts::lacks_discussion(desired) {
                            state::say_comments_left_out(&mut left_out, desired);
                        }
                        ordered.extend(placed);
                    }
                }
                Err(error) if error.is_refusal() => {
                    let why = explain::order(&error, self.language, &TimeZone::UTC);
                    reply.line(Text::NotDone, &[("why", why)]);
                }
                Err(error) => return Err(error),
            }
        }
        let ids: Vec<PublicationId> = ordered.iter().map(|known| known.id).collect();
        if *time != ButtonTime::Now && !ids.is_empty() {
            let is_over = |known: &Publication| matches!(known.state, State::Cancelled { .. });
            let back = if facts.publications().all(is_over) {
                Some(PostAction::Cancel.of(post))
            } else {
                self.undo_action(facts, &ordered)
            };
            let back = back.map(|action| reply.button(Text::Undo, action));
            reply.row(back);
        }
        // A later publication is reported in a message of its own.
        let with_comments = self.bot.with_comments(&ordered).await;
        self.show_order(&reply.build(), &with_comments, *time == ButtonTime::Now).await;
        // The outcome replaces the message above.
        if !left_out.is_empty() {
            self.bot.messenger.send(self.chat(), &left_out.build()).await;
        }
        if !ids.is_empty() {
            self.end_proposals(post, &ids).await;
        }
        Ok(None)
    }

    /// The requested time in each channel, or why it is none; then the operator's next line is another time.
    pub(super) fn requested_times(
        &self,
        post: &PostId,
        wanted: &[Desired],
        time: &ButtonTime,
    ) -> Result<Vec<RequestedTime>, MessageBuilder> {
        wishes(wanted, time, self.bot.clock.now()).map_err(|error| {
            let mut reply = self.reply();
            let has_slots = wanted.iter().all(|desired| !desired.channel.slots.is_empty());
            say_no_time(&mut reply, &error, has_slots);
            let day = match error {
                WhenError::NoTimeOfDay(day) => day,
                _ => String::new(),
            };
            let until = self.bot.clock.now().saturating_add(BUTTON_LIFETIME);
            let until = until.unwrap_or(Timestamp::MAX);
            self.bot.ask(self.operator.id, Question::Time { post: post.clone(), day, until });
            reply
        })
    }

    /// Takes a waiting post off the schedule; the comments of a published one are left out. If a part may already be in the channel, only the button of its card
    /// cancels it (`is_pressed`), since the card shows that.
    pub(super) async fn cancel(&self, facts: &PostFacts, is_pressed: bool) -> HandlerResult {
        let post = &facts.post;
        let can_be =
            |known: &&Publication| facts::waits(known) || is_pressed && facts::can_cancel(known);
        let mut waiting: Vec<_> = facts.publications().filter(can_be).cloned().collect();
        let mut done = Text::Cancelled;
        if waiting.is_empty() {
            let comments = facts.comments.iter().map(|one| &one.publication);
            waiting = comments.filter(can_be).cloned().collect();
            done = Text::CommentsCancelled;
        }
        if waiting.is_empty() {
            let mut reply = self.reply();
            reply.say(Text::NothingToCancel, &[("post", Span::code(post))]);
            card::say_card(&mut reply, facts, self.operator.role);
            return Ok(Some(reply.build()));
        }
        self.withdraw(facts, &waiting, done).await
    }

    /// Cancels these publications of a post; `done` reports it.
    pub(super) async fn withdraw(
        &self,
        facts: &PostFacts,
        waiting: &[Publication],
        done: Text,
    ) -> HandlerResult {
        let post = &facts.post;
        let mut reply = self.reply();
        let event = |_: &Publication| Event::Cancel { by: self.actor() };
        let cancelled =
            self.operations().apply_to_each(waiting, event, self.bot.clock.now()).await?;
        self.bot.wake.notify_one();
        // The person who ordered it is notified, and its alerts end.
        for publication in &cancelled {
            self.bot.report(publication).await;
        }
        let is_unknown = |known: &&Publication| matches!(known.state, State::Cancelling { .. });
        if !cancelled.iter().all(|known| is_unknown(&known)) {
            reply.line(done, &[("post", Span::code(post))]);
        }
        for known in cancelled.iter().filter(is_unknown) {
            let number = facts::unknown_part(known).unwrap_or_default();
            let part = state::part_of(&reply, number, known.parts.len());
            let channel = Span::bold(self.bot.in_channel(known, &facts.pauses).channel);
            let place = state::place(&reply, known);
            let words = [("post", Span::code(post)), ("channel", channel), ("part", part), place];
            let needs_operator = facts::question(known).is_some();
            let text =
                if needs_operator { Text::CancelledUndecided } else { Text::CancelledUnknown };
            reply.line(text, &words);
        }
        let undo = self.undo_action(facts, &cancelled).filter(|_| done == Text::Cancelled);
        let undo = undo.map(|action| reply.button(Text::Undo, action));
        reply.row(undo);
        Ok(Some(reply.build()))
    }

    /// The action that restores the schedule from before `changed`; `None` where one order cannot: the text has
    /// changed, the channels have different times, or not all were scheduled.
    fn undo_action(&self, before: &PostFacts, changed: &[Publication]) -> Option<Action> {
        let at = before.publications().next()?.due_at;
        let is_alike = |known: &Publication| known.state == State::Scheduled && known.due_at == at;
        let shown = before.shown_after(changed);
        let content =
            before.publications().map(|known| (known.channel.clone(), known.payload)).collect();
        let can_be = before.publications().all(is_alike)
            && shown.content == content
            && at > self.bot.clock.now();
        let time = ButtonTime::Typed(at.to_string());
        can_be.then(|| PostAction::Publish(shown, time).of(&before.post))
    }
}

/// Whether everything to publish was withdrawn before. Where one channel is new, the withdrawn ones stay so.
fn is_withdrawn(facts: &PostFacts) -> bool {
    let is_new = |desired: &Desired| {
        facts.of(desired).is_none_or(|one| match one.publication.state {
            State::Scheduled | State::Due | State::Held { .. } => one.publication.sent_count() == 0,
            State::Failed { .. } => one.publication.payload != desired.payload,
            _ => false,
        })
    };
    let may_go = |desired: &&Desired| !desired.draft && desired.destination.is_some();
    !facts.wanted().iter().filter(may_go).any(is_new)
}

/// Adds the result of an order in one channel; returns the publication if it was enqueued.
fn say_placed(
    reply: &mut MessageBuilder,
    facts: &PostFacts,
    desired: &Desired,
    wish: &RequestedTime,
    placed: EnqueueResult,
) -> Option<Publication> {
    let post = ("post", Span::code(&desired.post));
    let channel = ("channel", Span::bold(&desired.channel.name));
    let ordered = match placed {
        EnqueueResult::Ordered(ordered) => *ordered,
        EnqueueResult::Published { .. } => {
            reply.line(Text::AlreadyPublished, &[post, channel]);
            return None;
        }
        EnqueueResult::NoSlot => {
            reply.line(Text::NoSlot, &[channel]);
            return None;
        }
        EnqueueResult::Refused(why) => {
            let why = ("why", Span::plain(explain::not_enqueued(&why).of(reply.language())));
            reply.line(Text::NotEnqueued, &[post, channel, why]);
            return None;
        }
        EnqueueResult::Withheld => {
            reply.line(Text::AllOrNone, &[post, channel]);
            return None;
        }
    };
    let missing = ordered.approvals.missing(facts.approvals);
    if missing > 0 {
        let count = ("count", Span::plain(missing));
        reply.line(Text::WaitsForApprovals, &[post.clone(), channel.clone(), count]);
    }
    if *wish != RequestedTime::Now {
        let (at, zone) = (ordered.due_at, &desired.channel.timezone);
        let utc = schedule::beside_utc(at, zone);
        let words = [
            post,
            channel,
            ("time", Span::bold(schedule::shown_in(at, zone, reply.language()))),
            ("utc", Span::Plain(utc)),
        ];
        reply.line(Text::ScheduledFor, &words);
    } else if missing == 0 {
        let text = match facts.pauses.pause(ordered.destination()) {
            None => Text::Publishing,
            Some(Pause::Channel) => Text::WaitsPaused,
            Some(Pause::Everything) => Text::WaitsStopped,
        };
        reply.line(text, &[post, channel]);
    }
    Some(ordered)
}

fn say_no_time(reply: &mut MessageBuilder, error: &WhenError, has_slots: bool) {
    let language = reply.language();
    let date = |&(day, month): &(i8, i8)| schedule::day_of_month(day, month, language);
    let (text, time) = match error {
        WhenError::Unreadable(_) | WhenError::OutOfRange | WhenError::OtherUtc(_) => {
            (Text::TimeError, String::new())
        }
        WhenError::NoTimeOfDay(typed) => (Text::TimeNoHour, typed.clone()),
        WhenError::Ambiguous(typed, one, other) => {
            let words = [
                ("time", Span::code(typed)),
                ("first", Span::Plain(date(one))),
                ("second", Span::Plain(date(other))),
            ];
            reply.line(Text::TimeAmbiguous, &words);
            return;
        }
        WhenError::OtherWeekday(date) => {
            (Text::TimeOtherWeekday, schedule::date_in(*date, language))
        }
        WhenError::Past(_) => (Text::TimePast, String::new()),
        WhenError::Gap(time, ..) => (Text::TimeGap, time.clone()),
        WhenError::Fold(time, ..) => (Text::TimeFold, time.clone()),
        WhenError::FarAhead(year) => (Text::TimeFar, year.to_string()),
    };
    reply.line(text, &[("time", Span::Plain(time))]);
    if has_slots && matches!(text, Text::TimeError | Text::TimeNoHour) {
        reply.line(Text::TimeOrSlot, &[]);
    }
}

/// The requested time in each channel.
fn wishes(
    wanted: &[Desired],
    time: &ButtonTime,
    now: Timestamp,
) -> Result<Vec<RequestedTime>, WhenError> {
    let wish = |desired: &Desired| match time {
        ButtonTime::Now => Ok(RequestedTime::Now),
        ButtonTime::Slot => Ok(RequestedTime::NextSlot),
        ButtonTime::Typed(typed) => {
            let when: When = typed.parse()?;
            RequestedTime::of(&when, &desired.channel, now)
        }
    };
    wanted.iter().map(wish).collect()
}
