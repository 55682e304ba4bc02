//! Comments with the real program: replies to the copy of their post in the discussion group, once after any fault.

#![expect(clippy::disallowed_methods, reason = "a post is due by the machine's clock")]

use serde_json::{Value, json};

use crate::world::{GROUP, Server, Service, World};

const POST: &str =
    "heading = \"Market\"\n[[comments]]\nbody = \"First\"\n[[comments]]\nbody = \"Second\"\n";

const ALBUM: &str = "media = [{ photo = \"a.jpg\" }, { photo = \"b.jpg\" }]\n";

/// A file with the header of a JPEG of 640 × 360 pixels.
const JPEG: &[u8] = b"\xFF\xD8\xFF\xC0\0\x0B\x08\x01\x68\x02\x80\x01\x01\x11\0\xFF\xD9";

/// The texts in the discussion group, each with the text that it replies to.
fn talk(sandbox: &Server) -> Vec<(String, String)> {
    let all = sandbox.discussion();
    let text = |message: &Value| message["text"].as_str().unwrap_or_default().to_owned();
    let replied = |message: &Value| {
        let found = all.iter().find(|other| other["message_id"] == message["reply_to_message_id"]);
        found.map(text).unwrap_or_default()
    };
    all.iter().map(|message| (text(message), replied(message))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(text, reply)| ((*text).to_owned(), (*reply).to_owned())).collect()
}

const WHOLE: &[(&str, &str)] = &[("Market", ""), ("First", "Market"), ("Second", "Market")];

fn newsroom(sandbox: &Server) -> World {
    sandbox.add_discussion();
    sandbox.newsroom().post("a", POST)
}

#[test]
fn comments_reply_to_the_copy_of_their_post() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("publish a").exits(0).shows("published a in news (comments)");
    assert_eq!(talk(&sandbox), pairs(WHOLE));
    world.run("plan").exits(0).shows("up to date");
    let status = world.run("status a --format json").exits(0).json();
    let comments = status.as_array().unwrap().iter().find(|row| row["comments"] == true).unwrap();
    assert_eq!((&comments["channel"], &comments["state"]), (&json!("news"), &json!("published")));
    assert_eq!(comments["parts"].as_array().unwrap().len(), 2);
    world.run("status a").exits(0).shows("news (comments)");
    world.run("log a").exits(0).shows("news (comments)");
    // A second run sends nothing.
    world.run("publish a").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(talk(&sandbox), pairs(WHOLE));
}

#[test]
fn apply_publishes_comments_and_the_plan_lists_them() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let plan = world.run("plan --format json").exits(0).json();
    let actions: Vec<_> = plan.as_array().unwrap().iter().map(|row| &row["action"]).collect();
    assert_eq!(actions, ["create", "create"]);
    assert_eq!(plan[1]["comments"], true);
    world.run("apply --yes").exits(0);
    assert_eq!(talk(&sandbox), pairs(WHOLE));
}

#[test]
fn changed_comment_is_edited_and_a_new_one_follows() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("publish a").exits(0);
    let more = POST.replace("First", "Edited") + "[[comments]]\nbody = \"Third\"\n";
    let world = world.post("a", &more);
    world.run("apply --yes").exits(0);
    let expected =
        [("Market", ""), ("Edited", "Market"), ("Second", "Market"), ("Third", "Market")];
    assert_eq!(talk(&sandbox), pairs(&expected));
    let world = world.post("a", "heading = \"Market\"\n[[comments]]\nbody = \"Edited\"\n");
    world.run("apply --yes").exits(0);
    assert_eq!(talk(&sandbox), pairs(&[("Market", ""), ("Edited", "Market")]));
    let world = world.post("a", "heading = \"Market\"");
    world.run("apply --yes").exits(0);
    assert_eq!(talk(&sandbox), pairs(&[("Market", "")]));
    world.run("plan").exits(0).shows("up to date");
}

