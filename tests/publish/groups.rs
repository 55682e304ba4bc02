//! Groups and forum topics: where messages go, what groups refuse, and what becomes of lost answers there.

use serde_json::{Value, json};

use crate::world::{FORUM, Server, World};

/// A newsroom with two topics of one forum, and a staging chat.
fn newsroom(sandbox: &Server) -> World {
    sandbox.add_forum();
    world_with_staging(
        sandbox,
        &format!(
            "channels.news = {{ chat = {FORUM}, topic = 42, language = \"en\" }}\nchannels.talk = {{ chat = {FORUM}, topic = 43, language = \"en\" }}"
        ),
    )
}

fn world(sandbox: &Server, channels: &str) -> World {
    let settings = sandbox.settings();
    sandbox.newsroom().config(&format!("{settings}\nrecovery.quiet = \"0ms\"\n{channels}"))
}

/// The same with a staging chat, through which telepress reads groups back.
fn world_with_staging(sandbox: &Server, channels: &str) -> World {
    sandbox.add_staging_chat();
    let world = world(sandbox, channels);
    let config = world.read("config/telepress.toml");
    world.config(&format!("recovery.staging_chat = -1009999999999\n{config}"))
}

/// The topic and first line of each message.
fn messages(sandbox: &Server, chat: i64) -> Vec<(Option<i64>, String)> {
    let posts = sandbox.get(&format!("/sandbox/channels/{chat}/posts"));
    let line =
        |post: &Value| post["text"].as_str().unwrap().lines().next().unwrap_or("").to_owned();
    let all = posts.as_array().unwrap().iter();
    all.map(|post| (post["message_thread_id"].as_i64(), line(post))).collect()
}

fn in_topic(topic: i64, text: &str) -> (Option<i64>, String) {
    (Some(topic), text.to_owned())
}

#[test]
fn each_topic_gets_its_own_message_and_link() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"");
    world.run("publish a").exits(0).prints(
        "published a in news: https://t.me/c/1500000001/42/1\npublished a in talk: https://t.me/c/1500000001/43/2\n",
    );
    assert_eq!(messages(&sandbox, FORUM), [in_topic(42, "A"), in_topic(43, "A")]);
    world.run("plan").exits(0).shows("nothing to do");
    let status = world.run("status a --format json").exits(0).json();
    assert_eq!(status[1]["link"], "https://t.me/c/1500000001/43/2");
    for command in ["status a", "list"] {
        let rows = world.run(&format!("{command} --format json")).exits(0).json();
        let topics: Vec<_> = rows.as_array().unwrap().iter().map(|row| &row["topic"]).collect();
        assert_eq!(topics, [42, 43], "{command}: {rows}");
    }
    let world = world.post("b", "channels = [\"talk\"]\nheading = \"B\"");
    assert_eq!(world.run("list --format json").json()[2]["topic"], 43);
    world.run("schedule b 2027-06-01T12:00:00Z").exits(0);
    assert_eq!(world.run("queue --format json").exits(0).json()[0]["topic"], 43);
    let log = world.run("log a --format json").exits(0).json();
    assert!(log.as_array().unwrap().iter().any(|entry| entry["topic"] == 43), "{log}");
}

#[test]
fn edits_and_deletions_name_no_topic() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "channels = [\"news\"]\nheading = \"A\"");
    world.run("publish a").exits(0);
    let world = world.post("a", "channels = [\"news\"]\nheading = \"B\"");
    world.run("update a").exits(0).shows("edited a in news: https://t.me/c/1500000001/42/1");
    assert_eq!(messages(&sandbox, FORUM), [in_topic(42, "B")]);
    world.run("delete a --yes").exits(0);
    assert_eq!(messages(&sandbox, FORUM), []);
    let (requests, forum) = (sandbox.get("/sandbox/requests"), FORUM.to_string());
    for request in requests.as_array().unwrap() {
        let is_sent =
            request["method"] == "sendMessage" && request["params"]["chat_id"] == forum.as_str();
        let topic = request["params"].get("message_thread_id");
        assert_eq!(topic.is_some(), is_sent, "{request}");
    }
}

