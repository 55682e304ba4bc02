//! `adopt`: a channel with history comes under telepress, and nothing in it changes by that.

use serde_json::json;

use crate::world::Server;

#[test]
fn what_stands_already_is_taken_in_and_edited_only_when_somebody_says_so() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    for text in ["Written by hand", "Its second part", "Something else"] {
        sandbox.by_hand(text);
    }
    let world = world.post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("adopt a https://t.me/example_news/1 2").exits(0).shows("published").says("update a");
    world.run("adopt b https://t.me/other/3").exits(2).says("another channel");
    world.run("adopt b nonsense").exits(2).says("names no message");
    world.run("adopt b 2").exits(1);
    world.run("adopt a 3").exits(1).says("stands in the channel already");
    let before = sandbox.get("/sandbox/channels/example_news/posts");
    // Neither a plan nor an apply touches it: whoever adopts a channel changes nothing in it.
    world.run("plan a --exit-code --format json").exits(0).shows("adopted");
    world.run("apply a --yes").exits(0);
    assert_eq!(sandbox.get("/sandbox/channels/example_news/posts"), before);
    // A changed file does, and the plan says that nobody knows what it takes the place of.
    let world = world.post("a", "heading = \"A anew\"");
    world.run("plan a").exits(0).shows("is not known");
    sandbox.post(
        "/sandbox/channels/example_news/standing",
        &json!({ "administrator": { "can_post_messages": true, "can_edit_messages": true, "can_delete_messages": true } }),
    );
    world.run("apply a --yes").exits(0);
    assert_eq!(sandbox.posts(), ["A anew", "Something else"]);
    world.run("plan a --exit-code").exits(0);
}