/// Readers have answered the comments that stay.
#[test]
fn removed_comment_is_deleted_and_the_others_stay_as_they_are() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("publish a").exits(0);
    let world = world.post("a", "heading = \"Market\"\n[[comments]]\nbody = \"Second\"\n");
    world.run("plan").exits(0).shows("1 comment is deleted");
    world.run("apply --yes").exits(0).prints("deleted 1 message of a from news (comments)\n");
    assert_eq!(talk(&sandbox), pairs(&[("Market", ""), ("Second", "Market")]));
    assert_eq!(sandbox.requests("editMessageText"), 0);
    // Telegram cannot insert a message.
    let between = "[[comments]]\nbody = \"Before\"\n[[comments]]\nbody = \"Second\"\n";
    let world = world.post("a", &format!("heading = \"Market\"\n{between}"));
    world.run("plan").exits(0).shows("1 comment is new; a new comment comes after all others");
    world.run("apply --yes").exits(0).shows("published a in news (comments)");
    let expected = [("Market", ""), ("Second", "Market"), ("Before", "Market")];
    assert_eq!(talk(&sandbox), pairs(&expected));
    world.run("plan").exits(0).shows("up to date");
    let between = "[[comments]]\nbody = \"Second\"\n[[comments]]\nbody = \"Before\"\n";
    let world = world.post("a", &format!("heading = \"Market\"\n{between}"));
    world.run("apply --yes").exits(0);
    assert_eq!((talk(&sandbox), sandbox.requests("editMessageText")), (pairs(&expected), 0));
}

#[test]
fn difference_of_comments_is_shown_for_each_comment() {
    let sandbox = Server::sandbox();
    let post = |bodies: &[&str]| {
        let comments = bodies.iter().map(|body| format!("[[comments]]\nbody = \"{body}\"\n"));
        format!("heading = \"Market\"\n{}", comments.collect::<String>())
    };
    let world = newsroom(&sandbox).post("a", &post(&["Day one", "Day two", "Day three"]));
    world.run("publish a").exits(0);
    let world = world.post("a", &post(&["Day two", "Day 3"]));
    world
        .run("plan")
        .exits(0)
        .shows("1 comment is edited, 1 is deleted")
        .shows("[-Day one-]")
        .shows("Day [-three-]{+3+}");
    world.run("apply --yes").exits(0);
    // A deleted comment is not counted.
    let world = world.post("a", "heading = \"Market\"");
    let plan = world.run("plan --format json").exits(0).json();
    let comments = plan.as_array().unwrap().iter().find(|row| row["comments"] == true).unwrap();
    assert_eq!((&comments["action"], &comments["parts"]), (&json!("delete"), &json!(2)));
}

#[test]
fn only_what_was_published_is_reported_as_published() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("publish a").exits(0);
    let more = format!("{POST}[[comments]]\nbody = \"Third\"\n");
    let world = world.post("a", &more);
    sandbox.arm(&json!({ "fault": "read_close", "lands": "never", "method": "sendMessage" }));
    world.run("apply --yes").exits(4);
    world.run("resolve a --not-sent").exits(0);
    let ran = world.run("apply --yes").exits(0);
    let ran = ran.shows("published a in news (comments): https://t.me/c/2000000009/4\n");
    assert_eq!(ran.stdout.matches("https://").count(), 1, "{ran}");
}

/// Without a staging chat only the newest copy of a group can be seen.
#[test]
fn copy_of_an_older_post_is_looked_for_before_a_new_one_is_sent() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    sandbox.forwards("late");
    world.run("publish a --wait 1s").exits(4);
    sandbox.forwards("on");
    sandbox.arm(&json!({ "fault": "slow", "delay_ms": 700, "method": "getChat", "times": 9 }));
    let world = world.post("b", "heading = \"B\"");
    world.run("publish b").exits(0);
    world.run("apply --yes").exits(0);
    let talk = talk(&sandbox);
    assert!(talk.contains(&("First".to_owned(), "Market".to_owned())), "{talk:?}");
}

#[test]
fn post_and_comments_that_wait_for_an_answer_are_told_apart() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    with_uncertain_comment(&sandbox, &world);
    let world = world.post("a", &POST.replace("Market", "Markets"));
    sandbox.admin_deletes(1);
    world.run("update a").exits(4);
    world.run("resolve a --sent 2").exits(2).says("--comments");
    world.run("resolve a --comments --sent 2").exits(0);
    world.run("resolve a --skip").exits(0);
}

