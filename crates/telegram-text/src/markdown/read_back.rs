//! Reads written Markdown back and compares it with the text; it lays out only the blocks that are written.

use super::{Unwritable, UnwritableKind};
use crate::block::{Block, with_gaps};
use crate::utf16::IncrementalLen;
use crate::{Entity, EntityKind, FormattedText, body, normal};

/// Characters that a layout trims from every text.
const TRIMMED: [char; 3] = [' ', '\n', '\r'];

/// The first place where what is read from `markdown` is not `text`.
pub(super) fn difference(markdown: &str, text: &FormattedText) -> Option<Unwritable> {
    let body = body::parse(markdown);
    let mut layout = Layout { text: FormattedText::default(), utf16: IncrementalLen::default() };
    let is_known = layout.push_all(&body.blocks);
    let mut read = layout.text;
    Entity::sort(&mut read.entities);
    let read = normal::uncut(read).unwrap_or_default();
    if read == *text && is_known && body.problems.is_empty() {
        return None;
    }
    Some(first_difference(&read, text))
}

/// The text of blocks in a channel's default style.
struct Layout {
    text: FormattedText,
    utf16: IncrementalLen,
}

impl Layout {
    fn position(&mut self) -> usize {
        self.utf16.len(&self.text.string)
    }

    /// Appends blocks; `false` if one of them is never written.
    fn push_all(&mut self, blocks: &[Block]) -> bool {
        let mut is_known = true;
        for (index, (gap, block)) in with_gaps(blocks, "\n\n").enumerate() {
            if index > 0 {
                self.text.string.push_str(gap);
            }
            let start = self.position();
            match block {
                Block::Paragraph(prose) => self.push_trimmed(&prose.text),
                Block::Code { code, language } => {
                    self.text.string.push_str(&code.text.string);
                    self.cover(EntityKind::Pre { language: language.clone() }, start);
                }
                Block::Quote { title, blocks, expandable } => {
                    is_known &= title.is_none() && self.push_all(blocks);
                    let kind = if *expandable {
                        EntityKind::ExpandableBlockquote
                    } else {
                        EntityKind::Blockquote
                    };
                    self.cover(kind, start);
                }
                _ => is_known = false,
            }
        }
        is_known
    }

    fn push_trimmed(&mut self, added: &FormattedText) {
        let start = self.position();
        let trimmed = added.string.trim_matches(TRIMMED);
        // A trimmed character is one byte and one unit.
        let from = added.string.len() - added.string.trim_start_matches(TRIMMED).len();
        self.text.string.push_str(trimmed);
        let to = from + self.position() - start;
        for entity in &added.entities {
            let (first, last) = (entity.offset.max(from), entity.end().min(to));
            if first < last {
                let kind = entity.kind.clone();
                let entity = Entity::new(kind, start + first - from, last - first);
                self.text.entities.push(entity);
            }
        }
    }

    fn cover(&mut self, kind: EntityKind, start: usize) {
        let end = self.position();
        if start < end {
            self.text.entities.push(Entity::new(kind, start, end - start));
        }
    }
}

/// The first entity of `text` that was not read; if all were, the first character.
fn first_difference(read: &FormattedText, text: &FormattedText) -> Unwritable {
    let same = read.string.chars().zip(text.string.chars()).take_while(|(a, b)| a == b);
    let same: usize = same.map(|(character, _)| character.len_utf16()).sum();
    let mut found = read.entities.iter();
    let wrong = text.entities.iter().find(|wanted| found.next() != Some(wanted));
    if let Some(entity) = wrong.filter(|entity| read.string == text.string || entity.offset <= same)
    {
        let kind = match &entity.kind {
            EntityKind::Code => UnwritableKind::Code,
            EntityKind::TextLink { .. } => UnwritableKind::Link,
            EntityKind::CustomEmoji { .. } => UnwritableKind::CustomEmoji,
            EntityKind::Pre { .. } => UnwritableKind::Placement("code block"),
            kind if kind.is_quote() => UnwritableKind::Placement("quote"),
            style => UnwritableKind::Formatting(style.name()),
        };
        return Unwritable::entity(kind, entity);
    }
    let length = text.utf16_len().saturating_sub(same);
    Unwritable { kind: UnwritableKind::Text, offset: same, length }
}
