//! Reading hashtags: each must be one whole tag to Telegram, and stands once.

use std::collections::BTreeSet;

use telegram_text::detect::hashtag::{self, HashtagFault};

use super::raw::RawOptions;
use crate::diagnostic::{Code, Diagnostic};
use crate::field::Fields;
use crate::key::value::Hashtag;
use crate::key::{Item, Typed};
use crate::limits;

/// The hashtags of an edition: the top's, then its own. The top's mistakes are told once, by whoever reads the top.
pub(super) fn read(
    shared: Option<&Item<Vec<Hashtag<'_>>>>,
    own: Option<&Item<Vec<Hashtag<'_>>>>,
    fields: &mut Fields<'_>,
) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    // Telegram searches hashtags without regard to case.
    let mut seen = BTreeSet::new();
    for typed in shared.iter().flat_map(|list| &list.value) {
        let tag = typed.0.value.as_ref();
        if hashtag::is_whole(tag).is_ok() && seen.insert(tag.to_lowercase()) {
            tags.push(tag.to_owned());
        }
    }
    for typed in own.iter().flat_map(|list| &list.value) {
        let tag = typed.0.value.as_ref();
        if let Err(fault) = hashtag::is_whole(tag) {
            bad(&typed.0, &fault, fields);
        } else if seen.insert(tag.to_lowercase()) {
            tags.push(tag.to_owned());
        } else {
            fields.report(Diagnostic::new(
                Code::RepeatedHashtag,
                typed.0.span.clone(),
                format!("the hashtag `#{tag}` stands twice"),
                "take one out",
            ));
        }
    }
    tags
}

fn bad(typed: &Typed<'_>, fault: &HashtagFault, fields: &mut Fields<'_>) {
    let tag = typed.value.as_ref();
    let (range, message) = match fault {
        HashtagFault::Character { at, character: '#' } if *at == 0 => {
            (0..1, "the sign `#` is put in front by telepress".to_owned())
        }
        HashtagFault::Character { at, character } => {
            let name =
                if *character == ' ' { "a space".to_owned() } else { format!("`{character}`") };
            let message = format!("Telegram ends a hashtag at {name}");
            (*at..at + character.len_utf8(), message)
        }
        HashtagFault::Empty | HashtagFault::NoLetter => {
            (0..tag.len(), "Telegram takes no hashtag without a letter".to_owned())
        }
        HashtagFault::TooLong { characters } => (
            0..tag.len(),
            format!(
                "this hashtag has {characters} characters, and Telegram takes {}",
                limits::HASHTAG_CHARACTERS
            ),
        ),
    };
    let hint = match one_word(tag) {
        Some(word) => format!("write \"{word}\""),
        None => "a hashtag is letters, digits and `_`, with at least one letter".to_owned(),
    };
    if tag.is_empty() {
        fields.report(Diagnostic::new(Code::BadHashtag, typed.span.clone(), message, hint));
    } else {
        fields.report_in(typed, range, Code::BadHashtag, message, hint);
    }
}

/// The tag made one word, where that is all it needs.
fn one_word(tag: &str) -> Option<String> {
    let word: String = tag
        .trim_start_matches('#')
        .trim()
        .chars()
        .map(|character| if matches!(character, ' ' | '-') { '_' } else { character })
        .collect();
    hashtag::is_whole(&word).is_ok().then_some(word)
}

/// The hashtags typed in `options`, for comparing editions.
pub(super) fn typed<'a>(options: &'a RawOptions<'_>) -> impl Iterator<Item = &'a str> {
    options.hashtags.iter().flat_map(|list| &list.value).map(|tag| tag.0.value.as_ref())
}
