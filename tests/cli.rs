//! The command line itself: arguments, help, streams that break, `init`, `demo`, `schema`.

mod arguments;
mod demo;
mod init;
mod schema;
mod streams;
