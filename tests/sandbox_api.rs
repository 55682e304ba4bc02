//! The sandbox as a client sees it, over real sockets.

// The lints that forbid panics treat only code under `cfg(test)` as tests.
#[cfg(test)]
mod sandbox_api {
    mod faults;
    mod looking;
    mod methods;
    mod polling;
    mod world;
}
