//! Media in the chat: the preview is the exact message.

use serde_json::{Value, json};

use super::talk::Talk;
use crate::world::STAGING;

const BORIS: i64 = 222;

/// A file with the header of a JPEG of 640 × 360 pixels.
const JPEG: &[u8] = b"\xFF\xD8\xFF\xC0\0\x0B\x08\x01\x68\x02\x80\x01\x01\x11\0\xFF\xD9";

#[test]
fn preview_has_the_files_of_the_post_and_the_channel_gets_the_same() {
    let album = "heading = \"A\"\nmedia = [{ photo = \"a.jpg\" }, { photo = \"b.jpg\" }]";
    let mut talk = Talk::new("").post("a", album);
    let longer = [JPEG, b"more"].concat();
    talk.world = talk.world.file("posts/a.jpg", JPEG).file("posts/b.jpg", longer.clone());
    let mut talk = talk.serve();
    talk.say(BORIS, "/preview a");
    assert_eq!(talk.sandbox.requests("sendMediaGroup"), 1);
    talk.press_until(BORIS, 1, "is published");
    let files = |messages: &[Value]| -> Vec<_> {
        let media =
            messages.iter().map(|message| &message["media"]).filter(|media| media.is_object());
        media.map(|media| json!([media["type"], media["bytes"]])).collect()
    };
    let sent = [json!(["photo", JPEG.len()]), json!(["photo", longer.len()])];
    assert_eq!(files(&talk.chat(BORIS)), sent);
    let posts = talk.sandbox.get("/sandbox/channels/example_news/posts");
    assert_eq!(files(posts.as_array().unwrap()), sent);
    // The preview has uploaded the files.
    let uploads = |talk: &Talk| {
        let requests = talk.sandbox.get("/sandbox/requests");
        let with_files = |request: &&Value| request["files"].is_object();
        requests.as_array().unwrap().iter().filter(with_files).count()
    };
    assert_eq!((talk.sandbox.requests("sendMediaGroup"), uploads(&talk)), (2, 1));
    talk.sandbox.forget_file_ids();
    talk.say(BORIS, "/preview a");
    assert_eq!((talk.sandbox.requests("sendMediaGroup"), uploads(&talk)), (4, 2));
}

const DOCUMENT: &str = "heading = \"A\"\nmedia = [{ document = \"a.bin\" }]";

/// The next upload of a document stops in the middle, and is given up after three seconds.
fn stall_upload(talk: &Talk) {
    talk.sandbox.arm(&json!({ "fault": "stall_upload", "method": "sendDocument", "percent": 50 }));
}

#[test]
fn long_upload_of_a_preview_is_shown_while_it_lasts() {
    let mut talk = Talk::new("recovery.send_timeout = \"3s\"").post("a", DOCUMENT);
    talk.world = talk.world.file("posts/a.bin", vec![7; 4_000_000]);
    let mut talk = talk.serve();
    stall_upload(&talk);
    talk.sandbox.post("/sandbox/people/222/messages", &json!({ "text": "/preview a" }));
    talk.receives(BORIS, "📤 Uploading");
    talk.receives(BORIS, "I couldn’t show you");
    talk.assert_read(BORIS, "📤", 0);
    let said = talk.say(BORIS, "/preview a");
    assert!(said.contains("Publish this now?"), "{said}");
}

#[test]
fn replaced_file_is_named_and_its_upload_to_the_staging_chat_is_shown() {
    let mut talk = Talk::new("recovery.send_timeout = \"3s\"").post("a", DOCUMENT);
    talk.sandbox.add_staging_chat();
    let config = talk.world.read("config/telepress.toml");
    talk.save_config(&format!("recovery.staging_chat = {STAGING}\n{config}"));
    talk.world = talk.world.file("posts/a.bin", vec![7; 1_000]);
    talk.world.run("publish a").exits(0);
    talk.world.write("posts/a.bin", vec![8; 12_000_000]);
    talk.write_start(BORIS);
    let mut talk = talk.serve();
    talk.receives(BORIS, "no longer matches");
    let said = talk.say(BORIS, "/update a");
    assert!(said.contains("🖼 Replaced: file 1 kB → file 12 MB"), "{said}");
    stall_upload(&talk);
    talk.press_until(BORIS, 1, "of 12 MB");
    // What the staging chat does not take is uploaded with the message.
    talk.receives(BORIS, "was edited");
    talk.assert_read(BORIS, "📤", 0);
}
