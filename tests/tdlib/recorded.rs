//! Compares posts with recorded answers of TDLib, for machines without TDLib.

#![expect(clippy::disallowed_methods, reason = "the test reads and writes the recording")]

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::rendering::{Text, assert_covered, render};
use super::subject::is_written_as_markdown;

/// The most bytes of the recording.
const MOST_BYTES: usize = 1_000_000;

/// A post and TDLib's answer for each of its parts.
#[derive(Serialize, Deserialize)]
pub(super) struct Case {
    pub(super) config: String,
    pub(super) post: String,
    /// TDLib's answers, grouped by channel.
    pub(super) parts: Vec<Text>,
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tdlib/posts.jsonl")
}

/// Overwrites the recording.
pub(super) fn write(cases: &[&Case]) {
    let lines: String =
        cases.iter().map(|case| serde_json::to_string(case).unwrap() + "\n").collect();
    assert!(lines.len() < MOST_BYTES, "{} bytes", lines.len());
    std::fs::write(path(), lines).unwrap();
}

/// The random posts have formatting that ends with spaces or within words, which delimiters cannot express.
#[test]
fn recorded_posts_are_written_as_markdown_that_reads_back() {
    let lines = std::fs::read_to_string(path()).unwrap();
    let cases = lines.lines().map(|line| serde_json::from_str::<Case>(line).unwrap());
    let parts: Vec<_> = cases.flat_map(|case| case.parts).collect();
    let refused: Vec<_> = parts.iter().filter(|part| !is_written_as_markdown(part)).collect();
    println!("{} of {} parts are refused", refused.len(), parts.len());
    assert!(refused.len() * 100 < parts.len(), "{} of {} are refused", refused.len(), parts.len());
}

#[test]
fn posts_render_as_tdlib_recorded_them() {
    // With this variable another test overwrites the file at the same time.
    if std::env::var_os("TELEPRESS_RECORD").is_some() {
        return;
    }
    let lines = std::fs::read_to_string(path()).unwrap();
    let cases: Vec<Case> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(cases.len() > 300, "only {} recorded posts", cases.len());
    assert_covered(&cases.iter().flat_map(|case| case.parts.clone()).collect::<Vec<_>>());
    let mut wrong: Vec<_> = cases
        .iter()
        .filter(|case| render(&case.config, &case.post).as_ref() != Ok(&case.parts))
        .collect();
    wrong.sort_by_key(|case| case.post.len());
    if let Some(case) = wrong.first() {
        panic!(
            "{} of {} differ from TDLib; the shortest:\n{}\n{}\nrendered {:#?}\nTDLib {:#?}",
            wrong.len(),
            cases.len(),
            case.config,
            case.post,
            render(&case.config, &case.post),
            case.parts
        );
    }
}
