//! The address of a Bot API server, checked and in one form.

use thiserror::Error;
use url::Url;

/// Telegram's own server.
const TELEGRAM: &str = "https://api.telegram.org/";

/// Why an address cannot be a Bot API server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ApiUrlError {
    /// Neither http nor https.
    #[error("the Bot API server's address must begin with https:// or http://")]
    Scheme,
    /// A name or password in it.
    #[error("the Bot API server's address must hold no user name and no password")]
    Credentials,
    /// Something behind `?` or `#`.
    #[error("the Bot API server's address must end before any `?` or `#`")]
    Query,
}

/// The server at `url`, or else Telegram's own.
///
/// # Errors
///
/// When the address cannot be a Bot API server's.
pub fn server(url: Option<&Url>) -> Result<Url, ApiUrlError> {
    match url {
        Some(url) => tidy(url),
        None => Url::parse(TELEGRAM).map_err(|_| ApiUrlError::Scheme),
    }
}

/// The same as text, in one form: two addresses of a server are one text.
///
/// # Errors
///
/// When the address cannot be a Bot API server's.
pub fn server_name(url: Option<&Url>) -> Result<String, ApiUrlError> {
    server(url).map(|url| url.as_str().trim_end_matches('/').to_owned())
}

/// The address without slashes at its end: `http://host/path/` would otherwise become `http://host/path//bot…`.
///
/// # Errors
///
/// When the address cannot be a Bot API server's.
pub fn tidy(url: &Url) -> Result<Url, ApiUrlError> {
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(ApiUrlError::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ApiUrlError::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(ApiUrlError::Query);
    }
    let mut tidy = url.clone();
    tidy.set_path(url.path().trim_end_matches('/'));
    Ok(tidy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::is_loopback;

    #[test]
    fn slashes_at_the_end_go_and_what_is_no_address_is_refused() {
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
            let tidied = tidy(&Url::parse(text).unwrap());
            assert_eq!(
                tidied.as_ref().map(Url::as_str),
                expected.as_ref().map(|text| *text),
                "{text}"
            );
        }
    }

    #[test]
    fn without_an_address_the_server_is_telegrams_own() {
        assert_eq!(server(None).as_ref().map(Url::as_str), Ok(TELEGRAM));
    }

    #[test]
    fn this_machine_has_many_names() {
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
