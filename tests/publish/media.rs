//! Media from a file beside the post into the channel: the bytes, the edits, and what happens to a file that changes.

use serde_json::{Value, json};

use crate::world::{Server, World};

/// A file with the header of a JPEG of this width, and some more bytes.
pub(super) fn jpeg(width: u16, bytes: usize) -> Vec<u8> {
    let [high, low] = width.to_be_bytes();
    let mut file = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 0x0B, 8, 1, 0x68, high, low, 1, 1, 0x11, 0];
    file.resize(bytes, 0x55);
    file
}

fn pdf(text: &str) -> String {
    format!("%PDF-1.7\n{text}")
}

/// The messages of the channel, with the fields that matter here.
pub(super) fn messages(sandbox: &Server) -> Vec<Value> {
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    let shown = |post: &Value| {
        json!([
            post["media"]["type"],
            post["media"]["bytes"],
            post["text"],
            post["media"]["file_name"]
        ])
    };
    posts.as_array().unwrap().iter().map(shown).collect()
}

fn newsroom(sandbox: &Server) -> World {
    sandbox
        .newsroom()
        .file("posts/a/cover.jpg", jpeg(640, 9_000))
        .file("posts/a/second.jpg", jpeg(320, 5_000))
        .file("posts/a/report.pdf", pdf("one"))
}

#[test]
fn photo_is_uploaded_with_its_caption_and_every_edit_is_the_smallest() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox)
        .file("posts/a/post.toml", "heading = 'A'\nmedia = [{ photo = 'cover.jpg' }]");
    world.run("publish a").exits(0).shows("published a in news");
    assert_eq!(messages(&sandbox), [json!(["photo", 9_000, "A", null])]);
    world.run("plan --exit-code").exits(0);

    let world = world.file("posts/a/post.toml", "heading = 'B'\nmedia = [{ photo = 'cover.jpg' }]");
    world.run("apply --yes").exits(0).shows("edited a in news");
    assert_eq!(messages(&sandbox), [json!(["photo", 9_000, "B", null])]);
    assert_eq!(
        (sandbox.requests("editMessageCaption"), sandbox.requests("editMessageMedia")),
        (1, 0)
    );

    let world =
        world.file("posts/a/post.toml", "heading = 'B'\nmedia = [{ photo = 'second.jpg' }]");
    world.run("plan").exits(0).shows("the media has changed");
    world.run("apply --yes").exits(0);
    assert_eq!(messages(&sandbox), [json!(["photo", 5_000, "B", null])]);

    let world = world.file("posts/a/post.toml", "heading = 'B'");
    world.run("plan").exits(0).shows("an edit cannot remove the media of a message");
    world.run("apply --yes").exits(4);
    assert_eq!(messages(&sandbox), [json!(["photo", 5_000, "B", null])]);
}

/// The file that names the picture stays as it is.
#[test]
fn replaced_bytes_are_an_edit() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox)
        .file("posts/a/post.toml", "heading = 'A'\nmedia = [{ photo = 'cover.jpg' }]");
    world.run("publish a").exits(0);
    let world = world.file("posts/a/cover.jpg", jpeg(100, 700));
    world.run("plan").exits(0).shows("the media has changed");
    world.run("apply --yes").exits(0);
    assert_eq!(messages(&sandbox), [json!(["photo", 700, "A", null])]);
    world.run("plan --exit-code").exits(0);
}

#[test]
fn text_becomes_a_photo_by_an_edit() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).file("posts/a/post.toml", "heading = 'A'");
    world.run("publish a").exits(0);
    let world = world.file("posts/a/post.toml", "heading = 'A'\nmedia = [{ photo = 'cover.jpg' }]");
    world.run("apply --yes").exits(0);
    assert_eq!(messages(&sandbox), [json!(["photo", 9_000, "A", null])]);
    assert_eq!(sandbox.requests("editMessageMedia"), 1);
}

#[test]
fn album_is_one_part_with_a_message_for_each_file() {
    let sandbox = Server::sandbox();
    let album = |first: &str, heading: &str| {
        format!(
            "heading = '{heading}'\nmedia = [{{ photo = '{first}' }}, {{ photo = 'second.jpg' }}]"
        )
    };
    let world = newsroom(&sandbox).file("posts/a/post.toml", album("cover.jpg", "A"));
    world.run("publish a").exits(0).prints("published a in news: https://t.me/example_news/1\n");
    let both = [json!(["photo", 9_000, "A", null]), json!(["photo", 5_000, "", null])];
    assert_eq!(messages(&sandbox), both);
    let status = world.run("status a --format json").exits(0).json();
    assert_eq!(status[0]["parts"][0]["message_ids"], json!([1, 2]));

    let world = world
        .file("posts/a/third.jpg", jpeg(100, 700))
        .file("posts/a/post.toml", album("third.jpg", "B"));
    world.run("apply --yes").exits(0);
    let edited = [json!(["photo", 700, "B", null]), json!(["photo", 5_000, "", null])];
    assert_eq!(messages(&sandbox), edited);
    world.run("plan --exit-code").exits(0);

    world.run("delete a --yes").exits(0);
    assert!(messages(&sandbox).is_empty());
}

