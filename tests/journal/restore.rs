//! A restored journal: nothing is published twice, and the messages that it lacks are found.

use crate::world::{GROUP, Server, Service, World};

/// Replaces the journal by a backup, as an operator would.
fn restore(world: &World) {
    restore_from(world, "backup.db");
}

fn restore_from(world: &World, backup: &str) {
    for name in ["telepress.db-wal", "telepress.db-shm"] {
        let _ = std::fs::remove_file(world.path(name));
    }
    std::fs::copy(world.path(backup), world.path("telepress.db")).unwrap();
}

#[test]
fn restored_journal_sends_nothing_until_it_was_compared_with_the_channels() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom_with_staging("0ms")
        .post("a", "heading = \"A\"")
        .post("b", "heading = \"B\"\ntext = \"with **bold**\"")
        .post("c", "heading = \"C\"");
    world.run("publish a").exits(0);
    world.run("backup backup.db").exits(0);
    world.run("publish b").exits(0);
    sandbox.by_hand("By hand");
    restore(&world);
    world.run("apply --yes").exits(4).says("resolve --after-restore");
    world.run("publish c").exits(4).says("resolve --after-restore");
    assert_eq!(sandbox.posts(), ["A", "B", "By hand"]);
    world
        .run("resolve --after-restore")
        .exits(4)
        .shows("news https://t.me/example_news/2 shows `b`: run `telepress adopt b https://t.me/example_news/2")
        .shows("https://t.me/example_news/3 matches no post: By hand");
    world.run("adopt b https://t.me/example_news/2").exits(0);
    world.run("resolve --after-restore").exits(0).says("publishing can resume");
    world.run("resolve --after-restore").exits(0).says("nothing to do");
    // Posts ordered since then are held for a person: they may have been published.
    world.run("release c").exits(0);
    world.run("publish c").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B", "By hand", "C"]);
    assert!(sandbox.staged().is_empty());
}

#[test]
fn person_confirms_a_restored_journal_without_a_staging_chat() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    world.run("backup backup.db").exits(0);
    world.run("publish b").exits(0);
    restore(&world);
    let service = Service::start(&world);
    service.says("the journal was restored from a backup");
    world.run("resolve --after-restore --yes").exits(2).says("stop `telepress serve` first");
    service.signal("TERM");
    assert_eq!(service.ends().code(), Some(0));
    world.run("resolve --after-restore").exits(2).says("--yes");
    world.run("adopt b 2").exits(0);
    world.run("resolve --after-restore --yes").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B"]);
}

/// `a` is in the backup; `b` was published later, after 25 messages that were posted and deleted.
fn behind_a_gap(sandbox: &Server) -> World {
    let world = sandbox
        .newsroom_with_staging("0ms")
        .post("a", "heading = \"A\"")
        .post("b", "heading = \"B\"\ntext = \"with **bold**\"")
        .post("c", "heading = \"C\"");
    world.run("publish a").exits(0);
    world.run("backup backup.db").exits(0);
    for number in 0..25 {
        sandbox.somebody_posts(&format!("Other {number}"));
        sandbox.admin_deletes(2 + number);
    }
    world.run("publish b").exits(0).shows("https://t.me/example_news/27");
    restore(&world);
    world
}

#[test]
fn message_after_many_deleted_ones_is_found_after_a_restore() {
    let sandbox = Server::sandbox();
    let world = behind_a_gap(&sandbox);
    world
        .run("resolve --after-restore")
        .exits(4)
        .shows("news https://t.me/example_news/27 shows `b`");
    world.run("adopt b https://t.me/example_news/27").exits(0);
    world.run("resolve --after-restore").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B", "C"]);
}

#[test]
fn edited_message_is_listed_and_its_possible_posts_are_held() {
    let sandbox = Server::sandbox();
    let world = behind_a_gap(&sandbox);
    sandbox.admin_edits(27, "B\n\nwith better words");
    world
        .run("resolve --after-restore")
        .exits(0)
        .says("held: `b` in news may be one of these messages, edited since then: https://t.me/example_news/27")
        .says("held: `c` in news");
    world.run("apply --yes").exits(4);
    assert_eq!(sandbox.posts(), ["A", "B"]);
    world.run("adopt b https://t.me/example_news/27 --channel news").exits(0);
    world.run("release c --channel news").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B", "C"]);
}

