//! Fills the date of an occurrence in for `{{date}}`. It leaves code and links as they are typed.

use telegram_text::{EntityKind, ParsedText, utf16};

use super::{Edition, ReadMore};
use crate::field::DATE_PLACEHOLDER as PLACEHOLDER;

/// Fills the date in everywhere in the texts of an edition.
pub(super) fn fill(edition: &mut Edition, date: &str) {
    let mut change = |text: &mut ParsedText| fill_text(text, date);
    edition.heading.iter_mut().for_each(|heading| change(&mut heading.prose));
    edition.lead.iter_mut().for_each(|lead| change(&mut lead.prose));
    for section in &mut edition.sections {
        section.title.iter_mut().for_each(&mut change);
        let blocks = section.blocks.iter_mut().chain(section.rich.iter_mut().flatten());
        blocks.for_each(|block| block.each_text_mut(&mut change));
    }
    if let Some(ReadMore { label: Some(label), .. }) = &mut edition.read_more {
        change(label);
    }
    for comment in &mut edition.comments {
        comment.blocks.iter_mut().for_each(|block| block.each_text_mut(&mut change));
    }
}

fn fill_text(text: &mut ParsedText, date: &str) {
    let mut from = 0;
    while let Some(at) = text.text.string.get(from..).and_then(|rest| rest.find(PLACEHOLDER)) {
        let range = from + at..from + at + PLACEHOLDER.len();
        from = if is_fixed(text, range.start) {
            range.end
        } else {
            let end = range.start + date.len();
            text.replace(range, date);
            end
        };
    }
}

/// Whether the placeholder at this byte is in code or a link, or partly formatted.
fn is_fixed(text: &ParsedText, at: usize) -> bool {
    let start = utf16::len(text.text.string.get(..at).unwrap_or_default());
    let end = start + utf16::len(PLACEHOLDER);
    text.text.entities.iter().any(|entity| {
        let is_over = entity.offset < end && entity.end() > start;
        let is_around = entity.offset <= start && entity.end() >= end;
        let is_code_or_link = matches!(
            entity.kind,
            EntityKind::Code | EntityKind::Pre { .. } | EntityKind::TextLink { .. }
        );
        is_over && (is_code_or_link || !is_around)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_is_filled_in_except_in_code_and_links() {
        for (typed, filled) in [
            ("Week of {{date}}", "Week of 1 May 2026"),
            ("**{{date}}**, {{date}}", "1 May 2026, 1 May 2026"),
            ("`{{date}}` {{ date }} {{Date}}", "{{date}} {{ date }} {{Date}}"),
            ("[{{date}}](https://example.org/{{date}})", "{{date}}"),
            ("{{**date**}}", "{{date}}"),
        ] {
            let mut text = telegram_text::inline::parse(typed, &mut Vec::new());
            fill_text(&mut text, "1 May 2026");
            assert_eq!(text.text.string, filled, "{typed}");
        }
    }
}
