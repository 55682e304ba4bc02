//! `telepress convert`: every format, whole texts and line by line.

mod forms;
mod lines;
mod parts;
