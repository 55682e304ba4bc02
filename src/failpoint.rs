//! Failpoints: named points at which a test makes a debug build die or fail. A release build has none.

#[cfg(debug_assertions)]
use std::sync::OnceLock;

/// After this time a request to a server on the same machine has been written, and the server has acted on it.
const REQUEST_SENT: std::time::Duration = std::time::Duration::from_secs(1);

/// The failpoint that is armed.
#[cfg(debug_assertions)]
static ARMED: OnceLock<String> = OnceLock::new();

/// Arms a failpoint for the rest of the process.
#[cfg(debug_assertions)]
pub fn arm(name: &str) {
    // A process runs one command, so a second call names the same failpoint.
    let _ = ARMED.set(name.to_owned());
}

fn is_armed(name: &str) -> bool {
    #[cfg(debug_assertions)]
    return ARMED.get().is_some_and(|armed| armed == name);
    #[cfg(not(debug_assertions))]
    {
        let _ = name;
        false
    }
}

/// Aborts if this failpoint is armed. As after `kill -9`, nothing is written, closed or reported.
pub fn point(name: &str) {
    if is_armed(name) {
        std::process::abort();
    }
}

/// Whether the operation at this failpoint must fail; the caller makes it fail in its own way.
#[must_use]
pub fn fails(name: &str) -> bool {
    is_armed(name)
}

/// If this failpoint is armed: whether its fault is on at the moment, which it is while the file `path.name` exists.
#[must_use]
pub fn is_switched_on(name: &str, path: &std::path::Path) -> Option<bool> {
    is_armed(name).then(|| {
        let mut switch = path.as_os_str().to_owned();
        switch.push(format!(".{name}"));
        crate::fs::exists(std::path::Path::new(&switch))
    })
}

/// Aborts while `waiting` is in progress, if this failpoint is armed.
pub async fn during<T>(name: &str, waiting: impl Future<Output = T>) -> T {
    if !is_armed(name) {
        return waiting.await;
    }
    tokio::select! {
        ended = waiting => ended,
        () = tokio::time::sleep(REQUEST_SENT) => std::process::abort(),
    }
}
