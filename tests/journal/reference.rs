//! Links and replies to other posts are filled in from the journal when the request is made.

use serde_json::{Value, json};

use crate::world::{Server, World};

const LEADS: &str = "heading = \"Second\"\ntext = \"see [the first](post:first)\"";

fn posts(sandbox: &Server) -> Vec<Value> {
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    posts.as_array().cloned().unwrap_or_default()
}

/// The address of the first link of a post.
fn address(post: &Value) -> &str {
    let entities = post["entities"].as_array().unwrap();
    let link = entities.iter().find(|entity| entity["type"] == "text_link");
    link.map_or("", |link| link["url"].as_str().unwrap())
}

fn newsroom(sandbox: &Server) -> World {
    // By its name it would be sent first.
    sandbox.newsroom().post("first", "heading = \"First\"").post("also", LEADS)
}

#[test]
fn post_is_sent_after_the_one_it_links_to_with_its_address() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("check").exits(0);
    world.run("render also").exits(0).says("the link to `first` is shown as a placeholder");
    world.run("render also --as terminal").exits(0);
    world.run("apply --yes").exits(0);
    let posts = posts(&sandbox);
    assert_eq!(sandbox.posts(), ["First", "Second"]);
    assert_eq!(address(&posts[1]), "https://t.me/example_news/1");
    world.run("plan --exit-code").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts().len(), 2);
}

#[test]
fn post_waits_for_its_linked_post_and_reports_it() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("publish also").exits(4).says("it is waiting for `first`, which it links to");
    world.run("status").exits(0).shows("it is waiting for `first`, which it links to");
    world.run("plan").exits(0).shows("waiting  also");
    assert_eq!(sandbox.posts(), [""; 0]);
    // Another post of the channel does not wait with it.
    let world = world.post("other", "heading = \"Other\"");
    world.run("publish other").exits(0);
    world.run("publish first").exits(0);
    world.run("publish also").exits(0);
    assert_eq!(sandbox.posts(), ["Other", "First", "Second"]);
    assert_eq!(address(&posts(&sandbox)[2]), "https://t.me/example_news/2");
}

#[test]
fn post_that_links_to_a_cancelled_one_says_so() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("schedule first +9h").exits(0);
    world.run("cancel first").exits(0);
    let why = "it links to `first`, which is cancelled";
    world.run("publish also").exits(4).says(why);
    for command in ["status", "queue", "plan also"] {
        world.run(command).exits(0).shows(why);
    }
    // A post that only replies to it has no link to remove.
    let world = world.post("answer", "reply_to = \"first\"\nheading = \"Answer\"");
    let ran = world.run("publish answer").exits(4);
    ran.says("it replies to `first`, which is cancelled").says("or remove `reply_to`");
    world.run("publish first --again").exits(0).shows("published first in news");
}

#[test]
fn reply_refers_to_the_message_of_its_post() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("answer", "reply_to = \"first\"\nheading = \"Answer\"");
    world.run("publish first answer").exits(2);
    world.run("publish first").exits(0);
    world.run("publish answer").exits(0);
    assert_eq!(posts(&sandbox)[1]["reply_to_message_id"], json!(1));
    // A post can reply to only one post.
    let world = world.post("answer", "heading = \"Answer\"");
    world.run("plan").exits(0).shows("the post that it replies to");
    let world = world.post("answer", "reply_to = \"first\"\nheading = \"Answer!\"");
    world.run("apply --yes answer").exits(0);
    assert_eq!(sandbox.posts(), ["First", "Answer!"]);
    // The post that it replies to got another name.
    let first = world.read("posts/first.toml");
    let world = world.file("posts/renamed.toml", first);
    std::fs::remove_file(world.path("posts/first.toml")).unwrap();
    world.run("move first renamed").exits(0);
    let world = world
        .post("also", "heading = \"Second\"")
        .post("answer", "reply_to = \"renamed\"\nheading = \"Answer!\"");
    assert!(!world.run("plan").exits(0).stdout.contains("answer"));
}

#[test]
fn edit_fills_in_the_address_too() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("also", "heading = \"Second\"\ntext = \"see it\"");
    world.run("apply --yes").exits(0);
    let world = world.post("also", LEADS);
    world.run("plan").exits(0).shows("<a href=\"post:first\">");
    world.run("apply --yes").exits(0);
    let edited = posts(&sandbox).into_iter().find(|post| post["edited"] == true).unwrap();
    assert!(address(&edited).starts_with("https://t.me/example_news/"));
}

#[test]
fn message_with_a_filled_in_link_is_found_by_a_probe() {
    let sandbox = Server::sandbox();
    sandbox.post("/sandbox/channels", &json!({ "id": -1_001_999, "title": "Staging" }));
    let config = format!(
        "{}\nrecovery.quiet = \"0ms\"\nrecovery.staging_chat = -1001999\n[channels.news]\nchat = \"@example_news\"\nlanguage = \"en\"",
        sandbox.settings()
    );
    let world =
        World::new().config(&config).env("TELEPRESS_TOKEN", crate::world::TOKEN).with_journal();
    let world = world.post("first", "heading = \"First\"").post("also", LEADS);
    world.run("publish first").exits(0);
    sandbox.arm(&json!({ "method": "sendMessage", "fault": "read_close", "lands": "before" }));
    world.run("publish also").exits(0);
    assert_eq!(sandbox.posts().len(), 2, "once");
}

#[test]
fn impossible_reference_is_refused() {
    let world = World::new().post("a", "heading = \"[me](post:a)\"");
    world.run("check").exits(1).shows("refers to itself");
    let world =
        World::new().post("a", "heading = \"[x](post:summmit)\"").post("summit", "heading = \"S\"");
    world.run("check").exits(1).shows("did you mean `summit`?");
}
