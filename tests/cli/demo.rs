//! `telepress demo` and `telepress sandbox`: they need no token and no network, and stop on a signal.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::json;

use crate::world::{Server, World, sample_posts};

#[test]
fn demo_once_publishes_every_sample_post_and_ends() {
    let ran = World::empty()
        .run("demo --once")
        .exits(0)
        .says(&format!("{} posts checked", sample_posts().len()))
        .says("messages published to 5 channels");
    let mut ran = ran.shows("#РоссияКНДР");
    for channel in ["world_en", "world_ru", "rivet_releases", "north_shop", "lindholm_city"] {
        ran = ran.shows(&format!("http://127.0.0.1:[PORT]/{channel}/1\n"));
    }
}

#[cfg(unix)]
#[test]
fn demo_publishes_the_comments_of_a_sample() {
    let (demo, _) = Server::demo();
    let channels = demo.get("/sandbox/channels");
    let group = channels.as_array().unwrap().last().unwrap()["id"].to_string();
    let messages = demo.get(&format!("/sandbox/channels/{group}/posts"));
    let newest = messages.as_array().unwrap().last().unwrap();
    assert_eq!(
        newest["text"],
        "Which colours are left? Ask here: we answer every day until 18:00."
    );
}

#[test]
fn demo_shows_what_render_shows() {
    let shown = World::empty().run("demo --once").exits(0).stdout;
    let bubble = World::samples().run("render rivet-1.4 --as terminal").exits(0).stdout;
    assert!(shown.contains(bubble.trim_end()), "{shown}");
}

#[test]
fn demo_needs_no_files_and_no_home() {
    World::empty().env("HOME", "/nonexistent").run("demo --once").exits(0);
}

#[cfg(unix)]
#[test]
fn demo_runs_until_it_is_stopped() {
    for signal in ["INT", "TERM"] {
        let (demo, _) = Server::demo();
        let posts = demo.get("/sandbox/channels/world_ru/posts");
        assert!(posts[0]["text"].as_str().unwrap().contains("Основные тезисы:"), "{posts}");
        assert_eq!(demo.signal(signal).code(), Some(0), "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn sandbox_runs_until_it_is_stopped() {
    for signal in ["INT", "TERM"] {
        let sandbox = Server::sandbox();
        assert_eq!(sandbox.get("/sandbox/channels")[0]["username"], json!("example_news"));
        assert_eq!(sandbox.signal(signal).code(), Some(0), "{signal}");
    }
}

#[test]
fn port_in_use_is_an_error_with_a_hint() {
    let sandbox = Server::sandbox();
    let port = sandbox.address.rsplit(':').next().unwrap();
    World::empty()
        .run(&format!("sandbox --port {port}"))
        .exits(2)
        .says("cannot be used")
        .says("--port");
    World::empty()
        .run(&format!("demo --once --port {port}"))
        .exits(2)
        .says("cannot be used")
        .says("--port");
}

#[test]
fn sandbox_lists_every_channel_once() {
    let world = World::new()
        .config("recovery.staging_chat = -1009999999999\nchannels.news = { chat = \"@example_news\", language = \"en\" }");
    let arguments = "sandbox --port 0 --channel @Example_News --channel -1005 --channel -1005";
    let mut child = world.start(arguments, Stdio::null());
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.map(Result::unwrap).find(|line| line.contains("the channels")).unwrap();
    assert_eq!(line, "the sandbox has the channels @Example_News, -1005, staging_chat");
    child.kill().unwrap();
    child.wait().unwrap();
}
