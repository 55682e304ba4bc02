//! What the operators hear of saved files: what a file put on the schedule, and what stands against what waits. It reads no
//! file.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time;

use super::Bot;
use super::language::Language;
use super::post_source::FileNews;
use super::reply::{MessageBuilder, Reply, Span};

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
            for (chat, operator) in self.audience() {
                let reply = view(&all, self.language(chat.id()), operator.is_some());
                self.messenger.send(chat, &reply).await;
            }
        }
    }
}

/// What saved files have changed; the buttons lead to the cards of their posts.
fn view(all: &[FileNews], language: Language, has_buttons: bool) -> Reply {
    let mut reply = MessageBuilder::new(language);
    for news in all.iter().take(LINES) {
        let post = ("post", Span::code(&news.post));
        let channel = ("channel", Span::bold(&news.channel));
        let time = ("time", Span::plain(news.time.clone().unwrap_or_default()));
        reply.line(news.text, &[post, channel, time]);
    }
    reply.more(all.len(), LINES);
    let mut posts: Vec<_> = all.iter().map(|news| &news.post).collect();
    posts.dedup();
    if has_buttons {
        reply.cards(posts.into_iter().take(CARDS));
    }
    reply.build()
}
