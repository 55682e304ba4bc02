//! Looks for the token in what every crate logs.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};

/// Looks through every log line of every crate, at its most talkative and before any redaction.
pub(crate) struct Watch {
    lines: AtomicUsize,
    leaks: Mutex<Vec<String>>,
}

static WATCH: Watch = Watch { lines: AtomicUsize::new(0), leaks: Mutex::new(Vec::new()) };

impl Watch {
    /// Starts to look, once.
    pub(crate) fn start() {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            log::set_logger(&WATCH).unwrap();
            log::set_max_level(log::LevelFilter::Trace);
        });
    }

    /// Fails when a line held the token, or when there was no line.
    #[track_caller]
    pub(crate) fn assert_clean() {
        assert!(
            WATCH.lines.load(Ordering::SeqCst) > 0,
            "nothing was logged, so nothing was watched"
        );
        let leaks = WATCH.leaks.lock().unwrap();
        assert!(leaks.is_empty(), "the token stands in a log line: {leaks:?}");
    }
}

impl log::Log for Watch {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.lines.fetch_add(1, Ordering::SeqCst);
        let line = format!("{}: {}", record.target(), record.args());
        if line.contains("AAF7") {
            self.leaks.lock().unwrap().push(line);
        }
    }

    fn flush(&self) {}
}
