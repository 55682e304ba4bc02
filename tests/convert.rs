//! `telepress convert`: each form read and written, line by line and whole.

mod forms;
mod lines;
mod parts;
