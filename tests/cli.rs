//! The command line itself: arguments, help, streams that break, `init`, `demo`, `schema`.

mod arguments;
mod completions;
mod demo;
mod found;
mod hints;
mod init;
mod list;
mod new;
mod schema;
mod streams;
