//! The inbox: what operators send to the bot becomes drafts, and nothing else does.

#![expect(clippy::disallowed_methods, reason = "the tests look into the inbox")]

use std::path::Path;

use serde_json::{Value, json};

use super::talk::Talk;
use crate::world::{Service, World, until};

const ANNA: i64 = 111;
const BORIS: i64 = 222;
const DAN: i64 = 444;

/// A file with the header of a JPEG of 640 × 360 pixels.
pub(super) const JPEG: &[u8] = b"\xFF\xD8\xFF\xC0\0\x0B\x08\x01\x68\x02\x80\x01\x01\x11\0\xFF\xD9";

pub(super) fn talk() -> Talk {
    Talk::new("bot.inbox = \"inbox\"").serve()
}

/// The post files and media in the inbox, by their paths below it, with dates replaced.
pub(super) fn files(talk: &Talk) -> Vec<String> {
    fn walk(folder: &Path, below: &str, found: &mut Vec<String>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            let path = format!("{below}{name}");
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{path}/"), found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&talk.world.path("posts/inbox"), "", &mut found);
    found.sort();
    found.iter().map(|path| path.chars().skip("2026-11-30-".len()).collect()).collect()
}

/// The text of the only post file whose path contains these words.
pub(super) fn file(talk: &Talk, words: &str) -> String {
    let found = find(&talk.world.path("posts/inbox"), words);
    std::fs::read_to_string(found.unwrap_or_else(|| panic!("no file {words}"))).unwrap()
}

pub(super) fn find(folder: &Path, words: &str) -> Option<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?.map(|entry| entry.unwrap().path());
    entries.into_iter().find_map(|path| {
        let is_named = path.to_str().unwrap().contains(words);
        if path.is_dir() {
            return find(&path, words);
        }
        (is_named && path.extension()? == "toml").then_some(path)
    })
}

pub(super) fn write(talk: &Talk, person: i64, message: &Value) {
    talk.sandbox.post(&format!("/sandbox/people/{person}/messages"), message);
}

/// What the file says below its first line.
pub(super) fn below_source(text: &str) -> &str {
    let (first, rest) = text.split_once('\n').unwrap();
    assert!(first.starts_with("# Received in Telegram: operator "), "{first}");
    rest
}

#[test]
fn text_becomes_a_draft_that_is_published_from_its_preview() {
    let mut talk = talk();
    let said = talk.say(BORIS, "Version 1.2 is out\n\n* and *that* is [all]");
    assert!(said.contains("Saved as the draft") && said.contains("[4]"), "{said}");
    assert_eq!(files(&talk), ["version-1-2-is-out-and-that-is-all.toml"]);
    let text = file(&talk, "version");
    assert!(below_source(&text).starts_with("draft = true\nbody = "), "{text}");
    talk.press_until(BORIS, 1, "is published");
    assert_eq!(talk.sandbox.posts(), ["Version 1.2 is out"]);
    let posts = talk.sandbox.get("/sandbox/channels/example_news/posts");
    assert_eq!(posts[0]["text"], "Version 1.2 is out\n\n* and *that* is [all]");
    assert!(!file(&talk, "version").contains("draft"));
}

