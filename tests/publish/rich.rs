//! Rich messages from a post file into the channel: blocks, edits, the change from and to a text, lost answers.

use serde_json::{Value, json};

use super::media::jpeg;
use crate::world::{Server, World};

const POST: &str = "heading = 'Version 1.2'\nlead = 'Two **bugs** less, see #news'\nformat = 'rich'\n\
                    read_more = 'https://example.org/notes'\nhashtags = ['release']\nbody = '''\n\
                    - [x] fast\n- [ ] small\n\n3. three\n4. four\n\n> said\n\n```rust\nfn main() {}\n```\n'''\n";

/// The blocks of the only message of the channel.
fn blocks(sandbox: &Server) -> Vec<Value> {
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    let [post] = posts.as_array().unwrap().as_slice() else { panic!("{posts}") };
    post["rich_message"]["blocks"].as_array().cloned().unwrap_or_default()
}

fn types(sandbox: &Server) -> Vec<String> {
    blocks(sandbox).iter().map(|block| block["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn post_becomes_blocks_and_an_edit_replaces_them() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", POST);
    let published = world.run("publish a").exits(0);
    published.shows("published a in news");
    assert_eq!(
        types(&sandbox),
        ["heading", "paragraph", "list", "list", "blockquote", "pre", "paragraph", "paragraph"]
    );
    let blocks = blocks(&sandbox);
    assert_eq!(
        blocks[1]["text"],
        json!(["Two ", {"type": "bold", "text": "bugs"}, " less, see ", {"type": "hashtag", "text": "#news"}])
    );
    assert_eq!(blocks[2]["items"][0]["is_checked"], true);
    assert_eq!(blocks[3]["items"][0]["label"], "3.");
    world.run("plan --exit-code").exits(0);

    let world = world.post("a", &POST.replace("fast", "faster"));
    world.run("plan").exits(0).shows("the text has changed").shows("faster");
    world.run("apply --yes").exits(0).shows("edited a in news");
    world.run("plan --exit-code").exits(0);
    assert_eq!((sandbox.requests("sendRichMessage"), sandbox.requests("editMessageText")), (1, 1));
}

#[test]
fn text_becomes_rich_and_rich_a_text_by_an_edit() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = 'A'\ntext = 'b'");
    world.run("publish a").exits(0);
    let world = world.post("a", "heading = 'A'\ntext = 'b'\nformat = 'rich'");
    let plan = world.run("plan --format json").exits(0).json();
    assert_eq!(plan[0]["reason"], "the format has changed");
    let diff = plan[0]["diff"].as_str().unwrap();
    assert!(diff.contains("-format: text message\n+format: rich message"), "{diff}");
    world.run("apply --yes").exits(0).shows("edited a in news");
    assert_eq!(types(&sandbox), ["heading", "paragraph"]);
    let world = world.post("a", "heading = 'A'\ntext = 'b'");
    world.run("apply --yes").exits(0).shows("edited a in news");
    assert_eq!(blocks(&sandbox), [Value::Null; 0]);
    assert_eq!(sandbox.posts(), ["A"]);
    world.run("plan --exit-code").exits(0);
}

#[test]
fn plan_shows_what_only_blocks_have() {
    let sandbox = Server::sandbox();
    let post = |body: &str| format!("format = 'rich'\nbody = '''\n{body}\n'''");
    let rows = [
        ("a | b\n---|---\n1 | 2", "a | b\n:-:|---\n1 | 2", "+:-: | ---"),
        ("x<sub>2</sub>", "x<sup>2</sup>", "+x^2^"),
        ("one ==two==", "one two", "-one ==two=="),
    ];
    for (number, (old, new, line)) in rows.into_iter().enumerate() {
        let id = format!("p{number}");
        let world = sandbox.newsroom().post(&id, &post(old));
        world.run(&format!("publish {id}")).exits(0);
        let plan = world.post(&id, &post(new)).run("plan --format json").exits(0).json();
        assert_eq!(plan[0]["reason"], "the text has changed");
        let diff = plan[0]["diff"].as_str().unwrap();
        assert!(diff.lines().any(|found| found == line), "{diff}");
    }
}

#[test]
fn buttons_are_below_a_rich_message() {
    let sandbox = Server::sandbox();
    let button = "[[buttons]]\ntext = 'Go'\nurl = 'https://example.org/'";
    let post = format!("heading = 'A'\ntext = 'b'\nformat = 'rich'\n{button}");
    let world = sandbox.newsroom().post("a", &post);
    world.run("publish a").exits(0);
    let world = world.post("a", &post.replace("Go", "Come"));
    world.run("apply --yes").exits(0).shows("edited a in news");
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    assert_eq!(posts[0]["reply_markup"]["inline_keyboard"][0][0]["text"], "Come", "{posts}");
    assert_eq!(types(&sandbox), ["heading", "paragraph"]);
    world.run("plan --exit-code").exits(0);
}

