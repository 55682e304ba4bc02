//! How the browser is opened, and that other users of the machine cannot read the secret for the pages.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the test writes the programs that preview starts")]

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use super::{Preview, header};
use crate::world::{TOKEN, World};

/// A newsroom with these programs first in its `PATH`.
fn with_programs(programs: &[(&str, &str)]) -> World {
    let mut world = World::new().post("summit", "heading = \"Talks\"\n");
    for (name, script) in programs {
        world = world.file(&format!("bin/{name}"), script).with(&format!("bin/{name}"), |path| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        });
    }
    let mut folders = vec![world.path("bin")];
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    let path = std::env::join_paths(folders).unwrap();
    world
        .env_os("PATH", &path)
        .env("TELEPRESS_TOKEN", TOKEN)
        .env("DATABASE_URL", "postgres://u:hunter2@h/d")
        .env("PGPASSWORD", "hunter2")
        .env("CHROMIUM_FLAGS", "--remote-debugging-port=9222")
}

fn waits_for(world: &World, path: &str) -> String {
    for _ in 0..500 {
        if world.path(path).exists() {
            return world.read(path);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{path} was not written");
}

/// A launcher that records its arguments, its environment, and the file that it gets.
const LAUNCHER: &str = "#!/bin/sh
here=$(dirname \"$0\")
env >\"$here/variables\"
stat -c '%a %n' \"$1\" \"$(dirname \"$1\")\" >\"$here/rights\"
cat \"$1\" >\"$here/page\"
printf '%s\\n' \"$0\" \"$@\" >\"$here/arguments.new\"
mv \"$here/arguments.new\" \"$here/arguments\"
";

#[test]
fn browser_gets_a_file_whose_secret_works_once_and_no_secret_in_its_arguments() {
    let world = with_programs(&[("xdg-open", LAUNCHER)]);
    let preview = Preview::of(world.start("preview summit --port 0", Stdio::piped()));
    let arguments = waits_for(&world, "bin/arguments");
    assert!(!arguments.contains("http") && !arguments.contains("127.0.0.1"), "{arguments}");
    let rights = world.read("bin/rights");
    let rights: Vec<_> = rights.lines().map(|line| line.split_once(' ').unwrap().0).collect();
    assert_eq!(rights, ["600", "700"], "the file and its folder");
    let variables = world.read("bin/variables");
    for secret in ["TELEPRESS_", "DATABASE_URL", "PGPASSWORD", "CHROMIUM_FLAGS", "hunter2"] {
        assert!(!variables.contains(secret), "{secret} in {variables}");
    }
    let page = world.read("bin/page");
    let address = page.split("url=").nth(1).unwrap().split('"').next().unwrap();
    let path = address.strip_prefix(preview.origin()).unwrap().to_owned();
    assert!(path.ends_with("/?post=summit"), "{path}");
    assert!(!arguments.contains(path.split('/').nth(1).unwrap()), "{arguments}");
    // A link from a file is cross-site, and the browser does not send a `SameSite=Strict` cookie after a redirect from there,
    // so the answer is a page that reloads.
    let enter = |headers: &str| {
        preview.raw(&format!(
            "GET {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n{headers}\r\n"
        ))
    };
    let answer = enter("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n");
    let target = format!("content=\"0;url={}?post=summit\"", preview.folder);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(&target), "{answer}");
    let cookie = answer.lines().find(|line| line.starts_with("set-cookie")).unwrap();
    for part in ["HttpOnly", "SameSite=Strict", &format!("Path={}", preview.folder)] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(header(&answer, "set-cookie"), preview.cookie);
    let again = enter("");
    assert!(again.starts_with("HTTP/1.1 404") && !again.contains("set-cookie"), "{again}");
}

#[test]
fn printed_address_works_again_and_pages_need_the_cookie() {
    let world = World::new().post("summit", "heading = \"Talks\"\n");
    let preview = Preview::start(&world);
    let path = preview.address.strip_prefix(preview.origin()).unwrap();
    for path in [path.to_owned(), format!("{path}?post=summit")] {
        let (folder, cookie) = preview.enter(&path);
        assert!(folder.starts_with(&preview.folder), "{folder}");
        assert_eq!(cookie, preview.cookie);
    }
    let inside = |path: &str| path.trim_matches('/').to_owned();
    assert_ne!(inside(path), inside(&preview.folder));
    let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let close = "Connection: close\r\n";
    for (place, headers) in
        [("", close), ("?post=summit", close), ("live", upgrade), ("live?post=summit", upgrade)]
    {
        for (cookie, status) in [
            (String::new(), "403"),
            ("Cookie: telepress=\r\n".to_owned(), "403"),
            (format!("Cookie: telepress={}\r\n", inside(path)), "403"),
            (format!("Cookie: telepress={}\r\n", inside(&preview.folder)), "403"),
            (
                format!("Cookie: {}\r\n", preview.cookie),
                if place.starts_with("live") { "101" } else { "200" },
            ),
        ] {
            let request = format!(
                "GET {}{place} HTTP/1.1\r\nHost: HOST\r\n{cookie}{headers}\r\n",
                preview.folder
            );
            let answer = preview.raw(&request);
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status}")),
                "{place} {cookie}: {answer}"
            );
            assert_eq!(answer.contains("Talks"), status != "403", "{answer}");
        }
    }
}

