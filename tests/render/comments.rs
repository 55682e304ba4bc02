//! Comments: listed beside the parts of a post, shared by its editions or replaced by one of them.

use serde_json::json;

use crate::world::World;

const POST: &str = "heading = \"Version 1.2\"\nsilent = true\n\
    [[comments]]\nbody = \"Full **changelog**:\\n\\n- faster\"\n[[comments]]\nbody = \"Questions?\"\n";

#[test]
fn comments_are_beside_the_parts() {
    let world = World::new().post("a", POST);
    let rendered = world.run("render a --as json").exits(0).json();
    assert_eq!(rendered[0]["parts"].as_array().unwrap().len(), 1);
    let comments = rendered[0]["comments"].as_array().unwrap();
    assert_eq!(comments.len(), 2);
    assert_eq!(comments[0]["method"], "sendMessage");
    assert_eq!(
        comments[0]["params"],
        json!({
            "text": "Full changelog:\n\n• faster",
            "entities": [{ "type": "bold", "offset": 5, "length": 9 }],
            "disable_notification": true,
            "reply_parameters": { "forward_of": "post" },
        })
    );
    assert_eq!(comments[1]["measure"]["limit"], 4096);
    let text = "── a · news ──\nVersion 1.2\n── a · news · comment 1/2 ──\nFull changelog:\n\n• faster\n\
        ── a · news · comment 2/2 ──\nQuestions?\n";
    world.run("render a --as text").exits(0).prints(text);
    world.run("render a --as html").exits(0).shows("Full <b>changelog</b>:");
    world
        .run("render a --as terminal")
        .exits(0)
        .shows("comment below the post in news")
        .shows("Questions?");
    let without = World::new().post("a", "heading = \"T\"");
    assert_eq!(without.run("render a --as json").exits(0).json()[0].get("comments"), None);
}

#[test]
fn list_of_an_edition_replaces_the_shared_list() {
    let config = "channels.en = { chat = \"@en_news\", language = \"en\" }\n\
        channels.ru = { chat = \"@ru_news\", language = \"ru\" }\nchannels.de = { chat = \"@de_news\", language = \"de\" }";
    let edition = |language: &str, comments: &str| {
        format!("[editions.{language}]\nheading = \"{language}\"\n{comments}\n")
    };
    let post = format!(
        "[[comments]]\nbody = \"shared\"\n{}{}{}",
        edition("en", ""),
        edition("ru", "comments = [{ body = \"own\" }]"),
        edition("de", "comments = []")
    );
    let world = World::new().config(config).post("a", &post);
    let rendered = world.run("render a --as json").exits(0).json();
    let comments: Vec<_> =
        rendered.as_array().unwrap().iter().map(|one| &one["comments"]).collect();
    assert_eq!(comments[0][0]["params"]["text"], "shared");
    assert_eq!(comments[1][0]["params"]["text"], "own");
    assert!(comments[2].is_null());
}

#[test]
fn comment_is_checked_like_a_body() {
    let rows: [(&str, &[&str]); 6] = [
        ("[[comments]]\nbody = \"ok\"", &[]),
        ("[[comments]]", &["missing-key"]),
        ("[[comments]]\nbody = \"\"", &["blank-text"]),
        ("[[comments]]\nbody = \"see [that](post:b)\"", &["unknown-post"]),
        ("[[comments]]\nbody = \"a\"\ntext = \"b\"", &["unknown-key"]),
        ("comments = [\"a\"]", &["wrong-type"]),
    ];
    for (comments, expected) in rows {
        let world = World::new().post("a", &format!("heading = \"T\"\n{comments}"));
        let codes = world.run("check --format json").never_panicked().codes();
        let codes: Vec<_> = codes.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(codes, expected, "{comments}");
    }
}
