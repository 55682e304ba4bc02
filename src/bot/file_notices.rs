//! What the operators hear of saved files: what a file put on the schedule, and what stands against what waits. It reads no
//! file.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time;

use super::Bot;
use super::buttons::Action;
use super::post_source::FileNews;
use super::reply::{Button, MessageBuilder, Reply, Span};
use super::request::OperatorChat;
use super::text::Text;

/// How long more is waited for: a checkout of many files is one message.
const MORE: Duration = Duration::from_millis(300);

/// Lines of one message.
const LINES: usize = 10;

/// Posts whose cards it leads to.
const CARDS: usize = 4;

impl Bot<'_> {
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
                let room = OperatorChat::of(operator);
                self.messenger.send(room, &self.bulletin(&all, room, true)).await;
            }
            if let Some(room) = OperatorChat::of_alerts(config) {
                self.messenger.send(room, &self.bulletin(&all, room, false)).await;
            }
        }
    }

    fn bulletin(&self, all: &[FileNews], room: OperatorChat, has_buttons: bool) -> Reply {
        let mut reply = MessageBuilder::new(self.language(room.id()));
        for news in all.iter().take(LINES) {
            let post = ("post", Span::code(&news.post));
            let channel = ("channel", Span::bold(&news.channel));
            let time = ("time", Span::plain(news.time.clone().unwrap_or_default()));
            reply.line(news.text, &[post, channel, time]);
        }
        if let Some(more) = all.len().checked_sub(LINES).filter(|more| *more > 0) {
            reply.line(Text::AndMore, &[("count", Span::plain(more))]);
        }
        let mut posts: Vec<_> = all.iter().map(|news| &news.post).collect();
        posts.dedup();
        if has_buttons {
            for post in posts.into_iter().take(CARDS) {
                let action = Action::Card(post.clone());
                reply.row([Button { label: post.to_string(), action }]);
            }
        }
        reply.page()
    }
}
