//! Decisions while an outcome is unknown, or that a restored journal lacks: nothing is sent against them.

use serde_json::json;

use crate::world::{Server, Service, World};

fn newsroom(sandbox: &Server, quiet: &str) -> World {
    let world = sandbox
        .newsroom_with_staging(quiet)
        .env("HOME", "")
        .post("first", "heading = \"First\"")
        .post("a", "heading = \"The post\"");
    world.run("publish first").exits(0);
    world
}

fn restore(world: &World) {
    world.remove_journal();
    std::fs::copy(world.path("backup.db"), world.path("telepress.db")).unwrap();
}

#[test]
fn copy_that_was_made_during_a_pause_is_frozen_too() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "0ms");
    world.run("pause").exits(0);
    world.run("publish a --wait 1s").exits(4);
    world.run("backup backup.db").exits(0);
    world.run("resume").exits(0);
    world.run("publish a").exits(0);
    assert_eq!(sandbox.posts(), ["First", "The post"]);
    restore(&world);
    let said = world.run("resolve --after-restore").exits(4);
    assert!(said.stdout.contains("telepress adopt a"), "{}{}", said.stdout, said.stderr);
    world.run("resume").exits(4).says("telepress resolve --after-restore");
    world.run("apply --yes --wait 1s").exits(4);
    assert_eq!(sandbox.posts(), ["First", "The post"]);
}

#[test]
fn message_that_may_be_a_lost_post_is_not_adopted_for_another() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "2s").post("c", "heading = \"Another one\"");
    let lost = json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" });
    sandbox.arm(&lost);
    world.run("publish a --wait 1s").exits(4);
    for post in ["a", "c"] {
        world
            .run(&format!("adopt {post} 2"))
            .exits(1)
            .says("message 2 may be `a`")
            .says("telepress resolve a --sent 2");
    }
    // An older message may be adopted.
    world.run("adopt c 1").exits(1).says("another post");
    world.run("apply a --yes").exits(0);
    assert_eq!(sandbox.posts(), ["First", "The post"]);
}

#[test]
fn post_that_was_cancelled_or_postponed_after_the_backup_is_held() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "0ms").post("c", "heading = \"C\"");
    world.run("schedule a +1s").exits(0);
    world.run("schedule c +1s").exits(0);
    world.run("backup backup.db").exits(0);
    world.run("schedule a +3h").exits(0);
    world.run("cancel c").exits(0);
    restore(&world);
    let said = world.run("resolve --after-restore").exits(0);
    for post in ["a", "c"] {
        assert!(said.stderr.contains(&format!("telepress release {post}")), "{}", said.stderr);
    }
    let service = Service::start(&world);
    world.waits_until_due("c");
    // A later published post shows that they were not published.
    let world = world.post("d", "heading = \"D\"");
    world.run("publish d").exits(0);
    assert_eq!(sandbox.posts(), ["First", "D"]);
    service.signal("TERM");
    service.ends();
    world.run("release a c --channel news").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts().len(), 4);
}

#[test]
fn lost_parts_are_adopted_by_the_partly_sent_post() {
    let section = |word: &str| {
        format!("[[sections]]\ntitle = \"{word}\"\ntext = \"{}\"\n", "word ".repeat(700).trim_end())
    };
    let text: String = ["One", "Two", "Three"].map(section).concat();
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "0ms").post("long", &text);
    let wait = json!({ "fault": "too_many_requests", "retry_after": 4, "method": "sendMessage", "after": 1 });
    sandbox.arm(&wait);
    world.run("publish long --wait 1s").exits(4);
    world.run("backup backup.db").exits(0);
    world.run("publish long").exits(0);
    let standing = sandbox.posts().len();
    restore(&world);
    let said = world.run("resolve --after-restore").exits(4);
    let adopt = said.stdout.split('`').find(|text| text.starts_with("telepress adopt long"));
    let adopt = adopt.unwrap().trim_start_matches("telepress ");
    assert_eq!(adopt.matches("https://").count(), standing - 2, "{}", said.stdout);
    world.run(adopt).exits(0);
    world.run("resolve --after-restore").exits(0);
    world.run("apply long --yes").exits(0);
    assert_eq!(sandbox.posts().len(), standing);
    world.run("status long").exits(0).shows("published  long");
}

#[test]
fn withdrawn_edit_that_may_have_been_made_is_undone_in_the_channel() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "0ms");
    world.run("publish a").exits(0);
    let world = world.post("a", "heading = \"Withdrawn\"");
    let lost = json!({ "fault": "read_close", "lands": "before", "method": "editMessageText" });
    sandbox.arm(&lost);
    world.run("update a --wait 1s").exits(4);
    assert_eq!(sandbox.posts(), ["First", "Withdrawn"]);
    world.run("cancel a").exits(0);
    let world = world.post("a", "heading = \"The post\"");
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["First", "The post"]);
    world.run("plan").exits(0).shows("nothing to do");
}

#[test]
fn lost_post_without_a_file_is_not_sent_again() {
    for draft in [false, true] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox, "1s");
        let lost = json!({ "fault": "read_close", "lands": "never", "method": "sendMessage" });
        sandbox.arm(&lost);
        world.run("publish a --wait 1s").exits(4);
        let world = if draft {
            world.post("a", "draft = true\nheading = \"The post\"")
        } else {
            world.without("posts/a.toml")
        };
        let plan = world.run("plan --prune").exits(0).stdout;
        assert!(!plan.contains("delete"), "{plan}");
        world.run("apply --prune --yes --wait 10s");
        let service = Service::start(&world);
        let world = world.post("later", "heading = \"Later\"");
        world.run("publish later").exits(0);
        assert_eq!(sandbox.posts(), ["First", "Later"], "{draft}");
        service.signal("TERM");
        service.ends();
    }
}

#[test]
fn due_post_without_a_file_is_not_published_with_another() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "0ms").post("b", "heading = \"B\"");
    world.run("schedule a +50ms").exits(0);
    let world = world.without("posts/a.toml");
    world.waits_until_due("a");
    world.run("publish b").exits(0);
    assert_eq!(sandbox.posts(), ["First", "B"]);
    world.run("queue").exits(0).shows("held   a");
}

#[test]
fn waiting_deletion_is_shown_beside_the_newer_message() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "0ms");
    world.run("publish a").exits(0);
    let wait = json!({ "fault": "too_many_requests", "retry_after": 3, "method": "deleteMessage" });
    sandbox.arm(&wait);
    world.run("delete a --yes --wait 1s").exits(4);
    world.run("publish a --again --wait 1s");
    world.run("status a").exits(0).shows("deletion");
}
