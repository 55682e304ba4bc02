//! End-to-end tests: each starts the real binary in a newsroom of its own.

// The lints that forbid panics treat only code under `cfg(test)` as tests.
#[cfg(test)]
mod chat;
#[cfg(test)]
mod check;
#[cfg(test)]
mod cli;
mod convert;
#[cfg(test)]
mod house;
#[cfg(test)]
mod import;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod preview;
#[cfg(test)]
mod publish;
#[cfg(test)]
mod render;
#[cfg(test)]
mod world;
