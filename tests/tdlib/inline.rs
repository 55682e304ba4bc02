//! Random inline Markdown: nested formatting of every kind, escapes, unpaired delimiters, and the scripts and emoji that make
//! offsets hard.

use super::rng::Rng;

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
pub(super) fn text(rng: &mut Rng, context: Context) -> String {
    let first = rng.pick(&["Words", "Слова", "🙂", "言葉", "w"]);
    let mut text = if rng.chance(60) { first.to_owned() } else { wrapped(rng, context) };
    for _ in 0..rng.between(0, 5) {
        text.push_str(gap(rng, context));
        text.push_str(&piece(rng, context));
    }
    text
}

/// The separator of two pieces; the empty one is the hardest case.
fn gap(rng: &mut Rng, context: Context) -> &'static str {
    match rng.below(20) {
        0..5 => "",
        5 if context.lines => "\n",
        6 if context.lines => "\n\n",
        7 => "  ",
        8 => "\u{a0}",
        _ => " ",
    }
}

fn piece(rng: &mut Rng, context: Context) -> String {
    match rng.below(20) {
        8..14 => wrapped(rng, context),
        14 | 15 if context.continuous => link(rng, context),
        16 if context.continuous => rng.pick(&CODE).to_owned(),
        17 if context.continuous => custom_emoji(rng),
        18 => rng.pick(&ESCAPES).to_owned(),
        19 => rng.pick(&SIGNS).to_owned(),
        _ => rng.pick(&WORDS).to_owned(),
    }
}

/// Pieces inside formatting, sometimes unclosed.
fn wrapped(rng: &mut Rng, context: Context) -> String {
    if context.depth == 0 {
        return rng.pick(&WORDS).to_owned();
    }
    let inner = inside(rng, context);
    let sign = rng.pick(&WRAPS);
    match rng.below(15) {
        0 => format!("{sign}{inner}"),
        1 => format!("***{inner}***"),
        _ => format!("{sign}{inner}{sign}"),
    }
}

fn inside(rng: &mut Rng, context: Context) -> String {
    let context = Context { depth: context.depth - 1, ..context };
    let mut inner = piece(rng, context);
    for _ in 0..rng.below(3) {
        inner.push_str(gap(rng, context));
        inner.push_str(&piece(rng, context));
    }
    inner
}

fn link(rng: &mut Rng, context: Context) -> String {
    let words = Context { depth: context.depth.clamp(1, 3), continuous: false, ..context };
    let inner = inside(rng, words);
    format!("[{inner} words]({})", rng.pick(&ADDRESSES))
}

fn custom_emoji(rng: &mut Rng) -> String {
    let emoji = rng.pick(&["👍", "🙂", "❤️", "👨‍👩‍👧", "🇷🇺"]);
    format!("![{emoji}](tg://emoji?id=5368324170671202286)")
}

/// One or more emoji, as in the key `marker`.
pub(super) fn marker(rng: &mut Rng) -> &'static str {
    rng.pick(&["🎙", "🎙 💬", "👨‍👩‍👧", "🇷🇺🇰🇵", "1️⃣", "❤️", "▶"])
}
