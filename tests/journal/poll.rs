//! Polls with the real program: sent once after any fault, closed once, and never edited.

use serde_json::{Value, json};

use crate::world::{Server, World};

const POLL: &str = "[poll]\nquestion = \"Which day?\"\noptions = [\"Friday\", \"Saturday\"]\n";

/// The polls in the channel, oldest first.
fn polls(sandbox: &Server) -> Vec<Value> {
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    let polls = posts.as_array().unwrap().iter().map(|post| post["poll"].clone());
    polls.filter(|poll| !poll.is_null()).collect()
}

fn vote(sandbox: &Server, message: i64, options: &[usize]) {
    let place = format!("/sandbox/channels/example_news/posts/{message}/votes");
    sandbox.post(&place, &json!({ "options": options }));
}

/// A newsroom with a staging chat and one published post, so that a probe has a place to start.
fn newsroom(sandbox: &Server) -> World {
    let world = sandbox.newsroom_with_staging("0ms").post("first", "heading = \"First\"");
    world.run("publish first").exits(0);
    world
}

#[test]
fn poll_is_sent_after_the_text_without_a_second_sound() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", &format!("heading = \"Market\"\n{POLL}"));
    world.run("publish a").exits(0).shows("https://t.me/example_news/2");
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    assert_eq!((&posts[0]["text"], &posts[0]["silent"]), (&json!("Market"), &json!(false)));
    assert_eq!(
        (&posts[1]["poll"]["question"], &posts[1]["silent"]),
        (&json!("Which day?"), &json!(true))
    );
    assert_eq!(posts[1]["poll"]["is_anonymous"], true);
    world.run("plan").exits(0).shows("up to date");
}

#[test]
fn post_of_a_poll_alone_sends_no_text() {
    let sandbox = Server::sandbox();
    let footer = "styles.s = { layout = [\"heading\", \"body\", \"footer\"], footer = { en = \"@example_news\" } }";
    let world = sandbox.newsroom();
    let config = world
        .read("config/telepress.toml")
        .replace("language = \"en\"", "language = \"en\", style = \"s\"");
    let world = world.config(&format!("{config}\n{footer}")).post("a", POLL);
    world.run("publish a").exits(0);
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    assert_eq!(posts.as_array().unwrap().len(), 1);
    assert_eq!(posts[0]["poll"]["options"][1], json!({ "text": "Saturday", "voter_count": 0 }));
}

#[test]
fn lost_answer_of_a_poll_leads_to_exactly_one_poll() {
    for (lands, link) in [("before", 3), ("never", 2)] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox).post("a", POLL);
        if lands == "before" {
            sandbox.somebody_posts("Which day?");
        }
        sandbox.arm(&json!({ "fault": "read_close", "lands": lands, "method": "sendPoll" }));
        world.run("publish a").exits(0).shows(&format!("https://t.me/example_news/{link}"));
        assert_eq!(polls(&sandbox).len(), 1, "{lands}");
        assert!(sandbox.staged().is_empty());
    }
}

#[test]
fn one_poll_is_posted_after_a_crash_at_any_failpoint() {
    for place in ["before-intent", "after-intent", "before-outcome", "after-outcome"] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox).post("a", POLL).env("TELEPRESS_CRASH", place);
        assert_eq!(world.run("publish a").code, None, "it did not reach {place}");
        let world = world.env("TELEPRESS_CRASH", "");
        world.run("publish a").exits(0);
        assert_eq!(polls(&sandbox).len(), 1, "{place}");
    }
}

#[test]
fn poll_is_closed_once_and_its_votes_are_kept() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", &format!("heading = \"Market\"\n{POLL}"));
    world.run("close-poll a").exits(2).says("not in the journal");
    world.run("publish a").exits(0);
    for option in [0, 1, 1] {
        vote(&sandbox, 2, &[option]);
    }
    let words = "the poll of a in news is closed: https://t.me/example_news/2\n  1  Friday\n  2  Saturday\n  3 voted\n";
    world.run("close-poll a").exits(0).prints(words);
    assert_eq!(polls(&sandbox)[0]["is_closed"], true);
    // The second order makes no request.
    world.run("close-poll a").exits(0).prints(words);
    assert_eq!(sandbox.requests("stopPoll"), 1);
    let closed = world.run("close-poll a --channel news --format json").exits(0).json();
    assert_eq!(closed[0]["voters"], 3);
    assert_eq!(closed[0]["options"][1], json!({ "text": "Saturday", "votes": 2 }));
    world.run("status a").exits(0).shows("the poll is closed: Friday 1, Saturday 2");
    let status = world.run("status a --format json").exits(0).json();
    assert_eq!(status[0]["parts"][1]["closed_poll"]["result"]["total_voter_count"], 3);
    world
        .run("log a")
        .exits(0)
        .shows("poll closing ordered")
        .shows("the poll is closed: Friday 1, Saturday 2");
    world.run("plan").exits(0).shows("up to date");
}

