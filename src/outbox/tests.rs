//! Tests of the rules: by table, by random sequences, and by an exhaustive model.

mod cancelled;
mod evidence;
mod fixture;
mod invariants;
mod model;
mod moved;
mod rules;
mod sequences;
mod table;
