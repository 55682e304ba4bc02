//! `plan` and `apply`: the channels follow the files, and nothing is done twice.

use serde_json::{Value, json};

use crate::world::{Server, World};

/// The requests that change the channel: each one's method, and its message id or first words.
fn requests(sandbox: &Server) -> Vec<String> {
    let all = sandbox.get("/sandbox/requests");
    let line = |request: &Value| {
        let params = &request["params"];
        let text = params["text"].as_str().map(|text| text.lines().next().unwrap_or_default());
        // A form encodes numbers as text.
        let id = params["message_id"].as_str();
        let about = [id, text].into_iter().flatten().collect::<Vec<_>>().join(" ");
        format!("{} {about}", request["method"].as_str().unwrap())
    };
    let changes = all.as_array().unwrap().iter().filter(|request| request["method"] != "getChat");
    changes.map(line).collect()
}

/// A post with one message for each word, which begins with that word.
fn long(words: &[&str]) -> String {
    let section = |word: &&str| {
        format!("[[sections]]\ntitle = \"{word}\"\ntext = \"{}\"\n", "word ".repeat(700).trim_end())
    };
    words.iter().map(section).collect()
}

fn planned(world: &World) -> Vec<(String, String)> {
    let plan = world.run("plan --format json").json();
    let item = |item: &Value| {
        let text = |name: &str| item[name].as_str().unwrap().to_owned();
        (text("post"), text("action"))
    };
    plan.as_array().unwrap().iter().map(item).collect()
}

#[test]
fn apply_executes_the_plan_and_then_nothing_is_left() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .post("a", "heading = \"A\"")
        .post("b", "heading = \"B\"")
        .post("d", "draft = true\nheading = \"D\"")
        .post("later", "publish_at = 2029-01-01T00:00:00Z\nheading = \"L\"");
    let plan = [("a", "create"), ("b", "create"), ("d", "nothing"), ("later", "schedule")];
    assert_eq!(planned(&world), plan.map(|(post, action)| (post.to_owned(), action.to_owned())));
    world.run("plan --exit-code").exits(1).shows("2 to publish, 1 to schedule");
    world.run("apply").exits(2).says("this needs a confirmation");
    assert!(sandbox.posts().is_empty());
    world
        .run("apply --yes")
        .exits(0)
        .shows("scheduled later in news for Mon 2029-01-01 00:00 UTC\n");
    assert_eq!(sandbox.posts(), ["A", "B"]);
    world.run("plan --exit-code").exits(0).shows("nothing to do");
    let before = sandbox.get("/sandbox/requests").as_array().unwrap().len();
    world.run("apply --yes").exits(0);
    let after = sandbox.get("/sandbox/requests").as_array().unwrap().len();
    // Only the identity of the channel was requested.
    assert_eq!((after - before, sandbox.posts().len()), (1, 2));
    world.run("queue").exits(0).shows("later");
}

#[test]
fn due_post_is_a_change_and_invalid_post_is_counted() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = ");
    world.run("plan").exits(1).shows("1 to publish, 1 with errors");
    world.run("pause").exits(0);
    world.run("publish a --wait 0s").exits(4);
    assert_eq!(planned(&world), [("a".to_owned(), "held".to_owned())]);
    world
        .run("plan a")
        .exits(0)
        .shows("waiting  a")
        .shows("is waiting because everything is paused");
    world.run("status a").exits(0).shows("due").says("paused everything");
    world.run("resume").exits(0);
    assert_eq!(planned(&world), [("a".to_owned(), "create".to_owned())]);
    // It is published with any order, and the plan of another post says so.
    let world = world.post("c", "heading = \"C\"");
    world.run("plan c").exits(0).shows("2 to publish");
    let said = world.run("update c").never_panicked().stderr.clone();
    assert!(!said.contains("telepress apply a") && sandbox.posts().is_empty(), "{said}");
    let world = world.without("posts/c.toml");
    world.run("apply --yes").exits(1);
    assert_eq!(sandbox.posts(), ["A"]);
    world.run("plan").exits(1).shows("1 post is up to date, 1 has errors in its file");
}

#[test]
fn changed_file_edits_only_its_message() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .post("a", "link_preview = \"off\"\nheading = \"A\"\ntext = \"one two\"")
        .post("b", "heading = \"B\"");
    world.run("apply --yes").exits(0);
    let world =
        world.post("a", "link_preview = \"off\"\nheading = \"A\"\ntext = \"one **three**\"");
    world.run("plan").exits(0).shows("one [-two-]{+<b>three</b>+}").shows("1 to edit");
    world.run("apply --yes").exits(0).prints("edited a in news: https://t.me/example_news/1\n");
    let requests = sandbox.get("/sandbox/requests");
    let edit = requests
        .as_array()
        .unwrap()
        .iter()
        .find(|request| request["method"] == "editMessageText")
        .unwrap();
    assert_eq!(edit["params"]["message_id"], json!("1"));
    assert!(edit["params"]["link_preview_options"].to_string().contains("is_disabled"), "{edit}");
    let posted = sandbox.get("/sandbox/channels/example_news/posts");
    assert_eq!(
        (&posted[0]["text"], &posted[0]["edited"]),
        (&json!("A\n\none three"), &json!(true))
    );
    world.run("update a").exits(0).says("news: up to date");
}

