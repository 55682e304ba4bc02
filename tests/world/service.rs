//! `telepress serve` as it runs: what it says, and what is done to it.

use std::io::{BufRead, BufReader};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::World;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running `serve`; it is killed with the test.
pub(crate) struct Service {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
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
        let hears = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                hears.lock().unwrap().push(line);
            }
        });
        Self { child, said }
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
        let began = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(began.elapsed() < PATIENCE, "{what} did not come\n{}", self.all());
            std::thread::sleep(Duration::from_millis(10));
        }
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
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < PATIENCE, "it goes on\n{}", self.all());
            std::thread::sleep(Duration::from_millis(10));
        }
        // Its last words may still be on their way.
        std::thread::sleep(Duration::from_millis(100));
        let said = self.all();
        assert_eq!(self.child.try_wait().unwrap().unwrap().code(), Some(code), "{said}");
        said
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn ends(mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < PATIENCE, "it goes on\n{}", self.all());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
