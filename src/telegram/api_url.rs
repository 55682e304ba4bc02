//! The URL of a Bot API server, validated and normalized.

use thiserror::Error;
use url::Url;

const TELEGRAM: &str = "https://api.telegram.org/";

/// Why a URL cannot be used for a Bot API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ApiUrlError {
    /// Neither http nor https.
    #[error("`api_url` must start with https:// or http://")]
    Scheme,
    /// It holds a user name or a password.
    #[error("`api_url` must not contain a user name or a password")]
    Credentials,
    /// It has a query or a fragment.
    #[error("`api_url` must not contain `?` or `#`")]
    Query,
}

/// The server at `url`, or Telegram's own.
///
/// # Errors
///
/// When the URL cannot be used for a Bot API server.
pub fn server(url: Option<&Url>) -> Result<Url, ApiUrlError> {
    match url {
        Some(url) => normalize(url),
        None => Url::parse(TELEGRAM).map_err(|_| ApiUrlError::Scheme),
    }
}

/// The same as normalized text, so that two spellings of a server compare equal.
///
/// # Errors
///
/// When the URL cannot be used for a Bot API server.
pub fn server_name(url: Option<&Url>) -> Result<String, ApiUrlError> {
    server(url).map(|url| url.as_str().trim_end_matches('/').to_owned())
}

/// The URL without trailing slashes: `http://host/path/` would otherwise become `http://host/path//bot…`.
///
/// # Errors
///
/// When the URL cannot be used for a Bot API server.
pub fn normalize(url: &Url) -> Result<Url, ApiUrlError> {
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(ApiUrlError::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ApiUrlError::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(ApiUrlError::Query);
    }
    let mut normalized = url.clone();
    normalized.set_path(url.path().trim_end_matches('/'));
    Ok(normalized)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::is_loopback;

    #[test]
    fn trailing_slashes_are_removed_and_unusable_urls_are_refused() {
        let rows = [
            ("https://api.telegram.org", Ok("https://api.telegram.org/")),
            ("http://127.0.0.1:8081/", Ok("http://127.0.0.1:8081/")),
            ("http://h/p", Ok("http://h/p")),
            ("http://h/p/", Ok("http://h/p")),
            ("http://h/p/q//", Ok("http://h/p/q")),
            ("HTTPS://H//", Ok("https://h/")),
            ("ftp://h/", Err(ApiUrlError::Scheme)),
            ("mailto:a@b.example", Err(ApiUrlError::Scheme)),
            ("data:,x", Err(ApiUrlError::Scheme)),
            ("unix:/run/bot", Err(ApiUrlError::Scheme)),
            ("https://me@h/", Err(ApiUrlError::Credentials)),
            ("https://:pw@h/", Err(ApiUrlError::Credentials)),
            ("https://h/?x", Err(ApiUrlError::Query)),
            ("https://h/#x", Err(ApiUrlError::Query)),
        ];
        for (text, expected) in rows {
            let normalized = normalize(&Url::parse(text).unwrap());
            assert_eq!(
                normalized.as_ref().map(Url::as_str),
                expected.as_ref().map(|text| *text),
                "{text}"
            );
        }
    }

    #[test]
    fn default_server_is_telegrams_own() {
        assert_eq!(server(None).as_ref().map(Url::as_str), Ok(TELEGRAM));
    }

    #[test]
    fn loopback_addresses_and_names_are_recognized() {
        let rows = [
            ("http://127.0.0.1:1", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:80", true),
            ("http://localhost:1", true),
            ("http://LOCALHOST", true),
            ("http://bot.localhost", true),
            ("http://localhost.example", false),
            ("http://10.0.0.1", false),
            ("https://api.telegram.org", false),
        ];
        for (text, expected) in rows {
            assert_eq!(is_loopback(&Url::parse(text).unwrap()), expected, "{text}");
        }
    }
}
