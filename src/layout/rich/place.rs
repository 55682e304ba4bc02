//! Finds where the block was typed that takes a rich message past a limit. It lays nothing out itself.

use std::ops::Range;

use telegram_text::ParsedText;
use telegram_text::block::Block as Source;

use crate::limits::RichLimit;
use crate::message::rich::{Block, Count, count};
use crate::post::Section;

/// Where something was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The bytes of the file: a value with its quotes, or a table.
    pub value: Range<usize>,
    /// The bytes of the string that the value is, if only a part of it is meant.
    pub within: Option<Range<usize>>,
}

impl Place {
    /// A whole value.
    pub(super) fn whole(value: Range<usize>) -> Self {
        Self { value, within: None }
    }

    /// The first line of a text that is among the texts of a section.
    fn of_text(text: &ParsedText, section: &Section) -> Option<Self> {
        let title = section.title.iter();
        let mut before = title.len();
        let mut is_found = false;
        Source::each(section.rich_blocks(), &mut |block| {
            for other in block.texts() {
                is_found |= std::ptr::eq(text, other);
                before += usize::from(!is_found);
            }
        });
        let length = text.text.string.lines().next().map_or(0, str::len);
        Self::in_section(section, before, text.origins.field_range(0..length))
    }

    /// A part of a string of a section. A body is one string for all of its texts.
    fn in_section(section: &Section, string: usize, within: Range<usize>) -> Option<Self> {
        let value = section.strings.get(string).or(section.strings.last())?.clone();
        Some(Self { value, within: Some(within) })
    }
}

/// Where a block of a message comes from.
#[derive(Clone, Debug)]
pub(super) enum Origin<'e> {
    /// Bytes of the file.
    File(Range<usize>),
    /// A block of a section.
    Section(&'e Section, &'e Source),
    /// The style, or keys of the whole post.
    Elsewhere,
}

/// How a block of a section becomes one of a message.
pub(super) type LayOut<'l> = &'l dyn Fn(&Source) -> Option<Block>;

/// What exceeds a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SearchOf {
    /// The whole message.
    Message,
    /// One of its outermost blocks by itself.
    Block,
}

/// Looks for the first block past a limit among the blocks of a message, from top to bottom.
pub(super) struct Search<'l> {
    kind: RichLimit,
    of: SearchOf,
    used: Count,
    place: Option<Place>,
    is_found: bool,
    lay_out: LayOut<'l>,
}

impl<'l> Search<'l> {
    pub(super) fn new(kind: RichLimit, of: SearchOf, lay_out: LayOut<'l>) -> Self {
        Self { kind, of, used: Count::default(), place: None, is_found: false, lay_out }
    }

    /// Adds the next block.
    pub(super) fn add(&mut self, block: &Block, origin: &Origin<'_>) {
        if self.is_found {
            return;
        }
        if self.of == SearchOf::Block {
            self.used = Count::default();
        }
        let own = count(std::slice::from_ref(block));
        let is_past = self.is_past(&self.used.with(&own));
        let place = match origin {
            Origin::File(value) => Some(Place::whole(value.clone())),
            Origin::Section(section, source) => {
                let source = if is_past { self.innermost(source, self.used, 1) } else { source };
                place(source, section)
            }
            Origin::Elsewhere => None,
        };
        // A dividing line and the footer of the style have no place of their own: the one before it is as near as possible.
        self.place = place.or(self.place.take());
        self.is_found = is_past;
        self.used = self.used.with(&own);
    }

    /// The place of the block; `None` if it is in no value of the file.
    pub(super) fn place(self) -> Option<Place> {
        self.place.filter(|_| self.is_found)
    }

    fn is_past(&self, count: &Count) -> bool {
        count.of(self.kind) > self.kind.limit()
    }

    /// The first block inside `source` with which the limit is exceeded; `source` itself if it needs all of them.
    fn innermost<'s>(&self, source: &'s Source, mut used: Count, depth: usize) -> &'s Source {
        used.blocks += 1;
        for blocks in source.inner() {
            if let Source::List(_) | Source::Footnotes(_) = source {
                used.blocks += 1;
            }
            for inner in blocks {
                let Some(block) = (self.lay_out)(inner) else { continue };
                let own = count(std::slice::from_ref(&block));
                let own = Count { depth: own.depth + depth, ..own };
                if self.is_past(&used.with(&own)) {
                    return self.innermost(inner, used, depth + 1);
                }
                used = used.with(&own);
            }
        }
        source
    }
}

/// Where a block of a section begins.
fn place(source: &Source, section: &Section) -> Option<Place> {
    let mut found = None;
    Source::each(std::slice::from_ref(source), &mut |block| {
        if found.is_none() {
            found = match block {
                Source::Image(image) => Place::in_section(section, usize::MAX, image.range.clone()),
                block => {
                    block.texts().into_iter().next().and_then(|text| Place::of_text(text, section))
                }
            };
        }
    });
    found
}
