//! Reads a small file that holds a secret; refuses a file that others can read. No error contains its content.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use thiserror::Error;

use crate::limits;

/// Who may read a file that holds a secret, besides root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner only.
    Owner,
    /// systemd gives credentials the modes 0400 and 0440 (`systemd.exec(5)`).
    OwnerAndGroup,
}

impl Readers {
    /// The mode bits that must not be set.
    fn forbidden(self) -> u32 {
        match self {
            Self::Owner => 0o077,
            Self::OwnerAndGroup => 0o037,
        }
    }

    /// The mode that the file should have.
    fn mode(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::OwnerAndGroup => 0o440,
        }
    }
}

/// Why a file with a secret is not read. No variant contains any of its content.
#[derive(Debug, Error)]
pub enum SecretFileError {
    /// There is no such file.
    #[error("{} does not exist", .0.display())]
    Missing(PathBuf),
    /// The system refuses to read it.
    #[error("{} cannot be read: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A folder, a pipe, a socket or a device.
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// Longer than any token.
    #[error("{} is longer than {} bytes, so it does not hold a token", .0.display(), limits::TOKEN_FILE_BYTES)]
    TooLong(PathBuf),
    /// Other users can read or change it.
    #[error("other users can read or change {} (mode {mode:04o}): run `chmod {wanted:o} {}`", .path.display(), shell_word(.path))]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// The permission bits that it should have.
        wanted: u32,
    },
    /// Not UTF-8.
    #[error("{} does not hold UTF-8 text", .0.display())]
    NotText(PathBuf),
}

/// Reads a small text file that holds a secret and that only `readers` can read.
///
/// Links are followed, since systemd and Kubernetes provide secrets as links; the permissions of their target are checked.
///
/// # Errors
///
/// See [`SecretFileError`].
pub fn read_secret(path: &Path, readers: Readers) -> Result<SecretString, SecretFileError> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => SecretFileError::Missing(path.to_owned()),
        _ => SecretFileError::Unreadable { path: path.to_owned(), source },
    };
    // Opening a pipe waits for a writer, and opening a device may do anything, so the kind is checked first. The path can change
    // until it is opened, so the open file is checked again.
    let before = std::fs::metadata(path).map_err(unreadable)?;
    check(path, &before, readers)?;
    let file = File::open(path).map_err(unreadable)?;
    check(path, &file.metadata().map_err(unreadable)?, readers)?;

    let mut content = Vec::new();
    file.take(limits::TOKEN_FILE_BYTES + 1).read_to_end(&mut content).map_err(unreadable)?;
    if u64::try_from(content.len()).is_ok_and(|length| length > limits::TOKEN_FILE_BYTES) {
        return Err(SecretFileError::TooLong(path.to_owned()));
    }
    let text = String::from_utf8(content).map_err(|_| SecretFileError::NotText(path.to_owned()))?;
    Ok(SecretString::from(text))
}

fn check(path: &Path, metadata: &Metadata, readers: Readers) -> Result<(), SecretFileError> {
    if !metadata.is_file() {
        return Err(SecretFileError::NotAFile(path.to_owned()));
    }
    let mode = permission_bits(metadata);
    if mode & readers.forbidden() != 0 {
        return Err(SecretFileError::OpenToOthers {
            path: path.to_owned(),
            mode,
            wanted: readers.mode(),
        });
    }
    if metadata.len() > limits::TOKEN_FILE_BYTES {
        return Err(SecretFileError::TooLong(path.to_owned()));
    }
    Ok(())
}

#[cfg(unix)]
fn permission_bits(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

/// Other systems have no mode bits: there the user has to protect the file.
#[cfg(not(unix))]
fn permission_bits(_: &Metadata) -> u32 {
    0
}

/// A path as one word of a shell's command line.
fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ',');
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[cfg(unix)]
    fn file(folder: &tempfile::TempDir, name: &str, content: &[u8], mode: u32) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    #[cfg(unix)]
    #[test]
    fn secret_is_read_only_from_a_file_that_others_cannot_read() {
        let folder = tempfile::tempdir().unwrap();
        for mode in 0..=0o777 {
            // Without the owner's right to read, what happens depends on who runs the test.
            let mode = mode | 0o400;
            let path = file(&folder, "token", b"secret\n", mode);
            for (readers, expected) in
                [(Readers::Owner, mode % 0o100 == 0), (Readers::OwnerAndGroup, mode % 0o040 == 0)]
            {
                match read_secret(&path, readers) {
                    Ok(secret) => assert!(
                        expected && secret.expose_secret() == "secret\n",
                        "{mode:o} {readers:?}"
                    ),
                    Err(error) => {
                        assert!(!expected, "{mode:o} {readers:?}: {error}");
                        let command = format!("`chmod {:o} {}`", readers.mode(), path.display());
                        assert!(error.to_string().contains(&command), "{error}");
                    }
                }
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_short_text_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let limit = usize::try_from(limits::TOKEN_FILE_BYTES).unwrap();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let rows = [
            (folder.path().join("nothing"), "does not exist"),
            (folder.path().to_owned(), "is not a regular file"),
            (socket, "is not a regular file"),
            (PathBuf::from("/dev/null"), "is not a regular file"),
            (file(&folder, "long", &vec![b'a'; limit + 1], 0o600), "is longer than 4096 bytes"),
            (file(&folder, "bytes", b"12345:\xff", 0o600), "does not hold UTF-8 text"),
            (file(&folder, "plain", b"", 0o600).join("below"), "cannot be read"),
        ];
        for (path, expected) in rows {
            let error = read_secret(&path, Readers::Owner).unwrap_err().to_string();
            assert!(
                error.contains(expected) && error.contains(&*path.to_string_lossy()),
                "{error}"
            );
        }
        let longest = file(&folder, "longest", &vec![b'a'; limit], 0o600);
        assert_eq!(read_secret(&longest, Readers::Owner).unwrap().expose_secret().len(), limit);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_of_the_link_target_decide() {
        let folder = tempfile::tempdir().unwrap();
        for (name, mode, expected) in [("closed", 0o600, true), ("open", 0o644, false)] {
            let link = folder.path().join(format!("link-{name}"));
            std::os::unix::fs::symlink(file(&folder, name, b"secret", mode), &link).unwrap();
            assert_eq!(read_secret(&link, Readers::Owner).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn chmod_hint_quotes_any_path_as_one_word() {
        for (path, expected) in [
            ("/run/secrets/token", "/run/secrets/token"),
            ("/my files/it's", r"'/my files/it'\''s'"),
            ("$(rm)", "'$(rm)'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(Path::new(path)), expected);
        }
    }
}
