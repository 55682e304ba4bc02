//! `telepress init`: it creates a newsroom that works, and overwrites nothing.

use crate::world::World;

#[test]
fn a_new_newsroom_passes_its_check_and_renders_its_post() {
    let world = World::empty();
    let files = "room/config/telepress.toml\nroom/posts/first-post.toml\nroom/config/config.schema.json\nroom/config/post.schema.json\nroom/.gitignore\n";
    world.run("init room").exits(0).prints(files).says("next:\n  cd room\n  telepress check\n");
    world.run_in("room", "check --deny-warnings").exits(0).prints("");
    world.run_in("room", "render first-post").exits(0).shows("#hello");
    // Only `draft = true` prevents the example from being published.
    world.run_in("room", "publish first-post").exits(1).says("is a draft");
}

#[test]
fn first_post_may_be_markdown() {
    let world = World::empty();
    world.run("init room --markdown").exits(0).shows("room/posts/first-post.md\n");
    assert!(!world.path("room/posts/first-post.toml").exists());
    world.run_in("room", "check --deny-warnings").exits(0).prints("");
    let markdown = world.run_in("room", "render first-post --as json").exits(0).json();
    // Both forms of the first post are the same message.
    world.run("init other").exits(0);
    assert_eq!(world.run_in("other", "render first-post --as json").exits(0).json(), markdown);
}

#[test]
fn init_works_in_the_current_folder() {
    let world = World::empty();
    world.run("init").exits(0).says("telepress check");
    world.run("check").exits(0);
}

#[test]
fn init_overwrites_nothing_and_then_writes_nothing() {
    for name in
        ["config/telepress.toml", "posts/first-post.toml", "config/post.schema.json", ".gitignore"]
    {
        let world = World::empty().file(name, "mine");
        world.run("init").exits(2).prints("").says(name).says("already exists");
        assert_eq!(world.read(name), "mine");
        let count = telepress::fs::walk(&world.path(".")).unwrap().len();
        assert_eq!(count, usize::from(!name.starts_with('.')), "{name}");
    }
}

#[test]
fn file_in_the_way_is_an_error_with_a_hint() {
    World::empty()
        .file("room", "x")
        .run("init room")
        .exits(2)
        .says("room")
        .says("name another folder");
}

#[test]
fn files_with_a_token_are_ignored_by_git() {
    let world = World::empty();
    world.run("init").exits(0).says("TELEPRESS_TOKEN_FILE=");
    for name in [".env", "*.token"] {
        assert!(world.read(".gitignore").lines().any(|line| line == name));
    }
}

#[test]
fn files_name_their_schemas_to_editors() {
    let world = World::empty();
    world.run("init").exits(0);
    for (file, schema, of) in [
        ("config/telepress.toml", "config.schema.json", "config"),
        ("posts/first-post.toml", "../config/post.schema.json", "post"),
    ] {
        assert!(world.read(file).starts_with(&format!("#:schema {schema}\n")), "{file}");
        let written = world.read(&format!("config/{of}.schema.json"));
        let written: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(written["title"], format!("telepress {of}"));
    }
    // A newsroom of an earlier version gets the schema with its first new post.
    let world = world.without("config/post.schema.json");
    world.run_in("posts", "new 2026/a").exits(0).prints("../posts/2026/a.toml\n");
    assert!(
        world.read("posts/2026/a.toml").starts_with("#:schema ../../config/post.schema.json\n")
    );
    assert!(world.path("config/post.schema.json").exists());
}
