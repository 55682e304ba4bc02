//! The house that ARCHITECTURE.md describes, read from the sources: what may name what, and how files begin and end.

mod borders;
mod circles;
mod files;
mod order;
mod pages;
mod source;
