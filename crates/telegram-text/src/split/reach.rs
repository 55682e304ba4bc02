//! How far one part can reach: the farthest cut that keeps all bounds and tears nothing that should stay whole.

use super::ground::{Gap, Ground};
use super::knot::{Effect, Knots};
use super::white;

/// The room of one part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// Where the part begins.
    pub(super) start: usize,
    /// The byte behind the first character that a reader sees; the part ends there or later.
    pub(super) visible: usize,
    /// Where it ends at the latest.
    pub(super) limit: usize,
}

/// One that goes through a text from cut to cut.
#[derive(Debug)]
pub(super) struct Walker<'g, 'a> {
    pub(super) ground: &'g Ground<'a>,
    pub(super) knots: Knots,
}

impl<'g, 'a> Walker<'g, 'a> {
    pub(super) fn new(ground: &'g Ground<'a>) -> Self {
        Self { ground, knots: Knots::default() }
    }

    /// The room of the part that begins at byte `start`; `None` where only blanks follow.
    ///
    /// A part of blanks is refused by Telegram: those that keep a part from having anything else are left out, and it
    /// begins behind them.
    pub(super) fn window(&mut self, start: usize) -> Option<Window> {
        if start >= self.ground.end {
            return None;
        }
        let visible = self.ground.visible(start)?;
        let window = Window { start, visible: visible.end, limit: self.ground.limit(start) };
        if visible.start == start
            || window.limit >= self.ground.end
            || self.last_allowed(&window, window.limit).is_some()
        {
            return Some(window);
        }
        let border = self.ground.border_before(start, visible.start);
        let border = border.filter(|border| !self.ground.is_trimmed(*border));
        let behind = |start| Window { start, limit: self.ground.limit(start), ..window };
        let behind = border.map(behind).filter(|window| window.limit >= window.visible);
        let behind = behind.unwrap_or_else(|| Window {
            start: visible.start,
            limit: self.ground.limit(visible.start),
            ..window
        });
        // Where nothing is won, nothing is left out.
        let wins = window.limit < window.visible
            || behind.limit >= self.ground.end
            || self.last_allowed(&behind, behind.limit).is_some()
            || self.tears(&window) && !self.tears(&behind);
        Some(if wins { behind } else { window })
    }

    /// Whether a part that has no cut without a fault tears what should stay whole.
    fn tears(&mut self, window: &Window) -> bool {
        let gap = self.farthest(window);
        self.ground.torn(gap).is_some() || self.knots.torn(self.ground, gap.end).is_some()
    }

    /// The farthest cut of a part. Where each one tears something, what the post wants together is torn first, then what
    /// should stay whole, then a grapheme.
    pub(super) fn farthest(&mut self, window: &Window) -> Gap {
        let ground = self.ground;
        let mut at = Some(window.limit);
        let mut last = None;
        for _ in 0..TRIES {
            let Some(gap) = at.and_then(|at| self.last_allowed(window, at)) else { break };
            if self.effect(window, gap) != Effect::Other {
                return gap;
            }
            last = last.or(Some(gap));
            at = before(ground.string, gap.end);
        }
        if let Some(gap) = last {
            return gap;
        }
        let whole = |gap: &Gap| ground.torn(*gap).is_none();
        let border = |at| ground.border_before(window.start, at);
        let borders =
            std::iter::successors(border(window.limit), |at| border(before(ground.string, *at)?));
        let mut borders = borders
            .map(|at| ground.gap(window.start, at))
            .map(|gap| Gap { next: untrimmed(ground, gap.next), ..gap })
            .take_while(|gap| gap.end >= window.visible);
        let last = borders.next();
        let Some(last) = last else { return Self::inside_grapheme(window) };
        let mut kept = std::iter::once(last).chain(borders).take(TRIES).filter(whole);
        kept.find(|gap| self.knots.torn(ground, gap.end).is_none()).unwrap_or(last)
    }

    /// The last cut at or before byte `at` that tears nothing and leaves neither side blank.
    pub(super) fn last_allowed(&mut self, window: &Window, at: usize) -> Option<Gap> {
        let mut at = at;
        while at >= window.visible {
            let gap = self.ground.gap(window.start, at);
            if gap.end < window.visible {
                return None;
            }
            let Some(back) = self.obstacle(window, gap) else { return Some(gap) };
            at = back;
        }
        None
    }

    /// Whether a cut tears nothing and leaves neither side blank.
    pub(super) fn allows(&mut self, window: &Window, gap: Gap) -> bool {
        gap.end >= window.visible && self.obstacle(window, gap).is_none()
    }

    /// Why a cut may not be here: the next byte back at which there may be one.
    fn obstacle(&mut self, window: &Window, gap: Gap) -> Option<usize> {
        let ground = self.ground;
        let back = || before(ground.string, gap.end).unwrap_or_default();
        if gap.next > ground.last_visible {
            return Some(back().min(ground.last_visible));
        }
        if let Some(glue) = ground.glued(gap) {
            return Some(back().min(glue.start));
        }
        if let Some(piece) = ground.torn(gap) {
            return Some(piece.start);
        }
        if ground.is_trimmed(gap.next) {
            return Some(back());
        }
        if !ground.is_border(window.start, gap.end) {
            return Some(ground.border_before(window.start, back()).unwrap_or_default());
        }
        let is_inside = ground.solid_around(gap.end).is_some();
        if !gap.is_tight() || is_inside {
            return None;
        }
        self.knots.torn(ground, gap.end).map(|found| found.start)
    }

    /// What a cut does to what Telegram finds: nothing at white space.
    pub(super) fn effect(&mut self, window: &Window, gap: Gap) -> Effect {
        if !gap.is_tight() {
            return Effect::None;
        }
        self.knots.effect(self.ground, window.start, gap.end)
    }

    /// The cut of a part whose first grapheme is longer than a part: between two characters, behind one that is seen.
    fn inside_grapheme(window: &Window) -> Gap {
        let at = window.limit.max(window.visible);
        Gap { end: at, next: at }
    }
}

/// Where a part begins that is not to begin with what Telegram would trim.
fn untrimmed(ground: &Ground<'_>, next: usize) -> usize {
    if ground.is_trimmed(next) { white::end(ground.string, next) } else { next }
}

/// Places that are looked at for a cut that is not only possible but good.
pub(super) const TRIES: usize = 72;

/// The byte at which the character before byte `at` begins.
pub(super) fn before(string: &str, at: usize) -> Option<usize> {
    Some(string.floor_char_boundary(at.checked_sub(1)?))
}
