//! What an operator orders: that something goes out, when, is edited, taken off or deleted. The rules decide what becomes of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::asker::Asker;
use super::buttons::{Deed, Shown, Time, Verdict};
use super::card::shown;
use super::page::{Page, Speech, Word};
use super::phrase::Phrase;
use super::shelf::Said;
use super::state;
use crate::config::Role;
use crate::desk::{Desk, DeskFault, Placed, Wish, Word as OperatorsWord};
use crate::outbox::{Event, Publication, PublicationId, State};
use crate::plan::{Desired, NotPut};
use crate::post::PostId;
use crate::schedule::{When, WhenFault};

impl Asker<'_> {
    /// Lets a post go out as it was shown, and says what was ordered; where it looks different by now, the new preview comes
    /// instead.
    pub(super) async fn put(
        &self,
        post: &PostId,
        as_shown: &Shown,
        time: &Time,
    ) -> Result<Vec<PublicationId>, DeskFault> {
        let nothing = Ok(Vec::new());
        let Some(wanted) = self.wanted(post).await else { return nothing };
        if shown(&wanted) != *as_shown {
            self.preview(post, Some(Phrase::HasChanged)).await?;
            return nothing;
        }
        let now = self.bot.clock.now();
        let wishes = match wishes(&wanted, time, now) {
            Ok(wishes) => wishes,
            Err(fault) => {
                let mut speech = self.speech();
                Self::say_no_time(&mut speech, &fault);
                // Another time can be chosen.
                self.show(&self.times(speech, post, as_shown)).await;
                return nothing;
            }
        };
        if !self.operator.role.may(Role::Publisher) {
            let wish = wishes.first().unwrap_or(&Wish::Now);
            self.propose(post, time, wish, &wanted).await;
            return nothing;
        }
        let desk = self.desk();
        let before = self.standing(post).await?;
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
            let waits = before.iter().any(|known| known.state == State::Scheduled);
            let back = if waits {
                self.way_back(post, &before, &wanted)
            } else {
                Some(Deed::Cancel(post.clone()))
            };
            let back = back.map(|deed| speech.button(Phrase::TakeBack, deed));
            speech.row(back);
        }
        let place = self.show(&speech.page()).await;
        if let (Time::Now, Some(place)) = (time, place) {
            self.bot.watch(&ordered, place);
        }
        self.bot.wake.notify_one();
        Ok(ordered)
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
                        let waits = self.is_paused(ordered.chat).await?;
                        let phrase = if waits { Phrase::WaitsPaused } else { Phrase::GoesOut };
                        speech.line(phrase, &[post, channel]);
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
                let why = ("why", self.why(&desired.channel.timezone).of_desk(&fault));
                speech.line(Phrase::NotPut, &[post, channel, why]);
            }
            Err(fault) => return Err(fault),
        }
        Ok(None)
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
            let mut speech = self.speech();
            speech.say(Phrase::NothingToCancel, &[("post", Word::code(post))]);
            self.say_card(&mut speech, post).await?;
            return Ok(speech.page());
        };
        if let Said::Good(wanted) = self.said(post).await {
            let taken: Shown =
                before.iter().map(|known| (known.channel.clone(), known.payload)).collect();
            // What was taken off, and nothing else, goes back without another look.
            let back = self.way_back(post, &before, &wanted).filter(|_| shown(&wanted) == taken);
            let back = back.map(|deed| speech.button(Phrase::TakeBack, deed));
            speech.row(back);
        }
        Ok(speech.page())
    }

    /// What puts a post back on the schedule as it was; nothing where one order cannot do that, since its times differ from
    /// channel to channel or it did not wait in each.
    fn way_back(&self, post: &PostId, before: &[Publication], wanted: &[Desired]) -> Option<Deed> {
        let at = before.first()?.due_at;
        let is_alike =
            before.iter().all(|known| known.state == State::Scheduled && known.due_at == at);
        let can_be = is_alike && before.len() == wanted.len() && at > self.bot.clock.now();
        let time = Time::Typed(at.to_string());
        can_be.then(|| Deed::Put { post: post.clone(), shown: shown(wanted), time })
    }

    /// Whether nothing goes out to a chat at this moment.
    async fn is_paused(&self, chat: i64) -> Result<bool, DeskFault> {
        let store = &self.bot.desk.store;
        if store.journal().await?.stopped.is_some() {
            return Ok(true);
        }
        let channels = store.channels().await?;
        Ok(channels.iter().any(|known| known.chat == chat && known.paused.is_some()))
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
                let why = [("why", self.why(&TimeZone::UTC).of_desk(&fault))];
                return Ok(Some(Speech::of(self.language, Phrase::Mishap, &why)));
            }
            Err(fault) => return Err(fault),
        }
        self.bot.wake.notify_one();
        Ok(Some(Speech::of(self.language, told, &[("post", Word::code(post))])))
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
                self.bot.tell_decided(&resolved, &self.operator, told, self.place).await;
                let words = [
                    ("post", Word::code(&resolved.post)),
                    ("word", Word::plain(told.of(self.language))),
                ];
                Ok(self.phrase(Phrase::Decided, &words))
            }
            Err(fault @ (DeskFault::Word(_) | DeskFault::Refused { .. })) => {
                let mut speech = self.speech();
                let why = self.why(&self.zone(&publication)).of_desk(&fault);
                speech.say(Phrase::Mishap, &[("why", why)]);
                self.say_card(&mut speech, &publication.post).await?;
                Ok(speech.page())
            }
            Err(fault) => Err(fault),
        }
    }

    fn say_no_time(speech: &mut Speech, fault: &WhenFault) {
        match fault {
            WhenFault::Unreadable(_) | WhenFault::OutOfRange => speech.line(Phrase::TimeFault, &[]),
            WhenFault::Past(_) => speech.line(Phrase::TimePast, &[]),
            WhenFault::Gap(time, ..) => {
                speech.line(Phrase::TimeGap, &[("time", Word::plain(time))])
            }
            WhenFault::Fold(time, ..) => {
                speech.line(Phrase::TimeFold, &[("time", Word::plain(time))])
            }
            WhenFault::FarAhead(year) => {
                speech.line(Phrase::TimeFar, &[("time", Word::plain(year))])
            }
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
