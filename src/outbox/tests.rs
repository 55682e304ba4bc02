//! Tests of the rules: a table, random sequences, and two exhaustive models.

mod albums;
mod approvals;
mod cancelled;
mod changes;
mod claims;
mod comment;
mod comment_model;
mod edits;
mod ends;
mod evidence;
mod failures;
mod fixture;
mod invariants;
mod media;
mod model;
mod moved;
mod poll;
mod search;
mod sequences;
mod table;
mod unknown_outcomes;
