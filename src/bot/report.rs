//! What the operators hear of by themselves: what went out, what waits for a decision, who has decided it.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::Attendant;
use super::buttons::Deed;
use super::card::decisions;
use super::courier::Place;
use super::page::{Page, Speech, Word};
use super::phrase::Phrase;
use super::request::Room;
use super::state;
use super::why::Why;
use crate::config::{Operator, Role};
use crate::outbox::{Actor, Cancellation, Cause, Held, Notice, Publication, PublicationId, State};
use crate::post::PostId;

impl Attendant<'_> {
    /// Keeps the page of an order true: when what was ordered is done, it says so.
    pub(super) fn watch(&self, ids: &[PublicationId], place: Place) {
        let mut watched = self.lock(&self.watched);
        let together: Arc<[PublicationId]> = ids.into();
        for id in ids {
            watched.entry(*id).or_default().push((place, Arc::clone(&together)));
        }
    }

    /// Says what became of a publication, to whoever ordered it.
    pub(super) async fn report(&self, publication: &Publication) {
        let is_done = matches!(publication.state, State::Published | State::Cancelled { .. })
            && !crate::status::waits(publication);
        // Approvals are asked for by a notice of their own.
        let is_asked = publication.state == (State::Held { held: Held::Approvals });
        let needs = state::is_problem(publication) && !is_asked;
        if !is_done && !needs {
            return;
        }
        if is_done {
            let over = self.lock(&self.alerts).remove(&key(publication)).unwrap_or_default();
            self.end_alerts(&over, publication).await;
        }
        let places = {
            let mut watched = self.lock(&self.watched);
            // What needs somebody is not over: the page ends with what comes of it.
            if is_done {
                watched.remove(&publication.id)
            } else {
                watched.get(&publication.id).cloned()
            }
        };
        let places = places.unwrap_or_default();
        for (place, together) in &places {
            let mut speech = Speech::new(self.language(place.room.id()));
            for id in together.iter() {
                if *id == publication.id {
                    self.say_outcome(&mut speech, publication);
                    continue;
                }
                // Of what stands, and is yet to be edited or deleted, there is nothing to say.
                let other = self.desk.publication(*id).await;
                let is_told =
                    |other: &Publication| other.sent() == 0 || !crate::status::waits(other);
                if let Some(other) = other.ok().filter(is_told) {
                    self.say_outcome(&mut speech, &other);
                }
            }
            self.courier.edit(*place, &speech.page()).await;
        }
        // Whoever scheduled it hears of it although his page is long gone.
        if let (true, Actor::Operator { id }, true) =
            (is_done, &publication.by, places.is_empty() && publication.by_hand)
            && self.lock(&self.told).insert((publication.id, publication.sent()))
            && let Some(operator) = self.desk.newsroom.config.bot.operator(*id)
        {
            let mut speech = Speech::new(self.language(*id));
            self.say_outcome(&mut speech, publication);
            self.courier.send(Room::of(&operator), &speech.page()).await;
        }
    }

    /// What became of it, or that it is on its way, in one line.
    fn say_outcome(&self, speech: &mut Speech, publication: &Publication) {
        let post = ("post", Word::code(&publication.post));
        let channel = ("channel", Word::bold(&publication.channel));
        let standing = self.desk.standing(publication);
        let link = standing.link.unwrap_or_default();
        let link = ("link", Word::Plain(link));
        let was_edited = publication.parts.iter().any(|part| part.edited.is_some());
        match &publication.state {
            State::Published if !state::is_problem(publication) => {
                let phrase = if was_edited { Phrase::WasEdited } else { Phrase::WentOut };
                speech.line(phrase, &[post, channel, link]);
            }
            State::Cancelled { cancellation: Cancellation::Deleted, .. } => {
                speech.line(Phrase::WasDeleted, &[post, channel]);
            }
            State::Cancelled { .. } => drop(speech.line(Phrase::Cancelled, &[post])),
            // What is the matter is a message of its own.
            _ if state::is_problem(publication) => {
                speech.line(Phrase::NeedsSomebody, &[post, channel]);
            }
            _ => drop(speech.line(Phrase::GoesOut, &[post, channel])),
        }
    }

    /// Tells the operators and the chat of the alerts; `true` where somebody heard, or nobody is there to hear.
    pub async fn alert(&self, notice: &Notice, publication: &Publication) -> bool {
        let rooms = self.whom_to_alert(notice, publication);
        if rooms.is_empty() {
            return true;
        }
        let mut before = self.lock(&self.alerts).remove(&key(publication)).unwrap_or_default();
        let mut heard = false;
        let mut places = Vec::new();
        for (room, operator) in rooms {
            let page = self.notice(notice, publication, room, operator);
            if let Some(place) = self.courier.send(room, &page).await {
                heard = true;
                places.push(place);
                // One message of it stands in each chat: the newest.
                for old in before.extract_if(.., |old| old.room == room) {
                    if !self.courier.delete(old).await {
                        self.end_alerts(&[old], publication).await;
                    }
                }
            }
        }
        places.extend(before);
        self.lock(&self.alerts).entry(key(publication)).or_default().extend(places);
        heard
    }

    /// All operators and the chat of the alerts; of those who are asked to approve, whose word counts.
    fn whom_to_alert(
        &self,
        notice: &Notice,
        publication: &Publication,
    ) -> Vec<(Room, Option<Operator>)> {
        let config = &self.desk.newsroom.config.bot;
        let mut operators = config.operators.clone();
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
        match notice {
            Notice::Uncertain { part } => {
                let part = state::part_of(&speech, *part, total);
                speech.line(Phrase::NotSentYet, &[("part", part)]);
                say_evidence(&mut speech, publication, &zone);
            }
            Notice::NeedsOperator { part } => {
                let part = state::part_of(&speech, *part, total);
                speech.line(Phrase::OnlyYouKnow, &[("part", part)]);
                say_evidence(&mut speech, publication, &zone);
            }
            Notice::Duplicate { part, message_ids } => {
                let part = state::part_of(&speech, *part, total);
                let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
                let words = [("part", part), ("ids", Word::plain(ids.join(", ")))];
                speech.line(Phrase::StandsTwice, &words);
            }
            Notice::Failed { part } => state::say_refusal(&mut speech, publication, *part),
            Notice::Conflict { .. } => state::say_why(&mut speech, publication),
            Notice::Held { held } => drop(speech.line(Phrase::of_held(*held), &[])),
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
            let row = decisions(&speech, publication);
            speech.row(row);
        }
        let look = match notice {
            Notice::Held { held: Held::Approvals } => Some(Phrase::LookAndApprove),
            Notice::Held { held: Held::Changed } => Some(Phrase::Preview),
            _ => None,
        };
        if let Some(label) = look {
            speech.row([speech.button(label, Deed::Preview(publication.post.clone()))]);
            return speech.page();
        }
        speech.row([speech.button(Phrase::OpenCard, Deed::Card(publication.post.clone()))]);
        speech.page()
    }

    /// Puts in the place of these alerts how it stands now, without their buttons.
    async fn end_alerts(&self, places: &[Place], publication: &Publication) {
        for place in places {
            let mut speech = Speech::new(self.language(place.room.id()));
            self.say_outcome(&mut speech, publication);
            self.courier.edit(*place, &speech.page()).await;
        }
    }

    /// Says to all who were told of it, but for the page where it was pressed, that somebody has decided and what.
    pub(super) async fn tell_decided(
        &self,
        publication: &Publication,
        by: &Operator,
        word: Phrase,
        pressed: Option<Place>,
    ) {
        let places = self.lock(&self.alerts).remove(&key(publication)).unwrap_or_default();
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

    /// Tells everybody something that is about no publication.
    pub async fn tell_all(&self, phrase: Phrase) {
        for operator in &self.desk.newsroom.config.bot.operators {
            let page = Speech::of(self.language(operator.id), phrase, &[]).page();
            self.courier.send(Room::of(operator), &page).await;
        }
    }
}

/// Under what the alerts of a publication are known: those of one whose place it takes end with its own.
fn key(publication: &Publication) -> (PostId, i64) {
    (publication.post.clone(), publication.chat)
}

/// What is known of a send whose outcome is not: when it was asked for, what came instead of an answer, and behind which
/// message it would stand.
fn say_evidence(speech: &mut Speech, publication: &Publication, zone: &TimeZone) {
    let Some(doubt) = publication.parts.iter().find_map(|part| part.state.doubt()) else { return };
    let time = ("time", Word::plain(state::time(doubt.intent_at, zone)));
    match &doubt.cause {
        Cause::Unanswered { description } => {
            let why = Why { language: speech.language(), zone: zone.clone() };
            speech.line(Phrase::AskedAt, &[time, ("why", why.of_cause(description))]);
        }
        Cause::OwnerDead | Cause::OwnerLost => drop(speech.line(Phrase::OwnerGone, &[time])),
    }
    if let Some(id) = doubt.floor {
        speech.line(Phrase::KnownBefore, &[("id", Word::plain(id.to_string()))]);
    }
}
