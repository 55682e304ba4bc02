//! The only module that reads and writes files; it knows sizes, kinds and permissions, never what a file means.

#![expect(clippy::disallowed_methods, reason = "only this module touches files")]

mod above;
mod durable;
mod executable;
mod folder;
mod named_link;
mod private;
mod read_at;
mod root;
mod secret;
mod staged;
mod stamp;
mod text;
mod volume;

pub use above::{OwnedByOther, find_in_ancestors, relative};
pub use durable::{File, FolderEntry, UnnamedCopy, files, open_own, touch};
pub use executable::is_executable;
pub use folder::{WriteError, create, create_file, create_folder, overwrite};
pub use named_link::{NAMED_LINK_PREFIX, NamedLink, remove_folder};
pub use private::{
    Link, LockFile, Locked, MarkFile, exists, is_link, link, make_private, make_private_folder,
    names_of, remove, write_private,
};
pub use read_at::read_at;
pub use root::{Entry, ListError, Root, have_same_bytes, walk};
pub use secret::{Readers, SecretFileError, read_secret};
pub use staged::{ChangeError, StagedFolder, check_folder, remove_seen, replace_seen};
pub use stamp::{InodeId, Stamp, identity};
pub use text::{FileKind, ReadError, read_text};
pub use volume::{free_bytes, network};

/// A folder that only its owner can open, and that is removed when its handle is dropped.
///
/// # Errors
/// Where the system cannot create it.
pub fn temporary() -> std::io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("telepress-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

/// Whether this process can create files in a folder.
///
/// # Errors
/// The system's reason why not.
pub fn check_writable(folder: &std::path::Path) -> std::io::Result<()> {
    tempfile::tempfile_in(folder).map(drop)
}

/// A new file without a name, which the system removes when its last handle is dropped.
///
/// # Errors
/// Where the system cannot create it.
pub fn unnamed() -> std::io::Result<File> {
    tempfile::tempfile()
}
