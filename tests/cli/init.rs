//! `telepress init`: a newsroom that works, and nothing overwritten.

use crate::world::World;

#[test]
fn a_new_newsroom_passes_its_check_and_renders_its_post() {
    let world = World::empty();
    let files = "room/config/telepress.toml\nroom/posts/first-post.toml\nroom/.gitignore\nroom/.env.example\n";
    world
        .run("init room")
        .exits(0)
        .prints(files)
        .says("look at it:\n  cd room && telepress check\n");
    world.run_in("room", "check --deny-warnings").exits(0).prints("");
    world.run_in("room", "render first-post").exits(0).shows("#hello");
    // A draft is the one thing that keeps the example from a channel.
    world.run_in("room", "publish first-post").exits(1).says("is a draft");
}

#[test]
fn here_is_a_place_too() {
    let world = World::empty();
    world.run("init").exits(0).says("telepress check");
    world.run("check").exits(0);
}

#[test]
fn nothing_is_overwritten_and_nothing_written_beside_it() {
    for name in ["config/telepress.toml", "posts/first-post.toml", ".gitignore", ".env.example"] {
        let world = World::empty().file(name, "mine");
        world.run("init").exits(2).prints("").says(name).says("already exists");
        assert_eq!(world.read(name), "mine");
        let count = telepress::fs::walk(&world.path(".")).unwrap().len();
        assert_eq!(count, usize::from(!name.starts_with('.')), "{name}");
    }
}

#[test]
fn a_file_in_the_way_is_a_mistake_with_a_way_out() {
    World::empty()
        .file("room", "x")
        .run("init room")
        .exits(2)
        .says("room")
        .says("name another folder");
}

#[test]
fn the_token_of_the_example_stays_out_of_git() {
    let world = World::empty();
    world.run("init").exits(0);
    assert!(world.read(".gitignore").lines().any(|line| line == ".env"));
    assert!(world.read(".env.example").contains("TELEPRESS_TOKEN_FILE="));
}
