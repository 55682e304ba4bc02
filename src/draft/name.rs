//! The name of a draft: its date and its first words, in the characters that a post's id may have.

use deunicode::deunicode_char;
use jiff::civil::DateTime;

/// Characters of the words in a name.
const WORDS: usize = 40;

/// Characters of the text that are looked at: a word of another script may become several.
const LOOKED_AT: usize = 400;

/// The part of a name that drafts of one day share.
#[must_use]
pub fn date_of(at: DateTime) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// The name of a draft that arrived `at` a local time: the date and the first words, or the date and the time if there are no words
/// that Latin letters can spell.
#[must_use]
pub fn name(at: DateTime, text: &str) -> String {
    let date = date_of(at);
    match words(text) {
        words if words.is_empty() => format!("{date}-{}", at.strftime("%H%M")),
        words => format!("{date}-{words}"),
    }
}

/// The name with a number, which tells apart drafts that would have the same name.
#[must_use]
pub fn numbered(name: &str, number: usize) -> String {
    if number <= 1 { name.to_owned() } else { format!("{name}-{number}") }
}

/// The first words of a text in lower-case Latin letters and digits, joined by hyphens.
pub(super) fn words(text: &str) -> String {
    let latin: String = text.chars().take(LOOKED_AT).map(latin).collect();
    let mut joined = String::new();
    for word in latin.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        let joint = usize::from(!joined.is_empty());
        if joined.len() + joint + word.len() > WORDS {
            if joined.is_empty() {
                joined.extend(word.chars().take(WORDS));
            }
            break;
        }
        if joint == 1 {
            joined.push('-');
        }
        joined.push_str(word);
    }
    joined.to_ascii_lowercase()
}

/// A character in Latin letters. What is neither a letter nor a digit separates words.
fn latin(character: char) -> &'static str {
    match character {
        // An apostrophe is inside a word.
        '\'' | '’' | 'ʼ' | 'ь' | 'ъ' | 'Ь' | 'Ъ' => "",
        _ if !character.is_alphanumeric() => " ",
        _ => deunicode_char(character).unwrap_or(" "),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::PostId;

    fn at() -> DateTime {
        jiff::civil::date(2026, 11, 30).at(9, 5, 0, 0)
    }

    #[test]
    fn name_is_the_date_and_the_first_words() {
        for (text, expected) in [
            ("Version 1.2 is out", "2026-11-30-version-1-2-is-out"),
            ("Don’t panic!", "2026-11-30-dont-panic"),
            ("Заявление для прессы: объём", "2026-11-30-zaiavlenie-dlia-pressy-obiom"),
            ("../../etc/passwd", "2026-11-30-etc-passwd"),
            ("con", "2026-11-30-con"),
            ("🎙 💬", "2026-11-30-0905"),
            ("", "2026-11-30-0905"),
            ("\u{202e}\u{0}\n---", "2026-11-30-0905"),
        ] {
            assert_eq!(name(at(), text), expected, "{text}");
        }
        let long = name(at(), &"wörter ".repeat(99));
        assert_eq!(long, format!("2026-11-30{}", "-worter".repeat(5)));
        assert_eq!(name(at(), &"x".repeat(99)), format!("2026-11-30-{}", "x".repeat(WORDS)));
        assert_eq!([numbered("a", 1), numbered("a", 2)], ["a", "a-2"]);
    }

    proptest! {
        #[test]
        fn every_name_is_a_post_id(text in any::<String>(), number in 1_usize..9_999) {
            let name = numbered(&name(at(), &text), number);
            prop_assert!(PostId::parse(&name).is_ok(), "{name}");
        }
    }
}
