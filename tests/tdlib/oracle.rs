//! TDLib itself, asked through `oracle.py`.

#![expect(clippy::disallowed_methods, reason = "the test starts Python and reads the environment")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::{Deserialize, Serialize};

use super::rendering::Text;

/// Python's error if the package is not installed.
const NO_PACKAGE: &str = "No module named 'tdjson'";

/// Questions in one line to `oracle.py`, which saves round trips between the two processes.
pub(super) const BATCH: usize = 500;

/// A question to `oracle.py`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Question {
    ask: Ask,
    #[serde(flatten)]
    text: Text,
    /// Whether the answer is the normal form of the parsed text.
    kept: bool,
}

/// The kinds of question, as `oracle.py` describes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ask {
    Normal,
    Detect,
    Found,
    Html,
    MarkdownV2,
}

/// An answer of TDLib or of telepress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Text(Text),
    Refusal {
        error: String,
    },
    /// The text has entities that bots do not get, so it is not compared.
    Foreign {
        foreign: bool,
    },
}

impl Question {
    /// About a text and its entities.
    pub(super) fn of(ask: Ask, text: &Text) -> Self {
        Self { ask, text: text.clone(), kept: false }
    }

    /// About markup and its normal form.
    pub(super) fn kept(ask: Ask, markup: String) -> Self {
        Self { ask, text: Text { text: markup, entities: Vec::new() }, kept: true }
    }
}

/// A running `oracle.py`.
pub(super) struct Oracle {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts it. Without TDLib this prints a note and returns `None`, or fails if `CI` is set.
    pub(super) fn present() -> Option<Self> {
        match Self::start() {
            Ok(oracle) => Some(oracle),
            Err(why) => {
                assert!(std::env::var_os("CI").is_none(), "TDLib is missing: {why}");
                println!("TDLib is missing ({why}); its recorded answers are used");
                None
            }
        }
    }

    /// The error names what is missing.
    fn start() -> Result<Self, String> {
        let python = std::env::var("TELEPRESS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tdlib/oracle.py");
        let mut child = Command::new(&python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{python}: {error}"))?;
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        stdout.read_line(&mut greeting).unwrap();
        if greeting.contains("tdlib") {
            return Ok(Self { child, stdin, stdout });
        }
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(NO_PACKAGE), "oracle.py failed:\n{error}");
        Err(format!("{python} has no tdjson"))
    }

    /// The answers to all questions, in their order.
    pub(super) fn ask(&mut self, questions: &[Question]) -> Vec<Answer> {
        questions.chunks(BATCH).flat_map(|batch| self.ask_at_once(batch)).collect()
    }

    /// `oracle.py` reads the whole line before it answers, so a full pipe cannot block both processes.
    fn ask_at_once(&mut self, batch: &[Question]) -> Vec<Answer> {
        let line = serde_json::to_string(batch).unwrap() + "\n";
        let sent = self.stdin.as_mut().unwrap().write_all(line.as_bytes());
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        let failed = sent.is_err() || line.is_empty();
        assert!(!failed, "oracle.py failed:\n{}", self.stderr());
        let answers: Vec<Answer> = serde_json::from_str(&line).unwrap();
        assert_eq!(answers.len(), batch.len());
        answers
    }

    fn stderr(&mut self) -> String {
        self.stdin = None;
        let mut text = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Oracle {
    /// `oracle.py` exits when its input ends.
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.child.wait();
    }
}
