//! The sandbox as a client sees it, over real sockets.

// Only what stands under `cfg(test)` counts as a test for the lints that forbid panics.
#[cfg(test)]
mod sandbox_api {
    mod faults;
    mod looking;
    mod methods;
    mod polling;
    mod world;
}
