//! Where a journal is; nothing is opened here.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::secret;

/// Where a journal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// In a file.
    Sqlite(PathBuf),
    /// In PostgreSQL.
    Postgres {
        /// The server and the database, without a password.
        url: String,
        /// Where this host keeps how far it has published.
        mark: PathBuf,
    },
}

impl Address {
    /// The same, with a path that is not absolute taken from `folder`.
    #[must_use]
    pub fn below(self, folder: &Path) -> Self {
        match self {
            Self::Sqlite(path) => Self::Sqlite(folder.join(path)),
            Self::Postgres { url, mark } => Self::Postgres { url, mark: folder.join(mark) },
        }
    }

    /// The file on this host that says how far the journal was.
    pub(super) fn watermark(&self) -> PathBuf {
        match self {
            Self::Sqlite(path) => beside(path, "watermark"),
            Self::Postgres { mark, .. } => mark.clone(),
        }
    }

    /// The address of a server with everything that tells one database from another, and no secret.
    pub(super) fn without_secrets(url: &str) -> String {
        let Ok(mut url) = url::Url::parse(url) else { return "PostgreSQL".to_owned() };
        // Neither can fail where there is a host, and without one there is no password.
        let _ = url.set_password(None);
        let told = |name: &str| matches!(name, "host" | "hostaddr" | "port" | "dbname" | "options");
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| told(name))
            .map(|(n, v)| (n.into(), v.into()))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        url.to_string()
    }

    /// The address of a server as it may be shown, whatever is written in it.
    #[must_use]
    pub fn shown(url: &str) -> String {
        let parsed = url::Url::parse(url).ok().filter(url::Url::has_authority);
        let Some(mut url) = parsed else { return "PostgreSQL".to_owned() };
        // It fails where there is no host, and then there is no password.
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

/// The file of that name next to the journal's.
pub(super) fn beside(path: &Path, name: &str) -> PathBuf {
    with_ending(path, &format!(".{name}"))
}

/// The path with something added to its end.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(ending);
    longer.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_shown_with_its_password() {
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
