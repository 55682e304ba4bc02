//! Every text in every language: words for all, with the same names filled in.

use std::collections::BTreeSet;

use super::*;

/// Every text, as the source lists them.
fn all() -> Vec<Text> {
    let (_, list) = include_str!("../text.rs").split_once("pub enum Text {").unwrap();
    let (list, _) = list.split_once('}').unwrap();
    let names = list.lines().map(str::trim).filter_map(|line| line.strip_suffix(','));
    let english = &WORDS[&Language::En];
    let words = format!("{english:?}");
    let all: Vec<Text> = english.keys().copied().collect();
    for name in names {
        assert!(words.contains(&format!("{name}: ")), "{name} has no words");
    }
    all
}

fn names(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

#[test]
fn every_text_has_words_in_every_language_with_the_same_names_filled_in() {
    for language in Language::ALL {
        let file: toml::Table = toml::from_str(language.file()).unwrap();
        for (key, words) in file.iter().filter(|(_, words)| words.is_str()) {
            assert!(Text::named(key).is_some(), "{language:?}: {key} = {words:?} is not used");
        }
        for text in all() {
            let words = WORDS[&language].get(&text);
            let words = words.unwrap_or_else(|| panic!("{language:?} has no {text:?}"));
            assert!(!words.trim().is_empty(), "{language:?}: {text:?}");
            assert_eq!(names(words), names(text.of(Language::En)), "{language:?}: {text:?}");
        }
    }
}

#[test]
fn russian_is_russian() {
    let is_cyrillic = |text: &str| text.chars().any(|letter| ('А'..='я').contains(&letter));
    for text in all().into_iter().filter(|text| *text != Text::ChannelLine) {
        assert!(is_cyrillic(text.of(Language::Ru)), "{text:?}");
        for other in Language::ALL.into_iter().filter(|other| *other != Language::Ru) {
            assert!(!is_cyrillic(text.of(other)), "{text:?}");
        }
    }
}

#[test]
fn no_word_of_another_language_is_in_russian() {
    for text in all() {
        let mut words = text.of(Language::Ru).to_owned();
        for name in names(text.of(Language::Ru)) {
            words = words.replace(&format!("{{{name}}}"), "");
        }
        let words = words.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '/');
        let is_foreign = |word: &&str| {
            let is_latin = word.chars().any(|letter| letter.is_ascii_alphabetic());
            // Commands are the same in every language; `post` is a placeholder for an id.
            let is_name = ["Telegram", "telepress", "release", "move", "post"].contains(word);
            is_latin && !word.starts_with('/') && !is_name
        };
        let foreign: Vec<_> = words.filter(is_foreign).collect();
        assert!(foreign.is_empty(), "{text:?}: {foreign:?}");
    }
}
