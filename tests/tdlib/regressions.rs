//! Inputs that once differed from TDLib, each with TDLib's answer; every run begins with them.

#![expect(clippy::disallowed_methods, reason = "the test reads the recording and appends to it")]

use std::io::Write as _;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::oracle::Answer;
use super::rendering::Text;

#[derive(Serialize, Deserialize)]
pub(super) struct Regression {
    /// The name of the [`Subject`](super::subject::Subject).
    pub(super) subject: String,

    pub(super) input: Text,
    /// TDLib's answer.
    pub(super) output: Answer,
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tdlib/regressions.jsonl")
}

/// The regressions of a subject.
pub(super) fn of(subject: &str) -> Vec<Regression> {
    let lines = std::fs::read_to_string(path()).unwrap();
    let all = lines.lines().map(|line| serde_json::from_str::<Regression>(line).unwrap());
    all.filter(|line| line.subject == subject).collect()
}

pub(super) fn add(regression: &Regression) {
    let line = serde_json::to_string(regression).unwrap() + "\n";
    let mut file = std::fs::OpenOptions::new().append(true).open(path()).unwrap();
    file.write_all(line.as_bytes()).unwrap();
}
