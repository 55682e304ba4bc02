//! A new file that may be a published post under another name is held until a person decides.

#![expect(
    clippy::disallowed_methods,
    reason = "a test renames files as people do, by the machine's clock"
)]

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::world::{Server, Service, World};

const TEXT: &str = "heading = \"Anouncement of the summit\"\ntext = \"It begins on Monday at nine in the great hall.\"";

/// A post that is due this many seconds from now.
fn timed(seconds: i64, text: &str) -> String {
    let at = Timestamp::now() + SignedDuration::from_secs(seconds);
    format!("publish_at = {at}\n{text}")
}

/// The text with a typo fixed.
fn fixed(text: &str) -> String {
    text.replace("Anouncement", "Announcement")
}

/// A newsroom in which `a` was just published at its time.
fn published(sandbox: &Server) -> (World, String) {
    let text = timed(0, TEXT);
    let world = sandbox.newsroom().post("a", &text);
    let service = Service::start(&world);
    service.says("published post=a");
    service.signal("TERM");
    service.ends();
    (world, text)
}

/// Checks what the journal and the plan report about `b`, which may be `a`.
#[track_caller]
fn is_held(world: &World, sandbox: &Server) {
    for command in ["status", "queue"] {
        let ran = world.run(command).exits(0);
        ran.shows("held").shows("`telepress move a b`").shows("`telepress publish b`");
    }
    let plan = world.run("plan").exits(0);
    plan.shows("conflict  a").shows("conflict  b").shows("`telepress move a b`");
    assert_eq!(sandbox.posts(), ["Anouncement of the summit"]);
}

#[test]
fn file_renamed_and_fixed_while_serve_is_down_is_held() {
    let sandbox = Server::sandbox();
    let (world, text) = published(&sandbox);
    let world = world.without("posts/a.toml").post("b", &fixed(&text));
    let service = Service::start(&world);
    let line = service.says("held post=b channel=news");
    assert!(
        line.contains("`telepress move a b`") && line.contains("`telepress publish b`"),
        "{line}"
    );
    is_held(&world, &sandbox);
    world.run("apply --yes").exits(4).shows("`telepress move a b`");
    world.run("apply --prune --yes").exits(4);
    is_held(&world, &sandbox);
    // It is the same post: its message is edited.
    world.run("move a b").exits(0);
    world.run("queue").exits(0).prints("");
    world.run("apply --yes").exits(0).prints("edited b in news: https://t.me/example_news/1\n");
    assert_eq!(sandbox.posts(), ["Announcement of the summit"]);
}

#[test]
fn file_renamed_and_fixed_while_serve_runs_is_held_in_any_order_of_events() {
    // Which file changes first, and the delay of the other; a tool may copy first and delete later.
    for (is_new_first, milliseconds) in [
        (true, 0),
        (true, 160),
        (true, 400),
        (true, 1_200),
        (false, 0),
        (false, 160),
        (false, 1_200),
    ] {
        let sandbox = Server::sandbox();
        let (world, text) = published(&sandbox);
        let service = Service::start(&world);
        let (old, new) = (world.path("posts/a.toml"), world.path("posts/b.toml"));
        let gap = Duration::from_millis(milliseconds);
        if is_new_first {
            std::fs::write(&new, fixed(&text)).unwrap();
            std::thread::sleep(gap);
            std::fs::remove_file(&old).unwrap();
        } else {
            std::fs::remove_file(&old).unwrap();
            std::thread::sleep(gap);
            std::fs::write(&new, fixed(&text)).unwrap();
        }
        service.says("held post=b channel=news");
        is_held(&world, &sandbox);
        assert!(!service.all().contains("published post=b"), "{}", service.all());
    }
}

