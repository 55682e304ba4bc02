//! `delete_at` and `unpin_at`: each row is a post with exactly the codes it gets.

use crate::world::World;

const CONFIG: &str = "channels.news = { chat = \"@example_news\", language = \"en\" }";

#[test]
fn times_of_the_end_fit_the_other_times() {
    let sent = "publish_at = 2030-05-04T09:00:00Z\n";
    let rows: Vec<(String, &[&str])> = vec![
        (format!("{sent}delete_at = 2030-05-04T09:00:01Z"), &[]),
        (format!("{sent}delete_at = 2030-05-04T09:00:00Z"), &["end-time"]),
        (format!("{sent}delete_at = 2030-05-06T07:59:59Z"), &[]),
        (format!("{sent}delete_at = 2030-05-06T08:00:00Z"), &["end-time"]),
        (format!("{sent}pin = true\nunpin_at = 2031-05-04T09:00:00Z"), &[]),
        (format!("{sent}pin = true\nunpin_at = 2030-05-04T09:00:00Z"), &["end-time"]),
        (
            format!(
                "{sent}pin = true\nunpin_at = 2030-05-05T09:00:00Z\ndelete_at = 2030-05-05T09:00:00Z"
            ),
            &["end-time"],
        ),
        (format!("{sent}unpin_at = 2030-05-05T09:00:00Z"), &["unpin-without-pin"]),
        ("delete_at = 2019-05-04T09:00:00Z".to_owned(), &["time-past"]),
        ("delete_at = 2030-05-04T09:00:00Z".to_owned(), &[]),
        ("delete_at = 2030-05-04".to_owned(), &["bad-time"]),
    ];
    for (keys, expected) in rows {
        let world = World::new().config(CONFIG).post("a", &format!("{keys}\nheading = \"A\""));
        let codes = world.run("check --format json").never_panicked().codes();
        let got: Vec<_> = codes.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(got, expected, "{keys}");
    }
}

#[test]
fn editions_share_the_times_and_may_have_their_own() {
    let config = "channels.en = { chat = \"@example_en\", language = \"en\" }\n\
                  channels.ru = { chat = \"@example_ru\", language = \"ru\" }";
    let post = |top: &str, en: &str| {
        format!("{top}\n[editions.en]\n{en}\nheading = \"A\"\n[editions.ru]\nheading = \"Б\"")
    };
    for (top, en, expected) in [
        // The Russian edition is not pinned, and has no use for the key.
        ("unpin_at = 2030-05-05T09:00:00Z", "pin = true", vec![]),
        ("unpin_at = 2030-05-05T09:00:00Z", "pin = false", vec!["unpin-without-pin"]),
        ("delete_at = 2030-05-05T09:00:00Z", "publish_at = 2030-05-05T10:00:00Z", vec!["end-time"]),
    ] {
        let world = World::new().config(config).post("a", &post(top, en));
        let codes = world.run("check --format json").never_panicked().codes();
        let got: Vec<_> = codes.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(got, expected, "{top} {en}");
    }
}
