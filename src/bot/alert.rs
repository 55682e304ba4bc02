//! What needs somebody: one message in each operator's chat and in that of the alerts, with the evidence and the decisions,
//! until it is over.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Attendant;
use super::buttons::Deed;
use super::card::decisions;
use super::courier::Place;
use super::page::{Page, Speech, Word};
use super::phrase::Phrase;
use super::request::Room;
use super::state;
use crate::config::{Operator, Role};
use crate::desk::DeskFault;
use crate::outbox::{Held, Notice, Publication, PublicationId, State};
use crate::post::PostId;

/// What stands of an alert.
#[derive(Clone, Debug)]
pub(super) struct Alert {
    notice: Notice,
    about: PublicationId,
    places: Vec<Place>,
}

impl Attendant<'_> {
    /// Tells the operators and the chat of the alerts; `true` where somebody heard, or nobody is there to hear, or there is
    /// nothing to hear any more.
    pub async fn alert(&self, notice: &Notice, publication: &Publication) -> bool {
        if self.is_over(notice, publication, self.clock.now()) {
            return true;
        }
        let rooms = self.whom_to_alert(notice, publication);
        if rooms.is_empty() {
            return true;
        }
        let mut heard = false;
        for (room, operator) in rooms {
            let page = self.notice(notice, publication, room, operator);
            let Some(place) = self.courier.send(room, &page).await else { continue };
            heard = true;
            // Of these nobody tells that they are over.
            if matches!(notice, Notice::Duplicate { .. } | Notice::Missed | Notice::BotStopped) {
                continue;
            }
            // One message of it stands in each chat: the newest.
            for old in self.keep_alert(notice, publication, place) {
                if !self.courier.delete(old).await {
                    self.end_alerts(&[old], publication).await;
                }
            }
        }
        // It may have been decided while it was told.
        if let Ok(now) = self.desk.publication(publication.id).await
            && self.is_over(notice, &now, self.clock.now())
        {
            let places = self.take_alerts(&now);
            self.end_alerts(&places, &now).await;
        }
        heard
    }

    /// Ends the alerts of what needs nobody any more, whoever saw to it.
    pub async fn end_what_is_over(&self) {
        let now = self.clock.now();
        let open: Vec<Alert> = self.lock(&self.alerts).values().cloned().collect();
        for Alert { notice, about, .. } in open {
            let Ok(known) = self.newest_of(about).await else { continue };
            let is_over = match notice {
                Notice::ChannelPaused => match self.desk.store.channels().await {
                    Ok(all) => all
                        .iter()
                        .all(|channel| channel.chat != known.chat || channel.paused.is_none()),
                    Err(_) => false,
                },
                _ => self.is_over(&notice, &known, now),
            };
            if is_over {
                let places = self.take_alerts_about(about);
                self.end_alerts(&places, &known).await;
            }
        }
    }

    /// A publication, or what stands in its place.
    async fn newest_of(&self, mut id: PublicationId) -> Result<Publication, DeskFault> {
        loop {
            let known = self.desk.publication(id).await?;
            match known.state {
                State::Superseded { successor, .. } if successor != id => id = successor,
                _ => return Ok(known),
            }
        }
    }

    /// Whether what the notice tells of is not so any more.
    fn is_over(&self, notice: &Notice, publication: &Publication, now: Timestamp) -> bool {
        match notice {
            Notice::Held { held: Held::Approvals } => {
                !publication.waits_for_approvals(self.desk.policy().approvals)
            }
            Notice::Held { .. } => !matches!(publication.state, State::Held { .. }),
            Notice::Failed { .. } => !matches!(publication.state, State::Failed { .. }),
            Notice::Uncertain { .. } | Notice::NeedsOperator { .. } | Notice::Conflict { .. } => {
                !state::needs_word(publication)
            }
            Notice::LongWait { until } => *until <= now,
            Notice::Duplicate { .. }
            | Notice::Missed
            | Notice::ChannelPaused
            | Notice::BotStopped => false,
        }
    }

    /// From now on the newest alert of a post stands there; where the one before it stands in the same chat.
    fn keep_alert(&self, notice: &Notice, publication: &Publication, place: Place) -> Vec<Place> {
        let about = publication.id;
        let new = || Alert { notice: notice.clone(), about, places: Vec::new() };
        let mut alerts = self.lock(&self.alerts);
        let alert = alerts.entry(key(publication)).or_insert_with(new);
        alert.notice = notice.clone();
        alert.about = about;
        let old = alert.places.extract_if(.., |old| old.room == place.room).collect();
        alert.places.push(place);
        old
    }

    /// Where the alerts of a publication stand, which is over.
    pub(super) fn take_alerts(&self, publication: &Publication) -> Vec<Place> {
        let alert = self.lock(&self.alerts).remove(&key(publication));
        alert.map(|alert| alert.places).unwrap_or_default()
    }

    fn take_alerts_about(&self, about: PublicationId) -> Vec<Place> {
        let mut alerts = self.lock(&self.alerts);
        let over = alerts.extract_if(.., |_, alert| alert.about == about);
        over.flat_map(|(_, alert)| alert.places).collect()
    }

    /// What was asked about a post is answered: that comes in the place of its alerts.
    pub(super) async fn end_as(&self, publication: &Publication, phrase: Phrase) {
        for place in self.take_alerts(publication) {
            let words = [("post", Word::code(&publication.post))];
            let page = Speech::of(self.language(place.room.id()), phrase, &words).page();
            self.courier.edit(place, &page).await;
        }
    }

    /// Another page comes there: it is not ended as what it was.
    pub(super) fn leave(&self, place: Place) {
        self.lock(&self.proposals).leave(place);
        self.lock(&self.alerts).retain(|_, alert| {
            alert.places.retain(|known| *known != place);
            !alert.places.is_empty()
        });
    }

    /// All operators and the chat of the alerts; of those who are asked to approve, whose word counts.
    fn whom_to_alert(
        &self,
        notice: &Notice,
        publication: &Publication,
    ) -> Vec<(Room, Option<Operator>)> {
        let config = &self.desk.newsroom.config.bot;
        let mut operators = self.operators().now().to_vec();
        let may_approve = |operator: &Operator| {
            operator.role.may(Role::Publisher) && publication.approvals.takes(operator.id)
        };
        let asks_to_approve = *notice == (Notice::Held { held: Held::Approvals });
        if asks_to_approve && operators.iter().any(may_approve) {
            operators.retain(may_approve);
        }
        let own = operators.into_iter().map(|operator| (Room::of(&operator), Some(operator)));
        own.chain(Room::of_alerts(config).map(|room| (room, None))).collect()
    }

    fn notice(
        &self,
        notice: &Notice,
        publication: &Publication,
        room: Room,
        operator: Option<Operator>,
    ) -> Page {
        let mut speech = Speech::new(self.language(room.id()));
        let words = [
            ("post", Word::code(&publication.post)),
            ("channel", Word::bold(&publication.channel)),
        ];
        speech.say(Phrase::NeedsYou, &words);
        let total = publication.parts.len();
        let channel = self.desk.channel_of(publication);
        let zone = channel.map_or(TimeZone::UTC, |channel| channel.timezone.clone());
        let link = |id| self.desk.link(publication, id);
        match notice {
            Notice::Uncertain { part } => {
                let part = state::part_of(&speech, *part, total);
                speech.line(Phrase::NotSentYet, &[("part", part)]);
                state::say_evidence(&mut speech, publication, &zone, &link);
            }
            Notice::NeedsOperator { part } => {
                let part = state::part_of(&speech, *part, total);
                speech.line(Phrase::OnlyYouKnow, &[("part", part)]);
                state::say_evidence(&mut speech, publication, &zone, &link);
            }
            Notice::Duplicate { part, message_ids } => {
                let part = state::part_of(&speech, *part, total);
                let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
                let words = [("part", part), ("ids", Word::plain(ids.join(", ")))];
                speech.line(Phrase::StandsTwice, &words);
            }
            Notice::Failed { part } => state::say_refusal(&mut speech, publication, *part),
            Notice::Conflict { .. } => state::say_why(&mut speech, publication),
            Notice::Held { held } => state::say_held(&mut speech, held),
            Notice::Missed => drop(speech.line(Phrase::LeftOut, &[])),
            Notice::LongWait { until } => {
                let time = Word::plain(state::time(*until, &zone));
                speech.line(Phrase::AskedToWait, &[("time", time)]);
            }
            Notice::ChannelPaused => drop(speech.line(Phrase::RefusesBot, &[])),
            Notice::BotStopped => drop(speech.line(Phrase::RefusesToken, &[])),
        }
        if let Some(place) = self.desk.place(publication) {
            speech.block(&place);
        }
        let Some(operator) = operator else { return speech.page() };
        if state::needs_word(publication) && operator.role.may(Role::Admin) {
            for row in decisions(&speech, publication) {
                speech.row(row);
            }
        }
        // What goes on by a press is looked at first.
        let look = match notice {
            Notice::Held { held: Held::Approvals } => Some(Phrase::LookAndApprove),
            Notice::Held { held: Held::Changed } => Some(Phrase::Preview),
            Notice::Held { held } if *held != Held::Restored => Some(Phrase::LetGo),
            Notice::Failed { .. } => Some(Phrase::TryAgain),
            _ => None,
        };
        let post = || publication.post.clone();
        let look = look.map(|label| speech.button(label, Deed::Preview(post())));
        let can_be_off = matches!(notice, Notice::Held { .. })
            && matches!(publication.state, State::Held { .. })
            && publication.sent() == 0
            && operator.role.may(Role::Publisher);
        let off = can_be_off.then(|| speech.button(Phrase::TakeOff, Deed::Cancel(post())));
        let card = speech.button(Phrase::OpenCard, Deed::Card(post()));
        speech.row(look).row(off).row([card]);
        speech.page()
    }

    /// Puts in the place of these alerts how it stands now, without their buttons.
    pub(super) async fn end_alerts(&self, places: &[Place], publication: &Publication) {
        for place in places {
            let mut speech = Speech::new(self.language(place.room.id()));
            self.say_outcome(&mut speech, publication);
            self.courier.edit(*place, &speech.page()).await;
        }
    }

    /// Says to all who were told of it, and where it was asked as which message it stands, what somebody has decided; where it
    /// was pressed that is said already.
    pub(super) async fn tell_decided(
        &self,
        publication: &Publication,
        by: &Operator,
        word: Phrase,
        asked: Vec<Place>,
        pressed: Option<Place>,
    ) {
        let mut places = asked;
        // Where there is more to decide, that is asked in their place.
        let next =
            state::question(publication).map(|(part, _)| match state::open_change(publication) {
                Some(_) => Notice::Conflict { part },
                None => Notice::NeedsOperator { part },
            });
        match next {
            None => places.extend(self.take_alerts(publication)),
            Some(notice) => self.ask_next(&notice, publication, pressed).await,
        }
        for place in places.into_iter().filter(|place| Some(*place) != pressed) {
            let language = self.language(place.room.id());
            let words = [
                ("post", Word::code(&publication.post)),
                ("word", Word::plain(word.of(language))),
                ("who", Word::plain(self.name_of(by.id))),
            ];
            self.courier.edit(place, &Speech::of(language, Phrase::DecidedBy, &words).page()).await;
        }
    }

    /// Puts the next question in the place of the one that was answered, but for where it was pressed.
    async fn ask_next(&self, notice: &Notice, publication: &Publication, pressed: Option<Place>) {
        let alert = self.lock(&self.alerts).get(&key(publication)).cloned();
        let places = alert.map(|alert| alert.places).unwrap_or_default();
        for place in places.into_iter().filter(|place| Some(*place) != pressed) {
            let operator = self.operators().of(place.room.id());
            let page = self.notice(notice, publication, place.room, operator);
            self.courier.edit(place, &page).await;
        }
    }
}

/// Under what the alerts of a publication are known: those of one whose place it takes end with its own.
fn key(publication: &Publication) -> (PostId, i64) {
    (publication.post.clone(), publication.chat)
}
