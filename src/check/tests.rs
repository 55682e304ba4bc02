use super::*;

/// Four channels: two English ones in different zones, and two Russian ones in the same zone.
const CONFIG: &str = r#"
[channels.news]
chat = "@example_news"
language = "en"
timezone = "Europe/Berlin"

[channels.world]
chat = "@example_world"
language = "en"
timezone = "America/New_York"

[channels.novosti]
chat = "@example_novosti"
language = "ru"
timezone = "Europe/Moscow"
style = "quiet"

[channels.mir]
chat = "@example_mir"
language = "ru"
timezone = "Europe/Moscow"

[styles.quiet]
layout = ["heading", "body"]
"#;

fn checked(config: &str, text: &str) -> Checked {
    let (config, problems) = crate::config::check(&SourceFile::new("config", config));
    assert_eq!(problems, []);
    let file = SourceFile::new("posts/a.toml", text);
    let now = "2026-01-15T12:00:00Z".parse().unwrap();
    check(&file, PostId::parse("a").unwrap(), &config.unwrap(), now, &crate::media::NoFiles)
}

/// The problems of a post with [`CONFIG`]: the code, and the text at its place.
fn problems(text: &str) -> Vec<(&'static str, String)> {
    let mut problems = checked(CONFIG, text).diagnostics;
    problems.sort_by_key(|problem| problem.span.start);
    problems
        .into_iter()
        .map(|problem| (problem.code().name(), text.get(problem.span).unwrap().to_owned()))
        .collect()
}

fn assert_problems(rows: &[(&str, &[(&str, &str)])]) {
    for (text, expected) in rows {
        let expected: Vec<_> =
            expected.iter().map(|(code, place)| (*code, (*place).to_owned())).collect();
        assert_eq!(problems(text), expected, "{text}");
    }
}

#[test]
fn place_of_a_character_is_the_whole_reference() {
    assert_problems(&[
        ("channels = ['news']\nbody = 'a&#8203;b'", &[("zero-width", "&#8203;")]),
        ("channels = ['news']\nbody = 'a &#x202E;b'", &[("removed-character", "&#x202E;")]),
    ]);
}

#[test]
fn channels_and_language_of_a_post_are_checked() {
    assert_problems(&[
        ("channels = ['news']\nheading = 'a'", &[]),
        ("channels = ['news', 'world']\nheading = 'a'", &[]),
        ("language = 'en'\nheading = 'a'", &[]),
        ("language = 'EN'\nheading = 'a'", &[]),
        ("[editions.en]\nheading = 'a'", &[]),
        ("heading = 'a'", &[("which-language", "heading = 'a'")]),
        (
            "channels = ['news', 'mir']\nheading = 'a'",
            &[("which-language", "channels = ['news', 'mir']")],
        ),
        ("language = 'en'\nchannels = ['news', 'mir']\nheading = 'a'", &[("no-edition", "'mir'")]),
        ("language = 'de'\nheading = 'a'", &[("no-channel", "language = 'de'")]),
        ("language = 'english'\nheading = 'a'", &[("bad-language", "'english'")]),
        ("channels = ['nwes']\nheading = 'a'", &[("unknown-channel", "'nwes'")]),
        ("channels = []\nheading = 'a'", &[("no-channel", "[]")]),
        ("channels = []\nlanguage = 'en'\nheading = 'a'", &[("no-channel", "[]")]),
        ("channels = ['news', 'news']\nheading = 'a'", &[("bad-value", "'news'")]),
        (
            "channels = ['news']\n[editions.en]\nheading = 'a'\n[editions.ru]\nheading = 'b'",
            &[("no-channel", "ru")],
        ),
        ("channels = ['news', 'mir']\n[editions.en]\nheading = 'a'", &[("no-edition", "'mir'")]),
        ("[editions.en]\nheading = 'a'\n[editions.EN]\nheading = 'b'", &[("duplicate-key", "EN")]),
    ]);
}

