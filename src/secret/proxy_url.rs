//! The URL of a proxy. Its user name and password have no printable form.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use url::{Host, ParseError, Url};

use crate::limits;

/// How a proxy is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyScheme {
    /// HTTP: `CONNECT` for an https server, and whole requests for an http one.
    Http,
    /// The same over TLS.
    Https,
    /// SOCKS5; this machine resolves the server's name.
    Socks5,
    /// SOCKS5; the proxy resolves the server's name.
    Socks5h,
}

impl ProxyScheme {
    const ALL: [Self; 4] = [Self::Http, Self::Https, Self::Socks5, Self::Socks5h];

    /// Its name in a URL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks5 => "socks5",
            Self::Socks5h => "socks5h",
        }
    }

    /// The port if the URL names none.
    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks5 | Self::Socks5h => 1080,
        }
    }

    /// Whether it is SOCKS, which opens a tunnel for every request.
    #[must_use]
    pub fn is_socks(self) -> bool {
        matches!(self, Self::Socks5 | Self::Socks5h)
    }
}

/// Where a proxy is; nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyAddress {
    scheme: ProxyScheme,
    host: Host,
    port: u16,
}

impl ProxyAddress {
    /// How it is spoken to.
    #[must_use]
    pub fn scheme(&self) -> ProxyScheme {
        self.scheme
    }

    /// Its name or IP address, and its port.
    #[must_use]
    pub fn host_and_port(&self) -> (String, u16) {
        let host = match &self.host {
            Host::Domain(name) => name.clone(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        (host, self.port)
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}:{}", self.scheme.name(), self.host, self.port)
    }
}

/// A proxy's URL, which may contain a user name and a password. Its `Debug` output shows neither.
#[derive(Clone, Debug)]
pub struct ProxyUrl {
    address: ProxyAddress,
    /// The user name and the password, percent-encoded, with a colon between them.
    credentials: Option<SecretString>,
}

/// What is wrong with a proxy's URL. No variant contains any of the text, because it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProxyUrlError {
    /// Another scheme, or none.
    #[error("a proxy's address begins with http://, https://, socks5:// or socks5h://")]
    Scheme,
    /// There is no host, or it is not valid.
    #[error("the proxy's address names no valid host")]
    Host,
    /// The port is not a number from 1 to 65535.
    #[error("the proxy's port is not a number from 1 to 65535")]
    Port,
    /// Something follows the port.
    #[error("a proxy's address ends after the port, without a path, a query or a fragment")]
    Path,
    /// White space or a control character.
    #[error("the proxy's address contains white space or a control character")]
    Space,
    /// A user name or a password where none may be.
    #[error("the proxy's address contains a user name or a password")]
    Credentials,
    /// A user name or a password that does not fit into the SOCKS handshake.
    #[error(
        "the proxy's user name and password are too long: with SOCKS they have together at most {} bytes",
        limits::SOCKS_CREDENTIALS
    )]
    Long,
}

impl ProxyUrlError {
    /// The next step.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Scheme => "write it as \"socks5h://127.0.0.1:1080\" or \"http://127.0.0.1:3128\"",
            Self::Host | Self::Port => "write it as \"socks5h://host:1080\"",
            Self::Path => {
                "remove what follows the port; in a password, write `/` as %2F, `?` as %3F, `#` as %23"
            }
            Self::Space => "remove it; in a password, write a space as %20",
            Self::Credentials => {
                "a password comes from TELEPRESS_PROXY, never from this file: set that variable to the whole address with user name and password, and remove both here"
            }
            Self::Long => "choose shorter ones, or use an HTTP proxy",
        }
    }
}

