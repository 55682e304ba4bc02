//! The files that an edit would replace: the published one beside the one of the newsroom.

use maud::{Markup, html};

use super::media::{MediaFacts, MediaLinks, MediaVersion, ShownFile, media};
use crate::message::InputMedia;
use crate::plan::ReplacedMedia;

/// The pairs of files, with the facts of the newsroom's files.
pub(super) fn replaced(
    pairs: &[ReplacedMedia],
    facts: &[MediaFacts],
    links: &dyn MediaLinks,
) -> Markup {
    html! {
        @for pair in pairs {
            @let facts = facts.get(pair.place).copied().unwrap_or_default();
            div.replaced {
                (side("Published", pair.before.as_ref(), MediaVersion::Published, MediaFacts::default(), links))
                (side("In the file", pair.after.as_ref(), MediaVersion::Newsroom, facts, links))
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
