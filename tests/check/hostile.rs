//! Files whose names and texts try to control a terminal, start a line, or fill the screen.

use crate::world::World;

/// Control sequences for terminals, and a workflow command for GitHub.
const FOREIGN: [&str; 4] = ["\u{1b}", "\u{9b}", "\u{7}", "\n::error"];

const NAME: &str = "a\u{1b}]0;x\u{7}\u{9b}31m\n::error::x\u{202e}";

#[track_caller]
fn is_plain(what: &str, shown: &str) {
    for foreign in FOREIGN {
        assert!(!shown.contains(foreign), "{foreign:?} in {what}: {shown:?}");
    }
}

#[test]
#[cfg(unix)]
fn untrusted_text_cannot_control_a_terminal_or_start_a_line() {
    let hostile = format!("headin = \"{}\"\n", NAME.replace('\n', ""));
    let world = World::new()
        .post("ok", "heading = \"A\"\n")
        .post(NAME, &hostile)
        .post("bad", &hostile)
        .post("folder\n::error::y/deep", "heading = 1\n");
    for format in ["text", "json", "github"] {
        let ran = world.run(&format!("check --format {format}")).exits(1);
        let stdout = if format == "github" {
            // A workflow command starts a line.
            ran.stdout.lines().for_each(|line| {
                assert!(
                    line.starts_with("::error file=") || line.starts_with("::warning file="),
                    "{line:?}"
                );
            });
            ran.stdout.replace("\n::error file=", "")
        } else {
            ran.stdout.clone()
        };
        is_plain(format, &stdout);
        is_plain(format, &ran.stderr);
        if format == "json" {
            let files: Vec<_> = ran.codes().into_iter().map(|(file, _)| file).collect();
            assert!(files.iter().any(|file| file == &format!("posts/{NAME}.toml")), "{files:?}");
        }
    }
    for arguments in [
        vec!["check", NAME],
        vec!["render", NAME],
        vec!["status", NAME],
        vec!["log", NAME],
        vec!["publish", NAME],
        vec!["check", "--explain", NAME],
        vec![NAME],
        vec!["--config", NAME, "check"],
        vec!["--posts", NAME, "check"],
        vec!["render", "ok", "--channel", NAME],
        vec!["preview", NAME],
        vec!["resolve", "ok", "--sent", NAME],
        vec!["adopt", "ok", NAME],
        vec!["move", NAME, NAME],
        vec!["schedule", "ok", NAME],
        vec!["plan"],
        vec!["doctor"],
    ] {
        let ran = world.run_words(".", &arguments).never_panicked();
        is_plain(&format!("{arguments:?}"), &ran.stderr);
        is_plain(&format!("{arguments:?}"), &ran.stdout);
    }
}

#[test]
fn hundred_thousand_problems_are_summarized() {
    let world = World::new().post("a", &format!("heading = \"A\"\n{}", "x=1\n".repeat(60_000)));
    for format in ["text", "json", "github"] {
        let ran = world.run(&format!("check --format {format}")).exits(1);
        assert!(ran.stdout.len() < 200_000, "{format}: {} bytes", ran.stdout.len());
        assert!(ran.stdout.contains("more in this file: 59"), "{format}: {ran}");
        if format == "json" {
            assert_eq!(ran.findings().len(), 101);
        }
    }
    let page = world.run("preview a --html out.html");
    assert!(
        page.stderr.len() < 200_000 && world.read("out.html").len() < 300_000,
        "{}",
        page.stderr.len()
    );
    // Errors are shown even if many warnings come before them.
    let spaces = (0..150).map(|n| format!("\"a{n}  b\"")).collect::<Vec<_>>().join(", ");
    let text = format!("heading = \"A\"\nbullets = [{spaces}]\nno_such_key = 1\n");
    let world = World::new().post("a", &text);
    let ran = world.run("check --format json").exits(1);
    assert!(ran.codes().iter().any(|(_, code)| code == "unknown-key"), "{ran}");
    assert!(ran.stderr.contains("1 error, 150 warnings"), "{ran}");
    let world = World::new().post("a", &text.replace("no_such_key = 1\n", ""));
    world.run("check").exits(0).says("150 warnings");
    world.run("check --deny-warnings").exits(1);
}

#[test]
#[cfg(unix)]
fn one_file_too_many_stops_every_command_that_reads_the_newsroom() {
    let world = World::new().with_journal().post("a", "heading = \"A\"\n");
    for number in 0..telepress::limits::POST_FILES {
        // An empty file takes no space on the disk.
        std::os::unix::fs::symlink("x", world.path(&format!("posts/{number}.txt"))).unwrap();
    }
    for command in [
        "check",
        "check a",
        "render a",
        "plan",
        "preview a --html out.html",
        "schedule a next",
        "publish a",
    ] {
        let ran = world.run(command).exits(2);
        assert!(
            ran.stderr.contains("posts") && ran.stderr.contains("more than 100000 files"),
            "{command}: {ran}"
        );
    }
}