#[test]
fn log_names_the_channel_of_a_group_and_only_links_that_were_known() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    with_uncertain_comment(&sandbox, &world);
    world.run("resolve a --sent 2").exits(0);
    let log = world.run("log --format json").exits(0).json();
    let of_comments: Vec<_> =
        log.as_array().unwrap().iter().filter(|line| line["comments"] == true).collect();
    assert!(of_comments.iter().all(|line| line["channel"] == "news"), "{of_comments:?}");
    assert_eq!(of_comments[0]["link"], Value::Null);
    assert_eq!(of_comments.last().unwrap()["link"], "https://t.me/c/2000000009/2");
    world.run("log").exits(0).shows("t.me/c/2000000009");
}

#[test]
fn pruned_post_takes_its_comments_along() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("publish a").exits(0);
    let world = world.without("posts/a.toml");
    world.run("apply --yes").exits(0);
    assert_eq!(talk(&sandbox), pairs(WHOLE));
    world.run("apply --yes --prune").exits(0).shows("deleted a from news (comments)");
    // Only the copy of the post is left.
    assert_eq!((talk(&sandbox), sandbox.posts().len()), (pairs(&[("Market", "")]), 0));
    world.run("plan --prune").exits(0).shows("nothing to do");
}

#[test]
fn waiting_comments_do_not_block_other_posts() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    sandbox.forwards("never");
    world
        .run("publish a --wait 1s")
        .exits(4)
        .shows("published a in news: ")
        .says("waiting for the copy of a in the discussion group, until")
        .says("is not in the discussion group yet");
    let world = world.post("b", "heading = \"B\"");
    world.run("publish b").exits(0).prints("published b in news: https://t.me/example_news/2\n");
    let world = world.post("c", "heading = \"C\"");
    world
        .run("apply --yes --wait 1s")
        .exits(4)
        .shows("published c in news")
        .says("`a` in news (comments)");
    assert_eq!(sandbox.posts(), ["Market", "B", "C"]);
}

#[test]
fn waiting_comments_are_cancelled_with_the_deletion_of_their_post() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    sandbox.forwards("never");
    // Another process deletes the post while the first one waits for the copy.
    let publish = Service::begin_as(&world, "publish a");
    publish.says("waiting for the copy of a in the discussion group");
    world.run("delete a --yes").exits(0).shows("cancelled a in news (comments)");
    let shown = publish.all_at_end(4);
    assert!(shown.contains("cancelled "), "{shown}");
    assert!(sandbox.posts().is_empty());
    world.run("queue").exits(0).prints("");
}

#[test]
fn comments_wait_with_a_held_post() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", &format!("publish_at = 2024-06-19T18:40:00Z\n{POST}"));
    world.run("apply --yes").exits(4).shows("the comments of a in news follow the post");
    world.run("apply --yes").exits(4);
    let shown = world.run("status a --format json").json();
    let states: Vec<_> = shown.as_array().unwrap().iter().map(|row| &row["state"]).collect();
    assert_eq!(states, ["held", "scheduled"]);
    world.run("publish a").exits(0);
    assert_eq!(talk(&sandbox), pairs(WHOLE));
}

#[test]
fn comments_are_deleted_before_their_post() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("publish a").exits(0);
    world.run("delete a --yes").exits(0);
    assert_eq!(talk(&sandbox), pairs(&[("Market", "")]));
    assert!(sandbox.posts().is_empty());
    let requests = sandbox.get("/sandbox/requests");
    let deleted: Vec<_> = requests
        .as_array()
        .unwrap()
        .iter()
        .filter(|request| request["method"] == "deleteMessage")
        .map(|request| request["params"]["chat_id"].to_string().trim_matches('"').to_owned())
        .collect();
    assert_eq!(deleted.len(), 3);
    assert_eq!(deleted[..2], [GROUP.to_string(), GROUP.to_string()]);
}