impl ProxyUrl {
    /// Reads a URL.
    ///
    /// # Errors
    ///
    /// When it is not the address of a proxy.
    pub fn parse(text: &str) -> Result<Self, ProxyUrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(ProxyUrlError::Scheme)?;
        let scheme = ProxyScheme::ALL
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(scheme))
            .ok_or(ProxyUrlError::Scheme)?;
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(ProxyUrlError::Space);
        }
        // The parser of URLs would skip slashes.
        if rest.is_empty() || rest.starts_with(['/', '\\']) {
            return Err(ProxyUrlError::Host);
        }
        let url = Url::parse(text).map_err(|error| match error {
            ParseError::InvalidPort => ProxyUrlError::Port,
            _ => ProxyUrlError::Host,
        })?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(ProxyUrlError::Path);
        }
        let host = url.host_str().and_then(|host| Host::parse(host).ok());
        let host = host.filter(is_plain).ok_or(ProxyUrlError::Host)?;
        let port = url.port().unwrap_or(scheme.port());
        if port == 0 {
            return Err(ProxyUrlError::Port);
        }
        let (user, password) = (encoded(url.username()), encoded(url.password().unwrap_or("")));
        if scheme.is_socks() && length(&user) + length(&password) > limits::SOCKS_CREDENTIALS {
            return Err(ProxyUrlError::Long);
        }
        let is_anonymous = user.is_empty() && url.password().is_none();
        let credentials = (!is_anonymous).then(|| SecretString::from(format!("{user}:{password}")));
        Ok(Self { address: ProxyAddress { scheme, host, port }, credentials })
    }

    /// The proxy at an address, without a user name and a password.
    #[must_use]
    pub fn of(address: ProxyAddress) -> Self {
        Self { address, credentials: None }
    }

    /// Where the proxy is.
    #[must_use]
    pub fn address(&self) -> &ProxyAddress {
        &self.address
    }

    /// Whether it contains a user name or a password.
    #[must_use]
    pub fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }

    /// The whole URL, only for the client that connects to the proxy.
    pub(crate) fn expose_url(&self) -> SecretString {
        let ProxyAddress { scheme, host, port } = &self.address;
        let at = self
            .credentials
            .as_ref()
            .map_or_else(String::new, |credentials| format!("{}@", credentials.expose_secret()));
        SecretString::from(format!("{}://{at}{host}:{port}", scheme.name()))
    }
}

/// Whether a host has only characters that every parser accepts. The HTTP client ignores a proxy that it cannot parse, and
/// would connect directly.
fn is_plain(host: &Host) -> bool {
    match host {
        Host::Domain(name) => {
            !name.is_empty()
                && name.len() <= limits::HOST_BYTES
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
        }
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    }
}

/// Percent-encodes the characters of a user name or a password that a URL may contain as they are. What is encoded stays so.
fn encoded(part: &str) -> String {
    let mut encoded = String::new();
    let mut rest = part;
    while let Some(first) = rest.chars().next() {
        let (character, after) = rest.split_at(first.len_utf8());
        let digits = after.get(..2).unwrap_or_default();
        let is_encoded = first == '%'
            && digits.len() == 2
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if first.is_ascii_alphanumeric() || is_encoded {
            encoded.push(first);
        } else {
            encoded.extend(character.bytes().map(|byte| format!("%{byte:02X}")));
        }
        rest = after;
    }
    encoded
}