#[test]
fn format_of_the_config_is_a_restyle() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = 'A'");
    world.run("publish a").exits(0);
    let config = world.read("config/telepress.toml");
    let world =
        world.config(&config.replace("language = \"en\"", "language = \"en\", format = \"rich\""));
    world.run("apply --yes").exits(0);
    assert_eq!(types(&sandbox), [""; 0]);
    world.run("apply --yes --restyle").exits(0);
    assert_eq!(types(&sandbox), ["heading"]);
}

#[test]
fn media_are_blocks_and_a_photo_with_a_caption_cannot_become_one() {
    let sandbox = Server::sandbox();
    let files = |world: World| {
        world.file("posts/a/one.jpg", jpeg(640, 9_000)).file("posts/a/two.jpg", jpeg(320, 5_000))
    };
    let post = |rest: &str| format!("heading = 'A'\n{rest}");
    let both = "media = [{ photo = 'one.jpg' }, { photo = 'two.jpg' }]\nformat = 'rich'";
    let world = files(sandbox.newsroom()).file("posts/a/post.toml", post(both));
    world.run("publish a").exits(0);
    assert_eq!(types(&sandbox), ["collage", "heading"]);
    // The files are not uploaded again.
    let world = world.file("posts/a/post.toml", post(&format!("lead = 'b'\n{both}")));
    world.run("apply --yes").exits(0);
    assert_eq!(types(&sandbox), ["collage", "heading", "paragraph"]);
    let log = sandbox.get("/sandbox/requests");
    let uploads = log
        .as_array()
        .unwrap()
        .iter()
        .filter(|request| request["files"].as_object().is_some_and(|files| !files.is_empty()));
    assert_eq!(uploads.count(), 1);
    world.run("plan --exit-code").exits(0);

    let world = files(sandbox.newsroom())
        .file("posts/a/post.toml", post("media = [{ photo = 'one.jpg' }]"));
    world.run("publish a").exits(0);
    let world =
        world.file("posts/a/post.toml", post("media = [{ photo = 'one.jpg' }]\nformat = 'rich'"));
    world.run("plan").exits(0).shows("a message with media into a rich message");
    world.run("apply --yes").exits(4);
}

/// A body with everything that only a rich message shows.
const BODY: &str = "Water is H<sub>2</sub>O[^1], ==really==.\n\n| a | b |\n|---|--:|\n| 1 | *2* |\n\n---\n\n\
                    ![The *door*](one.jpg)\n\n<details><summary>More</summary>\n\n> x\n> > y\n\n</details>\n\n[^1]: a note\n";

#[test]
fn body_has_tables_dividers_details_files_and_footnotes() {
    let sandbox = Server::sandbox();
    let post = |body: &str| format!("+++\nheading = 'A'\nformat = 'rich'\n+++\n{body}");
    let world = sandbox.newsroom().file("posts/a/one.jpg", jpeg(640, 9_000));
    let world = world.file("posts/a/post.md", post(BODY));
    world.run("publish a").exits(0);
    assert_eq!(
        types(&sandbox),
        ["heading", "paragraph", "table", "divider", "photo", "details", "list"]
    );
    let shown = blocks(&sandbox);
    let link = json!({"type": "anchor_link", "anchor_name": "footnote-1", "text": "1"});
    assert_eq!(
        shown[1]["text"],
        json!([
            "Water is H", {"type": "subscript", "text": "2"}, "O",
            {"type": "anchor", "name": "footnote-1-back"}, {"type": "superscript", "text": link},
            ", ", {"type": "marked", "text": "really"}, "."
        ])
    );
    assert_eq!(shown[2]["cells"][1][1]["align"], "right");
    assert_eq!(shown[4]["caption"]["text"][1], json!({"type": "italic", "text": "door"}));
    assert_eq!(shown[5]["blocks"][0]["blocks"][1]["type"], "blockquote");
    world.run("plan --exit-code").exits(0);
    // Another caption is an edit.
    let world = world.file("posts/a/post.md", post(&BODY.replace("door", "gate")));
    world.run("apply --yes").exits(0).shows("edited a in news");
    world.run("plan --exit-code").exits(0);
    world.run("render a --as json").exits(0).shows("\"a/one.jpg\"").shows("\"width\": 640");
}

