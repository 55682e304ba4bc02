//! `--prune` deletes posts without a file, and no post that a file still needs or may need.

use serde_json::json;

use crate::world::{Server, Service, World};

/// A newsroom in which `a` is published.
fn newsroom(sandbox: &Server) -> World {
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    world
}

#[test]
fn unreadable_file_prevents_pruning() {
    let broken: [(&str, &[u8]); 3] = [
        ("posts/b.toml", b"heading = \"A\"\nbogus = 1"),
        ("posts/b.toml", b"heading = \"\xff\""),
        ("posts/b.toml", b"language = \"ru\"\nheading = \"A\""),
    ];
    for (name, text) in broken {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox).without("posts/a.toml").file(name, text);
        world.run("apply --yes --prune").shows("may have been renamed to");
        assert_eq!(sandbox.posts(), ["A"], "{name}");
        let gone = world.without(name);
        gone.run("apply --yes --prune").exits(0).prints("deleted a from news\n");
        assert!(sandbox.posts().is_empty(), "{name}");
    }
}

#[test]
fn file_that_is_not_read_as_a_post_but_has_the_text_prevents_pruning() {
    let text = "+++\nheading = \"Water works\"\n+++\n\nThe **bridge** is closed on Monday.\n";
    let yaml = text.replace("+++", "---").replace(" = ", ": ");
    let plain = "# Water works\n\nThe **bridge** is closed, see [Monday](https://example.org/).\n";
    for (name, left, prevents) in [
        ("posts/A.md", text, true),
        ("posts/Archive/a.md", text, true),
        ("posts/a.toml.txt", text, true),
        ("posts/a.markdown", text, true),
        ("posts/b.md", &yaml, true),
        ("posts/b.md", plain, true),
        ("posts/README.md", "# The posts\n\nWater works on Monday are not among them.\n", false),
    ] {
        let sandbox = Server::sandbox();
        let world = sandbox.newsroom().file("posts/a.md", text);
        world.run("publish a").exits(0);
        let world = world.without("posts/a.md").file(name, left);
        let ran = world.run("apply --yes --prune");
        assert_eq!(sandbox.posts().len(), usize::from(prevents), "{name}");
        if prevents {
            ran.exits(4)
                .shows(&format!("its text is in `{name}`, which is not read as a post"))
                .shows("`telepress delete a` deletes it all the same");
            world.run("delete a --yes").exits(0);
            assert!(sandbox.posts().is_empty(), "{name}");
        }
    }
}

#[test]
fn renamed_file_that_breaks_after_it_was_held_prevents_pruning() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).without("posts/a.toml").post("b", "heading = \"A\"");
    world.run("apply --yes").exits(4);
    let world = world.post("b", "headin = \"A\"");
    world.run("apply --yes --prune").shows("may have been renamed to `posts/b.toml`");
    assert_eq!(sandbox.posts(), ["A"]);
}

#[cfg(unix)]
#[test]
fn folder_that_became_a_link_is_not_missing() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("x/a", "heading = \"A\"");
    world.run("publish x/a").exits(0);
    let world = world.without("posts/x/a.toml").file("real/a.toml", "heading = \"A\"");
    let world = world.with("posts/x", |path| {
        std::fs::remove_dir(path).unwrap();
        std::os::unix::fs::symlink("../real", path).unwrap();
    });
    world.run("apply --yes --prune").shows("may have been renamed to");
    assert_eq!(sandbox.posts(), ["A"]);
}

#[test]
fn pending_deletion_is_withdrawn_when_the_file_is_back() {
    for text in ["heading = \"A\"", "heading = \"A\"\nbogus = 1", "draft = true\nheading = \"A\""] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox);
        world.run("pause news").exits(0);
        let world = world.without("posts/a.toml");
        world.run("apply --yes --prune").exits(4).says("paused").prints("");
        let world = world.post("a", text);
        world.run("plan").shows("its file is back");
        world.run("apply --yes").shows("a in news: the waiting change was dropped");
        world.run("resume").exits(0);
        world.run("apply --yes");
        assert_eq!(sandbox.posts(), ["A"], "{text}");
    }
}

#[test]
fn serve_withdraws_a_pending_deletion_and_edits_for_a_changed_file() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("pause news").exits(0);
    let world = world.without("posts/a.toml");
    world.run("apply --yes --prune").exits(4);
    let world = world.post("a", "heading = \"A again\"");
    let service = Service::start(&world);
    service.says("cancel post=a channel=news: its file is back");
    world.run("resume").exits(0);
    world.run("update a").exits(0).prints("edited a in news: https://t.me/example_news/1\n");
    assert_eq!(sandbox.posts(), ["A again"]);
}

