//! What an operator orders: that something goes out, when, is edited, taken off or deleted. The rules decide what becomes of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::asker::Asker;
use super::buttons::{Deed, Shown, Time, Verdict};
use super::card::shown;
use super::page::{Page, Speech, Word};
use super::phrase::Phrase;
use super::request::Room;
use super::state;
use crate::config::Role;
use crate::desk::{Desk, DeskFault, Placed, Wish, Word as OperatorsWord};
use crate::outbox::{Event, Publication, PublicationId, State};
use crate::plan::{self, Desired, NotPut};
use crate::post::PostId;
use crate::schedule::{When, WhenFault};
use crate::store::Order;

impl Asker<'_> {
    /// Lets a post go out as it was shown; where it looks different by now, the new preview comes instead.
    pub(super) async fn put(
        &self,
        post: &PostId,
        as_shown: &Shown,
        time: &Time,
    ) -> Result<(), DeskFault> {
        let Some(wanted) = self.wanted(post).await else { return Ok(()) };
        if shown(&wanted) != *as_shown {
            return self.preview(post, Some(Phrase::HasChanged)).await;
        }
        let now = self.bot.clock.now();
        let wishes = match wishes(&wanted, time, now) {
            Ok(wishes) => wishes,
            Err(fault) => {
                self.show(&self.no_time(&fault)).await;
                return Ok(());
            }
        };
        if !self.operator.role.may(Role::Publisher) {
            return self.propose(post, as_shown, time, &wishes, &wanted).await;
        }
        let desk = self.desk();
        let mut speech = self.speech();
        let mut ordered: Vec<PublicationId> = Vec::new();
        for (desired, wish) in wanted.iter().zip(&wishes) {
            if desired.chat.is_none() {
                let name = Word::bold(&desired.channel.name);
                speech.line(Phrase::NoChannelKnown, &[("channel", name)]);
                continue;
            }
            let put = desk.put(desired, false, wish, now).await;
            ordered.extend(self.say_put(&mut speech, &desk, desired, wish, put).await?);
        }
        if *time != Time::Now && !ordered.is_empty() {
            speech.row([speech.button(Phrase::TakeBack, Deed::Cancel(post.clone()))]);
        }
        let place = self.show(&speech.page()).await;
        if let (Time::Now, Some(place)) = (time, place) {
            self.bot.watch(&ordered, place);
        }
        self.bot.wake.notify_one();
        Ok(())
    }

    /// Says what came of an order; returns the publication that is on its way.
    async fn say_put(
        &self,
        speech: &mut Speech,
        desk: &Desk,
        desired: &Desired,
        wish: &Wish,
        put: Result<Placed, DeskFault>,
    ) -> Result<Option<PublicationId>, DeskFault> {
        let post = ("post", Word::code(&desired.post));
        let channel = ("channel", Word::bold(&desired.channel.name));
        match put {
            Ok(Placed::Ordered(id) | Placed::GoesOn(id)) => {
                let ordered = desk.publication(id).await?;
                let missing = ordered.approvals.lack(desk.policy().approvals);
                if missing > 0 {
                    let count = ("count", Word::plain(missing));
                    speech.line(Phrase::WaitsForApprovals, &[post.clone(), channel.clone(), count]);
                }
                if *wish == Wish::Now {
                    if missing == 0 {
                        speech.line(Phrase::GoesOut, &[post, channel]);
                    }
                } else {
                    let at = ordered.due_at;
                    let time = Word::bold(state::time(at, &desired.channel.timezone));
                    let is_utc = desired.channel.timezone == TimeZone::UTC;
                    let utc = at.strftime(" (%H:%M UTC)").to_string();
                    let utc = Word::plain(if is_utc { String::new() } else { utc });
                    let words = [post, channel, ("time", time), ("utc", utc)];
                    speech.line(Phrase::ScheduledFor, &words);
                }
                return Ok(Some(id));
            }
            Ok(Placed::Stands { .. }) => drop(speech.line(Phrase::StandsAlready, &[post, channel])),
            Ok(Placed::NoSlot) => drop(speech.line(Phrase::NoSlot, &[channel])),
            Ok(Placed::Not(why)) => {
                let why = match why {
                    NotPut::Draft => Phrase::IsDraft,
                    NotPut::Withdrawn(_) => Phrase::WithdrawnWhy,
                    NotPut::Together(_) => Phrase::TogetherWhy,
                    NotPut::Failed(_) => Phrase::FailedWhy,
                    NotPut::Waits(_) => Phrase::WaitsWhy,
                };
                let why = ("why", Word::plain(why.of(self.language)));
                speech.line(Phrase::NotPut, &[post, channel, why]);
            }
            Err(fault) if fault.is_refusal() => {
                let why = ("why", Word::plain(&fault));
                speech.line(Phrase::NotPut, &[post, channel, why]);
            }
            Err(fault) => return Err(fault),
        }
        Ok(None)
    }

    /// An editor proposes: whoever may publish gets the button.
    async fn propose(
        &self,
        post: &PostId,
        as_shown: &Shown,
        time: &Time,
        wishes: &[Wish],
        wanted: &[Desired],
    ) -> Result<(), DeskFault> {
        let mut count = 0;
        for operator in &self.bot.desk.newsroom.config.bot.operators {
            if !operator.role.may(Role::Publisher) || operator.id == self.operator.id {
                continue;
            }
            let mut speech = Speech::new(self.bot.language(operator.id));
            let when = match (wishes.first(), wanted.first()) {
                (Some(Wish::At(at)), Some(desired)) => {
                    state::time(at.at, &desired.channel.timezone)
                }
                (Some(Wish::NextSlot), _) => Phrase::InNextSlot.of(speech.language()).to_owned(),
                _ => Phrase::AtOnce.of(speech.language()).to_owned(),
            };
            let words = [
                ("who", Word::plain(self.bot.name_of(self.operator.id))),
                ("post", Word::code(post)),
                ("time", Word::bold(when)),
            ];
            speech.say(Phrase::Proposed, &words);
            let preview = speech.button(Phrase::Preview, Deed::Preview(post.clone()));
            let label = if *time == Time::Now { Phrase::Publish } else { Phrase::Schedule };
            let put = Deed::Put { post: post.clone(), shown: as_shown.clone(), time: time.clone() };
            let put = speech.button(label, put);
            speech.row([preview, put]);
            // Whoever presses has seen what goes out.
            for part in wanted.iter().flat_map(|desired| desired.parts.iter()) {
                self.bot.courier.show(Room::of(operator), &part.request).await;
            }
            let sent = self.bot.courier.send(Room::of(operator), &speech.page()).await;
            count += usize::from(sent.is_some());
        }
        let words = [("count", Word::plain(count))];
        self.show(&self.phrase(Phrase::ProposalSent, &words)).await;
        Ok(())
    }

    /// Takes what waits off the schedule.
    pub(super) async fn cancel(&self, post: &PostId) -> Result<Page, DeskFault> {
        let by = self.actor();
        let waits = |known: &Publication| {
            matches!(known.state, State::Scheduled | State::Due | State::Held { .. })
        };
        let before = self.standing(post).await?;
        let cancelled = self
            .happen(post, waits, |_| Event::Cancel { by: by.clone() }, Phrase::Cancelled)
            .await?;
        let Some(mut speech) = cancelled else {
            return Ok(self.phrase(Phrase::NothingToCancel, &[("post", Word::code(post))]));
        };
        // What was to go out at a time can be put back there as it is now.
        let at =
            before.iter().find(|known| known.state == State::Scheduled).map(|known| known.due_at);
        if let Some(at) = at.filter(|at| *at > self.bot.clock.now()) {
            let time = Time::Typed(at.to_string());
            // What was taken off, and nothing else, goes back without another look.
            let taken = before.iter().map(|known| (known.channel.clone(), known.payload)).collect();
            let deed = Deed::Put { post: post.clone(), shown: taken, time };
            speech.row([speech.button(Phrase::TakeBack, deed)]);
        }
        Ok(speech.page())
    }

    /// Lets a held one go.
    pub(super) async fn release(&self, post: &PostId) -> Result<Page, DeskFault> {
        let by = self.actor();
        let held = |known: &Publication| matches!(known.state, State::Held { .. });
        let done = self.happen(post, held, |_| Event::Release { by: by.clone() }, Phrase::Released);
        self.or_card(post, done.await?).await
    }

    /// Goes on with a refused one.
    pub(super) async fn retry(&self, post: &PostId) -> Result<Page, DeskFault> {
        let by = self.actor();
        let failed = |known: &Publication| matches!(known.state, State::Failed { .. });
        let done = self.happen(post, failed, |_| Event::Retry { by: by.clone() }, Phrase::Retried);
        self.or_card(post, done.await?).await
    }

    /// What was done, or how it stands where nothing was.
    async fn or_card(&self, post: &PostId, done: Option<Speech>) -> Result<Page, DeskFault> {
        match done {
            Some(speech) => Ok(speech.page()),
            None => self.card(post).await,
        }
    }

    /// Lets something happen to the publications of a post that it applies to; `None` where it applies to none.
    async fn happen(
        &self,
        post: &PostId,
        applies: impl Fn(&Publication) -> bool,
        event: impl Fn(&Publication) -> Event,
        told: Phrase,
    ) -> Result<Option<Speech>, DeskFault> {
        let mut known = self.standing(post).await?;
        known.retain(applies);
        if known.is_empty() {
            return Ok(None);
        }
        match self.desk().each(&known, event, self.bot.clock.now()).await {
            Ok(_) => {}
            Err(fault) if fault.is_refusal() => {
                let why = [("why", Word::plain(&fault))];
                return Ok(Some(Speech::of(self.language, Phrase::Mishap, &why)));
            }
            Err(fault) => return Err(fault),
        }
        self.bot.wake.notify_one();
        Ok(Some(Speech::of(self.language, told, &[("post", Word::code(post))])))
    }

    /// Asks once more.
    pub(super) async fn ask_delete(&self, post: &PostId) -> Result<Page, DeskFault> {
        let mut known = self.standing(post).await?;
        known.retain(|known| known.sent() > 0);
        if known.is_empty() {
            return Ok(self.phrase(Phrase::NothingToDelete, &[("post", Word::code(post))]));
        }
        let channels: Vec<_> = known.iter().map(|known| known.channel.to_string()).collect();
        let words = [("post", Word::code(post)), ("channels", Word::bold(channels.join(", ")))];
        let mut speech = Speech::of(self.language, Phrase::DeleteQuestion, &words);
        let delete = speech.button(Phrase::DeleteForAll, Deed::Delete(post.clone()));
        let close = speech.button(Phrase::Close, Deed::Close);
        speech.row([delete]).row([close]);
        Ok(speech.page())
    }

    /// Deletes what stands.
    pub(super) async fn delete(&self, post: &PostId) -> Result<Page, DeskFault> {
        let now = self.bot.clock.now();
        let desk = self.desk();
        let mut speech = self.speech();
        let mut orders = Vec::new();
        let mut ids = Vec::new();
        for known in self.standing(post).await?.iter().filter(|known| known.sent() > 0) {
            let Ok(revisions) = plan::removal(known, now) else {
                let channel = Word::bold(&known.channel);
                speech.line(Phrase::TooOldToDelete, &[("channel", channel)]);
                continue;
            };
            ids.push(known.id);
            let event = Event::Revise {
                payload: known.payload,
                source: known.source,
                revisions,
                appended: Vec::new(),
                pin: known.pin.wanted,
                by: self.actor(),
            };
            orders.push(Order::Event(known.id, event));
        }
        if !orders.is_empty() {
            match desk.order(orders, now).await {
                Ok(_) => drop(speech.line(Phrase::Deleting, &[("post", Word::code(post))])),
                Err(fault) if fault.is_refusal() => {
                    speech.line(Phrase::Mishap, &[("why", Word::plain(&fault))]);
                }
                Err(fault) => return Err(fault),
            }
            if let Some(place) = self.place {
                self.bot.watch(&ids, place);
            }
            self.bot.wake.notify_one();
        }
        Ok(speech.page())
    }

    /// A person's word on an outcome that nobody knows.
    pub(super) async fn decide(
        &self,
        id: PublicationId,
        verdict: Verdict,
    ) -> Result<Page, DeskFault> {
        let (word, told) = match verdict {
            Verdict::NotThere => (OperatorsWord::NotSent, Phrase::WordNotThere),
            Verdict::There | Verdict::Skip => (OperatorsWord::Skip, Phrase::WordSkip),
        };
        self.take_word(id, &word, told).await
    }

    /// The message that an operator names as the one that nobody knew of.
    pub(super) async fn message_is(&self, id: PublicationId, typed: &str) -> Result<(), DeskFault> {
        let word = OperatorsWord::Sent(vec![typed.to_owned()]);
        let page = self.take_word(id, &word, Phrase::WordThere).await?;
        self.show(&page).await;
        Ok(())
    }

    async fn take_word(
        &self,
        id: PublicationId,
        word: &OperatorsWord,
        told: Phrase,
    ) -> Result<Page, DeskFault> {
        let publication = self.bot.desk.publication(id).await?;
        match self.desk().resolve(&publication, word, self.bot.clock.now()).await {
            Ok(resolved) => {
                self.bot.wake.notify_one();
                self.bot.settle_question(id);
                self.bot.tell_decided(&resolved, &self.operator).await;
                let words = [
                    ("post", Word::code(&resolved.post)),
                    ("word", Word::plain(told.of(self.language))),
                ];
                Ok(self.phrase(Phrase::Decided, &words))
            }
            Err(fault @ (DeskFault::Word(_) | DeskFault::Refused { .. })) => {
                let mut speech = self.speech();
                speech.say(Phrase::Mishap, &[("why", Word::plain(&fault))]);
                self.say_card(&mut speech, &publication.post).await?;
                Ok(speech.page())
            }
            Err(fault) => Err(fault),
        }
    }

    fn no_time(&self, fault: &WhenFault) -> Page {
        match fault {
            WhenFault::Unreadable(_) => self.phrase(Phrase::TimeFault, &[]),
            WhenFault::Past(_) => self.phrase(Phrase::TimePast, &[]),
            other => self.phrase(Phrase::TimeOdd, &[("why", Word::plain(other))]),
        }
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