#[test]
fn lost_answer_of_stop_poll_is_asked_again_and_the_poll_counts_as_closed() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", POLL);
    world.run("publish a").exits(0);
    sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "stopPoll" }));
    world
        .run("close-poll a")
        .exits(0)
        .shows("the poll of a in news is closed")
        .says("Telegram did not return the votes");
    assert_eq!(sandbox.requests("stopPoll"), 2);
    assert_eq!(polls(&sandbox)[0]["is_closed"], true);
}

#[test]
fn crash_while_a_poll_is_closed_leaves_it_to_the_next_process() {
    for place in ["after-intent", "before-outcome"] {
        let sandbox = Server::sandbox();
        let world = sandbox.newsroom().post("a", POLL);
        world.run("publish a").exits(0);
        let world = world.env("TELEPRESS_CRASH", place);
        assert_eq!(world.run("close-poll a").code, None, "it did not reach {place}");
        let world = world.env("TELEPRESS_CRASH", "");
        world.run("close-poll a").exits(0).shows("the poll of a in news is closed");
        assert_eq!(polls(&sandbox)[0]["is_closed"], true, "{place}");
    }
}

#[test]
fn vanished_poll_cannot_be_closed() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", POLL);
    world.run("publish a").exits(0);
    sandbox.admin_deletes(1);
    world.run("close-poll a").exits(4).says("the poll could not be closed");
}

#[test]
fn changed_poll_is_a_conflict_and_the_text_beside_it_is_edited() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", &format!("heading = \"Market\"\n{POLL}"));
    world.run("publish a").exits(0);
    let world = world.post("a", &format!("heading = \"The market\"\n{POLL}"));
    // The poll beside it was not edited.
    world.run("update a").exits(0).prints("edited a in news: https://t.me/example_news/1\n");
    assert_eq!(sandbox.get("/sandbox/channels/example_news/posts")[0]["text"], "The market");
    let world =
        world.post("a", &format!("heading = \"The market\"\n{}", POLL.replace("Friday", "Sunday")));
    let plan = world.run("plan --format json").json();
    assert_eq!(plan[0]["action"], "conflict");
    world.run("plan").shows("a poll cannot be edited").shows("close-poll");
    // What a command leaves undone is named beside what it does.
    let world = world.post("b", "heading = \"B\"");
    world
        .run("apply --yes")
        .exits(4)
        .shows("published b in news")
        .says("conflict a in news: a poll cannot be edited");
    assert_eq!(polls(&sandbox)[0]["options"][0]["text"], "Friday");
}

#[test]
fn text_before_a_poll_can_become_shorter_and_not_longer() {
    let sandbox = Server::sandbox();
    let text = |words: usize| format!("text = \"{}\"\n{POLL}", "word ".repeat(words).trim());
    let world = sandbox.newsroom().post("a", &text(1_000));
    world.run("publish a").exits(0).shows("example_news/3");
    let world = world.post("a", &text(2_000));
    world.run("plan").shows("newer messages");
    let world = world.post("a", &text(100));
    world.run("update a").exits(0);
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    assert_eq!(posts.as_array().unwrap().len(), 2);
    assert_eq!(posts[1]["poll"]["question"], "Which day?");
    world.run("plan").shows("up to date");
}

#[test]
fn poll_that_has_closed_is_held_until_its_file_changes() {
    let sandbox = Server::sandbox();
    let past = format!("{POLL}closes_at = 2020-01-01T00:00:00Z\n");
    let world = sandbox.newsroom().post("a", &past);
    world.run("publish a").exits(4).says("the closing time of its poll");
    assert_eq!(world.run("status a --format json").json()[0]["state"], "held");
    world.run("release a").exits(1);
    assert_eq!(sandbox.requests("sendPoll"), 0);
    let world = world.post("a", POLL);
    world.run("publish a").exits(0);
    assert_eq!(polls(&sandbox).len(), 1);
}