/// The order "comments first" would be broken.
#[test]
fn post_is_not_deleted_while_a_comment_may_be_there() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    with_uncertain_comment(&sandbox, &world);
    world
        .run("delete a --yes")
        .exits(4)
        .prints("")
        .says(
            "news (comments): it is not known whether a comment of `a` is in the discussion group",
        )
        .says("nothing was deleted");
    assert_eq!(sandbox.requests("deleteMessage"), 0);
    world.run("resolve a --sent 2").exits(0);
    world.run("delete a --yes").exits(0);
    assert_eq!(talk(&sandbox), pairs(&[("Market", "")]));
    assert!(sandbox.posts().is_empty());
}

#[test]
fn post_and_comments_are_sent_once_after_a_crash() {
    for place in ["after-intent", "before-outcome", "after-outcome"] {
        let sandbox = Server::sandbox();
        sandbox.add_discussion();
        let world = sandbox.newsroom_with_staging("0ms").post("first", "heading = \"First\"");
        world.run("publish first").exits(0);
        let world = world.post("a", POST).env("TELEPRESS_CRASH", place);
        // Each run dies at its first request until everything is sent.
        for _ in 0..5 {
            if world.run("publish a").code == Some(0) {
                break;
            }
        }
        let world = world.env("TELEPRESS_CRASH", "");
        world.run("publish a").exits(0);
        let expected = [("First", ""), ("Market", ""), ("First", "Market"), ("Second", "Market")];
        assert_eq!(talk(&sandbox), pairs(&expected), "{place}");
        assert_eq!(sandbox.posts(), ["First", "Market"], "{place}");
    }
}

#[test]
fn comments_wait_for_a_late_copy_and_never_come_without_it() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    sandbox.forwards("late");
    world.run("publish a --wait 1s").exits(4);
    assert_eq!((talk(&sandbox), sandbox.posts().len()), (Vec::new(), 1));
    world
        .run("queue")
        .exits(0)
        .shows("news (comments)")
        .shows("its copy is in the discussion group");
    sandbox.forwards("on");
    world.run("publish a").exits(0);
    assert_eq!(talk(&sandbox), pairs(WHOLE));
}

#[test]
fn comments_without_a_copy_stay_unsent_and_can_be_cancelled() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    sandbox.forwards("never");
    world.run("publish a --wait 1s").exits(4);
    world.run("cancel a").exits(0);
    world.run("apply --yes").exits(0);
    assert!(sandbox.discussion().is_empty());
    assert_eq!(sandbox.posts(), ["Market"]);
}

#[test]
fn channel_without_a_group_reports_comments_without_a_place() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", POST);
    world
        .run("publish a")
        .exits(4)
        .shows("published a in news")
        .says("no discussion group")
        .says("link a group");
    assert_eq!(sandbox.posts(), ["Market"]);
    world.run("plan").exits(0).shows("conflict").shows("no discussion group");
    sandbox.add_discussion();
    // The group has no copy of the older post, so nothing waits for it.
    for command in ["plan", "apply --yes", "plan", "apply --yes a"] {
        let ran = world.run(command).shows("conflict").shows("after the group was linked");
        assert_eq!(ran.code, Some(if command == "plan" { 0 } else { 4 }), "{ran}");
    }
    assert!(sandbox.discussion().is_empty());
    world.run("queue").exits(0).prints("");
    let world = world.post("b", &POST.replace("Market", "Next"));
    world.run("apply --yes b").exits(0).shows("published b in news (comments)");
    assert_eq!(sandbox.discussion().len(), 3);
}

#[test]
fn lost_answer_of_a_comment_leads_to_exactly_one_comment() {
    for lands in ["before", "never"] {
        let sandbox = Server::sandbox();
        sandbox.add_discussion();
        let world = sandbox.newsroom_with_staging("0ms").post("a", POST);
        sandbox.arm(
            &json!({ "fault": "read_close", "lands": lands, "method": "sendMessage", "after": 1 }),
        );
        world.run("publish a").exits(0);
        assert_eq!(talk(&sandbox), pairs(WHOLE), "{lands}");
        assert!(sandbox.staged().is_empty());
    }
}

