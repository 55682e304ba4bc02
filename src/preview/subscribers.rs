//! The open tabs: which page each of them shows, and the channel that brings it new content.

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

/// Brings a tab the content of its page, whenever that changes.
pub(super) type Subscription = watch::Receiver<Utf8Bytes>;

/// All open tabs.
#[derive(Default)]
pub(super) struct Subscribers(BTreeMap<View, watch::Sender<Utf8Bytes>>);

impl Subscribers {
    /// Subscribes one more tab to a page, which is `html` now; `None` where [`limits::PREVIEW_TABS`] are open already.
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

    /// The pages that a tab shows.
    pub(super) fn views(&mut self) -> Vec<View> {
        self.0.retain(|_, sender| sender.receiver_count() > 0);
        self.0.keys().cloned().collect()
    }

    /// Sends a page to its tabs, unless they have that already.
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
    fn only_a_changed_page_is_sent() {
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
    fn one_tab_too_many_gets_no_subscription_until_another_closes() {
        let mut subscribers = Subscribers::default();
        let mut open: Vec<_> = (0..limits::PREVIEW_TABS)
            .map(|_| subscribers.subscribe(&View::All, String::new()).unwrap())
            .collect();
        assert!(subscribers.subscribe(&View::All, String::new()).is_none());
        open.pop();
        assert!(subscribers.subscribe(&View::All, String::new()).is_some());
    }
}
