//! What a line must start with to be a heading, a fence, a list item or a divider; it looks at one line and keeps
//! nothing.

use std::ops::Range;

use super::cursor::is_space;
use crate::block::Alignment;
use crate::inline::is_footnote_name;

/// What a list item's marker looks like; items with the same look form one list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// `-`, `*` or `+`.
    Bullet(u8),
    /// A number and `.` or `)`.
    Number(u8),
}

/// The marker of a list item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ItemMarker {
    pub(super) look: Look,
    /// The number of a numbered item.
    pub(super) number: Option<u64>,
    /// Its length in bytes and in columns.
    pub(super) width: usize,
}

/// The most digits that a list number may have (CommonMark, "List items").
const NUMBER_DIGITS: usize = 9;

/// The marker of a list item that `text` starts with.
pub(super) fn item(text: &str) -> Option<ItemMarker> {
    let digits = text.bytes().take(NUMBER_DIGITS + 1).take_while(u8::is_ascii_digit).count();
    let sign = text.as_bytes().get(digits).copied()?;
    let (look, number) = match sign {
        b'-' | b'*' | b'+' if digits == 0 => (Look::Bullet(sign), None),
        b'.' | b')' if (1..=NUMBER_DIGITS).contains(&digits) => {
            (Look::Number(sign), Some(text.get(..digits)?.parse().ok()?))
        }
        _ => return None,
    };
    let width = digits + 1;
    let ends_there = text.as_bytes().get(width).copied().is_none_or(is_space);
    ends_there.then_some(ItemMarker { look, number, width })
}

/// Whether the task of an item whose text is `text` is done, if it is a task (GitHub's "Task list items").
pub(super) fn task(text: &str) -> Option<bool> {
    let (is_done, rest) = match text.get(.."[x]".len())? {
        "[ ]" => (false, text.get("[x]".len()..)?),
        "[x]" | "[X]" => (true, text.get("[x]".len()..)?),
        _ => return None,
    };
    let words = rest.trim_start_matches([' ', '\t']);
    (words.len() < rest.len() && !words.is_empty()).then_some(is_done)
}

/// The opening line of a code block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fence<'a> {
    /// `` ` `` or `~`.
    sign: u8,
    /// How many of them; the closing line has at least as many.
    length: usize,
    /// What the first word after them names.
    pub(super) language: Option<&'a str>,
}

impl<'a> Fence<'a> {
    /// The fence that `text` opens.
    pub(super) fn open(text: &'a str) -> Option<Self> {
        let sign = text.bytes().next().filter(|sign| matches!(sign, b'`' | b'~'))?;
        let length = run(text, sign);
        let info = text.get(length..)?;
        if length < 3 || (sign == b'`' && info.contains('`')) {
            return None;
        }
        Some(Self { sign, length, language: language(info) })
    }

    /// Whether `text` in this code block looks like the opening line of another one: the next closing line would close
    /// this one.
    pub(super) fn holds_fence(&self, text: &'a str) -> bool {
        Self::open(text).is_some_and(|inner| {
            inner.sign == self.sign && inner.length >= self.length && inner.language.is_some()
        })
    }

    /// Whether `text` closes this fence.
    pub(super) fn closes(&self, text: &str) -> bool {
        let length = run(text, self.sign);
        length >= self.length && text.bytes().skip(length).all(is_space)
    }
}

/// The language that the words after a fence name: the first word without options, as in `rust,ignore`, and without
/// the attributes of Pandoc and R, as in `{.python .numberLines}` and `{r}`.
pub(crate) fn language(info: &str) -> Option<&str> {
    let word = info.split_ascii_whitespace().next()?;
    let word = match word.strip_prefix('{') {
        Some(attributes) => attributes.trim_start_matches('.').trim_end_matches('}'),
        None => word,
    };
    word.split(',').next().filter(|name| !name.is_empty())
}

/// The bytes of `text` that are the words of an ATX heading, and its level.
pub(super) fn heading(text: &str) -> Option<(Range<usize>, u8)> {
    let level = run(text, b'#');
    if !(1..=6).contains(&level) || !text.as_bytes().get(level).copied().is_none_or(is_space) {
        return None;
    }
    let words = text.get(level..)?.trim_end_matches([' ', '\t']);
    let open = words.trim_end_matches('#');
    // The closing run counts only after white space: the heading of "# C#" is "C#".
    let words = if open.bytes().last().is_none_or(is_space) {
        open.trim_end_matches([' ', '\t'])
    } else {
        words
    };
    let from = level + words.bytes().take_while(|byte| is_space(*byte)).count();
    Some((from..level + words.len(), u8::try_from(level).ok()?))
}

