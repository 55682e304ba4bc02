//! `together`: no edition is published before all of them may be.

use serde_json::json;

use crate::world::{STAGING, Server, World};

const POST: &str =
    "together = true\n[editions.en]\nheading = \"Here\"\n[editions.ru]\nheading = \"Там\"";

/// A newsroom with two channels in two languages.
fn newsroom(sandbox: &Server) -> World {
    let other = json!({ "username": "example_ru", "title": "Ru" });
    sandbox.post("/sandbox/channels", &other);
    let config = format!(
        "{}\nrecovery.quiet = \"0ms\"\n[channels.en]\nchat = \"@example_news\"\nlanguage = \"en\"\n[channels.ru]\nchat = \"@example_ru\"\nlanguage = \"ru\"",
        sandbox.settings()
    );
    World::new()
        .config(&config)
        .env("TELEPRESS_TOKEN", crate::world::TOKEN)
        .with_journal()
        .post("a", POST)
}

/// The number of posts in the two channels.
fn posted(sandbox: &Server) -> [usize; 2] {
    ["example_news", "example_ru"].map(|name| {
        let posts = sandbox.get(&format!("/sandbox/channels/{name}/posts"));
        posts.as_array().map_or(0, Vec::len)
    })
}

#[test]
fn all_editions_are_published_or_none() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("pause ru").exits(0);
    world.run("publish a").exits(4).says("at the same time as in its other channel");
    assert_eq!(posted(&sandbox), [0, 0]);
    world.run("status").exits(0).shows("at the same time as in its other channel");
    world.run("resume ru").exits(0);
    world.run("publish a").exits(0);
    assert_eq!(posted(&sandbox), [1, 1]);
    world.run("plan --exit-code").exits(0);
    // From then on each channel proceeds on its own.
    let world = world.post("a", &POST.replace("Here", "There"));
    world.run("pause ru").exits(0);
    world.run("apply --yes").exits(0);
    world.run("publish a --again --channel en").exits(0);
    assert_eq!(posted(&sandbox), [2, 1]);
}

#[test]
fn channel_waits_for_its_release_group() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("publish a --channel en").exits(4);
    assert_eq!(posted(&sandbox), [0, 0]);
    // Another post of the channel does not wait with it.
    let world = world.post("b", "channels = [\"en\"]\nheading = \"B\"");
    world.run("publish b").exits(0);
    assert_eq!(posted(&sandbox), [1, 0]);
    world.run("publish a --channel ru").exits(0);
    assert_eq!(posted(&sandbox), [2, 1]);
}

#[test]
fn draft_edition_blocks_the_others() {
    let sandbox = Server::sandbox();
    let draft = POST.replace("[editions.ru]", "[editions.ru]\ndraft = true");
    let world = newsroom(&sandbox).post("a", &draft);
    let plan = world.run("plan --format json").json();
    let reasons: Vec<_> =
        plan.as_array().unwrap().iter().map(|item| item["reason"].as_str().unwrap()).collect();
    assert!(reasons[0].contains("the one for ru is a draft"), "{reasons:?}");
    world.run("apply --yes").exits(4);
    world.run("publish a").exits(1).says("draft for ru");
    assert_eq!(posted(&sandbox), [0, 0]);
    let world = world.post("a", POST);
    world.run("apply --yes").exits(0);
    assert_eq!(posted(&sandbox), [1, 1]);
}

#[test]
fn both_channels_start_after_a_crash_at_any_failpoint() {
    for place in
        ["before-accept", "before-intent", "after-intent", "before-outcome", "after-outcome"]
    {
        let sandbox = Server::sandbox();
        sandbox.add_staging_chat();
        let world = newsroom(&sandbox);
        let config = world.read("config/telepress.toml").replace(
            "recovery.quiet",
            &format!("recovery.staging_chat = {STAGING}\nrecovery.quiet"),
        );
        let world = world.config(&config);
        // Each channel has a message, so that a probe has a place to start.
        let world =
            world.post("first", "[editions.en]\nheading = \"1\"\n[editions.ru]\nheading = \"1\"");
        world.run("publish first").exits(0);
        let world = world.env("TELEPRESS_CRASH", place);
        assert_eq!(world.run("publish a").code, None, "{place} was not come by");
        let world = world.env("TELEPRESS_CRASH", "");
        world.run("publish a").exits(0);
        assert_eq!(posted(&sandbox), [2, 2], "{place}");
    }
}