#[test]
fn posts_held_or_refused_at_the_backup_are_listed() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom_with_staging("0ms")
        .post("a", "heading = \"A\"")
        .post("f", "heading = \"F\"")
        .post("old", "heading = \"Old\"\npublish_at = 2020-01-01T00:00:00Z");
    world.run("publish a").exits(0);
    let body = serde_json::json!({ "ok": false, "error_code": 400, "description": "Bad Request: message text is empty" });
    let fault = serde_json::json!({ "fault": "answer", "status": 400, "body": body, "method": "sendMessage" });
    sandbox.arm(&fault);
    world.run("publish f").exits(1);
    world.run("backup backup.db").exits(0);
    world.run("retry f").exits(0);
    world.run("publish f").exits(0);
    sandbox.admin_edits(2, "F, corrected");
    restore(&world);
    world
        .run("resolve --after-restore")
        .exits(0)
        .says("refused: `f` in news may be one of these messages, edited since then: https://t.me/example_news/2")
        .says("`telepress retry f --channel news`");
    world.run("apply --yes");
    assert_eq!(sandbox.posts(), ["A", "F, corrected"]);
}

#[test]
fn newer_backup_is_compared_again() {
    // With the mark beside the journal, and with the pinned message alone.
    for is_moved in [false, true] {
        let sandbox = Server::sandbox();
        let world = ["a", "b", "c"]
            .into_iter()
            .fold(sandbox.newsroom_with_staging("0ms").env("HOME", ""), |world, id| {
                world.post(id, &format!("heading = \"{id}\""))
            });
        world.run("publish a").exits(0);
        world.run("backup first.db").exits(0);
        world.run("publish b").exits(0);
        world.run("backup second.db").exits(0);
        let mark = world.read("telepress.db.watermark");
        world.run("publish c").exits(0);
        restore_from(&world, "first.db");
        world.run("publish c").exits(4).says("resolve --after-restore");
        world.run("resolve --after-restore").exits(4);
        world.run("adopt b https://t.me/example_news/2").exits(0);
        world.run("adopt c https://t.me/example_news/3").exits(0);
        world.run("resolve --after-restore").exits(0);
        let world = world.post("d", "heading = \"d\"");
        world.run("publish d").exits(0);
        restore_from(&world, "second.db");
        // In one case the whole snapshot is restored, on a machine without other marks.
        let world = if is_moved { world.file("telepress.db.watermark", &mark) } else { world };
        world
            .run("apply --yes")
            .exits(4)
            .says("resolve --after-restore")
            .says("a copy from before");
        assert_eq!(sandbox.posts(), ["a", "b", "c", "d"], "{is_moved}");
    }
}

#[test]
fn decisions_since_the_backup_are_noticed_as_missing() {
    for order in ["adopt x https://t.me/example_news/2", "cancel later", "resolve b --sent 3"] {
        let sandbox = Server::sandbox();
        let world = ["a", "x", "later", "b"]
            .into_iter()
            .fold(sandbox.newsroom(), |world, id| world.post(id, &format!("heading = \"{id}\"")));
        world.run("publish a").exits(0);
        sandbox.by_hand("x by hand");
        world.run("schedule later +1h").exits(0);
        // A message that may be a lost post is not adopted for another post.
        if order.contains("resolve") {
            let lost = serde_json::json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" });
            sandbox.arm(&lost);
            world.run("publish b").exits(4);
        }
        world.run("backup backup.db").exits(0);
        world.run(order).exits(0);
        restore(&world);
        world.run("apply --yes").exits(4).says("decisions that people have made");
        let standing = if order.contains("resolve") { 3 } else { 2 };
        assert_eq!(sandbox.posts().len(), standing, "{order}");
    }
}