#[test]
fn file_renamed_while_serve_runs_is_held() {
    let sandbox = Server::sandbox();
    let (world, _) = published(&sandbox);
    let service = Service::start(&world);
    std::fs::rename(world.path("posts/a.toml"), world.path("posts/b.toml")).unwrap();
    service.says("held post=b channel=news");
    is_held(&world, &sandbox);
    // After another rename the question is about the new name.
    std::fs::rename(world.path("posts/b.toml"), world.path("posts/c.toml")).unwrap();
    service.says("held post=c channel=news");
    service.waits("b to go", || (!world.run("queue").stdout.contains(" b ")).then_some(()));
    world.run("move a c").exits(0);
    world.run("plan --exit-code").exits(0);
}

#[test]
fn unrelated_late_file_is_held_until_a_person_releases_it() {
    let sandbox = Server::sandbox();
    let (world, _) = published(&sandbox);
    let other = "heading = \"Something else\"\nbullets = [\"Not a word of it.\"]";
    let world = world.without("posts/a.toml").post("b", &timed(-5, other));
    let service = Service::start(&world);
    service.says("held post=b channel=news");
    is_held(&world, &sandbox);
    world.run("publish b").exits(0);
    assert_eq!(sandbox.posts().len(), 2);
    world.run("move a b").exits(2).says("the journal has another post `b` already");
    // Now there is no question.
    world.run("plan").exits(0).shows("--prune` deletes its messages");
}

#[test]
fn several_vanished_posts_are_named_and_counted() {
    let sandbox = Server::sandbox();
    let mut world = sandbox.newsroom();
    for name in ["p1", "p2", "p3", "p4", "p5"] {
        world = world.post(name, &format!("heading = \"{name} has words of its own\""));
    }
    world.run("apply --yes").exits(0);
    for name in ["p1", "p2", "p3", "p4", "p5"] {
        world = world.without(&format!("posts/{name}.toml"));
    }
    let world = world.post("b", &timed(-5, TEXT));
    let service = Service::start(&world);
    let line = service.says("held post=b");
    assert!(line.contains("and 2 more") && line.contains("`telepress move OLD b`"), "{line}");
    assert_eq!(sandbox.posts().len(), 5);
}

#[test]
fn apply_holds_a_similar_new_file_and_publishes_a_different_one() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", TEXT);
    world.run("apply --yes").exits(0);
    let world = world
        .without("posts/a.toml")
        .post("b", &fixed(TEXT))
        .post("c", "heading = \"Something else\"");
    world.run("apply --yes").exits(4).says("");
    assert_eq!(sandbox.posts(), ["Anouncement of the summit", "Something else"]);
    world.run("queue").exits(0).shows("held").shows("`telepress move a b`");
    world.run("move a b").exits(0);
    world.run("apply --yes").exits(0).prints("edited b in news: https://t.me/example_news/1\n");
}

#[test]
fn similar_new_file_with_a_later_time_is_not_scheduled() {
    let sandbox = Server::sandbox();
    let (world, text) = published(&sandbox);
    let later = timed(3_600, &fixed(text.split_once('\n').unwrap().1));
    let world = world
        .without("posts/a.toml")
        .post("b", &later)
        .post("c", &timed(3_600, "heading = \"Other\""));
    let service = Service::start(&world);
    service.says("held post=b channel=news");
    service.says("scheduled post=c");
    is_held(&world, &sandbox);
    world.run("release b").exits(0).shows("scheduled");
}

#[test]
fn waiting_copy_of_a_post_is_held_when_the_posts_own_file_vanishes() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", TEXT);
    world.run("apply --yes").exits(0);
    let service = Service::start(&world);
    let world = world.post("b", &timed(3, TEXT));
    service.says("scheduled post=b");
    let world = world.without("posts/a.toml");
    service.says("held post=b channel=news");
    world.waits_until_due("b");
    // A later published post shows that it was not published.
    let world = world.post("c", "heading = \"C\"");
    world.run("publish c").exits(0);
    assert_eq!(sandbox.posts(), ["Anouncement of the summit", "C"]);
    world.run("move a b").exits(0);
    world.run("queue").exits(0).prints("");
}

