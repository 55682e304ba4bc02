//! The token: where it is read from, what is refused, and that no output contains it.

#![cfg(unix)]
use std::os::unix::fs::PermissionsExt;

use crate::world::{SECRET, Server, TOKEN, World};

const POST: &str = "heading = \"A\"";

/// A newsroom with the token in the file `token`, which has this mode.
fn with_file(sandbox: &Server, content: &str, mode: u32) -> World {
    let world =
        sandbox.newsroom().post("a", POST).file("token", content).env("TELEPRESS_TOKEN", "");
    world.env("TELEPRESS_TOKEN_FILE", "token").with("token", |path| {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    })
}

#[test]
fn missing_token_is_an_error_with_a_hint() {
    let ran = World::new().with_journal().post("a", POST).run("publish a").exits(2).prints("");
    ran.says("there is no bot token")
        .says("TELEPRESS_TOKEN_FILE")
        .says("TELEPRESS_TOKEN")
        .says("@BotFather");
}

#[test]
fn private_token_file_is_accepted() {
    let sandbox = Server::sandbox();
    for content in [TOKEN.to_owned(), format!("{TOKEN}\n"), format!("{TOKEN}\r\n")] {
        with_file(&sandbox, &content, 0o600).run("publish a").exits(0);
    }
    assert_eq!(sandbox.posts().len(), 3);
}

#[test]
fn token_file_that_others_can_read_is_refused_with_a_hint() {
    let sandbox = Server::sandbox();
    for mode in [0o644, 0o640, 0o604, 0o660] {
        let ran = with_file(&sandbox, TOKEN, mode).run("publish a").exits(2);
        ran.says("other users can read or change token").says("chmod 600 token");
    }
    assert!(sandbox.posts().is_empty());
}

#[test]
fn invalid_token_is_refused_and_not_repeated() {
    let sandbox = Server::sandbox();
    for content in [
        "",
        "\n",
        "token",
        &TOKEN.replace(':', ""),
        &format!("\"{TOKEN}\""),
        &format!("{TOKEN}\n{TOKEN}"),
        &format!("TELEPRESS_TOKEN={TOKEN}"),
        &"1".repeat(5000),
    ] {
        let ran = with_file(&sandbox, content, 0o600).run("publish a").exits(2).prints("");
        assert!(!ran.stderr.contains(SECRET), "{ran}");
        let variable = World::new().with_journal().post("a", POST).env("TELEPRESS_TOKEN", content);
        let ran = variable.run("publish a").exits(2).prints("");
        assert!(!ran.stderr.contains(SECRET), "{ran}");
    }
    assert!(sandbox.posts().is_empty());
}

#[test]
fn two_sources_of_the_token_are_refused() {
    let sandbox = Server::sandbox();
    let world = with_file(&sandbox, TOKEN, 0o600).env("TELEPRESS_TOKEN", TOKEN);
    world.run("publish a").exits(2).says("are both set").says("unset one of them");
}

#[test]
fn systemd_credential_comes_first() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", POST).env("TELEPRESS_TOKEN", "wrong");
    let world = world.file("credentials/telepress-token", TOKEN).with(
        "credentials/telepress-token",
        |path| {
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o440)).unwrap();
        },
    );
    let folder = world.path("credentials").display().to_string();
    world.env("CREDENTIALS_DIRECTORY", &folder).run("publish a").exits(0);
}

#[test]
fn other_commands_need_no_token() {
    let world = World::new().with_journal().post("a", POST).env("TELEPRESS_TOKEN", "nonsense");
    for command in ["check", "render a", "demo --once", "schema", "init room"] {
        world.run(command).exits(0);
    }
}