#[test]
fn every_message_of_an_album_has_to_be_named() {
    const ALBUM: &str =
        "heading = 'A'\nmedia = [{ photo = 'cover.jpg' }, { photo = 'second.jpg' }]";
    // An answer that was lost, and nothing can look into the channel.
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).file("posts/a/post.toml", ALBUM);
    sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMediaGroup" }));
    world.run("publish a").exits(4).says("--sent LINK LINK");
    world.run("resolve a --sent 1").exits(1).says("2 messages");
    world.run("resolve a --sent 1 2").exits(0);
    world.run("delete a --yes").exits(0);
    assert!(messages(&sandbox).is_empty());

    // Messages that somebody posted by hand.
    let sandbox = Server::sandbox();
    newsroom(&sandbox).file("posts/a/post.toml", ALBUM).run("publish a").exits(0);
    let world = newsroom(&sandbox).file("posts/a/post.toml", ALBUM);
    world.run("adopt a 1").exits(1).says("2 messages");
    world.run("adopt a 1 2").exits(0);
    let world = world.file("posts/a/post.toml", ALBUM.replace("'A'", "'B'"));
    world.run("apply --yes").exits(0);
    assert_eq!(messages(&sandbox)[0], json!(["photo", 9_000, "B", null]));
    world.run("delete a --yes").exits(0);
    assert!(messages(&sandbox).is_empty());
}

#[test]
fn document_keeps_its_name_and_a_missing_file_is_not_sent() {
    let sandbox = Server::sandbox();
    let document =
        "publish_at = 2030-01-01T09:00:00Z\nheading = 'A'\nmedia = [{ document = 'report.pdf' }]";
    let world = newsroom(&sandbox).file("posts/a/post.toml", document);
    world.run("apply --yes").exits(0);
    let world = world.without("posts/a/report.pdf");
    world.run("publish a").exits(1).says("media-unread");
    assert!(messages(&sandbox).is_empty());
    let world = world.file("posts/a/report.pdf", pdf("one"));
    world.run("publish a").exits(0);
    assert_eq!(messages(&sandbox), [json!(["document", 12, "A", "report.pdf"])]);
}

/// The media folder is lost or damaged while the post waits, but the file beside the post still has the same content.
#[test]
#[expect(clippy::disallowed_methods, reason = "the test damages files")]
fn bytes_that_are_missing_or_damaged_are_taken_from_the_posts_file() {
    for (staging, damage) in
        [(false, "remove"), (false, "change"), (false, "cut"), (true, "remove"), (true, "change")]
    {
        let sandbox = Server::sandbox();
        let world = if staging { sandbox.newsroom_with_staging("0ms") } else { sandbox.newsroom() };
        let world = world
            .file("posts/a/cover.jpg", jpeg(640, 9_000))
            .file("posts/a/second.jpg", jpeg(320, 5_000))
            .file("posts/a/post.toml", "publish_at = 2030-01-01T09:00:00Z\nheading = 'A'\nmedia = [{ photo = 'cover.jpg' }, { photo = 'second.jpg' }]");
        world.run("apply --yes").exits(0);
        for entry in std::fs::read_dir(world.path("telepress.db.media")).unwrap() {
            let file = entry.unwrap().path();
            let bytes = std::fs::read(&file).unwrap();
            match damage {
                "remove" => std::fs::remove_file(&file).unwrap(),
                "change" => std::fs::write(&file, vec![b'x'; bytes.len()]).unwrap(),
                _ => std::fs::write(&file, &bytes[..100]).unwrap(),
            }
        }
        world.run("publish a").exits(0);
        let both = [json!(["photo", 9_000, "A", null]), json!(["photo", 5_000, "", null])];
        assert_eq!(messages(&sandbox), both, "{damage}, staging chat: {staging}");
        assert_eq!(sandbox.requests("sendMediaGroup"), 1);
    }
}

#[test]
fn lost_answer_to_an_upload_is_read_back_and_nothing_is_sent_twice() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom_with_staging("0ms")
        .post("first", "heading = 'First'")
        .file("posts/a/cover.jpg", jpeg(640, 9_000))
        .file("posts/a/post.toml", "heading = 'A'\nmedia = [{ photo = 'cover.jpg' }]");
    world.run("publish first").exits(0);
    sandbox.arm(&json!({ "fault": "read_close", "method": "sendPhoto", "lands": "before" }));
    world.run("publish a").exits(0);
    let shown = messages(&sandbox);
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert_eq!(sandbox.requests("sendPhoto"), 1);
}

#[test]
fn cut_upload_was_not_sent_and_is_repeated() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox)
        .file("posts/a/cover.jpg", jpeg(640, 900_000))
        .file("posts/a/post.toml", "heading = 'A'\nmedia = [{ photo = 'cover.jpg' }]");
    sandbox.arm(&json!({ "fault": "cut_upload", "method": "sendPhoto", "percent": 50 }));
    world.run("publish a").exits(0);
    assert_eq!(messages(&sandbox), [json!(["photo", 900_000, "A", null])]);
}

