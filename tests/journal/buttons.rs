//! Buttons are published, edited and removed with their message, and no edit loses them.

use serde_json::{Value, json};

use crate::world::{Server, World};

/// A post with these lines of TOML, with a button for each address.
fn post(heading: &str, addresses: &[&str]) -> String {
    let button = |address: &&str| {
        format!("[[buttons]]\ntext = \"Open\"\nurl = \"https://example.org/{address}\"\n")
    };
    let buttons: String = addresses.iter().map(button).collect();
    format!("heading = \"{heading}\"\n{buttons}")
}

/// The addresses of the buttons of the channel's last message.
fn shown(sandbox: &Server) -> Vec<String> {
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    let last = posts.as_array().unwrap().last().unwrap();
    let rows = last["reply_markup"]["inline_keyboard"].as_array().cloned().unwrap_or_default();
    let address = |button: &Value| {
        let address = button["url"].as_str().unwrap();
        address.strip_prefix("https://example.org/").unwrap().to_owned()
    };
    rows.iter().map(|row| address(&row[0])).collect()
}

/// The action, the reason and the diff of the only item of the plan.
fn plan(world: &World) -> (String, String, String) {
    let plan = world.run("plan --format json").exits(0).json();
    let field = |name: &str| plan[0][name].as_str().unwrap_or_default().to_owned();
    (field("action"), field("reason"), field("diff"))
}

#[test]
fn buttons_follow_their_file_and_every_edit_sends_them_again() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", &post("A", &["1"]));
    world.run("publish a").exits(0);
    assert_eq!(shown(&sandbox), ["1"]);

    // Another address: only the buttons are sent.
    let world = world.post("a", &post("A", &["2"]));
    let (action, reason, diff) = plan(&world);
    assert_eq!((action.as_str(), reason.as_str()), ("edit", "the buttons have changed"));
    let changed =
        "-buttons: [Open ↗ https://example.org/1]\n+buttons: [Open ↗ https://example.org/2]\n";
    assert!(diff.contains(changed), "{diff}");
    world.run("plan").exits(0).shows("[-1-]{+2+}");
    world.run("apply --yes").exits(0);
    assert_eq!(shown(&sandbox), ["2"]);
    let counts =
        || (sandbox.requests("editMessageText"), sandbox.requests("editMessageReplyMarkup"));
    assert_eq!(counts(), (0, 1));
    assert_eq!(plan(&world).1, "up to date");

    // Another text: the buttons are sent again.
    let world = world.post("a", &post("B", &["2"]));
    assert_eq!(plan(&world).1, "the text has changed");
    world.run("apply --yes").exits(0);
    assert_eq!((shown(&sandbox), counts()), (vec!["2".to_owned()], (1, 1)));

    // Both.
    let world = world.post("a", &post("C", &["2", "3"]));
    assert_eq!(plan(&world).1, "the text and the buttons have changed");
    world.run("update a").exits(0);
    assert_eq!((shown(&sandbox), counts()), (vec!["2".to_owned(), "3".to_owned()], (2, 1)));
    assert_eq!(sandbox.posts(), ["C"]);

    // None are left.
    let world = world.post("a", &post("C", &[]));
    let (_, reason, diff) = plan(&world);
    assert_eq!(reason, "the buttons have changed");
    assert!(diff.contains("+buttons: none\n"), "{diff}");
    world.run("apply --yes").exits(0);
    assert_eq!((shown(&sandbox), counts()), (Vec::new(), (2, 2)));

    // They come back.
    let world = world.post("a", &post("C", &["4"]));
    world.run("apply --yes").exits(0);
    assert_eq!((shown(&sandbox), counts()), (vec!["4".to_owned()], (2, 3)));
    world.run("apply --yes").exits(0).shows("up to date");
    assert_eq!(counts(), (2, 3));
}

#[test]
fn buttons_move_to_a_new_last_message() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", &post("A", &["1"]));
    world.run("publish a").exits(0);
    let long = format!("{}\n", "Many words of it. ".repeat(300));
    let text = format!("text = \"\"\"\n{long}\"\"\"\n{}", post("A", &["1"]));
    let world = world.post("a", &text);
    world.run("apply --yes").exits(0);
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    let has: Vec<_> =
        posts.as_array().unwrap().iter().map(|post| post.get("reply_markup").is_some()).collect();
    assert_eq!(has, [false, true]);
    assert_eq!(plan(&world).1, "up to date");
}

#[test]
fn post_with_buttons_whose_answer_is_lost_is_found() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom_with_staging("0ms").post("first", "heading = \"First\"");
    world.run("publish first").exits(0);
    let world = world.post("a", &post("A", &["1"]));
    sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" }));
    world.run("publish a").exits(0).shows("https://t.me/example_news/2");
    assert_eq!(sandbox.posts(), ["First", "A"]);
    assert_eq!(shown(&sandbox), ["1"]);
}

#[test]
fn withdrawn_edit_that_may_have_been_made_gives_the_old_buttons_back() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", &post("A", &["1"]));
    world.run("publish a").exits(0);
    let world = world.post("a", &post("A", &["2"]));
    let lost =
        json!({ "fault": "read_close", "lands": "before", "method": "editMessageReplyMarkup" });
    sandbox.arm(&lost);
    world.run("update a --wait 1s").exits(4);
    assert_eq!(shown(&sandbox), ["2"]);
    world.run("cancel a").exits(0);
    let world = world.post("a", &post("A", &["1"]));
    world.run("apply --yes").exits(0);
    assert_eq!(shown(&sandbox), ["1"]);
    world.run("plan").exits(0).shows("nothing to do");
}

#[test]
fn buttons_are_right_after_a_crash() {
    for place in ["before-intent", "after-intent", "before-outcome", "after-outcome"] {
        let sandbox = Server::sandbox();
        let world = sandbox.newsroom().post("a", &post("A", &["1"]));
        world.run("publish a").exits(0);
        let world = world.post("a", &post("A", &["2"])).env("TELEPRESS_CRASH", place);
        assert_eq!(world.run("update a").code, None, "it did not reach {place}");
        let world = world.env("TELEPRESS_CRASH", "");
        world.run("apply --yes").exits(0);
        assert_eq!(shown(&sandbox), ["2"], "{place}");
        assert_eq!(sandbox.posts(), ["A"], "{place}");
    }
}

#[test]
fn buttons_that_telegram_refuses_are_refused_content() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", &post("A", &["1"]));
    let body =
        json!({ "ok": false, "error_code": 400, "description": "Bad Request: BUTTON_URL_INVALID" });
    sandbox
        .arm(&json!({ "fault": "answer", "method": "sendMessage", "status": 400, "body": body }));
    world.run("publish a").exits(1).says("BUTTON_URL_INVALID");
    assert_eq!(sandbox.posts(), [""; 0]);
    // The message can still be published when its file changes.
    let world = world.post("a", &post("A", &["2"]));
    world.run("apply --yes").exits(0);
    assert_eq!((sandbox.posts(), shown(&sandbox)), (vec!["A".to_owned()], vec!["2".to_owned()]));
}