#[test]
fn parts_are_added_and_removed_with_the_fewest_requests() {
    for (before, after, expected) in [
        (&["A", "B"][..], &["A", "B", "C"][..], &["sendMessage C"][..]),
        (&["A", "B", "C"], &["A", "B"], &["deleteMessage 3"]),
        (&["A", "B", "C"], &["A", "X", "C"], &["editMessageText 2 X"]),
        (
            &["A", "B"],
            &["X", "Y", "C"],
            // New parts are sent first, while the channel has no newer message.
            &["sendMessage C", "editMessageText 1 X", "editMessageText 2 Y"],
        ),
        (&["A", "B", "C"], &["X"], &["editMessageText 1 X", "deleteMessage 2", "deleteMessage 3"]),
    ] {
        let sandbox = Server::sandbox();
        let world = sandbox.newsroom().post("a", &long(before));
        world.run("publish a").exits(0);
        let sent = requests(&sandbox).len();
        assert_eq!(sent, before.len());
        let world = world.post("a", &long(after));
        world.run("apply --yes").exits(0);
        assert_eq!(requests(&sandbox).split_off(sent), expected, "{before:?} {after:?}");
        assert_eq!(sandbox.posts(), after, "{before:?} {after:?}");
        world.run("plan --exit-code").exits(0);
    }
}

#[test]
fn further_parts_after_newer_messages_are_a_conflict() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", &long(&["A"])).post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    world.run("publish b").exits(0);
    let world = world.post("a", &long(&["A", "B"]));
    world.run("plan").exits(0).shows("conflict").shows("newer messages follow it");
    world.run("apply --yes").exits(4);
    assert_eq!(sandbox.posts(), ["A", "B"]);
}

#[test]
fn deleted_post_is_not_published_again_without_an_order() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("apply --yes").exits(0);
    world.run("delete a --yes").exits(0).prints("deleted a from news\n");
    assert!(sandbox.posts().is_empty());
    for _ in 0..2 {
        world.run("apply --yes").exits(0);
        let world = world.run("plan --exit-code");
        world.exits(0);
    }
    world.run("publish a").exits(1).says("--again");
    assert!(sandbox.posts().is_empty());
    world
        .run("publish a --again")
        .exits(0)
        .prints("published a in news: https://t.me/example_news/2\n");
}

#[test]
fn missing_file_deletes_nothing_without_prune() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("apply --yes").exits(0);
    let world = world.without("posts/a.toml");
    world.run("apply --yes").exits(0).shows("--prune` deletes its messages");
    assert_eq!(sandbox.posts().len(), 2);
    world.run("plan --prune").exits(0).shows("1 to delete");
    world.run("apply --prune --yes").exits(0).prints("deleted a from news\n");
    assert_eq!(sandbox.posts(), ["B"]);
}

#[test]
fn renamed_file_is_not_a_new_post() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("old", "heading = \"A\"");
    world.run("apply --yes").exits(0);
    let world = world.without("posts/old.toml").post("2024/new", "heading = \"A\"");
    world.run("apply --yes").exits(4).shows("telepress move old");
    assert_eq!(sandbox.posts().len(), 1);
    world.run("move old 2024/new").exits(0);
    world.run("plan --exit-code").exits(0);
    let world = world.post("2024/new", "heading = \"B\"");
    world
        .run("apply --yes")
        .exits(0)
        .prints("edited 2024/new in news: https://t.me/example_news/1\n");
    assert_eq!(sandbox.posts(), ["B"]);
}

#[test]
fn changed_style_edits_nothing_without_an_order() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"\nbullets = [\"one\"]");
    world.run("apply --yes").exits(0);
    let config = world
        .read("config/telepress.toml")
        .replace("language = \"en\"", "language = \"en\", style = \"s\"");
    let world = world.config(&format!("{config}\nstyles.s = {{ bullet = \"–\" }}"));
    world.run("apply --yes").exits(0).shows("--restyle` edits it");
    world
        .run("apply --restyle --yes")
        .exits(0)
        .prints("edited a in news: https://t.me/example_news/1\n");
    world.run("plan --restyle --exit-code").exits(0);
}

#[test]
fn many_changes_need_confirmation_by_number() {
    let sandbox = Server::sandbox();
    let world = (0..12)
        .fold(sandbox.newsroom(), |world, n| world.post(&format!("p{n}"), "heading = \"A\""));
    world.run("apply --yes").exits(1).says("--max 12");
    assert!(sandbox.posts().is_empty());
    world.run("apply --yes --max 12").exits(0);
    assert_eq!(sandbox.posts().len(), 12);
}

