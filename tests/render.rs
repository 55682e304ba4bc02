//! `telepress render`: what a post becomes, compared exactly.

mod layout_cases;
mod orders;
mod samples;
mod splitting;
mod terminal;
mod typed;