/// A file with the header of a JPEG of this width.
fn jpeg(width: u8) -> Vec<u8> {
    vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 0x0B, 8, 1, 0x68, 2, width, 1, 1, 0x11, 0, 0xFF, 0xD9]
}

#[test]
fn album_is_found_whole_and_a_deleted_one_is_not_taken_for_it() {
    let sandbox = Server::sandbox();
    let album = |heading: &str, files: [u8; 2]| {
        format!(
            "heading = '{heading}'\nmedia = [{{ photo = '{}.jpg' }}, {{ photo = '{}.jpg' }}]",
            files[0], files[1]
        )
    };
    let world = (1..=4).fold(sandbox.newsroom_with_staging("0ms"), |world, n| {
        world.file(&format!("posts/{n}.jpg"), jpeg(n))
    });
    let world = world.post("a", &album("A", [1, 2])).post("b", &album("B", [3, 4]));
    let world = world.post("parts", "heading = 'P'\n[poll]\nquestion = 'Q?'\noptions = ['x', 'y']");
    let world = world.post("first", "heading = 'First'");
    world.run("publish first").exits(0);
    world.run("publish a").exits(0);
    world.run("delete a --yes").exits(0);
    world.run("backup backup.db").exits(0);
    world.run("publish b").exits(0);
    world.run("publish parts").exits(0);
    restore(&world);
    let link = |id| format!("https://t.me/example_news/{id}");
    let adopt_b = format!("adopt b {} {}", link(4), link(5));
    let adopt_parts = format!("adopt parts {} {}", link(6), link(7));
    let shown = world.run("resolve --after-restore").exits(4).shows(&adopt_b).shows(&adopt_parts);
    assert!(!shown.to_string().contains("`a`"), "{shown}");
    world.run(&adopt_b).exits(0);
    world.run(&adopt_parts).exits(0);
    world.run("resolve --after-restore").exits(0);
    world.run("plan b").exits(0);
    assert_eq!(sandbox.requests("sendMediaGroup"), 2);
}

#[test]
fn rest_of_an_album_cannot_be_adopted() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom_with_staging("0ms").file("posts/1.pdf", "%PDF-1.7\none");
    let world = world.file("posts/2.pdf", "%PDF-1.7\nsecond").post("first", "heading = 'First'");
    let world = world.post("a", "media = [{ document = '1.pdf' }, { document = '2.pdf' }]");
    world.run("publish first").exits(0);
    world.run("backup backup.db").exits(0);
    world.run("publish a").exits(0);
    sandbox.admin_deletes(2);
    restore(&world);
    world
        .run("resolve --after-restore")
        .exits(4)
        .shows("https://t.me/example_news/3 shows a part of `a`, which has 2 messages");
    sandbox.admin_deletes(3);
    world.run("resolve --after-restore").exits(0);
}

#[test]
fn comments_are_held_and_their_group_is_not_compared() {
    let sandbox = Server::sandbox();
    sandbox.add_discussion();
    let comments = "heading = 'A'\n[[comments]]\nbody = 'Ask here'";
    let world = sandbox.newsroom_with_staging("0ms").post("a", "heading = 'A'");
    world.run("publish a").exits(0);
    world.run("backup backup.db").exits(0);
    let world = world.post("a", comments).post("b", "heading = 'B'\n[[comments]]\nbody = 'New'");
    world.run("apply a --yes").exits(0);
    assert_eq!(sandbox.discussion().len(), 2);
    restore(&world);
    let shown = world.run("resolve --after-restore").exits(0).says("the comments of `a`");
    assert!(!shown.to_string().contains(&GROUP.to_string()), "{shown}");
    world.run("status a").shows("held").shows("discussion group");
    world.run("cancel a").exits(0);
    world.run("apply --yes").exits(0);
    // Those of `b` are new.
    let texts: Vec<_> =
        sandbox.discussion().iter().map(|message| message["text"].clone()).collect();
    assert_eq!(texts, ["A", "Ask here", "B", "New"]);
}
