//! A PostgreSQL for one test, gone with it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running server with an empty database.
pub(crate) struct Postgres {
    /// Its input keeps it running.
    child: Child,
    folder: String,
}

impl Postgres {
    /// `None`, with a message, if there is none on this machine. A failure where all tools are required.
    pub(crate) fn start() -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres/cluster.sh");
        let mut command = Command::new("sh");
        let command = command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut folder = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut folder).unwrap();
        let folder = folder.trim().to_owned();
        if folder.is_empty() {
            assert!(std::env::var_os("CI").is_none(), "PostgreSQL is missing");
            assert_eq!(child.wait().unwrap().code(), Some(3), "PostgreSQL does not start");
            eprintln!("skipped: there is no PostgreSQL on this machine");
            return None;
        }
        Some(Self { child, folder })
    }

    /// Carries out a statement.
    pub(crate) fn ask(&self, statement: &str) {
        let ran = Command::new("psql")
            .args(["-h", &self.folder, "-U", "postgres", "-c", statement, "postgres"])
            .output()
            .unwrap();
        assert!(ran.status.success(), "{ran:?}");
    }

    /// Runs a file of statements.
    pub(crate) fn load(&self, file: &std::path::Path) {
        let ran = Command::new("psql")
            .args(["-h", &self.folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-q", "-f"])
            .arg(file)
            .arg("postgres")
            .output()
            .unwrap();
        assert!(ran.status.success(), "{ran:?}");
    }

    /// Stops the server as an operator would who does not wait for anybody.
    pub(crate) fn stop(&self) {
        self.control("stop");
    }

    /// Starts a server that was stopped.
    pub(crate) fn start_again(&self) {
        self.control("start");
    }

    /// Stops the server and its sessions: it accepts connections but answers nothing.
    pub(crate) fn freeze(&self) {
        self.control("freeze");
    }

    fn control(&self, what: &str) {
        let control = format!("{}/{what}", self.folder);
        std::fs::write(&control, "").unwrap();
        let done = super::until(|| (!std::path::Path::new(&control).exists()).then_some(()));
        done.unwrap_or_else(|| panic!("PostgreSQL does not {what}"));
    }

    /// The address of its database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It goes when its input has ended.
        let _ = self.child.wait();
    }
}
