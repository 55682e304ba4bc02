//! `telepress serve` as it runs: what it says, and what is done to it.

use std::io::{BufRead, BufReader};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{World, until};

/// A running `serve`; it is killed with the test.
pub(crate) struct Service {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    /// Reads its lines until it ends.
    hears: Option<JoinHandle<()>>,
}

impl Service {
    /// Started, and ready.
    pub(crate) fn start(world: &World) -> Self {
        let service = Self::begin(world);
        service.says("ready");
        service
    }

    /// Started.
    pub(crate) fn begin(world: &World) -> Self {
        Self::begin_as(world, "serve")
    }

    /// Started with a variable that no other program gets, and ready.
    pub(crate) fn begin_with(world: &World, name: &str, value: &str) -> Self {
        let service = Self::of(world.start_with("serve", Stdio::null(), &[(name, value)]));
        service.says("ready");
        service
    }

    /// Started with these arguments.
    pub(crate) fn begin_as(world: &World, arguments: &str) -> Self {
        Self::of(world.start(arguments, Stdio::null()))
    }

    fn of(mut child: Child) -> Self {
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = Arc::<Mutex<Vec<String>>>::default();
        let into = Arc::clone(&said);
        let hears = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                into.lock().unwrap().push(line);
            }
        });
        Self { child, said, hears: Some(hears) }
    }

    /// Waits until a line holds the words, and gives it.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> String {
        self.waits(words, || {
            self.said.lock().unwrap().iter().find(|line| line.contains(words)).cloned()
        })
    }

    /// Waits until there is something.
    #[track_caller]
    pub(crate) fn waits<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        let found = until(look);
        found.unwrap_or_else(|| panic!("{what} did not come\n{}", self.all()))
    }

    /// Everything it has said.
    pub(crate) fn all(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }

    /// Sends a signal such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert_cmd::Command::new("kill").args([&format!("-{name}"), &id]).assert().success();
    }

    /// Sends a signal, and gives it some seconds to end.
    #[track_caller]
    pub(crate) fn ends_within(self, signal: &str, most: Duration) {
        let began = Instant::now();
        self.signal(signal);
        self.ends();
        assert!(began.elapsed() < most, "it took {:?}", began.elapsed());
    }

    /// Waits for its end with this code; everything it has said.
    #[track_caller]
    pub(crate) fn all_at_end(mut self, code: i32) -> String {
        let status = self.end();
        // The last lines may still be in the pipe.
        self.hears.take().unwrap().join().unwrap();
        let said = self.all();
        assert_eq!(status.code(), Some(code), "{said}");
        said
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn ends(mut self) -> ExitStatus {
        self.end()
    }

    #[track_caller]
    fn end(&mut self) -> ExitStatus {
        let status = until(|| self.child.try_wait().unwrap());
        status.unwrap_or_else(|| panic!("it goes on\n{}", self.all()))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
