//! The arguments of all commands, and the errors for wrong ones.

use crate::world::World;

const COMMANDS: [&str; 33] = [
    "demo",
    "init",
    "journal",
    "check",
    "render",
    "convert",
    "plan",
    "apply",
    "publish",
    "schedule",
    "queue",
    "preview",
    "cancel",
    "update",
    "delete",
    "status",
    "pause",
    "resume",
    "release",
    "retry",
    "move",
    "log",
    "resolve",
    "adopt",
    "undo",
    "import",
    "backup",
    "serve",
    "sandbox",
    "doctor",
    "schema",
    "completions",
    "man",
];

#[test]
fn every_command_has_help_with_an_example() {
    let world = World::empty();
    let all = world.run("--help").exits(0);
    for command in COMMANDS {
        assert!(all.stdout.contains(&format!("\n  {command} ")), "{all}");
        let ran = world.run(&format!("{command} --help")).exits(0);
        let (_, example) = ran.stdout.split_once("Example").unwrap_or_else(|| panic!("{ran}"));
        assert!(example.contains(&format!("telepress {command}")), "{ran}");
        world.run(&format!("help {command}")).exits(0).prints(&ran.stdout);
    }
}

#[test]
fn help_fits_a_narrow_terminal() {
    let world = World::empty().env("COLUMNS", "80");
    for command in COMMANDS {
        let ran = world.run(&format!("{command} --help")).exits(0);
        let described = ran.stdout.split("Example").next().unwrap();
        assert!(described.lines().all(|line| line.chars().count() <= 100), "{ran}");
    }
}

#[test]
fn version_is_that_of_the_package() {
    // A release build adds its commit and date.
    let ran = World::empty().run("--version").exits(0);
    let version = ran.stdout.strip_prefix(&format!("telepress {}", env!("CARGO_PKG_VERSION")));
    let commit = version.unwrap_or_else(|| panic!("{ran}")).trim_end();
    assert!(commit.is_empty() || commit.starts_with(" (") && commit.ends_with(')'), "{ran}");
}

#[test]
fn unknown_command_is_an_error_with_a_suggestion() {
    let world = World::empty();
    world.run("chekc").exits(2).prints("").says("'check'");
    world.run("").exits(2).prints("").says("Usage: telepress");
    world.run("check --formt json").exits(2).says("--format");
    world.run("completions tcsh").exits(2).says("possible values: bash");
    world.run("demo --port 99999").exits(2).says("99999").says("the number is too large");
    world.run("log --last few").exits(2).says("not a whole number");
    world.run("apply --max few").exits(2).says("not a whole number");
    world.run("journal server somewhere").exits(2).says("not a web address");
    world.run("sandbox --port 0 --channel news").exits(2).says("the `@` is missing");
}

#[test]
fn every_shell_gets_its_completions() {
    let world = World::empty();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = world.run(&format!("completions {shell}")).exits(0);
        script.shows("telepress").shows("TELEPRESS_COMPLETE");
    }
}

#[cfg(unix)]
#[test]
fn non_unicode_argument_is_an_error_or_a_path() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let world = World::new().post("a", "heading = \"A\"");
    let odd = OsStr::from_bytes(b"caf\xe9");
    for words in [
        vec![odd],
        vec![OsStr::new("render"), odd],
        vec![OsStr::new("check"), odd],
        vec![OsStr::new("--config"), odd, OsStr::new("check")],
    ] {
        world.run_words(".", words).exits(2);
    }
    let posts = [OsStr::new("check"), OsStr::new("--posts"), odd];
    world.run_words(".", posts).exits(2).says("cannot be listed");
    // SQLite cannot open a path like this, except from inside the folder.
    world.run_words(".", [OsStr::new("init"), odd]).exits(0).says("telepress journal create");
}

#[cfg(unix)]
#[test]
fn non_unicode_variable_is_reported() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let world = World::new()
        .with_journal()
        .post("a", "heading = \"A\"")
        .env_os("TELEPRESS_TOKEN", OsStr::from_bytes(b"1:\xe9"));
    world.run("publish a").exits(2).says("TELEPRESS_TOKEN does not hold UTF-8 text");
}

#[test]
fn invalid_log_filter_stops_nothing() {
    for filter in ["nonsense=====", "trace", "telepress=loud"] {
        let world = World::new().post("a", "heading = \"A\"").env("RUST_LOG", filter);
        world.run("render a").exits(0).prints("A\n");
    }
}
