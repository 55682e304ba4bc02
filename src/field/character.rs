//! Checks the characters of a text as typed: reports those that Telegram changes and those that are invisible.

use std::ops::Range;

use telegram_text::ParsedText;
use telegram_text::problem::MarkupProblemKind;
use telegram_text::utf16;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::Fields;
use crate::diagnostic::problem::{CharacterProblem, TextProblem};
use crate::key::SpannedStr;

/// Combining marks that Telegram removes.
const REMOVED_MARKS: [char; 3] = ['\u{333}', '\u{33F}', '\u{30A}'];

/// A problem of markup in a text that has no formatting, where Markdown would not help.
pub(super) fn in_plain_text(kind: MarkupProblemKind) -> TextProblem {
    match kind {
        MarkupProblemKind::Html { tag } => TextProblem::HtmlInLine(tag),
        kind => TextProblem::Markup(kind),
    }
}

/// The place of the whole character reference at the start of `range`, if there is one.
fn reference(typed: &str, range: Range<usize>) -> Range<usize> {
    let rest = typed.get(range.start..).filter(|rest| rest.starts_with('&')).unwrap_or_default();
    match rest.find(';') {
        Some(end) => range.start..range.start + end + 1,
        None => range,
    }
}

/// Whether a character with this first UTF-8 byte may have a problem. This skips most characters of any script cheaply.
fn may_have_problem(byte: u8) -> bool {
    matches!(byte, 0..=0x09 | 0x0B..=0x1F | 0x7F | 0xC2 | 0xCC..=0xCE | 0xD6..=0xE3 | 0xEA..)
}

