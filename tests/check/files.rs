//! Things in the posts folder that are not posts: they are reported, not read, and do not block.

#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "the test makes what the library must not trip over"
)]

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::world::World;

fn pipe(path: &Path) {
    assert_cmd::Command::new("mkfifo").arg(path).assert().success();
}

/// `make` creates `path` beside a valid post; only this code is reported.
#[track_caller]
fn one(path: &str, code: &str, make: impl FnOnce(&Path)) {
    let world =
        World::new().post("good", "heading = \"Good\"").with(&format!("posts/{path}"), make);
    world.run("render good").exits(0).prints("Good\n");
    let codes = world.run("check --format json").exits(1).codes();
    assert_eq!(codes, [(format!("posts/{path}"), code.to_owned())]);
}

#[test]
fn special_file_is_reported_and_not_read() {
    one("link.toml", "not-a-file", |path| symlink("good.toml", path).unwrap());
    one("dangling.toml", "not-a-file", |path| symlink("nowhere", path).unwrap());
    one("zero.toml", "not-a-file", |path| symlink("/dev/zero", path).unwrap());
    one("environ.toml", "not-a-file", |path| symlink("/proc/self/environ", path).unwrap());
    one("folder", "not-a-file", |path| symlink("/etc", path).unwrap());
    one("2024.05", "not-a-file", |path| symlink("/etc", path).unwrap());
    one("circle", "not-a-file", |path| symlink(".", path).unwrap());
    one("pipe.toml", "not-a-file", pipe);
    one("folder.toml", "not-a-file", |path| std::fs::create_dir(path).unwrap());
    one("socket.toml", "not-a-file", |path| {
        std::os::unix::net::UnixListener::bind(path).unwrap();
    });
}

#[test]
fn named_pipe_does_not_block() {
    let world = World::new().with_journal().with("posts/pipe.toml", pipe);
    for command in ["check pipe", "render pipe", "publish pipe"] {
        world.run(command).exits(1);
    }
}

#[test]
fn invalid_utf8_is_reported_at_its_place() {
    let write = |content: Vec<u8>| move |path: &Path| std::fs::write(path, content).unwrap();
    one("utf16.toml", "not-utf8", write(b"\xff\xfeh\0".to_vec()));
    one("latin1.toml", "not-utf8", write(b"heading = \"caf\xe9\"".to_vec()));
    one("zero-byte.toml", "syntax", write(b"heading = \"a\0b\"".to_vec()));
    let large = format!("heading = \"{}\"", "a".repeat(1100 * 1024));
    one("large.toml", "file-too-large", write(large.into()));
    let world = World::new().file("posts/a.toml", b"heading = \"caf\xe9\"");
    let findings = world.run("check --format json").exits(1).findings();
    assert_eq!((findings[0].place, findings[0].span.clone()), ((1, 15), 14..15));
}

#[test]
fn windows_line_breaks_make_the_same_message() {
    let text = "heading = \"A\"\ntext = '''\nOne\nline\n\nTwo'''\ncode = \"\"\"\na\n  b\n\"\"\"\n";
    let (lf, crlf) =
        (World::new().post("a", text), World::new().post("a", &text.replace('\n', "\r\n")));
    crlf.run("render a --as json").exits(0).prints(&lf.run("render a --as json").exits(0).stdout);
    crlf.run("check").exits(0).prints("");
}

#[test]
fn ten_thousand_nested_lists_are_refused_quickly() {
    for post in [
        format!("bullets = {}{}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("bullets = {}", "[".repeat(10_000)),
        format!("lead = {}1{}", "{a=".repeat(10_000), "}".repeat(10_000)),
        format!("{} = 1", vec!["a"; 10_000].join(".")),
        format!("[{}]", vec!["a"; 10_000].join(".")),
    ] {
        let ran = World::new().post("a", &post).run("check --format json").exits(1);
        let codes = ran.codes();
        let is_told = codes.iter().any(|(_, code)| code == "too-deep" || code == "syntax");
        assert!(is_told && codes.len() < 5, "{codes:?}");
    }
}

#[test]
fn ten_thousand_markup_signs_are_read_quickly() {
    for text in ["*a ", "[", "||", "`a ", "![](", "> ", "- "] {
        let post = format!("body = '''\n{}\n'''", text.repeat(10_000));
        World::new().post("a", &post).run("check").never_panicked();
        let post = format!("text = '{}'", text.repeat(10_000));
        World::new().post("a", &post).run("check").never_panicked();
    }
}

#[test]
fn other_and_hidden_files_are_ignored() {
    let world = World::new()
        .file("posts/cover.jpg", b"\xff\xd8")
        .file("posts/.draft.toml", "x")
        .file("posts/.git/a.toml", "x")
        .file("posts/README.md", "x");
    world.run("check").exits(0).says("0 posts checked: no problems");
}

#[test]
fn unreadable_file_is_reported() {
    let close =
        |path: &Path| std::fs::set_permissions(path, PermissionsExt::from_mode(0o000)).unwrap();
    let world = World::new().post("a", "heading = \"A\"").with("posts/a.toml", close);
    // Root can read every file.
    if std::fs::read(world.path("posts/a.toml")).is_err() {
        let codes = world.run("check --format json").exits(1).codes();
        assert_eq!(codes, [("posts/a.toml".to_owned(), "unreadable".to_owned())]);
    }
}

#[test]
fn missing_posts_folder_is_an_error_with_a_hint() {
    let config = "channels.news = { chat = \"@example_news\", language = \"en\" }";
    let ran = World::empty().config(config).run("check").exits(2);
    ran.says("the posts in posts cannot be listed").says("--posts");
}
