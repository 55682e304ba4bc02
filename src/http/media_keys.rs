//! Unguessable names for the files that pages show. A request can name only a file that a page has shown; a path never comes from
//! a request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::message::FileHash;
use crate::{limits, random};

/// The names that one process gives to files.
#[derive(Debug)]
pub struct MediaKeys {
    /// `None` if the system has no secure randomness; then no file gets a name.
    secret: Option<[u8; 16]>,
    known: Mutex<HashMap<String, KeyedFile>>,
}

/// A file that a page shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyedFile {
    /// The hash of its content.
    pub hash: FileHash,
    /// Whether it is the published version, which may differ from the file in the newsroom.
    pub is_published: bool,
    /// The name under which a browser saves it; `None` for a file that the page shows.
    pub name: Option<String>,
}

impl Default for MediaKeys {
    fn default() -> Self {
        Self { secret: random::secret(), known: Mutex::default() }
    }
}

impl MediaKeys {
    /// The name of a file in addresses: always the same in one process, and another one in every other process.
    #[must_use]
    pub fn key(&self, file: KeyedFile) -> Option<String> {
        let mut digest = Sha256::new();
        digest.update(self.secret?);
        digest.update(file.hash.to_string());
        digest.update([u8::from(file.is_published), u8::from(file.name.is_some())]);
        digest.update(file.name.as_deref().unwrap_or_default());
        let digest = FileHash::of_digest(digest.finalize().into()).to_string();
        let key: String = digest.chars().take(DIGITS).collect();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // The open pages add theirs again when they are drawn next.
        if known.len() >= limits::POST_FILES {
            known.clear();
        }
        known.insert(key.clone(), file);
        Some(key)
    }

    /// The file with this name.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<KeyedFile> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }
}

/// Hexadecimal digits of a key: 128 bits.
const DIGITS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_shown_files_have_a_key_and_no_two_share_one() {
        let keys = MediaKeys::default();
        let file = |digit, name: Option<&str>| KeyedFile {
            hash: FileHash::of_digest([digit; 32]),
            is_published: false,
            name: name.map(str::to_owned),
        };
        let files = [file(1, None), file(2, None), file(1, Some("")), file(1, Some("a.pdf"))];
        let published = KeyedFile { is_published: true, ..file(1, None) };
        for file in files.iter().chain([&published]) {
            let key = keys.key(file.clone()).unwrap();
            assert_eq!(key.len(), DIGITS);
            assert_eq!(keys.key(file.clone()).as_ref(), Some(&key));
            assert_eq!(keys.find(&key).as_ref(), Some(file));
            assert_ne!(MediaKeys::default().key(file.clone()), Some(key), "another process");
        }
        for unknown in
            ["", "0", &"0".repeat(32), "../../etc/passwd", &file(1, None).hash.to_string()]
        {
            assert_eq!(keys.find(unknown), None);
        }
    }
}
