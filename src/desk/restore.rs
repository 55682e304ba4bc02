//! A journal that was restored from a backup, compared with the channels: what stands there that it does not know of. The
//! channels are read through the staging chat, and nothing is posted in them.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Desk, DeskFault, Files, is_in};
use crate::limits;
use crate::outbox::{Channel, Event, Held, Publication, State};
use crate::post::PostId;
use crate::publisher::{Gateway, Seen, shows};
use crate::store::{Order, Wanted};

/// What stands in the channels that the journal does not know of.
#[derive(Debug, Default)]
pub struct Compared {
    /// Messages above the last that the journal knows.
    pub strays: Vec<Stray>,
    /// Channels that could not be read to the end, and why.
    pub unread: Vec<(i64, String)>,
    /// The highest message of each channel that was seen.
    floors: Vec<(i64, i64)>,
}

/// A message that the journal does not know of.
#[derive(Debug)]
pub struct Stray {
    /// In which chat.
    pub chat: i64,
    /// Which.
    pub message_id: i64,
    /// Its first line.
    pub text: String,
    /// The post whose text it shows, which the journal does not know to be published.
    pub post: Option<PostId>,
}

impl Desk {
    /// Looks at every channel above the last message that the journal knows.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn compare(
        &self,
        gateway: &dyn Gateway,
        staging: i64,
        files: &Files,
    ) -> Result<Compared, DeskFault> {
        let mut compared = Compared::default();
        for channel in self.store.channels().await? {
            self.compare_channel(gateway, staging, files, &channel, &mut compared).await;
        }
        Ok(compared)
    }

    async fn compare_channel(
        &self,
        gateway: &dyn Gateway,
        staging: i64,
        files: &Files,
        channel: &Channel,
        compared: &mut Compared,
    ) {
        let Some(floor) = channel.floor else {
            compared.unread.push((channel.chat, "no message of it is known".to_owned()));
            return;
        };
        let window = i64::try_from(limits::PROBE_WINDOW).unwrap_or(i64::MAX);
        let (mut id, mut last) = (floor, floor);
        while id < last.saturating_add(window) {
            id = id.saturating_add(1);
            tokio::time::sleep(self.newsroom.config.pacing.channel).await;
            match gateway.look(staging, channel.chat, id).await {
                Seen::Absent => {}
                Seen::Message(copy) => {
                    last = id;
                    let text = copy.get("text").and_then(serde_json::Value::as_str);
                    let text = text.and_then(|text| text.lines().next()).unwrap_or_default();
                    compared.strays.push(Stray {
                        chat: channel.chat,
                        message_id: id,
                        text: text.to_owned(),
                        post: owner(files, channel.chat, &copy),
                    });
                }
                Seen::Unreadable => last = id,
                Seen::Failed(why) => return compared.unread.push((channel.chat, why)),
                Seen::Wait(seconds) => {
                    let why = format!("Telegram asks to wait {seconds} seconds");
                    return compared.unread.push((channel.chat, why));
                }
            }
        }
        compared.floors.push((channel.chat, last));
    }

    /// Lets the journal go on: what was due before now is held, since it may have gone out after the backup.
    ///
    /// # Errors
    /// Where the journal cannot be written.
    pub async fn restored(
        &self,
        compared: &Compared,
        now: Timestamp,
    ) -> Result<Vec<Publication>, DeskFault> {
        let mut held = Vec::new();
        for publication in self.store.publications(Wanted::Open).await? {
            let waits = matches!(publication.state, State::Scheduled | State::Due);
            if waits && publication.due_at <= now {
                let event = Event::Hold { held: Held::Restored, by: self.by.clone() };
                let done = self.order(vec![Order::Event(publication.id, event)], now).await?;
                held.extend(done.into_iter().filter_map(|done| done.publication));
            }
        }
        let floor = |(chat, message_id): &(i64, i64)| Order::RaiseFloor {
            chat: *chat,
            message_id: *message_id,
        };
        let mut orders: Vec<Order> = compared.floors.iter().map(floor).collect();
        orders.push(Order::Restored { by: self.by.clone() });
        self.order(orders, now).await?;
        Ok(held)
    }
}

/// The post whose text a message shows, where the journal does not know that it is published there.
fn owner(files: &Files, chat: i64, copy: &serde_json::Value) -> Option<PostId> {
    let is_known = |post: &PostId| {
        let mut here = files.publications.iter().filter(|known| known.chat == chat);
        here.any(|known| known.post == *post && known.sent() == known.parts.len())
    };
    let in_file = files.desired.iter().find(|desired| {
        desired.chat == Some(chat)
            && !is_known(&desired.post)
            && desired.parts.iter().any(|part| shows(&part.request, copy))
    });
    let in_journal = || {
        let mut here = files.publications.iter().filter(|known| known.chat == chat);
        let known = here.find(|known| {
            known.sent() < known.parts.len()
                && known.parts.iter().any(|part| shows(&part.request, copy))
        });
        known.map(|known| known.post.clone())
    };
    in_file.map(|desired| desired.post.clone()).or_else(in_journal)
}

impl Desk {
    /// The name of a chat for people: its channel's, or the number.
    #[must_use]
    pub fn name_of(&self, chat: i64, publications: &[Publication]) -> String {
        let channels = &self.newsroom.config.channels;
        let of_chat = |channel: &&Arc<crate::config::Channel>| {
            channel.chat == crate::chat::ChatId::Id(chat)
                || publications.iter().any(|known| known.chat == chat && is_in(known, channel))
        };
        channels
            .iter()
            .find(of_chat)
            .map_or_else(|| chat.to_string(), |known| known.name.to_string())
    }
}