#[test]
fn lost_answer_of_a_comment_without_staging_waits_for_an_operator() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    sandbox.arm(
        &json!({ "fault": "read_close", "lands": "before", "method": "sendMessage", "after": 1 }),
    );
    world.run("publish a").exits(4);
    assert_eq!(talk(&sandbox), pairs(&[("Market", ""), ("First", "Market")]));
    world.run("resolve a --sent 2").exits(0);
    world.run("publish a").exits(0);
    assert_eq!(talk(&sandbox), pairs(WHOLE));
}

/// Loses the answer to the first comment.
fn with_uncertain_comment(sandbox: &Server, world: &World) {
    sandbox.arm(
        &json!({ "fault": "read_close", "lands": "before", "method": "sendMessage", "after": 1 }),
    );
    world.run("publish a").exits(4);
}

/// In the channel the post is message 1; in the group its copy is message 1, and the comment is message 2.
#[test]
fn comment_is_resolved_only_with_a_later_message_of_the_group() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    with_uncertain_comment(&sandbox, &world);
    world
        .run("status a")
        .shows("may or may not be in the discussion group")
        .shows("Look at the discussion group");
    for link in ["https://t.me/example_news/1", "https://t.me/c/1000000000/2", "https://t.me/x/2"] {
        world
            .run(&format!("resolve a --sent {link}"))
            .exits(2)
            .says("the discussion group of `news`");
    }
    for copy in ["1", "https://t.me/c/2000000009/1"] {
        world.run(&format!("resolve a --sent {copy}")).exits(1).says("is not a comment on `a`");
    }
    let wrong = world.run("resolve a --sent 2 3").exits(1).says("this needs 1 message");
    assert!(!wrong.to_string().contains("did not check"), "{wrong}");
    world.run("resolve a --sent https://t.me/example_news/1?comment=2").exits(0);
    // The state comes before the link.
    world.run("resolve a --sent https://t.me/elsewhere/1").exits(2).says("nothing to resolve");
    world.run("publish a").exits(0);
    assert_eq!(talk(&sandbox), pairs(WHOLE));
}

#[test]
fn with_a_staging_chat_the_named_comment_is_compared() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    sandbox.add_staging_chat();
    with_uncertain_comment(&sandbox, &world);
    sandbox.post(&format!("/sandbox/channels/{GROUP}/posts"), &json!({ "text": "A reader's" }));
    let config = world.read("config/telepress.toml");
    let staging = format!("recovery.staging_chat = {}\n{config}", crate::world::STAGING);
    let world = world.config(&staging);
    world.run("resolve a --sent 3").exits(1).says("does not show this comment");
    world.run("resolve a --sent 9").exits(1).says("there is no message 9 in the discussion group");
    world.run("resolve a --not-sent").exits(1).says("message 2").says("resolve a --sent 2");
    sandbox.somebody_posts("Another post");
    world.run("resolve a --sent 4").exits(1).says("the copy of a post");
    world.run("resolve a --sent 2").exits(0);
    world.run("publish a").exits(0);
    let texts: Vec<_> = talk(&sandbox).into_iter().map(|(text, _)| text).collect();
    assert_eq!(texts, ["Market", "First", "A reader's", "Another post", "Second"]);
    assert!(sandbox.staged().is_empty());
}

/// A newsroom without a staging chat whose journal knows the discussion group and a message of the channel.
fn with_witness(sandbox: &Server) -> World {
    let world = newsroom(sandbox);
    world.run("publish a").exits(0);
    world.post("b", "heading = \"Second **post**\"")
}

#[test]
fn copy_in_the_group_proves_that_a_post_with_a_lost_answer_was_sent() {
    let sandbox = Server::sandbox();
    let world = with_witness(&sandbox);
    sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" }));
    world.run("publish b").exits(0).shows("https://t.me/example_news/2");
    assert_eq!(sandbox.posts(), ["Market", "Second post"]);
}

