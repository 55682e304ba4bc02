//! What needs somebody: one message in each operator's chat and in that of the alerts, with the evidence and the decisions,
//! until it is over.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Bot;
use super::facts::{self, Pauses};
use super::messenger::MessageRef;
use super::notice::{NoticeFacts, joins, notice as view};
use super::progress::outcome;
use super::reply::{MessageBuilder, Span};
use super::request::OperatorChat;
use super::text::Text;
use crate::config::{Operator, Role};
use crate::ids::PostId;
use crate::operations::OperationError;
use crate::outbox::{Actor, HoldReason, Notice, Publication, PublicationId, State};

/// What stands of an alert.
#[derive(Clone, Debug)]
pub(super) struct Alert {
    notice: Notice,
    /// What of it still needs somebody.
    about: BTreeMap<Key, PublicationId>,
    places: Vec<MessageRef>,
}

/// Under what a publication is known: what takes its place is known under the same.
type Key = (PostId, i64);

impl Bot<'_> {
    /// Tells the operators and the chat of the alerts, what is of one kind in one message; `true` where somebody heard, or
    /// nobody is there to hear, or there is nothing to hear any more.
    pub async fn alert(&self, notice: &Notice, publications: &[Publication]) -> bool {
        let now = self.clock.now();
        let is_open = |known: &&Publication| !self.is_over(notice, known, now);
        let mut open: Vec<_> = publications.iter().filter(is_open).cloned().collect();
        if open.is_empty() {
            return true;
        }
        open.extend(self.told_with(notice, &open, now).await);
        open.sort_by_key(|known| known.id);
        open.dedup_by_key(|known| known.id);
        let chats = self.whom_to_alert(notice, &open);
        if chats.is_empty() {
            return true;
        }
        let mut places = Vec::new();
        let facts = self.notice_facts(notice, &open);
        for (chat, operator) in chats {
            let reply = view(&facts, self.language(chat.id()), operator.map(|one| one.role));
            places.extend(self.messenger.send(chat, &reply).await);
        }
        let heard = !places.is_empty();
        // Of these nobody tells that they are over.
        if !heard
            || matches!(notice, Notice::Duplicate { .. } | Notice::Missed | Notice::BotStopped)
        {
            return heard;
        }
        self.keep_alert(notice, &open, places).await;
        // It may have been decided while it was told.
        for publication in open {
            if let Ok(now) = self.operations.publication(publication.id).await
                && self.is_over(notice, &now, self.clock.now())
            {
                let places = self.take_alerts(&now).await;
                self.end_alerts(&places, &now).await;
            }
        }
        heard
    }

    /// What was told before, belongs in one message with these, and still needs somebody.
    async fn told_with(
        &self,
        notice: &Notice,
        open: &[Publication],
        now: Timestamp,
    ) -> Vec<Publication> {
        let ids: Vec<PublicationId> = {
            let alerts = self.lock(&self.alerts);
            let is_new = |key: &Key| open.iter().all(|known| key_of(known) != *key);
            let told = alerts.iter().filter(|alert| alert.notice == *notice);
            let about = told.flat_map(|alert| &alert.about).filter(|(key, _)| is_new(key));
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

    /// Ends the alerts of what needs nobody any more, whoever saw to it.
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
                        .all(|channel| channel.chat != known.chat || channel.paused.is_none()),
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

    /// A publication, or what stands in its place.
    async fn newest_of(&self, mut id: PublicationId) -> Result<Publication, OperationError> {
        loop {
            let known = self.operations.publication(id).await?;
            match known.state {
                State::Superseded { successor, .. } if successor != id => id = successor,
                _ => return Ok(known),
            }
        }
    }

    /// Whether what the notice tells of is not so any more.
    fn is_over(&self, notice: &Notice, publication: &Publication, now: Timestamp) -> bool {
        match notice {
            Notice::Held { held: HoldReason::Approvals } => {
                !publication.waits_for_approvals(self.operations.policy().approvals)
            }
            Notice::Held { .. } => !matches!(publication.state, State::Held { .. }),
            Notice::Failed { .. } => !matches!(publication.state, State::Failed { .. }),
            Notice::Uncertain { .. } | Notice::NeedsOperator { .. } | Notice::Conflict { .. } => {
                facts::question(publication).is_none()
            }
            Notice::LongWait { until } => *until <= now,
            Notice::Duplicate { .. }
            | Notice::Missed
            | Notice::ChannelPaused
            | Notice::BotStopped => false,
        }
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

    /// Takes a publication, which is over, out of the alerts; where those stand that were about nothing else.
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

    /// Lists what is left of an alert.
    async fn renew(&self, alert: &Alert) {
        let mut open = Vec::new();
        for id in alert.about.values() {
            open.extend(self.operations.publication(*id).await);
        }
        if open.is_empty() {
            return;
        }
        self.show_notice(&self.notice_facts(&alert.notice, &open), &alert.places).await;
    }

    /// What was asked about a post is answered: that comes in the place of its alerts.
    pub(super) async fn end_as(&self, publication: &Publication, text: Text) {
        for place in self.take_alerts(publication).await {
            let words = [("post", Span::code(&publication.post))];
            let reply = MessageBuilder::of(self.language(place.chat.id()), text, &words).build();
            self.messenger.edit(place, &reply).await;
        }
    }

    /// Another page comes there: it is not ended as what it was.
    pub(super) fn leave(&self, place: MessageRef) {
        self.lock(&self.proposals).leave(place);
        self.lock(&self.alerts).retain_mut(|alert| {
            alert.places.retain(|known| *known != place);
            !alert.places.is_empty()
        });
    }

    /// All operators and the chat of the alerts; of those who are asked to approve, whose word counts.
    fn whom_to_alert(
        &self,
        notice: &Notice,
        open: &[Publication],
    ) -> Vec<(OperatorChat, Option<Operator>)> {
        let mut audience = self.audience();
        let may_approve = |operator: &Operator| {
            operator.role.may(Role::Publisher)
                && open.iter().any(|known| known.approvals.takes(operator.id))
        };
        let asks_to_approve = *notice == (Notice::Held { held: HoldReason::Approvals });
        let mut operators = audience.iter().filter_map(|(_, operator)| operator.as_ref());
        if asks_to_approve && operators.any(may_approve) {
            audience.retain(|(_, operator)| operator.as_ref().is_none_or(may_approve));
        }
        audience
    }

    /// Puts in the place of these alerts how it stands now, without their buttons.
    pub(super) async fn end_alerts(&self, places: &[MessageRef], publication: &Publication) {
        for place in places {
            let one = self.in_channel(publication, &Pauses::default());
            let reply = outcome([&one], self.language(place.chat.id()));
            self.messenger.edit(*place, &reply).await;
        }
    }

    /// Says to all who were told of it, and where it was asked as which message it stands, what somebody has decided; where it
    /// was pressed that is said already.
    pub(super) async fn tell_decided(
        &self,
        publication: &Publication,
        by: &Operator,
        word: Text,
        asked: Vec<MessageRef>,
        pressed: Option<MessageRef>,
    ) {
        let mut places = asked;
        // Where there is more to decide, that is asked in their place.
        let next =
            facts::question(publication).map(|(part, _)| match facts::open_change(publication) {
                Some(_) => Notice::Conflict { part },
                None => Notice::NeedsOperator { part },
            });
        match next {
            None => places.extend(self.take_alerts(publication).await),
            Some(notice) => self.ask_next(&notice, publication, pressed).await,
        }
        for place in places.into_iter().filter(|place| Some(*place) != pressed) {
            let language = self.language(place.chat.id());
            let words = [
                ("post", Span::code(&publication.post)),
                ("word", Span::plain(word.of(language))),
                ("who", Span::plain(self.name_of(by.id))),
            ];
            self.messenger
                .edit(place, &MessageBuilder::of(language, Text::DecidedBy, &words).build())
                .await;
        }
    }

    /// Puts the next question in the place of the one that was answered, but for where it was pressed.
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
        self.show_notice(&facts, &places).await;
    }

    /// Shows a notice in the place of these messages.
    async fn show_notice(&self, facts: &NoticeFacts, places: &[MessageRef]) {
        for place in places {
            let user = place.chat.id();
            let role = self.operators().of(user).map(|operator| operator.role);
            let reply = view(facts, self.language(user), role);
            self.messenger.edit(*place, &reply).await;
        }
    }

    fn notice_facts(&self, notice: &Notice, open: &[Publication]) -> NoticeFacts {
        let asker = open.first().and_then(|known| match (known.approvals.asker, &known.by) {
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
            asker,
            now: self.clock.now(),
        }
    }
}

fn key_of(publication: &Publication) -> Key {
    (publication.post.clone(), publication.chat)
}