#[test]
fn general_topic_has_no_thread() {
    let sandbox = Server::sandbox();
    sandbox.add_forum();
    for topic in ["topic = 1, ", ""] {
        let channels = format!("channels.news = {{ chat = {FORUM}, {topic}language = \"en\" }}");
        let world = world(&sandbox, &channels).post("a", "heading = \"A\"");
        world.run("publish a").exits(0).shows("https://t.me/c/1500000001/");
    }
    assert_eq!(messages(&sandbox, FORUM), [(None, "A".to_owned()), (None, "A".to_owned())]);
}

#[test]
fn media_polls_and_albums_go_to_the_topic() {
    let sandbox = Server::sandbox();
    let photo = include_bytes!("../../posts/lindholm/ice-rink/rink.png");
    let poll = "[poll]\nquestion = \"Q?\"\noptions = [\"A\", \"B\"]";
    let world = newsroom(&sandbox)
        .file("posts/one.png", photo)
        .file("posts/two.png", photo)
        .post("a", &format!("channels = [\"news\"]\nheading = \"A\"\n[[media]]\nphoto = \"one.png\"\n[[media]]\nphoto = \"two.png\"\n{poll}"))
        .post("b", "channels = [\"news\"]\nformat = \"rich\"\nheading = \"B\"");
    world.run("publish a").exits(0);
    world.run("publish b").exits(0);
    let topics: Vec<_> = messages(&sandbox, FORUM).into_iter().map(|(topic, _)| topic).collect();
    assert_eq!(topics, [Some(42); 4]);
}

#[test]
fn closed_topic_pauses_only_its_channel_until_it_is_resumed() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"");
    sandbox.set_topic(42, "closed");
    world.run("publish a").exits(4).says("the topic is closed").shows("published a in talk");
    let reason = world.run("status a --format json").json()[0]["reason"].clone();
    assert!(reason.as_str().unwrap().starts_with("the topic is closed"), "{reason}");
    let plan = world.run("plan --format json").json();
    assert_eq!(plan[0]["reason"], reason);
    assert_eq!(messages(&sandbox, FORUM), [in_topic(43, "A")]);
    world.run("status").says("channel news is paused: the topic is closed");
    world.run("doctor").shows("reopen it in the group, then run `telepress resume news`");
    let world = world.post("b", "channels = [\"talk\"]\nheading = \"B\"");
    world.run("publish b").exits(0);
    sandbox.set_topic(42, "open");
    world.run("resume news").exits(0);
    world.run("apply --yes").exits(0).shows("published a in news");
    assert_eq!(
        messages(&sandbox, FORUM),
        [in_topic(43, "A"), in_topic(43, "B"), in_topic(42, "A")]
    );
}

#[test]
fn deleted_topic_is_named_as_such() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "channels = [\"news\"]\nheading = \"A\"");
    sandbox.set_topic(42, "deleted");
    world.run("publish a").exits(4).says("the group has no such topic").says("correct its `topic`");
    assert_eq!(messages(&sandbox, FORUM), []);
}

#[test]
fn corrected_topic_leaves_no_pause_behind() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "channels = [\"news\"]\nheading = \"A\"");
    sandbox.set_topic(42, "deleted");
    world.run("publish a").exits(4);
    let changed = world.read("config/telepress.toml").replace("topic = 42", "topic = 44");
    let world = world.config(&changed);
    let topic = json!({ "id": 44, "name": "News" });
    sandbox.post(&format!("/sandbox/channels/{FORUM}/topics"), &topic);
    let left = format!("telepress resume -- {FORUM}/42");
    world.run("status").says(&left);
    world.run("doctor").exits(0);
    world.run(&format!("resume -- {FORUM}/42")).exits(0);
    assert!(!world.run("status").stderr.contains("paused"));
}

#[test]
fn another_topic_in_the_config_is_another_channel() {
    let sandbox = Server::sandbox();
    sandbox.add_forum();
    let config =
        |topic| format!("channels.news = {{ chat = {FORUM}, topic = {topic}, language = \"en\" }}");
    let world = world(&sandbox, &config(42)).post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    let changed = world.read("config/telepress.toml").replace("topic = 42", "topic = 43");
    let world = world.config(&changed);
    world.run("plan").exits(0).shows("it was published in another topic (-1001500000001/42)");
    world.run("publish a --again").exits(0).shows("https://t.me/c/1500000001/43/2");
    assert_eq!(messages(&sandbox, FORUM), [in_topic(42, "A"), in_topic(43, "A")]);
}