#[test]
fn formatting_is_kept_exactly_or_refused_by_name() {
    let mut talk = talk();
    let entities = json!([
        { "type": "bold", "offset": 0, "length": 3 },
        { "type": "text_link", "offset": 4, "length": 4, "url": "https://example.org/a_b" },
        { "type": "spoiler", "offset": 9, "length": 3 },
    ]);
    write(&talk, BORIS, &json!({ "text": "Old link end", "entities": entities }));
    talk.receives(BORIS, "It is a draft");
    let preview =
        talk.chat(BORIS).into_iter().rev().find(|message| message["text"] == "Old link end");
    assert_eq!(preview.unwrap()["entities"], entities);
    for (entity, words) in [
        (json!({ "type": "text_mention", "offset": 0, "length": 3, "user": { "id": 5 } }), "@name"),
        (
            json!({ "type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "5" }),
            "custom emoji",
        ),
        (json!({ "type": "glow", "offset": 0, "length": 3 }), "cannot keep exactly"),
    ] {
        write(&talk, BORIS, &json!({ "text": "👍 x no", "entities": [entity] }));
        talk.receives(BORIS, words);
    }
    write(&talk, BORIS, &json!({ "text": "x", "sticker": { "file_id": "a" } }));
    talk.receives(BORIS, "a sticker");
    assert_eq!(files(&talk), ["old-link-end.toml"]);
}

#[test]
fn photo_and_file_become_drafts_with_their_media_beside_them() {
    let mut talk = talk();
    let photo = json!([{ "type": "photo", "media": "attach://a", "caption": "A cat", "has_spoiler": true }]);
    talk.send_media(BORIS, &photo, &[("a", "IMG 1.JPG", JPEG)], &[]);
    talk.receives(BORIS, "It is a draft");
    let file_item = json!([{ "type": "document", "media": "attach://a" }]);
    talk.send_media(BORIS, &file_item, &[("a", "post.toml", b"heading = \"x\"")], &[]);
    talk.assert_read(BORIS, "It is a draft", 2);
    let found = files(&talk);
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.contains(&"a-cat/photo.jpg".to_owned()), "{found:?}");
    assert!(found.contains(&"a-cat/post.toml".to_owned()), "{found:?}");
    let text = file(&talk, "a-cat");
    let expected =
        "draft = true\nbody = \"A cat\"\n\n[[media]]\nphoto = \"photo.jpg\"\nspoiler = true\n";
    assert_eq!(below_source(&text), expected);
    // A file that is named like a post is none.
    assert!(found.iter().any(|name| name.ends_with("/post.data")), "{found:?}");
    talk.world.run("check").exits(0);
}

#[test]
fn album_is_one_draft_also_if_its_items_arrive_apart() {
    let mut talk = talk();
    let item = |name: &str, caption: &str| json!([{ "type": "photo", "media": format!("attach://{name}"), "caption": caption }]);
    for (name, caption) in [("a", "Two cats"), ("b", "")] {
        talk.send_media(ANNA, &item(name, caption), &[(name, "x.jpg", JPEG)], &[("group", "77")]);
    }
    talk.receives(ANNA, "It is a draft");
    let album = ["two-cats/photo-2.jpg", "two-cats/photo.jpg", "two-cats/post.toml"];
    assert_eq!(files(&talk), album);
    // The rest of the album comes too late, in this process and in the next one.
    talk.send_media(ANNA, &item("c", ""), &[("c", "x.jpg", JPEG)], &[("group", "77")]);
    talk.receives(ANNA, "belong to an album that is already the draft");
    talk.restart();
    talk.send_media(ANNA, &item("c", ""), &[("c", "x.jpg", JPEG)], &[("group", "77")]);
    talk.assert_read(ANNA, "belong to an album that is already the draft", 2);
    assert_eq!(files(&talk), album);
}

#[test]
fn album_of_too_many_items_or_with_several_captions_is_refused() {
    let mut talk = talk();
    let parts: Vec<String> = (0..12).map(|number| format!("p{number}")).collect();
    let list: Vec<Value> = { parts.iter() }
        .map(|part| json!({ "type": "photo", "media": format!("attach://{part}") }))
        .collect();
    let bytes: Vec<_> = parts.iter().map(|part| (part.as_str(), "x.jpg", JPEG)).collect();
    talk.send_media(ANNA, &json!(list), &bytes, &[]);
    talk.receives(ANNA, "at most 10 files");
    let two = json!([
        { "type": "photo", "media": "attach://p0", "caption": "One" },
        { "type": "photo", "media": "attach://p1", "caption": "Two" },
    ]);
    talk.send_media(ANNA, &two, &bytes[..2], &[]);
    talk.receives(ANNA, "several files of the album have a caption");
    assert!(files(&talk).is_empty());
}

#[test]
fn message_that_arrives_again_after_a_crash_makes_one_draft() {
    let mut talk = talk();
    write(&talk, ANNA, &json!({ "text": "Once" }));
    talk.receives(ANNA, "It is a draft");
    let sent = talk.chat(ANNA).into_iter().find(|message| message["text"] == "Once").unwrap();
    talk.service.take().unwrap().signal("KILL");
    let mut again = sent.clone();
    again.as_object_mut().unwrap().retain(|key, _| key != "change");
    again["from"] = json!({ "id": ANNA, "is_bot": false, "first_name": "Anna" });
    again["chat"] = json!({ "id": ANNA, "first_name": "Anna", "type": "private" });
    talk.sandbox.post("/sandbox/updates", &json!({ "message": again }));
    talk.service = Some(Service::start(&talk.world));
    talk.receives(ANNA, "is already the draft");
    assert_eq!(files(&talk), ["once.toml"]);
}

#[test]
fn message_that_a_process_did_not_answer_comes_again_in_the_next() {
    for signal in ["TERM", "KILL"] {
        let mut talk = talk();
        for number in 1..=6 {
            write(&talk, ANNA, &json!({ "text": format!("Note {number}") }));
        }
        let photo = json!([{ "type": "photo", "media": "attach://a", "caption": "An album" }]);
        talk.send_media(ANNA, &photo, &[("a", "x.jpg", JPEG)], &[("group", "77")]);
        // At least one of them is being saved.
        talk.receives(ANNA, "It is a draft");
        let service = talk.service.take().unwrap();
        service.signal(signal);
        service.ends();
        talk.service = Some(Service::start(&talk.world));
        let mut expected = vec!["an-album/photo.jpg".to_owned(), "an-album/post.toml".to_owned()];
        expected.extend((1..=6).map(|number| format!("note-{number}.toml")));
        until(|| (files(&talk) == expected).then_some(()))
            .unwrap_or_else(|| panic!("{signal}: {:?}", files(&talk)));
        // Each of them has an answer, and those that were answered before the end perhaps another one.
        let answers =
            || talk.count(ANNA, "It is a draft") + talk.count(ANNA, "is already the draft");
        until(|| (answers() >= 7).then_some(()))
            .unwrap_or_else(|| panic!("{signal}: {}", answers()));
    }
}

#[test]
fn forwarded_command_is_a_text_and_never_a_command() {
    let mut talk = talk();
    talk.save("a", "heading = \"A\"");
    let origin = json!({ "type": "channel", "chat": { "id": -1 }, "date": 1, "message_id": 5 });
    write(&talk, ANNA, &json!({ "text": "/pause", "forward_origin": origin }));
    talk.receives(ANNA, "It is a draft");
    assert_eq!(talk.count(ANNA, "paused"), 0);
    assert_eq!(files(&talk), ["pause.toml"]);
    talk.say(ANNA, "/no such command");
    assert_eq!(files(&talk), ["pause.toml"], "a mistyped command became a draft");
}

#[test]
fn forwarded_post_keeps_its_buttons_and_a_message_through_a_bot_is_kept() {
    let mut talk = talk();
    let origin = json!({ "type": "channel", "chat": { "id": -1 }, "date": 1, "message_id": 5 });
    let buttons = json!({ "inline_keyboard": [
        [{ "text": "Open", "url": "https://example.org/" }, { "text": "Copy", "copy_text": { "text": "A1" } }],
        [{ "text": "Vote", "callback_data": "x" }],
    ]});
    write(
        &talk,
        BORIS,
        &json!({ "text": "Forwarded", "forward_origin": origin, "reply_markup": buttons }),
    );
    talk.receives(BORIS, "Some of its buttons were left out");
    talk.receives(BORIS, "It is a draft");
    let expected = "draft = true\nbody = \"Forwarded\"\n\n[[buttons]]\ntext = \"Open\"\nurl = \"https://example.org/\"\nrow = 1\n\n[[buttons]]\ntext = \"Copy\"\ncopy = \"A1\"\nrow = 1\n";
    assert_eq!(below_source(&file(&talk, "forwarded")), expected);
    talk.press_labelled_until(BORIS, "Publish", "is published");
    // A picture that was found with an inline bot, and a command that another bot sent.
    let bot = json!({ "id": 5, "is_bot": true, "first_name": "gif" });
    for text in ["Through a bot", "/pause"] {
        write(&talk, ANNA, &json!({ "text": text, "via_bot": bot }));
    }
    talk.assert_read(ANNA, "It is a draft", 2);
    assert_eq!(talk.count(ANNA, "paused"), 0);
    assert_eq!(files(&talk), ["forwarded.toml", "pause.toml", "through-a-bot.toml"]);
}

#[test]
fn without_an_inbox_nothing_is_written() {
    let mut talk = Talk::new("").serve();
    let said = talk.say(ANNA, "A text");
    assert!(said.contains("I don’t know that command"), "{said}");
    let origin = json!({ "type": "hidden_user", "date": 1, "sender_user_name": "x" });
    write(&talk, ANNA, &json!({ "text": "A text", "forward_origin": origin }));
    let photo = json!([{ "type": "photo", "media": "attach://a" }]);
    talk.send_media(ANNA, &photo, &[("a", "x.jpg", JPEG)], &[]);
    talk.wait_until_quiet(ANNA);
    assert_eq!(talk.sandbox.requests("getFile"), 0);
    assert_eq!(std::fs::read_dir(talk.world.path("posts")).unwrap().count(), 0);
}

#[test]
fn strangers_and_removed_operators_leave_nothing() {
    let mut talk = talk();
    talk.sandbox.post("/sandbox/people", &json!({ "id": 999, "first_name": "Eve" }));
    write(&talk, 999, &json!({ "text": "Evil" }));
    let photo = json!([{ "type": "photo", "media": "attach://a", "caption": "Evil" }]);
    talk.send_media(999, &photo, &[("a", "x.jpg", JPEG)], &[]);
    talk.say(ANNA, "/status");
    let config = talk.world.read("config/telepress.toml");
    talk.save_config(&config.replace("{ id = 222, role = \"publisher\" }, ", ""));
    talk.service.as_ref().unwrap().says("operator 222 was removed");
    write(&talk, BORIS, &json!({ "text": "Late" }));
    talk.say(ANNA, "/status");
    assert!(files(&talk).is_empty());
    assert_eq!(talk.sandbox.requests("getFile"), 0);
}

#[test]
fn flood_is_bounded_and_said_once() {
    let mut talk = talk();
    for number in 0..50 {
        write(&talk, ANNA, &json!({ "text": format!("Flood {number}") }));
    }
    write(&talk, BORIS, &json!({ "text": "Calm" }));
    talk.assert_read(ANNA, "too much at once", 1);
    talk.assert_read(BORIS, "It is a draft", 1);
    until(|| (talk.count(ANNA, "It is a draft") == 20).then_some(())).unwrap();
    assert_eq!(files(&talk).len(), 21);
    // What is refused does not count.
    for all in [15, 30] {
        for _ in 0..15 {
            write(&talk, DAN, &json!({ "text": "x", "sticker": { "file_id": "a" } }));
        }
        talk.assert_read(DAN, "a sticker", all);
    }
    write(&talk, DAN, &json!({ "text": "Not refused" }));
    talk.receives(DAN, "It is a draft");
}

#[test]
fn two_operators_at_once_get_a_draft_each() {
    let mut talk = talk();
    for person in [ANNA, BORIS, DAN] {
        write(&talk, person, &json!({ "text": "Same words" }));
    }
    for person in [ANNA, BORIS, DAN] {
        talk.receives(person, "It is a draft");
    }
    assert_eq!(files(&talk), ["same-words-2.toml", "same-words-3.toml", "same-words.toml"]);
}

#[cfg(unix)]
#[test]
fn inbox_that_is_a_link_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    let mut talk = Talk::new("bot.inbox = \"inbox\"");
    std::os::unix::fs::symlink(outside.path(), talk.world.path("posts/inbox")).unwrap();
    talk = talk.serve();
    write(&talk, ANNA, &json!({ "text": "Out" }));
    talk.receives(ANNA, "Nothing was saved");
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
    talk.world.run("doctor").shows("drafts cannot be written");
}

