//! Telegram's text rules, each compared with counting the same text's UTF-16 units in the same run; and hostile texts, each
//! compared with one of a tenth of its length.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "the benchmark reads files, measures time, and panics on an invalid sample"
)]

mod measure;
mod worst;

use std::hint::black_box;

use measure::{Report, Samples, sized};
use telegram_text::split::{self, Bounds};
use telegram_text::{
    Entity, EntityKind, FormattedText, body, detect, html, inline, markdown, markdown_v2, normal,
};
use telepress::config;
use telepress::ids::PostId;
use telepress::layout;
use telepress::media::NoFiles;
use telepress::source::SourceFile;

/// Runs, of which the median counts.
const RUNS: usize = 1_001;

/// Repetitions of short work in one run.
const TIMES: u32 = 8;

/// Runs of long work.
const LONG_RUNS: usize = 7;

/// The goal for the ratio of times when the text is ten times as long.
const LINEAR: f64 = 12.0;

fn main() {
    let mut report =
        Report::new("text: Telegram's rules, against counting the text's UTF-16 units");
    for channel in ["world-en", "world-ru"] {
        let text = seed(channel);
        let mut row = |name: &str, goal: f64, work: &dyn Fn()| {
            let (mut baseline, mut samples) = (Samples::default(), Samples::default());
            for _ in 0..sized(RUNS) {
                baseline.time(TIMES, || black_box(&text.string).encode_utf16().count());
                samples.time(TIMES, work);
            }
            report.row(&format!("{name}, {channel}"), &samples, &baseline, goal);
        };
        row("normal form of a normal text", 3.0, &|| {
            black_box(normal::is_normal(black_box(&text)));
        });
        row("detection", 6.0, &|| {
            black_box(detect::detect(black_box(&text.string)));
        });
        row("to HTML", 5.0, &|| {
            black_box(html::write(black_box(&text)).is_ok());
        });
        row("to MarkdownV2", 5.0, &|| {
            black_box(markdown_v2::write(black_box(&text)).is_ok());
        });
        // The Markdown is read back, so this includes the time to parse and normalize it.
        row("to Markdown", 40.0, &|| {
            black_box(markdown::write(black_box(&text)).is_ok());
        });
    }
    splitting(&mut report);
    report.print();
    let mut report = Report::new("text: hostile texts, ten times the length against a tenth");
    hostile(&mut report);
    report.print();
    worst::report();
}

/// The text of the sample post in a channel.
fn seed(channel: &str) -> FormattedText {
    let config = config::check(&read("config/telepress.toml")).0.expect("the config is good");
    let id = PostId::parse("russia-dprk-statement").expect("an id");
    let file = read("posts/russia-dprk-statement.toml");
    let post = telepress::check::check(&file, id, &config, jiff::Timestamp::now(), &NoFiles)
        .post
        .expect("a good post");
    let channel = config.channel(channel).expect("a channel of the config");
    let edition = post.in_channel(&channel.name).expect("an edition for the channel").edition;
    layout::lay_out(edition, &channel.style).expect("something to show").text
}

fn read(path: &str) -> SourceFile {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    SourceFile::new(path, std::fs::read_to_string(root.join(path)).expect("a file of the project"))
}

/// Splitting of the sample post's text, repeated to 12,000 characters.
fn splitting(report: &mut Report) {
    let seed = seed("world-en");
    let mut long = FormattedText::default();
    while long.characters() < 12_000 {
        let units = long.utf16_len() + 2 * usize::from(!long.is_empty());
        if !long.is_empty() {
            long.string.push_str("\n\n");
        }
        long.string.push_str(&seed.string);
        long.entities.extend(seed.entities.iter().map(|entity| entity.moved(units)));
    }
    let (mut baseline, mut samples) = (Samples::default(), Samples::default());
    for _ in 0..sized(RUNS) {
        baseline.time(1, || black_box(&long.string).encode_utf16().count());
        samples.time(1, || split::split(black_box(&long), &[], Bounds::message(), None).len());
    }
    report.row(&format!("splitting of {} characters", long.characters()), &samples, &baseline, 6.0);
}

