//! A file is uploaded once: then it is sent by its `file_id`, also through the staging chat.

use std::time::Duration;

use serde_json::{Value, json};

use super::media::{jpeg, messages};
use crate::world::{STAGING, Server, Service, World};

const PHOTO: &str = "heading = 'A'\nmedia = [{ photo = 'cover.jpg' }]";
const ALBUM: &str = "heading = 'A'\nmedia = [{ photo = 'cover.jpg' }, { photo = 'second.jpg' }]";
/// Larger than any file that is uploaded with its message where there is a staging chat.
const LARGE: usize = 10_500_000;

fn with_files(world: World) -> World {
    world.file("posts/a/cover.jpg", jpeg(640, 9_000)).file("posts/a/second.jpg", jpeg(320, 5_000))
}

/// A file of this size without content, which takes no time to write.
fn with_large(world: World, bytes: usize) -> World {
    world
        .file("posts/a/film.bin", vec![0; bytes])
        .file("posts/a/post.toml", "heading = 'A'\nmedia = [{ document = 'film.bin' }]")
}

/// How many files the requests to this chat brought, by the request's method.
fn uploads(sandbox: &Server, chat: Option<i64>) -> Vec<(String, usize)> {
    let requests = sandbox.get("/sandbox/requests");
    let staging = STAGING.to_string();
    let is_to = |request: &&Value| {
        chat.is_some() == (request["params"]["chat_id"].as_str() == Some(&staging))
    };
    let files = |request: &Value| request["files"].as_object().map_or(0, serde_json::Map::len);
    let requests = requests.as_array().unwrap().iter().filter(is_to);
    let counted = requests.map(|one| (one["method"].as_str().unwrap().to_owned(), files(one)));
    counted.filter(|(_, files)| *files > 0).collect()
}

fn all_uploads(sandbox: &Server) -> usize {
    let files = [uploads(sandbox, None), uploads(sandbox, Some(STAGING))].concat();
    files.iter().map(|(_, files)| files).sum()
}

fn photo(bytes: usize) -> Value {
    json!(["photo", bytes, "A", null])
}

#[test]
fn second_channel_and_second_post_upload_nothing() {
    let sandbox = Server::sandbox();
    sandbox.add_channel(-1_005, "blog");
    let world = with_files(sandbox.newsroom());
    let config = world.read("config/telepress.toml");
    let blog = "\nchannels.blog = { chat = \"@blog\", language = \"en\" }";
    let world = world.config(&format!("{config}{blog}")).file("posts/a/post.toml", PHOTO);
    world.run("publish a").exits(0);
    assert_eq!((messages(&sandbox), sandbox.requests("sendPhoto")), (vec![photo(9_000)], 2));
    assert_eq!(all_uploads(&sandbox), 1);

    // In an album one item is known and the other is not; an edit brings the first one back.
    let world = world.file("posts/a/b.toml", ALBUM).file("posts/a/second.jpg", jpeg(320, 5_000));
    world.run("publish a/b --channel news").exits(0);
    assert_eq!(uploads(&sandbox, None).last(), Some(&("sendMediaGroup".to_owned(), 1)));
    let world = world.file("posts/a/b.toml", ALBUM.replace("second.jpg", "cover.jpg"));
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.requests("editMessageMedia"), 1);
    assert_eq!(all_uploads(&sandbox), 2);
    let shown = messages(&sandbox);
    let first = json!(["photo", 9_000, "", null]);
    assert_eq!(shown, [photo(9_000), photo(9_000), first]);
    world.run("plan --exit-code").exits(0);
}

#[test]
fn stale_file_id_is_forgotten_and_the_file_is_uploaded_again() {
    for (post, method) in [(PHOTO, "sendPhoto"), (ALBUM, "sendMediaGroup")] {
        let sandbox = Server::sandbox();
        let world = with_files(sandbox.newsroom()).file("posts/a/post.toml", post);
        world.run("publish a").exits(0);
        let sent = messages(&sandbox);
        sandbox.forget_file_ids();
        world.run("publish a --again").exits(0);
        assert_eq!(messages(&sandbox), [sent.clone(), sent.clone()].concat(), "once more, once");
        assert_eq!(sandbox.requests(method), 3, "one was refused");
        assert_eq!(all_uploads(&sandbox), 2 * sent.len());
        // The new ids are known now.
        world.run("publish a --again").exits(0);
        assert_eq!((sandbox.requests(method), all_uploads(&sandbox)), (4, 2 * sent.len()));
    }
}

