//! Which entities may overlap, and how the others are cut or dropped. It reads only ranges and kinds, never the text.
//!
//! The rules are those of TDLib's `fix_entities` and `merge_new_entities` (`MessageEntity.cpp`):
//! continuous entities (links, mentions, custom emoji, dates, code) do not overlap one another, quotations do not
//! overlap one another, nothing continuous crosses the border of a quotation, styles are cut wherever another entity
//! begins or ends, and there are no styles inside code or dates.

mod span;

use super::Entity;

pub(super) use span::Span;
use span::{Class, STYLES};

/// Sorts spans into Telegram's order; the sort is stable.
pub(super) fn sort(spans: &mut [Span]) {
    spans.sort_by_key(Span::key);
}

/// Whether [`fix`] would leave the entities as they are. It reads them once and copies none unless
/// a style is inside another.
pub(super) fn is_fixed(entities: &[Entity]) -> bool {
    let spans = || entities.iter().enumerate().map(|(source, entity)| Span::of(entity, source));
    if !spans().is_sorted_by_key(|span| span.key()) {
        return false;
    }
    if is_plain(spans()) {
        return true;
    }
    let list: Vec<Span> = spans().collect();
    let fixed = fix(list.clone());
    fixed.len() == list.len()
        && fixed.iter().zip(&list).all(|(after, before)| {
            after.key() == before.key() && (after.source() == before.source() || after.is_style())
        })
}

/// Drops, merges and cuts spans that may not overlap, and returns them in Telegram's order.
pub(super) fn fix(mut spans: Vec<Span>) -> Vec<Span> {
    sort(&mut spans);
    if is_plain(spans.iter().copied()) {
        return spans;
    }
    let Parted { styles, mut frame, quotes } = Parted::of(spans);
    drop_crossing(&mut frame, &quotes);
    join(styles, frame, quotes)
}

/// Sorted spans apart, each list in its order.
struct Parted {
    styles: Vec<Span>,
    /// Continuous entities; disjoint.
    frame: Vec<Span>,
    /// Disjoint.
    quotes: Vec<Span>,
}

impl Parted {
    /// A continuous entity, or a quotation, that begins before the end of the previous kept one is dropped.
    ///
    /// The styles stay in their list, which saves memory: there may be a hundred thousand of them.
    fn of(mut spans: Vec<Span>) -> Self {
        let (mut frame, mut quotes) = (Vec::new(), Vec::new());
        spans.retain(|span| {
            if !span.is_style() {
                let list: &mut Vec<Span> = if span.is_quote() { &mut quotes } else { &mut frame };
                if list.last().is_none_or(|last| last.end() <= span.start()) {
                    list.push(*span);
                }
            }
            span.is_style()
        });
        Self { styles: spans, frame, quotes }
    }
}

/// Merges sorted styles of one kind that touch, and cuts them only at one another.
pub(super) fn merged(styles: Vec<Span>) -> Vec<Span> {
    cut(styles, &[])
}

/// Adds found entities, which are sorted and disjoint, to entities in normal form.
pub(super) fn with_found(mut entities: Vec<Entity>, found: Vec<Entity>) -> Vec<Entity> {
    if found.is_empty() {
        return entities;
    }
    if entities.is_empty() {
        return found;
    }
    let known = entities.len();
    entities.extend(found);
    let mut spans = Span::list(&entities);
    let mut found = spans.split_off(known);
    let Parted { styles, mut frame, quotes } = Parted::of(spans);
    drop_crossing(&mut found, &quotes);
    drop_meeting(&mut found, &frame);
    frame.extend(found);
    sort(&mut frame);
    join(styles, frame, quotes).iter().filter_map(|span| span.entity(&entities)).collect()
}

/// Whether sorted spans surely need no change: nothing crosses, nothing is inside a style or code, and no
/// style touches its like. TDLib's `are_entities_valid`, reduced to the three levels that it lets through: a quotation,
/// in it something continuous, in that a style.
fn is_plain(spans: impl Iterator<Item = Span>) -> bool {
    let mut quote = 0;
    let mut continuous = 0;
    let mut closed = 0;
    let mut style_ends = [None; STYLES];
    for span in spans {
        let fits = |end: usize| span.start() >= end || span.end() <= end;
        let is_inside = |end: usize| span.start() < end;
        if is_inside(closed) || !fits(quote) || !fits(continuous) {
            return false;
        }
        match span.class {
            Class::Quote => {
                if is_inside(quote) || is_inside(continuous) {
                    return false;
                }
                quote = span.end();
            }
            Class::PreLike => {
                if is_inside(continuous) {
                    return false;
                }
                closed = span.end();
            }
            Class::Continuous => {
                if is_inside(continuous) {
                    return false;
                }
                continuous = span.end();
            }
            Class::Style(style) => {
                closed = span.end();
                if let Some(end) = style_ends.get_mut(usize::from(style)) {
                    if end.is_some_and(|end| end >= span.start()) {
                        return false;
                    }
                    *end = Some(span.end());
                }
            }
        }
    }
    true
}