#[test]
fn file_above_the_limit_is_refused_before_anything_is_written() {
    let mut talk = talk();
    let video = json!({ "file_id": "video-0-1", "file_size": 31_000_000, "width": 1, "height": 1, "duration": 1 });
    write(&talk, ANNA, &json!({ "text": "x", "video": video }));
    talk.receives(ANNA, "31 MB");
    assert_eq!(talk.sandbox.requests("getFile"), 0);
    // A size that is a lie, and one that is missing.
    for size in [json!(5), Value::Null] {
        let video = json!({ "file_id": "no such file", "file_size": size });
        write(&talk, ANNA, &json!({ "text": "x", "video": video }));
    }
    talk.assert_read(ANNA, "Nothing was saved: ", 2);
    assert!(!talk.world.path("posts/inbox").join("x").exists() && files(&talk).is_empty());
    assert!(!talk.service.as_ref().unwrap().all().contains(crate::world::SECRET));
}

#[test]
fn answer_to_a_question_is_never_a_draft() {
    let mut talk = Talk::new("bot.inbox = \"inbox\"").post("a", "heading = \"A\"").serve();
    talk.say_start(ANNA);
    talk.say(BORIS, "/publish a");
    talk.sandbox.arm(&json!({ "fault": "read_close", "method": "sendMessage", "lands": "before" }));
    talk.press_until(BORIS, 1, "Telegram did not confirm");
    talk.receives(ANNA, "Telegram did not confirm");
    talk.press(ANNA, 1);
    talk.say(ANNA, "https://t.me/example_news/1");
    talk.receives(BORIS, "Anna’s decision");
    assert!(files(&talk).is_empty());
    talk.say(ANNA, "Now it is a draft");
    assert_eq!(files(&talk), ["now-it-is-a-draft.toml"]);
}

#[test]
fn doctor_tests_the_inbox() {
    let config = |inbox: &str| {
        let channel = "channels.news = { chat = \"@example_news\", language = \"en\" }";
        World::new().config(&format!("bot.inbox = \"{inbox}\"\n{channel}"))
    };
    config("a/b").with_journal().run("doctor").shows("drafts are written to");
    config("../x").run("check").shows("this is not a folder for drafts");
}
