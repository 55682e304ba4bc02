//! The journal under the real program: what is posted once is never posted twice, whatever dies in between.

mod adopt;
mod apply;
mod cancelled;
mod changes;
mod crash;
mod disk;
mod doctor;
mod existence;
mod identity;
mod late;
mod lost;
mod moved;
mod orders;
mod pin;
mod postgres;
mod prune;
mod reference;
mod restore;
mod schedule;
mod serve;
mod soak;
mod staging_mark;
mod together;
mod undo;
mod words;
mod writes;
