//! A PostgreSQL server for one test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running server with an empty database; it ends with the test.
pub(crate) struct Postgres {
    /// The script, which stops the server when its stdin is closed.
    child: Child,
    folder: String,
}

impl Postgres {
    /// Without PostgreSQL on this machine, prints a note and returns `None`, or fails if `CI` is set.
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

    /// Executes a statement.
    pub(crate) fn ask(&self, statement: &str) {
        let ran = Command::new("psql")
            .args(["-h", &self.folder, "-U", "postgres", "-c", statement, "postgres"])
            .output()
            .unwrap();
        assert!(ran.status.success(), "{ran:?}");
    }

    /// Executes a file of statements.
    pub(crate) fn load(&self, file: &std::path::Path) {
        let ran = Command::new("psql")
            .args(["-h", &self.folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-q", "-f"])
            .arg(file)
            .arg("postgres")
            .output()
            .unwrap();
        assert!(ran.status.success(), "{ran:?}");
    }

    /// Stops the server without waiting for its clients.
    pub(crate) fn stop(&self) {
        self.control("stop");
    }

    /// Starts a server that was stopped.
    pub(crate) fn start_again(&self) {
        self.control("start");
    }

    /// Suspends the server and its sessions: it accepts connections and does not answer.
    pub(crate) fn freeze(&self) {
        self.control("freeze");
    }

    fn control(&self, what: &str) {
        let control = format!("{}/{what}", self.folder);
        std::fs::write(&control, "").unwrap();
        let done = super::until(|| (!std::path::Path::new(&control).exists()).then_some(()));
        done.unwrap_or_else(|| panic!("PostgreSQL did not {what}"));
    }

    /// The URL of the database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // The script ends when its stdin is closed.
        let _ = self.child.wait();
    }
}
