//! `telepress render`: the exact messages that posts become.

mod buttons;
mod comments;
mod layout_cases;
mod media;
mod orders;
mod polls;
mod releases;
mod samples;
mod splitting;
mod terminal;
mod typed;
