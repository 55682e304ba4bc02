//! `telepress render`: what a post becomes, compared exactly.

mod layout_cases;
mod orders;
mod samples;
mod terminal;
mod typed;
