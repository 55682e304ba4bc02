//! The open tabs: the page that each shows, and the channel that sends it new content. It draws nothing.

use std::collections::BTreeMap;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::watch;

use crate::ids::PostId;
use crate::limits;

/// A page of the preview.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// One post.
    Post(PostId),
    /// The newsroom.
    All,
}

/// Sends a tab the content of its page after each change.
pub(super) type Subscription = watch::Receiver<Utf8Bytes>;

/// The open tabs of each page.
#[derive(Default)]
pub(super) struct Subscribers(BTreeMap<View, watch::Sender<Utf8Bytes>>);

impl Subscribers {
    /// Subscribes one more tab to a page with the content `html`; `None` if [`limits::PREVIEW_TABS`] are open.
    pub(super) fn subscribe(&mut self, view: &View, html: String) -> Option<Subscription> {
        let count: usize = self.0.values().map(watch::Sender::receiver_count).sum();
        if count >= limits::PREVIEW_TABS {
            return None;
        }
        let html = Utf8Bytes::from(html);
        let sender = self.0.entry(view.clone()).or_insert_with(|| watch::channel(html.clone()).0);
        let subscription = sender.subscribe();
        self.publish(view, html);
        Some(subscription)
    }

    /// The pages with at least one tab.
    pub(super) fn views(&mut self) -> Vec<View> {
        self.0.retain(|_, sender| sender.receiver_count() > 0);
        self.0.keys().cloned().collect()
    }

    /// Sends a page to its tabs unless it has not changed.
    pub(super) fn publish(&self, view: &View, html: Utf8Bytes) {
        let Some(sender) = self.0.get(view) else { return };
        sender.send_if_modified(|sent| {
            let is_new = *sent != html;
            if is_new {
                *sent = html;
            }
            is_new
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unchanged_page_is_not_sent() {
        let mut subscribers = Subscribers::default();
        let mut tab = subscribers.subscribe(&View::All, "a".into()).unwrap();
        subscribers.publish(&View::All, "a".into());
        assert!(!tab.has_changed().unwrap());
        subscribers.publish(&View::All, "b".into());
        assert_eq!(&**tab.borrow_and_update(), "b");
        drop(tab);
        assert_eq!(subscribers.views(), []);
    }

    #[test]
    fn tab_over_the_limit_is_refused_until_another_closes() {
        let mut subscribers = Subscribers::default();
        let mut open: Vec<_> = (0..limits::PREVIEW_TABS)
            .map(|_| subscribers.subscribe(&View::All, String::new()).unwrap())
            .collect();
        assert!(subscribers.subscribe(&View::All, String::new()).is_none());
        open.pop();
        assert!(subscribers.subscribe(&View::All, String::new()).is_some());
    }
}
