//! How far one part can reach: the farthest cut that keeps all bounds and tears nothing that should stay whole.

use super::context::{Cut, SplitContext};
use super::token::{Effect, Token};
use super::white;

/// The room of one part.
#[derive(Clone, Copy, Debug)]
pub(super) struct PartWindow {
    /// Where the part begins.
    pub(super) start: usize,
    /// The byte after the first visible character; the part ends there or later.
    pub(super) visible: usize,
    /// The last byte where it may end.
    pub(super) limit: usize,
}

/// Goes through a text from cut to cut.
#[derive(Debug)]
pub(super) struct Splitter<'g, 'a> {
    pub(super) context: &'g SplitContext<'a>,
    pub(super) token: Token,
}

impl<'g, 'a> Splitter<'g, 'a> {
    pub(super) fn new(context: &'g SplitContext<'a>) -> Self {
        Self { context, token: Token::default() }
    }

    /// The room of the part that begins at byte `start`; `None` if only blanks follow.
    ///
    /// Telegram refuses a part of blanks. Leading blanks that leave no room for anything else are dropped, and the part
    /// begins after them.
    pub(super) fn window(&mut self, start: usize) -> Option<PartWindow> {
        if start >= self.context.end {
            return None;
        }
        let visible = self.context.visible(start)?;
        let window = PartWindow { start, visible: visible.end, limit: self.context.limit(start) };
        if visible.start == start
            || window.limit >= self.context.end
            || self.last_allowed(&window, window.limit).is_some()
        {
            return Some(window);
        }
        let border = self.context.border_before(start, visible.start);
        let border = border.filter(|border| !self.context.is_trimmed(*border));
        let after = |start| PartWindow { start, limit: self.context.limit(start), ..window };
        let after = border.map(after).filter(|window| window.limit >= window.visible);
        let after = after.unwrap_or_else(|| PartWindow {
            start: visible.start,
            limit: self.context.limit(visible.start),
            ..window
        });
        // Blanks are dropped only if that helps.
        let wins = window.limit < window.visible
            || after.limit >= self.context.end
            || self.last_allowed(&after, after.limit).is_some()
            || self.tears(&window) && !self.tears(&after);
        Some(if wins { after } else { window })
    }

    /// Whether the farthest cut of a part that has no allowed one tears an entity or something that Telegram finds.
    fn tears(&mut self, window: &PartWindow) -> bool {
        let gap = self.farthest_not_allowed(window);
        self.context.torn(gap).is_some() || self.token.torn(self.context, gap.end).is_some()
    }

    /// The farthest cut of a part. If every cut tears something, a range that must stay together is torn first, then
    /// an entity or something that Telegram finds, then a grapheme.
    pub(super) fn farthest(&mut self, window: &PartWindow) -> Cut {
        let context = self.context;
        let mut at = Some(window.limit);
        let mut last = None;
        for _ in 0..TRIES {
            let Some(gap) = at.and_then(|at| self.last_allowed(window, at)) else { break };
            if self.effect(window, gap) != Effect::Other {
                return gap;
            }
            last = last.or(Some(gap));
            if !self.token.may_search() {
                break;
            }
            at = before(context.string, gap.end);
        }
        last.unwrap_or_else(|| self.farthest_not_allowed(window))
    }

    /// The farthest cut of a part in which every cut tears something.
    fn farthest_not_allowed(&mut self, window: &PartWindow) -> Cut {
        let context = self.context;
        let whole = |gap: &Cut| context.torn(*gap).is_none();
        let border = |at| context.border_before(window.start, at);
        let borders =
            std::iter::successors(border(window.limit), |at| border(before(context.string, *at)?));
        let mut borders = borders
            .map(|at| context.gap(window.start, at))
            .map(|gap| Cut { next: untrimmed(context, gap.next), ..gap })
            .take_while(|gap| gap.end >= window.visible);
        let last = borders.next();
        let Some(last) = last else { return Self::inside_grapheme(window) };
        let mut kept = std::iter::once(last).chain(borders).take(TRIES).filter(whole);
        kept.find(|gap| self.token.torn(context, gap.end).is_none()).unwrap_or(last)
    }

    /// The last cut at or before byte `at` that tears nothing and leaves neither side blank.
    pub(super) fn last_allowed(&mut self, window: &PartWindow, at: usize) -> Option<Cut> {
        let mut at = at;
        while at >= window.visible {
            let gap = self.context.gap(window.start, at);
            if gap.end < window.visible {
                return None;
            }
            let Some(back) = self.obstacle(window, gap) else { return Some(gap) };
            at = back;
        }
        None
    }

    /// Whether a cut tears nothing and leaves neither side blank.
    pub(super) fn allows(&mut self, window: &PartWindow, gap: Cut) -> bool {
        gap.end >= window.visible && self.obstacle(window, gap).is_none()
    }

    /// The next byte back at which there may be a cut if this one is not allowed.
    fn obstacle(&mut self, window: &PartWindow, gap: Cut) -> Option<usize> {
        let context = self.context;
        let back = || before(context.string, gap.end).unwrap_or_default();
        if gap.next > context.last_visible {
            return Some(back().min(context.last_visible));
        }
        if let Some(glue) = context.glued(gap) {
            return Some(back().min(glue.start));
        }
        if let Some(piece) = context.torn(gap) {
            return Some(piece.start);
        }
        if context.is_trimmed(gap.next) {
            return Some(back());
        }
        if !context.is_border(window.start, gap.end) {
            return Some(context.border_before(window.start, back()).unwrap_or_default());
        }
        let is_inside = context.unbreakable_around(gap.end).is_some();
        if !gap.is_tight() || is_inside {
            return None;
        }
        self.token.torn(context, gap.end).map(|found| found.start)
    }

    /// What a cut does to what Telegram finds; at white space it does nothing.
    pub(super) fn effect(&mut self, window: &PartWindow, gap: Cut) -> Effect {
        if !gap.is_tight() {
            return Effect::None;
        }
        self.token.effect(self.context, window.start, gap.end)
    }

    /// The cut of a part whose first grapheme is longer than a part: between two characters, after a visible one.
    fn inside_grapheme(window: &PartWindow) -> Cut {
        let at = window.limit.max(window.visible);
        Cut { end: at, next: at }
    }
}

/// Where the next part begins so that Telegram trims nothing of it.
fn untrimmed(context: &SplitContext<'_>, next: usize) -> usize {
    if context.is_trimmed(next) { white::end(context.string, next) } else { next }
}

/// Places that are tried for a good cut.
pub(super) const TRIES: usize = 72;

/// The byte at which the character before byte `at` begins.
pub(super) fn before(string: &str, at: usize) -> Option<usize> {
    Some(string.floor_char_boundary(at.checked_sub(1)?))
}
