//! Random inputs that shrink: texts with untidy entities, words that are nearly links, and broken markup.

pub(super) mod entities;
pub(super) mod found;
pub(super) mod html;
pub(super) mod links;
pub(super) mod markdown_v2;
pub(super) mod pieces;

use proptest::prelude::*;

/// One of `words`; it shrinks to the first.
fn any_of(words: &'static [&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(words).prop_map(String::from).boxed()
}

/// From 0 to `most` parts, concatenated; it shrinks by dropping parts.
fn row(part: BoxedStrategy<String>, most: usize) -> BoxedStrategy<String> {
    prop::collection::vec(part, 0..=most).prop_map(|parts| parts.concat()).boxed()
}

/// Strings that match a regular expression. proptest also accepts a pattern as a strategy, but compiles it for each input.
fn matching(pattern: &str) -> BoxedStrategy<String> {
    prop::string::string_regex(pattern).unwrap().boxed()
}
