//! Searches the log output of every crate for the token and the proxy's password.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};

/// Searches every log line of every crate, at the most verbose level and before any redaction.
pub(crate) struct Watch {
    lines: AtomicUsize,
    leaks: Mutex<Vec<String>>,
}

/// Parts of the token, and of the proxy's credentials as they are and in Base64.
pub(crate) const SECRETS: [&str; 3] = ["AAF7", "hunter", "Ym9iO"];

static WATCH: Watch = Watch { lines: AtomicUsize::new(0), leaks: Mutex::new(Vec::new()) };

impl Watch {
    /// Installs the logger, once.
    pub(crate) fn start() {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            log::set_logger(&WATCH).unwrap();
            log::set_max_level(log::LevelFilter::Trace);
        });
    }

    /// Fails if a line contained the token, and if there was no line.
    #[track_caller]
    pub(crate) fn assert_clean() {
        assert!(
            WATCH.lines.load(Ordering::SeqCst) > 0,
            "nothing was logged, so nothing was checked"
        );
        let leaks = WATCH.leaks.lock().unwrap();
        assert!(leaks.is_empty(), "a log line contains a secret: {leaks:?}");
    }
}

impl log::Log for Watch {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.lines.fetch_add(1, Ordering::SeqCst);
        let line = format!("{}: {}", record.target(), record.args());
        if SECRETS.iter().any(|secret| line.contains(secret)) {
            self.leaks.lock().unwrap().push(line);
        }
    }

    fn flush(&self) {}
}