#[test]
fn missing_file_of_a_published_post_is_a_note_and_changes_nothing() {
    let sandbox = Server::sandbox();
    let post = "heading = 'A'\nmedia = [{ photo = 'cover.jpg' }]";
    let world = newsroom(&sandbox).file("posts/a/post.toml", post);
    world.run("publish a").exits(0);
    let world = world.without("posts/a/cover.jpg");
    world.run("check").exits(0).shows("note[media-gone]");
    world.run("plan --exit-code").exits(0).shows("1 post lacks a media file and stays as it is");
    for command in ["apply --yes", "apply --yes --prune"] {
        world.run(command).exits(0);
        assert_eq!(messages(&sandbox), [json!(["photo", 9_000, "A", null])], "{command}");
    }
    // A post that is still to be published needs its file.
    let world = world.file("posts/a/b.toml", post);
    world.run("check").exits(1).shows("error[media-unread]");
    world.run("plan").exits(1);
}

#[test]
fn other_channel_publishes_while_a_file_is_uploaded() {
    let sandbox = Server::sandbox();
    sandbox.add_channel(-1_001_000_000_055, "example_other");
    let world = sandbox.newsroom();
    let config = world.read("config/telepress.toml");
    let config =
        format!("{config}\nchannels.other = {{ chat = \"@example_other\", language = \"en\" }}");
    let world = world
        .config(&config)
        .file("posts/a/cover.jpg", jpeg(640, 9_000_000))
        .file(
            "posts/a/post.toml",
            "channels = ['news']\nheading = 'A'\nmedia = [{ photo = 'cover.jpg' }]",
        )
        .post("b", "channels = ['other']\nheading = 'B'");
    sandbox.arm(&json!({ "fault": "stall_upload", "method": "sendPhoto", "percent": 50 }));
    let mut applying = world.start("apply --yes", std::process::Stdio::null());
    crate::world::until(|| {
        let posts = sandbox.get("/sandbox/channels/example_other/posts");
        (!posts.as_array().unwrap().is_empty()).then_some(())
    });
    assert!(applying.try_wait().unwrap().is_none(), "the file is still being uploaded");
    assert!(messages(&sandbox).is_empty());
    applying.kill().unwrap();
    applying.wait().unwrap();
}

#[test]
fn backup_names_the_posts_whose_files_are_missing() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).file(
        "posts/a/post.toml",
        "publish_at = 2030-01-01T09:00:00Z\nheading = 'A'\nmedia = [{ photo = 'cover.jpg' }]",
    );
    world.run("apply --yes").exits(0);
    let backup = world.run("backup first.db").exits(0).shows("copied 1 media file to");
    assert!(!backup.stderr.contains("missing"), "{}", backup.stderr);
    std::fs::remove_dir_all(world.path("telepress.db.media")).unwrap();
    world.run("backup second.db").exits(0).says("files of posts").says("`a`");
}

/// A newsroom whose server is a local one.
fn local_newsroom(sandbox: &Server) -> World {
    let world = newsroom(sandbox);
    let config = world.read("config/telepress.toml");
    world.config(&format!("bot.local_files = true\n{config}"))
}

#[test]
fn local_server_gets_the_paths_of_files_and_their_names() {
    let sandbox = Server::local_sandbox();
    let world = local_newsroom(&sandbox)
        .file(
            "posts/a/post.toml",
            "heading = 'A'\nmedia = [{ document = 'report.pdf', name = 'The 1 %.pdf' }]",
        )
        .file(
            "posts/b/post.toml",
            "heading = 'B'\nmedia = [{ photo = '../a/cover.jpg' }, { photo = '../a/second.jpg' }]",
        );
    world.run("publish a").exits(0);
    let requests = sandbox.get("/sandbox/requests");
    let sent = requests.as_array().unwrap().iter().find(|sent| sent["method"] == "sendDocument");
    let document = sent.unwrap()["params"]["document"].as_str().unwrap().to_owned();
    assert!(
        document.starts_with("file:///") && document.ends_with("/The%201%20%25.pdf"),
        "{document}"
    );
    assert_eq!(messages(&sandbox)[0], json!(["document", 12, "A", "The 1 %.pdf"]));
    // The name is removed when the answer has come.
    let kept = telepress::fs::files(&world.path("telepress.db.media")).unwrap();
    assert!(kept.iter().all(|file| file.name.len() == 64), "{kept:?}");
}

#[test]
fn damaged_bytes_are_not_sent_to_a_local_server() {
    let sandbox = Server::local_sandbox();
    let world = local_newsroom(&sandbox)
        .file("posts/a/post.toml", "heading = 'A'\nmedia = [{ document = 'report.pdf' }]");
    world.run("pause").exits(0);
    world.run("publish a").exits(4);
    let kept = telepress::fs::files(&world.path("telepress.db.media")).unwrap();
    let spooled = format!("telepress.db.media/{}", kept[0].name);
    world.write(&spooled, pdf("two"));
    world.run("resume").exits(0);
    // The post's file has the frozen bytes.
    world.run("publish a").exits(0);
    assert_eq!(sandbox.requests("sendDocument"), 1);
    assert_eq!(world.read(&spooled), pdf("one"));
}
