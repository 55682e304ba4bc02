//! Who looks at which page: each page is drawn once for however many look at it, and what has changed in it is put into
//! words once.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::watch;

use super::room::View;
use crate::page::Drawn;

/// What is shown of a post whose file is not there any more.
const GONE: &str = "<h1>This post is gone</h1><p>Its file was moved or removed.</p>";

/// A page as it is now, and what it has over the one before.
pub(super) struct News {
    page: Arc<Drawn>,
    before: Option<Arc<Drawn>>,
    /// What is said to a browser that shows the page before.
    difference: Utf8Bytes,
}

impl News {
    fn of(page: Drawn, before: Option<Arc<Drawn>>) -> Self {
        let difference = page.difference(before.as_deref()).into();
        Self { page: Arc::new(page), before, difference }
    }

    /// What is said to a browser that was told of `last`, which stands for this page from then on.
    pub(super) fn said(&self, last: &mut Option<Arc<Drawn>>) -> Utf8Bytes {
        let told = last.replace(Arc::clone(&self.page));
        let is_before = match (&told, &self.before) {
            (Some(told), Some(before)) => Arc::ptr_eq(told, before),
            (told, before) => told.is_none() && before.is_none(),
        };
        if is_before {
            return self.difference.clone();
        }
        self.page.difference(told.as_deref()).into()
    }
}

/// Who looks at which page.
#[derive(Default)]
pub(super) struct Audience(BTreeMap<View, watch::Sender<Arc<News>>>);

impl Audience {
    /// One more who looks at `page`, which is also told to whoever does already.
    pub(super) fn join(&mut self, view: &View, page: Option<Drawn>) -> watch::Receiver<Arc<News>> {
        if let Some(told) = self.0.get(view) {
            let receiver = told.subscribe();
            self.tell(view, page);
            return receiver;
        }
        let page = page.unwrap_or_else(gone);
        let (sender, receiver) = watch::channel(Arc::new(News::of(page, None)));
        self.0.insert(view.clone(), sender);
        receiver
    }

    /// The pages at which somebody looks.
    pub(super) fn views(&mut self) -> Vec<View> {
        self.0.retain(|_, told| told.receiver_count() > 0);
        self.0.keys().cloned().collect()
    }

    /// Tells of `page` whoever looks at it, if it is not the one that they were told of.
    pub(super) fn tell(&mut self, view: &View, page: Option<Drawn>) {
        let Some(told) = self.0.get(view) else { return };
        let before = Arc::clone(&told.borrow().page);
        let page = page.unwrap_or_else(gone);
        if page != *before {
            told.send_replace(Arc::new(News::of(page, Some(before))));
        }
    }
}

fn gone() -> Drawn {
    Drawn { before: GONE.to_owned(), ..Drawn::default() }
}
