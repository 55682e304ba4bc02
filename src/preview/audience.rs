//! Who looks at which page, and in which turn each hears what it shows now; it draws nothing and knows no connection.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::{Notify, watch};

use super::view::View;
use crate::page::Drawn;

/// What is shown of a post whose file is not there any more.
const GONE: &str = "<h1>This post is gone</h1><p>Its file was moved or removed.</p>";

/// A page as it is now, drawn once for however many look at it, and what it has over the one before.
pub(super) struct News {
    page: Arc<Drawn>,
    before: Option<Arc<Drawn>>,
    /// What is said to a browser that shows the page before.
    difference: Utf8Bytes,
    /// What was said last to one that shows an older page: those that were not told of the last save are many.
    older: Mutex<Option<(Arc<Drawn>, Utf8Bytes)>>,
}

impl News {
    fn of(page: Drawn, before: Option<Arc<Drawn>>) -> Self {
        let difference = page.difference(before.as_deref()).into();
        Self { page: Arc::new(page), before, difference, older: Mutex::default() }
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
        let Some(told) = told else { return self.page.difference(None).into() };
        let mut older = self.older.lock().unwrap_or_else(PoisonError::into_inner);
        match &*older {
            Some((page, said)) if Arc::ptr_eq(page, &told) => said.clone(),
            _ => {
                let said = Utf8Bytes::from(self.page.difference(Some(&told)));
                *older = Some((told, said.clone()));
                said
            }
        }
    }
}

/// Those at the back are told one by one, a millisecond after another; after so many the turns begin again.
const ROW: usize = 1_000;

/// Where somebody who looks at a page hears of it.
pub(super) struct Seat {
    /// What the page shows, at once.
    pub(super) front: watch::Receiver<Arc<News>>,
    /// That it shows something else, a moment later.
    pub(super) back: watch::Receiver<()>,
    /// How long after that it is this one's turn, if nobody sees the page.
    pub(super) turn: Duration,
}

/// Where all who look at one page are told.
struct Told {
    front: watch::Sender<Arc<News>>,
    back: watch::Sender<()>,
    /// Whether those at the back have yet to hear of the page.
    waits: bool,
}

/// Who looks at which page.
#[derive(Default)]
pub(super) struct Audience {
    told: BTreeMap<View, Told>,
    behind: Arc<Notify>,
}

impl Audience {
    /// One more who looks at `page`, which is also told to whoever does already.
    pub(super) fn join(&mut self, view: &View, page: Option<Drawn>) -> Seat {
        if let Some(Told { front, back, .. }) = self.told.get(view) {
            let turn = u64::try_from(front.receiver_count() % ROW).unwrap_or_default();
            let turn = Duration::from_millis(turn);
            let seat = Seat { front: front.subscribe(), back: back.subscribe(), turn };
            self.tell(view, page);
            return seat;
        }
        let news = News::of(page.unwrap_or_else(gone), None);
        let (front, in_front) = watch::channel(Arc::new(news));
        let (back, at_back) = watch::channel(());
        self.told.insert(view.clone(), Told { front, back, waits: false });
        Seat { front: in_front, back: at_back, turn: Duration::ZERO }
    }

    /// The pages at which somebody looks.
    pub(super) fn views(&mut self) -> Vec<View> {
        self.told.retain(|_, told| told.front.receiver_count() > 0);
        self.told.keys().cloned().collect()
    }

    /// Tells of `page` whoever looks at it, if it is not the one that they were told of.
    pub(super) fn tell(&mut self, view: &View, page: Option<Drawn>) {
        let Some(told) = self.told.get_mut(view) else { return };
        let before = Arc::clone(&told.front.borrow().page);
        let page = page.unwrap_or_else(gone);
        if page != *before {
            told.front.send_replace(Arc::new(News::of(page, Some(before))));
            told.waits = true;
            self.behind.notify_one();
        }
    }

    /// Tells those at the back of what those in front were told.
    pub(super) fn tell_the_back(&mut self) {
        for told in self.told.values_mut() {
            if std::mem::take(&mut told.waits) {
                told.back.send_replace(());
            }
        }
    }

    /// What is notified when somebody at the back has yet to be told.
    pub(super) fn behind(&self) -> Arc<Notify> {
        Arc::clone(&self.behind)
    }
}

fn gone() -> Drawn {
    Drawn { before: GONE.to_owned(), ..Drawn::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_in_front_are_told_before_those_at_the_back() {
        let page = |words: &str| Drawn { before: words.to_owned(), ..Drawn::default() };
        let mut audience = Audience::default();
        let one = audience.join(&View::All, Some(page("a")));
        let other = audience.join(&View::All, Some(page("a")));
        assert!(one.turn < other.turn);
        let heard =
            |seat: &Seat| (seat.front.has_changed().unwrap(), seat.back.has_changed().unwrap());
        audience.tell_the_back();
        assert_eq!([heard(&one), heard(&other)], [(false, false); 2]);
        audience.tell(&View::All, Some(page("b")));
        assert_eq!([heard(&one), heard(&other)], [(true, false); 2]);
        audience.tell_the_back();
        assert_eq!([heard(&one), heard(&other)], [(true, true); 2]);
    }
}