/// The level of the heading that `text` makes of the paragraph above it: 1 for a line of `=`, 2 for one of `-`.
pub(super) fn underline(text: &str) -> Option<u8> {
    let sign = text.bytes().next().unwrap_or_default();
    let level = match sign {
        b'=' => 1,
        b'-' => 2,
        _ => return None,
    };
    text.bytes().skip(run(text, sign)).all(is_space).then_some(level)
}

/// The label of the footnote that `text` begins, `[^label]:`, and the bytes of that.
pub(super) fn footnote(text: &str) -> Option<(&str, usize)> {
    let inside = text.strip_prefix("[^")?;
    let (label, _) = inside.split_once("]:")?;
    is_footnote_name(label).then_some((label, "[^".len() + label.len() + "]:".len()))
}

/// Whether `text` is a dividing line: three or more of one of `*`, `-`, `_`, with white space between them.
pub(super) fn divider(text: &str) -> bool {
    let sign = text.bytes().next().unwrap_or_default();
    matches!(sign, b'*' | b'-' | b'_')
        && text.bytes().all(|byte| byte == sign || is_space(byte))
        && text.bytes().filter(|byte| *byte == sign).count() >= 3
}

/// The columns of the table that `row` makes of itself and `header`: a row of dashes with as many cells as the header.
pub(super) fn table(header: &str, row: &str) -> Option<Vec<Alignment>> {
    if !row.bytes().all(|byte| matches!(byte, b'-' | b':' | b'|') || is_space(byte)) {
        return None;
    }
    let alignment = |cell: Range<usize>| {
        let cell = row.get(cell)?;
        let dashes = cell.strip_prefix(':').unwrap_or(cell);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        let is_delimiter = !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-');
        is_delimiter.then(|| match (cell.starts_with(':'), cell.ends_with(':')) {
            (_, false) => Alignment::Left,
            (false, true) => Alignment::Right,
            (true, true) => Alignment::Center,
        })
    };
    // A single column without bars would make "one:\n:-" a table, which authors do not mean.
    let has_bars = row.contains('|') || header.contains('|');
    let columns = cells(row).into_iter().map(alignment).collect::<Option<Vec<_>>>()?;
    (has_bars && columns.len() == cells(header).len()).then_some(columns)
}

/// The bytes of the cells of a table's row, without the white space around them.
pub(super) fn cells(row: &str) -> Vec<Range<usize>> {
    let start = row.len() - row.trim_start_matches([' ', '\t']).len();
    let inside = row.trim_matches([' ', '\t']);
    let start = start + usize::from(inside.starts_with('|'));
    let inside = inside.strip_prefix('|').unwrap_or(inside);
    let inside = match inside.strip_suffix('|') {
        Some(inside) if !ends_escaped(inside) => inside,
        _ => inside,
    };
    let mut escaped = false;
    let mut from = start;
    let cells = inside.split(|character| {
        let is_bar = character == '|' && !escaped;
        escaped = character == '\\' && !escaped;
        is_bar
    });
    let cell = |cell: &str| {
        let lead = cell.len() - cell.trim_start_matches([' ', '\t']).len();
        let words = cell.trim_matches([' ', '\t']).len();
        let range = from + lead..from + lead + words;
        from += cell.len() + 1;
        range
    };
    cells.map(cell).collect()
}

