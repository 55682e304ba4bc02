//! The program as people meet it: the real binary, started in newsrooms made for one test each.

// Only what stands under `cfg(test)` counts as a test for the lints that forbid panics.
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
mod journal;
#[cfg(test)]
mod preview;
#[cfg(test)]
mod publish;
#[cfg(test)]
mod render;
#[cfg(test)]
mod world;