#[test]
fn missing_or_other_copy_proves_nothing() {
    for (lands, forwards, other) in
        [("never", "on", false), ("before", "never", false), ("never", "on", true)]
    {
        let sandbox = Server::sandbox();
        let world = with_witness(&sandbox);
        sandbox.forwards(forwards);
        if other {
            sandbox.somebody_posts("Second posts");
        }
        sandbox.arm(&json!({ "fault": "read_close", "lands": lands, "method": "sendMessage" }));
        world.run("publish b").exits(4);
        world.run("status b").exits(0).shows("uncertain").shows("resolve b");
    }
}

/// `serve` hears of the copy from an update, or reads the group.
#[test]
fn serve_publishes_comments_after_a_scheduled_post() {
    let sandbox = Server::sandbox();
    sandbox.add_discussion();
    let world = sandbox.newsroom();
    let config = format!(
        "{}\nbot.operators = [{{ id = 111, role = \"admin\" }}]",
        world.read("config/telepress.toml")
    );
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
    let world = world.config(&config).post("a", &format!("publish_at = {at}\n{POST}"));
    let service = Service::start(&world);
    service.waits("the comments", || (talk(&sandbox) == pairs(WHOLE)).then_some(()));
    world.run("status a").exits(0).shows("news (comments)");
    service.signal("TERM");
    assert_eq!(service.ends().code(), Some(0));
}

/// Without a staging chat only an update shows the copy of the first message, and `serve` needs no operators to receive it.
#[test]
fn serve_without_operators_places_comments_below_an_album() {
    let sandbox = Server::sandbox();
    sandbox.add_discussion();
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
    let world = sandbox.newsroom().post("a", &format!("publish_at = {at}\n{ALBUM}{POST}"));
    let world = world.file("posts/a.jpg", JPEG).file("posts/b.jpg", JPEG);
    let service = Service::start(&world);
    service.waits("the comments", || {
        (talk(&sandbox).iter().filter(|(_, reply)| reply == "Market").count() == 2).then_some(())
    });
    service.signal("TERM");
    assert_eq!(service.ends().code(), Some(0));
}

/// The group pins the copy of the last message; comments belong below the copy of the first.
#[test]
fn comments_of_a_post_with_several_messages_are_below_its_first() {
    let poll = "[poll]\nquestion = \"Which day?\"\noptions = [\"Friday\", \"Saturday\"]\n";
    for post in [format!("{ALBUM}{POST}"), format!("{POST}{poll}")] {
        let sandbox = Server::sandbox();
        sandbox.add_discussion();
        let world = sandbox.newsroom_with_staging("0ms").post("a", &post);
        let world = world.file("posts/a.jpg", JPEG).file("posts/b.jpg", JPEG);
        world.run("publish a").exits(0).shows("published a in news (comments)");
        let talk = talk(&sandbox);
        assert_eq!(talk.iter().filter(|(_, reply)| reply == "Market").count(), 2, "{talk:?}");
        assert!(sandbox.staged().is_empty());
    }
}

#[test]
fn copy_that_never_comes_does_not_hold_up_other_comments() {
    let sandbox = Server::sandbox();
    sandbox.add_discussion();
    let other = "heading = \"B\"\n[[comments]]\nbody = \"Of B\"\n";
    let world = sandbox.newsroom_with_staging("0ms").post("a", POST).post("b", other);
    sandbox.forwards("never");
    world.run("publish a --wait 1s").exits(4);
    sandbox.forwards("on");
    world.run("publish b").exits(0);
    assert_eq!(talk(&sandbox), pairs(&[("B", ""), ("Of B", "B")]));
    // Each message of the group is read once at most.
    assert!(sandbox.requests("forwardMessage") < 10);
}

#[test]
fn update_of_a_post_whose_comments_were_left_out_does_not_offer_to_send_it_again() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    sandbox.forwards("late");
    world.run("publish a --wait 1s").exits(4);
    world.run("cancel a").exits(0);
    let shown = world.run("update a").exits(0);
    assert!(!shown.to_string().contains("--again"), "{shown}");
    world.run("plan").exits(0).shows("up to date");
}
