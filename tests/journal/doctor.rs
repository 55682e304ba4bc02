//! `doctor`: names each problem with its fix, and changes nothing.

use serde_json::json;

use crate::world::{Server, Service, World};

#[test]
fn healthy_newsroom_is_described_and_no_journal_is_created() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let ran = world.run("doctor").exits(0).shows("everything is fine").shows("@example_news (-100");
    assert!(ran.stdout.contains("ok  updates"));
    assert!(sandbox.posts().is_empty());
    let world = world.without("telepress.db").without("telepress.db.watermark");
    let doctor = world.run("doctor").exits(2).shows("telepress journal create");
    assert!(doctor.stdout.contains("error  journal") && doctor.stdout.contains("ok     updates"));
    assert!(!world.path("telepress.db").exists());
    let world = world.with_journal();
    world.post("a", "heading = \"A\"").run("publish a").exits(0);
}

#[test]
fn each_problem_is_named_with_its_fix() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let standing = |standing| sandbox.post("/sandbox/channels/example_news/standing", &standing);
    standing(json!({ "administrator": { "can_post_messages": true } }));
    world.run("doctor").exits(0).shows("`pin = true` and edits of adopted posts also need");
    standing(json!("member"));
    world
        .run("doctor")
        .exits(1)
        .shows("the bot is a member, but not an administrator")
        .shows("1 error");
    standing(json!("kicked"));
    world.run("doctor").exits(1).shows("error");
    let found = world.run("doctor --format json").json();
    let about =
        |subject: &str| found.as_array().unwrap().iter().find(|one| one["subject"] == subject);
    assert_eq!(about("news").unwrap()["verdict"], "wrong");
    assert!(about("news").unwrap()["hint"].is_string());
    assert_eq!(about("token").unwrap()["verdict"], "good");
    standing(json!({ "administrator": { "can_post_messages": true } }));
    world.run("pause").exits(0);
    world.run("doctor").exits(1).shows("warning  publishing  paused by").shows("telepress resume");
}

#[test]
fn media_folder_is_checked() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    world.run("doctor").exits(0).shows("telepress.db.media does not exist yet");
    std::fs::create_dir(world.path("telepress.db.media")).unwrap();
    world.run("doctor").exits(0).shows("telepress.db.media, ").shows(" free");
    std::fs::remove_dir(world.path("telepress.db.media")).unwrap();
    let world = world.file("telepress.db.media", "");
    world.run("doctor").exits(1).shows("telepress.db.media cannot be written");
}

#[test]
fn other_checks_run_without_a_token_or_server() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let no_token = world.env("TELEPRESS_TOKEN", "");
    no_token.run("doctor").exits(2).shows("error  token").shows("journal");
    let config = "bot.api_url = \"http://127.0.0.1:9\"\nchannels.news = { chat = \"@a_news\", language = \"en\" }";
    let away =
        World::new().config(config).env("TELEPRESS_TOKEN", crate::world::TOKEN).with_journal();
    away.run("doctor").exits(4).shows("error  bot").shows("check the network");
}

#[test]
fn another_program_with_the_same_bot_is_reported() {
    let conflict =
        |description: &str| json!({ "ok": false, "error_code": 409, "description": description });
    let taken = conflict(
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    );
    let hooked = json!({ "ok": true, "result": { "url": "https://hooks.example.org/secret", "pending_update_count": 0 } });
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let config = world.read("config/telepress.toml");
    let operators = "bot.operators = [{ id = 111, role = \"admin\" }]\n";
    // Without operators another program may receive the updates.
    for (config, exit) in [(format!("{operators}{config}"), 1), (config, 0)] {
        let world = sandbox.newsroom().config(&config);
        let answer = |status: u16, body: &serde_json::Value, method: &str| {
            sandbox.arm(
                &json!({ "fault": "answer", "status": status, "body": body, "method": method }),
            );
        };
        answer(409, &taken, "getUpdates");
        world.run("doctor").exits(exit).shows("another program receives them");
        answer(200, &hooked, "getWebhookInfo");
        let ran = world.run("doctor").exits(exit).shows("a webhook at hooks.example.org");
        // The URL's path may be a secret.
        assert!(!ran.stdout.contains("secret"), "{ran}");
    }
}

#[test]
fn doctor_does_not_disturb_a_running_serve() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let config = world.read("config/telepress.toml");
    let operators = "bot.operators = [{ id = 111, role = \"admin\" }]\n";
    let world = world.config(&format!("{operators}{config}"));
    let service = Service::start(&world);
    // A second refused poll would stop `serve`.
    for _ in 0..3 {
        world.run("doctor").exits(0).shows("ok  updates").shows("which publishes here");
    }
    assert!(!service.all().contains("another program"), "{}", service.all());
    service.signal("TERM");
    assert_eq!(service.ends().code(), Some(0));
}

#[test]
fn journal_of_another_server_and_channels_with_one_chat_are_reported() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    let id = sandbox.get("/sandbox/channels")[0]["id"].as_i64().unwrap();
    let config = world.read("config/telepress.toml");
    let twice = format!("{config}\nchannels.same = {{ chat = {id}, language = \"en\" }}");
    let world = world.config(&twice);
    world.run("doctor").exits(2).shows("it is the same chat as `news`");
    let other = Server::sandbox();
    let world = world.config(&config.replace(&sandbox.address, &other.address));
    world
        .run("doctor")
        .exits(2)
        .shows("this journal belongs to bot")
        .shows("telepress journal server");
}

#[test]
fn older_copy_of_the_journal_is_reported_by_its_mark() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom_with_staging("0ms").post("a", "heading = \"A\"");
    let world = world.post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    world.run("doctor").exits(0);
    let before = World::empty();
    world.copy_journal(&before);
    world.run("publish b").exits(0);
    world.remove_journal();
    before.copy_journal(&world);
    world.run("doctor").exits(1).shows("this journal is not the newest");
}