#[test]
fn stale_file_id_of_an_edit_is_uploaded_again() {
    let sandbox = Server::sandbox();
    let world = with_files(sandbox.newsroom())
        .file("posts/a/post.toml", PHOTO)
        .file("posts/a/b.toml", PHOTO.replace("cover", "second"));
    world.run("publish a").exits(0);
    world.run("publish a/b").exits(0);
    sandbox.forget_file_ids();
    let world = world.file("posts/a/b.toml", PHOTO);
    world.run("apply --yes").exits(0);
    assert_eq!(messages(&sandbox), [photo(9_000), photo(9_000)]);
    assert_eq!((sandbox.requests("editMessageMedia"), all_uploads(&sandbox)), (2, 3));
}

#[test]
fn other_server_gets_no_file_ids_of_the_first() {
    let sandbox = Server::sandbox();
    let world = with_files(sandbox.newsroom())
        .file("posts/a/post.toml", PHOTO)
        .file("posts/a/b.toml", PHOTO);
    world.run("publish a").exits(0);
    let other = Server::sandbox();
    other.by_hand("the same message");
    world.run(&format!("journal server {}", other.address)).exits(0);
    let config = world.read("config/telepress.toml").replace(&sandbox.address, &other.address);
    let world = world.config(&config);
    world.run("publish a/b").exits(0);
    assert_eq!((other.requests("sendPhoto"), all_uploads(&other)), (1, 1));
}

#[test]
fn cut_upload_is_repeated_and_a_lost_answer_is_recognized_by_its_file() {
    let sandbox = Server::sandbox();
    let world = with_files(sandbox.newsroom_with_staging("0ms"))
        .post("first", "heading = 'First'")
        .file("posts/a/post.toml", "media = [{ photo = 'cover.jpg' }]")
        .file("posts/a/cover.jpg", jpeg(640, 900_000));
    world.run("publish first").exits(0);
    sandbox.arm(&json!({ "fault": "cut_upload", "method": "sendPhoto", "percent": 50 }));
    world.run("publish a").exits(0);
    assert_eq!((sandbox.requests("sendPhoto"), all_uploads(&sandbox)), (2, 1));
    // A photo without a caption has nothing but its file.
    sandbox.arm(&json!({ "fault": "read_close", "method": "sendPhoto", "lands": "before" }));
    world.run("publish a --again").exits(0).shows("https://t.me/example_news/3");
    assert_eq!((messages(&sandbox).len(), sandbox.requests("sendPhoto")), (3, 3));
    assert_eq!(all_uploads(&sandbox), 1);
}

#[test]
fn album_and_large_file_go_through_the_staging_chat() {
    let sandbox = Server::sandbox();
    let world = with_files(sandbox.newsroom_with_staging("0ms"))
        .file("posts/a/post.toml", ALBUM)
        .file("posts/a/b.toml", PHOTO.replace("cover", "third"))
        .file("posts/a/third.jpg", jpeg(100, 700));
    world.run("publish a").exits(0);
    let staged = [("sendPhoto".to_owned(), 1), ("sendPhoto".to_owned(), 1)];
    assert_eq!(uploads(&sandbox, Some(STAGING)), staged);
    assert_eq!(uploads(&sandbox, None), []);
    assert!(sandbox.staged().is_empty(), "the messages in the staging chat are deleted");
    // A small file is uploaded with its message.
    world.run("publish a/b").exits(0);
    assert_eq!(uploads(&sandbox, None), [("sendPhoto".to_owned(), 1)]);
    let world = with_large(world, LARGE);
    world.run("publish a --again").exits(0);
    assert_eq!(uploads(&sandbox, Some(STAGING)).len(), 3);
    assert_eq!(uploads(&sandbox, None).len(), 1);
    let shown = messages(&sandbox);
    assert_eq!(shown.last(), Some(&json!(["document", LARGE, "A", "film.bin"])));
    assert_eq!(shown.len(), 4);
}

#[test]
fn refused_or_lost_upload_to_the_staging_chat_never_stops_the_post() {
    let refusal =
        json!({ "ok": false, "error_code": 400, "description": "Bad Request: chat not found" });
    for fault in [
        json!({ "fault": "answer", "status": 400, "body": refusal, "method": "sendPhoto" }),
        json!({ "fault": "read_close", "method": "sendPhoto", "lands": "before" }),
        json!({ "fault": "cut_upload", "method": "sendPhoto" }),
    ] {
        let sandbox = Server::sandbox();
        let world = with_files(sandbox.newsroom_with_staging("0ms"));
        let world = world.file("posts/a/post.toml", ALBUM);
        sandbox.arm(&fault);
        world.run("publish a").exits(0);
        let both = [photo(9_000), json!(["photo", 5_000, "", null])];
        assert_eq!(messages(&sandbox), both, "{fault}");
        assert_eq!(uploads(&sandbox, None), [("sendMediaGroup".to_owned(), 2)], "{fault}");
        let status = world.run("status a --format json").exits(0).json();
        assert_eq!(status[0]["parts"][0]["attempts"], 1, "only the post's request counts");
    }
}

