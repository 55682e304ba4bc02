//! What an edit would change, for people: the changed lines before and after, with the formatting that changes by its name.

use maud::{Markup, html};

use crate::plan::{Diff, Fragment, FragmentContent};

/// The changed lines; a line that is only removed or only added has no other side.
pub(super) fn lines(diff: &Diff) -> Markup {
    let changed = diff.readable();
    html! {
        @if changed.is_empty() {
            p { "The words stay the same." }
        } @else {
            div.difference tabindex="0" role="group" aria-label="Changed lines" {
                @for lines in &changed {
                    div.lines {
                        @if !lines.old.is_empty() { p.old-line dir="auto" { (side(&lines.old, false)) } }
                        @if !lines.new.is_empty() { p.new-line dir="auto" { (side(&lines.new, true)) } }
                    }
                }
            }
        }
    }
}

/// The fragments of one side. Lines that are only a line break are shown as `¶`.
fn side(fragments: &[Fragment], is_new: bool) -> Markup {
    let last = fragments.len().saturating_sub(1);
    html! {
        @for (number, fragment) in fragments.iter().enumerate() {
            @let words = shown(&fragment.what);
            @let words = if number == last { words.trim_end_matches('\n').to_owned() } else { words };
            @let words = if words.is_empty() && last == 0 { "¶".to_owned() } else { words };
            @match (fragment.is_changed, is_new) {
                (false, _) => (words),
                (true, false) => del { (formatted(&fragment.what, &words)) },
                (true, true) => ins { (formatted(&fragment.what, &words)) },
            }
        }
    }
}

/// The name of formatting in a frame of its own, so that it is not taken for a word of the post.
fn formatted(what: &FragmentContent, words: &str) -> Markup {
    match what {
        FragmentContent::Words(_) => html! { (words) },
        FragmentContent::Tag(_) => html! { span.format { (words) } },
    }
}

fn shown(what: &FragmentContent) -> String {
    match what {
        FragmentContent::Words(words) => words.clone(),
        FragmentContent::Tag(tag) => named(tag),
    }
}

/// The formatting that a tag begins or ends.
fn named(tag: &str) -> String {
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    let (ends, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let (name, attribute) = inner.split_once(' ').unwrap_or((inner, ""));
    let words = match name {
        "b" => "bold",
        "i" => "italic",
        "u" => "underlined",
        "s" => "struck through",
        "tg-spoiler" => "spoiler",
        "blockquote" => "quote",
        "code" | "pre" => "code",
        "a" => "link",
        "tg-emoji" => "custom emoji",
        other => other,
    };
    let value = attribute.split('"').nth(1).map(|value| value.replace("&amp;", "&"));
    let value = value.map(|value| format!(" {value}")).unwrap_or_default();
    if ends { format!("end of {words}") } else { format!("{words}{value}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_has_a_name() {
        for (tag, name) in [
            ("<b>", "bold"),
            ("</b>", "end of bold"),
            ("<blockquote expandable>", "quote"),
            ("<a href=\"https://a/?b=1&amp;c\">", "link https://a/?b=1&c"),
        ] {
            assert_eq!(named(tag), name);
        }
    }
}
