//! The address of a journal. It opens nothing.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::secret;

/// The address of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// In a file.
    Sqlite(PathBuf),
    /// In PostgreSQL.
    Postgres {
        /// The server and the database, without a password.
        url: String,
        /// This host's watermark file.
        mark: PathBuf,
    },
}

impl Address {
    /// Resolves a relative path against `folder`.
    #[must_use]
    pub fn resolved_in(self, folder: &Path) -> Self {
        match self {
            Self::Sqlite(path) => Self::Sqlite(folder.join(path)),
            Self::Postgres { url, mark } => Self::Postgres { url, mark: folder.join(mark) },
        }
    }

    /// The folder for the bytes of media on this host.
    #[must_use]
    pub fn media(&self) -> PathBuf {
        match self {
            Self::Sqlite(path) => sibling_path(path, "media"),
            Self::Postgres { mark, .. } => sibling_path(mark, "media"),
        }
    }

    /// The watermark file on this host.
    pub(super) fn watermark(&self) -> PathBuf {
        match self {
            Self::Sqlite(path) => sibling_path(path, "watermark"),
            Self::Postgres { mark, .. } => mark.clone(),
        }
    }

    /// A server's address without secrets, but with everything that distinguishes databases.
    pub(super) fn without_secrets(url: &str) -> String {
        let Ok(mut url) = url::Url::parse(url) else { return "PostgreSQL".to_owned() };
        // This fails only without a host, and then there is no password.
        let _ = url.set_password(None);
        let is_kept =
            |name: &str| matches!(name, "host" | "hostaddr" | "port" | "dbname" | "options");
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| is_kept(name))
            .map(|(n, v)| (n.into(), v.into()))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        url.to_string()
    }

    /// A server's address for display, without secrets.
    #[must_use]
    pub fn shown(url: &str) -> String {
        let parsed = url::Url::parse(url).ok().filter(url::Url::has_authority);
        let Some(mut url) = parsed else { return "PostgreSQL".to_owned() };
        // This fails only without a host, and then there is no password.
        let _ = url.set_password(None);
        url.set_query(None);
        url.set_fragment(None);
        secret::redact(url.as_str()).into_owned()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(formatter),
            Self::Postgres { url, .. } => formatter.write_str(&Self::shown(url)),
        }
    }
}

/// The path of a file next to the journal's: the journal's path, a dot and the name.
pub(super) fn sibling_path(path: &Path, name: &str) -> PathBuf {
    with_ending(path, &format!(".{name}"))
}

/// The path with a suffix.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(ending);
    longer.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_address_has_no_password() {
        for (url, shown) in [
            ("postgres://bob:hunter2@h/n?sslmode=require#hunter2", "postgres://bob@h/n"),
            ("postgresql:///n?password=hunter2", "postgresql:///n"),
            ("postgres:bob:hunter2@h/n", "PostgreSQL"),
            ("host=h password=hunter2", "PostgreSQL"),
            ("postgres://bob%3Ahunter2@h/n", "postgres://bob%3A<password>@h/n"),
        ] {
            assert_eq!(Address::shown(url), shown, "{url}");
        }
    }
}