#[test]
fn lost_answer_in_a_topic_is_found_and_not_sent_again() {
    for lands in ["before", "never"] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox).post("first", "heading = \"First\"");
        world.run("publish first").exits(0);
        let world = world.post("a", "channels = [\"news\"]\nheading = \"The post\"");
        sandbox.somebody_writes(FORUM, 43, "The post");
        sandbox.arm(&json!({ "fault": "read_close", "lands": lands, "method": "sendMessage" }));
        world.run("publish a").exits(0).shows("https://t.me/c/1500000001/42/4");
        let all = messages(&sandbox, FORUM);
        assert_eq!(
            all.iter().filter(|one| **one == in_topic(42, "The post")).count(),
            1,
            "{all:?}"
        );
        assert!(sandbox.staged().is_empty());
    }
}

#[test]
fn crash_around_a_send_into_a_topic_leaves_one_copy() {
    for place in ["after-intent", "request-in-flight", "before-outcome"] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox).post("first", "heading = \"First\"");
        world.run("publish first").exits(0);
        let world = world.post("a", "channels = [\"talk\"]\nheading = \"A\"");
        if place == "request-in-flight" {
            let fault = json!({ "fault": "no_answer", "lands": "before", "method": "sendMessage" });
            sandbox.arm(&fault);
        }
        let world = world.env("TELEPRESS_CRASH", place);
        assert_eq!(world.run("publish a").code, None, "it did not reach {place}");
        let world = world.env("TELEPRESS_CRASH", "");
        world.run("publish a").exits(0);
        let all = messages(&sandbox, FORUM);
        assert_eq!(all.iter().filter(|one| **one == in_topic(43, "A")).count(), 1, "{place}");
    }
}

/// A newsroom whose channel is a basic group.
fn basic_group(sandbox: &Server) -> World {
    sandbox.add_group(BASIC, "basic");
    world_with_staging(sandbox, &format!("channels.news = {{ chat = {BASIC}, language = \"en\" }}"))
}

const BASIC: i64 = -4_000_000_077;

#[test]
fn lost_answer_in_a_basic_group_waits_for_an_operator() {
    let sandbox = Server::sandbox();
    let world = basic_group(&sandbox).post("first", "heading = \"First\"");
    world.run("publish first").exits(0).prints("published first in news: message 1\n");
    let world = world.post("a", "heading = \"A\"");
    sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" }));
    world.run("publish a").exits(4).says("chat is a basic group");
    assert_eq!(messages(&sandbox, BASIC).len(), 2);
    // telepress does not look for it; it only checks what an operator names.
    assert_eq!(sandbox.requests("forwardMessage") + sandbox.requests("forwardMessages"), 0);
    world.run("resolve a --sent 2").exits(0);
}

#[test]
fn upgraded_group_holds_posts_until_the_config_has_the_new_id() {
    let sandbox = Server::sandbox();
    let world = basic_group(&sandbox).post("first", "heading = \"First\"");
    world.run("publish first").exits(0);
    let new = sandbox.upgrade(BASIC);
    let world = world.post("a", "heading = \"A\"");
    world
        .run("publish a")
        .exits(4)
        .says("the group has become a supergroup")
        .says(&format!("`chat = {new}`"));
    let config = world.read("config/telepress.toml").replace(&BASIC.to_string(), &new.to_string());
    let world = world.config(&config);
    world.run("plan").exits(0).shows("before the upgrade to a supergroup");
    world.run("apply --yes").shows("published a in news");
    assert_eq!(messages(&sandbox, new), [(None, "A".to_owned())]);
    assert_eq!(messages(&sandbox, BASIC), [(None, "First".to_owned())]);
}

#[test]
fn group_that_forbids_photos_refuses_only_them() {
    let sandbox = Server::sandbox();
    let photo = include_bytes!("../../posts/lindholm/ice-rink/rink.png");
    let world = newsroom(&sandbox)
        .file("posts/one.png", photo)
        .post("a", "channels = [\"news\"]\nheading = \"A\"\n[[media]]\nphoto = \"one.png\"");
    sandbox.post(
        &format!("/sandbox/channels/{FORUM}/permissions"),
        &json!({ "can_send_photos": false }),
    );
    world.run("publish a").exits(4).says("not enough rights to send photos");
    world.run("doctor").shows("the bot may not send photos");
}

