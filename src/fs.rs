//! The only place that touches files; it knows sizes, kinds and rights, never what a file means.

mod folder;
mod private;
mod secret;
mod stamp;
mod text;
mod volume;

pub use folder::{Entry, WriteFault, create, replace, walk};
pub use private::{
    Link, LockFile, MarkFile, exists, is_link, link, make_private, make_private_folder, names_of,
    remove,
};
pub use secret::{Readers, SecretFileFault, read_secret};
pub use stamp::{FileId, Stamp, identity};
pub use text::{Kind, ReadFault, read_text};
pub use volume::network;

/// A folder that goes when its handle does.
///
/// # Errors
/// Where the system gives none.
pub fn temporary() -> std::io::Result<tempfile::TempDir> {
    tempfile::tempdir()
}
