//! Tests of the rules: a table, random sequences, and two exhaustive models.

mod albums;
mod cancelled;
mod changes;
mod comment;
mod comment_model;
mod evidence;
mod fixture;
mod invariants;
mod media;
mod model;
mod moved;
mod poll;
mod rules;
mod search;
mod sequences;
mod table;
