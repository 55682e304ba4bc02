//! Messages whose outcome is unknown: an answer in the chat is checked by the same rule as on the command line.

use serde_json::json;

use super::talk::Talk;
use crate::world::STAGING;

const ANNA: i64 = 111;

const ALBUM: &str = "heading = \"A\"\nmedia = [{ photo = \"1.jpg\" }, { photo = \"2.jpg\" }, { photo = \"3.jpg\" }]";

/// A file with the header of a JPEG of this width.
fn jpeg(width: u8) -> Vec<u8> {
    vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 0x0B, 8, 1, 0x68, 2, width, 1, 1, 0x11, 0, 0xFF, 0xD9]
}

/// A newsroom whose first post is message 1 of the channel, with these lines in `[recovery]`. Anna gets the alerts.
fn newsroom(recovery: &str, post: &str) -> Talk {
    let mut talk = Talk::new("").post("first", "heading = \"First\"").post("a", post);
    talk.sandbox.add_staging_chat();
    let config = talk.world.read("config/telepress.toml");
    let recovery = format!("recovery = {{ {recovery}quiet = \"0ms\" }}");
    talk.save_config(&config.replace("recovery.quiet = \"0ms\"", &recovery));
    talk.write_start(ANNA);
    talk.world.run("publish first").exits(0);
    talk
}

/// Of the album `a`, messages 2 and 4 are in the channel, and message 3 was lost.
fn half_album(recovery: &str) -> Talk {
    let mut talk = newsroom(recovery, ALBUM);
    for n in 1..=3 {
        talk.world = talk.world.file(&format!("posts/{n}.jpg"), jpeg(n));
    }
    let lost = json!({ "fault": "lose_album_item", "item": 2, "method": "sendMediaGroup" });
    talk.sandbox.arm(&lost);
    talk.world.run("publish a").exits(4);
    talk.serve()
}

/// The number of the button with this label.
fn button(card: &str, label: &str) -> usize {
    let line = card
        .lines()
        .find(|line| line.contains(&format!("] {label}")))
        .unwrap_or_else(|| panic!("{card}"));
    let number = line.trim_start().trim_start_matches('[').split(']').next();
    number.unwrap().parse().unwrap()
}

/// The alert about the lost message. Its second button is "It is not there".
fn alert(talk: &mut Talk) -> String {
    talk.receives(ANNA, "so it may or may not be in the channel")
}

fn in_channel(talk: &Talk) -> usize {
    talk.sandbox.get("/sandbox/channels/example_news/posts").as_array().unwrap().len()
}

#[test]
fn album_is_not_sent_again_beside_its_half() {
    let mut talk = half_album(&format!("staging_chat = {STAGING}, "));
    let said = alert(&mut talk);
    let found = "Part of the album is in the channel: file 1 of 3 (https://t.me/example_news/2), file 3 of 3 (https://t.me/example_news/4)";
    assert!(said.contains(found), "{said}");
    assert!(!said.contains("one of these messages"), "{said}");
    let said = talk.press(ANNA, 2);
    assert!(said.contains(found) && !said.contains("Recorded"), "{said}");
    talk.sandbox.admin_deletes(2);
    let said = talk.press(ANNA, button(&said, "❌ It is not there"));
    let left = "Part of the album is in the channel: file 3 of 3 (https://t.me/example_news/4). Delete it first";
    assert!(said.contains(left), "{said}");
    assert_eq!(in_channel(&talk), 2);
    talk.sandbox.admin_deletes(4);
    let said = talk.press(ANNA, button(&said, "❌ It is not there"));
    assert!(said.contains("Recorded for a: it is not in the channel"), "{said}");
    let service = talk.service.as_ref().unwrap();
    service.waits("the album", || (in_channel(&talk) == 4).then_some(()));
    assert!(talk.sandbox.staged().is_empty());
}

#[test]
fn card_says_what_to_do_about_half_an_album_without_a_staging_chat() {
    let mut talk = half_album("");
    let said = alert(&mut talk);
    let advice = "The album has 3 messages. If only some of them are in the channel, delete those first, then press “❌ It is not there”";
    assert!(said.contains(advice), "{said}");
    let said = talk.press(ANNA, 1);
    assert!(said.contains("links to all its 3 messages"), "{said}");
    let said = talk.say(ANNA, "2 4");
    assert!(said.contains("this needs 3 messages, and you named 2"), "{said}");
    for n in [2, 4] {
        talk.sandbox.admin_deletes(n);
    }
    let said = talk.press(ANNA, button(&said, "❌ It is not there"));
    assert!(said.contains("I did not check that, because there is no staging chat"), "{said}");
    let service = talk.service.as_ref().unwrap();
    service.waits("the album", || (in_channel(&talk) == 4).then_some(()));
}

#[test]
fn message_that_is_there_is_not_sent_again() {
    let recovery = format!("staging_chat = {STAGING}, uncertain = \"hold\", ");
    let talk = newsroom(&recovery, "heading = \"A\"");
    talk.sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" }));
    talk.world.run("publish a").exits(4);
    let mut talk = talk.serve();
    alert(&mut talk);
    let said = talk.press(ANNA, 2);
    let found = "I looked again, and it is in the channel: https://t.me/example_news/2";
    assert!(said.contains(found) && !said.contains("Recorded"), "{said}");
    assert_eq!(talk.sandbox.posts(), ["First", "A"]);
    // A number that was mistyped is refused.
    talk.press(ANNA, button(&said, "✅ It is there"));
    let said = talk.say(ANNA, "99");
    assert!(said.contains("message 99 is not there"), "{said}");
    let said = talk.press(ANNA, button(&said, "❌ It is not there"));
    let said = talk.press(ANNA, button(&said, "✅ It is message 2"));
    assert!(said.contains("Recorded for a: it is in the channel"), "{said}");
    assert_eq!(talk.sandbox.posts(), ["First", "A"]);
}