#[test]
fn files_of_a_scheduled_post_are_staged_before_its_time() {
    let sandbox = Server::sandbox();
    let world = with_files(sandbox.newsroom_with_staging("0ms")).file("posts/a/post.toml", ALBUM);
    world.run("schedule a +5m").exits(0);
    let service = Service::start(&world);
    service.waits("the files", || (uploads(&sandbox, Some(STAGING)).len() == 2).then_some(()));
    assert!(messages(&sandbox).is_empty());
    // The publisher waits for an upload that is still running.
    world.run("publish a").exits(0);
    assert_eq!((all_uploads(&sandbox), messages(&sandbox).len()), (2, 2));
}

#[test]
fn post_without_its_bytes_takes_them_from_its_file_unless_telegram_keeps_them() {
    let sandbox = Server::sandbox();
    let world = with_files(sandbox.newsroom())
        .file("posts/a/post.toml", PHOTO)
        .file("posts/a/b.toml", PHOTO.replace("cover", "second"))
        .file("posts/a/c.toml", PHOTO.replace("cover", "second"));
    world.run("publish a/b").exits(0);
    world.run("schedule a +3s").exits(0);
    world.run("schedule a/c +3s").exits(0);
    // The machine that publishes does not have the folder of the one that accepted the posts.
    std::fs::remove_dir_all(world.path("telepress.db.media")).unwrap();
    let service = Service::start(&world);
    service.waits("both posts", || (messages(&sandbox).len() == 3).then_some(()));
    assert!(messages(&sandbox).contains(&photo(9_000)));
    assert_eq!((sandbox.requests("sendPhoto"), all_uploads(&sandbox)), (3, 2));
}

#[test]
fn edit_without_its_bytes_takes_them_from_the_posts_file() {
    let sandbox = Server::sandbox();
    let world = with_files(sandbox.newsroom()).file("posts/a/post.toml", PHOTO);
    world.run("publish a").exits(0);
    let world = world.file("posts/a/post.toml", PHOTO.replace("cover", "second"));
    world.run("pause").exits(0);
    world.run("apply --yes").exits(4);
    std::fs::remove_dir_all(world.path("telepress.db.media")).unwrap();
    world.run("resume").exits(0);
    let service = Service::start(&world);
    service.waits("the edit", || (messages(&sandbox) == [photo(5_000)]).then_some(()));
}

#[test]
fn upload_is_cut_at_shutdown_and_was_not_sent() {
    let sandbox = Server::sandbox();
    let world = with_large(sandbox.newsroom(), 30_000_000);
    let stall = json!({ "fault": "stall_upload", "method": "sendDocument", "percent": 1 });
    for serves in [true, false] {
        sandbox.arm(&stall);
        let begun = sandbox.requests("sendDocument");
        let service = if serves {
            world.run("schedule a +50ms").exits(0);
            Service::start(&world)
        } else {
            Service::begin_as(&world, "publish a")
        };
        service.waits("the upload", || (sandbox.requests("sendDocument") > begun).then_some(()));
        service.ends_within(if serves { "TERM" } else { "INT" }, Duration::from_secs(5));
        let status = world.run("status a --format json").exits(0).json();
        assert!(["due", "publishing"].contains(&status[0]["state"].as_str().unwrap()), "{status}");
    }
    world.run("publish a").exits(0);
    assert_eq!(messages(&sandbox), [json!(["document", 30_000_000, "A", "film.bin"])]);
}

#[test]
fn staging_chat_that_is_a_channel_gets_no_upload() {
    let sandbox = Server::sandbox();
    let world = with_files(sandbox.newsroom_with_staging("0ms")).file("posts/a/post.toml", ALBUM);
    let config = world.read("config/telepress.toml");
    let blog = format!("\nchannels.blog = {{ chat = {STAGING}, language = \"en\" }}");
    let world = world.config(&format!("{config}{blog}"));
    world.run("publish a --channel news").exits(0).says("no file is uploaded to it");
    assert_eq!(uploads(&sandbox, Some(STAGING)), []);
    assert_eq!(uploads(&sandbox, None), [("sendMediaGroup".to_owned(), 2)]);
}
