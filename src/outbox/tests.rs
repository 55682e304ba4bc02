//! Tests of the rules: a table, random sequences, and an exhaustive model.

mod albums;
mod cancelled;
mod evidence;
mod fixture;
mod invariants;
mod media;
mod model;
mod moved;
mod poll;
mod rules;
mod sequences;
mod table;
