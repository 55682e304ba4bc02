//! Inputs that once differed from TDLib, each with what TDLib says; every run begins with them.

#![expect(
    clippy::disallowed_methods,
    reason = "a test reads and adds to a recording that the library's bans are not about"
)]

use std::io::Write as _;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::judge::Answer;
use super::rendering::Text;

/// One line of the file.
#[derive(Serialize, Deserialize)]
pub(super) struct Regression {
    /// The name of what was compared.
    pub(super) subject: String,
    /// What differed.
    pub(super) input: Text,
    /// What TDLib says.
    pub(super) output: Answer,
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tdlib/regressions.jsonl")
}

/// The lines about one subject.
pub(super) fn of(subject: &str) -> Vec<Regression> {
    let lines = std::fs::read_to_string(path()).unwrap();
    let all = lines.lines().map(|line| serde_json::from_str::<Regression>(line).unwrap());
    all.filter(|line| line.subject == subject).collect()
}

/// Adds a line, so that the next run begins with it.
pub(super) fn add(regression: &Regression) {
    let line = serde_json::to_string(regression).unwrap() + "\n";
    let mut file = std::fs::OpenOptions::new().append(true).open(path()).unwrap();
    file.write_all(line.as_bytes()).unwrap();
}
