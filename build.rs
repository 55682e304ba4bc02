//! Adds the commit and its date to the version of release builds.
//!
//! `TELEPRESS_COMMIT` (`1a2b3c4 2026-11-30`) wins over git, for builds from a source archive. Without both the version stands
//! alone. Other builds do not ask git, because each commit would compile telepress again. There is no time of the build, so the
//! same source is always the same program.

#![expect(clippy::disallowed_methods, reason = "a build script asks git and the environment")]

use std::path::Path;
use std::process::Command;

/// The environment variable with the commit and its date.
const COMMIT: &str = "TELEPRESS_COMMIT";

/// What a release build is made of.
const SOURCES: [&str; 6] = ["src", "crates", "migrations", "config", "Cargo.toml", "Cargo.lock"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={COMMIT}");
    let version = env!("CARGO_PKG_VERSION");
    let given = std::env::var(COMMIT).ok().filter(|commit| is_commit(commit));
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = given.or_else(|| if is_release { commit_of_git() } else { None });
    let version = commit.map_or_else(|| version.to_owned(), |known| format!("{version} ({known})"));
    println!("cargo::rustc-env=TELEPRESS_VERSION={version}");
}

/// Whether the text is in one line and not empty.
fn is_commit(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(char::is_control)
}

/// The commit and its date, `None` outside a git repository of telepress.
fn commit_of_git() -> Option<String> {
    // The repository around an unpacked source archive is another one.
    if !Path::new(".git").exists() {
        return None;
    }
    for path in [
        git(&["rev-parse", "--git-path", "HEAD"])?,
        git(&["rev-parse", "--git-path", "logs/HEAD"])?,
    ] {
        if Path::new(&path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    let commit = git(&["log", "-1", "--format=%h %cs"])?;
    let is_changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Some(if is_changed { format!("{commit}, changed") } else { commit })
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
