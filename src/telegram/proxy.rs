//! Which proxy leads to the Bot API server, and what its errors mean.

use std::error::Error;
use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use super::api_url::{self, ApiUrlError};
use super::description::{Description, plain_cause};
use crate::config::is_loopback;
use crate::environment::{Environment, NotText, Variable};
use crate::limits;
use crate::secret::{ProxyAddress, ProxyUrl, ProxyUrlError};

/// Where a proxy's address and password come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyOrigin {
    /// `[bot] proxy`.
    Config,
    /// `[bot] proxy`, with the user name and password of `TELEPRESS_PROXY`.
    ConfigAndVariable,
    /// An environment variable.
    Variable(Variable),
}

impl fmt::Display for ProxyOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config => formatter.write_str("`[bot] proxy`"),
            Self::ConfigAndVariable => {
                formatter.write_str("`[bot] proxy`, with the password of TELEPRESS_PROXY")
            }
            Self::Variable(variable) => formatter.write_str(variable.name()),
        }
    }
}

/// A proxy to the Bot API server. It is displayed without its user name and password.
#[derive(Clone, Debug)]
pub struct Proxy {
    url: ProxyUrl,
    origin: ProxyOrigin,
}

/// The way to the Bot API server.
#[derive(Clone, Debug)]
pub enum Route {
    /// No proxy is named.
    Direct,
    /// The server is on the loopback interface, so the proxy of the config is not used.
    Loopback,
    /// The variable excludes the server from the proxies of the environment.
    Excluded(Variable),
    /// Through a proxy.
    Through(Proxy),
}

/// Why the proxy is not known. No variant contains a user name or a password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProxyError {
    /// A variable is not text.
    #[error(transparent)]
    NotText(#[from] NotText),
    /// A variable is not the address of a proxy.
    #[error("{}: {source}", .variable.name())]
    Variable {
        /// The variable.
        variable: Variable,
        /// What is wrong with it.
        source: ProxyUrlError,
    },
    /// The config and `TELEPRESS_PROXY` name two proxies; choosing either would be a guess.
    #[error("`[bot] proxy` names {config}, and TELEPRESS_PROXY names {variable}")]
    Differ {
        /// The proxy of the config.
        config: ProxyAddress,
        /// The proxy of the variable.
        variable: ProxyAddress,
    },
    /// The server's address cannot be used.
    #[error(transparent)]
    ApiUrl(#[from] ApiUrlError),
}

impl ProxyError {
    /// The next step.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotText(_) => "write it as \"socks5h://user:password@host:1080\"",
            Self::Variable { source, .. } => source.hint(),
            Self::Differ { .. } => {
                "write the same scheme, host and port in both, or remove one of them; TELEPRESS_PROXY alone is enough"
            }
            Self::ApiUrl(_) => "correct `[bot] api_url` in the config",
        }
    }
}

/// The way to the server at `api_url`: through the proxy of the config, whose user name and password `TELEPRESS_PROXY` adds; through
/// that of `TELEPRESS_PROXY` alone; else through that of the variables that other programs use too.
///
/// # Errors
///
/// When a variable that counts cannot be used, and when `TELEPRESS_PROXY` names another proxy than the config.
pub fn route(
    api_url: Option<&Url>,
    configured: Option<&ProxyAddress>,
    environment: &Environment,
) -> Result<Route, ProxyError> {
    let server = api_url::server(api_url)?;
    if is_loopback(&server) {
        return Ok(if configured.is_some() { Route::Loopback } else { Route::Direct });
    }
    let own = match environment.text(Variable::Proxy)? {
        Some(text) => Some(parse(Variable::Proxy, text)?),
        None => None,
    };
    let (url, origin) = match (configured, own) {
        (Some(config), Some(url)) if url.address() != config => {
            let (config, variable) = (config.clone(), url.address().clone());
            return Err(ProxyError::Differ { config, variable });
        }
        (Some(_), Some(url)) if url.has_credentials() => (url, ProxyOrigin::ConfigAndVariable),
        (Some(config), _) => (ProxyUrl::of(config.clone()), ProxyOrigin::Config),
        (None, Some(url)) => (url, ProxyOrigin::Variable(Variable::Proxy)),
        (None, None) => return from_standard_variables(&server, environment),
    };
    Ok(Route::Through(Proxy { url, origin }))
}

/// The way that the variables of curl and many other programs name.
fn from_standard_variables(server: &Url, environment: &Environment) -> Result<Route, ProxyError> {
    use Variable::{
        AllProxy, AllProxyLower, HttpProxy, HttpProxyLower, HttpsProxy, HttpsProxyLower,
    };
    let variables = if server.scheme() == "https" {
        [HttpsProxy, HttpsProxyLower, AllProxy, AllProxyLower]
    } else {
        [HttpProxy, HttpProxyLower, AllProxy, AllProxyLower]
    };
    let Some(variable) = variables.into_iter().find(|name| environment.is_set(*name)) else {
        return Ok(Route::Direct);
    };
    let excluding = [Variable::NoProxy, Variable::NoProxyLower];
    if let Some(excluding) = excluding.into_iter().find(|name| environment.is_set(*name)) {
        let hosts = environment.text(excluding)?.unwrap_or_default();
        let matcher = Matcher::builder().all("http://proxy.invalid").no(hosts).build();
        let server = server.as_str().parse();
        if server.is_ok_and(|server| matcher.intercept(&server).is_none()) {
            return Ok(Route::Excluded(excluding));
        }
    }
    let text = environment.text(variable)?.unwrap_or_default();
    // These programs take an address without a scheme for that of an HTTP proxy.
    let url = if text.contains("://") {
        parse(variable, text)?
    } else {
        parse(variable, &format!("http://{text}"))?
    };
    Ok(Route::Through(Proxy { url, origin: ProxyOrigin::Variable(variable) }))
}

