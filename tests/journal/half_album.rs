//! Albums of which Telegram posted only some messages: the question names them, and no answer doubles them.

use serde_json::json;

use crate::world::{Server, World};

const FIRST: &str = "heading = 'First'";
const ALBUM: &str =
    "heading = 'A'\nmedia = [{ photo = '1.jpg' }, { photo = '2.jpg' }, { photo = '3.jpg' }]";

/// A file with the header of a JPEG of this width.
fn jpeg(width: u8) -> Vec<u8> {
    vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 0x0B, 8, 1, 0x68, 2, width, 1, 1, 0x11, 0, 0xFF, 0xD9]
}

/// `a` is an album of three photos; `first` is message 1 of the channel.
fn newsroom(world: World) -> World {
    let world = (1..=3).fold(world, |world, n| world.file(&format!("posts/{n}.jpg"), jpeg(n)));
    let world = world.post("first", FIRST).post("a", ALBUM);
    world.run("publish first").exits(0);
    world
}

fn lose_second(sandbox: &Server) {
    sandbox.arm(&json!({ "fault": "lose_album_item", "item": 2, "method": "sendMediaGroup" }));
}

fn in_channel(sandbox: &Server) -> usize {
    sandbox.get("/sandbox/channels/example_news/posts").as_array().unwrap().len()
}

#[test]
fn question_names_the_found_files_and_a_repeat_needs_an_empty_channel() {
    let sandbox = Server::sandbox();
    let world = newsroom(sandbox.newsroom_with_staging("0ms"));
    lose_second(&sandbox);
    world.run("publish a").exits(4).says("Of 3 files, these are in the channel: 1 (2), 3 (4)");
    let status = world.run("status a --format json").json();
    let links = ["https://t.me/example_news/2", "https://t.me/example_news/4"];
    assert_eq!(
        (&status[0]["state"], &status[0]["candidates"]),
        (&json!("uncertain"), &json!(links))
    );
    world
        .run("resolve a --not-sent")
        .exits(1)
        .says("1 (2), 3 (4)")
        .says("leave these messages there as duplicates");
    let named = world.run("resolve a --sent 2 3").exits(1).says("3 messages").says("--not-sent");
    assert!(!named.to_string().contains("publish a --again"), "{named}");
    sandbox.admin_deletes(2);
    world
        .run("resolve a --not-sent")
        .exits(1)
        .says("3 (4)")
        .says("leave this message there as a duplicate");
    sandbox.admin_deletes(4);
    world.run("resolve a --not-sent").exits(0);
    world.run("publish a").exits(0);
    assert_eq!(in_channel(&sandbox), 4);
    assert!(sandbox.staged().is_empty());
}

#[test]
fn without_a_staging_chat_the_question_says_what_to_do_and_when() {
    let sandbox = Server::sandbox();
    let world = newsroom(sandbox.newsroom());
    let config = world.read("config/telepress.toml").replace("quiet = \"0ms\"", "quiet = \"1s\"");
    let world = world.config(&config);
    lose_second(&sandbox);
    world
        .run("publish a")
        .exits(4)
        .says("the album has 3 messages")
        .says("delete them first")
        .says("Telegram may still deliver it until");
    for n in [2, 4] {
        sandbox.admin_deletes(n);
    }
    let answer = crate::world::until(|| {
        let ran = world.run("resolve a --not-sent");
        (ran.code == Some(0)).then_some(ran)
    });
    assert!(answer.is_some());
    world.run("publish a").exits(0);
    assert_eq!(in_channel(&sandbox), 4);
}

#[test]
fn messages_of_an_album_are_named_in_their_order() {
    let sandbox = Server::sandbox();
    let world = newsroom(sandbox.newsroom());
    sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMediaGroup" }));
    world.run("publish a").exits(4);
    world.run("resolve a --sent 4 3 2").exits(2).says("in this order: 2 3 4");
    // Another journal does not know the messages.
    world.remove_journal();
    let world = world.env("HOME", "").with_journal();
    world.run("adopt a 4 3 2").exits(2).says("in this order: 2 3 4");
    world.run("adopt a 2 3").exits(1).says("adopted only whole");
    world.run("adopt a 2 3 4").exits(0);
}
