//! Counts the elements of an edition, so that editions can be compared side by side.

use maud::{Markup, html};
use telegram_text::block::Block;

use crate::post::Edition;

/// The elements of an edition and their counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Structure(Vec<(&'static str, usize)>);

impl Structure {
    pub(super) fn of(edition: &Edition, messages: usize) -> Self {
        let blocks = || edition.sections.iter().flat_map(|section| &section.blocks);
        let bullets = blocks().map(|block| match block {
            Block::List(list) => list.items.len(),
            _ => 0,
        });
        let titles = edition.sections.iter().filter(|section| section.title.is_some());
        Self(vec![
            ("heading", edition.heading.is_some().into()),
            ("lead", edition.lead.is_some().into()),
            ("sections", edition.sections.len()),
            ("titles", titles.count()),
            ("paragraphs", blocks().filter(|block| matches!(block, Block::Paragraph(_))).count()),
            ("bullets", bullets.sum()),
            ("quotes", blocks().filter(|block| matches!(block, Block::Quote { .. })).count()),
            ("read-more link", edition.read_more.is_some().into()),
            ("hashtags", edition.hashtags.len()),
            ("messages", messages),
        ])
    }
}

/// A table of the counts in which the editions differ, with their channels; nothing where they have the same structure.
pub(super) fn differences(editions: &[(&str, &Structure)]) -> Markup {
    let Some((_, first)) = editions.first() else { return html! {} };
    let counts = |name: usize| editions.iter().map(move |(_, structure)| structure.0.get(name));
    let differing: Vec<_> = first
        .0
        .iter()
        .enumerate()
        .filter(|(number, of_first)| counts(*number).any(|count| count != Some(of_first)))
        .collect();
    html! {
        @if !differing.is_empty() {
            // The table scrolls where there are many channels.
            section.differs data-key="differs" tabindex="0" aria-label="Differences between the editions" {
                h2 { "The editions differ" }
                table {
                    thead { tr {
                        th scope="col" { "Contains" }
                        @for (channel, _) in editions { th scope="col" { (channel) } }
                    } }
                    tbody { @for (number, (name, _)) in differing {
                        tr {
                            th scope="row" { (name) }
                            @for count in counts(number) { td { @if let Some((_, count)) = count { (count) } } }
                        }
                    } }
                }
            }
        }
    }
}