#[test]
fn rich_post_is_rendered_as_markdown_that_becomes_the_same_blocks() {
    let post = |body: &str| format!("+++\nformat = 'rich'\n+++\n{body}");
    let world = World::new().file("posts/a/one.jpg", jpeg(640, 9_000));
    let world = world.file("posts/a/post.md", post(&format!("# One\n\n{BODY}")));
    let markdown = world.run("render a --as markdown").exits(0).stdout;
    for line in
        ["# One", "H<sub>2</sub>O[^1], ==really==", "| --- | --: |", "> > y", "[^1]: a note"]
    {
        assert!(markdown.contains(line), "{line}: {markdown}");
    }
    let world = world.file("posts/b.md", post(&markdown));
    let blocks = |id: &str| world.run(&format!("render {id} --as json")).exits(0).json();
    assert_eq!(blocks("a")[0]["parts"], blocks("b")[0]["parts"]);
    world.run("render a --as html").exits(1).says("rich message");
}

#[test]
fn file_between_paragraphs_is_checked_at_its_place() {
    let post = |path: &str| format!("body = '''\none\n\n![two]({path})\n'''\nformat = 'rich'");
    for (path, code) in [
        ("none.jpg", "media-unread"),
        ("../../secret.jpg", "media-path"),
        ("https://example.org/a.jpg", "media-path"),
    ] {
        let world = World::new().file("posts/a/post.toml", post(path));
        world.run("check a").exits(1).shows(&format!("[{code}]")).shows("posts/a/post.toml:4:8");
    }
    let world = World::new().file("posts/a/post.toml", post("notes.txt"));
    let world = world.file("posts/a/notes.txt", "hello");
    world.run("check a").exits(0);
    world.run("render a --as json").exits(0).shows("\"type\": \"document\"");
}

#[test]
fn post_in_both_formats_satisfies_both() {
    let config = "[channels.text]\nchat = '@example_text'\nlanguage = 'en'\n\
                  [channels.rich]\nchat = '@example_rich'\nlanguage = 'en'\nformat = 'rich'\n";
    let world =
        |body: &str| World::new().config(config).post("a", &format!("body = '''\n{body}\n'''"));
    let checked = |body: &str| world(body).run("check a");
    checked("a|b\n-|-\n1|2")
        .exits(1)
        .shows("text messages cannot hold a table")
        .shows("format = \"rich\"");
    checked("one[^1]\n\n[^1]: two").exits(0).shows("text messages have no footnotes");
    checked("one[^1]").exits(0).shows("text messages have no footnotes").shows("has no text");
    checked("<details>\ntwo\n</details>").exits(1).shows("has no summary");
    let world = world("<details><summary>one</summary>\n\ntwo\n\n</details>");
    world.run("check a").exits(0);
    let rendered = world.run("render a --as json").exits(0);
    rendered.shows("expandable_blockquote").shows("\"type\": \"details\"");
}

#[test]
fn lost_answer_to_a_rich_message_is_found_in_the_channel() {
    for (lands, requests) in [("before", 1), ("never", 2)] {
        let sandbox = Server::sandbox();
        let world = sandbox.newsroom_with_staging("0ms").post("first", "heading = 'First'");
        world.run("publish first").exits(0);
        let world = world.post("a", POST);
        sandbox.arm(&json!({ "fault": "read_close", "lands": lands, "method": "sendRichMessage" }));
        world.run("publish a").exits(0).shows("published a in news");
        assert_eq!(sandbox.requests("sendRichMessage"), requests, "{lands}");
        let posts = sandbox.get("/sandbox/channels/example_news/posts");
        assert_eq!(posts.as_array().unwrap().len(), 2, "{lands}");
        assert!(sandbox.staged().is_empty());
    }
}

#[test]
fn message_past_a_limit_is_split_between_blocks_or_refused() {
    let sandbox = Server::sandbox();
    let paragraph = "word ".repeat(2_000);
    let body = vec![paragraph; 5].join("\n\n");
    let post = |overflow: &str| {
        format!("heading = 'A'\nformat = 'rich'\noverflow = '{overflow}'\nbody = '''\n{body}\n'''")
    };
    let world = sandbox.newsroom().post("a", &post("error"));
    let codes = world.run("check a --format json").exits(1).codes();
    assert!(codes.contains(&("posts/a.toml".to_owned(), "too-long".to_owned())), "{codes:?}");
    let world = world.post("a", &post("split"));
    world.run("publish a").exits(0);
    assert_eq!(sandbox.requests("sendRichMessage"), 2);
}

/// A server that is older than rich messages answers with an error of a path that does not exist.
#[test]
fn server_without_rich_messages_stops_only_that_post() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", POST).post("b", "heading = 'B'");
    let body =
        json!({ "ok": false, "error_code": 404, "description": "Not Found: method not found" });
    sandbox.arm(
        &json!({ "fault": "answer", "method": "sendRichMessage", "status": 404, "body": body }),
    );
    world.run("publish a").exits(1);
    world.run("status a").shows("the Bot API server is older than rich messages");
    world.run("publish b").exits(0);
}
