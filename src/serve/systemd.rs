//! Notifies systemd of the service's state. Without systemd it does nothing.

use std::time::Duration;

use sd_notify::NotifyState;

pub(super) fn ready() {
    notify(&[NotifyState::Ready]);
}

/// Sent while the service waits for in-flight requests.
pub(super) fn stopping() {
    notify(&[NotifyState::Stopping]);
}

pub(super) fn alive() {
    notify(&[NotifyState::Watchdog]);
}

/// Half of systemd's watchdog timeout; `None` without a watchdog.
pub(super) fn watchdog_interval() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|patience| patience / 2)
}

fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        log::warn!("cannot notify systemd: {error}");
    }
}