impl Fields<'_> {
    /// Checks the characters of a text with markup. `inner_spaces` checks the spaces between words after parsing.
    pub(super) fn characters(&mut self, typed: &SpannedStr<'_>) {
        self.problem_characters(typed, false);
        self.outer_spaces(typed);
    }

    /// Checks the characters of a body or code, where outer spaces and tabs have a meaning.
    pub(super) fn inner_characters(&mut self, typed: &SpannedStr<'_>) {
        self.problem_characters(typed, true);
    }

    /// Checks what a text of a body has besides the characters as typed: tabs between words, and the characters that
    /// references mean.
    pub(super) fn shown_characters(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText) {
        let text = prose.text.string.as_str();
        for (at, character) in text.char_indices() {
            if !text.as_bytes().get(at).is_some_and(|byte| may_have_problem(*byte)) {
                continue;
            }
            let range = prose.origins.field_range(at..at + character.len_utf8());
            let was_typed =
                typed.value.get(range.start..).is_some_and(|rest| rest.starts_with(character));
            if was_typed && character != '\t' {
                continue;
            }
            if let Some(problem) = problem_of(text, at, character) {
                let range = if was_typed { range } else { reference(&typed.value, range) };
                self.report_in(typed, range, TextProblem::Character(problem, character));
            }
        }
    }

    /// Checks the characters of a line without markup.
    pub(super) fn plain_characters(&mut self, typed: &SpannedStr<'_>) {
        self.characters(typed);
        let text = typed.value.trim();
        let at = typed.value.len() - typed.value.trim_start().len();
        for range in doubled_spaces(text) {
            self.doubled_space(typed, at + range.start..at + range.end);
        }
    }

    /// Reports HTML in a line without markup.
    pub(super) fn plain_html(&mut self, typed: &SpannedStr<'_>) {
        if memchr::memchr2(b'<', b'&', typed.value.as_bytes()).is_none() {
            return;
        }
        let mut problems = Vec::new();
        telegram_text::inline::parse(&typed.value, &mut problems);
        for problem in problems {
            if let MarkupProblemKind::Html { .. } | MarkupProblemKind::Reference { .. } =
                problem.kind
            {
                self.report_in(typed, problem.range, in_plain_text(problem.kind));
            }
        }
    }

    /// Reports Markdown in a line without markup.
    pub(super) fn plain_markdown(&mut self, typed: &SpannedStr<'_>) {
        let parsed = telegram_text::inline::parse(&typed.value, &mut Vec::new());
        if !parsed.text.entities.is_empty() {
            self.report_in(typed, 0..typed.value.len(), TextProblem::MarkdownInLine);
        }
    }

    /// Reports doubled spaces in a parsed text, except in code.
    pub(super) fn inner_spaces(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText) {
        let text = &prose.text.string;
        let mut code =
            prose.text.entities.iter().filter(|entity| entity.kind.is_pre_like()).peekable();
        let (mut byte, mut start) = (0, 0);
        for range in doubled_spaces(text) {
            start += utf16::len(text.get(byte..range.start).unwrap_or_default());
            byte = range.start;
            while code.next_if(|entity| entity.end() <= start).is_some() {}
            if code.peek().is_none_or(|entity| start < entity.offset) {
                self.doubled_space(typed, prose.origins.field_range(range));
            }
        }
    }

    fn doubled_space(&mut self, typed: &SpannedStr<'_>, range: Range<usize>) {
        self.report_in(typed, range, TextProblem::DoubledSpace);
    }

    fn problem_characters(&mut self, typed: &SpannedStr<'_>, may_have_tabs: bool) {
        let text = typed.value.as_ref();
        let mut is_composed = true;
        for (start, character) in text.char_indices() {
            if !text.as_bytes().get(start).is_some_and(|byte| may_have_problem(*byte)) {
                continue;
            }
            is_composed &=
                matches!(u32::from(character), 0x00..0x300 | 0x2010..=0x2027 | 0x1F000..=0x1FAFF);
            let is_accepted = |problem: &CharacterProblem| match problem {
                CharacterProblem::Tab => may_have_tabs,
                CharacterProblem::Bidi => self.edition.is_right_to_left,
                _ => false,
            };
            if let Some(problem) =
                problem_of(text, start, character).filter(|problem| !is_accepted(problem))
            {
                let problem = TextProblem::Character(problem, character);
                self.report_in(typed, start..start + character.len_utf8(), problem);
            }
        }
        if !is_composed && !is_nfc(text) {
            self.decomposed(typed);
        }
    }

    fn decomposed(&mut self, typed: &SpannedStr<'_>) {
        let text = typed.value.as_ref();
        let mut places = decomposed(text);
        let Some(range) = places.next() else { return };
        let more = places.count();
        let composed: String = text.get(range.clone()).unwrap_or_default().nfc().collect();
        self.report_in(typed, range, TextProblem::Decomposed(composed, more));
    }

    fn outer_spaces(&mut self, typed: &SpannedStr<'_>) {
        let text = typed.value.as_ref();
        let first = text.len() - text.trim_start_matches([' ', '\n', '\r']).len();
        let last = text.trim_end_matches([' ', '\n', '\r']).len();
        // A line break before the closing quotes is normal for a multi-line string.
        let ends =
            [(0..first, TextProblem::LeadingSpace), (last..text.len(), TextProblem::TrailingSpace)];
        for (end, problem) in ends {
            if text.get(end.clone()).is_some_and(|space| space.contains(' ')) {
                self.report_in(typed, end, problem);
            }
        }
    }
}

/// The runs of two or more spaces in `text`, except indentations.
fn doubled_spaces(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let found = memchr::memmem::find(text.get(at..)?.as_bytes(), b"  ")?;
            let start = at + found;
            let rest = text.get(start..)?;
            at = start + rest.len() - rest.trim_start_matches(' ').len();
            let before = text.get(..start)?;
            if !before.is_empty() && !before.ends_with('\n') {
                return Some(start..at);
            }
        }
    })
}

/// Whether `character` is invisible and takes no space.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
    )
}

