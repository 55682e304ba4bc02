//! Random inline Markdown: nested formatting of every kind, escapes, unpaired delimiters, and the scripts and emoji that make
//! offsets hard.

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

/// Delimiters, which may or may not find a partner.
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

/// What the surrounding text allows.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// How many more levels of nested formatting are allowed.
    pub(super) depth: usize,
    /// Whether code, links and custom emoji are allowed.
    pub(super) continuous: bool,
    /// Whether line breaks are allowed.
    pub(super) lines: bool,
}

/// A text field.
pub(super) const FIELD: Context = Context { depth: 4, continuous: true, lines: true };
/// One line of a body, or a heading.
pub(super) const LINE: Context = Context { lines: false, ..FIELD };
/// The label of a link.
pub(super) const LABEL: Context = Context { depth: 3, continuous: false, lines: false };

/// A text with visible characters: it begins with a word.
pub(super) fn text(dice: &mut Dice, context: Context) -> String {
    let first = dice.pick(&["Words", "Слова", "🙂", "言葉", "w"]);
    let mut text = if dice.chance(60) { first.to_owned() } else { wrapped(dice, context) };
    for _ in 0..dice.between(0, 5) {
        text.push_str(gap(dice, context));
        text.push_str(&piece(dice, context));
    }
    text
}

/// The separator of two pieces; the empty one is the hardest case.
fn gap(dice: &mut Dice, context: Context) -> &'static str {
    match dice.below(20) {
        0..5 => "",
        5 if context.lines => "\n",
        6 if context.lines => "\n\n",
        7 => "  ",
        8 => "\u{a0}",
        _ => " ",
    }
}

fn piece(dice: &mut Dice, context: Context) -> String {
    match dice.below(20) {
        8..14 => wrapped(dice, context),
        14 | 15 if context.continuous => link(dice, context),
        16 if context.continuous => dice.pick(&CODE).to_owned(),
        17 if context.continuous => custom_emoji(dice),
        18 => dice.pick(&ESCAPES).to_owned(),
        19 => dice.pick(&SIGNS).to_owned(),
        _ => dice.pick(&WORDS).to_owned(),
    }
}

/// Pieces inside formatting, sometimes unclosed.
fn wrapped(dice: &mut Dice, context: Context) -> String {
    if context.depth == 0 {
        return dice.pick(&WORDS).to_owned();
    }
    let inner = inside(dice, context);
    let sign = dice.pick(&WRAPS);
    match dice.below(15) {
        0 => format!("{sign}{inner}"),
        1 => format!("***{inner}***"),
        _ => format!("{sign}{inner}{sign}"),
    }
}

fn inside(dice: &mut Dice, context: Context) -> String {
    let context = Context { depth: context.depth - 1, ..context };
    let mut inner = piece(dice, context);
    for _ in 0..dice.below(3) {
        inner.push_str(gap(dice, context));
        inner.push_str(&piece(dice, context));
    }
    inner
}

fn link(dice: &mut Dice, context: Context) -> String {
    let words = Context { depth: context.depth.clamp(1, 3), continuous: false, ..context };
    let inner = inside(dice, words);
    format!("[{inner} words]({})", dice.pick(&ADDRESSES))
}

fn custom_emoji(dice: &mut Dice) -> String {
    let emoji = dice.pick(&["👍", "🙂", "❤️", "👨‍👩‍👧", "🇷🇺"]);
    format!("![{emoji}](tg://emoji?id=5368324170671202286)")
}

/// One or more emoji, as in the key `marker`.
pub(super) fn marker(dice: &mut Dice) -> &'static str {
    dice.pick(&["🎙", "🎙 💬", "👨‍👩‍👧", "🇷🇺🇰🇵", "1️⃣", "❤️", "▶"])
}
