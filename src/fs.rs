//! The only place that touches files; it knows sizes, kinds and rights, never what a file means.

mod folder;
mod private;
mod root;
mod secret;
mod stamp;
mod text;
mod volume;

pub use folder::{WriteFault, create, replace};
pub use private::{
    Link, LockFile, Locked, MarkFile, exists, is_link, link, make_private, make_private_folder,
    names_of, remove, write_private,
};
pub use root::{Entry, ListError, Root, walk};
pub use secret::{Readers, SecretFileFault, read_secret};
pub use stamp::{FileId, Stamp, identity};
pub use text::{Kind, ReadFault, read_text};
pub use volume::network;

/// A folder that only its owner may look into, and that goes when its handle does.
///
/// # Errors
/// Where the system gives none.
pub fn temporary() -> std::io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("telepress-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}
