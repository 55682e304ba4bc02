//! The only place that touches files; it knows sizes, kinds and rights, never what a file means.

mod folder;
mod secret;
mod text;

pub use folder::{Entry, WriteFault, create, walk};
pub use secret::{Readers, SecretFileFault, read_secret};
pub use text::{Kind, ReadFault, read_text};
