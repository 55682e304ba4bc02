//! When data reaches the disk, and what happens if nothing can be written.

use std::process::Command;

use crate::world::{Server, TOKEN};

/// Whether a tool is installed; a failure if it is missing where all tools are required.
#[expect(clippy::disallowed_methods, reason = "a test asks for a tool")]
fn has(tool: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {tool}")]).output();
    let found = found.is_ok_and(|output| output.status.success());
    assert!(found || std::env::var_os("CI").is_none(), "{tool} is missing");
    if !found {
        eprintln!("skipped: {tool} is missing");
    }
    found
}

/// The lines of a trace about the write-ahead log or a connection.
fn trace(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !line.contains("resumed>"))
        .filter(|line| {
            line.contains("fdatasync(") || line.contains("fsync(") || line.contains("sendMessage")
        })
        .collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test traces the program")]
fn intent_is_on_disk_before_its_request_is_sent() {
    if !has("strace") {
        return;
    }
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    let ran = Command::new("strace")
        .args([
            "-f",
            "-y",
            "-s",
            "200",
            "-e",
            "trace=fdatasync,fsync,write,writev,sendto,sendmsg",
            "-o",
        ])
        .arg(world.path("trace"))
        .args([env!("CARGO_BIN_EXE_telepress"), "publish", "a"])
        .current_dir(world.path("."))
        .env("TELEPRESS_TOKEN", TOKEN)
        .env("HOME", "")
        .env("XDG_STATE_HOME", "")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let text = world.read("trace");
    let lines = trace(&text);
    let send = lines.iter().position(|line| line.contains("sendMessage") && line.contains("POST"));
    let send = send.unwrap_or_else(|| panic!("no request\n{text}"));
    let before = &lines[..send];
    // The accepted publication, the intent and the watermark, in this order.
    let log = before.iter().filter(|line| line.contains("telepress.db-wal")).count();
    assert!(log >= 2, "{before:#?}");
    let last = before.last().unwrap();
    assert!(last.contains("watermark") || last.contains("telepress.db-wal"), "{before:#?}");
    let behind = &lines[send + 1..];
    assert!(behind.iter().any(|line| line.contains("telepress.db-wal")), "{behind:#?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test looks at the journal's files")]
fn journal_is_one_file_after_a_command() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    let log = std::fs::metadata(world.path("telepress.db-wal")).map_or(0, |found| found.len());
    assert_eq!(log, 0);
    // A copy of this file alone has everything that was published.
    std::fs::remove_file(world.path("telepress.db-wal")).ok();
    std::fs::remove_file(world.path("telepress.db-shm")).ok();
    world.run("publish a").exits(0).shows("already published");
}

/// Mounts a small disk at `path`; `None` without the permission.
#[expect(clippy::disallowed_methods, reason = "a test mounts a disk")]
fn mount(path: &std::path::Path, options: &str) -> Option<Mounted> {
    std::fs::create_dir_all(path).unwrap();
    let mut command = Command::new("mount");
    let command = command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(path);
    if command.output().is_ok_and(|output| output.status.success()) {
        return Some(Mounted(path.to_owned()));
    }
    eprintln!("skipped: no disk can be mounted here");
    None
}

struct Mounted(std::path::PathBuf);

impl Mounted {
    #[expect(clippy::disallowed_methods, reason = "a test mounts a disk")]
    fn again(&self, options: &str) {
        let mut command = Command::new("mount");
        let done =
            command.args(["-o", &format!("remount,{options}")]).arg(&self.0).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }
}

impl Drop for Mounted {
    #[expect(clippy::disallowed_methods, reason = "a test mounts a disk")]
    fn drop(&mut self) {
        // A lazy unmount waits for open handles.
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test fills a disk")]
fn nothing_is_sent_or_lost_on_a_full_or_read_only_disk() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    let Some(disk) = mount(&world.path("disk"), "size=2m") else { return };
    let config = format!(
        "store.url = \"sqlite:disk/telepress.db\"\n{}",
        world.read("config/telepress.toml")
    );
    let world = world.config(&config);
    // A post of the first scan is published by name.
    let world = world.with_journal();
    world.run("publish a").exits(0);
    world.run("schedule b +1h").exits(0);
    // Fill the disk completely.
    let world = world.with("disk/full", |path| {
        let file = std::fs::File::create(path).unwrap();
        let mut written = 0;
        while std::io::Write::write(&mut &file, &[0; 4096]).is_ok_and(|count| count > 0) {
            written += 1;
        }
        assert!(written > 0);
    });
    world.run("publish b").exits(3).says("cannot be written");
    assert_eq!(sandbox.posts(), ["A"]);
    let world = world.without("disk/full");
    disk.again("ro");
    world.run("publish b").exits(3).says("Read-only file system");
    world.run("status").exits(0).shows("published");
    assert_eq!(sandbox.posts(), ["A"]);
    disk.again("rw");
    world.run("publish b").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B"]);
}