#[test]
fn serve_holds_a_renamed_post_whose_old_name_got_another_text() {
    for pause in [0, 1_200] {
        for fix in [false, true] {
            let sandbox = Server::sandbox();
            let world = sandbox.newsroom().post("latest", &timed(-1, TEXT));
            world.run("apply --yes").exits(0);
            let service = Service::start(&world);
            let moved = if fix { fixed(TEXT) } else { TEXT.to_owned() };
            let world = world.post("january", &timed(-1, &moved));
            std::thread::sleep(Duration::from_millis(pause));
            let other = "heading = \"February\"\nbullets = [\"Not a word of it.\"]";
            let world = world.post("latest", &timed(3_600, other));
            service.says("held post=january channel=news");
            let world = world.post("later", "heading = \"Later\"");
            world.run("publish later").exits(0);
            assert_eq!(sandbox.posts(), ["Anouncement of the summit", "Later"], "{pause} {fix}");
            world.run("queue").shows("`telepress move latest january`");
            world.run("move latest january").exits(0);
            let _world = world.post("other", "draft = true\nheading = \"Other\"");
            service.says("scheduled post=latest");
            assert_eq!(sandbox.posts().len(), 2);
        }
    }
}

#[test]
fn published_file_that_is_renamed_onto_a_known_name_is_asked_about() {
    let onto: [(&str, &[&str], i32); 4] = [
        ("scheduled", &["schedule a +1h"], 0),
        ("cancelled", &["schedule a +1h", "cancel a"], 0),
        ("deleted", &["publish a", "delete a --yes"], 0),
        ("held", &["pause", "schedule a +0s", "resume"], 0),
    ];
    for (state, commands, _) in onto {
        let sandbox = Server::sandbox();
        let text = "heading = \"Nothing like it\"\nbullets = [\"Other words.\"]";
        let world = sandbox.newsroom().post("b", TEXT).post("a", text);
        world.run("publish b").exits(0);
        for command in commands {
            world.run(command);
        }
        let before = sandbox.posts();
        let world = world.without("posts/b.toml").post("a", TEXT);
        for command in ["apply --yes --prune", "apply --yes", "apply a --yes"] {
            world.run(command);
            assert_eq!(sandbox.posts(), before, "{state}: {command}");
        }
        world.run("plan").shows("telepress move b a");
        world.run("move b a").exits(0);
        world.run("apply --yes --prune").exits(0).shows("1 post is up to date");
        assert_eq!(sandbox.posts(), before, "{state}");
    }
}

#[test]
fn published_file_that_is_renamed_onto_a_published_one_is_asked_about() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", TEXT);
    world.run("apply --yes").exits(0);
    let before = sandbox.posts();
    let world = world.without("posts/b.toml").post("a", TEXT);
    for command in ["apply --yes --prune", "apply --yes"] {
        world.run(command).exits(4);
        assert_eq!(sandbox.posts(), before, "{command}");
    }
    world.run("move b a").exits(2).says("telepress delete a");
    world.run("delete a --yes").exits(0);
    world.run("move b a").exits(0);
    world.run("apply --yes --prune").exits(0).shows("1 post is up to date");
    assert_eq!(sandbox.posts(), ["Anouncement of the summit"]);
}

