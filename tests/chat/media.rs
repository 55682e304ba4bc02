//! Media in the chat: the preview is the exact message.

use serde_json::{Value, json};

use super::talk::Talk;

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
