//! Paragraphs of a rich body that consist of images; images among words are a problem.

use super::{Paragraph, Parser};
use crate::ParsedText;
use crate::block::{Block, Image};
use crate::body::leaf;
use crate::inline::InlineImage;

impl Parser<'_> {
    /// Adds a paragraph that starts at byte `from`, or the images that it consists of.
    pub(super) fn push_paragraph(&mut self, from: usize, paragraph: Paragraph) {
        let (text, images) = self.prose_and_images(paragraph);
        if images.is_empty() || !is_images_alone(&text, &images) {
            self.problems.extend(leaf::images_in_text(images));
            return self.push_block_at(from, Block::Paragraph(text));
        }
        for image in images {
            let caption = text.slice(image.caption);
            self.push_block(Block::Image(Image {
                path: image.path,
                range: image.destination,
                caption,
            }));
        }
    }

    /// The text of a paragraph that has no images.
    pub(super) fn prose(&mut self, paragraph: Paragraph) -> ParsedText {
        let (text, images) = self.prose_and_images(paragraph);
        self.problems.extend(leaf::images_in_text(images));
        text
    }

    fn prose_and_images(&mut self, paragraph: Paragraph) -> (ParsedText, Vec<InlineImage>) {
        let reflow = self.options.reflow;
        paragraph.into_prose(self.source, reflow, self.definitions, &mut self.problems)
    }
}

/// Whether only white space is around the captions, and the exclamation marks of none of them are text.
fn is_images_alone(text: &ParsedText, images: &[InlineImage]) -> bool {
    let mut end = 0;
    let mut is_blank = |to: usize, next: usize| {
        let between = text.text.string.get(end..to).unwrap_or_default();
        end = next;
        between.chars().all(char::is_whitespace)
    };
    images.iter().all(|image| is_blank(image.caption.start, image.caption.end))
        && is_blank(text.text.string.len(), 0)
}