/// The problem of `character` at byte `at` of `text`.
fn problem_of(text: &str, at: usize, character: char) -> Option<CharacterProblem> {
    Some(match character {
        '\r' if text.get(at + 1..).is_some_and(|rest| rest.starts_with('\n')) => return None,
        '\t' => CharacterProblem::Tab,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => CharacterProblem::Control,
        '\u{2028}' | '\u{2029}' => CharacterProblem::LineSeparator,
        '\u{202A}'..='\u{202E}' => CharacterProblem::DirectionMark,
        _ if REMOVED_MARKS.contains(&character) => CharacterProblem::CombiningMark,
        '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{2066}'..='\u{2069}' => CharacterProblem::Bidi,
        '\u{200C}' | '\u{200D}' if joins(text, at, character) => return None,
        '\u{200B}' | '\u{200C}' | '\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => {
            CharacterProblem::ZeroWidth
        }
        _ => return None,
    })
}

/// Whether a joiner is needed by its script or an emoji sequence: both neighbours are such characters.
fn joins(text: &str, at: usize, character: char) -> bool {
    let takes_joiner = |neighbour: Option<char>| {
        neighbour.is_some_and(|neighbour| matches!(u32::from(neighbour), 0x600..=0xDFF | 0x1780..=0x18AF | 0x2190..=0x2BFF | 0xFE0F | 0x1F000..=0x1FAFF))
    };
    let before = text.get(..at).and_then(|text| text.chars().next_back());
    let after = text.get(at + character.len_utf8()..).and_then(|text| text.chars().next());
    takes_joiner(before) && takes_joiner(after)
}

