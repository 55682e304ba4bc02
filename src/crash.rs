//! Places at which a test lets the process die, to see what the next one makes of it; a release has none of them.

#[cfg(debug_assertions)]
use std::sync::OnceLock;

/// By then a request to the same machine is written, and what it does there is done.
const BEGUN: std::time::Duration = std::time::Duration::from_secs(1);

/// The place to die at.
#[cfg(debug_assertions)]
static ARMED: OnceLock<String> = OnceLock::new();

/// The process dies at the place of that name.
#[cfg(debug_assertions)]
pub fn arm(place: &str) {
    // A second call would be a second command in one process, and has the same place.
    let _ = ARMED.set(place.to_owned());
}

/// Whether this is the place.
fn is_armed(place: &str) -> bool {
    #[cfg(debug_assertions)]
    return ARMED.get().is_some_and(|armed| armed == place);
    #[cfg(not(debug_assertions))]
    {
        let _ = place;
        false
    }
}

/// Dies here, if this is the place: as from `kill -9`, nothing is written, closed or told.
pub fn point(place: &str) {
    if is_armed(place) {
        std::process::abort();
    }
}

/// Whether what is done here is to fail, which the caller does in its own way.
#[must_use]
pub fn fails(place: &str) -> bool {
    is_armed(place)
}

/// If this is the place: whether a fault is switched on, which it is while there is a file of that name beside `path`.
#[must_use]
pub fn switched(place: &str, path: &std::path::Path) -> Option<bool> {
    is_armed(place).then(|| {
        let mut switch = path.as_os_str().to_owned();
        switch.push(format!(".{place}"));
        crate::fs::exists(std::path::Path::new(&switch))
    })
}

/// Dies in the middle of `waiting`, when it has begun and has not ended, if this is one of the places.
pub async fn during<T>(places: &[&str], waiting: impl Future<Output = T>) -> T {
    if !places.iter().any(|place| is_armed(place)) {
        return waiting.await;
    }
    tokio::select! {
        ended = waiting => ended,
        () = tokio::time::sleep(BEGUN) => std::process::abort(),
    }
}