#[test]
fn consequences_of_another_mistake_are_not_reported() {
    assert_problems(&[
        // The edition may belong to the channel with the mistyped name.
        (
            "channels = ['news', 'mri']\n[editions.en]\nheading = 'a'\n[editions.ru]\nheading = 'b'",
            &[("unknown-channel", "'mri'")],
        ),
        (
            "channels = ['news', 'mir']\n[editions.en]\nheading = 'a'\n[editions.russian]\nheading = 'b'",
            &[("bad-language", "russian")],
        ),
        ("langauge = 'en'\nheading = 'a'", &[("unknown-key", "langauge")]),
        ("language = 'en'\nhedding = 'a'", &[("unknown-key", "hedding")]),
        ("language = 'en'\nheading = 5", &[("wrong-type", "5")]),
        ("language = 'en'\nmarker = '🎙'\nhedding = 'a'", &[("unknown-key", "hedding")]),
        ("language = 'en'\nmarker = '🎙'\nheading = 5", &[("wrong-type", "5")]),
        ("language = 'en'\nlead = { txet = 'a' }", &[("unknown-key", "txet")]),
        ("language = 'en'\nread_more = { url = 5 }", &[("wrong-type", "5")]),
        ("language = 'en'\nheading = 'a'\n[[sections]]\ntitel = 'b'", &[("unknown-key", "titel")]),
        ("language = 'en'\nheading = 'a'\n[[sections]]\ntitle = ''", &[("blank-text", "''")]),
        ("language = 'en'\nheading = 'a'\nbullets = ['']", &[("blank-text", "''")]),
        ("language = 'en'\nheading = 'a'\nbullets = [5]", &[("wrong-type", "5")]),
        ("language = 'en'\nheading = ''", &[("blank-text", "''")]),
        ("language = 'en'\nbody = '''\n---\n'''", &[("cannot-show", "---")]),
        ("language = 'en'\nheading = no", &[("syntax", "no")]),
        ("heading = no", &[("syntax", "no")]),
        // An edition with a mistake is compared as if the mistake were corrected.
        (
            "[editions.en]\nheading = 'a'\nbullets = ['b', 'c']\n[editions.ru]\nheading = ''\nbullets = ['', 'd']",
            &[("blank-text", "''"), ("blank-text", "''")],
        ),
        (
            "[editions.en]\nheading = 'a'\nlead = 'b'\n[editions.ru]\nheading = 'c'\nlaed = 'd'",
            &[("unknown-key", "laed")],
        ),
        (
            "channels = ['news', 'mir']\n[editions.en]\nheading = 'a'\nread_more = 'https://example.org/'\n[editions.ru]\nheading = 'c'\nread_more = 'x y'",
            &[("bad-link", "'x y'")],
        ),
        (
            "channels = ['news', 'mir']\n[editions.en]\nheading = 'a'\nbody = 'b'\n[editions.ru]\nheading = 'c'\nbody = '---'",
            &[("cannot-show", "---")],
        ),
    ]);
}

#[test]
fn mistake_does_not_hide_others() {
    assert_problems(&[
        (
            "language = 'en'\nheading = ''\nlead = ' '\nbullets = ['a', '']",
            &[("blank-text", "''"), ("blank-text", "' '"), ("blank-text", "''")],
        ),
        (
            "publish_at = 2026-05-04\nlanguage = 'en'\nheading = 'a\u{7f}'",
            &[("bad-time", "2026-05-04"), ("syntax", "\u{7f}")],
        ),
        (
            "channels = ['nwes']\nhashtags = ['a b']\nheading = 'a  b'",
            &[("unknown-channel", "'nwes'"), ("bad-hashtag", " "), ("doubled-space", "  ")],
        ),
        (
            "[editions.en]\nheading = 'a'\n[editions.de]\nbullets = ['• b']",
            &[
                ("no-channel", "de"),
                ("out-of-step", "de"),
                ("out-of-step", "de"),
                ("bullet-sign", "•"),
            ],
        ),
        (
            "overflow = 'cut'\nheading = 5\nphoto = 'x'\n[[sections]]\n",
            &[
                ("bad-value", "'cut'"),
                ("wrong-type", "5"),
                ("unknown-key", "photo"),
                ("missing-key", "[[sections]]"),
            ],
        ),
    ]);
}

