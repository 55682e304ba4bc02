//! `adopt`: existing messages become posts of telepress, and nothing in the channel changes.

use serde_json::json;

use crate::world::Server;

#[test]
fn adopted_message_is_edited_only_by_order() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    for text in ["Written by hand", "Its second part", "Something else"] {
        sandbox.by_hand(text);
    }
    let world = world.post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("adopt a https://t.me/example_news/1 2").exits(0).shows("published").says("update a");
    world.run("adopt b https://t.me/other/3").exits(2).says("not a message of `news`");
    world.run("adopt b nonsense").exits(2).says("is not a message link or number");
    world.run("adopt b 2").exits(1);
    world.run("adopt a 3").exits(1).says("is in the channel already");
    let before = sandbox.get("/sandbox/channels/example_news/posts");
    // `plan` and `apply` change nothing in the channel.
    world.run("plan a --exit-code --format json").exits(0).shows("adopted");
    world.run("apply a --yes").exits(0);
    assert_eq!(sandbox.get("/sandbox/channels/example_news/posts"), before);
    // A changed file edits it, and the plan says that the old text is not known.
    let world = world.post("a", "heading = \"A again\"");
    world.run("plan a").exits(0).shows("is not known");
    sandbox.post(
        "/sandbox/channels/example_news/standing",
        &json!({ "administrator": { "can_post_messages": true, "can_edit_messages": true, "can_delete_messages": true } }),
    );
    world.run("apply a --yes").exits(0);
    assert_eq!(sandbox.posts(), ["A again", "Something else"]);
    world.run("plan a --exit-code").exits(0);
}

#[test]
fn missing_message_is_not_adopted() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom_with_staging("0ms").post("a", "heading = \"A\"");
    sandbox.by_hand("By hand");
    world.run("adopt a 7").exits(1).says("there is no message 7 in news");
    world.run("status").exits(0).prints("");
    world.run("adopt a https://t.me/example_news/1").exits(0);
    let world = world.post("b", "heading = \"B\"");
    sandbox.admin_deletes(1);
    sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" }));
    world.run("publish b").exits(4);
    world.run("resolve b --sent 40").exits(1).says("there is no message 40 in news");
    world.run("resolve b --sent 2").exits(0);
    assert_eq!(sandbox.posts(), ["B"]);
    assert!(sandbox.staged().is_empty());
}
