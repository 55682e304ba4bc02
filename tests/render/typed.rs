//! The arguments of `render`.

use crate::world::World;

#[test]
fn json_has_the_fields_of_the_contract_in_their_order() {
    let ran = World::new()
        .post("a", "heading = \"T\"\nsilent = true\nprotect = true\nlink_preview = \"off\"")
        .run("render a --as json");
    insta::assert_snapshot!(ran.exits(0).stdout);
}

#[test]
fn a_post_is_named_by_its_id_or_its_file() {
    let world =
        World::new().post("2024/summit", "heading = \"S\"").post("folder/post", "heading = \"F\"");
    for (typed, shown) in [
        ("2024/summit", "S\n"),
        ("2024/summit.toml", "S\n"),
        ("posts/2024/summit.toml", "S\n"),
        ("folder", "F\n"),
        ("posts/folder/post.toml", "F\n"),
    ] {
        world.run(&format!("render {typed}")).exits(0).prints(shown);
    }
}

#[test]
fn unknown_post_or_channel_is_an_error_with_a_hint() {
    let world = World::new().post("summit", "heading = \"S\"");
    for (arguments, message, hint) in [
        ("render sumit", "no post `sumit`", "did you mean `summit`?"),
        ("render other", "no post `other`", "posts are read from `posts`"),
        ("render ../summit", "`../summit` is not a post id", "an id is the path below posts/"),
        ("render /etc/passwd", "`/etc/passwd` is not a post id", "an id is the path below posts/"),
        ("render Summit", "`Summit` is not a post id", "an id is the path below posts/"),
        ("render summit --channel newz", "no channel `newz`", "did you mean `news`?"),
        ("render summit --channel x", "no channel `x`", "the config has `news`"),
        (
            "render summit --as pdf",
            "invalid value 'pdf'",
            "possible values: text, html, markdown, markdown-v2, json, terminal",
        ),
        ("render", "required arguments were not provided", "Usage: telepress render"),
    ] {
        world.run(arguments).exits(2).prints("").says(message).says(hint);
    }
}

#[test]
fn channel_that_is_not_the_posts_is_an_error() {
    let config = "channels.a = { chat = \"@example_a\", language = \"en\" }\nchannels.b = { chat = \"@example_b\", language = \"ru\" }";
    let world = World::new().config(config).post("x", "heading = \"X\"\nlanguage = \"en\"");
    world
        .run("render x --channel b")
        .exits(2)
        .says("`x` does not go to channel `b`")
        .says("it goes to `a`");
}

#[test]
fn post_with_errors_is_not_rendered_and_its_errors_are_reported() {
    let world = World::new()
        .post("a", "heading = \"two  spaces\"\nhedding = 1")
        .post("b", "heading = \"B\"");
    let ran = world
        .run("render a")
        .exits(1)
        .prints("")
        .says("unknown-key")
        .says("posts/a.toml has 1 error");
    assert!(!ran.stderr.contains("doubled-space"), "{ran}");
    world.run("render b").exits(0).prints("B\n");
}

#[test]
fn several_messages_each_have_a_line_that_names_them() {
    let config = "channels.a = { chat = \"@example_a\", language = \"en\" }\nchannels.b = { chat = \"@example_b\", language = \"en\" }";
    let world = World::new().config(config).post("x", "heading = \"X\"");
    world.run("render x").exits(0).prints("── x · a ──\nX\n── x · b ──\nX\n");
}

#[test]
fn draft_is_rendered() {
    World::new().post("x", "draft = true\nheading = \"X\"").run("render x").exits(0).prints("X\n");
}
