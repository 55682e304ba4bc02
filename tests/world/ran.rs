//! The result of a run of the program, and assertions about it.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

/// A run that has ended. In its output `[FOLDER]` replaces the newsroom's folder, and `[PORT]` every local port.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// One element of `check --format json`.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) code: String,
    pub(crate) file: String,
    pub(crate) span: std::ops::Range<usize>,
    pub(crate) place: (usize, usize),
}

impl Ran {
    pub(super) fn new(output: Output, folder: &Path) -> Self {
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("the program prints UTF-8");
            without_ports(&text.replace(&*folder.to_string_lossy(), "[FOLDER]"))
        };
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self.never_panicked()
    }

    #[track_caller]
    pub(crate) fn never_panicked(self) -> Self {
        assert!(
            self.code.is_some_and(|code| code <= 4) && !self.stderr.contains("panicked"),
            "{self}"
        );
        self
    }

    /// Asserts the whole stdout.
    #[track_caller]
    pub(crate) fn prints(self, stdout: &str) -> Self {
        assert_eq!(self.stdout, stdout, "{self}");
        self
    }

    /// Asserts that stdout contains these words.
    #[track_caller]
    pub(crate) fn shows(self, words: &str) -> Self {
        assert!(self.stdout.contains(words), "no {words:?} in stdout\n{self}");
        self
    }

    /// Asserts that stderr contains these words.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "no {words:?} in stderr\n{self}");
        self
    }

    /// Stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }

    /// The findings of `check --format json`.
    #[track_caller]
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
        let findings = self.json();
        let finding = |value: &Value| Finding {
            code: value["code"].as_str().unwrap().to_owned(),
            file: value["file"].as_str().unwrap().to_owned(),
            span: number(&value["span"][0])..number(&value["span"][1]),
            place: (number(&value["line"]), number(&value["column"])),
        };
        findings.as_array().unwrap().iter().map(finding).collect()
    }

    /// The findings of `check --format json` as pairs of file and code.
    #[track_caller]
    pub(crate) fn codes(&self) -> Vec<(String, String)> {
        self.findings().into_iter().map(|finding| (finding.file, finding.code)).collect()
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { code, stdout, stderr } = self;
        write!(formatter, "exit {code:?}\n── stdout\n{stdout}\n── stderr\n{stderr}")
    }
}

/// The text with `[PORT]` for the number after every `127.0.0.1:`.
fn without_ports(text: &str) -> String {
    let mut pieces = text.split("127.0.0.1:");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str("127.0.0.1:[PORT]");
        out.push_str(piece.trim_start_matches(|character: char| character.is_ascii_digit()));
    }
    out
}
