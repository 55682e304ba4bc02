//! `repeat`, `repeat_until` and `{{date}}`: each row is a post with exactly the codes it gets.

use crate::world::World;

const CONFIG: &str = "channels.news = { chat = \"@example_news\", language = \"en\" }\n\
                      channels.berlin = { chat = \"@example_berlin\", language = \"en\", timezone = \"Europe/Berlin\" }";

#[test]
fn keys_of_a_post_that_repeats() {
    let rows: &[(&str, &[&str])] = &[
        ("repeat = [\"mon 09:00\", \"sat,sun 12:00\"]\nheading = \"{{date}}\"", &[]),
        ("repeat = [\"12:00\"]\nrepeat_until = 2040-01-01\nheading = \"A\"", &[]),
        ("repeat = [\"12:00\"]\nrepeat_until = 2030-05-04T09:00:00Z\nheading = \"A\"", &[]),
        ("repeat = []\nheading = \"A\"", &["repeat"]),
        ("repeat = \"mon 09:00\"\nheading = \"A\"", &["wrong-type"]),
        ("repeat = [\"moon 09:00\", \"mon 25:00\"]\nheading = \"A\"", &["repeat", "repeat"]),
        ("repeat_until = 2040-01-01\nheading = \"A\"", &["repeat"]),
        ("repeat = [\"12:00\"]\nrepeat_until = 2020-01-01\nheading = \"A\"", &["repeat-over"]),
        ("repeat = [\"12:00\"]\nrepeat_until = 12:00:00\nheading = \"A\"", &["bad-time"]),
        ("repeat = [\"12:00\"]\npublish_at = 2030-05-04T09:00:00Z\nheading = \"A\"", &["repeat"]),
        (
            "repeat = [\"12:00\"]\ndelete_at = 2030-05-04T09:00:00Z\nheading = \"A\"",
            &["end-time", "repeat"],
        ),
        ("heading = \"{{date}}\"", &["date-placeholder"]),
        ("body = \"On {{date}}\"", &["date-placeholder"]),
        (
            "repeat = [\"12:00\"]\nheading = \"A\"\nhashtag_suffix = \"{{date}}\"",
            &["date-placeholder"],
        ),
        ("repeat = [\"12:00\"]\nheading = \"`{{date}}`\"", &[]),
        (
            "repeat = [\"12:00\"]\nheading = \"[{{date}}](https://example.org/{{date}})\"",
            &["date-placeholder", "date-placeholder"],
        ),
        (
            "repeat = [\"12:00\"]\n[poll]\nquestion = \"{{date}}?\"\noptions = [\"a\", \"b\"]",
            &["date-placeholder"],
        ),
    ];
    for (post, expected) in rows {
        let post = format!("channels = [\"news\"]\n{post}");
        let world = World::new().config(CONFIG).post("a", &post);
        let codes = world.run("check --format json").never_panicked().codes();
        let got: Vec<_> = codes.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(got, *expected, "{post}");
    }
}

#[test]
fn channels_of_a_post_that_repeats_are_in_one_zone() {
    let world = World::new().config(CONFIG).post("a", "repeat = [\"12:00\"]\nheading = \"A\"");
    assert_eq!(world.run("check --format json").exits(1).codes()[0].1, "time-zones");
}
