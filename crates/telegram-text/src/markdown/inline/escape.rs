//! Backslashes before the characters that Markdown would read as markup, now or with the extensions of GitHub.

/// Where a part of a line is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Whether the line starts with it.
    pub(super) is_at_start: bool,
    /// Whether it is in the brackets of a link.
    pub(super) is_in_brackets: bool,
    /// Whether a link follows it.
    pub(super) is_before_link: bool,
}

/// Writes a part of a line that is not in code.
pub(super) fn push(markdown: &mut String, content: &str, place: Place) {
    let marker = if place.is_at_start { marker(content) } else { None };
    let mut before = None;
    for (at, character) in content.char_indices() {
        let after = content.get(at + character.len_utf8()..).unwrap_or_default();
        let is_last = after.is_empty() && place.is_before_link && character == '!';
        if marker == Some(at) || is_last || is_markup(before, character, after, place) {
            markdown.push('\\');
        }
        markdown.push(character);
        before = Some(character);
    }
}

/// The byte to escape so that a line that starts with `content` does not start a block.
fn marker(content: &str) -> Option<usize> {
    let line = content.trim_start_matches(' ');
    let start = content.len() - line.len();
    let first = line.chars().next()?;
    let is_all = |signs: &[char]| line.chars().all(|sign| sign == ' ' || signs.contains(&sign));
    let ends_after = |length: usize| {
        line.get(length..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let run = line.chars().take_while(|sign| *sign == first).count();
    let needs_it = match first {
        '>' => true,
        '#' => run <= 6 && ends_after(run),
        '-' | '+' | '*' if ends_after(1) => true,
        '-' | ':' | '|' => is_all(&['-', ':', '|']),
        '=' | '+' => is_all(&[first]),
        _ => false,
    };
    if needs_it {
        return Some(start);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let is_numbered = (1..=9).contains(&digits)
        && line.get(digits..).is_some_and(|rest| rest.starts_with(['.', ')']))
        && ends_after(digits + 1);
    is_numbered.then_some(start + digits)
}

/// Whether a character could be markup between `before` and the text `after`; `None` and nothing mean that markup may be
/// there.
fn is_markup(before: Option<char>, character: char, after: &str, place: Place) -> bool {
    let next = after.chars().next();
    let is_word = |beside: Option<char>| beside.is_some_and(char::is_alphanumeric);
    match character {
        '`' | '[' => true,
        ']' => place.is_in_brackets,
        // A backslash is text before anything but punctuation and the end of a line.
        '\\' => next.is_none_or(|next| next.is_ascii_punctuation()),
        '*' => !(before == Some(' ') && next == Some(' ')),
        '_' => !(is_word(before) && is_word(next)),
        '~' | '|' => [before, next].iter().any(|beside| beside.is_none_or(|c| c == character)),
        '<' => {
            next.is_none_or(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'))
        }
        '&' => is_reference(after),
        _ => false,
    }
}

/// Whether `after` completes a character reference that starts with `&`.
fn is_reference(after: &str) -> bool {
    let name = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    name.len() < after.len() && name.starts_with(';')
}

/// The destination of a link, its parentheses escaped if they are not in pairs.
pub(super) fn destination(url: &str) -> String {
    let is_bare = url.bytes().all(|byte| !byte.is_ascii_control() && byte != b' ');
    let has_pairs = has_pairs(url);
    let mut written = String::with_capacity(url.len() + 2);
    for (at, character) in url.char_indices() {
        let after = url.get(at + character.len_utf8()..).unwrap_or_default();
        let needs_it = match character {
            '\\' => after.chars().next().is_none_or(|next| next.is_ascii_punctuation()),
            '(' | ')' => is_bare && !has_pairs,
            '<' | '>' => true,
            '&' => is_reference(after),
            _ => false,
        };
        if needs_it {
            written.push('\\');
        }
        written.push(character);
    }
    if is_bare { written } else { format!("<{written}>") }
}

/// Nested parentheses that need no backslash in a destination; CommonMark requires readers to know at least 3.
const PARENTHESES: usize = 3;

fn has_pairs(url: &str) -> bool {
    let mut depth = 0_usize;
    for byte in url.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return false,
            b')' => depth -= 1,
            _ => {}
        }
        if depth > PARENTHESES {
            return false;
        }
    }
    depth == 0
}

/// Whether code can be written between backticks, where nothing can be escaped: no line after the first one is blank or
/// starts like a block.
pub(super) fn fits_backticks(code: &str) -> bool {
    code.split('\n').skip(1).all(|line| {
        let text = line.trim_start_matches(' ');
        !text.is_empty()
            && !text.starts_with(['`', '~', '<', '[', '_', '*'])
            && marker(text).is_none()
    })
}

/// The length of the longest run of `sign`.
pub(in crate::markdown) fn longest_run(text: &str, sign: char) -> usize {
    text.split(|character| character != sign).map(str::len).max().unwrap_or_default()
}

/// The length of the shortest run of backticks that does not occur in `code`.
pub(super) fn free_run(code: &str) -> usize {
    let mut runs: Vec<usize> = code.split(|character| character != '`').map(str::len).collect();
    runs.sort_unstable();
    let mut free = 1;
    for run in runs {
        free += usize::from(run == free);
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(content: &str) -> String {
        let mut markdown = String::new();
        let place = Place { is_at_start: true, is_in_brackets: false, is_before_link: false };
        push(&mut markdown, content, place);
        markdown
    }

    #[test]
    fn only_what_could_be_markup_is_escaped() {
        for plain in [
            "a_b_c",
            "2 * 3",
            "a ~ b | c",
            "a < b && c",
            "<3",
            "AT&T",
            "#tag",
            "1.5",
            "2024",
            "-5",
            "C:\\dir",
            "a - b",
            "https://example.org/a_b?c=1&d=2",
            "!",
            "x: y",
            "„Zitat“",
            "слово_слово",
        ] {
            assert_eq!(escaped(plain), plain);
        }
        for (text, expected) in [
            ("*", r"\*"),
            ("a*b", r"a\*b"),
            ("_a_", r"\_a\_"),
            ("a__b", r"a\_\_b"),
            ("~~a~~", r"\~\~a\~\~"),
            ("a||b", r"a\|\|b"),
            ("`a`", r"\`a\`"),
            ("[a](b)", r"\[a](b)"),
            ("<b>", r"\<b>"),
            ("</b>", r"\</b>"),
            ("&amp;", r"\&amp;"),
            ("&#1;", r"\&#1;"),
            (r"\*", r"\\\*"),
            ("> a", r"\> a"),
            ("  > a", r"  \> a"),
            ("# a", r"\# a"),
            ("- a", r"\- a"),
            ("---", r"\---"),
            ("===", r"\==="),
            ("+++", r"\+++"),
            ("1. a", r"1\. a"),
            ("12) a", r"12\) a"),
            ("|-|-|", r"\|-|-\|"),
            ("~~~", r"\~\~\~"),
        ] {
            assert_eq!(escaped(text), expected, "{text}");
        }
    }

    #[test]
    fn destination_is_escaped_where_it_would_end() {
        for (url, expected) in [
            ("https://e.org/a_(b)", "https://e.org/a_(b)"),
            ("https://e.org/a)b", r"https://e.org/a\)b"),
            ("https://e.org/((((a))))", r"https://e.org/\(\(\(\(a\)\)\)\)"),
            ("https://e.org/?a=1&b=2", "https://e.org/?a=1&b=2"),
            ("https://e.org/?a=1&copy;", r"https://e.org/?a=1\&copy;"),
            ("https://e.org/a b", "<https://e.org/a b>"),
            (r"https://e.org/\(", r"https://e.org/\\\("),
        ] {
            assert_eq!(destination(url), expected, "{url}");
        }
    }

    #[test]
    fn fence_is_as_long_as_no_run_of_backticks() {
        assert_eq!(["a", "`", "``", "` `` ````"].map(free_run), [1, 2, 1, 3]);
        assert_eq!(longest_run("` ``` ``", '`'), 3);
    }
}
