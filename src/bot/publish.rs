//! What an operator orders: that something goes out, when, or is taken off. The rules decide what becomes of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::buttons::{Action, Shown, Time};
use super::card::shown;
use super::explain::Explain;
use super::pauses::Pause;
use super::post_source::PostState;
use super::reply::{MessageBuilder, Reply, Span};
use super::session::Session;
use super::state;
use super::text::Text;
use crate::config::Role;
use crate::desk::{Desk, DeskFault, Placed, Wish};
use crate::ids::PostId;
use crate::outbox::{Event, Publication, PublicationId, State};
use crate::plan::{Again, Desired, NotPut};
use crate::schedule::{When, WhenFault};

impl Session<'_> {
    /// Lets a post go out as it was shown; where it looks different by now, the new preview comes instead.
    pub(super) async fn put(
        &self,
        post: &PostId,
        as_shown: &Shown,
        time: &Time,
    ) -> Result<(), DeskFault> {
        let Some(wanted) = self.wanted(post).await else { return Ok(()) };
        let before = self.standing(post).await?;
        if shown(&wanted, &before) != *as_shown {
            return self.preview(post, Some(Text::HasChanged)).await;
        }
        let now = self.bot.clock.now();
        let wishes = match wishes(&wanted, time, now) {
            Ok(wishes) => wishes,
            Err(fault) => {
                let mut reply = self.reply();
                Self::say_no_time(&mut reply, &fault);
                // Another time can be chosen.
                self.show(&self.times(reply, post, as_shown)).await;
                return Ok(());
            }
        };
        if !self.operator.role.may(Role::Publisher) {
            let wish = wishes.first().unwrap_or(&Wish::Now);
            self.propose(post, as_shown, wish, &wanted).await;
            return Ok(());
        }
        let desk = self.desk();
        let mut reply = self.reply();
        let mut ordered: Vec<PublicationId> = Vec::new();
        // What was taken back from one channel does not come with what is new in another: it comes when it is all there is.
        let is_new = |desired: &Desired| {
            let here = before.iter().find(|known| desired.is_about(known));
            here.is_none_or(|known| match known.state {
                State::Scheduled | State::Due | State::Held { .. } => known.sent() == 0,
                State::Failed { .. } => known.payload != desired.payload,
                _ => false,
            })
        };
        let may_go = |desired: &&Desired| !desired.draft && desired.chat.is_some();
        let comes_back = !wanted.iter().filter(may_go).any(is_new);
        let again = if comes_back { Again::TakenBack } else { Again::No };
        let unknown: Vec<_> = wanted.iter().filter(|desired| desired.chat.is_none()).collect();
        for desired in &unknown {
            let name = Span::bold(&desired.channel.name);
            reply.line(Text::NoChannelKnown, &[("channel", name)]);
        }
        if unknown.is_empty() {
            let all: Vec<_> = wanted.iter().zip(&wishes).collect();
            match desk.put(&all, again, now).await {
                Ok(placed) => {
                    for ((desired, wish), placed) in all.iter().zip(placed) {
                        let said = self.say_put(&mut reply, &desk, desired, wish, placed);
                        ordered.extend(said.await?);
                    }
                }
                Err(fault) if fault.is_refusal() => {
                    let why = self.why(&TimeZone::UTC).of_desk(&fault);
                    reply.line(Text::Mishap, &[("why", why)]);
                }
                Err(fault) => return Err(fault),
            }
        }
        if *time != Time::Now && !ordered.is_empty() {
            let back = self.undo(post, &before, &wanted).await?;
            let back = back.map(|action| reply.button(Text::TakeBack, action));
            reply.row(back);
        }
        self.bot.expect(&ordered);
        let place = self.show(&reply.page()).await;
        // What goes out later is told of by a message of its own.
        self.bot.follow(&ordered, place.filter(|_| *time == Time::Now)).await;
        if !ordered.is_empty() {
            self.end_proposals(post, &ordered).await;
        }
        Ok(())
    }

    /// What takes a new time back: off the schedule, where nothing stood there before, or as it stood.
    async fn undo(
        &self,
        post: &PostId,
        before: &[Publication],
        wanted: &[Desired],
    ) -> Result<Option<Action>, DeskFault> {
        let over = |known: &Publication| matches!(known.state, State::Cancelled { .. });
        if before.iter().all(over) {
            return Ok(Some(Action::Cancel(post.clone())));
        }
        self.way_back(post, before, wanted).await
    }

    /// Says what came of an order; returns the publication that is on its way.
    async fn say_put(
        &self,
        reply: &mut MessageBuilder,
        desk: &Desk,
        desired: &Desired,
        wish: &Wish,
        put: Placed,
    ) -> Result<Option<PublicationId>, DeskFault> {
        let post = ("post", Span::code(&desired.post));
        let channel = ("channel", Span::bold(&desired.channel.name));
        match put {
            Placed::Ordered(id) | Placed::GoesOn(id) => {
                let ordered = desk.publication(id).await?;
                let missing = ordered.approvals.lack(desk.policy().approvals);
                if missing > 0 {
                    let count = ("count", Span::plain(missing));
                    reply.line(Text::WaitsForApprovals, &[post.clone(), channel.clone(), count]);
                }
                if *wish == Wish::Now {
                    if missing == 0 {
                        let text = match self.pause_of(ordered.chat).await? {
                            None => Text::GoesOut,
                            Some(Pause::Channel) => Text::WaitsPaused,
                            Some(Pause::Everything) => Text::WaitsStopped,
                        };
                        reply.line(text, &[post, channel]);
                    }
                } else {
                    let at = ordered.due_at;
                    let time = Span::bold(state::time(at, &desired.channel.timezone));
                    let is_utc = desired.channel.timezone == TimeZone::UTC;
                    let utc = at.strftime(" (%H:%M UTC)").to_string();
                    let utc = Span::plain(if is_utc { String::new() } else { utc });
                    let words = [post, channel, ("time", time), ("utc", utc)];
                    reply.line(Text::ScheduledFor, &words);
                }
                return Ok(Some(id));
            }
            Placed::Stands { .. } => drop(reply.line(Text::StandsAlready, &[post, channel])),
            Placed::NoSlot => drop(reply.line(Text::NoSlot, &[channel])),
            Placed::Not(why) => {
                let why = match why {
                    NotPut::Draft => Text::IsDraft,
                    NotPut::Withdrawn(_) => Text::WithdrawnWhy,
                    NotPut::MayStand(_) => Text::MayStandWhy,
                    NotPut::Elsewhere(_, presence) => Explain::of_presence(presence),
                    NotPut::Together(_) => Text::TogetherWhy,
                    NotPut::Cancelling(_) => Text::StateCancelling,
                    NotPut::Failed(_) => Text::FailedWhy,
                    NotPut::Waits(_) => Text::WaitsWhy,
                };
                let why = ("why", Span::plain(why.of(self.language)));
                reply.line(Text::NotPut, &[post, channel, why]);
            }
            Placed::Withheld => drop(reply.line(Text::Withheld, &[post, channel])),
        }
        Ok(None)
    }

    /// Takes what waits off the schedule. What may be in its channel already is cancelled by the button of its card, which
    /// shows that: `is_pressed`.
    pub(super) async fn cancel(&self, post: &PostId, is_pressed: bool) -> Result<Reply, DeskFault> {
        let mut reply = self.reply();
        let before = self.standing(post).await?;
        let waiting: Vec<_> = before
            .iter()
            .filter(|known| state::waits(known) || is_pressed && state::can_cancel(known))
            .cloned()
            .collect();
        if waiting.is_empty() {
            reply.say(Text::NothingToCancel, &[("post", Span::code(post))]);
            self.say_card(&mut reply, post).await?;
            return Ok(reply.page());
        }
        let by = self.actor();
        let event = |_: &Publication| Event::Cancel { by: by.clone() };
        let cancelled = match self.desk().each(&waiting, event, self.bot.clock.now()).await {
            Ok(cancelled) => cancelled,
            Err(fault) if fault.is_refusal() => return Ok(self.not_done(&fault, &TimeZone::UTC)),
            Err(fault) => return Err(fault),
        };
        self.bot.wake.notify_one();
        // Whoever ordered it hears of it, and whoever was asked about it is not asked any more.
        for publication in &cancelled {
            self.bot.report(publication).await;
        }
        let unknown = |known: &&Publication| matches!(known.state, State::Cancelling { .. });
        if !cancelled.iter().all(|known| unknown(&known)) {
            reply.line(Text::Cancelled, &[("post", Span::code(post))]);
        }
        for known in cancelled.iter().filter(unknown) {
            let number = state::unknown_part(known).unwrap_or_default();
            let part = state::part_of(&reply, number, known.parts.len());
            let channel = self.channel(known);
            let words = [("post", Span::code(post)), ("channel", channel), ("part", part)];
            reply.line(Text::CancelledUnknown, &words);
        }
        if let PostState::Good(wanted) = self.said(post).await {
            let back = self.way_back(post, &before, &wanted).await?;
            let back = back.map(|action| reply.button(Text::TakeBack, action));
            reply.row(back);
        }
        Ok(reply.page())
    }

    /// What puts a post back on the schedule as it was; nothing where one order cannot do that: its text has changed, its
    /// times differ from channel to channel, or it did not wait in each.
    async fn way_back(
        &self,
        post: &PostId,
        before: &[Publication],
        wanted: &[Desired],
    ) -> Result<Option<Action>, DeskFault> {
        let Some(at) = before.first().map(|known| known.due_at) else { return Ok(None) };
        let is_alike =
            before.iter().all(|known| known.state == State::Scheduled && known.due_at == at);
        let shown = shown(wanted, &self.standing(post).await?);
        let content = before.iter().map(|known| (known.channel.clone(), known.payload)).collect();
        let can_be = is_alike && shown.content == content && at > self.bot.clock.now();
        let time = Time::Typed(at.to_string());
        Ok(can_be.then(|| Action::Put { post: post.clone(), shown, time }))
    }

    /// What keeps everything from going to a chat at this moment.
    pub(super) async fn pause_of(&self, chat: i64) -> Result<Option<Pause>, DeskFault> {
        Ok(self.pauses().await?.pause(chat))
    }

    /// Says of a change that was ordered why it is not made yet; `false` where nothing keeps it.
    pub(super) async fn say_waits(
        &self,
        reply: &mut MessageBuilder,
        known: &Publication,
    ) -> Result<bool, DeskFault> {
        let channel = ("channel", self.channel(known));
        let missing = known.approvals.lack(self.bot.desk.policy().approvals);
        if missing > 0 && known.waits_for_approvals(self.bot.desk.policy().approvals) {
            let words =
                [("post", Span::code(&known.post)), channel, ("count", Span::plain(missing))];
            reply.line(Text::WaitsForApprovals, &words);
            return Ok(true);
        }
        self.say_pause(reply, known).await
    }

    /// Says that what was ordered is not done yet because nothing is; `false` where that is not so.
    pub(super) async fn say_pause(
        &self,
        reply: &mut MessageBuilder,
        known: &Publication,
    ) -> Result<bool, DeskFault> {
        let channel = ("channel", self.channel(known));
        match self.pause_of(known.chat).await? {
            None => return Ok(false),
            Some(Pause::Channel) => drop(reply.line(Text::ChangeWaitsPaused, &[channel])),
            Some(Pause::Everything) => drop(reply.line(Text::ChangeWaitsStopped, &[])),
        }
        Ok(true)
    }

    fn say_no_time(reply: &mut MessageBuilder, fault: &WhenFault) {
        match fault {
            WhenFault::Unreadable(_) | WhenFault::OutOfRange => reply.line(Text::TimeFault, &[]),
            WhenFault::Past(_) => reply.line(Text::TimePast, &[]),
            WhenFault::Gap(time, ..) => reply.line(Text::TimeGap, &[("time", Span::plain(time))]),
            WhenFault::Fold(time, ..) => reply.line(Text::TimeFold, &[("time", Span::plain(time))]),
            WhenFault::FarAhead(year) => reply.line(Text::TimeFar, &[("time", Span::plain(year))]),
        };
    }
}

/// What a time means in each channel.
fn wishes(wanted: &[Desired], time: &Time, now: Timestamp) -> Result<Vec<Wish>, WhenFault> {
    let wish = |desired: &Desired| match time {
        Time::Now => Ok(Wish::Now),
        Time::Slot => Ok(Wish::NextSlot),
        Time::Typed(typed) => {
            let when: When = typed.parse()?;
            Wish::of(&when, &desired.channel, now)
        }
    };
    wanted.iter().map(wish).collect()
}
