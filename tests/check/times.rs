//! `publish_at`: valid times, and times that only some zones have. These tests use a fixed current time.

use std::collections::BTreeSet;

use telepress::config;
use telepress::diagnostic::Diagnostic;
use telepress::explain;
use telepress::ids::PostId;
use telepress::media::NoFiles;
use telepress::source::SourceFile;

use crate::world::World;

const CONFIG: &str = "
    channels.berlin = { chat = \"@example_berlin\", language = \"en\", timezone = \"Europe/Berlin\" }
    channels.utc = { chat = \"@example_utc\", language = \"en\" }
    channels.est = { chat = \"@example_est\", language = \"en\", timezone = \"EST5EDT\" }
";

fn found(channels: &str, time: &str) -> Vec<Diagnostic> {
    let (config, problems) = config::check(&SourceFile::new("telepress.toml", CONFIG));
    assert!(problems.is_empty(), "{problems:?}");
    let text = format!("heading = \"T\"\nchannels = {channels}\npublish_at = {time}\n");
    let file = SourceFile::new("posts/a.toml", text);
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    telepress::check::check(&file, PostId::parse("a").unwrap(), &config.unwrap(), now, &NoFiles)
        .diagnostics
}

/// A draft is not published at its time, so a time that has passed is not worth a note: an imported draft has the time of its
/// message.
#[test]
fn past_time_of_a_draft_is_not_reported() {
    let world =
        World::new().post("a", "heading = 'A'\npublish_at = 2019-05-04T09:00:00Z\ndraft = true");
    assert_eq!(world.run("check --format json").exits(0).codes(), []);
    let world = world.post("a", "heading = 'A'\npublish_at = 2019-05-04T09:00:00Z");
    let codes = world.run("check --format json").exits(0).codes();
    assert_eq!(codes, [("posts/a.toml".to_owned(), "time-past".to_owned())]);
}

#[test]
fn every_invalid_time_is_reported() {
    let (utc, berlin, est, both) =
        ("[\"utc\"]", "[\"berlin\"]", "[\"est\"]", "[\"utc\", \"berlin\"]");
    let rows: &[(&str, &str, &[&str])] = &[
        (utc, "2026-06-19T18:40:00+03:00", &[]),
        (utc, "2026-06-19T18:40:00Z", &[]),
        (utc, "2026-06-19 18:40:00", &[]),
        (berlin, "2026-06-19T18:40:00", &[]),
        (utc, "2025-12-31T23:59:59Z", &["time-past"]),
        (utc, "2026-06-19", &["bad-time"]),
        (utc, "18:40:00", &["bad-time"]),
        (utc, "2026-06-19T24:00:00Z", &["syntax"]),
        (utc, "2026-06-19T12:60:00Z", &["syntax"]),
        (utc, "2026-02-29T12:00:00Z", &["syntax"]),
        (utc, "2026-13-01T12:00:00Z", &["syntax"]),
        (utc, "2026-06-30T23:59:60Z", &["bad-time"]),
        (utc, "2026-06-19T18:40:00+25:00", &["syntax"]),
        (utc, "0001-01-01T00:00:00Z", &["time-past"]),
        (utc, "9999-12-31T23:59:59Z", &["bad-time"]),
        (utc, "2032-01-01T00:00:00Z", &["bad-time"]),
        (berlin, "2026-03-29T02:30:00", &["time-gap"]),
        (berlin, "2026-03-29T03:00:00", &[]),
        (berlin, "2026-10-25T02:30:00", &["time-fold"]),
        (berlin, "2026-10-25T02:30:00+01:00", &[]),
        (berlin, "2026-10-25T03:00:00", &[]),
        (est, "2026-03-08T02:30:00", &["time-gap"]),
        (both, "2026-06-19T18:40:00", &["time-zones"]),
        (both, "2026-06-19T18:40:00Z", &[]),
    ];
    for (channels, time, expected) in rows {
        let found = found(channels, time);
        let codes: BTreeSet<_> = found.iter().map(|diagnostic| diagnostic.code().name()).collect();
        assert_eq!(codes, expected.iter().copied().collect(), "{channels} {time}: {found:?}");
    }
}

#[test]
fn a_gap_and_a_fold_show_both_readings() {
    for (time, one, other) in [
        ("2026-03-29T02:30:00", "2026-03-29T02:30:00+01:00", "2026-03-29T02:30:00+02:00"),
        ("2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"),
    ] {
        let found = found("[\"berlin\"]", time);
        let hint = explain::diagnostic(&found[0], explain::Language::En).hint;
        assert!(hint.contains(one) && hint.contains(other), "{time}: {hint}");
    }
}

#[test]
fn two_posts_in_one_minute_are_reported_at_the_second() {
    let post = |time: &str| format!("heading = \"T\"\npublish_at = 2020-01-01T12:{time}Z");
    let world =
        World::new().post("a", &post("00:01")).post("b", &post("00:59")).post("c", &post("01:00"));
    let mut codes = world.run("check --format json").exits(0).codes();
    codes.retain(|(_, code)| code == "same-minute");
    assert_eq!(codes, [("posts/b.toml".to_owned(), "same-minute".to_owned())]);
    world.run("check b").exits(0).shows("`posts/a.toml` is published in `news` in the same minute");
}