/// Drops spans that cross the border of a quotation or contain one. Both lists are sorted and disjoint.
fn drop_crossing(spans: &mut Vec<Span>, quotes: &[Span]) {
    let mut quotes = quotes.iter().peekable();
    spans.retain(|span| {
        while quotes.next_if(|quote| quote.end() <= span.start()).is_some() {}
        quotes.peek().is_none_or(|quote| {
            let holds_it = quote.start() <= span.start() && span.end() <= quote.end();
            holds_it || span.end() <= quote.start()
        })
    });
}

/// Drops the `spans` that overlap one of `others`. Both lists are sorted and disjoint.
fn drop_meeting(spans: &mut Vec<Span>, others: &[Span]) {
    let mut others = others.iter().peekable();
    spans.retain(|span| {
        while others.next_if(|other| other.end() <= span.start()).is_some() {}
        others.peek().is_none_or(|other| span.end() <= other.start())
    });
}

/// Joins quotations and styles with the continuous entities of `frame`, at whose borders the styles are cut.
fn join(styles: Vec<Span>, mut frame: Vec<Span>, quotes: Vec<Span>) -> Vec<Span> {
    merge(&mut frame, quotes);
    let pieces = cut(styles, &frame);
    merge(&mut frame, pieces);
    frame
}

/// Merges two sorted lists, which share no key. The standard sort recognizes the two runs.
fn merge(list: &mut Vec<Span>, mut other: Vec<Span>) {
    list.append(&mut other);
    list.sort_by_key(Span::key);
}

/// Cuts sorted styles where a span of the sorted `frame` begins or ends, merges those of one kind that touch or overlap
/// between two such places, and drops the pieces inside code and dates.
fn cut(styles: Vec<Span>, frame: &[Span]) -> Vec<Span> {
    let pieces = Vec::with_capacity(styles.len());
    let mut cutter = Cutter { styles: styles.into_iter().peekable(), open: [None; STYLES], pieces };
    let mut around: Vec<Span> = Vec::new();
    for span in frame {
        while let Some(outer) = around.pop_if(|outer| outer.end() <= span.start()) {
            cutter.close(&outer);
        }
        cutter.read_to(span.start());
        around.push(*span);
    }
    while let Some(outer) = around.pop() {
        cutter.close(&outer);
    }
    cutter.read_to(usize::MAX);
    cutter.pieces
}

struct Cutter {
    styles: std::iter::Peekable<std::vec::IntoIter<Span>>,
    /// For each style the span that was read and is not finished yet.
    open: [Option<Span>; STYLES],
    pieces: Vec<Span>,
}

impl Cutter {
    /// Reads to the end of `outer`; the pieces inside it are dropped where it can hold no styles.
    fn close(&mut self, outer: &Span) {
        let before = self.pieces.len();
        self.read_to(outer.end());
        if outer.class == Class::PreLike {
            self.pieces.truncate(before);
        }
    }

    /// Reads the styles that begin before `border` and finishes everything up to it.
    fn read_to(&mut self, border: usize) {
        while let Some(span) = self.styles.next_if(|span| span.start() < border) {
            let Class::Style(style) = span.class else { continue };
            let style = usize::from(style);
            let open = self.open.get_mut(style).and_then(Option::as_mut);
            if let Some(open) = open.filter(|open| span.start() <= open.end()) {
                *open = open.placed(open.start(), open.end().max(span.end()));
                continue;
            }
            self.flush(span.start());
            if let Some(open) = self.open.get_mut(style) {
                *open = Some(span);
            }
        }
        self.flush(border);
    }

    /// All open spans begin at one place, since a style that begins elsewhere finishes the open ones first. So
    /// only spans that are finished together must be sorted.
    fn flush(&mut self, border: usize) {
        let before = self.pieces.len();
        for slot in &mut self.open {
            let Some(open) = slot.as_mut().filter(|open| open.start() < border) else { continue };
            if open.end() <= border {
                self.pieces.push(*open);
                *slot = None;
            } else {
                self.pieces.push(open.placed(open.start(), border));
                *open = open.placed(border, open.end());
            }
        }
        self.pieces.get_mut(before..).unwrap_or_default().sort_by_key(Span::key);
    }
}
