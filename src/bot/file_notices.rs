//! Reports saved files to the operators: what a file scheduled, and what keeps a waiting post from being published. It reads
//! no file.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time;

use super::Bot;
use super::language::Language;
use super::post_source::FileNotice;
use super::reply::{self, MessageBuilder, Reply, Span};
use crate::config::Operator;

/// Debounce: a checkout of many files becomes one message.
const MORE: Duration = Duration::from_millis(300);

/// The most lines of one message.
const LINES: usize = 10;

/// The most buttons of one message.
const CARDS: usize = 4;

impl Bot<'_> {
    /// Reports saved files until the sender is gone.
    pub async fn tell_of_files(&self, mut notices: mpsc::UnboundedReceiver<FileNotice>) {
        while let Some(first) = notices.recv().await {
            let mut all = vec![first];
            let more = async {
                while let Some(next) = notices.recv().await {
                    all.push(next);
                }
            };
            // If the sender is gone, the next turn ends the loop.
            let _ = time::timeout(MORE, more).await;
            let view =
                |language, operator: Option<&Operator>| view(&all, language, operator.is_some());
            self.send_to_chats(self.audience(), view).await;
        }
    }
}

fn view(all: &[FileNotice], language: Language, has_buttons: bool) -> Reply {
    let mut message = MessageBuilder::new(language);
    for notice in all.iter().take(LINES) {
        let post = ("post", Span::code(&notice.post));
        let channel = ("channel", Span::bold(&notice.channel));
        let time = notice.time.as_ref();
        let time = time.map(|(at, zone)| reply::time(*at, zone, language));
        let time = ("time", Span::plain(time.unwrap_or_default()));
        message.line(notice.text, &[post, channel, time]);
    }
    message.more(all.len(), LINES);
    let mut posts: Vec<_> = all.iter().map(|notice| &notice.post).collect();
    posts.dedup();
    if has_buttons {
        message.cards(posts.into_iter().take(CARDS));
    }
    message.build()
}
