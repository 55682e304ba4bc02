//! How the client reaches its server, and how long it waits.

use std::time::Duration;

use super::proxy::Proxy;
use crate::limits;

/// The way to the server, and timeouts.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The proxy to the server, even to one on the loopback interface; without one the server is reached directly.
    pub proxy: Option<Proxy>,
    /// A root certificate that TLS accepts besides those of the web, in DER: for tests of TLS.
    pub root: Option<&'static [u8]>,
    /// Until the connection is established, TLS included. Nothing has been sent if this expires.
    pub connect_timeout: Duration,
    /// Until the whole answer has arrived, connecting included.
    pub total_timeout: Duration,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self::through(None)
    }
}

impl ClientOptions {
    /// The timeouts for a proxy, or for the direct way.
    #[must_use]
    pub fn through(proxy: Option<Proxy>) -> Self {
        Self {
            connect_timeout: connect_timeout(proxy.as_ref()),
            total_timeout: limits::SEND_TIMEOUT,
            proxy,
            root: None,
        }
    }
}

pub(super) fn connect_timeout(proxy: Option<&Proxy>) -> Duration {
    match proxy {
        Some(_) => limits::PROXY_CONNECT_TIMEOUT,
        None => limits::CONNECT_TIMEOUT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::ProxyUrl;
    use crate::telegram::ProxyOrigin;

    #[test]
    fn default_timeouts_are_the_documented_limits() {
        let options = ClientOptions::default();
        assert_eq!(
            (options.connect_timeout, options.total_timeout),
            (limits::CONNECT_TIMEOUT, limits::SEND_TIMEOUT)
        );
        let url = ProxyUrl::parse("socks5h://127.0.0.1:1080").unwrap();
        let proxy = Proxy::new(url, ProxyOrigin::Config);
        let options = ClientOptions::through(Some(proxy));
        assert_eq!(
            (options.connect_timeout, options.total_timeout),
            (limits::PROXY_CONNECT_TIMEOUT, limits::SEND_TIMEOUT)
        );
    }
}
