//! TDLib itself, asked through `judge.py`.

#![expect(
    clippy::disallowed_methods,
    reason = "a test starts the program and the thread that the library's bans are about"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::rendering::Text;

/// What Python says where the package is not installed.
const NO_PACKAGE: &str = "No module named 'tdjson'";

/// A running `judge.py`.
pub(super) struct Judge {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Judge {
    /// Starts it; the error says what is missing.
    pub(super) fn start() -> Result<Self, String> {
        let python = std::env::var("TELEPRESS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tdlib/judge.py");
        let mut child = Command::new(&python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{python}: {error}"))?;
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        stdout.read_line(&mut greeting).unwrap();
        if greeting.contains("tdlib") {
            return Ok(Self { child, stdout });
        }
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains(NO_PACKAGE), "judge.py failed:\n{told}");
        Err(format!("{python} has no tdjson"))
    }

    /// What TDLib makes of each text; an answer that is no text is its error.
    pub(super) fn judge(mut self, texts: &[Text]) -> Vec<Result<Text, String>> {
        let lines = texts.iter().map(|text| serde_json::to_string(text).unwrap() + "\n");
        let questions: String = lines.collect();
        let mut stdin = self.child.stdin.take().unwrap();
        // Questions and answers are longer than a pipe holds, so one thread writes while this one reads. Where Python stops
        // early, what it wrote to stderr says why.
        let writer = std::thread::spawn(move || stdin.write_all(questions.as_bytes()).is_ok());
        let mut told = String::new();
        self.stdout.read_to_string(&mut told).unwrap();
        writer.join().unwrap();
        let output = self.child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "judge.py failed:\n{errors}");
        let answers: Vec<_> = told.lines().map(answer).collect();
        assert_eq!(answers.len(), texts.len());
        answers
    }
}

fn answer(line: &str) -> Result<Text, String> {
    let value: Value = serde_json::from_str(line).unwrap();
    serde_json::from_value(value).map_err(|_| line.to_owned())
}
