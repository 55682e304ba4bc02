//! Time and memory of importing ten thousand messages, compared with reading their JSON.
//!
//! The timed code is the program: the comparison of every post with the export and the writing of all files are part of it. The
//! baseline parses the same file into one JSON value.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "the benchmark writes files, starts the program and measures time"
)]

mod measure;

use std::path::Path;
use std::process::{Command, Stdio};

use measure::{Report, Samples, sized};
use serde_json::{Value, json};

/// Messages in the export.
const MESSAGES: usize = 10_000;

/// Runs of each side.
const RUNS: usize = 5;

/// The goals: ratio to the baseline, with which 10,000 messages take less than 5 s, and MiB.
const RATIO: f64 = 100.0;
const MEMORY: u64 = 100;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    std::fs::create_dir(root.join("config")).expect("a folder for the config");
    std::fs::create_dir(root.join("export")).expect("a folder for the export");
    let config = "channels.news = { chat = -1001234567890, language = \"en\" }\n";
    std::fs::write(root.join("config/telepress.toml"), config).expect("a config");
    let json = root.join("export/result.json");
    std::fs::write(&json, export(sized(MESSAGES))).expect("an export");
    let (mut baseline, mut first, mut second) =
        (Samples::default(), Samples::default(), Samples::default());
    for run in 0..sized(RUNS).max(1) {
        let posts = root.join(format!("posts-{run}"));
        std::fs::create_dir(&posts).expect("a folder for the posts");
        baseline.time(1, || {
            let text = std::fs::read(&json).expect("the export can be read");
            serde_json::from_slice::<Value>(&text).expect("the export is JSON")
        });
        first.time(1, || import(root, &posts));
        second.time(1, || import(root, &posts));
    }
    let mut report = Report::new("import: ten thousand messages");
    report.row("the first time", &first, &baseline, RATIO);
    report.row("again", &second, &baseline, RATIO);
    report.line(match peak_memory(root) {
        Some(peak) => {
            let verdict = if peak < MEMORY * 1024 { "within" } else { "ABOVE" };
            format!("peak memory: {} MiB ({verdict} the goal of {MEMORY})", peak / 1024)
        }
        None => "peak memory: this system does not report it".to_owned(),
    });
    report.print();
}

/// An export with messages of the kinds that channels have most.
fn export(messages: usize) -> String {
    let words =
        "We attach paramount importance to the faster start of the program and its smaller size. ";
    let message = |number: usize| {
        let text = match number % 4 {
            0 => {
                json!([{ "type": "bold", "text": format!("Version {number}") }, format!("\n\n{}", words.repeat(4))])
            }
            1 => {
                json!([words.repeat(3), { "type": "text_link", "text": "the notes", "href": "https://example.org/notes" }, ".\n\n#release"])
            }
            2 => {
                json!([{ "type": "bold", "text": "New" }, format!("\n\n• {words}\n\n• {words}\n\n• {words}")])
            }
            _ => json!(words.repeat(6)),
        };
        json!({
            "id": number + 1, "type": "message", "date": "2024-06-19T18:40:00",
            "date_unixtime": (1_600_000_000 + number * 3_600).to_string(), "from": "News",
            "from_id": "channel1234567890", "text": text, "text_entities": [],
        })
    };
    let messages: Vec<_> = (0..messages).map(message).collect();
    let whole = json!({ "name": "News", "type": "public_channel", "id": 1_234_567_890, "messages": messages });
    serde_json::to_string_pretty(&whole).expect("JSON")
}

fn program(root: &Path, posts: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_telepress"));
    program.arg("--config").arg(root.join("config/telepress.toml")).arg("--posts").arg(posts);
    program.arg("import").arg(root.join("export"));
    program.stdout(Stdio::null()).stderr(Stdio::null());
    program
}

fn import(root: &Path, posts: &Path) {
    let status = program(root, posts).status().expect("the program can be started");
    assert!(status.success(), "every message is exact");
}

/// Peak resident memory of a first import, in KiB.
fn peak_memory(root: &Path) -> Option<u64> {
    let posts = root.join("posts-memory");
    std::fs::create_dir(&posts).ok()?;
    let mut program = program(root, &posts).spawn().ok()?;
    let mut peak = None;
    while program.try_wait().ok()?.is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", program.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(now);
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    peak
}