#[test]
fn delete_by_name_ignores_the_file() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("pause news").exits(0);
    world.run("delete a --yes").exits(4).prints("").says("paused");
    world.run("resume").exits(0);
    world.run("apply --yes").exits(0);
    assert!(sandbox.posts().is_empty());
}

#[test]
fn rotated_file_names_cause_no_second_send() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("latest", "heading = \"January\"");
    world.run("publish latest").exits(0);
    let world = world
        .post("archive/january", "heading = \"January\"")
        .post("latest", "heading = \"February\"");
    world.run("apply --yes").exits(4).shows("telepress move latest archive/january");
    assert_eq!(sandbox.posts(), ["January"]);
    world.run("move latest archive/january").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["January", "February"]);
    world.run("move latest archive/january").exits(2).says("still exists");
}

#[test]
fn rotated_file_names_are_resolved_step_by_step() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("b", "heading = \"B\"");
    world.run("publish b").exits(0);
    let world =
        world.without("posts/a.toml").post("b", "heading = \"A\"").post("c", "heading = \"B\"");
    for command in ["apply --yes --prune", "apply --yes", "update b"] {
        world.run(command).exits(4);
        assert_eq!(sandbox.posts(), ["A", "B"], "{command}");
    }
    world.run("plan --prune").shows("telepress move b c").shows("telepress move a b");
    world.run("update b").exits(4).says("telepress move b c");
    world.run("move a b").exits(2).says("move it first");
    world.run("move b c").exits(0);
    world.run("move a b").exits(0);
    world.run("apply --yes --prune").exits(0).shows("nothing to do");
    assert_eq!(sandbox.posts(), ["A", "B"]);
}

#[test]
fn renumbered_files_cause_no_second_send() {
    // The older post is renamed as it was published, or with a typo fixed.
    for (newest, oldest) in [("One", "Two"), ("One of the many news", "Two of the other news")] {
        let sandbox = Server::sandbox();
        let text = |said: &str| format!("heading = \"{said} that are told here in full length\"");
        let fixed = |said: &str| text(said).replace("told", "tolld");
        let is_fixed = newest.len() > 3;
        let moved = |said: &str| if is_fixed { fixed(said) } else { text(said) };
        let world = sandbox.newsroom().post("news.1", &text(oldest)).post("news", &text(newest));
        world.run("publish news.1").exits(0);
        world.run("publish news").exits(0);
        let before = sandbox.posts();
        let world = world
            .post("news.2", &moved(oldest))
            .post("news.1", &moved(newest))
            .post("news", "heading = \"Nothing like these\"");
        world.run("apply --yes").exits(4).shows("telepress move news.1 news.2");
        world.run("apply --yes --prune").exits(4);
        assert_eq!(sandbox.posts(), before);
        world.run("move news.1 news.2").exits(0);
        world.run("apply --yes").exits(4);
        world.run("plan").shows("telepress move news news.1");
        world.run("move news news.1").exits(0);
        world.run("apply --yes").exits(0);
        assert_eq!(sandbox.posts().len(), 3, "{:?}", sandbox.posts());
        assert_eq!(sandbox.posts()[2], "Nothing like these");
    }
}

#[test]
fn swapped_texts_are_edited() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("b", "heading = \"B\"");
    world.run("publish b").exits(0);
    let world = world.post("a", "heading = \"B\"").post("b", "heading = \"A\"");
    world.run("apply --yes --prune").exits(0);
    assert_eq!(sandbox.posts(), ["B", "A"]);
}

#[test]
fn partly_deleted_post_is_incomplete_when_its_file_is_back() {
    let sandbox = Server::sandbox();
    let long = format!("heading = \"A\"\nbullets = [{}]", "\"word word word\", ".repeat(300));
    let world = sandbox.newsroom().post("a", &long);
    world.run("publish a").exits(0);
    assert_eq!(sandbox.posts().len(), 2);
    // Telegram asks to wait between the deletions of the two messages.
    sandbox.arm(&json!({ "fault": "too_many_requests", "retry_after": 3, "method": "deleteMessage", "after": 1 }));
    let gone = world.without("posts/a.toml");
    gone.run("apply --yes --prune --wait 1s").exits(4);
    assert_eq!(sandbox.posts().len(), 1);
    let world = gone.post("a", &long);
    world.run("apply --yes");
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts().len(), 2);
}

