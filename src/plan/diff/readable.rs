//! A diff for people who read messages, not markup: the changed lines before and after, with only the formatting that
//! changes.

use std::ops::Range;

use similar::{Algorithm, ChangeTag, DiffTag, TextDiff, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

/// A run of changed lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedLines {
    /// The old lines; empty if lines are added.
    pub old: Vec<Fragment>,
    /// The new lines; empty if lines are removed.
    pub new: Vec<Fragment>,
}

/// A piece of a changed line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Words or a tag.
    pub what: FragmentContent,
    /// Whether only this side has it.
    pub is_changed: bool,
}

/// The content of a fragment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FragmentContent {
    /// Words without markup.
    Words(String),
    /// A tag of Telegram's HTML, where formatting begins or ends.
    Tag(String),
}

/// The lines in which two texts differ.
pub(super) fn readable(old: &str, new: &str) -> Vec<ChangedLines> {
    let lines = TextDiff::from_lines(old, new);
    let text = |all: &[&str], range: Range<usize>| all.get(range).unwrap_or_default().concat();
    let changed = lines.ops().iter().filter(|operation| operation.tag() != DiffTag::Equal);
    changed
        .map(|operation| {
            let old = text(lines.old_slices(), operation.old_range());
            let new = text(lines.new_slices(), operation.new_range());
            word_by_word(&old, &new)
        })
        .filter(|lines| lines.old.iter().chain(&lines.new).any(|fragment| fragment.is_changed))
        .collect()
}

/// The diff of a run of old lines and the lines that replace it.
fn word_by_word(old: &str, new: &str) -> ChangedLines {
    let (old, new) = (tokens(old), tokens(new));
    let mut lines = ChangedLines::default();
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        for change in operation.iter_changes(&old, &new) {
            let (what, tag) = (change.value(), change.tag());
            let is_changed = tag != ChangeTag::Equal;
            if tag != ChangeTag::Insert {
                push(&mut lines.old, &what, is_changed);
            }
            if tag != ChangeTag::Delete {
                push(&mut lines.new, &what, is_changed);
            }
        }
    }
    lines
}

/// Formatting that looks the same whether one entity or two cover it; quotations and code do not.
const STYLES: [&str; 5] = ["<b>", "<i>", "<u>", "<s>", "<tg-spoiler>"];

/// Appends to a line; unchanged formatting is left out.
fn push(line: &mut Vec<Fragment>, what: &FragmentContent, is_changed: bool) {
    match (line.last_mut(), what) {
        (_, FragmentContent::Tag(_)) if !is_changed => {}
        // Formatting that ends and starts again at once looks unchanged.
        (
            Some(Fragment { what: FragmentContent::Tag(before), is_changed: true }),
            FragmentContent::Tag(tag),
        ) if STYLES.contains(&tag.as_str())
            && before.strip_prefix("</") == tag.strip_prefix('<') =>
        {
            line.pop();
        }
        (
            Some(Fragment { what: FragmentContent::Words(text), is_changed: was_changed }),
            FragmentContent::Words(more),
        ) if *was_changed == is_changed => {
            text.push_str(more);
        }
        (_, what) => line.push(Fragment { what: what.clone(), is_changed }),
    }
}

/// The words and tags of Telegram's HTML.
fn tokens(html: &str) -> Vec<FragmentContent> {
    let mut tokens = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let end = match rest.find('<') {
            Some(0) => rest.find('>').map_or(rest.len(), |end| end + 1),
            Some(start) => start,
            None => rest.len(),
        };
        let Some((token, behind)) = rest.split_at_checked(end) else { break };
        rest = behind;
        if token.starts_with('<') {
            tokens.push(FragmentContent::Tag(token.to_owned()));
        } else {
            let shown = token.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            tokens.extend(
                shown.split_word_bounds().map(|word| FragmentContent::Words(word.to_owned())),
            );
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as `-old` and `+new`, with `[]` around the differences.
    fn marked(old: &str, new: &str) -> String {
        let text = |line: &[Fragment]| -> String {
            let marked = |fragment: &Fragment| match &fragment.what {
                FragmentContent::Words(text) | FragmentContent::Tag(text)
                    if fragment.is_changed =>
                {
                    format!("[{text}]")
                }
                FragmentContent::Words(text) | FragmentContent::Tag(text) => text.clone(),
            };
            line.iter().map(marked).collect()
        };
        let lines = readable(old, new);
        lines
            .iter()
            .flat_map(|line| ["-".into(), text(&line.old), "+".into(), text(&line.new)])
            .collect()
    }

    #[test]
    fn lines_are_plain_text_and_only_changed_formatting_is_shown() {
        for (old, new, expected) in [
            ("<b>One &amp; two</b>\n", "<b>One &lt; two</b>\n", "-One [&] two\n+One [<] two\n"),
            ("It opens\n", "It opens today\n", "-It opens\n+It opens[ today]\n"),
            ("a <b>bold</b> word\n", "a bold word\n", "-a [<b>]bold[</b>] word\n+a bold word\n"),
            (
                "<a href=\"https://a\">x</a>\n",
                "<a href=\"https://b\">x</a>\n",
                "-[<a href=\"https://a\">]x\n+[<a href=\"https://b\">]x\n",
            ),
            (
                "<b>It is out</b>\n",
                "<b>It is </b><b><i>out</i></b>\n",
                "-It is out\n+It is [<i>]out[</i>]\n",
            ),
            ("a\nb\nc\n", "a\nB\nc\nd\n", "-[b]\n+[B]\n-+[d\n]"),
            ("a\nb\nc\n", "a\nc\n", "-[b\n]+"),
            ("a\nb\n", "a\n\nb\n", "-+[\n]"),
            ("same\n", "same\n", ""),
        ] {
            assert_eq!(marked(old, new), expected, "{old} {new}");
        }
    }
}
