//! Shows how far an upload is: in the message that reports on its order, or in one of its own above a preview. It edits a message
//! at most every few seconds, because Telegram limits edits.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{self, Instant};

use super::Bot;
use super::facts::ChannelPublication;
use super::language::Language;
use super::progress;
use super::reply::{MessageBuilder, Reply, Span};
use super::request::OperatorChat;
use super::text::Text;
use crate::limits;
use crate::message::{FileKey, Request};
use crate::outbox::{Publication, PublicationId};
use crate::telegram::UploadProgress;

/// A smaller upload is not shown: the amounts are in megabytes.
const SHOWN_BYTES: u64 = 1_000_000;

/// The running uploads, in monotonic time.
#[derive(Debug, Default)]
struct UploadWatch {
    /// By publication, since when its upload runs, and when it was shown last.
    running: BTreeMap<PublicationId, (Duration, Option<Duration>)>,
}

impl UploadWatch {
    /// Records which uploads run at `now`. Returns those to show, and those that were shown and have ended.
    fn update(
        &mut self,
        uploads: &[PublicationId],
        now: Duration,
    ) -> (Vec<PublicationId>, Vec<PublicationId>) {
        let mut ended = Vec::new();
        self.running.retain(|id, (_, shown)| {
            let is_running = uploads.contains(id);
            if !is_running && shown.is_some() {
                ended.push(*id);
            }
            is_running
        });
        let mut due = Vec::new();
        for id in uploads {
            let (since, shown) = self.running.entry(*id).or_insert((now, None));
            let is_long = now.saturating_sub(*since) >= limits::LONG_UPLOAD;
            let may_edit =
                shown.is_none_or(|shown| now.saturating_sub(shown) >= limits::UPLOAD_SHOWN);
            if is_long && may_edit {
                *shown = Some(now);
                due.push(*id);
            }
        }
        (due, ended)
    }
}

impl Bot<'_> {
    /// Shows how far uploads are in the messages that report on their orders. It does not end.
    pub async fn show_uploads(&self) {
        let (mut watch, began) = (UploadWatch::default(), Instant::now());
        loop {
            time::sleep(limits::LONG_UPLOAD).await;
            let mut uploads = BTreeMap::new();
            if self.client.upload_progress().is_some() {
                let watched: Vec<_> = self.lock(&self.watched).keys().copied().collect();
                for id in watched {
                    let known = self.operations.publication(id).await.ok();
                    uploads.extend(known.and_then(|known| Some((id, self.upload_of(&known)?))));
                }
            }
            let ids: Vec<_> = uploads.keys().copied().collect();
            let (due, ended) = watch.update(&ids, began.elapsed());
            for id in due {
                self.show_upload(id, uploads.get(&id).copied()).await;
            }
            for id in ended {
                self.show_upload(id, None).await;
            }
        }
    }

    /// How far the upload of a publication is, to its channel or first to the staging chat.
    fn upload_of(&self, publication: &Publication) -> Option<UploadProgress> {
        let staging = self.operations.newsroom.config.recovery.staging_chat;
        let chats: Vec<_> = staging.into_iter().chain([publication.chat]).collect();
        self.client.upload_progress_of(&files_of(publication), &chats)
    }

    /// Completes with `sending`, which sends a preview. If its upload takes longer than a moment, a message says how far it is.
    pub(super) async fn show_preview_upload<T>(
        &self,
        chat: OperatorChat,
        sending: impl Future<Output = T>,
    ) -> T {
        let is_sent = Notify::new();
        let sending = async {
            let sent = sending.await;
            is_sent.notify_one();
            sent
        };
        let showing = async {
            let (mut shown, mut pause) = (None, limits::LONG_UPLOAD);
            while time::timeout(pause, is_sent.notified()).await.is_err() {
                let upload = self.client.upload_progress_to(chat.id());
                let Some(upload) = upload.filter(|upload| upload.total >= SHOWN_BYTES) else {
                    continue;
                };
                let mut reply = MessageBuilder::new(self.language(chat.id()));
                say_uploading(&mut reply, upload);
                let reply = reply.build();
                shown = match shown {
                    None => self.messenger.send(chat, &reply).await,
                    Some(place) => self.messenger.edit(place, &reply).await,
                };
                pause = limits::UPLOAD_SHOWN;
            }
            if let Some(place) = shown {
                self.messenger.delete(place).await;
            }
        };
        tokio::join!(sending, showing).0
    }

    /// Edits the messages that report on a publication.
    async fn show_upload(&self, id: PublicationId, upload: Option<UploadProgress>) {
        let places = self.lock(&self.watched).get(&id).cloned().unwrap_or_default();
        for (place, ordered_with) in places {
            let language = self.language(place.chat.id());
            let Ok(known) = self.operations.publication(id).await else { return };
            let all = self.with_ordered(&known, &ordered_with).await;
            self.messenger.edit(place, &shown(&all, upload, language)).await;
            // The outcome may have been shown meanwhile, and must not be hidden.
            if !self.lock(&self.watched).contains_key(&id)
                && let Ok(known) = self.operations.publication(id).await
            {
                let all = self.with_ordered(&known, &ordered_with).await;
                self.messenger.edit(place, &shown(&all, None, language)).await;
            }
        }
    }
}

/// The state of orders, and how far the upload is.
fn shown(all: &[ChannelPublication], upload: Option<UploadProgress>, language: Language) -> Reply {
    let mut reply = MessageBuilder::new(language);
    progress::say_outcome(&mut reply, all);
    if let Some(upload) = upload {
        say_uploading(&mut reply, upload);
    }
    reply.build()
}

fn say_uploading(reply: &mut MessageBuilder, UploadProgress { sent, total }: UploadProgress) {
    let megabytes = |bytes: u64| Span::plain(bytes / SHOWN_BYTES);
    let words = [("sent", megabytes(sent)), ("total", megabytes(total.max(SHOWN_BYTES)))];
    reply.line(Text::Uploading, &words);
}

/// The files of a publication and of its changes.
fn files_of(publication: &Publication) -> Vec<FileKey> {
    let changes = publication.parts.iter().filter_map(|part| part.change.as_ref());
    let requests = publication.parts.iter().map(|part| &part.request);
    requests.chain(changes.map(|change| &change.request)).flat_map(Request::file_keys).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_upload_is_shown_every_few_seconds_and_its_end_once() {
        let (one, two) = (PublicationId(1), PublicationId(2));
        let mut watch = UploadWatch::default();
        let mut at = |milliseconds, uploads: &[PublicationId]| {
            watch.update(uploads, Duration::from_millis(milliseconds))
        };
        assert_eq!(at(0, &[one]), (vec![], vec![]), "it may be a short one");
        assert_eq!(at(1_000, &[one, two]), (vec![one], vec![]));
        assert_eq!(at(2_000, &[one, two]), (vec![two], vec![]));
        assert_eq!(at(4_900, &[one]), (vec![], vec![two]));
        assert_eq!(at(5_000, &[one]), (vec![one], vec![]));
        assert_eq!(at(6_000, &[]), (vec![], vec![one]));
        assert_eq!(at(7_000, &[]), (vec![], vec![]));
        assert_eq!(at(8_000, &[one]), (vec![], vec![]), "another attempt");
    }
}