#[test]
fn without_a_browser_the_output_points_to_the_printed_address() {
    let world = World::new().post("summit", "heading = \"Talks\"\n").env("PATH", "/nonexistent");
    let preview = Preview::of(world.start("preview", Stdio::piped()));
    assert!(stderr_at_end(preview).contains("open the address above yourself"));
    let world = world.env("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    let preview = Preview::of(world.start("preview", Stdio::piped()));
    let port = preview.origin().rsplit(':').next().unwrap().to_owned();
    assert!(stderr_at_end(preview).contains(&format!("ssh -L {port}:127.0.0.1:{port}")));
}

/// Ends the preview and returns its stderr.
fn stderr_at_end(mut preview: Preview) -> String {
    std::thread::sleep(Duration::from_millis(300));
    preview.child.kill().unwrap();
    std::io::read_to_string(preview.child.stderr.take().unwrap()).unwrap()
}

/// A Chromium that records its arguments and environment, and writes a picture.
const CHROMIUM: &str = "#!/bin/sh
here=$(dirname \"$0\")
env >>\"$here/variables\"
for argument; do
  echo \"$argument\" >>\"$here/arguments\"
  case $argument in
  --screenshot=*) echo picture >\"${argument#--screenshot=}\" ;;
  --user-data-dir=*) stat -c %a \"${argument#--user-data-dir=}\" >>\"$here/rights\" ;;
  esac
done
";

#[test]
fn chromium_gets_no_secret_and_its_own_folder() {
    let world = with_programs(&[("chromium", CHROMIUM)]);
    let ran = world.run("preview summit --png out.png").exits(0);
    let arguments = world.read("bin/arguments");
    for secret in ["http", "remote-debugging", "hunter2", TOKEN] {
        assert!(!arguments.contains(secret), "{secret} in {arguments}");
    }
    assert_eq!(world.read("bin/rights"), "700\n700\n");
    let variables = world.read("bin/variables");
    for secret in ["TELEPRESS_", "DATABASE_URL", "PGPASSWORD", "CHROMIUM_FLAGS", "hunter2"] {
        assert!(!variables.contains(secret), "{secret} in {variables}");
    }
    let profile = arguments.lines().find_map(|line| line.strip_prefix("--user-data-dir="));
    assert!(!PathBuf::from(profile.unwrap()).exists(), "the profile is removed after the run");
    // Chromium runs without its sandbox only as root, with a warning.
    let is_root = ran.stderr.contains("warning: Chromium ran without its own sandbox");
    assert_eq!(arguments.contains("--no-sandbox"), is_root, "{}", ran.stderr);
    let id = assert_cmd::Command::new("id").arg("-u").output().unwrap().stdout;
    assert_eq!(is_root, id == b"0\n");
}