/// Whether a character after `text` would be escaped.
fn ends_escaped(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// How many of `sign` `text` starts with.
fn run(text: &str, sign: u8) -> usize {
    text.bytes().take_while(|byte| *byte == sign).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn item_needs_white_space_after_its_marker() {
        let rows = [
            ("- a", Some((None, 1))),
            ("-", Some((None, 1))),
            ("+\ta", Some((None, 1))),
            ("-a", None),
            ("1. a", Some((Some(1), 2))),
            ("007) a", Some((Some(7), 4))),
            ("123456789. a", Some((Some(123_456_789), 10))),
            ("1234567890. a", None),
            ("1.a", None),
            ("1986\\. a", None),
            (". a", None),
            ("• a", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(
                item(text).map(|marker| (marker.number, marker.width)),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn task_has_a_box_and_words() {
        let rows = [
            ("[ ] a", Some(false)),
            ("[x] a", Some(true)),
            ("[X]\ta", Some(true)),
            ("[x]a", None),
            ("[x]", None),
            ("[ ]  ", None),
            ("[] a", None),
            ("[y] a", None),
            ("[я] a", None),
        ];
        for (text, expected) in rows {
            assert_eq!(task(text), expected, "{text:?}");
        }
    }

    #[test]
    fn heading_ends_before_its_closing_signs() {
        let rows = [
            ("# a", Some("a")),
            ("#", Some("")),
            ("###### a ##", Some("a")),
            ("####### a", None),
            ("#tag", None),
            ("# C#", Some("C#")),
            ("# a \\#", Some("a \\#")),
            ("## ##", Some("")),
            ("#   a b \t", Some("a b")),
            ("#\ta", Some("a")),
            ("\\# a", None),
        ];
        for (text, expected) in rows {
            let words = heading(text).and_then(|(words, _)| text.get(words));
            assert_eq!(words, expected, "{text:?}");
        }
    }

    #[test]
    fn fence_has_a_language_and_a_closing_line() {
        let fence = Fence::open("~~~~ rust ignore `x`").unwrap();
        assert_eq!(fence.language, Some("rust"));
        assert_eq!(
            ["~~~~", "~~~~~  ", "~~~", "````", "~~~~ x"].map(|text| fence.closes(text)),
            [true, true, false, false, false]
        );
        for (info, expected) in [
            (" rust", Some("rust")),
            ("rust,no_run", Some("rust")),
            (" {.python .numberLines}", Some("python")),
            ("{r, echo=FALSE}", Some("r")),
            ("{r}", Some("r")),
            ("c++ {1,3}", Some("c++")),
            (" {}", None),
            ("", None),
        ] {
            assert_eq!(language(info), expected, "{info:?}");
        }
        assert_eq!(Fence::open("``` a`b"), None);
        assert_eq!(Fence::open("``"), None);
    }

    #[test]
    fn dividers_and_underlines_are_recognized() {
        let rows = [
            ("---", true, true),
            ("- - -", true, false),
            ("***", true, false),
            ("_ _ _ ", true, false),
            ("--", false, true),
            ("===  ", false, true),
            ("= =", false, false),
            ("-*-", false, false),
            ("--- a", false, false),
            ("", false, false),
        ];
        for (text, is_divider, is_underline) in rows {
            let found = (divider(text), underline(text).is_some());
            assert_eq!(found, (is_divider, is_underline), "{text:?}");
        }
    }

    #[test]
    fn table_has_a_row_of_dashes_under_as_many_cells() {
        let rows = [
            ("a | b", "--|--", true),
            ("| a | b |", "|:-|-:|", true),
            ("| a |", "| - |", true),
            ("a | b", "---", false),
            ("a | b | c", "--|--", false),
            (r"a \| b | c", "--|--", true),
            ("a", ":-", false),
            ("a | b", "--|x", false),
            ("a | b", "|", false),
            (r"| a \|", "|-|", true),
            (r"| a \\|", "|-|", true),
        ];
        for (header, row, expected) in rows {
            assert_eq!(table(header, row).is_some(), expected, "{header:?} {row:?}");
        }
        let columns = table("a|b|c|d", "-|:-|-:|:-:");
        let sides = [Alignment::Left, Alignment::Left, Alignment::Right, Alignment::Center];
        assert_eq!(columns.as_deref(), Some(&sides[..]));
    }

    #[test]
    fn cells_are_the_words_between_bars() {
        for (row, expected) in [
            ("a|b", &["a", "b"][..]),
            ("  | a | b c |  ", &["a", "b c"]),
            ("| a || c |", &["a", "", "c"]),
            (r"a \| b | c\", &[r"a \| b", r"c\"]),
            (r"| a \|", &[r"a \|"]),
            ("|", &[""]),
            ("я | б", &["я", "б"]),
        ] {
            let words = |cell: Range<usize>| row.get(cell).unwrap();
            let cells: Vec<_> = cells(row).into_iter().map(words).collect();
            assert_eq!(cells, expected, "{row:?}");
        }
    }

    #[test]
    fn footnote_has_a_label_and_a_colon() {
        for (text, expected) in [
            ("[^1]: a", Some(("1", 5))),
            ("[^my-note_2]:a", Some(("my-note_2", 13))),
            ("[^1] a", None),
            ("[^]: a", None),
            ("[^a b]: a", None),
            ("[^a*]: a", None),
            ("[1]: a", None),
        ] {
            assert_eq!(footnote(text), expected, "{text:?}");
        }
    }
}