#[test]
fn content_must_be_written_in_one_way() {
    assert_problems(&[
        ("heading = 'a'\n[editions.en]\nlead = 'b'", &[("both-shapes", "'a'")]),
        ("language = 'en'\n[editions.en]\nlead = 'b'", &[("both-shapes", "'en'")]),
        (
            "bullets = ['a']\ncode = 'x'\n[editions.en]\nlead = 'b'",
            &[("both-shapes", "['a']"), ("both-shapes", "'x'")],
        ),
        ("language = 'en'\nbody = 'a'\ntext = 'b'", &[("both-shapes", "'a'")]),
        ("language = 'en'\nbody = 'a'\n[[sections]]\ntitle = 'b'", &[("both-shapes", "'a'")]),
        ("hashtags = ['a']\nsilent = true\n[editions.en]\nlead = 'b'", &[]),
        ("[editions]\n", &[("empty-post", "[editions]")]),
        ("language = 'en'\nsilent = true", &[("empty-post", "language = 'en'")]),
        ("[editions.en]\nsilent = true", &[("empty-post", "en")]),
        ("language = 'en'\nmarker = '🎙'\nlead = 'a'", &[("missing-key", "'🎙'")]),
        (
            "language = 'en'\nheading = 'a'\nlink_preview = { size = 'small' }",
            &[("missing-key", "'small'")],
        ),
    ]);
}

#[test]
fn mistake_at_the_top_is_reported_once() {
    assert_problems(&[
        (
            "hashtags = ['a b']\n[editions.en]\nheading = 'b'\n[editions.ru]\nheading = 'c'\n[styles]",
            &[("bad-hashtag", " "), ("unknown-key", "styles")],
        ),
        (
            "hashtag_suffix = ' '\n[editions.en]\nheading = 'b'\n[editions.ru]\nheading = 'c'",
            &[("blank-text", "' '")],
        ),
        (
            "link_preview = { url = 'x y' }\n[editions.en]\nheading = 'b'\n[editions.ru]\nheading = 'c'",
            &[("bad-link", "'x y'")],
        ),
    ]);
}

#[test]
fn part_that_the_style_does_not_show_is_reported() {
    assert_problems(&[
        (
            "channels = ['novosti']\nheading = 'a'\nlead = 'b'",
            &[("not-shown", "channels = ['novosti']")],
        ),
        (
            "channels = ['novosti', 'mir']\nheading = 'a'\nhashtags = ['b']",
            &[("not-shown", "channels = ['novosti', 'mir']")],
        ),
        ("channels = ['mir']\nheading = 'a'\nhashtags = ['b']", &[]),
    ]);
}

#[test]
fn invalid_times_are_reported() {
    let one = |time: &str| format!("channels = ['news']\nheading = 'a'\npublish_at = {time}");
    for (time, code) in [
        ("2026-05-04T09:00:00", None),
        ("2026-05-04T09:00:00Z", None),
        ("2026-05-04 09:00", None),
        ("2026-03-29T02:30:00", Some("time-gap")),
        ("2026-10-25T02:30:00", Some("time-fold")),
        ("2026-03-29T02:30:00+01:00", None),
        ("2026-10-25T02:30:00+02:00", None),
        ("2026-05-04", Some("bad-time")),
        ("09:00:00", Some("bad-time")),
        ("2062-05-04T09:00:00Z", Some("bad-time")),
        ("2026-12-31T23:59:60Z", Some("bad-time")),
        ("2026-01-15T12:59:59", Some("time-past")),
        ("2026-01-15T13:00:00", None),
        ("2026-01-15T11:59:59Z", Some("time-past")),
    ] {
        let expected: Vec<_> = code.map(|code| (code, time.to_owned())).into_iter().collect();
        assert_eq!(problems(&one(time)), expected, "{time}");
    }
}

#[test]
fn local_time_needs_channels_in_one_zone() {
    let local = "2026-05-04T09:00:00";
    let both = format!("channels = ['news', 'world']\nheading = 'a'\npublish_at = {local}");
    assert_eq!(problems(&both), [("time-zones", local.to_owned())]);
    assert_eq!(problems(&both.replace(":00:00", ":00:00Z")), []);
    // An edition's own time is in the zone of its channels.
    let own = "channels = ['news', 'mir']\n[editions.en]\nheading = 'a'\npublish_at = 2026-05-04T09:00:00\n[editions.ru]\nheading = 'b'\npublish_at = 2026-05-04T09:00:00";
    assert_eq!(problems(own), []);
    let targets: Vec<_> = checked(CONFIG, own)
        .post
        .unwrap()
        .post
        .targets
        .into_iter()
        .map(|target| (target.channel.to_string(), target.publish_at.unwrap().to_string()))
        .collect();
    let expected = [("news", "2026-05-04T07:00:00Z"), ("mir", "2026-05-04T06:00:00Z")];
    assert_eq!(targets, expected.map(|(channel, at)| (channel.to_owned(), at.to_owned())));
    // The time at the top is used for an edition without its own.
    let mixed = own.replace("heading = 'b'\npublish_at = 2026-05-04T09:00:00", "heading = 'b'");
    let mixed = format!("publish_at = 2026-05-05T09:00:00Z\n{mixed}");
    assert_eq!(problems(&mixed), []);
    let at: Vec<_> =
        checked(CONFIG, &mixed).publish_times.into_iter().map(|time| time.at).collect();
    assert_eq!(at, ["2026-05-05T09:00:00Z", "2026-05-04T07:00:00Z"].map(|at| at.parse().unwrap()));
}

