//! `pin`: the first message of a post is pinned once it stands, and unpinned when its file says so.

use serde_json::{Value, json};

use crate::world::{Server, World};

const PINNED: &str = "pin = true\nheading = \"A\"";

fn newsroom(sandbox: &Server) -> World {
    sandbox.newsroom().post("a", PINNED)
}

/// The methods that the sandbox was asked for, but for looking.
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
fn the_first_message_is_pinned_and_unpinned_as_the_file_says() {
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
    // Text and pin at once take a request each, and then nothing is left.
    let world = world.post("a", "pin = true\nheading = \"A2\"");
    world.run("apply --yes").exits(0);
    assert_eq!(methods(&sandbox)[3..], ["editMessageText", "pinChatMessage"]);
    world.run("apply --yes").exits(0);
    assert_eq!((methods(&sandbox).len(), is_pinned(&sandbox)), (5, vec![true]));
}

#[test]
fn without_the_right_to_pin_the_post_stands_and_a_person_is_asked() {
    let sandbox = Server::sandbox();
    let post_only = json!({ "administrator": { "can_post_messages": true } });
    sandbox.post("/sandbox/channels/example_news/standing", &post_only);
    let world = newsroom(&sandbox).post("b", "heading = \"B\"");
    world.run("publish a").exits(4).says("the pinning of the message").says("not enough rights");
    // Neither the channel nor the post's text waits for that.
    world.run("publish b").exits(0);
    let world = world.post("a", "pin = true\nheading = \"A2\"");
    world.run("update a").exits(4);
    assert_eq!(sandbox.posts(), ["A2", "B"]);
    world.run("resolve a --skip").exits(0);
    world.run("plan --exit-code").exits(0);
    assert_eq!(is_pinned(&sandbox), [false, false]);
}

#[test]
fn a_pin_whose_answer_is_lost_is_not_made_again_without_a_word() {
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