/// The graphemes that have a composed spelling.
fn decomposed(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    use unicode_segmentation::UnicodeSegmentation;
    text.grapheme_indices(true)
        .filter(|(_, grapheme)| !is_nfc(grapheme) && !grapheme.contains(REMOVED_MARKS))
        .map(|(at, grapheme)| at..at + grapheme.len())
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::ids::PostId;
    use crate::source::SourceFile;

    /// The problems of a heading: the code, and the text at its place.
    fn found(heading: &str) -> Vec<(&'static str, String)> {
        checked(&format!("heading = '''{heading}'''\n"))
    }

    fn checked(text: &str) -> Vec<(&'static str, String)> {
        let file = SourceFile::new("posts/a.toml", text);
        let (config, problems) = crate::config::check(&SourceFile::new(
            "c",
            "[channels.a]\nchat = '@aaaa'\nlanguage = 'en'",
        ));
        assert_eq!(problems, []);
        let config: Config = config.unwrap();
        let now = jiff::Timestamp::UNIX_EPOCH;
        crate::check::check(
            &file,
            PostId::parse("a").unwrap(),
            &config,
            now,
            &crate::media::NoFiles,
        )
        .diagnostics
        .into_iter()
        .map(|problem| (problem.code().name(), text.get(problem.span).unwrap().to_owned()))
        .collect()
    }

    #[test]
    fn problem_character_is_reported_at_its_place() {
        for (character, code) in [
            ("\t", "control-character"),
            ("\u{80}", "control-character"),
            ("\u{85}", "control-character"),
            ("\u{9f}", "control-character"),
            ("\u{2028}", "removed-character"),
            ("\u{2029}", "removed-character"),
            ("\u{202a}", "removed-character"),
            ("\u{202e}", "removed-character"),
            ("\u{333}", "removed-character"),
            ("\u{33f}", "removed-character"),
            ("\u{30a}", "removed-character"),
            ("\u{200e}", "bidi"),
            ("\u{200f}", "bidi"),
            ("\u{61c}", "bidi"),
            ("\u{2066}", "bidi"),
            ("\u{2069}", "bidi"),
            ("\u{200b}", "zero-width"),
            ("\u{200c}", "zero-width"),
            ("\u{200d}", "zero-width"),
            ("\u{2060}", "zero-width"),
            ("\u{feff}", "zero-width"),
            ("\u{ad}", "zero-width"),
        ] {
            for text in [format!("ab{character}c"), format!("Слово {character}🎙 слово")]
            {
                let found = found(&text);
                assert_eq!(found, [(code, character.to_owned())], "{text:?}");
            }
        }
    }

    #[test]
    fn escaped_control_characters_are_reported_where_they_were_typed() {
        for (typed, code) in [
            (r"\t", "control-character"),
            (r"\r", "control-character"),
            (r"\b", "control-character"),
            (r"\u0000", "control-character"),
            (r"\u007f", "control-character"),
            (r"\u200b", "zero-width"),
            (r"\U0000202E", "removed-character"),
        ] {
            let found = checked(&format!("heading = \"🎙 a{typed}b\"\n"));
            assert_eq!(found, [(code, typed.to_owned())], "{typed}");
        }
    }

    #[test]
    fn ordinary_text_of_any_script_has_no_problems() {
        for text in [
            "plain words",
            "Ёлка, йод и съезд: «Кавычки» — тире… № 5",
            "Ґанок, їжак, ўсё",
            "’ ‘ “ ” „ « » – — … • § © ® ™ € £ ₽ ° × ½ ²",
            "10\u{a0}000\u{202f}€, гл.\u{a0}3",
            "naïve café, Zürich, Łódź, İstanbul, Đà Nẵng, Ångström, Åland",
            "می‌خواهم نامه‌ای بنویسم",
            "اللغة العربية، والشَّكْل",
            "שָׁלוֹם עולם",
            "हिन्दी में क्‍या, श्री, र्‍य",
            "বাংলা ভাষা, ক্‌ষ",
            "தமிழ் ශ්‍රී ಕನ್ನಡ മലയാളം తెలుగు",
            "ภาษาไทย ລາວ ខ្មែរ မြန်မာ",
            "日本語のテキスト、がぎぐ　全角",
            "中文文本，「引号」。한국어 텍스트",
            "ქართული հայերեն አማርኛ",
            "👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 🏴‍☠️ ❤️‍🔥 👁️‍🗨️ 🧑‍⚕️",
            "🇷🇺🇰🇵 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣ #️⃣ ☎️ ✈︎",
            "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟘 𐍈",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn decomposed_letters_are_reported_once_for_a_text() {
        for (text, place) in [
            ("Мои\u{306} город", "и\u{306}"),
            ("Е\u{308}лка и и\u{306}од", "Е\u{308}"),
            ("cafe\u{301}", "e\u{301}"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{1112}\u{1161}\u{11ab}"),
            ("か\u{3099}", "か\u{3099}"),
        ] {
            assert_eq!(found(text), [("decomposed", place.to_owned())], "{text}");
        }
    }

    #[test]
    fn doubled_and_outer_spaces_are_reported() {
        for (text, expected) in [
            ("a  b", &[("doubled-space", "  ")][..]),
            ("🎙  Слово   слово", &[("doubled-space", "  "), ("doubled-space", "   ")]),
            ("**a  b** c", &[("doubled-space", "  ")]),
            ("a `x  y` b", &[]),
            ("a  `x  y`  b", &[("doubled-space", "  "), ("doubled-space", "  ")]),
            (" a", &[("trimmed-space", " ")]),
            ("a ", &[("trimmed-space", " ")]),
            ("\na\n", &[]),
            ("a\n  b", &[]),
            ("a\u{a0}\u{a0}b", &[]),
        ] {
            let expected: Vec<_> =
                expected.iter().map(|(code, typed)| (*code, (*typed).to_owned())).collect();
            assert_eq!(found(text), expected, "{text:?}");
        }
    }

    #[test]
    fn spaces_of_markdown_and_code_are_accepted() {
        for body in [
            "one  \ntwo",
            "-   one\n-   two",
            "> one\n>   two",
            "```\na  b\n    c\n```",
            "1.  one\n\n    more",
            "one\n   two",
        ] {
            assert_eq!(checked(&format!("body = '''\n{body}\n'''\n")), [], "{body}");
        }
        assert_eq!(checked("code = '''\na  b \n'''\n"), []);
        assert_eq!(checked("body = '''\n- one  two\n'''\n"), [("doubled-space", "  ".to_owned())]);
    }
}
