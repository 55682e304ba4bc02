//! `telepress list`: every post with its title and its state, also without a journal.

use serde_json::{Value, json};

use crate::world::{Server, World};

const FUTURE: &str = "publish_at = 2030-01-01T09:00:00Z\nheading = \"Later\"";

/// Post, channel, title and state of each row.
fn rows(world: &World) -> Vec<[Value; 4]> {
    let listed = world.run("list --format json").exits(0).json();
    let row = |row: &Value| ["post", "channel", "title", "state"].map(|name| row[name].clone());
    listed.as_array().unwrap().iter().map(row).collect()
}

#[test]
fn list_works_without_a_journal() {
    let world = World::new()
        .post("later", FUTURE)
        .post("now", "marker = \"👋\"\nheading = \"Hello\"")
        .post("draft", "draft = true\ntext = \"One\\n\\nTwo\"")
        .post("poll", "[poll]\nquestion = \"Which?\"\noptions = [\"A\", \"B\"]")
        .file("posts/text.md", "+++\n+++\n- an *item*\n")
        .file("posts/notes.md", "No post")
        .post("broken", "hedding = 1");
    assert_eq!(
        rows(&world),
        [
            [json!("broken"), Value::Null, json!(""), json!("broken")],
            [json!("draft"), json!("news"), json!("One"), json!("draft")],
            [json!("later"), json!("news"), json!("Later"), json!("planned")],
            [json!("now"), json!("news"), json!("👋 Hello"), json!("unpublished")],
            [json!("poll"), json!("news"), json!("Which?"), json!("unpublished")],
            [json!("text"), json!("news"), json!("• an item"), json!("unpublished")],
        ]
    );
    let listed = world.run("list").exits(0);
    listed
        .shows("planned      later   news     Tue 2030-01-01 09:00 UTC  Later\n")
        .shows("unpublished  now     news                               👋 Hello\n")
        .shows("posts/broken.toml:1:1: `hedding` is not a known key");
}

#[test]
fn posts_of_the_journal_have_their_state_and_their_links() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"First\"").post("b", FUTURE);
    world.run("publish a").exits(0);
    world.run("apply b --yes").exits(0);
    // The file is gone, and the message is still in the channel.
    world.run("publish a").exits(0);
    let world = world.without("posts/a.toml").post("c", FUTURE);
    let expected = [
        [json!("a"), json!("news"), json!("First"), json!("published")],
        [json!("b"), json!("news"), json!("Later"), json!("scheduled")],
        [json!("c"), json!("news"), json!("Later"), json!("planned")],
    ];
    assert_eq!(rows(&world), expected);
    let listed = world.run("list --format json").exits(0).json();
    assert_eq!(listed[0]["link"], "https://t.me/example_news/1");
    assert_eq!(listed[0]["parts"][0]["message_ids"], json!([1]));
    assert_eq!(listed[2]["due_at"], "2030-01-01T09:00:00Z");
    let names = |row: &Value| row.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let status = world.run("status a --format json").exits(0).json();
    let mut expected = names(&status[0]);
    expected.insert(2, "title".to_owned());
    assert_eq!(names(&listed[0]), expected);
    world.run("list --channel other").exits(2).says("there is no channel `other`");
}

#[test]
fn post_that_is_older_than_the_journal_is_not_planned() {
    let world = World::new().post("a", FUTURE).with_journal();
    assert_eq!(rows(&world)[0][3], "unpublished");
    world.run("list").exits(0).shows("older than the journal");
}

#[test]
fn post_whose_time_has_passed_is_not_planned() {
    let world = World::new().post("a", "publish_at = 2020-01-01T09:00:00Z\nheading = \"Old\"");
    assert_eq!(rows(&world)[0][3], "unpublished");
    world.run("list").exits(0).shows("its time has passed: only `publish` sends it");
}

#[test]
fn published_post_whose_file_has_errors_is_listed_with_both() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"First\"");
    world.run("publish a").exits(0);
    let world = world.post("a", "hedding = 1");
    let states: Vec<_> =
        rows(&world).into_iter().map(|[_, _, title, state]| [title, state]).collect();
    assert_eq!(states, [[json!(""), json!("broken")], [json!("First"), json!("published")]]);
}

#[test]
fn newsroom_without_posts_gets_a_hint() {
    World::new().run("list").exits(0).prints("").says("`telepress new first-post`");
}
