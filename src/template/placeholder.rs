//! Finds the `{{key}}` placeholders of a text. A value is never searched for placeholders.

use std::collections::BTreeSet;

/// A piece of a template's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Literal(&'t str),
    /// The key of a placeholder.
    Placeholder(&'t str),
}

/// The pieces of a text, in order. What is between braces and is not a key is literal.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut rest, mut from) = (text, 0);
    while let Some((before, after)) = rest.get(from..).and_then(|text| text.split_once("{{")) {
        let key = after.split_once("}}").map(|(key, _)| key).filter(|key| is_key(key.trim()));
        let Some(key) = key else {
            // `{{{key}}` is a brace and a placeholder.
            from += before.len() + 1;
            continue;
        };
        pieces.extend(
            rest.get(..from + before.len()).filter(|text| !text.is_empty()).map(Piece::Literal),
        );
        pieces.push(Piece::Placeholder(key.trim()));
        rest = after.get(key.len() + "}}".len()..).unwrap_or_default();
        from = 0;
    }
    pieces.extend(Some(rest).filter(|rest| !rest.is_empty()).map(Piece::Literal));
    pieces
}

/// The keys of a text.
pub(super) fn keys_of(text: &str) -> BTreeSet<String> {
    let keys = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Placeholder(key) => Some(key.to_owned()),
        Piece::Literal(_) => None,
    });
    keys.collect()
}

/// Whether a text is a key: a letter, then letters, digits, `_` and `-`.
#[must_use]
pub fn is_key(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_in_double_braces_are_placeholders() {
        use Piece::{Literal as L, Placeholder as P};
        for (text, expected) in [
            ("", vec![]),
            ("a", vec![L("a")]),
            ("{{a}}", vec![P("a")]),
            ("x {{ a-b_1 }}{{c}} y", vec![L("x "), P("a-b_1"), P("c"), L(" y")]),
            ("{{1}} {{}} {{a b}} {a}", vec![L("{{1}} {{}} {{a b}} {a}")]),
            ("{{{a}}}", vec![L("{"), P("a"), L("}")]),
            ("{{a", vec![L("{{a")]),
            ("é{{é{{a}}", vec![L("é{{é"), P("a")]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }
}
