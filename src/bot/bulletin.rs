//! What the operators hear of saved files: what a file put on the schedule, and what stands against what waits. It reads no
//! file.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time;

use super::Attendant;
use super::buttons::Deed;
use super::page::{Button, Does, Page, Speech, Word};
use super::phrase::Phrase;
use super::request::Room;
use super::shelf::FileNews;

/// How long more is waited for: a checkout of many files is one message.
const MORE: Duration = Duration::from_millis(300);

/// Lines of one message.
const LINES: usize = 10;

/// Posts whose cards it leads to.
const CARDS: usize = 4;

impl Attendant<'_> {
    /// Tells of saved files until nobody sends any more.
    pub async fn tell_of_files(&self, mut news: mpsc::UnboundedReceiver<FileNews>) {
        while let Some(first) = news.recv().await {
            let mut all = vec![first];
            let more = async {
                while let Some(next) = news.recv().await {
                    all.push(next);
                }
            };
            // That nobody sends any more ends the next turn.
            let _ = time::timeout(MORE, more).await;
            let config = &self.desk.newsroom.config.bot;
            for operator in self.operators().now().iter() {
                let room = Room::of(operator);
                self.courier.send(room, &self.bulletin(&all, room, true)).await;
            }
            if let Some(room) = Room::of_alerts(config) {
                self.courier.send(room, &self.bulletin(&all, room, false)).await;
            }
        }
    }

    fn bulletin(&self, all: &[FileNews], room: Room, has_buttons: bool) -> Page {
        let mut speech = Speech::new(self.language(room.id()));
        for news in all.iter().take(LINES) {
            let post = ("post", Word::code(&news.post));
            let channel = ("channel", Word::bold(&news.channel));
            let time = ("time", Word::plain(news.time.clone().unwrap_or_default()));
            speech.line(news.phrase, &[post, channel, time]);
        }
        if let Some(more) = all.len().checked_sub(LINES).filter(|more| *more > 0) {
            speech.line(Phrase::AndMore, &[("count", Word::plain(more))]);
        }
        let mut posts: Vec<_> = all.iter().map(|news| &news.post).collect();
        posts.dedup();
        if has_buttons {
            for post in posts.into_iter().take(CARDS) {
                let does = Does::Deed(Box::new(Deed::Card(post.clone())));
                speech.row([Button { label: post.to_string(), does }]);
            }
        }
        speech.page()
    }
}
