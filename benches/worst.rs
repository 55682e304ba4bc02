//! The slowest hostile text of 64 KiB for each rule. `text.rs` measures how the time grows with the length.

#![expect(clippy::disallowed_methods, reason = "the benchmark measures time")]

use std::time::{Duration, Instant};

use telegram_text::split::{self, Bounds};
use telegram_text::{
    Entity, EntityKind, FormattedText, body, detect, html, inline, markdown_v2, normal,
};

use crate::measure::{Report, sized};

/// Bytes of each text.
const SIZE: usize = 64 * 1024;

/// Runs of a slow text, of which the fastest counts: other programs on the machine can only add time.
const RUNS: usize = 3;

/// The goal for each rule.
const GOAL: Duration = Duration::from_millis(50);

/// Pieces that are repeated to a text.
const PIECES: &[&str] = &[
    "a",
    "я",
    "例",
    "🙂",
    " ",
    "\n",
    "\u{a0}",
    "a ",
    "a\n",
    "a\n\n",
    "a     ",
    "\n \n",
    "\r\n",
    "\u{301}",
    "e\u{301}",
    " \u{301}",
    "😀\u{200d}",
    "🇷🇺",
    "\u{200e}",
    "\u{333}",
    "\t",
    "word ",
    "слово ",
    "。",
    "例。",
    "Sentence. ",
    "(",
    ")",
    "»",
    "#",
    "@",
    "/",
    "$A",
    ":",
    "://",
    "://a.",
    "x://a.b/",
    "#tag",
    "#tag ",
    "@user ",
    "a@b.c",
    "a@b.c ",
    "a@",
    "a@.",
    "a.",
    "a.b",
    ".?",
    "a.?",
    "a.b/,.",
    "я.я@",
    "/a.b",
    "#a.b",
    "a.b@c",
    "#a@b",
    "http://",
    "https://b.com例。",
    "https://a.b:1",
    "tg://a?",
    "tg://a/.",
    "1.2.3.4",
    "a.com(",
    "a.com/)",
    "#\u{200c}",
    "*",
    "**",
    "**a",
    "**a** ",
    "*a **b",
    "_",
    "__",
    "__a",
    "~~",
    "~~a",
    "||",
    "||a",
    "*a_ ",
    "**a__",
    "[",
    "]",
    "[a",
    "![",
    "![a](",
    "[](",
    "[a](b",
    "[a](<b",
    "[a](b \"",
    "[a](https://b.c)",
    "[a](https://b.c \"d\") ",
    "`",
    "``",
    "`a",
    "`a``b",
    "\\",
    "\\*",
    "> ",
    ">",
    "> a\n",
    ">a\n",
    ">> a\n>",
    "- ",
    "- a\n",
    "- a\n  ",
    "- - a\n",
    "1. ",
    "1. a\n",
    "# a\n",
    "#  ",
    "```",
    "```\n",
    "~~~\n",
    "    a\n",
    "---\n",
    "[a]: b\n",
    "[a]: ",
    "<",
    "<b>",
    "<b",
    "<b>a</b>",
    "<a>a.b",
    "<a href=\"b.c\">a</a>",
    "<a href=",
    "<pre><code>",
    "&",
    "&amp;",
    "&#",
    "&#x41;",
    "</b>",
    "<blockquote>a</blockquote>",
    "<tg-emoji emoji-id=\"5\">🙂</tg-emoji>",
    "*a*",
    "_a_",
    "__a__",
    "||a||",
    "**>a\n",
    "![🙂](tg://emoji?id=5)",
    "[a](b.c)",
];

/// Opening and closing pieces, nested in themselves.
const NESTED: &[(&str, &str)] = &[
    ("[", "]"),
    ("[", "](a.b)"),
    ("[", "](https://a.b)"),
    ("![", "](tg://emoji?id=5)"),
    ("[a", "]"),
    ("**", "**"),
    ("*a ", " a*"),
    ("**a *b ", "*c **"),
    ("_*", "*_"),
    ("(", ")"),
    ("[a](", ")"),
    ("<b>", "</b>"),
    ("<b><i>", "</i></b>"),
    ("<a>a.b", "{</a>"),
    ("<a href=\"b.c\">", "</a>"),
    ("<blockquote>", "</blockquote>"),
    ("||", "||"),
];