#[test]
fn comments_of_a_post_in_a_topic_are_an_error_with_their_place() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"\n[[comments]]\nbody = \"C\"");
    world.run("check a").exits(1).shows("comments-in-group").shows("posts/a.toml:3");
}

#[test]
fn post_with_comments_is_not_sent_to_a_group() {
    const GROUP: i64 = -1_001_500_000_077;
    let sandbox = Server::sandbox();
    sandbox.add_group(GROUP, "supergroup");
    let post = "heading = \"A\"\n[[comments]]\nbody = \"C\"";
    let world =
        world(&sandbox, &format!("channels.talk = {{ chat = {GROUP}, language = \"en\" }}"))
            .post("a", post);
    world.run("check").exits(0);
    world.run("doctor").exits(1).shows("comments are posted only below posts of channels");
    let plan = world.run("plan --format json").exits(0).json();
    assert_eq!(plan.as_array().unwrap().len(), 1, "{plan}");
    assert_eq!(plan[0]["action"], "conflict");
    world.run("publish a").exits(1).says("this chat is a group");
    world.run("schedule a 2027-06-01T12:00:00Z").exits(1).says("this chat is a group");
    world.run("apply --yes").exits(4).shows("this chat is a group");
    assert_eq!(messages(&sandbox, GROUP), []);
    let world = world.post("a", "heading = \"A\"");
    world.run("doctor").exits(0);
    world.run("publish a").exits(0);
    // Comments that are added later have no place either, and the post stays.
    let world = world.post("a", post);
    let plan = world.run("plan --format json").exits(0).json();
    let actions: Vec<_> =
        plan.as_array().unwrap().iter().map(|row| (&row["comments"], &row["action"])).collect();
    assert!(actions.contains(&(&json!(true), &json!("conflict"))), "{plan}");
}

#[test]
fn doctor_names_topics_and_basic_groups() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world
        .run("doctor")
        .shows("the group permits the bot to send everything")
        .shows("posts go to topic 42");
    let sandbox = Server::sandbox();
    basic_group(&sandbox).run("doctor").shows("is a basic group");
}

#[test]
fn post_in_a_topic_grows_after_newer_messages_in_another_topic() {
    let sandbox = Server::sandbox();
    let long = |extra: &str| {
        format!("channels = [\"news\"]\ntext = \"\"\"\n{}{extra}\"\"\"", "word ".repeat(800))
    };
    let more = long(&"more ".repeat(800));
    let world =
        newsroom(&sandbox).post("a", &long("")).post("b", "channels = [\"talk\"]\nheading = \"B\"");
    world.run("publish a").exits(0);
    world.run("publish b").exits(0);
    let world = world.post("a", &more);
    world.run("update a").exits(0);
    assert_eq!(messages(&sandbox, FORUM).last().unwrap().0, Some(42));
    // In its own topic a newer message makes a conflict, also if a message in another topic is newer still.
    let grown = long(&"more ".repeat(1_700));
    let world = world
        .post("c", "channels = [\"news\"]\nheading = \"C\"")
        .post("d", "channels = [\"talk\"]\nheading = \"D\"");
    world.run("publish c").exits(0);
    world.run("publish d").exits(0);
    let world = world.post("a", &grown);
    let plan = world.run("plan --format json").json();
    let of_a = plan.as_array().unwrap().iter().find(|item| item["post"] == "a").unwrap();
    assert_eq!(of_a["action"], "conflict", "{of_a}");
}

#[test]
fn links_to_posts_name_the_topic() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox)
        .post("a", "channels = [\"news\"]\nheading = \"A\"")
        .post("b", "channels = [\"talk\"]\nheading = \"B\"\ntext = \"[A](post:a)\"");
    world.run("publish a").exits(0);
    world.run("publish b").exits(0);
    let posts = sandbox.get(&format!("/sandbox/channels/{FORUM}/posts"));
    assert_eq!(posts[1]["entities"][1]["url"], "https://t.me/c/1500000001/42/1");
}
