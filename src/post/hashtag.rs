//! Validates hashtags: Telegram must detect each as one whole hashtag, and each must be unique.

use std::collections::BTreeSet;

use telegram_text::detect::hashtag::{self, HashtagError};

use super::raw::RawOptions;
use crate::diagnostic::problem::TextProblem;
use crate::field::Fields;
use crate::key::value::Hashtag;
use crate::key::{Item, SpannedStr};

/// The hashtags of an edition: the top's, then its own. Reports only problems of its own hashtags.
pub(super) fn read(
    shared: Option<&Item<Vec<Hashtag<'_>>>>,
    own: Option<&Item<Vec<Hashtag<'_>>>>,
    fields: &mut Fields<'_>,
) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    // Telegram's hashtag search ignores case.
    let mut seen = BTreeSet::new();
    for typed in shared.iter().flat_map(|list| &list.value) {
        let tag = typed.0.value.as_ref();
        if hashtag::is_whole(tag).is_ok() && seen.insert(tag.to_lowercase()) {
            tags.push(tag.to_owned());
        }
    }
    for typed in own.iter().flat_map(|list| &list.value) {
        let tag = typed.0.value.as_ref();
        if let Err(error) = hashtag::is_whole(tag) {
            report_error(&typed.0, &error, fields);
        } else if seen.insert(tag.to_lowercase()) {
            tags.push(tag.to_owned());
        } else {
            let problem = TextProblem::RepeatedHashtag(tag.to_owned());
            fields.report(typed.0.span.clone(), problem);
        }
    }
    tags
}

fn report_error(typed: &SpannedStr<'_>, error: &HashtagError, fields: &mut Fields<'_>) {
    let tag = typed.value.as_ref();
    let range = match error {
        HashtagError::Character { at, character } => *at..at + character.len_utf8(),
        _ => 0..tag.len(),
    };
    let problem = TextProblem::Hashtag(error.clone(), one_word(tag));
    if tag.is_empty() {
        fields.report(typed.span.clone(), problem);
    } else {
        fields.report_in(typed, range, problem);
    }
}

/// The tag joined to one word, if that makes it valid.
fn one_word(tag: &str) -> Option<String> {
    let word: String = tag
        .trim_start_matches('#')
        .trim()
        .chars()
        .map(|character| if matches!(character, ' ' | '-') { '_' } else { character })
        .collect();
    hashtag::is_whole(&word).is_ok().then_some(word)
}

/// The hashtags in `options` as typed, for comparing editions.
pub(super) fn typed<'a>(options: &'a RawOptions<'_>) -> impl Iterator<Item = &'a str> {
    options.hashtags.iter().flat_map(|list| &list.value).map(|tag| tag.0.value.as_ref())
}
