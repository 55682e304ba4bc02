//! A running `telepress serve`: its log lines, and signals to it.

use std::io::{BufRead, BufReader};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{World, until};

/// A running `serve`; it is killed at the end of the test.
pub(crate) struct Service {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    /// Collects its log lines until it ends.
    reader: Option<JoinHandle<()>>,
}

impl Service {
    /// Starts `serve` and waits until it is ready.
    pub(crate) fn start(world: &World) -> Self {
        let service = Self::begin(world);
        service.says("ready");
        service
    }

    /// Starts `serve`.
    pub(crate) fn begin(world: &World) -> Self {
        Self::begin_as(world, "serve")
    }

    /// Starts `serve` with an environment variable that other runs do not get, and waits until it is ready.
    pub(crate) fn begin_with(world: &World, name: &str, value: &str) -> Self {
        let service = Self::of(world.start_with("serve", Stdio::null(), &[(name, value)]));
        service.says("ready");
        service
    }

    /// Starts the program with these arguments.
    pub(crate) fn begin_as(world: &World, arguments: &str) -> Self {
        Self::of(world.start(arguments, Stdio::null()))
    }

    fn of(mut child: Child) -> Self {
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let into = Arc::clone(&lines);
        let reader = std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                into.lock().unwrap().push(line);
            }
        });
        Self { child, lines, reader: Some(reader) }
    }

    /// Waits for a line that contains these words, and returns it.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> String {
        self.waits(words, || {
            self.lines.lock().unwrap().iter().find(|line| line.contains(words)).cloned()
        })
    }

    /// Waits until `look` returns something.
    #[track_caller]
    pub(crate) fn waits<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        let found = until(look);
        found.unwrap_or_else(|| panic!("timed out waiting for {what}\n{}", self.all()))
    }

    /// All its log lines so far.
    pub(crate) fn all(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }

    /// Sends a signal such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert_cmd::Command::new("kill").args([&format!("-{name}"), &id]).assert().success();
    }

    /// Sends a signal, and asserts that the program ends within this time.
    #[track_caller]
    pub(crate) fn ends_within(self, signal: &str, most: Duration) {
        let began = Instant::now();
        self.signal(signal);
        self.ends();
        assert!(began.elapsed() < most, "it took {:?}", began.elapsed());
    }

    /// Waits for its end with this code, and returns all its log lines.
    #[track_caller]
    pub(crate) fn all_at_end(mut self, code: i32) -> String {
        let status = self.end();
        // The last lines may still be in the pipe.
        self.reader.take().unwrap().join().unwrap();
        let lines = self.all();
        assert_eq!(status.code(), Some(code), "{lines}");
        lines
    }

    /// Waits for its end, and returns its status.
    #[track_caller]
    pub(crate) fn ends(mut self) -> ExitStatus {
        self.end()
    }

    #[track_caller]
    fn end(&mut self) -> ExitStatus {
        let status = until(|| self.child.try_wait().unwrap());
        status.unwrap_or_else(|| panic!("it does not end\n{}", self.all()))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