pub(crate) fn report() {
    let mut report = Report::new("text: the slowest hostile text of 64 KiB for each rule");
    let strings: Vec<String> = PIECES.iter().map(|piece| repeated(piece)).collect();
    let strings: Vec<String> =
        strings.into_iter().chain(NESTED.iter().map(|(open, close)| nested(open, close))).collect();
    let mut row = |rule: &str, work: &dyn Fn(&str) -> usize| {
        let slowest = strings.iter().map(|text| (time(|| work(text)), beginning(text))).max();
        report.line(line(rule, slowest));
    };
    row("parse, inline Markdown", &|text| inline::parse(text, &mut Vec::new()).text.string.len());
    row("parse, Markdown of a body", &|text| body::parse(text).blocks.len());
    row("parse, HTML", &|text| html::read(text).map_or(0, |text| text.string.len()));
    row("parse, MarkdownV2", &|text| markdown_v2::read(text).map_or(0, |text| text.string.len()));
    row("detection", &|text| detect::detect(text).len());
    let texts: Vec<FormattedText> = strings.iter().flat_map(|text| texts(text)).collect();
    let mut row = |rule: &str, work: &dyn Fn(FormattedText) -> usize| {
        let timed = texts.iter().map(|text| (time(|| work(text.clone())), described(text)));
        report.line(line(rule, timed.max()));
    };
    row("normal form", &|text| normal::normal(text).map_or(0, |text| text.string.len()));
    let texts: Vec<FormattedText> =
        texts.into_iter().filter_map(|text| normal::uncut(text).ok()).collect();
    let mut row = |rule: &str, mark: Option<&str>| {
        let split = |text: &FormattedText| split::split(text, &[], Bounds::message(), mark).len();
        let timed = texts.iter().map(|text| (time(|| split(text)), described(text)));
        report.line(line(rule, timed.max()));
    };
    row("split", None);
    row("split, with a mark", Some("({n}/{total})"));
    report.print();
}

fn line(rule: &str, slowest: Option<(Duration, String)>) -> String {
    let (time, text) = slowest.unwrap_or_default();
    let ratio = time.as_secs_f64() / GOAL.as_secs_f64();
    let verdict = if time <= GOAL { "within" } else { "ABOVE" };
    format!("{rule}: {time:.1?} for {text}, ratio {ratio:.2} ({verdict} the goal of {GOAL:?})")
}

fn time<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut run = || {
        let start = Instant::now();
        std::hint::black_box(work());
        start.elapsed()
    };
    let first = run();
    if first < GOAL / 5 { first } else { (1..RUNS).map(|_| run()).fold(first, Duration::min) }
}

fn repeated(piece: &str) -> String {
    piece.repeat(sized(SIZE) / piece.len())
}

fn nested(open: &str, close: &str) -> String {
    let depth = sized(SIZE) / (open.len() + close.len());
    open.repeat(depth) + &close.repeat(depth)
}

fn beginning(text: &str) -> String {
    format!("{:?}…", text.chars().take(12).collect::<String>())
}

fn described(text: &FormattedText) -> String {
    let kind = text.entities.first().map_or("no", |entity| entity.kind.name());
    format!("{} with {} entities, {kind} first", beginning(&text.string), text.entities.len())
}

/// A string between two letters, without entities and with several kinds of entities.
fn texts(string: &str) -> Vec<FormattedText> {
    let string = format!("a{string}a");
    let units = string.encode_utf16().count();
    let link = || EntityKind::TextLink { url: "https://example.org/".into() };
    let cover = |kinds: &[EntityKind], step: usize, length: usize| {
        let places = (0..units.saturating_sub(length)).step_by(step).zip(kinds.iter().cycle());
        places.map(|(at, kind)| Entity::new(kind.clone(), at, length)).collect::<Vec<_>>()
    };
    let all =
        [EntityKind::Bold, link(), EntityKind::Code, EntityKind::Spoiler, EntityKind::Blockquote];
    let emoji = EntityKind::CustomEmoji { custom_emoji_id: "5".into() };
    let lists = [
        Vec::new(),
        vec![Entity::new(EntityKind::Pre { language: None }, 0, units)],
        vec![Entity::new(link(), 0, units)],
        vec![Entity::new(EntityKind::Blockquote, 0, units)],
        cover(&[EntityKind::Bold, EntityKind::Italic], 2, 2),
        cover(&[link()], 10, 9),
        cover(&[emoji], 2, 2),
        cover(&all, 1, 7),
        cover(&all, 1, units / 2),
    ];
    lists.into_iter().map(|entities| FormattedText { string: string.clone(), entities }).collect()
}
