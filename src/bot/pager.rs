//! Pagination: one page of a longer list, and the buttons around it.

use super::action_buttons::Action;
use super::reply::{Button, MessageBuilder, Span};
use super::text::Text;

/// Items on one page.
const PAGE: usize = 8;

#[derive(Debug)]
pub(super) struct Pager<T> {
    pub(super) shown: Vec<T>,
    /// The number of the first one, from 0.
    from: usize,
    all: usize,
}

impl<T> Pager<T> {
    /// The page with this number, or the last one.
    pub(super) fn new(all: Vec<T>, page: usize) -> Self {
        let count = all.len();
        let from = page.min(count.saturating_sub(1) / PAGE) * PAGE;
        Self { shown: all.into_iter().skip(from).take(PAGE).collect(), from, all: count }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.shown.len() == self.all
    }

    /// Adds which items it shows.
    pub(super) fn say_range(&self, reply: &mut MessageBuilder, text: Text) {
        let [from, to, all] =
            [self.from + 1, self.from + self.shown.len(), self.all].map(Span::plain);
        reply.line(text, &[("from", from), ("to", to), ("all", all)]);
    }

    /// Adds a numbered button for each item, and buttons for the pages before and after.
    pub(super) fn buttons(
        &self,
        reply: &mut MessageBuilder,
        action: impl Fn(&T) -> Action,
        turn: impl Fn(usize) -> Action,
    ) {
        let numbers = self.shown.iter().enumerate();
        let numbers: Vec<_> =
            numbers.map(|(number, one)| Button::new(number + 1, action(one))).collect();
        for row in numbers.chunks(PAGE / 2) {
            reply.row(row.to_vec());
        }
        let page = self.from / PAGE;
        let before = page.checked_sub(1).map(|page| Button::new("◀️", turn(page)));
        let has_more = self.from + self.shown.len() < self.all;
        let after = has_more.then(|| Button::new("▶️", turn(page + 1)));
        reply.row(before.into_iter().chain(after));
    }
}
