//! Broken streams: the reader of the output may stop at any time, and that is not an error.

use std::io::Read;
use std::process::Stdio;

use crate::world::World;

/// Runs a command whose stdout is closed, and returns its exit code and stderr.
fn closed(world: &World, arguments: &str) -> (Option<i32>, String) {
    let mut child = world.start(arguments, Stdio::piped());
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    (child.wait().unwrap().code(), stderr)
}

#[test]
fn closed_pipe_is_not_an_error() {
    let mut world = World::new();
    for id in 0..50 {
        world = world.post(&format!("p{id}"), "hedding = 1\nheading = \"two  spaces\"");
    }
    let world = world.post("good", &format!("text = \"{}\"", "word ".repeat(5_000).trim_end()));
    for command in [
        "check",
        "check --format json",
        "check --format github",
        "render good",
        "render good --as json",
        "render good --as terminal",
        "schema post",
        "completions bash",
        "check --explain bad-link",
        "--help",
    ] {
        let (code, stderr) = closed(&world, command);
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{command}");
    }
}

#[test]
fn demo_with_a_closed_pipe_exits_with_0() {
    let (code, stderr) = closed(&World::empty(), "demo --once");
    assert_eq!(code, Some(0), "{stderr}");
    assert!(!stderr.contains("error") && !stderr.contains("Broken pipe"), "{stderr}");
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_an_error() {
    #[expect(clippy::disallowed_methods, reason = "the device that is always full is the test")]
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let world = World::new().post("a", "heading = \"two  spaces\"");
    for command in ["render a", "check", "schema post", "demo --once", "completions bash"] {
        let mut child = world.start(command, full().into());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(3), "{command}: {stderr}");
        assert!(stderr.contains("No space left"), "{command}: {stderr}");
    }
}