/// A name, a text of a given size, and the work with it.
type Hostile = (&'static str, fn(usize) -> FormattedText, fn(FormattedText) -> usize);

const HOSTILE: &[Hostile] = &[
    (
        "nested brackets, Markdown",
        |size| repeated("[", size / 2, "]"),
        |text| parse_markdown(&text.string),
    ),
    (
        "asterisks, Markdown",
        |size| repeated("*", size * 3, ""),
        |text| parse_markdown(&text.string),
    ),
    ("quote signs, Markdown", |size| repeated("> ", size, ""), |text| parse_markdown(&text.string)),
    (
        "nested tags, HTML",
        |size| repeated("<b>", size / 2, "</b>"),
        |text| html::read(&text.string).map_or(0, |text| text.entities.len()),
    ),
    (
        "ampersands, HTML",
        |size| repeated("&", size * 6, ""),
        |text| html::read(&text.string).map_or(0, |text| text.string.len()),
    ),
    (
        "nested brackets, MarkdownV2",
        |size| repeated("[", size / 2, "](a.b)"),
        |text| parse_markdown_v2(&text.string),
    ),
    (
        "links in links, HTML",
        |size| repeated("<a>a.b", size / 2, "{</a>"),
        |text| html::read(&text.string).map_or(0, |text| text.entities.len()),
    ),
    (
        "links in links, MarkdownV2",
        |size| repeated("[a", size, "]"),
        |text| parse_markdown_v2(&text.string),
    ),
    (
        "long links in links, MarkdownV2",
        |size| {
            let (open, close) = ("[".repeat(size), "]".repeat(size));
            FormattedText::plain(format!("{open}a\\.b/{}{close}", "例".repeat(size * 3)))
        },
        |text| parse_markdown_v2(&text.string),
    ),
    (
        "asterisks, MarkdownV2",
        |size| repeated("*", size * 3, ""),
        |text| parse_markdown_v2(&text.string),
    ),
    (
        "quotes, MarkdownV2",
        |size| repeated(">a\n", size, ""),
        |text| parse_markdown_v2(&text.string),
    ),
    ("entities, normal form", entities, |text| {
        normal::uncut(text).map_or(0, |text| text.entities.len())
    }),
    ("entities, HTML", entities, |text| {
        normal::uncut(text).map_or(0, |text| html::write(&text).map_or(0, |html| html.len()))
    }),
    ("scattered entities, normal form", scattered, |text| {
        normal::uncut(text).map_or(0, |text| text.entities.len())
    }),
    ("crossing links, normal form", crossing_links, |text| {
        normal::uncut(text).map_or(0, |text| text.entities.len())
    }),
    (
        "hashes, detection",
        |size| repeated("#", size * 100, ""),
        |text| detect::detect(&text.string).len(),
    ),
    (
        "dots, detection",
        |size| repeated("a.", size * 30, ""),
        |text| detect::detect(&text.string).len(),
    ),
    (
        "at signs, detection",
        |size| repeated("a@", size * 30, ""),
        |text| detect::detect(&text.string).len(),
    ),
    ("hashes, splitting", |size| repeated("#", size * 100, ""), split_up),
    ("one word, splitting", |size| repeated("a", size * 100, ""), split_up),
    ("one grapheme, splitting", |size| repeated("\u{301}", size * 30, "a"), split_up),
    ("spaces, splitting", |size| repeated("a    \n", size * 10, "a"), split_up),
    ("entities, splitting", entities, split_up),
    ("tags, splitting", |size| repeated("#tag", size * 30, ""), split_up),
    ("addresses, splitting", |size| repeated("a@b.c", size * 30, ""), split_up),
    ("beginnings of links, splitting", |size| repeated("://a.", size * 30, ""), split_up),
    ("joined emoji, splitting", |size| repeated("😀\u{200d}", size * 20, ""), split_up),
    ("links, splitting", links, split_up),
];

fn hostile(report: &mut Report) {
    for (name, text, work) in HOSTILE {
        let (small, large) = (text(sized(1_000)), text(sized(10_000)));
        let (mut baseline, mut samples) = (Samples::default(), Samples::default());
        for _ in 0..sized(LONG_RUNS) {
            // The clones are made outside the timed work.
            let (mut less, mut more) = (Some(small.clone()), Some(large.clone()));
            baseline.time(1, || less.take().map(work));
            samples.time(1, || more.take().map(work));
        }
        report.row(name, &samples, &baseline, LINEAR);
    }
}

fn repeated(piece: &str, times: usize, end: &str) -> FormattedText {
    FormattedText::plain(piece.repeat(times) + &end.repeat(times.min(10_000)))
}

/// Ten crossing entities of several styles for every ten characters.
fn entities(size: usize) -> FormattedText {
    let kinds = [EntityKind::Bold, EntityKind::Italic, EntityKind::Code, EntityKind::Spoiler];
    let entity = |(at, kind): (usize, &EntityKind)| Entity::new(kind.clone(), at, at * 7 % 40 + 1);
    FormattedText {
        string: "a ".repeat(size * 5) + &"a".repeat(40),
        entities: (0..size * 10).zip(kinds.iter().cycle()).map(entity).collect(),
    }
}

/// The same unsorted, with four entities at each offset.
fn scattered(size: usize) -> FormattedText {
    let mut text = entities(size);
    let count = text.entities.len();
    for (at, entity) in text.entities.iter_mut().enumerate() {
        entity.offset = at * 7_919 % (count / 4);
    }
    text
}

/// The same as links; the normal form drops those that cross a kept one.
fn crossing_links(size: usize) -> FormattedText {
    let mut text = scattered(size);
    for entity in &mut text.entities {
        entity.kind = EntityKind::TextLink { url: "https://example.org/".into() };
    }
    text
}

/// Words that are links.
fn links(size: usize) -> FormattedText {
    let link = EntityKind::TextLink { url: "https://example.org/".into() };
    FormattedText {
        string: "abcdefghi ".repeat(size * 10),
        entities: (0..size * 10).map(|at| Entity::new(link.clone(), at * 10, 9)).collect(),
    }
}

fn parse_markdown(markup: &str) -> usize {
    inline::parse(markup, &mut Vec::new()).text.string.len() + body::parse(markup).blocks.len()
}

fn parse_markdown_v2(markup: &str) -> usize {
    markdown_v2::read(markup).map_or(0, |text| text.string.len())
}

fn split_up(text: FormattedText) -> usize {
    let text = normal::uncut(text);
    text.map_or(0, |text| split::split(&text, &[], Bounds::message(), None).len())
}