#[test]
fn time_without_a_channel_is_checked() {
    assert_problems(&[
        (
            "channels = ['nwes']\nheading = 'a'\npublish_at = 2026-05-04",
            &[("unknown-channel", "'nwes'"), ("bad-time", "2026-05-04")],
        ),
        (
            "channels = ['nwes']\nheading = 'a'\npublish_at = 2026-03-29T02:30:00",
            &[("unknown-channel", "'nwes'")],
        ),
    ]);
}

#[test]
fn post_with_errors_has_publication_times() {
    let found =
        checked(CONFIG, "channels = ['news']\nheading = ''\npublish_at = 2026-05-04T09:00:00Z");
    assert!(found.post.is_none());
    assert_eq!(found.publish_times.len(), 1);
}

#[test]
fn limit_of_a_rich_message_is_reported_at_the_first_block_past_it() {
    let lines = |line: &dyn Fn(usize) -> String, count| (1..=count).map(line).collect::<String>();
    let head = "channels = ['news']\nformat = 'rich'\noverflow = 'error'\n";
    let long = "word ".repeat(4_000);
    let columns = |cell: &str| {
        let cells: Vec<_> = (1..=21).map(|number| format!("{cell}{number}")).collect();
        cells.join(" | ")
    };
    let rows = [
        (
            format!("body = '''\nfirst {long}\n\nsecond {long}\n\nthird'''"),
            "too-long",
            "second word",
        ),
        (
            format!("body = '''\n{}'''", lines(&|number| format!("- item {number}\n"), 251)),
            "too-many",
            "item 250\n",
        ),
        (
            format!(
                "body = \"\"\"\none \\\"two\\\"\n\n{}\"\"\"",
                lines(&|number| format!("line {number}\n\n"), 501)
            ),
            "too-many",
            "line 500\n",
        ),
        (
            format!("body = '''\ntext\n\n{}\n{}'''", columns("c"), "---|".repeat(21)),
            "too-many",
            "c1 |",
        ),
        (
            format!("bullets = [\n{}]", lines(&|number| format!("'item {number}',\n"), 251)),
            "too-many",
            "item 250'",
        ),
        (
            format!(
                "sections = [{{ title = 'T', text = 'a {long}' }}, {{ title = 'U', text = 'b {long}' }}]"
            ),
            "too-long",
            "b word",
        ),
        (format!("lead = 'a {long}{long}'\ntext = 'b'"), "too-long", "'a word"),
    ];
    for (typed, code, place) in rows {
        let text = format!("{head}{typed}");
        let found = checked(CONFIG, &text).diagnostics;
        let errors: Vec<_> = found.iter().filter(|found| found.code().name() == code).collect();
        let [error] = errors.as_slice() else { panic!("{place}: {found:?}") };
        let rest = text.get(error.span.start..).unwrap();
        assert!(rest.starts_with(place), "{place}: {}", rest.chars().take(40).collect::<String>());
    }
}

#[test]
fn marked_text_of_a_text_message_names_the_rich_format() {
    assert_problems(&[
        ("channels = ['news']\nbody = 'a ==b c== d'", &[("stray-markup", "==b c==")]),
        ("channels = ['news']\nbody = 'if a == b or c==d and e==f'", &[]),
        ("channels = ['news']\nbody = '`==a==` \\==b== ===c==='", &[]),
        ("channels = ['news']\ntext = 'a ==b=='", &[]),
    ]);
    let body = "channels = ['news']\nbody = '''\n- one ==two==\n'''";
    assert_eq!(problems(body), [("stray-markup", "==two==".to_owned())]);
    let rich = format!("{body}\nformat = 'rich'");
    assert_eq!(problems(&rich), [("rich-clients", "'rich'".to_owned())]);
}
