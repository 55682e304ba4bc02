//! `pin`: the first message of a post is pinned after publishing, and unpinned when its file says so.

use serde_json::{Value, json};

use crate::world::{Server, World};

const PINNED: &str = "pin = true\nheading = \"A\"";

fn newsroom(sandbox: &Server) -> World {
    sandbox.newsroom().post("a", PINNED)
}

/// The methods of the requests that change something.
fn methods(sandbox: &Server) -> Vec<String> {
    let requests = sandbox.get("/sandbox/requests");
    let method = |request: &Value| request["method"].as_str().unwrap().to_owned();
    let looks = ["getChat", "getChatMember"];
    let methods = requests.as_array().unwrap().iter().map(method);
    methods.filter(|method| !looks.contains(&method.as_str())).collect()
}

fn is_pinned(sandbox: &Server) -> Vec<bool> {
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    posts.as_array().unwrap().iter().map(|post| post["pinned"].as_bool().unwrap()).collect()
}

#[test]
fn first_message_is_pinned_and_unpinned() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    world.run("publish a").exits(0);
    assert_eq!(methods(&sandbox), ["sendMessage", "pinChatMessage"]);
    assert_eq!(is_pinned(&sandbox), [true]);
    world.run("plan --exit-code").exits(0);
    let world = world.post("a", "heading = \"A\"");
    world.run("plan --exit-code").exits(1).shows("edit");
    world.run("apply --yes").exits(0);
    assert_eq!(methods(&sandbox)[2..], ["unpinChatMessage"]);
    assert_eq!(is_pinned(&sandbox), [false]);
    // A change of text and pin takes one request each, and then nothing is left.
    let world = world.post("a", "pin = true\nheading = \"A2\"");
    world.run("apply --yes").exits(0);
    assert_eq!(methods(&sandbox)[3..], ["editMessageText", "pinChatMessage"]);
    world.run("apply --yes").exits(0);
    assert_eq!((methods(&sandbox).len(), is_pinned(&sandbox)), (5, vec![true]));
}

#[test]
fn missing_right_to_pin_needs_a_decision_and_keeps_the_post() {
    let sandbox = Server::sandbox();
    let post_only = json!({ "administrator": { "can_post_messages": true } });
    sandbox.post("/sandbox/channels/example_news/standing", &post_only);
    let world = newsroom(&sandbox).post("b", "heading = \"B\"");
    world.run("publish a").exits(4).says("the pinning of the message").says("not enough rights");
    // The channel and the post's text do not wait for the pin.
    world.run("publish b").exits(0);
    let world = world.post("a", "pin = true\nheading = \"A2\"");
    world.run("update a").exits(4);
    assert_eq!(sandbox.posts(), ["A2", "B"]);
    world.run("resolve a --skip").exits(0);
    world.run("plan --exit-code").exits(0);
    assert_eq!(is_pinned(&sandbox), [false, false]);
}

#[test]
fn pin_with_a_lost_answer_is_not_repeated_without_an_order() {
    for (lands, word, pins) in [("before", "--sent 1", 1), ("never", "--not-sent", 2)] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox);
        sandbox.arm(&json!({ "fault": "read_close", "lands": lands, "method": "pinChatMessage" }));
        world.run("publish a").exits(4).says("Telegram did not confirm it");
        world.run("apply --yes").exits(4);
        world.run(&format!("resolve a {word}")).exits(0);
        world.run("apply --yes").exits(0);
        world.run("plan --exit-code").exits(0);
        let made = methods(&sandbox).iter().filter(|method| *method == "pinChatMessage").count();
        assert_eq!((made, is_pinned(&sandbox)), (pins, vec![true]), "{word}");
    }
}
