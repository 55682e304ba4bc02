//! Which posts are sent, and with which requests.

use serde_json::json;

use crate::world::{Server, World};

const POST: &str = "marker = \"🎙\"\nheading = \"Title\"\ntext = \"**bold** and [words](https://example.org/page)\"";

#[test]
fn a_post_becomes_exactly_the_message_that_render_shows() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", POST);
    world.run("publish a").exits(0).prints("published a in news: https://t.me/example_news/1\n");
    let rendered = world.run("render a --as json").exits(0).json();
    let params = &rendered[0]["parts"][0]["params"];
    let posted = sandbox.get("/sandbox/channels/example_news/posts");
    assert_eq!(
        (&posted[0]["text"], &posted[0]["entities"]),
        (&params["text"], &params["entities"])
    );
    assert_eq!(posted.as_array().unwrap().len(), 1);
}

#[test]
fn options_are_sent_and_formatting_is_never_left_to_the_server() {
    let sandbox = Server::sandbox();
    let post = format!("silent = true\nprotect = true\nlink_preview = \"off\"\n{POST}");
    sandbox.newsroom().post("a", &post).run("publish a").exits(0);
    let posted = &sandbox.get("/sandbox/channels/example_news/posts")[0];
    assert_eq!((&posted["silent"], &posted["protected"]), (&json!(true), &json!(true)));
    let requests = sandbox.get("/sandbox/requests");
    let sent =
        requests.as_array().unwrap().iter().find(|request| request["method"] == "sendMessage");
    let params = &sent.unwrap()["params"];
    assert!(params["link_preview_options"].to_string().contains("is_disabled"), "{params}");
    assert!(params["entities"].to_string().contains("bold"), "{params}");
    assert!(params.get("parse_mode").is_none(), "{params}");
}

#[test]
fn a_long_post_becomes_its_parts_in_order() {
    let sandbox = Server::sandbox();
    let bullets: Vec<_> =
        (0..40).map(|n| format!("{n} {}", "word ".repeat(50).trim_end())).collect();
    let world = sandbox.newsroom().post("a", &format!("heading = \"Long\"\nbullets = {bullets:?}"));
    world.run("publish a").exits(0).prints("published a in news: https://t.me/example_news/1\npublished a in news: https://t.me/example_news/2\npublished a in news: https://t.me/example_news/3\n");
    assert_eq!(sandbox.posts().len(), 3);
    assert_eq!(sandbox.posts()[0], "Long");
}

#[test]
fn draft_is_not_sent() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "draft = true\nheading = \"A\"");
    world
        .run("publish a")
        .exits(1)
        .prints("")
        .says("`a` is a draft")
        .says("remove `draft = true` from the file");
    assert_eq!(sandbox.get("/sandbox/requests"), json!([]));
}

#[test]
fn post_with_errors_is_not_sent_and_its_errors_are_reported() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"[a](javascript:x)\"");
    world.run("publish a").exits(1).prints("").says("error[bad-link]");
    assert_eq!(sandbox.get("/sandbox/requests"), json!([]));
}

#[test]
fn a_post_is_sent_once_however_often_it_is_published() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", POST);
    world.run("publish a").exits(0).prints("published a in news: https://t.me/example_news/1\n");
    world
        .run("publish a")
        .exits(0)
        .prints("already published: a in news: https://t.me/example_news/1\n");
    let world = world.post("a", "heading = \"Other\"");
    world
        .run("publish a")
        .exits(0)
        .prints("already published: a in news: https://t.me/example_news/1\n")
        .says("telepress plan a");
    world
        .run("publish a --again")
        .exits(0)
        .prints("published a in news: https://t.me/example_news/2\n");
    assert_eq!(sandbox.posts(), ["🎙 Title", "Other"]);
}

#[test]
fn changed_style_does_not_count_as_a_changed_file() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "bullets = [\"one\", \"two\"]");
    world.run("publish a").exits(0);
    let config = world.read("config/telepress.toml");
    let config = config.replace("language = \"en\" }", "language = \"en\", style = \"s\" }");
    let world = world.config(&format!("{config}\nstyles.s = {{ bullet = \"–\" }}"));
    let again = world.run("publish a").exits(0);
    assert!(!again.stderr.contains("has changed"), "{again}");
    world.run("plan").shows("only a style, the config or telepress has changed");
}

#[test]
fn unknown_post_or_channel_is_an_error_before_anything_is_sent() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", POST);
    world.run("publish b").exits(2).says("no post `b`");
    world.run("publish a --channel newz").exits(2).says("did you mean `news`?");
    assert_eq!(sandbox.get("/sandbox/requests"), json!([]));
}

#[test]
fn one_channel_can_be_chosen() {
    let sandbox = Server::sandbox();
    sandbox.post("/sandbox/channels", &json!({ "username": "example_other", "title": "Other" }));
    let config = format!(
        "bot.api_url = \"{}\"\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}\nchannels.other = {{ chat = \"@example_other\", language = \"en\" }}",
        sandbox.address
    );
    let world = World::new()
        .config(&config)
        .env("TELEPRESS_TOKEN", crate::world::TOKEN)
        .with_journal()
        .post("a", POST);
    world
        .run("publish a --channel other")
        .exits(0)
        .prints("published a in other: https://t.me/example_other/1\n");
    assert!(sandbox.posts().is_empty());
    world
        .run("publish a")
        .exits(0)
        .prints("already published: a in other: https://t.me/example_other/1\npublished a in news: https://t.me/example_news/1\n");
}