#[test]
fn unreadable_posts_folder_prevents_pruning() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("b", "heading = \"B\"");
    world.run("pause news").exits(0);
    let world = world.without("posts/a.toml");
    world.run("apply --yes --prune").exits(4);
    let service = Service::start(&world);
    std::fs::rename(world.path("posts"), world.path("away")).unwrap();
    let world = world.file("posts", "not a folder");
    world.run("resume").exits(0);
    // The publisher has checked all waiting posts more than once.
    let looks = || service.all().matches("post=b: the posts in posts cannot be listed").count();
    service.waits("a second look", || (looks() > 2).then_some(()));
    assert_eq!(sandbox.posts(), ["A"]);
}

#[test]
fn two_channels_with_one_chat_are_refused() {
    let sandbox = Server::sandbox();
    let id = sandbox.get("/sandbox/channels")[0]["id"].as_i64().unwrap();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    let config = world.read("config/telepress.toml");
    let twice = format!("{config}\nchannels.same = {{ chat = {id}, language = \"en\" }}");
    let world = world.config(&twice);
    for command in ["plan", "apply --yes", "publish a"] {
        world.run(command).exits(2).says("are the same chat");
    }
    assert!(sandbox.posts().is_empty());
}

#[test]
fn waiting_command_ends_on_a_signal_and_takes_over_from_a_dead_publisher() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("b", "heading = \"B\"").post("c", "heading = \"C\"");
    let service = Service::start(&world);
    sandbox.arm(&json!({ "fault": "slow", "delay_ms": 60_000, "method": "sendMessage" }));
    let [one, other] = [(); 2].map(|()| Service::begin_as(&world, "publish b --wait 50s"));
    service.waits("the request", || (sandbox.posts().len() == 2).then_some(()));
    one.signal("INT");
    one.all_at_end(4);
    service.signal("KILL");
    service.ends();
    // No other process publishes any more, so the waiting command recovers the request.
    other.says("telepress resolve b");
    assert_eq!(other.ends().code(), Some(4));
    world.run("resolve b --sent 2").exits(0);
    world.run("publish c").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B", "C"]);
}

#[test]
fn pending_deletion_is_withdrawn_when_the_text_is_back_under_another_name() {
    for name in ["posts/c.toml", "posts/C c.toml"] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox).post("z", "heading = \"Z\"");
        world.run("pause news").exits(0);
        let world = world.without("posts/a.toml");
        world.run("apply a --yes --prune").exits(4);
        let world = world.file(name, "heading = \"A\"");
        world.run("resume").exits(0);
        world.run("publish z").exits(0);
        assert_eq!(sandbox.posts(), ["A", "Z"], "{name}");
        world.run("apply --yes");
        assert_eq!(sandbox.posts(), ["A", "Z"], "{name}");
    }
}

#[test]
fn person_withdraws_a_pending_deletion() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("pause news").exits(0);
    world.run("delete a --yes").exits(4);
    world.run("cancel a").exits(0).shows("published");
    let world = world.post("a", "heading = \"Other\"");
    world.run("update a").exits(4);
    world.run("cancel a").exits(0);
    world.run("resume").exits(0);
    world.run("status").exits(0);
    world.run("publish a").exits(0);
    assert_eq!(sandbox.posts(), ["A"]);
    world.run("cancel a").exits(1).says("telepress delete a");
    world.run("apply --yes").exits(0).shows("edited");
    assert_eq!(sandbox.posts(), ["Other"]);
}

#[test]
fn other_command_deletes_no_post_whose_file_is_back() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("s", "heading = \"S\"");
    world.run("pause news").exits(0);
    let world = world.without("posts/a.toml");
    world.run("apply --yes --prune a").exits(4);
    let world = world.post("a", "heading = \"A\"");
    world.run("resume news").exits(0);
    world.run("publish s").exits(0);
    world.run("publish s --again").exits(0);
    assert_eq!(sandbox.posts(), ["A", "S", "S"]);
    world.run("plan").exits(0).shows("nothing to do");
}

#[test]
fn deletion_with_a_lost_answer_does_not_count_as_withdrawn() {
    for (lands, code) in [("before", 4), ("never", 0)] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox);
        sandbox.arm(&json!({ "fault": "read_close", "method": "deleteMessage", "lands": lands }));
        let world = world.without("posts/a.toml");
        world.run("apply --yes --prune --wait 1s").exits(4);
        let world = world.post("a", "heading = \"A\"");
        // An edit that changes nothing checks that the message exists.
        world.run("apply --yes").exits(code);
        assert_eq!(world.run("plan").stdout.contains("nothing to do"), code == 0, "{lands}");
    }
}