#[test]
fn terminal_shows_progress_for_many_messages() {
    let sandbox = Server::sandbox();
    let post = |world: World, name: &str| world.post(name, &format!("heading = \"{name}\""));
    let world = ["a", "b", "c", "d", "e"].into_iter().fold(sandbox.newsroom(), post);
    let Some(shown) = world.run_in_terminal("apply --yes") else {
        eprintln!("skipped: no terminal can be had here");
        return;
    };
    assert!(shown.contains("] 0 of 5"), "{shown:?}");
    // The progress line is erased at the end, and each link is printed.
    let (_, told) = shown.rsplit_once("\r\u{1b}[K").unwrap();
    assert!(told.starts_with("published a in news: https://t.me/example_news/1"), "{told:?}");
    // Without a terminal there is no progress line.
    let ran = world.post("f", "heading = \"f\"").run("apply --yes").exits(0);
    assert!(!ran.stderr.contains('\r'), "{ran}");
}

#[test]
fn post_with_errors_blocks_only_itself() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .post("a", "heading = \"[a](javascript:x)\"")
        .post("b", "heading = \"B\"");
    world.run("apply --yes").exits(1).says("bad-link");
    assert_eq!(sandbox.posts(), ["B"]);
}

#[test]
fn newest_text_replaces_a_pending_edit() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"One\"");
    world.run("publish a").exits(0);
    world.run("pause news").exits(0);
    let world = world.post("a", "heading = \"Two\"");
    world.run("apply --yes").exits(4);
    let world = world.post("a", "heading = \"Three\"");
    world.run("apply --yes").exits(4);
    world.run("resume").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["Three"]);
    // The channel already shows this text, so the pending edit is withdrawn.
    world.run("pause news").exits(0);
    let world = world.post("a", "heading = \"Four\"");
    world.run("apply --yes").exits(4);
    let world = world.post("a", "heading = \"Three\"");
    world.run("plan").shows("the file matches the channel again");
    world.run("apply --yes").exits(0).shows("a in news: the waiting change was dropped");
    world.run("resume").exits(0);
    world.run("apply --yes").exits(0).shows("1 post is up to date");
    let log = sandbox.get("/sandbox/requests").to_string();
    assert_eq!(log.matches("editMessageText").count(), 1, "{log}");
}

#[test]
fn edit_with_a_lost_answer_is_undone_when_the_file_is_back() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"One\"");
    world.run("publish a").exits(0);
    let fault = json!({ "fault": "read_close", "method": "editMessageText", "lands": "before" });
    sandbox.arm(&fault);
    let world = world.post("a", "heading = \"Two\"");
    world.run("apply --yes --wait 1s");
    let world = world.post("a", "heading = \"One\"");
    world.run("apply --yes").exits(0);
    world.run("plan").exits(0).shows("1 post is up to date");
    assert_eq!(sandbox.posts(), ["One"]);
}

#[test]
fn plan_names_the_setting_that_differs() {
    let sandbox = Server::sandbox();
    let text = "heading = \"A\"\ntext = \"See <https://example.org>.\"";
    let world = sandbox.newsroom().post("a", text);
    world.run("publish a").exits(0);
    let changed = |more: &str| format!("{more}\n{text}");
    let world = world.post("a", &changed("link_preview = \"off\""));
    world.run("plan").shows("the link preview has changed").shows("link preview: [-on-]{+off+}");
    let plan = world.run("plan --format json").json();
    assert!(plan[0]["diff"].as_str().unwrap().contains("+link preview: off"), "{plan}");
    let world = world.post("a", &changed("pin = true"));
    world.run("plan").shows("the pin has changed").shows("pinned: [-no-]{+yes+}");
    let both = changed("link_preview = \"off\"").replace("\"A\"", "\"B\"");
    let world = world.post("a", &both);
    world.run("plan").shows("the text and the link preview have changed");
}

#[test]
fn apply_reports_other_posts_that_were_published() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("schedule a +1s").exits(0);
    world.waits_until_due("a");
    world
        .run("publish b")
        .exits(0)
        .shows("published a in news: https")
        .shows("published b in news: https");
    world.run("delete a --yes").exits(0);
    let status = world.run("status a --format json").json();
    assert_eq!(status[0]["state"], "deleted", "{status}");
}

#[test]
fn plan_says_that_approvals_are_needed() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    let config = format!(
        "{}\nschedule.approvals = 1\nbot.operators = [{{ id = 111, role = \"admin\" }}, {{ id = 222, role = \"publisher\" }}]",
        world.read("config/telepress.toml")
    );
    let world = world.config(&config);
    world.run("plan").exits(0).shows("new; publishers have to approve it first");
    world.run("apply --yes --wait 1s").exits(4);
    world.run("plan").exits(0).shows("publishers have to approve it first");
    assert!(sandbox.posts().is_empty());
}
