//! The sandbox's Bot API and its own API, over real sockets.

// The lints that forbid panics treat only code under `cfg(test)` as tests.
#[cfg(test)]
mod sandbox_api {
    mod control;
    mod faults;
    #[path = "../telegram_faults/intent.rs"]
    mod intent;
    mod media;
    mod methods;
    mod polling;
    mod polls;
    mod rich;
    mod world;
}