#[test]
fn renamed_post_is_held_in_all_its_channels_and_editions_may_be_merged_and_split() {
    let sandbox = Server::sandbox();
    sandbox.add_channel(-1_001_000_000_101, "the_blog");
    let count = || {
        ["example_news", "the_blog"].map(|name| {
            sandbox.get(&format!("/sandbox/channels/{name}/posts")).as_array().unwrap().len()
        })
    };
    let world = sandbox.newsroom();
    let config = format!(
        "{}\nchannels.blog = {{ chat = \"@the_blog\", language = \"ru\" }}",
        world.read("config/telepress.toml")
    );
    let en = "[editions.en]\nheading = \"The meeting of all the members of the club\"\n";
    let ru = "[editions.ru]\nheading = \"Собрание всех членов клуба на этой неделе\"\n";
    let world = world.config(&config).post("p", &format!("{en}{ru}"));
    world.run("publish p").exits(0);
    // One edition is also rewritten.
    let other = "[editions.en]\nheading = \"Something else\"\n";
    let world = world.without("posts/p.toml").post("r", &format!("{other}{ru}"));
    for command in ["apply --yes", "apply --yes --prune"] {
        world.run(command).exits(4);
        assert_eq!(count(), [1, 1], "{command}");
    }
    world.run("move p r").exits(0);
    world.run("apply --yes --prune").exits(0);
    assert_eq!(count(), [1, 1]);
    // The post is split into two files.
    let world = world.without("posts/r.toml").post("x", other).post("y", ru);
    world.run("apply --yes --prune").exits(4);
    world
        .run("plan")
        .shows("telepress move r x --channel news")
        .shows("telepress move r y --channel blog");
    world.run("move r x --channel news").exits(0);
    world.run("move r y --channel blog").exits(0);
    world.run("apply --yes --prune").exits(0).shows("2 posts are up to date");
    // The files are merged again.
    let world = world.without("posts/x.toml").without("posts/y.toml");
    let world = world.post("m", &format!("{other}{ru}"));
    world.run("apply --yes --prune").exits(4);
    world.run("move x m").exits(0);
    world.run("apply --yes --prune").exits(4);
    world.run("move y m").exits(0);
    world.run("apply --yes --prune").exits(0).shows("1 post is up to date");
    assert_eq!(count(), [1, 1]);
}

#[test]
fn names_swapped_between_channels_are_moved_by_channel() {
    let sandbox = Server::sandbox();
    sandbox.add_channel(-1_001_000_000_101, "the_blog");
    let world = sandbox.newsroom();
    let config = format!(
        "{}\nchannels.blog = {{ chat = \"@the_blog\", language = \"en\" }}",
        world.read("config/telepress.toml")
    );
    let one = "channels = [\"news\"]\nheading = \"The town hall opens late\"\n";
    let two = "channels = [\"blog\"]\nheading = \"We wrote a new parser\"\n";
    let world = world.config(&config).post("a", one).post("b", two);
    world.run("apply --yes").exits(0);
    let world = world.post("a", two).post("b", one);
    world.run("apply --yes --prune").exits(4);
    world
        .run("plan")
        .shows("telepress move a b --channel news")
        .shows("telepress move b a --channel blog");
    world.run("move a b --channel news").exits(0);
    world.run("move b a --channel blog").exits(0);
    world.run("apply --yes --prune").exits(0).shows("2 posts are up to date");
}

/// A post of a weekly series: nine of ten words are the same in each.
fn weekly(speaker: &str) -> String {
    let words = "meets in the old library on the main square at six and everybody who wants to talk about programs and books is as welcome as ever with friends and family and something small to eat or to drink";
    format!("heading = \"The club\"\ntext = \"{speaker} speaks this week and the club {words}\"")
}

#[test]
fn rotated_posts_of_a_series_are_distinguished() {
    let (one, two) = (weekly("Alice"), weekly("Boris"));
    for (name, moved) in [
        ("as it was", one.clone()),
        ("with a typo fixed", one.replace("welcome", "wellcome")),
        ("with a hashtag", format!("hashtags = [\"archive\"]\n{one}")),
        ("silent", format!("silent = true\n{one}")),
    ] {
        let sandbox = Server::sandbox();
        let world = sandbox.newsroom().post("latest", &one);
        world.run("publish latest").exits(0);
        let before = sandbox.posts();
        let world = world.post("archive/w1", &moved).post("latest", &two);
        for command in ["apply --yes", "apply --yes --prune"] {
            world.run(command).exits(4);
            assert_eq!(sandbox.posts(), before, "{name}: {command}");
        }
        world.run("move latest archive/w1").exits(0);
        world.run("publish latest").exits(0);
        world.run("apply --yes").exits(0);
        assert_eq!(sandbox.posts().len(), 2, "{name}");
    }
    // An ordinary new post of the series is not held.
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("w1", &one).post("w2", &two);
    world.run("publish w1").exits(0);
    world.run("apply --yes").exits(0);
    let world = world.post("w1", &one.replace("welcome", "wellcome"));
    let world = world.post("w3", &weekly("Clara").replace("old library", "new theatre"));
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts().len(), 3);
}

