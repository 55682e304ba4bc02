//! The characters at which a text may be cut: white space and the ends of sentences; it chooses no cut.

/// White space that a cut may drop: spaces and line breaks, and the spaces of Unicode at which a line may end.
///
/// A no-break space (U+00A0, U+2007, U+202F) is not one.
pub(super) fn is_break(character: char) -> bool {
    matches!(
        character,
        ' ' | '\n' | '\u{1680}' | '\u{2000}'
            ..='\u{2006}' | '\u{2008}'..='\u{200A}' | '\u{205F}' | '\u{3000}'
    )
}

/// The start of the white space before byte `at`, not before `floor`.
pub(super) fn start(text: &str, floor: usize, at: usize) -> usize {
    floor + text.get(floor..at).unwrap_or_default().trim_end_matches(is_break).len()
}

/// The end of the white space after byte `at`.
pub(super) fn end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.len() - rest.trim_start_matches(is_break).len()
}

/// The most closing quotes and brackets between the end of a sentence and what follows.
const CLOSING: usize = 8;

/// Marks that end a sentence before white space: of Latin, Greek and Cyrillic, Arabic and Urdu, the scripts of India,
/// Armenian, Ethiopic, Burmese, Khmer and Tibetan. The Armenian marks over a vowel are inside a sentence.
fn is_stop(character: char) -> bool {
    let is_stop = matches!(
        character,
        '.' | '!' | '?' | '…' | '‼' | '⁇'
            ..='⁉'
                | '؟'
                | '۔'
                | '؞'
                | '।'
                | '॥'
                | '։'
                | '።'
                | '፧'
                | '፨'
                | '။'
                | '។'
                | '៕'
                | '།'
                | '༎'
    );
    is_stop || is_wide_stop(character)
}

/// Marks that always end a sentence: Chinese and Japanese are written without spaces.
pub(super) fn is_wide_stop(character: char) -> bool {
    matches!(character, '。' | '！' | '？' | '｡')
}

fn is_closing(character: char) -> bool {
    matches!(
        character,
        '"' | '\''
            | '»'
            | '›'
            | '”'
            | '“'
            | '’'
            | '‘'
            | ')'
            | ']'
            | '}'
            | '」'
            | '』'
            | '）'
            | '】'
            | '》'
            | '〉'
            | '］'
    )
}

/// Whether a text ends like a sentence and not with an initial.
pub(super) fn ends_sentence(text: &str) -> bool {
    let mut closing = 0;
    let mut back = text.chars().rev().skip_while(|character| {
        closing += 1;
        closing <= CLOSING && is_closing(*character)
    });
    match back.next() {
        Some('.') => !is_initial(back),
        last => last.is_some_and(is_stop),
    }
}

/// Whether the text before a full stop, read backwards, ends with a word of one capital letter.
fn is_initial(mut back: impl Iterator<Item = char>) -> bool {
    back.next().is_some_and(char::is_uppercase)
        && back.next().is_none_or(|before| !before.is_alphanumeric())
}

/// How much a cut from byte `end` to byte `next` tears without white space: 0 after a mark that separates words, as in
/// Chinese, Japanese and Tibetan, 1 elsewhere between words, 2 inside a word, 3 before a mark that belongs to the text
/// before it.
pub(super) fn tightness(text: &str, end: usize, next: usize) -> u8 {
    let before = text.get(..end).and_then(|before| before.chars().next_back());
    let after = text.get(next..).and_then(|after| after.chars().next());
    let (Some(before), Some(after)) = (before, after) else { return 0 };
    if end < next {
        return 0;
    }
    let in_number = before.is_ascii() && after.is_ascii_digit();
    if is_closing(after) || is_stop(after) || is_comma(after) {
        3
    } else if is_comma(before) && !in_number {
        0
    } else {
        1 + u8::from(before.is_alphanumeric() && after.is_alphanumeric())
    }
}

/// Marks that separate words and clauses without white space.
fn is_comma(character: char) -> bool {
    matches!(
        character,
        ',' | ';'
            | ':'
            | '/'
            | '-'
            | '\u{2010}'
            | '–'
            | '—'
            | '、'
            | '，'
            | '；'
            | '：'
            | '・'
            | '،'
            | '؛'
            | '၊'
            | '\u{F0B}'
    )
}

/// The end of the sentence whose wide stop ends at byte `at`: after the stops and quotes that follow.
pub(super) fn sentence_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let more = rest.chars().take(CLOSING);
    let more = more.take_while(|character| is_closing(*character) || is_wide_stop(*character));
    at + more.map(char::len_utf8).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_is_torn_only_without_separators() {
        for (text, cut, expected) in [
            ("東京、大阪", "東京、", 0),
            ("東京、大阪", "東京", 3),
            ("東京", "東", 2),
            ("word—word", "word—", 0),
            ("word", "wo", 2),
            ("word🙂", "word", 1),
            ("1,000", "1,", 1),
            ("བཀྲ་ཤིས", "བཀྲ་", 0),
            ("end)", "end", 3),
            ("a b", "a", 1),
        ] {
            assert_eq!(tightness(text, cut.len(), cut.len()), expected, "{text} after {cut}");
        }
    }

    #[test]
    fn sentence_ends_after_its_quotes() {
        for (text, expected) in [
            ("End.", true),
            ("End!", true),
            ("End?»", true),
            ("End…”)", true),
            ("(“End.”)", true),
            ("完。", true),
            ("完！」", true),
            ("هل انتهى؟", true),
            ("ختم ہوا۔", true),
            ("समाप्त।", true),
            ("End of plan B.", false),
            ("by J. R.", false),
            ("by J.R.", false),
            ("А.\u{a0}С.", false),
            ("(J.", false),
            ("in NATO.", true),
            ("End", false),
            ("End,", false),
            ("", false),
            ("»", false),
            ("End.))))))))))", false),
        ] {
            assert_eq!(ends_sentence(text), expected, "{text}");
        }
        assert_eq!(sentence_end("「完。」次", "「完。".len()), "「完。」".len());
        assert_eq!(sentence_end("完！？次", "完！".len()), "完！？".len());
    }
}