fn parse(variable: Variable, text: &str) -> Result<ProxyUrl, ProxyError> {
    ProxyUrl::parse(text).map_err(|source| ProxyError::Variable { variable, source })
}

impl Route {
    /// The proxy, if there is one.
    #[must_use]
    pub fn proxy(self) -> Option<Proxy> {
        match self {
            Self::Through(proxy) => Some(proxy),
            Self::Direct | Self::Loopback | Self::Excluded(_) => None,
        }
    }
}

impl Proxy {
    /// The proxy at this URL, for any server: `origin` is what users are told about it.
    #[must_use]
    pub fn new(url: ProxyUrl, origin: ProxyOrigin) -> Self {
        Self { url, origin }
    }

    /// Where it is named.
    #[must_use]
    pub fn origin(&self) -> ProxyOrigin {
        self.origin
    }

    pub(super) fn url(&self) -> &ProxyUrl {
        &self.url
    }

    /// Whether it gets whole requests to a server with this scheme, instead of opening a tunnel. Then its own answers look like
    /// those of the server.
    #[must_use]
    pub fn forwards(&self, server: &Url) -> bool {
        server.scheme() == "http" && !self.url.address().scheme().is_socks()
    }

    /// Whether the proxy accepts connections.
    ///
    /// # Errors
    ///
    /// The system's reason, if it does not.
    pub async fn accepts_connections(&self) -> Result<(), Description> {
        let connecting = TcpStream::connect(self.url.address().host_and_port());
        match timeout(limits::CONNECT_TIMEOUT, connecting).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Description::of(&plain_cause(&error.to_string()))),
            Err(_) => Err(Description::of("the connection takes too long")),
        }
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.address().fmt(formatter)
    }
}

/// A refusal with status 407, or its equal in the tunnel's handshake.
pub(super) const NEEDS_CREDENTIALS: &str = "the proxy asks for a user name and a password, or refuses these (status 407); set TELEPRESS_PROXY to its whole address with both";

/// Errors of the HTTP client, which have no type, and what they mean. Beginnings of SOCKS errors follow "SOCKS error: ".
const ERRORS: [(&str, &str); 10] = [
    ("tunnel error: proxy authorization required", NEEDS_CREDENTIALS),
    ("tunnel error: unsuccessful", "the proxy refuses to open a tunnel to the server"),
    (
        "tunnel error: unexpected end of file",
        "the proxy closed the connection before it opened a tunnel",
    ),
    ("tunnel error: proxy response headers too long", "the answer is not that of an HTTP proxy"),
    ("SOCKS error: failed to create underlying connection", "the proxy does not answer"),
    (
        "SOCKS error: io error during SOCKS handshake",
        "the proxy closed the connection before it opened a tunnel",
    ),
    ("SOCKS error: failed parsing server response", "the answer is not that of a SOCKS5 proxy"),
    (
        "SOCKS error: server does not support user/pass authentication",
        "the proxy and telepress have no login method in common: set a user name and a password in TELEPRESS_PROXY if the proxy needs them, or remove them",
    ),
    (
        "SOCKS error: server implements authentication incorrectly",
        "the proxy does not follow the SOCKS5 protocol when it checks the user name and password",
    ),
    (
        "SOCKS error: credentials not accepted",
        "the proxy refuses the user name or the password; correct them where the proxy is named",
    ),
];

