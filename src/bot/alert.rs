//! Alerts: one message in each operator's chat and in the alerts chat, with the evidence and the buttons to decide,
//! until the matter is settled.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Bot;
use super::facts::{self, Pauses};
use super::messenger::MessageRef;
use super::notice::{NoticeFacts, joins, notice as view};
use super::progress::outcome;
use super::reply::{MessageBuilder, Span};
use super::request::OperatorChat;
use super::state;
use super::text::Text;
use crate::config::{Operator, Role};
use crate::ids::{Destination, PostId};
use crate::operations::OperationError;
use crate::outbox::{Actor, HoldReason, Notice, Publication, PublicationId, State};
use crate::status;

/// An alert that is shown.
#[derive(Clone, Debug)]
pub(super) struct Alert {
    notice: Notice,
    /// What still needs attention.
    about: BTreeMap<Key, PublicationId>,
    places: Vec<MessageRef>,
}

/// A publication and its successors have the same key.
type Key = (PostId, Destination);

impl Bot<'_> {
    /// Sends a notice to the operators and the alerts chat, with earlier ones of its kind in one message. Returns
    /// `true` if it arrived, if there is no reader, or if it no longer needs attention.
    pub async fn alert(&self, notice: &Notice, publications: &[Publication]) -> bool {
        let now = self.clock.now();
        let is_open = |known: &&Publication| !self.is_over(notice, known, now);
        let mut open: Vec<_> = publications.iter().filter(is_open).cloned().collect();
        if open.is_empty() {
            return true;
        }
        open.extend(self.earlier_with(notice, &open, now).await);
        open.sort_by_key(|known| known.id);
        open.dedup_by_key(|known| known.id);
        let chats = self.whom_to_alert(notice, &open);
        if chats.is_empty() {
            return true;
        }
        let facts = self.notice_facts(notice, &open);
        let role = |operator: Option<&Operator>| operator.map(|one| one.role);
        let places = self
            .send_to_chats(chats, |language, operator| view(&facts, language, role(operator)))
            .await;
        let has_arrived = !places.is_empty();
        // Nothing reports the end of these.
        if !has_arrived
            || matches!(
                notice,
                Notice::Duplicate { .. }
                    | Notice::Missed
                    | Notice::BotStopped
                    | Notice::Hook { .. }
            )
        {
            return has_arrived;
        }
        self.keep_alert(notice, &open, places).await;
        // It may have been settled while it was being sent.
        for publication in open {
            if let Ok(now) = self.operations.publication(publication.id).await
                && self.is_over(notice, &now, self.clock.now())
            {
                let places = self.take_alerts(&now).await;
                self.end_alerts(&places, &now).await;
            }
        }
        has_arrived
    }

    /// Earlier alerts that belong in one message with these and still need attention.
    async fn earlier_with(
        &self,
        notice: &Notice,
        open: &[Publication],
        now: Timestamp,
    ) -> Vec<Publication> {
        let ids: Vec<PublicationId> = {
            let alerts = self.lock(&self.alerts);
            let is_new = |key: &Key| open.iter().all(|known| key_of(known) != *key);
            let earlier = alerts.iter().filter(|alert| alert.notice == *notice);
            let about = earlier.flat_map(|alert| &alert.about).filter(|(key, _)| is_new(key));
            let joins = |(post, _): &Key| open.iter().any(|known| joins(notice, post, &known.post));
            about.filter(|(key, _)| joins(key)).map(|(_, id)| *id).collect()
        };
        let mut more = Vec::new();
        for id in ids {
            let known = self.operations.publication(id).await;
            more.extend(known.ok().filter(|known| !self.is_over(notice, known, now)));
        }
        more
    }

    /// Ends the alerts that somebody has settled, in the chat or elsewhere.
    pub async fn end_what_is_over(&self) {
        let now = self.clock.now();
        let open: Vec<(Notice, PublicationId)> = {
            let alerts = self.lock(&self.alerts);
            let about = |alert: &Alert| {
                let ids: Vec<_> = alert.about.values().copied().collect();
                ids.into_iter().map(|id| (alert.notice.clone(), id)).collect::<Vec<_>>()
            };
            alerts.iter().flat_map(about).collect()
        };
        for (notice, about) in open {
            let Ok(known) = self.newest_of(about).await else { continue };
            let is_over = match notice {
                Notice::ChannelPaused => match self.operations.store.channels().await {
                    Ok(all) => all
                        .iter()
                        .filter(|channel| channel.destination == known.destination())
                        .all(|channel| channel.paused.is_none()),
                    Err(_) => false,
                },
                _ => self.is_over(&notice, &known, now),
            };
            if is_over {
                let places = self.take_from_alerts(|_, id| id == about).await;
                self.end_alerts(&places, &known).await;
            }
        }
    }

    /// The publication, or its last successor.
    async fn newest_of(&self, mut id: PublicationId) -> Result<Publication, OperationError> {
        loop {
            let known = self.operations.publication(id).await?;
            match known.state {
                State::Superseded { successor, .. } if successor != id => id = successor,
                _ => return Ok(known),
            }
        }
    }

    /// Whether the notice no longer applies.
    fn is_over(&self, notice: &Notice, publication: &Publication, now: Timestamp) -> bool {
        status::is_settled(notice, publication, self.operations.policy().approvals, now)
    }

    /// Records the newest alert of these publications, and deletes the older ones in the same chats.
    async fn keep_alert(&self, notice: &Notice, open: &[Publication], places: Vec<MessageRef>) {
        let about: BTreeMap<_, _> = open.iter().map(|known| (key_of(known), known.id)).collect();
        let mut new = Alert { notice: notice.clone(), about, places };
        let (mut replaced, mut shorter) = (Vec::new(), Vec::new());
        {
            let mut alerts = self.lock(&self.alerts);
            let is_touched =
                |alert: &mut Alert| alert.about.keys().any(|key| new.about.contains_key(key));
            let touched: Vec<_> = alerts.extract_if(.., is_touched).collect();
            for mut old in touched {
                let about = old.about.keys().next().cloned();
                old.about.retain(|key, _| !new.about.contains_key(key));
                if !old.about.is_empty() {
                    shorter.push(old.clone());
                    alerts.push(old);
                    continue;
                }
                let is_same_room =
                    |old: &MessageRef| new.places.iter().any(|new| new.chat == old.chat);
                let (same, other): (Vec<_>, Vec<_>) =
                    old.places.into_iter().partition(is_same_room);
                replaced.extend(same.into_iter().zip(std::iter::repeat(about)));
                new.places.extend(other);
            }
            alerts.push(new);
        }
        for (old, about) in replaced {
            if self.messenger.delete(old).await {
                continue;
            }
            if let Some(known) = open.iter().find(|known| Some(key_of(known)) == about) {
                self.end_alerts(&[old], known).await;
            }
        }
        for alert in shorter {
            self.renew(&alert).await;
        }
    }

    /// Removes a settled publication from the alerts; returns the messages that were about nothing else.
    pub(super) async fn take_alerts(&self, publication: &Publication) -> Vec<MessageRef> {
        self.take_from_alerts(|key, _| *key == key_of(publication)).await
    }

    async fn take_from_alerts(
        &self,
        is_over: impl Fn(&Key, PublicationId) -> bool,
    ) -> Vec<MessageRef> {
        let (mut places, mut shorter) = (Vec::new(), Vec::new());
        {
            let mut alerts = self.lock(&self.alerts);
            for alert in alerts.iter_mut() {
                let before = alert.about.len();
                alert.about.retain(|key, id| !is_over(key, *id));
                if alert.about.is_empty() {
                    places.append(&mut alert.places);
                } else if alert.about.len() < before {
                    shorter.push(alert.clone());
                }
            }
            alerts.retain(|alert| !alert.about.is_empty());
        }
        for alert in shorter {
            self.renew(&alert).await;
        }
        places
    }

    /// Shows what is left of an alert.
    async fn renew(&self, alert: &Alert) {
        let mut open = Vec::new();
        for id in alert.about.values() {
            open.extend(self.operations.publication(*id).await);
        }
        if open.is_empty() {
            return;
        }
        let facts = self.notice_facts(&alert.notice, &open);
        self.replace(&alert.places, |language, role| view(&facts, language, role)).await;
    }

    /// Replaces the alerts of a publication with this text.
    pub(super) async fn end_as(&self, publication: &Publication, text: Text) {
        let places = self.take_alerts(publication).await;
        let words = [("post", Span::code(&publication.post))];
        let view = |language, _| MessageBuilder::of(language, text, &words).build();
        self.replace(&places, view).await;
    }

    /// Something else is shown in this message now: it no longer counts as an alert or a proposal.
    pub(super) fn leave(&self, place: MessageRef) {
        self.lock(&self.proposals).leave(place);
        self.lock(&self.alerts).retain_mut(|alert| {
            alert.places.retain(|known| *known != place);
            !alert.places.is_empty()
        });
    }

    /// Who gets an alert: all operators and the alerts chat. A request for approval goes only to those whose approval
    /// counts, if there are any.
    fn whom_to_alert(
        &self,
        notice: &Notice,
        open: &[Publication],
    ) -> Vec<(OperatorChat, Option<Operator>)> {
        let mut audience = self.audience();
        let may_approve = |operator: &Operator| {
            operator.role.may(Role::Publisher)
                && open.iter().any(|known| known.approvals.accepts(operator.id))
        };
        let asks_to_approve = matches!(
            notice,
            Notice::Held { held: HoldReason::Approvals } | Notice::ApprovalDue { .. }
        );
        let mut operators = audience.iter().filter_map(|(_, operator)| operator.as_ref());
        if asks_to_approve && operators.any(may_approve) {
            audience.retain(|(_, operator)| operator.as_ref().is_none_or(may_approve));
        }
        audience
    }

    /// Replaces these alerts with the current state, without buttons.
    pub(super) async fn end_alerts(&self, places: &[MessageRef], publication: &Publication) {
        let one = self.in_channel(publication, &Pauses::default());
        self.replace(places, |language, _| outcome([&one], language)).await;
    }

    /// Reports a decision to everybody who was alerted or asked for the message, except where the button was pressed.
    pub(super) async fn tell_decided(
        &self,
        publication: &Publication,
        by: &Operator,
        word: Text,
        asked: Vec<MessageRef>,
        pressed: Option<MessageRef>,
    ) {
        let mut places = asked;
        // The next open question takes the place of this one.
        let next =
            facts::question(publication).map(|(part, _)| match facts::open_change(publication) {
                Some(_) => Notice::Conflict { part },
                None => Notice::NeedsOperator { part },
            });
        match next {
            None => places.extend(self.take_alerts(publication).await),
            Some(notice) => self.ask_next(&notice, publication, pressed).await,
        }
        places.retain(|place| Some(*place) != pressed);
        let who = self.name_of(by.id);
        let view = |language, _| {
            let words = [
                ("post", Span::code(&publication.post)),
                ("word", state::decision(language, publication, word)),
                ("who", Span::plain(&who)),
            ];
            MessageBuilder::of(language, Text::DecidedBy, &words).build()
        };
        self.replace(&places, view).await;
    }

    /// Shows the next question in the place of the answered one, except where the button was pressed.
    async fn ask_next(
        &self,
        notice: &Notice,
        publication: &Publication,
        pressed: Option<MessageRef>,
    ) {
        let key = key_of(publication);
        let is_about = |alert: &&Alert| alert.about.contains_key(&key);
        let alert = self.lock(&self.alerts).iter().find(is_about).cloned();
        let places = alert.map(|alert| alert.places).unwrap_or_default();
        let places: Vec<_> = places.into_iter().filter(|place| Some(*place) != pressed).collect();
        let facts = self.notice_facts(notice, std::slice::from_ref(publication));
        self.replace(&places, |language, role| view(&facts, language, role)).await;
    }

    fn notice_facts(&self, notice: &Notice, open: &[Publication]) -> NoticeFacts {
        let requester =
            open.first().and_then(|known| match (known.approvals.requester, &known.by) {
                (Some(id), _) => Some(self.name_of(id)),
                (None, Actor::Operator { id }) => Some(self.name_of(*id)),
                (None, Actor::CommandLine { user }) => Some(user.clone()),
                (None, Actor::File | Actor::Schedule | Actor::System) => None,
            });
        let none = Pauses::default();
        NoticeFacts {
            notice: notice.clone(),
            open: open.iter().map(|known| self.in_channel(known, &none)).collect(),
            places: open.iter().filter_map(|known| self.operations.place(known)).collect(),
            requester,
            now: self.clock.now(),
        }
    }
}

fn key_of(publication: &Publication) -> Key {
    (publication.post.clone(), publication.destination())
}
