//! Pieces of texts: every class of script, every form of emoji, and characters that Telegram cleans or trims.

use proptest::prelude::*;

use super::{any_of, row};

const PLAIN: &[&str] = &["a", "b", " ", "\n", "word", "1", ".", "-", "й", "🙂"];

/// Cased and uncased letters, letters with marks before or after them, right-to-left scripts, digits of other scripts, and
/// numbers that are not digits.
const SCRIPTS: &[&str] = &[
    "слово",
    "ё",
    "İ",
    "ß",
    "é",
    "e\u{301}",
    "Ω",
    "ა",
    "Ա",
    "א",
    "עברית",
    "عربي",
    "٣",
    "فا\u{200C}رسی",
    "नमस्ते",
    "क्षि",
    "தமி",
    "ไทย",
    "ශ්\u{200D}රී",
    "မြန်",
    "ខ្មែរ",
    "አማ",
    "ᎣᏏ",
    "中文",
    "かな",
    "カ",
    "한글",
    "ᄒ\u{1161}\u{11AB}",
    "𝔸",
    "𐍈",
    "Ⅷ",
    "½",
    "①",
    "𞤀",
    "ǅ",
    "ʰ",
    "ª",
];

const EMOJI: &[&str] = &[
    "🙂",
    "👍🏽",
    "❤\u{FE0F}",
    "☎",
    "👨\u{200D}👩\u{200D}👧",
    "🏳\u{FE0F}\u{200D}🌈",
    "🇷🇺",
    "🇷",
    "1\u{FE0F}\u{20E3}",
    "#\u{FE0F}\u{20E3}",
    "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
];

/// Characters that Telegram removes or replaces, and neighbouring code points.
const DIRTY: &[&str] = &[
    "\t",
    "\r",
    "\r\n",
    "\0",
    "\u{1}",
    "\u{B}",
    "\u{C}",
    "\u{1F}",
    "\u{7F}",
    "\u{85}",
    "\u{2027}",
    "\u{2028}",
    "\u{2029}",
    "\u{202A}",
    "\u{202B}",
    "\u{202C}",
    "\u{202D}",
    "\u{202E}",
    "\u{202F}",
    "\u{2066}",
    "\u{2069}",
    "\u{61C}",
    "\u{200E}",
    "\u{200F}",
    "\u{200E}\u{200F}",
    "\u{30A}",
    "\u{333}",
    "\u{33F}",
    "\u{309}",
    "\u{334}",
    "a\u{30A}",
];

/// Invisible characters.
const SPACES: &[&str] = &[
    " ",
    "\n",
    "\u{A0}",
    "\u{AD}",
    "\u{1680}",
    "\u{180E}",
    "\u{2000}",
    "\u{2009}",
    "\u{200B}",
    "\u{200C}",
    "\u{200D}",
    "\u{205F}",
    "\u{2060}",
    "\u{2800}",
    "\u{3000}",
    "\u{3164}",
    "\u{FEFF}",
    "\u{FFFC}",
    "\u{FFFD}",
    "\u{E0020}",
];

/// Characters with a meaning in HTML or Markdown, and none in plain text.
const SIGNS: &[&str] = &[
    "*", "_", "__", "**", "~", "||", "`", "```", "[", "]", "(", ")", "\\", "<", ">", "&", "&lt;",
    "&amp;", "\"", "#", "+", "=", "{", "}", "!", "-", ".", "<b>", "](", "![", ">a", "\n>", "'",
];

pub(in crate::tdlib) fn piece() -> BoxedStrategy<String> {
    prop_oneof![
        6 => any_of(PLAIN),
        2 => any_of(SCRIPTS),
        2 => any_of(EMOJI),
        2 => any_of(DIRTY),
        2 => any_of(SPACES),
        2 => any_of(SIGNS),
        1 => any::<char>().prop_map(String::from),
        1 => (prop_oneof![any_of(PLAIN), any_of(SPACES), any_of(DIRTY)], 2..70_usize)
            .prop_map(|(piece, times)| piece.repeat(times)),
    ]
    .boxed()
}

/// Up to `most` pieces, often with invisible characters at the ends.
pub(in crate::tdlib) fn text(most: usize) -> BoxedStrategy<String> {
    let ends = || prop_oneof![4 => Just(String::new()), 1 => row(any_of(SPACES), 3), 1 => row(any_of(DIRTY), 3)];
    (row(piece(), most), ends(), ends())
        .prop_map(|(text, first, last)| first + &text + &last)
        .boxed()
}
