//! Completions: what a shell's script asks, what it is answered, and the shells themselves where they are installed. Man pages.

#![expect(clippy::disallowed_methods, reason = "the shells and man are other programs")]

use std::process::Command;

use crate::world::{PROGRAM, World};

/// The answer to a shell that completes the last of these words.
fn completed(world: World, words: &[&str]) -> Vec<String> {
    completed_in(".", world, words)
}

fn completed_in(folder: &str, world: World, words: &[&str]) -> Vec<String> {
    let world = world
        .env("TELEPRESS_COMPLETE", "bash")
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_INDEX", &words.len().to_string());
    let all = ["--", "telepress"].iter().chain(words);
    let ran = world.run_words(folder, all).exits(0).says("");
    ran.stdout.lines().map(str::to_owned).collect()
}

fn newsroom() -> World {
    World::new()
        .post("summit", "heading = \"A\"")
        .post("2024/release", "heading = ")
        .file("posts/README.md", "no post")
        .file("config/templates/weekly.toml", "heading = \"{{week}}\"")
}

#[test]
fn posts_channels_templates_and_codes_are_completed() {
    let whole = |typed: &str| completed(newsroom(), &typed.split(' ').collect::<Vec<_>>());
    assert_eq!(whole("status "), ["2024/release", "summit"]);
    assert_eq!(whole("render su"), ["summit"]);
    assert_eq!(whole("cancel summit 20"), ["2024/release"]);
    assert_eq!(whole("publish summit --channel "), ["news"]);
    assert_eq!(whole("pause n"), ["news"]);
    assert_eq!(whole("new x --template we"), ["weekly"]);
    assert_eq!(whole("new x --template r"), ["release"]);
    assert_eq!(whole("check --explain bad-hash"), ["bad-hashtag"]);
    assert_eq!(whole("sched"), ["schedule"]);
    assert_eq!(whole("render --as j"), ["json"]);
    assert_eq!(whole("check --deny"), ["--deny-warnings"]);
}

#[test]
fn posts_of_the_folders_that_were_typed_are_completed() {
    let world = newsroom().file("other/posts/elsewhere.toml", "").file("c/t.toml", "");
    let words = ["--posts", "other/posts", "status", ""];
    assert_eq!(completed(world, &words), ["elsewhere"]);
    // From any folder of the newsroom, as every other command.
    assert_eq!(completed_in("posts/2024", newsroom(), &["status", "su"]), ["summit"]);
    let world = World::empty();
    // Without posts there are only the options.
    let options = completed(world, &["status", ""]);
    assert!(options.iter().all(|option| option.starts_with("--")), "{options:?}");
    let world = newsroom().config("channels = nonsense");
    assert_eq!(completed(world, &["status", "--channel", ""]), [""; 0]);
}

#[test]
fn unknown_shell_is_an_error() {
    let world = World::empty().env("TELEPRESS_COMPLETE", "tcsh");
    world.run("-- telepress").exits(2).prints("").says("TELEPRESS_COMPLETE");
}

/// Runs a script in a shell, with telepress in its PATH; `None` if the shell is not installed.
fn in_shell(shell: &str, arguments: &[&str], script: &str) -> Option<String> {
    let world = newsroom();
    let program = std::path::Path::new(PROGRAM).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [program.to_owned()].into_iter().chain(std::env::split_paths(&path));
    let output = Command::new(shell)
        .args(arguments)
        .arg(script)
        .current_dir(world.path("."))
        .env_clear()
        .env("PATH", std::env::join_paths(folders).unwrap())
        .env("HOME", world.path("."))
        .output()
        .ok()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(text(&output.stderr), "", "{shell}");
    Some(text(&output.stdout))
}

#[test]
fn bash_completes_with_the_printed_script() {
    let script = r#"source <(telepress completions bash)
        COMP_WORDS=(telepress status su); COMP_CWORD=2; COMP_TYPE=9
        _clap_complete_telepress telepress su status; echo "${COMPREPLY[@]}"
        COMP_WORDS=(telepress status ""); _clap_complete_telepress telepress "" status
        printf '%s\n' "${COMPREPLY[@]}""#;
    if let Some(printed) = in_shell("bash", &["--norc", "-c"], script) {
        assert_eq!(printed, "summit\n2024/release\nsummit\n");
    }
}

#[test]
fn fish_completes_with_the_printed_script() {
    let script = "telepress completions fish | source; complete -C 'telepress pause '";
    if let Some(printed) = in_shell("fish", &["--no-config", "-c"], script) {
        assert_eq!(printed, "news\t@example_news\n");
    }
}

#[test]
fn zsh_completes_with_the_printed_script() {
    // Without a terminal the function's result is read where it hands it over.
    let script = "compdef() { }; source <(telepress completions zsh)
        _describe() { print -l -- ${(P)@[-1]} }
        words=(telepress status ''); CURRENT=3; _clap_dynamic_completer_telepress";
    if let Some(printed) = in_shell("zsh", &["-f", "-c"], script) {
        assert_eq!(printed, "2024/release\nsummit\n");
    }
}

#[test]
fn every_command_has_a_man_page() {
    let world = World::empty();
    let ran = world.run("man pages/man1").exits(0);
    for page in ["telepress.1", "telepress-check.1", "telepress-sandbox-say.1"] {
        assert!(ran.stdout.contains(&format!("pages/man1/{page}\n")), "{ran}");
    }
    let page = world.read("pages/man1/telepress-check.1");
    assert!(page.starts_with(".ie \\n(.g .ds Aq"), "{page}");
    for part in ["telepress\\-check", ".SH OPTIONS", "deny\\-warnings", "bad\\-hashtag"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let mut man = Command::new("man");
    let read =
        man.args(["--warnings", "-l", "-P", "cat"]).arg(world.path("pages/man1/telepress.1"));
    if let Ok(output) = read.output() {
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
    world.run("man pages/man1").exits(0);
    world.file("taken", "").run("man taken").exits(3);
}
