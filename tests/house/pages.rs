//! Every test that the documentation names must exist.

use std::collections::BTreeSet;
use std::path::Path;

use super::source::rust_files;
use crate::world::{World, project};

/// The names of all functions in `src`, `crates` and `tests`.
fn functions() -> BTreeSet<String> {
    let files = ["src", "crates", "tests"].into_iter().flat_map(rust_files);
    let texts: Vec<_> = files.map(|path| project(&path)).collect();
    let after_fn = texts.iter().flat_map(|text| text.split("fn ").skip(1));
    after_fn.filter_map(|rest| rest.split(['(', '<']).next()).map(str::to_owned).collect()
}

/// The tests that a page names between backticks, each by the last part of its path.
fn named(page: &str) -> Vec<&str> {
    let quoted = page.split('`').skip(1).step_by(2);
    let last = quoted.map(|name| name.rsplit(['…', ':']).next().unwrap_or_default());
    // A test's name is a sentence; shorter names belong to something else.
    last.filter(|name| name.matches('_').count() >= 3 && !name.starts_with('_'))
        .filter(|name| {
            name.chars().all(|character| matches!(character, 'a'..='z' | '0'..='9' | '_'))
        })
        .collect()
}

#[test]
fn pages_name_only_existing_tests() {
    let functions = functions();
    for page in ["ARCHITECTURE.md", "docs/text.md", "docs/markup.md"] {
        let text = project(page);
        let missing: Vec<_> =
            named(&text).into_iter().filter(|name| !functions.contains(*name)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "{page}");
    }
    assert!(named(&project("docs/text.md")).len() > 20);
}

/// The commands in the code blocks of a page: lines that begin with `telepress`, after a prompt or the sign of a list.
fn shown_commands(page: &str) -> Vec<String> {
    let blocks = page.split("```").skip(1).step_by(2);
    let is_shell =
        |block: &&str| ["console\n", "yaml\n", "bash\n"].iter().any(|kind| block.starts_with(kind));
    let lines = blocks.filter(is_shell).flat_map(str::lines);
    let lines = lines.map(|line| line.trim_start_matches(['$', '-', ' ']));
    let ends = [" #", " > ", " | ", " && ", " < ", "   "];
    let commands = lines.filter(|line| line.starts_with("telepress ")).map(|line| {
        let cut = ends.iter().filter_map(|end| line.find(end)).min();
        line.get(..cut.unwrap_or(line.len())).unwrap_or_default().to_owned()
    });
    commands.collect()
}

/// The words of a command; quotes keep spaces.
fn words(command: &str) -> Vec<std::ffi::OsString> {
    let mut words = vec![String::new()];
    for (number, piece) in command.split(['"', '\'']).enumerate() {
        if number % 2 == 1 {
            words.last_mut().unwrap().push_str(piece);
            continue;
        }
        for (index, word) in piece.split(' ').enumerate() {
            if index > 0 {
                words.push(String::new());
            }
            words.last_mut().unwrap().push_str(word);
        }
    }
    words.into_iter().filter(|word| !word.is_empty()).map(Into::into).collect()
}

#[test]
fn pages_show_only_commands_that_exist() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    let docs = telepress::fs::walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs"));
    let pages = docs.unwrap().into_iter().map(|entry| format!("docs/{}", entry.relative));
    let is_page = |path: &String| Path::new(path).extension().is_some_and(|one| one == "md");
    let pages = pages.filter(is_page);
    for page in pages.chain(["README.md".to_owned()]) {
        for command in shown_commands(&project(&page)) {
            seen += 1;
            match telepress::cli::Arguments::read(words(&command)) {
                Err(error) if error.exit_code() != 0 => {
                    wrong.push(format!("{page}: {command}\n{error}"));
                }
                _ => {}
            }
        }
    }
    assert!(seen > 30, "{seen}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the action finds the program on the path")]
fn action_reports_problems_to_github() {
    let action = project(".github/actions/check/action.yml");
    let (_, script) = action.rsplit_once("run: |\n").unwrap();
    for (text, deny, exit, shown) in [
        ("hedding = 1", "false", 1, "::error file=posts/a.toml,line=1"),
        ("heading = \"A  b\"", "false", 0, "::warning file=posts/a.toml,line=1"),
        ("heading = \"A  b\"", "true", 1, "::warning file=posts/a.toml"),
        ("heading = \"A\"", "true", 0, ""),
    ] {
        let world = World::new().post("a", text);
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_telepress")).parent().unwrap();
        let path = std::env::join_paths(
            std::iter::once(program.to_owned())
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        let mut command = assert_cmd::Command::new("bash");
        let ran = command
            .args(["-eo", "pipefail", "-c", script])
            .current_dir(world.path("."))
            .env("PATH", path.unwrap())
            .envs([("CONFIG", "config/telepress.toml"), ("POSTS", ""), ("DENY_WARNINGS", deny)])
            .output()
            .unwrap();
        let stdout = String::from_utf8(ran.stdout).unwrap();
        assert_eq!(ran.status.code(), Some(exit), "{text}: {stdout}");
        assert!(stdout.contains(shown), "{text}: {stdout}");
    }
}