/// The bytes of a percent-encoded text.
fn length(encoded: &str) -> usize {
    encoded.len() - 2 * encoded.matches('%').count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn address_is_normalized_and_keeps_no_credentials() {
        let rows = [
            ("http://127.0.0.1:3128", "http://127.0.0.1:3128", None),
            ("HTTP://Proxy.Example", "http://proxy.example:80", None),
            ("https://proxy.example/", "https://proxy.example:443", None),
            ("socks5://127.0.0.1", "socks5://127.0.0.1:1080", None),
            ("socks5h://[::1]:9050", "socks5h://[::1]:9050", None),
            ("socks5h://прокси.рф:9050/", "socks5h://xn--h1adldfi.xn--p1ai:9050", None),
            ("socks5://my_proxy:1", "socks5://my_proxy:1", None),
            ("http://@h:1", "http://h:1", None),
            ("http://bob@h:1", "http://h:1", Some("bob:")),
            ("http://bob:@h:1", "http://h:1", Some("bob:")),
            ("socks5://:pw@h:1", "socks5://h:1", Some(":pw")),
            ("socks5://b-b:p%40w'!%zz@h:1", "socks5://h:1", Some("b%2Db:p%40w%27%21%25zz")),
            ("http://bob:a:b@c@h:1", "http://h:1", Some("bob:a%3Ab%40c")),
            ("http://боб:п@h:1", "http://h:1", Some("%D0%B1%D0%BE%D0%B1:%D0%BF")),
        ];
        for (text, expected, credentials) in rows {
            let proxy = ProxyUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(proxy.address().to_string(), expected, "{text}");
            let found = proxy.credentials.as_ref().map(|secret| secret.expose_secret().to_owned());
            assert_eq!(found.as_deref(), credentials, "{text}");
            assert_eq!(proxy.has_credentials(), credentials.is_some(), "{text}");
            let (scheme, rest) = expected.split_once("://").unwrap();
            let at = credentials.map(|credentials| format!("{credentials}@")).unwrap_or_default();
            let whole = proxy.expose_url();
            assert_eq!(whole.expose_secret(), format!("{scheme}://{at}{rest}"), "{text}");
        }
    }

    #[test]
    fn everything_else_is_an_error_without_the_text() {
        let long = format!("socks5://bob:{}@h", "x".repeat(limits::SOCKS_CREDENTIALS - 2));
        let rows = [
            ("", ProxyUrlError::Scheme),
            ("127.0.0.1:1080", ProxyUrlError::Scheme),
            ("http:proxy:80", ProxyUrlError::Scheme),
            ("socks4://h:1", ProxyUrlError::Scheme),
            ("socks://h:1", ProxyUrlError::Scheme),
            ("ftp://h:1", ProxyUrlError::Scheme),
            ("bob:hunter2@h:1", ProxyUrlError::Scheme),
            ("http://", ProxyUrlError::Host),
            ("http:///h", ProxyUrlError::Host),
            ("socks5://", ProxyUrlError::Host),
            ("socks5://:1080", ProxyUrlError::Host),
            ("socks5://bob:hunter2@:1080", ProxyUrlError::Host),
            ("http://h{2}:1", ProxyUrlError::Host),
            ("socks5://h{2}:1", ProxyUrlError::Host),
            ("http://h'h:1", ProxyUrlError::Host),
            ("socks5://[::1:1", ProxyUrlError::Host),
            ("http://h:0", ProxyUrlError::Port),
            ("socks5://h:0", ProxyUrlError::Port),
            ("socks5://h:70000", ProxyUrlError::Port),
            ("socks5://bob:hunter2", ProxyUrlError::Port),
            ("socks5://bob:p/w@h:1", ProxyUrlError::Port),
            ("http://h:1/path", ProxyUrlError::Path),
            ("http://h:1\\path", ProxyUrlError::Path),
            ("socks5://h:1?x", ProxyUrlError::Path),
            ("socks5://h:1#x", ProxyUrlError::Path),
            ("http://h :1", ProxyUrlError::Space),
            ("http://h\t:1", ProxyUrlError::Space),
            (&long, ProxyUrlError::Long),
        ];
        for (text, expected) in rows {
            let error = ProxyUrl::parse(text).err();
            assert_eq!(error, Some(expected), "{text}");
            let shown = format!("{expected} {expected:?} {}", expected.hint());
            assert!(!shown.contains("hunter2") && !shown.contains("bob"), "{shown}");
        }
        assert!(ProxyUrl::parse(&long.replace("socks5", "http")).is_ok());
    }

    #[test]
    fn debug_output_shows_no_credentials() {
        let proxy = ProxyUrl::parse("http://bob:hunter2@h:1").unwrap();
        let shown = format!("{proxy:?} {proxy:#?}");
        assert!(!shown.contains("bob") && !shown.contains("hunter2"), "{shown}");
    }

    /// A proxy that the HTTP client cannot parse would be ignored.
    fn is_used_by_the_http_client(proxy: &ProxyUrl) -> bool {
        let whole = proxy.expose_url();
        let matcher = hyper_util::client::proxy::matcher::Matcher::builder()
            .all(whole.expose_secret().to_owned())
            .build();
        matcher.intercept(&"https://api.telegram.org/".parse().unwrap()).is_some()
            && reqwest::Proxy::all(whole.expose_secret()).is_ok()
    }

    #[test]
    fn every_accepted_url_is_one_for_the_http_client() {
        for text in ["http://a_b.c:1", "socks5h://u'(:%zz{}|^`@[::1]:9", "https://ü:ß@прокси.рф"]
        {
            assert!(is_used_by_the_http_client(&ProxyUrl::parse(text).unwrap()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_accepted_input_is_one_for_the_http_client(
            text in "(http|https|socks5|socks5h)://(\\PC{0,12}@)?(\\PC{0,12}|[a-z0-9._-]{1,12}|\\[::1\\])(:[0-9]{1,5})?/?",
        ) {
            if let Ok(proxy) = ProxyUrl::parse(&text) {
                prop_assert!(is_used_by_the_http_client(&proxy));
                let again = ProxyUrl::parse(&proxy.address().to_string());
                prop_assert_eq!(again.map(|again| again.address), Ok(proxy.address));
            }
        }
    }
}