#[test]
fn held_post_is_published_when_the_question_is_gone() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("w1", &weekly("Alice"));
    world.run("publish w1").exits(0);
    let later = timed(3_600, &weekly("Boris"));
    let world =
        world.without("posts/w1.toml").post("archive/w1", &weekly("Alice")).post("w2", &later);
    world.run("apply --yes").exits(4);
    world.run("plan").shows("telepress move w1 archive/w1");
    world.run("move w1 archive/w1").exits(0);
    world.run("apply --yes").exits(0).shows("scheduled w2");
    assert_eq!(sandbox.posts().len(), 1);
}

#[test]
fn chain_whose_last_file_vanished_is_not_edited_halfway() {
    let sandbox = Server::sandbox();
    let text = |words: &str| format!("heading = \"{words}\"");
    let world = sandbox
        .newsroom()
        .post("a", &text("First things first"))
        .post("b", &text("Second to none"))
        .post("c", &text("Third time lucky"));
    world.run("apply --yes").exits(0);
    let before = sandbox.posts();
    let world = world
        .without("posts/c.toml")
        .post("a", &text("Second to none"))
        .post("b", &text("Third time lucky"));
    world.run("apply --yes").exits(4);
    assert_eq!(sandbox.posts(), before);
}

#[test]
fn copy_of_a_post_whose_time_has_passed_is_asked_about() {
    let sandbox = Server::sandbox();
    let (world, text) = published(&sandbox);
    let service = Service::start(&world);
    let world = world.post("archive/a", &text);
    service.says("held post=archive/a channel=news");
    assert_eq!(sandbox.posts().len(), 1);
    world.run("publish archive/a").exits(0);
    assert_eq!(sandbox.posts().len(), 2);
}

#[test]
fn post_older_than_the_journal_is_known_under_another_name_with_another_time() {
    let words = "The library on the main square stays open until nine on every weekday this summer";
    for is_recorded in [true, false] {
        let sandbox = Server::sandbox();
        let world = World::new()
            .config(&format!(
                "{}\nrecovery.quiet = \"0ms\"\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
                sandbox.settings()
            ))
            .env("TELEPRESS_TOKEN", crate::world::TOKEN)
            .post("a", &format!("heading = \"{words}\"\npublish_at = 2026-01-02T09:00:00Z"))
            .with_journal();
        world.run("plan").exits(0).shows("older than the journal");
        // Renamed, with a typo fixed and another time.
        let fixed = words.replace("nine", "ten");
        let world = world
            .without("posts/a.toml")
            .post("b", &format!("heading = \"{fixed}\"\npublish_at = 2030-01-02T09:00:00Z"))
            .post("other", "heading = \"A new reading room for children opens next to the café\"");
        world.run("plan").exits(0).shows("telepress move a b");
        // The command works whether it was printed by `plan` or after the post was held.
        if is_recorded {
            world.run("apply --yes").exits(4);
            assert_eq!(sandbox.posts().len(), 1);
        }
        world.run("move a b").exits(0);
        world.run("apply --yes").exits(0);
        world.run("queue").exits(0).prints("");
        assert_eq!(sandbox.posts(), ["A new reading room for children opens next to the café"]);
    }
}
