//! Writes a text as the Markdown of a post's body, from which [`body`](crate::body) reads the same text. It reads
//! nothing but what it has written.
//!
//! Every result is read back before it is returned, so a text that a body cannot hold is refused and never approximated.

mod block;
mod flank;
mod inline;
mod read_back;
#[cfg(test)]
mod tests;
mod unwritable;

use super::{FormattedText, normal};

pub use unwritable::{Unwritable, UnwritableKind};

/// When formatting is written as a tag such as `<b>` instead of delimiters such as `**`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tags {
    /// Where delimiters would not open or close, such as beside a space.
    WhereNeeded,
    /// Wherever there is a tag.
    Everywhere,
}

/// Writes `text` as a body of a post: laid out in the default style, what [`body::parse`](crate::body::parse) makes of it
/// is the [normal form](normal::uncut) of `text`. Entities that Telegram detects are written as the text they cover.
/// Several lines end with a line break, so that the last one looks in a file like the others; one line does not.
///
/// # Errors
///
/// What a body cannot hold, with its place in the normal form of `text`. For example, a quotation has lines of its own,
/// so one that starts inside a line is refused.
pub fn write(text: &FormattedText) -> Result<String, Unwritable> {
    let text = normal::uncut(text.clone()).map_err(|refusal| Unwritable {
        kind: UnwritableKind::Refused(refusal),
        offset: 0,
        length: text.utf16_len(),
    })?;
    unwritable::check_entities(&text)?;
    let blocks = block::split(&text)?;
    let markdown = block::write(&blocks, Tags::WhereNeeded);
    let Some(difference) = read_back::difference(&markdown, &text) else {
        return Ok(for_a_file(markdown));
    };
    let with_tags = block::write(&blocks, Tags::Everywhere);
    match read_back::difference(&with_tags, &text) {
        None => Ok(for_a_file(with_tags)),
        Some(_) => Err(difference),
    }
}

/// Writes a text as a paragraph of a rich body. It is not read back: the caller compares the whole body.
#[must_use]
pub fn write_rich_paragraph(text: &FormattedText, tags: Tags) -> String {
    inline::write(text, tags)
}

fn for_a_file(mut markdown: String) -> String {
    if markdown.lines().count() == 1 {
        markdown.truncate(markdown.trim_end_matches('\n').len());
    }
    markdown
}