/// The description of an error of a connection through a proxy.
pub(super) fn describe(error: &(dyn Error + 'static)) -> Description {
    let mut links = vec![error.to_string()];
    let mut link = error;
    while let Some(inner) = link.source() {
        links.push(inner.to_string());
        link = inner;
    }
    for text in &links {
        if let Some((_, meaning)) = ERRORS.iter().find(|(known, _)| known == text) {
            return Description::of(meaning);
        }
        if let Some(reply) = text.strip_prefix("SOCKS error: ") {
            return Description::of(&format!("the proxy does not reach the server: {reply}"));
        }
    }
    let cause = plain_cause(links.last().map_or("", String::as_str));
    if links.iter().any(|link| link.starts_with("tunnel error: ")) {
        return Description::of(&format!("the proxy does not answer: {cause}"));
    }
    Description::of(&format!("through the proxy: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables<'v> = &'v [(Variable, &'v str)];

    fn config(text: &str) -> Option<ProxyAddress> {
        (!text.is_empty()).then(|| ProxyUrl::parse(text).unwrap().address().clone())
    }

    /// The route in words.
    fn shown(api_url: &str, configured: &str, variables: Variables<'_>) -> String {
        let api_url = (!api_url.is_empty()).then(|| Url::parse(api_url).unwrap());
        let environment = Environment::of(variables.iter().copied());
        match route(api_url.as_ref(), config(configured).as_ref(), &environment) {
            Ok(Route::Through(proxy)) => format!("{proxy} from {}", proxy.origin()),
            Ok(other) => format!("{other:?}"),
            Err(error) => format!("{error}; {}", error.hint()),
        }
    }

    #[test]
    fn proxy_of_the_config_wins_over_the_environment() {
        use Variable::{AllProxy, HttpProxy, HttpsProxy, HttpsProxyLower, NoProxy, Proxy};
        let ours = "socks5h://h:1";
        let rows: [(&str, &str, Variables<'_>, &str); 16] = [
            ("", "", &[], "Direct"),
            ("", ours, &[], "socks5h://h:1 from `[bot] proxy`"),
            (
                "",
                ours,
                &[(HttpsProxy, "http://p"), (NoProxy, "*")],
                "socks5h://h:1 from `[bot] proxy`",
            ),
            ("", ours, &[(Proxy, "socks5h://h:1")], "socks5h://h:1 from `[bot] proxy`"),
            (
                "",
                ours,
                &[(Proxy, "socks5h://bob:hunter2@h:1")],
                "socks5h://h:1 from `[bot] proxy`, with the password of TELEPRESS_PROXY",
            ),
            (
                "",
                "",
                &[(Proxy, "http://bob:hunter2@h"), (HttpsProxy, "http://p"), (NoProxy, "*")],
                "http://h:80 from TELEPRESS_PROXY",
            ),
            (
                "",
                "",
                &[(HttpsProxy, "http://bob:hunter2@p"), (AllProxy, "http://q")],
                "http://p:80 from HTTPS_PROXY",
            ),
            ("", "", &[(HttpsProxyLower, "p:3128")], "http://p:3128 from https_proxy"),
            (
                "",
                "",
                &[(HttpProxy, "http://p"), (AllProxy, "socks5://q")],
                "socks5://q:1080 from ALL_PROXY",
            ),
            (
                "http://bot.example",
                "",
                &[(HttpProxy, "http://p"), (HttpsProxy, "http://q")],
                "http://p:80 from HTTP_PROXY",
            ),
            ("", "", &[(HttpProxy, "http://p")], "Direct"),
            (
                "",
                "",
                &[(HttpsProxy, "http://p"), (NoProxy, "example.org, telegram.org")],
                "Excluded(NoProxy)",
            ),
            (
                "",
                "",
                &[(HttpsProxy, "http://p"), (NoProxy, "example.org")],
                "http://p:80 from HTTPS_PROXY",
            ),
            (
                "http://10.1.2.3:8081",
                "",
                &[(AllProxy, "http://p"), (NoProxy, "10.0.0.0/8")],
                "Excluded(NoProxy)",
            ),
            ("http://127.0.0.1:8081", ours, &[(Proxy, "nonsense")], "Loopback"),
            ("http://localhost", "", &[(AllProxy, "nonsense")], "Direct"),
        ];
        for (api_url, configured, variables, expected) in rows {
            assert_eq!(shown(api_url, configured, variables), expected, "{variables:?}");
        }
    }

    #[test]
    fn unusable_variable_is_an_error_without_its_password() {
        use Variable::{AllProxy, HttpsProxy, Proxy};
        let rows: [(&str, Variables<'_>, &str); 5] = [
            (
                "",
                &[(Proxy, "socks4://bob:hunter2@h")],
                "TELEPRESS_PROXY: a proxy's address begins with",
            ),
            ("", &[(Proxy, "bob:hunter2@h:1")], "TELEPRESS_PROXY: a proxy's address begins with"),
            ("", &[(AllProxy, "socks://h:1")], "ALL_PROXY: a proxy's address begins with"),
            ("", &[(HttpsProxy, "http://bob:hun/ter2@h:0")], "HTTPS_PROXY: the proxy's port"),
            (
                "socks5://h:1",
                &[(Proxy, "socks5h://bob:hunter2@h:1")],
                "`[bot] proxy` names socks5://h:1, and TELEPRESS_PROXY names socks5h://h:1; write the same",
            ),
        ];
        for (configured, variables, expected) in rows {
            let words = shown("", configured, variables);
            assert!(words.starts_with(expected), "{words}");
            assert!(!words.contains("hun") && !words.contains("bob"), "{words}");
        }
    }

    #[test]
    fn debug_output_shows_no_credentials() {
        let url = ProxyUrl::parse("http://bob:hunter2@h:1").unwrap();
        let proxy = Proxy::new(url, ProxyOrigin::Config);
        let shown = format!("{proxy:?} {:?}", Route::Through(proxy.clone()));
        assert!(!shown.contains("bob") && !shown.contains("hunter2"), "{shown}");
        assert_eq!(proxy.to_string(), "http://h:1");
    }
}
