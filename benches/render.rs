//! Time from a post's strings to text and entities, compared with counting the text's UTF-16 units in the same run.
//!
//! The timed code is the inline Markdown of every string, the layout, the link, and Telegram's normal form. Reading and checking
//! the file are not included; `check` measures those.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "the benchmark reads files, measures time, and panics on an invalid sample"
)]

mod measure;

use std::hint::black_box;

use measure::{Report, Samples, sized};
use telegram_text::ParsedText;
use telegram_text::block::{Block, List, ListItem};
use telegram_text::body::{self, Options};
use telegram_text::inline;
use telegram_text::link::{self, Link};
use telepress::config::{self, Channel, Config, Format, Style};
use telepress::ids::PostId;
use telepress::key::value::Markup;
use telepress::key::{OrTable, Reader};
use telepress::layout::{self, Parts};
use telepress::limits;
use telepress::media::NoFiles;
use telepress::message::rich::count;
use telepress::post::raw::{RawEdition, RawPost};
use telepress::post::{Edition, Marked, ReadMore, Section};
use telepress::source::SourceFile;

/// Runs, of which the median counts.
const RUNS: usize = 2_001;

/// Runs with the largest message.
const LARGEST_RUNS: usize = 301;

/// Renderings in one run, as one alone is too short for the clock.
const TIMES: u32 = 8;

fn main() {
    let file = read("posts/russia-dprk-statement.toml");
    let config = config::check(&read("config/telepress.toml")).0.expect("the config is good");
    let checked = telepress::check::check(
        &file,
        PostId::parse("russia-dprk-statement").expect("an id"),
        &config,
        jiff::Timestamp::now(),
        &NoFiles,
    );
    let post = checked.post.expect("the post is good");
    let (raw, _) = Reader::read::<RawPost<'_>>(&file);
    let editions = raw.editions.expect("the post has editions").value;
    let mut report =
        Report::new("render: the sample post, from strings as typed to text and entities");
    for (channel, goal) in [("world-en", 3.0), ("world-ru", 2.0)] {
        let channel = channel_of(&config, channel);
        let (_, typed) = editions
            .iter()
            .find(|(tag, _)| tag.value == channel.language.as_str())
            .expect("an edition for the channel");
        let good = post.in_channel(&channel.name).expect("an edition for the channel").edition;
        let expected = layout::lay_out(good, &channel.style).expect("something to show").text;
        let render = || {
            let edition = edition(&typed.value, good);
            layout::lay_out(&edition, &channel.style).expect("something to show")
        };
        assert_eq!(render().text, expected, "the timed code gives the library's result");
        let (mut baseline, mut rendering) = (Samples::default(), Samples::default());
        for _ in 0..sized(RUNS) {
            baseline.time(TIMES, || black_box(&expected.string).encode_utf16().count());
            rendering.time(TIMES, render);
        }
        report.row(channel.name.as_str(), &rendering, &baseline, goal);
        let style = Style { format: Format::Rich, ..channel.style.clone() };
        let blocks = || layout::parts(good, &style);
        assert!(matches!(blocks(), Parts::Fit(_)), "the sample post is one rich message");
        let (mut baseline, mut building) = (Samples::default(), Samples::default());
        for _ in 0..sized(RUNS) {
            baseline.time(TIMES, || black_box(&expected.string).encode_utf16().count());
            building.time(TIMES, blocks);
        }
        report.row(&format!("{}, as blocks", channel.name), &building, &baseline, 3.0);
    }
    report.print();
    largest();
}

/// The largest rich message: its blocks, and the check of its limits.
fn largest() {
    let paragraph = "**word** ".repeat(9) + "words words words so";
    let source = vec![paragraph; limits::RICH_BLOCKS - 1].join("\n\n");
    let parsed = body::parse_with(&source, Options { rich: true, ..Options::default() });
    let style = Style::default();
    let used = count(&layout::lay_out_rich_blocks(&parsed.blocks, &style)).characters;
    let source = format!("{source}\n\n{}", "x".repeat(limits::RICH_CHARACTERS - used));
    let parsed = body::parse_with(&source, Options { rich: true, ..Options::default() });
    let build = || {
        let blocks = layout::lay_out_rich_blocks(&parsed.blocks, &style);
        let count = count(&blocks);
        (blocks, count)
    };
    let (_, size) = build();
    assert_eq!((size.characters, size.blocks), (limits::RICH_CHARACTERS, limits::RICH_BLOCKS));
    let (mut baseline, mut building) = (Samples::default(), Samples::default());
    for _ in 0..sized(LARGEST_RUNS) {
        baseline.time(TIMES, || black_box(&source).encode_utf16().count());
        building.time(1, build);
    }
    let mut report = Report::new("rich: the largest message, against counting its UTF-16 units");
    report.row("32,768 characters in 500 blocks", &building, &baseline, 100.0);
    report.print();
}

fn read(path: &str) -> SourceFile {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    SourceFile::new(path, std::fs::read_to_string(root.join(path)).expect("a file of the project"))
}

fn channel_of<'a>(config: &'a Config, name: &str) -> &'a Channel {
    config.channel(name).expect("a channel of the config")
}

/// The edition from `raw`; values that need no parsing are copied from `good`, the same edition as read by the library.
fn edition(raw: &RawEdition<'_>, good: &Edition) -> Edition {
    let Some(OrTable::Table(lead)) = &raw.lead else { panic!("the lead is a table") };
    let Some(OrTable::Short(url)) = &raw.read_more else { panic!("the link is a string") };
    let string = |marker: &telepress::key::value::Marker<'_>| marker.0.value.clone().into_owned();
    Edition {
        buttons: good.buttons.clone(),
        buttons_span: good.buttons_span.clone(),
        poll: None,
        comments: Vec::new(),
        language: good.language.clone(),
        span: 0..0,
        heading: raw.heading.as_ref().map(|heading| Marked {
            marker: raw.marker.as_ref().map(string),
            prose: prose(heading),
            span: 0..0,
        }),
        lead: lead.value.text.as_ref().map(|text| Marked {
            marker: lead.value.marker.as_ref().map(string),
            prose: prose(text),
            span: 0..0,
        }),
        sections: raw
            .sections
            .iter()
            .flat_map(|sections| &sections.value)
            .map(|section| {
                let bullets =
                    section.value.blocks.bullets.iter().flat_map(|bullets| &bullets.value);
                let item =
                    |bullet| ListItem { task: None, blocks: vec![Block::Paragraph(prose(bullet))] };
                let items = bullets.map(item).collect();
                Section {
                    title: section.value.title.as_ref().map(prose),
                    blocks: vec![Block::List(List { start: None, items })],
                    rich: None,
                    strings: Vec::new(),
                }
            })
            .collect(),
        read_more: match link::check(&url.0.value) {
            Ok(Link::Url(url)) => Some(ReadMore { url, label: None, span: 0..0 }),
            other => panic!("{other:?}"),
        },
        hashtags: good.hashtags.clone(),
        hashtag_suffix: good.hashtag_suffix.clone(),
        media: good.media.clone(),
        images: good.images.clone(),
        options: good.options.clone(),
    }
}

fn prose(markup: &Markup<'_>) -> ParsedText {
    inline::parse(&markup.0.value, &mut Vec::new())
}
