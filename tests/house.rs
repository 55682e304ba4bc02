//! Tests of the sources themselves: the dependency rules of ARCHITECTURE.md, and how files begin and how long they are.

mod cycles;
mod dependencies;
mod files;
mod order;
mod pages;
mod source;
mod words;
