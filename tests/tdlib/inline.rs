//! Random inline Markdown: every kind of formatting in every other, escapes, signs without a partner, and the scripts and
//! emoji that make offsets hard.

use super::dice::Dice;

const WORDS: [&str; 40] = [
    "wool",
    "a",
    "Word,",
    "slower.",
    "1986.",
    "(in brackets)",
    "слово",
    "Ёлки",
    "СССР",
    "中文",
    "日本語。",
    "한국어",
    "नमस्ते",
    "שלום",
    "مرحبا",
    "cafe\u{301}",
    "naïve",
    "y\u{308}\u{323}",
    "🙂",
    "👨‍👩‍👧",
    "🏳️‍🌈",
    "🇷🇺🇰🇵",
    "👍🏽",
    "1️⃣",
    "❤️",
    "🎙",
    "—",
    "“quoted”",
    "«ёлочки»",
    "it's",
    "€ 69",
    "50%",
    "#tag",
    "@example_news",
    "https://example.org/a_b?c=*d*",
    "press@example.org",
    "snake_case_name",
    "C:\\files",
    "<b>",
    "&amp;",
];

/// Signs that mean something elsewhere.
const SIGNS: [&str; 14] =
    ["*", "**", "_", "__", "~", "~~", "|", "||", "[", "]", "(", "!", "\\", "[note]"];

const ESCAPES: [&str; 12] =
    ["\\*", "\\_", "\\~", "\\|\\|", "\\`", "\\[", "\\]", "\\\\", "\\!", "\\#", "\\>", "\\-"];

const CODE: [&str; 10] = [
    "`code`",
    "`**as typed**`",
    "`` a ` b ``",
    "`a\\b`",
    "`код_с_подчёркиванием`",
    "`🙂`",
    "`a  b`",
    "`[x](y)`",
    "`||`",
    "```x`` y```",
];

const ADDRESSES: [&str; 14] = [
    "https://example.org/",
    "https://example.org",
    "HTTPS://Example.ORG/Path",
    "http://example.org/a?b=c#d",
    "https://example.org/a_(b)",
    "<https://example.org/a%20b>",
    "https://пример.рф/путь",
    "https://example.org:8080/",
    "https://example.org/*_~|",
    "tg://resolve?domain=telegram",
    "tg:resolve?domain=telegram",
    "ton://transfer/x",
    "tonsite://a.ton",
    "https://example.org/?q=🙂",
];

const WRAPS: [&str; 6] = ["**", "*", "_", "__", "~~", "||"];

/// Where a text will stand.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// How many levels of formatting may still stand inside one another.
    pub(super) depth: usize,
    /// Whether code, links and custom emoji are kept here.
    pub(super) continuous: bool,
    /// Whether lines may break.
    pub(super) lines: bool,
}

/// What a text field may hold.
pub(super) const FIELD: Place = Place { depth: 4, continuous: true, lines: true };
/// What one line of a body, or a heading, may hold.
pub(super) const LINE: Place = Place { lines: false, ..FIELD };
/// What the words of a link may hold.
pub(super) const LABEL: Place = Place { depth: 3, continuous: false, lines: false };

/// A text that shows something: it begins with a word.
pub(super) fn text(dice: &mut Dice, place: Place) -> String {
    let first = dice.pick(&["Words", "Слова", "🙂", "言葉", "w"]);
    let mut text = if dice.chance(60) { first.to_owned() } else { wrapped(dice, place) };
    for _ in 0..dice.between(0, 5) {
        text.push_str(gap(dice, place));
        text.push_str(&piece(dice, place));
    }
    text
}

/// What stands between two pieces; nothing at all is the hardest.
fn gap(dice: &mut Dice, place: Place) -> &'static str {
    match dice.below(20) {
        0..5 => "",
        5 if place.lines => "\n",
        6 if place.lines => "\n\n",
        7 => "  ",
        8 => "\u{a0}",
        _ => " ",
    }
}

fn piece(dice: &mut Dice, place: Place) -> String {
    match dice.below(20) {
        8..14 => wrapped(dice, place),
        14 | 15 if place.continuous => link(dice, place),
        16 if place.continuous => dice.pick(&CODE).to_owned(),
        17 if place.continuous => custom_emoji(dice),
        18 => dice.pick(&ESCAPES).to_owned(),
        19 => dice.pick(&SIGNS).to_owned(),
        _ => dice.pick(&WORDS).to_owned(),
    }
}

/// Pieces inside formatting, some of it with spaces at the inner ends.
fn wrapped(dice: &mut Dice, place: Place) -> String {
    if place.depth == 0 {
        return dice.pick(&WORDS).to_owned();
    }
    let inner = inside(dice, place);
    let sign = dice.pick(&WRAPS);
    match dice.below(15) {
        0 => format!("{sign}{inner}"),
        1 => format!("***{inner}***"),
        _ => format!("{sign}{inner}{sign}"),
    }
}

fn inside(dice: &mut Dice, place: Place) -> String {
    let place = Place { depth: place.depth - 1, ..place };
    let mut inner = piece(dice, place);
    for _ in 0..dice.below(3) {
        inner.push_str(gap(dice, place));
        inner.push_str(&piece(dice, place));
    }
    inner
}

fn link(dice: &mut Dice, place: Place) -> String {
    let words = Place { depth: place.depth.clamp(1, 3), continuous: false, ..place };
    let inner = inside(dice, words);
    format!("[{inner} words]({})", dice.pick(&ADDRESSES))
}

fn custom_emoji(dice: &mut Dice) -> String {
    let emoji = dice.pick(&["👍", "🙂", "❤️", "👨‍👩‍👧", "🇷🇺"]);
    format!("![{emoji}](tg://emoji?id=5368324170671202286)")
}

/// One or more emoji, as a marker holds them.
pub(super) fn marker(dice: &mut Dice) -> &'static str {
    dice.pick(&["🎙", "🎙 💬", "👨‍👩‍👧", "🇷🇺🇰🇵", "1️⃣", "❤️", "▶"])
}
