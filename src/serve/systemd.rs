//! What systemd is told of a service: that it is ready, alive, and on its way down. Nothing happens where nobody listens.

use std::time::Duration;

use sd_notify::NotifyState;

/// It has read everything and publishes.
pub(super) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// It ends when what is under way has ended.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// It is alive.
pub(super) fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// How often systemd wants to hear that it is alive: twice within its patience. `None`: it does not.
pub(super) fn pulse() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|patience| patience / 2)
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        log::warn!("systemd cannot be told: {error}");
    }
}
