//! The files that an edit would replace: the published one beside the one of the newsroom.

use maud::{Markup, html};

use super::media::{MediaFacts, MediaLinks, MediaVersion, ShownFile, media};
use crate::message::InputMedia;
use crate::plan::MediaChange;

/// The pairs of files, with the facts of the newsroom's files.
pub(super) fn replaced(
    changes: &[MediaChange],
    facts: &[MediaFacts],
    links: &dyn MediaLinks,
) -> Markup {
    html! {
        @for change in changes.iter().filter(|change| change.replaces_file()) {
            @let facts = facts.get(change.place).copied().unwrap_or_default();
            div.replaced {
                (side("Published", change.old.as_ref(), MediaVersion::Published, MediaFacts::default(), links))
                (side("In the file", change.new.as_ref(), MediaVersion::Newsroom, facts, links))
            }
        }
    }
}

fn side(
    title: &str,
    file: Option<&InputMedia>,
    version: MediaVersion,
    facts: MediaFacts,
    links: &dyn MediaLinks,
) -> Markup {
    let is_old = version == MediaVersion::Published;
    html! {
        figure.old[is_old] {
            figcaption { (title) }
            @if let Some(file) = file {
                // A spoiler is for readers, not for the author who compares.
                @let shown = ShownFile { has_spoiler: false, ..ShownFile::of(file, facts, version, links) };
                (media(std::slice::from_ref(&shown)))
                @if shown.address.is_none() {
                    p.absent { @if is_old { "Its bytes were not kept." } @else { "Its bytes are not available." } }
                } @else {
                    p.facts { (shown.description()) }
                }
            } @else {
                p.absent { "No file" }
            }
        }
    }
}
