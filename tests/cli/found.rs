//! The config is found from any folder of the newsroom, and `status --serving` reports whether `serve` runs.

#![cfg(unix)]

use crate::world::{Server, Service, World};

#[test]
fn config_is_found_from_any_folder_below() {
    let world = World::new().post("2026/a", "heading = \"A\"").file("notes/deep/x", "");
    for folder in ["posts", "posts/2026", "config", "notes/deep"] {
        world.run_in(folder, "check --deny-warnings").exits(0);
        world.run_in(folder, "render 2026/a --as text").exits(0).shows("A");
    }
    // Places are shown from where the user is.
    let world = world.post("b", "headin = 1");
    world.run_in("notes/deep", "check").exits(1).shows("../../posts/b.toml:1:1");
    // An option is relative to the working folder, and wins.
    world.run_in("notes", "--config config/telepress.toml check").exits(2);
    world.run_in("notes", "--posts ../posts/2026 render a --as text").exits(0).shows("A");
}

#[test]
fn journal_belongs_to_the_newsroom_and_not_to_the_working_folder() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run_in("posts", "publish a").exits(0);
    world.run("status a").exits(0).shows("published");
    assert!(world.path("telepress.db").exists() && !world.path("posts/telepress.db").exists());
}

#[test]
fn nearest_newsroom_is_used() {
    let inner = "channels.inner = { chat = \"@inner\", language = \"en\" }";
    let world = World::new()
        .post("a", "heading = \"Outer\"")
        .file("inner/config/telepress.toml", inner)
        .file("inner/posts/a.toml", "heading = \"Inner\"");
    world.run_in("inner/posts", "render a --as text").exits(0).shows("Inner");
    // `init` makes a newsroom of its own inside another one.
    let world = world.file("new/x", "");
    world.run_in("new", "init").exits(0).shows("config/telepress.toml");
}

#[test]
fn newsroom_of_another_user_is_not_used_from_below() {
    let world = World::new().post("a", "heading = \"A\"").file("posts/2026/x.txt", "");
    for path in [".", "config", "config/telepress.toml"] {
        // Only root may give a file away.
        if std::os::unix::fs::chown(world.path(path), Some(12_345), None).is_err() {
            return;
        }
        world
            .run_in("posts", "check")
            .exits(2)
            .says("belongs to another user")
            .says("name its config with --config");
        // In the working folder and with --config the user has chosen it.
        world.run("check").exits(0);
        world.run_in("posts", "--config ../config/telepress.toml check").exits(0);
        // These need no newsroom.
        world.run_in("posts", "schema").exits(0);
        std::os::unix::fs::chown(world.path(path), Some(0), None).unwrap();
    }
    world.run_in("posts", "check").exits(0);
}

#[test]
fn status_shows_whether_serve_runs() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    world.run("status --serving").exits(4).prints("").says("start `telepress serve`");
    let service = Service::start(&world);
    world.run("status --serving").exits(0).prints("");
    drop(service);
    world.run("status --serving").exits(4);
    world.run("status --serving --format json").exits(2);
}
